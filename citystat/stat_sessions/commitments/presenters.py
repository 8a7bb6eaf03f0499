"""What the pages of commitments show."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language

from citystat.core.cities import current_city
from citystat.core.errors import NotFound
from citystat.core.texts import said
from citystat.plan import queries as plan
from citystat.stat_sessions import corrections
from citystat.stat_sessions.commitments import access, queries, rules
from citystat.stat_sessions.commitments.words import EVENT_WORDS, STATE_WORDS
from citystat.stat_sessions.cycle import goals
from citystat.stat_sessions.models import Commitment


@dataclass(frozen=True)
class Line:
    """A commitment in a list. The owner's name is for the staff, and for everyone where the city shares names."""

    number: str
    text: str
    owner: str
    department: str
    due_on: Any
    first_due_on: Any
    state: str
    state_word: str
    days_over: int
    url: str
    is_public: bool
    session: str
    level: int


def line(row: Commitment, *, staff: bool) -> Line:
    """One line."""
    standing = queries.standing(row)
    return Line(
        number=row.number, text=said(row, "text"), owner=owner_of(row, staff=staff), department=row.department, due_on=row.due_on,
        first_due_on=row.first_due_on, state=standing.state, state_word=str(STATE_WORDS[standing.state]), days_over=standing.days_over,
        url=f"/commitments/{row.number}/", is_public=row.is_public, session=said(row.session, "title") if row.session else "",
        level=row.escalation_level,
    )  # fmt: skip


def owner_of(row: Commitment, *, staff: bool) -> str:
    """The owner's name, or the department where names are not shared."""
    return str(row.owner) if staff or current_city().shares_staff_names else row.department


def list_page(rows: Iterable[Commitment], *, staff: bool) -> dict[str, Any]:
    """Lines and counts of a list."""
    found = list(rows)
    counted = [(str(STATE_WORDS[state]), count) for state, count in queries.counts(found).items() if count]
    return {"rows": [line(one, staff=staff) for one in found], "counts": counted, "staff": staff}


def _label_of(measure: str) -> str:
    """A measure's label for readers; its name where nobody has defined it any more."""
    try:
        return plan.measure(measure).label.in_(get_language() or "en") if measure else ""
    except NotFound:
        return measure


def page(row: Commitment, user: Any) -> dict[str, Any]:
    """One commitment with its history; what staff wrote in it is for the staff."""
    staff = access.is_staff(user)
    events = row.events.select_related("by")
    history = [
        {"at": one.at, "word": EVENT_WORDS.get(one.kind, one.kind), "by": str(one.by) if one.by and staff else "", "via": one.via,
         "text": one.text if staff or one.kind in {"made", "handed_in", "due_moved", "corrected"} else ""}
        for one in events
    ]  # fmt: skip
    corrected = corrections.sentences(row.corrections.select_related("commitment", "by"), staff=staff, names_subject=False)
    shows_evidence = staff or row.status == rules.DONE
    return {
        "row": row, "line": line(row, staff=staff), "text": said(row, "text"), "history": history, "staff": staff, "corrections": corrected,
        "measure_label": _label_of(row.measure),
        "goal_title": goals.title_of(row.goal_code, language=get_language() or "en") if row.goal_code else "",
        "evidence": row.evidence if shows_evidence else "", "evidence_url": row.evidence_url if shows_evidence else "",
    }  # fmt: skip
