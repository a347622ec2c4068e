# %% [markdown]
# ### Class by code
#
# The shipped conditional VAE has a decoder that wants what your function makes. Each *column* below
# is one random code; each *row* asks for another class.
#
# > **Predict:** if the class says what kind of thing it is, what is left for the code to say? What
# > will the pictures of one column have in common?

# %%
told, _, told_card = pretrained("cvae")
with torch.no_grad():
    columns = torch.randn(12, told.latent_dim, generator=torch.Generator().manual_seed(8))
    labels = torch.arange(10).repeat_interleave(12)
    wardrobe = told.decoder(condition_latent(columns.repeat(10, 1), labels, 10)).sigmoid()
show_images(
    {"rows: " + ", ".join(CLASS_NAMES): side_by_side(wardrobe, 12)},
    alt="ten rows, each of one kind of clothing in twelve variations",
    height=460,
)

# %% [markdown]
# Look down a column: what is dark at the top is mostly dark at the bottom, solid stays solid, wide
# stays wide. The code says *how*, the label *what*.
#
# That makes a new kind of edit. Take a picture of a sneaker, let the encoder (which gets the true
# label) write its code, and decode it with *another* label.
#
# > **Predict:** a sneaker's code as a bag.

# %%
with torch.no_grad():
    kinds = torch.tensor([7, 0, 1])
    originals = torch.cat([solid(test, c) for c in kinds.tolist()])
    means = told.encode(binarize(originals), kinds)[0]
    answers = condition_latent(means.repeat_interleave(10, dim=0), torch.arange(10).repeat(3), 10)
    recast = told.decoder(answers).sigmoid().split(10)
walls(
    {
        f"a {CLASS_NAMES[c]}, then its code as each of the ten classes": torch.cat([picture, row])
        for c, picture, row in zip(kinds.tolist(), binarize(originals).split(1), recast)
    },
    "one picture, and what its code is as each of the ten kinds of clothing",
    columns=11,
)
