"""A device that isn't there: it refuses what CUDA and MPS refuse, so that mixes show on any CPU."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode
from torch.utils._pytree import tree_leaves, tree_map_only

THERE = torch.device("mps")


class Elsewhere(Tensor):
    """A tensor that is said to live on another device."""


class AnotherDevice(TorchFunctionMode):
    """Within it, `Elsewhere` tensors are on `THERE`, which has no float64."""

    def __torch_function__(
        self, function: Callable[..., Any], types: Any, args: Any = (), kwargs: Any = None
    ) -> Any:
        kwargs = dict(kwargs or {})
        name = getattr(function, "__name__", "")
        tensors = [x for x in tree_leaves((args, kwargs)) if isinstance(x, Tensor)]
        there = [x for x in tensors if isinstance(x, Elsewhere)]
        if function == Tensor.device.__get__ and there:
            return THERE
        if name in ("numpy", "__array__") and there:
            raise TypeError("can't convert another device's tensor to numpy; copy it with .cpu()")
        if name in ("as_subclass", "requires_grad_"):
            with torch._C.DisableTorchFunctionSubclass():
                return function(*args, **kwargs)
        wanted, args, kwargs = _destination(name, args, kwargs)
        if not wanted and name != "__setitem__" and name != "__getitem__":
            mixed = [x for x in tensors if not isinstance(x, Elsewhere) and x.ndim]
            if there and mixed:
                raise RuntimeError(f"{name}: expected all tensors to be on the same device")
        goes_there = wanted == THERE or (wanted is None and bool(there))
        generator = kwargs.get("generator")
        if goes_there and generator is not None:
            raise RuntimeError(f"{name}: expected a generator of the other device, got the CPU's")
        with torch._C.DisableTorchFunctionSubclass():
            result = function(*args, **kwargs)
        return tree_map_only(Tensor, _there if goes_there else _here, result)


def _destination(name: str, args: Any, kwargs: Any) -> tuple[torch.device | None, Any, Any]:
    """The device that is asked for, and arguments that ask for none."""
    if name == "cpu":
        return torch.device("cpu"), args, kwargs
    wanted = torch.device(kwargs["device"]) if kwargs.get("device") is not None else None
    if wanted:
        kwargs["device"] = "cpu"
    if name == "to" and len(args) > 1:
        if isinstance(args[1], Tensor):
            wanted = THERE if isinstance(args[1], Elsewhere) else torch.device("cpu")
        elif isinstance(args[1], torch.device | str):
            wanted = torch.device(args[1])
            args = (args[0], torch.device("cpu"), *args[2:])
    return wanted, args, kwargs


def _there(value: Tensor) -> Tensor:
    if value.dtype in (torch.float64, torch.complex128):
        raise TypeError("the other device has no float64")
    return value.as_subclass(Elsewhere)


def _here(value: Tensor) -> Tensor:
    return value.as_subclass(Tensor) if isinstance(value, Elsewhere) else value
