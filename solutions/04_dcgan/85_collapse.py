# %% [markdown]
# ## Catch a collapse
#
# You have a number now. Measure what is there: real pictures, your generator, the shipped one. (The
# card measures on 0 … 1, so its figure is half of this.)
#
# > **Predict:** 0.42 for the real pictures. And for yours, more or less?

# %%
for name in ("real, not used for training", "yours", "the shipped generator's"):
    print(f"{name:28} {diversity(RIVALS[name]):.3f}")

# %% [markdown]
# ### Make it collapse
#
# Unit 3 had the chase: everybody runs to where the discriminator is mistaken. Here is its purest
# form. Let the discriminator fall *asleep*: take yours, as trained as it is, and never let it take
# another step. The generator goes on learning from it.
#
# Two generators: **yours**, from where it is; and a **fresh** one, from the beginning.
#
# > **Predict, and write it down:** 200 steps against a sleeping discriminator. What happens to the
# > generators' loss? What will their pictures be, and how diverse?
#
# About 10 seconds on a laptop.

# %%
import copy


def bare(network):
    """A network without what Fabric has wrapped around it."""
    return getattr(network, "module", network)


def asleep(generator, steps=200, lr=1e-3, batch_size=64, seed=3):
    """Train a copy of a generator against your discriminator, which stays as it is."""
    generator, judge = (copy.deepcopy(bare(network)) for network in (generator, discriminator))
    adam = torch.optim.Adam(generator.parameters(), lr, (0.5, 0.999))
    draws = torch.Generator().manual_seed(seed)
    values, film, shown = [], {}, draw(200, seed=1)
    for step in range(steps + 1):
        if step in (0, 10, 25, 50, 100, 200):
            film[step] = make_pictures(generator, shown)
        z = torch.randn(batch_size, 100, generator=draws).to(device)
        values.append(float(generator_step(generator, judge, adam, z)))
    return generator, film, values


stories = {
    "yours goes on": asleep(generator),
    "a fresh one": asleep(make_players(SCALES[SCALE]["width"], seed=4)[0].to(device)),
}
walls(
    {
        name: torch.cat([frame[:10] for frame in film.values()])
        for name, (_, film, _) in stories.items()
    },
    alt="ten columns of pictures, from top to bottom after 0, 10, 25, 50, 100 and 200 steps",
    height=280,
)
for name, (_, film, values) in stories.items():
    print(f"{name}:")
    for step, frame in film.items():
        print(
            f"    after {step:3} steps: loss {values[step]:6.3f}   diversity {diversity(frame):.3f}"
        )

# %% [markdown]
# The loss is splendid, and the pictures are cloth from nowhere. The fresh generator has found *one*
# picture that the sleeping discriminator takes for real beyond doubt, and makes it from any noise:
# diversity near 0. Nothing in its loss asks for a second one. Yours drifts to the same texture, and
# its shapes wash out.
#
# So it is not the loss that keeps a generator from collapsing. It is that the discriminator *wakes
# up*: it would learn within a few steps that this picture is always a fake. In a healthy game that
# happens all the time, a little.
#
# ### An alarm, and what it sleeps through
#
# A watchman could sound the alarm when diversity falls under, say, 80 % of the real one. What would
# get past him?
#
# > **Predict:** which of these have a diversity *at least* as high as real pictures? Noise,
# > pictures of only three kinds, one and the same boot in a thousand places, the generators above.
#
# Beside it are two numbers that ask something else: the Fréchet distance, and how many of the ten
# kinds occur in at least 2 % of the pictures.

# %%
draws = torch.Generator().manual_seed(0)
boot = tests[real.labels == 9][:1]
shifts = torch.randint(0, 32, (1000, 2), generator=draws).tolist()
uniform = torch.rand(1000, 1, 32, 32, generator=draws)
SUSPECTS = {
    **{name: RIVALS[name] for name in ("real, not used for training", "the shipped generator's")},
    "yours": yours,
    "yours, discriminator asleep": make_pictures(stories["yours goes on"][0], draw(1000, seed=2)),
    "fresh, discriminator asleep": make_pictures(stories["a fresh one"][0], draw(1000, seed=2)),
    "real: trousers, bags, ankle boots": tests[torch.isin(real.labels, torch.tensor([1, 8, 9]))],
    "one boot in 1,000 places": torch.cat([boot.roll(shift, (2, 3)) for shift in shifts]),
    "noise, any gray": 2 * uniform - 1,
    "noise, black or white": uniform.round() * 2 - 1,
}


def kinds_found(features):
    """How many of the ten kinds make up at least 2 % of the pictures with these features."""
    return int((kinds_of(features).bincount(minlength=10) >= 0.02 * len(features)).sum())


threshold = 0.8 * diversity(tests)
print(f"{'':34} diversity         Fréchet  kinds")
for name, pictures in SUSPECTS.items():
    value, features = diversity(pictures), features_of(pictures)
    alarm = "ALARM" if value < threshold else ""
    print(
        f"{name:34} {value:6.3f}  {alarm:5} {distance(features):10.0f}  {kinds_found(features):5}"
    )

# %% [markdown]
# Both sleepers set the alarm off. So a low diversity proves something. A high one proves nothing:
#
# - **Three kinds of ten** vary as much as all of them. The missing seven show in the last column
#   only, and in the distance.
# - **One boot** in a thousand places has more diversity than all of fashion.
# - **Noise has the highest diversity of all.** Black or white with equal chances is the most that
#   pixels between −1 and 1 can vary.
# - **Yours** varies like the real ones and has all kinds, and is still a long way off in the
#   distance, for its cloth.
#
# And the last column believes the classifier, which must call everything one of ten names, even
# noise: it finds "kinds" in it.
#
# One number never tells you that a generator is good. Diversity watches for collapse, kinds for
# what is missing, the distance for the whole; and each has pictures that it is wrong about. So look
# at the pictures, too: many at once, next to real ones.
