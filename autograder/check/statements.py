"""The statements of a text: which names each binds, changes and uses."""

from __future__ import annotations

import ast
import symtable
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from autograder.check.plain_python import UNREADABLE, Positions, parse

DYNAMIC = {"exec", "globals", "setattr"}
_SETTABLE = {"numpy", "torch", "sys", "random", "np"}
_Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
_Import = ast.Import | ast.ImportFrom


@dataclass(frozen=True)
class Statement:
    """A statement at the top level of a text.

    Attributes:
        start, end: where it stands, in bytes.
    """

    node: ast.stmt
    start: int
    end: int

    @cached_property
    def _tables(self) -> list[symtable.SymbolTable]:
        """The scopes of the statement, the module's first; empty where Python has none."""
        try:
            tables = [symtable.symtable(ast.unparse(self.node), "", "exec")]
        except UNREADABLE:
            return []
        for table in tables:
            tables += table.get_children()
        return tables

    @cached_property
    def binds(self) -> frozenset[str]:
        """The global names that it gives a value."""
        if not self._tables:
            return frozenset(_names(self.node, ast.Store))
        outer, *inner = self._tables
        own = {s.get_name() for s in outer.get_symbols() if _is_bound(s)}
        return frozenset(own).union(*map(_bound_from_within, inner))

    @cached_property
    def uses(self) -> frozenset[str]:
        """The global names that it looks up, then or when its functions are called."""
        if not self._tables:
            return frozenset(_names(self.node, ast.Load))
        outer, *inner = self._tables
        used = {s.get_name() for s in outer.get_symbols() if s.is_referenced()}
        for table in inner:
            used |= {s.get_name() for s in table.get_symbols() if s.is_global()}
        return frozenset(used) | self.stores

    @cached_property
    def stores(self) -> frozenset[str]:
        """The names in whose items or attributes it stores something."""
        kinds = ast.Subscript | ast.Attribute
        nodes = [node for node in _outside_functions(self.node) if isinstance(node, kinds)]
        return frozenset(_root(node) for node in nodes if not isinstance(node.ctx, ast.Load))

    @cached_property
    def calls_on(self) -> frozenset[str]:
        """The names on which it calls a method, or which it hands over, for the effect alone."""
        calls = [
            node.value
            for node in _outside_functions(self.node)
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
        ]
        owners = {_root(call.func) for call in calls if isinstance(call.func, ast.Attribute)}
        given = {item.id for call in calls for item in call.args if isinstance(item, ast.Name)}
        return frozenset(owners | given)

    @property
    def defines(self) -> bool:
        """Whether it is an import or a definition, so that what it binds is no data."""
        return isinstance(self.node, _Definition | _Import)

    @property
    def imports_all(self) -> bool:
        """Whether it is `from somewhere import *`."""
        node = self.node
        return isinstance(node, ast.ImportFrom) and node.names[0].name == "*"

    @property
    def is_setting(self) -> bool:
        """Whether it works on what no name shows: `torch.set_...(...)`, or a dynamic name."""
        if DYNAMIC & self.uses and not self.defines:
            return True
        if not isinstance(self.node, ast.Expr) or not isinstance(self.node.value, ast.Call):
            return False
        function = self.node.value.func
        sets = isinstance(function, ast.Attribute) and function.attr.startswith("set")
        return sets and _root(function) in _SETTABLE

    def runs(self, other: Statement) -> bool:
        """Whether it calls, for its effect, a function that `other` defines to bind globals."""
        name = getattr(other.node, "name", "")
        return bool(other.binds - {name}) and isinstance(self.node, ast.Expr) and name in self.uses


def statements(text: str) -> list[Statement]:
    """The statements of a text; none where it is not Python."""
    tree = parse(text)
    if tree is None:
        return []
    positions = Positions(text)
    return [Statement(node, *positions.span(node)) for node in tree.body]


def unused_imports(node: ast.AST) -> Iterator[_Import]:
    """The imports within functions whose names the function never looks up."""
    for function in ast.walk(node):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            used = set(_names(function, ast.Load)) | _declared(function)
            for inner in _outside_functions(function, itself=True):
                if isinstance(inner, _Import) and not used & set(bound_names(inner)):
                    yield inner


def bound_names(node: _Import) -> Iterator[str]:
    """The names that an import gives a value."""
    for alias in node.names:
        yield alias.asname or alias.name.partition(".")[0]


def _declared(function: ast.AST) -> set[str]:
    nodes = [n for n in ast.walk(function) if isinstance(n, ast.Global | ast.Nonlocal)]
    return {name for node in nodes for name in node.names}


def _is_bound(symbol: symtable.Symbol) -> bool:
    return symbol.is_assigned() or symbol.is_imported() or symbol.is_namespace()


def _bound_from_within(table: symtable.SymbolTable) -> set[str]:
    """The global names that a function binds by `global`, when it is called."""
    symbols = table.get_symbols()
    return {s.get_name() for s in symbols if s.is_declared_global() and _is_bound(s)}


def _names(node: ast.AST, context: type[ast.expr_context]) -> Iterator[str]:
    for item in ast.walk(node):
        if isinstance(item, ast.Name) and isinstance(item.ctx, context):
            yield item.id


def _outside_functions(node: ast.AST, itself: bool = False) -> Iterator[ast.AST]:
    """A node and those in it, but for the bodies of functions and classes."""
    if isinstance(node, _Definition | ast.Lambda) and not itself:
        return
    yield node
    for child in ast.iter_child_nodes(node):
        yield from _outside_functions(child)


def _root(node: ast.AST) -> str:
    """`a` in `a.b[0].c`; an empty text where no name stands in front."""
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Call):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""


def imported_modules(text: str) -> list[str]:
    """The modules that a text imports anywhere, by the first part of their names."""
    tree = parse(text)
    nodes = list(ast.walk(tree)) if tree else []
    names = [alias.name for n in nodes if isinstance(n, ast.Import) for alias in n.names]
    names += [n.module for n in nodes if isinstance(n, ast.ImportFrom) and n.module]
    return sorted({name.partition(".")[0] for name in names})
