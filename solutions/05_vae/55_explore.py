# %% [markdown]
# ### Two ways to the same place
#
# Now the grown-up network: 16 latent numbers, trained on all 60,000 pictures (the recipe's settings
# are on its *card*). Above, your walk through its codes; below, the two pictures merely blended.
#
# > **Predict:** where on the way is the difference largest?

# %%
print({key: grown_card.settings[key] for key in ("steps", "latent_dim", "width", "pixels")})
with torch.no_grad():
    boot, coat = (binarize(solid(test, c)) for c in (9, 4))
    start, end = (grown_up.encode(picture)[0][0] for picture in (boot, coat))
    walk = interpolate(grown_up.decode, start, end, 10).sigmoid()
    blend = torch.lerp(walk[:1], walk[-1:], torch.linspace(0, 1, 10).reshape(-1, 1, 1, 1))
walls(
    {"codes mixed, then decoded": walk, "pictures mixed": blend},
    "from an ankle boot to a coat in ten steps: above by way of whole things, below a double "
    "exposure",
    columns=10,
)

# %% [markdown]
# ## Sixteen numbers, two sliders
#
# Which of the sixteen should the sliders move? The KL divergence is a sum over them, so ask what
# each one costs, on average over test pictures. A number that costs nothing *says* nothing: its
# cloud is the prior, for every picture.
#
# > **Predict:** will all sixteen be used?

# %%
with torch.no_grad():
    mu, logvar = grown_up.encode(binarize(test.images[:1000]))
    # Your function, on each number for itself: N·16 codes of one number.
    cost = kl_divergence(mu.reshape(-1, 1), logvar.reshape(-1, 1)).reshape(mu.shape).mean(dim=0)
order = cost.argsort(descending=True)
figure = Figure(figsize=(6, 2.6), dpi=96, layout="constrained")
axes = figure.subplots()
axes.bar(range(1, len(cost) + 1), cost[order], color="#0072B2")
axes.set(xlabel="latent numbers, dearest first", ylabel="cost, nats", xlim=(0.3, len(cost) + 0.7))
axes.spines[["top", "right"]].set_visible(False)
used = int((cost > 0.1).sum())
show_figure(figure, f"Bars that fall from {cost.max():.1f} nats; {used} of 16 are above 0.1.")
print(f"{used} of {len(cost)} numbers cost more than 0.1 nats; all together {cost.sum():.1f} nats")

# %% [markdown]
# A number that is not used is no bug of your loss. It did not pay: what it could have said was
# worth less than it would have cost. (It is called *posterior collapse*, when it happens to all of
# them. It will.)
#
# The sliders move the two dearest numbers of a test picture's code, in units of the prior's
# standard deviation. The rest of the code stays.

# %%
with torch.no_grad():
    solids = torch.cat([binarize(solid(test, c)) for c in range(10)])
    starts = dict(zip(CLASS_NAMES, grown_up.encode(solids)[0]))


def turned(picture, dearest, second_dearest):
    code = starts[picture].clone()
    before = grown_up.decode(code[None]).sigmoid()[0]
    code[order[0]], code[order[1]] = dearest, second_dearest
    return {"as it was": before, "moved": grown_up.decode(code[None]).sigmoid()[0]}


explore(
    turned,
    alt="a piece of clothing before and after two numbers of its code are set",
    height=200,
    picture=list(starts),
    dearest=(-3.0, 3.0, 0.1, 0.0),
    second_dearest=(-3.0, 3.0, 0.1, 0.0),
)

# %% [markdown]
# All of their combinations at once, for one picture. Find words for what each number does. It often
# takes two words for one number: nobody asked for numbers that mean one thing each.

# %%
grid = torch.linspace(-2.5, 2.5, 9)
with torch.no_grad():
    codes = starts["Ankle boot"].repeat(81, 1)
    codes[:, order[0]], codes[:, order[1]] = grid.repeat(9), grid.repeat_interleave(9)
    sheet = grown_up.decode(codes).sigmoid()
show_images(
    {"dearest number to the right, second dearest downwards": side_by_side(sheet, 9)},
    alt="nine times nine variations of one boot's code, from boots to other clothes",
    height=380,
)
