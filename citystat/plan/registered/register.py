"""The register as readers see it: measures of validated definitions, targets, corrections, kept in memory between changes.

A process looks for changes of other processes every ten seconds with one statement, and at once for its own; pages that show only
what the warehouse holds then ask the database nothing. `stamp` names the state read: what is kept by build is kept by it too.
"""

import threading
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection, connections, transaction
from django.db.models.signals import post_delete, post_save
from django.utils.translation import gettext as _
from django.utils.translation import override

from citystat.core.home import home
from citystat.core.texts import said
from citystat.plan.definitions import Measure, Target
from citystat.plan.models import (
    Correction,
    Goal,
    GoalMeasure,
    MeasureName,
    MeasureVersion,
    RecordedValue,
    RegisteredMeasure,
    ResidentInput,
)
from citystat.plan.models import Target as TargetRow
from citystat.plan.registered import measures as building

SECONDS_KEPT = 10.0
WATCHED = (RegisteredMeasure, MeasureVersion, MeasureName, RecordedValue, TargetRow, Correction, ResidentInput)
Stamp = tuple[Any, ...]


@dataclass(frozen=True)
class Row:
    """What the register says beside the definition: whose it is, what it rolls up to."""

    id: int
    name: str
    source: str
    department: str
    owner_id: int | None
    rolls_up_to: str
    is_retired: bool


@dataclass(frozen=True)
class Erratum:
    """A correction of a public figure as readers see it; `period` and group as in results."""

    id: int
    measure: str
    period: str
    group_key: str
    group_value: str
    old_value: float | None
    new_value: float | None
    reason: str
    reason_es: str
    published_at: datetime
    stood_in: tuple[str, ...]

    @property
    def why(self) -> str:
        """The reason in the reader's language."""
        return said(self, "reason")


@dataclass(frozen=True)
class Content:
    """Everything read of the register at one time."""

    stamp: Stamp = ()
    measures: Mapping[str, Measure] = field(default_factory=dict)
    rows: Mapping[str, Row] = field(default_factory=dict)
    targets: Mapping[str, tuple[Target, ...]] = field(default_factory=dict)
    errata: Mapping[str, tuple[Erratum, ...]] = field(default_factory=dict)


class _Kept:
    """The content by database, read again when it is old and something changed."""

    def __init__(self) -> None:
        self._content: dict[str, tuple[float, Content]] = {}
        self._lock = threading.Lock()
        self._is_empty = False

    def get(self) -> Content:
        """The content, no older than the time it may be kept."""
        key, now = _key(), time.monotonic()
        with self._lock:
            found = self._content.get(key)
            is_empty = self._is_empty
        if is_empty:
            return EMPTY
        if found and now < found[0]:
            return found[1]
        content = self._fresh(found[1] if found else None)
        with self._lock:
            self._content[key] = (now + getattr(settings, "CITYSTAT_SECONDS_KEPT", SECONDS_KEPT), content)
        return content

    def forget(self, *args: Any, **kwargs: Any) -> None:
        """Look again the next time; the content stays until then, in case nothing changed."""
        with self._lock:
            self._is_empty = False
            self._content = {key: (0.0, content) for key, (_, content) in self._content.items()}

    def start_empty(self) -> None:
        """Believe the register empty until something is written: for tests, each of which has a database of its own or none."""
        with self._lock:
            self._content, self._is_empty = {}, True

    def _fresh(self, known: Content | None) -> Content:
        now = _stamp()
        return known if known is not None and known.stamp == now else _read(now)


EMPTY = Content()
kept = _Kept()


def content() -> Content:
    """The register."""
    return kept.get()


def stamp() -> Stamp:
    """Changes whenever anything readers see of the register changes."""
    return kept.get().stamp


def forget() -> None:
    """Something changed without the tables' signals: look again now, and once more when the transaction is over."""
    kept.forget()
    transaction.on_commit(kept.forget)


def _forget(*args: Any, **kwargs: Any) -> None:
    forget()


for _table in WATCHED:
    for _signal in (post_save, post_delete):
        _signal.connect(_forget, sender=_table, dispatch_uid=f"register {_table.__name__}")


def _key() -> str:
    return f"{home()} {connections['default'].settings_dict['NAME']}"


# Rows of values, targets, names and corrections are only ever added, superseded or withdrawn, which these show.
_STAMPS: tuple[tuple[type[Any], str], ...] = (
    (RegisteredMeasure, "coalesce(sum(revision), 0)"),
    (RegisteredMeasure, "count(*)"),
    (MeasureVersion, "count(reviewed_at)"),
    (MeasureVersion, "max(reviewed_at)"),
    (MeasureName, "coalesce(max(id), 0)"),
    (RecordedValue, "coalesce(max(id), 0)"),
    (TargetRow, "coalesce(max(id), 0)"),
    (TargetRow, "count(withdrawn_at)"),
    (Correction, "coalesce(max(id), 0)"),
    (ResidentInput, "coalesce(max(id), 0)"),
)


def _stamp() -> Stamp:
    parts = ", ".join(f"(SELECT {what} FROM {connection.ops.quote_name(table._meta.db_table)})" for table, what in _STAMPS)
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {parts}")
            return tuple(str(value) for value in cursor.fetchone())
    except DatabaseError:
        # Before `citystat init` there is no register: the measures of the warehouse still answer.
        if RegisteredMeasure._meta.db_table in connection.introspection.table_names():
            raise
        return ()


def _read(now: Stamp) -> Content:
    if not now:
        return Content()
    rows = {row.name: row for row in RegisteredMeasure.objects.all()}
    versions = _grouped(MeasureVersion.objects.filter(status=MeasureVersion.Status.VALIDATED).order_by("version"), "measure_id")
    labels = {name.measure_id: name for name in MeasureName.objects.filter(used_to__isnull=True).order_by("id")}
    measures = {
        name: building.measure_from(row, versions[row.pk], labels.get(row.pk))
        for name, row in rows.items()
        if row.pk in versions and row.source != RegisteredMeasure.Source.WAREHOUSE
    }
    targets = _targets()
    reasons = plan_reasons([row for some in targets.values() for row in some])
    found = {name: tuple(_target(row, reasons) for row in some) for name, some in targets.items()}
    return Content(
        stamp=now,
        measures={name: replace(one, targets=(*one.targets, *found.get(name, ()))) for name, one in measures.items()},
        rows={name: _row(row) for name, row in rows.items()},
        targets=found,
        errata={name: tuple(map(_erratum, some)) for name, some in _grouped(Correction.objects.all(), "measure").items()},
    )


def _targets() -> dict[Any, list[TargetRow]]:
    return _grouped(TargetRow.objects.filter(withdrawn_at__isnull=True).order_by("set_at", "id"), "measure")


def _grouped(rows: Any, by: str) -> dict[Any, list[Any]]:
    found: dict[Any, list[Any]] = defaultdict(list)
    for row in rows:
        found[getattr(row, by)].append(row)
    return dict(found)


def _row(row: RegisteredMeasure) -> Row:
    return Row(row.pk, row.name, row.source, row.department, row.owner_id, row.rolls_up_to, row.is_retired)


def _target(row: TargetRow, reasons: Mapping[int, tuple[str, str]]) -> Target:
    return Target(row.value, row.in_force_from, row.in_force_to, *reasons.get(row.pk, (row.rationale, "")))


def plan_reasons(rows: Sequence[TargetRow]) -> dict[int, tuple[str, str]]:
    """Why plans set their targets, in English and Spanish, by target: the goal it is for, whatever language it was adopted in."""
    of_plans = [row for row in rows if row.plan_id]
    aims = GoalMeasure.objects.filter(goal__plan__in={row.plan_id for row in of_plans}).select_related("goal__plan") if of_plans else ()
    goals: dict[tuple[int | None, str, float | None], Goal] = {(one.goal.plan_id, one.measure, one.target_value): one.goal for one in aims}
    found = {}
    for row in of_plans:
        goal = goals.get((row.plan_id, row.measure, row.value))
        # What somebody wrote is left as it is.
        if goal is not None and row.rationale.endswith(f": {goal.title}"):
            found[row.pk] = (_reason(goal, goal.title, "en"), _reason(goal, goal.title_es or goal.title, "es"))
    return found


def _reason(goal: Goal, title: str, language: str) -> str:
    with override(language):
        return _("Goal of plan %(number)s: %(title)s") % {"number": goal.plan.number, "title": title}


def _erratum(row: Correction) -> Erratum:
    return Erratum(
        row.pk, row.measure, row.period, row.group_key, row.group_value, row.old_value, row.new_value, row.reason, row.reason_es,
        row.published_at, tuple(row.stood_in),
    )  # fmt: skip


def target_on(targets: tuple[Target, ...], day: date) -> Target | None:
    """The target in force on a day, with its rationale; the last one set wins."""
    return next((one for one in reversed(targets) if one.covers(day)), None)
