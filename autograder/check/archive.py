"""Trees of plain data as bytes: one JSON document and its arrays, in a NumPy .npz file.

Check data and the observations that come back from a sandbox are stored in this form. It is
deterministic, it holds no code, and reading it is safe whoever wrote it: sizes are checked
before anything is unpacked, and pickles are refused.
"""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import numpy as np

from autograder.check.parsing import PARSER
from autograder.check.values import Value

MAX_BYTES = 256 * 2**20
_DOCUMENT = "document"


class ArchiveError(ValueError):
    """The bytes are not a tree of plain data, or are larger than allowed."""


def dump(tree: Any, *, compress: bool = True) -> bytes:
    """The bytes of a tree of dicts, lists, texts, numbers, None and `Value`s."""
    arrays: dict[str, np.ndarray] = {}
    document = json.dumps(_lower(tree, arrays), ensure_ascii=False, separators=(",", ":"))
    arrays[_DOCUMENT] = np.frombuffer(document.encode(), dtype=np.uint8)
    buffer = io.BytesIO()
    save = np.savez_compressed if compress else np.savez
    save(buffer, **arrays)  # type: ignore[arg-type]
    return buffer.getvalue()


def load(data: bytes, limit: int = MAX_BYTES) -> Any:
    """The tree in these bytes.

    Raises:
        ArchiveError: they hold anything else, or more than `limit` bytes when unpacked.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
        if size > limit:
            raise ArchiveError(f"{size} bytes when unpacked, at most {limit} allowed")
        with PARSER, np.load(io.BytesIO(data), allow_pickle=False) as arrays:
            document = json.loads(arrays[_DOCUMENT].tobytes())
            return _raise(document, arrays)
    except ArchiveError:
        raise
    except Exception as error:
        raise ArchiveError(f"not a tree of plain data: {error}") from error


def _lower(tree: Any, arrays: dict[str, np.ndarray]) -> Any:
    if isinstance(tree, Value):
        return {"$": [tree.kind, tree.type, _lower_data(tree, arrays)]}
    if isinstance(tree, dict):
        return {key: _lower(item, arrays) for key, item in tree.items()}
    if isinstance(tree, list | tuple):
        return [_lower(item, arrays) for item in tree]
    return tree


def _lower_data(value: Value, arrays: dict[str, np.ndarray]) -> Any:
    if value.kind == "array":
        return _store(value.data, arrays)
    if value.kind == "number" and isinstance(value.data, complex):
        return [value.data.real, value.data.imag]
    return _lower(value.data, arrays)


def _store(array: np.ndarray, arrays: dict[str, np.ndarray]) -> str:
    for name, known in arrays.items():
        if (known.dtype, known.shape) == (array.dtype, array.shape) and (
            known.tobytes() == array.tobytes()
        ):
            return name
    name = f"a{len(arrays)}"
    arrays[name] = array
    return name


def _raise(tree: Any, arrays: Any) -> Any:
    if isinstance(tree, list):
        return [_raise(item, arrays) for item in tree]
    if not isinstance(tree, dict):
        return tree
    if set(tree) == {"$"}:
        kind, type_name, data = tree["$"]
        return _raise_value(kind, type_name, data, arrays)
    return {key: _raise(item, arrays) for key, item in tree.items()}


def _raise_value(kind: str, type_name: str, data: Any, arrays: Any) -> Value:
    plain = {"none": type(None), "text": str, "number": bool | int | float, "object": type(None)}
    if kind == "array":
        return Value(kind, type_name, arrays[data])
    if kind == "number" and isinstance(data, list):
        return Value(kind, type_name, complex(*data))
    if kind == "sequence":
        return Value(kind, type_name, tuple(_raise(item, arrays) for item in data))
    if kind == "mapping":
        return Value(kind, type_name, {key: _raise(item, arrays) for key, item in data.items()})
    if kind not in plain or not isinstance(data, plain[kind]):
        raise ArchiveError(f"a {kind!r} holding a {type(data).__name__}")
    return Value(kind, type_name, data)
