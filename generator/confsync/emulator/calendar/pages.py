"""Pages of the small collections, access rules and calendar lists: whole, or what changed since a sync token."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from confsync.emulator.calendar import replies
from confsync.emulator.calendar.ask import Ask
from confsync.emulator.calendar.fields import masked
from confsync.emulator.calendar.room import Room
from confsync.emulator.calendar.tokens import (
    PageToken,
    SyncToken,
    continued,
    query_mark,
    read_page_token,
    read_sync_token,
    state,
)
from confsync.emulator.calendar.view import compact
from confsync.emulator.wire import Response

_USUAL_PAGE, _LARGEST_PAGE = 100, 250


@dataclass(frozen=True)
class Item:
    """One member of a collection: its id, when it last changed, whether it is gone, and how it is shown."""

    id: str
    changed_us: int
    deleted: bool
    resource: dict[str, Any]


def page(room: Room, ask: Ask, kind: str, calendar: int, items: Sequence[Item]) -> Response:
    """Answer with a page of a collection, ordered by id; `calendar` is 0 for a collection of the user."""
    given = ask.parameters
    newest = max((item.changed_us for item in items), default=0)
    now, after, number = state(room, kind, ask.user, calendar=calendar, at_us=newest), "", 0
    since = read_sync_token(room, given["syncToken"], now) if "syncToken" in given else None
    now = continued(room, now, since)
    if "pageToken" in given:
        token = read_page_token(given["pageToken"], _mark(ask), since, now)
        now, since, after, number = token.next_sync, token.since, str(token.key[0]), token.number
    limit = min(given.get("maxResults", _USUAL_PAGE), _LARGEST_PAGE)
    rest = [item for item in _listed(ask, items, since) if item.id > after]
    if len(rest) > limit:
        token = PageToken(_mark(ask), now, since, (rest[limit - 1].id,), number + 1)
        end = {"nextPageToken": token.text()}
    else:
        end = {"nextSyncToken": now.text()}
    head = {"kind": f"calendar#{kind}", "etag": _etag(kind, items), **end}
    return replies.page(ask, head, [_text(ask, item) for item in rest[:limit]])


def _listed(ask: Ask, items: Sequence[Item], since: SyncToken | None) -> list[Item]:
    ordered = sorted(items, key=lambda item: item.id)
    if since is not None:
        return [item for item in ordered if item.changed_us > since.at_us]
    return [item for item in ordered if not item.deleted or ask.parameters.get("showDeleted")]


def _text(ask: Ask, item: Item) -> bytes:
    mask = ask.mask()
    inner = None if mask is None else mask.get("items", mask.get("*"))
    return compact(masked(item.resource, inner))


def _etag(kind: str, items: Sequence[Item]) -> str:
    state = json.dumps([kind, [[item.id, item.resource["etag"]] for item in items]])
    return f'"p3{hashlib.blake2b(state.encode(), digest_size=7).hexdigest()}"'


def _mark(ask: Ask) -> str:
    return query_mark({**ask.parameters, "": [ask.method.id, ask.user, dict(ask.path)]})
