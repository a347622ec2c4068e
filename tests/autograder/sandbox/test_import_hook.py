"""Stand-ins for forbidden modules, and where their files are."""

import importlib
import sys
import textwrap

import pytest

from autograder.sandbox.inside.import_hook import (
    ForbiddenImports,
    ForbiddenUseError,
    files_of,
    rule_for,
    walls,
)


def run(text, rules):
    """Execute a cell in a namespace whose imports are forbidden."""
    forbidden = ForbiddenImports(rules)
    namespace = {"__builtins__": forbidden.builtins(), "__name__": "answer"}
    exec(textwrap.dedent(text), namespace)
    return namespace, forbidden


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
    _, forbidden = run(cell, ["colorsys", "xml.dom.minidom"])
    assert not forbidden.used


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
    namespace, forbidden = run("from json import dumps, loads\nx = loads('[1]')", ["json.dumps"])
    assert namespace["x"] == [1]
    assert not forbidden.used


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


def test_what_is_loaded_or_part_of_what_is_cannot_be_walled():
    found = walls(["json", "json.dumps", "importlib.import_module", "scipy", "no_such_module"])
    assert set(found) - {"scipy"} == {"no_such_module"}
    assert found["no_such_module"] == []


def test_permitted_module_that_needs_a_walled_one_is_a_stand_in_as_well(monkeypatch, tmp_path):
    (tmp_path / "needy_one.py").write_text(
        "try:\n    import walled_one\nexcept ImportError as e:\n"
        "    raise ImportError('cannot load') from e\n"
    )
    (tmp_path / "walled_one.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    forbidden = ForbiddenImports(["walled_one"])
    forbidden.walled = ("walled_one",)
    monkeypatch.setattr("sys.meta_path", [forbidden, *sys.meta_path])
    namespace = {"__builtins__": forbidden.builtins(), "__name__": "answer"}
    exec("import needy_one as n\nfrom needy_one import f", namespace)
    for use in ("n.f()", "f()"):
        with pytest.raises(ImportError, match="it needs what this exercise forbids"):
            exec(use, namespace)
    assert not forbidden.used


def test_other_errors_of_an_import_are_the_answers_own(monkeypatch):
    with pytest.raises(ModuleNotFoundError, match="no_such_module"):
        run("import no_such_module", ["colorsys"])
