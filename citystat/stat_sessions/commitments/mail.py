"""Mail about commitments: reminders with a link for one update, escalations up the line. `citystat commitments remind` sends both."""

from typing import Any

from django.contrib.auth import get_user_model
from django.utils import translation
from django.utils.translation import gettext as _

from citystat.core import act_links, clock, formats, outbox
from citystat.core.models import OutboxMessage
from citystat.core.texts import said
from citystat.people.models import WorkScope
from citystat.stat_sessions.commitments import actions, queries, rules
from citystat.stat_sessions.cycle import releases
from citystat.stat_sessions.models import Commitment

DAYS_OF_A_LINK = 14
TOP = 3


def remind() -> int:
    """Write to the owners whose day it is, each with a link for one update; once a day and commitment. Gives how many were written."""
    today, written = clock.today(), 0
    for row in queries.unfinished():
        key = f"commitment:{row.number}:{today.isoformat()}"
        if not rules.is_reminder_day(row.due_on, today) or not row.owner.is_active or OutboxMessage.objects.filter(key=key).exists():
            continue
        outbox.put([_reminder(row, key)])
        written += 1
    return written


def _reminder(row: Commitment, key: str) -> outbox.Draft:
    act_links.withdraw(act=actions.LINK, target=row.number)
    secret = act_links.make(act=actions.LINK, target=row.number, person=row.owner, days=DAYS_OF_A_LINK)
    standing = queries.standing(row)
    with translation.override(row.owner.language or "en"):
        due = formats.day(row.due_on)
        offer = _("Say how it goes, or hand in the evidence. The link works once, without a password, for %(days)s days:")
        offer %= {"days": DAYS_OF_A_LINK}
        text = "\n\n".join(
            [
                (_("It was due on %(day)s.") if standing.is_overdue else _("It is due on %(day)s.")) % {"day": due},
                said(row, "text"),
                _("Done means: %(what)s") % {"what": said(row, "definition_of_done")},
                f"{offer}\n{releases.link(f'/commitments/link/{secret}/')}",
            ]
        )  # fmt: skip
        subject = (_("Overdue: commitment %(number)s") if standing.is_overdue else _("Commitment %(number)s")) % {"number": row.number}
    return outbox.Draft("email", row.owner.email, text, key, subject, about=f"commitment:{row.number}")


def escalate_overdue() -> int:
    """Raise what has been overdue for 7, 14 and 30 days one step each, and write to whom it goes up to. Gives how many were raised."""
    today, raised = clock.today(), 0
    for row in queries.unfinished():
        level = rules.level_due(row.due_on, today)
        if level <= row.escalation_level:
            continue
        actions.escalate(number=row.number, level=level)
        receiver = above(row, level)
        if receiver is not None:
            outbox.put([_escalation(row, receiver, level)])
        raised += 1
    return raised


def above(row: Commitment, level: int) -> Any:
    """Whom an overdue commitment goes up to: the owner's superior, the analyst of the session, its chair; None where nobody is known."""
    superior = WorkScope.objects.filter(user=row.owner, reports_to__isnull=False).select_related("reports_to").first()
    line = [
        superior.reports_to if superior else None,
        row.session.analyst if row.session else None,
        row.session.chair if row.session else None,
    ]
    known = [one for one in line[: max(level, 1)] if one is not None and one.is_active and one.pk != row.owner_id]
    if known:
        return known[-1]
    officers = get_user_model().objects.filter(is_active=True, role_grants__role="performance_officer").order_by("id")
    return officers.exclude(pk=row.owner_id).first()


def _escalation(row: Commitment, receiver: Any, level: int) -> outbox.Draft:
    with translation.override(receiver.language or "en"):
        days = {"days": (clock.today() - row.due_on).days, "owner": str(row.owner)}
        text = "\n\n".join(
            [
                _("%(days)s days overdue. Owner: %(owner)s.") % days,
                said(row, "text"),
                *([_("In the way: %(what)s") % {"what": row.blockers}] if row.blockers else []),
                releases.link(f"/commitments/{row.number}/"),
            ]
        )
        subject = _("Commitment %(number)s is overdue and comes to you") % {"number": row.number}
    return outbox.Draft(
        "email", receiver.email, text, f"commitment-up:{row.number}:{level}:{row.due_on}", subject, about=f"commitment:{row.number}"
    )
