# %% [markdown]
# ## A map of clothes
#
# Three functions, and you have a **variational autoencoder**. Put them together, with codes of
# *two* numbers, so that all of the latent space fits on a page. The pictures are made black and
# white, 1 where a pixel is above ½: then the decoder's answer is a probability, and the loss is in
# nats.
#
# (A dark shirt keeps only its seams, then. That is the price of knowing what a nat is.)
#
# About 10 seconds on a laptop. Expect a loss of about 195 nats on test pictures, of which the code
# is about 7.

# %%
from retouch.models.vae import VAE


def variational(model, gray, draws, beta=1.0):
    """Your loss of a VAE, on black and white pictures."""
    images = binarize(gray)
    mu, logvar = model.encode(images)
    logits = model.decode(reparameterize(mu, logvar, draws))
    return negative_elbo(logits, images, mu, logvar, beta)


def measure(model, images):
    """Reconstruction and KL divergence on pictures, in nats for each."""
    draws = torch.Generator().manual_seed(5)
    with torch.no_grad():
        images = binarize(images).to(device)
        mu, logvar = model.encode(images)
        logits = model.decode(reparameterize(mu, logvar, draws))
        rest = negative_elbo(logits, images, mu, logvar, beta=0.0).item()
        return rest, kl_divergence(mu, logvar).mean().item()


flat = learn(lambda: VAE(latent_dim=2, width=16), variational, steps=500, seed=1, rate=2e-3)
rest, code = measure(flat, test.images[:1000])
print(f"reconstruction {rest:.1f} + code {code:.1f} = {rest + code:.1f} nats for each test picture")

# %% [markdown]
# Where do the pictures lie? On the left the codes of the ordinary autoencoder with two numbers,
# from the beginning of the unit. On the right the means of your clouds.

# %%
GROUPS = {
    "tops, dresses, coats": ((0, 2, 3, 4, 6), "#0072B2", "o"),
    "trousers": ((1,), "#D55E00", "^"),
    "shoes": ((5, 7, 9), "#009E73", "s"),
    "bags": ((8,), "#CC79A7", "x"),
}
with torch.no_grad():
    gray = test.images[:1000].to(device)
    places = {
        "autoencoder": copiers[2].encoder(gray).cpu(),
        "variational autoencoder": flat.encode(binarize(gray))[0].cpu(),
    }
figure = Figure(figsize=(9, 4), dpi=96, layout="constrained")
for axes, (title, spots) in zip(figure.subplots(1, 2), places.items()):
    for name, (classes, color, mark) in GROUPS.items():
        of_group = sum(test.labels[:1000] == c for c in classes).bool()
        axes.plot(*spots[of_group].T, mark, color=color, markersize=4, alpha=0.6, label=name)
    axes.set(title=title, xlabel="first latent number", ylabel="second", aspect="equal")
axes.legend(frameon=False, fontsize=8)
show_figure(
    figure,
    "Codes of a thousand pictures. Left: arms that reach up to ten units from 0, to one side. "
    "Right: one heap around 0, about three units in each direction, with few gaps.",
)

# %% [markdown]
# Mind the scales. The KL divergence has pulled everything to the middle, and the clouds, each wider
# than the dot at its mean, have closed the gaps. So now *every* place is a picture. Decode a grid
# of places, one for each equal share of the prior:


# %%
@torch.no_grad()
def map_of(model, size=15):
    """The pictures at a grid of quantiles of the prior, size² of them, row by row."""
    shares = (torch.arange(size) + 0.5) / size
    line = torch.special.ndtri(shares)
    y, x = torch.meshgrid(-line, line, indexing="ij")
    return model.decode(torch.stack([x.flatten(), y.flatten()], dim=1).to(device)).sigmoid()


show_images(
    {"the plane of codes, decoded": side_by_side(map_of(flat), 15)},
    alt="a map of small pictures: shoes, bags, tops and trousers in regions that blend",
    height=480,
)

# %% [markdown]
# (If you see a small mark at the same spot of every picture, a few units of the decoder have died
# in training, as units with ReLU do. Take another seed.)
#
# Shoes are in one region, trousers in another, and between them lies what is between them. Move the
# two sliders and walk (arrow keys work):


# %%
def at(first, second):
    with torch.no_grad():
        return flat.decode(torch.tensor([[first, second]], device=device)).sigmoid()[0].cpu()


explore(
    at,
    alt="the picture at a place of the latent plane",
    height=220,
    first=(-2.5, 2.5, 0.1, 0.0),
    second=(-2.5, 2.5, 0.1, 0.0),
)

# %% [markdown]
# And what the autoencoder could not do: draw codes from the prior, and decode.

# %%
with torch.no_grad():
    dreamt = flat.decode(torch.randn(20, 2, generator=torch.Generator().manual_seed(3)).to(device))
walls(
    {"invented": dreamt.sigmoid()},
    "twenty pieces of clothing, blurred but recognisable",
    columns=10,
)
