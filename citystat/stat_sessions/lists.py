"""Lists of a packet that are not measures: what is open longest, what came back, what was closed in bulk, when data begin and end."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np

from citystat.methods.durations import kaplan_meier_percentiles
from citystat.stat_sessions.content import Scope
from citystat.stat_sessions.figures import month_end, months_before
from citystat.warehouse import sql
from citystat.warehouse.connections import Warehouse
from citystat.warehouse.sql import identifier

PACKAGE = "citystat.stat_sessions"
FEWEST_AT_A_SPOT = 3
MOST_SPOTS = 12
OLDEST_IN_ALL = 10
OLDEST_IN_DISTRICT = 5
# Kinds of place that elect somebody or stand for it, in the order in which a packet looks for them.
DISTRICT_KINDS = ("council_district", "ward", "district", "community_district", "borough")
Row = dict[str, Any]


@dataclass(frozen=True)
class Practice:
    """How long a service really took in the twelve months to the end of the month (Kaplan-Meier, open requests counted)."""

    closed: float
    median: float | None
    p90: float | None


@dataclass(frozen=True)
class Lists:
    """Asks one build about one month and scope. `kind` is the kind of district, None where no boundaries are loaded."""

    build: Warehouse
    month: date
    scope: Scope
    kind: str | None
    _answers: dict[tuple[object, ...], list[Row]] = field(default_factory=dict, repr=False, compare=False)

    @property
    def end(self) -> date:
        """The last day that counts: the end of the month, or the as-of date where that is earlier."""
        return min(month_end(self.month), self.build.as_of)

    def ask(self, name: str, **params: Any) -> list[Row]:
        """Rows of one statement of the sql folder over the requests in scope; only the parameters it names are passed."""
        text = sql.load(PACKAGE, name)
        known = {"start": self.month, "end": self.end} | params
        used = {key: value for key, value in known.items() if f"${key}" in text}
        key = (name, *sorted(used.items()))
        if key not in self._answers:
            head, filters = self._scoped()
            self._answers[key] = self.build.dicts(f"{head} {text}", used | filters)
        return self._answers[key]

    def oldest_open(self) -> list[Row]:
        """The requests open longest at the end of the month: ten in all, five a district."""
        return self.ask("oldest_open", overall=OLDEST_IN_ALL, per_district=OLDEST_IN_DISTRICT)

    def district_services(self) -> list[Row]:
        """Services by district: opened this month and a year before, overdue at the end of the month."""
        before = months_before(self.month, 12)
        return self.ask("district_services", start_before=before, end_before=month_end(before))

    def repeat_places(self) -> list[Row]:
        """Spots of about fifty meters with three or more requests of one service in twelve months, one of them this month."""
        return self.ask("repeat_places", since=months_before(self.month, 11), fewest=FEWEST_AT_A_SPOT, at_most=MOST_SPOTS)

    def practice(self) -> dict[str, Practice]:
        """By service: closings, median and 90th percentile of days to close."""
        rows = self.ask("practice", since=months_before(self.month, 11))
        services = sorted({row["service"] for row in rows if row["service"]})
        if not services:
            return {}
        places = {service: index for index, service in enumerate(services)}
        named = [row for row in rows if row["service"]]
        counts = np.array([row["requests"] for row in named], dtype=np.int64)
        codes = np.array([places[row["service"]] for row in named], dtype=np.int64)
        closed = np.array([row["is_closed"] for row in named], dtype=bool)
        days = np.array([max(row["days"], 0.0) for row in named], dtype=np.float64)
        found = kaplan_meier_percentiles(codes, days, closed, counts, (0.5, 0.9), n_groups=len(services))
        closings, estimates = found.n_closed, found.estimate
        return {
            service: Practice(float(closings[index]), _known(estimates[index][0]), _known(estimates[index][1]))
            for service, index in places.items()
        }

    def span(self) -> Row:
        """First and last day of the data in scope, and how many requests were opened in the month."""
        return self.ask("data_span")[0]

    def flag_counts(self, flags: Sequence[str]) -> dict[str, int]:
        """How many requests opened in the month carry each flag, and under `requests` how many there are."""
        counted = ", ".join(f"count(*) FILTER (WHERE {identifier(flag)}) AS {identifier(flag)}" for flag in flags)
        head, filters = self._scoped()
        text = f"{head} SELECT count(*) AS requests, {counted} FROM scoped WHERE opened_on BETWEEN $start AND $end"
        return self.build.dicts(text, {"start": self.month, "end": month_end(self.month)} | filters)[0]

    def _scoped(self) -> tuple[str, dict[str, Any]]:
        """The requests in scope, with the code of the district and the coarse places every city may or may not have."""
        columns = self.build.columns("requests")
        district = identifier(f"place_{self.kind}") if self.kind else "CAST(NULL AS VARCHAR)"
        inside = "place_neighborhood" if "place_neighborhood" in columns else "CAST(NULL AS VARCHAR)"
        select = (
            f"SELECT *, {district} AS district, coalesce({inside}, recorded_places['neighborhood']) AS neighborhood, "
            "recorded_places['zip'] AS zip FROM requests"
        )
        if self.scope.kind == "city":
            return f"WITH scoped AS NOT MATERIALIZED ({select})", {}
        column = "department" if self.scope.kind == "department" else district
        return f"WITH scoped AS NOT MATERIALIZED ({select} WHERE {column} = $scope_code)", {"scope_code": self.scope.code}


def district_kind(build: Warehouse) -> str | None:
    """The kind of place the district pages are about; None without boundaries."""
    columns = build.columns("requests")
    return next((kind for kind in DISTRICT_KINDS if f"place_{kind}" in columns), None)


def place_names(build: Warehouse, kind: str | None) -> dict[str, str]:
    """Code -> name of each place of a kind, current versions last so that they win."""
    if kind is None or not build.has_table("places"):
        return {}
    rows = build.rows("SELECT code, name FROM places WHERE kind = ? ORDER BY coalesce(is_current, FALSE), version, code", (kind,))
    return {code: name or code for code, name in rows}


def _known(value: Any) -> float | None:
    return None if np.isnan(value) else float(value)
