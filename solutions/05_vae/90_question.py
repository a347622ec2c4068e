# %% [markdown]
# ## Your own change
#
# Change one thing about a VAE and measure both halves of its loss. Some ideas: a code of 1, 4 or 32
# numbers; β that grows from 0 to its value during training; a squared error instead of the
# cross-entropy; no `reparameterize` at all (`z = mu`), and then `map_of`; one class only; a decoder
# that is wider or narrower; the mistakes of `negative_elbo` on purpose (the mean over pixels!).

# %%
# Your experiment goes here. For example:
# def mistaken(model, gray, draws):
#     images = binarize(gray)
#     mu, logvar = model.encode(images)
#     logits = model.decode(reparameterize(mu, logvar, draws))
#     error = F.binary_cross_entropy_with_logits(logits, images)
#     return error + kl_divergence(mu, logvar).mean()
#
# model = learn(lambda: VAE(latent_dim=8, width=8), mistaken, steps=300)
# print(measure(model, test.images[:1000]))

# %% question experiment points=5
# ### Your experiment
#
# Answer in the cell below, in about 200 words:
#
# 1. **The change.** What did you change, and in which line?
# 2. **The prediction.** Which way should rate and distortion go, and why? (Write it before you run.
#    A wrong prediction costs nothing.)
# 3. **The result.** Rate and distortion on test pictures, with the change and without, for at least
#    two seeds; and what you saw in samples or reconstructions.
# 4. **The reason.** Why did it come out like that? Use the words *cloud* and *nats*.
# 5. **The choice.** A museum wants to (a) find pictures like a given one, (b) remove the grain from
#    old photographs, (c) print postcards of clothes that never existed. For each say which model of
#    units 3 to 5 you would take, and one reason.

# %% rubric
# One point for each part, half a point where it is there but vague.
#
# 1. **The change**: one thing, named with its line, so that others can repeat it.
# 2. **The prediction**: a direction for *both* halves, and a reason from this unit.
# 3. **The result**: two numbers for each of two models and two seeds, and an observation of
#    pictures ("all reconstructions alike", "the map has torn").
# 4. **The reason** fits what was seen. For example (our figures, 8 numbers, 300 steps, one seed;
#    unchanged: rate 12.8, distortion 174): the mean over pixels makes each nat of code 784 times
#    too dear, so the clouds become the prior (0.0 and 382); with `z = mu` a code without noise can
#    say what it likes in tiny differences, so distortion falls to 156 while the "rate" of 1.5
#    counts clouds that nobody draws from; with 32 numbers the rate grows to 17 and not fourfold,
#    and nine numbers stay unused.
# 5. **The choice**: (a) an encoder: autoencoder or VAE, compared by codes (a GAN has none); (b) a
#    denoising autoencoder trained on *such* photographs and such grain (half a point without the
#    condition: it must resemble what it learned from); (c) a GAN, for sharpness, or a conditional
#    VAE where a code to steer by matters more. Any choice with a reason that is true counts. One
#    right: ⅓ of the point.
