"""What residents said after their request was closed, by department and month."""

from datetime import date, datetime, time, timedelta
from typing import Final

from citystat.core.cities import current_city
from citystat.service_requests.cases import satisfaction
from citystat.service_requests.cases.satisfaction import Answers
from citystat.stat_sessions.figures import month_end

FEWEST_ANSWERS: Final = 10
LEAST_SHARE: Final = 0.2


def heard(month: date, *, department: str = "") -> tuple[Answers, ...]:
    """Answers given in a month by department."""
    zone = current_city().zone
    start = datetime.combine(month, time(), tzinfo=zone)
    end = datetime.combine(month_end(month) + timedelta(days=1), time(), tzinfo=zone)
    return satisfaction.by_department(start, end, department=department)


def not_fixed(month: date, *, department: str = "") -> tuple[Answers, ...]:
    """Departments of whose answers a fifth or more, among ten or more, say that it was not fixed; worst first."""
    loud = [one for one in heard(month, department=department) if one.answered >= FEWEST_ANSWERS and one.share >= LEAST_SHARE]
    return tuple(sorted(loud, key=lambda one: (-one.share, one.department)))
