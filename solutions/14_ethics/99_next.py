# %% [markdown]
# ## Three questions, before you go
#
# **1.** A detector finds 95 % of generated pictures, with 5 % false alarms. A platform runs it on a
# million pictures, a thousand of which are generated. Of those that it reports, how many are real?
#
# <details><summary>Answer</summary>
#
# 950 hits and 49,950 false alarms: 98 % of the reported ones are real. Unit 14's rates are *given
# the truth*; what a reported person cares about is the other way round, and depends on how rare the
# thing is.
#
# </details>
#
# **2.** Two networks have the same accuracy. Name two things from this unit in which they can
# differ and which somebody would care about.
#
# <details><summary>Answer</summary>
#
# Whom they fail (disparity between groups), and whom they remember (membership advantage, and the
# share found for certain).
#
# </details>
#
# **3.** Which of the two says more about a picture whose origin you doubt: a watermark that is
# found, or one that is not found?
#
# <details><summary>Answer</summary>
#
# One that is found: false alarms are rarer than 1 in 100 by construction, while a mark can go
# missing in many ways, or was never there. But remember that it can be forged.
#
# </details>
#
# ## What you can do now
#
# You can audit a classifier, attack one, and mark, sign and examine pictures; and for each of these
# you know a case in which it fails, as you made that case yourself. Keep the habit. It is worth
# more than any of the methods.

# %%
progress()

# %% [markdown]
# ## What to read next
#
# - J. Buolamwini and T. Gebru, *Gender Shades* (2018): an audit, with a data set collected on
#   purpose. Read it for how the groups were chosen.
# - M. Hardt, E. Price and N. Srebro, *Equality of Opportunity in Supervised Learning* (2016): your
#   two rates as definitions of fairness. A. Chouldechova, *Fair prediction with disparate impact*
#   (2017): why one cannot have them all.
# - A. Amini and others, *Uncovering and Mitigating Algorithmic Bias through Learned Latent
#   Structure* (2019): resampling by the latents of a VAE.
# - R. Shokri and others, *Membership Inference Attacks Against Machine Learning Models* (2017); S.
#   Yeom and others, *Privacy Risk in Machine Learning* (2018): your advantage; N. Carlini and
#   others, *Membership Inference Attacks From First Principles* (2022): why to look at few false
#   accusations.
# - A. Odena, V. Dumoulin and C. Olah, *Deconvolution and Checkerboard Artifacts* (2016): short,
#   with pictures to play with. R. Durall, M. Keuper and J. Keuper, *Watch Your Up-Convolution*
#   (2020): the spectrum as a detector.
# - I. Cox and others, *Secure Spread Spectrum Watermarking for Multimedia* (1997): the mark in what
#   matters. Its section on attacks reads like your table.
# - The *C2PA Technical Specification* (c2pa.org): claims, assertions, ingredients; look at what is
#   signed, and at the chapter on trust.
# - M. Mitchell and others, *Model Cards for Model Reporting* (2019): with two example cards.
# - N. Carlini and others, *Extracting Training Data from Diffusion Models* (2023). S. Menon and
#   others, *PULSE* (2020), and the debate that followed it: what "restoring" a face means.
