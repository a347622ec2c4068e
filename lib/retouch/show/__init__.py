"""What people look at in a notebook: images, figures and sliders, each with a text alternative.

Importing this package is quick: matplotlib and ipywidgets are loaded by the functions that
need them, and tensors are recognised without importing torch.
"""

from retouch.show.blind_test import BlindTest, blind_test
from retouch.show.explore import explore
from retouch.show.figures import plot_curve, plot_histogram, plot_histograms, show_figure
from retouch.show.images import (
    difference_image,
    image_tag,
    images_html,
    show_images,
    to_png,
)

__all__ = [
    "BlindTest",
    "blind_test",
    "difference_image",
    "explore",
    "image_tag",
    "images_html",
    "plot_curve",
    "plot_histogram",
    "plot_histograms",
    "show_figure",
    "show_images",
    "to_png",
]
