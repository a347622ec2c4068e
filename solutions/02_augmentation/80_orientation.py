# %% [markdown]
# ## The harmless one does harm
#
# Mirroring cost the tidy test 0.7 points. Compare the mean of all training pictures of a kind.
# Which of the kinds would mirroring change?

# %%
means = {CLASS_NAMES[c]: train.images[train.labels == c].mean(0) for c in (5, 7, 9, 0, 8)}
show_images(means, alt="the mean of all training pictures of this kind", columns=5, height=110)

# %% [markdown]
# Nearly all shoes point to the left, in training and in the tidy test. That is not a law of nature
# but the way in which the pictures were taken; still, a network may rely on it. Mirroring makes it
# learn shoes that never come.
#
# ### A task where it is fatal
#
# Sneakers and boots, half of them mirrored *once and for all*. The label says which way the toe
# points: 0 for left, 1 for right. Three recipes for training: plain, mirror, and upside down, which
# nobody in a shoe shop would do.
#
# > **Predict, and write it down:** how many percent of the test shoes does each of the three
# > networks get right?


# %%
def shoes_both_ways(data, draws):
    """Sneakers and ankle boots, half of them mirrored; the label is 1 where they are."""
    shoes = data.images[torch.isin(data.labels, torch.tensor([7, 9]))]
    to_the_right = torch.rand(len(shoes), generator=draws) < 0.5
    mirrored = torch.where(to_the_right[:, None, None, None], shoes.flip(-1), shoes)
    return mirrored, to_the_right.long()


def upside_down(images, draws):
    return random_hflip(images.transpose(2, 3), 0.5, draws).transpose(2, 3)


draws = torch.Generator().manual_seed(0)
shoes, directions = shoes_both_ways(train, draws)
test_shoes, test_directions = shoes_both_ways(test, draws)
wall(shoes[:16], "sneakers and boots; some point to the left, some to the right")


def direction_scores(recipe, images, labels):
    """Percent of the test shoes whose direction is found, for three seeds."""
    networks = [train_network(recipe, seed, images, labels, epochs=8) for seed in range(3)]
    return [accuracy(network, test_shoes, test_directions) for network in networks]


for name, recipe in {"plain": plain, "mirror": mirror, "upside down": upside_down}.items():
    values = ", ".join(f"{value:.1f}" for value in direction_scores(recipe, shoes, directions))
    print(f"{name:12} {values} % (three seeds)")

# %% [markdown]
# Mirrored, the task is a coin's toss. Half of the shoes that point left are shown as pointing
# right, and are still called "left": *the labels are noise now*, and there is nothing left to
# learn. Upside down does no harm at all, for a boot on its head still points the same way.
#
# So there is no good or bad augmentation. There is a question to ask of each one: **would I still
# give it the same label?**
#
# And if not, change the label with the picture. That is `augment_pair` once more, with a label in
# place of the mask:

# %%
both_ways = torch.cat([shoes, shoes.flip(-1)])
both_labels = torch.cat([directions, 1 - directions])
values = ", ".join(f"{v:.1f}" for v in direction_scores(plain, both_ways, both_labels))
print(f"mirrored with their labels: {values} % (three seeds)")
