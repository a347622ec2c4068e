# %% [markdown]
# ## How rough it is: the total variation
#
# **Goal.** One number that says how much neighbouring pixels differ.
#
# A network that halves its input at once hardly sees single pixels. What it does not see, the
# optimisation is free to do: the picture fills with fine noise. So add a loss that can't be
# fooled: the squared differences to the neighbour on the right and to the one below, summed over
# each picture, and the mean of these sums over the batch,
#
# $$\text{TV} = \frac1N \sum_{n, c} \Bigl( \sum_{y} \sum_{x < W - 1} (I_{nc,y,x+1} - I_{ncyx})^2
#   + \sum_{y < H - 1} \sum_{x} (I_{nc,y+1,x} - I_{ncyx})^2 \Bigr)$$
#
# | | type | shape | values |
# |---|---|---|---|
# | `images` | float tensor | N×C×H×W, H and W at least 2 | any |
# | result | float tensor | no axes | 0 for flat pictures; differentiable |
#
# By hand: one picture of one channel, 2×2, with the rows (0, 1) and (3, 5). To the right:
# 1 + 4 = 5; downwards: 9 + 16 = 25; together 30.
#
# The last column has no neighbour on the right, and the last row none below. Nothing wraps around:
# the left border is no neighbour of the right one. (Strictly, "total variation" is the sum of
# *absolute* differences. Style transfer squares them, and keeps the name.)
#
# **Why it matters.** It is the plainest *prior*: pictures are mostly smooth. You will meet it again
# when you restore pictures that are noisy.

# %% exercise points=1 forbid="retouch.models retouch.recipes"
def total_variation(images):
    """Squared differences to the right and lower neighbours, summed; the mean over the batch.

    Args:
        images: float tensor N×C×H×W.

    Returns:
        A float tensor without axes.
    """
    ### BEGIN SOLUTION
    right = images[..., :, 1:] - images[..., :, :-1]
    down = images[..., 1:, :] - images[..., :-1, :]
    return (right.square().sum() + down.square().sum()) / len(images)
    ### END SOLUTION


# %% hint
# A picture of width W: how many pairs of horizontal neighbours are in a row? Is that the same
# number as that of the vertical pairs in a column?

# %% hint
# `images[..., 1:]` is everything but the first column, `images[..., :-1]` everything but the last.
# `images[..., 1:, :]` leaves out the first row.

# %% hint
# The squares of `images[..., 1:] - images[..., :-1]`, summed, plus those of
# `images[..., 1:, :] - images[..., :-1, :]`, summed; divided by `len(images)`.

# %% cases
import torch


def cases(rng):
    def images(*shape):
        return torch.from_numpy(rng.random(shape).astype("float32"))

    yield "the example by hand", {"images": torch.tensor([[[[0.0, 1.0], [3.0, 5.0]]]])}
    yield "two colour pictures", {"images": images(2, 3, 5, 7)}
    yield "three gray pictures, in float64", {"images": images(3, 1, 6, 4).double()}
    yield "upright stripes", {"images": (torch.arange(6) % 2.0).expand(2, 3, 4, 6).contiguous()}
    yield "a slope", {"images": torch.linspace(0, 1, 8).view(1, 1, 8, 1).repeat(2, 2, 1, 5)}
    yield "four narrow pictures", {"images": images(4, 2, 3, 4) - 0.5}


# %% observe
import torch


def observe(total_variation, images):
    seen = images.clone().requires_grad_()
    value = total_variation(seen)
    slope = None
    if isinstance(value, torch.Tensor) and value.requires_grad:
        (slope,) = torch.autograd.grad(value.sum(), seen, allow_unused=True)
    return {
        "variation": value,
        "slope for the pixels": torch.zeros(()) if slope is None else slope,
    }


# %% right "torch.diff"
def total_variation(images):
    right, down = images.diff(dim=3), images.diff(dim=2)
    return (right.pow(2).sum(dim=(1, 2, 3)) + down.pow(2).sum(dim=(1, 2, 3))).mean()


# %% right "convolutions"
def total_variation(images):
    n, c, h, w = images.shape
    gray = images.reshape(n * c, 1, h, w)
    kernel = images.new_tensor([-1.0, 1.0])
    right = F.conv2d(gray, kernel.view(1, 1, 1, 2))
    down = F.conv2d(gray, kernel.view(1, 1, 2, 1))
    return (right.square().sum() + down.square().sum()) / n


# %% wrong "to the right only"
# You compare neighbours in one direction, to the right. Add the differences to the pixel below.
def total_variation(images):
    return images.diff(dim=3).square().sum() / len(images)


# %% wrong "downwards only"
# You compare neighbours in one direction, downwards. Add the differences to the pixel on the right.
def total_variation(images):
    return images.diff(dim=2).square().sum() / len(images)


# %% wrong "absolute differences"
# You add up absolute differences. That is the textbook's total variation; here they are squared.
def total_variation(images):
    return (images.diff(dim=3).abs().sum() + images.diff(dim=2).abs().sum()) / len(images)


# %% wrong "means"
# You take means over the pixels. The formula adds up the squares of each picture.
def total_variation(images):
    right, down = images.diff(dim=3), images.diff(dim=2)
    return (right.square().sum() + down.square().sum()) / images.numel()


# %% wrong "the mean in each direction"
# You take the mean of each direction. The formula adds up the squares of each picture.
def total_variation(images):
    return F.mse_loss(images[..., 1:], images[..., :-1]) + F.mse_loss(
        images[..., 1:, :], images[..., :-1, :]
    )


# %% wrong "wraps around"
# `torch.roll` makes the left border a neighbour of the right one, and the top one of the bottom.
# Slice instead: the last column and row have no such neighbour.
def total_variation(images):
    right, down = images.roll(-1, 3) - images, images.roll(-1, 2) - images
    return (right.square().sum() + down.square().sum()) / len(images)


# %% wrong "the batch added up"
# You add up all pictures, so the value grows with the batch. Divide by their number.
def total_variation(images):
    return images.diff(dim=3).square().sum() + images.diff(dim=2).square().sum()


# %% wrong "the mean over the channels"
# You take the mean over the channels as well. The formula adds them up.
def total_variation(images):
    right, down = images.diff(dim=3), images.diff(dim=2)
    return (right.square().sum() + down.square().sum()) / len(images) / images.shape[1]


# %% wrong "one value per picture"
# You return one number for each picture. Take their mean.
def total_variation(images):
    right, down = images.diff(dim=3), images.diff(dim=2)
    return right.square().sum(dim=(1, 2, 3)) + down.square().sum(dim=(1, 2, 3))


# %% wrong "diagonal neighbours"
# You compare each pixel with the one below *and* to the right. Take the two directions apart.
def total_variation(images):
    return (images[..., 1:, 1:] - images[..., :-1, :-1]).square().sum() / len(images)


# %% wrong "the last row and column dropped"
# You leave out pairs of neighbours in the last row and in the last column. Each direction loses
# one row or column only: the one that has no neighbour.
def total_variation(images):
    here = images[..., :-1, :-1]
    right, down = images[..., :-1, 1:] - here, images[..., 1:, :-1] - here
    return (right.square().sum() + down.square().sum()) / len(images)


# %% wrong "the length of the slope"
# You take the root of the two squares at each pixel: the length of the slope. Here the squares
# themselves are added up.
def total_variation(images):
    right, down = (
        F.pad(images, (0, 1, 0, 0), mode="replicate"),
        F.pad(images, (0, 0, 0, 1), mode="replicate"),
    )
    squares = right.diff(dim=3).square() + down.diff(dim=2).square()
    return (squares + 1e-12).sqrt().sum() / len(images)


# %% wrong "across the channels"
# One of your differences is between channels: axis 1 of N×C×H×W. Height is axis 2, width axis 3.
def total_variation(images):
    return (images.diff(dim=1).square().sum() + images.diff(dim=2).square().sum()) / len(images)


# %% wrong "half of it"
# You take half of the sum: each pair of neighbours counts once, and it is in your sum once already.
def total_variation(images):
    return (images.diff(dim=3).square().sum() + images.diff(dim=2).square().sum()) / len(images) / 2


# %% wrong "no squares"
# You add up the differences as they are: those up and those down cancel, and only the borders are
# left. Square them first.
def total_variation(images):
    return (images.diff(dim=3).sum() + images.diff(dim=2).sum()) / len(images)
