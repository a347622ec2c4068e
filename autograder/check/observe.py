"""Running an answer on its cases and writing down what can be observed.

This runs where the answer runs, in the student's notebook or in a sandbox. It knows inputs
and no expected values; it records, and judges nothing.
"""

from __future__ import annotations

import contextlib
import io
import random
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from autograder.check.crash import call_answer, crash_of
from autograder.check.data import Case, CheckData, Crash, Outcome, Record
from autograder.check.effects import Effects
from autograder.check.rules import Rule, split
from autograder.check.values import Value, decode, encode, identical

UNCHANGED = "inputs left unchanged"
MAX_PRINTED = 2_000
Functions = dict[str, Callable[..., Any]]


def observe_answer(functions: Functions, data: CheckData) -> Record:
    """Run an answer on every case of an exercise.

    Args:
        functions: the answer's functions, by the exercise's names for them.
        data: the exercise's cases (expected values are not looked at, and may be missing).
    """
    observe = compile_observe(data.observe, data.exercise)
    with quiet(), _random_state_kept():
        outcomes = [run_case(functions, case, observe)[0] for case in data.cases]
    return Record(outcomes)


def compile_observe(source: str | None, exercise: str) -> Callable[..., Any] | None:
    """The function `observe` that an exercise's source text defines, if it has one."""
    if source is None:
        return None
    namespace: dict[str, Any] = {"__name__": f"observe:{exercise}"}
    exec(compile(source, f"<observe {exercise}>", "exec"), namespace)
    return namespace["observe"]


def run_case(
    functions: Functions, case: Case, observe: Callable[..., Any] | None
) -> tuple[Outcome, dict[str, Rule]]:
    """What is observed of one case, and the rules that the observations are held to."""
    inputs = {name: decode(value) for name, value in case.inputs.items()}
    effects = Effects()
    watched = {name: Watched(function, effects) for name, function in functions.items()}
    printed = _Printed()
    _seed_everything()
    try:
        with contextlib.redirect_stdout(printed):
            observed = _call(watched, inputs, observe)
            pairs = {name: split(value) for name, value in observed.items()}
    except (Exception, SystemExit) as error:
        return Outcome(crash=_crash(error, watched), printed=printed.getvalue()), {}
    kept = all(identical(case.inputs[name], encode(value)) for name, value in inputs.items())
    pairs[UNCHANGED] = (Value("number", "bool", kept), Rule("equal"))
    pairs |= effects.observed()
    values = {name: value for name, (value, _) in pairs.items()}
    return Outcome(values, printed=printed.getvalue()), {
        name: rule for name, (_, rule) in pairs.items()
    }


class Watched:
    """An answer's function that remembers what it returned last, and notes side effects."""

    def __init__(self, function: Callable[..., Any], effects: Effects) -> None:
        self.function = function
        self.effects = effects
        self.returned: Value | None = None

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the function."""
        self.returned = None
        before = self.effects.before([*args, *kwargs.values()])
        result = call_answer(self.function, args, kwargs)
        self.effects.note(before, result)
        self.returned = encode(result)
        return result

    @property
    def filename(self) -> str | None:
        """The file, or notebook cell, that the function was written in."""
        return getattr(getattr(self._written, "__code__", None), "co_filename", None)

    @property
    def scope(self) -> dict[str, Any] | None:
        """The names that the function's file or notebook defines."""
        return getattr(self._written, "__globals__", None)

    @property
    def _written(self) -> Any:
        """The function, or a method where it is a class."""
        if not isinstance(self.function, type):
            return self.function
        return next((m for m in vars(self.function).values() if callable(m)), None)


def _call(
    functions: Mapping[str, Watched], inputs: dict[str, Any], observe: Callable[..., Any] | None
) -> dict[str, Any]:
    if observe is None:
        (function,) = functions.values()
        return {"result": function(**inputs)}
    return dict(observe(**functions, **inputs))


class _Printed(io.StringIO):
    """Keeps the first characters that an answer prints, and lets the rest go."""

    def write(self, text: str) -> int:
        room = MAX_PRINTED - self.tell()
        super().write(text[: max(room, 0)])
        return len(text)


def _seed_everything(seed: int = 0) -> None:
    """So that an answer which draws from a global generator gives the same answer twice."""
    random.seed(seed)
    np.random.seed(seed)
    if "torch" in sys.modules:
        sys.modules["torch"].manual_seed(seed)


@contextlib.contextmanager
def _random_state_kept() -> Iterator[None]:
    """Give the student's notebook its random state back after a check."""
    python, numpy = random.getstate(), np.random.get_state()
    torch = sys.modules.get("torch")
    torch_state = torch.get_rng_state() if torch else None
    try:
        yield
    finally:
        random.setstate(python)
        np.random.set_state(numpy)
        if torch:
            torch.set_rng_state(torch_state)


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """No warnings, no prints and no stderr: nbgrader scores a cell with any stderr as zero."""
    nowhere = _Printed()
    silent = contextlib.redirect_stdout(nowhere), contextlib.redirect_stderr(nowhere)
    with warnings.catch_warnings(), silent[0], silent[1]:
        warnings.simplefilter("ignore")
        yield


def _crash(error: BaseException, functions: Mapping[str, Watched]) -> Crash:
    returned = [f.returned for f in functions.values() if f.returned is not None]
    return crash_of(error, functions.values(), returned)
