"""`citystat plan ...`: a draft from a file, what stands in its way, its adoption, the plan in force."""

from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from citystat.core import clock
from citystat.core.commands import CityStatCommand, sub_command
from citystat.core.errors import InputError
from citystat.plan.goals import actions, plan_files, queries
from citystat.plan.models import Plan


class Command(CityStatCommand):
    """Load, check, adopt and show plans."""

    help = "The city's plan: drafts from a file, problems, adoption, what is in force."
    example = "citystat plan load plan.yaml"

    def add_arguments(self, parser: CommandParser) -> None:
        """The second word and its options."""
        words = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
        load = sub_command(words, "load", "Make a draft of a plan written in YAML.", "citystat plan load plan.yaml")
        load.add_argument("path", type=Path, metavar="FILE")
        show = sub_command(words, "show", "Show a version, or the one in force on a day.", "citystat plan show --on 2027-01-31")
        show.add_argument("number", type=int, nargs="?", metavar="NUMBER")
        show.add_argument("--on", type=date.fromisoformat, metavar="DAY", help="The plan in force on this day (today).")
        problems = sub_command(words, "problems", "List what somebody should look at in a version.", "citystat plan problems 2")
        problems.add_argument("number", type=int, metavar="NUMBER")
        adopt = sub_command(
            words,
            "adopt",
            "Record that a draft was adopted.",
            'citystat plan adopt 2 --on 2027-03-04 --by "City Council" --resolution "R-14"',
        )
        adopt.add_argument("number", type=int, metavar="NUMBER")
        adopt.add_argument("--on", type=date.fromisoformat, required=True, metavar="DAY", help="The day of the vote.")
        adopt.add_argument("--by", required=True, metavar="BODY", help="Who adopted it, such as the City Council.")
        adopt.add_argument("--resolution", default="", help="Number of the resolution.")
        adopt.add_argument(
            "--in-force-from", type=date.fromisoformat, metavar="DAY", help="First day it is in force (the day of the vote)."
        )

    def run(self, **options: Any) -> dict[str, Any]:
        """Call what the second word names."""
        if options["action"] == "load":
            return _summary(plan_files.load(by=None, path=options["path"]))
        if options["action"] == "adopt":
            plan = queries.plan(options["number"])
            adopted = actions.adopt(
                by=None, plan=plan, adopted_on=options["on"], adopted_by=options["by"], resolution=options["resolution"],
                in_force_from=options["in_force_from"],
            )  # fmt: skip
            return _summary(adopted)
        if options["action"] == "problems":
            return {"problems": [vars(one) for one in queries.problems(queries.plan(options["number"]))]}
        return _shown(options)

    def present(self, result: dict[str, Any], **options: Any) -> None:
        """Lines for people."""
        if "problems" in result:
            for one in result["problems"]:
                self.stdout.write(f"{'! ' if one['is_grave'] else '  '}{one['subject']}: {one['sentence']}")
            self.stdout.write(f"{len(result['problems'])} to look at; those with ! stop the adoption.")
            return
        for name, value in result.items():
            if name != "goals":
                self.stdout.write(f"{name.replace('_', ' ')}: {'' if value is None else value}")
        for goal in result.get("goals", []):
            self.stdout.write(
                f"{'  ' * (goal['depth'] + 1)}{goal['code']}: {goal['title']}{'' if goal['is_measurable'] else ' (not measurable)'}"
            )


def _shown(options: dict[str, Any]) -> dict[str, Any]:
    day = options["on"] or clock.today()
    plan = queries.plan(options["number"]) if options["number"] else queries.plan_in_force(day)
    if plan is None:
        raise InputError(f"No plan was in force on {day}: `citystat plan load` makes a draft, `citystat plan adopt` records its adoption.")
    branches = [one for top in queries.tree(plan) for one in top.walk()]
    goals = [_goal(one) for one in branches]
    return _summary(plan) | {"goals": goals}


def _summary(plan: Plan) -> dict[str, Any]:
    return {
        "plan": plan.number, "title": plan.title, "status": plan.status, "adopted_on": plan.adopted_on, "adopted_by": plan.adopted_by,
        "resolution": plan.resolution, "in_force_from": plan.in_force_from, "in_force_to": plan.in_force_to,
    }  # fmt: skip


def _goal(branch: queries.Branch) -> dict[str, Any]:
    goal = branch.goal
    named = {"code": goal.code, "level": goal.level, "title": goal.title, "depth": branch.depth, "is_measurable": goal.is_measurable}
    return named | {"measures": [one.measure for one in goal.measures.all()]}
