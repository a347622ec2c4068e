# %% [markdown]
# # 1 · Basic processing
#
# An image is an array of numbers. Nine functions on such arrays get you from a photograph to
# a poster printed in four inks: brightness, gamma, gray, convolution, shrinking, rotation,
# histograms, sharpening, edges. You write all nine, and at the end you print *your* poster.
#
# No network yet. But every later unit uses these nine: to feed networks, to judge
# them, and to know what they have to beat.
#
# **Before you start:** unit 0, and a little NumPy: indexing, slices, shapes, broadcasting.
#
# **Time:** about three hours, in two or three sittings. Your computer is not what
# you wait for: each cell answers within about a second.

# %% setup
import numpy as np

from autograder import check, hint, progress
from retouch.data import PHOTOGRAPHS, photograph
from retouch.device import describe_device
from retouch.show import explore, plot_curve, plot_histogram, show_images

# %%
print(describe_device())
progress()

# %% [markdown]
# ## What you will make
#
# The next cell uses the course's own versions of your functions, so it works already.

# %%
from retouch import pixels

rocket = photograph("rocket", size=(240, 360))
inks = np.array([[27, 27, 58], [105, 54, 104], [224, 119, 125], [246, 231, 203]], dtype=np.uint8)
tones = pixels.equalize_histogram((255 * pixels.rgb_to_gray(rocket / 255)).astype(np.uint8))
show_images({"a photograph": rocket, "in four inks": inks[tones // 64]}, alt="a rocket at dusk")

# %% [markdown]
# ## What an image is here
#
# A NumPy array of H rows and W columns. Row 0 is at the *top*. A colour image has a third axis
# with red, green and blue, so a pixel is `image[y, x]`, with y downwards and first.
#
# | | shape | type | black … white |
# |---|---|---|---|
# | as a file stores it | H×W×3 | `uint8` | 0 … 255 |
# | for computing | H×W×3 | float | 0 … 1 |
# | gray | H×W | either | |
#
# From bytes to floats: `image / 255`. Back: `np.round(255 * image).astype(np.uint8)`.
#
# Three habits keep you out of most trouble. The checks look for all three:
#
# - **Ask for the type.** `uint8` arithmetic wraps around at 256 without a word.
# - **Ask for the shape.** Height first. Test on images that are not square.
# - **Leave the input alone.** Return a new array.

# %%
cat = photograph("chelsea", size=(200, 300))
print(cat.shape, cat.dtype, "from", cat.min(), "to", cat.max())
print("the pixel in row 80, column 100:", cat[80, 100])
show_images(
    {"all of it": cat, "cat[40:120, 60:220]": cat[40:120, 60:220], "cat[:, ::-1]": cat[:, ::-1]},
    alt="a tabby cat's face: whole, a part around its eyes, and mirrored",
)
