"""Waiting for something that another process does."""

import time
from collections.abc import Callable


def wait_until(condition: Callable[[], object], what: str, seconds: float = 120) -> None:
    """Return once a condition holds. The limit is for what never comes, not for what is slow.

    Raises:
        TimeoutError: it doesn't hold after that time.
    """
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(f"expected {what} within {seconds} s; it did not come")
        time.sleep(0.05)
