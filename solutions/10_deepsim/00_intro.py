# %% [markdown]
# # 10 · One picture is enough
#
# Move the mountain. Take away a cloud. Put the house on the other shore. You draw it, with a few
# flat colours, and the picture follows: the mirror in the water, the grass where the house stood,
# the snow on the peak.
#
# A network that does this for *all* pictures needs millions of them. **DeepSIM** (Vinker, Horwitz,
# Zabari and Hoshen, 2021) does it for *one*, and is trained on that one alone. It turns a simple
# drawing of the picture, its *primitive*, back into the picture; then you change the drawing. What
# makes one example enough is a trick of five lines: bend the picture and its drawing, alike, anew
# in every step.
#
# You will write the drawing, the bending, the losses, and the measure. Then you train it on a
# scene in half a minute, and edit.
#
# **Before you start:** units 2 (augmentation), 3 and 4 (adversaries) and 8 (what the layers of a
# network see). A little linear algebra: solving a system of equations. Networks from image to image
# are unit 9's subject; what is needed of them here is explained.
#
# **Time:** about four hours. The longest cells train for about half a minute each on a laptop.

# %% setup
import numpy as np
import torch
import torch.nn.functional as F
from skimage.feature import canny

from autograder import check, hint, progress
from retouch.data import photograph
from retouch.data.scenes import move, remove, render, sample_scene
from retouch.data.segments import segment_colors
from retouch.device import describe_device, pick_device
from retouch.show import explore, plot_curve, show_images


def to_tensor(image):
    """A NumPy image H×W×3 as a tensor 1×3×H×W."""
    return torch.from_numpy(image).permute(2, 0, 1)[None].float().contiguous()


def luma(image):
    """How bright each pixel of a tensor N×3×H×W looks: a float64 array N×H×W."""
    weights = torch.tensor([0.2125, 0.7154, 0.0721], dtype=torch.float64)
    return torch.einsum("nchw,c->nhw", image.double(), weights).numpy()


# %%
print(describe_device())
progress()

# %% [markdown]
# ## What you will make
#
# On the left, the only picture that a small network was ever shown. Beside it, its drawing; a
# changed drawing, in which a house and a cloud were moved and a tree was taken away; and what the
# network makes of the changed one. It ships with the course, so this takes a second.

# %%
from retouch.recipes.edits import drawn
from retouch.recipes.pretrained import pretrained

shipped_deepsim, recipe, card = pretrained("deepsim")
landscape = recipe.landscape()
size = (recipe.height, recipe.columns)
scene = render(landscape, *size)

changed = move(landscape, "house 3", -0.3)
changed = remove(move(changed, "cloud 0", -0.12), "tree 37")
drawing, _ = drawn(scene, recipe.sigma)
new_drawing, answer = drawn(render(changed, *size), recipe.sigma)
with torch.no_grad():
    follows = shipped_deepsim(new_drawing)
show_images(
    {
        "the one picture": scene.image,
        "its primitive": drawing[0],
        "a changed primitive": new_drawing[0],
        "what the network makes of it": follows[0],
        "the true answer": answer[0],
    },
    alt="a lake below a mountain, with trees and a house in front",
    columns=3,
    height=200,
)

# %% [markdown]
# The last picture is the luxury of this unit: the scene is drawn by the course's own renderer, so
# we can draw the changed scene as well, and know what the *true* answer looks like. The network has
# never seen it. What was measured when these weights were made, on all such edits of the scene:

# %%
print(f"{recipe.steps} steps, seed {card.seed}")
for name, value in card.quality.items():
    print(f"{name:40} {value:8.3f}")

# %% [markdown]
# ## The parts
#
# | | from | to |
# |---|---|---|
# | **primitive** (yours) | a picture and its segments | a drawing |
# | **thin-plate spline** (yours) | a few points that moved | a bent picture, and a bent drawing |
# | **generator** (given: the one of pix2pixHD) | a drawing | a picture |
# | **discriminator** (given), **losses** (yours) | drawing and picture | what is wrong |
# | **editor** (given) | your hand | a changed drawing |
