"""The formgrader's pages with a content security policy, and without names that are HTML."""

from __future__ import annotations

import base64
import hashlib
import logging
import re
from functools import cache
from pathlib import Path
from typing import Any

import nbgrader.converters.generate_feedback
import nbgrader.server_extensions.formgrader.formgrader as extension
from nbgrader.apps import NbGraderAPI
from nbgrader.server_extensions.formgrader.base import BaseHandler
from nbgrader.server_extensions.formgrader.handlers import SubmissionFilesHandler, template_path

from autograder.grade.pages.exporter import (
    CleanHTMLExporter,
    new_nonce,
    policy,
    trust_templates,
)
from autograder.grade.submissions.course_directory import is_student_id
from autograder.text import printable_lines

HANDLER = re.compile(r'\son[a-z]+="([^"{}]+)"', re.IGNORECASE)
FILES_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"


def protect() -> None:
    """Have nbgrader render pages with `CleanHTMLExporter`, and send them with a policy."""
    nbgrader.converters.generate_feedback.HTMLExporter = CleanHTMLExporter
    extension.HTMLExporter = CleanHTMLExporter
    if getattr(BaseHandler, "is_protected", False):
        return
    BaseHandler.is_protected = True
    BaseHandler.content_security_policy = property(_pages_policy)
    SubmissionFilesHandler.content_security_policy = property(lambda _handler: FILES_POLICY)
    _protect_templates()
    _protect_names()


def _pages_policy(handler: BaseHandler) -> str:
    handler.page_nonce = new_nonce(getattr(handler, "page_nonce", ""))
    scripts = f"'unsafe-hashes' {_handlers()}"
    return policy(scripts=scripts, rest="'self'") + "; frame-ancestors 'self'"


@cache
def _handlers() -> str:
    """The hashes of what nbgrader's own templates have as code in attributes."""
    files = [path for path in Path(template_path).rglob("*") if path.suffix in (".tpl", ".j2")]
    texts = [path.read_text(encoding="utf-8") for path in files]
    codes = {code for text in texts for code in HANDLER.findall(text)}
    return " ".join(f"'sha256-{_hash(code)}'" for code in sorted(codes))


def _hash(code: str) -> str:
    return base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()


def _protect_templates() -> None:
    """Number the scripts of the other templates too, and escape what is put into them."""
    before = extension.FormgradeExtension.init_tornado_settings

    def init(self: Any, webapp: Any) -> None:
        before(self, webapp)
        environment = webapp.settings["nbgrader_jinja2_env"]
        environment.autoescape = True
        trust_templates(environment)

    extension.FormgradeExtension.init_tornado_settings = init


def _protect_names() -> None:
    """Leave out folders whose names can't be students."""
    before = NbGraderAPI.get_submitted_students

    def get_submitted_students(self: Any, assignment_id: str) -> set[str]:
        return {name for name in before(self, assignment_id) if is_student_id(name)}

    NbGraderAPI.get_submitted_students = get_submitted_students


class CleanRecords(logging.Filter):
    """A filter for a log that a terminal shows: no control characters in it."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Clean a record's message; it is always shown."""
        record.msg, record.args = printable_lines(record.getMessage()), ()
        return True


def clean_log(log: Any) -> None:
    """Clean everything that is logged from now on."""
    logger = getattr(log, "logger", log)
    if not any(isinstance(known, CleanRecords) for known in logger.filters):
        logger.addFilter(CleanRecords())
