"""Written answers: Markdown stays Markdown, and nothing that it renders to can run.

An answer is rendered as nbgrader's pages will render it, and looked at. Most are harmless and
stay as they are. In others raw tags become words, and so do links and pictures that lead where
they may not; what is still harmful then is shown as plain text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import unquote

from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

from autograder.grade.pages.pictures import clean_pictures
from autograder.grade.pages.policy import is_address, is_clean

MAX_LENGTH = 20_000
MAX_SIGNS = 400  # of formulas, whose search is quadratic in nbconvert
PREFIX = "attachment:"
_NAMES = "python python3 py ipython text bash sh console json latex"
LANGUAGES = frozenset(_NAMES.split())
LINE_BREAK = re.compile(r"<br\s{0,9}/?>", re.IGNORECASE)
# Code and formulas, in which a `<` is only a sign; then everything else.
_APART = re.compile(
    r"(?P<fence>^ {0,3}(?P<mark>`{3,}|~{3,})[^\n]*\n(?:.*\n)*? {0,3}(?P=mark)[`~]*[ \t]*$)"
    r"|(?P<code>(?<![`\\])(?P<ticks>`+)(?!`)[^\n]*?(?<!`)(?P=ticks)(?!`))"
    r"|(?P<formula>(?<!\\)\$\$?[^$\n]{1,2000}\$\$?)",
    re.MULTILINE,
)
_INLINE = re.compile(
    r"!?\[([^\[\]\n]{0,300})\]"
    r"\([ \t]*(<[^<>\n]*>|[^\s()<>]*(?:\([^\s()]*\)[^\s()<>]*)?)"
    r"((?:[^()\n]|\([^()\n]{0,99}\)){0,300})\)"
)
_DEFINED = re.compile(r"^[ >]{0,9}\[[^\]\n]{1,300}\]:[ \t]*(\S*).*$", re.MULTILINE)
_TAG = re.compile(r"<(?=[A-Za-z/!?])(?!https?://[^\s<>]*>)")


class _Harmful(Exception):
    """Something that may not be rendered."""


class _Inspector(IPythonRenderer):
    """nbconvert's renderer, which stops at raw HTML and at code for a program."""

    def __init__(self, pictures: Mapping[str, Any]) -> None:
        super().__init__(escape=False, attachments=dict(pictures))

    def block_html(self, html: str) -> str:
        return self.inline_html(html)

    def inline_html(self, html: str) -> str:
        if not LINE_BREAK.fullmatch(html.strip()):
            raise _Harmful("raw HTML")
        return html

    def block_code(self, code: str, info: str | None = None) -> str:
        words = (info or "").split()
        if words and words[0] not in LANGUAGES:
            raise _Harmful("code in another language")
        return super().block_code(code, info)


def clean_answer(text: str, attachments: Any) -> tuple[str, dict[str, dict[str, str]]]:
    """A written answer and its pictures, as they may stand on a page.

    Args:
        text: Markdown.
        attachments: the cell's, by name; their content is not trusted.
    """
    text = without_controls(text)
    pictures = clean_pictures(attachments)
    text, pictures = _renamed(text, pictures)
    if len(text) > MAX_LENGTH or len(re.findall(r"\\\\[\[(]|\\begin\{", text)) > MAX_SIGNS:
        return as_code(text), pictures
    steps: tuple[Callable[[str], str], ...] = (
        lambda answer: answer,
        lambda answer: _mended(answer, pictures),
        as_code,
    )
    for step in steps:
        if _is_harmless(changed := step(text), pictures):
            return changed, pictures
    return "This answer cannot be shown safely; read it in the submitted notebook.", {}


def without_controls(text: str) -> str:
    """A text without control characters and without marks that turn the direction of reading."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n")
    return re.sub("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", "�", text)


def as_code(text: str) -> str:
    """A text as a block of code, in which nothing is Markdown."""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}\n{text}\n{fence}"


def render(text: str, pictures: Mapping[str, Any]) -> str:
    """The HTML that nbconvert makes of Markdown.

    Raises:
        Exception: whatever its parts raise at what they can't render.
    """
    return MarkdownWithMath(renderer=_Inspector(pictures)).render(text)


def _is_harmless(text: str, pictures: Mapping[str, Any]) -> bool:
    try:
        return is_clean(render(text, pictures))
    except (Exception, RecursionError):
        return False


def _renamed(
    text: str, pictures: dict[str, dict[str, str]]
) -> tuple[str, dict[str, dict[str, str]]]:
    """Pictures under names that need no quoting: nbconvert finds no other ones."""
    new = {}
    for number, picture in enumerate(pictures.values(), start=1):
        (kind,) = picture
        new[f"picture-{number}.{kind.partition('/')[2]}"] = picture
    names = dict(zip(pictures, new, strict=True))

    def rename(match: re.Match[str]) -> str:
        name = match["inside"] or match["plain"]
        known = names.get(name) or names.get(unquote(name))
        return match[0] if known is None else f"{match['before']}{PREFIX}{known}"

    pattern = (
        r"(?P<before>\]\([ \t]*|\]:[ \t]*)"
        rf"(?:<{PREFIX}(?P<inside>[^<>\n]+)>|{PREFIX}(?P<plain>[^\s<>]*?(?=\)|\s|$)))"
    )
    return re.sub(pattern, rename, text), new


def _mended(text: str, pictures: Mapping[str, Any]) -> str:
    """Markdown whose raw tags, and whose harmful links and pictures, are words."""
    parts, end = [], 0
    for match in _APART.finditer(text):
        parts += [_words(text[end : match.start()], pictures), _code(match)]
        end = match.end()
    return "".join([*parts, _words(text[end:], pictures)])


def _code(match: re.Match[str]) -> str:
    """Code keeps its text; a fence for a language that isn't shown loses its name."""
    if match["formula"]:
        return _TAG.sub("< ", match[0])
    if not match["fence"]:
        return match[0]
    first, rest = match[0].split("\n", 1)
    name = first.strip(" `~").split()
    return match[0] if not name or name[0] in LANGUAGES else f"{match['mark']}\n{rest}"


def _words(text: str, pictures: Mapping[str, Any]) -> str:
    def may_stay(target: str, is_picture: bool) -> bool:
        name = target.removeprefix(PREFIX)
        if target.startswith(PREFIX):
            return is_picture and name in pictures
        return not is_picture and is_address(target)

    def inline(match: re.Match[str]) -> str:
        target = match[2].strip("<>")
        if may_stay(target, match[0].startswith("!")):
            return match[0]
        return f"{match[1]} (not shown: {_plain(target)})"

    def defined(match: re.Match[str]) -> str:
        target = match[1].strip("<>")
        return match[0] if may_stay(target, target.startswith(PREFIX)) else ""

    text = _DEFINED.sub(defined, _INLINE.sub(inline, text))
    return _TAG.sub(lambda found: _tag(text, found), text)


def _tag(text: str, found: re.Match[str]) -> str:
    return "<" if LINE_BREAK.match(text, found.start()) else "&lt;"


def _plain(target: str) -> str:
    """An address as words, without a sign that Markdown gives a meaning."""
    return re.sub(r"[^\w .,:/%+-]|://|:(?=\w)", " ", target)[:60].strip() or "nothing"
