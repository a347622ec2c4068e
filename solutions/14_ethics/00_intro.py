# %% [markdown]
# # 14 · What it does to people
#
# Whom does a model fail? Whom does it remember? Can one tell its pictures from photographs, say who
# made a picture, or what was done to it? These questions are argued about everywhere, mostly
# without numbers. In this unit each of them gets a number, an attack or a proof, in code that you
# write; and you meet the places where the code ends and a decision begins.
#
# You will make: an audit that finds the people whom an accuracy of 90 % forgets, and a repair; an
# attack that says who was in a training set; a detector of generated pictures; a mark that survives
# JPEG and that only its key can find; a seal under a picture's history. And you will break most
# of them.
#
# **Before you start:** unit 3 for training steps, units 4 and 5 for the models under test, a little
# of unit 11 (PSNR). Fourier transforms: you need to know what a frequency is, no more.
#
# **Time:** about four hours. The cells that train take up to ten seconds each, on any computer:
# everything here is small, and stays on the CPU.

# %% setup
import hashlib
import hmac
import io
import json
import math

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from autograder import check, hint, progress
from retouch.data import photograph
from retouch.data.fashion_mnist import CLASS_NAMES, fashion_mnist
from retouch.show import explore, plot_curve, plot_histograms, show_figure, show_images

# %%
progress()

# %% [markdown]
# ## What you will make
#
# The next cell uses the course's own versions of your functions, so it works already. One picture,
# marked with a key, goes through the world; and only that key finds it again.

# %%
from retouch import ethics


def journey(picture):
    """What may happen to a picture N×3×H×W: names and pictures."""
    from PIL import Image

    pixels = (255 * picture[0]).round().byte().permute(1, 2, 0).numpy()
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "JPEG", quality=40)
    poor = torch.from_numpy(np.array(Image.open(file))).permute(2, 0, 1)[None].float() / 255
    small = F.interpolate(poor, scale_factor=0.9, mode="bilinear", antialias=True)
    return {"marked": picture, "as a poor JPEG": poor, "cut, and shrunk": small[:, :, 18:, 30:-12]}


cup = torch.from_numpy(photograph("coffee", size=(240, 320))).permute(2, 0, 1)[None].float() / 255
found = {"the original": cup[0]}
for name, picture in journey(ethics.embed_watermark(cup, "my key", strength=0.01)).items():
    answers = [bool(ethics.detect_watermark(picture, key)) for key in ("my key", "your key")]
    found[f"{name}: my key {answers[0]}, your key {answers[1]}"] = picture[0]
show_images(found, alt="a cup of coffee; all four look alike", height=150)
