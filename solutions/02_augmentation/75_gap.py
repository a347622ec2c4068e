# %% [markdown]
# ## What does it gain?
#
# Now measure. One small network, 1,000 training pictures, three seeds. It is tested on the 2,000
# pictures that are left, in two ways:
#
# - **tidy**: as they are. Each piece was laid out and photographed like those for training;
# - **untidy**: each moved by up to three pixels each way, and half of them mirrored.
#
# Four recipes for what the network is shown in training:
#
# | recipe | what happens to each picture, anew in each epoch |
# |---|---|
# | plain | nothing |
# | move and cover | `random_crop(…, 28, 1, …)`, then `cutout(…, 8, …)` |
# | mirror | `random_hflip(…, 0.5, …)` |
# | everything | mirror, then move and cover |
#
# The recipes share their seeds, so for each seed the four networks begin with the same weights and
# see the pictures in the same order. So compare within a seed: the *gap* to plain.

# %%
# Networks this small gain little from a second thread, and lose much when others want it, too.
torch.set_num_threads(1)
device = pick_device()
TRAIN = train.images[:1000], train.labels[:1000]


def untidy(images):
    draws = torch.Generator().manual_seed(9)
    return random_crop(random_hflip(images, 0.5, draws), 28, 3, draws)


NEW = torch.cat([test.images, train.images[1000:]])
NEW_LABELS = torch.cat([test.labels, train.labels[1000:]])
TESTS = {"tidy": NEW, "untidy": untidy(NEW)}


def plain(images, draws):
    return images


def move_and_cover(images, draws):
    return cutout(random_crop(images, 28, 1, draws), 8, draws)


def mirror(images, draws):
    return random_hflip(images, 0.5, draws)


def everything(images, draws):
    return move_and_cover(mirror(images, draws), draws)


RECIPES = {
    "plain": plain,
    "move and cover": move_and_cover,
    "mirror": mirror,
    "everything": everything,
}


def make_network(classes=10):
    """Two convolutions and one linear layer, for 28×28 gray pictures."""

    def block(before, after):
        convolution = nn.Conv2d(before, after, 3, padding=1, bias=False)
        return [convolution, nn.MaxPool2d(2), nn.BatchNorm2d(after), nn.ReLU()]

    last = nn.Linear(24 * 7 * 7, classes)
    return nn.Sequential(*block(1, 12), *block(12, 24), nn.Flatten(), last)


def ready(images):
    return standardize(images, MEAN, STD).to(device)


def train_network(recipe, seed, images, labels, epochs=25, batch_size=50):
    """A network trained on pictures that the recipe changes anew in each epoch."""
    torch.manual_seed(seed)
    network = make_network(int(labels.max()) + 1)
    network.to(device, memory_format=torch.channels_last)  # the same network, faster
    order, draws = (torch.Generator().manual_seed(seed) for _ in range(2))
    optimizer = torch.optim.AdamW(network.parameters(), weight_decay=0.01)
    steps = epochs * -(-len(images) // batch_size)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 5e-3, total_steps=steps)
    for _ in range(epochs):
        for batch in torch.randperm(len(images), generator=order).split(batch_size):
            logits = network(ready(recipe(images[batch], draws)))
            loss = F.cross_entropy(logits, labels[batch].to(device))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
    return network.eval()


@torch.no_grad()
def accuracy(network, images, labels):
    """Percent of the pictures whose class is found."""
    return 100 * (network(ready(images)).argmax(1).cpu() == labels).float().mean().item()


# %% [markdown]
# > **Predict, and write it down:** with plain pictures the network gets about 84 % of the tidy
# > test right. For each of the other three recipes: better, worse, or about the same, on the tidy
# > test? And on the untidy one, where plain gets about 52 %?
#
# Then run the cell. It trains twelve networks: about 45 seconds on a laptop.

# %%
scores = {}
for name, recipe in RECIPES.items():
    for seed in range(3):
        network = train_network(recipe, seed, *TRAIN)
        for kind, images in TESTS.items():
            scores[name, kind, seed] = accuracy(network, images, NEW_LABELS)
        scores[name, "training", seed] = accuracy(network, *TRAIN)

for name in RECIPES:
    for kind in ("training", *TESTS):
        values = [scores[name, kind, seed] for seed in range(3)]
        words = ", ".join(f"{value:.1f}" for value in values)
        print(f"{name:15} {kind:9} {np.mean(values):5.1f} %   (seeds: {words})")


# %%
def plot_gaps(kinds):
    """For each recipe the gap to plain: a dot for each seed, a bar for their mean."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8, 3), layout="constrained")
    names = [name for name in RECIPES if name != "plain"]
    for axes, kind in zip(figure.subplots(1, len(kinds)), kinds):
        for place, name in enumerate(names):
            gaps = [scores[name, kind, s] - scores["plain", kind, s] for s in range(3)]
            axes.bar(place, np.mean(gaps), width=0.6, color="#56B4E9")
            axes.plot([place - 0.12, place, place + 0.12], gaps, "o", color="#222222")
        axes.axhline(0, color="#222222", linewidth=1)
        axes.set_xticks(range(len(names)), names)
        axes.set_ylabel("points more than plain")
        axes.set_title(f"{kind} test")
        axes.spines[["top", "right"]].set_visible(False)
    return figure


words = []
for kind in TESTS:
    for name in list(RECIPES)[1:]:
        gaps = [scores[name, kind, s] - scores["plain", kind, s] for s in range(3)]
        words.append(f"{kind}, {name}: {np.mean(gaps):+.1f} ({min(gaps):+.1f} to {max(gaps):+.1f})")
description = "Points more than plain, mean and range: " + "; ".join(words)
show_figure(plot_gaps(list(TESTS)), alt=description)

# %% [markdown]
# We got, in points more than plain (mean of three seeds, and their range):
#
# | recipe | tidy test | untidy test |
# |---|---|---|
# | move and cover | +0.8 (+0.5 … +1.1) | +7.9 (+7.2 … +9.3) |
# | mirror | −0.7 (−1.4 … 0.0) | +9.4 (+8.3 … +10.0) |
# | everything | +0.8 (+0.3 … +1.3) | +18.8 (+17.9 … +19.9) |
#
# Your figures may differ by a point: rounding differs from computer to computer, and training makes
# much of it. Three things to take home:
#
# - **The large gain is on the untidy test.** Augmentation teaches what *you* say does not matter.
#   Where the test moves and mirrors, that is worth 19 points; where it doesn't, hardly one.
# - **A gain of 0.8 needs its spread beside it.** All three seeds agree on the sign. One seed alone
#   could have said 0.3 or 1.3. And 2,000 test pictures are a sample themselves: the percentage of
#   *one* network is known to about ±0.8.
# - **Mirroring alone costs something on the tidy test.** The harmless one! Why?
