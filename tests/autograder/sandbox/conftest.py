"""A tiny exercise, and a sandbox to run its answers in."""

from tests.autograder.tiny import observer, tiny, working_sandbox  # noqa: F401 (fixtures)
