# %% [markdown]
# # 4 · DCGAN
#
# The forger of unit 3 moved points about a plane. Now it makes *pictures*: shirts, boots and bags
# that nobody has ever made, out of a hundred random numbers each. The game and its two steps stay
# as you wrote them. What is new are the players: convolutional networks, built by a handful of
# rules that were found in 2016 by trying, and made the game playable for pictures. You build both
# networks, train them, meet a stronger one, and measure what a generator is able to make and what
# it isn't.
#
# **Before you start:** unit 3. Of PyTorch, `nn.Module`, `nn.Sequential` and `nn.Conv2d`.
#
# **Time:** about three hours. Two cells train networks, for about 40 and 10 seconds on a laptop.

# %% setup
import math

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from autograder import check, hint, progress
from retouch.data.fashion_mnist import CLASS_NAMES, fashion_mnist
from retouch.device import describe_device, pick_device
from retouch.show import explore, plot_curve, show_images


def side_by_side(images, columns=10):
    """Pictures N×1×H×W in −1 … 1 as one picture in 0 … 1, with a thin white line between them."""
    images = images.detach().cpu().float() / 2 + 0.5
    rows = F.pad(images, (1, 1, 1, 1), value=1.0).split(columns)
    return torch.cat([torch.cat(list(row), dim=2) for row in rows], dim=1)


def walls(groups, alt, columns=10, height=None, across=2):
    """Show several batches of pictures in −1 … 1, each as one wall with its caption."""
    tall = max(-(-len(images) // columns) for images in groups.values())
    show_images(
        {caption: side_by_side(images, columns) for caption, images in groups.items()},
        alt=alt,
        columns=across,
        height=height or 44 * tall,
    )


# %%
print(describe_device())
progress()

# %% [markdown]
# ## What you will make
#
# The next cell uses the course's own generator, so it works already. One of the two walls was
# photographed, the other one was computed.
#
# > **Decide before you open the answer:** which is which? And what gives it away?

# %%
from retouch.recipes.pretrained import pretrained

real = fashion_mnist("test", size=32)
with torch.no_grad():
    noise = torch.randn(40, 100, generator=torch.Generator().manual_seed(3))
    computed = pretrained("dcgan")[0](noise)
walls(
    {"A": 2 * real.images[100:140] - 1, "B": computed},
    "forty pictures of clothing",
    columns=8,
)

# %% [markdown]
# <details><summary>Answer</summary>
#
# B was computed. Whole pieces are convincing; buckles, laces, prints and lettering aren't, and now
# and then a piece is two kinds at once.
#
# </details>
#
# ## What a picture is here
#
# A tensor N×C×32×32 with values in **−1 … 1**: black is −1, white is 1. Fashion-MNIST has 28×28
# pixels; a black frame makes 32 of them, a number that can be halved three times: 32, 16, 8, 4.
#
# | | shape | values |
# |---|---|---|
# | noise | N×100 | normal, mean 0, standard deviation 1 |
# | pictures | N×1×32×32 | −1 … 1 |
# | logits | N | any |
#
# The generator goes up from noise to a picture, the discriminator down from a picture to a logit.
# Both go in steps of two:
#
# | | 1×1 | 4×4 | 8×8 | 16×16 | 32×32 |
# |---|---|---|---|---|---|
# | **generator**, channels (→) | 100 | 4·width | 2·width | width | 1 |
# | **discriminator**, channels (←) | 1 logit | 4·width | 2·width | width | 1 |
#
# What gets smaller on the map gets richer in channels. `width` says how rich: 64 for the generator
# above, 16 for the one that you train in a moment.
