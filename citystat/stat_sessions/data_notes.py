"""The last section: what the figures rest on, what is missing and why, and how many signals chance alone would make."""

from datetime import timedelta

from django.utils.translation import gettext as _

from citystat.core import formats
from citystat.methods.control_charts import expected_false_signals
from citystat.plan import queries as plan
from citystat.service_requests import words as request_words
from citystat.stat_sessions import words
from citystat.stat_sessions.content import FlagRow, LoadRow, Note
from citystat.stat_sessions.figures import HISTORY_MONTHS, Reader, month_end
from citystat.stat_sessions.lists import Lists
from citystat.warehouse.connections import Warehouse

MOST_DAYS_NAMED = 10
MOST_SERVICES_NAMED = 5
NEEDED = ("closed_on_time", "share_overdue", "median_days_to_close", "reopen_rate", "recurrence_rate", "requests_per_1000")


def loads(build: Warehouse) -> tuple[LoadRow, ...]:
    """Every load behind the build, newest first."""
    rows = build.dicts(
        "SELECT load_id, as_of, layout, rows_read, loaded, unchanged, superseded, quarantined FROM loads ORDER BY load_id DESC"
    )
    return tuple(LoadRow(**{**row, "as_of": row["as_of"].isoformat(), "layout": row["layout"] or ""}) for row in rows)


def flags(lists: Lists) -> tuple[FlagRow, ...]:
    """Flags among the requests opened this month, most first; those nobody carries are left out."""
    names = sorted(name for name in lists.build.columns("requests") if name.startswith("flag_"))
    counts = lists.flag_counts(names)
    total = max(counts.pop("requests"), 1)
    rows = [FlagRow(name, _capital(request_words.flag_word(name.removeprefix("flag_"))), n, n / total) for name, n in counts.items() if n]
    return tuple(sorted(rows, key=lambda row: (-row.rows, row.flag)))


def notes(reader: Reader, lists: Lists, *, n_series: int, completeness: str, complete: bool) -> tuple[Note, ...]:
    """The notes in words."""
    return tuple(
        note
        for note in (
            _as_of(reader, completeness),
            Note(_("Days without requests"), tuple(_silent_days(lists))),
            Note(_("Definitions"), tuple(_definitions(reader, lists))),
            Note(_("Signals and chance"), tuple(_chance(n_series, complete=complete))),
            Note(_("What is missing"), tuple(_missing(reader, lists))),
            Note(_("Places"), tuple(_agreement(reader.build, lists.kind))),
        )
        if note.lines
    )


def _as_of(reader: Reader, completeness: str) -> Note:
    manifest = reader.build.manifest
    lines = [
        completeness,
        _(
            "Figures are those known on %(day)s: a request closed or cancelled later than that counts as open. Everything "
            "comes from data build %(build)s, "
            "whose content has the checksum %(checksum)s."
        )
        % {"day": formats.day(reader.build.as_of), "build": formats.number(manifest.number), "checksum": manifest.checksum[:12]},
        _("Cancelled, duplicate and invalid requests are left out of every count and are on the data notes page."),
    ]
    return Note(_("As of"), tuple(lines))


def _silent_days(lists: Lists) -> list[str]:
    counted = {row["opened_on"] for row in lists.ask("month_days")}
    end = min(month_end(lists.month), lists.build.as_of)
    days = [lists.month + timedelta(days=offset) for offset in range((end - lists.month).days + 1)]
    silent = [day for day in days if day not in counted and day.weekday() < 5]
    if not silent:
        return []
    named = ", ".join(formats.short_day(day) for day in silent[:MOST_DAYS_NAMED])
    if len(silent) > MOST_DAYS_NAMED:
        return [
            _("On %(n)s weekdays of this month no request was opened; data of those days may be missing.")
            % {"n": formats.number(len(silent))}
        ]
    return [_("No request was opened on %(days)s; a holiday, or data of that day are missing.") % {"days": named}]


def _definitions(reader: Reader, lists: Lists) -> list[str]:
    lines = [
        _(
            "Closed on time counts every request due in the month: those still open past their due date count as "
            "late. Requests without a due "
            "date are judged by the city's own on-time mark in the month they are closed."
        ),
        _("Days to close are Kaplan-Meier estimates for the requests opened in the month: requests still open count as open so far."),
        _(
            "A difference from the same month last year is called one only where chance does not explain it: "
            "shares by the interval of their "
            "difference, days by intervals that lie apart, counts against their ordinary movement from month to month."
        ),
    ]
    lines += _changes(reader)
    return lines + _new_services(lists)


def _changes(reader: Reader) -> list[str]:
    """Rebases of the measures shown, where they fall in the months shown."""
    found = []
    for name in ("requests_opened", "requests_closed", *NEEDED):
        measure = plan.measure(name)
        for rebase in measure.chart.rebases:
            if reader.start <= rebase.on <= month_end(reader.month):
                said = {
                    "measure": measure.label.in_(words.language()),
                    "day": formats.day(rebase.on),
                    "reason": rebase.reason.in_(words.language()),
                }
                found.append(_("%(measure)s: limits start anew on %(day)s. %(reason)s") % said)
    return found


def _new_services(lists: Lists) -> list[str]:
    span = lists.span()
    if span["first_day"] is None or span["first_day"] > lists.month - timedelta(days=365):
        return []
    rows = lists.ask("new_services")
    if not rows:
        return [_("No service appeared for the first time this month.")]
    named = ", ".join(f"{row['service']} ({formats.number(row['requests'])})" for row in rows[:MOST_SERVICES_NAMED])
    return [
        _("%(n)s services appeared for the first time this month, so they have no past to compare with: %(names)s.")
        % {"n": formats.number(len(rows)), "names": named}
    ]


def _chance(n_series: int, *, complete: bool) -> list[str]:
    if not complete:
        return [_("No signals are shown: the month is not complete.")]
    expected = expected_false_signals(n_series, HISTORY_MONTHS + 1)
    return [
        _(
            "%(n)s series were looked at for signals over %(months)s months. If nothing at all had changed, "
            "chance alone would mark %(expected)s of them this month."
        )
        % {
            "n": formats.number(n_series),
            "months": formats.number(HISTORY_MONTHS + 1),
            "expected": _about(expected.on_last_point),
        }
    ]


def _about(expected: float) -> str:
    """The number of series chance would mark, as a person says it."""
    if expected < 1:
        return _("fewer than one")
    return _("about %(n)s") % {"n": formats.number(expected)}


def _missing(reader: Reader, lists: Lists) -> list[str]:
    lines = []
    if not lists.build.has_table("call_months"):
        lines.append(_("Calls offered, answered and abandoned, and the time to answer, are not shown: no call data have been loaded."))
    reasons = {
        "closed_on_time": _("Closed on time is not known: the export has neither due dates nor the city's own on-time mark."),
        "share_overdue": _("Overdue requests are not known: the export has no due dates and no published promises give them."),
        "reopen_rate": _("Reopened requests are not known: it takes two exports of different days to see what was opened again."),
        "recurrence_rate": _("Requests that came back to the same spot are not known: the export has no usable points."),
        "requests_per_1000": _no_rate(reader, lists),
    }
    lines += [reason for name, reason in reasons.items() if reader.value(name).state == "missing"]
    if lists.kind is None:
        lines.append(_("There are no district pages: no council district boundaries have been loaded."))
    if lists.build.has_table("caller_survey_months"):
        lines.append(_("Escalations and complaints about service are not shown: this export does not record them."))
    else:
        lines.append(_("Escalations, complaints about service and satisfaction are not shown: this export does not record them."))
    return lines


def _no_rate(reader: Reader, lists: Lists) -> str:
    """Why there is no rate: nobody's residents are known, or not those of what the packet is about."""
    if not reader.has_population:
        return _("Rates per resident are not shown: no population has been loaded.")
    if lists.scope.kind == "district":
        return _("No rate per resident: the residents of this district have not been loaded.")
    return _("The city's rate per resident is not known: the residents of the whole city have not been loaded.")


def _agreement(build: Warehouse, kind: str | None) -> list[str]:
    if kind is None or not build.has_table("place_agreement"):
        return []
    rows = build.rows(
        "SELECT version, rows_with_both, rows_agreeing FROM place_agreement WHERE kind = ? AND rows_with_both > 0 ORDER BY version", (kind,)
    )
    return [
        _(
            "The district written in the export and the one its point lies in agree for %(share)s of %(n)s "
            "requests (boundaries of %(version)s). "
            "Points decide."
        )
        % {"share": formats.percent(agreeing / both, 1), "n": formats.number(both), "version": version}
        for version, both, agreeing in rows
    ]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
