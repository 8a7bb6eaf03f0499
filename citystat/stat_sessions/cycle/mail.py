"""Mail of a session before the meeting: invitations with the way to the calendar entry, and what is due on the clock."""

from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from citystat.core import audit, clock, formats, outbox
from citystat.core.texts import said
from citystat.stat_sessions.cycle import access, actions, calendar, ical, releases
from citystat.stat_sessions.cycle.words import step_name
from citystat.stat_sessions.models import Session


def invite_all(*, by: Any, session_id: int) -> int:
    """Mail the invitation, with a link to its calendar entry, to everybody on the list who has an address; once a state of the session."""
    access.check_can_run(by)
    session = actions.session_of(session_id)
    people = [row.person for row in session.attendees.select_related("person") if row.person is not None and row.person.is_active]
    with transaction.atomic():
        outbox.put([_invitation(session, person) for person in people])
        row = Session.objects.select_for_update().get(pk=session_id)
        row.steps = row.steps | {"frame_shared": {"at": clock.now().isoformat(), "by": getattr(by, "pk", None)}}
        row.save(update_fields=["steps"])
        audit.record(by=by, action="stat invitations", target=str(session.pk), details={"people": len(people)})
    return len(people)


def _invitation(session: Session, person: Any) -> outbox.Draft:
    with translation.override(person.language or "en"):
        day = calendar.when(session.starts_at)
        lines = [
            _("You are invited to %(title)s.") % {"title": said(session, "title")},
            day + (f", {session.place}" if session.place else ""),
            said(session, "purpose"),
            _("The page of the session: %(link)s") % {"link": releases.link(f"/stat/{session.pk}/")},
            _("The entry for your calendar: %(link)s") % {"link": releases.link(f"/stat/{session.pk}/session.ics")},
        ]
        subject = _("Invitation: %(title)s, %(day)s") % {"title": said(session, "title"), "day": day}
    key = f"stat-invite:{session.pk}:{session.revision}:{person.pk}"
    return outbox.Draft("email", person.email, "\n".join(line for line in lines if line), key, subject, about=f"stat:{session.pk}")


def entry(session: Session) -> str:
    """One session as a calendar file."""
    base = str(settings.CITYSTAT_BASE_URL)
    host = base.split("//")[-1].split("/")[0].split(":")[0]
    return ical.feed([session], host=host, base=base, name=said(session, "title"), now=clock.now())


def remind(session: Session) -> int:
    """Mail the analyst what is due on the session's clock today, and what is late; one message a day and session."""
    if session.analyst is None or not session.analyst.is_active:
        return 0
    steps = [one for one in calendar.steps_of(session) if one.is_due and not one.done_at]
    if not steps or (session.status != Session.Status.PLANNED and session.status != Session.Status.HELD):
        return 0
    with translation.override(session.analyst.language or "en"):
        lines = [
            f"- {step_name(one.deadline.step)}: {formats.day(one.deadline.due_on)}" + (f" ({_('late')})" if one.is_late else "")
            for one in steps
        ]
        text = "\n".join(
            [
                _("%(title)s meets on %(day)s. Due now:") % {"title": said(session, "title"), "day": formats.day(calendar.day_of(session))},
                *lines,
                releases.link(f"/stat/{session.pk}/prepare/"),
            ]
        )
        subject = _("Due for %(title)s") % {"title": said(session, "title")}
        key = f"stat-clock:{session.pk}:{clock.today().isoformat()}"
        outbox.put([outbox.Draft("email", session.analyst.email, text, key, subject, about=f"stat:{session.pk}")])
    return 1
