"""From submissions to grades: read, run, judge, write; one submission never stops another."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, field, replace
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from autograder.build.notebook import to_json
from autograder.check.answer import Answer
from autograder.check.judge import without
from autograder.errors import UserError
from autograder.grade.judging import JudgingProcess, Request
from autograder.grade.pool import Pool
from autograder.grade.records.autograded import rebuild
from autograder.grade.records.gradebook import Book
from autograder.grade.records.journal import JUDGED, Entry, Journal, reported, write_whole
from autograder.grade.submissions.course_directory import NOT_AN_ID, TIMESTAMP, Course, Incoming
from autograder.grade.submissions.notebook import Wanted
from autograder.grade.unit import GradedUnit
from autograder.grade.verdict import ExerciseVerdict, SubmissionVerdict, refused
from autograder.sandbox.job import Result
from autograder.sandbox.messages import Gone

AHEAD = 2
Report = Callable[[SubmissionVerdict], None]


@dataclass
class Template:
    """The trusted notebook of a unit, and what there is to fill in."""

    notebook: NotebookNode
    wanted: list[Wanted]
    points: dict[str, float]

    @classmethod
    def of(cls, notebook: NotebookNode, unit: GradedUnit) -> Template:
        """The template of a unit: its answer cells, by exercise or graded by a person."""
        slots = {exercise.answer_cell: exercise for exercise in unit.exercises}
        wanted, points = [], {}
        for cell in notebook.cells:
            meta = cell.metadata.get("nbgrader", {})
            name = meta.get("grade_id", "")
            if meta.get("solution"):
                slot = slots[name].slot(cell.source) if name in slots else None
                wanted.append(Wanted(name, cell.source, cell.cell_type, slot))
            if meta.get("grade"):
                points[name] = float(meta["points"])
        return cls(notebook, wanted, points)


@dataclass
class Engine:
    """Grades the submissions of one unit.

    Attributes:
        pool: where answers run.
        judging: where what they leave behind is judged.
        force: grade also what has been graded and hasn't changed.
    """

    course: Course
    unit: GradedUnit
    template: Template
    book: Book
    journal: Journal
    pool: Pool
    judging: JudgingProcess
    force: bool = False
    _key: str = field(init=False)
    _running: dict[Future[list[Result]], Incoming] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        digest = hashlib.sha256(self.unit.release.encode())
        digest.update(to_json(self.template.notebook).encode())
        for exercise in self.unit.exercises:
            digest.update(exercise.data.dump())
        self._key = digest.hexdigest()[:16]

    def run(self, students: list[str], report: Report) -> list[SubmissionVerdict]:
        """Grade submissions; one verdict each, in the order of the students.

        Raises:
            UserError: the gradebook or the disk refuses; what was judged until then is kept.
        """
        verdicts = {}
        for verdict in self._verdicts(students):
            verdicts[verdict.student] = verdict
            report(verdict)
        return [verdicts[student] for student in students]

    def _verdicts(self, students: list[str]) -> Iterator[SubmissionVerdict]:
        graded = self.book.graded()
        for student in students:
            incoming = self.course.read(student, self.unit.release, self.template.wanted)
            incoming = replace(incoming, digest=f"{self._key}-{incoming.digest}")
            known = None if self.force else self._resumed(incoming, graded)
            if known:
                yield known
                continue
            answers = self._answers(incoming)
            if not answers:
                yield self._finish(incoming, {}, 0.0)
                continue
            self._running[self.pool.submit(student, answers)] = incoming
            while len(self._running) >= AHEAD * self.pool.size:
                yield from self._some_that_ended()
        while self._running:
            yield from self._some_that_ended()

    def _resumed(self, incoming: Incoming, graded: set[str]) -> SubmissionVerdict | None:
        """The verdict of an earlier run, if it still holds; its last steps are done if need be."""
        entry = self.journal.entries.get(incoming.student)
        if entry is None or entry.digest != incoming.digest:
            return None
        staged = self.journal.staged_path(incoming.student)
        if entry.state == JUDGED and staged.exists():
            self._write(entry, staged.read_text(encoding="utf-8"))
        elif incoming.student not in graded or not self._autograded(incoming.student).exists():
            return None
        elif entry.state == JUDGED:
            self.journal.written(incoming.student)
        return SubmissionVerdict.from_dict(entry.verdict)

    def _answers(self, incoming: Incoming) -> dict[str, str]:
        """The answers that have to be run, by exercise."""
        if incoming.submission is None or not incoming.can_be_recorded:
            return {}
        found = {e.id: incoming.submission.answers[e.answer_cell] for e in self.unit.exercises}
        return {id: a.program for id, a in found.items() if not a.problem and not a.forbidden}

    def _some_that_ended(self) -> Iterator[SubmissionVerdict]:
        done, _ = wait(self._running, return_when=FIRST_COMPLETED)
        for future in done:
            incoming = self._running.pop(future)
            try:
                found = future.result()
            except UserError:
                raise
            except Exception as error:
                yield self._unfinished(incoming, error)
                continue
            results: dict[str, list[Result]] = {}
            for result in found:
                results.setdefault(result.exercise, []).append(result)
            seconds = sum(result.seconds for result in found)
            yield self._finish(incoming, results, seconds)

    def _unfinished(self, incoming: Incoming, error: Exception) -> SubmissionVerdict:
        """The grader's own failure is not charged to a student: nothing is recorded."""
        problem = (
            f"the grader could not run it ({type(error).__name__}: {' '.join(str(error).split())}"[
                :200
            ]
            + "); run the same command again"
        )
        return SubmissionVerdict(incoming.student, (), problem, recorded=False, is_final=False)

    def _finish(
        self, incoming: Incoming, results: dict[str, list[Result]], seconds: float
    ) -> SubmissionVerdict:
        """Judge what came back, and let journal, gradebook and `autograded/` have it."""
        try:
            verdict, text = self._rebuilt(incoming, results)
        except UserError:
            raise
        except Gone as error:
            return self._unfinished(incoming, error)
        except Exception as error:
            # Whatever is odd about one submission is that submission's problem.
            problem = f"it could not be written down ({type(error).__name__})"
            bare = replace(incoming, submission=None, problem=problem)
            verdict, text = self._rebuilt(bare, {})
        if not incoming.can_be_recorded:
            return verdict
        terse = replace(verdict, seconds=seconds).as_dict()
        entry = Entry(incoming.student, incoming.digest, JUDGED, terse, incoming.timestamp)
        self.journal.judged(entry, text)
        self._write(entry, text)
        return SubmissionVerdict.from_dict(terse)

    def _rebuilt(
        self, incoming: Incoming, results: dict[str, list[Result]]
    ) -> tuple[SubmissionVerdict, str]:
        """A submission's verdict and its notebook, as text that any file can hold."""
        verdict = self._verdict(incoming, results)
        answers = incoming.submission.answers if incoming.submission else {}
        text = to_json(rebuild(self.template.notebook, answers, verdict))
        if incoming.can_be_recorded:
            text.encode()
        return verdict, text

    def _verdict(self, incoming: Incoming, results: dict[str, list[Result]]) -> SubmissionVerdict:
        student, submission = incoming.student, incoming.submission
        exercises = tuple(self._exercises(incoming, results))
        if not incoming.can_be_recorded:
            return SubmissionVerdict(student, exercises, NOT_AN_ID, recorded=False)
        if submission is None:
            return SubmissionVerdict(student, exercises, incoming.problem, incoming.notes)
        notes = (*incoming.notes, *submission.notes)
        by_person = {wanted.name for wanted in self.template.wanted if wanted.type == "markdown"}
        manual = sum(not submission.answers[name].problem for name in by_person)
        return SubmissionVerdict(student, exercises, "", notes, manual)

    def _exercises(
        self, incoming: Incoming, results: dict[str, list[Result]]
    ) -> Iterator[ExerciseVerdict]:
        """A verdict on each exercise of the unit; what came back is judged elsewhere."""
        problem = incoming.problem or "not graded"
        refusals: dict[int, ExerciseVerdict] = {}
        requests = []
        for number, exercise in enumerate(self.unit.exercises):
            points = self.template.points[exercise.check_cell]
            answer = Answer("", problem=problem)
            if incoming.submission:
                answer = incoming.submission.answers[exercise.answer_cell]
            found = results.get(exercise.id)
            refusal = without(answer.forbidden) if answer.forbidden else answer.problem
            if refusal or not found:
                reason = refusal or "not graded"
                refusals[number] = refused(exercise.data, points, reason, answer.notes)
            else:
                what = (number, tuple(found), points, answer.notes, answer.text)
                requests.append(Request(*what))
        judged = iter(self.judging.verdicts(requests) if requests else [])
        for number in range(len(self.unit.exercises)):
            yield refusals[number] if number in refusals else next(judged)

    def _write(self, entry: Entry, text: str) -> None:
        """The last steps, each of which may be done again without a difference."""
        notebook = nbformat.from_dict(json.loads(text))
        self.book.save(entry.student, entry.timestamp, notebook)
        path = self._autograded(entry.student)
        with reported(path.parent):
            path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(path, text)
            if entry.timestamp:
                write_whole(path.parent / TIMESTAMP, entry.timestamp + "\n")
            self.course.converter.set_permissions(self.course.unit, entry.student)
        self.journal.written(entry.student)

    def _autograded(self, student: str) -> Path:
        return self.course.path("autograded", student) / f"{self.course.unit}.ipynb"
