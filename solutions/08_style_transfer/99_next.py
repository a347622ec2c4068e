# %% [markdown]
# ## What you can do now
#
# You have written a measure of *what* and a measure of *how*, and have seen what each forgets. You
# have changed a picture by the gradient of a network that nobody trained for it; and you know three
# ways to one picture: slow and free (optimisation), fast and bound to one style (a network), fast
# and free but coarse (AdaIN). In unit 10 the same features judge whether an edited photograph still
# looks like itself.

# %%
progress()

# %% [markdown]
# ## What to read next
#
# - L. Gatys, A. Ecker and M. Bethge, *Image Style Transfer Using Convolutional Neural Networks*
#   (CVPR 2016): your `stylize`. Compare their figure of reconstructions with what your layers
#   remembered.
# - J. Johnson, A. Alahi and L. Fei-Fei, *Perceptual Losses for Real-Time Style Transfer and
#   Super-Resolution* (ECCV 2016): the fast network, and the same loss for making small pictures
#   large.
# - D. Ulyanov, A. Vedaldi and V. Lempitsky, *Instance Normalization: The Missing Ingredient for
#   Fast Stylization* (2016): one changed line in a fast network, and why it matters.
# - X. Huang and S. Belongie, *Arbitrary Style Transfer in Real-Time with Adaptive Instance
#   Normalization* (ICCV 2017): your `adain`, with a trained decoder.
# - Y. Li, N. Wang, J. Liu and X. Hou, *Demystifying Neural Style Transfer* (IJCAI 2017): matching
#   Gram matrices is matching distributions of features, as seen by one kernel; AdaIN's
#   statistics are another choice.
# - P. Wang, Y. Li and N. Vasconcelos, *Rethinking and Improving the Robustness of Image Style
#   Transfer* (CVPR 2021): why networks with residual connections paint poorly, and the soft-max
#   that helps.
# - M. Tan and Q. Le, *EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks*
#   (ICML 2019): the family of the eye that you used. ("Lite" is a later variant, without the parts
#   that small devices handle badly.)
