"""Nothing that a student puts into `submitted/` leads out of it, or makes the grader wait."""

import contextlib
import os
import socket
import tempfile
from pathlib import Path

import pytest

from autograder.grade.submissions.files import Unreadable, names_beneath, read_beneath


def test_a_file_is_read(tmp_path):
    (tmp_path / "ada").mkdir()
    (tmp_path / "ada" / "notes.txt").write_bytes(b"\x00\xff")
    assert read_beneath(tmp_path, ("ada", "notes.txt"), 10) == b"\x00\xff"
    assert names_beneath(tmp_path, ("ada",)) == ["notes.txt"]


def test_the_trusted_folder_may_be_a_link(tmp_path):
    (tmp_path / "disk").mkdir()
    (tmp_path / "disk" / "a").write_bytes(b"x")
    (tmp_path / "submitted").symlink_to("disk")
    assert read_beneath(tmp_path / "submitted", ("a",), 10) == b"x"


def _link_to_file(folder):
    (folder / "x").symlink_to("/etc/hostname")


def _link_to_folder(folder):
    (folder / "x").symlink_to("/etc")


def _dangling(folder):
    (folder / "x").symlink_to("nowhere")


def _endless_link(folder):
    (folder / "x").symlink_to("x")


def _pipe(folder):
    os.mkfifo(folder / "x")


def _socket(folder):
    address = os.path.relpath(folder / "x")
    socket.socket(socket.AF_UNIX).bind(address)


def _folder(folder):
    (folder / "x").mkdir()


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (_link_to_file, "symbolic link"),
        (_link_to_folder, "symbolic link"),
        (_dangling, "symbolic link"),
        (_endless_link, "symbolic link"),
        (_pipe, "a pipe"),
        (_socket, "a socket"),
        (_folder, "a folder, not a file"),
        (lambda folder: None, "there is no x"),
    ],
)
def test_anything_else_is_named(tmp_path, make, reason, monkeypatch):
    monkeypatch.chdir(tmp_path)
    make(tmp_path)
    with pytest.raises(Unreadable, match=reason):
        read_beneath(tmp_path, ("x",), 100)


def test_a_link_on_the_way_is_not_followed(tmp_path):
    (tmp_path / "eve").symlink_to("/etc")
    with pytest.raises(Unreadable, match="link"):
        read_beneath(tmp_path, ("eve", "hostname"), 10_000)


def test_too_large_a_file_is_not_read(tmp_path):
    with (tmp_path / "x").open("wb") as file:
        file.truncate(2**40)
    with pytest.raises(Unreadable, match="more than 100 bytes"):
        read_beneath(tmp_path, ("x",), 100)


@pytest.mark.parametrize("name", ["\0", "a" * 300, "\ud800"])
def test_odd_names(tmp_path, name):
    with pytest.raises(Unreadable):
        read_beneath(tmp_path, (name,), 100)


def test_no_descriptor_is_left_open(tmp_path):
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(5):
        with pytest.raises(Unreadable, match="no x"):
            read_beneath(tmp_path, ("x", "y"), 1)
        with pytest.raises(Unreadable, match="no x"):
            names_beneath(tmp_path, ("x",))
    assert len(list(Path("/proc/self/fd").iterdir())) == before


@contextlib.contextmanager
def as_an_ordinary_user():
    """Without root's right to read everything."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_a_file_that_may_not_be_read_is_said_to_be_so():
    # pytest's own folder is root's alone where root runs the tests: nobody else enters it.
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "a.ipynb").write_text("{}")
        (folder / "a.ipynb").chmod(0)
        with as_an_ordinary_user(), pytest.raises(Unreadable, match="may not be read"):
            read_beneath(folder, ("a.ipynb",), 1000)
