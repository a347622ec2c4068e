"""Habits of students around a right function, as changes of its cell; few change the verdict."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

Change = Callable[[str, str], str]


def _same(text: str, name: str) -> str:
    return text


@dataclass(frozen=True)
class Habit:
    """A habit: what the answer cell becomes, and the cells around it.

    Attributes:
        change: makes the cell's text of the right answer's text and the function's name; the
            parts of a split cell stand apart with a line of `SPLIT`.
        before: a cell of the student's own in front of it.
        setup: lines added to the unit's setup cell.
        passes: whether the answer still counts as right.
    """

    name: str
    change: Change = _same
    before: str = ""
    setup: str = ""
    passes: bool = True


SPLIT = "# --- next part of the cell ---"
STUB = "<the stub>"
HABITS: list[Habit] = []


def _above(name: str, line: str, **more: bool) -> None:
    HABITS.append(Habit(name, lambda text, f: f"{line}\n{text}", **more))


def _below(name: str, line: str, **more: bool) -> None:
    HABITS.append(Habit(name, lambda text, f: f"{text}\n\n{line.replace('F(', f + '(')}", **more))


def _within(text: str, line: str) -> str:
    """The answer with a wrapper around it: `line` is run first whenever it is called."""
    name = text.partition("def ")[2].partition("(")[0]
    body = f"    {line}\n    return _{name}(*args, **kwargs)"
    renamed = text.replace(f"def {name}(", f"def _{name}(", 1)
    return f"{renamed}\n\n\ndef {name}(*args, **kwargs):\n{body}"


def _inside(name: str, line: str, before: str = "", setup: str = "", passes: bool = True) -> None:
    HABITS.append(Habit(name, lambda text, f: _within(text, line), before, setup, passes))


MODULES = [
    *("matplotlib.pyplot as plt", "skimage.io", "torchvision.transforms", "torch", "PIL.Image"),
    *("scipy.ndimage", "skimage.filters", "torchmetrics", "retouch.models"),
]
for module in MODULES:
    _above(f"a leftover import of {module}", f"import {module}")
for module in ("matplotlib.pyplot as plt", "skimage.io", "torch"):
    _inside(f"a leftover import of {module} within", f"import {module}")
_above("a star import", "from math import *")
_above("a future import", "from __future__ import annotations")
_above("a comment", "# my answer, version 3")
_above("a docstring", '"""My answer."""')
_above("a try around an import", "try:\n    import cv2\nexcept ImportError:\n    cv2 = None")
_above("an import with a fallback", "import warnings\nwarnings.filterwarnings('ignore')")
_above("a setting", "import numpy as np\nnp.set_printoptions(precision=3)")
_above("a prompt that was pasted", "%matplotlib inline")
_above("a block with a magic", "if True:\n    %matplotlib inline")
_above("a shell command", "!echo hello")
_above("files of a shell command", "files = !ls")
_above("a timed cell", "%%time")
_above("a captured cell", "%%capture out")
_above("help", "len?")
_above("source", "len??")
_above("help in front", "?len")
_above("reloading", "%load_ext autoreload\n%autoreload 2")
_below("a timed line", "%time sum(range(10))")
_below("a timed value", "x = %time sum(range(10))")
_below("a repeated timing", "%timeit -n 1 -r 1 sum(range(10))")
_below("top-level await", "import asyncio\nawait asyncio.sleep(0)")
_below("top-level await of a value", "import asyncio\nx = await asyncio.sleep(0, 3)")
_below("a print", "print('done')")
_below("a lambda", "double = lambda x: 2 * x")
_below("a demo's variable", "demo_variable = 3\ndemo_variable + 1")
_below("an assert", "assert 1 + 1 == 2, 'arithmetic'")
_below("a loop", "for i in range(3):\n    print(i)")
_below("a with", "with open('/dev/null') as file:\n    file.read()")
_below("a comprehension", "[i * i for i in range(3)]")
_below("a semicolon", "x = 1; y = 2; print(x + y);")
_below("a main block", "if __name__ == '__main__':\n    print('hello')")
_below("a call in a try", "try:\n    F()\nexcept Exception as error:\n    print(error)")
_below("a photograph", "from retouch.data import photograph\npicture = photograph('coffee')")
_below(
    "a figure",
    "from retouch.data import photograph\nfrom retouch.show import show_images\n"
    "show_images({'coffee': photograph('coffee', size=(24, 32))}, alt='a cup')",
)
_below("a plot", "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.close()")
_below("carriage returns", "x = 1\r\ny = 2\r\n")
HABITS += [
    Habit("a blank line in front", lambda text, f: f"\n\n{text}\n\n"),
    Habit("a definition twice", lambda text, f: f"def {f}(*args):\n    return 1\n\n\n{text}"),
    Habit("an earlier version", lambda text, f: f"def {f}_old():\n    pass\n\n{text}"),
    Habit("the cell twice", lambda text, f: f"{text}\n{SPLIT}\n{text}"),
    Habit("a cell split in front", lambda text, f: f"import math\n{SPLIT}\n{text}"),
    Habit("a cell split behind", lambda text, f: f"{text}\n{SPLIT}\nprint('tried')"),
    Habit("the stub left below", lambda text, f: f"{text}\n{SPLIT}\n{STUB}"),
    Habit("an alias", lambda text, f: f"{text.replace(f'def {f}(', 'def mine(', 1)}\n\n{f} = mine"),
]
_inside("a helper in a cell of its own", "my_helper(3)", before="def my_helper(x):\n    return x")
_inside("an import in a cell of its own", "itertools.count()", before="import itertools")
_inside("a constant in a cell of its own", "MY_FACTOR + 1", before="MY_FACTOR = 3")
_inside("a helper's helper", "outer_one()", before="import string\n\ndef inner_one():\n    return "
        "string.digits\n\ndef outer_one():\n    return inner_one()")  # fmt: skip
_inside("a class in a cell of its own", "MyBox(3)", before="class MyBox:\n    def __init__(self, x"
        "):\n        self.x = x")  # fmt: skip
_inside("a table filled in a loop", "MY_TABLE[2]", before="MY_TABLE = []\nfor i in range(3):\n"
        "    MY_TABLE.append(i)")  # fmt: skip
_inside("an import in the setup cell", "textwrap.dedent('a')", setup="import textwrap")
_inside("a helper in the setup cell", "setup_helper()", setup="def setup_helper():\n    return 1")
_inside("a name that is nowhere", "nowhere_defined", passes=False)
_inside("a use of what is forbidden", "import retouch.pixels, retouch.models, retouch.metrics; "
        "retouch.pixels, retouch.models, retouch.metrics", passes=False)  # fmt: skip
HABITS += [
    Habit("a wrong answer", lambda text, f: f"{text}\n\n\n{f} = lambda *a: None", passes=False),
    Habit("the stub alone", lambda text, f: STUB, passes=False),
]
