"""A newcomer's set-up: pins, environment, make targets, and what may be committed."""

import os
import re
import shutil
import stat
import subprocess
import sys
import tomllib
from itertools import product
from pathlib import Path

import pytest
import yaml
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
DIRECT = [
    Requirement(text)
    for text in [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["dev"]]
]
PINS = [
    line for line in (ROOT / "constraints.txt").read_text().splitlines() if not line.startswith("#")
]
SYSTEMS = {
    "linux": {"os_name": "posix", "platform_system": "Linux", "platform_machine": "x86_64"},
    "darwin": {"os_name": "posix", "platform_system": "Darwin", "platform_machine": "arm64"},
    "win32": {"os_name": "nt", "platform_system": "Windows", "platform_machine": "AMD64"},
}
ENVIRONMENTS = list(product(["3.11", "3.12", "3.13", "3.14"], SYSTEMS))


def pins_for(python: str, system: str) -> list[Requirement]:
    """The pins that pip would use there."""
    there = {
        **default_environment(),
        **SYSTEMS[system],
        "python_version": python,
        "python_full_version": f"{python}.9",
        "sys_platform": system,
    }
    pins = [Requirement(line) for line in PINS]
    return [pin for pin in pins if pin.marker is None or pin.marker.evaluate(there)]


def test_a_pin_is_a_name_a_version_and_a_marker():
    pin = re.compile(r"[a-z0-9-]+==[0-9a-z.]+( ; [\w .'()<>=!]+)?")
    assert len(PINS) > len(DIRECT)
    assert [line for line in PINS if not pin.fullmatch(line)] == []


@pytest.mark.parametrize(("python", "system"), ENVIRONMENTS)
def test_every_direct_dependency_has_one_pin_that_fits(python: str, system: str):
    pins = pins_for(python, system)
    for wanted in DIRECT:
        same = [pin for pin in pins if pin.name == canonicalize_name(wanted.name)]
        assert len(same) == 1, wanted
        [version] = [specifier.version for specifier in same[0].specifier]
        assert wanted.specifier.contains(version), wanted


@pytest.mark.parametrize(("python", "system"), ENVIRONMENTS)
def test_cuda_is_pinned_on_linux_alone(python: str, system: str):
    cuda = [pin for pin in pins_for(python, system) if re.match("cuda|nvidia|triton", pin.name)]
    assert bool(cuda) == (system == "linux")


def test_condas_environment_has_no_dependency_list_of_its_own():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text())
    python, pip, ours = environment["dependencies"]
    assert re.fullmatch(r"python=3\.1[1-4]", python)
    assert pip == "pip"
    assert ours == {"pip": ["-c constraints.txt", "-e .[dev]"]}


def test_help_lists_every_target():
    text = (ROOT / "Makefile").read_text()
    targets = re.search(r"^\.PHONY: (.*)$", text, re.M)[1].split()
    run = subprocess.run(["make", "-s"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert [line.split()[1] for line in run.stdout.splitlines()] == targets


def fake_python(folder: Path, name: str, script: str) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


OLD = 'case "$2" in *print*) echo 3.9;; *) exit 1;; esac'
SHIM = "echo 'command not found' >&2; exit 127"
REAL = f'exec "{sys.executable}" "$@"'
WITHOUT_VENV = f'case "$2" in *ensurepip*) exit 1;; *) exec "{sys.executable}" "$@";; esac'
WITHOUT_SQLITE = f'case "$2" in *sqlite3*) exit 1;; *) exec "{sys.executable}" "$@";; esac'


def find_python(folder: Path, **environment: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [shutil.which("bash"), str(ROOT / ".ci/find-python")],
        env={"PATH": str(folder), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_python_that_works_is_found_past_those_that_do_not(tmp_path: Path):
    fake_python(tmp_path, "python3.13", SHIM)
    fake_python(tmp_path, "python3.12", WITHOUT_VENV)
    fake_python(tmp_path, "python3.11", WITHOUT_SQLITE)
    fake_python(tmp_path, "python3", REAL)
    run = find_python(tmp_path)
    assert run.stdout == f"{tmp_path / 'python3'}\n"
    assert run.stderr == ""


def test_a_chosen_python_comes_first(tmp_path: Path):
    fake_python(tmp_path, "python3.13", REAL)
    fake_python(tmp_path, "my python", REAL)
    run = find_python(tmp_path, PYTHON=str(tmp_path / "my python"))
    assert run.stdout == f"{tmp_path / 'my python'}\n"


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        (None, "none of these runs"),
        (SHIM, "none of these runs"),
        (OLD, r"found only Python 3\.9 \(python3\)"),
        (WITHOUT_VENV, r"python3 has no venv module .*apt-get install python3\.\d+-venv"),
        (WITHOUT_SQLITE, "python3 was built without ctypes, sqlite3 or ssl"),
    ],
)
def test_without_a_python_one_line_says_why(tmp_path: Path, script: str | None, reason: str):
    if script:
        fake_python(tmp_path, "python3", script)
    run = find_python(tmp_path)
    assert run.returncode == 1
    assert run.stdout == ""
    assert re.fullmatch(f"retouch needs Python 3.11 or newer with venv; .*{reason}.*\n", run.stderr)


def hygiene(folder: Path, *names: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, str(ROOT / ".ci/hygiene"), *names],
        cwd=folder,
        env={**os.environ, "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="not a git checkout")
def test_this_repository_is_clean():
    run = hygiene(ROOT)
    assert (run.returncode, run.stdout) == (0, "")


@pytest.mark.parametrize("place", ["home/ada", "Users/ada", "root/.cache", "tmp/scratch"])
def test_a_machines_path_is_found(tmp_path: Path, place: str):
    (tmp_path / "a.py").write_text(f'fine = 1\nopen("/{place}")\n')
    run = hygiene(tmp_path, "a.py")
    assert run.returncode == 1
    assert f"a.py:2: a machine's path, '/{place}'" in run.stdout


@pytest.mark.parametrize(
    "text", ["course{}tmp/x", "--tmpfs {}tmp", "see docs{}home/index", "~{}work/x"]
)
def test_other_paths_are_not(tmp_path: Path, text: str):
    (tmp_path / "a.txt").write_text(text.format("/"))
    assert hygiene(tmp_path, "a.txt").stdout == ""


def test_a_large_file_is_found(tmp_path: Path):
    (tmp_path / "small.npz").write_bytes(b"\xff" * 1_000_000)
    (tmp_path / "large.npz").write_bytes(b"\xff" * 1_000_001)
    run = hygiene(tmp_path, "small.npz", "large.npz")
    assert run.returncode == 1
    assert run.stdout.startswith("large.npz: 1,000,001 bytes, at most 1,000,000")
    assert run.stdout.count("\n") == 1
