"""`citystat processes list`: processes, what stands without a measure, trained leads, who makes analyses."""

from typing import Any

from django.core.management.base import CommandParser

from citystat.core.commands import CityStatCommand, sub_command
from citystat.plan.models import Process
from citystat.plan.processes import queries


class Command(CityStatCommand):
    """List the processes and their gaps."""

    help = "Processes of the departments, their measures and their gaps."
    example = "citystat processes list --json"

    def add_arguments(self, parser: CommandParser) -> None:
        """The second word."""
        words = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
        sub_command(words, "list", "List every process, and what stands without a measure or a lead.", "citystat processes list --json")

    def run(self, **options: Any) -> dict[str, Any]:
        """Everything the list page shows the performance office."""
        share = queries.share_of_analyses()
        return {
            "processes": [_shown(one) for one in queries.processes(None)],
            "without_measure": [one.name for one in queries.without_measure(None)],
            "measures_without_process_or_goal": [one.name for one in queries.measures_without_process_or_goal()],
            "departments_without_lead": [one.department for one in queries.leads() if one.row is None],
            "analyses": vars(share),
        }

    def present(self, result: dict[str, Any], **options: Any) -> None:
        """Lines for people."""
        for one in result["processes"]:
            self.stdout.write(f"{one['department']}: {one['name']} ({', '.join(one['measures']) or 'no measure'})")
        for name in ("without_measure", "measures_without_process_or_goal", "departments_without_lead"):
            self.stdout.write(f"{name.replace('_', ' ')}: {', '.join(result[name]) or 'none'}")
        share = result["analyses"]
        self.stdout.write(f"analyses by departments: {share['by_departments']} of {share['analyses']}")


def _shown(one: Process) -> dict[str, Any]:
    findings = [{"finding": row.finding, "status": row.status, "owner": row.owner_id} for row in one.evaluations.all()]
    return {
        "name": one.name, "department": one.department, "owner": str(one.owner) if one.owner else None, "steps": one.steps,
        "services": one.services, "measures": [row.measure for row in one.measures.all()], "findings": findings,
    }  # fmt: skip
