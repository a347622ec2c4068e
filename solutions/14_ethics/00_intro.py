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
# **Time:** about four hours. The cells that train take up to ten seconds each.

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
from retouch.device import describe_device, pick_device
from retouch.show import explore, plot_curve, plot_histograms, show_figure, show_images

# %%
print(describe_device())
progress()
