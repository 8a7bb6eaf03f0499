"""Reads of callers' answers: counts and shares of many, with Wilson intervals; small numbers are not shown. Never a single answer."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db.models import Count, Max, Q
from django.db.models.functions import TruncMonth
from django.utils.translation import get_language

from citystat.methods import rates
from citystat.service_requests.center import calls, layout_files
from citystat.service_requests.models import CallerAnswer

SATISFIED: Final = 4
FEWEST: Final = 20
OK, TOO_FEW = "ok", "too_few"


@dataclass(frozen=True)
class Satisfaction:
    """Answers to one question: how many, how many of them 4 or 5 of 5, the share with its 95 % interval. Too few: no number but `state`."""

    question: str
    label: str
    answers: int | None
    satisfied: int | None
    share: float | None
    lower: float | None
    upper: float | None
    state: str


@dataclass(frozen=True)
class SurveyMonth:
    """One month: respondents, their rate of the calls answered (None where the calls are not known), and each question."""

    first: date
    respondents: int | None
    calls_answered: int | None
    response_rate: float | None
    questions: tuple[Satisfaction, ...]


def months(first: date | None = None, last: date | None = None) -> list[SurveyMonth]:
    """Every month with an answer, oldest first."""
    found: dict[date, dict[str, dict[str, Any]]] = defaultdict(dict)
    for row in _rows(first, last):
        found[row["month"]][row["question"]] = row
    people = _respondents(first, last)
    answered = {one.first: one.figures.answered_known for one in calls.monthly(first, last) if one.complete} if found else {}
    order = questions()
    return [_month(month, found[month], people[month], answered.get(month), order) for month in sorted(found)]


def overall(first: date | None = None, last: date | None = None) -> list[Satisfaction]:
    """Every question over the whole time."""
    totals: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for row in _rows(first, last):
        totals[row["question"]][0] += row["answers"]
        totals[row["question"]][1] += row["satisfied"]
    return [satisfaction(code, *totals[code]) for code in questions() if code in totals]


def by_department(first: date | None = None, last: date | None = None) -> list[tuple[str, list[Satisfaction]]]:
    """Every department with its questions; departments with too few answers say so."""
    rows = _filtered(first, last).exclude(department="").values("department", "question").annotate(**_counts()).order_by("department")
    found: dict[str, dict[str, Satisfaction]] = defaultdict(dict)
    for row in rows:
        found[row["department"]][row["question"]] = satisfaction(row["question"], row["answers"], row["satisfied"])
    return [(name, [one[code] for code in questions() if code in one]) for name, one in found.items()]


def questions() -> list[str]:
    """Codes of the questions asked, in the order layouts have them."""
    asked = set(CallerAnswer.objects.order_by("question").values_list("question", flat=True).distinct())
    known = layout_files.question_labels("en")
    return [code for code in known if code in asked] + sorted(asked - known.keys())


def label(code: str) -> str:
    """The question in the reader's language."""
    known = layout_files.question_labels((get_language() or "en").partition("-")[0])
    return known.get(code, code.replace("_", " ").capitalize())


def satisfaction(code: str, answers: int, satisfied: int) -> Satisfaction:
    """The share with its interval. Too few answers, or so nearly all alike that single ones could be told, show no number."""
    if answers < FEWEST:
        return Satisfaction(code, label(code), None, None, None, None, None, TOO_FEW)
    found = rates.wilson(satisfied, answers)
    return Satisfaction(code, label(code), answers, satisfied, float(found.estimate), float(found.lower), float(found.upper), OK)


def last_day() -> date | None:
    """The newest answer's day."""
    return CallerAnswer.objects.aggregate(last=Max("on"))["last"]  # type: ignore[no-any-return]


def _month(first: date, rows: dict[str, dict[str, Any]], people: int, answered: int | None, order: list[str]) -> SurveyMonth:
    shown = tuple(satisfaction(code, rows[code]["answers"], rows[code]["satisfied"]) for code in order if code in rows)
    if people < FEWEST:
        return SurveyMonth(first, None, answered, None, shown)
    rate = people / answered if answered and people <= answered else None
    return SurveyMonth(first, people, answered, rate, shown)


def _filtered(first: date | None, last: date | None) -> Any:
    found = CallerAnswer.objects.all()
    found = found.filter(on__gte=first) if first else found
    return found.filter(on__lte=last) if last else found


def _counts() -> dict[str, Any]:
    return {"answers": Count("id"), "satisfied": Count("id", filter=Q(score__gte=SATISFIED))}


def _rows(first: date | None, last: date | None) -> list[dict[str, Any]]:
    by_month = _filtered(first, last).annotate(month=TruncMonth("on")).values("month", "question")
    return list(by_month.annotate(**_counts()).order_by("month", "question"))


def _respondents(first: date | None, last: date | None) -> dict[date, int]:
    by_month = _filtered(first, last).annotate(month=TruncMonth("on")).values("month")
    return {row["month"]: row["people"] for row in by_month.annotate(people=Count("respondent", distinct=True)).order_by("month")}
