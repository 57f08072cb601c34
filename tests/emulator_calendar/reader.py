"""A client that keeps a copy of a calendar in step, exactly as Google's guide to synchronisation says."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from googleapiclient.errors import HttpError

Copy = dict[str, dict[str, Any]]
Meanwhile = Callable[[], None]

LISTINGS = {
    "default": {},
    "singleEvents": {"singleEvents": True},
    "showDeleted": {"showDeleted": True},
    "singleEvents and showDeleted": {"singleEvents": True, "showDeleted": True},
}
# How many old tokens a client still has.
REMEMBERED = 6
_MOST_PAGES, _MOST_PAGES_OF_A_DELTA = 8, 25


class Disagreement(AssertionError):
    """A copy that was kept by deltas is not what a fresh listing says; `kind` says in which listing, and how."""

    def __init__(self, reader: Reader, found: dict[str, tuple[Any, Any]]) -> None:
        super().__init__(f"{reader.name}\n{told(found)}")
        kept, shown = next(iter(found.values()))
        how = "lacks" if kept is None else "has too much" if shown is None else "differs"
        self.kind = f"a copy by {reader.listing} {how}"


class Reader:
    """One user's copy of one calendar, in one kind of listing; `calendar` is its id.

    `past` holds (token, the copy at that time), oldest first: a delta from any of them must lead to the present. While
    nothing is known it is empty.
    """

    def __init__(self, events: Any, user: str, calendar: str, listing: str) -> None:
        self._events, self.calendar, self._query = events, calendar, LISTINGS[listing]
        self.listing = listing
        self.name = f"{user.partition('@')[0]} reads {calendar.partition('@')[0]} ({listing})"
        self.past: list[tuple[str, Copy]] = []
        self._size = 0

    def sync(self, chance: random.Random, meanwhile: Meanwhile = lambda: None, *, old: bool = False) -> None:
        """Bring the copy to the present state; `meanwhile` runs between two pages, `old` begins with an old token."""
        if old and self.past:
            self._begin_again(chance.randrange(len(self.past)))
        try:
            if self.past:
                token, copy = self.past[-1]
                self._keep(*self._listed(chance, copy, meanwhile, syncToken=token))
                return
        except HttpError as error:
            if error.resp.status not in (404, 410):
                raise
            self.past.clear()
            if error.resp.status == 404:
                return
        self._list_anew(chance, meanwhile)

    def check(self, chance: random.Random, *, old: bool = False) -> None:
        """Bring the copy to the present state and compare it with a fresh listing; Disagreement when they differ."""
        self.sync(chance, old=old)
        if not self.past:
            return
        copy = self.past[-1][1]
        fresh_token, fresh = self._listed(chance, {}, lambda: None)
        found = differences(shown(copy, self._query), fresh, self._query)
        if found:
            raise Disagreement(self, found)
        if chance.random() < 0.3:
            self._keep(fresh_token, fresh)

    def forget(self) -> None:
        """Forget everything: the next sync lists anew."""
        self.past.clear()

    def _begin_again(self, place: int) -> None:
        self.past = [*self.past[:place], *self.past[place + 1 :], self.past[place]]

    def _list_anew(self, chance: random.Random, meanwhile: Meanwhile) -> None:
        try:
            self._keep(*self._listed(chance, {}, meanwhile))
        except HttpError as error:
            if error.resp.status != 404:
                raise

    def _keep(self, token: str, copy: Copy) -> None:
        self.past = [*self.past, (token, copy)][-REMEMBERED:]
        self._size = len(copy)

    def _listed(
        self, chance: random.Random, copy: Copy, meanwhile: Meanwhile, **since: str
    ) -> tuple[str, Copy]:
        """Return the token of a listing, and what becomes of a copy by it."""
        items: list[dict[str, Any]] = []
        token, query = "", self._query
        for page in self._pages(chance, meanwhile, since):
            items += page["items"]
            token = page.get("nextSyncToken", "")
            if page["accessRole"] == "freeBusyReader":
                # Who sees only busy times gets single events, as documented.
                query = {**query, "singleEvents": True}
        return token, applied(copy, items, query)

    def _pages(
        self, chance: random.Random, meanwhile: Meanwhile, since: dict[str, str]
    ) -> Iterator[dict[str, Any]]:
        """Yield the pages of a listing, of any size, but not too many of them."""
        least = self._size // (_MOST_PAGES_OF_A_DELTA if since else _MOST_PAGES)
        size = max(least, chance.choice((1, 1, 1, 2, 3, chance.randint(4, 20), 2500)))
        query = {"calendarId": self.calendar, **self._query, **since, "maxResults": size}
        request = self._events.list(**query)
        while request is not None:
            page = request.execute()
            assert ("nextPageToken" in page) != ("nextSyncToken" in page)
            yield page
            request = self._events.list_next(request, page)
            if request is not None:
                meanwhile()


def applied(copy: Copy, items: list[dict[str, Any]], query: dict[str, bool]) -> Copy:
    """Return what a copy becomes by the items of a listing.

    A deleted series takes its occurrences along. Without `showDeleted` deleted events go, but for deleted occurrences,
    which are kept as long as their series, also while that is not yet known: it may come with a later delta.
    """
    fresh = {item["id"]: item for item in items}
    gone = {name for name, item in fresh.items() if _is_deleted(item) and "recurringEventId" not in item}
    now = {name: item for name, item in copy.items() if item.get("recurringEventId") not in gone} | fresh
    if query.get("showDeleted"):
        return now
    keeps = not query.get("singleEvents")
    return {
        name: item
        for name, item in now.items()
        if not _is_deleted(item) or (keeps and "recurringEventId" in item)
    }


def shown(copy: Copy, query: dict[str, bool]) -> Copy:
    """Return what of a copy a fresh listing shows: of deleted occurrences only those of a series that is there."""
    if query.get("showDeleted"):
        return copy
    return {
        name: item for name, item in copy.items() if not _is_deleted(item) or item["recurringEventId"] in copy
    }


def differences(copy: Copy, fresh: Copy, query: dict[str, bool]) -> dict[str, tuple[Any, Any]]:
    """Return what differs, by id: (as the copy has it, as a fresh listing shows it)."""
    found = {}
    for name in sorted(copy.keys() | fresh.keys()):
        kept, now = copy.get(name), fresh.get(name)
        if kept == now or (kept and now is None and _may_be_unlisted(kept, fresh, query)):
            continue
        if kept is None or now is None or _in_utc(kept) != _in_utc(now):
            found[name] = kept, now
    return found


def told(found: dict[str, tuple[Any, Any]]) -> str:
    """Return differences as a person reads them."""
    lines = []
    for name, (kept, shown) in found.items():
        if kept is None or shown is None:
            what, item = ("the copy lacks", shown) if kept is None else ("only the copy has", kept)
            lines.append(f"  {what} {name}: {json.dumps(item)[:300]}")
            continue
        fields = [field for field in sorted({*kept, *shown}) if kept.get(field) != shown.get(field)]
        lines += [
            f"  {name}.{field}: the copy has {kept.get(field)}, a fresh listing {shown.get(field)}"
            for field in fields
        ]
    return "\n".join(lines[:8] + [f"  ... and {len(lines) - 8} more"] * (len(lines) > 8))


def _is_deleted(item: dict[str, Any]) -> bool:
    return bool(item["status"] == "cancelled")


def _may_be_unlisted(item: dict[str, Any], fresh: Copy, query: dict[str, bool]) -> bool:
    """Tell whether a copy may hold an item that a fresh listing does not show.

    With `showDeleted` a delta tells of deleted occurrences, while a listing leaves out those of deleted series.
    """
    if not _is_deleted(item):
        return False
    series = fresh.get(item.get("recurringEventId", ""))
    gone = series is None or _is_deleted(series) or "recurrence" not in series
    return bool(query.get("singleEvents")) or ("recurringEventId" in item and gone)


def _in_utc(item: dict[str, Any]) -> dict[str, Any]:
    """Return an item with its times in one zone: a listing shows them in the calendar's, which may have changed."""
    times = {
        name: {**item[name], "dateTime": str(datetime.fromisoformat(item[name]["dateTime"]).astimezone(UTC))}
        for name in ("start", "end", "originalStartTime")
        if "dateTime" in item.get(name, ())
    }
    return {**item, **times}
