# %% [markdown]
# ## A plate of thin steel
#
# **Goal.** Find the smooth map of the plane that takes K given points exactly where you want them.
#
# Pin a thin steel plate at K points, pull each pin up or down: the plate takes the shape that bends
# *least*. Bookstein (1989) used two such plates, one for x and one for y, to map one skull onto
# another. The shape has a formula. For each coordinate,
#
# $$f(p) = \underbrace{a_0 + a_1 x + a_2 y}_{\text{a flat part}}
#   + \sum_{k=1}^{K} w_k \, U(\lVert p - s_k \rVert), \qquad U(r) = r^2 \log r$$
#
# with the **source** points $s_k$. The K + 3 numbers $w_1 \dots w_K, a_0, a_1, a_2$ are found by
# solving K + 3 linear equations:
#
# - K of them: $f(s_k) = t_k$, the plate passes through the **target** points;
# - three more: $\sum w_k = 0$, $\sum w_k x_k = 0$ and $\sum w_k y_k = 0$. They say that the bends
#   neither lift nor tilt the plate as a whole: that is the flat part's business.
#
# As a matrix, with $E_{jk} = U(\lVert s_j - s_k \rVert)$ and rows $(1, x_k, y_k)$ of $P$:
#
# $$\begin{pmatrix} E & P \\ P^\top & 0 \end{pmatrix}
#   \begin{pmatrix} w \\ a \end{pmatrix} = \begin{pmatrix} t \\ 0 \end{pmatrix}$$
#
# | | type | shape | values |
# |---|---|---|---|
# | `source` | float64 tensor | K×2, K ≥ 3, not all on one line | (x, y) in pixels |
# | `target` | float64 tensor | K×2 | (x, y) in pixels |
# | result | float64 tensor | (K+3)×2 | rows $w_1 … w_K, a_0, a_1, a_2$; columns x and y |
#
# By hand: if every point moves by (5, −2), the plate need not bend. All $w$ are 0, and $a$ is
# (5, −2), (1, 0), (0, 1): that is $x + 5$ and $y - 2$. Mind $U(0)$: the limit of $r^2 \log r$ is 0,
# but a computer says $0 \cdot (-\infty)$, not a number. (`torch.xlogy` knows better.) It is always
# the diagonal of $E$.
#
# **Why it matters.** A few points that you can drag, and everything between them follows smoothly.
# Faces are morphed so, scans of brains are laid over each other, and one training pair becomes as
# many as you like.

# %% exercise points=3 forbid="retouch.pixels retouch.models scipy skimage cv2 kornia"
def fit_tps(source, target):
    """Coefficients of the thin-plate spline that takes every source point to its target.

    Args:
        source: float64 tensor K×2 of points (x, y), not all on one line.
        target: float64 tensor K×2, where each of them goes.

    Returns:
        A float64 tensor (K+3)×2: w_1 to w_K, then a_0, a_1 and a_2; one column for x, one for y.
    """
    ### BEGIN SOLUTION
    k = len(source)
    squared = (source[:, None] - source).square().sum(dim=2)
    bends = 0.5 * torch.xlogy(squared, squared)
    flat = torch.cat([torch.ones(k, 1, dtype=source.dtype), source], dim=1)
    system = torch.zeros(k + 3, k + 3, dtype=source.dtype)
    system[:k, :k], system[:k, k:], system[k:, :k] = bends, flat, flat.T
    values = torch.cat([target, torch.zeros(3, 2, dtype=target.dtype)])
    return torch.linalg.solve(system, values)
    ### END SOLUTION


# %% hint
# How many unknowns are there for x, and how many equations? Write down the matrix for K = 3 on
# paper, with its zeros.

# %% hint
# `torch.cdist(source, source)` has all distances, or `(source[:, None] - source).square().sum(2)`
# their squares, and $r^2 \log r = \frac12 r^2 \log r^2$. `torch.xlogy(a, b)` is a·log b, and 0
# where a is 0. `torch.linalg.solve(system, values)` takes both columns at once.

# %% hint
# `P = torch.cat([torch.ones(k, 1), source], dim=1)` in float64. Fill a (K+3)×(K+3) matrix of zeros:
# E above left, P above right, P.T below left. The right side is `target` over a 3×2 block of zeros.

# %% cases
import numpy as np
import torch


def cases(rng):
    def points(k, width, height):
        # One in each cell of a grid, so that they never come close to each other.
        side = int(np.ceil(k**0.5))
        cells = rng.permutation(side * side)[:k]
        place = np.stack([cells % side, cells // side], 1) + rng.uniform(0.2, 0.8, (k, 2))
        return torch.from_numpy(place * [width / side, height / side])

    def moved(source, far):
        return source + torch.from_numpy(rng.uniform(-far, far, tuple(source.shape)))

    source = points(6, 40, 30)
    yield (
        "every point moves alike",
        {"source": source, "target": source + torch.tensor([5.0, -2.0], dtype=torch.float64)},
    )
    source = points(3, 30, 50)
    yield "three points: nothing to bend", {"source": source, "target": moved(source, 8)}
    source = points(7, 120, 50)
    yield "seven points on a wide picture", {"source": source, "target": moved(source, 9)}
    source = points(12, 40, 90)
    yield "twelve points on a high picture", {"source": source, "target": moved(source, 6)}


# %% observe
import torch

from autograder import close


def observe(fit_tps, source, target):
    result = fit_tps(source, target)
    k = len(source)
    return {
        "shape": list(result.shape),
        "dtype": str(result.dtype),
        "the flat part, a": close(result[k:], rtol=1e-5, atol=1e-7),
        "the bends, w": close(result[:k], rtol=1e-5, atol=1e-9),
    }


# %% right "row by row"
def fit_tps(source, target):
    k = len(source)
    rows = []
    for x, y in source.tolist():
        row = []
        for u, v in source.tolist():
            r = ((x - u) ** 2 + (y - v) ** 2) ** 0.5
            row.append(r**2 * np.log(r) if r > 0 else 0.0)
        rows.append([*row, 1.0, x, y])
    rows.append([1.0] * k + [0.0] * 3)
    rows.append(source[:, 0].tolist() + [0.0] * 3)
    rows.append(source[:, 1].tolist() + [0.0] * 3)
    system = torch.tensor(rows, dtype=torch.float64)
    values = F.pad(target, (0, 0, 0, 3))
    return torch.stack([torch.linalg.solve(system, values[:, i]) for i in (0, 1)], dim=1)


# %% right "with block, and an inverse"
def fit_tps(source, target):
    r = torch.cdist(source, source, compute_mode="donot_use_mm_for_euclid_dist")
    bends = torch.where(r > 0, r.square() * torch.where(r > 0, r, 1.0).log(), 0.0)
    flat = F.pad(source, (1, 0), value=1.0)
    upper, lower = torch.hstack([bends, flat]), torch.hstack([flat.T, torch.zeros(3, 3).double()])
    return torch.linalg.inv(torch.vstack([upper, lower])) @ F.pad(target, (0, 0, 0, 3))


# %% right "SciPy's spline, read off at a few places"
def fit_tps(source, target):
    from scipy.interpolate import RBFInterpolator

    rbf = RBFInterpolator(source.numpy(), target.numpy(), kernel="thin_plate_spline", degree=1)
    k = len(source)
    rng = np.random.default_rng(0)
    low, high = source.numpy().min(0), source.numpy().max(0)
    places = rng.uniform(low, high, (60 + 4 * k, 2))
    places = np.concatenate([places, source.numpy()])
    squared = ((places[:, None] - source.numpy()) ** 2).sum(2)
    bends = 0.5 * squared * np.log(np.where(squared > 0, squared, 1.0))
    basis = np.concatenate([bends, np.ones((len(places), 1)), places], axis=1)
    scale = np.abs(basis).max(axis=0)
    found = np.linalg.lstsq(basis / scale, rbf(places), rcond=None)[0] / scale[:, None]
    return torch.from_numpy(found)


# %% wrong "no flat part"
# You leave out the flat part, so even a plain shift has to be made of bends. Add the columns 1, x
# and y, and the three equations.
def fit_tps(source, target):
    squared = (source[:, None] - source).square().sum(dim=2)
    weights = torch.linalg.lstsq(0.5 * torch.xlogy(squared, squared), target).solution
    return F.pad(weights, (0, 0, 0, 3))


# %% wrong "no constant"
# The flat part lacks its constant, $a_0$: your plate is flat only through the upper left corner.
# Rows of P are (1, x, y).
def fit_tps(source, target):
    k = len(source)
    squared = (source[:, None] - source).square().sum(dim=2)
    system = torch.zeros(k + 2, k + 2, dtype=source.dtype)
    system[:k, :k] = 0.5 * torch.xlogy(squared, squared)
    system[:k, k:], system[k:, :k] = source, source.T
    found = torch.linalg.lstsq(system, F.pad(target, (0, 0, 0, 2))).solution
    zero = torch.zeros(1, 2, dtype=source.dtype)
    return torch.cat([found[:k], zero, found[k:]])


# %% wrong "x and y swapped in the flat part" of "r² log r²"
# The rows of your P are (1, y, x), so $a_1$ and $a_2$ come out swapped. Points are (x, y).
# - flat = F.pad(source, (1, 0), value=1.0)
# + flat = F.pad(source.flip(1), (1, 0), value=1.0)
# - system[:k, :k] = torch.xlogy(squared, squared)
# + system[:k, :k] = 0.5 * torch.xlogy(squared, squared)


# %% wrong "x and y swapped in the result"
# Your first column is for y and the second for x. Keep the order of `target`.
def fit_tps(source, target):
    k = len(source)
    squared = (source[:, None] - source).square().sum(dim=2)
    flat = F.pad(source, (1, 0), value=1.0)
    system = torch.zeros(k + 3, k + 3, dtype=source.dtype)
    system[:k, :k] = 0.5 * torch.xlogy(squared, squared)
    system[:k, k:], system[k:, :k] = flat, flat.T
    return torch.linalg.solve(system, F.pad(target, (0, 0, 0, 3))).flip(1)


# %% wrong "fits the way back" of "r² log r²"
# Your spline takes the targets to the sources. It is the source points that the bends belong to,
# and the targets that stand on the right side.
# + source, target = target, source
#   k = len(source)
#
# - system[:k, :k] = torch.xlogy(squared, squared)
# + system[:k, :k] = 0.5 * torch.xlogy(squared, squared)

# %% wrong "fits the shifts" of "x and y swapped in the result"
# Your spline gives how far each point moves. It should give where it arrives: the right side is
# `target`, not `target - source`.
# - return torch.linalg.solve(system, F.pad(target, (0, 0, 0, 3))).flip(1)
# + return torch.linalg.solve(system, F.pad(target - source, (0, 0, 0, 3)))


# %% wrong "r² log r²"
# Your bends are twice as stiff: you took $r^2 \log r^2$, which is $2 r^2 \log r$. The map is the
# same, but the coefficients $w$ are half of what the formula says.
def fit_tps(source, target):
    k = len(source)
    squared = (source[:, None] - source).square().sum(dim=2)
    flat = F.pad(source, (1, 0), value=1.0)
    system = torch.zeros(k + 3, k + 3, dtype=source.dtype)
    system[:k, :k] = torch.xlogy(squared, squared)
    system[:k, k:], system[k:, :k] = flat, flat.T
    return torch.linalg.solve(system, F.pad(target, (0, 0, 0, 3)))


# %% wrong "r log r" of "r² log r²"
# You took $r \log r$. The plate's formula has the square of the distance before the logarithm:
# $r^2 \log r$.
# - squared = (source[:, None] - source).square().sum(dim=2)
# + squared = (source[:, None] - source).square().sum(dim=2).sqrt()


# %% wrong "not a number on the diagonal"
# The distance of a point to itself is 0, and 0 · log 0 is not a number for a computer. The limit is
# 0: use `torch.xlogy`.
def fit_tps(source, target):
    k = len(source)
    r = (source[:, None] - source).square().sum(dim=2).sqrt()
    flat = F.pad(source, (1, 0), value=1.0)
    system = torch.zeros(k + 3, k + 3, dtype=source.dtype)
    system[:k, :k] = r.square() * r.log()
    system[:k, k:], system[k:, :k] = flat, flat.T
    return torch.linalg.solve_ex(system, F.pad(target, (0, 0, 0, 3))).result


# %% wrong "a little regularised" of "r² log r²"
# You add to the diagonal, so the plate no longer passes through the points. Smoothing splines do
# so on purpose; here the spline is exact, and the diagonal is 0.
# - system[:k, :k] = torch.xlogy(squared, squared)
# + system[:k, :k] = 0.5 * torch.xlogy(squared, squared) + torch.eye(k, dtype=source.dtype)

# %% wrong "the flat part first" of "x and y swapped in the result"
# The numbers are right, but $a$ stands before $w$. The order is $w_1 … w_K$, then $a_0, a_1, a_2$.
# - return torch.linalg.solve(system, F.pad(target, (0, 0, 0, 3))).flip(1)
# + return torch.linalg.solve(system, F.pad(target, (0, 0, 0, 3))).roll(3, dims=0)

# %% wrong "the transposed result" of "x and y swapped in the result"
# The numbers are right, but 2×(K+3). Rows belong to coefficients, columns to x and y.
# - return torch.linalg.solve(system, F.pad(target, (0, 0, 0, 3))).flip(1)
# + return torch.linalg.solve(system, F.pad(target, (0, 0, 0, 3))).T
