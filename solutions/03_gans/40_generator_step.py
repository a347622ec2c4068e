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
from torch import nn

from autograder import equal


def observe(generator_step, noise, dim, optimizer, old_gradient, steps, seed):
    torch.manual_seed(seed)
    maker = nn.Sequential(nn.Linear(noise.shape[1], 8), nn.Tanh(), nn.Linear(8, dim))
    judge = nn.Sequential(nn.Linear(dim, 8), nn.Tanh(), nn.Linear(8, 1), nn.Flatten(0))
    for weight in maker.parameters():
        weight.grad = torch.full_like(weight, old_gradient)
    rate = {"SGD": 0.3, "Adam": 0.05}[optimizer]
    adam = getattr(torch.optim, optimizer)(maker.parameters(), lr=rate)
    before = nn.utils.parameters_to_vector(judge.parameters()).clone()
    losses = []
    for _ in range(steps):
        loss = generator_step(maker, judge, adam, noise)
        losses.append(torch.as_tensor(loss).detach().reshape(()))
    moved = nn.utils.parameters_to_vector(judge.parameters()) - before
    return {
        "loss before each step": torch.stack(losses),
        "the generator's weights afterwards": nn.utils.parameters_to_vector(maker.parameters()),
        "the discriminator's weights moved": equal(bool(moved.any())),
        "the discriminator can go on learning": equal(
            all(weight.requires_grad for weight in judge.parameters())
        ),
        "both are in training mode": equal(maker.training and judge.training),
    }


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


# %% wrong "detached fakes"
# You cut the fakes off, so no gradient reaches the generator, and it never moves. Detach belongs
# in the *discriminator's* step.
def generator_step(generator, discriminator, optimizer, noise):
    loss = generator_loss(discriminator(generator(noise).detach()))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss


# %% wrong "the discriminator moves too"
# You let the discriminator learn from this loss as well, so it learns to call fakes real. Only the
# optimizer steps, and it holds the generator's weights.
def generator_step(generator, discriminator, optimizer, noise):
    other = torch.optim.SGD(discriminator.parameters(), lr=0.1)
    loss = generator_loss(discriminator(generator(noise)))
    optimizer.zero_grad()
    other.zero_grad()
    loss.backward()
    optimizer.step()
    other.step()
    return loss


# %% wrong "freezes the discriminator for good"
# You switch the discriminator's gradients off and leave them off: its next step will fail. Switch
# them on again, or leave them alone.
# + for weight in discriminator.parameters():
# +     weight.requires_grad_(False)
#   loss = generator_loss(discriminator(generator(noise)))

# %% wrong "gradients pile up"
# PyTorch adds new gradients to old ones, and you never clear them. Call `optimizer.zero_grad()`
# before `loss.backward()`.
# - optimizer.zero_grad()
#
# - return loss.detach()
# + return loss


# %% wrong "steps before backward"
# You take the step before the gradients of this loss are there, so it follows old ones. First
# `zero_grad`, then `backward`, then `step`.
def generator_step(generator, discriminator, optimizer, noise):
    loss = generator_loss(discriminator(generator(noise)))
    optimizer.step()
    optimizer.zero_grad()
    loss.backward()
    return loss


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


# %% wrong "climbs"
# You minimize *minus* the loss, so the fakes get worse with every step. The loss has its sign
# already.
def generator_step(generator, discriminator, optimizer, noise):
    loss = generator_loss(discriminator(generator(noise)))
    optimizer.zero_grad()
    (-loss).backward()
    optimizer.step()
    return loss


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
# + discriminator.eval()
#   loss = generator_loss(discriminator(generator(noise)))
#
# - return loss.detach()
# + return loss
