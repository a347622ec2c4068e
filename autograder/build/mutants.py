"""Mutants of a solution: each differs in one operator, constant, argument or statement.

What is not equivalent to the solution must fail, and must get no diagnosis that isn't true of it.
They are deterministic, and spread over the solution's lines and over the kinds of change.
"""

from __future__ import annotations

import ast
import difflib
import zlib
from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import dataclass
from typing import Any

SWAPPED_OPERATORS: dict[type[ast.AST], list[type[ast.AST]]] = {
    ast.Add: [ast.Sub, ast.Mult], ast.Sub: [ast.Add, ast.Div],
    ast.Mult: [ast.Div, ast.Add], ast.Div: [ast.Mult, ast.Sub, ast.FloorDiv],
    ast.FloorDiv: [ast.Div, ast.Mult], ast.Mod: [ast.FloorDiv, ast.Mult],
    ast.Pow: [ast.Mult, ast.Div], ast.Lt: [ast.LtE, ast.Gt], ast.LtE: [ast.Lt, ast.GtE],
    ast.Gt: [ast.GtE, ast.Lt], ast.GtE: [ast.Gt, ast.LtE], ast.Eq: [ast.NotEq],
    ast.NotEq: [ast.Eq], ast.Is: [ast.IsNot], ast.IsNot: [ast.Is], ast.In: [ast.NotIn],
    ast.NotIn: [ast.In], ast.And: [ast.Or], ast.Or: [ast.And],
    ast.BitAnd: [ast.BitOr], ast.BitOr: [ast.BitAnd],
}  # fmt: skip
SWAPPED_NAMES = [
    ("min", "max"), ("minimum", "maximum"), ("amin", "amax"), ("argmin", "argmax"),
    ("sum", "mean"), ("std", "var"), ("floor", "ceil"), ("floor", "round"), ("sin", "cos"),
    ("zeros", "ones"), ("zeros_like", "ones_like"), ("rand", "randn"), ("log", "log2"),
    ("abs", "square"), ("exp", "expm1"), ("relu", "sigmoid"), ("tanh", "sigmoid"), ("all", "any"),
    ("real", "imag"), ("l1_loss", "mse_loss"), ("logsigmoid", "sigmoid"), ("train", "eval"),
    ("hstack", "vstack"), ("random", "standard_normal"), ("rows", "columns"),
    ("height", "width"), ("uint8", "int16"), ("float32", "uint8"),
]  # fmt: skip


@dataclass(frozen=True)
class Mutant:
    """A changed solution.

    Attributes:
        text: the whole answer.
        old, new: what was changed, from the first changed line to the last, on one line.
    """

    text: str
    old: str
    new: str

    @property
    def change(self) -> str:
        """The change as an `equivalent` or `accepted` cell lists it."""
        return f"- {self.old}\n+ {self.new}"


def mutants(answer: str, number: int) -> list[Mutant]:
    """At most so many mutants of an answer, spread over its lines and the kinds of change.

    Args:
        answer: the text of a solution.
        number: how many.
    """
    tree = ast.parse(answer)
    by_place: dict[tuple[int, str], list[Mutant]] = {}
    seen = {ast.dump(tree)}
    for node, kind, changed in _changes(tree):
        text = _replaced(answer, node, changed)
        try:
            dump = ast.dump(ast.parse(text))
        except SyntaxError:
            continue
        if dump not in seen:
            seen.add(dump)
            by_place.setdefault((node.lineno, kind), []).append(_mutant(answer, text))
    groups = [sorted(group, key=_order) for group in by_place.values()]
    groups.sort(key=lambda group: _order(group[0]))
    rounds = range(max(map(len, groups), default=0))
    return [group[turn] for turn in rounds for group in groups if turn < len(group)][:number]


def _order(mutant: Mutant) -> int:
    return zlib.crc32(mutant.change.encode())


def _mutant(answer: str, text: str) -> Mutant:
    old, new = answer.splitlines(), text.splitlines()
    blocks = difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    changed = [block for block in blocks if block[0] != "equal"]
    (_, start, _, new_start, _), (_, _, end, _, new_end) = changed[0], changed[-1]
    return Mutant(text, _joined(old[start:end]), _joined(new[new_start:new_end]))


def _joined(lines: list[str]) -> str:
    return " ".join(line.strip() for line in lines)


def _replaced(answer: str, node: ast.stmt | ast.expr, changed: ast.AST | None) -> str:
    """The text with one node replaced; the rest stays as it is written."""
    content = answer.encode()
    starts = [0]
    for line in content.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    assert node.end_lineno is not None
    assert node.end_col_offset is not None
    first = starts[node.lineno - 1] + node.col_offset
    last = starts[node.end_lineno - 1] + node.end_col_offset
    written = "pass" if changed is None else ast.unparse(changed)
    plain, safe = (
        (content[:first] + new.encode() + content[last:]).decode()
        for new in (written, f"({written})")
    )
    return plain if isinstance(node, ast.stmt) or _are_same(plain, safe) else safe


def _are_same(one: str, other: str) -> bool:
    """Whether two texts are the same program."""
    try:
        return ast.dump(ast.parse(one)) == ast.dump(ast.parse(other))
    except SyntaxError:
        return False


def _changes(tree: ast.Module) -> Iterator[tuple[Any, str, ast.AST | None]]:
    """Each node that may be changed, the kind of change, and what to put there instead."""
    untouched = _untouched(tree)
    for node in ast.walk(tree):
        if node in untouched:
            continue
        if isinstance(node, ast.stmt):
            yield from ((node, *change) for change in _of_statement(node))
        elif isinstance(node, ast.expr):
            yield from ((node, *change) for change in _of_expression(node))
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef):
            yield from _other_variables(function, untouched)


def _other_variables(
    function: ast.FunctionDef, untouched: set[ast.AST]
) -> Iterator[tuple[ast.expr, str, ast.AST]]:
    """Each variable of a function with the next one of its parameters in its place."""
    names = [argument.arg for argument in function.args.args]
    for node in ast.walk(function):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node not in untouched:
            if node.id in names and len(names) > 1:
                other = names[(names.index(node.id) + 1) % len(names)]
                yield node, "variable", _with(node, id=other)
            if node.id in names:
                yield node, "sign", ast.UnaryOp(ast.USub(), node)


def _untouched(tree: ast.Module) -> set[ast.AST]:
    """Docstrings, signatures, messages of exceptions and what stands in f-strings."""
    skipped: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            parts: list[ast.AST] = [node.args, *node.decorator_list]
            parts += [node.returns] if node.returns else []
        elif isinstance(node, ast.JoinedStr | ast.Raise | ast.Import | ast.ImportFrom):
            parts = [node]
        elif isinstance(node, ast.Expr):
            parts = [node] if isinstance(node.value, ast.Constant) else []
        else:
            continue
        skipped.update(inner for part in parts for inner in ast.walk(part))
    return skipped


Change = tuple[str, ast.AST | None]


def _of_statement(node: ast.stmt) -> Iterator[Change]:
    removable = ast.Expr | ast.AugAssign
    stores = isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript)
    if isinstance(node, removable) or stores:
        yield "statement", None
    if isinstance(node, ast.Return) and node.value is not None:
        return
    if isinstance(node, ast.AugAssign):
        for operator in SWAPPED_OPERATORS.get(type(node.op), []):
            yield "operator", _with(node, op=operator())


def _of_expression(node: ast.expr) -> Iterator[Change]:
    for kind, changes in _OF_KIND.items():
        if isinstance(node, kind):
            yield from changes(node)


def _of_operation(node: ast.BinOp) -> Iterator[Change]:
    for operator in SWAPPED_OPERATORS.get(type(node.op), []):
        yield "operator", _with(node, op=operator())
    yield "operand", node.left
    yield "operand", node.right
    if isinstance(node.op, ast.Sub | ast.Div | ast.Pow | ast.MatMult):
        yield "order", _with(node, left=node.right, right=node.left)


def _of_comparison(node: ast.Compare) -> Iterator[Change]:
    for operator in SWAPPED_OPERATORS.get(type(node.ops[0]), []):
        yield "comparison", _with(node, ops=[operator(), *node.ops[1:]])


def _of_condition(node: ast.BoolOp) -> Iterator[Change]:
    yield "operator", _with(node, op=SWAPPED_OPERATORS[type(node.op)][0]())
    yield from (("operand", value) for value in node.values)


def _of_sign(node: ast.UnaryOp) -> Iterator[Change]:
    yield "sign", node.operand


def _of_choice(node: ast.IfExp) -> Iterator[Change]:
    yield "condition", _with(node, body=node.orelse, orelse=node.body)


def _of_constant(node: ast.Constant) -> Iterator[Change]:
    for value in _other_constants(node.value):
        yield "constant", ast.parse(repr(value), mode="eval").body


def _of_pair(node: ast.Tuple) -> Iterator[Change]:
    if isinstance(node.ctx, ast.Load) and len(node.elts) > 1:
        yield "order", _with(node, elts=[*node.elts[1::-1], *node.elts[2:]])


def _of_index(node: ast.Subscript) -> Iterator[Change]:
    if isinstance(node.ctx, ast.Load):
        yield "index", node.value


def _other_constants(value: object) -> list[object]:
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, int):
        return [
            value + 1,
            value - 1,
            *([0] if value > 1 else []),
            *([2 * value] if value > 2 else []),
        ]
    return [2 * value, value / 2, -value] if isinstance(value, float) and value else []


def _of_call(node: ast.Call) -> Iterator[Change]:
    for number in range(len(node.keywords)):
        yield (
            "keyword",
            _with(node, keywords=[k for n, k in enumerate(node.keywords) if n != number]),
        )
    if isinstance(node.func, ast.Attribute) and not _is_module(node.func.value):
        yield "call", node.func.value
    elif node.args:
        yield "call", node.args[0]
    if len(node.args) > 1:
        yield "argument", _with(node, args=node.args[:-1])
        first, second, *rest = node.args
        yield "order", _with(node, args=[second, first, *rest])


def _is_module(node: ast.expr) -> bool:
    """Whether `np.sum(x)` is meant, and not `x.sum()`."""
    while isinstance(node, ast.Attribute):
        node = node.value
    return isinstance(node, ast.Name) and node.id in ("np", "torch", "nn", "F", "math", "random")


def _of_name(node: ast.Attribute | ast.Name) -> Iterator[Change]:
    if not isinstance(node.ctx, ast.Load):
        return
    name = node.attr if isinstance(node, ast.Attribute) else node.id
    for pair in SWAPPED_NAMES:
        if name in pair:
            other = pair[1 - pair.index(name)]
            key = "attr" if isinstance(node, ast.Attribute) else "id"
            yield "name", _with(node, **{key: other})


_OF_KIND: dict[Any, Callable[[Any], Iterator[Change]]] = {
    ast.BinOp: _of_operation,
    ast.Compare: _of_comparison,
    ast.BoolOp: _of_condition,
    ast.UnaryOp: _of_sign,
    ast.IfExp: _of_choice,
    ast.Constant: _of_constant,
    ast.Call: _of_call,
    ast.Tuple: _of_pair,
    ast.Subscript: _of_index,
    ast.Attribute | ast.Name: _of_name,
}


def _with(node: ast.AST, **fields: object) -> ast.AST:
    changed = copy(node)
    for name, item in fields.items():
        setattr(changed, name, item)
    return changed
