# %% [markdown]
# ## What you can do now
#
# You have written eight metrics and fooled most of them. Who has seen a flat line at SSIM = 1 over
# pictures of noise will not trust a table again without reading how it was made.
#
# A short list to pin above the desk:
#
# | before you report | check |
# |---|---|
# | PSNR, SSIM | the range; the window; the border; a mean over images |
# | a perceptual distance | which network, which weights, at which size |
# | a Fréchet distance | which features; how many pictures; how they were resized; against what |
# | an Inception Score | that there is a second number beside it |
# | a path length | slerp or lerp; ε; the distance |
# | any of them | the pictures themselves |

# %%
progress()

# %% [markdown]
# ## What to read next
#
# **One picture against another**
#
# - Z. Wang, A. Bovik, H. Sheikh and E. Simoncelli, *Image Quality Assessment: From Error Visibility
#   to Structural Similarity* (2004): SSIM. Figure 2 is the ancestor of your six pictures.
# - J. Nilsson and T. Akenine-Möller, *Understanding SSIM* (2020): what each factor does, and how it
#   can be wrong, with pictures.
# - A. Venkataramanan and others, *A Hitchhiker's Guide to Structural Similarity* (2021): how
#   implementations differ, and what that changes.
# - R. Zhang and others, *The Unreasonable Effectiveness of Deep Features as a Perceptual Metric*
#   (2018): LPIPS, and the half million judgements it was fitted to.
#
# **One crowd against another**
#
# - T. Salimans and others, *Improved Techniques for Training GANs* (2016): the Inception Score, in
#   section 4.
# - S. Barratt and R. Sharma, *A Note on the Inception Score* (2018): the ten pictures, and more.
# - M. Heusel and others, *GANs Trained by a Two Time-Scale Update Rule Converge to a Local Nash
#   Equilibrium* (2017): the FID.
# - M. Bińkowski and others, *Demystifying MMD GANs* (2018): the kernel distance, and why the
#   Fréchet distance has a bias that no estimate can be rid of.
# - M. Chong and D. Forsyth, *Effectively Unbiased FID and Inception Score and Where to Find Them*
#   (2020): the line in 1/N.
# - G. Parmar, R. Zhang and J.-Y. Zhu, *On Aliased Resizing and Surprising Subtleties in GAN
#   Evaluation* (2022): their figures show what your page and grass show.
# - T. Karras, S. Laine and T. Aila, *A Style-Based Generator Architecture for Generative
#   Adversarial Networks* (2019): path length, in section 4.1.
# - T. Rott Shaham, T. Dekel and T. Michaeli, *SinGAN: Learning a Generative Model from a Single
#   Natural Image* (2019): a Fréchet distance *within* one image, over its places; it is
#   `retouch.metrics.single_image_frechet_distance`.
