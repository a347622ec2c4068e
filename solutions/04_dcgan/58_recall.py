# %% [markdown]
# ## Pause: three questions about units 1 to 3
#
# Answer from memory, aloud or on paper, then open the answer.
#
# **1.** In `discriminator_step` the fakes are detached, in `generator_step` they aren't. Why?
#
# <details><summary>Answer</summary>
#
# The discriminator's step needs the fakes as mere pictures: a gradient that went on into the
# generator would wait there and be added to its next step. The generator's step lives from just
# that gradient, which comes to it *through* the discriminator.
#
# </details>
#
# **2.** A generator makes one perfect boot, over and over. What do the two losses say about it?
#
# <details><summary>Answer</summary>
#
# Nothing you could rely on. If the discriminator hasn't caught on yet, the generator's loss is even
# low. In unit 3 you counted modes for that reason; in this unit you measure.
#
# </details>
#
# **3.** In unit 1 you shrank a picture by averaging blocks and by taking every second pixel. What
# was wrong with the second way, and which of this unit's layers is in the same danger?
#
# <details><summary>Answer</summary>
#
# Aliasing: fine stripes come out as coarse ones that aren't there. A convolution with stride 2 also
# keeps every second place. But it looks through a window of 4 first, and its weights can learn to
# be a blur.
#
# </details>
