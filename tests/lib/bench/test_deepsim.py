"""The measurements themselves: plain rows, splines that agree, an order that is looked at."""

import dataclasses
import json

import pytest

from retouch.bench import deepsim as bench


@pytest.mark.filterwarnings("ignore")
def test_splines_agree_and_are_timed():
    rows = bench.warp_rows(side=64, batch=2)
    assert [row["what"] for row in rows[:3] if not row["reached"]] == []
    assert json.loads(json.dumps(rows)) == rows
    assert rows[3]["value"] > 1


def test_ablation_trains_three_times_per_seed_and_compares():
    tiny = dataclasses.replace(bench.SMALL, steps=2, width=4, blocks=1, judge_width=4)
    rows = bench.ablation_rows((3,), tiny)
    assert [row["what"] for row in rows] == [f"{name}, seed 3" for name in bench.MEASURES]
    for row in rows[:2]:
        assert row["order holds"] == (row["tps"] < row["flips"] < row["none"])
    assert len({row[way] for row in rows[:1] for way in bench.WAYS}) >= 2
