"""The emergency switch: one turn puts a light form with few services in place of the report pages. Every turn is kept for good.

It never turns itself off: a storm that goes on at four in the morning must not be met by a heavy page. Instead people are asked, after
some hours and again after each confirmation, whether it is still needed: on every page they open, and by e-mail.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils.module_loading import import_string
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from citystat.core import audit, clock, outbox
from citystat.core.access import check_right
from citystat.core.errors import InputError
from citystat.service_requests.cases import messages, offers
from citystat.service_requests.cases.offers import Briefly, Offer
from citystat.service_requests.models import EmergencySwitch

HOURS = 12.0
MOST_HOURS = 72.0
URGENT = 2
LONGEST_MESSAGE = 600
RIGHT = "switch_emergency"
KIND = EmergencySwitch.Kind


@dataclass(frozen=True)
class Emergency:
    """The light form is on: since when, what residents read, which services it takes, by when people are asked again."""

    since: datetime
    texts: Mapping[str, str]
    services: tuple[str, ...]
    confirm_by: datetime
    turn: int

    @property
    def message(self) -> str:
        """What residents read at the top, in their language."""
        language = (get_language() or "en").partition("-")[0]
        usual = _("The city is busy with an emergency. Please report only what is urgent; everything else can wait or be told by phone.")
        return self.texts.get(language) or next(iter(self.texts.values()), "") or usual

    @property
    def is_to_confirm(self) -> bool:
        """Whether somebody must say that it is still needed."""
        return clock.now() >= self.confirm_by

    def offers(self) -> list[Offer]:
        """Services the light form takes, as far as the city offers them."""
        return [one for one in offers.offered_to_reader() if one.slug in self.services and not one.form.outside_agency]


def _read() -> Emergency | None:
    last = EmergencySwitch.objects.order_by("-at", "-id").first()
    if last is None or last.kind == KIND.OFF or last.confirm_by is None:
        return None
    on = EmergencySwitch.objects.filter(kind=KIND.ON).order_by("-at", "-id").first() or last
    return Emergency(on.at, last.texts, tuple(last.services), last.confirm_by, last.pk)


_state: Briefly[Emergency | None] = Briefly(_read, EmergencySwitch)


def current() -> Emergency | None:
    """How things stand: None in ordinary times. Other serving processes see a turn within ten seconds."""
    return _state.get()


def turns(limit: int = 50) -> list[EmergencySwitch]:
    """Every turn of the switch, latest first."""
    return list(EmergencySwitch.objects.select_related("by").order_by("-at", "-id")[:limit])


def urgent_services() -> list[Offer]:
    """What the light form takes unless somebody chooses: services of the two highest priorities that need no photo."""
    return [one for one in possible_services() if one.form.priority <= URGENT]


def possible_services() -> list[Offer]:
    """Services a form without photos can take."""
    return [one for one in offers.offered() if one.form.resident_photo != "required" and not one.form.outside_agency]


def switch_on(
    *, by: Any, reason: str, services: Sequence[str] = (), texts: Mapping[str, str] | None = None, hours: float = HOURS
) -> EmergencySwitch:
    """Put the light form in place. Without services it takes the urgent ones; raises InputError when there is none to take."""
    _check_right(by)
    chosen = sorted(set(services)) or [one.slug for one in urgent_services()]
    strange = [slug for slug in chosen if slug not in {one.slug for one in possible_services()}]
    if strange:
        raise InputError(_("“%(name)s” cannot be on the light form: it is not offered, or needs a photo.") % {"name": strange[0][:60]})
    if not chosen:
        raise InputError(_("Choose the services the light form takes: no service has priority 1 or 2."))
    said = {code: text.strip()[:LONGEST_MESSAGE] for code, text in (texts or {}).items() if text.strip()}
    return _turn(KIND.ON, by, reason, said, chosen, hours, must_be_on=False)


def confirm(*, by: Any, reason: str = "", hours: float = HOURS) -> EmergencySwitch:
    """Say that it is still needed; people are asked again after so many hours."""
    _check_right(by)
    return _turn(KIND.CONFIRMED, by, reason or _("Still needed."), None, None, hours, must_be_on=True)


def switch_off(*, by: Any, reason: str) -> EmergencySwitch:
    """Back to the ordinary pages."""
    _check_right(by)
    return _turn(KIND.OFF, by, reason, {}, [], None, must_be_on=True)


def _check_right(by: Any) -> None:
    # None is the command line, run by the machine's owner.
    if by is not None:
        check_right(by, RIGHT)


def _turn(
    kind: str, by: Any, reason: str, texts: Mapping[str, str] | None, services: Sequence[str] | None, hours: float | None,
    *, must_be_on: bool,
) -> EmergencySwitch:  # fmt: skip
    if not reason.strip():
        raise InputError(_("Say why: the record keeps it."))
    if hours is not None and not 0 < hours <= MOST_HOURS:
        raise InputError(_("Ask again after 1 to %(most)s hours.") % {"most": int(MOST_HOURS)})
    now, user = clock.now(), by if getattr(by, "pk", None) else None
    with transaction.atomic():
        before = _read()
        if (before is not None) is not must_be_on:
            raise InputError(_("The light form is on already.") if before else _("The light form is not on."))
        made = EmergencySwitch(
            kind=kind, at=now, by=user, reason=reason.strip(), texts=before.texts if texts is None and before else texts or {},
            services=list(before.services) if services is None and before else list(services or ()),
            confirm_by=now + timedelta(hours=hours) if hours is not None else None,
        )  # fmt: skip
        made.save()
        audit.record(by=by, action=f"emergency {kind}", target=str(made.pk), details={"reason": made.reason, "services": made.services})
    return made


def ask_to_confirm() -> int:
    """Write to everyone who may turn the switch when the time to confirm has come, once for each; how many were written to."""
    state = current()
    if state is None or not state.is_to_confirm:
        return 0
    matrix: Mapping[str, frozenset[str]] = import_string(settings.CITYSTAT_ROLES)
    roles = [role for role, rights in matrix.items() if RIGHT in rights]
    people = get_user_model().objects.filter(is_active=True, role_grants__role__in=roles).distinct().order_by("pk")
    drafts = [_draft(person, state) for person in people]
    outbox.put(drafts)
    return len(drafts)


def _draft(person: Any, state: Emergency) -> outbox.Draft:
    with override(person.language or "en"):
        day = messages.day_in_words(state.since, person.language or "en")
        text = _("The light form has been on since %(day)s. Is it still needed? Confirm it or switch it off: %(link)s") % {
            "day": day, "link": messages.link("/emergency/"),
        }  # fmt: skip
        return outbox.Draft("email", person.email, text, f"emergency:{state.turn}:{person.pk}", _("Is the emergency form still needed?"))
