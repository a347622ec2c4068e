"""`retouch bench fairness`: is what a check says of an answer true, in every class?

Mutants of each solution must fail, and get a true diagnosis or none; the solution and every right
answer must pass whatever the secret, and every wrong answer must fail.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from autograder.build.answers import prelude, solution_functions, variant_functions
from autograder.build.data import drawn_data, full_data, visible_questions
from autograder.build.exercise import Exercise
from autograder.build.fork import Ended, in_fork
from autograder.build.mutants import Mutant, mutants
from autograder.build.pairs import false_names
from autograder.build.percent import Cell
from autograder.build.source import UnitSource, read_unit
from autograder.check.data import CheckData
from autograder.check.judge import judge
from autograder.check.observe import Functions, compile_observe, observe_answer
from autograder.check.runner import observe_source
from autograder.errors import UserError
from autograder.units import find_unit, split_exercise, units

WRONG_SECRETS = 20
CPU_SECONDS = 20


@dataclass
class Fairness:
    """What was found of one exercise.

    Attributes:
        failures: a right answer that failed or a wrong one that passed, with the secret.
        mutants: how many were tried, without the equivalent ones.
        failed, diagnosed, explained: how many of them failed; of these, how many got a diagnosis,
            and how many only an explanation.
        survivors: the changes that passed.
        named: each change that was diagnosed, with the diagnosis, unless it is accepted.
        false_names: combinations of two wrong answers that got a third one's name.
        seconds: of CPU time, this exercise's.
    """

    exercise: str
    secrets: int = 0
    mutants: int = 0
    equivalent: int = 0
    failed: int = 0
    diagnosed: int = 0
    explained: int = 0
    failures: list[str] = field(default_factory=list)
    survivors: list[str] = field(default_factory=list)
    named: list[tuple[str, str]] = field(default_factory=list)
    false_names: list[str] = field(default_factory=list)
    seconds: float = 0.0


@dataclass(frozen=True)
class Trial:
    """How one answer was judged."""

    passed: bool
    diagnosis: str = ""
    is_explained: bool = False
    line: str = ""


def bench_fairness(what: str | None, secrets: int, number: int) -> Iterator[Fairness]:
    """Measure a unit's exercises, one of them, or all.

    Args:
        what: a unit, `unit.exercise`, or None for all units.
        secrets: from how many secrets hidden cases are drawn.
        number: how many mutants of each solution are tried.

    Raises:
        UserError: no such unit or exercise.
    """
    only = what if what and "." in what else None
    chosen = [find_unit(split_exercise(only)[0] if only else what)] if what else units()
    found = False
    for unit in map(read_unit, chosen):
        for exercise in unit.exercises:
            if only in (None, exercise.id):
                found = True
                yield measure(unit, exercise, secrets, number)
    if not found:
        raise UserError(f"expected an exercise of the course, found {what!r}")


def measure(unit: UnitSource, exercise: Exercise, secrets: int, number: int) -> Fairness:
    """Try mutants, pairs of wrong answers and secrets on one exercise."""
    started = _cpu()
    warm(unit, exercise)
    found = Fairness(exercise.id, secrets)
    found.failures = in_fork(lambda: list(_secret_failures(unit, exercise, secrets)))
    if number:
        data = in_fork(lambda: full_data(unit, exercise, 0))
        found.false_names = in_fork(lambda: list(false_names(unit, exercise, data)))
        _try_mutants(unit, exercise, data, number, found)
    found.seconds = round(_cpu() - started, 1)
    return found


def warm(unit: UnitSource, exercise: Exercise) -> None:
    """Import here what answers need, so that no fork has to."""
    solution_functions(unit, exercise)
    compile_observe(exercise.observe.text if exercise.observe else None, exercise.id)
    exercise.cases.run({"__name__": "cases"})


def _cpu() -> float:
    times = time.process_time(), *_children()
    return sum(times)


def _children() -> tuple[float, float]:
    import resource

    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime, usage.ru_stime


def _try_mutants(
    unit: UnitSource, exercise: Exercise, data: CheckData, number: int, found: Fairness
) -> None:
    equivalent = changes(exercise.equivalents)
    accepted = {(change, cell.title) for cell in exercise.accepted for change in changes([cell])}
    for mutant in mutants(exercise.answer.text, number + len(equivalent)):
        if mutant.change in equivalent:
            found.equivalent += 1
        elif found.mutants < number:
            found.mutants += 1
            _count(found, mutant, tried(unit, exercise, data, mutant.text), accepted)


def _count(found: Fairness, mutant: Mutant, trial: Trial, accepted: set[tuple[str, str]]) -> None:
    if trial.passed:
        found.survivors.append(mutant.change)
        return
    found.failed += 1
    found.diagnosed += bool(trial.diagnosis)
    found.explained += trial.is_explained and not trial.diagnosis
    if trial.diagnosis and (mutant.change, trial.diagnosis) not in accepted:
        found.named.append((mutant.change, trial.diagnosis))


def changes(cells: list[Cell]) -> set[str]:
    """The changes that cells list: a line `- old` and a line `+ new` each."""
    lines = [line.strip() for cell in cells for line in cell.text.splitlines() if line.strip()]
    pairs = zip(lines[::2], lines[1::2], strict=False)
    return {f"{old}\n{new}" for old, new in pairs}


def tried(unit: UnitSource, exercise: Exercise, data: CheckData, text: str) -> Trial:
    """How an answer's text is judged, in a fork of its own.

    Functions that it leaves out are the solution's.
    """
    texts = [cell.text for cell in prelude(unit, exercise)]
    whole = f"{exercise.answer.text}\n\n\n{text}"

    def trial() -> Trial:
        verdict = judge(data, observe_source(data, texts, whole), text)
        named = verdict.mistake.title if verdict.mistake else ""
        line = verdict.lines[0] if verdict.lines else ""
        return Trial(verdict.passed, named, verdict.is_explained, line)

    try:
        return in_fork(trial, CPU_SECONDS)
    except Ended as error:
        return Trial(False, "", True, str(error))


def _secret_failures(unit: UnitSource, exercise: Exercise, secrets: int) -> Iterator[str]:
    """Right answers that fail with a secret and wrong ones that pass, a line each."""
    if not secrets:
        return
    visible = visible_questions(unit, exercise)
    right = {"the solution": solution_functions(unit, exercise)}
    for cell in exercise.rights:
        right[f"the right answer {cell.title!r}"] = variant_functions(unit, exercise, cell)
    wrong = {cell.title: variant_functions(unit, exercise, cell) for cell in exercise.wrongs}
    for seed in range(1, secrets + 1):
        try:
            data = replace(drawn_data(unit, exercise, seed, 0, visible), forbid=[])
        except UserError as error:
            yield f"--seed {seed}: {error}"
            continue
        for name, functions in right.items():
            yield from _failure(seed, name, functions, data)
        for name, functions in wrong.items() if seed <= WRONG_SECRETS else ():
            if judge(data, observe_answer(functions, data)).passed:
                yield f"--seed {seed}: the wrong answer {name!r} passes the hidden cases"


def _failure(seed: int, name: str, functions: Functions, data: CheckData) -> Iterator[str]:
    verdict = judge(_shown(data), observe_answer(functions, data))
    if not verdict.passed:
        yield f"--seed {seed}: {name} fails: {verdict.lines[0]}"


def _shown(data: CheckData) -> CheckData:
    """The data with hidden cases that say their values, to us."""
    return replace(data, cases=[replace(case, source="visible") for case in data.cases])


def as_dict(found: Fairness) -> dict[str, Any]:
    """The figures in the form of `--json`."""
    return asdict(found)
