"""Words of the room in the reader's language: statuses, origins, kinds of places, flags, units."""

from django.utils.translation import gettext_lazy as lazy

STATUS_WORDS = {
    "open": lazy("open"),
    "closed": lazy("closed"),
    "cancelled": lazy("cancelled"),
    "duplicate": lazy("duplicate"),
    "invalid": lazy("invalid"),
    "information_only": lazy("information only"),
}
ORIGIN_WORDS = {"resident": lazy("residents"), "internal": lazy("city staff"), "unknown": lazy("not recorded")}
KIND_WORDS = {
    "council_district": lazy("council district"),
    "neighborhood": lazy("neighborhood"),
    "borough": lazy("borough"),
    "community_district": lazy("community district"),
    "ward": lazy("ward"),
    "zip": lazy("ZIP code"),
    "city": lazy("city"),
}
FLAG_WORDS = {
    "closed_before_opened": lazy("closed before it was opened"),
    "default_date": lazy("a default date such as 1900"),
    "default_point": lazy("a default point shared by many addresses"),
    "off_city": lazy("a point outside the city"),
    "impossible_duration": lazy("open for an impossible time"),
    "mass_closed": lazy("closed together with an unlikely number of others"),
    "closed_in_minutes": lazy("field work closed within ten minutes"),
    "closed_after_as_of": lazy("closed after the as-of date, so counted as open"),
    "opened_after_as_of": lazy("opened after the as-of date"),
    "status_conflict": lazy("status and closing date disagree"),
    "unknown_status": lazy("a status the layout does not know"),
}
UNIT_WORDS = {
    "business_days": lazy("business days"),
    "business_hours": lazy("business hours"),
    "calendar_days": lazy("days"),
    "calendar_hours": lazy("hours"),
}
VERDICT_WORDS = {
    "padded": lazy("far longer than needed"),
    "broken": lazy("shorter than half of the requests take"),
    "fair": lazy("about right"),
}


def kind_word(name: str) -> str:
    """A kind of place in words; one nobody named reads as its own name."""
    return str(KIND_WORDS.get(name, name.replace("_", " ")))


def flag_word(name: str) -> str:
    """A flag in words."""
    return str(FLAG_WORDS.get(name, name.replace("_", " ")))
