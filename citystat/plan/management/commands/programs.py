"""`citystat programs ...`: programs with their evidence, budget lines, improvements before and after, areas in focus, advice."""

from dataclasses import asdict
from typing import Any

from django.core.management.base import CommandParser

from citystat.core.commands import CityStatCommand, sub_command
from citystat.plan.models import Improvement
from citystat.plan.programs import advice, before_after, focus, queries, words


class Command(CityStatCommand):
    """List and show."""

    help = "Programs and what came of them: evidence, delivery, demand beside the budget, before and after, areas in focus, advice."
    example = "citystat programs show lights-out"

    def add_arguments(self, parser: CommandParser) -> None:
        """The second word and its options."""
        second = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
        sub_command(second, "list", "List programs, and those without volume data.", "citystat programs list --json")
        show = sub_command(second, "show", "Show a program with its evidence and delivery.", "citystat programs show lights-out")
        show.add_argument("slug", metavar="NAME")
        sub_command(second, "budget", "Budget lines with three years of requests and the unit cost.", "citystat programs budget")
        change = sub_command(second, "improvement", "An improvement before and after.", "citystat programs improvement street-routes")
        change.add_argument("slug", metavar="NAME")
        areas = sub_command(
            second, "areas", "Areas in focus and whether they improve against the others.", "citystat programs areas rising"
        )
        areas.add_argument("slug", metavar="NAME")
        areas.add_argument("--choose", action="store_true", help="Let the rule choose its areas first; the choice is frozen.")
        sub_command(second, "advice", "Recommendations with their answers, and areas nobody stands for.", "citystat programs advice")

    def run(self, **options: Any) -> dict[str, Any]:
        """Call what the second word names."""
        return RUNNERS[options["action"]](options)

    def present(self, result: dict[str, Any], **options: Any) -> None:
        """Lines for people: lists one item a line."""
        for name, value in result.items():
            if isinstance(value, list):
                self.stdout.write(f"{name.replace('_', ' ')}:")
                for one in value:
                    self.stdout.write(
                        "  " + (", ".join(f"{key} {part}" for key, part in one.items()) if isinstance(one, dict) else str(one))
                    )
            else:
                self.stdout.write(f"{name.replace('_', ' ')}: {'' if value is None else value}")


def _list(_options: dict[str, Any]) -> dict[str, Any]:
    rows = list(queries.programs())
    shown = [{"program": one.slug, "title": one.title, "decided_on": one.decided_on} for one in rows]
    without = [{"program": one.program.slug, "reason": one.reason} for one in queries.without_data(rows)]
    return {"programs": shown, "without_volume_data": without}


def _show(options: dict[str, Any]) -> dict[str, Any]:
    row = queries.program(options["slug"])
    found: dict[str, Any] = {"program": row.slug, "title": row.title, "decided_on": row.decided_on, "budget": row.budget}
    for name, rows in zip(("findings", "follow_up"), queries.evidence(row), strict=True):
        found[name] = [
            {"dated_on": one.dated_on, "kind": one.kind, "text": one.text, "source": one.source, "measure": one.measure, "value": one.value,
             "build": one.build} for one in rows
        ]  # fmt: skip
    delivered = queries.delivery(row)
    if delivered:
        done = delivered[1]
        found |= {"done": done.done, "target": done.target, "remaining": done.remaining, "spend": done.spend, "unit_cost": done.per_unit}
    return found


def _budget(_options: dict[str, Any]) -> dict[str, Any]:
    lines = []
    for line in queries.budget_lines():
        told = queries.trend(line)
        lines += [{"code": line.code, "scope": told.scope, **asdict(one)} for one in told.years]
    return {"lines": lines}


def _improvement(options: dict[str, Any]) -> dict[str, Any]:
    row: Improvement = queries.improvement(options["slug"])
    found = before_after.of_improvement(row)
    shown: dict[str, Any] = {"improvement": row.slug, "title": row.title, "started_on": row.started_on}
    if found is None:
        return shown | {"said": "Too early to say: no whole month has passed since."}
    changes = [_change(one) for one in found.rows]
    return shown | {
        "said": words.headline(found), "how": found.how, "before": " to ".join(map(str, found.windows.before)),
        "after": " to ".join(map(str, found.windows.after)), "build": found.build, "changes": changes,
        "a_year_earlier": _change(found.earlier) if found.earlier else None, "limits": words.limits(),
    }  # fmt: skip


def _change(one: before_after.Change) -> dict[str, Any]:
    change = one.change
    return {
        "area": one.area, "before": one.before.value, "after": one.after.value, "change": change.estimate, "lower": change.lower,
        "upper": change.upper, "verdict": change.verdict,
    }  # fmt: skip


def _areas(options: dict[str, Any]) -> dict[str, Any]:
    row = focus.selection(options["slug"])
    if options["choose"]:
        row = focus.choose(by=None, row=row)
    found = focus.progress(row)
    shown: dict[str, Any] = {"selection": row.slug, "rule": focus.rule_in_words(row, "en"), "chosen_on": row.chosen_on}
    shown["areas"] = [code for code, is_in in row.chosen.get("areas", {}).items() if is_in]
    if found:
        shown |= {"changes": [_change(found.inside) | {"area": "chosen"}, _change(found.outside) | {"area": "others"}]}
        shown |= {"against_the_others": found.against.estimate, "lower": found.against.lower, "upper": found.against.upper,
                  "verdict": found.against.verdict}  # fmt: skip
    return shown


def _advice(_options: dict[str, Any]) -> dict[str, Any]:
    rows = list(advice.councils())
    return {
        "recommendations": [
            {"council": one.slug, "given_on": each.given_on, "answer": each.answer, "responded_on": each.responded_on, "text": each.text}
            for one in rows for each in one.recommendations.all()
        ],
        "without_a_member": [{"council": one.slug, "area": each.name} for one in rows for each in advice.coverage(one) if not each.members],
    }  # fmt: skip


RUNNERS = {"list": _list, "show": _show, "budget": _budget, "improvement": _improvement, "areas": _areas, "advice": _advice}
