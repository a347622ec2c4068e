"""Which HTML a page may hold of what a student wrote: the list that everything is held to."""

from __future__ import annotations

import re
from collections import Counter
from html.parser import HTMLParser

import nh3

_TEXT = (
    "a abbr b blockquote br caption code col colgroup dd del details div dl dt em figcaption figure"
    " h1 h2 h3 h4 h5 h6 hr i img input kbd li ol p pre q s samp small span strong sub summary sup"
    " table tbody td tfoot th thead tr u ul var"
)
TAGS = frozenset(_TEXT.split())
ATTRIBUTES = {
    "*": {"class", "id", "role", "style", "title"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "input": {"type", "disabled", "checked"},
    "ol": {"start"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
}
# What the panels of `autograder.check.report` and Markdown's tables need; none takes an address.
_STYLES = (
    "background-color border border-collapse border-left border-radius color display font-family"
    " font-size font-weight gap grid-template-columns align-items height image-rendering"
    " flex-direction flex-wrap line-height margin max-width min-width object-fit overflow"
    " overflow-wrap padding text-align white-space width"
)
STYLES = frozenset(_STYLES.split())
PICTURE = re.compile(r"data:image/(png|jpeg|gif);base64,[A-Za-z0-9+/=\s]*")
ADDRESS = re.compile(r"(https?://|mailto:)[^\x00-\x20]*", re.IGNORECASE)


def is_address(url: str) -> bool:
    """Whether a link may lead there: the web, a mailbox, or a place on the same page."""
    return url.startswith("#") or ADDRESS.fullmatch(url) is not None


def clean_html(html: str, prefix: str = "") -> str:
    """The HTML without any tag, attribute or address that isn't on the list.

    Args:
        prefix: what to put before each id, and before the places on the page that links lead to.
    """

    def kept(tag: str, name: str, value: str) -> str | None:
        value = f"#{prefix}{value[1:]}" if name == "href" and value[:1] == "#" else value
        return _kept(tag, name, value)

    return nh3.clean(
        html,
        tags=set(TAGS),
        attributes=ATTRIBUTES,
        attribute_filter=kept,
        clean_content_tags={"script", "style", "iframe", "noscript", "template", "title"},
        filter_style_properties=set(STYLES),
        url_schemes={"http", "https", "mailto", "data"},
        link_rel="noopener noreferrer",
        id_prefix=prefix or None,
    )


def is_clean(html: str) -> bool:
    """Whether a browser finds in it exactly the tags and attributes that the list allows."""
    return _tags(html) == _tags(clean_html(html))


def _kept(tag: str, name: str, value: str) -> str | None:
    if tag == "a" and name == "href":
        return value if is_address(value) else None
    if tag == "img" and name == "src":
        return value if PICTURE.fullmatch(value) else None
    if tag == "input" and name == "type":
        return value if value == "checkbox" else None
    return value


def _tags(html: str) -> Counter[tuple[str, frozenset[tuple[str, str]]]]:
    reader = _Tags()
    reader.feed(html)
    reader.close()
    return reader.found


class _Tags(HTMLParser):
    """Counts the start tags of a page, with their attributes."""

    # Added by the cleaning, or written otherwise by it.
    REWRITTEN = ("rel", "style")

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: Counter[tuple[str, frozenset[tuple[str, str]]]] = Counter()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        kept = [(name, value or "") for name, value in attrs if name not in self.REWRITTEN]
        self.found[tag, frozenset(kept)] += tag != "tbody"
