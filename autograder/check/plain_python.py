"""A notebook cell's text as plain Python, with what only makes sense in a live notebook left out.

IPython's own transformer says what its syntax means. `%time f()` then stands for `f()`, a shell
command for an empty list, and every other command for nothing at all.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from autograder.check.parsing import PARSER

# The transformer reads a text again for each command in it, and some of its patterns take
# quadratic time in the length of a line.
MAX_TRANSFORMED, MAX_LINE, MAX_COMMANDS = 50_000, 2_000, 100
UNREADABLE = (SyntaxError, ValueError, RecursionError, MemoryError)
_OTHER_LANGUAGES = {
    *("bash", "sh", "script", "system", "sx", "cmd", "perl", "ruby", "pypy", "python2", "latex"),
    *("html", "HTML", "svg", "SVG", "js", "javascript", "markdown", "writefile", "file"),
}
Edit = tuple[int, int, bytes]


def parse(text: str) -> ast.Module | None:
    """The syntax tree of a text; None if it is not Python."""
    try:
        with PARSER:
            return ast.parse(text)
    except UNREADABLE:
        return None


def plain_python(cell: str) -> str:
    """The text of a cell without IPython's syntax; lines keep their numbers.

    A text that stays unreadable comes back as it is, so that Python can say what is wrong.
    """
    text = _without_cell_magic(cell.replace("\r\n", "\n").replace("\r", "\n"))
    if parse(text) is None:
        text = _transformed(text)
    return _without_commands(text) if "get_ipython" in text else text


def replaced(text: str, edits: list[Edit]) -> str:
    """A text in which byte ranges are replaced; line breaks within them stay."""
    content = bytearray(text.encode())
    for start, end, new in sorted(edits, reverse=True):
        content[start:end] = new + b"\n" * content[start:end].count(b"\n")
    return content.decode()


class Positions:
    """Where syntax tree nodes stand in their text, in bytes."""

    def __init__(self, text: str) -> None:
        self.starts = [0]
        for line in text.encode().split(b"\n"):
            self.starts.append(self.starts[-1] + len(line) + 1)

    def span(self, node: ast.stmt | ast.expr) -> tuple[int, int]:
        """The first byte of a node, its decorators included, and the one after its last."""
        first = [node, *getattr(node, "decorator_list", [])]
        line, column = min((item.lineno, item.col_offset) for item in first)
        if len(first) > 1:
            column = 0  # decorators start at the `@`, which is no node
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        end = self.starts[node.end_lineno - 1] + node.end_col_offset
        return self.starts[line - 1] + column, end


def _without_cell_magic(text: str) -> str:
    """A cell below `%%time` is Python; one below `%%bash` is not."""
    lines = text.split("\n")
    for number, line in enumerate(lines):
        if line.startswith("%%"):
            name = line[2:].split(" ")[0]
            if name in _OTHER_LANGUAGES or line.startswith("%%!"):
                return ""
            lines[number] = ""
        elif line.strip():
            break
    return "\n".join(lines)


def _transformed(text: str) -> str:
    lines = text.split("\n")
    commands = sum(any(sign in line for sign in "%!?") for line in lines)
    if len(text) > MAX_TRANSFORMED or commands > MAX_COMMANDS or max(map(len, lines)) > MAX_LINE:
        return text
    from IPython.core.inputtransformer2 import TransformerManager

    try:
        changed = TransformerManager().transform_cell(text)
    except Exception:
        return text
    return changed if parse(changed) else text


def _without_commands(text: str) -> str:
    """A text whose calls of IPython are replaced by what they give."""
    tree = parse(text)
    if tree is None:
        return text
    positions = Positions(text)
    edits = [(*positions.span(node), _meaning(node)) for node in _commands(tree)]
    changed = replaced(text, edits)
    return changed if parse(changed) else text


def _commands(tree: ast.AST) -> Iterator[ast.Call]:
    """The calls of methods of `get_ipython()`, and of it alone; none within another."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Call) and _calls_ipython(node):
            yield node
        else:
            yield from _commands(node)


def _calls_ipython(node: ast.Call) -> bool:
    owner = node.func
    while isinstance(owner, ast.Attribute | ast.Call):
        owner = owner.func if isinstance(owner, ast.Call) else owner.value
    return isinstance(owner, ast.Name) and owner.id == "get_ipython"


def _meaning(call: ast.Call) -> bytes:
    """What stands for a call of IPython: an expression, or an assignment that was timed."""
    method = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    if method == "getoutput":
        return b"[]"
    texts = [item.value for item in call.args if isinstance(item, ast.Constant)]
    if method == "run_line_magic" and len(texts) == 2 and texts[0] == "time":
        timed = parse(str(texts[1]))
        if timed and len(timed.body) == 1:
            whole = str(texts[1]).strip()
            return (f"({whole})" if isinstance(timed.body[0], ast.Expr) else whole).encode()
    return b"None"
