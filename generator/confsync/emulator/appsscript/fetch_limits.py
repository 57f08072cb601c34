"""How large a request of UrlFetchApp and its answer may be.

Source: Apps Script guide "Quotas for Google Services", with sizes in bytes of UTF-8; a header's size is that of its
name and its value, all of a request together.
"""

from collections.abc import Mapping
from typing import Any

from confsync.emulator.appsscript.limits import FETCH_BYTES, HEADER_BYTES, HEADERS, URL_BYTES
from confsync.emulator.appsscript.payloads import payload_of
from confsync.emulator.appsscript.refusal import Refusal


def check_url(url: str) -> None:
    """Refuse an address that is too long."""
    _check("URL Length", len(url.encode()), URL_BYTES)


def check_request(request: Mapping[str, Any]) -> None:
    """Refuse a request with too many headers, or with too much in them or in its body."""
    headers: Mapping[str, str] = request.get("headers", {})
    _check("Headers", len(headers), HEADERS)
    _check("Header Size", sum(len((name + text).encode()) for name, text in headers.items()), HEADER_BYTES)
    _check("POST Size", len(payload_of(request) or b""), FETCH_BYTES)


def check_answer(body: bytes) -> None:
    """Refuse an answer that is too large."""
    _check("Response Size", len(body), FETCH_BYTES)


def _check(what: str, size: int, most: int) -> None:
    if size > most:
        raise Refusal(f"Limit exceeded: URLFetch {what}.")
