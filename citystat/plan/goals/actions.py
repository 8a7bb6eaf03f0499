"""Writes of plans, goals and themes. A draft may be edited by everyone who may write plans; an adopted version never changes."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from citystat.core import audit, clock, edits, formats
from citystat.core.errors import InputError
from citystat.plan import known
from citystat.plan.goals import access, queries, rules
from citystat.plan.models import (
    Goal,
    GoalDataset,
    GoalMeasure,
    GoalProgress,
    Partner,
    Plan,
    ResidentInput,
    Target,
    Theme,
    ThemeMeasure,
    ThemeMember,
)  # fmt: skip
from citystat.plan.registered import register

PLAN_TEXTS = ("title", "title_es", "text", "text_es")
GOAL_TEXTS = ("title", "title_es", "text", "text_es", "story", "story_es", "department", "data_needed", "replaces")


@dataclass(frozen=True)
class PartnerText:
    """A partner as typed."""

    name: str
    role: str
    url: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class GoalText:
    """A goal as typed; `parent` is the code of another goal of the same plan."""

    code: str
    level: str
    title: str
    parent: str = ""
    title_es: str = ""
    text: str = ""
    text_es: str = ""
    story: str = ""
    story_es: str = ""
    department: str = ""
    owner: Any = None
    sponsor: Any = None
    starts_on: date | None = None
    ends_on: date | None = None
    is_measurable: bool = False
    data_needed: str = ""
    replaces: str = ""
    position: int = 0
    measures: Sequence[rules.Aim] = ()
    partners: Sequence[PartnerText] = ()
    datasets: Sequence[tuple[str, str]] = field(default=())


def create_plan(
    *,
    by: Any,
    title: str,
    starts_on: date,
    ends_on: date,
    title_es: str = "",
    text: str = "",
    text_es: str = "",
    based_on: Plan | None = None,
) -> Plan:
    """A new draft; based on another version it starts with all of that version's goals."""
    access.check_can_edit(by)
    _check_plan(title, starts_on, ends_on)
    with transaction.atomic():
        number = (Plan.objects.aggregate(last=Max("number"))["last"] or 0) + 1
        made = Plan.objects.create(
            number=number, title=title.strip(), title_es=title_es.strip(), text=text.strip(), text_es=text_es.strip(), starts_on=starts_on,
            ends_on=ends_on, based_on=based_on, created_by=by,
        )  # fmt: skip
        if based_on is not None:
            _copy_goals(based_on, made)
        audit.record(by=by, action="plan.create", target=str(made), details={"based_on": based_on.number if based_on else None})
    return made


def _check_plan(title: str, starts_on: date, ends_on: date) -> None:
    if not title.strip():
        raise InputError(_("Give the plan a title."))
    if ends_on <= starts_on:
        raise InputError(_("The plan ends before it starts: check the dates."))


def _copy_goals(source: Plan, target: Plan) -> None:
    made: dict[int, Goal] = {}
    for branch in (one for top in queries.tree(source) for one in top.walk()):
        old = branch.goal
        kept = {name: getattr(old, name) for name in (*GOAL_TEXTS, "code", "level", "starts_on", "ends_on", "is_measurable", "position")}
        parent = made.get(old.parent_id) if old.parent_id else None
        new = Goal.objects.create(
            plan=target, parent=parent, owner=old.owner, sponsor=old.sponsor, change=Goal.Change.UNCHANGED, **(kept | {"replaces": ""})
        )
        made[old.pk] = new
        _keep_parts(
            new,
            [queries.aim(one) for one in old.measures.all()],
            [PartnerText(one.name, one.role, one.url, one.since, one.until) for one in old.partners.all()],
            [(one.title, one.url) for one in old.datasets.all()],
        )


def change_plan(*, by: Any, plan: Plan, revision: int, **values: Any) -> Plan:
    """Change title, texts and dates of a draft."""
    access.check_can_edit(by)
    _check_draft(plan)
    for name in PLAN_TEXTS:
        setattr(plan, name, values.get(name, getattr(plan, name)).strip())
    plan.starts_on, plan.ends_on = values.get("starts_on", plan.starts_on), values.get("ends_on", plan.ends_on)
    _check_plan(plan.title, plan.starts_on, plan.ends_on)
    with transaction.atomic():
        edits.save(plan, [*PLAN_TEXTS, "starts_on", "ends_on"], revision=revision)
        audit.record(by=by, action="plan.change", target=str(plan))
    return plan


def _check_draft(plan: Plan) -> None:
    if plan.status != Plan.Status.DRAFT:
        raise InputError(_("Plan %(number)s is not a draft, so it cannot be changed: start a new version of it.") % {"number": plan.number})


def save_goal(*, by: Any, plan: Plan, goal: GoalText, existing: Goal | None = None, revision: int = 0) -> Goal:
    """Add a goal to a draft, or change one. Raises InputError with the first thing that is wrong; nothing is stored then."""
    access.check_can_edit(by)
    _check_draft(plan)
    parent = _checked_parent(plan, goal, existing)
    _check_goal(goal)
    row = existing or Goal(plan=plan)
    row.code, row.level, row.parent, row.owner, row.sponsor = goal.code, goal.level, parent, goal.owner, goal.sponsor
    row.starts_on, row.ends_on, row.is_measurable, row.position = goal.starts_on, goal.ends_on, goal.is_measurable, goal.position
    for name in GOAL_TEXTS:
        setattr(row, name, getattr(goal, name).strip())
    if existing is not None and plan.based_on_id:
        row.change = Goal.Change.REPLACED if goal.replaces else Goal.Change.MODIFIED if row.change != Goal.Change.NEW else Goal.Change.NEW
    try:
        with transaction.atomic():
            _store(row, is_new=existing is None, revision=revision)
            _keep_parts(row, goal.measures, goal.partners, goal.datasets)
            audit.record(by=by, action="plan.save_goal", target=f"{plan.number} {row.code}", details={"is_new": existing is None})
    except IntegrityError as error:
        raise InputError(_("The plan has a goal with the code %(code)s already: choose another.") % {"code": goal.code}) from error
    return row


def _store(row: Goal, *, is_new: bool, revision: int) -> None:
    edits.check_texts(row)
    if is_new:
        row.save(force_insert=True)
        return
    fields = [
        *GOAL_TEXTS, "code", "level", "parent", "owner", "sponsor", "starts_on", "ends_on", "is_measurable", "position", "change",
    ]  # fmt: skip
    edits.save(row, fields, revision=revision)


def _checked_parent(plan: Plan, goal: GoalText, existing: Goal | None) -> Goal | None:
    parent = queries.goal(goal.parent, plan) if goal.parent else None
    rules.check_parent(goal.level, parent.level if parent else None)
    if existing is not None and parent is not None:
        parents = {one.code: one.parent.code if one.parent else "" for one in queries.goals(plan)}
        rules.check_no_cycle(existing.code, parent.code, parents)
    return parent


def _check_goal(goal: GoalText) -> None:
    if not goal.title.strip():
        raise InputError(_("Say in one line what the goal is."))
    if goal.starts_on and goal.ends_on and goal.ends_on <= goal.starts_on:
        raise InputError(_("The goal ends before it starts: check the dates."))
    names = [one.measure for one in goal.measures]
    if len(set(names)) < len(names):
        raise InputError(_("A measure can stand only once below a goal."))
    measures = known.everything()
    for one in goal.measures:
        measure = measures.get(one.measure)
        rules.check_aim(one, measure.label.in_(get_language() or "en") if measure else "")
        if measure is not None and measure.format == "percent" and one.target_value is not None and not 0 <= one.target_value <= 1:
            raise InputError(_("A target of a percentage lies between 0 % and 100 %."))
    if goal.is_measurable:
        rules.check_measurable(list(goal.measures))


def _keep_parts(row: Goal, aims: Sequence[rules.Aim], partners: Sequence[PartnerText], datasets: Sequence[tuple[str, str]]) -> None:
    for model in (GoalMeasure, Partner, GoalDataset):
        model._default_manager.filter(goal=row).delete()
    GoalMeasure.objects.bulk_create(
        GoalMeasure(
            goal=row, measure=one.measure, baseline_value=one.baseline_value, baseline_on=one.baseline_on, target_value=one.target_value,
            target_on=one.target_on, position=position,
        )
        for position, one in enumerate(aims)
    )  # fmt: skip
    Partner.objects.bulk_create(
        Partner(goal=row, name=one.name, role=one.role, url=one.url, since=one.since, until=one.until) for one in partners
    )
    GoalDataset.objects.bulk_create(GoalDataset(goal=row, title=title, url=url) for title, url in datasets)


def remove_goal(*, by: Any, goal: Goal) -> None:
    """Take a goal out of a draft; refused while others stand below it."""
    access.check_can_edit(by)
    _check_draft(goal.plan)
    if Goal.objects.filter(parent=goal).exists():
        raise InputError(_("Other goals stand below this one: move or remove them first."))
    with transaction.atomic():
        audit.record(by=by, action="plan.remove_goal", target=f"{goal.plan.number} {goal.code}", details={"title": goal.title})
        goal.delete()


def adopt(
    *,
    by: Any,
    plan: Plan,
    adopted_on: date,
    adopted_by: str,
    resolution: str = "",
    resolution_url: str = "",
    in_force_from: date | None = None,
) -> Plan:
    """Record that a draft was adopted. The version in force until then ends the day before, and the goals' targets come into force."""
    access.check_can_adopt(by)
    _check_draft(plan)
    if adopted_on > clock.today():
        raise InputError(_("The adoption lies in the future: record it once the council has voted."))
    if not adopted_by.strip():
        raise InputError(_("Say who adopted the plan, such as the City Council."))
    if not rules.can_be_adopted(queries.problems(plan)):
        raise InputError(_("The plan has open problems that stop its adoption: they are listed on its page."))
    first = in_force_from or max(adopted_on, plan.starts_on)
    with transaction.atomic():
        _end_the_one_before(plan, first)
        plan.status, plan.adopted_on, plan.adopted_by = Plan.Status.ADOPTED, adopted_on, adopted_by.strip()
        plan.resolution, plan.resolution_url, plan.in_force_from = resolution.strip(), resolution_url, first
        plan.save()
        _put_targets_in_force(plan, first, by)
        # Many targets at once are written without the signals the register listens to.
        register.forget()
        audit.record(by=by, action="plan.adopt", target=str(plan), details={"adopted_on": adopted_on.isoformat(), "resolution": resolution})
    return plan


def _end_the_one_before(plan: Plan, first: date) -> None:
    before = Plan.objects.select_for_update().filter(status=Plan.Status.ADOPTED, in_force_to__isnull=True).exclude(pk=plan.pk).first()
    if before is None:
        return
    if before.in_force_from and first <= before.in_force_from:
        raise InputError(
            _("Plan %(number)s is in force since %(day)s: the new one must come into force later, since two cannot be in force at once.")
            % {"number": before.number, "day": formats.day(before.in_force_from)}
        )
    before.status, before.in_force_to = Plan.Status.SUPERSEDED, first - timedelta(days=1)
    before.save()
    Target.objects.filter(plan=before, in_force_to__isnull=True).update(in_force_to=before.in_force_to)
    Target.objects.filter(plan=before, in_force_to__gte=first).update(in_force_to=before.in_force_to)


def _put_targets_in_force(plan: Plan, first: date, by: Any) -> None:
    rows = GoalMeasure.objects.filter(goal__plan=plan, target_value__isnull=False, target_on__gte=first).select_related("goal")
    # Readers of another language get the title of the goal in theirs: see plan_reasons of the register.
    with override("en"):
        why = _("Goal of plan %(number)s: %(title)s")
    Target.objects.bulk_create(
        Target(
            measure=one.measure, value=one.target_value or 0.0, in_force_from=first, in_force_to=one.target_on, plan=plan, set_by=by,
            rationale=why % {"number": plan.number, "title": one.goal.title},
        )
        for one in rows
    )  # fmt: skip


def withdraw(*, by: Any, plan: Plan, why: str) -> Plan:
    """Give a draft up; it stays readable for the staff."""
    access.check_can_edit(by)
    _check_draft(plan)
    if not why.strip():
        raise InputError(_("Say why the draft is given up."))
    with transaction.atomic():
        plan.status = Plan.Status.WITHDRAWN
        plan.save()
        audit.record(by=by, action="plan.withdraw", target=str(plan), details={"why": why.strip()})
    return plan


def record_progress(*, by: Any, goal_code: str, on: date, text: str, evidence: str, text_es: str = "") -> GoalProgress:
    """Add what was done towards a goal of the plan in force, with what shows it."""
    access.check_can_edit(by)
    current = queries.plan_in_force()
    if current is None:
        raise InputError(_("No plan is in force, so there is no goal to report on."))
    queries.goal(goal_code, current)
    if not text.strip() or not evidence.strip():
        raise InputError(_("Say what was done, and where it can be checked."))
    if on > clock.today():
        raise InputError(_("What is still to come is not progress yet: choose a day that has passed."))
    with transaction.atomic():
        row = GoalProgress.objects.create(
            goal_code=goal_code, on=on, text=text.strip(), text_es=text_es.strip(), evidence=evidence.strip(), by=by
        )
        audit.record(by=by, action="plan.record_progress", target=goal_code)
    return row


def record_input(
    *, by: Any, kind: str, text: str, source: str, received_on: date, measure: str = "", goal_code: str = "", url: str = "",
    text_es: str = "", is_proposal: bool = False,
) -> ResidentInput:  # fmt: skip
    """Keep what residents said, with its source, beside the measure or goal that answers it."""
    access.check_can_edit(by)
    if kind not in ResidentInput.Kind.values:
        raise InputError(_("Say where it comes from: a survey, 311 requests, a meeting or an advice."))
    if not text.strip() or not source.strip():
        raise InputError(_("Say what residents said, and where it is written down."))
    if not measure and not goal_code and not is_proposal:
        raise InputError(_("Choose the measure or the goal it led to, or mark it as a proposal for a new measure."))
    with transaction.atomic():
        row = ResidentInput.objects.create(
            kind=kind, text=text.strip(), text_es=text_es.strip(), source=source.strip(), url=url, received_on=received_on, measure=measure,
            goal_code=goal_code, is_proposal=is_proposal, recorded_by=by,
        )  # fmt: skip
        audit.record(by=by, action="plan.record_input", target=measure or goal_code)
    return row


@dataclass(frozen=True)
class ThemeText:
    """A theme as typed; `measures` are (measure, department), `members` (name, department, role)."""

    slug: str
    title: str
    title_es: str = ""
    text: str = ""
    text_es: str = ""
    sponsor: Any = None
    goal_codes: Sequence[str] = ()
    measures: Sequence[tuple[str, str]] = ()
    members: Sequence[tuple[str, str, str]] = ()
    is_public: bool = False


def save_theme(*, by: Any, theme: ThemeText, existing: Theme | None = None, revision: int = 0) -> Theme:
    """Name a theme, or change one. Raises InputError unless measures of at least two departments come together."""
    access.check_can_edit(by)
    if not theme.title.strip():
        raise InputError(_("Give the theme a title."))
    if len({department.strip() for _name, department in theme.measures}) < 2:
        raise InputError(_("A theme joins measures of at least two departments: with one, it is that department's own work."))
    row = existing or Theme()
    for name in ("slug", "title", "title_es", "text", "text_es", "sponsor", "is_public"):
        setattr(row, name, getattr(theme, name))
    row.goal_codes = list(theme.goal_codes)
    try:
        with transaction.atomic():
            if existing is None:
                row.save(force_insert=True)
            else:
                edits.save(row, ["slug", "title", "title_es", "text", "text_es", "sponsor", "is_public", "goal_codes"], revision=revision)
            _keep_team(row, theme)
            audit.record(by=by, action="plan.save_theme", target=row.slug, details={"is_public": row.is_public})
    except IntegrityError as error:
        raise InputError(_("There is a theme with this short name already, or a measure stands in it twice.")) from error
    return row


def _keep_team(row: Theme, theme: ThemeText) -> None:
    ThemeMeasure.objects.filter(theme=row).delete()
    ThemeMember.objects.filter(theme=row).delete()
    ThemeMeasure.objects.bulk_create(ThemeMeasure(theme=row, measure=name, department=owner) for name, owner in theme.measures)
    ThemeMember.objects.bulk_create(
        ThemeMember(theme=row, name=name, department=department, role=role) for name, department, role in theme.members
    )
