"""What the contact center gives a build: months of calls and of callers' answers, so that a packet can be made again from its build."""

from typing import Any

import pyarrow as pa

from citystat.service_requests.center import calls, survey

CALL_MONTHS = pa.schema(
    [
        ("month", pa.date32()),
        ("offered", pa.int64()),
        ("answered", pa.int64()),
        ("abandoned", pa.int64()),
        ("wait_seconds", pa.float64()),
        ("wait_calls", pa.int64()),
        ("in_target", pa.float64()),
        ("target_calls", pa.int64()),
        ("target_seconds", pa.int32()),
        ("days_known", pa.int32()),
        ("days", pa.int32()),
        ("is_complete", pa.bool_()),
    ]
)
SURVEY_MONTHS = pa.schema(
    [
        ("month", pa.date32()), ("question", pa.string()), ("answers", pa.int64()), ("satisfied", pa.int64()), ("respondents", pa.int64()),
        ("calls_answered", pa.int64()),
    ]
)  # fmt: skip


def tables() -> dict[str, pa.Table]:
    """Tables by name; none where nothing was loaded. Months with too few answers are not in them."""
    found = {"call_months": _table(_calls(), CALL_MONTHS), "caller_survey_months": _table(_answers(), SURVEY_MONTHS)}
    return {name: table for name, table in found.items() if table.num_rows}


def _table(rows: list[dict[str, Any]], schema: pa.Schema) -> pa.Table:
    return pa.Table.from_pylist(rows, schema=schema)


def _calls() -> list[dict[str, Any]]:
    return [
        {
            "month": one.first, "offered": one.figures.offered, "answered": one.figures.answered_known,
            "abandoned": one.figures.abandoned_known,
            "wait_seconds": one.figures.wait, "wait_calls": one.figures.wait_calls, "in_target": one.figures.in_target,
            "target_calls": one.figures.target_calls, "target_seconds": one.target_seconds, "days_known": one.days_known, "days": one.days,
            "is_complete": one.complete,
        }
        for one in calls.monthly()
    ]  # fmt: skip


def _answers() -> list[dict[str, Any]]:
    return [
        {
            "month": month.first, "question": one.question, "answers": one.answers, "satisfied": one.satisfied,
            "respondents": month.respondents, "calls_answered": month.calls_answered,
        }
        for month in survey.months()
        for one in month.questions
        if one.state == survey.OK
    ]  # fmt: skip
