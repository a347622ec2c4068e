# %% [markdown]
# # Four things that people say
#
# "It always looks real." "It brings back what was lost." "It can imitate any style." "It makes new
# pictures, so nobody's rights are touched." You have the tools to test such sentences, on the
# models of this course.
#
# > **Predict** for each: true, false, or true under a condition? Write down which *number* would
# > convince you, before you read on.
#
# ## 1. "It always looks real"
#
# 300 pictures of the trained DCGAN, as drawn, without picking any. A classifier that gets 94 % of
# the real pictures right says how sure it is of each.
#
# > **Predict:** the share of pictures of which it is less than 60 % sure, for the real ones and for
# > the generated ones.

# %%
from retouch.recipes.pretrained import pretrained

gan, recipe, card = pretrained("dcgan")
judge, _, judge_card = pretrained("classifier")
for weight in gan.parameters():
    weight.requires_grad_(False)

with torch.no_grad():
    drawn = to_unit(gan(torch.randn(300, 100, generator=seeded(1))))
    real = fashion_mnist("test", size=32).images[:300]
    sure = judge(drawn).softmax(dim=1).amax(dim=1)
    sure_of_real = judge(real).softmax(dim=1).amax(dim=1)
print(f"not sure of {(sure < 0.6).float().mean():.0%} of the generated pictures")
print(f"not sure of {(sure_of_real < 0.6).float().mean():.0%} of the real ones")
order = sure.argsort()
show_images(
    {
        "least sure": torch.cat([*drawn[order[:10]]], dim=2),
        "most sure": torch.cat([*drawn[order[-10:]]], dim=2),
    },
    alt="ten generated pieces of clothing in a row",
    columns=1,
    height=64,
)

# %% [markdown]
# **False**, and easily so. What you see of generated pictures elsewhere was *picked*. Ask for the
# pictures as drawn, or for how many there were to choose from.
#
# ## 2. "It brings back what was lost"
#
# A shirt with writing on it, and a shoe, are shrunk from 32×32 to 8×8: 64 numbers are left of
# 1,024. Now let the generator "restore" them: from six random starts, follow the slope to a noise
# vector whose picture *shrinks to the same 64 numbers*. (This is how PULSE works, by S. Menon and
# others, 2020. About three seconds.)
#
# > **Predict:** how much do the six restorations differ from each other, compared with how much
# > they differ from the truth? Will the writing come back?


# %% setup
def search_noise(maker, targets, factor, steps=150, seed=0):
    """Pictures of a generator that look like the targets once both are shrunk by a factor."""
    noise = torch.randn(len(targets), 100, generator=seeded(seed)).requires_grad_()
    optimizer = torch.optim.Adam([noise], lr=0.08)
    small = F.avg_pool2d(targets, factor)
    for step in range(steps):
        optimizer.param_groups[0]["lr"] = 0.08 * (1 - step / steps)
        error = F.avg_pool2d(to_unit(maker(noise)), factor) - small
        optimizer.zero_grad()
        error.square().mean(dim=(1, 2, 3)).sum().backward()
        optimizer.step()
        with torch.no_grad():  # back to the length that noise usually has
            noise *= 10 / noise.norm(dim=1, keepdim=True)
    with torch.no_grad():
        return to_unit(maker(noise))


def distance(one, other):
    """Root mean square difference of pictures."""
    return (one - other).square().mean(dim=(1, 2, 3)).sqrt()


# %%
tests = fashion_mnist("test", size=32)
shown = [next(i for i in range(61, 1000) if tests.labels[i] == k) for k in (0, 6, 8, 9)]
shirt, shoe = tests.images[shown[0]], tests.images[shown[3]]
restored = search_noise(gan, torch.stack([shirt] * 6 + [shoe] * 6), factor=4)
for name, truth, six in [("shirt", shirt, restored[:6]), ("shoe", shoe, restored[6:])]:
    small = F.avg_pool2d(truth[None], 4)
    off = distance(F.avg_pool2d(six, 4), small).mean()
    print(f"{name}: off by {off:.3f} at 8×8, from the truth by {distance(six, truth).mean():.3f}")
    print(f"    and from each other by {torch.pdist(six.flatten(1)).mean() / 32:.3f}")
    large = F.interpolate(small, scale_factor=4)[0]
    show_images(
        {"truth": truth, "what is left": large, **{f"try {i}": x for i, x in enumerate(six, 1)}},
        alt=f"a {name}",
        columns=8,
        height=88,
    )

# %% [markdown]
# **False.** All six fit what is left about equally well, and they are as far from each other as
# from the truth. The writing was in none of the 64 numbers, so it cannot come from there; what you
# see comes from the *training set*. A restored number plate or face is a picture of what such
# things usually look like. The one person of whom it is not evidence is the one in the picture.
#
# ## 3. "It can imitate any style"
#
# The same search without shrinking: the picture of the generator that comes closest to a
# photograph. (About two seconds.)
#
# > **Predict:** what does a generator of clothing make of a cat?

# %%
grays = [np.atleast_3d(photograph(n, size=(32, 32))).mean(2) / 255 for n in ("chelsea", "coins")]
strangers_to_it = torch.from_numpy(np.stack(grays)).float()[:, None]
wanted = torch.cat([strangers_to_it, tests.images[shown]])
closest = search_noise(gan, wanted, factor=1)
errors = distance(closest, wanted)
print(f"photographs: off by {errors[:2].mean():.2f}; clothing: off by {errors[2:].mean():.2f}")
show_images(
    {
        "wanted": torch.cat([*wanted], dim=2),
        "closest that it can": torch.cat([*closest], dim=2),
    },
    alt="a cat, coins, and four pieces of clothing; below, six pieces of clothing",
    columns=1,
    height=90,
)

# %% [markdown]
# **False**: a shirt. A model makes what its data was made of. When a model does imitate an artist,
# it has *seen* that artist's pictures, which brings us to the last sentence.
#
# ## 4. "Its pictures are new"
#
# The honest question has a yardstick: how near is a generated picture to its nearest training
# picture, *compared with a real picture that was not in the training set*?

# %%
training = fashion_mnist("train", size=32).images


def nearest(images, pool):
    """Root mean square difference to the nearest picture of a pool, and which it is."""
    side = images[0].numel() ** 0.5
    return (torch.cdist(images.flatten(1), pool.flatten(1)) / side).min(dim=1)


for name, images in [("new real pictures", real), ("pictures of the DCGAN", drawn)]:
    gaps = nearest(images, training)[0]
    print(f"{name:22} median {gaps.median():.3f}, nearest of all {gaps.min():.3f}")

# %% [markdown]
# No copies here: the DCGAN's pictures are no nearer to the training set than new ones are. (We
# looked at the 2,000 of its 60,000 training pictures that ship with the course. Finding none says
# something about 2,000.)
#
# Now a small VAE on 500 pictures. One of them, a bag, is in the training set *several times*, as
# popular pictures are on the net.
#
# > **Predict:** with 25 or 100 more copies of the bag, how near to it does the nearest of 500
# > generated pictures come? (Of new real pictures, one in a hundred is nearer than 0.07 to some
# > training picture, and half are farther than 0.15.)
#
# About ten seconds.

# %%
from retouch.models.vae import negative_elbo, reparameterize

small = fashion_mnist("train").images
BAG = 35


def train_and_draw(copies, rounds=900, latent_dim=8):
    """500 pictures of a VAE that was trained on 500 pictures and so many more copies of one."""
    torch.manual_seed(0)
    data = torch.cat([small[:500], small[BAG].expand(copies, 1, 28, 28)])
    encoder = [nn.Flatten(), nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 2 * latent_dim)]
    decoder = [nn.Linear(latent_dim, 256), nn.ReLU(), nn.Linear(256, 784)]
    encoder = nn.Sequential(*encoder)
    decoder = nn.Sequential(*decoder, nn.Unflatten(1, (1, 28, 28)))
    optimizer = torch.optim.Adam([*encoder.parameters(), *decoder.parameters()], 2e-3)
    generator = seeded(0)
    for _ in range(rounds):
        batch = data[torch.randint(len(data), (64,), generator=generator)]
        mu, logvar = encoder(batch).chunk(2, dim=1)
        logits = decoder(reparameterize(mu, logvar, generator))
        loss = negative_elbo(logits, batch, mu, logvar, 1.0)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        return torch.sigmoid(decoder(torch.randn(500, latent_dim, generator=generator)))


copied = {"the bag": small[BAG]}
for copies in (0, 25, 100):
    images = train_and_draw(copies)
    gaps = distance(images, small[BAG])
    print(f"{copies:3} more copies: nearest to the bag {gaps.min():.3f}", end=", ")
    print(f"nearest to any other {nearest(images, small[torch.arange(2000) != BAG])[0].min():.3f}")
    for place, which in enumerate(gaps.argsort()[:2], 1):
        copied[f"{copies} more, nearest {place}"] = images[which]
show_images(copied, alt="a bag, and the generated pictures that come nearest", columns=7, height=88)

# %% [markdown]
# **It depends, and one can measure it.** Without copies, what comes nearest is hardly a bag.
# With enough of them the model *stores* the picture, and hands it out. N. Carlini and others (2023)
# drew over a hundred training pictures, near enough pixel by pixel, from a large diffusion model;
# most were in its training set many times.
#
# Whether a near copy breaks the law, and whether *learning* from a picture does, is for courts, and
# they differ from country to country. But "it cannot happen" is refuted.
