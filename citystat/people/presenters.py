"""What pages of the room show."""

from collections.abc import Iterable
from dataclasses import dataclass

from citystat.core import known_names
from citystat.people.models import WorkScope


@dataclass(frozen=True)
class Queue:
    """A queue of a person. `district` is what people call it; `without_services` a department that owns none, so that nothing comes in."""

    scope: WorkScope
    district: str
    without_services: bool


def queues(scopes: Iterable[WorkScope]) -> list[Queue]:
    """Queues in their order."""
    departments, districts = known_names.known(known_names.DEPARTMENT), known_names.known(known_names.DISTRICT)
    return [
        Queue(
            scope=one,
            district=districts.get(one.district, one.district),
            without_services=bool(departments and one.department and one.department not in departments),
        )
        for one in scopes
    ]
