"""Mistakes as students write them, which are not the bank's own code, get a true diagnosis.

`variants/UNIT/EXERCISE.py` has a cell for each, `# %% variant "what it does" expects="title"`.
Instead of a diagnosis's title it may expect "explained" (the check says more than which number
came) or "none".
"""

from functools import cache
from pathlib import Path

import pytest

from autograder.build.data import full_data
from autograder.build.fairness import tried, warm
from autograder.build.judging import find_exercise
from autograder.build.percent import parse_cells

FOLDER = Path(__file__).parent / "variants"
FILES = sorted(FOLDER.glob("*/*.py"))
FEWEST = 5


@cache
def exercise_of(path):
    """The unit, the exercise and its check data."""
    unit, exercise = find_exercise(f"{path.parent.name}.{path.stem}")
    warm(unit, exercise)
    return unit, exercise, full_data(unit, exercise, 0)


def cells():
    for path in FILES:
        for cell in parse_cells(path):
            name = f"{path.parent.name}.{path.stem}: {cell.title}"
            yield pytest.param(path, cell, id=name)


@pytest.mark.parametrize(("path", "cell"), cells())
def test_a_natural_variant_gets_the_diagnosis_that_is_true_of_it(path, cell):
    trial = tried(*exercise_of(path), cell.text)
    assert not trial.passed
    found = trial.diagnosis or ("explained" if trial.is_explained else "none")
    assert found == cell.options["expects"], trial.line


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}.{path.stem}")
def test_there_are_enough_and_they_expect_what_there_is(path):
    _, exercise, _ = exercise_of(path)
    variants = parse_cells(path)
    titles = {cell.title for cell in exercise.wrongs} | {"explained", "none"}
    assert [cell.kind for cell in variants] == ["variant"] * len(variants)
    assert len(variants) >= FEWEST
    assert {cell.options.get("expects") for cell in variants} <= titles
