"""What a browser is given of a written answer: Markdown, and nothing that runs."""

import base64
import io
import re

import nbformat
import numpy as np
import pytest
from nbconvert.exporters import HTMLExporter
from PIL import Image

from autograder.grade.pages.cells import clean_cell
from autograder.grade.pages.markdown import MAX_LENGTH, clean_answer
from autograder.grade.pages.pictures import SIDE, clean_pictures
from autograder.grade.pages.policy import clean_html

TAG = "<img src=x onerror=alert(1)>"
HONEST = """# A title with a < b & c

Some *text*, a formula $a<b$ and $$\\sum_{i<n} x_i$$, `x <y` and [a link](https://example.org/a?b=1).

| a | b |
|---|:-:|
| 1<2 | `<b>` |

```python
if a<b: print("<script>")
```

    indented <b>code</b>

- [x] a task

![plot](attachment:picture-1.png) line<br>break <https://example.org>
"""
# Each of them ran, or asked another server for something, as it was.
HARMFUL = [
    TAG, f"a {TAG} b", f"# {TAG}", f"> {TAG}", f"- {TAG}", f"**{TAG}**", f"| {TAG} |\n|---|\n| x |",
    f"a\n: {TAG}", f"~~{TAG}~~", f"<!-- x -->{TAG}", f"[{TAG}](https://x.y)", f"http://x.y/{TAG}",
    f"```mermaid\n{TAG}\n```", f"- ```mermaid\n  {TAG}\n  ```", f"~~~ mermaid\n{TAG}\n~~~",
    "<SVG ONLOAD=alert(1)>", "<math><mi xlink:href=javascript:alert(1)>x",
    "<script>alert(1)</script>",
    "<details open ontoggle=alert(1)>", "<iframe srcdoc='<script>1</script>'>",
    "<style>*{}</style>",
    "<b style='position:fixed'>x</b>", "<form action=/api><input name=x>", "<base href=//x.y>",
    "[x](javascript:alert(1))", "[x](JaVaScRiPt:alert(1))", "[x](java&#115;cript:alert(1))",
    "[x](&#x6A;avascript:alert(1))", "[x](<javascript:alert(1)>)",
    "[x](javascript:alert(1) 'title')", "[x][r]\n\n[r]: javascript:alert(1)",
    "<javascript:alert(1)>",
    "[x](vbscript:x)", "[x](data:text/html;base64,AAAA)", "![x](data:image/svg+xml;base64,AAAA)",
    "![x](https://x.y/pixel.png)", "![x](/logout)", "[x](/api/contents)", "[x](//x.y)",
    "![x][r]\n\n[r]: https://x.y/pixel.png", '[a](x "onmouseover=alert(1)")',
]  # fmt: skip
DANGEROUS = re.compile(
    r"<(script|svg|math|iframe|style|form|base)|<[^>]*\son\w+=|<[^>]*(java|vb)script:"
    r"|<[^>]*(src|href)=\"(?!https?://|#|data:image/png)|<img[^>]*src=\"http|<[^>]*position:",
    re.IGNORECASE,
)


def encoded(image, kind="PNG"):
    file = io.BytesIO()
    image.save(file, kind)
    return base64.b64encode(file.getvalue()).decode()


def png():
    return encoded(Image.new("RGB", (30, 20)))


def rendered(text, attachments=None):
    """What nbconvert, which cleans nothing, makes of Markdown."""
    cell = nbformat.v4.new_markdown_cell(text, attachments=attachments or {})
    notebook = nbformat.v4.new_notebook(cells=[cell])
    page, _ = HTMLExporter(template_name="basic").from_notebook_node(notebook)
    return page[page.index("text_cell_render") :] if "text_cell_render" in page else page


def test_an_honest_answer_stays_as_it_is():
    attachments = {"picture-1.png": {"image/png": png()}}
    text, pictures = clean_answer(HONEST, attachments)
    assert text == HONEST
    assert list(pictures) == ["picture-1.png"]


@pytest.mark.parametrize("text", HARMFUL)
def test_a_harmful_answer_is_harmless_wherever_it_is_rendered(text):
    assert DANGEROUS.search(rendered(text)), "this case shows nothing"
    cleaned, pictures = clean_answer(f"Before.\n\n{text}\n\nAfter, with $a<b$.", {})
    page = rendered(cleaned, pictures)
    assert not DANGEROUS.search(page), cleaned
    assert "Before." in page
    assert "After, with" in page


@pytest.mark.parametrize("text", HARMFUL)
def test_rendered_html_is_cleaned_too(text):
    assert not DANGEROUS.search(clean_html(rendered(text)))


def test_raw_tags_and_the_rest_of_the_answer_can_be_read():
    text, _ = clean_answer(f"**Why** $a<b$ `<p>`: {TAG}\n\n```\n<p>\n```", {})
    assert text == f"**Why** $a< b$ `<p>`: &lt;{TAG[1:]}\n\n```\n<p>\n```"


@pytest.mark.parametrize(
    ("text", "attachments", "words"),
    [
        ("![a](attachment:nothing.png)", {}, "a (not shown: attachment nothing.png)"),
        ("![a](attachment:p.svg)", {"p.svg": {"image/svg+xml": "<svg/>"}}, "a (not shown: "),
        ("![a](attachment:p.png)", {"p.png": ["no"]}, "a (not shown: "),
        ("![a](attachment:p.png)", [1, 2], "a (not shown: "),
        ("![a](attachment:p.png)", {"p.png": {"image/png": "bm8gcGljdHVyZQ=="}}, "a (not shown: "),
        ("![a](attachment:p.png)", {"p.png": {"image/png": '"><script>'}}, "a (not shown: "),
        ("![a][r]\n\n[r]: attachment:nothing.png", {}, "![a][r]"),
    ],
)
def test_a_missing_picture_becomes_words(text, attachments, words):
    cleaned, pictures = clean_answer(text, attachments)
    assert cleaned.startswith(words)
    assert pictures == {}
    rendered(cleaned)


@pytest.mark.parametrize(
    ("name", "reference"),
    [("a b.png", "attachment:a%20b.png"), ("Bild ä.png", "<attachment:Bild ä.png>"),
     ('"q".png', 'attachment:"q".png'), ("é.png", "attachment:%C3%A9.png")],
)  # fmt: skip
def test_pictures_of_any_name_are_shown(name, reference):
    text, pictures = clean_answer(f"![a]({reference})", {name: {"image/png": png()}})
    assert text == "![a](attachment:picture-1.png)"
    assert 'src="data:image/png;base64,' in rendered(text, pictures)


def test_a_large_picture_is_made_small():
    pixels = np.random.default_rng(0).integers(0, 256, (4000, 5000, 3), np.uint8)
    large = encoded(Image.fromarray(pixels), "JPEG")
    (picture,) = clean_pictures({"a.png": {"image/png": large}}).values()
    ((kind, text),) = picture.items()
    image = Image.open(io.BytesIO(base64.b64decode(text)))
    assert kind == "image/jpeg"
    assert max(image.size) == SIDE
    assert len(text) < 1_000_000


def test_nothing_but_pixels_is_kept_of_a_picture():
    file = io.BytesIO()
    Image.new("RGB", (9, 9)).save(file, "PNG")
    content = base64.b64encode(file.getvalue() + b"<script>alert(1)</script>").decode()
    (picture,) = clean_pictures({"a": {"image/svg+xml": content}}).values()
    assert b"script" not in base64.b64decode(picture["image/png"])


@pytest.mark.parametrize(
    "part", ["[", "![", "\\\\[", "**a*", "# \n", "<a ", "> ", "$a", "`a``", "- "]
)
def test_an_answer_made_to_be_slow_is_bounded(part):
    text, _ = clean_answer((part * MAX_LENGTH)[: MAX_LENGTH - 10] + TAG, {})
    assert len(text) < 6 * MAX_LENGTH
    text, _ = clean_answer(part * (MAX_LENGTH + 1), {})
    assert text.startswith("```")


def test_marks_that_turn_the_direction_are_replaced():
    assert clean_answer("a\u202eb\x1b[2Jc\ud800", {})[0] == "a�b�[2Jc�"


def test_what_nbgrader_ran_itself_is_cleaned():
    data = {"text/html": TAG, "application/javascript": "alert(1)", "text/plain": "1"}
    cell = nbformat.v4.new_code_cell("1", outputs=[nbformat.v4.new_output("display_data", data)])
    cell.metadata["tags"] = ["fine", '"><script>']
    clean_cell(cell)
    assert cell.outputs[0].data == {"text/html": "<img>", "text/plain": "1"}
    assert cell.metadata.tags == ["fine"]
