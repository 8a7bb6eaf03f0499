"""`citystat staffing [FILE]`: how many call takers each interval needs."""

from pathlib import Path
from typing import Any, ClassVar

from django.core.management.base import CommandParser

from citystat.core.commands import CityStatCommand
from citystat.core.errors import InputError
from citystat.methods import staffing
from citystat.methods.staffing import Queue
from citystat.ops import call_files
from citystat.service_requests.center import staffing_needs
from citystat.service_requests.center.staffing_needs import Target


class Command(CityStatCommand):
    """Staffing need by interval, for a stated answer target."""

    help = (
        "How many call takers each interval needs to answer a stated share of calls in time (Erlang A; Erlang C with --patience 0).\n"
        "FILE is a CSV with one row an interval; without it the calls that were loaded count (`citystat load calls`)."
    )
    example: ClassVar[str] = "citystat staffing calls.csv --minutes 30 --handle 240 --share 0.9 --within 20"

    def add_arguments(self, parser: CommandParser) -> None:
        """Options."""
        parser.add_argument("path", type=Path, metavar="FILE", nargs="?")
        parser.add_argument("--days", choices=list(staffing_needs.GROUPS), default="weekdays", help="Days of the calls loaded (weekdays).")
        parser.add_argument("--queue", default="", help="One queue of the calls loaded; all by default.")
        parser.add_argument("--minutes", type=float, default=30, help="Length of an interval of FILE (30).")
        parser.add_argument(
            "--handle", type=float, help="Mean seconds a call takes, with what is written afterwards (that of the calls loaded, else 240)."
        )
        parser.add_argument("--share", type=float, default=0.8, help="Share of calls to answer in time (0.8).")
        parser.add_argument("--within", type=float, default=20, help="Seconds within which (20).")
        parser.add_argument("--patience", type=float, default=180, help="Mean seconds after which callers hang up (180); 0: they never do.")
        parser.add_argument("--shrinkage", type=float, default=0.3, help="Share of paid time not on calls: breaks, meetings, leave (0.3).")

    def run(self, **options: Any) -> dict[str, Any]:
        """The curve of a file, or of the calls that were loaded."""
        return _of_file(options) if options["path"] else _of_loaded(options)

    def present(self, result: dict[str, Any], **options: Any) -> None:
        """A table and a sentence."""
        self.stdout.write(result["of"])
        self.stdout.write(
            f"{'interval':20} {'calls':>8} {'agents':>7} {'people':>7} {'in time':>8} {'hang up':>8} {'busy':>6} {'on duty':>8}"
        )
        for row in result["intervals"]:
            on_duty = "" if row["on_duty"] is None else f"{row['on_duty']:.1f}"
            self.stdout.write(
                f"{row['interval'][:20]:20} {row['calls']:8,.0f} {row['agents']:7} {row['people']:7} "
                f"{row['answered_in_time']:8.1%} {row['hang_up']:8.1%} {row['busy']:6.0%} {on_duty:>8}"
            )
        self.stdout.write(
            f"Of all calls {result['answered_in_time']:.1%} are answered within {options['within']:g} s, {result['hang_up']:.1%} hang up. "
            "People are agents with breaks, meetings and leave added."
        )


def _of_file(options: dict[str, Any]) -> dict[str, Any]:
    intervals = call_files.read(options["path"])
    if not intervals:
        raise InputError(f"{options['path'].name} has no intervals.")
    handle = options["handle"] or staffing_needs.USUAL_HANDLE
    try:
        curve = staffing.staffing_curve(
            [one.calls for one in intervals],
            handle_seconds=handle,
            share=options["share"],
            target_seconds=options["within"],
            interval_seconds=options["minutes"] * 60,
            patience_seconds=options["patience"] or None,
            shrinkage=options["shrinkage"],
        )
    except ValueError as error:
        raise InputError(str(error)) from error
    rows = [
        _row(one.start, one.calls, queue, people, None) for one, queue, people in zip(intervals, curve.queues, curve.people, strict=True)
    ]
    of = f"{options['path'].name}: calls take {handle:g} s."
    return {"of": of, "intervals": rows, "answered_in_time": round(curve.service_level, 4), "hang_up": round(curve.abandoned, 4)}


def _of_loaded(options: dict[str, Any]) -> dict[str, Any]:
    target = Target(options["share"], options["within"], options["patience"], options["shrinkage"], options["handle"])
    found = staffing_needs.needs(options["days"], target, queue=options["queue"])
    if found is None:
        raise InputError(
            f"No calls by interval are loaded for {options['days']}: run `citystat load calls FILE` first, or name a file here."
        )
    rows = [
        _row(f"{one.slot.minute // 60:02d}:{one.slot.minute % 60:02d}", one.slot.offered, one.queue, one.people, one.slot.staff)
        for one in found.needs
    ]
    days = f"{len(found.days)} {options['days']} from {found.days[0]} to {found.days[-1]}"
    of = f"Mean of {days}; calls take {found.handle_seconds:.0f} s{'' if found.handle_known else ' (stated, not measured)'}."
    return {"of": of, "intervals": rows, "answered_in_time": round(found.service_level, 4), "hang_up": round(found.abandoned, 4)}


def _row(interval: str, calls: float, queue: Queue, people: int, on_duty: float | None) -> dict[str, Any]:
    return {
        "interval": interval,
        "calls": calls if calls == int(calls) else round(calls, 1),
        "agents": queue.agents,
        "people": people,
        "answered_in_time": round(queue.service_level, 4),
        "hang_up": round(queue.abandoned, 4),
        "busy": round(queue.occupancy, 4),
        "on_duty": on_duty,
    }
