"""The sentence says what the chart found, in both languages, and nothing where there is nothing."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from citystat.plan import findings, periods, queries
from tests.factories.requests import request, write_build

MONTHS = [periods.period_at("month", 2015 * 12 + index) for index in range(24)]
RANGE = {"start": MONTHS[0].start, "end": MONTHS[-1].end}
STEADY = [30, 34, 28, 33, 31, 29, 35, 30, 32, 28, 34, 31]


def monthly(counts: list[int], **fields: Any) -> list[dict[str, Any]]:
    """That many requests in each month, each closed after five days unless the fields say otherwise."""
    rows = []
    for month, count in zip(MONTHS, counts, strict=False):
        for _ in range(count):
            rows.append(request(opened_on=month.start, closed_on=month.start + timedelta(days=5), **fields))
    return rows


def build(rows: list[dict[str, Any]]) -> None:
    write_build(rows, as_of=date(2016, 12, 31), by_month=False)


def said(name: str, **options: Any) -> tuple[str, str]:
    chart = queries.chart(name, **(RANGE | options))
    return findings.sentence(chart, "en"), findings.sentence(chart, "es")


@pytest.mark.slow
def test_sentence_of_a_steady_series_says_about_the_same(city_home: Path) -> None:
    build(monthly(STEADY * 2))
    english, spanish = said("requests_closed")
    assert english == "About the same as usual; differences from one month to the next are within chance."
    assert spanish == "Más o menos como siempre; las diferencias de un mes a otro caben dentro del azar."


@pytest.mark.slow
def test_sentence_of_a_shift_names_since_when_and_how_long(city_home: Path) -> None:
    build(monthly([*STEADY, *STEADY[:5], *[36, 35, 37, 36, 35, 37, 36]]))
    english, spanish = said("requests_closed")
    assert english == "More than usual since June 2016: seven months in a row above the average."
    assert spanish == "Más de lo habitual desde junio de 2016: siete meses seguidos por encima del promedio."


@pytest.mark.slow
def test_sentence_of_an_outlier_gives_value_and_usual_range(city_home: Path) -> None:
    build(monthly([*(STEADY * 2)[:-1], 90]))
    english, _ = said("requests_closed")
    assert english.startswith("December 2016 was far above the usual range: 90, where ")


@pytest.mark.slow
def test_sentence_of_limits_that_read_alike_names_one(city_home: Path) -> None:
    build(monthly([30] * 11 + [31] + [30] * 11 + [80]))
    english, spanish = said("requests_closed")
    assert english.startswith("December 2016 was far above the usual: 80, where 32 is usual.")
    assert spanish.startswith("Diciembre de 2016 quedó muy por encima de lo habitual: 80, cuando lo habitual es 32.")


@pytest.mark.slow
def test_sentence_of_slower_closing_says_slower_and_worse(city_home: Path) -> None:
    rows = []
    for index, month in enumerate(MONTHS[:23]):
        days = 4 + index % 3 if index < 15 else 8 + index % 2
        rows += [request(opened_on=month.start, closed_on=month.start + timedelta(days=days)) for _ in range(25)]
    build(rows)
    english, spanish = said("median_days_to_close", end=MONTHS[22].end)
    assert english.startswith("Slower than usual since April 2016: eight months in a row above the average.")
    assert english.endswith("That is a change for the worse.")
    assert spanish.startswith("Más lento de lo habitual desde abril de 2016: ocho meses seguidos por encima del promedio.")


@pytest.mark.slow
def test_sentence_with_few_months_makes_no_claim(city_home: Path) -> None:
    build(monthly([10] * 8))
    chart = queries.chart("requests_closed", start=MONTHS[0].start, end=MONTHS[7].end)
    assert findings.sentence(chart) == "Too early to say: eight complete months, and a verdict needs 13."
    assert {row.signal for row in chart.rows} == {None}


@pytest.mark.slow
def test_sentence_of_what_is_not_recorded_says_so(city_home: Path) -> None:
    build(monthly(STEADY))
    assert said("transferred_share") == ("The data do not record this.", "Los datos no registran esto.")


@pytest.mark.slow
def test_incomplete_month_is_never_judged(city_home: Path) -> None:
    rows = monthly(STEADY * 2) + [request(opened_on=date(2017, 1, 2))] * 3
    write_build(rows, as_of=date(2017, 1, 10), by_month=False)
    rows_shown = queries.measure_rows("requests_opened", start=RANGE["start"], end=date(2017, 1, 31), signals=True)
    assert (rows_shown[-1].state, rows_shown[-1].complete, rows_shown[-1].signal) == ("incomplete", False, None)
    assert rows_shown[-2].signal == "common_cause"


def write_change(home: Path, **fields: Any) -> None:
    (home / "measures").mkdir(parents=True, exist_ok=True)
    values = {"extends": "requests_closed", "name": "requests_closed", **fields}
    (home / "measures" / "own.yaml").write_text(yaml.safe_dump(values), encoding="utf-8")


@pytest.mark.slow
def test_rebase_starts_new_limits_at_its_date(city_home: Path) -> None:
    reason = {"en": "New system", "es": "Sistema nuevo"}
    write_change(city_home, chart={"rebases": [{"date": "2016-01-01", "reason": reason}]})
    build(monthly([*STEADY, *[count + 40 for count in STEADY]]))
    chart = queries.chart("requests_closed", **RANGE)
    assert [segment.first for segment in chart.judged.chart.segments] == [0, 12]
    assert chart.judged.chart.segments[1].mean == pytest.approx(sum(STEADY) / 12 + 40)


@pytest.mark.slow
def test_notes_say_whether_the_target_will_be_met_as_things_are(city_home: Path) -> None:
    write_change(city_home, direction="increase", targets=[{"value": 500, "from": "2015-01-01", "rationale": "Test"}])
    build(monthly(STEADY * 2))
    chart = queries.chart("requests_closed", **RANGE)
    assert "As things are, the target of 500 will keep being missed." in findings.notes(chart)


@pytest.mark.slow
def test_notes_of_a_target_within_the_usual_range_count_how_often_it_was_met_of_late(city_home: Path) -> None:
    write_change(city_home, direction="increase", targets=[{"value": 32, "from": "2015-01-01", "rationale": "Test"}])
    build(monthly(STEADY * 2))
    chart = queries.chart("requests_closed", **RANGE)
    assert (
        findings.notes(chart)[0]
        == "The target of 32 is within the usual range: 5 of the last 12 months met it; the next is left to chance."
    )
    assert findings.notes(chart, "es")[0].startswith("Meta de 32, dentro de lo habitual: 5 de los últimos 12 meses la cumplieron")


@pytest.mark.slow
def test_season_is_no_signal(city_home: Path) -> None:
    """Twice as many every summer for four years: the raw series signals, the seasonal chart does not."""
    rows = []
    for index in range(48):
        month = periods.period_at("month", 2013 * 12 + index)
        usual = 80 if month.start.month in (5, 6, 7, 8) else 40
        rows += [request(opened_on=month.start, closed_on=month.start) for _ in range(usual + index % 3)]
    build(rows)
    summer = {"start": date(2013, 1, 1), "end": date(2016, 8, 31)}
    assert queries.chart("requests_closed", **summer).finding.rule is not None
    chart = queries.chart("requests_opened", **summer)
    assert chart.judged.season is not None
    assert chart.finding.rule is None
    last_year = queries.chart("requests_opened", start=date(2015, 6, 1), end=date(2016, 8, 31))
    assert last_year.judged.season is not None
    assert chart.judged.limits.center[5] > 1.5 * chart.judged.limits.center[0]


@pytest.mark.parametrize(
    ("value", "unit", "language", "shown"),
    [
        (1.0, "weeks", "en", "1 week"),
        (1.0, "days", "es", "1 día"),
        (54.0, "days", "en", "54 days"),
        (1.5, "weeks", "en", "1.5 weeks"),
        (1.0, "percent", "en", "100%"),
        (0.615, "percent", "en", "61.5%"),
        (2720.5, "days", "en", "2,720 days"),
    ],
)
def test_written_is_singular_for_one_and_whole_where_it_is(value: float, unit: str, language: str, shown: str) -> None:
    assert findings.written(value, unit, language) == shown
