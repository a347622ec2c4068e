# %% [markdown]
# ## Your own picture
#
# You have all it takes. Choose what is painted, and how; keep what you like.
#
# | content or style | code |
# |---|---|
# | any photograph of `PHOTOGRAPHS` | `photo("chelsea", SIZE)` |
# | a photograph in one of four manners | `painting("coffee", SIZE, "pointillist")` |
# | a texture, a micrograph | `photo("brick", SIZE)`; `"grass"`, `"gravel"`, `"ihc"`, `"retina"` |
# | a file of yours | `from_file("me.jpg")`, from the next cell |
#
# These are the manners, and some textures. (May you publish a picture in somebody's manner, and
# whose is it? That is a subject of unit 14.)

# %%
from PIL import Image


def from_file(path, size=SIZE):
    """A picture from a file, as a tensor 1×3×H×W whose shorter side is `size` pixels."""
    picture = Image.open(path).convert("RGB")
    scale = size / min(picture.size)
    return to_tensor(np.array(picture.resize([round(scale * side) for side in picture.size])))


styles = {name: painting("coffee", SMALL, name) for name in BRUSHWORK}
styles |= {name: photo(name, SMALL) for name in ("brick", "ihc", "gravel", "hubble_deep_field")}
show_images({name: style[0] for name, style in styles.items()}, alt="a style to choose", height=128)

# %% [markdown]
# > **Predict, and write it down:** the cat in the manner of the micrograph `ihc` (brown tissue with
# > white gaps and small blue dots). Which colour will the eyes have? Where will the dots go?
#
# About 10 seconds on a laptop, and under a minute on a slow one.

# %%
content = photo("chelsea", SIZE).to(device)
style = photo("ihc", SIZE).to(device)
mine = stylize(content, style, extractor, STEPS)
show_images(
    {"content": content[0], "style": style[0], "mine": mine[0]},
    alt="a cat, brown tissue under a microscope, and the cat in that manner",
    height=256,
)

# %% [markdown]
# Now yours: change the first two lines of that cell, and run it again. To keep the result:
#
#     from retouch.show import to_png
#     open("mine.png", "wb").write(to_png(mine[0]))
#
# ### Between content and style
#
# How much weight for the content? The next cell makes the same picture with five weights, then you
# move a slider through them. It reacts at once, since all is computed before.
#
# > **Predict:** from which weight on is it a photograph again?
#
# About 10 seconds.

# %%
WEIGHTS = [0.0, 0.03, 0.3, 1.0, 5.0]
cat = photo("chelsea", SMALL).to(device)
steps_of_weight = {
    weight: stylize(cat, small_night, extractor, FEW, content_weight=weight)[0].cpu()
    for weight in WEIGHTS
}
show_images(
    {f"content_weight={weight:g}": image for weight, image in steps_of_weight.items()},
    alt="the cat, between the painting's manner and the photograph",
    columns=5,
    height=150,
)


# %%
def between_both(step):
    weight = WEIGHTS[step]
    return {f"content_weight={weight:g}": steps_of_weight[weight]}


explore(
    between_both,
    alt="the cat, between the painting's manner and the photograph",
    height=300,
    step=(0, len(WEIGHTS) - 1, 1, 1),
)

# %% [markdown]
# ### Where you begin, and what keeps it smooth
#
# Two things that the loss does not say, or hardly: what the picture is before the first step, and
# how rough it may be.
#
# > **Predict:** with the same loss and the same number of steps, will noise as a beginning come out
# > the same? Then: what will the picture look like without total variation, `smoothness=0`, and
# > which pattern do you expect, seen from close up?
#
# About 8 seconds.


# %%
def from_noise(content, style, steps):
    """As stylize, but it begins with noise: as in the paper."""
    noise = torch.rand(content.shape, generator=torch.Generator().manual_seed(0)).to(device)

    def eye(images):  # whoever asks for the noise's features gets those of the content
        return extractor(content if images is noise else images)

    return stylize(noise, style, eye, steps, content_weight=0.3)


versions = {
    "from the content": stylize(cat, small_night, extractor, FEW, content_weight=0.3),
    "from noise": from_noise(cat, small_night, FEW),
    "from noise, 3 × the steps": from_noise(cat, small_night, 3 * FEW),
    "smoothness=0": stylize(cat, small_night, extractor, FEW, content_weight=0.3, smoothness=0),
    "smoothness=100": stylize(cat, small_night, extractor, FEW, content_weight=0.3, smoothness=100),
}
show_images({k: v[0] for k, v in versions.items()}, alt="the cat in blue", columns=5, height=150)
eye = (slice(None), slice(SMALL // 4, SMALL // 2), slice(SMALL // 8, 3 * SMALL // 8))
show_images(
    {f"{k}, from close up": v[0][eye] for k, v in versions.items()},
    alt="the cat's left eye",
    columns=5,
    height=150,
)
for name, image in {"the photograph": cat, **versions}.items():
    rough = total_variation(image).item() / image[0].numel()
    print(f"{name:26} total variation {rough:.4f} per value")

# %% [markdown]
# From noise, the same steps give a paler picture, and another eye: there is more than one
# minimum, and the content loss at a coarse layer leaves fine things open. Three times the steps
# make it darker and bluer, and the cat's own colours do not come back: nothing asks for them.
# Beginning with the content is a way to say "and otherwise as it was", without a word of it in
# the loss.
#
# Without total variation nothing in the loss speaks against coloured noise, and the picture is full
# of it, about 15 times as rough. With too much of it, the strokes go. The extractor halves the
# picture in its very first step; what single pixels do, it hardly sees.
