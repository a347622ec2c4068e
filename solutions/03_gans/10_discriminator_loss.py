# %% [markdown]
# ## The discriminator's loss
#
# **Goal.** One number that says how badly the discriminator tells real points from fakes.
#
# The discriminator gives a **logit** $l$ for each point: any number, large where it believes that
# the point is real. The probability is $\sigma(l) = 1 / (1 + e^{-l})$. The loss is the binary
# cross-entropy of the right answers, 1 for real and 0 for fake, each group with a mean of its own:
#
# $$L_D = -\frac{1}{N} \sum_{i=1}^{N} \log \sigma(l^{\text{real}}_i)
#   \;-\; \frac{1}{M} \sum_{j=1}^{M} \log \bigl(1 - \sigma(l^{\text{fake}}_j)\bigr)$$
#
# | | type | shape | values |
# |---|---|---|---|
# | `real_logits` | float tensor | N | any; ±100 happens |
# | `fake_logits` | float tensor | M, perhaps not N | any |
# | result | float tensor | no axes | 0 or more, in nats |
#
# By hand: a discriminator that knows nothing says 0 everywhere, so $\sigma = \tfrac12$, and the
# loss is $\log 2 + \log 2 = 1.386$. Remember this number: you will see a lot of it.
#
# **The trap.** For $l = -200$, $\sigma(l)$ is 0 in a computer, and $\log 0 = -\infty$. The true
# value of $-\log \sigma(-200)$ is 200. So never take the logarithm of a sigmoid: there are
# functions that do both at once. (Useful: $1 - \sigma(l) = \sigma(-l)$.)
#
# **Why it matters.** This is the referee of the whole game. If it is off by a sign or a factor, the
# game goes on, without an error, and leads nowhere.

# %% exercise points=2 forbid="retouch.models"
def discriminator_loss(real_logits, fake_logits):
    """Binary cross-entropy of calling real samples real, plus that of calling fakes fake.

    Args:
        real_logits: float tensor of N logits.
        fake_logits: float tensor of M logits.

    Returns:
        A float tensor without axes, in nats; finite for any finite logits.
    """
    ### BEGIN SOLUTION
    real = F.binary_cross_entropy_with_logits(real_logits, torch.ones_like(real_logits))
    fake = F.binary_cross_entropy_with_logits(fake_logits, torch.zeros_like(fake_logits))
    return real + fake
    ### END SOLUTION


# %% hint
# What is the loss of a fake whose logit is −200: about 0, or about 200? Which label does a real
# point get?

# %% hint
# `F.binary_cross_entropy_with_logits(logits, labels)` takes the mean; `torch.ones_like` and
# `torch.zeros_like` make labels. Or `F.logsigmoid`, with $1 - \sigma(l) = \sigma(-l)$.

# %% hint
# The sum of two calls of `F.binary_cross_entropy_with_logits`: real logits with ones, fake logits
# with zeros.

# %% cases
import torch


def cases(rng):
    def logits(n, mean, spread=1.0):
        return torch.from_numpy(rng.normal(mean, spread, n).astype("float32"))

    yield (
        "it knows nothing",
        {"real_logits": torch.zeros(3), "fake_logits": torch.zeros(5)},
    )
    yield "it is rather good", {"real_logits": logits(7, 1.5), "fake_logits": logits(4, -2.0)}
    yield (
        "it is rather wrong (float64)",
        {"real_logits": logits(3, -1.0).double(), "fake_logits": logits(6, 2.0).double()},
    )
    yield (
        "it is very sure, and right",
        {"real_logits": logits(4, 100, 5), "fake_logits": logits(4, -100, 5)},
    )
    yield (
        "it is very sure, and wrong",
        {"real_logits": logits(3, -200, 5), "fake_logits": logits(5, 300, 5)},
    )


# %% observe
import torch


def observe(discriminator_loss, real_logits, fake_logits):
    real, fake = (logits.clone().requires_grad_() for logits in (real_logits, fake_logits))
    loss = discriminator_loss(real, fake)
    gradients = torch.autograd.grad(loss.sum(), (real, fake), allow_unused=True)
    gradients = [torch.zeros(()) if slope is None else slope for slope in gradients]
    return {
        "loss": loss,
        "slope for the real logits": gradients[0],
        "slope for the fakes": gradients[1],
    }


# %% right "with logsigmoid"
def discriminator_loss(real_logits, fake_logits):
    return -F.logsigmoid(real_logits).mean() - F.logsigmoid(-fake_logits).mean()


# %% right "with softplus, in one weighted sum"
def discriminator_loss(real_logits, fake_logits):
    n, m = real_logits.numel(), fake_logits.numel()
    each = torch.cat([F.softplus(-real_logits) / n, F.softplus(fake_logits) / m])
    return each.sum()


# %% right "as two classes"
def discriminator_loss(real_logits, fake_logits):
    def two(logits):
        return torch.stack([torch.zeros_like(logits), logits], dim=1)

    ones = torch.ones(len(real_logits), dtype=torch.long)
    zeros = torch.zeros(len(fake_logits), dtype=torch.long)
    return F.cross_entropy(two(real_logits), ones) + F.cross_entropy(two(fake_logits), zeros)


# %% wrong "labels swapped"
# You reward calling fakes real. Real points have the label 1, fakes 0.
def discriminator_loss(real_logits, fake_logits):
    real = F.binary_cross_entropy_with_logits(real_logits, torch.zeros_like(real_logits))
    return real + F.binary_cross_entropy_with_logits(fake_logits, torch.ones_like(fake_logits))


# %% wrong "everything is real"
# Both groups have the label 1, so a discriminator that calls everything real is perfect. Fakes
# have the label 0.
def discriminator_loss(real_logits, fake_logits):
    return -F.logsigmoid(real_logits).mean() - F.logsigmoid(fake_logits).mean()


# %% wrong "the logarithm of a sigmoid"
# Where the sigmoid is 0 in a computer, its logarithm is −∞, and the slopes are no numbers. Use
# `F.logsigmoid`, or a loss "with logits".
def discriminator_loss(real_logits, fake_logits):
    real = torch.log(torch.sigmoid(real_logits)).mean()
    return -real - torch.log(1 - torch.sigmoid(fake_logits)).mean()


# %% wrong "a small number in the logarithm"
# 1e-8 in the logarithm prevents −∞, but caps the loss at 18 and kills the slope just where the
# discriminator is most wrong. Use `F.logsigmoid`, or a loss "with logits".
def discriminator_loss(real_logits, fake_logits):
    real = torch.log(torch.sigmoid(real_logits) + 1e-8).mean()
    return -real - torch.log(1 - torch.sigmoid(fake_logits) + 1e-8).mean()


# %% wrong "cross-entropy of probabilities"
# `F.binary_cross_entropy` of a sigmoid is capped at 100, and its slope is lost there. Give the
# logits to `F.binary_cross_entropy_with_logits`.
def discriminator_loss(real_logits, fake_logits):
    real, fake = torch.sigmoid(real_logits), torch.sigmoid(fake_logits)
    first = F.binary_cross_entropy(real, torch.ones_like(real))
    return first + F.binary_cross_entropy(fake, torch.zeros_like(fake))


# %% wrong "two sigmoids"
# You take the sigmoid, and the loss "with logits" takes another one. Give it the logits as they
# are.
def discriminator_loss(real_logits, fake_logits):
    real, fake = torch.sigmoid(real_logits), torch.sigmoid(fake_logits)
    first = F.binary_cross_entropy_with_logits(real, torch.ones_like(real))
    return first + F.binary_cross_entropy_with_logits(fake, torch.zeros_like(fake))


# %% wrong "sums"
# You add the losses of all points, so the loss grows with the batch. Each group has a mean.
def discriminator_loss(real_logits, fake_logits):
    return F.softplus(-real_logits).sum() + F.softplus(fake_logits).sum()


# %% wrong "one mean over both groups"
# You take one mean over all N + M points. Each group has a mean of its own, and the two are added.
def discriminator_loss(real_logits, fake_logits):
    return torch.cat([F.softplus(-real_logits), F.softplus(fake_logits)]).mean()


# %% wrong "half of it"
# You divide the sum of the two means by two. Many programs do, but the formula does not.
def discriminator_loss(real_logits, fake_logits):
    return (F.softplus(-real_logits).mean() + F.softplus(fake_logits).mean()) / 2


# %% wrong "real points only"
# The fakes are missing: calling everything real costs nothing. Add their mean, with label 0.
def discriminator_loss(real_logits, fake_logits):
    return F.softplus(-real_logits).mean()


# %% wrong "the sign"
# Your loss is negative: it is what the discriminator *maximizes*. A loss is minimized, so change
# the sign.
def discriminator_loss(real_logits, fake_logits):
    return F.logsigmoid(real_logits).mean() + F.logsigmoid(-fake_logits).mean()


# %% wrong "a Python number"
# The value is right, but `.item()` cuts it off from the network, so nothing can be learned from it.
# Return the tensor.
def discriminator_loss(real_logits, fake_logits):
    loss = F.softplus(-real_logits).mean() + F.softplus(fake_logits).mean()
    return torch.tensor(loss.item(), dtype=loss.dtype) + 0 * real_logits.mean()


# %% [markdown]
# ### Look at it
#
# The loss of one fake, over its logit. On the right the discriminator is wrong: there the loss is a
# straight line, so the slope stays 1 however wrong it is.

# %%
logits = torch.linspace(-10, 10, 101)
certain = torch.tensor([100.0])
plot_curve(
    logits.numpy(),
    {"one fake": [discriminator_loss(certain, logit[None]).item() for logit in logits]},
    xlabel="logit of the fake",
    ylabel="loss, nats",
    alt="Near 0 for logits under −3, bending upwards around 0 into a straight line of slope 1.",
)
