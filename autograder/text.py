"""Text that others wrote, made fit to be shown: the one place that cleans what is printed.

A terminal obeys what it prints: escape sequences set its title and clipboard, carriage returns
and direction marks show a line other than the one that is there. `printable` cleans one text;
`cleaned_output` stands between a whole command and its terminal (`autograder.console` for tables).
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TextIO

REPLACEMENT = "\ufffd"
# The signs of our own reports, for consoles that don't have them (Windows' cp1252, say).
PLAIN = str.maketrans({"✓": "+", "✗": "x", "•": "*", "…": "...", "—": "-", "×": "x", "·": "."})


def printable(text: str, limit: int = 80) -> str:
    """A text as it may be shown in one line: no control characters, no stray bytes, not too long.

    Args:
        text: of any length and content, lone surrogates included.
        limit: the most characters of the result; what is cut ends in "…".
    """
    shown = _clean(text[: limit + 1])
    return shown if len(shown) <= limit else shown[: limit - 1] + "…"


def one_line(text: str, limit: int = 400) -> str:
    """Like `printable`, with every run of blanks and line ends as one blank."""
    return printable(" ".join(text[: 4 * limit].split()), limit)


def printable_lines(text: str) -> str:
    """A text of several lines: line ends and tabs stay, other control characters don't."""
    return _clean(text, "\n\t")


def _clean(text: str, kept: str = "") -> str:
    if text.isascii() and text.isprintable():
        return text
    return "".join(_shown(sign) if sign not in kept else sign for sign in text)


def _shown(sign: str) -> str:
    """The sign itself; a blank of another width as a blank; for what isn't printed, a mark."""
    if sign.isprintable():
        return sign
    return " " if sign.isspace() and sign > "\x85" and sign not in "\u2028\u2029" else REPLACEMENT


class CleanStream:
    """A text stream that cleans whatever is written to it, and never fails at a character.

    Attributes:
        raw: the stream behind it, for what draws on a terminal itself.
    """

    def __init__(self, raw: TextIO) -> None:
        self.raw = raw

    def write(self, text: str) -> int:
        """Write a text without control characters; what the encoding lacks is replaced."""
        self.raw.write(_encodable(printable_lines(text), getattr(self.raw, "encoding", None)))
        return len(text)

    def writelines(self, lines: Iterator[str]) -> None:
        """Write texts one after the other."""
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.raw, name)


def _encodable(text: str, encoding: str | None) -> str:
    try:
        text.encode(encoding or "utf-8")
    except (UnicodeEncodeError, LookupError):
        name = encoding or "utf-8"
        return text.translate(PLAIN).encode(name, "replace").decode(name)
    return text


@contextmanager
def cleaned_output() -> Iterator[None]:
    """Clean everything that is printed inside, on standard output and on standard error."""
    before = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = (CleanStream(raw_stream(stream)) for stream in before)
    try:
        yield
    finally:
        sys.stdout, sys.stderr = before


@contextmanager
def drawing_output() -> Iterator[None]:
    """Give a command that draws (a progress bar) the terminal itself; it shows no one's texts."""
    before = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = (raw_stream(stream) for stream in before)
    try:
        yield
    finally:
        sys.stdout, sys.stderr = before


def raw_stream(stream: Any) -> Any:
    """The stream behind a `CleanStream`, or the stream itself."""
    return stream.raw if isinstance(stream, CleanStream) else stream


class EncodableStream(CleanStream):
    """A stream that replaces what its encoding lacks, and keeps the rest as it is."""

    def write(self, text: str) -> int:
        """Write a text with what the encoding lacks replaced."""
        self.raw.write(_encodable(text, getattr(self.raw, "encoding", None)))
        return len(text)
