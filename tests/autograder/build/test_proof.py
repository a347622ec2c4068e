"""A release's hidden cases are tried on every known answer before students are judged by them."""

import pytest

from autograder.build.data import visible_data
from autograder.build.proof import DRAWS, proved_data
from autograder.build.source import read_unit
from autograder.errors import UserError


def proved(course, seed):
    unit = read_unit(course.unit)
    (exercise,) = unit.exercises
    lines = []
    data, draw = proved_data(unit, exercise, seed, visible_data(unit, exercise), lines.append)
    return data.dump(), draw, lines


def test_a_sound_exercise_is_drawn_once(course):
    _, draw, lines = proved(course, 3)
    assert draw == 0
    assert lines == ["✓ numbers.double: 4 hidden cases, 2 right and 4 wrong answers tried"]


def test_a_draw_that_fails_a_right_answer_is_discarded(course):
    course.replace("2 * image[index]", "(2 + (image.flat[0] > 0.7)) * image[index]")
    found = [proved(course, seed) for seed in (1, 2, 3)]
    assert max(draw for _, draw, _ in found) > 0
    for _, draw, lines in found:
        again = [line for line in lines if line.endswith("; drawing again")]
        assert len(again) == draw
        assert all("the right answer 'a loop' fails" in line for line in again)
    assert found == [proved(course, seed) for seed in (1, 2, 3)]


def test_an_exercise_that_no_draw_can_prove_is_one_line(course):
    course.replace("2 * image[index]", "2.01 * image[index]")
    with pytest.raises(UserError, match=f"found none in {DRAWS} draws .*a loop.*mend the exercise"):
        proved(course, 1)


def test_a_wrong_answer_that_passes_is_found(course):
    course.replace("return image * image", "return image + image")
    with pytest.raises(UserError, match="'squares' passes"):
        proved(course, 1)
