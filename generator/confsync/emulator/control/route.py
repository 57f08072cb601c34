"""A control route: a verb, a path, the keys it takes, and the function that answers."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from confsync.emulator.wire import Request
from confsync.errors import EmulatorError

if TYPE_CHECKING:
    from confsync.emulator.world import World


class Ask(dict[str, Any]):
    """What a request asks: path variables and keys; `host` is the name and port that it was sent to, if any."""

    def __init__(self, values: Mapping[str, Any], host: str = "") -> None:
        super().__init__(values)
        self.host = host


Handler = Callable[["World", Ask], Any]

# What the keys may hold, as the message calls it.
TEXT, NUMBER, WHOLE, OBJECT, LIST = "a string", "a number", "a whole number", "an object", "a list"
ANYTHING = ""
_TYPES: dict[str, tuple[type, ...]] = {
    TEXT: (str,),
    NUMBER: (int, float),
    WHOLE: (int,),
    OBJECT: (dict,),
    LIST: (list,),
}


@dataclass(frozen=True)
class Route:
    """One route below /emulator. `keys` maps a key to its kind, a question mark after the name makes it optional.

    A GET takes its keys from the query, other verbs from a JSON body; `free` lets an object with any keys through,
    which the handler checks, and `raw` any body, which the handler gets as bytes under `body`. The handler gets path variables and keys as one mapping.
    """

    verb: str
    path: str
    handler: Handler
    keys: Mapping[str, str] = field(default_factory=dict)
    free: bool = False
    raw: bool = False

    @property
    def segments(self) -> list[str]:
        """The parts of its path; a variable is in braces."""
        return self.path.split("/") if self.path else []

    def match(self, segments: list[str]) -> dict[str, str] | None:
        """Return the path variables, or None when the path is another's."""
        pattern = self.segments
        if len(pattern) != len(segments):
            return None
        pairs = [*zip(pattern, segments, strict=True)]
        if any(found != wanted and not _is_variable(wanted) for wanted, found in pairs):
            return None
        return {wanted[1:-1]: found for wanted, found in pairs if _is_variable(wanted)}

    def ask(self, request: Request) -> dict[str, Any]:
        """Return the keys that the request carries; EmulatorError names the one that is missing or wrong."""
        if self.raw:
            return {"body": request.body}
        given = self._from_query(request) if request.method == "GET" else _body(request)
        if self.free:
            return given
        kinds = {name.rstrip("?"): kind for name, kind in self.keys.items()}
        for name in given:
            if name not in kinds:
                raise EmulatorError(f'"{name}" is not a key of this request; {_list_of(kinds)}')
        for name in self.keys:
            if not name.endswith("?") and name not in given:
                raise EmulatorError(f'"{name}" is missing')
        return {name: _checked(name, value, kinds[name]) for name, value in given.items()}

    def _from_query(self, request: Request) -> dict[str, Any]:
        given: dict[str, Any] = dict(request.query)
        for name, kind in self.keys.items():
            text = given.get(name.rstrip("?"), "")
            if kind == WHOLE and re.fullmatch(r"\d{1,18}", text, re.ASCII):
                given[name.rstrip("?")] = int(text)
        return given


def _is_variable(segment: str) -> bool:
    return segment.startswith("{")


def _body(request: Request) -> dict[str, Any]:
    if not request.body:
        return {}
    try:
        body = request.json()
    except ValueError as error:
        raise EmulatorError("the body is not JSON") from error
    if not isinstance(body, dict):
        raise EmulatorError("the body must be a JSON object")
    return body


def _checked(name: str, value: Any, kind: str) -> Any:
    if kind != ANYTHING and (isinstance(value, bool) or not isinstance(value, _TYPES[kind])):
        raise EmulatorError(f'"{name}" must be {kind}')
    return value


def _list_of(kinds: Mapping[str, str]) -> str:
    return f"it takes {', '.join(sorted(kinds))}" if kinds else "it takes none"
