"""Frames of JSON between the local Google and an engine process, where a script may have had a hand in what comes back.

Whatever a script returns, throws or hands to a service is bounded here: Python reads, copies and writes JSON level by
level, and keeps an object many times larger than its text.
"""

import json
import re
from typing import Any

from confsync.emulator.execution import ScriptError

DEEPEST = 100
# Brackets, commas, numbers: what is not inside a string.
MOST_STRUCTURE = 2 * 1024 * 1024
_SEARCHED_FROM = 1 << 20

_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"')
_BRACKET = re.compile(rb"[\[\]{}]")
# V8 escapes half a surrogate pair, which is no text for anybody else; a backslash before it may itself be escaped.
_HALF = re.compile(rb"(?<!\\)((?:\\\\)*)\\ud[89a-f][0-9a-f]{2}")


class Unfit(Exception):
    """A value that is nested too deeply, or has too many parts, to be taken out of the engine."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        self.error = ScriptError(name, message)


def frame(command: Any) -> bytes:
    """Return a command or an answer as the engine reads it."""
    data = json.dumps(command, separators=(",", ":")).encode()
    return len(data).to_bytes(4, "little") + data


def value_of(data: bytes) -> Any:
    """Return the value of a frame that the engine sent, halves of surrogate pairs replaced; Unfit instead of a bad one."""
    if data.count(b"[") + data.count(b"{") > DEEPEST or len(data) > _SEARCHED_FROM:
        _check(_STRING.sub(b"", data))
    if b"\\ud" in data:
        data = _HALF.sub(rb"\1\\ufffd", data)
    return json.loads(data)


def _check(structure: bytes) -> None:
    if len(structure) > MOST_STRUCTURE:
        raise Unfit("Exception", "A value has more parts than are emulated.")
    depth = 0
    for bracket in _BRACKET.finditer(structure):
        depth += 1 if bracket[0] in b"[{" else -1
        if depth > DEEPEST:
            raise Unfit("RangeError", "Maximum call stack size exceeded")
