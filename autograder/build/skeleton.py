"""`retouch new`: a new exercise whose every part is there, and marked as left to do.

The file can be read and run from the first minute on. What is left to do stands in it as
`TODO: ...`, and `retouch verify` lists those lines until none is left.
"""

from __future__ import annotations

import keyword
import re
from pathlib import Path

from autograder.errors import UserError
from autograder.units import ROOT, Unit, find_unit, units

STEP = 5
TODO = re.compile(r"TODO: (.*?)[\s|\"]*$")

PAGE = """\
# %% [markdown]
# # {number} · {title}
#
# TODO: what you will be able to make, with a picture; what to know before; how long it takes.

# %% setup
import numpy as np

from autograder import check, hint, progress
"""

EXERCISE = '''\
# %% [markdown]
# ## {title}
#
# **Goal.** TODO: what the function makes, why it matters, the formula, an example by hand.
#
# | | type | shape | values |
# |---|---|---|---|
# | TODO: one row for each parameter, and one for the result | | | |

# %% exercise points=1
def {name}({signature}):
    """TODO: the result in one line; then shapes, types and value ranges."""
    ### BEGIN SOLUTION
    return {first}  # TODO: the solution
    ### END SOLUTION


# %% hint
# TODO: a question that leads to the idea.

# %% hint
# TODO: the function or the operation to use.

# %% hint
# TODO: nearly the code.


# %% cases
def cases(rng):
    # TODO: inputs in which mistakes show (N ≥ 2, C ≠ H ≠ W), under names that say what is special
    yield "a wide image", {{{inputs}}}


# %% right "another way"
# TODO: another correct answer, such as a plain loop or a library's function
def {name}({signature}):
    return {first}

{wrongs}'''

WRONG = """
# %% wrong "mistake {number}"
# TODO: name the mistake above; say here what the student did, and what to do instead.
def {name}({signature}):
    return {first}

"""


def write_skeleton(
    unit: str, name: str, parameters: list[str], number: int | None = None, root: Path = ROOT
) -> list[Path]:
    """Write the file of a new exercise, and of a new unit its first page.

    Args:
        unit: a unit of the course, or `NN_name` for a new one.
        name: the exercise's function; the file is named like it.
        parameters: of the function.
        number: the file's place in the unit, 0 to 99; None for one after the last exercise.
        root: the checkout.

    Returns:
        The files written, the exercise's last.

    Raises:
        UserError: a name is no name, or the exercise or its number is taken; nothing is written.
    """
    for word in (name, *parameters):
        if not word.isidentifier() or keyword.iskeyword(word) or word != word.lower():
            raise UserError(f"expected a name such as median_filter, found {word!r}")
    chosen = _unit(unit, root)
    path = _path(chosen, name, number)
    texts = {path: _exercise(name, parameters)}
    if not chosen.sources.is_dir():
        texts = {chosen.sources / "00_intro.py": _page(chosen), **texts}
    for file, text in texts.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return list(texts)


def left_to_do(path: Path) -> list[str]:
    """What a lesson source still says is to do, each with its line: `40_name.py:12: ...`."""
    lines = path.read_text(encoding="utf-8").splitlines()
    found = [(number, TODO.search(line)) for number, line in enumerate(lines, 1)]
    return [f"{path.name}:{number}: left to do: {match[1]}" for number, match in found if match]


def _unit(text: str, root: Path) -> Unit:
    """The unit that is meant, or the new one that `NN_name` names."""
    taken = {unit.folder.partition("_")[0] for unit in units(root)}
    if re.fullmatch(r"\d\d_[a-z][a-z0-9_]*", text) and text[:2] not in taken:
        return Unit(text, root)
    return find_unit(text, root)


def _path(unit: Unit, name: str, number: int | None) -> Path:
    files = {path.stem.partition("_")[2]: path for path in unit.sources.glob("[0-9]*.py")}
    if name in files:
        raise UserError(f"{unit.name}.{name} is already there: {files[name]}; choose another name")
    taken = {int(path.name[:2]) for path in files.values()}
    place = _free_number(unit, taken) if number is None else number
    if place in taken or not 0 <= place <= 99:
        raise UserError(
            f"expected a free number from 0 to 99, found {place}; taken: {sorted(taken)}"
        )
    return unit.sources / f"{place:02}_{name}.py"


def _free_number(unit: Unit, taken: set[int]) -> int:
    """A number after the last exercise's, with room before the next file where there is any."""
    exercises = [
        int(path.name[:2])
        for path in unit.sources.glob("[0-9]*.py")
        if re.search(r"^# %% exercise\b", path.read_text(encoding="utf-8"), re.MULTILINE)
    ]
    last = max(exercises, default=min(taken, default=0))
    after = min((number for number in taken if number > last), default=100)
    if after - last < 2:
        raise UserError(f"no number is free after {last}; choose one with --number")
    return min(last + STEP, (last + after) // 2)


def _page(unit: Unit) -> str:
    return PAGE.format(number=int(unit.folder[:2]), title=unit.title)


def _exercise(name: str, parameters: list[str]) -> str:
    words = {"name": name, "signature": ", ".join(parameters), "first": parameters[0]}
    inputs = ", ".join(f'"{parameter}": rng.random((5, 7))' for parameter in parameters)
    wrongs = "".join(WRONG.format(number=number, **words) for number in range(1, 5))
    title = name.replace("_", " ").capitalize()
    return EXERCISE.format(title=title, inputs=inputs, wrongs=wrongs, **words).rstrip() + "\n"
