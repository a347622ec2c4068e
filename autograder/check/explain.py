"""The exceptions that students meet most, explained in their own terms.

One table: a pattern for `Type: message`, and what to say. A name such as `{a}` in an explanation
is a group of its pattern; `{shapes}` gives the shapes of what the line names.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from autograder.check.crash import IN_CALL
from autograder.check.data import Crash

IMPORTS = {
    "np": "import numpy as np",
    "numpy": "import numpy as np",
    "torch": "import torch",
    "nn": "from torch import nn",
    "F": "import torch.nn.functional as F",
    "math": "import math",
    "random": "import random",
    "plt": "import matplotlib.pyplot as plt",
}
OF_NUMPY = {
    "astype": "`.to(torch.float32)`, or another dtype",
    "copy": "`.clone()`",
    "concatenate": "`torch.cat`",
    "expand_dims": "`.unsqueeze(dim)`",
    "power": "`torch.pow`, or `**`",
    "array": "`torch.tensor`",
    "pad": "`torch.nn.functional.pad`",
    "random": "`torch.rand`, `torch.randn` or `torch.randint`",
}
OF_TORCH = {
    "permute": "`.transpose(...)` with all axes",
    "unsqueeze": "`np.expand_dims(array, axis)`",
    "clamp": "`np.clip`",
    "float": "`.astype(np.float32)`",
    "double": "`.astype(np.float64)`",
    "long": "`.astype(np.int64)`",
    "to": "`.astype(...)`",
    "clone": "`.copy()`",
    "detach": "nothing: arrays carry no gradients",
    "numpy": "nothing: it is an array already",
    "square": "`np.square`, or `** 2`",
    "abs": "`np.abs`",
    "sqrt": "`np.sqrt`",
    "exp": "`np.exp`",
    "log": "`np.log`",
    "cat": "`np.concatenate`",
    "tensor": "`np.array`",
    "rand": "`np.random.default_rng(...).random`",
    "dim": "`.ndim`",
    "numel": "`.size`",
}
_BROADCAST = (
    "These two don't fit together element by element: from the right, each pair of sizes must be "
    "equal, or one of them 1{shapes}. `None` in an index, or `reshape`, adds a side of 1."
)
_MATMUL = (
    "In a matrix product the last side of the left factor must be as long as the first of the "
    "right one{shapes}. Is one of them transposed, or the number of inputs another?"
)
_SCALAR = (
    "There are many values where one is needed. Reduce them (`.mean()`, `.all()`), or work on the "
    "whole array at once."
)
_NO_GRAD = (
    "PyTorch finds no way from this value back to what you differentiate by. Something on the way "
    "was detached, made under `torch.no_grad()`, turned into NumPy or a number, or never had "
    "`requires_grad`."
)
_FLOATS = (
    "Two kinds of numbers meet ({a} and {b}). Bring one to the other's: `.to(other.dtype)`. What "
    "NumPy makes is float64 (Double), PyTorch's default is float32 (Float)."
)
_LEAF = (
    "This changes in place what PyTorch needs as it was, to compute gradients. Make a new tensor "
    "(`x = x + 1`, not `x += 1`), or work under `torch.no_grad()` where no gradient is wanted."
)
_CONCATENATE = (
    "All but the side along which they are joined must be of the same size{shapes}. Is the number "
    "of the side right?"
)
_RESHAPE = "The number of values must stay the same{shapes}. Count them: the product of all sides."
_INPUTS = (
    "The layer was made for {a} input channels and gets {b}. The second side of N×C×H×W is the "
    "channels; compare it with the layer's first number."
)

Explanation = str | Callable[[re.Match[str]], str]


def explanation(crash: Crash) -> str:
    """What an exception means, for a student; "" where the table doesn't know it."""
    text = f"{crash.type}: {crash.message}"
    for pattern, words in _TABLE:
        found = re.search(pattern, text)
        if found and (words is not _called or crash.place == IN_CALL):
            return _filled(words, found, crash)
    return ""


def _filled(words: Explanation, found: re.Match[str], crash: Crash) -> str:
    if not isinstance(words, str):
        return words(found)
    shapes = f"; here: {crash.shapes}" if crash.shapes else ""
    return words.format(**found.groupdict(), shapes=shapes)


def _called(_found: re.Match[str]) -> str:
    """Python could not even call the student's function."""
    return (
        "The check calls your function as the text says: keep the line `def ...` as it was given, "
        "with all its parameters, by their names and in their order."
    )


def _undefined(found: re.Match[str]) -> str:
    name = found["name"]
    if name in IMPORTS:
        return f"`{name}` is not imported: add `{IMPORTS[name]}` to your cell."
    return (
        f"Nothing is called `{name}` when your function runs. Is it misspelt, or defined in a cell "
        "that isn't handed over? Move it into the answer's cell."
    )


def _foreign(found: re.Match[str]) -> str:
    """An attribute that the other of NumPy and PyTorch has."""
    name, numpy = found["name"], "ndarray" in found["kind"] or "numpy" in found["kind"]
    other = (OF_TORCH if numpy else OF_NUMPY).get(name)
    kinds = ("a NumPy array", "PyTorch") if numpy else ("a PyTorch tensor", "NumPy")
    if other is None:
        return f"This is {kinds[0]} (or its module), and it has no `{name}`. Is it misspelt?"
    return f"`{name}` belongs to {kinds[1]}, and this is {kinds[0]} (or its module): use {other}."


_TABLE: list[tuple[str, Explanation]] = [
    (r"TypeError: .*(missing \d+ required|unexpected keyword|positional argument)", _called),
    (r"size of tensor a \(\d+\) must match|could not be broadcast|cannot be broadcast"
     r"|The expanded size of the tensor|could not broadcast|shape mismatch", _BROADCAST),
    (r"shapes cannot be multiplied|mismatch in its core dimension|not aligned: "
     r"|expected to have size|batch1 tensor|must have the same reduction dim"
     r"|inconsistent tensor size|does not broadcast with previously seen|size mismatch, got",
     _MATMUL),
    (r"weight of size .* to have (?P<a>\d+) channels, but got (?P<b>\d+) channels", _INPUTS),
    (r"Sizes of tensors must match|except for the concatenation axis"
     r"|stack expects each tensor|all input arrays must have the same shape", _CONCATENATE),
    (r"is invalid for input of size|cannot reshape array|view size is not compatible", _RESHAPE),
    (r"NoneType", "Something here is None. A function whose `return` is missing gives None, and so "
     "do methods that change a thing in place, and `.grad` before `backward()`."),
    (r"element 0 of tensors does not require grad|One of the differentiated Tensors", _NO_GRAD),
    (r"backward through the graph a second time", "The way back was walked once, and PyTorch has "
     "cleared it. Compute the loss anew for each `backward()`, or `detach()` what a second loss "
     "takes from the first."),
    (r"grad can be implicitly created only for scalar", "`backward()` starts from one number: "
     "reduce the loss first, with `.mean()` or `.sum()`."),
    (r"leaf Variable that requires grad|modified by an inplace operation", _LEAF),
    (r"expected scalar type (?P<a>\w+) but found (?P<b>\w+)", _FLOATS),
    (r"have the same dtype, but got: ?(?P<a>\w+) and (?P<b>\w+)", _FLOATS),
    (r"have the same dtype, but got (?P<a>\w+) and (?P<b>\w+)", _FLOATS),
    (r"have the same dtype, (?P<a>.+) != (?P<b>.+)", _FLOATS),
    (r"[Ii]nput type \((?P<a>.+?)\) and (?:weight|bias) type \((?P<b>.+?)\)", _FLOATS),
    (r"(can't|cannot) be cast|Cannot cast|Got: (Byte|Long|Int|Bool)|not implemented for "
     r"'(Byte|Long|Int|Half|Bool)'|must be either a floating point|only Tensors of floating point",
     "The dtype doesn't allow this: whole numbers (uint8, int64) can't hold fractions or "
     "gradients. Convert first, with `.float()` or `.astype(float)`."),
    (r"Python integer -?\d+ out of bounds for uint8", "A uint8 holds 0 to 255 only. Make the "
     "array wider before you compute, for example with `.astype(np.int16)`."),
    (r"index (?P<a>-?\d+) is out of bounds for (axis|dimension) \d+ with size (?P<b>\d+)",
     "There is no place {a}: {b} places count from 0 to {b} - 1{shapes}. Is it off by one, or are "
     "rows and columns swapped?"),
    (r"axis (?P<a>-?\d+) is out of bounds|Dimension out of range", "There is no such side: sides "
     "count from 0, and from the end with -1{shapes}."),
    (r"too many indices", "There are more indices than sides{shapes}. Can the input have fewer "
     "sides than you think, such as a gray image H×W?"),
    (r"list index out of range|tuple index out of range|string index out of range",
     "There is no such place: counting starts from 0 and ends one before the length."),
    (r"NameError: name '(?P<name>\w+)' is not defined", _undefined),
    (r"UnboundLocalError: .*'(?P<name>\w+)'", "`{name}` gets its value in this function, but on "
     "this way through it not yet: give it one before, outside of the `if` or the loop."),
    (r"AttributeError: (module )?'(?P<kind>numpy\.ndarray|numpy|torch|Tensor)'"
     r"( object)? has no attribute '(?P<name>\w+)'", _foreign),
    (r"must be Tensor, not (?P<a>[\w.]+)", "This function of PyTorch takes tensors, and gets a "
     "{a}: use Python's or NumPy's function for it, or make a tensor first."),
    (r"Can't call numpy\(\) on Tensor that requires grad", "NumPy knows no gradients. Stay with "
     "PyTorch's functions where gradients must pass; where none are wanted, "
     "`.detach().numpy()`."),
    (r"same device|cuda.* to numpy|device type", "Two tensors live on different devices. Make "
     "new ones where the input is: `device=x.device`, or `.to(x.device)`; for NumPy, `.cpu()`."),
    (r"truth value of an array|Boolean value of Tensor|only one element tensors|to Scalar"
     r"|only (length-1|0-dimensional) arrays|only integer (scalar arrays|tensors)", _SCALAR),
    (r"(operand|unsupported|multiply).*'(list|tuple|dict|str)'", "Python's lists and tuples don't "
     "compute element by element. Make an array or a tensor first."),
    (r"'(?P<a>int|float|bool|list|tuple|str)' object (has no attribute|is not subscriptable"
     r"|is not iterable|is not callable)", "Here stands a plain {a}, where you expect something "
     "else. Print it: which line gave it this value?"),
    (r"TypeError: .*(missing \d+ required|unexpected keyword|positional argument|multiple values)",
     "The function called in this line takes other arguments: look at its signature with "
     "`help(...)`."),
    (r"got an unexpected keyword|invalid combination of arguments|received an invalid combination",
     "The function called in this line takes other arguments: look at its signature with "
     "`help(...)`."),
    (r"RecursionError", "The function calls itself without end: is there a case in which it "
     "stops?"),
    (r"ZeroDivisionError", "Something is divided by 0. Which count or size can be 0?"),
]  # fmt: skip
