"""The content of a packet, counted again by hand from factory rows."""

from datetime import date, timedelta
from typing import Any

import pytest

from citystat.core.errors import InputError, NotFound
from citystat.stat_sessions import content, queries
from citystat.stat_sessions.figures import Reader, month_of
from citystat.stat_sessions.rules import OnTime
from citystat.warehouse.connections import open_build
from tests.factories import requests as factory
from tests.stat_sessions.conftest import abandoned, june, make_build, three_years

pytestmark = pytest.mark.django_db


def line(packet: content.PacketContent, measure: str) -> content.Headline:
    return next(one for one in packet.headlines if one.measure == measure)


@pytest.mark.slow
def test_packet_content_headlines_by_hand(small_city: Any) -> None:
    packet = june()

    # 24 opened in June. The last of them is closed on July 2; the one of May 24 on June 1, late.
    assert line(packet, "requests_opened").figure.now.value == 24
    assert line(packet, "requests_closed").figure.now.value == 24 - 1 + 1
    on_time = line(packet, "closed_on_time").figure.now
    assert (on_time.numerator, on_time.denominator) == (18, 24)


@pytest.mark.slow
def test_packet_content_open_backlog_by_hand(small_city: Any) -> None:
    packet = june()

    # Opened on June 24 and closed eight days later, on July 2; and the seven abandoned ones.
    assert line(packet, "open_backlog").figure.now.value == 1 + 7
    assert line(packet, "overdue").figure.now.value == 1 + 7


def test_packet_content_same_month_last_year_is_about_the_same(small_city: Any) -> None:
    opened = line(june(), "requests_opened")

    assert opened.figure.before is not None
    assert opened.figure.before.value == 24
    assert opened.figure.verdict == "same"
    assert opened.arrow is None
    assert "About the same" in opened.comparison


def test_packet_content_channels_add_up(small_city: Any) -> None:
    packet = june()

    assert {row.channel: row.opened.now.value for row in packet.channels} == {"phone": 12, "web": 12}
    assert sum(row.share or 0 for row in packet.channels) == pytest.approx(1)


def test_packet_content_services_total_equals_headline(small_city: Any) -> None:
    packet = june()

    assert [row.label for row in packet.services.rows] == ["Pothole"]
    assert packet.services.total is not None
    assert packet.services.total.cells["requests_opened"].now.value == 24


def test_packet_content_districts_by_hand(small_city: Any) -> None:
    districts = june().districts

    assert districts is not None
    assert {page.code: page.opened.now.value for page in districts.pages} == {"1": 16, "2": 8}
    first = districts.pages[0]
    assert first.per_1000 is not None
    assert first.per_1000.now.value == pytest.approx(2.0)
    assert (first.population.residents, first.population.year) == (8000, 2010)  # type: ignore[union-attr]


def test_packet_content_oldest_cases_are_the_abandoned(small_city: Any) -> None:
    oldest = june().oldest

    assert [case.service for case in oldest] == ["Vacant Structure"] * 7 + ["Pothole"]
    assert oldest[0].age_days == (date(2017, 6, 30) - date(2015, 1, 5)).days
    assert oldest[-1].closed_on == "2017-07-02"


def test_packet_content_public_version_has_no_private_data(small_city: Any) -> None:
    text = content.canonical_json(june()).decode()

    for private in ("Secret Lane", "Hidden Street", "private text", "OLD0", "P2017"):
        assert private not in text


@pytest.mark.slow
def test_packet_content_staff_version_has_request_numbers(small_city: Any) -> None:
    packet = june("staff")

    assert packet.oldest[0].request_id == "OLD0"
    assert "private text" not in content.canonical_json(packet).decode()


def test_packet_content_longest_waiting_becomes_a_topic(small_city: Any) -> None:
    topics = june().topics

    assert [(topic.rule, topic.subject) for topic in topics] == [("longest_waiting", "Vacant Structure")]
    assert {cause.kind for cause in topics[0].causes} == {"process", "data", "resource", "outside"}


@pytest.mark.slow
def test_packet_content_department_counts_its_own(small_city: Any) -> None:
    packet = queries.packet_content("2017-06", kind="department", code="housing")

    assert packet.scope.name == "Housing"
    assert packet.departments is None
    assert line(packet, "open_backlog").figure.now.value == 7
    assert line(packet, "requests_opened").figure.now.value == 0
    assert packet.services.rows == ()


@pytest.mark.slow
def test_packet_content_district_counts_its_own(small_city: Any) -> None:
    packet = queries.packet_content("2017-06", kind="district", code="2")

    assert line(packet, "requests_opened").figure.now.value == 8
    assert packet.districts is not None
    assert [page.code for page in packet.districts.pages] == ["2"]


@pytest.mark.slow
def test_packet_content_in_spanish(small_city: Any) -> None:
    packet = june(language="es")

    assert packet.month_name == "junio de 2017"
    assert "Más o menos igual" in line(packet, "requests_opened").comparison


@pytest.mark.slow
def test_packet_content_same_build_same_bytes(small_city: Any) -> None:
    first, second = (content.canonical_json(one) for one in (june(), queries.packet_content("2017-06")))

    assert first == second


@pytest.mark.slow
def test_packet_content_incomplete_month_is_not_judged(city_home: Any) -> None:
    make_build([factory.request(opened_on=date(2018, 10, day)) for day in (21, 21, 22)], as_of=date(2018, 10, 22))
    packet = queries.packet_content("2018-10")

    assert not packet.is_complete
    assert packet.topics == ()
    assert all(line.signal is None and line.trend is None for line in packet.headlines)
    assert "2 of its 31 days" in packet.completeness


def test_packet_content_month_without_data_says_which_there_are(small_city: Any) -> None:
    with pytest.raises(NotFound, match="they run from July 2014 to December 2017"):
        queries.packet_content("2019-03")


@pytest.mark.parametrize("month", ["2017", "2017-13", "June 2017", ""])
def test_packet_content_refuses_what_is_no_month(small_city: Any, month: str) -> None:
    with pytest.raises(InputError, match="write it like 2017-06"):
        queries.packet_content(month)


def test_packet_content_refuses_unknown_scope(small_city: Any) -> None:
    with pytest.raises(NotFound, match="there are: 1, 2"):
        queries.packet_content("2017-06", kind="district", code="9")
    with pytest.raises(NotFound, match="Housing, Public Works"):
        queries.packet_content("2017-06", kind="department", code="Fire")


@pytest.mark.slow
def test_packet_content_backlog_growth_is_found(city_home: Any) -> None:
    rows = three_years() + abandoned(0)
    for index, count in enumerate((8, 12, 20)):
        month = date(2017, 4 + index, 10)
        rows += [factory.request(request_id=f"G{index}-{n}", opened_on=month, service="Graffiti", department="Parks") for n in range(count)]
    make_build(rows)
    topics = queries.packet_content("2017-06").topics

    growing = next(topic for topic in topics if topic.rule == "backlog_growing")
    assert "40" in growing.title


@pytest.mark.slow
def test_packet_content_fall_of_a_share_on_time_is_found(city_home: Any) -> None:
    """Forty requests a month, all on time in the spring of one year, half of them late in the next."""
    late, rows = timedelta(days=25), three_years()
    for year, month in ((year, month) for year in (2016, 2017) for month in (3, 4, 5)):
        opened = date(year, month, 15)
        for index in range(40):
            wait = late if year == 2017 and index % 2 else timedelta(days=2)
            rows.append(
                factory.request(
                    request_id=f"F{year}{month}-{index}",
                    opened_on=opened,
                    due_on=opened + timedelta(days=20),
                    closed_on=opened + wait,
                    service="Graffiti",
                    department="Parks",
                )
            )
    make_build(rows)
    reader = Reader(open_build(), month_of("2017-06"))

    now, before = reader.on_time_spans("service", "Graffiti")
    assert (now, before) == (OnTime((20, 20, 20), (40, 40, 40)), OnTime((40, 40, 40), (40, 40, 40)))
    fallen = [one for one in queries.packet_content("2017-06").topics if one.rule == "on_time_fell"]
    assert [one.title for one in fallen] == ["Graffiti: 50% on time in three months, 100% a year before"]
    assert "allows for" in fallen[0].evidence[1]
