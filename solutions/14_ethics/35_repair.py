# %% [markdown]
# ## A repair, and where it ends
#
# Latents of a simple kind: the *principal components* of the training pictures, the few numbers in
# which they differ most. No group label goes into them.

# %% setup
def components(images, count):
    """The first principal components of images: N×count."""
    flat = images.flatten(1)
    flat = flat - flat.mean(dim=0)
    return flat @ torch.linalg.svd(flat, full_matrices=False)[2][:count].T


# %%
weights = resample_weights(components(boots, 1), bins=10)
rare, common = weights.argsort(descending=True)[:6], weights.argsort()[:6]
for name, chosen in [("drawn most often", rare), ("drawn least often", common)]:
    times = [f"{n}: {weights[i] * len(boots):.1f} times the mean" for n, i in enumerate(chosen, 1)]
    pictures = dict(zip(times, boots[chosen]))
    print(name)
    show_images(pictures, alt=f"a training picture, {name}", columns=6, height=80)

# %% [markdown]
# > **Predict:** 5 % of the pictures are on white. In what share of the draws will they come up now:
# > 10 %, 25 %, 50 %, 90 %? And with *two* components instead of one?
#
# Then train again, from the same start. (About two seconds.)

# %%
print("without weights: 5 % of the draws are on white")
audit(plain)
for count in (1, 2):
    weights = resample_weights(components(boots, count), bins=10)
    print(f"\nwith {count} component(s): {weights[group == 1].sum():.0%} of the draws are on white")
    audit(train_sorter(boots, truth, weights))

# %% [markdown]
# With one component the boots on white are found, for a few points less on black and some false
# alarms on white; and nobody had to say what a group is. With two, the product of two rarities goes
# too far: it is now the *usual* pictures that the network hardly ever sees.
#
# ### Another rare group
#
# All shoes of Fashion-MNIST point to the left. Let a second supplier's point to the right: again 5
# %, and mirrored instead of inverted.
#
# > **Predict:** will the same repair, one component, help the mirrored boots?
#
# (Two seconds.)


# %%
def mirrored(images):
    """Shoes that point to the right."""
    return images.flip(3)


boots2, truth2, group2 = shoes("train", 0.05, mirrored)
images2, _, which2 = shoes("test", 0.5, mirrored, seed=1)
weights = resample_weights(components(boots2, 1), bins=10)
print("without weights")
audit(train_sorter(boots2, truth2, torch.ones(len(boots2))), images2, which2)
print(f"\nwith one component: {weights[group2 == 1].sum():.1%} of the draws are mirrored")
audit(train_sorter(boots2, truth2, weights), images2, which2)

# %% [markdown]
# **It makes things worse.** The component in which shoes differ most is about how much of the
# picture they fill; which way they point is not in it. In *these* latents the mirrored boots lie in
# the crowd, and are drawn still less often than before. Density repairs only what the latents can
# see, and a group for which nobody found a latent stays forgotten. (And with a good latent a *wrong
# label* is rare, too, and drawn often.)
#
# If you know what the group is, say so. Unit 2's flip costs one line:


# %%
def flip_some(images, generator):
    flips = torch.rand(len(images), generator=generator) < 0.5
    return torch.where(flips[:, None, None, None], images.flip(3), images)


print("without weights, every second picture mirrored")
audit(train_sorter(boots2, truth2, torch.ones(len(boots2)), transform=flip_some), images2, which2)

# %% [markdown]
# Equal true positive rates are *one* notion of fairness. Another asks for equal rates of yes,
# another for a yes that means the same in each group. Where the groups differ in truth, no
# classifier that errs can have them all. Which one is due is not for the loss to decide.
