# %% [markdown]
# ## Is the way smooth?
#
# **Goal.** Walk a very short step in the latent space, and measure how much the picture changes.
#
# For each pair of latents $z_1, z_2$ and a position $t$ between them:
#
# $$\ell = \frac{1}{\varepsilon^2}\; d\bigl(G(\text{slerp}(z_1, z_2; t)),\
#   G(\text{slerp}(z_1, z_2; t + \varepsilon))\bigr)$$
#
# **Slerp** follows the great arc from one to the other, instead of the chord through the middle:
# with $\Omega$ the *angle* between the two,
#
# $$\text{slerp}(z_1, z_2; t) = \frac{\sin((1 - t)\,\Omega)}{\sin \Omega}\, z_1
#   + \frac{\sin(t\,\Omega)}{\sin \Omega}\, z_2
#   \qquad \cos \Omega = \frac{z_1 \cdot z_2}{\lVert z_1 \rVert \lVert z_2 \rVert}$$
#
# | | type | shape | values |
# |---|---|---|---|
# | `generator` | function | N×D → pictures | takes latents of the type that `start` has |
# | `distance` | function | two batches of pictures → N | *quadratic* in a small change |
# | `start`, `end` | float tensors | N×D | of any length, not parallel |
# | `position` | float tensor | N | 0 … 1 |
# | `epsilon` | `float` | | small |
# | result | float tensor | N | 0 or more, without gradients |
#
# By hand, for the generator that returns its latents, and squared distance: $z_1 = (1, 0)$ and
# $z_2 = (0, 1)$ are a right angle apart. Wherever you are, a step $\varepsilon$ goes
# $\varepsilon\,\pi/2$ along the circle: $\ell = (\pi/2)^2 = 2.467$.
#
# **Why slerp?** In 100 dimensions nearly all of a Gaussian lies on a shell of radius 10. The middle
# of a chord has radius 7: no training ever went there. **Why $\varepsilon^2$?** The distance is
# quadratic, a half step is a quarter of the distance. Divided by $\varepsilon^2$, the result does
# not depend on the step.
#
# **Why it matters.** A generator that has learned its pictures by heart has to jump somewhere on
# the way from one to the next.

# %% exercise points=2 forbid="retouch.metrics torchmetrics"
def path_length(generator, distance, start, end, position, epsilon=1e-4):
    """Perceptual path length of each pair: the distance of a step along the arc, over epsilon².

    Args:
        generator: function from latents N×D to images.
        distance: function from two batches of images to one value per pair.
        start, end: float tensors N×D.
        position: float tensor of N numbers in [0, 1].
        epsilon: the step, as a part of the whole path.

    Returns:
        A float tensor of N numbers, without gradients.
    """
    ### BEGIN SOLUTION
    cosine = F.cosine_similarity(start, end, dim=1)
    angle = torch.acos(cosine.clamp(-1, 1))[:, None]

    def slerp(t):
        t = t[:, None]
        first, second = torch.sin((1 - t) * angle), torch.sin(t * angle)
        return (first * start + second * end) / torch.sin(angle)

    with torch.no_grad():
        here, there = generator(slerp(position)), generator(slerp(position + epsilon))
        return distance(here, there) / epsilon**2
    ### END SOLUTION


# %% hint
# How many times do you call the generator? And of which shape is the angle?

# %% hint
# `F.cosine_similarity(start, end, dim=1)` and `torch.acos`. With `[:, None]`, N numbers become
# N×1, which goes with N×D. `with torch.no_grad():` around the calls.

# %% hint
# `slerp(t)` returns `(sin((1 - t) * angle) * start + sin(t * angle) * end) / sin(angle)`. Then
# `distance(generator(slerp(position)), generator(slerp(position + epsilon))) / epsilon**2`.

# %% cases
import numpy as np
import torch


def cases(rng):
    def case(n, d, pixels, epsilon, spread=1.0, dtype="float64", position=None):
        tensors = {
            "start": rng.normal(0, 1, (n, d)) * spread,
            "end": rng.normal(0, 1, (n, d)) * (2 * spread),
            "position": rng.uniform(0.1, 0.9, n) if position is None else np.full(n, position),
            "matrix": rng.normal(0, 1, (d, pixels)) / (3 * spread),
        }
        tensors = {name: torch.from_numpy(value.astype(dtype)) for name, value in tensors.items()}
        return {**tensors, "epsilon": epsilon}

    yield "three pairs", case(3, 5, 7, 1e-4)
    yield "a larger step", case(2, 4, 6, 0.05)
    yield "a larger step (float32)", case(4, 6, 5, 0.03, dtype="float32")
    yield "short latents, at the start", case(3, 4, 3, 0.02, spread=0.1, position=0.0)
    yield "half of the path in one step", case(3, 4, 5, 0.5, position=0.2)
    yield "at the end", case(2, 3, 4, 0.02, position=0.98)


# %% observe
import torch

from autograder import close


def observe(path_length, start, end, position, matrix, epsilon):
    calls = []
    matrix = matrix.clone().requires_grad_()

    def generator(latents):
        calls.append(tuple(latents.shape))
        return torch.tanh(latents @ matrix)[:, None, :, None]

    def distance(images, others):
        return (images - others).square().sum(dim=(1, 2, 3))

    lengths = path_length(generator, distance, start, end, position, epsilon)
    return {
        "lengths": close(lengths.detach(), rtol=2e-3, atol=1e-6),
        "carries gradients": lengths.requires_grad,
        "pictures generated": sum(shape[0] for shape in calls),
    }


# %% right "along an orthogonal pair of axes"
def path_length(generator, distance, start, end, position, epsilon=1e-4):
    long1, long2 = start.norm(dim=1, keepdim=True), end.norm(dim=1, keepdim=True)
    a, b = start / long1, end / long2
    side = b - (a * b).sum(1, keepdim=True) * a
    angle = torch.atan2(side.norm(dim=1, keepdim=True), (a * b).sum(1, keepdim=True))

    def point(t):
        t = t[:, None]
        w2 = torch.sin(t * angle) / torch.sin(angle)
        w1 = torch.cos(t * angle) - w2 * torch.cos(angle)
        return w1 * start + w2 * end

    with torch.no_grad():
        pictures = [generator(point(position + step)) for step in (0, epsilon)]
        return distance(*pictures) / (epsilon * epsilon)


# %% right "both ends in one batch"
def path_length(generator, distance, start, end, position, epsilon=1e-4):
    n = len(start)
    t = torch.cat([position, position + epsilon])[:, None]
    z1, z2 = start.repeat(2, 1), end.repeat(2, 1)
    omega = torch.acos((F.normalize(z1) * F.normalize(z2)).sum(1, keepdim=True))
    z = (torch.sin((1 - t) * omega) * z1 + torch.sin(t * omega) * z2) / torch.sin(omega)
    images = generator(z).detach()
    return distance(images[:n], images[n:]) / epsilon**2


# %% wrong "straight line" of "angle of latents that are not normalized"
# You walk along the chord, where no Gaussian latent lies. Follow the arc: slerp.
# - angle = torch.acos((start * end).sum(1).clamp(-0.999, 0.999))[:, None]
#
# - return (torch.sin((1 - t) * angle) * start + torch.sin(t * angle) * end) / torch.sin(angle)
# + return (1 - t) * start + t * end

# %% wrong "straight line, brought back to the shell" of "angle of latents that are not normalized"
# You walk along the chord and scale the point to the ends' length. That is on the arc, but not at
# the right place: the middle of the chord is passed faster.
# - angle = torch.acos((start * end).sum(1).clamp(-0.999, 0.999))[:, None]
#
# - return (torch.sin((1 - t) * angle) * start + torch.sin(t * angle) * end) / torch.sin(angle)
# + size = (1 - t) * start.norm(dim=1, keepdim=True) + t * end.norm(dim=1, keepdim=True)
# + return F.normalize((1 - t) * start + t * end) * size


# %% wrong "divided by epsilon"
# You divide by ε. The distance is quadratic in the step, so divide by ε².
def path_length(generator, distance, start, end, position, epsilon=1e-4):
    angle = torch.acos(F.cosine_similarity(start, end, dim=1))[:, None]

    def between(t):
        t = t[:, None]
        return (torch.sin((1 - t) * angle) * start + torch.sin(t * angle) * end) / torch.sin(angle)

    with torch.no_grad():
        here, there = generator(between(position)), generator(between(position + epsilon))
        return distance(here, there) / epsilon


# %% wrong "not divided" of "divided by epsilon"
# The distance of a tiny step is tiny. Divide it by ε².
# - return distance(here, there) / epsilon
# + return distance(here, there)

# %% wrong "multiplied by epsilon squared" of "divided by epsilon"
# You multiply by ε². Divide.
# - return distance(here, there) / epsilon
# + return distance(here, there) * epsilon**2

# %% wrong "a root at the end" of "divided by epsilon"
# You take the root of the distance and divide by ε: a speed. Here it is the squared speed, as the
# distance gives it.
# - return distance(here, there) / epsilon
# + return distance(here, there).sqrt() / epsilon


# %% wrong "angle of latents that are not normalized"
# The cosine of the angle is the inner product of latents of length 1. Divide by both lengths.
def path_length(generator, distance, start, end, position, epsilon=1e-4):
    angle = torch.acos((start * end).sum(1).clamp(-0.999, 0.999))[:, None]

    def between(t):
        t = t[:, None]
        return (torch.sin((1 - t) * angle) * start + torch.sin(t * angle) * end) / torch.sin(angle)

    with torch.no_grad():
        here, there = generator(between(position)), generator(between(position + epsilon))
        return distance(here, there) / epsilon**2


# %% wrong "result on the unit sphere" of "from the end to the start"
# You scale the ends to length 1 and stay there. The *angle* is that of the directions, but the
# latents themselves are mixed as they are.
# - return (torch.sin((1 - t) * angle) * end + torch.sin(t * angle) * start) / torch.sin(angle)
# + return (
# +     torch.sin((1 - t) * angle) * F.normalize(start)
# +     + torch.sin(t * angle) * F.normalize(end)
# + ) / torch.sin(angle)

# %% wrong "cosine for the angle" of "angle of latents that are not normalized"
# You take the cosine for the angle. `torch.acos` makes an angle of it.
# - angle = torch.acos((start * end).sum(1).clamp(-0.999, 0.999))[:, None]
# + angle = F.cosine_similarity(start, end, dim=1)[:, None]

# %% wrong "angle in degrees" of "angle of latents that are not normalized"
# Your angle is in degrees, but `torch.sin` wants radians.
# - angle = torch.acos((start * end).sum(1).clamp(-0.999, 0.999))[:, None]
# + angle = torch.rad2deg(torch.acos(F.cosine_similarity(start, end, dim=1)))[:, None]

# %% wrong "one angle for the batch" of "angle of latents that are not normalized"
# You take the cosine of the whole batch, all pairs in one vector. Each pair has its own
# angle: `dim=1`.
# - angle = torch.acos((start * end).sum(1).clamp(-0.999, 0.999))[:, None]
# + cosine = F.cosine_similarity(start.flatten(), end.flatten(), dim=0)
# + angle = torch.acos(cosine).expand(len(start), 1)


# %% wrong "from the end to the start"
# Your weights are swapped: at position 0 you are at `end`.
def path_length(generator, distance, start, end, position, epsilon=1e-4):
    angle = torch.acos(F.cosine_similarity(start, end, dim=1))[:, None]

    def between(t):
        t = t[:, None]
        return (torch.sin((1 - t) * angle) * end + torch.sin(t * angle) * start) / torch.sin(angle)

    with torch.no_grad():
        here, there = generator(between(position)), generator(between(position + epsilon))
        return distance(here, there) / epsilon**2


# %% wrong "not divided by the sine" of "from the end to the start"
# The weights are divided by sin Ω, or the ends of the path are not at `start` and `end`.
# - return (torch.sin((1 - t) * angle) * end + torch.sin(t * angle) * start) / torch.sin(angle)
# + return torch.sin((1 - t) * angle) * start + torch.sin(t * angle) * end


# %% wrong "step in latent space"
# You add ε to the latents themselves. The step is along the path: to `position + epsilon`.
def path_length(generator, distance, start, end, position, epsilon=1e-4):
    angle = torch.acos(F.cosine_similarity(start, end, dim=1))[:, None]

    def between(t):
        t = t[:, None]
        return (torch.sin((1 - t) * angle) * start + torch.sin(t * angle) * end) / torch.sin(angle)

    with torch.no_grad():
        here, there = generator(between(position)), generator(between(position) + epsilon)
        return distance(here, there) / epsilon**2


# %% wrong "step on both sides" of "step in latent space"
# You go from t − ε to t + ε, a step of 2ε, and divide by ε². Go from t to t + ε.
# - here, there = generator(between(position)), generator(between(position) + epsilon)
# + here, there = generator(between(position - epsilon)), generator(between(position + epsilon))

# %% wrong "the whole path" of "step in latent space"
# You compare the pictures at the two ends. Take a step ε at the given position.
# - here, there = generator(between(position)), generator(between(position) + epsilon)
# + here, there = generator(start), generator(end)

# %% wrong "distance of the latents" of "step in latent space"
# You measure how far the *latents* are apart. The generator has to make pictures of both first.
# - here, there = generator(between(position)), generator(between(position) + epsilon)
# + here, there = (between(position + step)[:, None, :, None] for step in (0, epsilon))

# %% wrong "mean over the pairs" of "divided by epsilon"
# You return one number for all pairs. Each has its own length; whoever wants a mean can take it.
# - return distance(here, there) / epsilon
# + return distance(here, there).mean() / epsilon**2

# %% wrong "gradients kept" of "step in latent space"
# The values are right, but your result carries gradients of the generator, and with them all its
# activations. Put `torch.no_grad()` around it.
# - with torch.no_grad():
# -     here, there = generator(between(position)), generator(between(position) + epsilon)
# + if True:
# +     here, there = generator(between(position)), generator(between(position + epsilon))
