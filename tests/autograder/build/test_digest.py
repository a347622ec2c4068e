"""What makes check data stale, and what doesn't."""

import numpy as np
import pytest

from autograder.build.course import stale_files, write_unit
from autograder.build.digest import meaning, sources_digest
from autograder.build.source import read_unit
from autograder.check.data import CheckData
from autograder.check.values import Value


def digest(course):
    unit = read_unit(course.unit)
    return sources_digest(unit, unit.exercises[0])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("image + image", "image + image + 0"),
        ("rng.random((9, 12))", "rng.random((9, 13))"),
        ("image * image", "image**2"),
        ("that squares it", "that is its square"),
        ('"squares"', '"is squared"'),
        ("Arrays add up", "Arrays are added"),
        ("points=2", "points=3"),
        ("import numpy as np\n\n# %% exercise", "import numpy as np\nN = 1\n\n# %% exercise"),
        ("2 * image[index]", "image[index] + image[index]"),
    ],
)
def test_what_goes_into_check_data_counts(course, old, new):
    before = digest(course)
    course.replace(old, new)
    assert digest(course) != before


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("doubles an image", "doubles a picture"),
        ('"""Twice the image."""', '"""Each value times two."""'),
        ("    doubled_values", "    # the sum\n    doubled_values"),
    ],
)
def test_prose_comments_and_docstrings_do_not_count(course, old, new):
    before = digest(course)
    course.replace(old, new)
    assert digest(course) == before


def test_the_library_counts_where_it_is_reached(course, tmp_path, monkeypatch):
    library = tmp_path / "retouch"
    library.mkdir()
    (library / "__init__.py").write_text("")
    (library / "data.py").write_text(
        "from retouch.lists import SIZES\n\n"
        "def photograph(name):\n    return _read(SIZES[name])\n\n"
        "def _read(size):\n    return size\n\n"
        "def unused():\n    return 1\n"
    )
    (library / "lists.py").write_text("SIZES = {'coffee': 3}\nOTHER = 4\n")
    monkeypatch.setattr("autograder.build.digest.retouch.__file__", str(library / "__init__.py"))
    course.replace("def cases(rng):\n", "from retouch.data import photograph\n\ndef cases(rng):\n")

    def fresh():
        from autograder.build import digest as module

        module._module.cache_clear()
        module._file.cache_clear()
        return digest(course)

    def changed(name, old, new):
        path = library / name
        path.write_text(path.read_text().replace(old, new))
        return fresh()

    first = fresh()
    assert changed("data.py", "return 1", "return 2") == first
    assert changed("lists.py", "OTHER = 4", "OTHER = 5") == first
    second = changed("data.py", "return size", "return 2 * size")
    assert second != first
    assert changed("lists.py", "3", "5") not in (first, second)
    from autograder.build import digest as module

    module._module.cache_clear()
    module._file.cache_clear()


def test_rounding_of_another_processor_is_fresh_and_another_number_is_not(course):
    write_unit(course.unit, lambda line: None)
    path = course.unit.course / "checks" / "10_double.npz"
    data = CheckData.read(path)

    def scaled(factor):
        for case in data.cases:
            value = case.expected["result"]
            case.expected["result"] = Value("array", value.type, value.data * factor)
        for mistake in data.mistakes:
            for outcome in mistake.outcomes:
                if outcome and "result" in outcome.observed:
                    value = outcome.observed["result"]
                    chaos = np.asarray(value.data) + 1.0
                    outcome.observed["result"] = Value("array", value.type, chaos)
        path.write_bytes(data.dump())
        return stale_files(course.unit)

    assert scaled(1 + 1e-6) == []
    (line,) = scaled(1.01)
    assert "differs from its solution: a wide image" in line


def test_meaning_keeps_strings_that_are_no_docstrings():
    assert meaning('def f():\n    """Prose."""\n\n    # why\n    return "# kept"') == (
        'def f():\n    return "# kept"'
    )
