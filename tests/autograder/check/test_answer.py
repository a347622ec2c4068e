"""What an answer is: which text is run of what a student wrote, and what is said about it."""

import sys
from importlib.metadata import packages_distributions

import pytest

from autograder.build.answers import prelude, stub_text
from autograder.build.edits import without_marks
from autograder.build.source import read_unit
from autograder.cell_ids import answer_id
from autograder.check.answer import Answer, Cell, Slot, build_answer, program_of
from autograder.check.execute import execute
from autograder.units import units

STUB = "def f(x):\n    raise NotImplementedError()"
SLOT = Slot("u-f", ("f",), STUB, ("scipy", "PIL"), ("import numpy as np",), frozenset({"half"}))
RIGHT = "def f(x):\n    return 2 * x"


def answer(*cells: str, own: str = RIGHT) -> Answer:
    """The answer where these cells of the student's own stand before its cell."""
    return build_answer([*map(Cell, cells), Cell(own, "u-f")], SLOT)


def value(found: Answer):
    """What the answer's function returns for 3."""
    namespace = {}
    execute(found.program, namespace)
    return namespace["f"](3)


@pytest.mark.parametrize(
    "line",
    ["import PIL.Image", "check('u.f', f)", "assert False", "f(image)", "while True: pass", "1 / 0",
     "x = f(2)", "np.clip?", "%matplotlib inline", "files = !ls", "await f", "raise SystemExit(1)",
     "if True:\n    %matplotlib inline", "x = %time f(2)", "exit()", "input()"],
)  # fmt: skip
def test_what_only_tries_an_answer_out_is_not_run(line):
    for text in (f"{line}\n{RIGHT}", f"{RIGHT}\n{line}"):
        found = answer(own=text)
        namespace = {}
        assert execute(found.program, namespace) == []
        assert set(namespace) == {"__name__", "__builtins__", "display", "get_ipython", "f"}
        assert (found.notes, found.forbidden) == ((), ())


@pytest.mark.parametrize(
    "own",
    [
        "K = 2\ndef f(x): return K * x",
        "K = []\nfor i in range(3): K.append(i)\ndef f(x): return K[2] * x",
        "K = {}\nK['a'] = 2\ndef f(x): return K['a'] * x",
        "def fill():\n    global K\n    K = 2\nfill()\ndef f(x): return K * x",
        "try:\n    import no_such_module\nexcept ImportError:\n    K = 2\ndef f(x): return K * x",
        "from operator import *\ndef f(x): return mul(2, x)",
        "def g(x): return 2 * x\nf = g",
        "f = lambda x: 2 * x",
        "def make(k):\n    def inner(x): return k * x\n    return inner\nf = make(2)",
        "def f(x): return 3\ndef f(x): return 2 * x",
        "def f(x): return f.k * x\nf.k = 2",
        "globals()['K'] = 2\ndef f(x): return K * x",
        "%%time\ndef f(x): return 2 * x",
        "K = %time 1 + 1\ndef f(x): return K * x",
        "%time K = 1 + 1\ndef f(x): return K * x",
        ">>> def f(x):\n...     return 2 * x",
        "import asyncio\nK = await asyncio.sleep(0, 2)\ndef f(x): return K * x",
        "from dataclasses import dataclass\n@dataclass\nclass A:\n    k: int = 2\n"
        "def f(x): return A().k * x",
        "def f(x):\n    import scipy, PIL\n    %time y = 2 * x\n    return y",
        "1 / 0\nx = 3; y = 4\ndef f(x): return 2 * x",
        "# ä €\ny = 'ü'; z = 1\ndef f(x): return 2 * x  # ö",
    ],
)  # fmt: skip
def test_all_that_the_function_needs_is_run(own):
    assert value(answer(own=own)) == 6


@pytest.mark.parametrize(
    ("cells", "own", "note"),
    [
        (["import math"], "def f(x): return math.trunc(2 * x)", "`math` was taken"),
        (["def h(x): return K * x", "K = 2"], "def f(x): return h(x)", "`h` and `K` were taken"),
        (["K = 9", "K = 2\nprint(K)"], "def f(x): return K * x", "`K` was taken"),
        ([RIGHT], STUB, "`f` was taken"),
        ([RIGHT], "", "`f` was taken"),
        (["def half(x): return x / 2"], "def f(x): return 4 * half(x)", None),
    ],
)
def test_what_is_needed_is_taken_from_other_cells_and_said(cells, own, note):
    found = answer(*cells, own=own)
    assert value(found) == 6
    assert (note is None and found.notes == ()) or note in found.notes[0]


def test_a_demonstrations_picture_is_not_taken():
    slot = Slot("u-f", ("f",), prelude=("from retouch.data import photograph",))
    cells = [Cell("image = photograph('coffee')"), Cell("def f(x): return image", "u-f")]
    assert build_answer(cells, slot).missing == ("image",)


def test_a_name_that_is_nowhere_is_said():
    assert answer(own="def f(x): return lost * x").notes == (
        "`lost` is defined nowhere in the notebook",
    )


def test_a_forbidden_use_is_found_wherever_it_comes_from():
    found = answer("from PIL import Image", own="def f(x): return Image.open(x)")
    assert found.forbidden == ("PIL",)


def test_a_cell_of_a_million_newlines_costs_nothing():
    assert value(answer("\n" * 10**6, "async def f" * 10**4)) == 6
    assert "characters" in answer(own=RIGHT + "\n" * 10**6 + "# end").problem


@pytest.mark.parametrize(
    "text", ["(" * 10**5, "f(" * 5000, "def f(:", "\0", "'" * 9, "!a\n" * 9999]
)
def test_what_is_no_python_stops_nothing(text):
    assert value(answer(text)) == 6
    with pytest.raises((SyntaxError, ValueError, MemoryError, RecursionError)):
        execute(answer(own=text).program, {})


MODULES = sorted({*sys.stdlib_module_names, *packages_distributions()} - {"__future__"})
LINES = [f"import {name} as leftover_{n}" for n, name in enumerate(MODULES) if name.isidentifier()]


@pytest.mark.parametrize("unit", units(), ids=lambda unit: unit.folder)
def test_a_leftover_import_of_any_module_changes_no_answer(unit):
    """Each is left out of the program, so none is imported, and none counts as used."""
    assert len(LINES) > 400
    source = read_unit(unit)
    for exercise in source.exercises:
        stub = stub_text(exercise.answer.text)
        texts = tuple(cell.text for cell in prelude(source, exercise))
        names, forbid = tuple(exercise.functions), tuple(exercise.forbid)
        slot = Slot(answer_id(exercise.id), names, stub, forbid, texts)
        solution = without_marks(exercise.answer.text)
        plain, loaded = program_of(solution, slot), program_of("\n".join([*LINES, solution]), slot)
        assert loaded.program == "0\n" * len(LINES) + plain.program
        assert (loaded.forbidden, loaded.notes) == (plain.forbidden, plain.notes) == ((), ())
