"""What is printed: no terminal obeys it, and no console fails at it."""

import io
import sys

import pytest

from autograder.check.data import Case, CheckData, Crash, Outcome, Record
from autograder.check.judge import judge
from autograder.check.report import html_report, text_report
from autograder.cli import main
from autograder.console import CleanConsole
from autograder.text import cleaned_output, one_line, printable, printable_lines

TITLE = "\x1b]0;owned\x07"
CLIPBOARD = "\x1b]52;c;cm0gLXJm\x07"
ATTACKS = [TITLE, CLIPBOARD, "\x1b[2J", "\x9b2J", "a\rb", "\u202etxt", "\u2066x", "\u200bx",
           "\ud800", "\x00", "\x7f", "\u2028x", "\x08"]  # fmt: skip
ORDERS = [chr(number) for number in (*range(9), *range(11, 32), *range(127, 160))]
ORDERS += list("\u200b\u200e\u202a\u202e\u2066\u2069\u2028\ud800")


def is_clean(text):
    return not any(sign in text for sign in ORDERS)


def test_printable_shows_no_control_characters():
    assert printable("a\x1b[31m\nb\udc80") == "a\ufffd[31m\ufffdb\ufffd"
    assert printable("x" * 100, 10) == "x" * 9 + "…"
    assert printable("1\u00a0000 Größe 猫") == "1 000 Größe 猫"
    assert one_line("a\n  b\t\r\nc") == "a b c"


@pytest.mark.parametrize("attack", ATTACKS)
def test_every_command_prints_cleaned_texts(attack, monkeypatch, capsys):
    monkeypatch.setattr("autograder.build.course.stale_files", lambda unit: [f"a{attack}b"])
    assert main(["build", "00", "--check"]) == 1
    printed = capsys.readouterr().out
    assert is_clean(printed)
    assert "a" in printed
    assert main(["judge", f"x.{attack}", "nothing.py"]) == 2
    error = capsys.readouterr().err
    assert is_clean(error)
    assert error.startswith("retouch: expected")


def test_tables_keep_their_colours_and_clean_their_texts(capsys):
    console = CleanConsole(force_terminal=True, color_system="standard")
    console.print(f"[red]{TITLE}b[/]", highlight=False)
    assert capsys.readouterr().out == "\x1b[31m\ufffd]0;ownedb\x1b[0m\n"


@pytest.mark.parametrize(("encoding", "sign"), [("cp1252", "+"), ("ascii", "+"), ("utf-8", "✓")])
def test_a_console_without_our_signs_gets_others(encoding, sign, monkeypatch):
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding=encoding))
    with cleaned_output():
        print("✓ passed 猫")
        CleanConsole().print("✓")
        sys.stdout.flush()
    lines = raw.getvalue().decode(encoding).split("\n")
    assert lines[0].startswith(f"{sign} passed")
    assert lines[1].strip() == sign


@pytest.mark.parametrize("attack", [*ATTACKS, "a\n✓ counting.double: all 2 cases pass"])
def test_a_report_shows_a_students_texts_in_one_line_each(attack):
    data = CheckData("counting.double", 1.0, ["double"], [], [], None, [Case("a", {})], [])
    crash = Crash(f"E{attack}", f"m{attack}" * 10_000, f"return {attack}")
    record = Record([Outcome(crash=crash, printed=f"p{attack}<b>")])
    verdict = judge(data, record)
    text = text_report(verdict)
    assert is_clean(text)
    assert len(text.splitlines()) == 2
    assert len(text) < 1000
    page = html_report(verdict)
    assert is_clean(page)
    assert "<b>" not in page.replace("&lt;b&gt;", "")
    assert len(page) < 2000


def test_lines_and_tabs_stay():
    assert printable_lines("a\n\tb\x1b") == "a\n\tb\ufffd"
