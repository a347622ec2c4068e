# %% [markdown]
# ## Pause: three questions about units 0 and 1
#
# Answer from memory, aloud or on paper, then open the answer.
#
# **1.** You rotate a picture. Why do you ask where each pixel of the *result* comes from, and not
# where each pixel of the picture goes?
#
# <details><summary>Answer</summary>
#
# Places that are looked up all get a value. Sent forward, two pixels may land on one place and none
# on another, which stays as a hole.
#
# </details>
#
# **2.** `uint8` pixels, 200 and 100. What is their sum, and what do you do about it?
#
# <details><summary>Answer</summary>
#
# 44: bytes count in a circle, and 300 − 256 is 44. Convert to a wider type (or to floats in 0 … 1)
# *before* adding; clipping afterwards is too late.
#
# </details>
#
# **3.** A picture is made half as large by keeping every second pixel. What goes wrong, with which
# pictures, and what does one do instead?
#
# <details><summary>Answer</summary>
#
# Fine patterns turn into coarse ones that were never there (aliasing), worst where stripes are
# about as wide as a pixel. Average each block first. Networks with strides make the same mistake,
# which is one reason why moved pictures help them.
#
# </details>
