"""Further worked examples of textbooks: survival with ties and censoring, small shares, standardized ratios, waiting calls."""

import pytest

from citystat.methods import durations, rates, staffing
from tests.oracles import textbook_numbers as published


def curve(times):
    """Kaplan-Meier of times of which negative ones are censored."""
    return durations.kaplan_meier([abs(time) for time in times], [time > 0 for time in times])


@pytest.mark.parametrize(
    ("times", "expected", "median", "within"),
    [
        (published.AML_MAINTAINED, published.AML_MAINTAINED_SURVIVAL, published.AML_MEDIANS[0], 0.0005),
        (published.AML_NOT_MAINTAINED, published.AML_NOT_MAINTAINED_SURVIVAL, published.AML_MEDIANS[1], 0.00005),
        (published.IUD_DAYS, published.IUD_SURVIVAL, published.IUD_MEDIAN, 0.00005),
    ],
    ids=["maintained", "not maintained", "IUD"],
)
def test_kaplan_meier_of_textbooks_with_their_standard_errors(times, expected, median, within):
    found = curve(times)
    rows = dict(zip(found.times.tolist(), zip(found.survival, found.standard_error, strict=True), strict=True))
    assert len(rows) in {len(expected), len(expected) + 1}
    for time, (survival, error) in expected.items():
        assert rows[time] == (pytest.approx(survival, abs=within), pytest.approx(error, abs=0.00006))
    assert found.median.estimate == median


@pytest.mark.parametrize(("counts", "bounds"), published.AGRESTI_SCORE.items())
def test_wilson_intervals_of_agresti(counts, bounds):
    found = rates.wilson(*counts)
    assert (float(found.lower), float(found.upper)) == pytest.approx(bounds, abs=0.0005)


def test_indirectly_standardized_ratio_of_gordis():
    reference = [rate / 100_000 for rate in published.ALL_MEN_PER_100000]
    found = rates.indirectly_standardized_ratio([sum(published.MINERS_DEATHS)], [published.MINERS], reference)
    assert found.expected[0] == pytest.approx(181.09, abs=0.05)
    assert found.estimate[0] == pytest.approx(published.MINERS_RATIO, abs=0.005)
    assert found.lower[0] > 2


@pytest.mark.parametrize(("load", "share"), published.ERLANG_C_WAITS.items())
def test_erlang_c_waiting_share_of_queueing_tables(load, share):
    erlangs, agents = load
    found = staffing.erlang_c(erlangs * 10, agents, handle_seconds=180, interval_seconds=1800)
    assert found.waits == pytest.approx(share, abs=0.00005)
