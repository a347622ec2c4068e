# %% [markdown]
# ## One step of the discriminator
#
# **Goal.** One update of the discriminator, and of *nothing else*.
#
# 1. Make fakes from the noise. They are exhibits here: no gradient may flow back into the
#    generator.
# 2. Compute `discriminator_loss` of the discriminator's logits for real and for fake.
# 3. Forget old gradients, compute new ones, take a step. In this order.
#
# | | type | |
# |---|---|---|
# | `generator`, `discriminator` | `nn.Module` | noise to samples; samples to logits |
# | `optimizer` | `torch.optim.Optimizer` | of the discriminator's weights |
# | `real` | float tensor, N×… | a batch of data |
# | `noise` | float tensor, N×latent | for the fakes |
# | result | float tensor without axes | the loss, as it was *before* the step |
#
# (Here `generator` is a network. A random generator is not needed.)
#
# By hand, with one weight: loss $(w - 3)^2$ at $w = 1$ has the gradient −4. A step of SGD with
# rate 0.1 makes $w = 1.4$. If a forgotten gradient of 10 was still there, it would have made
# $w = 0.4$: PyTorch *adds* new gradients to old ones.
#
# **Why it matters.** Here are the three classic bugs of GANs: fakes that are not detached,
# gradients that pile up, steps in the wrong order. None of them raises an error.

# %% exercise points=3 forbid="retouch.models retouch.recipes"
def discriminator_step(generator, discriminator, optimizer, real, noise):
    """One update of the discriminator alone.

    Args:
        generator: network from noise to samples; it is not changed, and gets no gradient.
        discriminator: network from samples to logits.
        optimizer: of the discriminator's weights.
        real: float tensor, a batch of data.
        noise: float tensor, the generator's input.

    Returns:
        The loss before the update.
    """
    ### BEGIN SOLUTION
    fake = generator(noise).detach()
    loss = discriminator_loss(discriminator(real), discriminator(fake))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.detach()
    ### END SOLUTION


# %% hint
# After your step, which weights may have changed? Which may have a gradient? What does
# `.backward()` do to a gradient that is there already?

# %% hint
# `tensor.detach()` cuts a tensor off from what made it. Then `optimizer.zero_grad()`,
# `loss.backward()`, `optimizer.step()`.

# %% hint
# `fake = generator(noise).detach()`, then `discriminator_loss` of `discriminator(real)` and
# `discriminator(fake)`; the three calls of the last hint in that order; return the loss.

# %% cases
import torch


def cases(rng):
    def values(*shape, mean=0.0):
        return torch.from_numpy(rng.normal(mean, 1, shape).astype("float32"))

    def case(n, latent, dim, optimizer, old, steps=1):
        return {
            "real": values(n, dim, mean=1.5),
            "noise": values(n, latent),
            "optimizer": optimizer,
            "old_gradient": old,
            "steps": steps,
            "seed": int(rng.integers(2**31)),
        }

    yield "one step of SGD", case(6, 3, 2, "SGD", 0.0)
    yield "gradients are left from before", case(5, 2, 3, "SGD", 1.5)
    yield "one step of Adam, old gradients", case(4, 2, 2, "Adam", -2.0)
    yield "three steps of SGD, one after the other", case(7, 4, 2, "SGD", 0.0, steps=3)


# %% observe
import torch
from torch import nn

from autograder import equal


def observe(discriminator_step, real, noise, optimizer, old_gradient, steps, seed):
    torch.manual_seed(seed)
    maker = nn.Sequential(nn.Linear(noise.shape[1], 8), nn.Tanh(), nn.Linear(8, real.shape[1]))
    judge = nn.Sequential(nn.Linear(real.shape[1], 8), nn.Tanh(), nn.Linear(8, 1), nn.Flatten(0))
    for weight in judge.parameters():
        weight.grad = torch.full_like(weight, old_gradient)
    rate = {"SGD": 0.3, "Adam": 0.05}[optimizer]
    adam = getattr(torch.optim, optimizer)(judge.parameters(), lr=rate)
    before = nn.utils.parameters_to_vector(maker.parameters()).clone()
    losses = []
    for _ in range(steps):
        loss = discriminator_step(maker, judge, adam, real, noise)
        losses.append(torch.as_tensor(loss).detach().reshape(()))
    moved = nn.utils.parameters_to_vector(maker.parameters()) - before
    reached = [weight.grad is not None and bool(weight.grad.any()) for weight in maker.parameters()]
    return {
        "loss before each step": torch.stack(losses),
        "the discriminator's weights afterwards": nn.utils.parameters_to_vector(judge.parameters()),
        "the generator's weights moved": equal(bool(moved.any())),
        "a gradient reached the generator": equal(any(reached)),
        "the discriminator can go on learning": equal(
            all(weight.requires_grad for weight in judge.parameters())
        ),
        "the generator can go on learning": equal(
            all(weight.requires_grad for weight in maker.parameters())
        ),
    }


# %% right "fakes without a graph"
def discriminator_step(generator, discriminator, optimizer, real, noise):
    optimizer.zero_grad()
    with torch.no_grad():
        fake = generator(noise)
    loss = -F.logsigmoid(discriminator(real)).mean() - F.logsigmoid(-discriminator(fake)).mean()
    loss.backward()
    optimizer.step()
    return loss


# %% right "two backward passes, which add up"
def discriminator_step(generator, discriminator, optimizer, real, noise):
    discriminator.zero_grad()
    on_real = F.softplus(-discriminator(real)).mean()
    on_real.backward()
    on_fake = F.softplus(discriminator(generator(noise).detach())).mean()
    on_fake.backward()
    optimizer.step()
    return on_real.item() + on_fake.item()


# %% right "gradients by autograd.grad"
def discriminator_step(generator, discriminator, optimizer, real, noise):
    weights = list(discriminator.parameters())
    logits = discriminator(torch.cat([real, generator(noise).data]))
    loss = discriminator_loss(logits[: len(real)], logits[len(real) :])
    for weight, gradient in zip(weights, torch.autograd.grad(loss, weights)):
        weight.grad = gradient
    optimizer.step()
    return loss


# %% wrong "no detach"
# The discriminator is right, but gradients flow through the fakes into the generator, where they
# wait for its next step. Cut the fakes off: `generator(noise).detach()`.
def discriminator_step(generator, discriminator, optimizer, real, noise):
    loss = discriminator_loss(discriminator(real), discriminator(generator(noise)))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss


# %% wrong "gradients pile up"
# PyTorch adds new gradients to old ones, and you never clear them. Call `optimizer.zero_grad()`
# before `loss.backward()`.
def discriminator_step(generator, discriminator, optimizer, real, noise):
    loss = discriminator_loss(discriminator(real), discriminator(generator(noise).detach()))
    loss.backward()
    optimizer.step()
    return loss


# %% wrong "steps before backward"
# You take the step before the gradients of this loss are there, so it follows old ones. First
# `zero_grad`, then `backward`, then `step`.
def discriminator_step(generator, discriminator, optimizer, real, noise):
    loss = discriminator_loss(discriminator(real), discriminator(generator(noise).detach()))
    optimizer.step()
    optimizer.zero_grad()
    loss.backward()
    return loss


# %% wrong "clears the gradients too late"
# You clear the gradients between `backward` and `step`, so there is nothing left to follow. Clear
# them before `backward`.
#   loss.backward()
# + for weight in discriminator.parameters():
# +     weight.grad.zero_()

# %% wrong "learns from real points only"
# The discriminator never sees a fake, so it learns to call everything real. The loss needs both.
# - fake = generator(noise).detach()
# - loss = discriminator_loss(discriminator(real), discriminator(fake))
# + loss = F.softplus(-discriminator(real)).mean()

# %% wrong "cuts off the logits"
# You detach the discriminator's *logits* of the fakes, so it learns nothing from them. Detach the
# fakes, before they go in.
# - fake = generator(noise).detach()
# - loss = discriminator_loss(discriminator(real), discriminator(fake))
# + loss = discriminator_loss(discriminator(real), discriminator(generator(noise)).detach())

# %% wrong "real and fake swapped"
# You gave the fakes first, so the discriminator learns to call them real. `discriminator_loss`
# takes the real logits first.
# - fake = generator(noise).detach()
# - loss = discriminator_loss(discriminator(real), discriminator(fake))
# + loss = discriminator_loss(discriminator(generator(noise).detach()), discriminator(real))

# %% wrong "climbs"
# You minimize *minus* the loss, so the discriminator gets worse with every step. The loss has its
# sign already.
# - fake = generator(noise).detach()
# - loss = discriminator_loss(discriminator(real), discriminator(fake))
# + loss = discriminator_loss(discriminator(real), discriminator(generator(noise).detach()))
# - loss.backward()
# + (-loss).backward()

# %% wrong "the loss after the step"
# The step is right, but you return the loss of the *new* discriminator. Return the one that you
# took the step with.
# - return loss.detach()
# + return discriminator_loss(discriminator(real), discriminator(fake))

# %% wrong "the generator's loss"
# You asked how well the fakes deceive, which is the *generator's* loss. The discriminator has
# `discriminator_loss`.
# - fake = generator(noise).detach()
# - loss = discriminator_loss(discriminator(real), discriminator(fake))
# + loss = F.softplus(-discriminator(generator(noise).detach())).mean()

# %% wrong "freezes the generator for good"
# You switch the generator's gradients off, and leave them off, so it can never learn again. Detach
# the fakes instead.
# - fake = generator(noise).detach()
# - loss = discriminator_loss(discriminator(real), discriminator(fake))
# + for weight in generator.parameters():
# +     weight.requires_grad_(False)
# + loss = discriminator_loss(discriminator(real), discriminator(generator(noise)))


# %% wrong "takes two steps"
# You step once for the real points and once for the fakes. One update follows the sum of the two.
def discriminator_step(generator, discriminator, optimizer, real, noise):
    total = 0
    fake = generator(noise).detach()
    for loss in (
        lambda: F.softplus(-discriminator(real)).mean(),
        lambda: F.softplus(discriminator(fake)).mean(),
    ):
        optimizer.zero_grad()
        value = loss()
        value.backward()
        optimizer.step()
        total = total + value.detach()
    return total
