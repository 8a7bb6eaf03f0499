"""Looks at closed requests: drawn at random with a seed anyone can repeat, each closing at most once."""

import random
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from citystat.core.errors import InputError, NotFound
from citystat.service_requests import access
from citystat.service_requests.cases import queries, scopes
from citystat.service_requests.models import FollowUp, ServiceRequest

LARGEST_DRAW = 500
LOOK_BACK = timedelta(days=30)


def population(by: Any, now: datetime) -> QuerySet[ServiceRequest]:
    """Requests closed in the last thirty days, within the person's queues, whose closing nobody was asked to look at."""
    found = ServiceRequest.objects.all() if by is None else queries.visible_to(by)
    drawn = FollowUp.objects.filter(request=OuterRef("pk"), drawn_at__gte=OuterRef("closed_at"))
    return found.filter(status="closed", closed_at__gte=now - LOOK_BACK, parent__isnull=True).filter(~Exists(drawn))


def draw(*, by: Any, size: int, seed: int) -> list[FollowUp]:
    """Draw closed requests for a look; the same seed draws the same ones from the same closings. `by` None is the command line."""
    access.check_can_supervise(by)
    if not 1 <= size <= LARGEST_DRAW:
        raise InputError(_("Draw from 1 to %(most)s closed requests.") % {"most": LARGEST_DRAW})
    with transaction.atomic():
        now = timezone.now()
        numbers = list(population(by, now).order_by("pk").values_list("pk", flat=True))
        chosen = sorted(random.Random(seed).sample(numbers, min(size, len(numbers))))  # noqa: S311
        return FollowUp.objects.bulk_create(
            FollowUp(request_id=number, drawn_at=now, drawn_by_rule=f"random, seed {seed}"[:40]) for number in chosen
        )


def waiting(by: Any, number: int) -> FollowUp:
    """A look that waits, within the person's queues; raises NotFound for others and for those already made."""
    found = FollowUp.objects.filter(scopes.of(by, "request__"), pk=number, outcome=FollowUp.Outcome.WAITING).first()
    if found is None:
        raise NotFound(_("This follow-up is not in your queue, or somebody has made it already."))
    return found


def outcomes(by: Any, since: datetime) -> dict[str, int]:
    """How many looks of a time found what, within the person's queues."""
    found = FollowUp.objects.filter(scopes.of(by, "request__"), checked_at__gte=since).exclude(outcome=FollowUp.Outcome.WAITING)
    counted = dict.fromkeys((value for value in FollowUp.Outcome.values if value != FollowUp.Outcome.WAITING), 0)
    for outcome in found.order_by("pk").values_list(F("outcome"), flat=True):
        counted[outcome] += 1
    return counted
