"""Stand-ins for forbidden modules, and where their files are."""

import importlib
import subprocess
import sys
import textwrap

import pytest

from autograder.sandbox.inside.import_hook import (
    ForbiddenUseError,
    Withheld,
    files_of,
    loaded,
    rule_for,
)


def run(text, rules):
    """Execute a cell in a namespace whose imports are withheld."""
    withheld = Withheld(rules)
    namespace = {"__builtins__": withheld.builtins(), "__name__": "answer"}
    exec(textwrap.dedent(text), namespace)
    return namespace, withheld


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("skimage", "skimage"),
        ("skimage.filters.gaussian", "skimage"),
        ("scipy.ndimage", "scipy.ndimage"),
        ("scipy", None),
        ("skimage2", None),
        ("scipy.ndimages", None),
    ],
)
def test_rule_covers_the_name_and_what_is_below(name, rule):
    assert rule_for(name, ["skimage", "scipy.ndimage"]) == rule


@pytest.mark.parametrize(
    "cell",
    [
        "import colorsys",
        "import colorsys as c",
        "from colorsys import rgb_to_hsv",
        "import xml.dom.minidom",
        "from xml.dom import minidom",
        "from xml.dom import minidom, Node",
        "import xml.dom, json",
    ],
)
def test_import_that_is_not_used_costs_nothing(cell):
    _, withheld = run(cell, ["colorsys", "xml.dom.minidom"])
    assert not withheld.used


@pytest.mark.parametrize(
    ("cell", "rule"),
    [
        ("import colorsys\ncolorsys.rgb_to_hsv(1, 1, 1)", "colorsys"),
        ("from colorsys import rgb_to_hsv as f\nf(1, 1, 1)", "colorsys"),
        ("import xml.dom.minidom\nxml.dom.minidom.parseString('')", "xml.dom.minidom"),
        ("from xml.dom import minidom\nminidom.Node.anything", "xml.dom.minidom"),
        ("from json import dumps\ndumps(1)", "json.dumps"),
    ],
)
def test_use_is_refused_and_noted(cell, rule):
    with pytest.raises(ForbiddenUseError, match=f"writing it yourself, without {rule}"):
        run(cell, ["colorsys", "xml.dom.minidom", "json.dumps"])


def test_what_is_permitted_beside_the_forbidden_is_real():
    namespace, withheld = run("from json import dumps, loads\nx = loads('[1]')", ["json.dumps"])
    assert namespace["x"] == [1]
    assert not withheld.used


def test_other_namespaces_import_as_ever():
    run("import colorsys", ["colorsys"])
    assert importlib.import_module("colorsys").rgb_to_hsv(0, 0, 0) == (0.0, 0.0, 0)


def test_files_of_a_package_a_module_and_its_compiled_form(tmp_path):
    for name in (
        "pack/inner/a.py",
        "pack/__pycache__/m.cpython-311.pyc",
        "pack/m.py",
        "pack/mm.py",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    found = {path.relative_to(tmp_path).as_posix() for path in files_of("pack.m", [str(tmp_path)])}
    assert found == {"pack/m.py", "pack/__pycache__/m.cpython-311.pyc"}
    assert files_of("pack.inner", [str(tmp_path)]) == [tmp_path / "pack" / "inner"]


def test_loaded_knows_modules_and_what_they_hold():
    assert loaded("json")
    assert loaded("json.dumps")
    assert loaded("importlib.import_module")
    assert not loaded("json.no_such_thing")
    assert not loaded("no_such_module")


GUARDED = """
import sys
import numpy as np
from autograder.sandbox.inside.guard import guard
from autograder.sandbox.inside.import_hook import Withheld, ForbiddenUseError
withheld = Withheld(["numpy.linalg", "numpy.convolve"])
guard(withheld, list(withheld.rules))
assert np.polyfit([0.0, 1.0, 2.0], [1.0, 3.0, 5.0], 1).round(6).tolist() == [2.0, 1.0]  # lstsq
assert np.add(1, 1) == 2
namespace = {"np": np, "sys": sys}
try:
    exec(sys.argv[1], namespace)
except ForbiddenUseError:
    print(sorted(withheld.used))
"""


@pytest.mark.parametrize(
    ("cell", "rule"),
    [
        ("np.linalg.norm([1.0])", "numpy.linalg"),
        ("np.convolve([1.0], [1.0])", "numpy.convolve"),
        ("getattr(np, 'con' + 'volve')", "numpy.convolve"),
        ("vars(np)['convolve']", "numpy."),
        ("__import__('operator').attrgetter('linalg.norm')(np)", "numpy.linalg"),
        ("__import__('inspect').getmembers(np)", "numpy."),
        ("from numpy import convolve", "numpy.convolve"),
        ("exec('np.linalg.norm', {'np': np})", "numpy.linalg"),
    ],
)
def test_guard_refuses_answers_and_not_libraries(cell, rule):
    """In a process of its own: a guard is there for good."""
    done = subprocess.run(
        [sys.executable, "-c", GUARDED, cell], capture_output=True, text=True, check=True
    )
    assert rule in done.stdout
