# %% [markdown]
# ## The discriminator
#
# **Goal.** The whole way down, from a picture to one logit.
#
# | step | channels | side |
# |---|---|---|
# | the picture | `channels` | 32 |
# | convolution 4/2/1, LeakyReLU 0.2; *no* normalization | `width` | 16 |
# | convolution 4/2/1 without bias, batch normalization, LeakyReLU 0.2 | 2·`width` | 8 |
# | the same again | 4·`width` | 4 |
# | convolution 4/1/0 | 1 | 1 |
# | drop the three axes that are left: N×1×1×1 becomes N | none | |
#
# **LeakyReLU** lets negative values through, times 0.2. A ReLU would stop them, and their gradients
# with them; but all that the generator ever learns is the gradients that come *through* this
# network.
#
# **No normalization on the first layer**: it would take away how bright and how contrasty the
# pictures are on the whole, the first thing that gives a poor fake away. **No sigmoid** at the
# end: your losses want logits.
#
# | | type | |
# |---|---|---|
# | `channels` | `int` | of the pictures |
# | `width` | `int` | see the table |
# | result | `nn.Module` | takes N×channels×32×32, returns N logits, also for N = 1 |
#
# **What is free.** `nn.Sequential` or a class; a bias in the first and the last layer; `nn.Linear`
# over all 4·4·4·`width` values instead of the last convolution, which is the same thing. To see
# your network's numbers, the checks put weights of their own into the layers, which they find by
# their shapes.
#
# By hand: a LeakyReLU 0.2 makes −3 to −0.6, and leaves 3 alone. Behind three of them, what was
# negative three times in a row still has 0.2³ = 0.008 of its slope. With slope 0.02 it would be
# 0.000008.
#
# **Why it matters.** It is the only teacher that the generator has.

# %% exercise points=3 forbid="retouch.models retouch.recipes"
def make_discriminator(channels, width):
    """A network from pictures N×channels×32×32 to N logits.

    Args:
        channels: of the pictures.
        width: channels of the first hidden layer; the next ones have twice and four times as many.

    Returns:
        An nn.Module with fresh weights.
    """
    ### BEGIN SOLUTION
    return nn.Sequential(
        nn.Conv2d(channels, width, 4, stride=2, padding=1),
        nn.LeakyReLU(0.2),
        nn.Conv2d(width, 2 * width, 4, stride=2, padding=1, bias=False),
        nn.BatchNorm2d(2 * width),
        nn.LeakyReLU(0.2),
        nn.Conv2d(2 * width, 4 * width, 4, stride=2, padding=1, bias=False),
        nn.BatchNorm2d(4 * width),
        nn.LeakyReLU(0.2),
        nn.Conv2d(4 * width, 1, 4),
        nn.Flatten(0),
    )
    ### END SOLUTION


# %% hint
# After each layer: which shape is it? At the very end, which axes are left, and what happens to
# yours if there is only one picture?

# %% hint
# `nn.Conv2d(before, after, kernel_size, stride, padding, bias=...)`, `nn.LeakyReLU(0.2)`,
# `nn.BatchNorm2d(channels)`; `nn.Flatten(0)` makes one axis of all that are there.

# %% hint
# Convolution and leak; then convolution without bias, normalization and leak, twice, from `width`
# to `2 * width` to `4 * width`; `nn.Conv2d(4 * width, 1, 4)`; `nn.Flatten(0)`. All leaks 0.2.

# %% cases
import torch


def cases(rng):
    def case(n, channels, width):
        images = rng.uniform(-1, 1, (n, channels, 32, 32))
        seed = int(rng.integers(2**31))
        return {"images": torch.tensor(images, dtype=torch.float16), "width": width, "seed": seed}

    yield "gray pictures", case(3, 1, 4)
    yield "a single colour picture, wider", case(1, 3, 5)
    yield "two channels", case(2, 2, 3)


# %% observe
import torch

from autograder import close, equal


def observe(make_discriminator, images, width, seed):
    images = images.float()
    network = make_discriminator(images.shape[1], width)
    named = dict(network.named_parameters())
    sizes = [p.numel() for name, p in named.items() if not _is_free(name, p, width)]
    start = {name: b.clone() for name, b in network.named_buffers()}
    for name, parameter in named.items():
        free = _is_free(name, parameter, width)
        parameter.data = _given(name, parameter, seed) * (not free)
    network.train()
    training = network(images.clone()).detach()
    network.eval()
    evaluation = network(images.clone()).detach()
    # Behind weights above 0, and with the statistics of the beginning, everything in a network that
    # sees a negative picture stays below 0: the logit is a product of all slopes there.
    for name, buffer in network.named_buffers():
        buffer.copy_(start[name])
    for name, parameter in named.items():
        parameter.data = parameter.data.abs() * (not name.endswith("bias"))
    below = network(-images.abs() - 0.1).detach()
    rules = {"rtol": 1e-3, "atol": 1e-3}
    return {
        "shape of the logits": equal([*training.shape]),
        "numbers in each trained tensor, but for biases of the first and the last layer": sorted(
            sizes
        ),
        "logits in training, with given weights": close(training, **rules),
        "logits in evaluation, with given weights": close(evaluation, **rules),
        "log10 of a logit that all slopes below 0 made small": close(below.abs().log10(), **rules),
    }


def _is_free(name, parameter, width):
    """The biases of the first and the last layer, which may be there or not."""
    return name.endswith("bias") and [*parameter.shape] in ([width], [1])


def _given(name, parameter, seed):
    """Numbers for a trained tensor that depend on its shape only, not on its name or place."""
    shape = [*parameter.shape]
    if len(shape) == 2:  # a matrix in place of the last convolution
        shape = [shape[0], -(-shape[1] // 16), 4, 4]
    generator = torch.Generator().manual_seed(seed + 2 * sum(shape) + name.endswith("bias"))
    values = 2 * torch.rand(shape, generator=generator) - 1
    if len(shape) == 1:
        return 0.5 * values + (not name.endswith("bias"))
    values /= shape[1] ** 0.5
    return values.flatten(1)[:, : parameter.shape[1]] if parameter.ndim == 2 else values


# %% right "a class, with a matrix at the end"
class _Judge(nn.Module):
    def __init__(self, channels, width):
        super().__init__()
        self.linear = nn.Linear(64 * width, 1)
        self.convs = nn.ModuleList(
            [
                nn.Conv2d(channels, width, 4, 2, 1, bias=False),
                nn.Conv2d(width, 2 * width, 4, 2, 1, bias=False),
                nn.Conv2d(2 * width, 4 * width, 4, 2, 1, bias=False),
            ]
        )
        self.norms = nn.ModuleList([nn.BatchNorm2d(2 * width), nn.BatchNorm2d(4 * width)])

    def forward(self, images):
        x = F.leaky_relu(self.convs[0](images), 0.2)
        for conv, norm in zip(self.convs[1:], self.norms):
            x = F.leaky_relu(norm(conv(x)), 0.2)
        return self.linear(x.flatten(1)).squeeze(1)


def make_discriminator(channels, width):
    return _Judge(channels, width)


# %% right "in a loop, without biases"
def make_discriminator(channels, width):
    layers = []
    for before, after in [(channels, width), (width, 2 * width), (2 * width, 4 * width)]:
        layers.append(nn.Conv2d(before, after, 4, 2, 1, bias=False))
        layers += [] if before == channels else [nn.BatchNorm2d(after)]
        layers.append(nn.LeakyReLU(0.2, inplace=True))
    layers += [nn.Conv2d(4 * width, 1, 4, 1, 0, bias=False), nn.Flatten(0)]
    return nn.Sequential(*layers)


# %% wrong "sigmoid at the end"
# A sigmoid makes probabilities, and your losses want logits: they take the sigmoid themselves.
# Leave it out.
#   nn.Flatten(0),
# + nn.Sigmoid(),

# %% wrong "tanh at the end"
# A Tanh keeps the logits in −1 … 1, so the discriminator can never be sure. The last convolution is
# the end.
#   nn.Flatten(0),
# + nn.Tanh(),

# %% wrong "leak at the end"
# There is a LeakyReLU after the last convolution, so confident "fake" is five times fainter than
# confident "real". The logit comes out as it is.
#   nn.Conv2d(4 * width, 1, 4),
# + nn.LeakyReLU(0.2),

# %% wrong "N×1×1×1"
# You return N×1×1×1. The losses would take a mean all the same, but two such shapes side by side
# can make N×N. Flatten: `nn.Flatten(0)`.
# - nn.Flatten(0),

# %% wrong "N×1"
# You return N×1: `nn.Flatten()` keeps the first axis *and* one more. `nn.Flatten(0)` makes one of
# all.
# - nn.Flatten(0),
# + nn.Flatten(),

# %% wrong "squeezes a batch of one"
# You squeeze every axis of size 1. With a single picture that is N, too, and the logits have no
# axis left.
# - return nn.Sequential(
# + class Squeezed(nn.Sequential):
# +     def forward(self, images):
# +         return super().forward(images).squeeze()
# +
# + return Squeezed(
# - nn.Flatten(0),

# %% wrong "normalizes the first layer"
# The first layer has a batch normalization, which hides how bright and contrasty the pictures are.
# Only the second and the third layer have one.
#   nn.Conv2d(channels, width, 4, stride=2, padding=1),
# + nn.BatchNorm2d(width),

# %% wrong "normalizes the logits"
# A batch normalization after the last convolution makes half of every batch look real, whatever is
# in it. The last layer has none.
#   nn.Conv2d(4 * width, 1, 4),
# + nn.BatchNorm2d(1),

# %% wrong "no normalization"
# The second and the third layer have no batch normalization. It goes between the convolution and
# the leak.
# - nn.BatchNorm2d(2 * width),
#
# - nn.BatchNorm2d(4 * width),

# %% wrong "ReLU"
# A ReLU stops all gradients of negative values, and the generator learns from nothing else. Use
# `nn.LeakyReLU(0.2)`.
#   nn.Conv2d(channels, width, 4, stride=2, padding=1),
# - nn.LeakyReLU(0.2),
# + nn.ReLU(),
#   nn.BatchNorm2d(2 * width),
# - nn.LeakyReLU(0.2),
# + nn.ReLU(),
#   nn.BatchNorm2d(4 * width),
# - nn.LeakyReLU(0.2),
# + nn.ReLU(),

# %% wrong "slope 0.02"
# Your leak is 0.02; it is 0.2. (0.02 is the standard deviation of the weights, in a moment.)
#   nn.Conv2d(channels, width, 4, stride=2, padding=1),
# - nn.LeakyReLU(0.2),
# + nn.LeakyReLU(0.02),
#   nn.BatchNorm2d(2 * width),
# - nn.LeakyReLU(0.2),
# + nn.LeakyReLU(0.02),
#   nn.BatchNorm2d(4 * width),
# - nn.LeakyReLU(0.2),
# + nn.LeakyReLU(0.02),

# %% wrong "default slope"
# `nn.LeakyReLU()` has a slope of 0.01. Pass it: `nn.LeakyReLU(0.2)`.
#   nn.Conv2d(channels, width, 4, stride=2, padding=1),
# - nn.LeakyReLU(0.2),
# + nn.LeakyReLU(),
#   nn.BatchNorm2d(2 * width),
# - nn.LeakyReLU(0.2),
# + nn.LeakyReLU(),
#   nn.BatchNorm2d(4 * width),
# - nn.LeakyReLU(0.2),
# + nn.LeakyReLU(),

# %% wrong "leak before the normalization"
# You normalize what the leak left. First the normalization, then the leak.
#   nn.Conv2d(width, 2 * width, 4, stride=2, padding=1, bias=False),
# + nn.LeakyReLU(0.2),
#   nn.BatchNorm2d(2 * width),
# + nn.Conv2d(2 * width, 4 * width, 4, stride=2, padding=1, bias=False),
# - nn.Conv2d(2 * width, 4 * width, 4, stride=2, padding=1, bias=False),
#
#   nn.BatchNorm2d(4 * width),
# - nn.LeakyReLU(0.2),

# %% wrong "no activations"
# There is no activation at all: however many layers, it is one linear function of the picture. Put
# a LeakyReLU after each hidden layer.
#   nn.Conv2d(channels, width, 4, stride=2, padding=1),
# - nn.LeakyReLU(0.2),
#
#   nn.BatchNorm2d(2 * width),
# - nn.LeakyReLU(0.2),
#
#   nn.BatchNorm2d(4 * width),
# - nn.LeakyReLU(0.2),

# %% wrong "first layer without a leak"
# The first convolution goes straight into the second one: together they are one linear layer. A
# LeakyReLU belongs between them.
#   nn.Conv2d(channels, width, 4, stride=2, padding=1),
# - nn.LeakyReLU(0.2),

# %% wrong "bias kept"
# The second and the third convolution have biases, which the normalization subtracts again. Pass
# `bias=False`.
# - nn.Conv2d(width, 2 * width, 4, stride=2, padding=1, bias=False),
# + nn.Conv2d(width, 2 * width, 4, stride=2, padding=1),
# - nn.Conv2d(2 * width, 4 * width, 4, stride=2, padding=1, bias=False),
# + nn.Conv2d(2 * width, 4 * width, 4, stride=2, padding=1),

# %% wrong "kernel 3"
# The sides are right, but the kernels have 3 pixels. It is 4/2/1, as on the way up.
# - nn.Conv2d(channels, width, 4, stride=2, padding=1),
# + nn.Conv2d(channels, width, 3, stride=2, padding=1),
# - nn.Conv2d(width, 2 * width, 4, stride=2, padding=1, bias=False),
# + nn.Conv2d(width, 2 * width, 3, stride=2, padding=1, bias=False),
# - nn.Conv2d(2 * width, 4 * width, 4, stride=2, padding=1, bias=False),
# + nn.Conv2d(2 * width, 4 * width, 3, stride=2, padding=1, bias=False),

# %% wrong "mean over the map"
# You take the mean of the last map, so the logit has one weight for each channel, wherever a thing
# is. The last convolution has a kernel of 4.
# - nn.Conv2d(4 * width, 1, 4),
# + nn.AdaptiveAvgPool2d(1),
# + nn.Conv2d(4 * width, 1, 1),

# %% wrong "dropout"
# Dropout makes the same picture look different each time; that is another recipe. The three leaks
# and two normalizations are all.
# + nn.Dropout(0.3),
#   nn.Conv2d(2 * width, 4 * width, 4, stride=2, padding=1, bias=False),

# %% wrong "always the same width"
# All of your layers have `width` channels. They have 1, 2 and 4 times as many.
# - nn.Conv2d(width, 2 * width, 4, stride=2, padding=1, bias=False),
# - nn.BatchNorm2d(2 * width),
# + nn.Conv2d(width, width, 4, stride=2, padding=1, bias=False),
# + nn.BatchNorm2d(width),
# - nn.Conv2d(2 * width, 4 * width, 4, stride=2, padding=1, bias=False),
# - nn.BatchNorm2d(4 * width),
# + nn.Conv2d(width, width, 4, stride=2, padding=1, bias=False),
# + nn.BatchNorm2d(width),
# - nn.Conv2d(4 * width, 1, 4),
# + nn.Conv2d(width, 1, 4),
