"""Trees of plain data as bytes: one JSON document and its arrays.

Check data are stored compressed, in a NumPy .npz file. What leaves a process that ran a student's
answer is in the safetensors format instead: `load_untrusted` trusts nothing of it. No Python code
parses its headers, the sizes are looked at before anything is unpacked, arrays hold booleans and
numbers only and are used once, and every text is cut and cleaned.
"""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load as load_tensors
from safetensors.numpy import save as save_tensors

from autograder.check.parsing import PARSER
from autograder.check.values import (
    MAX_DEPTH,
    MAX_NAME,
    MAX_TEXT,
    MAX_TYPE,
    Value,
    fits_64_bits,
    plain_text,
)

MAX_BYTES = 256 * 2**20
MAX_HEADER = 2**20
MAX_DOCUMENT = 8 * 2**20
MAX_NODES = 200_000
_DOCUMENT = "document"
_NESTING = 2 * MAX_DEPTH + 12


class ArchiveError(ValueError):
    """The bytes are not a tree of plain data, or are larger than allowed."""


def dump(tree: Any) -> bytes:
    """The bytes of a tree of dicts, lists, texts, numbers, None and `Value`s, for a file."""
    arrays: dict[str, np.ndarray] = {}
    document = _Lowering(arrays, share=True).document(tree)
    arrays[_DOCUMENT] = document
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays)  # type: ignore[arg-type]
    return buffer.getvalue()


def load(data: bytes, limit: int = MAX_BYTES) -> Any:
    """The tree in the bytes of a file that the build wrote.

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


def dump_untrusted(tree: Any) -> bytes:
    """The bytes of a tree, for `load_untrusted`; for use where a student's code has run."""
    arrays: dict[str, np.ndarray] = {}
    arrays[_DOCUMENT] = _Lowering(arrays, share=False).document(tree)
    return save_tensors({name: _numbers(array) for name, array in arrays.items()})


def load_untrusted(data: bytes, limit: int = MAX_BYTES) -> Any:
    """The tree in bytes that anybody may have written.

    It takes at most about `limit` bytes for the arrays and 200 MB for the rest.

    Raises:
        ArchiveError: they hold anything else, or more than is allowed.
    """
    header = int.from_bytes(data[:8], "little")
    if len(data) > limit or header > MAX_HEADER:
        raise ArchiveError(f"{len(data)} bytes with a header of {header}, more than allowed")
    try:
        arrays = load_tensors(data)
        return _raise(_bounded_document(arrays.pop(_DOCUMENT)), _Once(arrays))
    except ArchiveError:
        raise
    except (SafetensorError, Exception, RecursionError) as error:
        raise ArchiveError(f"not a tree of plain data: {type(error).__name__}") from error


def _bounded_document(content: np.ndarray) -> Any:
    """The JSON document in these bytes, if it is small, and its texts and lists are plain."""
    text = content.tobytes()
    nodes = sum(text.count(sign) for sign in (b",", b"[", b"{"))
    if len(text) > MAX_DOCUMENT or nodes > MAX_NODES:
        raise ArchiveError(f"a document of {len(text)} bytes, {nodes} parts: more than allowed")
    return _clean(json.loads(text), 0)


def _clean(tree: Any, depth: int) -> Any:
    """A document with every text cut, and without what a terminal or a page would act on."""
    if depth > _NESTING:
        raise ArchiveError(f"nested more than {_NESTING} deep")
    if isinstance(tree, str):
        return plain_text(tree, MAX_TEXT)
    if isinstance(tree, list):
        return [_clean(item, depth + 1) for item in tree]
    if isinstance(tree, dict):
        return {plain_text(key, MAX_NAME): _clean(item, depth + 1) for key, item in tree.items()}
    return tree


class _Once(dict[str, np.ndarray]):
    """Arrays, each of which may be asked for once: so all together are no more than was sent."""

    def __getitem__(self, name: str) -> np.ndarray:
        if name not in self:
            raise ArchiveError("an array that is not there, or is used twice")
        return self.pop(name)


class _Lowering:
    """Turns values into what JSON can say, and sets their arrays apart."""

    def __init__(self, arrays: dict[str, np.ndarray], share: bool) -> None:
        self.arrays, self.share = arrays, share

    def document(self, tree: Any) -> np.ndarray:
        """The JSON document of a tree, as bytes."""
        # A lone surrogate is no UTF-8: ASCII can say it, and the reader replaces it.
        text = json.dumps(self._lower(tree), ensure_ascii=not self.share, separators=(",", ":"))
        return np.frombuffer(text.encode(), dtype=np.uint8)

    def _lower(self, tree: Any) -> Any:
        if isinstance(tree, Value):
            return {"$": [tree.kind, tree.type, self._data(tree)]}
        if isinstance(tree, dict):
            return {key: self._lower(item) for key, item in tree.items()}
        if isinstance(tree, list | tuple):
            return [self._lower(item) for item in tree]
        if isinstance(tree, str) and not self.share:
            return tree[:MAX_TEXT]
        return tree

    def _data(self, value: Value) -> Any:
        if value.kind == "array":
            return self._store(value.data)
        if value.kind == "number" and isinstance(value.data, complex):
            return [value.data.real, value.data.imag]
        return self._lower(value.data)

    def _store(self, array: np.ndarray) -> Any:
        for name, known in self.arrays.items() if self.share else ():
            if (known.dtype, known.shape) == (array.dtype, array.shape) and (
                known.tobytes() == array.tobytes()
            ):
                return name
        name = f"a{len(self.arrays)}"
        self.arrays[name] = array
        return name if self.share or array.dtype.kind != "c" else [name, "complex"]


def _numbers(array: np.ndarray) -> np.ndarray:
    """An array in a type that safetensors knows: a complex number as two."""
    if array.dtype.kind != "c":
        return np.ascontiguousarray(array).reshape(array.shape)
    part = np.float32 if array.dtype == np.complex64 else np.float64
    return np.stack([array.real, array.imag], axis=-1).astype(part)


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
    type_name = str(type_name)[:MAX_TYPE]
    if kind == "array":
        return Value(kind, type_name, _array(data, arrays))
    if kind == "number" and isinstance(data, list):
        return Value(kind, type_name, complex(*data))
    if kind == "sequence":
        return Value(kind, type_name, tuple(_value(item, arrays) for item in data))
    if kind == "mapping":
        return Value(kind, type_name, {key: _value(item, arrays) for key, item in data.items()})
    if kind not in plain or not isinstance(data, plain[kind]):
        raise ArchiveError(f"a {kind!r} holding a {type(data).__name__}")
    if isinstance(data, int) and not fits_64_bits(data):
        raise ArchiveError("an integer of more than 64 bits")
    return Value(kind, type_name, data)


def _value(tree: Any, arrays: Any) -> Value:
    value = _raise(tree, arrays)
    if not isinstance(value, Value):
        raise ArchiveError(f"a {type(value).__name__} where a value is expected")
    return value


def _array(data: Any, arrays: Any) -> np.ndarray:
    name, is_complex = (data[0], True) if isinstance(data, list) else (data, False)
    array = arrays[name]
    if not is_complex:
        return array
    return array.view(np.complex64 if array.dtype == np.float32 else np.complex128)[..., 0]
