# %% [markdown]
# ## Everything at once
#
# The generators of units 4 and 5, trained for you on all 60,000 pictures: 1,000 pictures of each,
# with all metrics. Besides, for comparison:
#
# - **test pictures**: the real thing, 1,000 that the classifier has not seen in training;
# - **the copier**, who hands out 1,000 of the training pictures;
# - **ten pictures**: one of the training set for each class, a hundred times each.
#
# > **Predict, and write it down:** (1) who has the best (lowest) Fréchet distance? (2) Who has the
# > best (highest) Inception-style score: test pictures, copier, or the ten pictures? (3) Which
# > generator is best, in which order?
#
# The last column is unit 4's: the deviation of each pixel across the pictures. About 10 seconds.

# %%
generated, cards = {}, {}
for name in ("dcgan", "conditional_dcgan", "wgan_gp", "vae", "cvae"):
    try:
        model, recipe, cards[name] = pretrained(name)
    except FileNotFoundError:
        continue  # this copy of the course comes without it
    model, draws = model.to(device), torch.Generator().manual_seed(4)
    with torch.no_grad():
        parts = [recipe.sample(model, part.to(device), draws) for part in test.labels.split(250)]
    generated[name] = torch.cat(parts).cpu()

firsts = torch.stack([train.images[train.labels == kind][0] for kind in range(10)])
shuffled = torch.randperm(1000, generator=torch.Generator().manual_seed(5))
crowds = {
    "test pictures": test.images[shuffled],
    "the copier": train.images[:1000],
    "ten pictures": firsts.repeat(100, 1, 1, 1),
    **{name: images[shuffled] for name, images in generated.items()},
}
show_images(
    {
        name: torch.cat([torch.cat([*images[6 * row : 6 * row + 6]], dim=2) for row in range(3)], 1)
        for name, images in crowds.items()
    },
    alt="eighteen pieces of clothing",
    columns=3,
    height=140,
)

# %%
features = {
    "test pictures": test_features[shuffled],
    "the copier": train_features[:1000],
    "ten pictures": features_of(firsts).repeat(100, 1),
    **{name: features_of(images)[shuffled] for name, images in generated.items()},
}
scores = {}
for name, images in crowds.items():
    with torch.no_grad():
        probabilities = classifier.head(features[name].to(device)).softmax(dim=1).cpu()
    scores[name] = {
        "Fréchet": frechet_distance(*feature_statistics(features[name]), *real).item(),
        "kernel": polynomial_mmd(features[name], train_features).item(),
        "Inception-style": inception_score(probabilities, splits=10).item(),
        "deviation": images.std(dim=0).mean().item(),
    }
print(f"{'':20}" + "".join(f"{column:>16}" for column in scores["test pictures"]))
for name, row in scores.items():
    print(f"{name:20}" + "".join(f"{value:16.3f}" for value in row.values()))

best = {"Fréchet": min, "kernel": min, "Inception-style": max, "deviation": max}
print("\nfirst among the generators, and first of all:")
for column, choose in best.items():
    order = [choose(names, key=lambda n: scores[n][column]) for names in (generated, scores)]
    print(f"{column:20}{order[0]:20}{order[1]}")

# %% [markdown]
# Two rows are there to be thought about:
#
# - **Ten pictures for ever** have the highest Inception-style score of all, higher than *real
#   pictures*: the classifier is certain of each, and all ten classes are there in equal number.
#   Nobody asked for more than one picture of each class.
# - **The copier** has the best Fréchet distance, and nothing in any column shows that it has never
#   made a picture. A metric that compares with the training set cannot see memorizing. (Unit 14
#   looks for it.)
#
# A third thing: the kernel distance of the test pictures is *below* 0, and by a good deal. It is
# without bias for pictures that are drawn at random. These were not: there are exactly 100 of each
# class in the test set, and exactly 200 in the training set, and that makes the two more alike than
# chance would. (`polynomial_mmd` of random rows, `features[torch.randint(1000, (500,))]`, falls on
# both sides of 0.)
#
# And where do the columns disagree about the generators? Watch the last one: a VAE's pictures are
# soft, the classifier is less certain of them, and they lie far off in feature space. But their
# pixels vary as much as real ones, or more.
#
# The models' own cards say how they fared on the full set, 10,000 test pictures, measured when they
# were made. (Other counts, other biases: don't compare them with the table.)

# %%
for name, card in cards.items():
    print(f"{name:20}", {what: round(value, 3) for what, value in card.quality.items()})
