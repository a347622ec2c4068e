"""Grading: submissions are read as data, run in a sandbox, and judged outside it."""
