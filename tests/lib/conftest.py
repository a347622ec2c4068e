"""What every test of the library may need."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import jaxtyping
import pytest

_raises = pytest.raises


@contextmanager
def raises_by_itself(*expected: Any, **options: Any) -> Iterator[Any]:
    """`pytest.raises` with annotations unchecked: the library must refuse in its own words."""
    with _raises(*expected, **options) as info:
        jaxtyping.config.update("jaxtyping_disable", True)
        try:
            yield info
        finally:
            jaxtyping.config.update("jaxtyping_disable", False)


@pytest.fixture(autouse=True)
def own_refusals(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no checker of annotations speak for the library where an error is expected."""
    monkeypatch.setattr(pytest, "raises", raises_by_itself)
