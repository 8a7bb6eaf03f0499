"""The demo city's register: measures people give, one computed, one survey item, one gap; targets, a correction, a value asked for."""

from datetime import datetime, time, timedelta
from typing import Any

import numpy as np
import yaml
from django.db import transaction

from citystat.core import clock
from citystat.core.cities import current_city
from citystat.ops.demo.city import DemoCity
from citystat.people.models import User
from citystat.plan import known
from citystat.plan import periods as calendar
from citystat.plan.definitions import Measure
from citystat.plan.periods import Period
from citystat.plan.registered import actions, value_actions
from citystat.plan.registered.value_actions import Given

FILE = "register.yaml"
SEED = 412
PERIODS = {"month": 30, "quarter": 14, "year": 7}
DAYS_UNTIL_GIVEN = 6
ANALYST, OFFICER = "analyst@calderbend.example", "officer@calderbend.example"
Words = dict[str, Any]


def make_register(city: DemoCity) -> dict[str, int]:
    """Definitions drafted by the analyst and validated by the performance officer, with their values up to the last period."""
    content = yaml.safe_load((city.folder / FILE).read_text(encoding="utf-8"))
    random = np.random.default_rng(SEED)
    analyst, officer = (User.objects.get(email=email) for email in (ANALYST, OFFICER))
    with transaction.atomic():
        for one in content["measures"]:
            _define(one, analyst, officer)
        for one in content["measures"]:
            _values(one, random, officer)
        for one in content["measures"]:
            _assign(one, analyst)
        actions.define(by=analyst, **content["draft"])
        asked = value_actions.ask(by=None)
    return {"measures": len(content["measures"]), "asked": len(asked)}


def _define(one: Words, analyst: User, officer: User) -> None:
    owner = User.objects.filter(email=one["owner"]).first() if one["owner"] else None
    version = actions.define(
        by=analyst, name=one["name"], source=one["source"], definition=one["definition"], department=one["department"], owner=owner
    )
    actions.submit(by=analyst, version=version)
    actions.validate(by=officer, version=version)
    for target in one.get("targets", ()):
        value_actions.set_target(
            by=analyst, name=one["name"], value=target["value"], start=target["from"], end=target.get("to"), rationale=target["rationale"]
        )


def _assign(one: Words, analyst: User) -> None:
    if one.get("rolls_up_to"):
        owner = User.objects.filter(email=one["owner"]).first() if one["owner"] else None
        actions.assign(by=analyst, name=one["name"], department=one["department"], owner=owner, rolls_up_to=one["rolls_up_to"])


def _values(one: Words, random: np.random.Generator, officer: User) -> None:
    """A value a period; the newest monthly one of the lights is left to be asked for."""
    if "values" not in one:
        return
    measure = known.find(one["name"])
    last = value_actions.last_period(measure, clock.today() - timedelta(days=1))
    count, series = PERIODS[measure.period], one["values"]
    swings = random.normal(0, series["swing"] / 2, count)
    fixed: Words | None = one.get("correction")
    for at in range(count - (1 if fixed else 0)):
        period = calendar.period_at(measure.period, last.index - count + 1 + at)
        counted = round(max(0.0, series["start"] + series["step"] * at + swings[at]))
        counted = min(counted, series["of"]) if "of" in series else counted
        is_wrong = fixed is not None and at == count - 1 - fixed["months_ago"]
        _give(measure, period, fixed["wrong"] if fixed and is_wrong else counted, series)
        if is_wrong:
            _correct(measure, period, counted, one, officer)


def _give(measure: Measure, period: Period, counted: float, series: Words) -> None:
    given = Given(counted, series["of"]) if "of" in series else Given(value=counted)
    with clock.at(_morning(period, DAYS_UNTIL_GIVEN)):
        value_actions.record(by=None, name=measure.name, period=period.key, given=given)


def _correct(measure: Measure, period: Period, counted: float, one: Words, officer: User) -> None:
    reason = one["correction"]["reason"]
    with clock.at(_morning(period, DAYS_UNTIL_GIVEN * 5)):
        value_actions.correct(
            by=officer, name=measure.name, period=period.key, given=Given(counted, one["values"]["of"]), reason=reason["en"],
            reason_es=reason["es"], stood_in=[f"/measures/{measure.name}/"],
        )  # fmt: skip


def _morning(period: Period, days: int) -> datetime:
    """Nine in the morning so many days after a period, but never later than now."""
    then = datetime.combine(period.end + timedelta(days=days), time(9), tzinfo=current_city().zone)
    return min(then, clock.now())
