"""Answers: JSON indented by one space, as Calendar's backend writes it, with the etag in a header."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from confsync.emulator.calendar.ask import Ask
from confsync.emulator.calendar.fields import masked
from confsync.emulator.wire import JSON_TYPE, Response

NO_CONTENT = Response(204)


def resource(ask: Ask, value: Mapping[str, Any]) -> Response:
    """Answer with a resource, as much of it as `fields` asks for; 304 when the client has it."""
    return text(ask, json.dumps(masked(value, ask.mask()), ensure_ascii=False, indent=1), value["etag"])


def page(ask: Ask, head: Mapping[str, Any], items: Sequence[str]) -> Response:
    """Answer with a collection: its envelope without `items`, and the items as text, masked already."""
    mask = ask.mask()
    shown = masked(head, mask)
    if mask is not None and "items" not in mask and "*" not in mask:
        return text(ask, json.dumps(shown, ensure_ascii=False, indent=1), head["etag"])
    listed = ",\n".join(items).replace("\n", "\n  ")
    block = f"[\n  {listed}\n ]" if items else "[]"
    start = json.dumps(shown, ensure_ascii=False, indent=1).removesuffix("}").removesuffix("\n")
    return text(ask, f'{start}{"," if shown else ""}\n "items": {block}\n}}', head["etag"])


def text(ask: Ask, body: str, etag: str) -> Response:
    """Answer with JSON that is written already; 304 without a body when the client has this etag."""
    if ask.method.http_method == "GET" and ask.has(etag):
        return Response(304, {"etag": etag})
    if ask.parameters.get("prettyPrint") is False:
        body = json.dumps(json.loads(body), ensure_ascii=False, separators=(",", ":"))
    return Response(200, {"content-type": JSON_TYPE, "etag": etag}, body.encode())
