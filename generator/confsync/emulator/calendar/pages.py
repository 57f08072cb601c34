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
from confsync.emulator.calendar.tokens import (
    PageToken,
    SyncToken,
    query_mark,
    read_page_token,
    read_sync_token,
    user_mark,
)
from confsync.emulator.wire import Response

_USUAL_PAGE, _LARGEST_PAGE = 100, 250


@dataclass(frozen=True)
class Item:
    """One member of a collection: its id, when it last changed, whether it is gone, and how it is shown."""

    id: str
    changed_us: int
    deleted: bool
    resource: dict[str, Any]


def page(ask: Ask, kind: str, calendar: int, items: Sequence[Item]) -> Response:
    """Answer with a page of a collection, ordered by id; `calendar` is 0 for a collection of the user."""
    given = ask.parameters
    newest = max((item.changed_us for item in items), default=0)
    state = SyncToken(kind, calendar, user_mark(ask.user), 0, newest)
    since = read_sync_token(given["syncToken"], state) if "syncToken" in given else None
    since_us, after, mark = since.at_us if since else None, "", _mark(ask)
    if "pageToken" in given:
        token = read_page_token(given["pageToken"], mark, since, state)
        state, since_us, after = token.next_sync, token.since_us, str(token.key[0]) if token.key else ""
    limit = min(given.get("maxResults", _USUAL_PAGE), _LARGEST_PAGE)
    rest = [item for item in _listed(ask, items, since_us) if item.id > after]
    if len(rest) > limit:
        end = {"nextPageToken": PageToken(mark, state, since_us, (rest[limit - 1].id,)).text()}
    else:
        end = {"nextSyncToken": state.text()}
    head = {"kind": f"calendar#{kind}", "etag": _etag(kind, items), **end}
    return replies.page(ask, head, [_text(ask, item) for item in rest[:limit]])


def _listed(ask: Ask, items: Sequence[Item], since_us: int | None) -> list[Item]:
    ordered = sorted(items, key=lambda item: item.id)
    if since_us is not None:
        return [item for item in ordered if item.changed_us > since_us]
    return [item for item in ordered if not item.deleted or ask.parameters.get("showDeleted")]


def _text(ask: Ask, item: Item) -> str:
    mask = ask.mask()
    inner = None if mask is None else mask.get("items", mask.get("*"))
    return json.dumps(masked(item.resource, inner), ensure_ascii=False, indent=1)


def _etag(kind: str, items: Sequence[Item]) -> str:
    state = json.dumps([kind, [[item.id, item.changed_us] for item in items]])
    return f'"p3{hashlib.blake2b(state.encode(), digest_size=7).hexdigest()}"'


def _mark(ask: Ask) -> str:
    return query_mark({**ask.parameters, "": [ask.method.id, ask.user, dict(ask.path)]})
