"""Thin-plate-spline warps (Bookstein 1989) of whole batches, on the tensors' own device.

Points are (x, y) in pixels; (0, 0) is the centre of the upper left pixel. A warp reads
backwards: its spline says, for every pixel of the result, where in the input to look.
Pixels are square, so a spline must be fitted in pixels: in coordinates that run from −1 to 1
along both sides of a wide image, the same bend would cost more along x than along y.
"""

from functools import lru_cache
from typing import Literal

import torch
import torch.nn.functional as F
from jaxtyping import Float, Shaped
from torch import Generator, Tensor

from retouch.device import double, has_double
from retouch.validation import choice, height_and_width, number, whole, wrong_type, wrong_value
from retouch.validation.tensors import Kind, require_finite, require_tensor

Points = Float[Tensor, "... k 2"]
Grid = Float[Tensor, "n h w 2"]


def fit_tps(source: Points, target: Points) -> Float[Tensor, "... k+3 2"]:
    """Coefficients of the thin-plate spline that maps every source point to its target.

    The spline f(p) = a₀ + a₁x + a₂y + Σₖ wₖ U(‖p − sourceₖ‖) with U(r) = r² log r passes
    through all points and bends least (Bookstein 1989).

    Args:
        source: K ≥ 3 control points in pixels, not all on one line; K×2, or N×K×2.
        target: where each is mapped to; K×2, or N×K×2. One side may do without N.

    Returns:
        (K+3)×2, or N×(K+3)×2: the rows w₁ to w_K, then a₀, a₁ and a₂; one column for x, one
        for y. In float64 (float32 on MPS): float32 would cost up to 3e-4 of a pixel.

    Raises:
        ValueError: the points are not pairs of finite numbers, are too few, differ in number,
            coincide or lie on one line.
    """
    _require_points(source, target)
    exact = _exact_dtype(source.device)
    source = source.to(exact)
    _require_general_position(source)
    basis = _basis(source, source)  # *n k k+3
    system = torch.cat((basis, F.pad(basis[..., -3:].mT, (0, 3))), dim=-2)  # *n k+3 k+3
    values = F.pad(target.to(exact), (0, 0, 0, 3))  # *n k+3 2
    if system.ndim == 2 and values.ndim == 3:
        system = system.expand(len(values), -1, -1)
    elif system.ndim == 3 and values.ndim == 2:
        values = values.expand(len(system), -1, -1)
    # Unlike `solve`, this does not wait for a GPU to say whether it succeeded.
    return torch.linalg.solve_ex(system, values).result


def tps_grid(
    coefficients: Float[Tensor, "... rows 2"], source: Points, height: int, width: int
) -> Grid:
    """The spline's value at every pixel, as coordinates for `torch.nn.functional.grid_sample`.

    Args:
        coefficients: of `fit_tps`.
        source: the control points, in pixels, with which the coefficients were fitted.
        height, width: size in pixels, both of the result and of the image to be read.

    Returns:
        N×H×W×2 (N = 1 for coefficients without N) in the points' dtype, x before y, in
        [−1, 1] inside the image: −1 and 1 are its borders, as with `align_corners=False`.

    Raises:
        ValueError: coefficients and source points do not fit each other.
    """
    _require_points(source, source)
    height, width = whole(height, "height", at_least=1), whole(width, "width", at_least=1)
    if coefficients.shape[-2:] != (source.shape[-2] + 3, 2):
        expected = f"{source.shape[-2]} + 3 rows of x and y for {source.shape[-2]} source points"
        got = f"shape {tuple(coefficients.shape)}"
        raise wrong_value("coefficients", expected, got, "fit_tps makes them")
    exact = _exact_dtype(coefficients.device)
    pixels = _pixel_centers(height, width, exact, coefficients.device)
    basis = _basis(pixels, source.to(pixels))
    return _sampling_grid(basis, coefficients.to(exact), height, width).to(source.dtype)


def warp(
    images: Shaped[Tensor, "n c h w"],
    grid: Grid,
    mode: Literal["bilinear", "nearest"] = "bilinear",
) -> Shaped[Tensor, "n c h2 w2"]:
    """Look every image up at its grid's places; beyond the border, it goes on mirrored.

    Args:
        images: any range; floating-point, or, with `"nearest"`, of any dtype (labels and masks;
            exact up to ±2⁵³).
        grid: of `tps_grid`, one per image or one for all.
        mode: `"nearest"` takes whole pixels, so that colours with a meaning stay pure.

    Raises:
        TypeError: images between whose values nothing lies, in mode `"bilinear"`.
        ValueError: the number of grids is neither 1 nor that of the images, or a place in them is
            not finite.
    """
    choice(mode, "mode", ("bilinear", "nearest"))
    kind: Kind = "any" if mode == "nearest" else "float"
    require_tensor(images, "images", "n c h w", kind=kind, dtype_advice='use mode="nearest"')
    require_tensor(grid, "grid", "n h w 2", advice="tps_grid makes them")
    if grid.device.type == "cpu":  # looking would make every training step wait for a GPU
        require_finite(grid, "grid")
    if len(grid) not in (1, len(images)):
        expected = f"{len(images)} or 1 of N×H×W×2: one grid for each image, or one for all"
        raise wrong_value("grid", expected, f"shape {tuple(grid.shape)}", "tps_grid makes them")
    # In half precision a place between two pixels would be lost, or lie outside.
    floats = images.is_floating_point()
    wide = images.to(torch.promote_types(images.dtype, torch.float32)) if floats else double(images)
    grid = grid.to(wide.device).to(wide.dtype).expand(len(images), -1, -1, -1)
    warped = F.grid_sample(wide, grid, mode, padding_mode="reflection", align_corners=False)
    return warped.to(images.dtype).to(images.device)


def random_tps_grid(
    n: int,
    size: tuple[int, int],
    magnitude: float,
    generator: Generator,
    device: torch.device | str = "cpu",
) -> Grid:
    """One smooth random deformation per image: 3×3 control points, moved a little.

    Each point moves by up to `magnitude` of the image's height and width, uniformly; the
    four in the corners stay (Vinker et al. 2021, with the course's settings).

    Args:
        n: how many deformations.
        size: (height, width) in pixels.
        magnitude: largest shift as a share of the side, in [0, 0.25); 0 changes nothing.
        generator: where the draws come from; it may live on another device.
        device: where the grids are computed.

    Raises:
        ValueError: `magnitude` is outside [0, 0.25), from where on the image could fold.
    """
    magnitude = number(
        magnitude, "magnitude", at_least=0, below=0.25, advice="as a share of a side"
    )
    n, (height, width) = whole(n, "n", at_least=1), height_and_width(size, at_least=2)
    source = control_points(height, width).to(device)
    draws = torch.rand(n, 9, 2, generator=generator, device=generator.device)
    shift = (2 * draws - 1) * magnitude * torch.tensor([width, height]).to(draws)
    shift[:, [0, 2, 6, 8]] = 0
    coefficients = fit_tps(source, source + shift.to(device))
    basis = _regular_basis(height, width, source.device)
    return _sampling_grid(basis, coefficients.to(basis), height, width).to(source.dtype)


def control_points(height: int, width: int, per_side: int = 3) -> Float[Tensor, "k 2"]:
    """A regular grid of (x, y) from corner to corner of the image, row by row, in pixels."""
    height, width = height_and_width((height, width), at_least=1)
    per_side = whole(per_side, "per_side", at_least=2)
    y = torch.linspace(0, height - 1, per_side)
    x = torch.linspace(0, width - 1, per_side)
    return torch.cartesian_prod(y, x).flip(-1)


def _basis(points: Float[Tensor, "... m 2"], source: Points) -> Float[Tensor, "... m k+3"]:
    """U(‖p − sourceₖ‖) for every k, then 1, x and y: what the coefficients are multiplied by."""
    squared = (points[..., :, None, :] - source[..., None, :, :]).square().sum(-1)
    bend = 0.5 * torch.xlogy(squared, squared)  # r² log r, and 0 at r = 0
    affine = F.pad(points, (1, 0), value=1.0).expand(*bend.shape[:-1], 3)
    return torch.cat((bend, affine), dim=-1)


@lru_cache(maxsize=8)
def _regular_basis(height: int, width: int, device: torch.device) -> Float[Tensor, "hw 12"]:
    """What `_basis` is at every pixel for `control_points`: the same for each random warp."""
    pixels = _pixel_centers(height, width, _exact_dtype(device), device)
    return _basis(pixels, control_points(height, width).to(pixels))


def _sampling_grid(
    basis: Float[Tensor, "... hw rows"], coefficients: Tensor, height: int, width: int
) -> Grid:
    """The spline's values, brought to `grid_sample`'s range, where ±1 are the image's borders."""
    size = torch.tensor([width, height]).to(coefficients)
    scaled = 2 * coefficients / size
    scaled[..., -3, :] += 1 / size - 1  # on a₀ rather than on every pixel
    return (basis @ scaled).reshape(-1, height, width, 2)


def _exact_dtype(device: torch.device) -> torch.dtype:
    # In float32 r² log r costs up to 1e-3 of a pixel at 301×90; MPS has nothing wider.
    return torch.float64 if has_double(device) else torch.float32


def _pixel_centers(
    height: int, width: int, dtype: torch.dtype, device: torch.device
) -> Float[Tensor, "hw 2"]:
    y = torch.arange(height, dtype=dtype, device=device)
    x = torch.arange(width, dtype=dtype, device=device)
    return torch.cartesian_prod(y, x).flip(-1)


def _require_general_position(source: Points) -> None:
    if source.device.type != "cpu":
        return  # looking would make every training step wait for the device
    require_finite(source, "source")
    centered = source - source.mean(-2, keepdim=True)
    extent = torch.linalg.svdvals(centered)  # *n 2: along and across the line closest to all
    near = torch.cdist(source, source) + extent[..., :1, None] * torch.eye(source.shape[-2])
    if (extent[..., 1] <= 1e-6 * extent[..., 0]).any() or (
        near <= 1e-6 * extent[..., :1, None]
    ).any():
        expected = "control points that differ and do not all lie on one line"
        advice = "move one of them, or drop the repeated one"
        raise wrong_value("source", expected, "some that coincide or are collinear", advice)


def _require_points(source: Shaped[Tensor, "..."], target: Shaped[Tensor, "..."]) -> None:
    shapes = (tuple(source.shape), tuple(target.shape))
    pairs = all(len(shape) in (2, 3) and shape[-1] == 2 for shape in shapes)
    if not pairs or shapes[0][-2] != shapes[1][-2] or shapes[0][-2] < 3:
        expected = "at least 3 points each, K×2 or N×K×2 with x before y"
        raise wrong_value("source and target", expected, f"shapes {shapes[0]} and {shapes[1]}")
    if not (source.is_floating_point() and target.is_floating_point()):
        got = f"{source.dtype} and {target.dtype}"
        raise wrong_type("source and target", "floating-point tensors", got)
