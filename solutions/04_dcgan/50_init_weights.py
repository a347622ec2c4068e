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
def cases(rng):
    def case(kind, width, double=False):
        seed = int(rng.integers(2**31))
        return {"kind": kind, "width": width, "double": double, "seed": seed}

    yield "a network that goes down", case("Conv2d", 16)
    yield "a network that goes up", case("ConvTranspose2d", 18)
    yield "a network that goes up (float64)", case("ConvTranspose2d", 12, double=True)


# %% observe
import torch
from torch import nn

from autograder import between, equal


def observe(init_weights, kind, width, double, seed):
    layer = {"Conv2d": nn.Conv2d, "ConvTranspose2d": nn.ConvTranspose2d}[kind]
    torch.manual_seed(seed)
    size = 8 * width
    network = nn.Sequential(
        layer(size, size, 4, 2, 1, bias=False),
        nn.BatchNorm2d(size),
        nn.Sequential(layer(size, size, 4, 2, 1), nn.BatchNorm2d(size), nn.ReLU()),
        nn.BatchNorm2d(4000),
        nn.Flatten(),
        nn.Linear(40, 30),
    )
    network = network.double() if double else network
    normals = [m for m in network.modules() if isinstance(m, nn.BatchNorm2d)]
    with torch.no_grad():
        for one in normals:
            one.weight.fill_(3.0)
            one.bias.fill_(5.0)
            one.running_mean.fill_(7.0)
    before = {name: (id(tensor), tensor.detach().clone()) for name, tensor in _all(network)}
    torch.manual_seed(seed + 1)
    network.apply(init_weights)
    after = dict(_all(network))
    first, second = network[0].weight.detach(), network[2][0].weight.detach()
    scales = network[3].weight.detach()
    z = (first - first.mean()) / first.std()
    return {
        "mean of a convolution's weights": between(first.mean(), -0.005, 0.005),
        "standard deviation of a convolution's weights": between(first.std(), 0.0195, 0.0205),
        "share of them beyond two standard deviations": between(
            (z.abs() > 2).double().mean(), 0.04, 0.051
        ),
        "standard deviation of a convolution within a container": between(
            second.std(), 0.0195, 0.0205
        ),
        "mean of a normalization's weights": between(scales.mean(), 0.98, 1.02),
        "standard deviation of a normalization's weights": between(scales.std(), 0.0185, 0.0215),
        "largest bias of a normalization": max(float(m.bias.detach().abs().max()) for m in normals),
        "two convolutions have the same weights": equal(torch.equal(first, second)),
        "running statistics are as before": equal(
            all(bool((m.running_mean == 7).all()) for m in normals)
        ),
        "a linear layer is as before": equal(
            torch.equal(after["5.weight"], before["5.weight"][1])
            and torch.equal(after["5.bias"], before["5.bias"][1])
        ),
        "the tensors are the same ones, with other numbers": equal(
            all(id(after[name]) == old for name, (old, _) in before.items())
        ),
        "they can go on learning": equal(all(p.requires_grad for p in network.parameters())),
    }


def _all(network):
    return list(network.named_parameters())


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
# + nn.init.normal_(module.weight, 0.0, 0.02)


# %% wrong "standard deviation 0.2"
# The standard deviation is 0.2, ten times too large. (0.2 is the slope of the leak.)
def init_weights(module):
    if isinstance(module, (nn.Conv2d, nn.ConvTranspose2d)):
        nn.init.normal_(module.weight, 0.0, 0.2)
    elif isinstance(module, nn.BatchNorm2d):
        nn.init.normal_(module.weight, 1.0, 0.2)
        nn.init.zeros_(module.bias)


# %% wrong "variance 0.02"
# You took the root: 0.02 is the standard deviation itself, not the variance.
def init_weights(module):
    if isinstance(module, (nn.Conv2d, nn.ConvTranspose2d)):
        nn.init.normal_(module.weight, 0.0, 0.02**0.5)
    elif isinstance(module, nn.BatchNorm2d):
        nn.init.normal_(module.weight, 1.0, 0.02**0.5)
        nn.init.zeros_(module.bias)


# %% wrong "0.02 as the mean"
# The second argument of `normal_` is the *mean*, so yours is 0.02, with a standard deviation of 1.
# Name it: `std=0.02`.
# - nn.init.normal_(module.weight, mean=0.0, std=0.02)
# + nn.init.normal_(module.weight, 0.02)


# %% wrong "convolutions only"
# You leave the normalizations as they are. Their weights are drawn, too, and their biases set to 0.
def init_weights(module):
    if isinstance(module, (nn.Conv2d, nn.ConvTranspose2d)):
        nn.init.normal_(module.weight, 0.0, 0.02)


# %% wrong "no transposed convolutions"
# An `nn.ConvTranspose2d` is no `nn.Conv2d`, so the generator keeps its weights. Ask for both.
# - if isinstance(module, (nn.Conv2d, nn.ConvTranspose2d)):
# -     nn.init.normal_(module.weight, mean=0.0, std=0.02)
# + if isinstance(module, nn.Conv2d):
# +     nn.init.normal_(module.weight, 0.0, 0.02)


# %% wrong "nothing is kept"
# You compute new numbers and drop them: without in-place functions the module keeps its own. Use
# `nn.init.normal_`, with the underscore.
def init_weights(module):
    if isinstance(module, (nn.Conv2d, nn.ConvTranspose2d)):
        weight = module.weight
        weight = torch.normal(torch.zeros_like(weight), 0.02)
    elif isinstance(module, nn.BatchNorm2d):
        weight = module.weight
        weight = torch.normal(torch.ones_like(weight), 0.02)


# %% wrong "new tensors"
# You put new parameters into the module. An optimizer that was made before still holds the old
# ones, and nothing would ever learn. Change the numbers in place.
def init_weights(module):
    if isinstance(module, (nn.Conv2d, nn.ConvTranspose2d)):
        module.weight = nn.Parameter(0.02 * torch.randn_like(module.weight))
    elif isinstance(module, nn.BatchNorm2d):
        module.weight = nn.Parameter(1 + 0.02 * torch.randn_like(module.weight))
        module.bias = nn.Parameter(torch.zeros_like(module.bias))


# %% wrong "uniform"
# Your numbers are spread evenly between two bounds. They are drawn from a normal distribution,
# which has tails.
def init_weights(module):
    half = 0.02 * 3**0.5
    if isinstance(module, (nn.Conv2d, nn.ConvTranspose2d)):
        nn.init.uniform_(module.weight, -half, half)
    elif isinstance(module, nn.BatchNorm2d):
        nn.init.uniform_(module.weight, 1 - half, 1 + half)
        nn.init.zeros_(module.bias)


# %% wrong "every module with a weight"
# You draw the weights of linear layers as well. Only convolutions and normalizations are meant.
def init_weights(module):
    if isinstance(module, nn.BatchNorm2d):
        nn.init.normal_(module.weight, 1.0, 0.02)
        nn.init.zeros_(module.bias)
    elif hasattr(module, "weight"):
        nn.init.normal_(module.weight, 0.0, 0.02)


# %% wrong "the normalizations' biases are left"
# You draw the normalizations' weights, but their biases keep what was there. Set them to 0.
# - nn.init.normal_(module.weight, mean=1.0, std=0.02)
# - nn.init.zeros_(module.bias)
# + nn.init.normal_(module.weight, 1.0, 0.02)

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
