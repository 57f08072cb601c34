"""Batches: many requests in one `multipart/mixed` body.

Source: Calendar API guide "Send batch requests"; the line ends are what google-api-python-client needs to find its way.
"""

from __future__ import annotations

from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import Message
from http import HTTPStatus

from confsync.emulator.errors import ApiError, standard_error
from confsync.emulator.wire import Request, Response

_BOUNDARY = "batch_"


def answer(request: Request, serve: Callable[[Request], Response], mark: str, limit: int) -> Response:
    """Answer each of at most `limit` parts through `serve`, in order; `mark` makes the boundary of the answer."""
    try:
        parts = _parts(request, limit)
        requests = [_inner(request, part) for part in parts]
    except ApiError as error:
        return error.response()
    except RecursionError:
        return standard_error(400).response()  # parts in parts in parts: the parser goes down into each
    boundary = _BOUNDARY + mark
    answers = [
        _outer(part, serve(inner) if inner else standard_error(400).response(), boundary)
        for part, inner in zip(parts, requests, strict=True)
    ]
    body = b"".join(answers) + f"--{boundary}--\r\n".encode()
    return Response(200, {"content-type": f"multipart/mixed; boundary={boundary}"}, body)


def _parts(request: Request, limit: int) -> list[Message]:
    head = f"Content-Type: {request.headers.get('content-type', '')}\r\n\r\n"
    whole = message_from_bytes(head.encode("latin-1", "replace") + request.body, policy=policy.compat32)
    parts = whole.get_payload()
    if request.method != "POST" or not whole.is_multipart() or not isinstance(parts, list):
        raise ApiError(400, "badRequest", "Failed to parse batch request, error: no parts found.")
    if len(parts) > limit:
        raise ApiError(400, "badRequest", f"The batch request contains more than {limit} calls.")
    return [part for part in parts if isinstance(part, Message)]


def _inner(outer: Request, part: Message) -> Request | None:
    """Return the request that a part holds, with the outer headers that it does not say itself; None for none."""
    payload = part.get_payload(decode=True)
    line, _, rest = payload.partition(b"\n") if isinstance(payload, bytes) else (b"", b"", b"")
    words = line.decode("latin-1").split()
    if len(words) < 2:
        return None
    message = message_from_bytes(rest)
    own = {name.lower(): str(value) for name, value in message.items()}
    passed = {name: value for name, value in outer.headers.items() if not name.startswith("content-")}
    _, _, body = rest.replace(b"\r\n", b"\n").partition(b"\n\n")
    target = words[1] if words[1].startswith("/") else "/" + words[1].split("://", 1)[-1].partition("/")[2]
    return Request(words[0].upper(), _with_query(target, outer), {**passed, **own}, body)


def _with_query(target: str, outer: Request) -> str:
    query = outer.target.partition("?")[2]
    return f"{target}{'&' if '?' in target else '?'}{query}" if query else target


def _outer(part: Message, response: Response, boundary: str) -> bytes:
    head = [f"--{boundary}", "Content-Type: application/http"]
    if part["Content-ID"]:
        # Clients fold long ones, and look for what they folded on one line.
        unfolded = " ".join(str(part["Content-ID"]).split())
        head.append(f"Content-ID: <response-{unfolded.removeprefix('<')}")
    reason = HTTPStatus(response.status).phrase if response.status else "Internal Server Error"
    head += ["", f"HTTP/1.1 {response.status or 500} {reason}"]
    head += [f"{name.title()}: {value}" for name, value in response.headers.items()]
    head += [f"Content-Length: {len(response.body)}", "", ""]
    return "\r\n".join(head).encode() + response.body + b"\r\n"
