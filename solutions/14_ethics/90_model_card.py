# %% [markdown]
# ## What the card says already
#
# The weights that ship with the course carry a card: how they were made, and what was measured.
# That is the easy half of a *model card*. (To use your own DCGAN of unit 4: put its generator in
# place of `gan`, and run the cells on claims 1 and 4 again.)

# %%
print(f"recipe {card.recipe}, seed {card.seed}; settings {dict(card.settings)}")
for name, value in card.quality.items():
    print(f"{name}: {value:.3f}")

with torch.no_grad():
    labels = judge(to_unit(gan(torch.randn(1000, 100, generator=seeded(2))))).argmax(dim=1)
for number, name in enumerate(CLASS_NAMES):
    print(f"{name:12} {int((labels == number).sum()):4} of 1,000 generated pictures")

# %% question card points=5
# ### A model card for your DCGAN
#
# Write a model card, after M. Mitchell and others (2019), for the DCGAN that you trained in unit 4
# (or for the one that ships). One page, in the cell below, for a reader who wants to *use* it:
#
# 1. **The model.** What it is, how it was trained, on what, by whom, when; which version.
# 2. **Use.** What is it for? Name two uses that you advise against, each with the reason.
# 3. **Data.** What is in Fashion-MNIST, what is not? What did this unit find in it?
# 4. **Measured.** At least three figures that you measured yourself, each with how it was measured,
#    on how much, and *for parts*, not only for all (for example by class). One of them must be bad
#    news.
# 5. **Limits.** What have you *not* measured, and what should a user measure before relying on it?
#    Can its pictures be told from real ones? Does it copy?

# %% rubric
# One point for each part, half a point where it is there but vague.
#
# 1. **The model**: architecture, data, steps or time, loss, seed or version: enough to make it
#    again.
# 2. **Use**: an honest purpose (teaching, a baseline), and two uses advised against *with reasons
#    that fit this model* ("as test data for a classifier: its classes are not equally frequent").
#    "Don't use it for evil" is nothing.
# 3. **Data**: 28×28, gray, ten classes, one shop's pictures; what is missing (people, other styles,
#    right-facing shoes); wrong or odd labels, as found with the memory experiment.
# 4. **Measured**: three figures with method and sample size, at least one broken down by class or
#    group, at least one that speaks against the model (uncertain pictures, unequal classes, a large
#    distance). A Fréchet distance on the course's classifier must not be called FID. Figures copied
#    from the card that ships count as one.
# 5. **Limits**: names what was not measured (for example nearest neighbours among all 60,000,
#    other seeds), says how well detection worked *and* when it fails, and does not claim more about
#    copying than was tested.
