# %% [markdown]
# ## What you did not touch
#
# **Goal.** Measure how much an edit leaks: how far the picture changes where *nothing* was edited.
#
# You move a house. The network redraws the *whole* picture, and nothing forces it to leave the rest
# alone: the sky may get a tint, a tree another shape. An editor that does this is unusable, however
# good the house looks. So compare the picture `before` and `after` the edit, outside the mask of
# what you edited:
#
# $$E_i = \frac{\sum_{c} \sum_{p \notin \text{mask}_i} |\text{after}_{icp} - \text{before}_{icp}|}
#   {C \cdot \#\{p \notin \text{mask}_i\}}$$
#
# | | type | shape | values |
# |---|---|---|---|
# | `before`, `after` | float tensors | N×C×H×W | 0 … 1 |
# | `edited_mask` | bool tensor | N×1×H×W | `True` where the edit was |
# | result | float tensor | N | 0 … 1 |
#
# By hand: half of a picture is edited, and there everything changes by 0.8. In the other half one
# pixel in ten changes by 0.5, in each channel. The error is 0.05: what happens inside the mask
# counts neither above nor below the line.
#
# **Why it matters.** Every tool that edits with a generative model is judged by it, by you at the
# latest: "it changed her face when I removed the lamp".

# %% exercise points=1 forbid="retouch.models retouch.metrics skimage"
def untouched_error(before, after, edited_mask):
    """Mean absolute change outside the edit, one value for each image.

    Args:
        before, after: float tensors N×C×H×W.
        edited_mask: bool tensor N×1×H×W, True where the edit was.

    Returns:
        A float tensor N.
    """
    ### BEGIN SOLUTION
    outside = (~edited_mask).expand_as(before)
    change = (after - before).abs() * outside
    return change.sum(dim=(1, 2, 3)) / outside.sum(dim=(1, 2, 3))
    ### END SOLUTION


# %% hint
# By which number do you divide, if the mask has one channel and the picture three?

# %% hint
# `~mask` is the rest; `.expand_as(before)` gives it all channels without copying. A product with a
# boolean tensor is 0 where it is `False`. Sum over the axes 1, 2 and 3.

# %% hint
# `outside = (~edited_mask).expand_as(before)`; the sum of `(after - before).abs() * outside` over
# `dim=(1, 2, 3)`, divided by the sum of `outside` over the same axes.

# %% cases
import torch


def cases(rng):
    def images(*shape):
        return torch.from_numpy(rng.uniform(0, 1, shape).astype("float32"))

    def masks(n, height, width):
        masks = torch.zeros(n, 1, height, width, dtype=torch.bool)
        for i in range(n):
            top, left = rng.integers(0, height // 2), rng.integers(0, width // 2)
            masks[i, :, top : top + 2 + i, left : left + 3] = True
        return masks

    before, mask = images(2, 3, 8, 11), masks(2, 8, 11)
    yield (
        "all change is inside",
        {
            "before": before,
            "after": torch.where(mask, 1 - before, before),
            "edited_mask": mask,
        },
    )
    before, mask = images(3, 3, 7, 9), masks(3, 7, 9)
    after = (
        before + 0.1 * images(3, 3, 7, 9) * torch.tensor([1.0, -1, 1]).view(3, 1, 1, 1)
    ).clone()
    yield (
        "some leaks everywhere, more inside",
        {
            "before": before,
            "after": torch.where(mask, 1 - after, after),
            "edited_mask": mask,
        },
    )
    before = images(2, 2, 6, 5).double()
    yield (
        "two channels, lighter and darker (float64)",
        {
            "before": before,
            "after": before + 0.2 * (images(2, 2, 6, 5).double() - 0.6),
            "edited_mask": masks(2, 6, 5),
        },
    )


# %% right "image by image"
def untouched_error(before, after, edited_mask):
    return torch.stack(
        [(a - b)[:, ~mask[0]].abs().mean() for b, a, mask in zip(before, after, edited_mask)]
    )


# %% right "with nanmean"
def untouched_error(before, after, edited_mask):
    change = (after - before).abs().masked_fill(edited_mask, float("nan"))
    return change.flatten(1).nanmean(dim=1)


# %% right "the library's"
def untouched_error(before, after, edited_mask):
    from retouch.models.deepsim import untouched_error

    return untouched_error(before, after, edited_mask)


# %% wrong "inside the edit"
# You measure the change *inside* the mask, where it is wanted. The rest is `~edited_mask`.
def untouched_error(before, after, edited_mask):
    inside = edited_mask.expand_as(before)
    return ((after - before).abs() * inside).sum((1, 2, 3)) / inside.sum((1, 2, 3))


# %% wrong "over all pixels"
# You take the mean over the whole picture, edit and all. Leave out what is inside the mask.
def untouched_error(before, after, edited_mask):
    return (after - before).abs().mean(dim=(1, 2, 3))


# %% wrong "divided by all pixels"
# You set the change inside to 0, but divide by *all* pixels, so a large edit looks clean. Divide by
# the number of those outside.
def untouched_error(before, after, edited_mask):
    return ((after - before).abs() * ~edited_mask).mean(dim=(1, 2, 3))


# %% wrong "channels counted once"
# You add the change of all channels and divide by the number of *pixels*: the mask has one channel,
# the picture several. Expand the mask.
def untouched_error(before, after, edited_mask):
    outside = ~edited_mask
    return ((after - before).abs() * outside).sum((1, 2, 3)) / outside.sum((1, 2, 3))


# %% wrong "over the batch"
# You give one number for the batch. Give one for each image: average over the axes 1, 2 and 3.
def untouched_error(before, after, edited_mask):
    return (after - before).abs()[(~edited_mask).expand_as(before)].mean()


# %% wrong "without absolute values"
# Lighter and darker cancel in your mean. Take absolute values first.
def untouched_error(before, after, edited_mask):
    outside = (~edited_mask).expand_as(before)
    return ((after - before) * outside).sum((1, 2, 3)) / outside.sum((1, 2, 3))


# %% wrong "the absolute value of the mean"
# You take the absolute value of the mean, after lighter and darker have cancelled. Take it of each
# change.
def untouched_error(before, after, edited_mask):
    outside = (~edited_mask).expand_as(before)
    return (((after - before) * outside).sum((1, 2, 3)) / outside.sum((1, 2, 3))).abs()


# %% wrong "squared"
# You square the changes. Here it is the mean *absolute* change, in the units of the image.
def untouched_error(before, after, edited_mask):
    outside = (~edited_mask).expand_as(before)
    return ((after - before).square() * outside).sum((1, 2, 3)) / outside.sum((1, 2, 3))


# %% wrong "the sum"
# You give the sum of the changes, which grows with the picture. Divide by how many there are.
def untouched_error(before, after, edited_mask):
    return ((after - before).abs() * ~edited_mask).sum(dim=(1, 2, 3))


# %% wrong "the largest change"
# You give the largest change outside. Give the mean.
def untouched_error(before, after, edited_mask):
    return ((after - before).abs() * ~edited_mask).amax(dim=(1, 2, 3))
