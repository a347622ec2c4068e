import math

import numpy as np
import pytest
import torch
from retouch.data import toys
from scipy import stats
from torch import Generator

DRAW = {
    "ring": toys.ring_of_gaussians,
    "grid": toys.grid_of_gaussians,
    "spiral": toys.spiral,
    "moons": toys.two_moons,
}


@pytest.mark.parametrize("name", DRAW)
def test_draws_are_points_about_the_origin_and_repeat_with_their_seed(name):
    points = DRAW[name](5000, Generator().manual_seed(1))
    assert points.shape == (5000, 2)
    assert points.dtype == torch.float32
    assert points.mean(0).abs().max() < 0.5
    assert 1 < points.abs().max() < 3
    assert torch.equal(points, DRAW[name](5000, Generator().manual_seed(1)))
    assert not torch.equal(points, DRAW[name](5000, Generator().manual_seed(2)))


def test_ring_is_evenly_spaced_on_its_circle():
    centers = toys.ring_centers(5, 3.0).numpy()
    assert np.allclose(np.hypot(*centers.T), 3)
    assert np.allclose(
        np.unwrap(np.arctan2(centers[:, 1], centers[:, 0])), np.arange(5) * 0.4 * np.pi
    )


def test_grid_is_centred_and_evenly_spaced():
    centers = toys.grid_centers(3, 1.5)
    assert sorted(centers.tolist()) == [[x, y] for x in (-1.5, 0, 1.5) for y in (-1.5, 0, 1.5)]


def test_mixture_is_equally_likely_and_of_the_stated_spread():
    centers = toys.ring_centers(6, 10.0)
    points = toys.gaussian_mixture(6000, centers, 0.3, Generator().manual_seed(0))
    distance = torch.cdist(points, centers)
    nearest = distance.argmin(1)
    assert stats.chisquare(nearest.bincount(minlength=6)).pvalue > 1e-6
    deviation = ((points - centers[nearest]) / 0.3).flatten()
    assert stats.kstest(deviation, stats.norm.cdf).pvalue > 1e-6


def test_spiral_follows_its_curve_evenly():
    points = toys.spiral(5000, Generator().manual_seed(0), turns=1.5, radius=2.0, std=0.0)
    radius = points.norm(dim=1)
    angle = torch.atan2(points[:, 1], points[:, 0])
    off = (angle - 3 * math.pi * radius / 2) / (2 * math.pi)
    assert (off - off.round()).abs().max() < 1e-3
    assert stats.kstest((radius / 2) ** 2, stats.uniform.cdf).pvalue > 1e-6


def test_moons_are_two_unit_half_circles():
    points = toys.two_moons(2000, Generator().manual_seed(0), std=0.0).double()
    upper, lower = points - torch.tensor([-0.5, -0.25]), points - torch.tensor([0.5, 0.25])
    on_upper = (upper.norm(dim=1) - 1).abs() < 1e-5
    on_lower = (lower.norm(dim=1) - 1).abs() < 1e-5
    assert (on_upper | on_lower).all()
    assert (upper[on_upper & ~on_lower, 1] > -1e-6).all()
    assert (lower[on_lower & ~on_upper, 1] < 1e-6).all()
    assert stats.binomtest(int(on_upper.sum()), 2000).pvalue > 1e-6
