# %% [markdown]
# # 3 · Adversaries
#
# A forger paints, a detective judges; each learns from the other, until the forgeries hang in the
# museum. In a *generative adversarial network*, a GAN, both are networks. In this unit they play
# for points in a plane, where you can watch every move: what the detective believes, of every
# place, and what the forger makes of it. You write the rules of the game, see it go wrong in its
# own famous way, and repair it.
#
# From unit 4 on the points are pictures. The functions stay the same.
#
# **Before you start:** PyTorch: modules, losses, `backward`, an optimizer's `step`. Unit 2, for
# `torch.Generator`.
#
# **Time:** about three hours. Five cells train small networks, for five to ten seconds each.

# %% setup
import math

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from autograder import check, hint, progress
from retouch.data.toys import ring_centers, ring_of_gaussians, spiral, two_moons
from retouch.device import describe_device, pick_device
from retouch.show import explore, plot_curve, show_images


def make_mlp(inputs, outputs, width=128):
    """Three hidden layers; N×inputs to N×outputs, or to N numbers where there is one output."""
    layers = []
    for before, after in [(inputs, width), (width, width), (width, width)]:
        layers += [nn.Linear(before, after), nn.LeakyReLU(0.2)]
    layers.append(nn.Linear(width, outputs))
    return nn.Sequential(*layers, *([nn.Flatten(0)] if outputs == 1 else []))


def plane(size=48, limit=4.0):
    """The points of a grid over the plane, size²×2, row by row from the upper left."""
    line = torch.linspace(-limit, limit, size)
    y, x = torch.meshgrid(-line, line, indexing="ij")
    return torch.stack([x.flatten(), y.flatten()], dim=1)


def picture(points, field=None, data=None, limit=4.0):
    """A square picture of points, over a field in 0 … 1 (dark to bright) if there is one."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(3, 3), dpi=100)
    canvas = FigureCanvasAgg(figure)
    axes = figure.add_axes([0, 0, 1, 1])
    axes.axis("off")
    axes.set(xlim=(-limit, limit), ylim=(-limit, limit))
    if field is not None:
        extent = (-limit, limit, -limit, limit)
        axes.imshow(field, cmap="cividis", vmin=0, vmax=1, extent=extent, interpolation="bilinear")
    if data is not None:
        axes.plot(*data.T, "+", color="#0072B2" if field is None else "white", markersize=7)
    axes.plot(*points.T, "o", color="#D55E00", markersize=3, markeredgewidth=0, alpha=0.7)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba())[..., :3].copy()


# %%
print(describe_device())
progress()

# %% [markdown]
# ## The data
#
# A *generative model* gets samples, nothing else, and has to make more of the same kind. These are
# ours:

# %%
rng = torch.Generator().manual_seed(0)
kinds = {"a ring of eight": ring_of_gaussians, "two moons": two_moons, "a spiral": spiral}
show_images(
    {name: picture(draw(500, rng)) for name, draw in kinds.items()},
    alt="five hundred points in a plane",
    height=220,
)

# %% [markdown]
# ## What you will make
#
# The next cell uses the course's own versions of your functions, so it works already: 1,500 rounds,
# for the spiral, in about 5 seconds. The background of the last picture is what the discriminator
# believes: bright is "real".

# %%
from retouch.recipes import make_fabric, train
from retouch.recipes.toy import ToyGAN

torch.set_num_threads(1)  # networks this small gain nothing from a second thread
fakes, noise = {}, torch.randn(512, 2, generator=torch.Generator().manual_seed(0))


def keep_fakes(run, losses):
    """Called after each round: keeps what the generator makes of the same noise, four times."""
    if run.step % 375 == 0:
        with torch.no_grad():
            fakes[run.step] = run.networks["generator"](noise)


recipe = ToyGAN(data="spiral", steps=1500, beta1=0.5)
run = train(recipe, fabric=make_fabric("cpu"), watch=keep_fakes, progress=False)
with torch.no_grad():
    belief = torch.sigmoid(run.networks["discriminator"](plane())).reshape(48, 48)
frames = {f"fakes after {step} rounds": picture(points) for step, points in fakes.items()}
show_images(
    {**frames, "and the last belief": picture(fakes[1500], belief)},
    alt="orange points on their way to the shape of a spiral",
    columns=5,
    height=170,
)

# %% [markdown]
# ## The players
#
# | | gets | returns | wants |
# |---|---|---|---|
# | the **generator** | noise, N×2 | points, N×2 | its points to be called real |
# | the **discriminator** | points, N×2 | a *logit* for each, N | to tell real points from fakes |
#
# A logit is a number without limits; its sigmoid is a probability. They take turns: one step of the
# one, one step of the other. Neither ever sees the other's weights.
