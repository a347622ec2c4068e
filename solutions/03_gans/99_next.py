# %% [markdown]
# ## What you can do now
#
# You have written both losses, both steps, and the cure of the field's most famous disease; and you
# know that it is two remedies in one. In unit 4 the points become pictures, and every function of
# this list is used again, as it is.

# %%
progress()

# %% [markdown]
# ## What to read next
#
# - I. Goodfellow and others, *Generative Adversarial Nets* (2014): eight pages. Algorithm 1 is
#   your two steps; section 3 has the remark on saturation that became everybody's loss.
# - M. Arjovsky, S. Chintala and L. Bottou, *Wasserstein GAN* (2017): why a distance that knows how
#   far things are apart makes a better game. Read the introduction and look at figure 1.
# - I. Gulrajani and others, *Improved Training of Wasserstein GANs* (2017): the gradient penalty.
#   Their figure of critics over toy data looks like your films.
# - L. Metz and others, *Unrolled Generative Adversarial Networks* (2017): the ring of eight, and
#   another cure: the generator looks several moves ahead.
# - L. Mescheder, A. Geiger and S. Nowozin, *Which Training Methods for GANs do actually Converge?*
#   (2018): the chase in circles as a differential equation of one point.
# - M. Lučić and others, *Are GANs Created Equal?* (2018): with the same effort in tuning, many
#   losses come out alike. Compare that with what the momentum did to you.
