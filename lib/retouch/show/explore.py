"""A parameter made felt: sliders and menus that drive a function, and the image that it makes."""

from collections.abc import Callable, Mapping
from html import escape
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any, TypeAlias

from retouch.show.images import image_tag, images_html
from retouch.show.notebook import run_by_nbgrader
from retouch.show.pixels import ImageLike
from retouch.validation import wrong_value

if TYPE_CHECKING:
    from ipywidgets import DOMWidget, VBox

Control: TypeAlias = tuple[float, float, float, float] | list[Any]
"""(low, high, step, start) for a slider, or a list of choices for a menu."""

_ERROR = "color:var(--jp-error-color1,#b00020);font-family:var(--jp-code-font-family,monospace)"


def explore(
    function: Callable[..., ImageLike | Mapping[str, ImageLike]],
    *,
    alt: str,
    height: int = 240,
    **controls: Control,
) -> "VBox | None":
    """Sliders and menus that call a function with their values and show the image it returns.

    Every control can be reached and moved with the keyboard. The text alternative of each
    image states the current values. An error of the function is shown as one line, and the
    controls go on working. While nbgrader grades a notebook nothing is called.

    Args:
        function: called with one keyword argument for each control; returns an image, or
            a dictionary from caption to image.
        alt: what the image shows.
        height: of each image on the screen, in pixels.
        controls: for each parameter of the function ``(low, high, step, start)``, a slider,
            whole-numbered if all four are; or a list of choices, a menu.

    Returns:
        A widget to be the last line of a cell; None while grading.

    Raises:
        ValueError: a control is neither, or the slider's start is outside its ends.
    """
    if run_by_nbgrader():
        return None
    # Imported here, because whoever only shows images need not wait for the widgets.
    from ipywidgets import HTML, VBox

    widgets = {name: _widget(name, control) for name, control in controls.items()}
    view = HTML()

    def update(_change: object = None) -> None:
        values = {name: widget.value for name, widget in widgets.items()}
        view.value = _render(function, values, alt, height)

    for widget in widgets.values():
        widget.observe(update, names="value")
    update()
    return VBox([*widgets.values(), view])


def _widget(name: str, control: Control) -> "DOMWidget":
    """The slider or menu of one parameter."""
    from ipywidgets import Dropdown, FloatSlider, IntSlider

    look = {"description": name.replace("_", " "), "style": {"description_width": "9em"}}
    if isinstance(control, list) and control:
        return Dropdown(options=control, **look)
    low, high, step, start = _slider_numbers(name, control)
    whole = all(isinstance(number, Integral) for number in control)
    slider = IntSlider if whole else FloatSlider
    return slider(value=start, min=low, max=high, step=step, layout={"width": "30em"}, **look)


def _slider_numbers(name: str, control: Control) -> tuple[float, float, float, float]:
    """The slider's (low, high, step, start), once they make sense."""
    numbers = isinstance(control, tuple) and all(isinstance(value, Real) for value in control)
    if not numbers or len(control) != 4:
        expected = "(low, high, step, start) or a list of choices"
        raise wrong_value(name, expected, repr(control))
    low, high, step, start = control
    if not (low <= start <= high and low < high and step > 0):
        raise wrong_value(name, "low <= start <= high and step > 0", repr(control))
    return low, high, step, start


def _render(function: Callable[..., Any], values: Mapping[str, Any], alt: str, height: int) -> str:
    """The HTML of what the function returns for these values, or of its error."""
    stated = ", ".join(f"{name} = {_text(value)}" for name, value in values.items())
    alternative = f"{alt} ({stated})" if stated else alt
    try:
        result = function(**values)
        if isinstance(result, Mapping):
            return images_html(result, alt=alternative, height=height)
        return image_tag(result, alternative, height=height)
    except Exception as error:  # the student's function: whatever it raises is shown
        line = " ".join(f"{type(error).__name__}: {error} ({stated})".split())
        return f'<div role="alert" style="{_ERROR}">{escape(line)}</div>'


def _text(value: Any) -> str:
    """A value as people write it: 0.3, not 0.30000000000000004."""
    return f"{value:g}" if isinstance(value, float) else str(value)
