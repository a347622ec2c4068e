# %% [markdown]
# ## Pause: three questions about units 1 and 2
#
# Answer from memory, aloud or on paper, then open the answer.
#
# **1.** You add mirrored pictures to a training set, and the test gets worse. Name two causes.
#
# <details><summary>Answer</summary>
#
# The label depends on left and right (then mirrored pictures are labelled wrongly), or the test
# never contains mirrored ones, so that there is nothing to gain and some of the network's room to
# lose. And perhaps it is only the spread between seeds: look at several.
#
# </details>
#
# **2.** Why do picture and mask get *one* random angle, but different interpolations?
#
# <details><summary>Answer</summary>
#
# They must stay on top of each other. A picture's pixels may be mixed; a mask's numbers are names,
# and there is nothing between two names.
#
# </details>
#
# **3.** Sobel's filter gives the slope of an image in x and in y. How do you make one number of the
# two, and where in this unit do you do the same?
#
# <details><summary>Answer</summary>
#
# The root of the sum of squares (for Sobel, of their mean): the length of the gradient. In a
# moment, for the critic's gradient, in as many directions as a sample has values.
#
# </details>
