# %% [markdown]
# ## Make it collapse
#
# Now the ring: eight small clouds. `modes_covered` counts those that the generator has found: of
# 2,000 points at least 20 within 0.25 of the cloud's middle.
#
# The optimizer is Adam with $\beta_1 = 0.9$, its usual *momentum*: each step goes mostly where the
# last ones went.
#
# > **Predict, and write it down:** of the eight clouds, how many has the generator found after
# > 800 rounds? And after 2,400?
#
# About 10 seconds on a laptop.

# %%
def sample(maker):
    """The same 2,000 noise vectors, as a generator's points."""
    noise = torch.randn(2000, 2, generator=torch.Generator().manual_seed(1)).to(device)
    with torch.no_grad():
        return maker(noise).cpu()


def count_modes(maker):
    """How many of the ring's eight clouds a generator has found."""
    return modes_covered(sample(maker), ring_centers(), 0.25, 20)


def found(film):
    """The same for each frame of a film, with at least 4 of its 400 points."""
    return [modes_covered(f["points"], ring_centers(), 0.25, 4) for f in film]


RING = "the fakes over the discriminator's belief, with crosses at the eight clouds of the data"
fast, fast_maker = play_gan(ring_of_gaussians, 2400, beta1=0.9, frames=30)
film_strip(fast[:16], RING, ring_centers())
print("clouds found after 800 rounds:", found(fast)[10], "  after 2,400:", count_modes(fast_maker))

# %% [markdown]
# This is **mode collapse**. For the first thousand rounds all points lie in one heap, or along one
# line, and it races over the plane: as soon as the discriminator distrusts a place, the generator
# moves *everything* elsewhere, past one cloud and on to the next. For the loss, a generator that
# makes one perfect point over and over is as good as one that makes all kinds. Look at the film:
# it is a chase.

# %%
show_film(fast, RING, ring_centers())

# %% [markdown]
# And then it recovers: with this seed it found six clouds in the end, with other seeds between six
# and eight (four seeds in all). Collapse is not for ever, and not certain. It is a matter of
# dynamics: who moves how far, before the other one has moved.
#
# If so, *less momentum* might do. Half of it:
#
# > **Predict:** the same game with $\beta_1 = 0.5$. How many clouds, after 800 rounds?

# %%
slow, slow_maker = play_gan(ring_of_gaussians, 2400, beta1=0.5, frames=30)
film_strip(slow[:16], RING, ring_centers())
plot_curve(
    [f["step"] for f in fast],
    {"momentum 0.9": found(fast), "momentum 0.5": found(slow)},
    xlabel="round",
    ylabel="clouds found, of 8",
    alt="Momentum 0.9 stays at 0 to 2 clouds up to about round 1,000 and then climbs to 6. "
    "Momentum 0.5 has 8 from about round 400 on.",
)

# %% [markdown]
# One number in the optimizer, and the collapse is gone. That is worth remembering: *before you
# change the loss, look at the learning rates and at the momentum.* (DCGAN, in unit 4, uses 0.5.)
#
# But it is a remedy that one has to find by trial, for each data set anew. Can the *rules* be such
# that the game does not chase in circles, even with the old momentum?
