"""Side effects: what a call of the answer leaves behind, observed for every exercise.

Each is observed around every call of a student's function. The build holds an exercise to those
that its solution and its right answers never have, and that its text speaks of.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from autograder.check.rules import Rule
from autograder.check.values import Value

NEW = "result is a new one"
RANDOM = "global random state left alone"
MODES = "train and eval modes left as they were"
FLAGS = "requires_grad left as it was"
BUFFERS = "buffers left as they were"
GRADIENTS = "gradients of what is passed in left as they were"
DETACHED = "result without gradients"

MESSAGES = {
    NEW: "what your function returned shares its memory with an input, so that who changes one "
    "changes the other; return a copy",
    RANDOM: "your function draws from the global random generator, or seeds it, although it is "
    "given a generator; draw every number from that one",
    MODES: "your function leaves a network in another mode (train or eval) than it came in; put "
    "it back",
    FLAGS: "your function leaves `requires_grad` of what it is given changed; work on a copy "
    "(`x.detach().requires_grad_()`), or put it back",
    BUFFERS: "your function changes a network's buffers, such as the running statistics of batch "
    "normalisation; run it in the mode that the text asks for",
    GRADIENTS: "your function leaves gradients (`.grad`) of what it is given changed; use "
    "`torch.autograd.grad`, or work on a copy",
    DETACHED: "your result carries gradients, where the text asks for one without; compute it "
    "under `torch.no_grad()`, or `detach()` it",
}
# What the text of an exercise must speak of, before an answer is held to it.
ANNOUNCED = {NEW: r"\bnew\b|\bcop(y|ies)\b", DETACHED: r"gradient|no_grad|detach"}
MAX_DEPTH = 3


@dataclass
class Effects:
    """Which side effects an answer's calls were free of, so far."""

    kept: dict[str, bool] = field(default_factory=lambda: dict.fromkeys(MESSAGES, True))

    def before(self, arguments: Iterable[Any]) -> Snapshot:
        """What to compare with, right before a call with these arguments."""
        given = list(arguments)
        if _has_generator(given):
            _move_on()
        return Snapshot(given)

    def note(self, before: Snapshot, result: Any) -> None:
        """Take one call into account, from what there was before it and what it returned."""
        after = Snapshot(before.arguments)
        for name, value in before.values.items():
            self.kept[name] &= _same(value, after.values[name])
        tensors = list(_arrays(result))
        self.kept[DETACHED] &= not any(getattr(item, "requires_grad", False) for item in tensors)
        self.kept[NEW] &= not _overlap(before.memory, [_bounds(item) for item in tensors])

    def observed(self) -> dict[str, tuple[Value, Rule]]:
        """The observations, with their rule."""
        return {
            name: (Value("number", "bool", kept), Rule("equal")) for name, kept in self.kept.items()
        }


class Snapshot:
    """What a call could change and should not: of its arguments, and of the random generators.

    Attributes:
        memory: first and last address of each array and tensor among the arguments.
        values: the state that each observation is about.
    """

    def __init__(self, arguments: list[Any]) -> None:
        self.arguments = arguments
        arrays = [item for argument in self.arguments for item in _arrays(argument)]
        modules = [item for argument in self.arguments for item in _modules(argument)]
        leaves = [item for item in arrays if hasattr(item, "requires_grad")]
        leaves += [parameter for module in modules for parameter in module.parameters()]
        self.memory = [_bounds(item) for item in arrays]
        self.values: dict[str, list[Any]] = {
            MODES: [part.training for module in modules for part in module.modules()],
            FLAGS: [leaf.requires_grad for leaf in leaves],
            BUFFERS: [buffer.clone() for module in modules for buffer in module.buffers()],
            GRADIENTS: [_gradient(leaf) for leaf in leaves],
            RANDOM: _random_states() if _has_generator(self.arguments) else [],
        }


def _gradient(leaf: Any) -> Any:
    gradient = leaf.grad if leaf.is_leaf else None
    return None if gradient is None else gradient.detach().clone()


def _random_states() -> list[Any]:
    torch = sys.modules.get("torch")
    _, keys, position, *_ = np.random.get_state()
    states = [hash(random.getstate()), np.array(keys), position]
    return [*states, torch.get_rng_state()] if torch else states


def _move_on() -> None:
    """Draw from each global generator, so that none is where a seed such as 0 would put it."""
    random.random()
    np.random.random()
    if torch := sys.modules.get("torch"):
        torch.rand(())


def _has_generator(arguments: list[Any]) -> bool:
    torch = sys.modules.get("torch")
    kinds = (random.Random, np.random.Generator, *((torch.Generator,) if torch else ()))
    return any(isinstance(argument, kinds) for argument in arguments)


def _same(before: list[Any], after: list[Any]) -> bool:
    return len(before) == len(after) and all(map(_equal, before, after))


def _equal(one: Any, other: Any) -> bool:
    if hasattr(one, "shape") and hasattr(other, "shape"):
        return one.shape == other.shape and bool((one == other).all() or _equal_nan(one, other))
    return one is other or (
        not hasattr(one, "shape") and not hasattr(other, "shape") and one == other
    )


def _equal_nan(one: Any, other: Any) -> bool:
    return bool(((one == other) | ((one != one) & (other != other))).all())


def _arrays(item: Any, depth: int = 0) -> Iterator[Any]:
    """The arrays and tensors in a value, down to a few levels."""
    torch = sys.modules.get("torch")
    if isinstance(item, np.ndarray) or (torch and isinstance(item, torch.Tensor)):
        yield item
    elif depth < MAX_DEPTH:
        for entry in _entries(item):
            yield from _arrays(entry, depth + 1)


def _modules(item: Any, depth: int = 0) -> Iterator[Any]:
    torch = sys.modules.get("torch")
    if torch and isinstance(item, torch.nn.Module):
        yield item
    elif depth < MAX_DEPTH:
        for entry in _entries(item):
            yield from _modules(entry, depth + 1)


def _entries(item: Any) -> Iterable[Any]:
    if isinstance(item, Mapping):
        return item.values()
    return item if isinstance(item, list | tuple) else ()


def _bounds(item: Any) -> tuple[int, int]:
    """The first address of an array's values and the one after the last; (0, 0) if unknown."""
    if isinstance(item, np.ndarray):
        low, high = np.lib.array_utils.byte_bounds(item)
        return (int(low), int(high)) if item.size else (0, 0)
    try:
        storage = item.untyped_storage()
        return storage.data_ptr(), storage.data_ptr() + storage.nbytes()
    except (RuntimeError, NotImplementedError):
        return 0, 0


def _overlap(memory: list[tuple[int, int]], others: list[tuple[int, int]]) -> bool:
    return any(
        low < other_high and other_low < high
        for low, high in memory
        for other_low, other_high in others
    )
