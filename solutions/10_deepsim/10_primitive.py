# %% [markdown]
# ## A drawing of a picture
#
# **Goal.** Make a picture's *primitive*: the colours of its segments, with its edges over them.
#
# A primitive has to be easy to change for you and easy to read for a network. Colours say what is
# where: one flat colour for each segment, whatever the picture's own colours are. Edges say how it
# is shaped within: folds, window frames, the ridge of a mountain. DeepSIM uses both; with colours
# alone, the inside of a segment would be anybody's guess.
#
# - **Segments.** `labels` holds a whole number for each pixel. `segment_colors(k)` gives the
#   colours of the labels 0 to k − 1, as k×3 floats; the number of labels is the largest one *of
#   the batch* plus 1, for not every label needs to occur.
# - **Edges.** Canny's method, on the picture's luma. `luma(image)` gives it (the weights are those
#   of `rgb_to_gray` in unit 1), and `canny(gray, sigma=sigma)` marks the edges of *one* gray
#   picture, H×W, with `True`. A larger `sigma` blurs first, and finds fewer.
# - Where there is an edge, the drawing is white: 1 in all three channels.
#
# | | type | shape | values |
# |---|---|---|---|
# | `image` | float tensor | N×3×H×W | 0 … 1 |
# | `labels` | int64 tensor | N×H×W | 0, 1, 2, … |
# | `sigma` | `float` | | pixels |
# | result | float tensor | N×3×H×W, dtype of `image` | 0 … 1 |
#
# By hand: a picture without any edge gives its segments' colours, nothing else. A pixel with the
# label 2 beside one with the label 5 stays 2's colour up to its own border: colours are names, and
# never mixed.
#
# **Why it matters.** What the drawing does not say, you cannot edit; what it says too finely, you
# have to draw by hand. The choice of primitive is half of the method.

# %% exercise points=2 forbid="retouch.models"
def primitive(image, labels, sigma):
    """The colours of the segments, with the picture's Canny edges over them in white.

    Args:
        image: float tensor N×3×H×W in 0 … 1.
        labels: int64 tensor N×H×W, each pixel's segment.
        sigma: blur before edges are looked for, in pixels.

    Returns:
        A float tensor N×3×H×W with the dtype of the image.
    """
    ### BEGIN SOLUTION
    colors = segment_colors(int(labels.max()) + 1).to(image.dtype)
    drawing = colors[labels].permute(0, 3, 1, 2)
    edges = np.stack([canny(gray, sigma=sigma) for gray in luma(image)])
    return drawing.masked_fill(torch.from_numpy(edges)[:, None], 1.0)
    ### END SOLUTION


# %% hint
# Indexing a table with a whole tensor of numbers gives the table's row for each of them. Where
# does the new axis end up, and where should it be?

# %% hint
# `segment_colors(k)[labels]` is N×H×W×3; `.permute(0, 3, 1, 2)` moves the colours forward. Canny
# takes one picture at a time: loop over `luma(image)`, and `np.stack`. `masked_fill` or
# `torch.where` paint.

# %% hint
# `drawing = segment_colors(int(labels.max()) + 1)[labels].permute(0, 3, 1, 2)`; `edges =
# np.stack([canny(gray, sigma=sigma) for gray in luma(image)])`; then
# `drawing.masked_fill(torch.from_numpy(edges)[:, None], 1.0)`, in the dtype of the image.

# %% cases
import numpy as np
import torch

from retouch.data import photograph


def cases(rng):
    def batch(*names, size):
        pictures = np.stack([photograph(name, size) for name in names])
        return torch.from_numpy(pictures).permute(0, 3, 1, 2).float() / 255

    def blocks(n, height, width, numbers):
        coarse = rng.choice(numbers, (n, height // 6 + 1, width // 6 + 1))
        fine = coarse.repeat(6, axis=1).repeat(6, axis=2)[:, :height, :width]
        fine[0, :6, :6] = numbers[-1]
        return torch.from_numpy(fine.copy())

    yield (
        "a photograph without edges",
        {
            "image": torch.full((2, 3, 20, 25), 0.4),
            "labels": blocks(2, 20, 25, np.arange(4)),
            "sigma": 1.0,
        },
    )
    yield (
        "a cup and a cat",
        {
            "image": batch("coffee", "chelsea", size=(30, 45)),
            "labels": blocks(2, 30, 45, np.arange(7)),
            "sigma": 1.5,
        },
    )
    yield (
        "more blur, and labels that don't all occur (float64)",
        {
            "image": batch("chelsea", "coffee", size=(36, 32)).double(),
            "labels": blocks(2, 36, 32, np.array([2, 3, 7, 11])),
            "sigma": 2.5,
        },
    )


# %% right "with where, picture by picture"
def primitive(image, labels, sigma):
    table = segment_colors(1 + labels.max().item())
    drawings = []
    for gray, segments in zip(luma(image), labels):
        edges = torch.from_numpy(canny(gray, sigma=sigma))
        flat = table[segments].movedim(-1, 0)
        drawings.append(torch.where(edges, torch.ones_like(flat), flat))
    return torch.stack(drawings).to(image.dtype)


# %% right "as an embedding"
def primitive(image, labels, sigma):
    drawing = F.embedding(labels, segment_colors(int(labels.max()) + 1)).to(image.dtype)
    for i, gray in enumerate(luma(image)):
        drawing[i][canny(gray, sigma=sigma)] = 1.0
    return drawing.permute(0, 3, 1, 2).contiguous()


# %% right "the library's"
def primitive(image, labels, sigma):
    from retouch.models.deepsim import primitive

    return primitive(image, labels, sigma)


# %% wrong "labels counted anew"
# You number the labels that occur from 0 on, so a segment's colour changes when another one is
# gone. Take each label's own colour, also where smaller labels don't occur.
# - colors = segment_colors(int(labels.max()) + 1).to(image.dtype)
# + labels = labels.unique(return_inverse=True)[1]
# + colors = segment_colors(int(labels.max()) + 1).to(image.dtype)


# %% wrong "edges alone"
# Your drawing holds the edges only, on black. The colours of the segments say what is where: the
# edges go over them.
def primitive(image, labels, sigma):
    edges = np.stack([canny(gray, sigma=sigma) for gray in luma(image)])
    return torch.from_numpy(edges)[:, None].expand_as(image).to(image.dtype)


# %% wrong "no edges"
# Your drawing holds the segments only. Draw the edges over them, in white.
def primitive(image, labels, sigma):
    return segment_colors(int(labels.max()) + 1)[labels].permute(0, 3, 1, 2).to(image.dtype)


# %% wrong "black edges"
# The edges are where they should be, but black. In a primitive they are white: 1 in all channels.
def primitive(image, labels, sigma):
    drawing = segment_colors(int(labels.max()) + 1)[labels].permute(0, 3, 1, 2).to(image.dtype)
    edges = np.stack([canny(gray, sigma=sigma) for gray in luma(image)])
    return drawing.masked_fill(torch.from_numpy(edges)[:, None], 0.0)


# %% wrong "red edges"
# You paint the edges in one channel only. White is 1 in all three.
def primitive(image, labels, sigma):
    drawing = segment_colors(int(labels.max()) + 1)[labels].permute(0, 3, 1, 2).to(image.dtype)
    drawing = drawing.clone()
    edges = np.stack([canny(gray, sigma=sigma) for gray in luma(image)])
    drawing[:, 0][torch.from_numpy(edges)] = 1.0
    return drawing


# %% wrong "edges of the segments"
# You look for edges in the labels. Canny belongs on the picture's luma: its edges show what is
# *inside* a segment, too.
def primitive(image, labels, sigma):
    drawing = segment_colors(int(labels.max()) + 1)[labels].permute(0, 3, 1, 2).to(image.dtype)
    edges = np.stack([canny(part.astype(float), sigma=sigma) for part in labels.numpy()])
    return drawing.masked_fill(torch.from_numpy(edges)[:, None], 1.0)


# %% wrong "the picture's own colours"
# You give each segment the mean colour of its pixels. A segment's colour is its *name*, out of
# `segment_colors`, so that two brown segments can be told apart.
def primitive(image, labels, sigma):
    drawing = image.clone()
    for picture, part in zip(drawing, labels):
        for label in part.unique():
            inside = part == label
            picture[:, inside] = picture[:, inside].mean(dim=1, keepdim=True)
    edges = np.stack([canny(gray, sigma=sigma) for gray in luma(image)])
    return drawing.masked_fill(torch.from_numpy(edges)[:, None], 1.0)


# %% wrong "gray levels for colours"
# You use the labels themselves as gray levels. A network reads near levels as alike, and label 3
# is not between 2 and 4: give each its own colour.
def primitive(image, labels, sigma):
    gray_levels = labels[:, None].expand(-1, 3, -1, -1).to(image.dtype) / labels.max()
    edges = np.stack([canny(gray, sigma=sigma) for gray in luma(image)])
    return gray_levels.masked_fill(torch.from_numpy(edges)[:, None], 1.0)


# %% wrong "smoothed colours"
# You blur the colours, so that at the borders there are colours that stand for nothing. Segments
# end sharply.
def primitive(image, labels, sigma):
    drawing = segment_colors(int(labels.max()) + 1)[labels].permute(0, 3, 1, 2).to(image.dtype)
    drawing = F.avg_pool2d(drawing, 3, 1, 1, count_include_pad=False)
    edges = np.stack([canny(gray, sigma=sigma) for gray in luma(image)])
    return drawing.masked_fill(torch.from_numpy(edges)[:, None], 1.0)


# %% wrong "ignores sigma"
# You always blur by the same amount. Hand `sigma` to `canny`.
def primitive(image, labels, sigma):
    drawing = segment_colors(int(labels.max()) + 1)[labels].permute(0, 3, 1, 2).to(image.dtype)
    edges = np.stack([canny(gray) for gray in luma(image)])
    return drawing.masked_fill(torch.from_numpy(edges)[:, None], 1.0)


# %% wrong "the first picture's edges for all"
# Every drawing of the batch has the edges of the first picture. Canny takes one picture at a time:
# call it for each.
def primitive(image, labels, sigma):
    drawing = segment_colors(int(labels.max()) + 1)[labels].permute(0, 3, 1, 2).to(image.dtype)
    edges = torch.from_numpy(canny(luma(image)[0], sigma=sigma))
    return drawing.masked_fill(edges, 1.0)


# %% wrong "edges over the picture"
# You draw the edges over the picture itself. Under them belong the flat colours of the segments.
def primitive(image, labels, sigma):
    edges = np.stack([canny(gray, sigma=sigma) for gray in luma(image)])
    return image.masked_fill(torch.from_numpy(edges)[:, None], 1.0)


# %% wrong "edges of one channel"
# You look for edges in the red channel. Use the luma, which weighs all three as the eye does.
def primitive(image, labels, sigma):
    drawing = segment_colors(int(labels.max()) + 1)[labels].permute(0, 3, 1, 2).to(image.dtype)
    edges = np.stack([canny(gray, sigma=sigma) for gray in image[:, 0].double().numpy()])
    return drawing.masked_fill(torch.from_numpy(edges)[:, None], 1.0)


# %% wrong "channels at the end"
# The drawing is right, but N×H×W×3. Tensors are N×3×H×W here: permute the axes.
def primitive(image, labels, sigma):
    drawing = segment_colors(int(labels.max()) + 1)[labels].to(image.dtype)
    edges = np.stack([canny(gray, sigma=sigma) for gray in luma(image)])
    return drawing.masked_fill(torch.from_numpy(edges)[..., None], 1.0)


# %% [markdown]
# ### Look at it
#
# The scene of this unit is drawn by the course's own renderer, which knows the segments exactly.
# For the photograph, `color_segments` merges pixels of like colour. Move the slider: how many edges
# would *you* want to draw again, after moving the cup?

# %%
from retouch.data.segments import color_segments

cup = photograph("coffee", (128, 192)) / 255
SUBJECTS = {
    "scene": (to_tensor(scene.image), torch.from_numpy(scene.labels)[None].long()),
    "coffee": (to_tensor(cup), torch.from_numpy(color_segments(cup, 16))[None]),
}


def draw(subject, sigma):
    image, labels = SUBJECTS[subject]
    return {"picture": image[0], "primitive": primitive(image, labels, sigma)[0]}


explore(
    draw,
    alt="a picture, and flat colours with white edges in its shapes",
    height=220,
    subject=list(SUBJECTS),
    sigma=(0.5, 4.0, 0.25, 2.0),
)
