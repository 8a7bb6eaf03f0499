"""Words of the plan in the reader's language: kinds of goals, and where what residents said comes from."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

LEVELS: Final[dict[str, str | Promise]] = {
    "priority": gettext_lazy("Priority"),
    "objective": gettext_lazy("Objective"),
    "strategy": gettext_lazy("Strategy"),
    "department_goal": gettext_lazy("Department goal"),
}
KINDS: Final[dict[str, str | Promise]] = {
    "survey": gettext_lazy("Survey"),
    "requests": gettext_lazy("311 requests"),
    "meeting": gettext_lazy("Meeting"),
    "advice": gettext_lazy("Advice of a board"),
}
