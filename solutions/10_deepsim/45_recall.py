# %% [markdown]
# ## Pause: three questions about earlier units
#
# Answer from memory, aloud or on paper, then open the answer.
#
# **1.** In unit 1 you rotated a picture *backwards*. What goes wrong if you push every old pixel to
# its new place instead, and does a thin-plate spline have the same trouble?
#
# <details><summary>Answer</summary>
#
# Some new pixels get nothing, and are holes; others are hit twice. A spline is no better: where it
# stretches, there would be holes. So `tps_grid` says for each *new* pixel where to look. (And to
# move the points from `source` to `target`, you fit the spline from `target` to `source`, as the
# widget's cell does.)
#
# </details>
#
# **2.** Why does the discriminator see a *detached* fake in its own step (unit 3), and why is it
# frozen in the generator's?
#
# <details><summary>Answer</summary>
#
# Each step must move one player only. Without `detach`, the discriminator's loss would send
# gradients into the generator, and waste the time to compute them. In the generator's step
# gradients have to pass *through* the discriminator to the picture, but its own weights should
# collect none.
#
# </details>
#
# **3.** In unit 8 a Gram matrix did not care *where* something is. Which loss of this unit does
# care, and which one was meant not to?
#
# <details><summary>Answer</summary>
#
# Feature matching and the perceptual loss compare features place by place. They may, because the
# picture and its drawing are bent alike, so the right answer is known for each place. A score of a
# patch discriminator judges its patch wherever that lies.
#
# </details>
