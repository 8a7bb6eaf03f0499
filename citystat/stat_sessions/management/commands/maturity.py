"""`citystat maturity`: the step the service center stands on, with the reasons."""

from typing import Any, ClassVar

from citystat.core.commands import CityStatCommand
from citystat.stat_sessions.maturity import queries


class Command(CityStatCommand):
    """The five steps, told from what is in use."""

    help = "Which of five steps the service center stands on, from intake to a repository that feeds performance, and why."
    example: ClassVar[str] = "citystat maturity --json"

    def run(self, **options: Any) -> dict[str, Any]:
        """The step reached and every check."""
        return queries.as_dict(queries.maturity())

    def present(self, result: dict[str, Any], **options: Any) -> None:
        """A line a check, then what to do next."""
        for step in result["steps"]:
            self.stdout.write(f"{step['step']}. {step['name']}{'' if step['holds'] else ' (not yet)'}")
            for one in step["checks"]:
                self.stdout.write(f"   {'yes' if one['met'] else 'no '}  {one['label']}: {one['found']}")
        self.stdout.write(f"The center stands on step {result['step']} of 5{': ' + result['name'] if result['name'] else ''}.")
        if result["next"]:
            self.stdout.write(f"Next: {result['next']}. To do: {'; '.join(result['to_do'])}.")
