# %% [markdown]
# # 0 · Start
#
# Welcome. In this course you write the methods that change images, from brightness to networks
# that redraw a scene. Here you meet the tools. They are few: a notebook, a check, a hint.
#
# **Time:** twenty minutes. **Before you start:** a little Python.
#
# ## The notebook
#
# This page is made of *cells*: text like this one, and code like the next. Click on the code and
# press **Shift+Enter**. It runs, shows its result below, and the next cell is selected.

# %% setup
import numpy as np

from autograder import check, hint, progress
from retouch.data import PHOTOGRAPHS, photograph
from retouch.device import describe_device
from retouch.show import explore, show_images

# %%
coffee = photograph("coffee", size=(200, 300))
show_images({"coffee": coffee}, alt=PHOTOGRAPHS["coffee"].description)

# %% [markdown]
# Cells share one memory, the *kernel*. It knows what you have run, in the order in which you ran
# it, and nothing else. Two consequences:
#
# - You open the notebook on another day: the text of your functions is there, but the kernel has
#   forgotten them. Run the cells again from the top.
# - You change a function: the kernel keeps the old one until you run its cell.
#
# When in doubt, **Kernel → Restart Kernel and Run All Cells** settles it.
#
# ## An image is an array

# %%
print("rows, columns, channels:", coffee.shape)
print("the type of a value:", coffee.dtype)
print("red, green and blue of the pixel in row 100, column 150:", coffee[100, 150])

# %% [markdown]
# `uint8` is a byte, 0 to 255. Most exercises want floats in 0 … 1 instead, black to white:

# %%
image = coffee / 255
print(image.dtype, "from", image.min(), "to", image.max())

# %% [markdown]
# ## What does the work
#
# Your computer. Everything runs on its processor; from unit 3 on, where networks are trained, a
# graphics card shortens the wait if there is one. Nothing in the course *needs* it.

# %%
print(describe_device())

# %% [markdown]
# ## Widgets
#
# Where a number is worth playing with, you get a slider. With the keyboard: Tab to reach
# it, arrow keys to move it.


# %%
def mixed(red, green, blue):
    return image * [red, green, blue]


explore(
    mixed,
    alt="a red cup of coffee on a wooden table, with each colour made weaker",
    red=(0.0, 1.0, 0.1, 1.0),
    green=(0.0, 1.0, 0.1, 1.0),
    blue=(0.0, 1.0, 0.1, 1.0),
)
