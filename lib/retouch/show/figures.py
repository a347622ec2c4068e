"""Charts with a text alternative, drawn by matplotlib's objects and never by pyplot's globals."""

import base64
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from io import BytesIO
from itertools import cycle
from typing import TYPE_CHECKING, Any

import numpy as np

from retouch.show.notebook import publish
from retouch.show.pixels import ImageLike, as_array
from retouch.validation import wrong_value

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Values = Sequence[float] | np.ndarray

# Okabe and Ito's colours, which colour-blind readers tell apart; the dashes say it again.
# Red, green and blue come first, so that the channels of an image wear their own colour.
COLORS = ("#D55E00", "#009E73", "#0072B2", "#CC79A7", "#E69F00", "#56B4E9")
STYLES = ("-", "--", ":", "-.")
GRAY = {"color": "#444444", "linestyle": "-"}


def show_figure(figure: "Figure", alt: str) -> None:
    """Show a matplotlib figure in a notebook; a line of text elsewhere.

    Args:
        figure: made with ``matplotlib.figure.Figure`` (or pyplot, which you then close).
        alt: what a reader who cannot see the figure needs to know from it.
    """
    publish(figure_html(figure, alt), alt)


def figure_html(figure: "Figure", alt: str) -> str:
    """The HTML that ``show_figure`` shows: an ``<img>`` element, sharp on dense screens."""
    file = BytesIO()
    figure.savefig(file, format="png", dpi=2 * figure.dpi, facecolor="white")
    data = base64.b64encode(file.getvalue()).decode("ascii")
    width = round(figure.get_figwidth() * figure.dpi)
    return (
        f'<img src="data:image/png;base64,{data}" alt="{escape(alt)}" width="{width}" '
        'style="max-width:100%;height:auto">'
    )


def plot_curve(x: Values, curves: Mapping[str, Values], xlabel: str, ylabel: str, alt: str) -> None:
    """Show one or more curves over the same x.

    Args:
        x: N positions.
        curves: label to N values.
        xlabel, ylabel: the axes' names, with units.
        alt: the text alternative.

    Raises:
        ValueError: a curve has another length than ``x``.
    """
    figure, (axes,) = _figure()
    for (label, y), line in zip(curves.items(), _lines(), strict=False):
        if len(y) != len(x):
            raise wrong_value(label, f"{len(x)} values, one for each x", len(y))
        axes.plot(x, y, label=label, **line)
    _label(axes, xlabel, ylabel)
    show_figure(figure, alt)


def plot_histograms(
    values: Mapping[str, ImageLike], xlabel: str, alt: str, *, bins: int = 50
) -> None:
    """Show how several sets of values are spread, over the same bins.

    Args:
        values: label to an array or tensor of any shape.
        xlabel: what the values are, with units.
        alt: the text alternative.
        bins: number of bins between the smallest and the largest of all values.

    Raises:
        ValueError: there is nothing to show, or a value is not finite.
    """
    flat = {label: _numbers(label, array) for label, array in values.items()}
    if not flat:
        raise wrong_value("values", "at least one set of values to show", "none")
    edges = np.histogram_bin_edges(np.concatenate([*flat.values()]), bins)
    figure, (axes,) = _figure()
    for (label, array), line in zip(flat.items(), _lines(), strict=False):
        axes.stairs(_shares(array, edges), edges, baseline=None, label=label, **line)
    _label(axes, xlabel, "share")
    show_figure(figure, alt)


def plot_histogram(image: ImageLike, alt: str, *, cdf: bool = False) -> None:
    """Show how often each level occurs in an image: one line, or one per colour channel.

    Args:
        image: array H×W or H×W×3 or tensor C×H×W: uint8, or float around [0, 1].
        alt: the text alternative.
        cdf: show beside it the share of pixels up to each level.

    Raises:
        TypeError: not an image.
        ValueError: another shape, or a value is not finite.
    """
    pixels = as_array(image)
    _numbers("image", pixels)
    edges = _level_edges(pixels)
    figure, panels = _figure(1 + cdf)
    lines = [GRAY] if pixels.ndim == 2 else _lines()
    for (label, channel), line in zip(_channels(pixels).items(), lines, strict=False):
        shares = _shares(channel, edges)
        for axes, heights in zip(panels, (shares, np.cumsum(shares)), strict=False):
            axes.stairs(heights, edges, baseline=None, label=label, **line)
    for axes, ylabel in zip(panels, ("share of pixels", "share up to level"), strict=False):
        _label(axes, "level", ylabel)
    show_figure(figure, alt)


def _figure(panels: int = 1) -> tuple["Figure", Sequence["Axes"]]:
    """An empty figure with panels side by side."""
    # Imported here, because whoever only shows images need not wait for matplotlib.
    from matplotlib.figure import Figure

    figure = Figure(figsize=(5.5 * panels, 3), dpi=96, layout="constrained")
    return figure, figure.subplots(1, panels, squeeze=False)[0]


def _lines() -> Iterator[dict[str, Any]]:
    """Colour and dashes of the first line, the second, and so on, for ever."""
    pairs = zip(cycle(COLORS), cycle(STYLES), strict=True)
    return ({"color": color, "linestyle": style} for color, style in pairs)


def _label(axes: "Axes", xlabel: str, ylabel: str) -> None:
    """Name the axes, and the lines where there are several."""
    axes.set_xlabel(xlabel)
    axes.set_ylabel(ylabel)
    axes.grid(alpha=0.3)
    axes.spines[["top", "right"]].set_visible(False)
    if len(axes.get_legend_handles_labels()[1]) > 1:
        axes.legend(frameon=False)


def _numbers(label: str, values: Any) -> np.ndarray:
    """The values of an array or tensor in one row, once they can be counted."""
    row = np.ravel(values.detach().cpu().numpy() if hasattr(values, "detach") else values)
    if row.size == 0 or not np.isfinite(row).all():
        raise wrong_value(label, "finite values", "NaN or infinity" if row.size else "none")
    return row


def _channels(pixels: np.ndarray) -> dict[str, np.ndarray]:
    """The channels of an image by name, in the order of ``COLORS``."""
    if pixels.ndim == 2:
        return {"gray": pixels}
    return {name: pixels[:, :, index] for index, name in enumerate(("red", "green", "blue"))}


def _level_edges(pixels: np.ndarray) -> np.ndarray:
    """The edges of 256 bins: one for each uint8 level, or over [0, 1] and what lies beyond."""
    if pixels.dtype == np.uint8:
        return np.arange(257)
    return np.linspace(min(0, pixels.min()), max(1, pixels.max()), 257)


def _shares(values: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """The share of the values in each bin."""
    return np.histogram(values, edges)[0] / values.size
