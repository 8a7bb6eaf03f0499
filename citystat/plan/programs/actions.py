"""Writes of programs, evidence, work groups and improvements."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from citystat.core import audit, clock, edits
from citystat.core.cities import current_city
from citystat.core.errors import InputError
from citystat.plan import periods as calendar
from citystat.plan import queries as measures
from citystat.plan.models import Countdown, Evidence, Improvement, Program, WorkGroup, WorkGroupMeeting
from citystat.plan.programs import access, before_after, queries

Row = TypeVar("Row", bound=models.Model)
# Second words of addresses, which a short name must not hide behind.
TAKEN = {"new", "budget", "meetings", "groups"}
LONGEST_WINDOW = 36


@dataclass(frozen=True)
class ProgramText:
    """A program as typed."""

    slug: str
    title: str
    title_es: str = ""
    text: str = ""
    text_es: str = ""
    goal_code: str = ""
    department: str = ""
    decided_on: date | None = None
    decided_by: str = ""
    budget: Decimal | None = None
    countdown: str = ""
    services: Sequence[str] = ()
    measures: Sequence[str] = ()
    is_public: bool = True


def save_program(*, by: Any, program: ProgramText, existing: Program | None = None, revision: int = 0) -> Program:
    """Record a program, or change one. Raises InputError for a decision in the future or names that do not exist."""
    access.check_can_edit(by)
    if not program.title.strip():
        raise InputError(_("Give the program a title."))
    if program.decided_on and program.decided_on > clock.today():
        raise InputError(_("The decision is dated in the future: leave the day empty until it is taken."))
    if program.budget is not None and program.budget < 0:
        raise InputError(_("A budget is not negative."))
    if program.countdown and not Countdown.objects.filter(slug=program.countdown).exists():
        raise InputError(_("There is no countdown with the short name %(name)s.") % {"name": program.countdown})
    for name in program.measures:
        _known_measure(name, must_be_public=program.is_public)
    return store(by, existing or Program(), program, existing is None, revision, "program.save")


def store(by: Any, row: Row, text: Any, is_new: bool, revision: int, action: str) -> Row:
    """Save a row that has a short name and a revision, with its audit row; the other editor is told."""
    if text.slug in TAKEN:
        raise InputError(_("“%(name)s” is taken by a page: choose another short name.") % {"name": text.slug})
    names = [one.name for one in fields(text)]
    for name in names:
        value = getattr(text, name)
        setattr(row, name, list(value) if isinstance(value, tuple) else value)
    edits.check_texts(row)
    try:
        with transaction.atomic():
            if is_new:
                row.save(force_insert=True)
            else:
                edits.save(row, names, revision=revision)
            audit.record(by=by, action=action, target=text.slug)
    except IntegrityError as error:
        raise InputError(_("There is one with the short name %(name)s already.") % {"name": text.slug}) from error
    return row


def _known_measure(name: str, *, must_be_public: bool) -> None:
    if measures.measure(name).audience != "public" and must_be_public:
        raise InputError(_("The measure %(name)s is for the staff only, so this page cannot be public.") % {"name": name})


def add_evidence(
    *, by: Any, program: Program, kind: str, text: str, source: str = "", dated_on: date | None = None, text_es: str = "", url: str = "",
    measure: str = "", period: str = "",
) -> Evidence:  # fmt: skip
    """Add a finding. The value of a measure is read from the data and kept with its build; nobody types it."""
    access.check_can_edit(by)
    if kind not in Evidence.Kind.values:
        raise InputError(_("Say where it comes from: a survey, 311 requests, a measure, a meeting or a document."))
    if not text.strip():
        raise InputError(_("Say what was found."))
    read: dict[str, Any] = {}
    if measure or kind == Evidence.Kind.MEASURE:
        read = _value_read(program, measure, period)
        dated_on, source = dated_on or read.pop("ends_on"), source.strip() or read["measure"]
        read.pop("ends_on", None)
    if not source.strip() or dated_on is None:
        raise InputError(_("Say where it is written down, and the day it is dated."))
    if dated_on > clock.today():
        raise InputError(_("Evidence cannot be dated in the future."))
    with transaction.atomic():
        row = Evidence.objects.create(
            program=program, kind=kind, text=text.strip(), text_es=text_es.strip(), source=source.strip(), url=_address(url),
            dated_on=dated_on, recorded_by=by if getattr(by, "pk", None) else None, recorded_at=clock.now(), **read,
        )  # fmt: skip
        audit.record(by=by, action="program.add_evidence", target=program.slug, details={"source": row.source, "dated_on": str(dated_on)})
    return row


def _value_read(program: Program, name: str, period: str) -> dict[str, Any]:
    if not name or not period:
        raise InputError(_("Name the measure and the period its value is of, such as 2017-06."))
    _known_measure(name, must_be_public=program.is_public)
    span = calendar.parse_period(period, current_city().fiscal_year_start_month)
    row = measures.measure_rows(name, start=span.start, end=span.end, period=span.unit)[0]
    if row.value is None:
        raise InputError(_("The measure %(name)s has no value for %(period)s.") % {"name": name, "period": span.key})
    if not row.complete:
        raise InputError(_("%(period)s is not complete yet, so its value is no evidence.") % {"period": span.key})
    return {"measure": name, "period": span.key, "value": row.value, "build": row.build, "ends_on": span.end}


def _address(url: str) -> str:
    cleaned = url.strip()
    if cleaned and (not cleaned.startswith(("/", "https://", "http://")) or cleaned.startswith("//")):
        raise InputError(_("Write an address that starts with / or https://."))
    return cleaned


def take_back_evidence(*, by: Any, evidence: Evidence, why: str) -> Evidence:
    """Take a finding back, with a reason. It stays in the record and leaves the page."""
    access.check_can_edit(by)
    if not why.strip():
        raise InputError(_("Say why it is taken back."))
    with transaction.atomic():
        values = {"taken_back_at": clock.now(), "taken_back_why": why.strip()}
        if not Evidence.objects.filter(pk=evidence.pk, taken_back_at__isnull=True).update(**values):
            raise InputError(_("Somebody took this finding back already; the first reason stands."))
        evidence.refresh_from_db()
        audit.record(by=by, action="program.take_back_evidence", target=evidence.program.slug, details={"why": why.strip()})
    return evidence


def save_group(*, by: Any, slug: str, title: str, title_es: str = "", text: str = "", text_es: str = "") -> WorkGroup:
    """Name a work group, or change its texts."""
    access.check_can_edit(by)
    if not slug or not title.strip():
        raise InputError(_("Give the group a short name and a title."))
    with transaction.atomic():
        texts = {"title": title.strip(), "title_es": title_es.strip(), "text": text.strip(), "text_es": text_es.strip()}
        row, _made = WorkGroup.objects.update_or_create(slug=slug, defaults=texts)
        audit.record(by=by, action="work_group.save", target=slug)
    return row


def record_meeting_of(
    *, by: Any, slug: str, title: str, held_on: date, title_es: str = "", text: str = "", text_es: str = ""
) -> WorkGroupMeeting:  # fmt: skip
    """Record a meeting of a group; a group nobody has named yet is named with it, one that is known keeps its texts."""
    with transaction.atomic():
        group = WorkGroup.objects.filter(slug=slug).first() or save_group(by=by, slug=slug, title=title, title_es=title_es)
        return record_meeting(by=by, group=group, held_on=held_on, text=text, text_es=text_es)


def record_meeting(*, by: Any, group: WorkGroup, held_on: date, text: str = "", text_es: str = "") -> WorkGroupMeeting:
    """Record a meeting that was held."""
    access.check_can_edit(by)
    if held_on > clock.today():
        raise InputError(_("A meeting is recorded once it was held: choose a day that has passed."))
    try:
        with transaction.atomic():
            row = WorkGroupMeeting.objects.create(
                group=group, held_on=held_on, text=text.strip(), text_es=text_es.strip(),
                recorded_by=by if getattr(by, "pk", None) else None,
            )  # fmt: skip
            audit.record(by=by, action="work_group.record_meeting", target=f"{group.slug} {held_on}")
    except IntegrityError as error:
        raise InputError(_("A meeting of this group on this day is recorded already.")) from error
    return row


@dataclass(frozen=True)
class ImprovementText:
    """An improvement as typed: one figure, of a measure or of incidents."""

    slug: str
    title: str
    started_on: date
    title_es: str = ""
    text: str = ""
    text_es: str = ""
    department: str = ""
    meeting: WorkGroupMeeting | None = None
    program: Program | None = None
    window_months: int = 6
    measure: str = ""
    incidents: str = ""
    where: Mapping[str, Any] = field(default_factory=dict)
    by: str = ""
    areas: Sequence[str] = ()
    is_public: bool = True


def save_improvement(*, by: Any, improvement: ImprovementText, existing: Improvement | None = None, revision: int = 0) -> Improvement:
    """Record an improvement, or change one. Raises InputError unless exactly one figure can show it."""
    access.check_can_edit(by)
    if not improvement.title.strip():
        raise InputError(_("Say what changed."))
    if improvement.started_on > clock.today():
        raise InputError(_("Record an improvement from the day it began: that day is still to come."))
    if not 1 <= improvement.window_months <= LONGEST_WINDOW:
        raise InputError(_("Compare between 1 and %(most)s months on each side.") % {"most": LONGEST_WINDOW})
    if bool(improvement.measure) == bool(improvement.incidents):
        raise InputError(_("Choose one figure that should show it: a measure, or a kind of incidents."))
    if improvement.measure:
        _check_figure(improvement)
    elif improvement.incidents not in queries.incident_kinds():
        raise InputError(_("No incidents of the kind “%(kind)s” are loaded.") % {"kind": improvement.incidents})
    return store(by, existing or Improvement(), improvement, existing is None, revision, "improvement.save")


def _check_figure(text: ImprovementText) -> None:
    """The measure is there, has months, and can be filtered and split as asked."""
    _known_measure(text.measure, must_be_public=text.is_public)
    before_after.check_monthly(measures.measure(text.measure))
    day = measures.last_day(text.measure)
    by: Iterable[str] = (text.by,) if text.by else ()
    measures.measure_table(text.measure, start=day, end=day, where=text.where or None, by=tuple(by), period="month", interval=False)
