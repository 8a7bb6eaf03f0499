"""Reports of the demo city: the month's packet, most departments' month with one missing, the quarter's scorecard, five audiences."""

from datetime import date, timedelta
from typing import Any

from citystat.core import clock
from citystat.core.errors import UserError
from citystat.people.models import User
from citystat.stat_sessions import actions as packet_actions
from citystat.stat_sessions import queries as packets
from citystat.stat_sessions.models import Audience, Opening, Packet, Report
from citystat.stat_sessions.reports import actions, deliveries, openings, queries, rules

OFFICER, HEAD, MANAGER = "performance@calderbend.example", "stat@calderbend.example", "citymanager@calderbend.example"
AUDIENCES: tuple[tuple[str, str, str, tuple[str, ...]], ...] = (
    ("Public", "Público", "How your city is doing this quarter, in words.", ()),
    ("Mayor", "Alcaldía", "What changed, what will miss its target, and what was promised.", (MANAGER,)),
    ("Council", "Concejo", "The goals you adopted, and where each of them stands.", ("clerk@council.calderbend.example",)),
    ("Manager", "Gerencia", "Measures far from their target, and who works on what.", (MANAGER,)),
    ("Staff", "Personal", "Your measures, and how they are read by others.", (OFFICER, HEAD)),
)
WHY = (
    "The department is looking into it; what it will do, and by when, is written down among the commitments.",
    "El departamento lo está estudiando; lo que hará, y para cuándo, consta entre los compromisos.",
)


def make_reports() -> dict[str, int]:
    """The month's packet, audiences, department reports with one missing, the scorecard delivered, and a few openings."""
    by = User.objects.get(email=OFFICER)
    for title, title_es, brief, addresses in AUDIENCES:
        row = deliveries.create_audience(by=by, title=title, title_es=title_es, brief=brief, is_public=title == "Public")
        for address in addresses:
            deliveries.add_member(by=by, audience_id=row.pk, address=address)
    _packet(by, queries.last_month(clock.today()))
    _departments(by, queries.last_month(clock.today()))
    _scorecard(by, _last_quarter(clock.today()))
    return {"packets": Packet.objects.count(), "reports": Report.objects.count(), "audiences": Audience.objects.count()}


def _packet(by: User, month: str) -> None:
    """The city's packet in every language."""
    for language in packets.LANGUAGES:
        try:
            packet_actions.release(packet=packets.packet_content(month, language=language), by=by)
        except UserError:
            return  # the data of this demo end before the month does


def _departments(by: User, month: str) -> None:
    """All departments but the last have sent theirs."""
    for name in queries.departments()[:-1]:
        try:
            rows = actions.release(by=by, kind="department_month", period=month, department=name)
        except UserError:
            return  # the data of this demo end before the month does
        _opened(openings.of_report("department_month", name), len(rows))


def _scorecard(by: User, period: str) -> None:
    try:
        for one in actions.make("quarter", period, audience="staff").unexplained:
            actions.explain(by=by, period=period, measure=one.measure.name, text=WHY[0], text_es=WHY[1])
        ids = list(Audience.objects.values_list("pk", flat=True))
        deliveries.publish(by=by, kind="quarter", period=period, audience_ids=ids)
    except UserError:
        return
    _opened(openings.of_report("quarter", ""), 7)


def _last_quarter(today: date) -> str:
    """The last quarter the data know to its end."""
    month = queries.last_month(today)
    last: Any = rules.span("department_month", month).end
    if last.month % 3:
        last = last.replace(month=last.month - last.month % 3 + 1, day=1) - timedelta(days=1)
    return f"{last.year}-Q{last.month // 3}"


def _opened(what: str, times: int) -> None:
    Opening.objects.create(what=what, on=clock.today(), by_staff=False, count=times)
