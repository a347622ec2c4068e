# %% [markdown]
# ## What you can do now
#
# You have trained networks through chance, with a loss that has a unit. You know what a latent
# space needs to be a map, what its blur means, and what to print when a code collapses. And you
# have asked a network that wins on its own ground how it does elsewhere.

# %%
progress()

# %% [markdown]
# ## What to read next
#
# - P. Vincent and others, *Extracting and Composing Robust Features with Denoising Autoencoders*
#   (2008): noise in, clean out; the figures show what the first layer learns from it.
# - D. Kingma and M. Welling, *Auto-Encoding Variational Bayes* (2014): your `reparameterize` is
#   section 2.4, your `kl_divergence` appendix B, your map their figure 4.
# - D. Rezende, S. Mohamed and D. Wierstra, *Stochastic Backpropagation and Approximate Inference in
#   Deep Generative Models* (2014): the same idea in the same year, found independently.
# - K. Sohn, H. Lee and X. Yan, *Learning Structured Output Representation using Deep Conditional
#   Generative Models* (2015): the conditional VAE.
# - Y. Burda, R. Grosse and R. Salakhutdinov, *Importance Weighted Autoencoders* (2016): your last
#   exercise, also as a loss to train with, and a count of latent numbers that are used.
# - S. Bowman and others, *Generating Sentences from a Continuous Space* (2016): a decoder so strong
#   that the code collapses, and β that grows during training.
# - I. Higgins and others, *beta-VAE: Learning Basic Visual Concepts with a Constrained Variational
#   Framework* (2017): what a high price does to the code.
# - A. Alemi and others, *Fixing a Broken ELBO* (2018): your rate–distortion curve, with its bounds.
# - F. Locatello and others, *Challenging Common Assumptions in the Unsupervised Learning of
#   Disentangled Representations* (2019): why numbers that mean one thing each are a matter of luck.
