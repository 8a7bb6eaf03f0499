"""Registered measures that are ready to read, and the people who make them."""

from datetime import date
from typing import Any

from citystat.people.models import RoleGrant, User
from citystat.plan import periods
from citystat.plan.models import MeasureVersion, RegisteredMeasure
from citystat.plan.registered import actions, value_actions
from citystat.plan.registered.value_actions import Given

DEFINITION: dict[str, Any] = {
    "label": {"en": "Street lights working", "es": "Luces encendidas"},
    "description": {"en": "Lights found lit on the night round, of all lights.", "es": "Luces encendidas en la ronda."},
    "why": {"en": "People feel safer on lit streets.", "es": "Las calles iluminadas son más seguras."},
    "unit": {"en": "%", "es": "%"},
    "type": "outcome", "tier": 2, "audience": "public", "direction": "increase", "format": "percent", "frequency": "month",
    "data_source": "Night round sheet", "location": "Lights workbook, tab Rounds", "data_owner": "Ana Ruiz", "data_owner_role": "Lights",
    "collection": "The lights crew counts on the first Tuesday night.", "numerator": "Lights lit", "denominator": "Lights passed",
    "used_for": "Budget of lights", "readers": ["Streets meeting"], "baseline": {"value": 0.9, "year": 2016},
    "groups": ["council_district"],
    "minimum_denominator": 1, "review_by": "2027-06-30",
}  # fmt: skip
COUNTED = {
    **DEFINITION, "label": {"en": "Trees planted", "es": "Árboles plantados"}, "unit": {"en": "trees", "es": "árboles"}, "format": "count",
    "type": "output", "over_periods": "sum", "denominator": "", "numerator": "Trees planted on public land", "groups": [],
    "baseline": {"value": 100, "year": 2016},
}  # fmt: skip


def person(email: str, *roles: str, name: str = "") -> User:
    """An account with roles."""
    user = User.objects.filter(email=email).first() or User.objects.create_user(email, name=name or email.partition("@")[0].title())
    for role in roles:
        RoleGrant.objects.get_or_create(user=user, role=role)
    return user


def analyst() -> User:
    """Drafts."""
    return person("analyst@city.example", "analyst")


def officer() -> User:
    """Validates."""
    return person("officer@city.example", "performance_officer")


def owner() -> User:
    """Gives values and has no right of the matrix."""
    return person("owner@city.example")


def draft(name: str = "street_lights", source: str = "typed", **changes: Any) -> MeasureVersion:
    """A first draft."""
    base = COUNTED if changes.get("format") == "count" else DEFINITION
    return actions.define(by=analyst(), name=name, source=source, definition={**base, **changes}, department="Streets", owner=owner())


def validated(name: str = "street_lights", source: str = "typed", **changes: Any) -> RegisteredMeasure:
    """A measure everyone can read."""
    version = draft(name, source, **changes)
    actions.submit(by=analyst(), version=version)
    actions.validate(by=officer(), version=version)
    return version.measure


def give(name: str, values: dict[str, Any]) -> None:
    """Values by period: a number, or numerator and denominator."""
    for period, value in values.items():
        pair = value if isinstance(value, tuple) else (None, None)
        alone = None if isinstance(value, tuple) else value
        value_actions.record(
            by=analyst(), name=name, period=period, given=Given(pair[0], pair[1], alone, note="" if value is not None else "none")
        )


def months(first: str, count: int) -> list[str]:
    """`2016-01`, `2016-02`, ..."""
    start = periods.index_of("month", date.fromisoformat(f"{first}-01"))
    return [periods.period_at("month", start + step).key for step in range(count)]
