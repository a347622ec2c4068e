from autograder.check.data import Case, CheckData
from autograder.check.values import encode
from autograder.sandbox.job import Ending, Job, Limits, Result, Task, spared
from autograder.sandbox.trusted import TrustedObserver

DATA = CheckData("unit.f", 1.0, ["f"], [], [], None, [Case("one", {"x": encode(1)})], [])
LOOP = Task("unit.f", DATA.dump(), (), "while True: pass")
OTHER = Task("unit.g", DATA.dump(), (), "while True: pass")


def test_an_answer_that_was_ended_is_not_run_on_the_hidden_cases():
    ended = Result("unit.f", None, Ending.TIMEOUT, 30.0)
    assert spared(LOOP, [ended]) == Result("unit.f", None, Ending.TIMEOUT, 0.0)
    assert spared(OTHER, [ended]) is None
    assert spared(LOOP, [Result("unit.f", b"record", Ending.RECORDED, 0.1)]) is None
    assert spared(LOOP, []) is None


def test_a_loop_costs_its_time_once():
    observer = TrustedObserver(Limits(seconds=2.0))
    first, second = observer.observe(Job("ada", (LOOP, LOOP)))
    assert (first.ended, second.ended) == (Ending.TIMEOUT, Ending.TIMEOUT)
    assert first.seconds >= 2.0
    assert second.seconds == 0.0
