"""Which rows of the plan and the register go out, and in what order."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from django.db.models import QuerySet

from citystat.plan import definition_files, definitions, known
from citystat.plan.exchange import figures
from citystat.plan.exchange.tables import Scope
from citystat.plan.models import Goal, MeasureVersion, Plan, RegisteredMeasure, Target, Theme
from citystat.plan.registered.measures import meaning_hash

PUBLIC_PLANS = (Plan.Status.ADOPTED, Plan.Status.SUPERSEDED)
# Fields of a definition that name a person.
NAMES_IN_DEFINITIONS = ("data_owner",)
Rows = Iterable[Any]
Give = Callable[[Scope], Rows]


def scope(*, staff: bool, names: bool = False, chosen: Iterable[str] = (), first: date | None = None) -> Scope:
    """What goes out for an audience; a measure nobody knows is NotFound."""
    picked = frozenset(known.find(name).name for name in chosen)
    public = {name for name, one in known.everything().items() if one.audience == "public"}
    public |= {row["name"] for row in figures.received("measures") if row["audience"] == "public" and row["name"] not in known.everything()}
    return Scope(staff, staff or names, frozenset(public), picked or None, first)


def plans(scope: Scope) -> Rows:
    """Versions of the plan; drafts for the staff."""
    rows = Plan.objects.order_by("number")
    return rows if scope.staff else rows.filter(status__in=PUBLIC_PLANS)


def goals(scope: Scope) -> Rows:
    """Goals of those versions."""
    rows = Goal.objects.order_by("plan__number", "position", "code")
    return rows if scope.staff else rows.filter(plan__status__in=PUBLIC_PLANS)


def below_goals(model: Any, *order: str) -> Give:
    """Parts of goals, in an order."""

    def give(scope: Scope) -> Rows:
        rows: QuerySet[Any] = model.objects.order_by("goal__plan__number", "goal__position", "goal__code", *order, "pk")
        return rows if scope.staff else rows.filter(goal__plan__status__in=PUBLIC_PLANS)

    return give


def themes(scope: Scope) -> Rows:
    """Themes; those not public for the staff."""
    rows = Theme.objects.order_by("slug")
    return rows if scope.staff else rows.filter(is_public=True)


def below_themes(model: Any, *order: str) -> Give:
    """Parts of themes, in an order."""

    def give(scope: Scope) -> Rows:
        rows: QuerySet[Any] = model.objects.order_by("theme__slug", *order)
        return rows if scope.staff else rows.filter(theme__is_public=True)

    return give


def everything(model: Any, *order: str, only_wanted: bool = False, select: str = "") -> Give:
    """Every row of a table, in an order; only of measures that are wanted where said so."""

    def give(scope: Scope) -> Rows:
        rows: QuerySet[Any] = model.objects.order_by(*order, "pk")
        rows = rows.select_related(select) if select else rows
        return [one for one in rows if scope.wants(_named(one))] if only_wanted else rows

    return give


def _named(one: Any) -> str:
    return one.measure.name if isinstance(one.measure, RegisteredMeasure) else str(one.measure)


def measures(scope: Scope) -> Rows:
    """Measures of files and of the register; what the register says of a measure of a file stands with it."""
    files, rows = definition_files.load_all(), {one.name: one for one in RegisteredMeasure.objects.all()}
    sent = {row["name"]: row for row in figures.received("measures")}
    audiences = {name: row["audience"] for name, row in sent.items()} | {name: one.audience for name, one in known.everything().items()}
    made = {name: sent[name] for name in sent if name not in rows and name not in files}
    made |= {name: _measure(name, rows.get(name), audiences.get(name)) for name in {*files, *rows}}
    return [made[name] for name in sorted(made) if scope.shows(name)]


def _measure(name: str, row: RegisteredMeasure | None, audience: str | None) -> dict[str, Any]:
    if row is None:
        return {"name": name, "source": "warehouse", "audience": audience, "is_retired": False}
    return {
        "name": name, "source": row.source, "audience": audience, "department": row.department, "owner": figures.person(row.owner_id),
        "analyst": figures.person(row.analyst_id), "rolls_up_to": row.rolls_up_to, "is_retired": row.is_retired,
        "created_at": row.created_at,
    }  # fmt: skip


def versions(scope: Scope) -> Rows:
    """Definitions of files and of the register; unvalidated ones for the staff."""
    rows = MeasureVersion.objects.select_related("measure").order_by("measure__name", "version")
    rows = rows if scope.staff else rows.filter(status=MeasureVersion.Status.VALIDATED)
    found = [*_versions_of_files(), *(_version(one, scope) for one in rows)]
    return sorted((row for row in found if scope.shows(row["measure"])), key=lambda row: (row["measure"], row["version"]))


def _versions_of_files() -> Rows:
    files = definition_files.values_of_all()
    for name, values in files.items():
        yield {
            "measure": name, "version": values["version"], "status": "validated", "change": "new", "definition": values,
            "definition_hash": definitions.meaning_hash(values),
        }  # fmt: skip
    yield from (row for row in figures.received("measure_versions") if row["measure"] not in files)


def _version(one: MeasureVersion, scope: Scope) -> dict[str, Any]:
    kept = {name: part for name, part in one.definition.items() if scope.names or name not in NAMES_IN_DEFINITIONS}
    plain = ("version", "status", "change", "replaces", "rebase_on", "rebase_reason", "drafted_at", "submitted_at", "reviewed_at", "reason")
    return {name: getattr(one, name) for name in plain} | {
        "measure": one.measure.name, "definition": kept, "definition_hash": meaning_hash(one.definition),
        "drafted_by": figures.person(one.drafted_by_id), "reviewed_by": figures.person(one.reviewed_by_id),
    }  # fmt: skip


def targets(scope: Scope) -> Rows:
    """Targets people set, and those the definitions of files hold."""
    rows = Target.objects.select_related("plan").order_by("measure", "set_at", "pk")
    rows = rows if scope.staff else rows.filter(withdrawn_at__isnull=True)
    written = [(row["measure"], one) for row in _versions_of_files() for one in row["definition"].get("targets", ())]
    found: list[Any] = [
        {"measure": name, "origin": "definition", "value": float(one["value"]), "in_force_from": one.get("from"),
         "in_force_to": one.get("to"), "rationale": one.get("rationale", "")} for name, one in written
    ]  # fmt: skip
    public = {one.pk for one in plans(scope)}
    return [*sorted(found, key=lambda one: str(one["measure"])), *(_target(one, public) for one in rows)]


def _target(one: Target, plans: set[int]) -> dict[str, Any]:
    return {
        "measure": one.measure, "origin": "set", "value": one.value, "in_force_from": one.in_force_from, "in_force_to": one.in_force_to,
        "rationale": one.rationale, "plan": one.plan.number if one.plan and one.plan.pk in plans else None,
        "set_by": figures.person(one.set_by_id), "set_at": one.set_at, "withdrawn_at": one.withdrawn_at,
    }  # fmt: skip
