# %% [markdown]
# ## Your own recipe
#
# Write one into the cell below, train three seeds of it, and compare. Change strengths, combine,
# take one function away. `jitter_color` and `mixup` have not been tried yet (for `mixup`, the
# loss takes blended labels: `F.cross_entropy(logits, blended)`). One network takes two to five
# seconds.

# %%
def mine(images, draws):
    return random_crop(images, 28, 1, draws)


# Take the next three lines out of their comment to train it.
# gaps = [accuracy(train_network(mine, s, *TRAIN), NEW, NEW_LABELS) - scores["plain", "tidy", s]
#         for s in range(3)]
# print(", ".join(f"{gap:+.1f}" for gap in gaps))

# %% question recipe points=4
# ### Your recipe, and three that you would refuse
#
# Answer in the cell below, in about 200 words:
#
# 1. **Your recipe.** Its lines of code, and the three gaps to plain on the tidy test.
# 2. **What the numbers say.** Is it a gain? Say what you would need to be surer.
# 3. **A prediction.** Would it do better or worse on the *untidy* test, and why? Then measure it,
#    and say what you got.
# 4. **Would I still give it the same label?** For each of these name one function of this unit that
#    you would not use, and why: reading handwritten digits; finding out whether the heart is on
#    the left side in an X-ray; telling ripe from unripe tomatoes.

# %% rubric
# One point for each part, half a point where it is there but vague.
#
# 1. **The recipe**: code that runs as given, and three numbers.
# 2. **What the numbers say**: compares the mean with the spread over the seeds (three gaps of one
#    sign and larger than their spread is a gain; a mean of 0.3 with gaps from −0.5 to 1 is not),
#    and names a remedy: more seeds, or more test pictures. "It is better, 85 > 84" is no point.
# 3. **The prediction**: made with a reason that fits (the untidy test moves and mirrors, so
#    recipes that do the same gain most), then measured. A wrong prediction that is owned up to
#    gets the point.
# 4. **Same label**: digits: mirroring (a mirrored 2 is no digit), or a hole so large that it makes
#    a 5 of a 6, or rotation by 180° (6 and 9). Heart: mirroring. Tomatoes: `jitter_color` where it
#    changes what ripeness is told by. (Ours scales all channels alike and so keeps the hue; an
#    answer that notices this and argues from brightness alone is fine, too.) Half a point for two
#    of three.
