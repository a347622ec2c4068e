"""Running an answer on its cases and writing down what can be observed.

This runs where the answer runs, in the student's notebook or in a sandbox. It knows inputs
and no expected values; it records, and judges nothing.
"""

from __future__ import annotations

import contextlib
import io
import linecache
import random
import sys
import traceback
import warnings
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from autograder.check.data import Case, CheckData, Crash, Outcome, Record
from autograder.check.rules import Rule, split
from autograder.check.values import Value, decode, describe, encode, identical

UNCHANGED = "inputs left unchanged"
RETURNED = "returned"
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
    watched = {name: Watched(function) for name, function in functions.items()}
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
    values = {name: value for name, (value, _) in pairs.items()}
    return Outcome(values, printed=printed.getvalue()), {
        name: rule for name, (_, rule) in pairs.items()
    }


class Watched:
    """An answer's function that remembers what it returned last."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function
        self.returned: Value | None = None

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the function."""
        self.returned = None
        result = self.function(*args, **kwargs)
        self.returned = encode(result)
        return result

    @property
    def filename(self) -> str | None:
        """The file, or notebook cell, that the function was written in."""
        return getattr(getattr(self.function, "__code__", None), "co_filename", None)


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
    """What an exception tells: either the answer raised it, or what it returned is no use."""
    own = {function.filename for function in functions.values()} - {None}
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename in own]
    returned = [f.returned for f in functions.values() if f.returned is not None]
    if not frames and returned and not _refused_call(error):
        return Crash(RETURNED, describe(returned[-1]))
    message = " ".join(str(error).split())[:300]
    return Crash(type(error).__name__, message, _source_line(frames[-1]) if frames else "")


def _refused_call(error: BaseException) -> bool:
    """Whether Python could not even call the answer: too many or too few parameters, say."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return trace is not None and trace.tb_frame.f_code is Watched.__call__.__code__


def _source_line(frame: traceback.FrameSummary) -> str:
    text = frame.line or linecache.getline(frame.filename, frame.lineno or 0)
    return text.strip()[:200]
