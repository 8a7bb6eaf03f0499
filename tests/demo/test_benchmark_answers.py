"""What the benchmarks compare CityStat with answers the same: another answer would make a comparison of speed worthless."""

from typing import Any

import pytest

from benchmarks import measures


@pytest.mark.parametrize("contender", ["with_pandas", "with_hand_sql"])
def test_contender_of_the_benchmark_answers_every_starter_measure_alike(demo: dict[str, Any], contender: str) -> None:
    ours, theirs = (measures.run(name, demo["home"]).printed["answers"] for name in ("with_citystat", contender))
    assert len(ours) > 80
    assert measures.differences(ours, theirs) == []
