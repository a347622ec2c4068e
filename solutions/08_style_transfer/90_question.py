# %% [markdown]
# ## Your own experiment
#
# Change something, and see what becomes of the picture: other layers, by
# `feature_extractor(layers=[…])` (all names are in `retouch.models.features.LAYERS`); one layer's
# weight 100 times as large; the sizes of the two pictures; two styles at once (half the sum of two
# style losses); a style in place of the content; another rate; a mask that lets only the background
# be painted.

# %%
# Your experiment goes here. For example, the style at half its size, so that strokes are finer:
# fine = F.interpolate(night, scale_factor=0.5, mode="area")
# small = stylize(cup, fine, extractor, STEPS)
# show_images({"as it was": slow[0], "strokes half as wide": small[0]}, alt="the cup", height=256)

# %% question experiment points=5
# ### Your experiment
#
# Answer in the cell below, in about 200 words:
#
# 1. **The change.** What did you change, and in which line? One thing at a time.
# 2. **The prediction.** What did you expect to see, and why? (Write it before you run. A wrong
#    prediction costs nothing.)
# 3. **The result.** What you saw, with one number that goes with it (a loss, a share, a time), for
#    the change and for what you compare it with.
# 4. **The reason.** Use the words *Gram matrix* (or *mean and deviation*) and *window*.
# 5. **The limit.** Name something that you would call "style", but that none of your functions can
#    transfer. Why not? What would have to be measured?

# %% rubric
# One point for each part, half a point where it is there but vague.
#
# 1. **The change**: one thing, named with its line, so that others can repeat it.
# 2. **The prediction**: says what will be seen, and gives a reason from this unit.
# 3. **The result**: an observation of the picture ("strokes half as wide", "the rim of the cup is
#    gone") *and* a number for both versions. The two must be comparable: losses of different
#    extractors or weights are not, unless given as a share of the loss at the start.
# 4. **The reason** fits what was seen, and names what the Gram matrix keeps (what goes together
#    within a layer's window) and what it sums away (where). For example: a style at half its size
#    has strokes half as wide, because windows stay as they are; deep layers alone lose colours,
#    because their channels hardly depend on them.
# 5. **The limit**: anything that needs *place* or *meaning*: composition, perspective, elongated
#    figures, the choice of subject, light that falls from one side, one long line that goes round
#    a shape (longer than every window). With a reason: sums over all places cannot hold it. A
#    proposal of what to measure instead (positions of parts, a segmentation, attention between
#    places, light as a direction) completes the point.
