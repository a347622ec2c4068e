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
    # How fast is for the bench to say, on a quiet machine: other tests run beside this one.
    assert rows[3]["value"] > 0
    assert rows[3]["reached"] == (rows[3]["value"] >= rows[3]["goal"])


def test_ablation_trains_three_times_per_seed_and_compares():
    tiny = dataclasses.replace(bench.SMALL, steps=2, width=4, blocks=1, discriminator_width=4)
    rows = bench.ablation_rows((3, 4), tiny)
    names = [f"{name}, {of}" for name in bench.MEASURES for of in ("seed 3", "seed 4", "mean")]
    assert [row["what"] for row in rows] == names
    for row in rows[:6]:
        assert row["order holds"] == (row["tps"] < row["flips"] < row["none"])
    for way in bench.WAYS:
        assert rows[2][way] == pytest.approx((rows[0][way] + rows[1][way]) / 2)
    assert len({rows[0][way] for way in bench.WAYS}) >= 2
