import base64
import subprocess
import sys
from io import BytesIO

import numpy as np
import pytest
import torch
from matplotlib.figure import Figure
from PIL import Image

from retouch.data import photograph
from retouch.show import figures, plot_curve, plot_histogram, plot_histograms, show_figure


@pytest.fixture
def shown(monkeypatch):
    """Figures and texts that were shown, instead of showing them."""
    calls = []
    monkeypatch.setattr(figures, "show_figure", lambda figure, alt: calls.append((figure, alt)))
    return calls


def heights(axes):
    return {patch.get_label(): patch.get_data().values for patch in axes.patches}


def edges(axes):
    return axes.patches[0].get_data().edges


def test_a_figure_is_a_sharp_png_with_its_text_escaped():
    html = figures.figure_html(Figure(figsize=(4, 2), dpi=50), 'loss "falls" & <b>')
    assert 'alt="loss &quot;falls&quot; &amp; &lt;b&gt;"' in html
    assert 'width="200"' in html
    data = html.split("base64,")[1].split('"')[0]
    assert Image.open(BytesIO(base64.b64decode(data))).size == (400, 200)


def test_outside_a_notebook_the_text_is_printed(capsys):
    show_figure(Figure(), "loss falls to 3")
    assert capsys.readouterr().out == "loss falls to 3\n"


def test_curves_have_labels_and_differ_in_colour_and_dashes(shown):
    plot_curve([1, 2, 4], {"train": [3, 2, 1], "test": [3, 3, 2]}, "epoch", "loss", "loss falls")
    ((figure, alt),) = shown
    (axes,) = figure.axes
    first, second = axes.lines
    assert alt == "loss falls"
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("epoch", "loss")
    assert [text.get_text() for text in axes.get_legend().texts] == ["train", "test"]
    np.testing.assert_array_equal(second.get_data(), [[1, 2, 4], [3, 3, 2]])
    assert first.get_color() != second.get_color()
    assert first.get_linestyle() != second.get_linestyle()


def test_one_curve_needs_no_legend(shown):
    plot_curve([1, 2], {"loss": [3, 2]}, "epoch", "loss", "loss falls")
    assert shown[0][0].axes[0].get_legend() is None


def test_a_curve_of_another_length_is_refused():
    with pytest.raises(ValueError, match="test: expected 3 values, one for each x, got 2"):
        plot_curve([1, 2, 3], {"test": [1, 2]}, "epoch", "loss", "no figure")


@pytest.mark.parametrize("scale", [1, 255])
def test_each_level_of_a_gray_image_has_its_share(shown, scale):
    levels = np.array([[0, 0, 3], [255, 254, 0]], np.uint8)
    plot_histogram(levels if scale == 1 else levels / 255, "four levels")
    (axes,) = shown[0][0].axes
    expected = np.bincount(levels.ravel(), minlength=256) / 6
    np.testing.assert_allclose(heights(axes)["gray"], expected)
    assert len(edges(axes)) == 257


def test_channels_of_a_tensor_and_their_cdf(shown):
    image = photograph("coffee", size=(20, 30))
    plot_histogram(torch.tensor(image).permute(2, 0, 1), "three channels", cdf=True)
    histogram, cdf = shown[0][0].axes
    for index, name in enumerate(["red", "green", "blue"]):
        expected = np.bincount(image[:, :, index].ravel(), minlength=256) / 600
        np.testing.assert_allclose(heights(histogram)[name], expected)
        np.testing.assert_allclose(heights(cdf)[name], np.cumsum(expected))


def test_values_beyond_0_to_1_are_counted(shown):
    plot_histogram(np.array([[-0.5, 0.2], [0.4, 1.7]]), "four values")
    (axes,) = shown[0][0].axes
    assert heights(axes)["gray"].sum() == pytest.approx(1)
    assert edges(axes)[[0, -1]].tolist() == [-0.5, 1.7]


def test_histograms_share_their_bins_and_each_sums_to_1(shown):
    rng = np.random.default_rng(0)
    plot_histograms({"a": rng.normal(size=(5, 40)), "b": rng.normal(3, 1, 70)}, "z", "two", bins=9)
    (axes,) = shown[0][0].axes
    first, second = (patch.get_data().edges for patch in axes.patches)
    np.testing.assert_array_equal(first, second)
    assert [values.sum() for values in heights(axes).values()] == pytest.approx([1, 1])
    assert len(heights(axes)["a"]) == 9


def test_histograms_take_tensors(shown):
    plot_histograms({"a": torch.rand(4, 5, requires_grad=True)}, "z", "one")
    assert heights(shown[0][0].axes[0])["a"].sum() == pytest.approx(1)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({}, "at least one set of values to show, got none"),
        ({"a": np.array([])}, "a: expected finite values, got none"),
        ({"a": np.array([1, np.nan])}, "a: expected finite values, got NaN or infinity"),
    ],
)
def test_histograms_need_finite_values(values, message):
    with pytest.raises(ValueError, match=message):
        plot_histograms(values, "z", "nothing")


def test_the_histogram_of_an_image_needs_finite_values():
    with pytest.raises(ValueError, match="image: expected finite values, got NaN or infinity"):
        plot_histogram(np.array([[0.5, np.inf]]), "nothing")


def test_pyplot_is_never_loaded():
    code = (
        "import sys; from retouch.show import plot_curve;"
        "plot_curve([1, 2], {'y': [1, 2]}, 'x', 'y', 'a line'); print(*sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "matplotlib.figure" in run.stdout.split()
    assert "matplotlib.pyplot" not in run.stdout.split()
