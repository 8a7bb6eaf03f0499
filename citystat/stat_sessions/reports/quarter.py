"""The quarterly scorecard: by goal, what changed state and why, the year to date beside its target, commitments, data, every measure."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from citystat.core import formats
from citystat.core.texts import said
from citystat.plan.goals import queries as plan_goals
from citystat.plan.registered.status import Answers
from citystat.stat_sessions.content import Picture
from citystat.stat_sessions.reports import figures, grounds, rules, words
from citystat.stat_sessions.reports.document import Cell, Column, Document, Section, Table, number
from citystat.stat_sessions.reports.document import words as text
from citystat.stat_sessions.reports.figures import Stand
from citystat.stat_sessions.reports.grounds import Ground
from citystat.stat_sessions.trends import trend
from citystat.stat_sessions.writing import with_unit

ASSURANCES = ("will_pass", "hit_or_miss", "will_fail", "no_target", "not_judged")
VARIATIONS = ("improving", "concerning", "common_cause", "not_judged")
MOST_PICTURES = 6


def stands(on: Ground) -> tuple[Stand, ...]:
    """Every measure at the quarter's end, beside the quarter before."""
    before = rules.quarter_before(on.span).end
    return figures.stands(on.span.end, before, audience=on.audience, language=on.language, build=on.build)


def content(on: Ground, found: tuple[Stand, ...]) -> Document:
    """The scorecard as a document."""
    sections: list[Section | None] = [
        _goals(on, found),
        _moved(on, found),
        _year_to_date(on, found),
        _narratives(on, found),
        grounds.commitments(on),
        grounds.quality(on, found),
        grounds.appendix(on, found),
    ]
    return grounds.document(on, sections, _("What the city promised, how it stands, and what is being done"))


def missing(on: Ground, found: Sequence[Stand]) -> tuple[Stand, ...]:
    """Measures farther from their target than the threshold that nobody has explained."""
    return tuple(one for one in found if one.needs_words and not on.narratives.get(one.measure.name, "").strip())


def _goals(on: Ground, found: tuple[Stand, ...]) -> Section:
    """Counts by status and by variation for each priority of the plan in force; values are never averaged."""
    by_name = {one.measure.name: one for one in found}
    plan = plan_goals.plan_in_force(on.span.end)
    rows, served = [], set()
    for branch in plan_goals.tree(plan) if plan else ():
        names = dict.fromkeys(aim.measure for one in branch.walk() for aim in one.goal.measures.all())
        some = [by_name[name] for name in names if name in by_name]
        served |= {one.measure.name for one in some}
        rows.append(_counted(said(branch.goal, "title", on.language), some))
    rest = [one for one in found if one.measure.name not in served]
    rows += [_counted(_("Measures of no goal"), rest)] if rest else []
    columns = (
        Column(_("Goal"), width=2.2),
        Column(_("Measures"), "count"),
        *(Column(str(words.ASSURANCE_NAMES[name]), "count") for name in ASSURANCES[:-1]),
        Column(_("Target not judged"), "count"),
        *(Column(str(words.VARIATION_NAMES[name]), "count") for name in VARIATIONS[:-1]),
        Column(_("Change not judged"), "count"),
    )
    table = Table(
        _("Measures by goal"),
        columns,
        (*rows, _counted(_("All measures"), found)),
        _("A measure of several goals counts in each; the last row counts it once."),
    )
    counts = figures.counts(found)
    sentence = _("Of %(n)s measures, %(fail)s will miss their target and %(concern)s are getting worse.") % {
        "n": formats.number(len(found)),
        "fail": formats.number(counts.get("a:will_fail", 0)),
        "concern": formats.number(counts.get("v:concerning", 0)),
    }
    return Section("goals", _("The plan by goal"), sentence, _plan_lines(sentence, plan is None), tables=(table,))


def _plan_lines(sentence: str, no_plan: bool) -> tuple[str, ...]:
    return (sentence, _("No plan was in force at the end of the quarter.")) if no_plan else (sentence,)


def _counted(label: str, some: Sequence[Stand]) -> tuple[Cell, ...]:
    counts = figures.counts(some)
    answers = [*(f"a:{name}" for name in ASSURANCES), *(f"v:{name}" for name in VARIATIONS)]
    return (text(label), number(len(some)), *(number(counts.get(key, 0)) for key in answers))


def _moved(on: Ground, found: tuple[Stand, ...]) -> Section:
    """Measures with another answer than a quarter before, and why: the narrative where there is one, else what the chart says."""
    moved = [one for one in found if one.has_moved]
    rows = tuple(
        (
            text(one.label),
            text(_states(one.before)),
            text(_states(one.answers)),
            text(on.narratives.get(one.measure.name, "") or one.answers.variation_sentence),
        )
        for one in moved
    )
    columns = (
        Column(_("Measure"), width=1.4),
        Column(_("A quarter before"), width=1.2),
        Column(_("Now"), width=1.2),
        Column(_("Why"), width=2.6),
    )
    sentence = (
        _("%(n)s measures changed state in the quarter.") % {"n": formats.number(len(moved))}
        if moved
        else _("No measure changed state in the quarter.")
    )
    table = Table(_("Measures that changed state"), columns, rows)
    return Section(
        "moved", _("What changed state, and why"), sentence, (sentence,), tables=(table,) if rows else (), pictures=_pictures(moved)
    )


def _states(answers: Answers) -> str:
    return f"{words.VARIATION_NAMES[answers.variation]}; {words.ASSURANCE_NAMES[answers.assurance]}"


def _pictures(moved: Sequence[Stand]) -> tuple[Picture, ...]:
    found = []
    for one in moved[:MOST_PICTURES]:
        line = trend(one.chart, one.label) if one.chart else None
        if line:
            about = _("Line chart of %(label)s by period with the limits of chance. %(says)s") % {
                "label": one.label,
                "says": one.answers.variation_sentence,
            }
            found.append(Picture("trend", one.answers.variation_sentence or one.label, one.label, about, one.measure.format, line))
    return tuple(found)


def _year_to_date(on: Ground, found: tuple[Stand, ...]) -> Section:
    """Target and actual of the year so far, and what to expect at its end."""
    with_target = [one for one in found if one.in_force is not None]
    columns = (
        Column(_("Measure"), width=1.8),
        Column(_("How"), width=0.9),
        Column(_("Year to date"), "count"),
        Column(_("Target to date"), "count"),
        Column(_("Off target"), "percent"),
        Column(_("Expected"), "count"),
        Column(_("About the year's end"), width=2.4),
    )
    rows = tuple(
        (
            text(one.label),
            text(str(words.HOW_NAMES[one.how])),
            number(one.actual, one.measure.format, sub=one.why_not, state=one.state),
            number(one.target, one.measure.format),
            number(one.variance, "percent"),
            number(one.projection.value, one.measure.format),
            text(one.projection.sentence),
        )
        for one in with_target
    )
    far = sum(one.needs_words for one in with_target)
    sentence = _("%(n)s measures have a target; %(far)s are more than %(threshold)s away from it.") % {
        "n": formats.number(len(with_target)),
        "far": formats.number(far),
        "threshold": formats.percent(rules.VARIANCE_THRESHOLD),
    }
    foot = _("A target of a month counts once for each month that is added up. Off target: the difference as a share of the target.")
    table = Table(_("Target and actual, year to date"), columns, rows, foot)
    return Section("year_to_date", _("The year so far"), sentence, (sentence,), tables=(table,) if rows else ())


def _narratives(on: Ground, found: tuple[Stand, ...]) -> Section | None:
    """What people wrote about measures far from their target."""
    points = tuple(
        _("%(name)s (%(actual)s, target %(target)s): %(words)s")
        % {
            "name": one.label,
            "actual": with_unit(one.actual, one.measure.format),
            "target": with_unit(one.target, one.measure.format),
            "words": on.narratives[one.measure.name],
        }
        for one in found
        if one.needs_words and on.narratives.get(one.measure.name)
    )
    return Section("narratives", _("Why measures are far from their target"), points=points) if points else None
