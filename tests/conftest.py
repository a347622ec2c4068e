"""What every test may need."""

import os
import shutil

import pytest


@pytest.fixture(scope="session")
def needs():
    """The path of a program; without it the test is skipped, and in CI it fails."""

    def find(*names: str) -> str:
        for name in names:
            if path := shutil.which(name):
                return path
        message = f"needs {names[0]}, which is not installed; run .ci/system-packages"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)

    return find
