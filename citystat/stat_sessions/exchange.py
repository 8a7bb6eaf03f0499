"""The tables this room adds to performance data: sessions, topics, decisions with votes, commitments with their history, weak points."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from django.db.models import Q

from citystat.core.cities import current_city
from citystat.plan.exchange import core_rows, core_tables, reading, saving, work_tables, writing
from citystat.plan.exchange.tables import Scope, Table, declare
from citystat.stat_sessions import corrections
from citystat.stat_sessions.cycle import rules as cycle_rules
from citystat.stat_sessions.models import (
    Commitment,
    CommitmentEvent,
    Decision,
    RecordCorrection,
    Series,
    Session,
    SessionTopic,
    Vote,
    WeakPointCase,
)

# Events whose words everyone may read, as on the page of a commitment.
OPEN_EVENTS = frozenset({"made", "handed_in", "due_moved"})
RELEASED = (Session.Stage.RELEASED, Session.Stage.FOLLOWED_UP)
Rows = Iterable[Any]


def _series(scope: Scope) -> Rows:
    rows = Series.objects.order_by("slug")
    return rows if scope.staff else rows.filter(kind__in=cycle_rules.IS_PUBLIC)


def _sessions(scope: Scope) -> Rows:
    """Before the release only the staff read what is being written."""
    rows = Session.objects.order_by("starts_at", "pk")
    if scope.staff:
        return rows
    found = list(rows.filter(kind__in=cycle_rules.IS_PUBLIC))
    for one in found:
        if one.stage not in RELEASED:
            one.purpose = one.purpose_es = one.good_news = one.good_news_es = ""
    return found


def _topics(scope: Scope) -> Rows:
    """Of sessions to come only the staff know the topics."""
    rows = SessionTopic.objects.order_by("session__starts_at", "session", "position", "pk")
    return rows if scope.staff else rows.filter(session__kind__in=cycle_rules.IS_PUBLIC, session__stage__in=RELEASED, is_picked=True)


def _public_decisions() -> Any:
    return Decision.objects.filter(is_public=True, session__kind__in=cycle_rules.IS_PUBLIC, session__stage=Session.Stage.FOLLOWED_UP)


def _decisions(scope: Scope) -> Rows:
    return (Decision.objects.all() if scope.staff else _public_decisions()).order_by("decided_on", "pk")


def _votes(scope: Scope) -> Rows:
    """How elected officials voted is public, names and all."""
    rows = Vote.objects.order_by("decision__decided_on", "decision", "name")
    return rows if scope.staff else rows.filter(decision__in=_public_decisions())


def _commitments(scope: Scope) -> Rows:
    """Evidence is for everyone once somebody has looked at it."""
    rows = Commitment.objects.order_by("number")
    if scope.staff:
        return rows
    found = list(rows.filter(is_public=True))
    for one in found:
        if one.status != Commitment.Status.DONE:
            one.evidence, one.evidence_url = "", ""
    return found


def _events(scope: Scope) -> Rows:
    rows = CommitmentEvent.objects.order_by("commitment__number", "at", "pk")
    if scope.staff:
        return rows
    found = list(rows.filter(commitment__is_public=True))
    for one in found:
        one.text = one.text if one.kind in OPEN_EVENTS else ""
    return found


def _record_corrections(scope: Scope) -> Rows:
    """For everyone where the decision or commitment is; who decided is a name."""
    rows = RecordCorrection.objects.order_by("at", "pk")
    if scope.staff:
        return rows
    rows = rows.filter(Q(decision__in=_public_decisions()) | Q(commitment__is_public=True))
    return rows if scope.names else rows.exclude(part__in=corrections.NAMES)


def _weak_points(scope: Scope) -> Rows:
    """Weak points people work on are for the staff; what is celebrated is for everyone, with the names of those who agreed."""
    rows = WeakPointCase.objects.order_by("found_on", "pk")
    if scope.staff:
        return rows
    found = list(rows.filter(celebrated_at__isnull=False))
    for one in found:
        one.people = [person for person in one.people if person.get("agreed") is True]
    return found


SERIES = declare("series", "Meetings that are held again and again.", """
slug! Short name.
title! Title.
title_es Title in Spanish.
kind! Public session, internal meeting or forum.
goal_code The goal it is about.
department The department it is about.
times_a_year! How often it is expected in a year.
minutes! How long it takes.
clock* Business days before and after, where they differ from the city's.
chair% Who chairs it.
analyst% Who prepares it.
place Where.
starts_on! First day.
ends_on Last day.
""", key=("slug",), model=Series, rows=_series)  # fmt: skip

SESSIONS = declare("sessions", "Single meetings: when, about which month's figures, whether they took place.", """
id! Number of the row, by time.
series The series it belongs to.
kind! Public session, internal meeting or forum.
title! Title.
title_es Title in Spanish.
goal_code The goal it is about.
department The department it is about.
month! The month its figures are of.
starts_at! When it starts.
minutes! How long it takes.
place Where.
video_url Where it can be watched.
status! Whether it takes place.
why_not_held Why it did not.
stage! How far packet and memo are.
purpose What it is for.
purpose_es The same in Spanish.
good_news What went well.
good_news_es The same in Spanish.
chair% Who chairs it.
analyst% Who prepared it.
reviewed_by* Who reviewed the packet.
reviewed_at* When.
previous The session before.
steps* Steps of the clock that are done.
worth* Whether it was worth the time: how many said what.
created_at* When it was planned.
""", key=("id",), model=Session, rows=_sessions, links=[(("series",), SERIES, "series"), (("previous",), None, "previous")])  # fmt: skip

TOPICS = declare("topics", "What was talked about, and the rule that proposed it.", """
id! Number of the row.
session! The session.
origin! Who proposed it.
rule The rule.
key! Rule and subject.
measure The measure it is about.
where! Group values of the subject.
facts! The numbers that made the rule apply.
title! Title.
title_es Title in Spanish.
text What was written about it.
text_es The same in Spanish.
questions! Questions to ask, a list.
minutes! How long it was given.
is_picked! Whether it was on the agenda.
position! Order.
""", key=("id",), model=SessionTopic, rows=_topics, links=[(("session",), SESSIONS, "session")])  # fmt: skip

DECISIONS = declare("decisions", "What was decided, on what evidence, with what resources.", """
id! Number of the row.
session The session.
topic The topic.
text! The decision.
text_es The same in Spanish.
decided_on! The day.
decided_by% Who decided.
resource Money, people or equipment given or moved.
measure The measure it is about.
goal_code The goal it serves.
budget_line The budget line it moved.
evidence! What was known on the day: figures with period and build, documents; a list.
is_public! Whether everyone may see it.
recorded_by* Who wrote it down.
recorded_at When it was written down.
""", key=("id",), model=Decision, rows=_decisions, links=[(("session",), SESSIONS, "session"), (("topic",), TOPICS, "topic")])  # fmt: skip

VOTES = declare("votes", "How elected officials voted on a decision.", """
decision! The decision.
name! The official.
district The official's district.
choice! The vote.
""", key=("decision", "name"), model=Vote, rows=_votes, links=[(("decision",), DECISIONS, "decision")])  # fmt: skip

COMMITMENTS = declare("commitments", "What one person promised by a day, done only with evidence that somebody else has looked at.", """
number! Its number.
session The session it was made in.
topic The topic.
decision The decision it carries out.
text! What was promised.
text_es The same in Spanish.
kind! Kind of deliverable.
owner% Who promised it.
department The department.
due_on! By when.
first_due_on! By when as first promised.
definition_of_done! When it counts as done.
definition_of_done_es The same in Spanish.
evidence_wanted What shall show it.
evidence What shows it.
evidence_url Where that is.
status! How it stands.
done_on When it was handed in as done.
submitted_by* Who handed it in.
closed_by* Who looked at it.
closed_at When it was closed.
merged_into The commitment it became part of.
escalation_level! How many steps up it went.
measure The measure it is about.
goal_code The goal it serves.
budget_line The budget line it stands in.
blockers* What is in the way.
is_public! Whether everyone may see it.
created_by* Who wrote it down.
created_at When it was written down.
""", key=("number",), model=Commitment, rows=_commitments,
    links=[(("session",), SESSIONS, "session"), (("topic",), TOPICS, "topic"), (("decision",), DECISIONS, "decision"),
           (("merged_into",), None, "merged_into")])  # fmt: skip

EVENTS = declare("commitment_events", "Everything that happened to a commitment, only added to.", """
id! Number of the row.
commitment! The commitment.
at! When.
by* Who.
via! By page, link, in the room or by machine.
kind! What happened.
text In words.
data* Details.
""", key=("id",), model=CommitmentEvent, rows=_events, links=[(("commitment",), COMMITMENTS, "commitment")])  # fmt: skip

RECORD_CORRECTIONS = declare("record_corrections", "Words of a decision or a commitment that were wrong, beside what took their place.", """
id! Number of the row.
decision The decision; empty where it is a commitment.
commitment The commitment; empty where it is a decision.
part! Which of its texts.
old_text! What it said.
old_text_es The same in Spanish.
new_text! What it says now.
new_text_es The same in Spanish.
reason! Why.
reason_es The same in Spanish.
by* Who corrected it.
at! When.
""", key=("id",), model=RecordCorrection, rows=_record_corrections,
    links=[(("decision",), DECISIONS, "decision"), (("commitment",), COMMITMENTS, "commitment")])  # fmt: skip

WEAK_POINTS = declare("weak_points", "Weaknesses people work on or have fixed; a cause is never a person. In public those celebrated.", """
id! Number of the row.
title! The weakness.
title_es The same in Spanish.
measure The measure that shows it.
where! Group values of the measure, an object.
session* The session it was talked about in.
cause Where its cause lies.
why* What is behind it.
fix* What is done about it.
owner* Who sees to it.
found_on! When it was found.
fixed_on When it was fixed.
value_before The value when it was found.
value_after The value when it was fixed.
celebration What was achieved.
celebration_es The same in Spanish.
people! Names, with whether they agreed to be named; in public only those who did.
celebrated_at When it was told to everyone.
""", key=("id",), model=WeakPointCase, rows=_weak_points, links=[(("session",), SESSIONS, "session")])  # fmt: skip

TABLES: tuple[Table, ...] = (
    *core_tables.TABLES, *work_tables.TABLES,
    SERIES, SESSIONS, TOPICS, DECISIONS, VOTES, COMMITMENTS, EVENTS, RECORD_CORRECTIONS, WEAK_POINTS,
)  # fmt: skip


def package(*, staff: bool = False, chosen: Iterable[str] = (), first: date | None = None) -> writing.Package:
    """The performance data of this city: public rows, or everything with `staff`; staff are named where the city shares names."""
    scope = core_rows.scope(staff=staff, names=current_city().shares_staff_names, chosen=chosen, first=first)
    return writing.package(TABLES, scope)


def load(path: Path, *, by: Any = None, values_as_typed: bool = False, dry_run: bool = False) -> dict[str, int]:
    """Import a package into this city; how many rows of each table. Raises PackageError with file and line, and stores nothing then."""
    return saving.save(reading.read(path, TABLES), TABLES, by=by, values_as_typed=values_as_typed, dry_run=dry_run)
