"""What can be guessed is found, and raw material with conclusions mends it."""

from autograder.build.course import write_unit
from autograder.build.verify import verify_units
from autograder.check.conclude import concluded
from autograder.check.data import Case, CheckData, Outcome, Record
from autograder.check.judge import judge
from autograder.check.rules import Rule
from autograder.check.values import encode

GUESSABLE = """# %% observe
from autograder import equal

def observe(double, image):
    return {"it doubles": equal(bool(abs(double(image.copy()) - 2 * image).max() < 1e-9))}
"""
RAW = """# %% observe
from autograder import raw

def observe(double, image):
    return {"doubled": raw(double(image.copy()))}

# %% conclude
from autograder import equal

def conclude(observed, inputs):
    right = abs(observed["doubled"] - 2 * inputs["image"]).max() < 1e-9
    return {"it doubles": equal(bool(right))}
"""


def problems(course, observe):
    course.replace('# %% right "a loop"', f'{observe}\n# %% right "a loop"')
    course.replace("image *= 2", "image *= 3")
    write_unit(course.unit, lambda line: None)
    found = list(verify_units([course.unit], jobs=1, forgers=True))
    return [line for report in found for line in report.problems]


def test_a_yes_can_be_guessed(course):
    lines = problems(course, GUESSABLE)
    assert any("passes every hidden case" in line for line in lines)
    assert any("'squares' passes the hidden cases with the yes" in line for line in lines)


def test_a_yes_that_is_concluded_from_the_arrays_can_not(course):
    assert not any("hidden case" in line for line in problems(course, RAW))


def test_a_record_cannot_bring_its_own_conclusion():
    source = "def conclude(observed, inputs):\n    return {'good': bool(observed['x'] > 1)}"
    case = Case("one", {}, {"good": encode(True)}, {"good": Rule("equal")}, concluded=["good"])
    data = CheckData("a.b", 1, ["b"], [], [], "", [case], [], source)

    def passes(**observed):
        outcome = Outcome({name: encode(value) for name, value in observed.items()})
        return judge(data, Record([outcome])).passed

    assert passes(x=2)
    assert not passes(x=0)
    assert not passes(x=0, good=True)
    assert not passes(good=True)  # nothing to conclude from
    assert not passes(x="text", good=True)


def test_without_conclude_a_record_stays_as_it_is():
    record = Record([Outcome({"x": encode(1)})])
    assert concluded(CheckData("a.b", 1, ["b"], [], [], "", [], []), record) is record
