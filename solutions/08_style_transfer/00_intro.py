# %% [markdown]
# # 8 · In the manner of
#
# A photograph of a cup, painted as if by whoever painted a rocket in the night. Nobody can write
# down what a manner of painting *is*; and yet six short functions transfer it. The trick is to ask
# a network that was trained for something else, to tell dogs from cats and cups from bowls. What
# its layers see says what is in a picture. How often they see things *together* says how it is
# painted.
#
# You will write both measures, and then paint by changing the pixels until the measures agree.
# Nothing is trained: the picture itself takes the place of the weights.
#
# **Before you start:** PyTorch: tensors of features, N×C×H×W; an optimizer's `step`. Unit 3, for
# losses and detached tensors.
#
# **Time:** about three hours. The longest cells take about 15 seconds on a laptop.

# %% setup
import math

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from autograder import check, hint, progress
from retouch.data.paintings import BRUSHWORK, paint_photograph
from retouch.data.photographs import PHOTOGRAPHS, photograph
from retouch.device import describe_device, pick_device
from retouch.show import explore, plot_curve, show_images


def to_tensor(image):
    """An image H×W×3, or H×W for gray, of dtype uint8, as a tensor 1×3×H×W in [0, 1]."""
    color = image if image.ndim == 3 else np.stack([image] * 3, axis=2)
    return torch.from_numpy(color).permute(2, 0, 1)[None].float().contiguous() / 255


def photo(name, height, width=None):
    """A photograph by its name, as a tensor 1×3×H×W; a square if only the height is given."""
    return to_tensor(photograph(name, (height, width or height)))


def painting(name, height, brushwork="expressionist"):
    """A photograph painted by our stroke renderer, as a tensor 1×3×H×W."""
    return to_tensor(paint_photograph(photograph(name, (height, height)), brushwork))


# %%
SCALE = "cpu"  # "gpu": larger pictures and more steps

torch.set_num_threads(min(2, torch.get_num_threads()))
device = pick_device()
SIZE, STEPS = {"cpu": (256, 80), "gpu": (640, 400)}[SCALE]  # for pictures that you keep
SMALL, FEW = {"cpu": (128, 50), "gpu": (256, 200)}[SCALE]  # for experiments
print(describe_device())
progress()

# %% [markdown]
# ## What you will make
#
# The next cell uses the course's own versions of your functions, so it works already. On the left
# a photograph; in the middle a painting, which a program of ours made from another photograph,
# stroke by stroke, so that it is ours to give away; on the right, the first in the manner of the
# second. About 10 seconds.

# %%
from retouch.models.features import feature_extractor
from retouch.models.style import stylize as course_stylize

extractor = feature_extractor().to(device)
cup, night = photo("coffee", SIZE).to(device), painting("rocket", SIZE).to(device)
show_images(
    {
        "content": cup[0],
        "style": night[0],
        "content in this style": course_stylize(cup, night, extractor, STEPS)[0],
    },
    alt="a cup of coffee, a painting of a rocket in a blue night, and the cup in that manner",
    height=256,
)

# %% [markdown]
# ## The eye
#
# `extractor` is EfficientNet-Lite0, a small network that was trained to name the things in 1.3
# million photographs. We don't ask it for names. We read five of its layers on the way there:

# %%
for name, features in zip(extractor.layers, extractor(cup)):
    print(f"{name:8} N×C×H×W = {'×'.join(map(str, features.shape))}")

# %% [markdown]
# `stem` is the first convolution; it sees edges and colours in windows of 3×3 pixels. Most further
# layers have half the height and width of the one before; each sees a larger part of the picture,
# and knows more kinds of things. A *channel* is one such kind: bright wherever the picture has it.

# %%
channels = [(0, 8), (1, 21), (2, 30), (3, 12)]
maps = {}
for layer, channel in channels:
    seen = extractor(cup)[layer][0, channel].cpu()
    maps[f"{extractor.layers[layer]}, channel {channel}"] = (seen / seen.max()).sqrt()
show_images(maps, alt="where in the picture of the cup one channel is active, in gray", height=160)
