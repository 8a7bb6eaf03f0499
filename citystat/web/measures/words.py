"""Grouping keys and their values in the reader's language."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

SHORTEST_NAME = 4
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
# Places known by a number alone need their kind beside it: "3" says nothing, "District 3" does.
NUMBERED = {
    "council_district": gettext_lazy("District %(name)s"),
    "community_district": gettext_lazy("Community district %(name)s"),
    "ward": gettext_lazy("Ward %(name)s"),
    "neighborhood": gettext_lazy("Neighborhood %(name)s"),
}


def place_word(kind: str, name: str) -> str:
    """The name of a place; a bare number or letter gets its kind."""
    return str(NUMBERED[kind]) % {"name": name} if kind in NUMBERED and len(name) < SHORTEST_NAME else name


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
