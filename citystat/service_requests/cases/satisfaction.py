"""What residents answer once their request is closed, counted; nothing of places or persons."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from citystat.service_requests.models import Feedback


@dataclass(frozen=True)
class Answers:
    """Answers about one department's work: how many, and how many said that it was not fixed."""

    department: str
    answered: int
    not_fixed: int

    @property
    def share(self) -> float:
        """Not fixed of answered."""
        return self.not_fixed / self.answered if self.answered else 0.0


def by_department(start: datetime, end: datetime, *, department: str = "") -> tuple[Answers, ...]:
    """Answers given from `start` up to `end` whether it is fixed, by department."""
    rows = Feedback.objects.filter(answered_at__gte=start, answered_at__lt=end, is_fixed__isnull=False)
    if department:
        rows = rows.filter(request__department=department)
    counted = rows.values("request__department").annotate(answered=Count("id"), not_fixed=Count("id", filter=Q(is_fixed=False)))
    return tuple(Answers(row["request__department"], row["answered"], row["not_fixed"]) for row in counted.order_by("request__department"))
