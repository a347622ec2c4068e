"""Which known mistake an answer resembles, where distances alone would mislead."""

import numpy as np

from autograder.check.data import Case, CheckData, Mistake, Outcome, Record
from autograder.check.diagnose import resembling
from autograder.check.rules import Rule
from autograder.check.values import encode

RATES = np.array([1 / 7, np.nan, 0.6])


def named(stored, got):
    """Titles of the mistakes that `got` resembles, where `RATES` are expected."""
    case = Case("rates", {}, {"rates": encode(RATES)}, {"rates": Rule("close", 1e-4)})
    mistake = Mistake("0 for 0/0", "", [Outcome({"rates": encode(stored)})])
    data = CheckData("unit.rates", 1, ["rates"], [], [], None, [case], [mistake])
    record = Record([Outcome({"rates": encode(got)})])
    return [mistake.title for mistake in resembling(data, record)]


def test_a_mistake_that_shows_only_in_nan_is_named_despite_its_rounding():
    mistaken = np.nan_to_num(RATES)
    assert named(mistaken.astype("float32"), mistaken) == ["0 for 0/0"]


def test_but_not_where_the_other_values_are_wrong_as_well():
    mistaken = np.nan_to_num(RATES)
    assert named(mistaken.astype("float32"), mistaken + 0.01) == []


def test_what_stands_in_place_of_nan_has_to_be_the_same():
    mistaken = np.nan_to_num(RATES)
    assert named(mistaken.astype("float32"), np.nan_to_num(RATES, nan=1.0)) == []
