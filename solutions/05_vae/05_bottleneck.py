# %% [markdown]
# ## A narrow place
#
# An **autoencoder** is two networks, one after the other. The *encoder* makes D numbers of a
# picture, the *decoder* makes a picture of the D numbers. It is trained to give back what it got.
# That would be no art, if D were not so small: 784 pixels have to pass through a *bottleneck*.
#
# $$\text{picture} \xrightarrow{\;\text{encoder}\;} \underbrace{z_1 \ldots z_D}_{\text{the code}}
#   \xrightarrow{\;\text{decoder}\;} \text{picture}$$
#
# The networks are given: two convolutions that halve the sides and two plain layers, and the same
# backwards. So is the training loop of this unit. You write the losses.

# %%
from retouch.metrics import psnr
from retouch.models.autoencoder import Autoencoder

FACTOR, BATCH = {"cpu": (1, 64), "gpu": (20, 256)}[SCALE]


def learn(make, loss, steps, seed=0, rate=4e-3):
    """A model from `make()`, trained on `loss(model, images, draws)` over random batches."""
    torch.manual_seed(seed)
    draws = torch.Generator().manual_seed(seed)
    model, pictures, steps = make().to(device), train.images.to(device), steps * FACTOR
    adam = torch.optim.Adam(model.parameters(), rate)
    for step in range(steps):
        # The rate falls to 0 over the second half: the last steps tidy up.
        adam.param_groups[0]["lr"] = rate * min(1, 2 * (1 - step / steps))
        chosen = torch.randint(len(pictures), (BATCH,), generator=draws)
        value = loss(model, pictures[chosen.to(device)], draws)
        adam.zero_grad()
        value.backward()
        adam.step()
    return model.eval()


def copying(model, images, draws):
    """The loss of an ordinary autoencoder."""
    return (model(images) - images).square().mean()


# %% [markdown]
# > **Predict, and write it down:** what survives in a code of *two* numbers? And in one of sixteen?
# > Think of a striped shirt, and of a boot.
#
# About 10 seconds on a laptop. Expect about 15 dB for two numbers and 17 dB for sixteen; the mean
# of all pictures, whatever the input, has 11 dB.

# %%
copiers = {
    D: learn(lambda: Autoencoder(latent_dim=D, width=16), copying, steps=300) for D in (2, 16)
}
some = torch.cat([test.images[test.labels == c][3:4] for c in range(10)]).to(device)
with torch.no_grad():
    copies = {D: model(some) for D, model in copiers.items()}
    for D, model in copiers.items():
        quality = psnr(model(test.images[:1000].to(device)).cpu(), test.images[:1000]).mean()
        print(f"{D:2} numbers: {quality:.1f} dB")
walls(
    {"test pictures": some, "through 2 numbers": copies[2], "through 16 numbers": copies[16]},
    "ten kinds of clothing; the copies are blurred, those through two numbers most",
    columns=10,
)

# %% [markdown]
# What kind of thing it is and how wide, survives; prints, folds and laces don't. The network keeps
# what is dear to its loss: many pixels at once.
#
# ## Can it invent?
#
# The decoder makes pictures of codes. So give it codes that no picture had.
#
# > **Predict, and write it down:** what do sixteen random numbers look like, decoded? Take normal
# > ones first; then normal ones with the mean and the spread that the true codes have.

# %%
with torch.no_grad():
    codes = torch.cat([copiers[16].encoder(part.to(device)) for part in train.images.split(1000)])
    random = torch.randn(20, 16, generator=torch.Generator().manual_seed(3)).to(device)
    fitted = codes.mean(dim=0) + codes.std(dim=0) * random
    walls(
        {
            "codes from a standard normal distribution": copiers[16].decoder(random).sigmoid(),
            "codes with the mean and spread of true ones": copiers[16].decoder(fitted).sigmoid(),
        },
        "twenty shapes: at first gray lumps, much alike; then torn patches, some with an outline",
        columns=10,
    )
print("spread of each of the sixteen numbers:", *(f"{s:.1f}" for s in codes.std(dim=0).tolist()))

# %% [markdown]
# First lumps, all much alike: true codes lie several units away, and here, in the middle, the
# decoder never learned to tell one thing from another. Then, at the right distance, ghosts: some
# have an outline, most are torn. Nobody told the encoder *where* to put its codes, so it put them
# anywhere, on a thin and crooked sheet in a space of sixteen dimensions, and random codes miss it.
# To invent pictures we have to rule where codes lie. That is what the *variational* autoencoder
# does, in a moment.
#
# But first a use for which no inventing is needed.
