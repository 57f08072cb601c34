"""Sync and page tokens: opaque to the client, a few structured values to us.

A sync token says until which microsecond its holder knows a calendar. It belongs to one calendar and one user, and dies
with the calendar's epoch. A page token carries the listing with it: the query's fingerprint, what the listing will hand
out as sync token in the end, the sync token it began with, and the last key.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from confsync.emulator.errors import ApiError, standard_error

# These may differ between the pages of one listing.
_FREE = {"pageToken", "syncToken", "maxResults", "fields", "alt", "key", "prettyPrint", "quotaUser", "userIp"}
_FREE |= {"oauth_token"}


@dataclass(frozen=True)
class SyncToken:
    """Until when (`at_us`) a user knows a collection (`events`, `acl`, `calendarList`) of a calendar."""

    kind: str
    calendar: int
    user: str
    epoch: int
    at_us: int

    def text(self) -> str:
        """Return it as the client gets it."""
        return _encode([self.kind, self.calendar, self.user, self.epoch, self.at_us])


@dataclass(frozen=True)
class PageToken:
    """Where a listing goes on: after the item with `key`."""

    query: str
    next_sync: SyncToken
    since_us: int | None
    key: tuple[Any, ...]

    def text(self) -> str:
        """Return it as the client gets it."""
        parts = [self.next_sync.text(), self.since_us, list(self.key)]
        return _encode([_digest([self.query, *parts]), *parts])


def user_mark(email: str) -> str:
    """Return what stands for a user in a token."""
    return hashlib.blake2b(email.encode(), digest_size=6).hexdigest()


def query_mark(parameters: Mapping[str, Any]) -> str:
    """Return the fingerprint of what a listing asks, apart from page size and looks."""
    asked = {name: value for name, value in parameters.items() if name not in _FREE}
    return _digest(asked)


def read_sync_token(text: str, now: SyncToken) -> SyncToken:
    """Return the token; `now` is what the same listing would hand out at present.

    ApiError 400 for what is no token, 410 for one of another collection's state, another calendar or another user
    (undocumented by Google; the strict answer shows clients that mix them up).
    """
    token = _sync_token(text)
    if token is None:
        raise ApiError(400, "invalid", "Invalid sync token value.", location="syncToken")
    known = (token.kind, token.calendar, token.user, token.epoch)
    if known != (now.kind, now.calendar, now.user, now.epoch) or not 0 <= token.at_us <= now.at_us:
        raise standard_error(410, "fullSyncRequired")
    return token


def read_page_token(text: str, query: str, since: SyncToken | None, now: SyncToken) -> PageToken:
    """Return the token; ApiError 400 when it is none or of another query, 410 when its sync token died meanwhile."""
    token = _page_token(text, query)
    right = token and (since is None or since.at_us == token.since_us)
    if not token or not right or (token.next_sync.kind, token.next_sync.calendar) != (now.kind, now.calendar):
        raise ApiError(400, "invalid", "Invalid page token value.", location="pageToken")
    if token.since_us is not None and token.next_sync.epoch != now.epoch:
        raise standard_error(410, "fullSyncRequired")
    return token


def _sync_token(text: str) -> SyncToken | None:
    parts = _decode(text)
    if not _are(parts, (str, int, str, int, int)):
        return None
    return SyncToken(*parts)


def _page_token(text: str, query: str) -> PageToken | None:
    # The digest covers the query and the rest of the token, so the rest is as we made it.
    digest, *parts = _decode(text) or [None]
    if len(parts) != 3 or digest != _digest([query, *parts]):
        return None
    next_sync = _sync_token(parts[0])
    return PageToken(query, next_sync, parts[1], tuple(parts[2])) if next_sync else None


def _digest(value: Any) -> str:
    return hashlib.blake2b(json.dumps(value, sort_keys=True).encode(), digest_size=6).hexdigest()


def _are(parts: list[Any], types: tuple[type, ...]) -> bool:
    return [type(part) for part in parts] == list(types)


def _encode(parts: list[Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(parts, separators=(",", ":")).encode()).decode()


def _decode(text: str) -> list[Any]:
    try:
        parts = json.loads(base64.b64decode(text, altchars=b"-_", validate=True))
    except (binascii.Error, ValueError, RecursionError):
        return []
    return parts if isinstance(parts, list) else []
