"""The table of the sweep: what a public function is called with, where its annotations don't say.

Everything else follows from the annotations, so a new function is swept by itself.
"""

from collections.abc import Callable

import numpy as np
import torch
from torch import Generator, nn

from tests.lib.inputs import Inputs

AREAS = ("data", "ethics", "metrics", "models", "pixels", "show")
ELSEWHERE = (
    "data.scenes",  # made of scenes, not of what people bring; tests/lib/data/test_scenes.py
    "data.fashion_mnist.make_subset", "data.fashion_mnist.fashion_mnist",  # files
    "data.photographs.photograph", "data.picture_files.open_photo",  # files; their own tests
    "models.gan.critic_step", "models.gan.discriminator_step", "models.gan.generator_step",
    "models.gan.update",  # they train: values are not looked at; tests/lib/models/test_gan.py
    "models.style.stylize", "models.style.stylizing",  # a whole network: test_style.py
    "show.blind_test", "show.editor", "show.explore", "show.figures", "show.images",  # HTML
)  # fmt: skip


def _rand(*shape: int) -> torch.Tensor:
    return torch.rand(shape, generator=Generator().manual_seed(sum(shape)))


def _covariance() -> torch.Tensor:
    x = _rand(4, 9)
    return x @ x.T


def _photo(height: int, width: int) -> np.ndarray:
    return (255 * _rand(height, width, 3)).to(torch.uint8).numpy()


CLASSES: Inputs = {"labels": torch.tensor([0, 2, 1]), "num_classes": 3}
TABLE: dict[str, Callable[[], Inputs]] = {
    "data.paintings.paint_photograph": lambda: {"photograph": _photo(33, 35)},
    "data.photographs.fit": lambda: {"size": (8, 12)},
    "ethics.fairness.group_rates": lambda: {
        "truth": torch.tensor([0, 1, 1]),
        "prediction": torch.tensor([1, 1, 0]),
        "group": torch.tensor([0, 1, 1]),
    },
    "ethics.manifest.manifest_problems": lambda: {
        "image": _rand(3, 8, 8), "manifest": {}, "public_key": bytes(32)},
    "ethics.manifest.sign_manifest": lambda: {
        "image": _rand(3, 8, 8), "edits": [], "key": bytes(32)},
    "ethics.manifest.verify_manifest": lambda: {
        "image": _rand(3, 8, 8), "manifest": {}, "public_key": bytes(32)},
    "ethics.watermark.detect_watermark": lambda: {"image": _rand(3, 3, 64, 66), "key": "k"},
    "ethics.watermark.embed_watermark": lambda: {"image": _rand(3, 3, 64, 66), "key": "k"},
    "ethics.watermark.watermark_scores": lambda: {"image": _rand(3, 3, 64, 66), "keys": ["k"]},
    "metrics.errors.common_precision": lambda: {
        "image": _rand(3, 3, 8, 9), "target": _rand(3, 3, 8, 9)},
    "metrics.frechet.covariance_factor": lambda: {"cov": _covariance()},
    "metrics.frechet.extrapolated_frechet_distance": lambda: {
        "features": _rand(40, 4), "mean": _rand(4), "cov": _covariance(), "sizes": [20, 40],
        "generator": Generator().manual_seed(0)},
    "metrics.frechet.frechet_distance": lambda: {
        "mean1": _rand(4), "mean2": _rand(4) / 2, "cov1": _covariance(), "cov2": _covariance() + 1},
    "metrics.inception_score.inception_score": lambda: {
        "probabilities": _rand(20, 4).softmax(1), "splits": 2},
    "metrics.inception_score.split_inception_scores": lambda: {
        "probabilities": _rand(20, 4).softmax(1), "splits": 2},
    "metrics.kernel.kernel_distance": lambda: {
        "subsets": 3, "subset_size": 2, "generator": Generator().manual_seed(0)},
    "metrics.path_length.path_length": lambda: {
        "generator": torch.sin, "distance": lambda a, b: (a - b).square().sum(1), "epsilon": 0.01},
    "metrics.path_length.mean_path_length": lambda: {"lengths": _rand(50)},
    "metrics.ssim.ms_ssim": lambda: {"weights": (0.4, 0.6), "image": _rand(3, 3, 24, 26)[..., :25],
                                     "target": _rand(3, 3, 24, 25)},
    "models.autoencoder.denoising_loss": lambda: {"model": torch.sin},
    "models.autoencoder.make_decoder": lambda: {"size": (1, 8, 8)},
    "models.autoencoder.make_encoder": lambda: {"size": (1, 8, 8)},
    "models.autoencoder.normal_like": lambda: {"values": _rand(3, 4)},
    "models.dcgan.condition": lambda: dict(CLASSES),
    "models.dcgan.condition_images": lambda: dict(CLASSES),
    "models.dcgan.one_hot": lambda: CLASSES | {"count": 3},
    "models.deepsim.perceptual_loss": lambda: {
        "real_features": [_rand(3, 4, 5, 6)], "fake_features": [_rand(3, 4, 5, 6) / 2]},
    "models.deepsim.tps_warp_pair": lambda: {"magnitude": 0.1, "image": _rand(3, 3, 16, 20),
                                             "primitive": _rand(3, 3, 16, 20)},
    "models.gan.gradient_penalty": lambda: {"critic": lambda x: x.sin().flatten(1).sum(1)},
    "models.gan.modes_covered": lambda: {"centers": _rand(8, 5), "min_count": 1},
    "models.layers.mirrored_block": lambda: {"norm": nn.Identity()},
    "models.vae.condition_latent": lambda: dict(CLASSES),
    "models.vae.importance_weighted_bound": lambda: {"log_likelihood": lambda z: z.sum(1)},
    "models.vae.interpolate": lambda: {"decoder": torch.sin},
    "pixels.augmentation.standardize": lambda: {"mean": [0.1, 0.2, 0.3], "std": [0.5, 0.6, 0.7]},
    "pixels.processing.convolve2d": lambda: {"kernel": _rand(3, 5).numpy()},
    "pixels.sampling.floating": lambda: {"image": _rand(8, 9).numpy()},
    "pixels.warps.random_tps_grid": lambda: {"size": (16, 20), "magnitude": 0.1},
    "pixels.warps.tps_grid": lambda: {"coefficients": _rand(7, 2), "height": 8, "width": 9},
    "show.pixels.as_array": lambda: {"image": _rand(8, 9).numpy()},
    "show.pixels.as_uint8": lambda: {"image": _rand(8, 9).numpy()},
    "show.pixels.difference_image": lambda: {
        "expected": _rand(8, 9).numpy(), "got": _rand(8, 9).numpy() / 2},
}  # fmt: skip

UNIT = frozenset(
    (
        "data.segments.color_segments",
        "ethics.spectrum.power_spectrum",
        "ethics.spectrum.upsampling_peak",
        "ethics.watermark.detect_watermark",
        "ethics.watermark.embed_watermark",
        "ethics.watermark.watermark_scores",
        "metrics.errors.mse",
        "metrics.errors.psnr",
        "metrics.resize.clean_resize",
        "metrics.ssim.ms_ssim",
        "metrics.ssim.ssim",
        "models.deepsim.canny_edges",
        "models.deepsim.primitive",
        "pixels.processing.adjust_gamma",
        "pixels.processing.unsharp_mask",
    )
)
"""Functions of images in [0, 1]: those of 0 to 255 must be refused."""
