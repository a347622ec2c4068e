"""A small class to grade, and a sandbox to grade it in."""

from tests.autograder.grade.teaching import prepared, teaching  # noqa: F401 (fixtures)
from tests.autograder.tiny import observer, tiny, working_sandbox  # noqa: F401 (fixtures)
