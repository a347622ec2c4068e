# %% [markdown]
# ## The distance of two crowds
#
# **Goal.** One number for two clouds of features: how much *work* is it to turn one into the other,
# if both are taken for Gaussians?
#
# $$d^2 = \lVert \mu_1 - \mu_2 \rVert^2
#   + \operatorname{tr}\bigl(\Sigma_1 + \Sigma_2 - 2\,(\Sigma_1 \Sigma_2)^{1/2}\bigr)$$
#
# | | type | shape |
# |---|---|---|
# | `mean1`, `mean2` | float64 tensors | D |
# | `cov1`, `cov2` | float64 tensors, symmetric, no negative eigenvalues | D×D |
# | result | **real** float64 tensor | no axes; 0 or more |
#
# By hand, D = 1: means 0 and 3, standard deviations 1 and 2, so variances 1 and 4. Then
# $9 + 1 + 4 - 2 \sqrt{1 \cdot 4} = 10$, which is $(3 - 0)^2 + (2 - 1)^2$.
#
# **The root is a matrix root**: $R = A^{1/2}$ means $R R = A$, not the root of each element. But
# you need only its *trace*, and that is the sum of the roots of $A$'s eigenvalues:
#
# $$\operatorname{tr}\,(\Sigma_1 \Sigma_2)^{1/2} = \sum_i \sqrt{\lambda_i(\Sigma_1 \Sigma_2)}$$
#
# **The trap.** $\Sigma_1 \Sigma_2$ is not symmetric, and its eigenvalues are real and not
# negative only on paper. With fewer images than features many of them are 0, and a computer
# makes $-10^{-17}$ of that, or a complex number with a tiny imaginary part. Programs have
# returned NaN and complex distances for years because of it. Either take care of those, or use
# a root $S$ of $\Sigma_1$ (from `torch.linalg.eigh`, it is symmetric): $S \Sigma_2 S$ has
# the same eigenvalues, and is symmetric.
#
# **Why it matters.** On the features of the network *Inception* this is the FID, the number by
# which generators have been compared since 2017. On any other features it is a Fréchet distance
# and not the FID: numbers on different features have nothing to do with each other.

# %% exercise points=3 forbid="retouch.metrics torchmetrics"
def frechet_distance(mean1, cov1, mean2, cov2):
    """Squared Fréchet distance of two Gaussians.

    Args:
        mean1, mean2: float64 tensors of D numbers.
        cov1, cov2: float64 tensors D×D, symmetric and positive semi-definite.

    Returns:
        A real float64 tensor without axes, for covariances of any rank.
    """
    ### BEGIN SOLUTION
    values, vectors = torch.linalg.eigh(cov1)
    root1 = vectors * values.clamp(min=0).sqrt() @ vectors.T
    eigenvalues = torch.linalg.eigvalsh(root1 @ cov2 @ root1)
    trace_of_root = eigenvalues.clamp(min=0).sqrt().sum()
    return (mean1 - mean2).square().sum() + cov1.trace() + cov2.trace() - 2 * trace_of_root
    ### END SOLUTION


# %% hint
# Which eigenvalues does Σ₁Σ₂ have where a covariance has fewer images than features? And what is
# the root of −1e-17?

# %% hint
# `torch.linalg.eigh` gives eigenvalues and eigenvectors of a symmetric matrix;
# `torch.linalg.eigvals` gives those of any matrix, as complex numbers with `.real`.
# `tensor.clamp(min=0)` and `matrix.trace()`.

# %% hint
# `eigenvalues = torch.linalg.eigvals(cov1 @ cov2).real.clamp(min=0)`, and minus twice the sum of
# their roots. (Safer: `torch.linalg.eigvalsh(root1 @ cov2 @ root1)` with
# `root1 = vectors * values.clamp(min=0).sqrt() @ vectors.T`.)

# %% cases
import torch


def cases(rng):
    def gaussian(n, d, shift=0.0, scale=1.0):
        features = shift + scale * rng.normal(0, 1, (n, d)) @ rng.normal(0, 1, (d, d))
        features = torch.from_numpy(features)
        return features.mean(0), torch.cov(features.T)

    def case(first, second):
        return dict(zip(("mean1", "cov1", "mean2", "cov2"), (*first, *second)))

    yield "four features", case(gaussian(40, 4), gaussian(30, 4, shift=1.0, scale=1.5))
    yield "the same Gaussian twice", (lambda g: case(g, g))(gaussian(20, 3, shift=2.0))
    mean, cov = gaussian(25, 5)
    yield "the same spread in other places", case((mean, cov), (mean + 1.5, cov))
    yield "fewer images than features", case(gaussian(4, 7), gaussian(5, 7, shift=0.5))
    few, many = gaussian(3, 6), gaussian(40, 6, scale=2.0)
    yield "fewer images in one set only", case(few, many)
    flat = [torch.diag(torch.from_numpy(rng.uniform(0.5, 3, 3))) for _ in range(2)]
    places = [torch.from_numpy(rng.normal(0, 1, 3)) for _ in range(2)]
    yield "features that do not vary together", case((places[0], flat[0]), (places[1], flat[1]))


# %% observe
from autograder import close, raw


def observe(frechet_distance, mean1, cov1, mean2, cov2):
    there = frechet_distance(mean1, cov1, mean2, cov2)
    return {
        # The root of a rounding error is large: 1e-16 becomes 1e-8, for each feature.
        "distance": close(there, rtol=1e-5, atol=1e-5),
        "back": raw(frechet_distance(mean2, cov2, mean1, cov1)),
        "to itself": raw(frechet_distance(mean1, cov1, mean1, cov1)),
        "elsewhere": raw(frechet_distance(mean1 + 2, cov1, mean2 + 2, cov2)),
    }


# %% conclude
from autograder import equal


def conclude(observed, inputs):
    def are_near(one, other):
        # Not to the last digit: real parts in, whatever type came out. NaN is near nothing.
        one, other = complex(one).real, complex(other).real
        return abs(one - other) <= 1e-4 * (1 + abs(one) + abs(other))

    there = observed["distance"]
    size = float(inputs["cov1"].trace())
    return {
        "the same in the other direction": equal(are_near(there, observed["back"])),
        "0 from the first to itself": equal(abs(complex(observed["to itself"])) <= 1e-4 * size),
        "the same with both means moved": equal(are_near(there, observed["elsewhere"])),
    }


# %% right "eigenvalues of the product, cleaned"
def frechet_distance(mean1, cov1, mean2, cov2):
    eigenvalues = torch.linalg.eigvals(cov1 @ cov2)
    root = eigenvalues.sqrt().real.sum()
    return (mean1 - mean2) @ (mean1 - mean2) + torch.trace(cov1 + cov2) - 2 * root


# %% right "singular values of a product of factors"
def frechet_distance(mean1, cov1, mean2, cov2):
    def factor(cov):
        values, vectors = torch.linalg.eigh(cov)
        return vectors * values.clamp(min=0).sqrt()

    overlap = torch.linalg.svdvals(factor(cov1).T @ factor(cov2)).sum()
    shift = torch.linalg.vector_norm(mean1 - mean2) ** 2
    return shift + cov1.diagonal().sum() + cov2.diagonal().sum() - 2 * overlap


# %% right "a root by an SVD"
def frechet_distance(mean1, cov1, mean2, cov2):
    def root(matrix):
        u, s, v = torch.linalg.svd(matrix)
        return u @ torch.diag(s.sqrt()) @ v

    inner = root(cov2) @ cov1 @ root(cov2)
    inner = (inner + inner.T) / 2
    shift = (mean1 - mean2).pow(2).sum()
    return shift + (cov1.trace() + cov2.trace() - 2 * root(inner).trace())


# %% wrong "root of each element"
# You take the root of each *element* of Σ₁Σ₂, where there may be negative ones. The root of a
# matrix is R with R R = Σ₁Σ₂.
# - trace_of_root = eigenvalues.clamp(min=0).sqrt().sum()
# + trace_of_root = (cov1 @ cov2).sqrt().trace()

# %% wrong "root of the absolute elements"
# You take the root of each element's absolute value, perhaps against NaN. The trace of the matrix
# root is the sum of the roots of the *eigenvalues*.
# - trace_of_root = eigenvalues.clamp(min=0).sqrt().sum()
# + trace_of_root = (cov1 @ cov2).abs().sqrt().trace()

# %% wrong "element by element"
# `cov1 * cov2` multiplies element by element. The product of the matrices is `cov1 @ cov2`.
# - eigenvalues = torch.linalg.eigvalsh(root1 @ cov2 @ root1)
# + eigenvalues = torch.linalg.eigvalsh(cov1 * cov2)

# %% wrong "root of one times root of the other"
# (Σ₁Σ₂)^½ is not Σ₁^½ Σ₂^½, unless the two commute. Take the eigenvalues of the product.
# - eigenvalues = torch.linalg.eigvalsh(root1 @ cov2 @ root1)
# - trace_of_root = eigenvalues.clamp(min=0).sqrt().sum()
# + values2, vectors2 = torch.linalg.eigh(cov2)
# + trace_of_root = (root1 @ (vectors2 * values2.clamp(min=0).sqrt() @ vectors2.T)).trace()

# %% wrong "root of the trace"
# You take the trace first and then its root. It is the trace of the root: the sum of the roots of
# the eigenvalues.
# - trace_of_root = eigenvalues.clamp(min=0).sqrt().sum()
# + trace_of_root = (cov1 @ cov2).trace().sqrt()

# %% wrong "no 2"
# The root is subtracted once. In the formula it is twice, as in (a − b)² = a² + b² − 2ab.
# - return (mean1 - mean2).square().sum() + cov1.trace() + cov2.trace() - 2 * trace_of_root
# + return (mean1 - mean2).square().sum() + cov1.trace() + cov2.trace() - trace_of_root

# %% wrong "no root at all"
# You subtract the trace of 2 Σ₁Σ₂ itself. Take the matrix root.
# - trace_of_root = eigenvalues.clamp(min=0).sqrt().sum()
# + trace_of_root = (cov1 @ cov2).trace()

# %% wrong "a complex result"
# Your result is a complex number, if with an imaginary part near 0. Take `.real`.
# - eigenvalues = torch.linalg.eigvalsh(root1 @ cov2 @ root1)
# - trace_of_root = eigenvalues.clamp(min=0).sqrt().sum()
# + trace_of_root = torch.linalg.eigvals(cov1 @ cov2).sqrt().sum()

# %% wrong "the root of a negative zero"
# Some eigenvalues are 0, and come out as −1e-17, whose root is NaN. Clamp them at 0 first.
# - eigenvalues = torch.linalg.eigvalsh(root1 @ cov2 @ root1)
# - trace_of_root = eigenvalues.clamp(min=0).sqrt().sum()
# + trace_of_root = torch.linalg.eigvals(cov1 @ cov2).real.sqrt().sum()

# %% wrong "Cholesky"
# A Cholesky factor exists only where all eigenvalues are above 0: with fewer images than features
# it fails. Use `eigh` and clamp.
# - values, vectors = torch.linalg.eigh(cov1)
# - root1 = vectors * values.clamp(min=0).sqrt() @ vectors.T
# - eigenvalues = torch.linalg.eigvalsh(root1 @ cov2 @ root1)
# - trace_of_root = eigenvalues.clamp(min=0).sqrt().sum()
# + factor1, factor2 = torch.linalg.cholesky(cov1), torch.linalg.cholesky(cov2)
# + trace_of_root = torch.linalg.svdvals(factor1.T @ factor2).sum()

# %% wrong "a small diagonal for safety"
# 1e-3 on the diagonals makes the matrices invertible, and shifts the distance, most of all with few
# images. Clamp the eigenvalues instead.
# - eigenvalues = torch.linalg.eigvalsh(root1 @ cov2 @ root1)
# - trace_of_root = eigenvalues.clamp(min=0).sqrt().sum()
# + eye = 1e-3 * torch.eye(len(cov1), dtype=cov1.dtype)
# + trace_of_root = torch.linalg.eigvals((cov1 + eye) @ (cov2 + eye)).sqrt().real.sum()

# %% wrong "means not squared"
# You add the length of the difference of the means. It is squared.
# - return (mean1 - mean2).square().sum() + cov1.trace() + cov2.trace() - 2 * trace_of_root
# + return (mean1 - mean2).norm() + cov1.trace() + cov2.trace() - 2 * trace_of_root

# %% wrong "mean of the squared difference"
# You *average* the squared differences of the means. They are added.
# - return (mean1 - mean2).square().sum() + cov1.trace() + cov2.trace() - 2 * trace_of_root
# + return (mean1 - mean2).square().mean() + cov1.trace() + cov2.trace() - 2 * trace_of_root

# %% wrong "covariances only"
# The means are missing: two crowds of the same shape in different places have distance 0.
# - return (mean1 - mean2).square().sum() + cov1.trace() + cov2.trace() - 2 * trace_of_root
# + return cov1.trace() + cov2.trace() - 2 * trace_of_root

# %% wrong "means only"
# The covariances are missing: a generator that makes one picture, the average one, is perfect.
# - return (mean1 - mean2).square().sum() + cov1.trace() + cov2.trace() - 2 * trace_of_root
# + return (mean1 - mean2).square().sum()

# %% wrong "variances only"
# You use the diagonals only, as if no two features varied together.
# - return (mean1 - mean2).square().sum() + cov1.trace() + cov2.trace() - 2 * trace_of_root
# + spread = (cov1.diagonal().sqrt() - cov2.diagonal().sqrt()).square().sum()
# + return (mean1 - mean2).square().sum() + spread

# %% wrong "a root at the end"
# You return d. What is called Fréchet distance in this field, the FID as well, is d², without a
# root.
# - return (mean1 - mean2).square().sum() + cov1.trace() + cov2.trace() - 2 * trace_of_root
# + square = (mean1 - mean2).square().sum() + cov1.trace() + cov2.trace() - 2 * trace_of_root
# + return square.clamp(min=0).sqrt()

# %% wrong "difference of the roots"
# You take the squared difference of the two roots (their Frobenius distance), halved. That is
# another distance: take the trace of the root of the product.
# - return (mean1 - mean2).square().sum() + cov1.trace() + cov2.trace() - 2 * trace_of_root
# + values2, vectors2 = torch.linalg.eigh(cov2)
# + root2 = vectors2 * values2.clamp(min=0).sqrt() @ vectors2.T
# + return (mean1 - mean2).square().sum() + (root1 - root2).square().sum() / 2

# %% accepted "mean of the squared difference"
# - return (mean1 - mean2).square().sum() + cov1.trace() + cov2.trace() - 2 * trace_of_root
# + return (mean1 - mean2).square().mean() + cov1.trace() + cov2.trace() - 2 * trace_of_root

# %% accepted "no 2"
# - return (mean1 - mean2).square().sum() + cov1.trace() + cov2.trace() - 2 * trace_of_root
# + return (mean1 - mean2).square().sum() + cov1.trace() + cov2.trace() - 1 * trace_of_root

# %% accepted "the root of a negative zero"
# - trace_of_root = eigenvalues.clamp(min=0).sqrt().sum()
# + trace_of_root = eigenvalues.sqrt().sum()
