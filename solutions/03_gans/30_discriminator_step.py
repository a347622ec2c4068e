# %% [markdown]
# ## One step of the discriminator
#
# **Goal.** One update of the discriminator, and of *nothing else*.
#
# 1. Make fakes from the noise. They are exhibits here: no gradient may flow back into the
#    generator, and those that its weights hold from before stay as they are.
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
        generator: network from noise to samples; it is not changed, nor are its gradients.
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
import torch.nn.functional as F
from torch import nn
from torch.nn.utils import parameters_to_vector


def observe(discriminator_step, real, noise, optimizer, old_gradient, steps, seed):
    torch.manual_seed(seed)
    maker = nn.Sequential(nn.Linear(noise.shape[1], 8), nn.Tanh(), nn.Linear(8, real.shape[1]))
    judge = nn.Sequential(nn.Linear(real.shape[1], 8), nn.Tanh(), nn.Linear(8, 1), nn.Flatten(0))
    for weight in judge.parameters():
        weight.grad = torch.full_like(weight, old_gradient)
    for weight in maker.parameters():
        weight.grad = torch.randn_like(weight)
    rate = {"SGD": 0.3, "Adam": 0.05}[optimizer]
    its = getattr(torch.optim, optimizer)(judge.parameters(), lr=rate)
    losses = []
    for _ in range(steps):
        loss = discriminator_step(maker, judge, its, real, noise)
        losses.append(torch.as_tensor(loss).detach().reshape(()))
    return {
        "loss before each step": torch.stack(losses),
        "the discriminator's weights afterwards": parameters_to_vector(judge.parameters()),
        "the generator's weights afterwards": parameters_to_vector(maker.parameters()),
        "the generator's gradients afterwards": _gradients(maker),
        "gradients of both in a next step, with dropout": _next_step(maker, judge, noise, seed),
    }


def _next_step(maker, judge, noise, seed):
    """What a frozen network, or one that was left in evaluation mode, would not give."""
    torch.manual_seed(seed)
    for weight in [*maker.parameters(), *judge.parameters()]:
        weight.grad = None
    fake = F.dropout(maker(noise), 0.5, maker.training)
    logits = F.dropout(judge(fake), 0.5, judge.training)
    if logits.requires_grad:
        logits.sum().backward()
    return torch.cat([_gradients(maker), _gradients(judge)])


def _gradients(network):
    weights = list(network.parameters())
    return torch.cat([(0 * w if w.grad is None else w.grad).detach().flatten() for w in weights])


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
# - fake = generator(noise).detach()
# + fake = generator(noise)

# %% wrong "gradients pile up"
# PyTorch adds new gradients to old ones, and you never clear them. Call `optimizer.zero_grad()`
# before `loss.backward()`.
# - optimizer.zero_grad()

# %% wrong "steps before backward" raises="modified by an inplace operation"
# You take a step before `backward`: it follows old gradients, and changes weights that `backward`
# still needs as they were. First `zero_grad`, then `backward`, then `step`.
# - optimizer.zero_grad()
# - loss.backward()
# - optimizer.step()
# + optimizer.step()
# + optimizer.zero_grad()
# + loss.backward()

# %% wrong "nothing to follow"
# The discriminator stays as it was: `step` is missing, or finds no gradients, as they were never
# computed or were cleared again. First `zero_grad`, then `backward`, then `step`.
#   loss.backward()
# + optimizer.zero_grad()

# %% wrong "learns from real points only"
# The discriminator never sees a fake, so it learns to call everything real. The loss needs both.
# - loss = discriminator_loss(discriminator(real), discriminator(fake))
# + loss = F.softplus(-discriminator(real)).mean()

# %% wrong "learns from fakes only"
# The discriminator never sees a real point, so it learns to call everything fake. The loss needs
# both.
# - loss = discriminator_loss(discriminator(real), discriminator(fake))
# + loss = F.softplus(discriminator(fake)).mean()

# %% wrong "cuts off the logits"
# You detach the discriminator's *logits* of the fakes, so it learns nothing from them. Detach the
# fakes, before they go in.
# - loss = discriminator_loss(discriminator(real), discriminator(fake))
# + loss = discriminator_loss(discriminator(real), discriminator(fake).detach())

# %% wrong "real and fake swapped"
# The discriminator learns to call fakes real, and real points fake. `discriminator_loss` takes the
# real logits first.
# - loss = discriminator_loss(discriminator(real), discriminator(fake))
# + loss = discriminator_loss(discriminator(fake), discriminator(real))

# %% wrong "real points for fakes"
# You give the real points as fakes, too, so the two halves of the loss contradict each other. The
# fakes are the generator's.
# - loss = discriminator_loss(discriminator(real), discriminator(fake))
# + loss = discriminator_loss(discriminator(real), discriminator(real))

# %% wrong "climbs"
# You minimize *minus* the loss, so the discriminator gets worse with every step. The loss has its
# sign already.
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
# - loss = discriminator_loss(discriminator(real), discriminator(fake))
# + loss = F.softplus(-discriminator(fake)).mean()

# %% wrong "freezes the generator for good"
# You switch the generator's gradients off, and leave them off, so it can never learn again. Detach
# the fakes instead.
# - fake = generator(noise).detach()
# + fake = generator.requires_grad_(False)(noise)

# %% wrong "the generator in evaluation mode"
# You switch the generator to `.eval()`, and it stays so: its dropout and batch normalization are
# off from now on. Leave its mode alone.
# - fake = generator(noise).detach()
# + fake = generator.eval()(noise).detach()


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


# %% equivalent "a loss may come with its graph"
# - return loss.detach()
# + return loss

# %% accepted "gradients pile up"
# - optimizer.zero_grad()
# + optimizer
# - optimizer.zero_grad()
# + pass

# %% accepted "no detach"
# - fake = generator(noise).detach()
# + fake = generator(noise)

# %% accepted "real and fake swapped"
# - loss = discriminator_loss(discriminator(real), discriminator(fake))
# + loss = discriminator_loss(discriminator(fake), discriminator(real))

# %% accepted "nothing to follow"
# - loss.backward()
# + pass
# - loss.backward()
# + loss
# - optimizer.step()
# + pass
# - optimizer.step()
# + optimizer
