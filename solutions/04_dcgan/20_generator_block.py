# %% [markdown]
# ## One step up
#
# **Goal.** A block of layers that doubles the height and the width.
#
# 1. a **transposed convolution** 4/2/1, without a bias;
# 2. **batch normalization**: for each channel, subtract the mean and divide by the standard
#    deviation of the batch, over N, H and W; then scale and shift by two trained numbers,
#    which begin as 1 and 0. PyTorch's defaults for the rest;
# 3. **ReLU**: what is below 0 becomes 0.
#
# | | type | shape |
# |---|---|---|
# | `in_channels`, `out_channels` | `int` | |
# | result | `nn.Module` | takes N×in×H×W, returns N×out×2H×2W |
#
# **What is free.** An `nn.Sequential`, or a class of your own that is an `nn.Module`; the order of
# definition, the names. The checks look at what the block *does*. To see its numbers, they put
# weights of their own into the convolution, which they find by its four axes.
#
# **Why no bias?** By hand: three outputs of one channel are 2, 4, 6. Their mean is 4. With a bias
# of 10 they are 12, 14, 16, with mean 14, and after the subtraction both are −2, 0, 2. The bias has
# no effect; its gradient is 0; it would be so many numbers for nothing.
#
# **Why it matters.** Batch normalization keeps every layer's outputs at one size, whatever the
# layer before does. Without it, what comes out of four layers is often hardly anything, or far too
# much, and the game doesn't get going. (At the end of the unit you can take it out and see.)

# %% exercise points=2 forbid="retouch.models retouch.recipes"
def generator_block(in_channels, out_channels):
    """Transposed convolution 4/2/1 without bias, batch normalization, ReLU.

    Args:
        in_channels, out_channels: number of channels before and after.

    Returns:
        An nn.Module from N×in×H×W to N×out×2H×2W.
    """
    ### BEGIN SOLUTION
    return nn.Sequential(
        nn.ConvTranspose2d(in_channels, out_channels, 4, stride=2, padding=1, bias=False),
        nn.BatchNorm2d(out_channels),
        nn.ReLU(),
    )
    ### END SOLUTION


# %% hint
# Which of the three layers changes the number of channels? So how many channels does the
# normalization get?

# %% hint
# `nn.ConvTranspose2d(in_channels, out_channels, kernel_size, stride, padding, bias=...)`,
# `nn.BatchNorm2d(channels)`, `nn.ReLU()`, one after the other in an `nn.Sequential(...)`.

# %% hint
# `nn.Sequential` of a transposed convolution with `kernel_size=4, stride=2, padding=1,
# bias=False`, then a `BatchNorm2d` for the *out* channels, then the ReLU.

# %% cases
import torch


def cases(rng):
    def case(n, before, after, height, width, dtype=torch.float32):
        # Each channel has a mean and a spread of its own, for the normalization to take away.
        spread, mean = rng.uniform(0.5, 2, (1, before, 1, 1)), rng.uniform(-1, 1, (1, before, 1, 1))
        images = rng.normal(0, 1, (n, before, height, width)) * spread + mean
        return {
            "images": torch.tensor(images, dtype=dtype),
            "out_channels": after,
            "weights": torch.tensor(rng.normal(0, 0.3, (before, after, 4, 4)), dtype=dtype),
        }

    yield "three channels to five, 4×6 pixels", case(3, 3, 5, 4, 6)
    yield "four channels to two, 5×3 pixels (float64)", case(4, 4, 2, 5, 3, torch.float64)


# %% observe
import torch

from autograder import equal


def observe(generator_block, images, out_channels, weights):
    in_channels = images.shape[1]
    block = generator_block(in_channels, out_channels)
    sizes = sorted([*parameter.shape] for parameter in block.parameters())
    for parameter in block.parameters():
        if parameter.ndim == 4:
            kernel = parameter
            given = torch.randn(parameter.shape, generator=torch.Generator().manual_seed(1)) / 3
            kernel.data = weights.float() if weights.shape == parameter.shape else given
        elif not bool((parameter == 1).all()):
            parameter.data = torch.zeros_like(parameter)
    block = block.to(images.dtype)
    block.train()
    output = block(images.clone()).detach()
    kept = [b.detach() for b in block.buffers() if b.is_floating_point()]
    block.eval()
    kernel.data.abs_()
    lit = torch.zeros(1, in_channels, 5, 5, dtype=images.dtype)
    lit[:, :, 2, 2] = 1
    with torch.no_grad():
        trace = (block(lit) - block(torch.zeros_like(lit)))[0, 0]
    one = block(images[:1].clone()).detach()
    all_of_them = block(images.clone()).detach()[:1]
    return {
        "shape of the output": equal([*output.shape]),
        "output in training": output,
        "lowest value": output.min(),
        "sizes of the trained tensors": equal(str(sizes)),
        "running statistics after one batch": kept,
        "pixels that one lit pixel reaches": equal((trace != 0).long()),
        "in evaluation, the other pictures of the batch count": equal(
            not torch.allclose(one, all_of_them, atol=1e-4)
        ),
    }


# %% right "a class of its own"
class _Up(nn.Module):
    def __init__(self, before, after):
        super().__init__()
        self.normalize = nn.BatchNorm2d(after)
        self.up = nn.ConvTranspose2d(before, after, (4, 4), (2, 2), (1, 1), bias=False)

    def forward(self, x):
        return F.relu(self.normalize(self.up(x)))


def generator_block(in_channels, out_channels):
    return _Up(in_channels, out_channels)


# %% right "layers in a list, in place"
def generator_block(in_channels, out_channels):
    layers = [nn.ConvTranspose2d(in_channels, out_channels, 4, 2, 1, bias=None)]
    layers += [nn.BatchNorm2d(out_channels, eps=1e-5), nn.ReLU(inplace=True)]
    return nn.Sequential(*layers)


# %% right "the stamps cut by hand"
class _Cut(nn.Module):
    def forward(self, x):
        return x[:, :, 1:-1, 1:-1]


def generator_block(in_channels, out_channels):
    up = nn.ConvTranspose2d(in_channels, out_channels, 4, stride=2, bias=False)
    return nn.Sequential(up, _Cut(), nn.BatchNorm2d(out_channels), nn.ReLU())


# %% wrong "bias kept"
# Your convolution has a bias, which the normalization subtracts again: so many numbers for
# nothing. Pass `bias=False`.
# - nn.ConvTranspose2d(in_channels, out_channels, 4, stride=2, padding=1, bias=False),
# + nn.ConvTranspose2d(in_channels, out_channels, 4, 2, 1),

# %% wrong "LeakyReLU" of "no normalization"
# Negative values get through, a little. The leak belongs in the *discriminator*; the generator has
# a plain ReLU.
# - nn.ReLU(),
# + nn.BatchNorm2d(out_channels),
# + nn.LeakyReLU(0.2),

# %% wrong "ReLU before the normalization" of "no normalization"
# You normalize what the ReLU left, so the block's output is negative again. First the
# normalization, then the ReLU.
#   nn.ReLU(),
# + nn.BatchNorm2d(out_channels),

# %% wrong "normalizes first" of "no normalization"
# You normalize the block's *input*. The convolution comes first, and its output is normalized.
# + nn.BatchNorm2d(in_channels),
#   nn.ConvTranspose2d(in_channels, out_channels, 4, 2, 1, bias=False),


# %% wrong "no normalization"
# There is no batch normalization between the convolution and the ReLU. Without it the game with
# pictures hardly gets going.
def generator_block(in_channels, out_channels):
    return nn.Sequential(
        nn.ConvTranspose2d(in_channels, out_channels, 4, 2, 1, bias=False),
        nn.ReLU(),
    )


# %% wrong "no ReLU"
# The last step is missing: without a ReLU, two blocks in a row are no more than one linear layer.
# - nn.ConvTranspose2d(in_channels, out_channels, 4, stride=2, padding=1, bias=False),
# + nn.ConvTranspose2d(in_channels, out_channels, 4, 2, 1, bias=False),
# - nn.ReLU(),

# %% wrong "kernel 3 with output padding"
# The size is right, but stamps of 3 pixels every 2 make a checkerboard. The kernel has 4 pixels,
# and `output_padding` is not needed.
# - nn.ConvTranspose2d(in_channels, out_channels, 4, stride=2, padding=1, bias=False),
# + nn.ConvTranspose2d(in_channels, out_channels, 3, 2, 1, output_padding=1, bias=False),

# %% wrong "padding 0"
# Nothing is cut off, so the output has two rows and columns too many. The padding is 1.
# - nn.ConvTranspose2d(in_channels, out_channels, 4, stride=2, padding=1, bias=False),
# + nn.ConvTranspose2d(in_channels, out_channels, 4, 2, bias=False),

# %% wrong "kernel 2"
# With kernel 2 and stride 2 the size is right, but the stamps don't overlap: no pixel knows its
# neighbour. The kernel has 4 pixels.
# - nn.ConvTranspose2d(in_channels, out_channels, 4, stride=2, padding=1, bias=False),
# + nn.ConvTranspose2d(in_channels, out_channels, 2, 2, bias=False),

# %% wrong "stride 1"
# The block keeps the size, nearly. Each stamp must be two pixels from the next one: stride 2.
# - nn.ConvTranspose2d(in_channels, out_channels, 4, stride=2, padding=1, bias=False),
# + nn.ConvTranspose2d(in_channels, out_channels, 4, 1, 1, bias=False),

# %% wrong "a convolution"
# Your block *halves* the picture: `nn.Conv2d` goes down. `nn.ConvTranspose2d` goes up.
# - nn.ConvTranspose2d(in_channels, out_channels, 4, stride=2, padding=1, bias=False),
# + nn.Conv2d(in_channels, out_channels, 4, 2, 1, bias=False),

# %% wrong "enlarges, then convolves"
# Enlarging by repeating pixels, and then a convolution: that is a good idea, and another block.
# Here it is one transposed convolution.
# - nn.ConvTranspose2d(in_channels, out_channels, 4, stride=2, padding=1, bias=False),
# + nn.Upsample(scale_factor=2),
# + nn.Conv2d(in_channels, out_channels, 3, 1, 1, bias=False),

# %% wrong "each picture normalized by itself" of "no normalization"
# `nn.InstanceNorm2d` takes each picture's own mean, so none can be brighter than another. Use
# `nn.BatchNorm2d`.
#   nn.ConvTranspose2d(in_channels, out_channels, 4, 2, 1, bias=False),
# + nn.InstanceNorm2d(out_channels, affine=True, track_running_stats=True),

# %% wrong "no scale and shift" of "no normalization"
# `affine=False` takes the two trained numbers of each channel away, and with them all that a bias
# would have done. Leave them in.
#   nn.ConvTranspose2d(in_channels, out_channels, 4, 2, 1, bias=False),
# + nn.BatchNorm2d(out_channels, affine=False),

# %% wrong "another library's momentum" of "no normalization"
# A momentum of 0.9 or 0.8 elsewhere means how much is *kept*. In PyTorch it is how much is new, and
# the default, 0.1, is right.
#   nn.ConvTranspose2d(in_channels, out_channels, 4, 2, 1, bias=False),
# + nn.BatchNorm2d(out_channels, momentum=0.9),

# %% wrong "forgets the statistics" of "no normalization"
# Without running statistics a picture depends on its neighbours in the batch even in evaluation.
# Leave `track_running_stats` on.
#   nn.ConvTranspose2d(in_channels, out_channels, 4, 2, 1, bias=False),
# + nn.BatchNorm2d(out_channels, track_running_stats=False),

# %% wrong "Tanh" of "no normalization"
# Tanh belongs at the very end of the generator, where a picture comes out. In the blocks it is a
# ReLU.
# - nn.ReLU(),
# + nn.BatchNorm2d(out_channels),
# + nn.Tanh(),
