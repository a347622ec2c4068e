"""Building, checking and grading the course.

In a notebook: `from autograder import check, hint, progress`. In an exercise's `observe`:
`from autograder import between, close, equal, raw`.
"""

from autograder.check.notebook import check, hint
from autograder.check.rules import between, close, equal, raw
from autograder.progress.widget import progress

__all__ = ["between", "check", "close", "equal", "hint", "progress", "raw"]
