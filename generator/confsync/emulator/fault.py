"""A fault: what happens instead of an answer, or to it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Literal

from confsync.emulator.errors import ApiError, standard_error
from confsync.emulator.wire import JSON_TYPE, NO_ANSWER, Response

Action = Literal[
    "error",
    "kill",
    "drop",
    "delay",
    "truncate",
    "garbage",
    "html",
    "empty",
    "no-items",
    "expire-tokens",
    "repeat",
]

# These leave the request its answer; the others put something in its place.
KEEPING = ("delay", "truncate", "no-items", "expire-tokens")

_HTML_TYPE = "text/html; charset=UTF-8"
# Neither JSON nor UTF-8.
_GARBAGE = b'{"kind": "calendar#events", "items": [{"id": "\xff\xfe\x00'

_PAGE = """<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>Error {status}</title></head>
<body><h1>{status}</h1><p>The server met a temporary error and could not complete your request.</p></body>
</html>
"""


@dataclass(frozen=True)
class Fault:
    """What is to happen when a rule strikes.

    `action` is one of

    - `error`: an error of Google instead of the answer, by `status` and `reason`;
    - `html`: a web page instead, as front-ends send it; `garbage`: a body that is no JSON; `empty`: no body;
    - `drop`: no answer, the connection breaks; `kill`: the execution that asked ends;
    - `delay`: the answer comes late; `truncate`: half of it comes, then the connection closes;
    - `no-items`: the answer of a listing comes without its items, as if there were none;
    - `repeat`: a notification is sent twice, or a trigger fires twice;
    - `expire-tokens`: the calendar's sync tokens become invalid, and the answer is what it is then.

    Each may come `delay_seconds` late. `retry_after_seconds` makes a `Retry-After` header, `retry_after_form` says
    whether with seconds or with a date. `front_end` None leaves the envelope to the reason.
    """

    action: Action
    status: int = 0
    reason: str = ""
    message: str = ""
    domain: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    front_end: bool | None = None
    delay_seconds: float = 0
    retry_after_seconds: int = 0
    retry_after_form: str = ""

    @property
    def sent_headers(self) -> dict[str, str]:
        """The headers that the rule adds to an answer."""
        after = {"Retry-After": str(self.retry_after_seconds)} if self.retry_after_seconds else {}
        return {**after, **self.headers}

    def response(self, error: Callable[[Fault], Response] | None = None) -> Response:
        """Return what is answered in place of an answer; `wire.NO_ANSWER`, whose status is 0, when nothing is.

        `error` says a fault of action `error` in another dialect than Google's.
        """
        return self._late(self._instead(error))

    def _instead(self, error: Callable[[Fault], Response] | None) -> Response:
        if self.action == "error":
            return error(self) if error else self.error().response()
        if self.action == "html":
            status = self.status or 502
            page = _PAGE.format(status=status).encode()
            return Response(status, {"content-type": _HTML_TYPE, **self.sent_headers}, page)
        if self.action in ("garbage", "empty"):
            body = _GARBAGE if self.action == "garbage" else b""
            return Response(self.status or 200, {"content-type": JSON_TYPE, **self.sent_headers}, body)
        return NO_ANSWER

    def on(self, answer: Response, error: Callable[[Fault], Response] | None = None) -> Response:
        """Return what becomes of an answer whose request had its effect."""
        if self.action not in KEEPING:
            return self.response(error)
        if self.action == "truncate" and answer.body:
            answer = replace(answer, cut_at=len(answer.body) // 2)
        if self.action == "no-items" and answer.status == 200:
            told = json.loads(answer.body)
            answer = replace(
                answer, body=json.dumps(told | {"items": []} if "items" in told else told).encode()
            )
        return self._late(answer)

    def error(self) -> ApiError:
        """Return it as Google's error; what the rule left out is as Google usually says it."""
        return standard_error(
            self.status,
            self.reason,
            self.message,
            domain=self.domain,
            front_end=self.front_end,
            headers=self.sent_headers,
        )

    def at(self, now: datetime) -> Fault:
        """Return it as it strikes then: a `Retry-After` with a date becomes a header of this moment."""
        if self.retry_after_form != "date":
            return self
        until = format_datetime(now + timedelta(seconds=self.retry_after_seconds), usegmt=True)
        return replace(
            self, retry_after_form="", retry_after_seconds=0, headers={"Retry-After": until, **self.headers}
        )

    def _late(self, answer: Response) -> Response:
        return replace(answer, delay_s=answer.delay_s + self.delay_seconds) if self.delay_seconds else answer
