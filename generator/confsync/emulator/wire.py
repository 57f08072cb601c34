"""What travels between a client and the local Google, whether over a socket or in-process."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qsl, unquote

JSON_TYPE = "application/json; charset=UTF-8"


@dataclass(frozen=True)
class Request:
    """One HTTP request: `target` is path and query as sent, header names are lower case."""

    method: str
    target: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def path(self) -> str:
        """The path, still percent-encoded."""
        return self.target.partition("?")[0]

    @property
    def segments(self) -> list[str]:
        """The decoded parts of the path, without the empty one before the first slash."""
        return [unquote(part) for part in self.path.split("/")[1:]]

    @property
    def query(self) -> list[tuple[str, str]]:
        """The decoded query parameters in their order, repeated ones repeated."""
        return parse_qsl(self.target.partition("?")[2], keep_blank_values=True)

    def json(self) -> Any:
        """Return the body as JSON; ValueError when it is none, or holds what cannot be written as UTF-8 again."""
        text = self.body.decode()
        try:
            value = json.loads(text, parse_constant=_no_constant)
        except RecursionError as error:
            raise ValueError("nested too deeply") from error
        if "\\u" in text:
            # Half a surrogate pair can be escaped in JSON; UnicodeEncodeError is a ValueError.
            json.dumps(value, ensure_ascii=False).encode()
        return value


@dataclass(frozen=True)
class Response:
    """One HTTP response; a status of 0 is none at all.

    It comes `delay_s` seconds late. With `cut_at` only so many bytes of the body come, although all are announced, and
    then the connection closes. `chunks` come before the body and are read once: for what is large.
    """

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    delay_s: float = 0
    cut_at: int | None = None
    chunks: Iterable[bytes] = ()

    @property
    def delay_us(self) -> int:
        """How late it comes, in microseconds."""
        return int(self.delay_s * 1_000_000)

    def with_fate_of(self, parts: Sequence["Response"]) -> "Response":
        """Return it with what happens to the answers that it is made of: lost, cut off or late with one of them."""
        late = sum(part.delay_s for part in parts)
        if any(part.status == 0 for part in parts):
            return replace(NO_ANSWER, delay_s=late)
        cut = any(part.cut_at is not None for part in parts)
        return replace(self, delay_s=late, cut_at=len(self.body) // 2 if cut else None)

    def json(self) -> Any:
        """Return the body as JSON, or None when it is empty."""
        return json.loads(self.body) if self.body else None


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


# A request that nothing comes back for: the server breaks the connection, a script sees a timeout.
NO_ANSWER = Response(0)


def json_response(
    status: int, value: Any, *, indent: int | None = 2, headers: Mapping[str, str] = {}
) -> Response:
    """Return `value` as a JSON response; Calendar's own errors are indented by one space, others by two."""
    body = json.dumps(value, ensure_ascii=False, indent=indent).encode()
    return Response(status, {"content-type": JSON_TYPE, **headers}, body)
