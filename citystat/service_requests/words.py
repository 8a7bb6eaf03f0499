"""Words of the room in the reader's language: statuses, origins, kinds of places, flags, units."""

from django.utils.translation import gettext_lazy, ngettext

STATUS_WORDS = {
    "open": gettext_lazy("open"),
    "closed": gettext_lazy("closed"),
    "cancelled": gettext_lazy("cancelled"),
    "duplicate": gettext_lazy("duplicate"),
    "invalid": gettext_lazy("invalid"),
    "information_only": gettext_lazy("information only"),
}
ORIGIN_WORDS = {"resident": gettext_lazy("residents"), "internal": gettext_lazy("city staff"), "unknown": gettext_lazy("not recorded")}
KIND_WORDS = {
    "council_district": gettext_lazy("council district"),
    "neighborhood": gettext_lazy("neighborhood"),
    "borough": gettext_lazy("borough"),
    "community_district": gettext_lazy("community district"),
    "ward": gettext_lazy("ward"),
    "zip": gettext_lazy("ZIP code"),
    "city": gettext_lazy("city"),
}
FLAG_WORDS = {
    "closed_before_opened": gettext_lazy("closed before it was opened"),
    "default_date": gettext_lazy("a default date such as 1900"),
    "default_point": gettext_lazy("a default point shared by many addresses"),
    "off_city": gettext_lazy("a point outside the city"),
    "impossible_duration": gettext_lazy("open for an impossible time"),
    "mass_closed": gettext_lazy("closed together with an unlikely number of others"),
    "closed_in_minutes": gettext_lazy("field work closed within ten minutes"),
    "closed_after_as_of": gettext_lazy("closed after the as-of date, so counted as open"),
    "opened_after_as_of": gettext_lazy("opened after the as-of date"),
    "status_conflict": gettext_lazy("status and closing date disagree"),
    "unknown_status": gettext_lazy("a status the layout does not know"),
}
UNIT_WORDS = {
    "business_days": gettext_lazy("business days"),
    "business_hours": gettext_lazy("business hours"),
    "calendar_days": gettext_lazy("days"),
    "calendar_hours": gettext_lazy("hours"),
}
VERDICT_WORDS = {
    "padded": gettext_lazy("far longer than needed"),
    "broken": gettext_lazy("shorter than half of the requests take"),
    "fair": gettext_lazy("about right"),
}
PICKED_WORDS = {
    "random": gettext_lazy("drawn at random"),
    "mass_closed": gettext_lazy("closed together with many others"),
    "closed_before_opened": gettext_lazy("closed before it was opened"),
    "closed_in_minutes": gettext_lazy("field work closed within ten minutes"),
    "asked": gettext_lazy("looked at without being drawn"),
}
REVIEW_WORDS = {"pending": gettext_lazy("waiting"), "passed": gettext_lazy("passed"), "returned": gettext_lazy("returned")}
QUEUE_WORDS = {"returned": gettext_lazy("Returned"), "mass_closed": gettext_lazy("Closed together"), "sampled": gettext_lazy("Sampled")}
# Places known by a number alone need their kind beside it: "3" says nothing, "District 3" does.
NUMBERED = {
    "council_district": gettext_lazy("District %(name)s"),
    "community_district": gettext_lazy("Community district %(name)s"),
    "ward": gettext_lazy("Ward %(name)s"),
    "neighborhood": gettext_lazy("Neighborhood %(name)s"),
}
SHORTEST_NAME = 4


def place_word(kind: str, name: str) -> str:
    """The name of a place; a bare number or letter gets its kind."""
    return str(NUMBERED[kind]) % {"name": name} if kind in NUMBERED and len(name) < SHORTEST_NAME else name


def amount_words(value: float, unit: str) -> str:
    """A promise's time in words: 1 business day, 2.5 hours."""
    some = 1 if value == 1 else 2
    one = {
        "business_days": ngettext("%(count)s business day", "%(count)s business days", some),
        "business_hours": ngettext("%(count)s business hour", "%(count)s business hours", some),
        "calendar_days": ngettext("%(count)s day", "%(count)s days", some),
        "calendar_hours": ngettext("%(count)s hour", "%(count)s hours", some),
    }
    return one[unit] % {"count": f"{value:g}"}


def kind_word(name: str) -> str:
    """A kind of place in words; one nobody named reads as its own name."""
    return str(KIND_WORDS.get(name, name.replace("_", " ")))


def flag_word(name: str) -> str:
    """A flag in words."""
    return str(FLAG_WORDS.get(name, name.replace("_", " ")))
