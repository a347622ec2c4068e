# %% [markdown]
# ## Three questions, before you go
#
# **1.** Four layers 4/2/1, then one 4/1/0, from an image of 64×64. Which sides, one after the
# other?
#
# <details><summary>Answer</summary>
#
# 64, 32, 16, 8, 4, 1. That is the discriminator of the original paper, for its pictures of 64×64;
# yours has one layer less.
#
# </details>
#
# **2.** Why is the critic of unit 3, with its gradient penalty, not allowed any batch
# normalization?
#
# <details><summary>Answer</summary>
#
# The penalty is about the slope of *one sample's* score at that sample. With batch normalization
# each score depends on all samples of the batch. A normalization over each sample by itself does
# no harm.
#
# </details>
#
# **3.** Pictures have a diversity of 98 % of the real one's. Name two ways in which they can still
# be useless.
#
# <details><summary>Answer</summary>
#
# They may be noise, at least in part; or few kinds, or few pictures in many places. Diversity asks
# whether pixels vary, and not what they show.
#
# </details>
#
# ## What you can do now

# %%
progress()

# %% [markdown]
# ## What to read next
#
# - A. Radford, L. Metz and S. Chintala, *Unsupervised Representation Learning with Deep
#   Convolutional Generative Adversarial Networks* (2016): the recipe. Section 3 is your two
#   networks, in one page; then look at the walks through the bedrooms.
# - S. Ioffe and C. Szegedy, *Batch Normalization* (2015): read sections 1 to 3. Why it works has
#   been argued about ever since.
# - A. Odena, V. Dumoulin and C. Olah, *Deconvolution and Checkerboard Artifacts* (2016): your
#   stamps, as an article with figures that you can play with.
# - M. Mirza and S. Osindero, *Conditional Generative Adversarial Nets* (2014): your one-hot, in
#   five pages.
# - T. White, *Sampling Generative Networks* (2016): the shell of radius 10, slerp, and more ways to
#   walk.
# - V. Dumoulin and F. Visin, *A guide to convolution arithmetic for deep learning* (2016): all that
#   can be said about sides, drawn.
#
# And for what comes next: in unit 5 a network makes clothing without any adversary. Its pictures
# are less sharp, and it knows something that no GAN knows: how likely a given picture is.
