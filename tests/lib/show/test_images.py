import base64
import subprocess
import sys
import time
from html.parser import HTMLParser
from io import BytesIO

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from IPython.core.interactiveshell import InteractiveShell
from PIL import Image

from retouch.data import photograph
from retouch.show import difference_image, image_tag, images_html, show_images, to_png

HOSTILE = "\"><script>alert(1)</script><img src=x onerror='alert(2)' alt=\""


class Page(HTMLParser):
    """The elements of some HTML, with their attributes, and its text."""

    def __init__(self, html):
        super().__init__()
        self.elements, self.text = [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text.append(data)

    @property
    def images(self):
        return [attributes for tag, attributes in self.elements if tag == "img"]


def pixels_of(tag):
    data = tag["src"].removeprefix("data:image/png;base64,")
    return np.array(Image.open(BytesIO(base64.b64decode(data))))


@given(st.sampled_from([(4, 7), (1, 1), (5, 2, 3)]).flatmap(lambda shape: arrays(np.uint8, shape)))
def test_png_round_trip(image):
    file = Image.open(BytesIO(to_png(image)))
    assert file.format == "PNG"
    assert file.mode == ("L" if image.ndim == 2 else "RGB")
    np.testing.assert_array_equal(np.array(file), image)


def test_png_of_a_float_tensor_in_its_range():
    tensor = torch.tensor([[-1.0, 0.0, 1.0]]).expand(3, 2, 3)
    pixels = np.array(Image.open(BytesIO(to_png(tensor, (-1, 1)))))
    np.testing.assert_array_equal(pixels[0, :, 0], [0, 128, 255])


def test_an_image_tag_contains_the_image_its_text_and_its_size():
    image = photograph("chelsea", size=(30, 45))
    (tag,) = Page(image_tag(image, "a cat", height=120)).images
    np.testing.assert_array_equal(pixels_of(tag), image)
    assert tag["alt"] == "a cat"
    assert (tag["width"], tag["height"]) == ("180", "120")


@pytest.mark.parametrize(
    ("height", "scaling"), [(None, "auto"), (20, "auto"), (59, "auto"), (60, "pixelated")]
)
def test_pixels_stay_sharp_when_much_enlarged(height, scaling):
    assert f"image-rendering:{scaling};" in image_tag(np.zeros((30, 45)), "black", height=height)


@pytest.mark.parametrize("shape", [(1, 500), (500, 1)])
def test_extreme_shapes_have_a_width(shape):
    (tag,) = Page(image_tag(np.zeros(shape), "a line", height=180)).images
    assert int(tag["width"]) >= 1


def test_every_image_has_a_caption_and_an_alternative_text():
    images = {"input": np.zeros((4, 6)), "yours": np.ones((4, 6, 3)), "tensor": torch.rand(3, 4, 6)}
    page = Page(images_html(images, alt="a cup"))
    assert [tag["alt"] for tag in page.images] == ["input: a cup", "yours: a cup", "tensor: a cup"]
    assert [text for text in page.text if text] == list(images)
    assert [tag["alt"] for tag in Page(images_html(images)).images] == list(images)


def test_captions_and_texts_cannot_inject_html():
    page = Page(images_html({HOSTILE: np.zeros((4, 6))}, alt=HOSTILE))
    assert [tag for tag, _ in page.elements] == ["div", "figure", "img", "figcaption"]
    assert set(page.images[0]) == {"src", "alt", "width", "height", "style"}
    assert page.images[0]["alt"] == f"{HOSTILE}: {HOSTILE}"
    assert "".join(page.text) == HOSTILE


@pytest.mark.parametrize(("columns", "count", "tracks"), [(4, 2, 2), (2, 5, 2), (4, 4, 4)])
def test_the_grid_has_no_more_columns_than_images(columns, count, tracks):
    images = {str(index): np.zeros((4, 6)) for index in range(count)}
    assert f"repeat({tracks}," in images_html(images, columns=columns)


def test_colours_follow_jupyterlabs_theme_with_a_fallback():
    html = images_html({"a": np.zeros((4, 6))})
    assert "color:var(--jp-content-font-color1,inherit)" in html
    assert "var(--jp-border-color1,#999)" in html


def test_nothing_to_show_is_an_error():
    with pytest.raises(ValueError, match="at least one image to show, got none"):
        show_images({})


@pytest.mark.parametrize("columns", [0, -1])
def test_columns_are_at_least_one(columns):
    with pytest.raises(ValueError, match=f"columns: expected .* at least 1, got {columns}"):
        images_html({"a": np.zeros((4, 6))}, columns=columns)


def test_outside_a_notebook_a_line_of_text_is_printed(capsys, monkeypatch):
    monkeypatch.setattr(InteractiveShell, "initialized", lambda: False)
    show_images({"input": np.zeros((4, 6)), "yours": np.ones((4, 6))}, alt="a cup")
    assert capsys.readouterr().out == "input: a cup; yours: a cup\n"


def test_in_a_notebook_html_and_text_are_published(monkeypatch):
    published = []
    monkeypatch.setattr(InteractiveShell, "initialized", lambda: True)
    monkeypatch.setattr("IPython.display.display", lambda data, raw: published.append((data, raw)))
    images = {"input": np.zeros((4, 6))}
    show_images(images, alt="a cup", height=50)
    html = images_html(images, alt="a cup", height=50)
    assert published == [({"text/html": html, "text/plain": "input: a cup"}, True)]


def test_four_panels_take_less_than_20_ms_of_the_processor():
    rng = np.random.default_rng(0)
    expected, got = rng.random((2, 64, 96, 3))

    def panels():
        start = time.process_time()
        difference = difference_image(expected, got)
        images_html({"input": got, "expected": expected, "yours": got, "difference": difference})
        return time.process_time() - start

    assert min(panels() for _ in range(5)) < 0.020


@pytest.mark.parametrize("module", ["retouch", "retouch.show", "retouch.show.images"])
def test_importing_loads_nothing_heavy(module):
    heavy = ["torch", "matplotlib", "ipywidgets", "IPython", "scipy", "skimage"]
    code = f"import sys, {module}; print([name for name in {heavy} if name in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "[]\n"
