import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.interpolate import RBFInterpolator
from scipy.ndimage import map_coordinates

from retouch.pixels.warps import control_points, fit_tps, random_tps_grid, tps_grid, warp

SIZES = [(64, 64), (40, 101), (101, 30)]


def pixels_of(grid):
    """Where a sampling grid looks, as (x, y) in pixels."""
    height, width = grid.shape[1:3]
    return ((grid.double() + 1) * torch.tensor([width, height]) - 1) / 2


def random_points(height, width, n, seed, dtype):
    generator = torch.Generator().manual_seed(seed)
    source = torch.rand(n, 2, generator=generator, dtype=dtype) * torch.tensor([width, height])
    return source, source + 0.1 * min(height, width) * torch.randn(n, 2, generator=generator)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize(("height", "width"), SIZES)
def test_spline_agrees_with_scipy(height, width, dtype):
    source, target = random_points(height, width, 9, 3, dtype)
    target = target.to(dtype)
    grid = tps_grid(fit_tps(source, target), source, height, width)
    oracle = RBFInterpolator(
        source.double().numpy(), target.double().numpy(), kernel="thin_plate_spline", degree=1
    )
    y, x = np.mgrid[:height, :width]
    expected = oracle(np.stack((x.ravel(), y.ravel()), axis=1).astype(float))
    found = pixels_of(grid)[0].reshape(-1, 2).numpy()
    assert grid.dtype == dtype
    assert np.abs(found - expected).max() < 1e-4


@settings(max_examples=20, deadline=None)
@given(st.integers(4, 12), st.integers(0, 10_000))
def test_spline_passes_through_its_points(n, seed):
    """f(source) = target, at points that are pixels."""
    generator = torch.Generator().manual_seed(seed)
    places = torch.randperm(50 * 70, generator=generator)[:n]
    source = torch.stack((places % 70, places // 70), dim=1).double()
    target = source + torch.randn(n, 2, generator=generator, dtype=torch.float64)
    try:
        coefficients = fit_tps(source, target)
    except ValueError:
        return  # all on one line
    found = pixels_of(tps_grid(coefficients, source, 50, 70))[0]
    assert torch.allclose(found[places // 70, places % 70], target, atol=1e-6)


def test_affine_maps_need_no_bending():
    source = control_points(30, 50).double()
    turn = torch.tensor([[0.9, 0.2], [-0.3, 1.1]], dtype=torch.float64)
    coefficients = fit_tps(source, source @ turn + torch.tensor([2.0, -1.0]))
    assert coefficients[:9].abs().max() < 1e-10
    assert torch.allclose(coefficients[9], torch.tensor([2.0, -1.0], dtype=torch.float64))
    assert torch.allclose(coefficients[10:], turn)


def test_batches_are_fitted_one_by_one():
    source, _ = random_points(40, 60, 6, 0, torch.float64)
    targets = torch.stack([random_points(40, 60, 6, seed, torch.float64)[1] for seed in (1, 2)])
    together = tps_grid(fit_tps(source, targets), source, 40, 60)
    for i in range(2):
        alone = tps_grid(fit_tps(source, targets[i]), source, 40, 60)
        assert torch.allclose(together[i], alone[0])
    many_sources = tps_grid(fit_tps(targets, source), targets, 40, 60)
    alone = tps_grid(fit_tps(targets[1], source), targets[1], 40, 60)
    assert torch.allclose(many_sources[1], alone[0])


@pytest.mark.parametrize(("height", "width"), SIZES)
def test_warp_agrees_with_scipy_inside(height, width):
    images = torch.rand(2, 3, height, width, dtype=torch.float64)
    generator = torch.Generator().manual_seed(0)
    grid = random_tps_grid(2, (height, width), 0.1, generator).double()
    x, y = pixels_of(grid).unbind(-1)
    expected = np.stack(
        [
            [map_coordinates(c.numpy(), (y[i], x[i]), order=1, mode="nearest") for c in images[i]]
            for i in range(2)
        ]
    )
    inside = ((x > 0) & (x < width - 1) & (y > 0) & (y < height - 1))[:, None].expand(-1, 3, -1, -1)
    found = warp(images, grid)
    assert inside.float().mean() > 0.5
    assert np.abs(found.numpy() - expected)[inside.numpy()].max() < 1e-6


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_no_deformation_changes_nothing(dtype):
    images = torch.rand(2, 3, 20, 33, dtype=dtype)
    grid = random_tps_grid(2, (20, 33), 0.0, torch.Generator().manual_seed(1))
    assert torch.allclose(warp(images, grid), images, atol=1e-4)
    assert torch.equal(warp(images, grid, "nearest"), images)


def test_nearest_invents_no_values():
    drawing = torch.randint(0, 5, (2, 1, 40, 30)).float()
    grid = random_tps_grid(2, (40, 30), 0.2, torch.Generator().manual_seed(2))
    assert set(warp(drawing, grid, "nearest").unique().tolist()) <= {0.0, 1.0, 2.0, 3.0, 4.0}
    assert len(warp(drawing, grid).unique()) > 5


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 1000), st.sampled_from([0.02, 0.1, 0.2]))
def test_random_grids_move_points_as_far_as_asked(seed, magnitude):
    """Corners stay; the other control points move within the magnitude of each side."""
    height, width = 41, 81
    grid = random_tps_grid(3, (height, width), magnitude, torch.Generator().manual_seed(seed))
    shift = pixels_of(grid) - pixels_of(random_tps_grid(1, (height, width), 0.0, torch.Generator()))
    at = shift[:, [0, 20, 40]][:, :, [0, 40, 80]]  # n 3 3 2
    assert at[:, [0, 0, 2, 2], [0, 2, 0, 2]].abs().max() < 1e-3
    assert at[..., 0].abs().max() <= magnitude * width + 1e-3
    assert at[..., 1].abs().max() <= magnitude * height + 1e-3
    assert (at[:, 1, 1].abs() > 1e-3).any()
    assert not torch.allclose(grid[0], grid[1])


def test_grids_follow_the_generator():
    first, again = (
        random_tps_grid(2, (20, 30), 0.1, torch.Generator().manual_seed(4)) for _ in range(2)
    )
    assert torch.equal(first, again)


@pytest.mark.parametrize(
    ("source", "target", "match"),
    [
        (torch.rand(2, 2), torch.rand(2, 2), "at least 3 points each"),
        (torch.rand(5, 2), torch.rand(4, 2), r"at least 3 points each.*\(5, 2\) and \(4, 2\)"),
        (torch.rand(5, 3), torch.rand(5, 3), "x before y"),
        (
            torch.zeros(5, 2, dtype=torch.long),
            torch.rand(5, 2),
            "floating-point tensors, got torch.int64",
        ),
        (torch.arange(8.0).view(4, 2), torch.rand(4, 2), "not all lie on one line"),
        (torch.ones(4, 2), torch.rand(4, 2), "that differ"),
    ],
)
def test_impossible_points_are_refused(source, target, match):
    with pytest.raises((TypeError, ValueError), match=match):
        fit_tps(source, target)


def test_misfits_are_refused():
    with pytest.raises(ValueError, match=r"coefficients: expected 5 \+ 3 rows"):
        tps_grid(torch.rand(9, 2), torch.rand(5, 2), 10, 10)
    with pytest.raises(ValueError, match="grid: expected 3 or 1 of"):
        warp(torch.rand(3, 1, 8, 8), torch.rand(2, 8, 8, 2))
    with pytest.raises(ValueError, match=r"magnitude: expected .* in \[0, 0.25\), got 0.3"):
        random_tps_grid(1, (8, 8), 0.3, torch.Generator())
