"""Drawing conclusions from what was recorded of an answer, on the side that judges.

Where an answer runs, it could write "yes" into its record. So an exercise's `observe` hands over
raw material (tensors, draws, weights), and its `conclude` turns that into the yes, no and numbers
that are compared. `conclude` is never sent to where an answer runs.
"""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from autograder.check.data import Case, CheckData, Outcome, Record
from autograder.check.rules import Rule, split
from autograder.check.values import Value, decode

Conclude = Callable[..., dict[str, Any]]


def compile_conclude(source: str | None, exercise: str) -> Conclude | None:
    """The function `conclude` that an exercise's source text defines, if it has one."""
    if source is None:
        return None
    namespace: dict[str, Any] = {"__name__": f"conclude:{exercise}"}
    exec(compile(source, f"<conclude {exercise}>", "exec"), namespace)
    return namespace["conclude"]


def concluded(data: CheckData, record: Record) -> Record:
    """A record with each case's raw material replaced by what is concluded from it.

    A case whose conclusions can't be drawn has none: that is what is wrong with it.
    """
    conclude = compile_conclude(data.conclude, data.exercise)
    if conclude is None or len(record.outcomes) != len(data.cases):
        return record
    pairs = zip(data.cases, record.outcomes, strict=True)
    return replace(record, outcomes=[_concluded_outcome(conclude, *pair) for pair in pairs])


def _concluded_outcome(conclude: Conclude, case: Case, outcome: Outcome) -> Outcome:
    """An outcome as it is judged; whatever the record says of a conclusion doesn't count."""
    if outcome.crash:
        return outcome
    drawn: dict[str, tuple[Value, Rule]] = {}
    with contextlib.suppress(Exception):
        drawn = conclusions(conclude, case, outcome)
    own = set(case.rules) - set(case.concluded)
    kept = {name: value for name, value in outcome.observed.items() if name in own}
    return replace(outcome, observed=kept | {name: value for name, (value, _) in drawn.items()})


def conclusions(conclude: Conclude, case: Case, outcome: Outcome) -> dict[str, tuple[Value, Rule]]:
    """What `conclude` says of one case: values by name, each with its rule."""
    observed = {name: decode(value) for name, value in outcome.observed.items()}
    inputs = {name: decode(value) for name, value in case.inputs.items()}
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        return {name: split(value) for name, value in conclude(observed, inputs).items()}
