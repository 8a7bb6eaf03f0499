"""`citystat quality ...`: draw closings for review, list the samples and what waits."""

from argparse import ArgumentTypeError
from datetime import date
from typing import Any

from django.core.management.base import CommandParser

from citystat.core.commands import CityStatCommand, sub_command
from citystat.service_requests import quality, quality_actions
from citystat.service_requests import quality_presenters as presenters
from citystat.service_requests.explorer.queries import month_end
from citystat.service_requests.models import QualitySample
from citystat.warehouse.connections import open_build


class Command(CityStatCommand):
    """Verdicts are given by people on the Quality review page; the command line only draws and lists."""

    help = "Closings to review: draw a sample, list samples with their error rates."
    example = "citystat quality sample --month 2017-06 --size 30 --seed 7"

    def add_arguments(self, parser: CommandParser) -> None:
        """The second word and its options."""
        words = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
        draw = sub_command(words, "sample", "Draw closings of a month for review.", "citystat quality sample --month 2017-06 --seed 7")
        draw.add_argument("--month", type=_month, required=True, metavar="YYYY-MM", help="The month in which they were closed.")
        draw.add_argument("--size", type=int, default=presenters.USUAL_SIZE, metavar="N", help="Closings at random (30).")
        draw.add_argument("--seed", type=int, default=1, metavar="N", help="The same seed draws the same closings again (1).")
        sub_command(words, "list", "Show the samples, their error rates, and what waits for review.", "citystat quality list")

    def run(self, **options: Any) -> dict[str, Any]:
        """Draw, or list."""
        build = open_build()
        if options["action"] == "sample":
            period = {"start": options["month"], "end": month_end(options["month"])}
            return _row(quality_actions.draw_sample(build, **period, size=options["size"], seed=options["seed"], by=None))
        return {"build": build.number, "waiting": quality.pending_counts(build), "samples": [_row(one) for one in quality.samples()]}

    def present(self, result: dict[str, Any], **options: Any) -> None:
        """Sentences for people."""
        samples = [result] if options["action"] == "sample" else result["samples"]
        for one in samples:
            self.stdout.write(f"Sample {one['sample']}: {' '.join(one['sentences'])}")
        if options["action"] == "list":
            waiting = result["waiting"]
            self.stdout.write(
                f"{sum(waiting.values()):,} closings wait for review: {waiting['mass_closed']:,} closed together, "
                f"{waiting['sampled']:,} sampled, {waiting['returned']:,} returned."
            )


def _row(sample: QualitySample) -> dict[str, Any]:
    rate = quality.error_rate(sample)
    return {
        "sample": sample.pk,
        "start": sample.period_start,
        "end": sample.period_end,
        "seed": sample.seed,
        "build": sample.build,
        "population": rate.population,
        "sampled": rate.sampled,
        "reviewed": rate.reviewed,
        "returned": rate.returned,
        "share": rate.share,
        "lower": rate.lower,
        "upper": rate.upper,
        "sentences": presenters.rate_sentences(sample, rate),
    }


def _month(text: str) -> date:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is not a month: write it as 2017-06.") from None
