"""A verdict as people read it: a few lines of text, and a panel with pictures in a notebook."""

from __future__ import annotations

import html
import re

import numpy as np

from autograder.check.failure import Failure
from autograder.check.judge import NOT_WRITTEN, Verdict
from autograder.check.values import TORCH, Value
from autograder.text import one_line, printable_lines

SHOWN = 3
PRINTED = 300
PANEL = 150
SMALLEST_PICTURE = 8
LARGEST_PICTURE = 300


def text_report(verdict: Verdict, hints: int = 0) -> str:
    """The verdict in a few lines."""
    if verdict.passed:
        return f"✓ {verdict.exercise}: all {verdict.cases} cases pass"
    if verdict.remark:
        return f"✗ {verdict.exercise}: {one_line(verdict.remark)}"
    lines = [_headline(verdict)]
    if verdict.mistake:
        lines += [f"  {verdict.mistake.title}: {verdict.mistake.diagnosis}"]
    lines += [f"  • {one_line(failure.text)}" for failure in _chosen(verdict)]
    if hints:
        lines.append(f'  Stuck? hint("{verdict.exercise}")')
    return "\n".join(lines)


def html_report(verdict: Verdict) -> str:
    """The verdict as a panel for the notebook, with pictures of the first failure."""
    if verdict.passed:
        words = f"<b>{_escape(verdict.exercise)}</b>: all {verdict.cases} cases pass"
        return _panel("pass", f"<div>✓ {words}</div>")
    if verdict.remark:
        kind = "todo" if verdict.remark == NOT_WRITTEN else "fail"
        words = f"<b>{_escape(verdict.exercise)}</b>: {_escape(one_line(verdict.remark))}"
        return _panel(kind, f"<div>✗ {words}</div>")
    parts = [f"<div>{_escape(_headline(verdict))}</div>"]
    if verdict.mistake:
        parts.append(_diagnosis_html(verdict.mistake.title, verdict.mistake.diagnosis))
    parts += [_failure_html(failure) for failure in _chosen(verdict)]
    parts.append(_pictures(verdict))
    parts.append(f'<div>Stuck? <code>hint("{_escape(verdict.exercise)}")</code></div>')
    return _panel("fail", "".join(parts))


def _headline(verdict: Verdict) -> str:
    number = verdict.cases_failed
    verb = "fails" if number == 1 else "fail"
    return f"✗ {verdict.exercise}: {number} of {verdict.cases} cases {verb}"


def _chosen(verdict: Verdict) -> list[Failure]:
    """The first failure of each of the first failing cases; what is alike, once."""
    first: dict[int, Failure] = {}
    for failure in verdict.told:
        first.setdefault(id(failure.case), failure)
    return list(first.values())[:SHOWN]


def _failure_html(failure: Failure) -> str:
    name = failure.where or failure.case.name
    rest = failure.text.removeprefix(f"{name}: ")
    shown = failure.outcome.printed if failure.case.source == "visible" else ""
    words = html.escape(printable_lines(shown[:PRINTED]))
    printed = f"<pre>printed: {words}</pre>" if shown else ""
    where = f"<i>{_escape(name)}</i>: " if rest != failure.text else ""
    return f"<div>• {where}{_escape(one_line(rest))}{printed}</div>"


def _diagnosis_html(title: str, diagnosis: str) -> str:
    return (
        '<div style="margin:6px 0;padding:6px 10px;'
        'background-color:var(--jp-layout-color2,#eee);border-radius:4px">'
        f"This looks like a known mistake: <b>{_escape(title)}</b>.<br>{_escape(diagnosis)}</div>"
    )


def _panel(kind: str, content: str) -> str:
    colour = {
        "pass": "var(--jp-success-color1,#2e7d32)",
        "fail": "var(--jp-error-color1,#c62828)",
        "todo": "var(--jp-warn-color1,#b26a00)",
    }[kind]
    return (
        f'<div class="retouch-check retouch-{kind}" role="status" style="border-left:4px solid '
        f'{colour};padding:4px 12px;line-height:1.5">{content}</div>'
    )


def _pictures(verdict: Verdict) -> str:
    """Input, expected, yours and the difference, for the first failure that is an image."""
    from retouch.show.images import difference_image, images_html

    for failure in verdict.failures:
        if failure.case.source == "hidden" or failure.outcome.crash:
            continue
        expected = _picture(failure.case.expected.get(failure.name))
        got = _picture(failure.outcome.observed.get(failure.name))
        if expected is None or got is None:
            continue
        inputs = [_picture(value) for value in failure.case.inputs.values()]
        source = next((image for image in inputs if image is not None), None)
        panels = {} if source is None else {"input": source}
        panels |= {"expected": expected, "yours": got}
        if expected.shape == got.shape:
            panels["difference"] = difference_image(expected, got)
        return images_html(panels, alt=f"in the case {failure.case.name}", height=PANEL)
    return ""


def _picture(value: Value | None) -> np.ndarray | None:
    """An observed value as H×W or H×W×3, if it can be looked at; a large one with gaps."""
    if value is None or value.kind != "array":
        return None
    image = value.data
    if value.type == TORCH:
        image = image[0] if image.ndim == 4 and len(image) else image
        image = np.moveaxis(image, 0, -1) if image.ndim == 3 else image
    if image.ndim == 3 and image.shape[-1] == 1:
        image = image[..., 0]
    looks = image.ndim == 2 or (image.ndim == 3 and image.shape[-1] == 3)
    if not looks or min(image.shape[:2]) < SMALLEST_PICTURE:
        return None
    step = -(-max(image.shape[:2]) // LARGEST_PICTURE)
    image = image[::step, ::step]
    return image if image.dtype == np.uint8 else image.astype(float)


def _escape(text: str) -> str:
    """Text for a page; what stands in backticks is set as code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(text))
