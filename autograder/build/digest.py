"""What an exercise's check data are made from, as a digest: the same on every processor.

It covers the exercise's own cells, the setup and the earlier solutions that they may use, and of
the reference library every top-level statement that these reach by name. Comments and docstrings
don't count. So a change that could alter the check data makes them stale, another change doesn't,
and rounding never does.
"""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import retouch
from autograder.build.answers import prelude
from autograder.build.exercise import Exercise, diagnosis
from autograder.build.source import UnitSource
from autograder.check.data import FORMAT

LIBRARY = "retouch"
Names = tuple[tuple[str, str], ...]
Reference = tuple[str, str]
"""A module and a name in it."""


def sources_digest(unit: UnitSource, exercise: Exercise) -> str:
    """The digest of all that the check data of an exercise are made from."""
    texts = [*_own_texts(exercise), *_used_prelude(unit, exercise)]
    digest = hashlib.sha256(f"format {FORMAT}".encode())
    for text in [*texts, *_library_texts(texts)]:
        digest.update(b"\0" + text.encode())
    return digest.hexdigest()[:32]


def _own_texts(exercise: Exercise) -> list[str]:
    """The parts of an exercise's file that go into its check data, or decide what does."""
    header = [exercise.id, str(exercise.points), *exercise.forbid, *exercise.hints]
    cells = [exercise.answer, exercise.cases, exercise.observe, exercise.conclude]
    texts = ["\n".join(header), *(meaning(cell.text) for cell in cells if cell)]
    for cell in [*exercise.rights, *exercise.wrongs]:
        options = " ".join(
            f"{name}={text}" for name, text in sorted(cell.options.items()) if name != "of"
        )
        head = f"{cell.kind} {cell.title} {options}".rstrip()
        texts.append(f"{head}\n{diagnosis(cell)}\n{meaning(cell.text)}")
    return texts


def _used_prelude(unit: UnitSource, exercise: Exercise) -> list[str]:
    """The setup, and those earlier solutions that the exercise names."""
    used = {name for text in _own_texts(exercise)[1:] for name in _names_in(text)}
    setup = {cell.text for cell in unit.setup()}
    return [
        meaning(cell.text)
        for cell in prelude(unit, exercise)
        if cell.text in setup or used & set(cell.functions())
    ]


def _names_in(text: str) -> Iterator[str]:
    yield from (node.id for node in ast.walk(_parsed(text)) if isinstance(node, ast.Name))


def _parsed(text: str) -> ast.Module:
    """The syntax tree of a text that follows a line of prose, which may be none."""
    try:
        return ast.parse(text)
    except SyntaxError:
        _, _, rest = text.partition("\n")
        return _parsed(rest) if rest else ast.Module([], [])


def meaning(text: str, node: ast.AST | None = None) -> str:
    """A source text without its comment lines, docstrings and blank lines."""
    tree = node or _parsed(text)
    prose = {line for string in _docstrings(tree) for line in _lines_of(string)}
    return "\n".join(
        line.rstrip()
        for number, line in enumerate(text.splitlines(), 1)
        if number not in prose and line.strip() and not line.lstrip().startswith("#")
    )


def _docstrings(tree: ast.AST) -> Iterator[ast.expr]:
    documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
    for node in ast.walk(tree):
        first = node.body[0] if isinstance(node, documented) and node.body else None
        if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
            yield first.value


def _lines_of(node: ast.expr | ast.stmt) -> range:
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    first = min([node.lineno, *(one.lineno for one in decorators)])
    return range(first, (node.end_lineno or node.lineno) + 1)


# ------------------------------------------------------------------ the library, statement by one


@dataclass(frozen=True)
class Statement:
    """A top-level statement of a module: its text, and the names that it refers to."""

    text: str
    references: Names


@dataclass
class Module:
    """A module of the library, read but not run.

    Attributes:
        statements: what defines each name.
        imports: what each imported name stands for: a module and a name in it, or "".
    """

    statements: dict[str, Statement] = field(default_factory=dict)
    imports: dict[str, Reference] = field(default_factory=dict)


def _library_texts(texts: list[str]) -> list[str]:
    """The statements of the library that these texts reach, in a fixed order."""
    waiting = [reference for text in texts for reference in _references_of(text)]
    reached: dict[Reference, str] = {}
    while waiting:
        for module, name in _resolved(*waiting.pop()):
            if (module, name) not in reached:
                statement = _module(module).statements[name]
                reached[module, name] = statement.text
                imports = _module(module).imports
                waiting += [_reference(module, imports, used) for used in statement.references]
    return [f"{module}.{name}\n{reached[module, name]}" for module, name in sorted(reached)]


def _references_of(text: str) -> list[Reference]:
    """What an exercise's text uses of the library, by its import statements."""
    tree = _parsed(text)
    imports = _imports(tree)
    return [
        *imports.values(),
        *(_reference("", imports, used) for used in _used(tree) if used[0] in imports),
    ]


def _reference(module: str, imports: dict[str, Reference], used: Reference) -> Reference:
    """What `name` or `name.attribute` stands for in a module."""
    name, attribute = used
    home, imported = imports.get(name, (module, name))
    whole = f"{home}.{imported}" if imported and _file(f"{home}.{imported}") else ""
    if attribute and (whole or not imported):
        return whole or home, attribute
    return home, imported


def _resolved(module: str, name: str) -> Iterator[Reference]:
    """Where a name of the library is defined; all of a module where it is used as a whole."""
    if not _file(module):
        return
    found = _module(module)
    if name in found.statements:
        yield module, name
    elif name in found.imports and found.imports[name] != (module, name):
        yield from _resolved(*found.imports[name])


def _imports(tree: ast.AST) -> dict[str, Reference]:
    """The names that a module or a text imports of the library, anywhere in it."""
    found: dict[str, Reference] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                whole = alias.name if alias.asname else alias.name.partition(".")[0]
                found[alias.asname or whole] = whole, ""
        elif isinstance(node, ast.ImportFrom):
            home = node.module or ""
            for alias in node.names:
                found[alias.asname or alias.name] = home, alias.name
    return {name: place for name, place in found.items() if _is_ours(place[0])}


def _is_ours(module: str) -> bool:
    return module == LIBRARY or module.startswith(LIBRARY + ".")


def _used(tree: ast.AST) -> Names:
    """The names that a piece of code refers to, each with the attribute that it asks for."""
    attributes = {
        (node.value.id, node.attr)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
    }
    names = {(node.id, "") for node in ast.walk(tree) if isinstance(node, ast.Name)}
    return tuple(sorted(attributes | names))


@cache
def _module(name: str) -> Module:
    path = _file(name)
    assert path
    text = path.read_text(encoding="utf-8")
    tree, lines = ast.parse(text), text.splitlines()
    module = Module(imports=_imports(tree))
    for node in tree.body:
        numbers = _lines_of(node)
        part = "\n".join(lines[numbers.start - 1 : numbers.stop - 1])
        statement = Statement(meaning(part), _used(node))
        for defined in _defined(node):
            module.statements[defined] = statement
    return module


def _defined(node: ast.stmt) -> Iterator[str]:
    """The names that a top-level statement defines."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef):
        yield node.name
    elif not isinstance(node, ast.Import | ast.ImportFrom):
        for part in ast.walk(node):
            if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
                yield part.id


@cache
def _file(module: str) -> Path | None:
    """The file of a module of the library, if there is one."""
    if not _is_ours(module):
        return None
    place = Path(retouch.__file__).parent.joinpath(*module.split(".")[1:])
    files = (place.with_suffix(".py"), place / "__init__.py")
    return next((path for path in files if path.is_file()), None)
