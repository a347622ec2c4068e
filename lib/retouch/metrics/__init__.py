"""Image metrics: how far is one image, or one set of images, from another?"""

from retouch.metrics.errors import mse, psnr
from retouch.metrics.frechet import (
    extrapolated_frechet_distance,
    feature_statistics,
    frechet_distance,
)
from retouch.metrics.inception import Inception, InceptionOutput
from retouch.metrics.inception_score import (
    InceptionScore,
    inception_score,
    split_inception_scores,
)
from retouch.metrics.kernel import KernelDistance, kernel_distance, polynomial_mmd
from retouch.metrics.path_length import lerp, mean_path_length, path_length, slerp
from retouch.metrics.perceptual import LPIPS, perceptual_distance
from retouch.metrics.resize import clean_resize
from retouch.metrics.sifid import single_image_frechet_distance
from retouch.metrics.ssim import ms_ssim, ssim
from retouch.metrics.streaming import FeatureStatistics

__all__ = [
    "LPIPS",
    "FeatureStatistics",
    "Inception",
    "InceptionOutput",
    "InceptionScore",
    "KernelDistance",
    "clean_resize",
    "extrapolated_frechet_distance",
    "feature_statistics",
    "frechet_distance",
    "inception_score",
    "kernel_distance",
    "lerp",
    "mean_path_length",
    "ms_ssim",
    "mse",
    "path_length",
    "perceptual_distance",
    "polynomial_mmd",
    "psnr",
    "single_image_frechet_distance",
    "slerp",
    "split_inception_scores",
    "ssim",
]
