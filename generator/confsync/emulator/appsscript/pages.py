"""Pages of a list of the Apps Script API, and the tokens that lead on."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Any

from confsync.emulator.appsscript.projects import invalid

PAGE_SIZE = 50


def page_of(name: str, items: Sequence[Any], parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return the page of a list that `pageSize` and `pageToken` ask for; its token counts items from the start."""
    size, first = page_size(parameters), position(parameters, "from")
    page: dict[str, Any] = {name: list(items[first : first + size])} if items else {}
    if len(items) > first + size:
        page["nextPageToken"] = _token("from", first + size)
    return page


def page_before(name: str, items: Iterable[tuple[int, Any]], parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return a page of (number, item), the highest number first; items that come meanwhile move nothing."""
    size = page_size(parameters)
    found = list(islice(items, size + 1))
    page: dict[str, Any] = {name: [item for _, item in found[:size]]} if found else {}
    if len(found) > size:
        page["nextPageToken"] = _token("before", found[size - 1][0])
    return page


def page_size(parameters: Mapping[str, Any]) -> int:
    """Return how many items a page has; raises the API's 400 for less than none."""
    size = parameters.get("pageSize") or PAGE_SIZE
    if size < 0:
        raise invalid()
    return int(size)


def position(parameters: Mapping[str, Any], word: str) -> int:
    """Return the number in a page token of that kind, 0 without one; raises the API's 400 for any other token."""
    token = parameters.get("pageToken", "")
    if not token:
        return 0
    try:
        kind, number = base64.urlsafe_b64decode(token).decode().split(" ")
        if kind == word and number.isdecimal():
            return int(number)
    except ValueError:
        pass
    raise invalid()


def _token(word: str, number: int) -> str:
    return base64.urlsafe_b64encode(f"{word} {number}".encode()).decode()
