"""Smooth noise that is the same at every resolution: a function of place, not of pixels."""

import numpy as np
from jaxtyping import Float
from numpy import ndarray

Field = Float[ndarray, "..."]


def smooth_noise(x: Field, y: Field | float, seed: int) -> Field:
    """Value noise (Perlin's "lattice of random values"): about one bump per unit, in [−1, 1]."""
    x, y = np.broadcast_arrays(x, y)
    left, top = np.floor(x).astype(np.int64), np.floor(y).astype(np.int64)
    right, down = _ease(x - left), _ease(y - top)
    corners = [_lattice(left + i, top + j, seed) for j in (0, 1) for i in (0, 1)]
    upper = corners[0] + right * (corners[1] - corners[0])
    lower = corners[2] + right * (corners[3] - corners[2])
    return upper + down * (lower - upper)


def fractal_noise(x: Field, y: Field | float, seed: int, octaves: int = 4) -> Field:
    """A sum of noises, each twice as fine and half as strong; about [−1, 1]."""
    layers = (smooth_noise(x * 2**k, y * 2**k, seed + k) / 2**k for k in range(octaves))
    return sum(layers, start=np.zeros(1)) / (2 - 2.0 ** (1 - octaves))


def ridged_noise(x: Field, y: Field | float, seed: int, octaves: int = 4) -> Field:
    """Noise with sharp crests, as mountains have; about [0, 1]."""
    layers = (
        (1 - np.abs(smooth_noise(x * 2**k, y * 2**k, seed + k))) ** 2 / 2**k for k in range(octaves)
    )
    return sum(layers, start=np.zeros(1)) / (2 - 2.0 ** (1 - octaves))


def _ease(t: Field) -> Field:
    return t * t * t * (t * (6 * t - 15) + 10)


def _lattice(i: ndarray, j: ndarray, seed: int) -> Field:
    """A fixed random number in [−1, 1] for every whole (i, j): integer hashing."""
    mixed = (i * 0x9E3779B1 + j * 0x85EBCA77 + seed * 0xC2B2AE3D).astype(np.uint32)
    mixed = (mixed ^ (mixed >> np.uint32(15))) * np.uint32(0x2C1B3C6D)
    mixed = (mixed ^ (mixed >> np.uint32(12))) * np.uint32(0x297A2D39)
    mixed ^= mixed >> np.uint32(15)
    return mixed.astype(np.float32) * np.float32(2 / 2**32) - 1
