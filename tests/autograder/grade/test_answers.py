"""`retouch judge` and `retouch check` run answers in the sandbox, many of them in one go."""

import json
from pathlib import Path

import pytest

from autograder.cli import main
from autograder.grade.answers import judge_files
from autograder.sandbox.host import observer
from autograder.units import ROOT
from tests.autograder.tiny import working_sandbox  # noqa: F401

pytestmark = pytest.mark.usefixtures("working_sandbox")
EXERCISE = "start.invert"
RIGHT = "def invert(image):\n    return 1 - image"
HOSTILE = """
import os
def invert(image):
    print("x" * 10**6)
    found = [path for path in (CHECKOUT + "/solutions", CHECKOUT + "/course", SEED)
             if os.path.exists(path)]
    with open("left.txt", "w") as file:
        file.write("x")
    if os.fork() == 0:
        while True:
            pass
    return 1 - image if not found else None
"""


def write(folder: Path, *texts: str) -> list[Path]:
    paths = [folder / f"answer{number}.py" for number, _ in enumerate(texts)]
    for path, text in zip(paths, texts, strict=True):
        path.write_text(text)
    return paths


def test_one_file_gives_an_object_and_several_a_list(tmp_path, capsys):
    right, wrong = map(str, write(tmp_path, RIGHT, RIGHT.replace("1 -", "2 -")))
    assert main(["judge", EXERCISE, right, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["passed"]
    assert main(["judge", EXERCISE, right, wrong, "--json"]) == 1
    assert [row["passed"] for row in json.loads(capsys.readouterr().out)] == [True, False]


def test_trust_gives_the_same_verdicts(tmp_path):
    files = write(tmp_path, RIGHT, "def invert(image):\n    return image", "1 / 0")
    both = [[judged.verdict for judged in judge_files(EXERCISE, files, 1, t)] for t in (0, 1)]
    assert [[verdict.passed for verdict in verdicts] for verdicts in both] == [
        [True, False, False]
    ] * 2


def test_a_file_reaches_nothing_and_leaves_nothing(tmp_path, monkeypatch, capsys):
    """No seed, no solution, no file beside it, no process; and what it prints stays short."""
    monkeypatch.chdir(tmp_path)
    seed = tmp_path / ".retouch" / "seed"
    seed.parent.mkdir()
    seed.write_text("12345")
    hostile = HOSTILE.replace("CHECKOUT", repr(str(ROOT))).replace("SEED", repr(str(seed)))
    assert main(["judge", EXERCISE, *map(str, write(tmp_path, hostile))]) == 0
    assert len(capsys.readouterr().out) < 1000
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".txt"] == []


def test_where_there_is_no_sandbox_one_line_says_so(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(observer, "sandbox_problem", lambda: "expected bubblewrap, found none")
    assert main(["judge", EXERCISE, *map(str, write(tmp_path, RIGHT))]) == 2
    error = capsys.readouterr().err
    assert "expected bubblewrap, found none; or trust" in error
    assert error.count("\n") == 1
