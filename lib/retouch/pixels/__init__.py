"""Images as arrays of pixels: classical processing, written with NumPy."""

from retouch.pixels.processing import (
    adjust_brightness,
    adjust_gamma,
    convolve2d,
    downscale,
    equalize_histogram,
    rgb_to_gray,
    rotate,
    sobel_edges,
    unsharp_mask,
)
from retouch.pixels.sampling import sample_bilinear

__all__ = [
    "adjust_brightness",
    "adjust_gamma",
    "convolve2d",
    "downscale",
    "equalize_histogram",
    "rgb_to_gray",
    "rotate",
    "sample_bilinear",
    "sobel_edges",
    "unsharp_mask",
]
