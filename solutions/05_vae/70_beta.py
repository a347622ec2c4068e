# %% [markdown]
# ## How much may a code cost?
#
# β is an exchange rate: what a nat of code costs, in nats of reconstruction. Train six small VAEs
# with 8 latent numbers that differ in nothing but β, and measure both halves on test pictures:
#
# - the **rate**: the KL divergence, what the code says;
# - the **distortion**: the reconstruction, what it left unsaid.
#
# > **Predict, and write it down.** β goes from 0.1 to 100.
# > 1. Which way do rate and distortion go?
# > 2. For which β is their plain *sum* smallest?
# > 3. What do the reconstructions look like at β = 100?
#
# About 20 seconds on a laptop.

# %%
BETAS = (0.1, 1.0, 3.0, 10.0, 30.0, 100.0)
small = {
    beta: learn(lambda: VAE(latent_dim=8, width=8), partial(variational, beta=beta), steps=300)
    for beta in BETAS
}
measured = {beta: measure(model, test.images[:1000]) for beta, model in small.items()}
print("   β    distortion    rate     sum, nats")
for beta, (distortion, rate) in measured.items():
    print(f"{beta:5g} {distortion:12.1f} {rate:8.1f} {distortion + rate:9.1f}")

# How well the same gray picture would do, for every input: each pixel's share of white.
shares = binarize(train.images).mean(dim=0).clamp(0.001, 0.999)
always = binarize(test.images[:1000])
ignorant = F.binary_cross_entropy(shares.expand_as(always), always, reduction="sum") / len(always)
print(f"the mean picture, whatever the input: {ignorant:.1f} nats")

# %%
figure = Figure(figsize=(6, 3.6), dpi=96, layout="constrained")
axes = figure.subplots()
distortions, rates = zip(*measured.values())
axes.plot(rates, distortions, "o-", color="#0072B2")
for beta, (distortion, rate) in measured.items():
    axes.annotate(f"β = {beta:g}", (rate, distortion), (6, 5), textcoords="offset points")
axes.axhline(ignorant, color="#D55E00", linestyle="--")
axes.text(max(rates), ignorant - 4, "the mean picture", color="#D55E00", ha="right", va="top")
axes.set(xlabel="rate: nats of code", ylabel="distortion: nats of the rest")
axes.spines[["top", "right"]].set_visible(False)
show_figure(
    figure,
    "A curve that falls steeply from the mean picture's distortion at rate 0, for beta 100, and "
    "flattens out to the right, for beta 0.1.",
)

with torch.no_grad():
    seen = binarize(torch.cat([solid(test, c) for c in range(10)])).to(device)
    rebuilt = {beta: model.decode(model.encode(seen)[0]).sigmoid() for beta, model in small.items()}
walls(
    {"test pictures": seen, **{f"β = {beta:g}": images for beta, images in rebuilt.items()}},
    "ten pieces of clothing, in reconstructions that lose detail as beta grows; at beta 100 all "
    "ten are the same gray smear",
    columns=10,
    row_height=40,
)

# %% [markdown]
# The curve is a *price list*, known from information theory as a rate–distortion curve. At low
# rates a nat of code saves dozens of nats of the rest ("it is a shoe"); further right it saves less
# and less (a lace). Each β stops where the next nat of code would save less than β.
#
# - **The sum** is smallest at β = 1, as it has to be: there the sum is what was minimized. (With
#   six short trainings, give or take some nats. At β = 0.1 the training pictures are encoded in
#   detail that does not carry over to the test.)
# - **At β = 100** the rate is 0 and all reconstructions are the same: the mean picture. No detail
#   that a number could tell saves 100 nats for each nat that it costs. That is **posterior
#   collapse**: the clouds are the prior, the decoder ignores its input, and no error is raised. The
#   only sign is a KL divergence near 0. So always print the two halves of the loss.
#
# Collapse also happens at β = 1, where the decoder is so strong that it can do without a code
# (a network that predicts a text word by word, say), or early in training, when the code is still
# noise and only costs. The usual help is to let β grow from 0 to 1 in the first steps.
#
# A name for it: β > 1 is the **β-VAE**. Its inventors saw that at a high price the numbers that
# survive tend to mean one thing each. That is a tendency and no law: other seeds give other
# numbers.
