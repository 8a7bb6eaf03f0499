"""What residents said after their request was closed, counted by department and month."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from django.db.models import Count, Q

from citystat.core.cities import current_city
from citystat.service_requests.models import Feedback
from citystat.stat_sessions.figures import month_end

FEWEST_ANSWERS: Final = 10
LEAST_SHARE: Final = 0.2


@dataclass(frozen=True)
class Voice:
    """Answers of a month about one department's work: how many, and how many said that it was not fixed."""

    department: str
    answered: int
    not_fixed: int

    @property
    def share(self) -> float:
        """Not fixed of answered."""
        return self.not_fixed / self.answered if self.answered else 0.0


def heard(month: date, *, department: str = "") -> tuple[Voice, ...]:
    """Answers given in a month by department; nothing of places or persons."""
    zone = current_city().zone
    start = datetime.combine(month, time(), tzinfo=zone)
    end = datetime.combine(month_end(month) + timedelta(days=1), time(), tzinfo=zone)
    rows = Feedback.objects.filter(answered_at__gte=start, answered_at__lt=end, is_fixed__isnull=False)
    if department:
        rows = rows.filter(request__department=department)
    counted = rows.values("request__department").annotate(answered=Count("id"), not_fixed=Count("id", filter=Q(is_fixed=False)))
    return tuple(Voice(row["request__department"], row["answered"], row["not_fixed"]) for row in counted.order_by("request__department"))


def not_fixed(month: date, *, department: str = "") -> tuple[Voice, ...]:
    """Departments of whose answers a fifth or more, among ten or more, say that it was not fixed; worst first."""
    loud = [one for one in heard(month, department=department) if one.answered >= FEWEST_ANSWERS and one.share >= LEAST_SHARE]
    return tuple(sorted(loud, key=lambda one: (-one.share, one.department)))
