# %% [markdown]
# ## How large does it get?
#
# **Goal.** Two formulas: the side of what a convolution returns, and the side of what a
# *transposed* convolution returns.
#
# A **convolution** puts a window of `kernel` pixels on the image, at every `stride`-th place, after
# a frame of `padding` black pixels was laid around it: on both sides, so the image grows by two
# paddings. Count the places where the window fits:
#
# $$n_{\text{out}} = \left\lfloor \frac{n + 2p - k}{s} \right\rfloor + 1$$
#
# A **transposed convolution** goes the other way. Each pixel of the image *stamps* the kernel into
# the result, and the stamps stand `stride` pixels apart. Then `padding` pixels are *cut off* at
# each side. $n$ stamps, of which the last one has its full width:
#
# $$n_{\text{out}} = (n - 1)\,s - 2p + k$$
#
# | | type | |
# |---|---|---|
# | `n` | `int` | side of the image, in pixels |
# | `kernel`, `stride` | `int` | 1 or more |
# | `padding` | `int` | 0 or more |
# | result | `int` | side of the result, in pixels |
#
# By hand: 32 pixels, kernel 4, stride 2, padding 1. The window fits at $\lfloor 30 / 2 \rfloor + 1
# = 16$ places. And back: $15 \cdot 2 - 2 + 4 = 32$. This is *the* setting of this unit, 4/2/1: it
# halves and doubles exactly.
#
# In PyTorch the settings are the same words: `nn.Conv2d` and `nn.ConvTranspose2d` with
# `kernel_size`, `stride` and `padding`. (`output_padding` and `dilation` stay at their defaults.)
#
# **Why it matters.** Most errors in a convolutional network are sizes. Four layers whose sides you
# know beforehand are a plan; four layers that you try out until they fit are a lottery.

# %% exercise points=1 forbid="retouch.models torch.nn"
def conv_out_size(n, kernel, stride=1, padding=0):
    """Side of a convolution's output.

    Args:
        n: side of the input, in pixels.
        kernel, stride, padding: the layer's settings, in pixels.

    Returns:
        A whole number of pixels.
    """
    ### BEGIN SOLUTION
    return (n + 2 * padding - kernel) // stride + 1
    ### END SOLUTION


def conv_transpose_out_size(n, kernel, stride=1, padding=0):
    """Side of a transposed convolution's output; arguments as above."""
    ### BEGIN SOLUTION
    return (n - 1) * stride - 2 * padding + kernel
    ### END SOLUTION


# %% hint
# Draw it: 7 pixels, a window of 3, stride 2. At how many places does it fit? And three stamps of 4
# pixels, 2 apart: how long is what they cover?

# %% hint
# $\lfloor a / b \rfloor$ is `a // b` in Python, for whole numbers. Padding counts twice, once for
# each side: it is added before a convolution and taken away after a transposed one.

# %% hint
# Type the two formulas, with `//` for the fraction: first add, then divide, then add 1. In the
# other one nothing is divided.


# %% cases
def cases(rng):
    def n():
        return int(rng.integers(20, 90))

    yield "4/2/1, the setting of this unit", {"n": 2 * n(), "settings": [4, 2, 1]}
    yield "4/1/0 from 4 pixels", {"n": 4, "settings": [4, 1, 0]}
    yield "stride and padding by default", {"n": n(), "settings": [5]}
    yield "padding by default", {"n": 3 * n() + 1, "settings": [4, 3]}
    yield "the last window does not fit", {"n": 2 * n(), "settings": [3, 2, 1]}
    yield "two of three pixels are left over", {"n": 3 * n() + 1, "settings": [2, 3, 0]}
    yield "one of three pixels is left over", {"n": 3 * n(), "settings": [5, 3, 0]}
    yield "much padding", {"n": n(), "settings": [7, 1, 3]}
    yield "a stride larger than the kernel", {"n": 4 * n() + 1, "settings": [1, 4, 0]}


# %% observe
def observe(conv_out_size, conv_transpose_out_size, n, settings):
    sides = {
        "side after the convolution": conv_out_size(n, *settings),
        "side after the transposed convolution": conv_transpose_out_size(n, *settings),
    }
    whole = all(type(side) is int for side in sides.values())
    return {**sides, "both are whole numbers (`int`)": whole}


# %% right "counts places and lays stamps"
def conv_out_size(n, kernel, stride=1, padding=0):
    return sum(1 for _ in range(0, n + padding + padding - kernel + 1, stride))


def conv_transpose_out_size(n, kernel, stride=1, padding=0):
    starts = [stride * pixel for pixel in range(n)]
    return starts[-1] + kernel - padding - padding


# %% right "asks PyTorch"
def conv_out_size(n, kernel, stride=1, padding=0):
    layer = nn.Conv2d(1, 1, kernel, stride, padding)
    return layer(torch.zeros(1, 1, n, n)).shape[2]


def conv_transpose_out_size(n, kernel, stride=1, padding=0):
    layer = nn.ConvTranspose2d(1, 1, kernel, stride, padding)
    return layer(torch.zeros(1, 1, n, n)).shape[3]


# %% right "by math.floor"
# - return (n + 2 * padding - kernel) // stride + 1
# + return math.floor((n + 2 * padding - (kernel - 1) - 1) / stride + 1)


# %% wrong "formulas swapped"
# Each function has the other one's formula. A convolution with stride 2 shrinks, a transposed one
# grows.
def conv_out_size(n, kernel, stride=1, padding=0):
    return (n - 1) * stride - 2 * padding + kernel


def conv_transpose_out_size(n, kernel, stride=1, padding=0):
    return (n + 2 * padding - kernel) // stride + 1


# %% wrong "rounds up"
# You count a window that hangs over the edge. Only whole windows count: round down.
# - return (n + 2 * padding - kernel) // stride + 1
# + return -(-(n + 2 * padding - kernel) // stride) + 1

# %% wrong "rounds to the nearest"
# `round` goes up as often as down. The window fits or it doesn't: round down, with `//`.
# - return (n + 2 * padding - kernel) // stride + 1
# + return round((n + 2 * padding - kernel) / stride) + 1

# %% wrong "a fraction"
# `/` gives a fraction, even where it comes out even, and no layer has half a pixel. Use `//`.
# - return (n + 2 * padding - kernel) // stride + 1
# + return (n + 2 * padding - kernel) / stride + 1

# %% wrong "adds 1 before dividing"
# You divide the 1 as well. First the windows after the first one, `// stride`; then add the first.
# - return (n + 2 * padding - kernel) // stride + 1
# + return (n + 2 * padding - kernel + 1) // stride

# %% wrong "forgets the first window"
# You count the *steps* of the window; there is one place more than steps. Add 1.
# - return (n + 2 * padding - kernel) // stride + 1
# + return (n + 2 * padding - kernel) // stride

# %% wrong "padding on one side (convolution)"
# Your convolution's padding counts once. It is laid on both sides: `2 * padding`.
# - return (n + 2 * padding - kernel) // stride + 1
# + return (n + padding - kernel) // stride + 1

# %% wrong "divides by the stride, whatever the kernel"
# Your convolution's side is n / stride: "same" padding, as in another library. Here the kernel and
# the padding decide.
# - return (n + 2 * padding - kernel) // stride + 1
# + return -(-n // stride)

# %% wrong "multiplies by the stride, whatever the kernel"
# Your transposed convolution's side is n · stride. That is true for 4/2/1; for other settings the
# kernel and the padding count.
# - return (n - 1) * stride - 2 * padding + kernel
# + return n * stride

# %% wrong "n stamps apart"
# Between n stamps there are n − 1 gaps. You count n.
# - return (n - 1) * stride - 2 * padding + kernel
# + return n * stride - 2 * padding + kernel

# %% wrong "padding added to the stamps"
# A transposed convolution's padding is *cut off*: it makes the result smaller. Subtract it.
# - return (n - 1) * stride - 2 * padding + kernel
# + return (n - 1) * stride + 2 * padding + kernel

# %% wrong "padding on one side (transposed)"
# Your transposed convolution cuts off one padding. It is cut on both sides: `2 * padding`.
# - return (n - 1) * stride - 2 * padding + kernel
# + return (n - 1) * stride - padding + kernel

# %% wrong "ignores the kernel of the last stamp"
# You count up to where the last stamp *begins*. It covers `kernel` pixels from there.
# - return (n - 1) * stride - 2 * padding + kernel
# + return (n - 1) * stride - 2 * padding


# %% [markdown]
# ### Stamps that overlap
#
# Sizes can be right and the picture still wrong. Take an image of equal pixels, and a kernel of
# ones: each stamp adds 1 to all that it covers. Kernel 3 and kernel 4, both with stride 2, both to
# about twice the size. How evenly do the stamps cover the result?
#
# > **Predict, and draw it:** how often is each pixel covered by kernel 3? And by kernel 4?


# %%
def coverage(kernel, stride, padding, n=8):
    """How often each pixel of the result is stamped."""
    ones = torch.ones(1, 1, n, n)
    stamps = torch.ones(1, 1, kernel, kernel)
    return F.conv_transpose2d(ones, stamps, stride=stride, padding=padding)[0, 0]


covers = {f"{k}/{s}/{p}": coverage(k, s, p) for k, s, p in [(3, 2, 1), (4, 2, 1), (5, 2, 2)]}
show_images(
    {f"{name}: {c.min():.0f} to {c.max():.0f} stamps": c / c.max() for name, c in covers.items()},
    alt="how often each pixel is stamped, white where most often",
    height=150,
)
for name, c in covers.items():
    print(f"{name}: side {len(c)}, a row in the middle:", *c[len(c) // 2].int().tolist())

# %% [markdown]
# Kernel 3 makes a **checkerboard**: one, two or four stamps. Kernel 5 makes another. A network can
# learn to make up for it, and often doesn't; the pattern has been seen in the pictures of many
# generators. A kernel that is a *multiple of the stride* covers evenly, away from the border. That
# is why 4/2/1, and not 3/2/1.
