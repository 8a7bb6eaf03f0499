"""Every statement of every measure parses as SQL another engine can be given, and reads only allow-listed columns."""

from datetime import date
from pathlib import Path

import pytest
import sqlglot
from sqlglot import expressions

from citystat.plan import columns, computation, periods, queries, statements
from citystat.plan.row_statements import rows_behind
from citystat.warehouse.connections import open_build
from tests.factories.requests import request, write_build

# What the rows behind a number show, beside what definitions may read.
SHOWN = {"request_id", "address", "opened_at", "first_response_at", "place_council_district"}


@pytest.fixture
def city(city_home: Path) -> None:
    write_build([request(place_council_district="1")], by_month=False)


@pytest.mark.usefixtures("city")
@pytest.mark.parametrize("unit", ["week", "month", "fiscal_year"])
def test_statements_parse_and_read_only_known_columns(unit: str) -> None:
    build = open_build()
    for measure in queries.measures():
        by = ["service", "council_district"] if "place" in measure.groups else ["service"]
        for cohort in [one.name for one in measure.cohorts] or [None]:
            chosen = periods.periods_between(unit, date(2017, 1, 1), date(2017, 6, 30), 5)
            scope = computation.scope_of(measure.for_cohort(cohort), build, chosen, by, {"service": "pothole"})
            for sql, params in [*statements.all_statements(scope), statements.alive_groups(scope), rows_behind(scope)]:
                (tree,) = sqlglot.parse(sql, dialect="duckdb")
                assert sql.count("?") == len(params), measure.name
                stored = {name.name for name in tree.find_all(expressions.Column)} & set(build.columns("requests"))
                assert stored <= columns.STORED | SHOWN, measure.name
