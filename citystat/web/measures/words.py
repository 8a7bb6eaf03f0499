"""Grouping keys and their values in the reader's language."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

KEY_WORDS = {
    "service": gettext_lazy("service"),
    "category": gettext_lazy("category"),
    "department": gettext_lazy("department"),
    "channel": gettext_lazy("channel"),
    "origin": gettext_lazy("who reported"),
    "status": gettext_lazy("status"),
    "council_district": gettext_lazy("council district"),
    "neighborhood": gettext_lazy("neighborhood"),
    "borough": gettext_lazy("borough"),
    "community_district": gettext_lazy("community district"),
}
CHANNEL_WORDS = {
    "phone": gettext_lazy("phone"),
    "web": gettext_lazy("web"),
    "mobile": gettext_lazy("mobile app"),
    "email": gettext_lazy("e-mail"),
    "sms": gettext_lazy("text message"),
    "walk_in": gettext_lazy("walk-in"),
    "mail": gettext_lazy("mail"),
    "social": gettext_lazy("social media"),
    "staff": gettext_lazy("staff"),
    "other": gettext_lazy("other"),
    "unknown": gettext_lazy("not recorded"),
    "resident": gettext_lazy("residents"),
    "internal": gettext_lazy("city staff"),
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
