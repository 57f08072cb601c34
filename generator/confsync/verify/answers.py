"""How the third party answered, request by request: what settling can come to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from confsync.verify.strikes import METHODS

JsonObject = Mapping[str, Any]

DONE, GONE, BUSY, FAILED, REFUSED, SILENT = (
    "done",
    "not there any more",
    "later, please",
    "a failure",
    "a refusal",
    "no answer",
)
_KINDS = {404: GONE, 410: GONE, 429: BUSY}
# What is met in every large campaign: to read a conference, and to find one gone, is rare.
ANSWERS = tuple(
    f"{operation}: {answer}"
    for operation in ("create", "update", "delete")
    for answer in (DONE, BUSY, FAILED, SILENT)
)


def answers(calls: Sequence[JsonObject]) -> Iterator[str]:
    """Yield `operation: answer` for every request of every execution that lived to see the answer."""
    for call in calls:
        if call["service"] == "UrlFetch" and not str(call["outcome"]).startswith("killed"):
            requests = call["arguments"]["requests"]
            statuses = call["outcome"] if isinstance(call["outcome"], list) else [0] * len(requests)
            for request, status in zip(requests, statuses, strict=True):
                yield f"{METHODS[request['method']]}: {_kind(status)}"


def _kind(status: int) -> str:
    if not status:
        return SILENT
    return DONE if status < 400 else _KINDS.get(status, FAILED if status >= 500 else REFUSED)
