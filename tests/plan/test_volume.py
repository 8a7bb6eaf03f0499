"""A million requests are counted by place, service and month within a limit a person waits for."""

import time
from datetime import date

import duckdb
import numpy as np
import pytest

from citystat.plan import queries
from citystat.warehouse import build as builds
from citystat.warehouse.connections import forget_builds, open_build
from citystat.warehouse.manifest import Table
from tests.factories import requests as factory

MOST_SECONDS = 10.0
TIMES = 1_000
MULTIPLIED = """
COPY (
    SELECT * REPLACE (
        request_id || '-' || number AS request_id,
        CAST(opened_on + to_days(CAST(number AS INTEGER)) AS DATE) AS opened_on,
        CAST(date_trunc('month', opened_on + to_days(CAST(number AS INTEGER))) AS DATE) AS opened_month
    )
    FROM read_parquet('{source}') CROSS JOIN range({times}) AS numbers(number) ORDER BY opened_on
) TO '{target}' (FORMAT parquet)
"""


@pytest.mark.slow
@pytest.mark.feature("F156")
def test_measure_table_of_a_million_requests_within_ten_seconds(city_home):
    services = [f"Service {number}" for number in range(50)]
    rows = [
        factory.request(service=services[number % 50], opened_on=date(2015, 1, 1), place_council_district=str(number % 6 + 1))
        for number in range(1_000)
    ]
    small = factory.write_build(rows, by_month=False)
    with builds.begin() as draft:
        source = city_home / "warehouse" / small.tables["requests"].files[0].path
        target = draft.folder / "many.parquet"
        duckdb.execute(MULTIPLIED.format(source=source, target=target, times=TIMES))
        many = draft.add("requests", "all", target, "a million")
        tables = [
            Table("requests", small.tables["requests"].columns, (many,)),
            *(one for name, one in small.tables.items() if name != "requests"),
        ]
        draft.publish(as_of=date(2017, 12, 31), tables=tables, sources={})
    forget_builds()
    assert open_build().manifest.tables["requests"].rows == 1_000_000

    started = time.perf_counter()
    table = queries.measure_table("requests_opened", start=date(2015, 1, 1), end=date(2017, 12, 31), by=("council_district", "service"))
    seconds = time.perf_counter() - started

    assert np.nansum(table.numerator) == 1_000_000
    assert seconds < MOST_SECONDS
