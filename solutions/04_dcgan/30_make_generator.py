# %% [markdown]
# ## The generator
#
# **Goal.** The whole way up, from noise to pictures.
#
# | step | channels | side |
# |---|---|---|
# | the noise | `latent_dim` | none: N×latent has two axes |
# | give each vector a map of one pixel | `latent_dim` | 1 |
# | transposed convolution 4/1/0 without bias, batch normalization, ReLU | 4·`width` | 4 |
# | `generator_block` | 2·`width` | 8 |
# | `generator_block` | `width` | 16 |
# | transposed convolution 4/2/1, then **Tanh** | `channels` | 32 |
#
# The last step has *no* normalization and no ReLU. Normalized, every picture would have the mean
# gray that the batch has, so none could be mostly black; with a ReLU, none could be black at all.
# Tanh has the range of the pictures, −1 … 1.
#
# | | type | |
# |---|---|---|
# | `latent_dim` | `int` | length of the noise vectors |
# | `channels` | `int` | of the pictures: 1 for gray, 3 for colour |
# | `width` | `int` | see the table |
# | result | `nn.Module` | takes N×latent, returns N×channels×32×32 in −1 … 1 |
#
# **What is free.** `nn.Sequential` or a class, `nn.Unflatten` or `view`; a matrix (`nn.Linear`,
# without its bias, too) instead of the first transposed convolution, which is the same thing on one
# pixel: its 64·`width` numbers become 4·`width` maps of 4×4; a bias in the last layer, which has no
# normalization that would eat it. To see your network's numbers, the checks put weights of their
# own into the layers, which they find by their shapes.
#
# By hand, for `latent_dim=100, channels=1, width=16`: the first layer has 100·64·16 = 102,400
# weights, the blocks 64·32·16 + 32·16·16 = 40,960, the last one 16·1·16 = 256, and the
# normalizations 2·(64 + 32 + 16) = 224. In all 143,840, and most of them in the first layer.
#
# **Why it matters.** This is the network whose pictures you will look at.

# %% exercise points=3 forbid="retouch.models retouch.recipes"
def make_generator(latent_dim, channels, width):
    """A network from noise N×latent_dim to pictures N×channels×32×32 in [-1, 1].

    Args:
        latent_dim: length of the noise vectors.
        channels: of the pictures.
        width: channels of the last hidden layer; the ones before have twice and four times as many.

    Returns:
        An nn.Module with fresh weights.
    """
    ### BEGIN SOLUTION
    return nn.Sequential(
        nn.Unflatten(1, (latent_dim, 1, 1)),
        nn.ConvTranspose2d(latent_dim, 4 * width, 4, bias=False),
        nn.BatchNorm2d(4 * width),
        nn.ReLU(),
        generator_block(4 * width, 2 * width),
        generator_block(2 * width, width),
        nn.ConvTranspose2d(width, channels, 4, stride=2, padding=1),
        nn.Tanh(),
    )
    ### END SOLUTION


# %% hint
# Which shape does a transposed convolution want, and which has the noise? And which of your layers
# have a ReLU after them, which a Tanh?

# %% hint
# `nn.Unflatten(1, (latent_dim, 1, 1))` makes N×latent×1×1 of N×latent. Then the first layer with
# its normalization and ReLU, two calls of `generator_block`, a last `nn.ConvTranspose2d`, and
# `nn.Tanh()`.

# %% hint
# One `nn.Sequential`: the `Unflatten`; `ConvTranspose2d(latent_dim, 4 * width, 4, 1, 0,
# bias=False)`, `BatchNorm2d(4 * width)`, `ReLU`; blocks from `4 * width` to `2 * width` and from
# there to `width`; `ConvTranspose2d(width, channels, 4, 2, 1)`; `Tanh`.

# %% cases
import torch


def cases(rng):
    def case(n, latent_dim, channels, width):
        latent_dim += int(rng.integers(6))
        noise = torch.tensor(rng.normal(0, 1, (n, latent_dim)), dtype=torch.float32)
        seed = int(rng.integers(2**31))
        return {"noise": noise, "channels": channels, "width": width, "seed": seed}

    yield "gray pictures", case(3, 10, 1, 4)
    yield "colour pictures, wider, from short noise", case(4, 3, 3, 5)
    yield "two channels, from longer noise", case(2, 21, 2, 3)


# %% observe
import torch

from autograder import close, equal


def observe(make_generator, noise, channels, width, seed):
    network = make_generator(noise.shape[1], channels, width)
    named = dict(network.named_parameters())
    sizes = [p.numel() for name, p in named.items() if not _is_free(name, p, channels)]
    for name, parameter in named.items():
        free = _is_free(name, parameter, channels)
        parameter.data = _given(name, parameter, seed) * (not free)
    network.train()
    training = network(noise.clone()).detach()
    network.eval()
    evaluation = network(noise.clone()).detach()
    rules = {"rtol": 1e-3, "atol": 1e-3}
    return {
        "shape of the pictures": equal([*training.shape]),
        "numbers in each trained tensor, but for a bias of the last layer": sorted(sizes),
        "some pixels in training, with given weights": close(training[..., ::5, ::6], **rules),
        "some pixels in evaluation, with given weights": close(evaluation[..., ::5, ::6], **rules),
    }


def _is_free(name, parameter, channels):
    """The bias of the last layer, which may be there or not."""
    return name.endswith("bias") and [*parameter.shape] == [channels]


def _given(name, parameter, seed):
    """Numbers for a trained tensor that depend on its shape only, not on its name or place."""
    shape = [*parameter.shape]
    is_matrix = len(shape) == 2
    if is_matrix:  # of a transposed convolution on one pixel
        shape = [shape[1], -(-shape[0] // 16), 4, 4]
    generator = torch.Generator().manual_seed(seed + 2 * sum(shape) + name.endswith("bias"))
    values = 2 * torch.rand(shape, generator=generator) - 1
    if len(shape) == 1:
        return 0.5 * values + (not name.endswith("bias"))
    values *= 1.5 / shape[0] ** 0.5
    return values.permute(1, 2, 3, 0).flatten(0, 2)[: len(parameter)] if is_matrix else values


# %% right "a class with a matrix"
class _Maker(nn.Module):
    def __init__(self, latent_dim, channels, width):
        super().__init__()
        self.last = nn.ConvTranspose2d(width, channels, 4, 2, 1, bias=False)
        self.blocks = nn.ModuleList(
            [generator_block(4 * width, 2 * width), generator_block(2 * width, width)]
        )
        self.project = nn.Linear(latent_dim, 64 * width, bias=False)
        self.normalize = nn.BatchNorm2d(4 * width)

    def forward(self, noise):
        x = self.project(noise).view(len(noise), -1, 4, 4)
        x = self.normalize(x).relu()
        for block in self.blocks:
            x = block(x)
        return torch.tanh(self.last(x))


def make_generator(latent_dim, channels, width):
    return _Maker(latent_dim, channels, width)


# %% right "in a loop, with views"
class _AsMap(nn.Module):
    def forward(self, noise):
        return noise[:, :, None, None]


def make_generator(latent_dim, channels, width):
    layers = [_AsMap()]
    before = latent_dim
    for level, after in enumerate((4 * width, 2 * width, width)):
        stride, padding = (1, 0) if level == 0 else (2, 1)
        layers.append(nn.ConvTranspose2d(before, after, 4, stride, padding, bias=False))
        layers += [nn.BatchNorm2d(after), nn.ReLU(inplace=True)]
        before = after
    layers += [nn.ConvTranspose2d(before, channels, 4, 2, 1, bias=False), nn.Tanh()]
    return nn.Sequential(*layers)


# %% right "a matrix in a sequence"
# - nn.Unflatten(1, (latent_dim, 1, 1)),
# - nn.ConvTranspose2d(latent_dim, 4 * width, 4, bias=False),
# + nn.Linear(latent_dim, 4 * width * 4 * 4, bias=False),
# + nn.Unflatten(1, (4 * width, 4, 4)),

# %% wrong "sigmoid at the end"
# Sigmoid gives 0 … 1, so half of the gray levels can't be made. The pictures are in −1 … 1: Tanh.
# - nn.Tanh(),
# + nn.Sigmoid(),

# %% wrong "no Tanh"
# Nothing keeps the pictures in −1 … 1. End with a Tanh.
# - nn.Tanh(),

# %% wrong "clamped"
# You cut off what is beyond −1 … 1. There the slope is 0, so such a pixel never learns; Tanh bends
# instead of cutting.
# - nn.Tanh(),
# + nn.Hardtanh(),

# %% wrong "normalizes the pictures"
# There is a batch normalization after the last convolution, so no picture can be mostly black. The
# last layer has none.
#   nn.ConvTranspose2d(width, channels, 4, stride=2, padding=1),
# + nn.BatchNorm2d(channels),

# %% wrong "a block at the end"
# You end with a `generator_block`, so a normalization and a ReLU come before the Tanh, and nothing
# can be below 0. The last layer is a bare transposed convolution.
# - nn.ConvTranspose2d(width, channels, 4, stride=2, padding=1),
# + generator_block(width, channels),

# %% wrong "a ReLU before the Tanh"
# A ReLU before the Tanh leaves 0 … 1 of its range. The last convolution goes straight into the
# Tanh.
#   nn.ConvTranspose2d(width, channels, 4, stride=2, padding=1),
# + nn.ReLU(),

# %% wrong "noise as a map only" raises="input to conv_transpose2d"
# Your network's first layer wants maps N×C×H×W, and gets the noise, N×latent, as it is. Begin with
# `nn.Unflatten(1, (latent_dim, 1, 1))`.
# - nn.Unflatten(1, (latent_dim, 1, 1)),

# %% wrong "first layer without normalization and ReLU"
# The first layer goes straight into the first block. It needs its own batch normalization and ReLU.
# - nn.BatchNorm2d(4 * width),
# - nn.ReLU(),

# %% wrong "first layer without normalization"
# The first layer has a ReLU but no batch normalization. All layers but the last are normalized.
# - nn.BatchNorm2d(4 * width),

# %% wrong "first layer without ReLU"
# Between the first layer's normalization and the first block a ReLU is missing, so the two are one
# linear layer.
# - nn.ReLU(),

# %% wrong "first layer with a leak"
# The first layer has a LeakyReLU 0.2, which is for the discriminator. The generator has plain
# ReLUs.
# - nn.ReLU(),
# + nn.LeakyReLU(0.2),

# %% wrong "first layer 4/2/1"
# From one pixel, 4/2/1 makes two, so your pictures have a side of 16. The first layer is 4/1/0: one
# stamp of 4.
# - nn.ConvTranspose2d(latent_dim, 4 * width, 4, bias=False),
# + nn.ConvTranspose2d(latent_dim, 4 * width, 4, stride=2, padding=1, bias=False),

# %% wrong "a block too many"
# Your pictures have a side of 64. From 4 to 32 it is three times the double: two blocks and the
# last layer.
# - nn.ConvTranspose2d(latent_dim, 4 * width, 4, bias=False),
# - nn.BatchNorm2d(4 * width),
# + nn.ConvTranspose2d(latent_dim, 8 * width, 4, bias=False),
# + nn.BatchNorm2d(8 * width),
#   nn.ReLU(),
# + generator_block(8 * width, 4 * width),

# %% wrong "seven pixels at first"
# You begin with 7×7 pixels, for pictures of 28×28. Here the sides are 4, 8, 16 and 32.
# - nn.ConvTranspose2d(latent_dim, 4 * width, 4, bias=False),
# - nn.BatchNorm2d(4 * width),
# + nn.ConvTranspose2d(latent_dim, 2 * width, 7, bias=False),
# + nn.BatchNorm2d(2 * width),
# - generator_block(4 * width, 2 * width),

# %% wrong "wider on the way up"
# Your layers get *more* channels from step to step. They begin with 4·width and end with width.
# - nn.ConvTranspose2d(latent_dim, 4 * width, 4, bias=False),
# - nn.BatchNorm2d(4 * width),
# + nn.ConvTranspose2d(latent_dim, width, 4, bias=False),
# + nn.BatchNorm2d(width),
# - generator_block(4 * width, 2 * width),
# - generator_block(2 * width, width),
# - nn.ConvTranspose2d(width, channels, 4, stride=2, padding=1),
# + generator_block(width, 2 * width),
# + generator_block(2 * width, 4 * width),
# + nn.ConvTranspose2d(4 * width, channels, 4, stride=2, padding=1),

# %% wrong "always the same width"
# All of your layers have `width` channels. They have 4, 2 and 1 times as many.
# - nn.ConvTranspose2d(latent_dim, 4 * width, 4, bias=False),
# - nn.BatchNorm2d(4 * width),
# + nn.ConvTranspose2d(latent_dim, width, 4, bias=False),
# + nn.BatchNorm2d(width),
# - generator_block(4 * width, 2 * width),
# - generator_block(2 * width, width),
# + generator_block(width, width),
# + generator_block(width, width),

# %% wrong "bias in the first layer"
# The first layer has a bias, which its normalization subtracts again. Pass `bias=False`.
# - nn.ConvTranspose2d(latent_dim, 4 * width, 4, bias=False),
# + nn.ConvTranspose2d(latent_dim, 4 * width, 4),

# %% wrong "a matrix with a bias"
# The matrix has a bias, as `nn.Linear` has unless told otherwise. Most of it is subtracted again by
# the normalization. Pass `bias=False`, as for the convolution.
# - nn.Unflatten(1, (latent_dim, 1, 1)),
# - nn.ConvTranspose2d(latent_dim, 4 * width, 4, bias=False),
# + nn.Linear(latent_dim, 64 * width),
# + nn.Unflatten(1, (4 * width, 4, 4)),

# %% wrong "gray pictures only"
# You ignore `channels`: colour pictures have three.
# - nn.ConvTranspose2d(width, channels, 4, stride=2, padding=1),
# + nn.ConvTranspose2d(width, 1, 4, stride=2, padding=1),
