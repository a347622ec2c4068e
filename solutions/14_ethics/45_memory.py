# %% [markdown]
# ## What a network knows by heart
#
# 600 pictures, ten classes. One network is trained on them until it makes no mistakes any more. Its
# brother has the same layers, with dropout, weight decay and shifted, mirrored pictures.
#
# > **Predict:** two numbers for each of them: the accuracy on new pictures, and the advantage of an
# > attacker (0: can only guess; 1: knows every member).
#
# About ten seconds.

# %% setup
def train_classifier(images, labels, careful=False, rounds=500, seed=0):
    """Ten classes, 28×28; careful: dropout, weight decay, random flips and shifts."""
    torch.manual_seed(seed)
    drop = 0.5 if careful else 0.0
    layers = [nn.Conv2d(1, 16, 3, 2, 1), nn.ReLU(), nn.Conv2d(16, 32, 3, 2, 1), nn.ReLU()]
    head = [nn.Flatten(), nn.Dropout(drop), nn.Linear(32 * 49, 64), nn.ReLU(), nn.Dropout(drop)]
    network = nn.Sequential(*layers, *head, nn.Linear(64, 10))
    decay = 0.05 if careful else 0.0
    optimizer = torch.optim.AdamW(network.parameters(), 3e-3, weight_decay=decay)
    generator = torch.Generator().manual_seed(seed)
    for _ in range(rounds):
        drawn = torch.randint(len(images), (64,), generator=generator)
        batch = images[drawn]
        if careful:
            flips = torch.rand(64, generator=generator) < 0.5
            batch = torch.where(flips[:, None, None, None], batch.flip(3), batch)
            shift = torch.randint(-2, 3, (2,), generator=generator).tolist()
            batch = batch.roll(shift, (2, 3))
        loss = F.cross_entropy(network(batch), labels[drawn])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return network.eval()


@torch.no_grad()
def losses(network, images, labels):
    """The loss of each picture."""
    return F.cross_entropy(network(images), labels, reduction="none")


# %%
pictures, labels = fashion_mnist("train")
order = torch.randperm(len(pictures), generator=torch.Generator().manual_seed(0))
members, strangers, others = order[:600], order[600:1200], order[1200:1800]
new_pictures, new_labels = fashion_mnist("test")

LOSSES = {}
for name, careful in [("to the end", False), ("with care", True)]:
    network = train_classifier(pictures[members], labels[members], careful)
    inside = losses(network, pictures[members], labels[members])
    outside = losses(network, pictures[strangers], labels[strangers])
    LOSSES[name] = inside, outside
    right = (network(new_pictures).argmax(dim=1) == new_labels).float().mean()
    advantage = membership_advantage(inside, outside)
    print(f"trained {name}: accuracy on new pictures {right:.2f}, advantage {advantage:.2f}")
    print(f"    median loss: members {inside.median():.4f}, strangers {outside.median():.4f}")

# %%
SEEN = {
    "to the end": "hardly a member's loss is above 0.1, but strangers have a second heap above 1",
    "with care": "the two curves nearly cover each other",
}
for name, (inside, outside) in LOSSES.items():
    print("trained", name)
    plot_histograms(
        {"members": inside.clamp(min=1e-6).log10(), "strangers": outside.clamp(min=1e-6).log10()},
        xlabel="loss, nats, as a power of ten",
        bins=40,
        alt=f"Losses of members and strangers, trained {name}: {SEEN[name]}.",
    )

# %% [markdown]
# The first network is about as good on new pictures as the second, and no accuracy tells you what
# it gives away. Its secret is in the right heap: pictures that it gets badly wrong *unless it has
# seen them*. (Left of −6 we cut: losses of a millionth and less.)
#
# But look closely before you call it a disaster. At small losses both curves overlap, so the
# attacker who gets 0.3 accuses many strangers on the way. Who is found *for certain*? Ask for the
# share of members found while at most one stranger in a hundred is accused (N. Carlini and others,
# 2022):

# %%
from retouch.ethics import true_positives_at

for name, (inside, outside) in LOSSES.items():
    print(f"trained {name}: {true_positives_at(inside, outside, 0.01):.1%} of the members")

# %% [markdown]
# Next to nobody: one threshold for all is a blunt attack. So be cleverer, as the real attacks are.
# A picture that *everybody* gets right has a small loss, member or not. What gives a member away
# is a loss that is small **for a picture like this one**. So the attacker trains a network of their
# own, on 600 other pictures of the same kind, and compares:
#
# > **Predict:** what kind of picture does a network remember best?
#
# (Five seconds.)

# %%
first = train_classifier(pictures[members], labels[members])
own = train_classifier(pictures[others], labels[others])


def gained(which):
    """How much smaller the first network's loss is than that of the attacker's own."""
    there, names = pictures[which], labels[which]
    return losses(own, there, names) - losses(first, there, names)


shown, named, remembered = pictures[members], labels[members], gained(members)
print(f"{(remembered > 3).float().mean():.0%} of the members lose over 3 nats unless seen")
for words, chosen in [
    ("remembered most", remembered.argsort(descending=True)[:10]),
    ("not remembered: no difference", remembered.abs().argsort()[:10]),
]:
    print(words)
    show_images(
        {f"{i}: {CLASS_NAMES[int(named[k])]}": shown[k] for i, k in enumerate(chosen, 1)},
        alt=f"a training picture, {words}",
        columns=10,
        height=64,
    )

# %%
blind, clever = LOSSES["to the end"], (-gained(members), -gained(strangers))
for name, (inside, outside) in [("the loss alone", blind), ("compared with their own", clever)]:
    print(
        f"{name}: advantage {membership_advantage(inside, outside):.2f}, found while 1 % of the "
        f"strangers are accused: {true_positives_at(inside, outside, 0.01):.0%}"
    )

# %% [markdown]
# On the whole this attack is the *weaker* one, and yet the more dangerous: with so few false
# accusations, what it finds can be published as a list. Of the advantage alone you would not have
# known. (R. Shokri and others call networks like the attacker's own *shadow models*; several dozen
# of them find far more.)
#
# And whom does it find? Trousers and ankle boots are like all others: nothing to remember. What is
# learned *by heart* is what cannot be inferred: odd pieces, and pictures with a strange or a wrong
# label. In a set of people, those are the people who are unlike the rest. The rare ones are not
# only failed more often; they are also remembered best.
