"""Hostile and broken answers: each gets its verdict, and touches nothing outside its sandbox.

The answers are in the `*.toml` files beside this one. Of an entry:

- `passes`: whether the answer, for all it tries, is right (default: false);
- `ended`: a pattern for how it ended, with the detail (default: there is a record);
- `says`: a pattern for what the student reads; `unreadable`: the record is no record;
- `harms`: without the sandbox it does what it tries, which is tested as well, so that an attack
  which can't do any harm is noticed; `harms_grade`: without it, it passes.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import re
import select
import socket
import sqlite3
import time
import tomllib
import uuid
from dataclasses import replace
from pathlib import Path

import pytest

from autograder.check.archive import ArchiveError
from autograder.check.data import load_record
from autograder.sandbox.job import Ending
from autograder.sandbox.trusted import TrustedObserver

FOLDER = Path(__file__).parent
SECRET = f"SECRET-{uuid.uuid4().hex}"
HONEST = "def double(x):\n    return 2 * x  # of {}"


def _attacks():
    for path in sorted(FOLDER.glob("*.toml")):
        for attack in tomllib.loads(path.read_text(encoding="utf-8"))["attack"]:
            yield pytest.param(attack, id=f"{path.stem}: {attack['name']}")


ATTACKS = list(_attacks())


class World:
    """What an attack wants: a course directory, a home, and servers on this machine."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in ("submitted/anna/unit.ipynb", ".retouch/hidden/01_unit/a.npz", "home/.ssh/key"):
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(SECRET, encoding="utf-8")
        with sqlite3.connect(folder / "gradebook.db") as database:
            database.execute("create table grade (student text, score real)")
            database.execute("insert into grade values (?, 3)", [SECRET])
        database.close()
        self.servers = [socket.create_server(("127.0.0.1", 0)), socket.socket(socket.AF_UNIX)]
        self.abstract = f"retouch-{uuid.uuid4().hex}"
        self.servers[1].bind("\0" + self.abstract)
        self.servers[1].listen()
        for path in [folder, *folder.rglob("*")]:
            path.chmod(0o777)
        self.before = self.content()

    def content(self) -> dict[str, bytes]:
        files = sorted(path for path in self.folder.rglob("*") if path.is_file())
        return {str(path): path.read_bytes() for path in files}

    def visited(self) -> bool:
        return bool(select.select(self.servers, [], [], 0)[0])

    def answer(self, attack: dict) -> str:
        """The attack's answer, aimed at this world."""
        port = str(self.servers[0].getsockname()[1])
        names = {"WORLD": str(self.folder), '"SECRET"': f'"{SECRET}"', "PORT": port}
        text = attack["answer"]
        for name, value in {**names, "ABSTRACT": self.abstract}.items():
            text = text.replace(name, value)
        return text

    def harmed(self, record: bytes | None) -> bool:
        leaked = SECRET.encode() in (record or b"")
        return leaked or self.visited() or self.content() != self.before

    def close(self) -> None:
        for server in self.servers:
            server.close()


@pytest.fixture
def world(tmp_path, monkeypatch):
    # So that it is the sandbox that keeps others out, and not the owner of the files.
    for folder in [tmp_path, *tmp_path.parents][:3]:
        with contextlib.suppress(PermissionError):
            folder.chmod(0o755)
    world = World(tmp_path / "course")
    monkeypatch.setenv("HOME", str(world.folder / "home"))
    yield world
    world.close()


@pytest.fixture(scope="module")
def environment():
    os.environ["RETOUCH_SECRET"] = SECRET
    yield
    del os.environ["RETOUCH_SECRET"]


@pytest.fixture(scope="module")
def calm(environment, observer, tiny):
    """The processes and descriptors of a sandbox that has served honest submissions."""
    for _ in range(2):
        results = observer.observe(tiny.job(HONEST.format("anna")))
    assert tiny.verdict(tiny.attacked, results[0]).passed
    assert results[1].ended == Ending.RECORDED
    return tiny.descendants(), len(list(Path("/proc/self/fd").iterdir()))


@pytest.mark.parametrize("attack", ATTACKS)
def test_attack_gets_its_verdict_and_harms_nothing(attack, observer, calm, world, tiny):
    if "before" in attack:
        observer.observe(tiny.job(HONEST.format(attack["before"])))
    result, sibling = observer.observe(tiny.job(world.answer(attack)))
    time.sleep(attack.get("wait", 0))
    _assert_verdict(attack, result, tiny)
    assert tiny.verdict(tiny.sibling, sibling).passed
    assert not world.harmed(result.record)
    _assert_calm(observer, calm, tiny)


def _assert_verdict(attack, result, tiny):
    ended = f"{result.ended.value} {result.detail}".strip()
    assert re.fullmatch(attack.get("ended", "recorded"), ended), ended
    if attack.get("unreadable"):
        with pytest.raises(
            ArchiveError, match=r"plain data|a record|more than|an array that|holding a"
        ):
            load_record(result.record)
    elif result.ended == Ending.RECORDED:
        verdict = tiny.verdict(tiny.attacked, result)
        assert verdict.passed == attack.get("passes", False), verdict.lines
        assert re.search(attack.get("says", ""), "\n".join(verdict.lines)), verdict.lines


def _assert_calm(observer, calm, tiny):
    """The same processes serve the next student, who finds nothing that was left behind."""
    looking = """
import os
def double(x):
    places = ("/", "/scratch", "/dev", "/dev/shm", "/blanks", "/retouch", "/proc")
    found = {name for place in places for name in os.listdir(place)}
    assert not found & {"leftovers", ".leftovers"} and os.listdir("/scratch") == [".shm"]
    return 2 * x
"""
    result, _ = observer.observe(tiny.job(looking))
    assert tiny.verdict(tiny.attacked, result).passed
    assert tiny.descendants() == calm[0]
    assert len(list(Path("/proc/self/fd").iterdir())) == calm[1] + 2  # the world's two servers


@pytest.mark.parametrize("attack", [a for a in ATTACKS if a.values[0].get("harms")])
def test_attack_does_harm_without_the_sandbox(attack, environment, world, tiny):
    result, _ = TrustedObserver(replace(tiny.limits, seconds=30)).observe(
        tiny.job(world.answer(attack))
    )
    time.sleep(attack.get("wait", 0))
    assert world.harmed(result.record)


@pytest.mark.parametrize("attack", [a for a in ATTACKS if a.values[0].get("harms_grade")])
def test_attack_earns_points_without_the_sandbox(attack, world, tiny):
    result, _ = TrustedObserver(replace(tiny.limits, seconds=30)).observe(
        tiny.job(world.answer(attack))
    )
    assert tiny.verdict(tiny.attacked, result).passed


def test_forged_pickle_would_run_code_in_a_grader_that_unpickles(observer, calm, world, tiny):
    forged = next(a.values[0] for a in ATTACKS if a.values[0].get("forged") == "pickle")
    result, _ = observer.observe(tiny.job(world.answer(forged)))
    pickle.loads(result.record).close()
    assert world.harmed(None)


def test_suite_is_as_large_as_it_should_be():
    assert len({attack.id for attack in ATTACKS}) == len(ATTACKS) >= 125
