# %% [markdown]
# ## Review a paper
#
# Somebody writes:
#
# > *Our network for restoring photographs reaches an SSIM of 0.997 (images as floats in [0, 1]; we
# > used the function with its default range of 255), against 0.91 for the best method so far. Our
# > generator's FID is 21.4, computed from 500 images that we brought to 299 pixels with bilinear
# > interpolation without antialiasing; the rival's paper states 24.0, from 50,000 images. Our
# > Inception Score is higher than that of the real data, which proves that our images are better
# > than real. Finally, our perceptual path length is 15 % below the rival's (lerp in z; theirs was
# > computed with slerp).*

# %%
# Room for your measurements. For example:
# print(distance_of(test_features, 500))

# %% question review points=5
# ### Your review
#
# Answer in the cell below, in about 250 words. For each of the five claims (SSIM, number of images,
# resizing, Inception Score, path length) say
#
# - what is **wrong**,
# - in which **direction** it moves the number, or that this cannot be told,
# - one **figure** that you measured in this notebook and that supports you,
# - what you would **ask the authors to report** instead.

# %% rubric
# One point for each claim; half a point where the fault is named but its direction or the figure is
# missing or wrong.
#
# 1. **SSIM**: the range must be 1. With 255 both constants swamp the images, and *everything* has
#    an SSIM near 1: noise of σ = 0.3 has 0.998, instead of 0.10. Up. Ask for SSIM with
#    `data_range=1`, window and border stated, for both methods with one program.
# 2. **500 images**: a Fréchet distance from few images is too *large*, for the rival's less so. So
#    this fault works against the authors; full marks only if that is said. Figures: real against
#    real, about 65 with 100 images and 17 with 500, where 4 is right. Ask for the same number on
#    both sides, 50,000, or an extrapolation in 1/N, or the kernel distance.
# 3. **Resizing**: aliasing moves the distance as much as JPEG does. Its direction cannot be told
#    beforehand: if only one side is resized like that, it goes up (by 40 between the same
#    photographs, while JPEG 75 makes 25); if the real images have been resized so as well, it may
#    go either way. Ask for antialiasing on both sides and the program's name.
# 4. **Inception Score**: it does not look at real images at all. Ten training images, repeated,
#    have a higher score than the test set. A score above the real data's is a warning (missing
#    variety within classes, or a generator that has been fitted to the classifier), and proves
#    nothing.
# 5. **Path length**: lerp is shorter than slerp for the *same* generator, by roughly the 15 % that
#    are claimed: the chord's squared length is 0.81 of the arc's. Down. Ask for slerp in z with ε
#    and the distance stated.
#
# An answer that finds something else of weight (one seed, no spread, images chosen by hand) may
# make up for half a point.
