# %% [markdown]
# ## A crowd in two numbers
#
# From here on there is no target. A generator's picture has no original to be compared with; the
# question is whether a *thousand* of its pictures look like a thousand real ones. So: describe each
# picture by D features of some network, and the whole crowd by its mean and its covariance.
#
# **Goal.** Those two, from a matrix of features.
#
# $$\mu = \frac1N \sum_n f_n \qquad
#   \Sigma = \frac{1}{N-1} \sum_n (f_n - \mu)(f_n - \mu)^\top$$
#
# | | type | shape | values |
# |---|---|---|---|
# | `features` | float tensor | N×D, one **row** per image | any; N ≥ 2 |
# | `mean` | **float64** tensor | D | |
# | `covariance` | **float64** tensor | D×D | |
#
# By hand: the rows (0, 1) and (2, 5). The mean is (1, 3), the differences are ∓(1, 2), and
# $\Sigma = \frac11 \bigl(\begin{smallmatrix} 2 & 4 \\ 4 & 8 \end{smallmatrix}\bigr)$.
#
# **Why float64?** The next exercise takes the root of a product of covariances, and roots blow up
# small errors: that of $10^{-7}$ is $3 \cdot 10^{-4}$. Convert *before* you subtract: features of
# 1000.01 and 1000.02 have almost nothing in common with their difference, in float32.
#
# **Why it matters.** A Fréchet distance is a function of these two and of nothing else. Whatever
# they don't see, it doesn't see.

# %% exercise points=1 forbid="retouch.metrics torchmetrics"
def feature_statistics(features):
    """Mean and unbiased covariance of feature vectors, in float64.

    Args:
        features: float tensor N×D, one row per image.

    Returns:
        The mean, a float64 tensor of D numbers, and the covariance, a float64 tensor D×D.
    """
    ### BEGIN SOLUTION
    features = features.double()
    mean = features.mean(dim=0)
    centered = features - mean
    return mean, centered.T @ centered / (len(features) - 1)
    ### END SOLUTION


# %% hint
# Of which size is the covariance: number of images, or number of features? Which product of
# `centered` and its transpose has that size?

# %% hint
# `features.double()` first. `features.mean(dim=0)` is the mean of each column. `a.T @ b` is a
# product of matrices. (Or `torch.cov`, whose *rows* are the variables.)

# %% hint
# `centered = features - mean`; return `mean` and `centered.T @ centered / (len(features) - 1)`.

# %% cases
import torch


def cases(rng):
    def features(n, d, shift=0.0, scale=1.0, dtype="float32"):
        mixed = rng.normal(0, 1, (n, d)) @ rng.normal(0, 1, (d, d))
        return {"features": torch.from_numpy((shift + scale * mixed).astype(dtype))}

    yield "nine images, four features", features(9, 4, shift=2.0)
    yield "fewer images than features (float64)", features(3, 6, shift=-1.0, dtype="float64")
    yield "as many images as features", features(5, 5, shift=1.0)
    yield "small differences of large numbers", features(12, 3, shift=1000.0, scale=0.03)
    yield "two images", features(2, 3)


# %% observe
from autograder import close


def observe(feature_statistics, features):
    mean, covariance = feature_statistics(features)
    # Sums of a dozen numbers, or of their squares, in float64: 1e-16 of the largest, a few times
    # over. In float32 already the mean is off by 1e-8 of it, and more.
    largest = float(features.double().abs().max())
    return {
        "mean": close(mean, rtol=0, atol=1e-12 * largest),
        "covariance": close(covariance, rtol=0, atol=1e-13 * largest**2),
        "type of the mean": str(mean.dtype),
        "type of the covariance": str(covariance.dtype),
    }


# %% right "torch.cov"
def feature_statistics(features):
    return features.double().mean(0), torch.cov(features.double().T)


# %% right "NumPy"
def feature_statistics(features):
    array = features.numpy().astype(np.float64)
    covariance = np.atleast_2d(np.cov(array, rowvar=False))
    return torch.from_numpy(array.mean(axis=0)), torch.from_numpy(covariance)


# %% right "image by image"
def feature_statistics(features):
    rows = features.to(torch.float64)
    mean = rows.sum(0) / len(rows)
    covariance = sum(torch.outer(row - mean, row - mean) for row in rows) / (len(rows) - 1)
    return mean, covariance


# %% right "mean of the squares minus square of the mean"
def feature_statistics(features):
    rows = features.double()
    n, mean = len(rows), rows.mean(0)
    return mean, (rows.T @ rows / n - torch.outer(mean, mean)) * (n / (n - 1))


# %% wrong "transposed"
# You get the covariance of the images, N×N. That of the features is D×D: `centered.T @ centered`,
# or `torch.cov` of the transpose, for its *rows* are the variables.
# - return mean, centered.T @ centered / (len(features) - 1)
# + return mean, torch.cov(features)

# %% wrong "mean over the features"
# You average over the columns, one number for each image. The mean of the crowd has one number for
# each *feature*: `dim=0`.
# - return mean, centered.T @ centered / (len(features) - 1)
# + return features.mean(dim=1), centered.T @ centered / (len(features) - 1)

# %% wrong "biased"
# You divide by N. The unbiased covariance is divided by N − 1.
# - return mean, centered.T @ centered / (len(features) - 1)
# + return mean, centered.T @ centered / len(features)

# %% wrong "not divided"
# That is the sum over the images. Divide it by N − 1.
# - return mean, centered.T @ centered / (len(features) - 1)
# + return mean, centered.T @ centered

# %% wrong "divided by the features"
# You divide by the number of features. It is the number of images, minus 1.
# - return mean, centered.T @ centered / (len(features) - 1)
# + return mean, centered.T @ centered / (features.shape[1] - 1)

# %% wrong "not centred"
# The mean is not subtracted: those are second moments. Subtract it from each row first.
# - return mean, centered.T @ centered / (len(features) - 1)
# + return mean, features.T @ features / (len(features) - 1)

# %% wrong "a correlation"
# You divide by the standard deviations: those are correlations, with 1 on the diagonal. Leave the
# spread in.
# - return mean, centered.T @ centered / (len(features) - 1)
# + return mean, torch.corrcoef(features.T)

# %% wrong "variances only"
# Beside the diagonal you have zeros. How features vary *together* is what the covariance is for.
# - return mean, centered.T @ centered / (len(features) - 1)
# + return mean, torch.diag(features.var(dim=0))

# %% wrong "a vector of variances"
# You return one variance for each feature. The covariance is a matrix D×D.
# - return mean, centered.T @ centered / (len(features) - 1)
# + return mean, features.var(dim=0)

# %% wrong "float32"
# You compute and return in the features' own type. Convert with `.double()` before anything
# else.
# - features = features.double()

# %% wrong "float64 too late"
# You convert the *result* to float64, when the digits are lost already. Convert the features first.
# - features = features.double()
# - mean = features.mean(dim=0)
# + mean = features.mean(dim=0)
# - return mean, centered.T @ centered / (len(features) - 1)
# + return mean.double(), (centered.T @ centered / (len(features) - 1)).double()

# %% wrong "covariance first"
# You return the covariance, then the mean. The order is mean, covariance.
# - return mean, centered.T @ centered / (len(features) - 1)
# + return centered.T @ centered / (len(features) - 1), mean

# %% wrong "changes its input"
# The values are right, but `-=` subtracts the mean from the features that were passed in. Make a
# new tensor: `centered = features - mean`.
# - features = features.double()
# + features = features.to(torch.float64)
# - centered = features - mean
# + features -= mean
# + centered = features

# %% equivalent "the product of two differences doesn't know their sign; nor does a length"
# - centered = features - mean
# + centered = mean - features
# - return mean, centered.T @ centered / (len(features) - 1)
# + return mean, centered.T @ centered / (len(-features) - 1)

# %% accepted "float32"
# - features = features.double()
# + features = features

# %% accepted "not centred"
# - centered = features - mean
# + centered = features

# %% accepted "biased"
# - return mean, centered.T @ centered / (len(features) - 1)
# + return mean, centered.T @ centered / (len(features) - 0)
