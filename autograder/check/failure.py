"""What an answer gets wrong, one observation or exception at a time, in a student's words."""

from __future__ import annotations

from dataclasses import dataclass, replace

from autograder.check.compare import is_telling
from autograder.check.crash import IN_CALL, IN_USE, normalised
from autograder.check.data import Case, Crash, Outcome
from autograder.check.effects import MESSAGES
from autograder.check.explain import explanation
from autograder.check.observe import UNCHANGED

NAMES_SHOWN = 3


@dataclass(frozen=True)
class Failure:
    """One observation that misses: in which case, which observation, and how.

    Attributes:
        name: of the observation; "" for an exception.
        where: the cases in words, where the same happens in several.
    """

    case: Case
    outcome: Outcome
    name: str
    problem: str
    where: str = ""

    @property
    def text(self) -> str:
        """The failure in one line; a hidden case keeps its values to itself."""
        if self.case.source == "hidden":
            return f"in a hidden case ({self.case.name}): {self.name or 'it'} is not as expected"
        unnamed = ("", "result", UNCHANGED, *MESSAGES)
        subject = f"{self.name}: " if self.name not in unnamed else ""
        return f"{self.where or self.case.name}: {subject}{self.problem}"

    @property
    def is_explained(self) -> bool:
        """Whether the text says more than what was expected and what came."""
        if self.case.source == "hidden":
            return False
        if self.outcome.crash:
            return bool(explanation(self.outcome.crash))
        named = self.name != "result" and self.problem.startswith(
            ("expected True", "expected False")
        )
        return named or self.name in (UNCHANGED, *MESSAGES) or is_telling(self.problem)


def merged(failures: list[Failure], cases: int) -> list[Failure]:
    """The failures, with what happens in several cases alike said once.

    Args:
        failures: in the order of the cases.
        cases: how many there are in all.
    """
    groups: dict[tuple[object, ...], list[Failure]] = {}
    for number, failure in enumerate(failures):
        groups.setdefault(_kind(failure) or (number,), []).append(failure)
    return [_together(group, cases) for group in groups.values()]


def _kind(failure: Failure) -> tuple[object, ...]:
    """What is the same of failures that are alike; empty for one that stands for itself."""
    crash = failure.outcome.crash
    if crash:
        return crash.type, normalised(crash.message), crash.line, crash.place
    return (failure.name, failure.problem) if failure.is_explained else ()


def _together(group: list[Failure], cases: int) -> Failure:
    first = min(group, key=lambda failure: failure.case.source == "hidden")
    if len(group) == 1 or first.case.source == "hidden":
        return first
    if len(group) == cases:
        return replace(first, where="in both cases" if cases == 2 else f"in all {cases} cases")
    names = [failure.case.name for failure in group if failure.case.source == "visible"]
    more = ", ..." if len(names) > NAMES_SHOWN else ""
    listed = ", ".join(names[:NAMES_SHOWN])
    return replace(first, where=f"in {len(group)} of {cases} cases ({listed}{more})")


def crash_text(crash: Crash) -> str:
    """An exception in a student's words: what it says, where, and what it means."""
    if crash.type == "NotImplementedError":
        return "this part is not written yet (NotImplementedError)"
    if crash.type == "SystemExit":
        return "your function ended Python; return a value instead"
    said = f"{crash.type}: {crash.message}" if crash.message else crash.type
    line = f", in the line `{crash.line}`" if crash.line else ""
    means = explanation(crash)
    return f"{_what_happened(crash)} {said}{line}" + (f". {means}" if means else "")


def _what_happened(crash: Crash) -> str:
    if crash.place == IN_USE:
        return f"your function returned {crash.returned}, and using it raised"
    return (
        "your function could not be called:" if crash.place == IN_CALL else "your function raised"
    )
