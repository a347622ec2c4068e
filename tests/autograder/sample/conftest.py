"""A sandbox to grade a sample class in."""

from tests.autograder.tiny import working_sandbox  # noqa: F401 (fixture)
