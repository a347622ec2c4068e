# %% [markdown]
# ## One step of the generator
#
# **Goal.** One update of the generator, and of nothing else.
#
# Now the gradient has to flow *through* the discriminator into the generator: the discriminator
# says in which direction each fake would look more real. So nothing is detached here. It is the
# optimizer that decides who moves: it holds the generator's weights only.
#
# | | type | |
# |---|---|---|
# | `generator`, `discriminator` | `nn.Module` | noise to samples; samples to logits |
# | `optimizer` | `torch.optim.Optimizer` | of the generator's weights |
# | `noise` | float tensor, N×latent | for the fakes |
# | result | float tensor without axes | the loss, as it was before the step |
#
# On its way, `.backward()` leaves gradients in the discriminator, too. They do no harm *if* the
# discriminator's own step clears them first: yours does.
#
# **Why it matters.** This is all that a generator ever learns from. It never sees a real point! It
# only hears, from the discriminator, how its own could be more like one.

# %% exercise points=2 forbid="retouch.models retouch.recipes"
def generator_step(generator, discriminator, optimizer, noise):
    """One update of the generator alone.

    Args:
        generator: network from noise to samples.
        discriminator: network from samples to logits; its weights are not changed.
        optimizer: of the generator's weights.
        noise: float tensor, the generator's input.

    Returns:
        The loss before the update.
    """
    ### BEGIN SOLUTION
    loss = generator_loss(discriminator(generator(noise)))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.detach()
    ### END SOLUTION


# %% hint
# If you detach the fakes here, as in the step before: what reaches the generator?

# %% hint
# `generator_loss` of the discriminator's logits for `generator(noise)`. Then `zero_grad`,
# `backward`, `step`.

# %% hint
# `loss = generator_loss(discriminator(generator(noise)))`, then the optimizer's `zero_grad()`,
# `loss.backward()`, the optimizer's `step()`, and return the loss.

# %% cases
import torch


def cases(rng):
    def values(*shape):
        return torch.from_numpy(rng.normal(0, 1, shape).astype("float32"))

    def case(n, latent, dim, optimizer, old, steps=1):
        return {
            "noise": values(n, latent),
            "dim": dim,
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


def observe(generator_step, noise, dim, optimizer, old_gradient, steps, seed):
    torch.manual_seed(seed)
    maker = nn.Sequential(nn.Linear(noise.shape[1], 8), nn.Tanh(), nn.Linear(8, dim))
    judge = nn.Sequential(nn.Linear(dim, 8), nn.Tanh(), nn.Linear(8, 1), nn.Flatten(0))
    for weight in maker.parameters():
        weight.grad = torch.full_like(weight, old_gradient)
    rate = {"SGD": 0.3, "Adam": 0.05}[optimizer]
    its = getattr(torch.optim, optimizer)(maker.parameters(), lr=rate)
    losses = []
    for _ in range(steps):
        loss = generator_step(maker, judge, its, noise)
        losses.append(torch.as_tensor(loss).detach().reshape(()))
    return {
        "loss before each step": torch.stack(losses),
        "the generator's weights afterwards": parameters_to_vector(maker.parameters()),
        "the discriminator's weights afterwards": parameters_to_vector(judge.parameters()),
        "gradients of both in a next step, with dropout": _next_step(maker, judge, noise, seed),
    }


def _next_step(maker, judge, noise, seed):
    """What a frozen network, or one that was left in evaluation mode, would not give."""
    torch.manual_seed(seed)
    weights = [*maker.parameters(), *judge.parameters()]
    for weight in weights:
        weight.grad = None
    fake = F.dropout(maker(noise), 0.5, maker.training)
    logits = F.dropout(judge(fake), 0.5, judge.training)
    if logits.requires_grad:
        logits.sum().backward()
    return torch.cat([(0 * w if w.grad is None else w.grad).detach().flatten() for w in weights])


# %% right "clears first, with a loss of its own"
def generator_step(generator, discriminator, optimizer, noise):
    optimizer.zero_grad(set_to_none=False)
    loss = F.softplus(-discriminator(generator(noise))).mean()
    loss.backward()
    optimizer.step()
    return loss


# %% right "freezes the discriminator for the time being"
def generator_step(generator, discriminator, optimizer, noise):
    for weight in discriminator.parameters():
        weight.requires_grad_(False)
    loss = generator_loss(discriminator(generator(noise)))
    generator.zero_grad()
    loss.backward()
    optimizer.step()
    for weight in discriminator.parameters():
        weight.requires_grad_(True)
    return loss.item()


# %% right "gradients for the generator only"
def generator_step(generator, discriminator, optimizer, noise):
    weights = list(generator.parameters())
    loss = generator_loss(discriminator(generator(noise)))
    for weight, gradient in zip(weights, torch.autograd.grad(loss, weights)):
        weight.grad = gradient
    optimizer.step()
    return loss


# %% wrong "nothing to follow"
# The generator stays as it was: `step` is missing, or finds no gradients, as none came through (was
# something detached?) or they were cleared again. `zero_grad`, then `backward`, then `step`.
# - loss = generator_loss(discriminator(generator(noise)))
# + loss = generator_loss(discriminator(generator(noise).detach()))

# %% wrong "the discriminator moves too"
# You let the discriminator learn from this loss as well, so it learns to call fakes real. Only the
# optimizer steps, and it holds the generator's weights.
# - optimizer.zero_grad()
# + other = torch.optim.SGD(discriminator.parameters(), lr=0.1)
# + optimizer.zero_grad()
# + other.zero_grad()
# - optimizer.step()
# + optimizer.step()
# + other.step()

# %% wrong "freezes the discriminator for good"
# You switch the discriminator's gradients off and leave them off: its next step will fail. Switch
# them on again, or leave them alone.
# - loss = generator_loss(discriminator(generator(noise)))
# + loss = generator_loss(discriminator.requires_grad_(False)(generator(noise)))

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

# %% wrong "saturating"
# You minimize log(1 − σ), which has hardly a slope while fakes are recognised. Use
# `generator_loss`.
# - loss = generator_loss(discriminator(generator(noise)))
# + loss = F.logsigmoid(-discriminator(generator(noise))).mean()

# %% wrong "helps the discriminator"
# You minimize the discriminator's loss of the fakes, so they get easier to recognise. The
# generator's label for them is 1.
# - loss = generator_loss(discriminator(generator(noise)))
# + loss = F.softplus(discriminator(generator(noise))).mean()

# %% wrong "the mean logit"
# You maximize the mean logit, which belongs to a critic without probabilities, later in this unit.
# Use `generator_loss`.
# - loss = generator_loss(discriminator(generator(noise)))
# + loss = -discriminator(generator(noise)).mean()

# %% wrong "climbs"
# You minimize *minus* the loss, so the fakes get worse with every step. The loss has its sign
# already.
# - loss.backward()
# + (-loss).backward()

# %% wrong "the loss after the step"
# The step is right, but you return the loss of the *new* generator. Return the one that you took
# the step with.
# - return loss.detach()
# + return generator_loss(discriminator(generator(noise)))

# %% wrong "noise of its own"
# You draw fresh noise and ignore what you were given, so nobody can repeat the step. Use `noise`.
# - loss = generator_loss(discriminator(generator(noise)))
# + loss = generator_loss(discriminator(generator(torch.randn_like(noise))))

# %% wrong "leaves the discriminator in evaluation mode"
# You switch the discriminator to `.eval()`, and it stays so: its dropout and batch normalization
# are off from now on. Leave its mode alone.
# - loss = generator_loss(discriminator(generator(noise)))
# + loss = generator_loss(discriminator.eval()(generator(noise)))

# %% equivalent "a loss may come with its graph"
# - return loss.detach()
# + return loss

# %% accepted "gradients pile up"
# - optimizer.zero_grad()
# + optimizer
# - optimizer.zero_grad()
# + pass

# %% accepted "nothing to follow"
# - loss.backward()
# + pass
# - loss.backward()
# + loss
# - optimizer.step()
# + pass
# - optimizer.step()
# + optimizer
