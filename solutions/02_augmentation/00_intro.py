# %% [markdown]
# # 2 · Augmentation
#
# A thousand labelled pictures are soon learned by heart. But you know things about them that the
# pixels don't say: a coat that is mirrored, moved by a pixel or half hidden behind a bag is still
# a coat. *Augmentation* says it to the network, by showing it each picture in a new variation
# every time. You write seven such functions, measure what they gain, and find one that does
# damage.
#
# **Before you start:** unit 1, and PyTorch's tensors: `torch.rand`, slices, broadcasting. The
# networks are given; you write what they eat.
#
# **Time:** about two and a half hours. Three cells train small networks; they say how long they
# take.

# %% setup
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from autograder import check, hint, progress
from retouch.data import photograph
from retouch.data.fashion_mnist import CLASS_NAMES, fashion_mnist
from retouch.device import describe_device, pick_device
from retouch.show import explore, plot_curve, plot_histograms, show_figure, show_images


def to_tensor(picture):
    """A photograph, H×W×3 bytes, as a batch of one: 1×3×H×W floats in 0 … 1."""
    return torch.from_numpy(np.atleast_3d(picture)).permute(2, 0, 1)[None] / 255


def side_by_side(images, columns=8):
    """The pictures of a batch N×C×H×W as one picture, with a thin white line between them."""
    rows = F.pad(images, (1, 1, 1, 1), value=1.0).split(columns)
    return torch.cat([torch.cat(list(row), dim=2) for row in rows], dim=1)


def wall(images, alt, columns=8, height=None):
    """Show a batch N×C×H×W, `columns` in a row."""
    tall = -(-len(images) // columns)
    caption = f"{len(images)} pictures"
    show_images({caption: side_by_side(images, columns)}, alt=alt, height=height or 90 * tall)


# %%
print(describe_device())
progress()

# %% [markdown]
# ## What you will make
#
# One photograph, twenty-four times, and never twice the same. The next cell uses the course's own
# versions of your functions, so it works already.

# %%
from retouch.pixels import augmentation

rng = torch.Generator().manual_seed(4)
cats = to_tensor(photograph("chelsea", size=(80, 120))).repeat(24, 1, 1, 1)
cats = augmentation.random_hflip(cats, 0.5, rng)
cats = augmentation.jitter_color(cats, 0.4, 0.5, rng)
cats = F.interpolate(augmentation.random_crop(cats, 64, 0, rng), size=80, mode="bilinear")
cats = augmentation.cutout(cats, 20, rng)
wall(cats, "a cat's face: mirrored, recoloured, moved, in part covered")

# %% [markdown]
# ## What a batch is here
#
# A tensor N×C×H×W: N pictures, C channels, H rows, W columns. Floats in 0 … 1 unless an exercise
# says otherwise. Unit 1 had one picture and the channels last; a network eats many at once, and
# wants them first.
#
# | | unit 1 | from here on |
# |---|---|---|
# | library | NumPy | PyTorch |
# | one colour picture | H×W×3 | 3×H×W |
# | a batch | | N×3×H×W |
# | mirror it | `image[:, ::-1]` | `images.flip(-1)` |
#
# **Where chance comes from.** Each function gets a `torch.Generator`, a source of random
# numbers that starts from a seed. Same seed, same numbers. Different ways of drawing are equally
# right, so the checks call your function hundreds of times, and look at the *distribution*.

# %%
first, second = torch.Generator().manual_seed(7), torch.Generator().manual_seed(7)
print(torch.rand(3, generator=first), "then", torch.rand(3, generator=first))
print(torch.rand(3, generator=second), "is where the other one began")

# %% [markdown]
# The pictures of this unit are from Fashion-MNIST: 28×28, gray, ten kinds of clothing. 2,000 for
# training and 1,000 for testing come with the course.

# %%
train, test = fashion_mnist("train"), fashion_mnist("test")
print("images:", tuple(train.images.shape), train.images.dtype)
examples = torch.cat([train.images[train.labels == c][:2] for c in range(10)])
wall(examples, "two examples of each of ten kinds of clothing", columns=10, height=120)
print(", ".join(CLASS_NAMES))
