"""Which forbidden names a program uses, read off its text.

Every exercise may forbid modules and functions that would give the answer away. A use is where a
program looks such a name up; an import alone is none, nor is what a permitted library does. This
keeps an honest student honest, and names what to remove. It is a courtesy rule and no wall.
"""

from __future__ import annotations

import ast
import contextlib
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from autograder.check.plain_python import parse

Aliases = dict[str, str]
_Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
_Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
_IMPORTERS = {
    "__import__",
    "importlib.import_module",
    "importlib.__import__",
    "builtins.__import__",
}
_RUNNERS = {"exec", "eval", "compile"}


def forbidden_uses(
    program: str, forbid: Iterable[str], given: Mapping[str, str] | None = None
) -> list[str]:
    """The forbidden names that a program uses, sorted, in the words of the exercise.

    Args:
        program: its text.
        forbid: dotted names; "skimage.metrics" forbids the module and all that is in it.
        given: what names stand for that the program finds, such as {"np": "numpy"}.
    """
    tree = parse(program) if forbid else None
    if tree is None:
        return []
    reader = _Reader(dict(given or {}))
    try:
        used = reader.used(tree)
    except RecursionError:
        used = set()
    return sorted({rule for rule in forbid for name in used if _covers(rule, name)})


@lru_cache(maxsize=64)
def origins(texts: tuple[str, ...]) -> Aliases:
    """What the names that texts import stand for: {"np": "numpy", "F": "torch.nn.functional"}."""
    found: Aliases = {}
    for text in texts:
        for node in tree.body if (tree := parse(text)) else []:
            found |= _imported(node)
    return found


def _covers(rule: str, name: str) -> bool:
    return name == rule or name.startswith(rule + ".")


def _imported(node: ast.AST) -> Aliases:
    """What the names that an import binds stand for."""
    if isinstance(node, ast.Import):
        return {a.asname or a.name.partition(".")[0]: a.name if a.asname else
                a.name.partition(".")[0] for a in node.names}  # fmt: skip
    if isinstance(node, ast.ImportFrom) and node.module:
        return {a.asname or a.name: f"{node.module}.{a.name}" for a in node.names}
    return {}


class _Scope:
    """The names of one function: those that it binds, and what they stand for if it is known."""

    def __init__(
        self, nodes: Iterable[ast.AST], bound: Iterable[str], outer: _Scope | None
    ) -> None:
        self.nodes, self.outer = list(nodes), outer
        self.bound, self.aliases = set(bound), Aliases()
        for node in self._own():
            if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
                self.bound.add(node.id)
            self.aliases |= _imported(node)
        self.bound |= set(self.aliases)
        self.bound -= {n for node in self._own() for n in _borrowed(node)}

    def _own(self) -> Iterator[ast.AST]:
        """The nodes of this scope, without those of functions within it."""
        waiting = list(self.nodes)
        while waiting:
            node = waiting.pop(0)
            yield node
            if not isinstance(node, _Function | ast.ClassDef):
                waiting += ast.iter_child_nodes(node)

    def assignments(self) -> Iterator[tuple[ast.expr, ast.expr]]:
        """Pairs of a target and a value, tuples taken apart."""
        for node in self._own():
            if isinstance(node, ast.Assign):
                for target in node.targets:
                    yield from _pairs(target, node.value)
            elif isinstance(node, ast.AnnAssign | ast.NamedExpr) and node.value:
                yield node.target, node.value

    def stands_for(self, name: str) -> str:
        """The dotted name behind a name; empty if there is none."""
        scope: _Scope | None = self
        while scope is not None:
            if name in scope.bound or scope.outer is None:
                return scope.aliases.get(name, "")
            scope = scope.outer
        return ""


class _Reader:
    """Finds what a syntax tree uses."""

    def __init__(self, given: Aliases) -> None:
        self.given = given
        self.stars: list[str] = []

    def used(self, tree: ast.Module) -> set[str]:
        """The dotted names that are looked up."""
        top = _Scope(tree.body, (), None)
        top.aliases = {**self.given, **top.aliases}
        imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
        self.stars = [n.module for n in imports if n.module and n.names[0].name == "*"]
        return set(self._in_scope(top))

    def _in_scope(self, scope: _Scope) -> Iterator[str]:
        for _ in range(3):  # an alias of an alias of an alias
            for target, value in scope.assignments():
                name = self._dotted(value, scope)
                if name and isinstance(target, ast.Name):
                    scope.aliases[target.id] = name
        for node in scope.nodes:
            yield from self._below(node, scope)

    def _below(self, node: ast.AST, scope: _Scope) -> Iterator[str]:
        if isinstance(node, _Function):
            yield from self._in_function(node, scope)
            return
        if isinstance(node, ast.ClassDef):
            for base in [*node.bases, *node.decorator_list]:
                yield from self._below(base, scope)
            yield from self._in_scope(_Scope(node.body, (), scope))
            return
        if isinstance(node, ast.expr):
            yield from self._looked_up(node, scope)
        for child in ast.iter_child_nodes(node):
            yield from self._below(child, scope)

    def _in_function(self, node: _Function, scope: _Scope) -> Iterator[str]:
        arguments = node.args
        outside = [*arguments.defaults, *(d for d in arguments.kw_defaults if d)]
        for child in [*outside, *getattr(node, "decorator_list", [])]:
            yield from self._below(child, scope)
        every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
        every += [a for a in (arguments.vararg, arguments.kwarg) if a]
        body = [node.body] if isinstance(node, ast.Lambda) else node.body
        yield from self._in_scope(_Scope(body, (a.arg for a in every), scope))

    def _looked_up(self, node: ast.expr, scope: _Scope) -> Iterator[str]:
        name = self._dotted(node, scope)
        if name:
            yield name
        elif isinstance(node, ast.Name) and not self._is_bound(node.id, scope):
            yield from (f"{module}.{node.id}" for module in self.stars)
        elif isinstance(node, ast.Call) and _called(node) in _RUNNERS and node.args:
            yield from self._in_text(node.args[0], scope)

    def _in_text(self, node: ast.expr, scope: _Scope) -> Iterator[str]:
        """What a constant text uses that is handed to `exec` or `eval`."""
        text = node.value if isinstance(node, ast.Constant) else None
        tree = parse(text) if isinstance(text, str) else None
        if tree:
            yield from self._in_scope(_Scope(tree.body, (), scope))

    def _is_bound(self, name: str, scope: _Scope | None) -> bool:
        while scope is not None:
            if name in scope.bound or name in scope.aliases:
                return True
            scope = scope.outer
        return False

    def _dotted(self, node: ast.AST, scope: _Scope) -> str:
        """The dotted name that an expression stands for; empty if it stands for none."""
        if isinstance(node, ast.Name):
            return scope.stands_for(node.id) if isinstance(node.ctx, ast.Load) else ""
        if isinstance(node, ast.Attribute):
            owner = self._dotted(node.value, scope)
            return f"{owner}.{node.attr}" if owner else ""
        if isinstance(node, ast.Subscript):
            return self._item(node, scope)
        if isinstance(node, ast.Call) and node.args:
            return self._call(node, scope)
        return ""

    def _item(self, node: ast.Subscript, scope: _Scope) -> str:
        """`sys.modules["a"]`, `vars(a)["b"]` and `a.__dict__["b"]`."""
        key = _text(node.slice)
        if not key:
            return ""
        if self._dotted(node.value, scope) == "sys.modules":
            return key
        if isinstance(node.value, ast.Attribute) and node.value.attr == "__dict__":
            owner = self._dotted(node.value.value, scope)
        elif isinstance(node.value, ast.Call) and _called(node.value) == "vars" and node.value.args:
            owner = self._dotted(node.value.args[0], scope)
        else:
            return ""
        return f"{owner}.{key}" if owner else ""

    def _call(self, node: ast.Call, scope: _Scope) -> str:
        """`importlib.import_module("a.b")`, `__import__("a")` and `getattr(a, "b")`."""
        name = self._dotted(node.func, scope) or _called(node)
        if name in _IMPORTERS:
            module = _text(node.args[0])
            whole = name.endswith("import_module") or len(node.args) > 3 or bool(node.keywords)
            return module if whole else module.partition(".")[0]
        if name == "getattr" and len(node.args) > 1 and (attribute := _text(node.args[1])):
            owner = self._dotted(node.args[0], scope)
            return f"{owner}.{attribute}" if owner else ""
        return ""


def _called(node: ast.Call) -> str:
    return node.func.id if isinstance(node.func, ast.Name) else ""


def _text(node: ast.AST) -> str:
    """The text that an expression is made of constants for; empty if it isn't."""
    with contextlib.suppress(ValueError, TypeError):
        value = ast.literal_eval(node)
        return value if isinstance(value, str) else ""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = _text(node.left), _text(node.right)
        return left + right if left and right else ""
    return ""


def _pairs(target: ast.expr, value: ast.expr) -> Iterator[tuple[ast.expr, ast.expr]]:
    sequences = ast.Tuple | ast.List
    if isinstance(target, sequences) and isinstance(value, sequences):
        for one, other in zip(target.elts, value.elts, strict=False):
            yield from _pairs(one, other)
    else:
        yield target, value


def _borrowed(node: ast.AST) -> list[str]:
    return node.names if isinstance(node, ast.Global | ast.Nonlocal) else []
