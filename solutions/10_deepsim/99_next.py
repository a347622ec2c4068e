# %% [markdown]
# ## What you can do now
#
# You have written a whole method of image editing: how a picture becomes a drawing, how one pair
# becomes as many as you like, how the two networks teach each other, and how to tell whether the
# rest of the picture was left alone. The same generator and losses, on many pairs, are pix2pixHD;
# the same idea of learning from one picture's patches is SinGAN's.
#
# With `retouch train deepsim --picture coffee` you train the larger network on a photograph, and
# `retouch bench deepsim` repeats the ablation over three scenes.

# %%
progress()

# %% [markdown]
# ## What to read next
#
# - Y. Vinker, E. Horwitz, N. Zabari and Y. Hoshen, *Image Shape Manipulation from a Single
#   Augmented Training Sample* (ICCV 2021): DeepSIM. Look at the figure that compares
#   augmentations, and at the videos made from one frame.
# - T.-C. Wang and others, *High-Resolution Image Synthesis and Semantic Manipulation with
#   Conditional GANs* (CVPR 2018): pix2pixHD, with the generator, the two scales and feature
#   matching.
# - P. Isola, J.-Y. Zhu, T. Zhou and A. A. Efros, *Image-to-Image Translation with Conditional
#   Adversarial Networks* (CVPR 2017): where it began. Their section on patches is a page long.
# - X. Mao and others, *Least Squares Generative Adversarial Networks* (ICCV 2017): why squares.
# - J. Johnson, A. Alahi and L. Fei-Fei, *Perceptual Losses for Real-Time Style Transfer and
#   Super-Resolution* (ECCV 2016): comparing features instead of pixels.
# - F. L. Bookstein, *Principal Warps: Thin-Plate Splines and the Decomposition of Deformations*
#   (IEEE PAMI 1989): the steel plate, and the skulls.
# - T. R. Shaham, T. Dekel and T. Michaeli, *SinGAN: Learning a Generative Model from a Single
#   Natural Image* (ICCV 2019): the other way to learn from one picture, and the single-image
#   Fréchet distance.
