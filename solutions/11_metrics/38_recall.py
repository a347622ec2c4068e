# %% [markdown]
# ## Pause: three questions about units 1, 4 and 5
#
# Answer from memory, aloud or on paper, then open the answer.
#
# **1.** A Gaussian blur with an 11×11 window can be computed with 22 multiplications per pixel in
# place of 121. How, and for which windows?
#
# <details><summary>Answer</summary>
#
# Rows first, then columns, with 11 weights each: the window is the product of a column and a row
# (*separable*). A Gaussian is, a box is; a disc is not.
#
# </details>
#
# **2.** A VAE's decoder gives a blurred sleeve, a GAN's generator a sharp one that may be wrong.
# Which of the two has the lower squared error, as a rule, and why?
#
# <details><summary>Answer</summary>
#
# The blurred one. Where several sleeves are possible, their average has the least expected squared
# error, and an average of sharp edges is a blur.
#
# </details>
#
# **3.** In unit 4, `diversity` was the standard deviation across samples. Name a generator that is
# bad and has a high value.
#
# <details><summary>Answer</summary>
#
# One that makes noise. Or one that makes only two pictures, one black, one white. The number sees
# each pixel by itself, and knows nothing of the data. This unit's other half is about that.
#
# </details>
