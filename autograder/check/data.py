"""The check data of one exercise: cases, what is expected of them, known mistakes.

The build writes it; the notebook's check and the grader read it. What leaves for a sandbox is
`CheckData.questions()`, which holds inputs only: no expected value, no mistake.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from autograder.check import archive
from autograder.check.rules import Rule
from autograder.check.values import Value
from autograder.errors import UserError

FORMAT = 3


@dataclass(frozen=True)
class Crash:
    """An exception that an answer raised: its type, its message, and the line it came from.

    Attributes:
        place: where it came up; see `autograder.check.crash`.
        returned: what the answer had returned, in words, where the check could not use it.
        shapes: of the arrays that the line names, in words.
    """

    type: str
    message: str
    line: str = ""
    place: str = ""
    returned: str = ""
    shapes: str = ""


@dataclass(frozen=True)
class Outcome:
    """What was observed of one case: named values, or the exception that ended it."""

    observed: dict[str, Value] = field(default_factory=dict)
    crash: Crash | None = None
    printed: str = ""


@dataclass(frozen=True)
class Record:
    """What was observed of an answer.

    Attributes:
        outcomes: one per case, in order.
        forbidden: what the answer uses but must not.
        stopped: why the answer could not be observed at all, if it couldn't.
    """

    outcomes: list[Outcome]
    forbidden: list[str] = field(default_factory=list)
    stopped: Crash | None = None


@dataclass(frozen=True)
class Case:
    """One case: what is special about it, the inputs, and the expected values with their rules.

    Attributes:
        source: "visible" for the cases that a student has, "hidden" for the instructor's.
        concluded: the expected values that `conclude` draws; a record can't bring them along.
    """

    name: str
    inputs: dict[str, Value]
    expected: dict[str, Value] = field(default_factory=dict)
    rules: dict[str, Rule] = field(default_factory=dict)
    source: str = "visible"
    concluded: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Mistake:
    """A known wrong answer: its name, the diagnosis, and what it does on each case.

    Attributes:
        outcomes: one per case; None where the mistake makes no difference.
        raises: a pattern for the message by which an exception alone shows the mistake; "" where
            none does.
        when: a name that only an answer with this mistake uses; see `autograder.check.diagnose`.
    """

    title: str
    diagnosis: str
    outcomes: list[Outcome | None]
    raises: str = ""
    when: str = ""


@dataclass(frozen=True)
class CheckData:
    """All that is needed to check an answer to one exercise.

    Attributes:
        observe: source text that runs beside an answer and says what to record of it.
        conclude: source text that draws conclusions from what was recorded; it never runs
            where an answer does.
        sources: a digest of what these data were made from.
    """

    exercise: str
    points: float
    functions: list[str]
    forbid: list[str]
    hints: list[str]
    observe: str | None
    cases: list[Case]
    mistakes: list[Mistake]
    conclude: str | None = None
    sources: str = ""

    def questions(self) -> CheckData:
        """The part that a sandboxed answer may see: the inputs, and how to observe."""
        cases = [Case(case.name, case.inputs) for case in self.cases]
        return CheckData(
            self.exercise, self.points, self.functions, self.forbid, [], self.observe, cases, []
        )

    def by_source(self) -> list[CheckData]:
        """The cases of each source apart, the visible ones first; no mistakes."""
        sources = dict.fromkeys(case.source for case in self.cases)
        parts = [[case for case in self.cases if case.source == source] for source in sources]
        return [replace(self, cases=part, mistakes=[]) for part in parts]

    def joined(self, other: CheckData) -> CheckData:
        """These cases and those of another source together, for the same exercise."""
        mistakes = [
            replace(one, outcomes=one.outcomes + more.outcomes)
            for one, more in zip(self.mistakes, other.mistakes, strict=True)
        ]
        return replace(self, cases=self.cases + other.cases, mistakes=mistakes)

    def dump(self) -> bytes:
        """These data as the bytes of a file."""
        return archive.dump({"format": FORMAT, **_shallow(self)})

    @classmethod
    def load(cls, content: bytes) -> CheckData:
        """The data in the bytes of a file that the build wrote."""
        tree = archive.load(content)
        if tree.pop("format", None) != FORMAT:
            raise archive.ArchiveError("check data of another version of Retouch")
        tree["cases"] = [_case(case) for case in tree["cases"]]
        tree["mistakes"] = [_mistake(mistake) for mistake in tree["mistakes"]]
        return cls(**tree)

    @classmethod
    def read(cls, path: Path) -> CheckData:
        """The data in a file.

        Raises:
            UserError: the file is damaged or of another version.
        """
        try:
            return cls.load(path.read_bytes())
        except archive.ArchiveError as error:
            raise UserError(
                f"{path}: expected check data of this version of Retouch, found {error}; "
                "download the unit again, or run `retouch build`"
            ) from error


def dump_record(record: Record) -> bytes:
    """A record as bytes, to leave the process that made it."""
    return archive.dump_untrusted(_shallow(record))


def load_record(content: bytes, limit: int = archive.MAX_BYTES) -> Record:
    """The record in bytes that an untrusted process wrote; its texts are short and printable.

    Raises:
        ArchiveError: the bytes are anything else, or larger than `limit`.
    """
    tree = archive.load_untrusted(content, limit)
    try:
        outcomes = [_outcome(outcome) for outcome in tree["outcomes"]]
        forbidden = [str(name) for name in tree["forbidden"]]
        return Record(outcomes, forbidden, _crash(tree["stopped"]))
    except (TypeError, KeyError, AttributeError) as error:
        raise archive.ArchiveError(f"not a record: {type(error).__name__}") from error


def _shallow(item: Any) -> Any:
    """Dataclasses as dictionaries, down to the values."""
    if isinstance(item, Value):
        return item
    if isinstance(item, Rule | Crash):
        return asdict(item)
    if hasattr(item, "__dataclass_fields__"):
        return {name: _shallow(getattr(item, name)) for name in item.__dataclass_fields__}
    if isinstance(item, dict):
        return {key: _shallow(entry) for key, entry in item.items()}
    if isinstance(item, list):
        return [_shallow(entry) for entry in item]
    return item


def _case(tree: dict[str, Any]) -> Case:
    rules = {name: Rule(**rule) for name, rule in tree.pop("rules").items()}
    return Case(**tree, rules=rules)


def _mistake(tree: dict[str, Any]) -> Mistake:
    outcomes = [outcome and _outcome(outcome) for outcome in tree.pop("outcomes")]
    return Mistake(**tree, outcomes=outcomes)


def _outcome(tree: dict[str, Any]) -> Outcome:
    observed = {str(name): value for name, value in tree["observed"].items()}
    if not all(isinstance(value, Value) for value in observed.values()):
        raise TypeError("an observation is not a plain value")
    return Outcome(observed, _crash(tree["crash"]), str(tree["printed"]))


def _crash(tree: dict[str, Any] | None) -> Crash | None:
    return Crash(**{name: str(text) for name, text in tree.items()}) if tree else None
