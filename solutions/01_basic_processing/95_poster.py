# %% [markdown]
# ## Your poster
#
# All nine functions in one recipe. It prints a photograph in four inks, draws the outlines in
# the darkest of them, and lays the sheet on a white table, a little askew.
#
# Two steps are worth a thought:
#
# - **Equalize, then cut into four.** After equalization the gray levels are used evenly, so each
#   ink covers about a quarter of the sheet, whatever the photograph.
# - **Shrink last.** The recipe works at twice the size. Averaging 2×2 blocks at the very end makes
#   all lines smooth, those of the tilted frame as well.

# %%
INKS = {
    "dusk": [[27, 27, 58], [105, 54, 104], [224, 119, 125], [246, 231, 203]],
    "sea": [[11, 32, 51], [31, 92, 122], [103, 179, 173], [243, 234, 211]],
    "autumn": [[43, 26, 18], [138, 59, 29], [217, 139, 58], [245, 230, 200]],
    "newspaper": [[22, 22, 22], [91, 91, 91], [169, 163, 154], [242, 237, 226]],
}


def make_poster(
    photo, inks="dusk", brightness=0, gamma=1.0, softness=2, outline=1.5, crispness=0.5, tilt=2.0
):
    """A photograph, H×W×3 uint8, as a poster: a float image of half its size plus a margin."""
    colors = np.array(INKS[inks]) / 255
    bright = adjust_brightness(photo, brightness)
    gray = adjust_gamma(rgb_to_gray(bright / 255), gamma)

    side = 2 * softness + 1
    block = np.full((side, side), 1 / side**2)
    padded = np.pad(gray, softness, mode="edge")
    soft = convolve2d(padded, block)[softness:-softness, softness:-softness]

    tones = equalize_histogram(np.round(255 * soft).astype(np.uint8))
    printed = colors[tones // 64]
    lines = np.clip(outline * sobel_edges(gray), 0, 1)[..., None]
    drawn = unsharp_mask((1 - lines) * printed + lines * colors[0], 1.0, crispness)

    sheet = np.pad(drawn, [(24, 24), (24, 24), (0, 0)], constant_values=1)
    sheet[:24] = sheet[-24:] = sheet[:, :24] = sheet[:, -24:] = colors[-1]
    table = np.pad(sheet, [(24, 24), (24, 24), (0, 0)], constant_values=1)
    # rotate fills with black; on the negative, that is the white of the table.
    return downscale(1 - rotate(1 - table, tilt), 2)


poster = make_poster(photograph("rocket", size=(400, 600)))
show_images({"rocket, in dusk": poster}, height=249, alt="a poster of a rocket in four inks")

# %% [markdown]
# ### A contact sheet
#
# Printers make many small proofs before a large print. Change the list.

# %%
proofs = [
    ("coffee", {"inks": "autumn"}),
    ("chelsea", {"inks": "sea", "gamma": 1.5}),
    ("astronaut", {"inks": "dusk", "softness": 4}),
    ("coffee", {"inks": "newspaper", "outline": 4.0, "tilt": -3.0}),
    ("rocket", {"inks": "sea", "brightness": 60}),
    ("chelsea", {"inks": "newspaper", "softness": 1, "crispness": 3.0}),
]
sheet = {}
for name, settings in proofs:
    words = ", ".join(str(value) for value in settings.values())
    sheet[f"{name}: {words}"] = make_poster(photograph(name, size=(200, 300)), **settings)
show_images(sheet, columns=3, height=150, alt="a poster in four inks")

# %% [markdown]
# ### Tune one
#
# Two of these sliders hardly change the picture: at their ends, one pixel of the cat in a thousand
# gets another ink from the first, and two in a hundred from the second. Find them, and find out
# why. Which step of the recipe takes their effect away again, and for which photograph is more of
# it left?


# %%
def tuned(photo, inks, brightness, gamma, softness, outline, tilt):
    pixels = photograph(photo, size=(200, 300))
    return make_poster(pixels, inks, brightness, gamma, softness, outline, tilt=tilt)


explore(
    tuned,
    alt="a poster in four inks",
    height=300,
    photo=["coffee", "chelsea", "astronaut", "rocket"],
    inks=list(INKS),
    brightness=(-40, 40, 10, 0),
    gamma=(0.5, 2.0, 0.1, 1.0),
    softness=(1, 6, 1, 2),
    outline=(0.0, 5.0, 0.5, 1.5),
    tilt=(-10.0, 10.0, 1.0, 2.0),
)

# %% [markdown]
# ### Make it yours
#
# Choose a photograph (`print(list(PHOTOGRAPHS))`; a gray one needs three channels:
# `np.stack([gray] * 3, axis=2)`). Then change the *recipe*, not just its settings: other inks, six
# instead of four, a drawing without colour, a frame, paper made of the texture in
# `photograph("gravel")`, a double exposure, whatever you like. Copy `make_poster` into the cell
# below, under a new name, and change the copy.

# %%
# Your own recipe goes here. To keep the print, as a file beside this notebook:
#     from pathlib import Path
#     from retouch.show import to_png
#     Path("poster.png").write_bytes(to_png(poster))

# %% question poster points=4
# ### Your poster, in words
#
# Answer in the cell below, in about 150 words:
#
# 1. **The print.** Which photograph and which settings? Give the line of code that makes your
#    poster, so that others can print it.
# 2. **The change.** Which step of the recipe did you change or add, and what does it do to the
#    picture? Show the lines you changed.
# 3. **The test.** Take one of the nine functions out of the recipe, and put it back. What was
#    worse without it, and where in the picture do you see it?
# 4. **The order.** Swap two steps. Does the poster change, and why, or why not?

# %% rubric
# One point for each part, half a point where it is there but vague.
#
# 1. **The print**: a photograph, settings, and a call that runs as given.
# 2. **The change**: to the recipe itself, not only to a setting; the lines are shown, and the
#    words say what the *picture* gains or loses.
# 3. **The test**: names one function, and a place or a property of the picture that is worse
#    without it ("the two darkest inks cover nearly all of the rocket" for `equalize_histogram`;
#    "specks of ink in the fur" for `convolve2d`). "It looks worse" is half a point.
# 4. **The order**: names two steps, says what was seen, and gives a reason that fits. For
#    example: with gamma after equalization the inks no longer cover equal shares, while before it
#    gamma hardly matters, as equalization only asks which pixels are darker than others; edges
#    taken of the printed sheet instead of the gray image draw the borders between inks.
