# %% [markdown]
# ## Pause: three questions about units 1 to 4
#
# Answer from memory, aloud or on paper, then open the answer.
#
# **1.** Total variation takes differences to the right and downwards. Which filter of unit 1 looked
# at such differences, and what was it good for?
#
# <details><summary>Answer</summary>
#
# Sobel's: the slope of brightness in x and in y, smoothed across; the root of their squares is
# large at edges. Total variation is large at edges, too. That is its weakness: it cannot tell an
# edge from noise, and smooths both.
#
# </details>
#
# **2.** The discriminator's step needs `generator(noise).detach()`. Which tensors of this unit need
# no gradient, and which one must have it?
#
# <details><summary>Answer</summary>
#
# The features of content and of style are fixed targets, and the network's weights stand still:
# none of them needs a gradient. The picture must have it. And the gradient reaches the picture
# *through* the network, so the network's own computation must not be cut off.
#
# </details>
#
# **3.** Batch normalisation takes mean and deviation over batch and places. Why would that be a bad
# idea in a network that is to give each picture a style of its own?
#
# <details><summary>Answer</summary>
#
# Then what becomes of one picture depends on which others are in its batch. Taken over the places
# of one picture alone (*instance* normalisation), it takes that picture's own contrast away, and
# leaves the others out of it. Two exercises from here you put other numbers in their place.
#
# </details>
