# %% [markdown]
# ## Ten kinds, to order
#
# The shipped conditional generator eats what your `condition` makes: 100 random numbers and a
# one-hot of ten. Its discriminator got the class, too: as ten more planes beside the picture, one
# of them all 1, the others all 0.
#
# In the next picture each *row* has one class, and each *column* one noise vector.
#
# Expect clothing that nearly always is what was ordered.
#
# > **Predict, and write it down:** what do the pictures of one column have in common, from T-shirt
# > to ankle boot? Name one thing that the noise may decide for all kinds alike.

# %%
tailor, _, tailor_card = pretrained("conditional_dcgan")
tailor.to(device)


def order(labels, noise):
    """The conditional generator's pictures of these classes from this noise."""
    labels = torch.as_tensor(labels).to(device)
    return make_pictures(tailor, condition(noise, labels, 10))


columns = draw(12, seed=0)
rows = torch.cat([order([kind] * 12, columns) for kind in range(10)])
walls(
    {"rows, from the top: " + ", ".join(CLASS_NAMES): rows},
    alt="a grid of clothing: each row one kind, each column one noise vector",
    columns=12,
    height=440,
)

# %% [markdown]
# The noise is what is left when the kind is known: how bright, how wide, how plain. Look for
# columns that are light, or dark, in several rows: the first layer *adds* what the one-hot says to
# what the noise says, so the noise can say the same thing to all kinds.
#
# Does it deliver what was ordered? The yardstick's classifier can check, for a thousand pictures:

# %%
wanted = torch.arange(1000) % 10
delivered = order(wanted, draw(1000, seed=1))


@torch.no_grad()
def kinds_of(features):
    """The kind that the classifier sees in each picture with these features."""
    return yardstick.classifier.head(features).argmax(dim=1).cpu()


def share(right):
    """A column of percents."""
    return f"{100 * right.double().mean():6.0f} %"


known = kinds_of(features_of(tests)) == real.labels
right = kinds_of(features_of(delivered)) == wanted
print("recognized       real  ordered")
for kind, name in enumerate(CLASS_NAMES):
    print(f"{name:12} {share(known[real.labels == kind])} {share(right[wanted == kind])}")
print(f"{'all':12} {share(known)} {share(right)}")

# %% [markdown]
# Compare row by row. Of the real pieces, shirts are mistaken most often, for T-shirts, pullovers or
# coats. A generator that gets as many of its shirts "wrong" as reality does has done its job.
#
# ### Between two kinds
#
# A one-hot is a vector as well, so the generator can be asked for something that no discriminator
# has ever seen: 0.5 in two places.
#
# > **Predict:** what is halfway from a sneaker to an ankle boot? And from trousers to a bag?


# %%
@torch.no_grad()
def between_kinds(start, end, t, noise):
    hot = [F.one_hot(torch.tensor([CLASS_NAMES.index(name)]), 10).float() for name in (start, end)]
    z = torch.cat([draw(20, seed=2)[noise : noise + 1], lerp(*hot, t).to(device)], dim=1)
    return make_pictures(tailor, z)[0] / 2 + 0.5


explore(
    between_kinds,
    alt="a generated piece of clothing between two kinds",
    height=200,
    t=(0.0, 1.0, 0.05, 0.5),
    start=sorted(CLASS_NAMES, key=lambda name: name != "Sneaker"),
    end=sorted(CLASS_NAMES, key=lambda name: name != "Ankle boot"),
    noise=(0, 19, 1, 0),
)

# %% [markdown]
# Related kinds have a continuous way between them: the heel and the shaft of the shoe grow. Even
# strangers often have one: the legs of trousers become the handles of a bag. No discriminator has
# ever judged these pictures, and no data contains them.
