import html
import re

import ipywidgets
import numpy as np
import pytest

from retouch.show import explore


@pytest.fixture(autouse=True)
def not_grading(monkeypatch):
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)


def controls(function, **arguments):
    """The widget of ``explore``, which is there because nobody is grading."""
    box = explore(function, **arguments)
    assert box is not None
    return box


def alternatives(box):
    return [html.unescape(text) for text in re.findall('alt="([^"]*)"', box.children[-1].value)]


def flat(level, side="left"):
    return np.full((4, 6), level / 10)


def test_controls_are_sliders_and_menus_of_their_kind():
    box = controls(
        lambda **values: flat(0),
        alt="flat",
        degrees=(-90, 90, 5, 10),
        gamma=(0.2, 5.0, 0.1, 1.0),
        border=["zero", "mirror"],
    )
    degrees, gamma, border, view = box.children
    assert type(degrees) is ipywidgets.IntSlider
    assert (degrees.min, degrees.max, degrees.step, degrees.value) == (-90, 90, 5, 10)
    assert type(gamma) is ipywidgets.FloatSlider
    assert (gamma.min, gamma.max, gamma.step, gamma.value) == (0.2, 5.0, 0.1, 1.0)
    assert type(border) is ipywidgets.Dropdown
    assert (border.options, border.value) == (("zero", "mirror"), "zero")
    assert type(view) is ipywidgets.HTML


def test_every_control_is_labelled_and_follows_the_hand():
    box = controls(lambda **values: flat(0), alt="flat", blur_sigma=(0.0, 3.0, 0.5, 1.0))
    slider = box.children[0]
    assert slider.description == "blur sigma"
    assert slider.continuous_update
    assert not slider.disabled


def test_moving_a_control_calls_the_function_and_restates_the_values():
    calls = []

    def function(level, side):
        calls.append((level, side))
        return flat(level)

    box = controls(function, alt="a flat image", level=(0, 10, 1, 3), side=["left", "right"])
    first = box.children[-1].value
    assert alternatives(box) == ["a flat image (level = 3, side = left)"]
    box.children[0].value = 7
    assert alternatives(box) == ["a flat image (level = 7, side = left)"]
    assert box.children[-1].value != first
    box.children[1].value = "right"
    assert alternatives(box) == ["a flat image (level = 7, side = right)"]
    assert calls == [(3, "left"), (7, "left"), (7, "right")]


def test_floats_are_stated_as_people_write_them():
    box = controls(lambda gamma: flat(1), alt="flat", gamma=(0.0, 1.0, 0.1, 0.1 + 0.2))
    assert alternatives(box) == ["flat (gamma = 0.3)"]


def test_a_dictionary_gives_captioned_images():
    box = controls(
        lambda level: {"in": flat(1), "out": flat(level)}, alt="flat", level=(0, 9, 1, 2)
    )
    assert alternatives(box) == ["in: flat (level = 2)", "out: flat (level = 2)"]
    assert "<figcaption" in box.children[-1].value


def test_the_height_is_the_images_height():
    box = controls(lambda level: flat(level), alt="flat", height=77, level=(0, 9, 1, 2))
    assert 'height="77"' in box.children[-1].value


def test_an_error_is_one_readable_line_and_the_controls_go_on():
    def function(level):
        if level == 5:
            raise ValueError("no <b>five</b>,\nplease")
        return flat(level)

    box = controls(function, alt="flat", level=(0, 10, 1, 4))
    box.children[0].value = 5
    view = box.children[-1].value
    assert "ValueError: no &lt;b&gt;five&lt;/b&gt;, please (level = 5)" in view
    assert 'role="alert"' in view
    assert "<img" not in view
    box.children[0].value = 6
    assert alternatives(box) == ["flat (level = 6)"]


def test_what_is_no_image_is_an_error_in_words():
    box = controls(lambda level: "a string", alt="flat", level=(0, 10, 1, 4))
    assert "TypeError: image: expected a NumPy array or tensor" in box.children[-1].value


def test_nothing_happens_while_grading(monkeypatch):
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")

    def function(level):
        raise AssertionError("called while grading")

    assert explore(function, alt="flat", level=(0, 10, 1, 4)) is None


@pytest.mark.parametrize(
    "control", [(0, 10, 1), (0, 10, 1, 11), (0, 10, 0, 5), (5, 5, 1, 5), "ab", ("a", 1, 2, 3), []]
)
def test_a_control_that_is_neither_is_refused_by_name(control):
    with pytest.raises(ValueError, match="level"):
        explore(flat, alt="flat", level=control)
