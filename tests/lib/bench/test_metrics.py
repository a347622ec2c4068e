"""The measurements themselves: plain rows, every agreement reached, a ratio that is one."""

import json
import time

import pytest

from retouch.bench import metrics as bench

KEYS = {"what", "peer", "value", "unit", "goal", "reached"}


@pytest.mark.filterwarnings("ignore")
def test_every_agreement_is_reached_and_plain():
    rows = bench.agreement_rows()
    assert [row["what"] for row in rows if not row["reached"]] == []
    assert all(set(row) == KEYS for row in rows)
    assert json.loads(json.dumps(rows)) == rows
    peers = {row["peer"] for row in rows}
    assert peers == {"scikit-image", "torchmetrics", "lpips", "closed form"}


@pytest.mark.filterwarnings("ignore")
def test_a_distance_of_few_features_is_timed_against_both_peers():
    rows = list(bench._frechet_speed("cpu", 32))
    assert [row["peer"] for row in rows] == ["torchmetrics", "SciPy's sqrtm"]
    for row in rows:
        assert row["value"] == pytest.approx(row["theirs"] / row["ours"])
        assert row["reached"] == (row["value"] >= row["goal"])


def test_ratio_is_theirs_over_ours():
    ratio, times = bench._compare(lambda: time.sleep(0.002), lambda: time.sleep(0.02), runs=3)
    assert ratio == pytest.approx(times["theirs"] / times["ours"])
    assert ratio > 2
    assert times["ours"] >= 2


def test_watermark_is_measured_on_photographs(monkeypatch):
    monkeypatch.setattr(bench, "PHOTOGRAPHS", ["coffee", "coins"])
    found, alarms, ratio = bench.watermark_rows(keys=30, draws=2)
    assert "6 images" in found["what"]
    assert "30 keys" in alarms["what"]
    assert found["reached"]
    assert alarms["reached"]
    assert 41 < ratio["value"] < 43
