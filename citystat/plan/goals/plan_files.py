"""A plan written as YAML. `read` returns plain values or one sentence, `load` makes a draft of it.

title: {en: City plan, es: Plan de la ciudad}
starts_on: 2026-05-01
ends_on: 2031-04-30
goals:
  - code: streets
    level: priority
    title: {en: Streets that last, es: Calles que duran}
    goals:                        # what stands below it
      - code: potholes
        level: objective
        owner: head@city.example
        measurable: true
        measures: [{measure: closed_on_time, baseline: 0.71, baseline_on: 2025-12-31, target: 0.85, target_on: 2028-12-31}]
        partners: [{name: Paving alliance, role: Shares crews in spring}]
        datasets: [{title: Requests, url: /explore/}]
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from django.contrib.auth import get_user_model
from django.db import transaction

from citystat.core import yaml_files
from citystat.core.errors import InputError
from citystat.plan.goals import actions, rules
from citystat.plan.goals.actions import GoalText, PartnerText
from citystat.plan.models import Plan

PLAN_FIELDS: Final = frozenset({"title", "text", "starts_on", "ends_on", "goals"})
TEXTS: Final = ("title", "text", "story")
GOAL_FIELDS: Final = frozenset(
    {"code", "level", *TEXTS, "department", "owner", "sponsor", "starts_on", "ends_on", "measurable", "data_needed", "replaces", "measures",
     "partners", "datasets", "goals"}
)  # fmt: skip
MEASURE_FIELDS: Final = frozenset({"measure", "baseline", "baseline_on", "target", "target_on"})
PARTNER_FIELDS: Final = frozenset({"name", "role", "url", "since", "until"})
DATASET_FIELDS: Final = frozenset({"title", "url"})


@dataclass(frozen=True)
class PlanText:
    """A plan as written, its goals from the top down."""

    title: str
    title_es: str
    text: str
    text_es: str
    starts_on: date
    ends_on: date
    goals: tuple[GoalText, ...]
    people: dict[str, tuple[str, str]]


def read(path: Path) -> PlanText:
    """The plan of a file; InputError names the place of the first mistake."""
    content = yaml_files.read(path)
    values = _checked(content, PLAN_FIELDS, path.name)
    written = list(_goals(values.get("goals") or [], "", path.name, 0))
    texts = {name: _pair(values, name, path.name) for name in ("title", "text")}
    return PlanText(
        *texts["title"], *texts["text"], _day(values, "starts_on", path.name), _day(values, "ends_on", path.name),
        tuple(goal for goal, _ in written), {goal.code: people for goal, people in written},
    )  # fmt: skip


def load(*, by: Any, path: Path) -> Plan:
    """Make a draft of the file, whole or not at all; people are found by their e-mail addresses."""
    plan = read(path)
    with transaction.atomic():
        made = actions.create_plan(
            by=by,
            title=plan.title,
            title_es=plan.title_es,
            text=plan.text,
            text_es=plan.text_es,
            starts_on=plan.starts_on,
            ends_on=plan.ends_on,
        )
        for goal in plan.goals:
            owner, sponsor = (_person(email, f"{path.name}, {goal.code}") for email in plan.people[goal.code])
            actions.save_goal(by=by, plan=made, goal=GoalText(**(goal.__dict__ | {"owner": owner, "sponsor": sponsor})))
    return made


def _goals(rows: Any, parent: str, where: str, depth: int) -> Iterator[tuple[GoalText, tuple[str, str]]]:
    if not isinstance(rows, list) or depth > rules.DEEPEST:
        raise InputError(f"{where}: `goals` is a list, at most {rules.DEEPEST} levels deep.")
    for position, row in enumerate(rows):
        values = _checked(row, GOAL_FIELDS, f"{where}, goal {position + 1}")
        code = str(values.get("code") or "")
        here = f"{where}, goal {code or position + 1}"
        if not code:
            raise InputError(f"{here}: a goal needs a `code`.")
        yield _goal(values, code, parent, position, here), (str(values.get("owner") or ""), str(values.get("sponsor") or ""))
        yield from _goals(values.get("goals") or [], code, where, depth + 1)


def _goal(values: Mapping[str, Any], code: str, parent: str, position: int, where: str) -> GoalText:
    title, text, story = (_pair(values, name, where) for name in TEXTS)
    return GoalText(
        code=code, level=str(values.get("level") or ""), parent=parent, position=position, title=title[0], title_es=title[1], text=text[0],
        text_es=text[1], story=story[0], story_es=story[1], department=str(values.get("department") or ""),
        starts_on=_day(values, "starts_on", where, needed=False), ends_on=_day(values, "ends_on", where, needed=False),
        is_measurable=bool(values.get("measurable", False)), data_needed=str(values.get("data_needed") or ""),
        replaces=str(values.get("replaces") or ""), measures=[_aim(one, where) for one in values.get("measures") or []],
        partners=[_partner(one, where) for one in values.get("partners") or []],
        datasets=[_dataset(one, where) for one in values.get("datasets") or []],
    )  # fmt: skip


def _aim(row: Any, where: str) -> rules.Aim:
    values = _checked(row, MEASURE_FIELDS, f"{where}, measures")
    if not values.get("measure"):
        raise InputError(f"{where}: each of `measures` needs the name of a measure.")
    return rules.Aim(
        str(values["measure"]), _number(values, "baseline", where), _day(values, "baseline_on", where, needed=False),
        _number(values, "target", where), _day(values, "target_on", where, needed=False),
    )  # fmt: skip


def _partner(row: Any, where: str) -> PartnerText:
    values = _checked(row, PARTNER_FIELDS, f"{where}, partners")
    if not values.get("name") or not values.get("role"):
        raise InputError(f"{where}: a partner needs a name and a role.")
    days = (_day(values, name, where, needed=False) for name in ("since", "until"))
    return PartnerText(str(values["name"]), str(values["role"]), str(values.get("url") or ""), *days)


def _dataset(row: Any, where: str) -> tuple[str, str]:
    values = _checked(row, DATASET_FIELDS, f"{where}, datasets")
    if not values.get("title") or not values.get("url"):
        raise InputError(f"{where}: a dataset needs a title and a url.")
    return str(values["title"]), str(values["url"])


def _checked(values: Any, known: frozenset[str], where: str) -> Mapping[str, Any]:
    if not isinstance(values, dict):
        raise InputError(f"{where}: named values are expected here.")
    unknown = sorted(str(name) for name in values if name not in known)
    if unknown:
        raise InputError(f"{where}: {unknown[0]!r} is not known here. Known are {', '.join(sorted(known))}.")
    return values


def _pair(values: Mapping[str, Any], name: str, where: str) -> tuple[str, str]:
    given = values.get(name)
    if given is None:
        return "", ""
    if isinstance(given, str):
        return given, ""
    if not isinstance(given, dict) or not set(given) <= {"en", "es"}:
        raise InputError(f"{where}: `{name}` is a text, or one for `en` and one for `es`.")
    return str(given.get("en") or ""), str(given.get("es") or "")


def _day(values: Mapping[str, Any], name: str, where: str, *, needed: bool = True) -> Any:
    given = values.get(name)
    if given is None and not needed:
        return None
    if not isinstance(given, date):
        raise InputError(f"{where}: `{name}` is a date such as 2027-01-15.")
    return given


def _number(values: Mapping[str, Any], name: str, where: str) -> float | None:
    given = values.get(name)
    if given is None:
        return None
    if isinstance(given, bool) or not isinstance(given, int | float):
        raise InputError(f"{where}: `{name}` is a number; a share is written 0.61, not 61%.")
    return float(given)


def _person(email: str, where: str) -> Any:
    if not email:
        return None
    found = get_user_model().objects.filter(email=email.strip().lower()).first()
    if found is None:
        raise InputError(f"{where}: there is no account {email}: make it first, or leave the owner out.")
    return found
