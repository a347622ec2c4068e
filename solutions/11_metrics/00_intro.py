# %% [markdown]
# # 11 · How good is it?
#
# A number under a picture decides which method is published, which model is shipped, and when you
# stop training. This unit is about those numbers: what they measure, what they don't, and how they
# go wrong without an error message. You write eight of them, and then try to fool each one.
#
# Two questions are easily confused:
#
# - **How far is this picture from that one?** There is a target, pixel by pixel: MSE, PSNR, SSIM, a
#   perceptual distance. (Restoration, compression, autoencoders.)
# - **How far is this *set* of pictures from that one?** There is no target, only a crowd to blend
#   into: Fréchet distance, kernel distance, Inception Score. (Generators.)
#
# **Before you start:** convolution (unit 1), generators (units 4 and 5). From statistics: mean,
# covariance, entropy.
#
# **Time:** about four hours. The slow cells take up to 15 seconds each; each says so.

# %% setup
import math

import numpy as np
import torch
import torch.nn.functional as F

from autograder import check, hint, progress
from retouch.data import photograph
from retouch.data.fashion_mnist import CLASS_NAMES, fashion_mnist
from retouch.device import describe_device, pick_device
from retouch.show import explore, plot_curve, show_images


def picture(name, size):
    """A photograph as a batch of one, 1×3×H×W, float in [0, 1]."""
    pixels = torch.from_numpy(photograph(name, size=size))
    return (pixels.permute(2, 0, 1)[None] / 255).float()


def with_error(damage, target, error):
    """damage(strength), clamped, at the strength in [0, 1] whose squared error is `error`."""
    low, high = 0.0, 1.0
    for _ in range(40):
        middle = (low + high) / 2
        image = damage(middle).clamp(0, 1)
        if (image - target).square().mean() < error:
            low = middle
        else:
            high = middle
    return image


# %%
print(describe_device())
progress()

# %% [markdown]
# ## What you will make
#
# Here is a photograph, and two pictures made from it. By their mean squared error they are
# **equally good**, to six digits. By the end of the unit you will have six such pictures, three
# numbers that disagree about them, and an opinion of your own.

# %%
original = picture("coffee", (128, 160))
noise = torch.randn(original.shape, generator=torch.Generator().manual_seed(0))
ways = {
    "noise": lambda strength: original + strength * noise,
    "more light": lambda strength: original + strength,
}
shown = {"the photograph": original[0]}
for name, damage in ways.items():
    worse = with_error(damage, original, 0.01)
    shown[f"{name}: MSE {(worse - original).square().mean():.6f}"] = worse[0]
show_images(shown, alt="a red cup of coffee on a wooden table", height=200)
