"""What every report is made on: a build, a period, a language and an audience; and the parts all of them have."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from citystat.core import formats
from citystat.core.cities import current_city
from citystat.core.errors import InputError
from citystat.core.texts import said
from citystat.plan.models import Correction, MeasureVersion
from citystat.plan.registered import board
from citystat.stat_sessions.charts import period_label
from citystat.stat_sessions.commitments import rules as promises
from citystat.stat_sessions.content import Audience, Fact
from citystat.stat_sessions.models import Commitment
from citystat.stat_sessions.reports import rules, words
from citystat.stat_sessions.reports.document import FORMAT, Cell, Column, Document, Section, Table, explained, number, of_row
from citystat.stat_sessions.reports.document import words as text
from citystat.stat_sessions.reports.figures import Stand
from citystat.stat_sessions.reports.rules import Span
from citystat.stat_sessions.writing import with_unit
from citystat.warehouse.connections import open_build

Narratives = Mapping[str, str]


@dataclass(frozen=True)
class Ground:
    """A report before it is written. `narratives` are what people wrote, by measure."""

    kind: str
    period: str
    span: Span
    language: str
    audience: Audience
    build: int
    as_of: date
    department: str = ""
    narratives: Narratives = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The period in words."""
        return words.period_name(self.kind, self.period)


def ground(
    kind: str,
    period: str,
    *,
    language: str,
    audience: Audience,
    build: int | None,
    department: str = "",
    narratives: Narratives | None = None,
) -> Ground:
    """The ground of a report; InputError while its period is not over in the data."""
    span, warehouse = rules.span(kind, period), open_build(build)
    if warehouse.as_of < span.end:
        days = {"period": words.period_name(kind, period), "day": formats.day(warehouse.as_of)}
        raise InputError(_("%(period)s is not over in the data, which are of %(day)s: load newer data first.") % days)
    return Ground(kind, period, span, language, audience, warehouse.number, warehouse.as_of, department, narratives or {})


def document(on: Ground, sections: list[Section | None], subtitle: str) -> Document:
    """The sections there are, under the report's title."""
    city = current_city()
    public = on.audience == "public"
    return Document(
        format=FORMAT,
        kind=on.kind,
        period=on.period,
        department=on.department,
        city=city.name,
        demo=city.demo,
        language=on.language,
        audience=on.audience,
        eyebrow=str(words.KIND_NAMES[on.kind]),
        title=words.title(on.kind, on.period, on.department, city.name),
        subtitle=subtitle,
        build=on.build,
        as_of=on.as_of.isoformat(),
        meta=(
            Fact(_("Period"), on.name),
            Fact(_("Data as of"), formats.day(on.as_of)),
            Fact(_("Data build"), formats.number(on.build)),
            Fact(_("Version"), _("public version") if public else _("staff version, not for publication")),
        ),
        sections=explained(sections, city.minimum_denominator),
    )


def commitments(on: Ground) -> Section:
    """What was promised: closed in the period, overdue at its end, carried into the next."""
    rows = Commitment.objects.select_related("owner").filter(created_at__date__lte=on.span.end).order_by("due_on", "id")
    rows = rows.filter(department=on.department) if on.department else rows
    rows = rows if on.audience == "staff" else rows.filter(is_public=True)
    groups: dict[str, list[Commitment]] = {"closed": [], "overdue": [], "carried": []}
    for row in rows:
        state = _at_end(row, on.span)
        if state:
            groups[state].append(row)
    said_of = {name: formats.number(len(some)) for name, some in groups.items()}
    sentence = _("%(closed)s closed, %(overdue)s overdue, %(carried)s carried into the next period.") % said_of
    names = {"closed": pgettext("commitments", "Closed"), "overdue": pgettext("commitments", "Overdue"), "carried": _("Carried over")}
    table = Table(
        _("Commitments"),
        (
            Column(_("Number"), width=0.7),
            Column(_("Commitment"), width=2.6),
            Column(_("Department"), width=1.2),
            Column(_("Due")),
            Column(_("State")),
        ),
        tuple(
            (
                text(row.number),
                text(said(row, "text")),
                text(row.department or "–"),
                text(formats.short_day(row.due_on)),
                text(names[state]),
            )
            for state in ("overdue", "carried", "closed")
            for row in groups[state]
        ),
    )
    return Section("commitments", _("Commitments"), sentence, (sentence,), tables=(table,) if table.rows else ())


def _at_end(row: Commitment, span: Span) -> str:
    """How a commitment stood at the period's end; nothing for one that ended before, or was merged or overtaken."""
    if row.status == promises.DONE and row.done_on and row.done_on <= span.end:
        return "closed" if row.done_on >= span.start else ""
    if row.status not in (*promises.UNFINISHED, promises.DONE):
        return ""
    return "overdue" if row.due_on < span.end else "carried"


def quality(on: Ground, found: tuple[Stand, ...]) -> Section:
    """What a reader should know of the data: measures without a value, definitions that changed, figures corrected."""
    names = {one.measure.name: one.label for one in found}
    without = [f"{one.label}: {one.why_not}" for one in found if one.why_not]
    corrected = Correction.objects.filter(measure__in=names, published_at__date__range=(on.span.start, on.span.end)).order_by(
        "published_at", "id"
    )
    lines = [
        _("%(name)s, %(period)s: %(old)s is corrected to %(new)s. %(why)s")
        % {
            "name": names[row.measure],
            "period": period_label(row.period),
            "old": _written(row.old_value, row.measure, found),
            "new": _written(row.new_value, row.measure, found),
            "why": said(row, "reason"),
        }
        for row in corrected
    ]
    changed = MeasureVersion.objects.select_related("measure").filter(
        measure__name__in=names, status=MeasureVersion.Status.VALIDATED, reviewed_at__date__range=(on.span.start, on.span.end)
    )
    lines += [
        _("%(name)s: version %(version)s of its definition holds since %(day)s. %(why)s")
        % {"name": names[row.measure.name], "version": row.version, "day": formats.day(row.reviewed_at.date()), "why": row.rebase_reason}
        for row in changed.order_by("reviewed_at", "id")
        if row.reviewed_at
    ]
    if not lines:
        lines = [_("No definition changed and no figure was corrected in this period.")]
    head = _("%(n)s measures have no value.") % {"n": formats.number(len(without))} if without else _("Every measure has a value.")
    return Section("quality", _("Data quality and changes of definitions"), head, (head, *lines), points=tuple(without))


def _written(value: float | None, name: str, found: tuple[Stand, ...]) -> str:
    unit = next((one.measure.format for one in found if one.measure.name == name), "count")
    return with_unit(value, unit)


def appendix(on: Ground, found: tuple[Stand, ...]) -> Section:
    """Every measure with its last value, its parts, both answers and its target."""
    columns = (
        Column(_("Measure"), width=2.2),
        Column(_("Department"), width=1.2),
        Column(_("Period")),
        Column(_("Value"), "count"),
        Column(_("Numerator"), "count"),
        Column(_("Denominator"), "count"),
        Column(_("Target"), "count"),
        Column(_("Is it changing?"), width=1.2),
        Column(_("Will it meet its target?"), width=1.3),
    )
    table = Table(
        _("Every measure"), columns, tuple(_row(one) for one in found), _("Last complete period up to the end of this report's period.")
    )
    return Section("appendix", _("Appendix: every measure"), tables=(table,))


def _row(one: Stand) -> tuple[Cell, ...]:
    unit, row = one.measure.format, one.newest
    return (
        text(one.label),
        text(board.department_of(one.measure.name) or "–"),
        text(period_label(row.period) if row else "–"),
        of_row(row, unit),
        number(row.numerator if row else None),
        number(row.denominator if row else None),
        number(one.in_force.value if one.in_force else None, unit),
        text(str(words.VARIATION_NAMES[one.answers.variation])),
        text(str(words.ASSURANCE_NAMES[one.answers.assurance])),
    )
