"""What a fetch carries, there and back: text as it is, bytes that are no text in base 64."""

import base64
from collections.abc import Mapping
from typing import Any


def payload_of(request: Mapping[str, Any]) -> bytes | None:
    """Return the bytes that a request sends, None when it sends none."""
    if "payloadBase64" in request:
        return base64.b64decode(request["payloadBase64"])
    payload = request.get("payload")
    return None if payload is None else str(payload).encode("utf-8", "replace")


def content_of(body: bytes) -> dict[str, str]:
    """Return an answer's content as {"body"}, with {"bytes"} where it is no UTF-8."""
    try:
        return {"body": body.decode()}
    except UnicodeDecodeError:
        return {"body": body.decode("utf-8", "replace"), "bytes": base64.b64encode(body).decode()}
