# %% [markdown]
# ## An audit
#
# A shop sorts photographs of shoes: is it an ankle boot or not? Nearly all of its pictures come
# from a supplier who photographs on black. One in twenty comes from another one, who photographs on
# white. (The pictures are Fashion-MNIST's; those "on white" are inverted, which is all that we
# tamper with.) Nobody told the network that there are two suppliers.

# %% setup
BOOT, SANDAL, SNEAKER = 9, 5, 7


def on_white(images):
    """Dark shoes on a white ground."""
    return 1 - images


def shoes(split, share, change=on_white, seed=0):
    """Images, truth (1: ankle boot) and group (1: changed, about this share of them)."""
    images, labels = fashion_mnist(split)
    chosen = (labels == BOOT) | (labels == SANDAL) | (labels == SNEAKER)
    images, truth = images[chosen], (labels[chosen] == BOOT).long()
    draws = torch.rand(len(images), generator=torch.Generator().manual_seed(seed))
    group = (draws < share).long()
    return torch.where(group[:, None, None, None] == 1, change(images), images), truth, group


def train_sorter(images, truth, weights, seed=0, rounds=140, transform=None):
    """A small network that tells boots; each batch of 64 is drawn with these weights."""
    torch.manual_seed(seed)
    layers = [nn.Conv2d(1, 8, 3, 2, 1), nn.ReLU(), nn.Conv2d(8, 16, 3, 2, 1), nn.ReLU()]
    network = nn.Sequential(*layers, nn.Flatten(), nn.Linear(16 * 49, 2))
    optimizer = torch.optim.Adam(network.parameters(), 2e-3)
    generator = torch.Generator().manual_seed(seed)
    for _ in range(rounds):
        drawn = torch.multinomial(weights, 64, replacement=True, generator=generator)
        batch = images[drawn] if transform is None else transform(images[drawn], generator)
        loss = F.cross_entropy(network(batch), truth[drawn])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return lambda images: network(images).argmax(dim=1)


# %%
boots, truth, group = shoes("train", 0.05)
examples = {}
for label, name in [(1, "boot"), (0, "not a boot")]:
    for which, ground in enumerate(["black", "white"]):
        examples[f"{name}, on {ground}"] = boots[(truth == label) & (group == which)][0]
show_images(examples, alt="a shoe from the training set", height=110)
print(f"{len(boots)} training pictures, {int(group.sum())} of them on white")

# %% [markdown]
# Train it, and test it as one does: on 300 new pictures, one in twenty of them on white.
#
# > **Predict, and write it down:** the accuracy on this test; then the true positive rate (the
# > share of boots that are found) on black, and on white.
#
# (Two seconds or so.)

# %%
plain = train_sorter(boots, truth, torch.ones(len(boots)))
images, answers, _ = shoes("test", 0.05, seed=1)
print(f"accuracy of the test: {(plain(images) == answers).float().mean():.2f}")

# %% [markdown]
# Nine in ten and more: ready to ship? Of the 300 test pictures, about 15 are on white, and about 5
# of those are boots: too few to say anything. Whoever wants to know about a rare group must
# **collect it on purpose**. So here is a test in which every second picture is on white:

# %%
images, answers, which = shoes("test", 0.5, seed=1)


def audit(sorter, images=images, which=which):
    """Print the rates of both groups and how far they are apart."""
    rates = group_rates(answers, sorter(images), which)
    for name, rate in zip(["boots found      ", "false alarms     "], rates):
        print(f"{name} usual {rate[0]:.2f}   rare {rate[1]:.2f}   apart {disparity(rate):.2f}")


audit(plain)

# %% [markdown]
# Hardly a boot on white is found. The network learned "dark corner, bright sole" and has no idea
# that anything is missing. Note also what the *false alarms* say: a network that always says "no"
# to a group looks wonderful in that row. One rate alone proves nothing.
#
# **Whose fault?** Not the loss's: missing all thirty boots on white costs it little. Not the
# labels': they are right. It is in what the training set is made of, and in the decision to report
# one number.
