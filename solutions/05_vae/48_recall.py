# %% [markdown]
# ## Pause: three questions about unit 4
#
# Answer from memory, aloud or on paper, then open the answer.
#
# **1.** A convolution with kernel 4, stride 2, padding 1 gets 28 rows. How many does it give? And a
# transposed one with the same settings?
#
# <details><summary>Answer</summary>
#
# 14 = ⌊(28 + 2 − 4) / 2⌋ + 1. The transposed one gives 56 = (28 − 1) · 2 − 2 + 4. Decoders are made
# of the second kind.
#
# </details>
#
# **2.** Why has a convolution before a batch normalisation no bias?
#
# <details><summary>Answer</summary>
#
# The normalisation subtracts each channel's mean, and the bias with it. It has a bias of its own,
# afterwards.
#
# </details>
#
# **3.** All samples of a generator look fine, one by one. Which single number of unit 4 would still
# warn you, and of what?
#
# <details><summary>Answer</summary>
#
# `diversity`: the standard deviation *across* samples, pixel by pixel. If it is far below that of
# real pictures, the generator makes few different ones: mode collapse. In this unit you will meet
# another collapse, that of the code.
#
# </details>
