# %% [markdown]
# ## Where they begin
#
# **Goal.** Draw the weights of *one* module anew, as the paper does. `network.apply(init_weights)`
# then calls your function with every module of a network, one after the other.
#
# | module | weight | bias |
# |---|---|---|
# | `nn.Conv2d`, `nn.ConvTranspose2d` | normal, mean 0, standard deviation 0.02 | free |
# | `nn.BatchNorm2d` | normal, mean **1**, standard deviation 0.02 | 0 |
# | anything else | leave it alone | leave it alone |
#
# | | type | |
# |---|---|---|
# | `module` | `nn.Module` | often a layer, sometimes a container of layers |
# | result | | what you return does not matter |
#
# Change the numbers *in* the tensors that are there: an optimizer may hold these very tensors. The
# functions of `nn.init` do that (their names end in an underscore: *in place*).
#
# By hand: a channel that comes out of the normalization's first half with standard deviation 1 is
# multiplied by the normalization's weight. With a weight near 1 it keeps its size. With a weight
# near 0, at 0.02, it is a fiftieth; after three layers $0.02^3 = 0.000008$, and the network begins
# with nothing but its shifts.
#
# **Why it matters.** That is the most common mistake in copies of this recipe: `0.02` everywhere,
# and the normalizations are near 0.

# %% exercise points=2 forbid="retouch.models retouch.recipes"
def init_weights(module):
    """Draw the weights of one module; for use as network.apply(init_weights).

    Convolutions N(0, 0.02²), batch normalizations N(1, 0.02²) with bias 0. Other modules keep
    their weights.

    Args:
        module: an nn.Module, changed in place.
    """
    ### BEGIN SOLUTION
    if isinstance(module, (nn.Conv2d, nn.ConvTranspose2d)):
        nn.init.normal_(module.weight, mean=0.0, std=0.02)
    elif isinstance(module, nn.BatchNorm2d):
        nn.init.normal_(module.weight, mean=1.0, std=0.02)
        nn.init.zeros_(module.bias)
    ### END SOLUTION


# %% hint
# What does your function do with a ReLU, which has no weight? And with an `nn.Sequential`? It gets
# called with these, too.

# %% hint
# `isinstance(module, (nn.Conv2d, nn.ConvTranspose2d))` asks for one of two kinds.
# `nn.init.normal_(tensor, mean, std)` and `nn.init.zeros_(tensor)` fill a tensor.

# %% hint
# If it is one of the two convolutions, `nn.init.normal_(module.weight, 0.0, 0.02)`. If it is an
# `nn.BatchNorm2d`, the same with mean 1.0, and `nn.init.zeros_(module.bias)`. Else nothing.


# %% cases
import torch


def cases(rng):
    def case(kind, before, after, dtype=torch.float32):
        return {
            "kind": kind,
            "channels": [before, after],
            "linear": torch.tensor(rng.normal(0, 1, (4, 3)), dtype=dtype),
            "seed": int(rng.integers(2**31)),
        }

    yield "a network that goes down", case("Conv2d", 16, 28)
    yield "a network that goes up", case("ConvTranspose2d", 30, 16)
    yield "a network that goes up (float64)", case("ConvTranspose2d", 18, 24, torch.float64)


# %% observe
import torch
from torch import nn

from autograder import raw


def observe(init_weights, kind, channels, linear, seed):
    layer = {"Conv2d": nn.Conv2d, "ConvTranspose2d": nn.ConvTranspose2d}[kind]
    torch.manual_seed(seed)
    network = nn.Sequential(
        layer(*channels, 4, 2, 1, bias=False),
        nn.BatchNorm2d(channels[1]),
        nn.Sequential(layer(*channels, 4, 2, 1), nn.BatchNorm2d(channels[1]), nn.ReLU()),
        nn.BatchNorm2d(4000),
        nn.Flatten(),
        nn.Linear(3, 4),
    ).to(linear.dtype)
    network[5].weight.data = linear.clone()
    for module in (network[1], network[2][1], network[3]):
        nn.init.constant_(module.weight, 3.0)
        nn.init.constant_(module.bias, 5.0)
    # What an optimizer holds that was made before: not what may be put in these tensors' places.
    held = dict(network.named_parameters())
    torch.manual_seed(seed + 1)
    network.apply(init_weights)
    names = {
        "first": "0.weight",
        "second": "2.0.weight",
        "scales": "3.weight",
        "few scales": "1.weight",
        "linear": "5.weight",
    }
    drawn = {key: raw(held[name].detach().clone()) for key, name in names.items()}
    shifts = torch.cat([held[name].detach() for name in ("1.bias", "2.1.bias", "3.bias")])
    return {**drawn, "shifts": raw(shifts[:100])}


# %% conclude
import numpy as np
from scipy.stats import kstest

from autograder import between, equal


def conclude(observed, inputs):
    def about(key):
        """The distribution function's largest distance from the normal one that is asked for.

        By the inequality of Dvoretzky, Kiefer, Wolfowitz and Massart it exceeds d with a
        probability of at most 2 exp(-2 n d²), so sqrt(11 / n) with 5.6e-10.
        """
        values = np.asarray(observed[key], dtype=float).ravel()
        mean = 1.0 if "scales" in key else 0.0
        distance = kstest(values, "norm", (mean, 0.02)).statistic
        return between(distance / (11 / values.size) ** 0.5, 0, 1)

    first, second, scales = (
        np.asarray(observed[key], dtype=float).ravel() for key in ("first", "second", "scales")
    )
    # Of n normal numbers the mean has the standard deviation 0.02 / sqrt(n), and their standard
    # deviation one of about 0.02 / sqrt(2 n). Here n is 6,912 or more, and 4,000 for the scales:
    # 7 of these are 0.0017 and 0.0012, for the scales 0.0022 and 0.0016. A right answer leaves
    # seven of them with a probability of 3e-12.
    return {
        "mean of a convolution's weights": between(first.mean(), -0.0017, 0.0017),
        "standard deviation of a convolution's weights": between(first.std(), 0.0188, 0.0212),
        "standard deviation of a convolution within a container": between(
            second.std(), 0.0188, 0.0212
        ),
        "a convolution's weights: distance from the normal distribution": about("first"),
        "mean of a normalization's weights": between(scales.mean(), 0.9978, 1.0022),
        "standard deviation of a normalization's weights": between(scales.std(), 0.0184, 0.0216),
        "a normalization's weights: distance from the normal distribution": about("scales"),
        "another normalization's weights: distance from the normal distribution": about(
            "few scales"
        ),
        "largest bias of a normalization": float(np.abs(observed["shifts"]).max()),
        "two convolutions have the same weights": equal(bool((first == second).all())),
        "a linear layer is as before": equal(bool((observed["linear"] == inputs["linear"]).all())),
    }


# %% right "by the name of the class"
def init_weights(module):
    name = type(module).__name__
    if "Conv" in name:
        module.weight.data.normal_(0.0, 0.02)
        if module.bias is not None:
            module.bias.data.fill_(0)
    elif "BatchNorm" in name:
        module.weight.data.normal_(1.0, 0.02)
        module.bias.data.fill_(0)


# %% right "copies drawn numbers"
def init_weights(module):
    with torch.no_grad():
        if isinstance(module, nn.modules.conv._ConvNd):
            module.weight.copy_(0.02 * torch.randn_like(module.weight))
        if isinstance(module, nn.BatchNorm2d):
            module.weight.copy_(1 + 0.02 * torch.randn_like(module.weight))
            module.bias.zero_()


# %% right "walks through containers, too"
def init_weights(module):
    for part in module.modules():
        if isinstance(part, (nn.Conv2d, nn.ConvTranspose2d)):
            nn.init.normal_(part.weight, std=0.02)
        elif isinstance(part, nn.BatchNorm2d):
            nn.init.normal_(part.weight, 1, 0.02)
            nn.init.constant_(part.bias, 0)


# %% wrong "normalizations about 0"
# The normalizations' weights are near 0, so they shrink everything to a fiftieth. Their mean is 1.
# - nn.init.normal_(module.weight, mean=1.0, std=0.02)
# + nn.init.normal_(module.weight, mean=0.0, std=0.02)

# %% wrong "standard deviation 0.2"
# The standard deviation is 0.2, ten times too large. (0.2 is the slope of the leak.)
# - nn.init.normal_(module.weight, mean=0.0, std=0.02)
# + nn.init.normal_(module.weight, mean=0.0, std=0.2)
# - nn.init.normal_(module.weight, mean=1.0, std=0.02)
# + nn.init.normal_(module.weight, mean=1.0, std=0.2)

# %% wrong "variance 0.02"
# You took the root: 0.02 is the standard deviation itself, not the variance.
# - nn.init.normal_(module.weight, mean=0.0, std=0.02)
# + nn.init.normal_(module.weight, mean=0.0, std=0.02**0.5)
# - nn.init.normal_(module.weight, mean=1.0, std=0.02)
# + nn.init.normal_(module.weight, mean=1.0, std=0.02**0.5)

# %% wrong "0.02 as the mean"
# The convolutions' weights have the *mean* 0.02, and a standard deviation of 1. `normal_` takes the
# mean first: name it, `std=0.02`.
# - nn.init.normal_(module.weight, mean=0.0, std=0.02)
# + nn.init.normal_(module.weight, 0.02)

# %% wrong "convolutions only"
# You leave the normalizations as they are. Their weights are drawn, too, and their biases set to 0.
# - elif isinstance(module, nn.BatchNorm2d):
# -     nn.init.normal_(module.weight, mean=1.0, std=0.02)
# -     nn.init.zeros_(module.bias)

# %% wrong "one of the two convolutions"
# In one of the two networks the convolutions keep their weights: an `nn.ConvTranspose2d` is no
# `nn.Conv2d`. Ask for both.
# - if isinstance(module, (nn.Conv2d, nn.ConvTranspose2d)):
# + if isinstance(module, nn.Conv2d):

# %% wrong "nothing is kept"
# The network's tensors have the numbers that they had: yours were dropped, or went into new tensors
# that an optimizer made before doesn't hold. Use `nn.init.normal_`, with the underscore.
# - nn.init.normal_(module.weight, mean=0.0, std=0.02)
# + module.weight = nn.Parameter(0.02 * torch.randn_like(module.weight))
# - nn.init.normal_(module.weight, mean=1.0, std=0.02)
# - nn.init.zeros_(module.bias)
# + module.weight = nn.Parameter(1 + 0.02 * torch.randn_like(module.weight))
# + module.bias = nn.Parameter(torch.zeros_like(module.bias))

# %% wrong "uniform"
# Your numbers are spread evenly between two bounds. They are drawn from a normal distribution,
# which has tails.
# - nn.init.normal_(module.weight, mean=0.0, std=0.02)
# + nn.init.uniform_(module.weight, -0.02 * 3**0.5, 0.02 * 3**0.5)
# - nn.init.normal_(module.weight, mean=1.0, std=0.02)
# + nn.init.uniform_(module.weight, 1 - 0.02 * 3**0.5, 1 + 0.02 * 3**0.5)

# %% wrong "every module with a weight"
# You draw the weights of linear layers as well. Only convolutions and normalizations are meant.
# - if isinstance(module, (nn.Conv2d, nn.ConvTranspose2d)):
# + if hasattr(module, "weight") and not isinstance(module, nn.BatchNorm2d):

# %% wrong "the normalizations' biases are left"
# You draw the normalizations' weights, but their biases keep what was there. Set them to 0.
# - nn.init.zeros_(module.bias)

# %% wrong "normalizations exactly 1"
# All of the normalizations' weights are 1. They are drawn, with a standard deviation of 0.02.
# - nn.init.normal_(module.weight, mean=1.0, std=0.02)
# + nn.init.ones_(module.weight)

# %% wrong "another recipe"
# That is Kaiming He's recipe, whose spread depends on the number of inputs. Here it is 0.02 for
# all.
# - nn.init.normal_(module.weight, mean=0.0, std=0.02)
# + nn.init.kaiming_normal_(module.weight)

# %% wrong "the same seed for every layer"
# You set the seed in the function, so layers of one shape get the very same numbers. Seed once,
# outside.
# + torch.manual_seed(0)
#   if isinstance(module, (nn.Conv2d, nn.ConvTranspose2d)):


# %% [markdown]
# ### Look at it
#
# Ten networks with your weights, before any training, and what they make of one and the same
# noise. Gray: Tanh of almost nothing.

# %%
fresh = [make_generator(100, 1, 16).apply(init_weights) for _ in range(10)]
noise = torch.randn(64, 100, generator=torch.Generator().manual_seed(0))
with torch.no_grad():
    walls({"ten untrained generators": torch.cat([g(noise)[:1] for g in fresh])}, alt="gray noise")
