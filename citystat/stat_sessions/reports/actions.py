"""Writes of reports: make, explain, release, retire. A released report never changes; another one of its period is another edition."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from citystat.core import audit, edits
from citystat.core.errors import InputError, NotFound
from citystat.core.locks import exclusive
from citystat.plan import queries as plan
from citystat.stat_sessions.content import Audience
from citystat.stat_sessions.models import Narrative, Report, RetiredReport
from citystat.stat_sessions.reports import access, document, grounds, month, openings, quarter, queries, rules, year
from citystat.stat_sessions.reports.document import Document
from citystat.stat_sessions.reports.figures import Stand
from citystat.warehouse import build as builds

LANGUAGES = ("en", "es")
AUDIENCES: tuple[Audience, ...] = ("public", "staff")


@dataclass(frozen=True)
class Made:
    """A report before it is released: its document and the measures somebody still has to explain."""

    document: Document
    unexplained: tuple[Stand, ...]


def make(
    kind: str, period: str, *, department: str = "", language: str = "en", audience: Audience = "public", build: int | None = None
) -> Made:
    """The report as the data stand, released or not; InputError where its period is not over or nothing is known."""
    with translation.override(language):
        check_known(kind, department)
        written = queries.narratives(period, language)
        on = grounds.ground(kind, period, language=language, audience=audience, build=build, department=department, narratives=written)
        if kind == "department_month":
            return Made(month.content(on, month.stands(on)), ())
        if kind == "year":
            return Made(year.content(on, year.stands(on)), ())
        found = quarter.stands(on)
        return Made(quarter.content(on, found), quarter.missing(on, found))


def check_known(kind: str, department: str) -> None:
    """Raise InputError for a kind there is not, or a department named or left out where it should not be."""
    if kind not in rules.PATTERNS:
        raise InputError(_("There is no report of this kind."))
    if kind == "department_month" and not department:
        raise InputError(_("Say which department the report is of."))
    if kind != "department_month" and department:
        raise InputError(_("This report is of the whole city: leave the department out."))


def release(*, by: Any, kind: str, period: str, department: str = "", reason: str = "", build: int | None = None) -> tuple[Report, ...]:
    """Freeze a report in both languages for the public and the staff, and keep its build for good.

    The same content again gives the edition there is; other content needs a reason. InputError for a retired kind, and for a
    scorecard in which a measure far from its target is not explained, naming each.
    """
    access.check_can_release(by)
    openings.check_not_retired(openings.of_report(kind, department))
    made = [
        make(kind, period, department=department, language=language, audience=audience, build=build)
        for audience in AUDIENCES
        for language in LANGUAGES
    ]
    check_explained(made)
    documents = [one.document for one in made]
    with exclusive("release"), transaction.atomic():
        last = queries.last_edition(kind, period, department)
        if last and {row.checksum for row in last} == {document.checksum(one) for one in documents}:
            return last
        if last and not reason.strip():
            raise InputError(
                _("This report was released from build %(build)s and has changed: give a reason to release it again.")
                % {"build": last[0].build}
            )
        return _freeze(documents, edition=last[0].edition + 1 if last else 1, by=by, reason=reason.strip())


def check_explained(made: list[Made]) -> None:
    """Raise InputError naming every measure far from its target without a narrative."""
    names = dict.fromkeys(one.label for report in made if report.document.language == "en" for one in report.unexplained)
    if names:
        raise InputError(
            _("Before it is released, explain the measures more than %(threshold)s from their target: %(names)s.")
            % {"threshold": f"{rules.VARIANCE_THRESHOLD:.0%}", "names": ", ".join(names)}
        )


def _freeze(documents: list[Document], *, edition: int, by: Any, reason: str) -> tuple[Report, ...]:
    rows = tuple(
        Report.objects.create(
            kind=one.kind, period=one.period, department=one.department, language=one.language, audience=one.audience, edition=edition,
            build=one.build, content=document.as_dict(one), checksum=document.checksum(one), reason=reason, released_by=by,
        )
        for one in documents
    )  # fmt: skip
    details = {"edition": edition, "build": rows[0].build, "checksums": [row.checksum for row in rows], "reason": reason}
    audit.record(by=by, action="report released", target=str(rows[0]), details=details)
    builds.pin(rows[0].build, f"report {rows[0]}, edition {edition}")
    return rows


def explain(*, by: Any, period: str, measure: str, text: str, text_es: str = "", revision: int = 0) -> Narrative:
    """Write why a measure is far from its target; `revision` is 0 where nothing was written yet."""
    access.check_can_release(by)
    rules.span("quarter", period)
    plan.measure(measure)
    if not text.strip():
        raise InputError(_("Write in a sentence or two why it is so, and what is being done."))
    with transaction.atomic():
        row = Narrative.objects.filter(period=period, measure=measure).first()
        if row is None:
            row = Narrative.objects.create(period=period, measure=measure, text=text.strip(), text_es=text_es.strip(), by=by)
        else:
            row.text, row.text_es, row.by = text.strip(), text_es.strip(), by
            edits.save(row, ["text", "text_es", "by"], revision=revision)
        audit.record(by=by, action="variance explained", target=f"{period} {measure}", details={"text": row.text})
    return row


def retire(*, by: Any, what: str, reason: str) -> RetiredReport:
    """Stop making a kind of report; what was released of it stays at its address. InputError without a reason or a thing to retire."""
    access.check_can_release(by)
    if not reason.strip():
        raise InputError(_("Say why nobody needs this report."))
    if what not in {one.what for one in openings.produced()}:
        raise NotFound(_("There is no report of this name to retire."))
    with transaction.atomic():
        row, _made = RetiredReport.objects.get_or_create(what=what, defaults={"reason": reason.strip(), "by": by})
        audit.record(by=by, action="report retired", target=what, details={"reason": row.reason})
    return row


def revive(*, by: Any, what: str) -> None:
    """Make a retired report again."""
    access.check_can_release(by)
    with transaction.atomic():
        RetiredReport.objects.filter(what=what).delete()
        audit.record(by=by, action="report revived", target=what)
