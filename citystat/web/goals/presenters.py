"""What the pages of the plan show. Every figure is read when the page is opened; nothing is copied by hand."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from citystat.core import formats
from citystat.core.access import has_right
from citystat.core.cities import current_city
from citystat.core.errors import UserError
from citystat.core.figures import Figure
from citystat.core.texts import said
from citystat.plan import descriptions, periods
from citystat.plan import queries as plan
from citystat.plan.definitions import Measure
from citystat.plan.goals import queries as goals
from citystat.plan.goals import rules
from citystat.plan.goals.words import LEVELS
from citystat.plan.models import Goal, GoalMeasure, Plan, ResidentInput, Theme
from citystat.stat_sessions import chain
from citystat.stat_sessions.commitments import queries as promises
from citystat.stat_sessions.commitments.words import STATE_WORDS
from citystat.stat_sessions.cycle import calendar
from citystat.warehouse.connections import Warehouse, open_build
from citystat.web.inputs import input_lines
from citystat.web.measures import figures
from citystat.web.measures.presenters import Latest, last_complete, latest

CHANGES: dict[str, str | Promise] = {
    "new": gettext_lazy("New"),
    "modified": gettext_lazy("Changed"),
    "unchanged": gettext_lazy("Unchanged"),
    "removed": gettext_lazy("No longer in the plan"),
}


@dataclass(frozen=True)
class AimCard:
    """A measure of success as a card: where it stands, where it shall stand, by when, and what that means."""

    name: str
    label: str
    number: str
    unit: str
    month: str
    state: str
    signal: str | None
    sentence: str
    url: str
    aim: str
    way: str
    is_behind: bool
    spark: Figure | None
    department: str = ""


@dataclass(frozen=True)
class GoalLine:
    """A goal in the tree of a plan."""

    code: str
    level: str
    title: str
    text: str
    depth: int
    department: str
    owner: str
    is_measurable: bool
    url: str
    measures: tuple[AimCard, ...]
    partners: tuple[str, ...]
    change: str = ""


def build_now() -> Warehouse | None:
    """The build that serves; None before the first."""
    try:
        return open_build()
    except UserError:
        return None


def plan_page(shown: Plan, user: Any, *, day: date) -> dict[str, Any]:
    """The context of one version: adoption, the tree with live figures, what changed, what to look at for the staff."""
    warehouse, rows = build_now(), goals.goals(shown)
    changed = {one.code: one for one in goals.changes(shown)}
    staff = has_right(user, "see_staff_pages")
    lines = [_line(branch, warehouse, changed, day, shown, staff=staff) for top in goals.tree(shown, rows) for branch in top.walk()]
    return {
        "plan": shown,
        "title": said(shown, "title"),
        "text": said(shown, "text"),
        "adoption": adoption(shown),
        "groups": _by_priority(lines),
        "removed": [one for one in changed.values() if one.change == "removed"],
        "problems": goals.problems(shown, rows) if staff else (),
        "counts": _counts(lines),
        "versions": [one for one in goals.plans() if one.status in {"adopted", "superseded"}],
    }


def adoption(shown: Plan) -> str:
    """When, by whom and by which resolution it was adopted, and since when it is in force."""
    if shown.adopted_on is None:
        return _("This is a draft. Nothing in it has been adopted.") if shown.status == "draft" else _("This draft was given up.")
    first, last = (formats.day(day) if day else "" for day in (shown.in_force_from, shown.in_force_to))
    said_ = {
        "day": formats.day(shown.adopted_on), "body": shown.adopted_by, "resolution": shown.resolution, "first": first, "last": last,
    }  # fmt: skip
    adopted = _("Adopted on %(day)s by %(body)s, resolution %(resolution)s.") if shown.resolution else _("Adopted on %(day)s by %(body)s.")
    in_force = _("In force from %(first)s to %(last)s.") if shown.in_force_to else _("In force since %(first)s.")
    return f"{adopted % said_} {in_force % said_}"


def _line(
    branch: goals.Branch, warehouse: Warehouse | None, changed: dict[str, rules.GoalChange], day: date, shown: Plan, *, staff: bool
) -> GoalLine:
    goal = branch.goal
    change = changed.get(goal.code)
    cards = tuple(card for one in goal.measures.all() if (card := aim_card(one, warehouse, day, staff=staff)) is not None)
    return GoalLine(
        code=goal.code, level=str(LEVELS[goal.level]), title=said(goal, "title"), text=said(goal, "text"), depth=branch.depth,
        department=goal.department, owner=str(goal.owner) if goal.owner and staff else "", is_measurable=goal.is_measurable,
        url=goal_url(goal, shown), measures=cards, partners=tuple(one.name for one in goal.partners.all()),
        change=str(CHANGES[change.change]) if change and change.change != "unchanged" else "",
    )  # fmt: skip


def goal_url(goal: Goal, shown: Plan) -> str:
    """The page of a goal: of the plan in force by its code alone, of another version with its number."""
    url = reverse("web:goal", args=[goal.code])
    return url if shown.status == "adopted" and shown.in_force_to is None else f"{url}?plan={shown.number}"


def _by_priority(lines: Sequence[GoalLine]) -> list[tuple[GoalLine, list[GoalLine]]]:
    groups: list[tuple[GoalLine, list[GoalLine]]] = []
    for line in lines:
        if line.depth == 0:
            groups.append((line, []))
        elif groups:
            groups[-1][1].append(line)
    return groups


def _counts(lines: Sequence[GoalLine]) -> dict[str, int]:
    """How many goals, measurable ones, measures, and measures without a value: counted, never averaged."""
    cards = {card.name: card for line in lines for card in line.measures}
    return {
        "goals": len(lines),
        "measurable": sum(line.is_measurable for line in lines),
        "measures": len(cards),
        "missing": sum(card.state != "ok" for card in cards.values()),
        "behind": sum(card.is_behind for card in cards.values()),
        "improving": sum(card.signal == "improving" for card in cards.values()),
        "concerning": sum(card.signal == "concerning" for card in cards.values()),
    }


def aim_card(one: GoalMeasure, warehouse: Warehouse | None, day: date, *, staff: bool) -> AimCard | None:
    """A measure of success with its live value; None for a measure this reader may not see."""
    found = _latest(one.measure, warehouse, staff=staff)
    aim = goals.aim(one)
    if found is None:
        known = next((measure for measure in plan.measures() if measure.name == one.measure), None)
        if known is not None and known.audience != "public" and not staff:
            return None
        return _unknown_card(one, _aim_or_target(aim, known, day) if known else _aim_words(aim, None))
    now, chart = found
    row = last_complete(chart.rows)
    value = row.value if row is not None and row.state == "ok" else None
    way = rules.way(aim, value, day)
    return AimCard(
        name=one.measure, label=now.label, number=now.number, unit=now.unit, month=now.month, state=now.state,
        signal=now.signal, sentence=now.sentence,
        url=now.url, aim=_aim_or_target(aim, now.measure, day), way=_way_words(way, aim), is_behind=bool(way and way.is_behind),
        spark=figures.spark(chart), department=now.measure.owner,
    )  # fmt: skip


def _latest(name: str, warehouse: Warehouse | None, *, staff: bool) -> tuple[Latest, Any] | None:
    if warehouse is None:
        return None
    try:
        if plan.measure(name).audience != "public" and not staff:
            return None
        return latest(name, warehouse)
    except UserError:
        return None


def _unknown_card(one: GoalMeasure, aim: str) -> AimCard:
    return AimCard(
        name=one.measure, label=one.measure.replace("_", " "), number="–", unit="", month="", state="missing", signal=None,
        sentence=_("There is no value yet, so nothing can be said about it."), url="", aim=aim, way="",
        is_behind=False, spark=None,
    )  # fmt: skip


def _aim_or_target(aim: rules.Aim, measure: Measure, day: date) -> str:
    """The aim; where there is none, as below a theme, the target in force for the measure."""
    target = next((one for one in reversed(measure.targets) if one.covers(day)), None)
    if aim.target_value is not None or target is None:
        return _aim_words(aim, measure)
    given = {"target": figures.with_unit(target.value, measure)}
    if target.to is None:
        return _("Target in force: %(target)s.") % given
    return _("Target: %(target)s by %(day)s.") % (given | {"day": formats.day(target.to)})


def _aim_words(aim: rules.Aim, measure: Measure | None) -> str:
    """From where to where, each with its unit; of a measure nobody knows the numbers alone."""

    def written(value: float) -> str:
        return figures.with_unit(value, measure) if measure else formats.alone(value, "decimal")

    if aim.target_value is None or aim.target_on is None:
        return _("No target has been set.")
    target = {"target": written(aim.target_value), "day": formats.day(aim.target_on)}
    if aim.baseline_value is None:
        return _("Target: %(target)s by %(day)s.") % target
    baseline = {"baseline": written(aim.baseline_value)}
    if aim.baseline_on is None:
        return _("From %(baseline)s to %(target)s by %(day)s.") % (target | baseline)
    since = {"since": formats.day(aim.baseline_on)}
    return _("From %(baseline)s on %(since)s to %(target)s by %(day)s.") % (target | baseline | since)


def _way_words(way: rules.Way | None, aim: rules.Aim) -> str:
    if way is None:
        return ""
    said_ = {"done": formats.percent(max(way.done, 0.0), 0), "time": formats.percent(min(way.time_gone, 1.0), 0)}
    if way.done < 0:
        return _("It stands further from the target than at the start; %(time)s of the time has gone.") % said_
    if way.done >= 1:
        return _("The target is reached.")
    return _("%(done)s of the way, with %(time)s of the time gone.") % said_


def goal_page(goal: Goal, user: Any, *, day: date) -> dict[str, Any]:
    """The context of a goal's page."""
    warehouse, staff = build_now(), has_right(user, "see_staff_pages")
    names = [one.measure for one in goal.measures.all()]
    cards = [card for one in goal.measures.all() if (card := aim_card(one, warehouse, day, staff=staff)) is not None]
    below = Goal.objects.filter(parent=goal).order_by("position", "code")
    return {
        "goal": goal,
        "title": said(goal, "title"),
        "level": LEVELS[goal.level],
        "text": said(goal, "text"),
        "story": said(goal, "story"),
        "cards": cards,
        "missing": rules.missing_for_measurable([goals.aim(one) for one in goal.measures.all()]),
        "above": _above(goal),
        "below": [_below(one, warehouse, day, with_cards=not cards, staff=staff) for one in below],
        "partners": goal.partners.all(),
        "datasets": goal.datasets.all(),
        "progress": [(one.on, said(one, "text"), one.evidence) for one in goals.progress(goal.code)],
        "inputs": input_lines(goals.inputs(goal_code=goal.code) | ResidentInput.objects.filter(measure__in=names)),
        **_meetings(goal, day, staff=staff),
        "corrections": _corrections(names, staff=staff),
        "adoption": adoption(goal.plan),
        "is_in_force": goal.plan.status == "adopted" and goal.plan.in_force_to is None,
        "may_edit": has_right(user, "edit_plan"),
        "is_staff": has_right(user, "see_staff_pages"),
    }


def _below(goal: Goal, warehouse: Warehouse | None, day: date, *, with_cards: bool, staff: bool) -> dict[str, Any]:
    """A goal below; where the one above has no measures of its own, with how this one stands."""
    aims = goal.measures.all() if with_cards else ()
    return {
        "title": said(goal, "title"), "level": str(LEVELS[goal.level]), "url": goal_url(goal, goal.plan),
        "cards": [card for one in aims if (card := aim_card(one, warehouse, day, staff=staff)) is not None],
    }  # fmt: skip


def _corrections(names: Sequence[str], *, staff: bool) -> list[dict[str, Any]]:
    """Corrected figures of the goal's measures that this reader may see: what stood there, what is right, why."""
    fiscal, known = current_city().fiscal_year_start_month, {one.name: one for one in plan.measures()}
    seen = [known[name] for name in names if name in known and (staff or known[name].audience == "public")]
    rows = [
        {
            "on": one.published_at.astimezone(current_city().zone).date(),
            "label": measure.label.in_(figures.language()),
            "period": descriptions.period_name(periods.parse_period(one.period, fiscal), figures.language()),
            "where": one.group_value,
            "old": figures.with_unit(one.old_value, measure),
            "new": figures.with_unit(one.new_value, measure),
            "why": one.why,
        }
        for measure in seen
        for one in plan.corrections(measure.name)
    ]
    return sorted(rows, key=lambda row: row["on"], reverse=True)


def _above(goal: Goal) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    up = goal.parent
    while up is not None and len(found) < rules.DEEPEST:
        found.append((said(up, "title"), goal_url(up, goal.plan)))
        up = up.parent
    return list(reversed(found))


def _meetings(goal: Goal, day: date, *, staff: bool) -> dict[str, Any]:
    """Sessions about the goal, the next one and those before it, what was decided for it and promised; for the public what is public."""
    code = goal.code
    sessions: list[dict[str, Any]] = [
        {"title": said(one, "title"), "url": reverse("stat:session", args=[one.pk]), "on": calendar.day_of(one)}
        for one in chain.sessions(goal_code=code, staff=staff)
    ]
    return {
        "next_session": min((one for one in sessions if one["on"] >= day), key=lambda one: one["on"], default=None),
        "sessions": [one for one in sessions if one["on"] < day],
        "decisions": [
            {"text": said(one, "text"), "url": f"/stat/{one.session_id}/" if one.session_id else "", "on": one.decided_on}
            for one in chain.decisions(goal_code=code, staff=staff)
        ],
        "commitments": [
            {"text": said(one, "text"), "url": f"/commitments/{one.number}/", "due_on": one.due_on,
             "state": str(STATE_WORDS[promises.standing(one).state])}
            for one in chain.commitments(goal_code=code, staff=staff)
        ],
    }  # fmt: skip


def theme_page(theme: Theme, user: Any, *, day: date) -> dict[str, Any]:
    """The context of a theme: its team, its goals, its measures by the department that owns each."""
    warehouse, staff = build_now(), has_right(user, "see_staff_pages")
    current = goals.plan_in_force(day)
    rows = Goal.objects.filter(plan=current, code__in=theme.goal_codes) if current else Goal.objects.none()
    cards = [
        (one.department, card)
        for one in theme.measures.all()
        if (card := aim_card(GoalMeasure(measure=one.measure), warehouse, day, staff=staff)) is not None
    ]
    return {
        "theme": theme, "title": said(theme, "title"), "text": said(theme, "text"), "cards": cards,
        "departments": sorted({department for department, _card in cards}),
        "goals": [(said(one, "title"), goal_url(one, current)) for one in rows if current],
        "members": theme.members.all(), "may_edit": has_right(user, "edit_plan"),
    }  # fmt: skip


def boards(user: Any, *, day: date) -> dict[str, Any]:
    """Two linked boards: measures of the plan's goals, and measures of daily work with the goal each serves, or none."""
    current = goals.plan_in_force(day)
    staff = has_right(user, "see_staff_pages")
    served = goals.priorities_of_measures(day)
    titles = {one.code: said(one, "title") for one in goals.goals(current)} if current else {}
    measures = plan.measures(None if staff else "public")
    strategy = [(one, [(titles[code], code) for code in served[one.name]]) for one in measures if one.name in served]
    operations = [(one, [(titles[code], code) for code in served.get(one.name, ())]) for one in measures if one.tier <= 2]
    return {
        "plan": current,
        "strategy": strategy,
        "operations": operations,
        "orphans": [one for one in measures if one.name not in served],
        "language": figures.language(),
    }
