"""Inputs for every public function of the library, made of its annotations or from one table."""

import collections.abc
import importlib
import inspect
import pkgutil
import types
import typing
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch
from torch import Generator, Tensor

import retouch

Inputs = dict[str, Any]
SIZES = {"n": 3, "m": 3, "c": 3, "h": 16, "w": 20, "h2": 12, "w2": 14, "k": 4, "d": 5, "modes": 8}
OTHER = 4
"""Size of an axis whose name is not in `SIZES`."""


def public_functions() -> dict[str, Callable[..., Any]]:
    """Every function that a module of the library defines under a public name."""
    found = {}
    for module in pkgutil.walk_packages(retouch.__path__, "retouch."):
        parts_of_name = module.name.split(".")
        if any(part.startswith("_") for part in parts_of_name) or parts_of_name[1] == "bench":
            continue  # the bench compares libraries that may not be here
        for name, value in vars(importlib.import_module(module.name)).items():
            mine = getattr(value, "__module__", None) == module.name
            if mine and not name.startswith("_") and inspect.isroutine(value):
                found[f"{module.name.removeprefix('retouch.')}.{name}"] = value
    return found


def takes_numbers(function: Callable[..., Any]) -> bool:
    """Whether an argument is an array, a tensor or a number: what the sweep varies."""
    parameters = inspect.signature(function).parameters.values()
    return any(_is_numeric(parameter.annotation) for parameter in parameters)


def inputs_by_annotation(function: Callable[..., Any], given: Inputs) -> Inputs:
    """One input for each argument without a default, unless it is given."""
    return given | {
        name: _example(name, parameter.annotation)
        for name, parameter in inspect.signature(function).parameters.items()
        if name not in given and parameter.default is inspect.Parameter.empty
    }


def _is_numeric(hint: Any) -> bool:
    inner = typing.get_args(hint)
    numeric = hint in (int, float, Tensor, np.ndarray) or hasattr(hint, "dim_str")
    return numeric or (not _is_callable(hint) and any(map(_is_numeric, inner)))


def _is_callable(hint: Any) -> bool:
    return typing.get_origin(hint) is collections.abc.Callable


def _example(name: str, hint: Any) -> Any:
    if hint is Generator:
        return Generator().manual_seed(0)
    if hint in (int, float):
        return {int: 2, float: 0.5}[hint]
    if hasattr(hint, "dim_str"):
        return _array(name, hint)
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        return _example(name, typing.get_args(hint)[0])
    if typing.get_origin(hint) is collections.abc.Sequence:
        return [_example(f"{name}{i}", typing.get_args(hint)[0]) for i in range(2)]
    raise TypeError(f"{name}: no example for {hint}; put one into the table of the sweep")


def _array(name: str, hint: Any) -> Any:
    axes = [_size(axis) for axis in hint.dim_str.split() if not axis.startswith(("...", "*"))]
    shape = axes + ([3] if "*rgb" in hint.dim_str else [2, 5] if "*shape" in hint.dim_str else [])
    seed = sum(map(ord, name))
    values = torch.rand(shape, generator=Generator().manual_seed(seed))
    dtypes = hint.dtypes if isinstance(hint.dtypes, list | tuple) else ["float32"]
    if not any("float" in dtype for dtype in dtypes):
        values = _whole(values, dtypes)
    return values.numpy() if hint.array_type is np.ndarray else values


def _whole(values: Tensor, dtypes: Any) -> Tensor:
    if any("bool" in dtype for dtype in dtypes):
        return values > 0.5
    return (values * 255).to(torch.uint8) if "uint8" in dtypes[:1] else (values * 4).long()


def _size(axis: str) -> int:
    return int(axis) if axis.isdigit() else SIZES.get(axis, OTHER)


def parts(value: Any) -> Iterator[Tensor]:
    """Every tensor (or array, as one) in a result, whatever it is made of."""
    if isinstance(value, Tensor):
        yield value.detach()
    elif isinstance(value, np.ndarray) and value.dtype.kind in "buif":
        yield torch.from_numpy(np.ascontiguousarray(value))
    elif isinstance(value, bool | int | float | np.number):
        yield torch.tensor(float(value), dtype=torch.float64)
    elif isinstance(value, dict):
        for item in value.values():
            yield from parts(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from parts(item)
