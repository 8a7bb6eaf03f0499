"""Calls, callers' answers and costs as rows, for tests that only read them."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from citystat.core.cities import current_city
from citystat.service_requests.models import CallerAnswer, CallVolume, CenterCost, CenterLoad

OPENS, CLOSES = 8 * 60, 17 * 60


def load(kind: str = "calls") -> CenterLoad:
    """The file rows say they came from."""
    counts = dict.fromkeys(("rows_read", "loaded", "unchanged", "superseded", "rejected"), 0)
    return CenterLoad.objects.get_or_create(
        kind=kind, file="test.csv", defaults={"layout": "test", "source": "test", "sha256": "", **counts}
    )[0]


def volume(on: date, minute: int = 0, offered: int = 10, *, grain: str = "interval", **values: Any) -> CallVolume:
    """One volume, not saved: nine of ten calls answered after 20 seconds, eight of ten within the target."""
    starts_at = datetime.combine(on, time(), tzinfo=values.pop("zone", None) or current_city().zone) + timedelta(minutes=minute)
    loaded = values.pop("load", None) or load()
    answered = values.pop("answered", offered * 9 // 10)
    given: dict[str, Any] = {
        "source": "test", "queue": "", "answered": answered, "abandoned": offered - answered, "wait_seconds": answered * 20.0,
        "handle_seconds": answered * 200.0, "in_target": offered * 0.8, "target_seconds": 20, "staff": None,
    } | values  # fmt: skip
    minutes = {"interval": 30, "day": 1440, "month": 0}[grain]
    return CallVolume(
        grain=grain, on=on, minute=minute, minutes=minutes, starts_at=starts_at.astimezone(UTC), offered=offered, load=loaded, **given
    )


def save(rows: Iterable[CallVolume]) -> None:
    """Store volumes."""
    CallVolume.objects.bulk_create(rows)


def half_hours(on: date, offered: int = 10, until: int = CLOSES, **values: Any) -> list[CallVolume]:
    """A day of half hours from eight to five, of one file: asking for it once for each row takes longer than storing them."""
    values = {"zone": current_city().zone, "load": load()} | values
    return [volume(on, minute, offered, **values) for minute in range(OPENS, until, 30)]


def answers(on: date, scores: Iterable[int], question: str = "overall", start: int = 0, **values: Any) -> None:
    """One respondent a score."""
    loaded = load("caller_survey")
    CallerAnswer.objects.bulk_create(
        CallerAnswer(source="test", respondent=f"{on}-{number}", question=question, on=on, score=score, load=loaded, **values)
        for number, score in enumerate(scores, start)
    )


def cost(period: tuple[date, date], post: str, payer: str, amount: str, share: str = "1", *, is_post: bool = True) -> None:
    """One payer's share of a post."""
    CenterCost.objects.create(
        starts_on=period[0], ends_on=period[1], post=post, payer=payer, share=Decimal(share), amount=Decimal(amount), is_post=is_post,
        load=load("center_costs"),
    )  # fmt: skip
