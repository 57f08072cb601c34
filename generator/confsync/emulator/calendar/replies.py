"""Answers: JSON without spaces (indented by one when `prettyPrint` asks for it), with the etag in a header."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from confsync.emulator.calendar.ask import Ask
from confsync.emulator.calendar.fields import masked
from confsync.emulator.calendar.view import compact
from confsync.emulator.wire import JSON_TYPE, Response

NO_CONTENT = Response(204)


def resource(ask: Ask, value: Mapping[str, Any]) -> Response:
    """Answer with a resource, as much of it as `fields` asks for; 304 when the client has it."""
    return text(ask, compact(masked(value, ask.mask())), value["etag"])


def page(ask: Ask, head: Mapping[str, Any], items: Sequence[bytes]) -> Response:
    """Answer with a collection: its envelope without `items`, and the items as text, masked already."""
    mask = ask.mask()
    start = compact(masked(head, mask))
    if mask is not None and "items" not in mask and "*" not in mask:
        return text(ask, start, head["etag"])
    before = start[:-1] + (b"," if len(start) > 2 else b"") + b'"items":['
    if not items:
        return text(ask, before + b"]}", head["etag"])
    # Joined at once: a large page is copied no more than it must be.
    parts = [before + items[0], *items[1:]]
    parts[-1] += b"]}"
    return text(ask, b",".join(parts), head["etag"])


def text(ask: Ask, body: bytes, etag: str) -> Response:
    """Answer with JSON that is written already; 304 without a body when the client has this etag."""
    if ask.method.http_method == "GET" and ask.has(etag):
        return Response(304, {"etag": etag})
    if ask.parameters.get("prettyPrint"):
        body = json.dumps(json.loads(body), ensure_ascii=False, indent=1).encode()
    return Response(200, {"content-type": JSON_TYPE, "etag": etag}, body)


def document(ask: Ask, value: Mapping[str, Any]) -> Response:
    """Answer with what has no etag of its own; the header carries one all the same."""
    body = compact(masked(value, ask.mask()))
    return text(ask, body, f'"{hashlib.blake2b(body, digest_size=8).hexdigest()}"')
