"""Too few, missing and incomplete are told apart, with the minimum, in every form of a packet and a report."""

import html
import io
import json
import zipfile
from dataclasses import replace
from datetime import date
from typing import Any

import pptx
import pytest
from django.utils import translation

from citystat.core.cities import current_city
from citystat.plan import queries as plan
from citystat.stat_sessions import few, presenters
from citystat.stat_sessions.content import Compared, Headline, Value
from citystat.stat_sessions.cycle import content, documents, key_measures, packets
from citystat.stat_sessions.cycle import presenters as cycle_presenters
from citystat.stat_sessions.cycle.content import KeyMeasure, SessionPacket
from citystat.stat_sessions.cycle.goals import Aim, GoalOfSession
from citystat.stat_sessions.cycle.key_measures import Judged
from citystat.stat_sessions.models import Session
from citystat.stat_sessions.reports import figures, packet_documents, sheets, slides
from citystat.stat_sessions.reports.document import Column, Section, Table, explained, figure, number, words
from tests.stat_sessions.cycle.conftest import at

pytestmark = pytest.mark.django_db


@pytest.fixture
def packet(session: Session) -> SessionPacket:
    """Housing has seven old open cases and closes none: nothing is due in June."""
    Session.objects.filter(pk=session.pk).update(department="Housing", kind="internal")
    session.refresh_from_db()
    return packets.Drafting(session).packet("en", "staff")


def of(packet: SessionPacket, measure: str) -> KeyMeasure:
    return next(one for one in packet.measures if one.headline.measure == measure)


@pytest.mark.slow
def test_packet_names_too_few_with_the_minimum(packet: SessionPacket) -> None:
    one = of(packet, "closed_on_time")

    assert one.headline.figure.now.state == "too_few"
    assert one.weakness_name == "No value: too few cases (fewer than 20)"
    assert one.caveat == "Too few cases this month for a figure: 0, and it takes 20."


@pytest.mark.slow
def test_every_form_of_the_packet_says_it(packet: SessionPacket) -> None:
    says = "No value: too few cases (fewer than 20)"
    document = packet_documents.of_session(packet)
    book = zipfile.ZipFile(io.BytesIO(sheets.workbook(document))).read("xl/sharedStrings.xml").decode()
    deck = zipfile.ZipFile(io.BytesIO(slides.presentation(document)))
    show = "".join(deck.read(name).decode() for name in deck.namelist() if "slides/slide" in name or "notesSlide" in name)

    assert says in documents.packet_html(packet)
    assert says in str(cycle_presenters.packet_view(packet))
    assert says in json.dumps(content.as_dict(packet))
    assert says in book
    assert says in show
    assert "“Too few”: fewer than 20 cases" in book
    assert "“Too few”: fewer than 20 cases" in show
    assert documents.packet_pdf(packet).startswith(b"%PDF")


@pytest.mark.slow
def test_packet_in_spanish_says_it(session: Session, packet: SessionPacket) -> None:
    told = packets.Drafting(session).packet("es", "staff")

    assert of(told, "closed_on_time").weakness_name == "Sin valor: muy pocos casos (menos de 20)"


def test_least_of_is_what_the_computation_hides_below(july: None) -> None:
    checked = 0
    for name in ("closed_on_time", "median_days_to_close", "requests_per_1000", "reopen_rate"):
        measure = plan.measure(name)
        least = few.least_of(measure)
        assert least is not None
        for row in plan.measure_rows(name, start=date(2017, 1, 1), end=date(2017, 6, 30), by=("council_district",)):
            cases = few.cases_of(measure, Value(None, row.numerator, row.denominator))
            if cases is not None and row.state != "missing":
                assert (row.state == "too_few") is (cases < least), (name, row)
                checked += 1
    assert checked > 20


@pytest.mark.parametrize(
    ("state", "name"),
    [("too_few", "No value: too few cases"), ("missing", "No value: missing"), ("incomplete", "No value yet: incomplete")],
)
def test_name_of_tells_states_apart(db: None, state: str, name: str) -> None:
    assert few.name_of(Value(state=state)) == name


def test_reason_names_what_there_is_and_what_it_takes(july: None) -> None:
    measure = plan.measure("closed_on_time")

    assert few.reason(Value(None, 5, 7, state="too_few"), measure) == "Too few cases this month for a figure: 7, and it takes 20."
    assert few.reason(Value(None, 5, 7, state="too_few"), replace(measure, minimum_denominator=9)).endswith("it takes 9.")
    assert "still open" in few.reason(Value(None, 5, 70, state="incomplete"), plan.measure("median_days_to_close"))
    assert few.reason(Value(), measure) == ""


def judged(name: str, state: str) -> Judged:
    line = Headline(name, name.title(), "percent", "increase", Compared(Value(state=state)), "")
    return Judged(KeyMeasure(line, "not_known", few.name_of(Value(state=state))), None, None, None)


def test_missing_goal_names_measures_with_too_few_cases(db: None) -> None:
    aims = tuple(Aim("g", "Goal", name, None, None) for name in ("lights", "trees"))
    (gone,) = key_measures.missing_goals([GoalOfSession("g", "Goal", "", aims)], [judged("lights", "too_few"), judged("trees", "missing")])

    assert gone.why == "None of its measures has a value for this month. Too few cases: Lights."


def test_explained_says_only_what_a_table_has(db: None) -> None:
    columns = (Column("Service"), Column("Opened", "count"), Column("On time", "percent"))
    rows = ((words("Lights"), number(3), figure(Value(state="too_few"))), (words("Trees"), number(4), figure(Value(state="incomplete"))))
    (section,) = explained([Section("s", "S", tables=(Table("T", columns, rows, "A note."),)), None], 20)
    (plain,) = explained([Section("s", "S", tables=(Table("T", columns, ((words("A"), number(1), number(0.5)),)),))], 20)

    foot = section.tables[0].foot
    assert foot == (
        "A note. “Too few”: fewer than 20 cases, or than the measure's own minimum. "
        "“Not yet”: the period, or the cases in it, are not complete."
    )
    assert plain.tables[0].foot == ""


def test_stand_of_a_year_of_few_says_so(july: None, small_city: Any) -> None:
    rare = replace(plan.measure("closed_on_time"), minimum_denominator=5000)
    rows = list(plan.measure_rows("closed_on_time", start=date(2017, 1, 1), end=date(2017, 6, 30)))
    few_rows = [replace(row, value=None, state="too_few") for row in rows]

    assert figures._why_not(rare, few_rows, date(2017, 6, 30)) == "Too few cases for a value this year: each period takes 5,000."
    assert figures._why_not(rare, [], date(2017, 6, 30)) == "It has no value this year."
    assert figures._state(few_rows, date(2017, 6, 30)) == "too_few"


def test_month_packet_names_the_minimum_under_its_tables(db: None) -> None:
    assert "fewer than 20 requests" in presenters._states(20)
    assert "city's minimum" in presenters._states(0)
    with translation.override("es"):
        assert "menos de 20 solicitudes" in presenters._states(20)


@pytest.mark.slow
def test_session_on_a_later_day_reads_the_same(session: Session, packet: SessionPacket) -> None:
    with at(date(2017, 7, 11)):
        assert of(packets.Drafting(session).packet("en", "staff"), "closed_on_time") == of(packet, "closed_on_time")
    assert current_city().minimum_denominator == 20


@pytest.mark.slow
def test_office_files_begin_as_the_packet_does(packet: SessionPacket) -> None:
    """Purpose and decisions first, the agenda by the minute, and what residents say: nothing of the page is left out."""
    document = packet_documents.of_session(packet)
    book = zipfile.ZipFile(io.BytesIO(sheets.workbook(document))).read("xl/sharedStrings.xml").decode()
    show = pptx.Presentation(io.BytesIO(slides.presentation(document)))
    second = " ".join(shape.text_frame.text for shape in show.slides[1].shapes if shape.has_text_frame)

    assert packet.purpose in second
    assert all(f"To decide: {one}" in second for one in packet.decisions_needed)
    for said in (packet.purpose, *(item.text for item in packet.agenda), *(fact.label for fact in packet.signals)):
        assert said in html.unescape(book)
