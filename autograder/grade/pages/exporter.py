"""nbconvert's HTML exporter for nbgrader's pages: what it renders is cleaned, and can't run.

Scripts of the templates carry a number that is drawn anew for each page, and the page's content
security policy lets no other script run.
"""

from __future__ import annotations

import html
import secrets
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from typing import Any

import jinja2
from jinja2 import pass_context
from nbconvert.exporters import HTMLExporter
from nbformat import NotebookNode
from traitlets import default

from autograder.grade.pages.policy import clean_html

MATHJAX = "https://cdnjs.cloudflare.com/ajax/libs/mathjax/2.7.7/MathJax.js"
MATHJAX_PARTS = "?config=TeX-AMS_CHTML-full,Safe"
# nbconvert configures MathJax in a script that MathJax evaluates, which the policy forbids.
MATHJAX_MACRO = f"""
{{%- macro mathjax(url="") -%}}
<script>
window.MathJax = {{
  TeX: {{equationNumbers: {{autoNumber: "AMS", useLabelIds: true}}}},
  tex2jax: {{
    inlineMath: [["$", "$"], ["\\\\(", "\\\\)"]],
    displayMath: [["$$", "$$"], ["\\\\[", "\\\\]"]],
    processEscapes: true, processEnvironments: true
  }},
  displayAlign: "center", messageStyle: "none", showMathMenu: false,
  CommonHTML: {{linebreaks: {{automatic: true}}}}
}};
</script>
<script src="{MATHJAX}{MATHJAX_PARTS}"></script>
{{%- endmacro %}}
"""

PREFIX = "text-"  # of ids in Markdown, so that no heading takes the place of a page's own field

_nonce: ContextVar[str] = ContextVar("nonce")


def new_nonce(number: str = "") -> str:
    """Draw the number of a page that is begun now, or go on with one that was drawn."""
    _nonce.set(number or secrets.token_urlsafe(18))
    return _nonce.get()


def current_nonce() -> str:
    """The number of the page that is being made."""
    try:
        return _nonce.get()
    except LookupError:
        return new_nonce()


class TrustedLoader(jinja2.BaseLoader):
    """Loads templates, in which every script gets the page's number."""

    def __init__(self, inner: jinja2.BaseLoader) -> None:
        self.inner = inner

    def get_source(
        self, environment: jinja2.Environment, template: str
    ) -> tuple[str, str | None, Callable[[], bool] | None]:
        """The text of a template, with numbered scripts."""
        source, path, fresh = self.inner.get_source(environment, template)
        if template.endswith("mathjax.html.j2"):
            source = MATHJAX_MACRO
        return source.replace("<script", '<script nonce="{{ nonce() }}"'), path, fresh

    def list_templates(self) -> list[str]:
        """The names of all templates."""
        return self.inner.list_templates()


def trust_templates(environment: jinja2.Environment) -> None:
    """Number the scripts of an environment's templates."""
    assert environment.loader is not None
    environment.loader = TrustedLoader(environment.loader)
    environment.globals["nonce"] = current_nonce


def policy(*, scripts: str, rest: str) -> str:
    """A content security policy in which only numbered scripts, and MathJax, run."""
    folder = MATHJAX.rpartition("/")[0] + "/"
    return (
        f"default-src {rest}; script-src 'nonce-{current_nonce()}' {folder} {scripts}; "
        f"style-src {rest} 'unsafe-inline' {folder}; img-src {rest} data: {folder}; "
        f"font-src {rest} data: {folder}; object-src 'none'; base-uri 'none'; "
        f"form-action {rest}"
    ).replace("'none' ", "")


class CleanHTMLExporter(HTMLExporter):
    """nbconvert's exporter, whose every page holds cleaned HTML of notebooks only."""

    @default("sanitize_html")
    def _sanitize_html_default(self) -> bool:
        return True

    def default_filters(self) -> Iterator[Any]:
        """The filters of nbconvert, with those that make HTML replaced."""
        yield from super().default_filters()
        yield "clean_html", clean_html

    @pass_context
    def markdown2html(self, context: Any, source: str) -> str:
        """Markdown as HTML, cleaned; it is not shown at all where it cannot be rendered."""
        try:
            return clean_html(super().markdown2html(context, source), prefix=PREFIX)
        except Exception as error:
            self.log.warning("a Markdown cell cannot be shown: %s", type(error).__name__)
            return f"<pre>{html.escape(source)}</pre>"

    def from_notebook_node(  # type: ignore[override]
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[str, dict[str, Any]]:
        """The page of a notebook, with its policy in it."""
        self.sanitize_html = True
        is_file = self.template_name == "feedback"
        if is_file:
            new_nonce()
        page, resources = super().from_notebook_node(nb, resources, **kw)
        if is_file:
            rule = policy(scripts="", rest="'none'")
            meta = f'<meta http-equiv="Content-Security-Policy" content="{rule}"/>'
            page = page.replace("<head>", f"<head>{meta}", 1)
        return page, resources

    def _create_environment(self) -> jinja2.Environment:
        environment = super()._create_environment()
        trust_templates(environment)
        return environment
