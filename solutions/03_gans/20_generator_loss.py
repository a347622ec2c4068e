# %% [markdown]
# ## The generator's loss
#
# **Goal.** One number that says how well the fakes are *recognised*. The generator makes it small.
#
# There are two candidates. The game's own rule says that the generator wants the discriminator to
# fail:
#
# $$L_{\text{saturating}} = \frac1M \sum_j \log\bigl(1 - \sigma(l_j)\bigr) \qquad
#   L_G = -\frac1M \sum_j \log \sigma(l_j)$$
#
# Both fall when a fake's logit rises. But look at the slope where a fake is recognised for sure,
# $l \to -\infty$: that of the first goes to 0, that of the second to −1. A generator that is bad
# learns *nothing* from the first one. Write the second: **non-saturating**.
#
# | | type | shape | values |
# |---|---|---|---|
# | `fake_logits` | float tensor | M | any; ±100 happens |
# | result | float tensor | no axes | 0 or more, in nats |
#
# By hand: for $l = 0$ it is $\log 2 = 0.693$. For $l = -5$ it is 5.0067, with slope $-(1 -
# \sigma(-5)) = -0.993$; the saturating one has $-0.007$.
#
# **Why it matters.** At the beginning every fake is recognised. That is when the slope is needed.

# %% exercise points=1 forbid="retouch.models"
def generator_loss(fake_logits):
    """The non-saturating loss: the mean of -log(sigmoid(logit)).

    Args:
        fake_logits: float tensor of M logits, of the generator's samples.

    Returns:
        A float tensor without axes, in nats; finite for any finite logits.
    """
    ### BEGIN SOLUTION
    return -F.logsigmoid(fake_logits).mean()
    ### END SOLUTION


# %% hint
# With which label, 1 or 0, does the binary cross-entropy of the fakes become this formula?

# %% hint
# `F.logsigmoid(logits)` is the logarithm of the sigmoid, and does not overflow.
# `F.binary_cross_entropy_with_logits` does it, too, with the right labels.

# %% hint
# Minus the mean of `F.logsigmoid(fake_logits)`.

# %% cases
import torch


def cases(rng):
    def logits(n, mean, spread=1.0):
        return torch.from_numpy(rng.normal(mean, spread, n).astype("float32"))

    # Not at 0 itself, where formulas that are right have a bend, and no slope that all agree on.
    yield "nearly undecided", {"fake_logits": logits(4, 0.2, 0.1)}
    yield "fakes that are recognised", {"fake_logits": logits(7, -3)}
    yield "fakes that deceive (float64)", {"fake_logits": logits(5, 2).double()}
    yield "recognised for sure", {"fake_logits": logits(6, -200, 20)}
    yield "taken for real, for sure", {"fake_logits": logits(3, 200, 20)}


# %% observe
import torch


def observe(generator_loss, fake_logits):
    logits = fake_logits.clone().requires_grad_()
    loss = generator_loss(logits)
    slope = torch.zeros_like(logits)
    if getattr(loss, "requires_grad", False):
        (slope,) = torch.autograd.grad(loss.sum(), logits)
    return {"loss": loss, "slope for the logits": slope}


# %% right "cross-entropy with label 1"
# - return -F.logsigmoid(fake_logits).mean()
# + return F.binary_cross_entropy_with_logits(fake_logits, torch.ones_like(fake_logits))

# %% right "softplus"
# - return -F.logsigmoid(fake_logits).mean()
# + return F.softplus(-fake_logits).sum() / fake_logits.numel()

# %% right "by hand, without overflow"
# - return -F.logsigmoid(fake_logits).mean()
# + small = torch.log1p(torch.exp(-fake_logits.abs()))
# + return (fake_logits.clamp(max=0) * -1 + small).mean()

# %% wrong "saturating"
# That is log(1 − σ): its slope vanishes just where fakes are recognised. Minimize −log σ.
# - return -F.logsigmoid(fake_logits).mean()
# + return F.logsigmoid(-fake_logits).mean()

# %% wrong "label 0"
# With the label 0 the generator learns to be *recognised*. It wants its fakes to be called real: 1.
# - return -F.logsigmoid(fake_logits).mean()
# + return F.binary_cross_entropy_with_logits(fake_logits, torch.zeros_like(fake_logits))

# %% wrong "the sign"
# You return log σ, which is negative, and minimizing it makes fakes worse. A loss is minus that.
# - return -F.logsigmoid(fake_logits).mean()
# + return F.logsigmoid(fake_logits).mean()

# %% wrong "sums"
# You add up the losses of all fakes, so the loss grows with the batch. Take their mean.
# - return -F.logsigmoid(fake_logits).mean()
# + return -F.logsigmoid(fake_logits).sum()

# %% wrong "the logarithm of a sigmoid"
# Where the sigmoid is 0 in a computer, its logarithm is −∞ and the slope no number. Use
# `F.logsigmoid`.
# - return -F.logsigmoid(fake_logits).mean()
# + return -torch.log(torch.sigmoid(fake_logits)).mean()

# %% wrong "a small number in the logarithm"
# A small number in the logarithm prevents −∞, but caps the loss (at 18 for 1e-8) and kills the
# slope of just those fakes that are worst. Use `F.logsigmoid`.
# - return -F.logsigmoid(fake_logits).mean()
# + return -torch.log(torch.sigmoid(fake_logits) + 1e-8).mean()

# %% wrong "two sigmoids"
# You take the sigmoid of a sigmoid. `F.logsigmoid` and the losses "with logits" want logits.
# - return -F.logsigmoid(fake_logits).mean()
# + return -F.logsigmoid(torch.sigmoid(fake_logits)).mean()

# %% wrong "one minus the probability"
# You minimize 1 − σ without a logarithm. Its slope vanishes, too, where fakes are recognised.
# - return -F.logsigmoid(fake_logits).mean()
# + return (1 - torch.sigmoid(fake_logits)).mean()

# %% wrong "the mean logit"
# Minus the mean logit belongs to a critic without probabilities, later in this unit. Here it is
# −log σ.
# - return -F.logsigmoid(fake_logits).mean()
# + return -fake_logits.mean()

# %% wrong "the logarithm of the mean"
# You take the mean of the probabilities first, and the logarithm of that. Each fake has a logarithm
# of its own, and the mean comes last.
# - return -F.logsigmoid(fake_logits).mean()
# + return -torch.logsumexp(F.logsigmoid(fake_logits), 0) + math.log(len(fake_logits))

# %% wrong "cut off from the logits"
# The value is right, but the tensor is cut off from the logits (by `.item()`, `.detach()`,
# `torch.tensor` or `no_grad`), so nothing can be learned from it.
# - return -F.logsigmoid(fake_logits).mean()
# + return -F.logsigmoid(fake_logits).mean().detach()

# %% wrong "a Python number"
# The value is right, but `.item()` or `float()` cuts it off from the network, so nothing can be
# learned from it. Return the tensor.
# - return -F.logsigmoid(fake_logits).mean()
# + return -F.logsigmoid(fake_logits).mean().item()

# %% wrong "cross-entropy of probabilities"
# `F.binary_cross_entropy` of a sigmoid is capped at 100, and its slope is lost there. Give the
# logits to `F.binary_cross_entropy_with_logits`.
# - return -F.logsigmoid(fake_logits).mean()
# + return F.binary_cross_entropy(fake_logits.sigmoid(), torch.ones_like(fake_logits))

# %% wrong "one loss for each fake"
# You return the loss of each fake. Take their mean.
# - return -F.logsigmoid(fake_logits).mean()
# + return -F.logsigmoid(fake_logits)

# %% accepted "the mean logit"
# - return -F.logsigmoid(fake_logits).mean()
# + return -fake_logits.mean()

# %% accepted "the sign"
# - return -F.logsigmoid(fake_logits).mean()
# + return F.logsigmoid(fake_logits).mean()

# %% accepted "sums"
# - return -F.logsigmoid(fake_logits).mean()
# + return -F.logsigmoid(fake_logits).sum()

# %% accepted "label 0"
# - return -F.logsigmoid(fake_logits).mean()
# + return -F.logsigmoid(-fake_logits).mean()

# %% accepted "one loss for each fake"
# - return -F.logsigmoid(fake_logits).mean()
# + return -F.logsigmoid(fake_logits)


# %% [markdown]
# ### Two slopes

# %%
logits = torch.linspace(-8, 8, 161, requires_grad=True)
(slope,) = torch.autograd.grad(F.softplus(-logits).sum(), logits)
(flat,) = torch.autograd.grad(F.logsigmoid(-logits).sum(), logits)
plot_curve(
    logits.detach().numpy(),
    {"−log σ, yours": slope.numpy(), "log(1 − σ), saturating": flat.numpy()},
    xlabel="logit of a fake: recognised on the left, taken for real on the right",
    ylabel="slope",
    alt="Your loss has slope −1 on the left and 0 on the right. The saturating one has slope 0 on "
    "the left, where fakes are recognised, and −1 on the right.",
)
