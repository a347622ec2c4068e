import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis.extra import numpy as hnp

from autograder.check.compare import difference
from autograder.check.rules import Rule, between, close, equal, split
from autograder.check.values import encode

IMAGE = np.linspace(0, 1, 24).reshape(4, 6)


def problem(expected, got, rule=None):
    value, default = split(expected)
    return difference(value, rule or default, encode(got))


@given(hnp.arrays(np.float64, hnp.array_shapes()))
def test_a_value_fits_itself(array):
    assert problem(array, array.copy()) is None
    assert problem(equal(array), array.copy()) is None


@pytest.mark.parametrize(
    ("expected", "got"),
    [
        (IMAGE, IMAGE.astype(np.float32)),
        (IMAGE, IMAGE + 5e-6),
        (np.arange(3), np.arange(3, dtype=np.int32)),
        (2, np.int64(2)),
        (2.0, np.array(2.0)),
        (2.0, torch.tensor(2.0)),
        (2.0, torch.tensor([2.0])),
        ([1.0, IMAGE], (1.0, IMAGE + 1e-6)),
        (between(3, 1, 5), 4),
        (between(3, 1, 5), np.array([1.0, 5.0])),
        (np.array([np.nan, np.inf]), np.array([np.nan, np.inf])),
    ],
)
def test_what_fits(expected, got):
    assert problem(expected, got) is None


@pytest.mark.parametrize(
    ("expected", "got", "words"),
    [
        (IMAGE, None, "expected a NumPy array of float64, shape (4, 6), got None; is a `return`"),
        (IMAGE, (row for row in IMAGE), "got a generator; `yield` and"),
        (IMAGE, torch.from_numpy(IMAGE), r"turn the tensor into an array with `.numpy()`"),
        (torch.from_numpy(IMAGE), IMAGE, "turn the array into a tensor"),
        (IMAGE, IMAGE.tolist(), "got a list of 4; make an array of it"),
        (torch.tensor(2.0), 2.0, "a Python number carries no gradient"),
        (IMAGE, IMAGE.T, "expected shape (4, 6), got (6, 4): two sides are swapped"),
        (IMAGE, IMAGE[:3], "expected shape (4, 6), got (3, 6)"),
        (IMAGE.astype(np.uint8), IMAGE, "expected values of uint8, got float64"),
        (IMAGE, IMAGE.astype(int), "expected values of a float type, got int64"),
        (IMAGE, IMAGE * 255, "(every value is 255 times the expected one)"),
        (IMAGE, -IMAGE, "(every value is minus the expected one)"),
        (IMAGE, np.where(IMAGE > 0.9, np.nan, IMAGE), "3 of 24 values are nan or infinite"),
        (IMAGE, IMAGE + (IMAGE == 1), "1 of 24 values is wrong, most of all at [3, 5]: "
                                      "expected 1, got 2"),
        (2.0, 2.5, "expected 2, got 2.5"),
        (True, False, "expected True, got False"),
        ("same", "other", "expected 'same' (a str), got 'other' (a str)"),
        ([1, 2], [1], "expected 2 items, got 1"),
        ({"a": 1}, {"b": 1}, "expected 1 items, got 1"),
        ([1.0, 2.0], [1.0, 2.5], "in item 1: expected 2, got 2.5"),
        (between(3, 1, 5), 6, "expected between 1 and 5, got 6"),
        (between(3, 1, 5), float("nan"), "expected between 1 and 5, got nan"),
        (between(3, 1, 5), None, "expected a number between 1 and 5, got None"),
        (close(1.0, atol=0.1, rtol=0), 1.2, "expected 1, got 1.2"),
        (equal(1.0), 1.0 + 1e-12, "expected 1, got 1"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_said_in_a_students_words(expected, got, words):
    assert words in problem(expected, got)


@pytest.mark.filterwarnings("error")
def test_infinity_that_fits_does_not_disturb_what_is_said_of_the_rest():
    expected, got = np.array([1.0, np.inf]), np.array([2.0, np.inf])
    words = "wrong, most of all at [0]: expected 1, got 2"
    assert words in str(problem(expected, got))


def test_tolerance_is_relative_and_absolute():
    rule = Rule("close", 1e-2, 0)
    assert problem(100.0, 100.9, rule) is None
    assert problem(0.0, 1e-9, rule) is not None


def test_between_needs_bounds_in_order():
    with pytest.raises(ValueError, match="expected low <= high, got 2 and 1"):
        between(0, 2, 1)
