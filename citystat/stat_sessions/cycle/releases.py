"""Releases: the packet frozen for each audience and language with its build and checksum; another one is another edition with a reason."""

from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from citystat.core import audit, clock
from citystat.core.errors import InputError
from citystat.core.locks import exclusive
from citystat.stat_sessions.content import Audience
from citystat.stat_sessions.cycle import access, actions, content, packets, rules
from citystat.stat_sessions.cycle.content import SessionPacket
from citystat.stat_sessions.models import Release, Session
from citystat.stat_sessions.reports import openings
from citystat.warehouse import build as builds

LANGUAGES = ("en", "es")


def audiences_of(kind: str) -> tuple[Audience, ...]:
    """The public version is made of public sessions only."""
    return ("public", "staff") if kind in rules.IS_PUBLIC else ("staff",)


def release(
    *, by: Any, session_id: int, reason: str = "", build: int | None = None, drafting: packets.Drafting | None = None
) -> tuple[Release, ...]:
    """Freeze a session's packet and keep its build for good. `drafting` is a reading of the data made before, where somebody has one.

    The same content again gives the edition there is; other content needs a reason and becomes the next edition. InputError where the
    session was not reviewed by somebody else, or nothing at all is known for it.
    """
    access.check_can_run(by)
    session = actions.session_of(session_id)
    _check(session)
    drafting = drafting or packets.Drafting(session, build)
    drafting.session = session
    made = [drafting.packet(language, audience) for audience in audiences_of(session.kind) for language in LANGUAGES]
    _check_known(made[0], session)
    with exclusive("release"), transaction.atomic():
        last = editions(session)
        if last and {row.checksum for row in last} == {content.checksum(one) for one in made}:
            return last
        if last and not reason.strip():
            raise InputError(
                _("This packet was released from build %(build)s and has changed: give a reason to release it again.")
                % {"build": last[0].build}
            )
        return _freeze(session, made, edition=last[0].edition + 1 if last else 1, by=by, reason=reason.strip())


def editions(session: Session) -> tuple[Release, ...]:
    """The rows of the last edition, public ones first; nothing before there is one."""
    last = session.releases.order_by("-edition").values_list("edition", flat=True).first()
    return tuple(session.releases.filter(edition=last).order_by("audience", "language")) if last else ()


def _check(session: Session) -> None:
    openings.check_not_retired(openings.of_series(session.series_id))
    if session.status == Session.Status.CANCELLED:
        raise InputError(_("This session is cancelled, so its packet is not released."))
    if not rules.can_move(session.stage, "released"):
        raise InputError(_("The follow-up memo is out: the packet of this session stays as it is."))
    if session.stage == Session.Stage.DRAFT and not session.draft:
        raise InputError(_("Let the packet draft itself first."))
    if session.kind in rules.NEEDS_REVIEW and session.reviewed_by_id is None and session.stage != Session.Stage.RELEASED:
        raise InputError(_("Somebody other than the person who prepared it looks at the packet before it is released."))


def _check_known(packet: SessionPacket, session: Session) -> None:
    if not any(one.headline.figure.now.is_known for one in packet.measures):
        why = packet.no_data or _("None of its measures has a value for the month.")
        raise InputError(_("The packet has no figures, so it is not released: %(why)s") % {"why": why})


def _freeze(session: Session, made: list[SessionPacket], *, edition: int, by: Any, reason: str) -> tuple[Release, ...]:
    rows = tuple(
        Release.objects.create(
            session=session,
            edition=edition,
            audience=one.audience,
            language=one.language,
            build=one.build,
            content=content.as_dict(one),
            checksum=content.checksum(one),
            draft=session.draft,
            reason=reason,
            released_by=by,
        )
        for one in made
    )
    session = Session.objects.select_for_update().get(pk=session.pk)
    session.stage = Session.Stage.RELEASED
    session.steps = session.steps | {"release": {"at": clock.now().isoformat(), "by": getattr(by, "pk", None)}}
    session.revision += 1
    session.save(update_fields=["stage", "steps", "revision"])
    details = {"edition": edition, "build": rows[0].build, "checksum": rows[0].checksum, "reason": reason}
    audit.record(by=by, action="stat packet released", target=str(session.pk), details=details)
    builds.pin(rows[0].build, f"stat session {session.pk}, edition {edition}")
    return rows


def link(path: str) -> str:
    """The address of a page for a message."""
    return f"{settings.CITYSTAT_BASE_URL.rstrip('/')}{path}"
