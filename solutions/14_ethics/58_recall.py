# %% [markdown]
# ## Pause: three questions about earlier units
#
# Answer from memory, aloud or on paper, then open the answer.
#
# **1.** Unit 3: what does a discriminator's loss of $2 \log 2 \approx 1.39$ say about the quality
# of the fakes?
#
# <details><summary>Answer</summary>
#
# Only that this discriminator cannot tell: perhaps as the fakes are perfect, perhaps as it is poor.
# In this unit the spectrum was such a discriminator, and it met its match.
#
# </details>
#
# **2.** Unit 5: the VAE's loss has two parts. Which one makes its pictures soft, and what has that
# to do with being detected?
#
# <details><summary>Answer</summary>
#
# The reconstruction term: of all the pictures that fit a latent, the decoder draws the mean, and a
# mean has no fine detail. That is missing power at high frequencies, and a line through sixteen
# numbers sees it.
#
# </details>
#
# **3.** Unit 2: a transformation that leaves the label alone is worth adding to the training data.
# What do you have to ask about it *before*, and what did you see today?
#
# <details><summary>Answer</summary>
#
# Whether such pictures occur, and whether the label really stays. Mirrored shoes did occur, and
# were 5 % of the training set: there the flip did what no reweighting could.
#
# </details>
