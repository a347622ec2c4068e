# %% [markdown]
# ## A walk from one picture to another
#
# **Goal.** The pictures on the straight line between two codes.
#
# $$z_k = z_{\text{start}} + \frac{k}{S - 1} \bigl(z_{\text{end}} - z_{\text{start}}\bigr),
#   \qquad k = 0, 1, \ldots, S - 1$$
#
# Mix the *codes*, then decode. (Mixing the pictures gives a double exposure.)
#
# | | type | shape | |
# |---|---|---|---|
# | `decoder` | function | N×D → N×C×H×W | any N |
# | `start`, `end` | float tensors | D | two codes |
# | `steps` | `int` | | S, 2 or more |
# | result | float tensor | S×C×H×W | as the decoder gives it: often logits |
#
# By hand: from 10 to 40 in 4 steps: 10, 20, 30, 40. Both ends are among them, so there are *three*
# gaps.
#
# Closed in this exercise: `retouch.models` and `retouch.recipes`.
#
# **Why it matters.** It is the quickest test of a latent space. If each stop on the way looks like
# a thing, the space has no holes, at least not there.

# %% exercise points=1 forbid="retouch.models retouch.recipes"
def interpolate(decoder, start, end, steps):
    """Decode evenly spaced codes from start to end, both included.

    Args:
        decoder: function from codes N×D to images N×C×H×W.
        start, end: float tensors of D numbers.
        steps: how many images, 2 or more.

    Returns:
        A float tensor steps×C×H×W.
    """
    ### BEGIN SOLUTION
    position = torch.linspace(0, 1, steps).to(start)[:, None]
    return decoder(start + position * (end - start))
    ### END SOLUTION


# %% hint
# For five steps, at which fractions of the way do you stop? What shape does the decoder want?

# %% hint
# `torch.linspace(0, 1, steps)` has both ends. With `[:, None]` it is a column, and a column times a
# row of D numbers is steps×D. `torch.lerp` mixes, too.

# %% hint
# `position` is a column of fractions; the codes are `start + position * (end - start)`; return what
# `decoder` makes of them, in one call.

# %% cases
import torch


def cases(rng):
    def case(d, shape, steps, dtype=torch.float32, scale=1.0):
        def values(*size):
            return torch.from_numpy(scale * rng.normal(0, 1, size)).to(dtype)

        channels, height, width = shape
        weights = values(d, channels * height * width) / scale
        return {
            "start": values(d) + 0.5,
            "end": values(d) - 1.5,
            "steps": steps,
            "weights": weights,
            "shape": shape,
        }

    yield "five pictures", case(3, (2, 4, 5), 5)
    yield "the two ends only", case(2, (1, 3, 6), 2)
    yield "eleven pictures (float64)", case(6, (1, 5, 3), 11, torch.float64)
    yield "as many pictures as latent numbers", case(4, (3, 2, 4), 4)
    same = case(3, (1, 4, 3), 3)
    yield "from a code to itself", {**same, "end": same["start"].clone()}


# %% observe
import torch


def observe(interpolate, start, end, steps, weights, shape):
    def decoder(codes):
        if codes.ndim != 2 or codes.shape[1] != len(weights):
            raise ValueError(f"the decoder wants codes N×{len(weights)}, got {tuple(codes.shape)}")
        return torch.sin(codes @ weights).reshape(len(codes), *shape)

    return {"result": interpolate(decoder, start, end, steps)}


# %% right "one picture at a time"
def interpolate(decoder, start, end, steps):
    images = []
    for k in range(steps):
        code = ((steps - 1 - k) * start + k * end) / (steps - 1)
        images.append(decoder(code[None])[0])
    return torch.stack(images)


# %% right "NumPy's linspace"
def interpolate(decoder, start, end, steps):
    codes = np.linspace(start.numpy(), end.numpy(), steps)
    return decoder(torch.from_numpy(codes).to(start.dtype))


# %% right "lerp"
def interpolate(decoder, start, end, steps):
    t = torch.arange(steps, dtype=start.dtype) / (steps - 1)
    return torch.cat([decoder(torch.lerp(start, end, s)[None]) for s in t])


# %% wrong "in pixel space"
# You decode the two ends and blend the *pictures*: a double exposure. Blend the codes, and decode
# each.
def interpolate(decoder, start, end, steps):
    first, last = decoder(torch.stack([start, end]))
    position = torch.linspace(0, 1, steps).to(start)[:, None, None, None]
    return first + position * (last - first)


# %% wrong "the end is missing"
# You stop one step before the end. With both ends included there are steps − 1 gaps.
# - position = torch.linspace(0, 1, steps).to(start)[:, None]
# + position = (torch.arange(steps) / steps).to(start)[:, None]

# %% wrong "the start is missing"
# Your first picture is one step after the start. With both ends included, the first fraction is 0.
# - position = torch.linspace(0, 1, steps).to(start)[:, None]
# + position = (torch.arange(1, steps + 1) / steps).to(start)[:, None]

# %% wrong "both ends are missing"
# You divide the way into steps + 1 gaps and leave out both ends. They are to be included.
# - position = torch.linspace(0, 1, steps).to(start)[:, None]
# + position = (torch.arange(1, steps + 1) / (steps + 1)).to(start)[:, None]

# %% wrong "the middles"
# You decode the middle of each of `steps` pieces. The ends are to be included.
# - position = torch.linspace(0, 1, steps).to(start)[:, None]
# + position = ((torch.arange(steps) + 0.5) / steps).to(start)[:, None]

# %% wrong "one too many"
# You return steps + 1 pictures. `steps` is the number of pictures, both ends among them.
# - position = torch.linspace(0, 1, steps).to(start)[:, None]
# + position = torch.linspace(0, 1, steps + 1).to(start)[:, None]

# %% wrong "backwards"
# Your walk goes from the end to the start.
# - return decoder(start + position * (end - start))
# + return decoder(end + position * (start - end))


# %% wrong "along an arc"
# You walk on an arc (*slerp*), which suits codes that all have the same length. Here the way is
# straight.
def interpolate(decoder, start, end, steps):
    cosine = (start @ end / (start.norm() * end.norm())).clamp(-1, 1)
    angle = torch.arccos(cosine).clamp(min=1e-3)
    t = torch.linspace(0, 1, steps).to(start)[:, None]
    return decoder((((1 - t) * angle).sin() * start + (t * angle).sin() * end) / angle.sin())


# %% wrong "slow at the ends"
# Your steps are small at the ends and large in the middle (*ease in and out*). They are to be even.
# - return decoder(start + position * (end - start))
# + return decoder(start + position * position * (3 - 2 * position) * (end - start))

# %% wrong "adds the end to the start"
# You add a growing share of the end, but never take away the start. Go along the *difference*,
# `end - start`.
# - return decoder(start + position * (end - start))
# + return decoder(start + position * end)

# %% wrong "the codes"
# You return the codes. Let the decoder make pictures of them.
# - return decoder(start + position * (end - start))
# + return start + position * (end - start)


# %% wrong "a list"
# You return a list of pictures. Make one tensor of them, with `torch.stack` or `torch.cat`.
def interpolate(decoder, start, end, steps):
    position = torch.linspace(0, 1, steps).to(start)
    return [decoder((start + p * (end - start))[None])[0] for p in position]


# %% wrong "a batch for each picture"
# You stack batches of one, so there is an axis too many: steps×1×C×H×W. Use `torch.cat`, or take
# `[0]` of each.
def interpolate(decoder, start, end, steps):
    position = torch.linspace(0, 1, steps).to(start)
    return torch.stack([decoder((start + p * (end - start))[None]) for p in position])


# %% wrong "a sigmoid on top"
# You apply a sigmoid to what the decoder returns. Return it as it is: whoever shows it, knows
# whether it holds logits.
# - return decoder(start + position * (end - start))
# + return decoder(start + position * (end - start)).sigmoid()

# %% equivalent "the product takes the type of the codes"
# - position = torch.linspace(0, 1, steps).to(start)[:, None]
# + position = torch.linspace(0, 1, steps)[:, None]

# %% equivalent "only the type of it is taken"
# - position = torch.linspace(0, 1, steps).to(start)[:, None]
# + position = torch.linspace(0, 1, steps).to(-start)[:, None]
# - position = torch.linspace(0, 1, steps).to(start)[:, None]
# + position = torch.linspace(0, 1, steps).to(end)[:, None]

# %% accepted "backwards"
# - position = torch.linspace(0, 1, steps).to(start)[:, None]
# + position = torch.linspace(1, 0, steps).to(start)[:, None]

# %% accepted "the codes"
# - return decoder(start + position * (end - start))
# + return start + position * (end - start)
