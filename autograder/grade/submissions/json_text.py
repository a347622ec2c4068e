"""Dropping outputs from the bytes of a notebook before anything of it is unpacked."""

from __future__ import annotations

import re

# Possessive, so that no text can make it look twice.
_TOKEN = re.compile(rb'[^"\[\]{}]*+(?:("[^"\\]*+(?:\\.[^"\\]*+)*+")|([\[\]{}]))', re.DOTALL)
_OPENS = re.compile(rb"\s*+:\s*+\[")
_KEY = b'"outputs"'
MAX_TOKENS = 20_000_000


def without_outputs(content: bytes) -> bytes:
    """The bytes of a JSON document in which every list under the key "outputs" is empty.

    A document that is damaged is returned from the place on as it was.
    """
    kept: list[bytes] = []
    done = position = 0
    for _ in range(MAX_TOKENS):
        token = _TOKEN.match(content, position)
        if token is None:
            break
        position = token.end()
        opens = _OPENS.match(content, position) if token[1] == _KEY else None
        if opens:
            kept.append(content[done : opens.end()])
            done = position = _end_of_list(content, opens.end())
    return b"".join([*kept, content[done:]])


def _end_of_list(content: bytes, start: int) -> int:
    """Where the bracket stands that closes a list; at the start if there is none."""
    depth, position = 1, start
    while token := _TOKEN.match(content, position):
        position = token.end()
        if token[2]:
            depth += 1 if token[2] in b"[{" else -1
        if not depth:
            return position - 1
    return start
