# %% [markdown]
# ## From noon to sunset
#
# Nothing in these losses knows of drawings. Give the network *pictures* for input: scenes at noon,
# with the same scenes at sunset for an answer. It learns a change of light. One pair is not enough
# for that, since a sunset has to be learned for skies, water and roofs alike; here it was 64
# scenes. No bending and no flips this time, but crops: the sun sets on the right, and a mirrored
# scene would say otherwise.
#
# The scenes below were never trained on. Since they are rendered, the true sunset is known, and
# PSNR and SSIM mean something. Two rivals:
#
# - **the input as it is**;
# - **a histogram match**: each channel gets the values of a real sunset, in order of brightness. It
#   knows *which* colours a sunset has, and nothing of where they go.
#
# > **Predict:** by how many decibels does the network beat the histogram? And which part of the
# > picture will it get most wrong?

# %%
from retouch.recipes.sunset import match_histograms

sunset_maker, sunset_recipe, sunset_card = pretrained("sunset")
noon, sunset = sunset_recipe.unseen()
reference = sunset_recipe.load()["target"][:1]
made = {
    "the input": noon,
    "histogram match": match_histograms(noon, reference),
    "the network": in_parts(sunset_maker, noon),
}
print(f"{len(noon)} scenes, never seen")
print(f"{'':16} {'MSE':>8} {'PSNR, dB':>9} {'SSIM':>6}")
for name, pictures in made.items():
    found = edit_quality(pictures, sunset)
    error = (pictures - sunset).square().mean().item()
    print(f"{name:16} {error:8.4f} {found['PSNR (dB)']:9.2f} {found['SSIM']:6.3f}")

# %%
shown = {}
for i in (0, 1):
    shown |= {f"{name} {i + 1}": pictures[i] for name, pictures in made.items()}
    shown[f"the true sunset {i + 1}"] = sunset[i]
show_images(shown, alt="a landscape in some evening light", columns=4, height=160)

# %% [markdown]
# Look for the sun. At noon it stands high; at sunset it is near the horizon, in a place that the
# picture at noon does not show. The network has to *know* where it sets, and it does, because it
# sets in the same place in all its scenes. It has learned one evening, not the astronomy.
