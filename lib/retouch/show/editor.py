"""Two tools for the hand: a drawing that a network follows, and points that bend a picture.

Both work with mouse, touch and keyboard, show an error of the student's function as one line,
and call it only when something was let go: running a notebook from top to bottom costs one
call each. Where nothing can be clicked (a printed notebook) there are pictures instead.
While a notebook is graded nothing is called.
"""

import base64
from collections.abc import Callable, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

import anywidget
import numpy as np
import torch
import traitlets
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn

from retouch.data.segments import segment_colors
from retouch.models.deepsim import canny_edges
from retouch.pixels.warps import control_points
from retouch.show.images import images_html, to_png
from retouch.show.javascript import joined_module
from retouch.show.notebook import run_by_nbgrader
from retouch.show.pixels import ImageLike, as_uint8
from retouch.validation import height_and_width, number, wrong_value
from retouch.validation.tensors import require_images, require_tensor

FOLDER = Path(__file__).parent


def edit_drawing(  # noqa: PLR0913 - a picture and how to show it
    generator: Callable[[Tensor], Tensor],
    image: Float[Tensor, "1 3 h w"],
    labels: Int[Tensor, "1 h w"],
    *,
    alt: str,
    sigma: float = 1.5,
    names: Sequence[str] = (),
    zoom: float = 2.0,
) -> "DrawingEditor | None":
    """An editor of an image's primitive: move, remove or draw, and the network follows.

    Args:
        generator: makes an image 1×3×H×W in [0, 1] of a primitive 1×3×H×W.
        image, labels: what the primitive is made of, as for `retouch.models.deepsim.primitive`.
        alt: what the image shows.
        sigma: of the primitive's edges.
        names: of the segments 0, 1, 2 and so on; their numbers by default.
        zoom: size on the screen, in pixels for each pixel.

    Returns:
        A widget to be the last line of a cell. Its `primitive`, `result` and `edited_mask` are
        those of the moment. None while grading.
    """
    if run_by_nbgrader():
        return None
    return DrawingEditor(generator, image, labels, alt, sigma, names, zoom)


def drag_points(
    function: Callable[[Tensor, Tensor], ImageLike],
    size: tuple[int, int],
    *,
    alt: str,
    points: Float[Tensor, "k 2"] | None = None,
    zoom: float = 3.0,
) -> "PointDragger | None":
    """Points over a picture that can be dragged; a function says what becomes of it.

    Args:
        function: gets the points as they were and as they are, K×2 tensors of (x, y) in
            pixels; returns the picture.
        size: (height, width) of the picture.
        alt: what the picture shows.
        points: where they are at first; 3×3 from corner to corner by default.
        zoom: size on the screen, in pixels for each pixel.

    Returns:
        A widget to be the last line of a cell; None while grading.
    """
    if run_by_nbgrader():
        return None
    start = control_points(*size) if points is None else points
    return PointDragger(function, size, alt, start, zoom)


class _Answering(anywidget.AnyWidget):
    """A widget that shows what a function makes, or its error."""

    _css = FOLDER / "canvas.css"
    height = traitlets.Int().tag(sync=True)
    width = traitlets.Int().tag(sync=True)
    zoom = traitlets.Float().tag(sync=True)
    picture = traitlets.Unicode().tag(sync=True)
    alt = traitlets.Unicode().tag(sync=True)
    message = traitlets.Unicode().tag(sync=True)
    failed = traitlets.Bool(False).tag(sync=True)

    def _answer(self, make: Callable[[], ImageLike], message: str) -> None:
        """Show what `make` returns; if it fails, say why and keep the last picture."""
        try:
            url = _data_url(make())
        except KeyboardInterrupt:
            self.failed, self.message = True, "Interrupted: change something to draw again."
        except Exception as error:  # the student's function: whatever it raises is shown
            self.failed = True
            self.message = " ".join(f"{type(error).__name__}: {error}".split())
        else:
            self.failed, self.message, self.picture = False, message, url

    def _still(self) -> Mapping[str, ImageLike]:
        """Pictures for where nothing can be clicked, by caption."""
        raise NotImplementedError

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]] | None:
        bundle = super()._repr_mimebundle_(**kwargs)
        if bundle is None:
            return None
        data, metadata = bundle
        shown = dict(self._still())
        note = f'<p role="alert">{escape(self.message)}</p>' if self.failed else ""
        html = images_html(shown, alt=self.alt, height=220) if shown else ""
        return {**data, "text/html": html + note, "text/plain": self.alt}, metadata


class DrawingEditor(_Answering):
    """The widget of `edit_drawing`.

    Attributes:
        primitive: the drawing as it is now, 1×3×H×W.
        result: what the network made of it last, 1×3×H×W.
        edited_mask: where the drawing is not what it was at first, 1×1×H×W.
    """

    _esm = joined_module(FOLDER / "editor.mjs")
    # The browser's buffers arrive as memory views.
    labels = traitlets.Bytes().tag(sync=True, from_json=lambda data, _: bytes(data))
    edges = traitlets.Bytes().tag(sync=True, from_json=lambda data, _: bytes(data))
    palette: traitlets.List[Any] = traitlets.List().tag(sync=True)
    names: traitlets.List[Any] = traitlets.List().tag(sync=True)
    asked = traitlets.Int(0).tag(sync=True)
    answered = traitlets.Int(0).tag(sync=True)

    def __init__(  # noqa: PLR0913 - a picture and how to show it
        self,
        generator: Callable[[Tensor], Tensor],
        image: Float[Tensor, "1 3 h w"],
        labels: Int[Tensor, "1 h w"],
        alt: str,
        sigma: float,
        names: Sequence[str],
        zoom: float,
    ) -> None:
        require_images(image, "image", channels=3)
        height, width = image.shape[2:]
        if len(image) != 1:
            raise wrong_value("image", "one image 1×3×H×W", f"{len(image)} of them")
        require_tensor(labels, "labels", f"1 {height} {width}", kind="whole")
        lowest, count = int(labels.min()), int(labels.max()) + 1
        if lowest < 0 or count > 256:
            raise wrong_value("labels", "numbers from 0 to 255", f"{lowest} to {count - 1}")
        zoom = number(zoom, "zoom", above=0)
        self._generator, self._colors = generator, segment_colors(max(count, len(names)))
        self._first = labels[0].cpu().to(torch.uint8), canny_edges(image, sigma)[0].cpu()
        self.result: Tensor | None = None
        used = set(labels.unique().tolist())
        titles = [names[i] if i < len(names) else f"segment {i}" for i in range(len(self._colors))]
        super().__init__(
            height=height,
            width=width,
            zoom=zoom,
            alt=alt,
            labels=self._first[0].numpy().tobytes(),
            edges=self._first[1].to(torch.uint8).numpy().tobytes(),
            palette=(255 * self._colors).round().int().tolist(),
            names=[[i, title] for i, title in enumerate(titles) if i in used],
        )
        self._draw()
        self.observe(self._on_asked, names="asked")

    @property
    def primitive(self) -> Float[Tensor, "1 3 h w"]:
        """The drawing as it is now."""
        labels, edges = self._now()
        drawing = self._colors[labels.long()].permute(2, 0, 1)
        return drawing.masked_fill(edges, 1.0)[None]

    @property
    def edited_mask(self) -> Bool[Tensor, "1 1 h w"]:
        """Where the drawing is not what it was at first."""
        labels, edges = self._now()
        return ((labels != self._first[0]) | (edges != self._first[1]))[None, None]

    def _now(self) -> tuple[Tensor, Tensor]:
        shape = (self.height, self.width)
        labels, edges = (
            torch.from_numpy(np.frombuffer(data, np.uint8).reshape(shape).copy())
            for data in (self.labels, self.edges)
        )
        return labels, edges.bool()

    def _on_asked(self, _change: object) -> None:
        try:
            self._draw()
        finally:  # also when interrupted: the browser waits for this
            self.answered = self.asked

    def _draw(self) -> None:
        def make() -> Tensor:
            with torch.no_grad():
                drawing = self.primitive
                if isinstance(self._generator, nn.Module):
                    drawing = drawing.to(next(self._generator.parameters()).device)
                result = self._generator(drawing)
            wanted = tuple(drawing.shape)
            if not isinstance(result, Tensor) or tuple(result.shape) != wanted:
                got = tuple(result.shape) if isinstance(result, Tensor) else type(result).__name__
                raise wrong_value("generator", f"images {wanted}", got)
            self.result = result.detach().float().cpu()
            return self.result[0].clamp(0, 1)

        share = float(self.edited_mask.double().mean())
        self._answer(make, f"{100 * share:.1f} % of the drawing is changed.")

    def _still(self) -> Mapping[str, ImageLike]:
        shown = {"the drawing": self.primitive[0]}
        if self.result is not None:
            shown["what the network makes of it"] = self.result[0]
        return shown


class PointDragger(_Answering):
    """The widget of `drag_points`."""

    _esm = joined_module(FOLDER / "points.mjs")
    source: traitlets.List[Any] = traitlets.List().tag(sync=True)
    target: traitlets.List[Any] = traitlets.List().tag(sync=True)

    def __init__(
        self,
        function: Callable[[Tensor, Tensor], ImageLike],
        size: tuple[int, int],
        alt: str,
        points: Float[Tensor, "k 2"],
        zoom: float,
    ) -> None:
        self._function = function
        size, zoom = height_and_width(size), number(zoom, "zoom", above=0)
        start = require_tensor(points, "points", "k 2").cpu().double().tolist()
        super().__init__(
            height=size[0], width=size[1], zoom=zoom, alt=alt, source=start, target=start
        )
        self._bend()
        self.observe(self._bend, names="target")

    def _bend(self, _change: object = None) -> None:
        before, after = (torch.tensor(x, dtype=torch.float64) for x in (self.source, self.target))
        far = float((after - before).norm(dim=1).max())
        message = f"The point moved farthest is {far:.0f} pixels from where it was."
        self._answer(lambda: self._function(before, after), message)

    def _still(self) -> Mapping[str, ImageLike]:
        """The picture as it is, and with the point nearest the middle pulled up and left."""
        before = torch.tensor(self.source, dtype=torch.float64)
        middle = torch.tensor([self.width - 1, self.height - 1]) / 2
        after = before.clone()
        after[(before - middle).norm(dim=1).argmin()] -= 0.2 * min(self.height, self.width)
        pairs = {"as it is": (before, before), "the middle pulled up and left": (before, after)}
        try:
            return {caption: as_uint8(self._function(*pair)) for caption, pair in pairs.items()}
        except Exception:  # the student's function: its error is shown by the message
            return {}


def _data_url(image: ImageLike) -> str:
    return "data:image/png;base64," + base64.b64encode(to_png(image)).decode("ascii")
