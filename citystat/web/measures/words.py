"""Grouping keys and their values in the reader's language."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

KEY_WORDS = {
    "service": lazy("service"),
    "category": lazy("category"),
    "department": lazy("department"),
    "channel": lazy("channel"),
    "origin": lazy("who reported"),
    "status": lazy("status"),
    "council_district": lazy("council district"),
    "neighborhood": lazy("neighborhood"),
    "borough": lazy("borough"),
    "community_district": lazy("community district"),
}
CHANNEL_WORDS = {
    "phone": lazy("phone"),
    "web": lazy("web"),
    "mobile": lazy("mobile app"),
    "email": lazy("e-mail"),
    "sms": lazy("text message"),
    "walk_in": lazy("walk-in"),
    "mail": lazy("mail"),
    "social": lazy("social media"),
    "staff": lazy("staff"),
    "other": lazy("other"),
    "unknown": lazy("not recorded"),
    "resident": lazy("residents"),
    "internal": lazy("city staff"),
}


def key_word(key: str) -> str:
    """A grouping key in words."""
    kind, _, version = key.partition("@")
    word = str(KEY_WORDS.get(kind, kind.replace("_", " ")))
    return f"{word} {version}" if version else word


def group_word(value: str | None) -> str:
    """A group's value in words."""
    if value is None:
        return _("not recorded")
    return str(CHANNEL_WORDS.get(value, value))
