"""What `retouch bench grading` concludes from what it saw; the measurement itself takes minutes."""

import os
import sys
from types import SimpleNamespace

import pytest

from autograder.errors import UserError
from autograder.sample import bench

# 100 submissions in 50 s, the second half as fast as the first; the memory grows by a tenth.
STEADY = [bench.Sample(t, 2 * t, 1000 * 2**20 if t <= 5 else 1100 * 2**20) for t in range(1, 51)]


def test_speeds_are_per_minute_and_their_ratio():
    figures = bench._speeds(bench.Sizes(ours=100, theirs=6), fast=60.0, slow=36.0)
    assert (figures["ours_per_minute"], figures["nbgrader_per_minute"]) == (100, 10)
    assert figures["times_as_fast"] == 10


def test_a_steady_grader_keeps_its_speed():
    figures = bench._growth(STEADY)
    assert figures["growth_submissions"] == 100
    assert figures["growth_per_minute"] == 120
    assert figures["second_half_speed_over_first"] == pytest.approx(1)
    assert figures["memory_over_that_after_a_tenth"] == pytest.approx(1.1)


def test_a_grader_that_slows_down_is_found_out():
    slower = [*STEADY[:25], *(bench.Sample(25 + 3 * k, 50 + 2 * k, 2**30) for k in range(1, 26))]
    assert bench._growth(slower)["second_half_speed_over_first"] == pytest.approx(1 / 3, rel=0.05)


def test_scores_agree_by_what_each_paper_has_earned():
    papers = [
        (name, SimpleNamespace(scores={"a": score, "b": 1}, plain=plain))
        for name, score, plain in (("ada", 2, True), ("bob", 3, True), ("cleo", 0, False))
    ]
    figures = bench._agreement(
        papers, {"ada": 3, "bob": 4, "cleo": 2}, {"ada": 3, "bob": 5, "cleo": 1}
    )
    assert figures == {
        "scores_right": 2, "scores_compared_with_nbgrader": 2, "scores_equal_to_nbgrader": 1,
    }  # fmt: skip


def test_a_command_that_fails_is_one_line(tmp_path):
    command = [sys.executable, "-c", "raise SystemExit('out of ink')"]
    with pytest.raises(
        UserError, match=r"`-c raise SystemExit\('out of ink'\)` failed: out of ink"
    ):
        bench._run(command, tmp_path)
    assert bench._run([sys.executable, "-c", ""], tmp_path) > 0


def test_resident_bytes_are_those_of_a_process_and_none_once_it_has_ended():
    assert bench._resident(os.getpid()) > 10 * 2**20
    assert bench._resident(2**30) == 0


def test_figures_are_printed_with_their_names(capsys):
    bench.print_grading({"times_as_fast": 18.25, "second_half_speed_over_first": ""})
    assert capsys.readouterr().out.split("\n")[0].split() == ["times", "as", "fast", "18.25"]
