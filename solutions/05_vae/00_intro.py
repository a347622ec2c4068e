# %% [markdown]
# # 5 · Autoencoders that dream
#
# A GAN makes pictures and cannot tell you where a given one came from. An *autoencoder* goes both
# ways: one network squeezes a picture into a few numbers, another one makes it a picture again. In
# this unit you let one remove noise, and see why you can't invent pictures with it. Then you make
# it *variational*: you teach it to be unsure, and its few numbers become a map on which every
# place is a picture.
#
# **Before you start:** unit 4, for convolutions up and down; unit 3, for cross-entropy with logits.
# Some probability: a normal distribution, its mean and variance.
#
# **Time:** about three hours. Four cells train small networks; each says how long it takes.

# %% setup
import math

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from autograder import check, hint, progress
from retouch.data import photograph
from retouch.data.fashion_mnist import CLASS_NAMES, binarize, fashion_mnist
from retouch.device import describe_device, pick_device
from retouch.show import explore, plot_curve, show_figure, show_images


def side_by_side(images, columns=8):
    """The pictures of a batch N×C×H×W as one picture, with a thin gray line between them."""
    rows = F.pad(images.detach().cpu(), (1, 1, 1, 1), value=0.5).split(columns)
    missing = columns * len(rows) - len(images)
    rows = [*rows[:-1], F.pad(rows[-1], (0, 0, 0, 0, 0, 0, 0, missing), value=0.5)]
    return torch.cat([torch.cat(list(row), dim=2) for row in rows], dim=1)


def solid(data, kind, rank=0.8):
    """A picture 1×1×H×W of a class that stays mostly white when made black and white."""
    images = data.images[data.labels == kind]
    white = (images > 0.5).float().mean(dim=(1, 2, 3))
    return images[white.argsort()[int(rank * len(images))]][None]


def walls(batches, alt, columns=8, row_height=46):
    """Show several batches N×C×H×W by their captions, one under the other."""
    for caption, images in batches.items():
        rows = -(-len(images) // columns)
        picture = side_by_side(images, columns)
        show_images({caption: picture}, alt=alt, height=row_height * rows)


# %%
print(describe_device())
progress()

# %% [markdown]
# ## What you will make
#
# A row of pictures from one piece of clothing to another, with nothing but plausible clothes on the
# way. The next cell uses the course's own versions of your functions and a network that was trained
# on 60,000 pictures, so it works already (after a few seconds).

# %%
from retouch.models import vae as library
from retouch.recipes.pretrained import pretrained

grown_up, grown_recipe, grown_card = pretrained("vae")
train, test = fashion_mnist("train"), fashion_mnist("test")
with torch.no_grad():
    ends = binarize(torch.cat([solid(train, c) for c in (9, 7, 3, 0)]))
    places = grown_up.encode(ends)[0]
    journey = [
        library.interpolate(grown_up.decode, places[start], places[end], 12).sigmoid()
        for start, end in [(0, 1), (2, 3)]
    ]
walls(
    {"from a boot to a sneaker, and from a dress to a T-shirt": torch.cat(journey)},
    "two rows of twelve pieces of clothing; each turns into another one step by step",
    columns=12,
)

# %% [markdown]
# ## The pictures
#
# Fashion-MNIST again: 2,000 pictures for training and 1,000 for testing come with the course, 28×28
# and gray. With `SCALE = "gpu"` the cells of this unit that train take the full set (60,000, if it
# is on this computer) and many more steps. Nothing else changes.

# %%
SCALE = "cpu"  # or "gpu"

torch.set_num_threads(1)  # networks this small gain little from a second thread
device = pick_device()
if SCALE == "gpu":
    train, test = fashion_mnist("train", full=True), fashion_mnist("test", full=True)
print(len(train.images), "pictures to learn from,", len(test.images), "to test; on", device)
