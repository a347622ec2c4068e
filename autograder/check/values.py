"""Plain data: what may travel between a student's process and a judge.

A value is an array, a number, a text, nothing, a sequence or a mapping of such, or, for
everything else, just the name of its type. No code travels, and nothing is ever unpickled.
"""

from __future__ import annotations

import sys
import types
from dataclasses import dataclass
from typing import Any

import numpy as np

MAX_ELEMENTS = 4_000_000
MAX_TEXT = 500
MAX_NAME = 200
MAX_TYPE = 80
MAX_ITEMS = 2_000
MAX_DEPTH = 8
NUMPY, TORCH = "numpy.ndarray", "torch.Tensor"


@dataclass(frozen=True)
class Value:
    """A plain value.

    Attributes:
        kind: "array", "number", "text", "none", "sequence", "mapping" or "object".
        type: the name of the Python type that it was, such as "torch.Tensor" or "list".
        data: by kind: an ndarray of numbers or booleans; a bool, int, float or complex; a
            str; None; a tuple of values; a dict of values; a remark on the object.
    """

    kind: str
    type: str
    data: Any = None


def plain_text(text: str, limit: int) -> str:
    """A text's first characters; what a terminal or a browser might act on is replaced."""
    shown = str.__str__(text)[:limit]
    return "".join(s if s.isprintable() or s in "\n\t " else "\ufffd" for s in shown)


def fits_64_bits(number: int) -> bool:
    """Whether NumPy has an integer type for this number."""
    return -(2**63) <= number < 2**63


def encode(value: Any, depth: int = 0) -> Value:
    """The plain value of a Python object; what is not plain keeps its type's name only."""
    name = _type_name(value)
    if value is None:
        return Value("none", name)
    if isinstance(value, bool | int | float | complex):
        return _number(value, name)
    if isinstance(value, str):
        return Value("text", name, plain_text(value, MAX_TEXT))
    if isinstance(value, np.generic):
        return _encode_scalar(value, name)
    if isinstance(value, np.ndarray):
        return _encode_array(value, NUMPY)
    if _is_tensor(value):
        return _encode_tensor(value)
    if isinstance(value, list | tuple | dict) and depth < MAX_DEPTH:
        return _encode_container(value, name, depth)
    return Value("object", name)


def decode(value: Value) -> Any:
    """The Python object that a plain value stands for; arrays are fresh and writable."""
    if value.kind == "array":
        return _decode_array(value)
    if value.kind == "sequence":
        items = [decode(item) for item in value.data]
        return tuple(items) if value.type == "tuple" else items
    if value.kind == "mapping":
        return {key: decode(item) for key, item in value.data.items()}
    if value.kind == "object":
        raise TypeError(f"a {value.type} is not plain data")
    return value.data


def identical(one: Value, other: Value) -> bool:
    """Whether two plain values are the same to the last bit (NaN equals NaN)."""
    if (one.kind, one.type) != (other.kind, other.type):
        return False
    if one.kind == "array":
        same_form = one.data.dtype == other.data.dtype and one.data.shape == other.data.shape
        return same_form and one.data.tobytes() == other.data.tobytes()
    if one.kind == "sequence":
        pairs = zip(one.data, other.data, strict=False)
        return len(one.data) == len(other.data) and all(identical(a, b) for a, b in pairs)
    if one.kind == "mapping":
        keys = list(one.data) == list(other.data)
        return keys and all(identical(one.data[key], other.data[key]) for key in one.data)
    return bool(one.data == other.data) or one.data != one.data


def describe(value: Value) -> str:
    """A value in the words of a student: "a NumPy array of uint8, shape (4, 6, 3)"."""
    if value.kind == "array":
        library = "NumPy array" if value.type == NUMPY else "PyTorch tensor"
        return f"a {library} of {value.data.dtype}, shape {value.data.shape}"
    if value.kind == "none":
        return "None"
    if value.kind in ("number", "text"):
        text = repr(value.data)
        return f"{text if len(text) <= 60 else text[:57] + '...'} (a {value.type})"
    if value.kind == "sequence":
        return f"a {value.type} of {len(value.data)}"
    return f"a {value.type}"


def _type_name(value: Any) -> str:
    if _is_tensor(value):
        return TORCH
    if isinstance(value, np.ndarray):
        return NUMPY
    return plain_text(type(value).__name__, MAX_TYPE)


def _is_tensor(value: Any) -> bool:
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(value, torch.Tensor)


def _number(value: bool | int | float | complex, name: str) -> Value:
    if isinstance(value, bool):
        return Value("number", name, bool(value))
    if isinstance(value, int):
        plain_int = int(value)
        fits = fits_64_bits(plain_int)
        return Value("number", name, plain_int) if fits else Value("object", "enormous int")
    plain = float(value) if isinstance(value, float) else complex(value)
    return Value("number", name, plain)


def _encode_scalar(value: np.generic, name: str) -> Value:
    if value.dtype.kind in "biufc":
        return Value("number", name, value.item())
    return Value("object", name)


def _encode_array(value: np.ndarray, name: str) -> Value:
    if value.dtype.kind not in "biufc":
        return Value("object", f"{name} of {value.dtype}")
    if value.size > MAX_ELEMENTS:
        return Value("object", f"{name} of {value.size} elements, too large to compare")
    wide = {"f": np.float64, "c": np.complex128}.get(value.dtype.kind)
    is_long = wide is not None and value.dtype.itemsize > np.dtype(wide).itemsize
    dtype = wide if is_long else value.dtype.newbyteorder("=")
    return Value("array", name, np.array(value, dtype=dtype, order="C", subok=False))


def _encode_tensor(value: Any) -> Value:
    torch = sys.modules["torch"]
    if value.numel() > MAX_ELEMENTS:
        return Value("object", f"{TORCH} of {value.numel()} elements, too large to compare")
    plain = value.detach().to("cpu").resolve_conj().resolve_neg()
    if plain.dtype in (torch.bfloat16, torch.float16):
        plain = plain.float()
    return _encode_array(plain.numpy(), TORCH)


def _encode_container(value: Any, name: str, depth: int) -> Value:
    if len(value) > MAX_ITEMS:
        return Value("object", f"{name} of {len(value)} items, too large to compare")
    if isinstance(value, dict):
        items = {
            plain_text(str(key), MAX_NAME): encode(item, depth + 1) for key, item in value.items()
        }
        return Value("mapping", name, items)
    return Value("sequence", name, tuple(encode(item, depth + 1) for item in value))


def _decode_array(value: Value) -> Any:
    copy = np.array(value.data)
    if value.type != TORCH:
        return copy
    import torch

    return torch.from_numpy(copy)


def is_generator(value: Value) -> bool:
    """Whether the object was a generator, which a forgotten `list(...)` leaves behind."""
    return value.kind == "object" and value.type == types.GeneratorType.__name__
