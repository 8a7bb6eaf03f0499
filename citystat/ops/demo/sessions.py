"""Stat sessions of the demo city: public ones of its plan's goals, a weekly internal one; last month's with its memo, the next drafted."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from typing import Any

from citystat.core import clock
from citystat.core.cities import current_city
from citystat.core.errors import UserError
from citystat.people.models import RoleGrant, User
from citystat.stat_sessions.commitments.actions import Promise
from citystat.stat_sessions.cycle import actions, calendar, memos, releases, room, rules
from citystat.stat_sessions.cycle.actions import SeriesDetails
from citystat.stat_sessions.cycle.room import DecisionDetails
from citystat.stat_sessions.models import Series, Session

OFFICE = (
    ("performance@calderbend.example", "Ruth Calloway", "performance_officer"),
    ("stat@calderbend.example", "Ben Osei", "analyst"),
    ("citymanager@calderbend.example", "Helen Marsh", "executive"),
)
AT = time(14)
MONTHS_SHOWN = 4


def make_sessions() -> dict[str, int]:
    """Series with their year, the meetings held, the memo of the last one, and the draft of the next."""
    people = make_office()
    goals = [
        _series(people, "streets", "Streets and sidewalks", "Calles y aceras"),
        _series(people, "customer-service", "Service", "Servicio"),
    ]
    weekly = _weekly(people)
    _plan(people, goals, weekly)
    _past(people, goals[1], weekly)
    whole = _last_of(goals[0])
    if whole is not None:
        _whole_cycle(people, whole)
        _cancelled(people, goals[1])
    _next_drafts(people)
    return {"series": Series.objects.count(), "sessions": Session.objects.count()}


def make_office() -> dict[str, User]:
    """The people around the table: who prepares, who reviews, who chairs."""
    found = {}
    for email, name, role in OFFICE:
        user = User.objects.filter(email=email).first() or User.objects.create_user(email, name=name)
        RoleGrant.objects.get_or_create(user=user, role=role)
        found[role] = user
    return found


def _series(people: dict[str, User], code: str, title: str, title_es: str) -> Series:
    return actions.create_series(
        by=people["analyst"],
        details=SeriesDetails(
            f"stat-{code}", f"CalderStat: {title}", "public", 12, _first_month(), title_es=f"CalderStat: {title_es}", goal_code=code,
            chair=people["executive"], analyst=people["analyst"], place="City Hall, room 210",
        ),
    )  # fmt: skip


def _weekly(people: dict[str, User]) -> Series:
    return actions.create_series(
        by=people["analyst"],
        details=SeriesDetails(
            "streets-weekly", "Streets, every week", "internal", 52, _monday(clock.today()) - timedelta(weeks=3), department="Streets",
            title_es="Calles, cada semana", minutes=45, chair=people["executive"], analyst=people["analyst"], place="Depot, upper floor",
        ),
    )  # fmt: skip


def _first_month() -> date:
    day = clock.today().replace(day=1)
    for _step in range(MONTHS_SHOWN - 1):
        day = (day - timedelta(days=1)).replace(day=1)
    return day


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _plan(people: dict[str, User], goals: list[Series], weekly: Series) -> None:
    """The second and the third Wednesday of every month, and every Tuesday, as far as the next year's end."""
    for index, series in enumerate(goals):
        first = series.starts_on
        wednesday = first + timedelta(days=(2 - first.weekday()) % 7, weeks=1 + index)
        _years(people, series, wednesday)
    _years(people, weekly, weekly.starts_on + timedelta(days=1))


def _years(people: dict[str, User], series: Series, first: date) -> None:
    actions.plan_year(by=people["analyst"], series_id=series.pk, year=first.year, first_on=first, at=AT)
    if first.year == clock.today().year and clock.today().month >= 11:
        slot = rules.slots(series.times_a_year, first.year + 1)[0]
        later = max(slot.start, date(first.year + 1, 1, 1))
        later += timedelta(days=(first.weekday() - later.weekday()) % 7, weeks=(first.day - 1) // 7 if series.times_a_year == 12 else 0)
        actions.plan_year(by=people["analyst"], series_id=series.pk, year=later.year, first_on=later, at=AT)


@contextmanager
def _on(day: date, hour: int = 14) -> Iterator[None]:
    with clock.at(datetime.combine(day, time(hour), tzinfo=current_city().zone)):
        yield


def _before_today(series: Series) -> list[Session]:
    return list(series.sessions.filter(starts_at__lt=clock.now()).order_by("starts_at"))


def _last_of(series: Series) -> Session | None:
    """The last meeting whose day is over; those before it were held too."""
    known = _before_today(series)
    for one in known[:-1]:
        _hold(one, one.analyst)
    return known[-1] if known else None


def _past(people: dict[str, User], *held: Series) -> None:
    for series in held:
        for one in _before_today(series)[1:]:
            _hold(one, people["analyst"])


def _hold(one: Session, by: Any) -> None:
    with _on(calendar.day_of(one), 16):
        room.record_attendance(by=by, session_id=one.pk, came=list(one.attendees.values_list("pk", flat=True)))
        room.hold(by=by, session_id=one.pk)


def _cancelled(people: dict[str, User], series: Series) -> None:
    first = _before_today(series)[:1]
    for one in first:
        with _on(calendar.day_of(one), 8):
            actions.cancel(by=people["analyst"], session_id=one.pk, reason="Storm: the crews and the chair were in the field.")


def _whole_cycle(people: dict[str, User], one: Session) -> None:
    """Draft, review, release, meeting with a decision and two promises, memo: on the days the clock asks for."""
    analyst, day = people["analyst"], calendar.day_of(one)
    due = {found.step: found.due_on for found in calendar.deadlines_of(one)}
    with _on(due["draft"], 9):
        actions.draft(by=analyst, session_id=one.pk)
        actions.hand_to_review(by=analyst, session_id=one.pk)
    with _on(due["review"], 9):
        actions.pass_review(by=people["performance_officer"], session_id=one.pk)
    with _on(due["release"], 9):
        try:
            releases.release(by=analyst, session_id=one.pk)
        except UserError:
            return  # the data of this demo end before the month of the meeting
    with _on(day):
        _decide(people, one)
        room.record_attendance(by=analyst, session_id=one.pk, came=list(one.attendees.values_list("pk", flat=True)))
    with _on(day, 17):
        memos.send(
            by=analyst,
            session_id=one.pk,
            text=memos.MemoText(
                "The oldest street cases come first, and the map decides the week.",
                "Whether the second crew made a difference.",
                "Los casos más viejos de las calles van primero, y el mapa decide la semana.",
                "Si la segunda cuadrilla marcó una diferencia.",
            ),
        )


def _decide(people: dict[str, User], one: Session) -> None:
    analyst, day = people["analyst"], calendar.day_of(one)
    streets = User.objects.filter(email="streets@calderbend.example").first() or people["executive"]
    first = one.topics.filter(is_picked=True).order_by("position").first()
    plan = Promise(
        "Publish the catch-up plan for the oldest street cases", streets, day + timedelta(days=21), "The plan stands on the city's site",
        text_es="Publicar el plan para los casos más antiguos de calles", department="Streets",
        definition_of_done_es="El plan está en el sitio de la ciudad",
    )  # fmt: skip
    details = DecisionDetails(
        "Two crews work on the oldest cases until the end of the year", "Two crews of three, from overtime already budgeted", plan,
        text_es="Dos cuadrillas trabajan en los casos más antiguos hasta fin de año",
    )  # fmt: skip
    room.decide(by=analyst, session_id=one.pk, details=details, topic_id=first.pk if first else None)
    check = Promise(
        "Check twenty closed cases on the spot", people["performance_officer"], day + timedelta(days=7), "Twenty photos with dates",
        text_es="Revisar veinte casos cerrados en el lugar", department="Performance office",
        definition_of_done_es="Veinte fotos con fecha",
    )  # fmt: skip
    room.promise(by=analyst, session_id=one.pk, details=check, topic_id=first.pk if first else None)


def _next_drafts(people: dict[str, User]) -> None:
    """A third goal meets for the first time in three business days: its packet is drafted and its purpose written."""
    series = _series(people, "neighborhoods", "Neighborhoods", "Barrios")
    Series.objects.filter(pk=series.pk).update(starts_on=clock.today())
    on = rules.business_day(clock.today(), 3, calendar.open_days())
    following = actions.plan_session(by=people["analyst"], series_id=series.pk, on=on, at=AT)
    actions.draft(by=people["analyst"], session_id=following.pk)
    row = actions.session_of(following.pk)
    words = actions.Preparation(
        purpose="Which old cases can be finished this year, and which need a decision first?",
        purpose_es="¿Qué casos antiguos se pueden terminar este año y cuáles necesitan antes una decisión?",
        place=row.place,
        topics=tuple(
            actions.TopicEdit(one.pk, one.is_picked, one.position, one.minutes, one.title, one.title_es, questions=tuple(one.questions))
            for one in row.topics.all()
        ),
    )
    actions.save_preparation(by=people["analyst"], session_id=row.pk, revision=row.revision, given=words)
