"""The nbgrader ids of an exercise's cells, in one place.

nbgrader's formgrader finds cells by CSS selectors, in which a dot has a meaning of its own; so
`vae.kl_divergence` is `vae-kl_divergence` there.
"""

from __future__ import annotations

_CHECK = "-check"


def answer_id(exercise_id: str) -> str:
    """The id of the cell that holds a student's answer."""
    return exercise_id.replace(".", "-")


def check_id(exercise_id: str) -> str:
    """The id of the cell that checks an exercise, and holds its points."""
    return answer_id(exercise_id) + _CHECK


def is_check_id(name: str, unit: str) -> bool:
    """Whether an id is that of a check of the unit `unit`, such as "vae"."""
    return name.startswith(f"{unit}-") and name.endswith(_CHECK)
