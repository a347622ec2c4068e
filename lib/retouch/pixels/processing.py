"""Basic image processing: brightness, filters, geometry, histograms, edges.

Images are NumPy arrays, H×W (gray) or H×W×3 (RGB), with row 0 at the top. They hold uint8
levels from 0 to 255 or floats in [0, 1]; each function says which it takes. Functions that
are linear in the image (``rgb_to_gray``, ``convolve2d``, ``downscale``, ``rotate``) take any
numbers and answer with floats on the scale of their input. Inputs are never modified.

Every function raises ``TypeError`` for a dtype and ``ValueError`` for a shape or value that
it cannot take, in one line that says what was expected and what came.
"""

import numpy as np
from jaxtyping import Float, Real, UInt8
from numpy import ndarray
from numpy.lib.stride_tricks import sliding_window_view
from scipy.ndimage import gaussian_filter

from retouch.pixels.sampling import floating, sample_bilinear
from retouch.validation import number, whole, wrong_value
from retouch.validation.arrays import (
    require_finite,
    require_float,
    require_image,
    require_uint8,
    require_unit_range,
)

LUMA = (0.2125, 0.7154, 0.0721)
"""Weights of red, green and blue in the luma of ITU-R Recommendation BT.709."""


def adjust_brightness(image: UInt8[ndarray, "h w *rgb"], delta: int) -> UInt8[ndarray, "h w *rgb"]:
    """Add ``delta`` levels to every pixel, saturating at 0 and 255.

    Args:
        image: uint8, H×W or H×W×3.
        delta: whole number of levels; negative darkens.

    Returns:
        uint8, same shape.

    Raises:
        TypeError: the image is not uint8, or ``delta`` is not a whole number.
        ValueError: the image has another shape.
    """
    require_uint8(image)
    levels = min(max(whole(delta, "delta"), -255), 255)
    return np.clip(image.astype(np.int16) + levels, 0, 255).astype(np.uint8)


def adjust_gamma(image: Float[ndarray, "h w *rgb"], gamma: float) -> Float[ndarray, "h w *rgb"]:
    """Raise every value to the power ``gamma``.

    Args:
        image: float in [0, 1], H×W or H×W×3.
        gamma: positive; below 1 brightens the midtones, above 1 darkens them.

    Returns:
        Float in [0, 1], same shape and dtype.

    Raises:
        TypeError: the image is not float.
        ValueError: a value outside [0, 1], another shape, or ``gamma`` not positive.
    """
    require_unit_range(image)
    return image ** number(gamma, "gamma", above=0)


def rgb_to_gray(image: Real[ndarray, "h w 3"]) -> Float[ndarray, "h w"]:
    """Luma of each pixel: 0.2125 R + 0.7154 G + 0.0721 B (ITU-R BT.709).

    Args:
        image: H×W×3, any range.

    Returns:
        Float, H×W, in the range of the input.

    Raises:
        TypeError: not an array of numbers.
        ValueError: another shape than H×W×3.
    """
    require_image(image, channels=(3,))
    values = floating(image)
    return values @ np.asarray(LUMA, dtype=values.dtype)


def convolve2d(image: Real[ndarray, "h w"], kernel: Real[ndarray, "k l"]) -> Float[ndarray, "h w"]:
    """Two-dimensional convolution with zeros around the image.

    ``result[y, x] = Σ kernel[i, j] · image[y + K/2 − i, x + L/2 − j]`` with K/2 and L/2
    rounded down: unlike correlation, the kernel is turned by 180 degrees.

    Args:
        image: H×W, any range.
        kernel: K×L, both odd; they may differ.

    Returns:
        Float, H×W, as ``scipy.signal.convolve2d(image, kernel, mode="same")``.

    Raises:
        TypeError: one of them is not an array of numbers.
        ValueError: one of them is not two-dimensional, or the kernel has an even side, or a
            value that is not finite.
    """
    require_image(image, channels=(1,))
    require_finite(require_image(kernel, "kernel", channels=(1,)), "kernel")
    rows, columns = kernel.shape
    if rows % 2 == 0 or columns % 2 == 0:
        raise wrong_value("kernel", "odd sides", kernel.shape, "pad it with zeros")
    border = ((rows // 2, rows // 2), (columns // 2, columns // 2))
    windows = sliding_window_view(np.pad(floating(image), border), kernel.shape)
    return np.einsum("hwkl,kl->hw", windows, floating(kernel)[::-1, ::-1])


def downscale(image: Real[ndarray, "h w *rgb"], factor: int) -> Float[ndarray, "h2 w2 *rgb"]:
    """Shrink the image: each new pixel is the mean over a factor×factor block.

    Args:
        image: H×W or H×W×3, any range; ``factor`` divides H and W.
        factor: positive whole number.

    Returns:
        Float, H/factor × W/factor (× 3), in the range of the input.

    Raises:
        TypeError: the image is not an array of numbers, or ``factor`` not a whole number.
        ValueError: ``factor`` is below 1 or does not divide both sides.
    """
    require_image(image)
    factor = whole(factor, "factor", at_least=1)
    height, width, *channels = image.shape
    if height % factor or width % factor:
        expected = f"a number that divides height {height} and width {width}"
        raise wrong_value("factor", expected, factor, "crop the image first")
    blocks = (height // factor, factor, width // factor, factor, *channels)
    return floating(image).reshape(blocks).mean(axis=(1, 3))


def rotate(image: Real[ndarray, "h w *rgb"], degrees: float) -> Float[ndarray, "h w *rgb"]:
    """Turn the image counter-clockwise about the centre of its pixel grid.

    Each pixel of the result looks up, between four pixels (bilinearly), where it came from:
    inverse mapping, which leaves no holes. What lies outside the image is zero.

    Args:
        image: H×W or H×W×3, any range.
        degrees: angle, as seen on the screen.

    Returns:
        Float, same shape, in the range of the input; as ``skimage.transform.rotate`` with
        ``order=1, mode="constant", cval=0, clip=False, preserve_range=True``.

    Raises:
        TypeError: not an array of numbers.
        ValueError: another shape, or an angle that is not finite.
    """
    require_image(image)
    degrees = number(degrees, "degrees")
    height, width = image.shape[:2]
    center_y, center_x = (height - 1) / 2, (width - 1) / 2
    y, x = np.arange(height)[:, None] - center_y, np.arange(width) - center_x
    cosine, sine = np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))
    # Rows count downwards, so this clockwise turn of (x, y) undoes the turn that one sees.
    return sample_bilinear(
        image, sine * x + cosine * y + center_y, cosine * x - sine * y + center_x
    )


def equalize_histogram(image: UInt8[ndarray, "h w"]) -> UInt8[ndarray, "h w"]:
    """Spread the levels so that their cumulative distribution is nearly a straight line.

    Level v becomes ``round(255 · (cdf(v) − cdf_min) / (N − cdf_min))``, where cdf(v) counts
    the pixels up to level v, cdf_min is its smallest non-zero value and N the number of
    pixels (Gonzalez and Woods, *Digital Image Processing*, section on histogram
    equalization, with the darkest level moved to 0). An image of one level stays as it is.

    Args:
        image: uint8, H×W.

    Returns:
        uint8, H×W; 0 and 255 both occur unless the image has one level.

    Raises:
        TypeError: the image is not uint8.
        ValueError: the image is not H×W.
    """
    require_uint8(image, channels=(1,))
    cdf = np.bincount(image.ravel(), minlength=256).cumsum()
    cdf_min = cdf[image.min()]
    if cdf_min == image.size:
        return image.copy()
    levels = np.rint(255 * (cdf - cdf_min) / (image.size - cdf_min))
    return levels.clip(0, 255).astype(np.uint8)[image]


def unsharp_mask(
    image: Float[ndarray, "h w *rgb"], sigma: float, amount: float
) -> Float[ndarray, "h w *rgb"]:
    """Sharpen: ``image + amount · (image − blur)``, clipped to [0, 1].

    Args:
        image: float in [0, 1], H×W or H×W×3.
        sigma: standard deviation of the Gaussian blur, in pixels; not negative. The blur is
            ``skimage.filters.gaussian``'s: cut off at 4σ, edge pixels repeated, per channel.
        amount: strength; 0 changes nothing, negative blurs.

    Returns:
        Float in [0, 1], same shape.

    Raises:
        TypeError: the image is not float.
        ValueError: a value outside [0, 1], another shape, a negative ``sigma``, or an
            ``amount`` that is not finite.
    """
    require_unit_range(image)
    sigma, amount = number(sigma, "sigma", at_least=0), number(amount, "amount")
    values = floating(image)
    blur = gaussian_filter(values, sigma, mode="nearest", truncate=4.0, axes=(0, 1))
    return np.clip(values + amount * (values - blur), 0, 1)


def sobel_edges(image: Float[ndarray, "h w"]) -> Float[ndarray, "h w"]:
    """Strength of the edges: √((gx² + gy²) / 2) of the Sobel gradients.

    A gradient is a difference of the two neighbours along one axis, averaged with weights
    1 : 2 : 1 across it. The border is mirrored. As ``skimage.filters.sobel``.

    Args:
        image: float, H×W.

    Returns:
        Float, H×W; in [0, 1] for an image in [0, 1].

    Raises:
        TypeError: the image is not float.
        ValueError: the image is not H×W.
    """
    require_float(image, channels=(1,))
    padded = np.pad(floating(image), 1, mode="symmetric")
    dy, dx = padded[2:] - padded[:-2], padded[:, 2:] - padded[:, :-2]
    gy = (dy[:, :-2] + 2 * dy[:, 1:-1] + dy[:, 2:]) / 4
    gx = (dx[:-2] + 2 * dx[1:-1] + dx[2:]) / 4
    return np.sqrt((gx**2 + gy**2) / 2)
