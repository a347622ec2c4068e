# %% [markdown]
# ## How it is painted: the Gram matrix
#
# **Goal.** For each picture a table: how strongly each pair of channels is active *at the same
# places*.
#
# A painting of a rocket and a painting of a lake by the same hand have nothing in common, place by
# place. What they share is what goes together: this blue with strokes that curl; that yellow with
# small dots. So multiply each channel with each other one, place by place, and add up over all
# places:
#
# $$G_{nij} = \frac{1}{C H W} \sum_{y, x} F_{niyx} F_{njyx}$$
#
# It is the matrix product of the features, as C×(H·W), with their own transpose.
#
# | | type | shape | values |
# |---|---|---|---|
# | `features` | float tensor | N×C×H×W | any |
# | result | float tensor | N×C×C | symmetric; nothing below 0 on the diagonal |
#
# By hand: two channels and two places, (1, 2) and (3, −1). The products: 1·1 + 2·2 = 5,
# 3·3 + 1 = 10, and 1·3 − 2·1 = 1. Divided by 2·1·2 = 4: $G = \begin{pmatrix} 1.25 & 0.25 \\ 0.25 &
# 2.5 \end{pmatrix}$.
#
# **Two traps.** Each picture has a table of its own: many programs on the web are written for one
# picture and mix up the batch. And the places are summed over: a table of (H·W)×(H·W) says which
# *places* look alike, which is another thing.
#
# **Why it matters.** The sum over the places is the whole idea. It forgets *where*.

# %% exercise points=2 forbid="retouch.models retouch.recipes"
def gram_matrix(features):
    """How strongly each pair of channels is active at the same places.

    Args:
        features: float tensor N×C×H×W.

    Returns:
        Float tensor N×C×C: sums over all places of products of two channels, divided by C·H·W.
    """
    ### BEGIN SOLUTION
    places = features.flatten(2)
    return places @ places.transpose(1, 2) / places[0].numel()
    ### END SOLUTION


# %% hint
# Which axes of the features may still be there in the result, and which one twice?

# %% hint
# `features.flatten(2)` is N×C×(H·W); `@` multiplies the matrices of a batch;
# `.transpose(1, 2)` swaps the last two axes. Or `torch.einsum`.

# %% hint
# `places @ places.transpose(1, 2)`, divided by the number of elements of one picture's features,
# C·H·W.

# %% cases
import torch


def cases(rng):
    def features(*shape, shift=0.5):
        return torch.from_numpy(rng.normal(shift, 1, shape).astype("float32"))

    yield (
        "the example by hand",
        {"features": torch.tensor([[1.0, 2.0], [3.0, -1.0]]).reshape(1, 2, 1, 2)},
    )
    yield "two pictures, three channels", {"features": features(2, 3, 4, 5)}
    yield "more channels than places", {"features": features(3, 7, 2, 3)}
    yield "in float64", {"features": features(2, 4, 5, 3, shift=-1.0).double()}
    yield "large values", {"features": 100 * features(2, 3, 6, 2)}


# %% observe
import torch

from autograder import close


def observe(gram_matrix, features):
    # An entry is a sum of h·w products over c·h·w. In any order and in float32 (also of the
    # factors) its rounding is below (h·w + 3) · 2**-24 · max² / c, though the sum may cancel.
    # That is less than 20 · 2**-24 · max² < 2e-6 · max² here.
    size = float(features.abs().max()) ** 2
    seen = features.clone().requires_grad_()
    table = gram_matrix(seen)
    slope = torch.zeros(())
    if isinstance(table, torch.Tensor) and table.requires_grad:
        (slope,) = torch.autograd.grad(table.sum(), seen, allow_unused=True, materialize_grads=True)
    return {
        "table": close(table, rtol=1e-5, atol=2e-6 * size),
        "slope of its sum": close(slope, rtol=1e-5, atol=2e-6 * size**0.5),
    }


# %% right "einsum"
def gram_matrix(features):
    n, c, h, w = features.shape
    return torch.einsum("niyx,njyx->nij", features, features) / (c * h * w)


# %% right "picture by picture"
def gram_matrix(features):
    tables = []
    for picture in features:
        rows = picture.reshape(len(picture), -1)
        tables.append(rows.mm(rows.t()).div(rows.numel()))
    return torch.stack(tables)


# %% right "pair by pair"
def gram_matrix(features):
    rows = [
        torch.stack(
            [(features[:, i] * features[:, j]).mean(dim=(1, 2)) for j in range(features.shape[1])],
            1,
        )
        for i in range(features.shape[1])
    ]
    return torch.stack(rows, dim=1) / features.shape[1]


# %% right "the root first"
def gram_matrix(features):
    places = features.flatten(2) / math.sqrt(features[0].numel())
    return torch.bmm(places, places.mT)


# %% wrong "not divided"
# The sums are right but not divided, so large pictures have large tables. Divide by C·H·W.
# - return places @ places.transpose(1, 2) / places[0].numel()
# + return places @ places.mT

# %% wrong "divided by H·W only"
# You divide by the number of places. Divide by the number of channels, too: C·H·W.
# - return places @ places.transpose(1, 2) / places[0].numel()
# + return places @ places.mT / places.shape[2]

# %% wrong "divided by C only"
# You divide by the number of channels only, so large pictures have large tables. Divide by C·H·W.
# - return places @ places.transpose(1, 2) / places[0].numel()
# + return places @ places.mT / places.shape[1]

# %% wrong "divided by the batch, too"
# You divide by N·C·H·W. Each picture has a table of its own, so the number of pictures must not
# matter: divide by C·H·W.
# - return places @ places.transpose(1, 2) / places[0].numel()
# + return places @ places.mT / features.numel()

# %% wrong "divided by the square"
# You divide by the square of C·H·W. That factor belongs to the *squared* error of other authors'
# undivided tables; here each table is divided once.
# - return places @ places.transpose(1, 2) / places[0].numel()
# + return places @ places.mT / places[0].numel() ** 2


# %% wrong "the batch folded into the channels"
# Your table has N·C rows: channels of one picture are multiplied with those of another. The batch
# stays a batch: N×C×C.
def gram_matrix(features):
    n, c, h, w = features.shape
    rows = features.reshape(n * c, h * w)
    return rows @ rows.t() / (n * c * h * w)


# %% wrong "the batch folded into the places"
# You return one table for all pictures together. Each has its own: N×C×C.
def gram_matrix(features):
    rows = features.transpose(0, 1).flatten(1)
    return rows @ rows.t() / features.numel()


# %% wrong "places for channels"
# Your table tells which *places* look alike, (H·W)×(H·W): the transpose is on the wrong side. Sum
# over the places, and keep the channels.
# - return places @ places.transpose(1, 2) / places[0].numel()
# + return places.mT @ places / places[0].numel()


# %% wrong "reshaped instead of transposed"
# `reshape` to N×(H·W)×C does not move the channels to the end, it deals the numbers out anew. Use
# `flatten(2)` and transpose.
def gram_matrix(features):
    n, c, h, w = features.shape
    mixed = features.reshape(n, h * w, c)
    return mixed.mT @ mixed / (c * h * w)


# %% wrong "the mean taken off"
# You take each channel's mean off first: that is a covariance. A Gram matrix keeps the means.
def gram_matrix(features):
    places = features.flatten(2)
    places = places - places.mean(dim=2, keepdim=True)
    return places @ places.mT / places[0].numel()


# %% wrong "cosines"
# You bring each channel to length 1, so the diagonal is the same for every picture. How *strong* a
# channel is belongs to the style: leave it in.
def gram_matrix(features):
    places = F.normalize(features.flatten(2), dim=2)
    return places @ places.mT / places.shape[1]


# %% wrong "rows only"
# You multiply column by column and keep one axis of the picture too few or too many: the products
# are of sums over a row. Multiply place by place, then sum over both axes.
def gram_matrix(features):
    rows = features.sum(dim=3)
    return rows @ rows.mT / features[0].numel()


# %% wrong "the diagonal only"
# You keep how strong each channel is, and drop which of them go together. All pairs belong to the
# table.
def gram_matrix(features):
    strength = features.square().sum(dim=(2, 3)) / features[0].numel()
    return torch.diag_embed(strength)


# %% wrong "no way back"
# The values are right, but the table is cut off from the features (`detach`, `.data` or
# `no_grad`), so no gradient can reach the picture.
def gram_matrix(features):
    places = features.detach().flatten(2)
    return places @ places.mT / places[0].numel() + 0 * features.sum()


# %% [markdown]
# ### Shuffle it
#
# Take the features of the cup at `expand3` and throw all places into disorder, every channel in the
# same way.
#
# > **Predict, and write it down:** how much does the Gram matrix change: by nothing, a little, or
# > entirely? And how much if each channel gets an order of its own?
#
# For comparison: how far is the Gram matrix of another picture, the painting?


# %%
def shift_of(table, other):
    """How far a table is from another, in percent of its size."""
    return 100 * ((other - table).norm() / table.norm()).item()


features = extractor(cup)[2].cpu()
flat, draws = features.flatten(2), torch.Generator().manual_seed(0)
order = torch.randperm(flat.shape[2], generator=draws)
together = flat[:, :, order].view(features.shape)
orders = torch.rand(flat.shape, generator=draws).argsort(dim=2)
apart = flat.gather(2, orders).view(features.shape)
table = gram_matrix(features)
others = {
    "all channels in one new order": together,
    "each channel in its own order": apart,
    "the painting": extractor(night)[2].cpu(),
}
for name, other in others.items():
    print(f"{name:30} {shift_of(table, gram_matrix(other)):9.5f} % off")
show_images(
    {
        "a channel": features[0, 30] / features[0, 30].max(),
        "all channels in one new order": together[0, 30] / features[0, 30].max(),
    },
    alt="where one channel sees something in the picture of the cup",
    height=160,
)

# %% [markdown]
# A sum does not care about the order of its terms. Whatever you do to the places, to all channels
# alike, the Gram matrix can't see it: what is left is rounding. The cup is gone, and the table
# still holds.
#
# Give each channel an order of its own, and what was together is apart. Is the change smaller than
# you thought? A Gram matrix keeps the means, and these features are never below 0, so most of each
# entry is the product of two means, which no order can touch. What goes together is in the rest.
