# %% [markdown]
# ## Your own picture
#
# Take another scene (`sample_scene(7, "valley")`, or `"beach"`) or a photograph, make its
# primitive, and train your own DeepSIM on it. A photograph needs segments: `color_segments`, as in
# the first exercise, or some that you paint yourself. Then make one edit that works and one that
# fails.

# %%
# Your experiment goes here. For example, in about 20 seconds:
# cup = to_tensor(photograph("coffee", plan["size"]) / 255)
# cup_labels = torch.from_numpy(color_segments(cup[0].permute(1, 2, 0).numpy(), 12))[None]
# cup_deepsim, cup_frames = train_deepsim(cup, primitive(cup, cup_labels, 1.5))
# edit_drawing(cup_deepsim, cup, cup_labels, zoom=4, alt="a cup of espresso")

# %% question experiment points=5
# ### Your experiment
#
# Answer in the cell below, in about 200 words:
#
# 1. **The primitive.** What did you choose for segments and `sigma`, and what can *not* be edited
#    because of it?
# 2. **The prediction.** One edit that you expect to work and one that you expect to fail, each with
#    a reason. (Write it before you try.)
# 3. **The result.** What came out, for both? Give the untouched error of one of them.
# 4. **The reason.** Why did the second fail? Use the words *primitive*, *bend* or *receptive
#    field*.
# 5. **The use.** Somebody edits a news photograph like this. Which mark of such an edit could you
#    look for, and which of your measures would (or would not) show it?

# %% rubric
# One point for each part, half a point where it is there but vague.
#
# 1. **The primitive**: names both choices, and something that its colours and edges do not say (the
#    print on the cup, the light, what lies behind).
# 2. **The prediction**: two edits, each with a reason from this unit.
# 3. **The result**: says what was seen in both pictures, and a number for the untouched error, with
#    a mask that covers the edit.
# 4. **The reason** fits the picture. For example: a segment that is not in the training picture
#    has a colour that the network never saw; a shape that was turned further than any bend turned
#    it; an object so large that its middle sees no border; texture that depends on the place,
#    which the primitive does not say.
# 5. **The use**: a plausible mark (softness or repeated texture inside the edit, traces of
#    upsampling, light and shadows that don't fit, a faint change everywhere) and a fair word on the
#    measures: the untouched error needs the original, which a reader of news does not have.
