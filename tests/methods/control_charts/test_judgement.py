"""The latest finding as data."""

from citystat.methods.control_charts import latest_finding, xmr

STEADY = [4.0, 8, 5, 7, 4, 8, 5, 7, 4, 8, 5, 7, 4, 8]


def test_latest_finding_common_cause():
    finding = latest_finding(xmr(STEADY, improvement="increase", target=50))
    assert (finding.rule, finding.role, finding.since, finding.assurance) == (None, "common_cause", 13, "consistent_fail")


def test_latest_finding_too_few_points():
    finding = latest_finding(xmr(STEADY[:5], improvement="increase"))
    assert (finding.state, finding.rule, finding.role) == ("too_few_points", None, "not_judged")


def test_latest_finding_shift_says_since_when():
    finding = latest_finding(xmr([*STEADY, 7, 8, 7, 8, 7, 8, 7, 8], improvement="decrease"))
    assert (finding.rule, finding.role, finding.since, finding.through) == ("shift", "concern", 13, 21)
    assert finding.n_flagged == 9


def test_latest_finding_trend_takes_precedence_over_shift():
    finding = latest_finding(xmr([*STEADY, 6.5, 7, 7.5, 8, 8.5, 9, 9.5], improvement="increase"))
    assert (finding.rule, finding.since) == ("trend", 14)


def test_latest_finding_skips_a_missing_last_point():
    finding = latest_finding(xmr([*STEADY, 60, float("nan")], improvement="increase"))
    assert (finding.rule, finding.since, finding.through) == ("astronomical", 14, 14)


def test_latest_finding_of_an_old_signal_is_common_cause():
    chart = xmr([*STEADY, 60, 5, 8, 4], improvement="increase", baseline_points=14)
    assert chart.signals[0].rule == "astronomical"
    assert latest_finding(chart).role == "common_cause"


def test_latest_finding_of_no_points():
    assert latest_finding(xmr([], improvement="increase")).since is None
