"""A tiny course in a temporary folder: one unit, one exercise, which tests may bend."""

from pathlib import Path

import pytest

from autograder.units import Unit

DOUBLE = '''# %% [markdown]
# ## Doubling
# Write a function that doubles an image.

# %% setup
import numpy as np

# %% exercise points=2 forbid="numpy.multiply"
def double(image):
    """Twice the image."""
    ### BEGIN SOLUTION
    doubled_values = image + image
    return doubled_values
    ### END SOLUTION

# %% hint
# What is a number plus itself?

# %% hint
# Arrays add up element by element.

# %% hint
# Return the sum of the image and itself.

# %% cases
import numpy as np

def cases(rng):
    yield "a wide image", {"image": rng.random((9, 12))}
    yield "a colour image", {"image": rng.random((8, 9, 3))}

# %% right "a loop"
def double(image):
    result = np.zeros_like(image)
    for index in np.ndindex(image.shape):
        result[index] = 2 * image[index]
    return result

# %% wrong "squares"
# You multiplied the image by itself; that squares it.
def double(image):
    return image * image

# %% wrong "adds two"
# Two was added to each value; doubling multiplies.
def double(image):
    return image + 2

# %% wrong "in place"
# The input itself was changed; make a new array.
def double(image):
    image *= 2
    return image

# %% wrong "transposed"
# Rows and columns are swapped.
def double(image):
    return 2 * np.swapaxes(image, 0, 1)
'''

INTRO = """# %% [markdown]
# # Numbers
# A unit for tests.

# %% setup
from autograder import check, hint, progress

# %%
demonstration_only = 3

# %% question essay points=4
# Why double anything?

# %% rubric
# - 2 points: names a reason
# - 2 points: gives an example
"""


class Course:
    """A checkout with one unit, `01_numbers`, whose sources a test may replace."""

    def __init__(self, root: Path) -> None:
        self.unit = Unit("01_numbers", root)
        self.write("00_intro.py", INTRO)
        self.write("10_double.py", DOUBLE)

    def write(self, name: str, text: str) -> Path:
        path = self.unit.sources / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def replace(self, old: str, new: str, name: str = "10_double.py") -> Path:
        path = self.unit.sources / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        return self.write(name, text.replace(old, new, 1))


@pytest.fixture
def course(tmp_path: Path) -> Course:
    return Course(tmp_path)


@pytest.fixture(autouse=True)
def _own_progress(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep tests out of the person's own progress."""
    monkeypatch.setenv("RETOUCH_HOME", str(tmp_path / "home"))
