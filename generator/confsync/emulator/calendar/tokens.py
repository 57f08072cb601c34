"""Sync and page tokens: opaque to the client, a few structured values to us.

A sync token says until which microsecond its holder knows a collection. It belongs to one calendar and one user, and dies
with the calendar's epoch. A page token carries the listing with it: the query's fingerprint, what the listing will hand
out as sync token in the end, the sync token it began with, the last key, and how many pages there were.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from confsync.emulator.calendar.room import Room
from confsync.emulator.clock import MICROSECONDS, instant
from confsync.emulator.errors import ApiError, standard_error

# These may differ between the pages of one listing.
_FREE = {"pageToken", "syncToken", "maxResults", "fields", "alt", "key", "prettyPrint", "quotaUser", "userIp"}
_FREE |= {"oauth_token", "access_token"}
_DAY_US = 24 * 3600 * MICROSECONDS


@dataclass(frozen=True)
class SyncToken:
    """Until when (`at_us`) a user knows a collection (`events`, `acl`, `calendarList`, `settings`) of a calendar.

    `day` counts the days from 1970 until it was made.
    """

    kind: str
    calendar: int
    user: str
    epoch: int
    at_us: int
    day: int

    def text(self) -> str:
        """Return it as the client gets it."""
        return _encode(self.parts)

    @property
    def year(self) -> int:
        """The year in which it was made."""
        return instant(self.day * _DAY_US).year

    @property
    def parts(self) -> list[Any]:
        """What it is written as."""
        return [self.kind, self.calendar, self.user, self.epoch, self.at_us, self.day]


@dataclass(frozen=True)
class PageToken:
    """Where a listing goes on: after the item with `key`; `number` pages were given already."""

    query: str
    next_sync: SyncToken
    since: SyncToken | None
    key: tuple[Any, ...]
    number: int

    def text(self) -> str:
        """Return it as the client gets it."""
        since = self.since.parts if self.since else None
        parts = [self.next_sync.parts, since, list(self.key), self.number]
        return _encode([_digest([self.query, *parts]), *parts])


def state(room: Room, kind: str, user: str, *, calendar: int = 0, epoch: int = 0, at_us: int) -> SyncToken:
    """Return what a collection's listing hands out at present; `calendar` is 0 for a collection of the user."""
    return SyncToken(kind, calendar, user_mark(user), epoch, at_us, room.clock.now_us() // _DAY_US)


def continued(room: Room, now: SyncToken, since: SyncToken | None) -> SyncToken:
    """Return what a delta hands out: the token that it began with, where nothing is newer that a token tells."""
    if since is None or room.switches.token_lifetime_days:
        return now
    same = (now.calendar, now.epoch, now.at_us, now.year) == (
        since.calendar,
        since.epoch,
        since.at_us,
        since.year,
    )
    return since if same else now


def user_mark(email: str) -> str:
    """Return what stands for a user in a token."""
    return hashlib.blake2b(email.encode(), digest_size=6).hexdigest()


def query_mark(parameters: Mapping[str, Any]) -> str:
    """Return the fingerprint of what a listing asks, apart from page size and looks."""
    asked = {name: value for name, value in parameters.items() if name not in _FREE}
    return _digest(asked)


def read_sync_token(room: Room, text: str, now: SyncToken) -> SyncToken:
    """Return the token; `now` is what the same listing would hand out at present.

    ApiError 400 for what is no token, 410 for one that is too old, of another collection's state, another calendar or
    another user (undocumented by Google; the strict answer shows clients that mix them up).
    """
    token = _sync_token(_decode(text))
    if token is None:
        raise ApiError(400, "invalid", "Invalid sync token value.", location="syncToken")
    if room.switches.foreign_token == "accept" and (token.kind, token.user) == (now.kind, now.user):
        return replace(token, calendar=now.calendar, epoch=now.epoch, at_us=min(token.at_us, now.at_us))
    known = (token.kind, token.calendar, token.user, token.epoch)
    if known != (now.kind, now.calendar, now.user, now.epoch) or not 0 <= token.at_us <= now.at_us:
        raise standard_error(410, "fullSyncRequired")
    lifetime = room.switches.token_lifetime_days
    if lifetime and now.day - token.day > lifetime:
        raise standard_error(410, "fullSyncRequired")
    return token


def read_page_token(text: str, query: str, since: SyncToken | None, now: SyncToken) -> PageToken:
    """Return the token; ApiError 400 when it is none or of another query, 410 when its sync token died meanwhile."""
    token = _page_token(text, query)
    right = token and (since is None or since == token.since)
    if not token or not right or (token.next_sync.kind, token.next_sync.calendar) != (now.kind, now.calendar):
        raise ApiError(400, "invalid", "Invalid page token value.", location="pageToken")
    if token.since is not None and token.next_sync.epoch != now.epoch:
        raise standard_error(410, "fullSyncRequired")
    return token


def _sync_token(parts: Any) -> SyncToken | None:
    if not isinstance(parts, list) or [type(part) for part in parts] != [str, int, str, int, int, int]:
        return None
    return SyncToken(*parts)


def _page_token(text: str, query: str) -> PageToken | None:
    # The digest covers the query and the rest of the token, so the rest is as we made it.
    digest, *parts = _decode(text) or [None]
    if len(parts) != 4 or digest != _digest([query, *parts]):
        return None
    next_sync, since, key, number = parts
    state = _sync_token(next_sync)
    return PageToken(query, state, _sync_token(since), tuple(key), number) if state else None


def _digest(value: Any) -> str:
    return hashlib.blake2b(json.dumps(value, sort_keys=True).encode(), digest_size=6).hexdigest()


def _encode(parts: list[Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(parts, separators=(",", ":")).encode()).decode()


def _decode(text: str) -> list[Any]:
    try:
        parts = json.loads(base64.b64decode(text, altchars=b"-_", validate=True))
    except (binascii.Error, ValueError, RecursionError):
        return []
    return parts if isinstance(parts, list) else []
