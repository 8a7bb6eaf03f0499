"""The same questions in pandas, as an analyst would write them, from the Parquet files of the same build."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from benchmarks.question import GROUPS, NO_SENSE, answer, column, span

COLUMNS = [
    "opened_at",
    "opened_on",
    "closed_on",
    "due_on",
    "first_response_at",
    "status",
    "origin",
    "channel",
    "outcome",
    "transfers",
    "appointment_on",
    "appointment_kept",
    "service_slug",
    "place_council_district",
    "days_to_close",
    "age_days",
    "on_time",
    "reopened",
    "recurred",
    "is_counted",
    "is_field_service",
    "is_overdue",
    "is_located",
    "opened_has_time",
    "closed_has_time",
    "flag_closed_before_opened",
    "flag_default_date",
    "flag_impossible_duration",
    "flag_closed_after_as_of",
    "flag_opened_after_as_of",
    "flag_status_conflict",
    "flag_closed_in_minutes",
    "flag_mass_closed",
]
NO_WORK = re.compile("no action|not done|unable to|could not|cannot|unfounded|not found|no violation|no access|referred|duplicate|cancel")
Frame = pd.DataFrame


def read(files: list[str], same: dict[str, Any]) -> Frame:
    """The columns needed, every file, as one frame."""
    parts = []
    for file in files:
        stored = set(pq.read_schema(file).names)
        parts.append(pd.read_parquet(file, columns=[name for name in COLUMNS if name in stored]))
    frame = pd.concat(parts, ignore_index=True)
    for name in COLUMNS:
        if name in same or name not in frame:
            frame[name] = same.get(name)
    for name in ("opened_on", "closed_on", "due_on", "appointment_on"):
        frame[name] = pd.to_datetime(frame[name])
    for name in ("opened_at", "first_response_at"):
        frame[name] = pd.to_datetime(frame[name])
    for name in [name for name in COLUMNS if name.startswith("flag_")]:
        frame[name] = frame[name].fillna(False).astype(bool)
    return frame


class Question:
    """One frame, one range of months, one grouping."""

    def __init__(self, frame: Frame, first: pd.Timestamp, last: pd.Timestamp, group: str) -> None:
        self.frame, self.first, self.last = frame, first, last
        self.key = column(group)

    def by(self, chosen: Frame, time: "pd.Series[Any]") -> list[Any]:
        """Grouping keys of rows: the group, if any, and the month."""
        month = time.dt.to_period("M")
        return [month] if self.key is None else [chosen[self.key], month]

    def count(self, time: "pd.Series[Any]", mask: Any) -> list[float]:
        """Rows by group and month."""
        keep = mask & time.between(self.first, self.last)
        chosen = self.frame[keep]
        counts = chosen.groupby(self.by(chosen, time[keep]), dropna=False).size()
        return [float(counts.sum()), 0.0]

    def share(self, time: "pd.Series[Any]", denominator: Any, numerator: Any) -> list[float]:
        """Numerator and denominator by group and month."""
        keep = denominator & time.between(self.first, self.last)
        chosen = self.frame[keep].assign(hit=numerator[keep])
        found = chosen.groupby(self.by(chosen, time[keep]), dropna=False)["hit"].agg(["sum", "count"])
        found["value"] = found["sum"] / found["count"]
        return [float(found["sum"].sum()), float(found["count"].sum())]

    def kaplan_meier(self, days: Any, event: Any, mask: Any, probability: float) -> list[float]:
        """The percentile of time by group and month opened, open requests censored."""
        keep = mask & days.notna() & self.frame["opened_on"].between(self.first, self.last)
        chosen = self.frame[keep].assign(days=days[keep], event=event[keep])
        grouped = chosen.groupby(self.by(chosen, chosen["opened_on"]), dropna=False)
        values = grouped[["days", "event"]].apply(lambda part: percentile(part["days"].to_numpy(), part["event"].to_numpy(), probability))
        return [float(event[keep].sum()), float(len(chosen) if len(values) else 0)]

    def held(self, mask: Any, at_end: Callable[[Frame, pd.Timestamp], Any]) -> pd.Series:
        """Something of the requests open at each month's end, month after month."""
        frame = self.frame[mask & ((self.frame["status"] == "open") | self.frame["closed_on"].notna())]
        left = frame["closed_on"].where(frame["status"] != "open")
        parts = []
        for end in pd.date_range(self.first, self.last, freq="ME"):
            held = frame[(frame["opened_on"] <= end) & (left.isna() | (left > end))]
            parts.append(at_end(held, end))
        return pd.concat(parts)

    def grouped(self, held: Frame) -> Any:
        """Rows by group, or all together."""
        return held.groupby(self.key if self.key else np.zeros(len(held)), dropna=False)


def percentile(days: "np.ndarray[Any, Any]", event: "np.ndarray[Any, Any]", probability: float) -> float:
    """Kaplan-Meier percentile: the first time at which the share still open is at most 1 - probability."""
    times, inverse, leaving = np.unique(days, return_inverse=True, return_counts=True)
    closings = np.bincount(inverse, weights=event, minlength=len(times))
    at_risk = leaving[::-1].cumsum()[::-1]
    reached = np.flatnonzero(np.cumprod(1 - closings / at_risk) <= 1 - probability + 1e-9)
    return float(times[reached[0]]) if len(reached) else float("nan")


def answers_of(question: Question, population: Frame, group: str) -> dict[str, list[float]]:
    """Every starter measure for one grouping."""
    f = question.frame
    counted, opened, closed = f["is_counted"].astype(bool), f["opened_on"], f["closed_on"]
    field = f["is_field_service"].astype(bool)
    dates_ok = ~f["flag_closed_before_opened"] & ~f["flag_default_date"]
    stock = counted & dates_ok & ~f["flag_opened_after_as_of"]
    done = f["status"] != "open"
    on_time, reopened, recurred = (f[name].astype("boolean") for name in ("on_time", "reopened", "recurred"))
    judged = f["due_on"].fillna(closed.where(on_time.notna()))
    no_work = f["outcome"].fillna("").str.lower().str.contains(NO_WORK)
    resolved = ~f["flag_mass_closed"] & ~reopened.fillna(False).astype(bool) & ~no_work
    every = pd.Series(True, index=f.index)
    external = f["origin"] != "internal"
    days = f["days_to_close"].where(done, f["age_days"]).astype(float)
    ask = question
    kept = f["appointment_kept"].astype("boolean")
    result = {
        "appointments_kept": ask.share(f["appointment_on"], counted & kept.notna(), kept.fillna(False).astype(bool)),
        "appointments_missed": ask.count(f["appointment_on"], counted & ~kept.fillna(True).astype(bool)),
        "cancelled_share": ask.share(opened, every, f["status"].isin(["cancelled", "invalid"])),
        "duplicate_share": ask.share(opened, every, f["status"] == "duplicate"),
        "internal_share": ask.share(opened, counted & f["origin"].isin(["resident", "internal"]), f["origin"] == "internal"),
        "suspicious_dates_share": ask.share(
            opened,
            every,
            ~dates_ok | f["flag_impossible_duration"] | f["flag_closed_after_as_of"] | f["flag_status_conflict"],
        ),
        "transferred_share": ask.share(opened, counted & f["transfers"].notna(), f["transfers"].fillna(0) >= 1),
        "unlocated_share": ask.share(opened, counted, ~f["is_located"].astype(bool)),
        "web_and_mobile_share": ask.share(
            opened, counted & external & f["channel"].notna() & (f["channel"] != "unknown"), f["channel"].isin(["web", "mobile"])
        ),
        "closed_within_ten_minutes": ask.share(
            closed,
            counted & field & f["closed_has_time"].fillna(False).astype(bool) & f["opened_has_time"].fillna(False).astype(bool),
            f["flag_closed_in_minutes"],
        ),
        "mass_closed_share": ask.share(closed, counted & done, f["flag_mass_closed"]),
        "recurrence_rate": ask.share(closed, counted & field & recurred.notna(), recurred.fillna(False).astype(bool)),
        "reopen_rate": ask.share(closed, counted & reopened.notna(), reopened.fillna(False).astype(bool)),
        "resolved_share": ask.share(closed, counted & done, resolved),
        "closed_on_time": ask.share(judged, counted & dates_ok & (done | f["is_overdue"].astype(bool)), on_time.fillna(False).astype(bool)),
        "requests_closed": ask.count(closed, counted & done),
        "requests_internal": ask.count(opened, counted & ~external),
        "requests_not_counted": ask.count(opened, ~counted),
        "requests_opened": ask.count(opened, counted),
        "requests_resolved": ask.count(closed, counted & done & resolved),
        "requests_per_1000": per_1000(ask, counted & external, population, group),
        "median_days_to_close": ask.kaplan_meier(days, done, counted & field & dates_ok & ~f["flag_impossible_duration"], 0.5),
        "p90_days_to_close": ask.kaplan_meier(days, done, counted & field & dates_ok & ~f["flag_impossible_duration"], 0.9),
    }
    if f["first_response_at"].notna().any():
        waited = (f["first_response_at"] - f["opened_at"]).dt.total_seconds() / 86_400
        waited = waited.fillna(f["days_to_close"]).fillna(f["age_days"]).clip(lower=0)
        result["first_response_days"] = ask.kaplan_meier(waited, f["first_response_at"].notna(), counted & dates_ok, 0.5)
    else:
        result["first_response_days"] = [0.0, 0.0]
    sizes = ask.held(stock, lambda held, end: ask.grouped(held).size())
    result["open_backlog"] = [float(sizes.sum()), 0.0]
    old = ask.held(stock, lambda held, end: ask.grouped(held[held["opened_on"] < end - pd.Timedelta(days=90)]).size())
    result["open_over_90_days"] = [float(old.sum()), 0.0]
    due = stock & f["due_on"].notna()
    late = ask.held(due, lambda held, end: ask.grouped(held.assign(late=held["due_on"] < end))["late"].agg(["sum", "count"]))
    result["share_overdue"] = [float(late["sum"].sum()), float(late["count"].sum())]
    for name, probability in (("backlog_age_median", 0.5), ("backlog_age_p90", 0.9)):
        ages = ask.held(
            stock,
            lambda held, end, probability=probability: ask.grouped(held.assign(age=(end - held["opened_on"]).dt.days))["age"].agg(
                ["count", lambda age: age.quantile(probability, interpolation="higher")]
            ),
        )
        result[name] = [float(ages["count"].sum()), float(ages["count"].sum())]
    result["backlog_in_weeks"] = [float(sizes.sum()), weekly_closings(ask, stock)]
    return result


def per_1000(ask: Question, mask: Any, population: Frame, group: str) -> list[float]:
    """Requests by group and month over the residents of the year."""
    f = ask.frame
    keep = mask & f["opened_on"].between(ask.first, ask.last)
    chosen = f[keep]
    counts = chosen.groupby(ask.by(chosen, chosen["opened_on"]), dropna=False).size().rename("requests").reset_index()
    counts = counts.rename(columns={"opened_on": "month"})
    counts["year"] = counts["month"].dt.year
    is_place = group == "council_district"
    counts["code"] = counts[ask.key] if is_place else "city"
    people = population[population["kind"] == (group if is_place else "city")]
    joined = counts.merge(people[["code", "year", "population"]], on=["code", "year"], how="left")
    joined["rate"] = 1000 * joined["requests"] / joined["population"]
    return [float(joined["requests"].sum()), float(joined["population"].sum())]


def weekly_closings(ask: Question, mask: Any) -> float:
    """Mean weekly closings of the 13 weeks up to each month's end, summed over groups and months."""
    f = ask.frame
    chosen = f[mask & (f["status"] != "open") & f["closed_on"].notna()]
    total = 0.0
    for end in pd.date_range(ask.first, ask.last, freq="ME"):
        recent = chosen[(chosen["closed_on"] > end - pd.Timedelta(days=91)) & (chosen["closed_on"] <= end)]
        total += float((ask.grouped(recent).size() * 7 / 91).sum())
    return total


def work(files: list[str], same: dict[str, Any], population_file: str, as_of: Any) -> dict[str, Any]:
    """Read, then answer for the city, by district and by service."""
    frame = read(files, same)
    population = pd.read_parquet(population_file)
    first, last = (pd.Timestamp(day) for day in span(as_of))
    answers = {}
    for group in GROUPS:
        found = answers_of(Question(frame, first, last, group), population, group)
        answers.update({f"{name} {group}": sums for name, sums in found.items() if f"{name} {group}" not in NO_SENSE})
    return answers


if __name__ == "__main__":
    import os
    from datetime import date

    from benchmarks.question import constants, request_files, tables_of

    home = Path(os.environ["CITYSTAT_HOME"])
    manifest, tables = tables_of(home)
    same = constants(home)
    answer(
        lambda: work(
            request_files(home),
            same,
            str(home / "warehouse" / tables["population"]["files"][0]["path"]),
            date.fromisoformat(manifest["as_of"]),
        )
    )
