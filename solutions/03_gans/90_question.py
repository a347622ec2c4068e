# %% [markdown]
# ## Your own game
#
# Change something and see what becomes of the ring: its number of clouds or their distance
# (`lambda n, draws: ring_of_gaussians(n, draws, modes=12)`; then count with `ring_centers(12)`),
# the batch, the critic's steps, the penalty's weight, the noise. Or take a function apart:
# `play_gan` with the saturating loss, the critic without its penalty (`weight=0`), fakes that are
# not detached.

# %%
# Your experiment goes here. For example:
# film, maker = play_critic(ring_of_gaussians, 150, beta1=0.9, weight=0.0)
# film_strip(film, CRITIC, ring_centers())
# print(count_modes(maker))

# %% question experiment points=5
# ### Your experiment
#
# Answer in the cell below, in about 200 words:
#
# 1. **The change.** What did you change, and in which line?
# 2. **The prediction.** What did you expect, and why? (Write it before you run. A wrong prediction
#    costs nothing.)
# 3. **The result.** The number of covered modes, for at least two seeds, and what you saw in the
#    field.
# 4. **The reason.** Why did it come out like that? Use the words *slope* and *discriminator* (or
#    *critic*).
# 5. **The loss.** In one of your games, look at both losses at the end. Could you have told from
#    them how many modes are covered? Why, or why not?

# %% rubric
# One point for each part, half a point where it is there but vague.
#
# 1. **The change**: one thing, named with its line, so that others can repeat it.
# 2. **The prediction**: says a number or a direction, and gives a reason from this unit.
# 3. **The result**: `modes_covered` for two seeds or more, and an observation of the picture ("the
#    field is flat between the clouds", "one heap that goes round").
# 4. **The reason** fits what was seen, and speaks of the slopes that reach the generator. For
#    example: without the penalty the critic's scores grow without end and its landscape gets
#    steep, so the fakes jump; with the saturating loss they hardly move while they are recognised;
#    with fakes that are not detached, their gradients are cleared by the generator's own
#    `zero_grad`, and nothing changes but the time that it takes.
# 5. **The loss**: no. Each loss is relative to the opponent of that moment: two poor players get
#    the same numbers (about 1.39 and 0.69) as two perfect ones. (The critic's loss is better: it
#    estimates a distance, and falls as the fakes get better, if the critic is well trained. An
#    answer that notices this gets the point as well.)
