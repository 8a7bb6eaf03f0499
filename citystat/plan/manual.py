"""The manual page of measures, written from their definitions: `citystat measure list --markdown`."""

from collections.abc import Iterator, Sequence

from citystat.plan import descriptions
from citystat.plan.definitions import Measure

HEAD = """# Measures

Every measure CityStat ships, written from its definition (`citystat measure list --markdown`). How to add or change one:
[define a measure](../how-to/define-a-measure.md).

A value has one of four states. **ok**: there is a value. **too few**: the counts are below the minimum, so there are counts but no
value. **missing**: the city does not record what the measure needs, or the data do not cover the period. **incomplete**: the period is
not over, its requests have not had the follow-up time, or so many are still open that a percentile is not reached. Zero is a value.
"""


def reference(measures: Sequence[Measure]) -> str:
    """The whole page, as Markdown."""
    table = "".join(f"| [{one.name}](#{one.name}) | {one.label.en} | {one.type} | {one.unit.en} | {one.direction} |\n" for one in measures)
    head = f"{HEAD}\n| measure | label | type | unit | wanted |\n| --- | --- | --- | --- | --- |\n{table}"
    return head + "".join(f"\n## {one.name}\n\n" + "\n\n".join(_section(one)) + "\n" for one in measures)


def _section(measure: Measure) -> Iterator[str]:
    yield f"**{measure.label.en}** / *{measure.label.es}*. {measure.description.en}"
    yield f"Why: {measure.why.en}"
    if measure.not_simply:
        yield measure.not_simply.en
    if measure.cohorts:
        yield "\n".join(_cohorts(measure))
    else:
        yield " ".join(descriptions.definition(measure, "en"))
    yield " ".join(_facts(measure))


def _cohorts(measure: Measure) -> Iterator[str]:
    for cohort in measure.cohorts:
        default = " (default)" if cohort.name == measure.default_cohort else ""
        yield f"- `{cohort.name}`{default}, {cohort.label.en}: {' '.join(descriptions.definition(measure.for_cohort(cohort.name), 'en'))}"


def _facts(measure: Measure) -> Iterator[str]:
    yield f"Version {measure.version}, kind `{measure.kind}`, tier {measure.tier}, audience {measure.audience}, owner {measure.owner}."
    if measure.requires:
        yield f"Missing where the data have no {', '.join(' or '.join(names) for names in measure.requires)}."
    if measure.follow_up_days:
        yield f"Complete {measure.follow_up_days} days after the period ends."
    if measure.companions:
        yield f"Read it with {', '.join(measure.companions)}."
