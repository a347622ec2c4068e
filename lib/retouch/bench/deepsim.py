"""What bending the one training pair is worth (Vinker et al. 2021, ablation), and its speed."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from statistics import mean
from typing import Any

import numpy as np
import torch

from retouch.pixels.warps import control_points, fit_tps, random_tps_grid, tps_grid, warp
from retouch.recipes import make_fabric, train
from retouch.recipes.deepsim import Augmentation, DeepSIM
from retouch.recipes.edits import edit_quality, edited_pairs, in_parts, rearranged

Row = dict[str, Any]
WAYS: tuple[Augmentation, ...] = ("none", "flips", "tps")
MEASURES = ("perceptual distance", "single-image Fréchet distance", "PSNR (dB)", "SSIM")
ORDERED = MEASURES[:2]
"""The measures of which the paper's order is expected; the others are told besides."""
SMALL = DeepSIM(
    steps=2000, height=64, columns=96, width=16, downs=2, blocks=4, lr=4e-4, sigma=1.5,
)  # fmt: skip
"""Small enough for nine trainings in about 25 minutes on one core."""


def ablation_rows(seeds: Sequence[int] = (0, 1, 2), recipe: DeepSIM = SMALL) -> list[Row]:
    """Train on one scene without augmentation, with flips and with thin-plate splines.

    Each seed has a scene, first weights and draws of its own. Measured on edits of the scene
    that were never seen, against the true answers.

    Returns:
        For each measure a row per seed and one of their mean, with a value for each way to
        augment, and whether their order is that of the paper: tps < flips < none.
    """
    found = {seed: {way: held_out_quality(way, seed, recipe) for way in WAYS} for seed in seeds}
    return [row for measure in MEASURES for row in _rows_of(measure, found)]


def _rows_of(measure: str, found: dict[int, dict[Augmentation, dict[str, float]]]) -> Iterator[Row]:
    values = {
        f"seed {seed}": {way: ways[way][measure] for way in WAYS} for seed, ways in found.items()
    }
    values["mean"] = {way: mean(row[way] for row in values.values()) for way in WAYS}
    for name, row in values.items():
        ordered = row["tps"] < row["flips"] < row["none"]
        holds = {"order holds": ordered if measure in ORDERED else ""}
        yield {"what": f"{measure}, {name}"} | row | holds


def held_out_quality(way: Augmentation, seed: int, recipe: DeepSIM = SMALL) -> dict[str, float]:
    """Train on a lake scene with one way to augment; how good its edits are."""
    recipe = replace(recipe, augmentation=way, seed=seed, scene=seed)
    fabric = make_fabric("cpu", precision="32-true")  # the same figures with and without a GPU
    generator = train(recipe, fabric=fabric).product()
    size = (recipe.height, recipe.columns)
    drawings, answers = edited_pairs(rearranged(recipe.landscape()), *size, recipe.sigma)
    return edit_quality(in_parts(generator, drawings), answers)


def warp_rows(side: int = 256, batch: int = 8) -> list[Row]:
    """Our thin-plate splines beside those of SciPy (agreement) and scikit-image (speed)."""
    import skimage.transform
    from scipy.interpolate import RBFInterpolator

    slow: Any = skimage.transform  # not annotated
    rows: list[Row] = []
    generator = torch.Generator().manual_seed(0)
    for height, width in ((256, 256), (90, 301), (301, 90)):
        source = control_points(height, width).double()
        target = source + 0.1 * min(height, width) * torch.randn(9, 2, generator=generator)
        grid = tps_grid(fit_tps(source, target), source, height, width)[0]
        ours = ((grid + 1) * torch.tensor([width, height]) - 1) / 2
        pixels = np.stack(np.meshgrid(np.arange(width), np.arange(height)), axis=-1)
        peer = RBFInterpolator(source.numpy(), target.numpy(), kernel="thin_plate_spline", degree=1)
        theirs = peer(pixels.reshape(-1, 2)).reshape(height, width, 2)
        error = float(np.abs(ours.numpy() - theirs).max())
        what = f"largest difference from SciPy, {height}×{width}"
        rows.append(_row(what, error, "pixels", 1e-4, error <= 1e-4))
    images = torch.rand(batch, 3, side, side, generator=generator)
    arrays = [image.permute(1, 2, 0).numpy() for image in images]
    points = control_points(side, side).numpy()
    moved = points + np.random.default_rng(0).uniform(-20, 20, (batch, 9, 2))

    def theirs_once() -> None:
        for array, targets in zip(arrays, moved, strict=True):
            slow.warp(array, slow.ThinPlateSplineTransform.from_estimate(points, targets))

    def ours_once() -> None:
        warp(images, random_tps_grid(batch, (side, side), 0.1, generator))

    ratio = _time(theirs_once, 3) / _time(ours_once, 10)
    what = f"times as fast as scikit-image, {batch} images of {side} px"
    return [*rows, _row(what, ratio, "", 5.0, ratio >= 5)]


def _row(what: str, value: float, unit: str, goal: float, reached: bool) -> Row:
    return {"what": what, "value": value, "unit": unit, "goal": goal, "reached": reached}


def _time(function: Callable[[], None], runs: int) -> float:
    """Seconds of processor time of one call, the least of several."""
    function()
    spent = []
    for _ in range(runs):
        start = time.process_time()
        function()
        spent.append(time.process_time() - start)
    return min(spent)
