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

    def case(real, fake):
        return {"real_logits": real, "fake_logits": fake}

    # Not at 0 itself, where formulas that are right have a bend, and no slope that all agree on.
    yield "it knows hardly anything", case(logits(3, 0.2, 0.1), logits(5, -0.2, 0.1))
    yield "it is rather good", case(logits(7, 1.5), logits(4, -2.0))
    yield (
        "it is rather wrong (float64)",
        case(logits(3, -1.0).double(), logits(6, 2.0).double()),
    )
    yield "it is very sure, and right", case(logits(4, 100, 5), logits(4, -100, 5))
    yield "it is very sure, and wrong", case(logits(3, -200, 5), logits(5, 300, 5))


# %% observe
import torch


def observe(discriminator_loss, real_logits, fake_logits):
    real, fake = (logits.clone().requires_grad_() for logits in (real_logits, fake_logits))
    loss = discriminator_loss(real, fake)
    slopes = [None, None]
    if getattr(loss, "requires_grad", False):
        slopes = torch.autograd.grad(loss.sum(), (real, fake), allow_unused=True)
    slopes = [torch.zeros(3) if slope is None else slope for slope in slopes]
    return {
        "loss": loss,
        "slope for the real logits": slopes[0],
        "slope for the fakes": slopes[1],
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


# %% right "by hand, without overflow"
def discriminator_loss(real_logits, fake_logits):
    def bce(logits, label):
        return logits.clamp(min=0) - logits * label + torch.log1p(torch.exp(-logits.abs()))

    return bce(real_logits, 1).mean() + bce(fake_logits, 0).mean()


# %% wrong "labels swapped"
# You reward calling fakes real. Real points have the label 1, fakes 0.
# - real = F.binary_cross_entropy_with_logits(real_logits, torch.ones_like(real_logits))
# - fake = F.binary_cross_entropy_with_logits(fake_logits, torch.zeros_like(fake_logits))
# + real = F.binary_cross_entropy_with_logits(real_logits, torch.zeros_like(real_logits))
# + fake = F.binary_cross_entropy_with_logits(fake_logits, torch.ones_like(fake_logits))

# %% wrong "everything is real"
# Your loss rewards calling fakes real, as if they had the label 1. They have the label 0.
# - fake = F.binary_cross_entropy_with_logits(fake_logits, torch.zeros_like(fake_logits))
# + fake = F.binary_cross_entropy_with_logits(fake_logits, torch.ones_like(fake_logits))

# %% wrong "everything is fake"
# Your loss rewards calling real points fake, as if they had the label 0. They have the label 1.
# - real = F.binary_cross_entropy_with_logits(real_logits, torch.ones_like(real_logits))
# + real = F.binary_cross_entropy_with_logits(real_logits, torch.zeros_like(real_logits))

# %% wrong "the logarithm of a sigmoid"
# Where the sigmoid is 0 in a computer, its logarithm is −∞, and the slopes are no numbers. Use
# `F.logsigmoid`, or a loss "with logits".
# - real = F.binary_cross_entropy_with_logits(real_logits, torch.ones_like(real_logits))
# - fake = F.binary_cross_entropy_with_logits(fake_logits, torch.zeros_like(fake_logits))
# + real = -torch.log(torch.sigmoid(real_logits)).mean()
# + fake = -torch.log(1 - torch.sigmoid(fake_logits)).mean()

# %% wrong "a small number in the logarithm"
# A small number in the logarithm prevents −∞, but caps the loss (at 18 for 1e-8) and kills the
# slope just where the discriminator is most wrong. Use `F.logsigmoid`, or a loss "with logits".
# - real = F.binary_cross_entropy_with_logits(real_logits, torch.ones_like(real_logits))
# - fake = F.binary_cross_entropy_with_logits(fake_logits, torch.zeros_like(fake_logits))
# + real = -torch.log(torch.sigmoid(real_logits) + 1e-8).mean()
# + fake = -torch.log(1 - torch.sigmoid(fake_logits) + 1e-8).mean()

# %% wrong "cross-entropy of probabilities"
# `F.binary_cross_entropy` of a sigmoid is capped at 100, and its slope is lost there. Give the
# logits to `F.binary_cross_entropy_with_logits`.
# - real = F.binary_cross_entropy_with_logits(real_logits, torch.ones_like(real_logits))
# - fake = F.binary_cross_entropy_with_logits(fake_logits, torch.zeros_like(fake_logits))
# + real = F.binary_cross_entropy(real_logits.sigmoid(), torch.ones_like(real_logits))
# + fake = F.binary_cross_entropy(fake_logits.sigmoid(), torch.zeros_like(fake_logits))

# %% wrong "two sigmoids"
# You take the sigmoid, and the loss "with logits" takes another one. Give it the logits as they
# are.
# - real = F.binary_cross_entropy_with_logits(real_logits, torch.ones_like(real_logits))
# - fake = F.binary_cross_entropy_with_logits(fake_logits, torch.zeros_like(fake_logits))
# + real = F.binary_cross_entropy_with_logits(real_logits.sigmoid(), torch.ones_like(real_logits))
# + fake = F.binary_cross_entropy_with_logits(fake_logits.sigmoid(), torch.zeros_like(fake_logits))

# %% wrong "sums"
# You add the losses of all points, so the loss grows with the batch. Each group has a mean.
# - real = F.binary_cross_entropy_with_logits(real_logits, torch.ones_like(real_logits))
# - fake = F.binary_cross_entropy_with_logits(fake_logits, torch.zeros_like(fake_logits))
# + real, fake = F.softplus(-real_logits).sum(), F.softplus(fake_logits).sum()

# %% wrong "one mean over both groups"
# You take one mean over all N + M points. Each group has a mean of its own, and the two are added.
# - return real + fake
# + return torch.cat([F.softplus(-real_logits), F.softplus(fake_logits)]).mean()

# %% wrong "half of it"
# You divide the sum of the two means by two. Many programs do, but the formula does not.
# - return real + fake
# + return (real + fake) / 2

# %% wrong "real points only"
# The fakes are missing: calling everything real costs nothing. Add their mean, with label 0.
# - return real + fake
# + return real

# %% wrong "fakes only"
# The real points are missing: calling everything fake costs nothing. Add their mean, with label 1.
# - return real + fake
# + return fake

# %% wrong "a difference"
# You subtract the loss of the fakes, so being wrong about them is a gain. Add the two.
# - return real + fake
# + return real - fake

# %% wrong "the sign"
# Your loss is negative: it is what the discriminator *maximizes*. A loss is minimized, so change
# the sign.
# - return real + fake
# + return -real - fake

# %% wrong "a Python number"
# The value is right, but `.item()` or `float()` cuts it off from the network, so nothing can be
# learned from it. Return the tensor.
# - return real + fake
# + return (real + fake).item()

# %% wrong "cut off from the logits"
# The value is right, but the tensor is cut off from the logits (by `.item()`, `.detach()`,
# `torch.tensor` or `no_grad`), so nothing can be learned from it.
# - return real + fake
# + return (real + fake).detach()

# %% equivalent "labels have only the shape of the logits"
# - real = F.binary_cross_entropy_with_logits(real_logits, torch.ones_like(real_logits))
# + real = F.binary_cross_entropy_with_logits(real_logits, torch.ones_like(-real_logits))
# - fake = F.binary_cross_entropy_with_logits(fake_logits, torch.zeros_like(fake_logits))
# + fake = F.binary_cross_entropy_with_logits(fake_logits, torch.zeros_like(-fake_logits))

# %% accepted "everything is fake"
# - real = F.binary_cross_entropy_with_logits(real_logits, torch.ones_like(real_logits))
# + real = F.binary_cross_entropy_with_logits(-real_logits, torch.ones_like(real_logits))
# - real = F.binary_cross_entropy_with_logits(real_logits, torch.ones_like(real_logits))
# + real = F.binary_cross_entropy_with_logits(real_logits, torch.zeros_like(real_logits))

# %% accepted "everything is real"
# - fake = F.binary_cross_entropy_with_logits(fake_logits, torch.zeros_like(fake_logits))
# + fake = F.binary_cross_entropy_with_logits(-fake_logits, torch.zeros_like(fake_logits))
# - fake = F.binary_cross_entropy_with_logits(fake_logits, torch.zeros_like(fake_logits))
# + fake = F.binary_cross_entropy_with_logits(fake_logits, torch.ones_like(fake_logits))

# %% accepted "real points only"
# - return real + fake
# + return real

# %% accepted "a difference"
# - return real + fake
# + return real - fake

# %% accepted "fakes only"
# - return real + fake
# + return fake


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
