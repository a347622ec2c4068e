"""Second tries are alone, and only for what a busy machine may have brought about."""

from threading import Event, Thread

import pytest

from autograder.grade.turns import Turns, observe_fairly
from autograder.sandbox.job import Ending, Job, Result, Task

TASKS = tuple(Task(name, b"", (), "") for name in ("one", "two", "two"))


class Scripted:
    """An observer whose answers end as the script says, run after run."""

    def __init__(self, *runs: list[Ending]) -> None:
        self.runs, self.jobs = list(runs), []

    def observe(self, job: Job) -> list[Result]:
        self.jobs.append([task.exercise for task in job.tasks])
        pairs = zip(job.tasks, self.runs.pop(0), strict=True)
        return [Result(task.exercise, None, ended, 1.0) for task, ended in pairs]


@pytest.mark.parametrize("ended", [Ending.TIMEOUT, Ending.LOST])
def test_an_answer_that_ran_out_of_time_has_a_second_try(ended):
    observer = Scripted([Ending.RECORDED, ended, ended], [Ending.RECORDED, Ending.DIED])
    results = observe_fairly(observer, Job("ada", TASKS), Turns())
    assert observer.jobs == [["one", "two", "two"], ["two", "two"]]
    assert [r.ended for r in results] == [Ending.RECORDED, Ending.RECORDED, Ending.DIED]


@pytest.mark.parametrize(
    "ended", [Ending.RECORDED, Ending.MEMORY, Ending.OUTPUT, Ending.PROCESSES, Ending.DIED]
)
def test_no_other_answer_has_one(ended):
    observer = Scripted([Ending.RECORDED, ended, ended])
    observe_fairly(observer, Job("ada", TASKS), Turns())
    assert len(observer.jobs) == 1


def test_who_is_alone_waits_for_the_others_and_they_wait_for_him():
    turns, log, started, go = Turns(), [], Event(), Event()

    def beside():
        with turns.shared():
            started.set()
            go.wait()
            log.append("shared")

    def alone():
        with turns.alone():
            log.append("alone")

    first = Thread(target=beside)
    first.start()
    started.wait()
    second = Thread(target=alone)
    second.start()
    while not turns._waiting:
        pass
    third = Thread(target=beside)
    third.start()
    go.set()
    for thread in (first, second, third):
        thread.join()
    assert log == ["shared", "alone", "shared"]
