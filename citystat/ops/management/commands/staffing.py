"""`citystat staffing FILE`: how many call takers each interval needs."""

from pathlib import Path
from typing import Any, ClassVar

from django.core.management.base import CommandParser

from citystat.core.commands import CityStatCommand
from citystat.core.errors import InputError
from citystat.methods import staffing
from citystat.ops import call_files


class Command(CityStatCommand):
    """Staffing need by interval, for a stated answer target."""

    help = (
        "How many call takers each interval needs to answer a stated share of calls in time (Erlang A; Erlang C with --patience 0).\n"
        "FILE is a CSV with one row an interval."
    )
    example: ClassVar[str] = "citystat staffing calls.csv --minutes 30 --handle 240 --share 0.9 --within 20"

    def add_arguments(self, parser: CommandParser) -> None:
        """Options."""
        parser.add_argument("path", type=Path, metavar="FILE")
        parser.add_argument("--minutes", type=float, default=30, help="Length of an interval (30).")
        parser.add_argument("--handle", type=float, default=240, help="Mean seconds a call takes, with what is written afterwards (240).")
        parser.add_argument("--share", type=float, default=0.8, help="Share of calls to answer in time (0.8).")
        parser.add_argument("--within", type=float, default=20, help="Seconds within which (20).")
        parser.add_argument("--patience", type=float, default=180, help="Mean seconds after which callers hang up (180); 0: they never do.")
        parser.add_argument("--shrinkage", type=float, default=0.3, help="Share of paid time not on calls: breaks, meetings, leave (0.3).")

    def run(self, **options: Any) -> dict[str, Any]:
        """The curve."""
        intervals = call_files.read(options["path"])
        if not intervals:
            raise InputError(f"{options['path'].name} has no intervals.")
        try:
            curve = staffing.staffing_curve(
                [one.calls for one in intervals],
                handle_seconds=options["handle"],
                share=options["share"],
                target_seconds=options["within"],
                interval_seconds=options["minutes"] * 60,
                patience_seconds=options["patience"] or None,
                shrinkage=options["shrinkage"],
            )
        except ValueError as error:
            raise InputError(str(error)) from error
        rows = [
            {
                "interval": one.start,
                "calls": one.calls,
                "agents": queue.agents,
                "people": people,
                "answered_in_time": round(queue.service_level, 4),
                "hang_up": round(queue.abandoned, 4),
                "busy": round(queue.occupancy, 4),
            }
            for one, queue, people in zip(intervals, curve.queues, curve.people, strict=True)
        ]
        return {"intervals": rows, "answered_in_time": round(curve.service_level, 4), "hang_up": round(curve.abandoned, 4)}

    def present(self, result: dict[str, Any], **options: Any) -> None:
        """A table and a sentence."""
        self.stdout.write(f"{'interval':20} {'calls':>8} {'agents':>7} {'people':>7} {'in time':>8} {'hang up':>8} {'busy':>6}")
        for row in result["intervals"]:
            self.stdout.write(
                f"{row['interval'][:20]:20} {row['calls']:8,.0f} {row['agents']:7} {row['people']:7} "
                f"{row['answered_in_time']:8.1%} {row['hang_up']:8.1%} {row['busy']:6.0%}"
            )
        self.stdout.write(
            f"Of all calls {result['answered_in_time']:.1%} are answered within {options['within']:g} s, {result['hang_up']:.1%} hang up. "
            "People are agents with breaks, meetings and leave added."
        )
