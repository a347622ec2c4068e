# %% [markdown]
# ## Three questions, before you go
#
# **1.** In unit 1 you turned pictures with bilinear interpolation. Why not masks?
#
# <details><summary>Answer</summary>
#
# A mask's numbers are names. The mean of label 1 and label 3 is 2, and that is some third thing.
#
# </details>
#
# **2.** Equalizing a histogram (unit 1) and standardizing: both change the values of a picture for
# a network's sake. Which of them makes two pictures comparable that were taken in different light,
# and what does it cost?
#
# <details><summary>Answer</summary>
#
# Equalizing: it asks only which pixels are darker than others, so the light drops out, and so does
# what the light would have told. Standardizing uses the *same* two numbers for all pictures; a
# dark one stays dark.
#
# </details>
#
# **3.** A check of this unit calls your function four hundred times. Why is one call not enough,
# when one was for `rotate`?
#
# <details><summary>Answer</summary>
#
# A single draw says nothing about a distribution: "all or none" often looks like "each on its own".
# What was to be right in `rotate` was a picture; here it is a probability.
#
# </details>
#
# ## What you can do now

# %%
progress()

# %% [markdown]
# ## What to read next
#
# - T. DeVries and G. W. Taylor, *Improved Regularization of Convolutional Neural Networks with
#   Cutout* (2017): one idea, five pages. Look for the figure on the size of the hole.
# - H. Zhang, M. Cissé, Y. Dauphin and D. Lopez-Paz, *mixup: Beyond Empirical Risk Minimization*
#   (2018): where one $\lambda$ for the batch comes from, and why.
# - E. D. Cubuk and others, *RandAugment* (2020): instead of a recipe for each data set, two
#   numbers.
# - C. Shorten and T. M. Khoshgoftaar, *A Survey on Image Data Augmentation for Deep Learning*
#   (2019): the map of the field.
# - H. Xiao, K. Rasul and R. Vollgraf, *Fashion-MNIST* (2017): how the pictures were made, which is
#   why the shoes point the same way.
#
# And for what comes next:
#
# - T. Karras and others, *Training Generative Adversarial Networks with Limited Data* (2020):
#   augmented pictures taught a generator to draw the holes, too. How it was cured is worth the
#   reading once you have done unit 3, which is about such networks.
