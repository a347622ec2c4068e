# %% [markdown]
# ## Train your own
#
# Everything is there: your two networks with your initial weights, and the two steps that you wrote
# in unit 3 (the course's version of them, so that you need not copy yours).
#
# `SCALE` says how large the run is. On a laptop, leave it. With a GPU, `"gpu"` is the full size:
# four times the width, the full 60,000 pictures (a download of 30 MB if they aren't there), and
# eight times as many steps.
#
# | | `"cpu"` | `"gpu"` |
# |---|---|---|
# | pictures | 2,000, which come with the course | 60,000 |
# | width, batch, steps | 16, 64, 1,000 | 64, 128, 8,000 |
# | learning rate | 0.001: bold, for a short run | 0.0002, as in the paper |
# | numbers on a GPU | | bfloat16, where half the digits are enough |
#
# Momentum: Adam with $\beta_1 = 0.5$. You know from unit 3 what 0.9 can do.

# %%
SCALE = "cpu"  # or "gpu"

SCALES = {
    "cpu": {"full": False, "width": 16, "batch_size": 64, "steps": 1000, "lr": 1e-3},
    "gpu": {"full": True, "width": 64, "batch_size": 128, "steps": 8000, "lr": 2e-4},
}

# %% [markdown]
# The loop is the one of unit 3. Two lines are about speed: `channels_last` is another order of the
# same numbers in memory, in which convolutions are faster; *Fabric* puts networks where the device
# is and, on a GPU that can, computes in bfloat16.

# %%
from retouch.models.gan import discriminator_step, generator_step
from retouch.recipes import make_fabric

# Networks this small gain little from a second thread, and lose much when others want it, too.
torch.set_num_threads(1)
fabric = make_fabric(pick_device().type)
device = fabric.device
FRAMES = [0, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 1]


def draw(count, seed):
    """Noise N×100, the same for the same seed on every device."""
    return torch.randn(count, 100, generator=torch.Generator().manual_seed(seed)).to(device)


@torch.no_grad()
def make_pictures(generator, noise):
    """What a generator makes of some noise, with the running statistics: in evaluation mode."""
    was_training = generator.training
    generator.eval()
    pictures = torch.cat([generator(part) for part in noise.split(250)]).float().cpu()
    generator.train(was_training)
    return pictures


def make_players(width, seed=0):
    """A generator and a discriminator with fresh weights."""
    torch.manual_seed(seed)
    players = make_generator(100, 1, width), make_discriminator(1, width)
    for player in players:
        player.apply(init_weights).to(memory_format=torch.channels_last)
    return players


def train_gan(full, width, batch_size, steps, lr, seed=0):
    """Both networks, the losses, and a film: pictures of the same 10 noise vectors on the way."""
    pictures = (2 * fashion_mnist("train", full=full, size=32, download=full).images - 1).to(device)
    players = make_players(width, seed)
    pairs = [fabric.setup(p, torch.optim.Adam(p.parameters(), lr, (0.5, 0.999))) for p in players]
    (generator, adam_g), (discriminator, adam_d) = pairs
    draws = torch.Generator().manual_seed(seed)
    film, losses, noise = {}, [], draw(10, seed=1)
    marks = {round(part * steps) for part in FRAMES}
    for step in range(steps + 1):
        if step in marks:
            film[step] = make_pictures(generator, noise)
        chosen = torch.randint(len(pictures), (batch_size,), generator=draws)
        z = torch.randn(2, batch_size, 100, generator=draws).to(device)
        real = pictures[chosen.to(device)]
        d = discriminator_step(generator, discriminator, adam_d, real, z[0], fabric.backward)
        g = generator_step(generator, discriminator, adam_g, z[1], backward=fabric.backward)
        losses.append(torch.stack([d, g]))
    return generator, discriminator, torch.stack(losses).float().cpu(), film


# %% [markdown]
# > **Predict, and write it down.**
# >
# > 1. You will see ten columns, one for each noise vector, and time going down. When is it clear
# >    that something is a boot: after 50 steps, 200, or 1,000?
# > 2. Does a column keep its kind of clothing from then on?
# > 3. In unit 3 a game in balance had the losses 1.39 (discriminator) and 0.69 (generator). Will
# >    these get there?
#
# About 40 seconds on a laptop. Expect the generator's loss above 4 in the first 75 steps, and
# from step 300 on about 1.1 (discriminator) and 1.3 (generator), going up and down.

# %%
generator, discriminator, losses, film = train_gan(**SCALES[SCALE])
walls(
    {"steps " + ", ".join(map(str, film)) + ", from top to bottom": torch.cat([*film.values()])},
    alt="ten columns of pictures: gray, then blobs, then shirts, shoes and trousers",
    height=370,
)


# %%
def smooth(values, width=25):
    """The mean of each 25 values in a row."""
    return values.unfold(0, width, width).mean(dim=1)


d, g = (smooth(column) for column in losses.T)
plot_curve(
    [25 * k + 12 for k in range(len(d))],
    {"discriminator": d.numpy(), "generator": g.numpy()},
    xlabel="step",
    ylabel="loss, nats (means of 25 steps)",
    alt="The generator's loss falls from about 4 to about 1.3 within 300 steps, the "
    "discriminator's rises from 0.5 to about 1.1. Then both go sideways.",
)

# %% [markdown]
# Shapes come first, then the edges of sleeves and soles, then a little of the cloth. A blob decides
# for a kind between the steps 100 and 300, and mostly keeps to it.
#
# The losses stop saying anything just when it gets interesting: from step 300 on they go sideways,
# and the pictures still get better. You know why from unit 3: each loss is about the other player.
# They don't reach 1.39 and 0.69 either: the discriminator stays a little ahead, and that is what
# the generator learns from.

# %%
yours = make_pictures(generator, draw(1000, seed=2))
walls(
    {"real": 2 * real.images[:40] - 1, "yours": yours[:40]},
    alt="forty pictures of clothing",
    columns=8,
)

# %% [markdown]
# > **Look closely** at a light piece of yours, and remember the stamps. What pattern do you see in
# > it?
#
# With kernel 4 all stamps cover evenly; but the four kinds of pixels (even and odd rows and
# columns) are still made by *different weights*, and these must first learn to agree. After so few
# steps they don't yet.
