"""Mistakes that are planted into the running emulator, to see that histories find them.

The only place that reaches into the emulator: it tests the test.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from confsync.emulator.calendar import copies, delta, events, listing, moving, whole

Plant = Callable[[pytest.MonkeyPatch], None]


def change_during_paging_lost(patch: pytest.MonkeyPatch) -> None:
    """Pages go on after so many items, not after an item: what changes meanwhile shifts the others."""
    listed, changed = whole.listed, delta.changed

    def counted(found: Iterator[Any], after: tuple[Any, ...]) -> Iterator[Any]:
        for number, (_, item) in enumerate(found, start=1):
            if not after or number > after[0]:
                yield (number,), item

    patch.setattr(whole, "stored_page", lambda *asked: None)
    patch.setattr(whole, "listed", lambda room, query, after: counted(listed(room, query, ()), after))
    patch.setattr(delta, "changed", lambda *asked: counted(changed(*asked[:-1], ()), asked[-1]))


def token_of_the_last_page(patch: pytest.MonkeyPatch) -> None:
    """The token tells of what the last page knew, not the first one."""
    read = listing.read_page_token

    def late(*asked: Any) -> Any:
        return replace(read(*asked), next_sync=asked[-1])

    patch.setattr(listing, "read_page_token", late)


def token_of_the_present(patch: pytest.MonkeyPatch) -> None:
    """The token tells of the present, in which more may still happen, not of the last change."""
    patch.setattr(listing, "_known_us", lambda room, calendar: room.clock.now_us())


def exception_missing(patch: pytest.MonkeyPatch) -> None:
    """A delta leaves out what was changed in single occurrences."""
    changed = delta.changed

    def without(*asked: Any) -> Iterator[Any]:
        for key, item in changed(*asked):
            event = item if isinstance(item, events.Event) else events.event_of(item)
            if event.master is None or event.key is None:
                yield key, item

    patch.setattr(delta, "changed", without)


def vanished_missing(patch: pytest.MonkeyPatch) -> None:
    """A delta of single events does not tell of occurrences that a changed rule takes away."""
    patch.setattr(delta, "_vanished", lambda *asked: iter(()))


def new_year_missing(patch: pytest.MonkeyPatch) -> None:
    """A delta of single events does not tell of what came into sight when the year changed."""
    patch.setattr(delta, "_of_new_years", lambda *asked: iter(()))


def copy_not_logged(patch: pytest.MonkeyPatch) -> None:
    """A guest's copy follows its event, but counts as unchanged."""
    bring = copies._bring

    def quietly(room: Any, calendar: Any, copy: Any, *rest: Any) -> None:
        bring(room, calendar, copy, *rest)
        room.db.execute("UPDATE events SET changed_us = ? WHERE key = ?", (copy.changed_us, copy.key))

    patch.setattr(copies, "_bring", quietly)


def moved_without_tombstone(patch: pytest.MonkeyPatch) -> None:
    """An event that moves leaves nothing behind in its old calendar."""
    leave = moving._leave

    def nothing(room: Any, source: Any, event: Any, *rest: Any) -> None:
        leave(room, source, event, *rest)
        room.db.execute("DELETE FROM events WHERE calendar = ? AND ? IN (id, master)", (source.key, event.id))

    patch.setattr(moving, "_leave", nothing)


def exceptions_back_unlogged(patch: pytest.MonkeyPatch) -> None:
    """The exceptions of an undeleted series are there again, but a delta does not tell of them."""

    def quietly(room: Any, calendar: int, master: str, stamp: int) -> None:
        room.db.execute("UPDATE events SET hidden = 0 WHERE calendar = ? AND master = ?", (calendar, master))

    patch.setattr(events, "_show_exceptions", quietly)


PLANTS: tuple[Plant, ...] = (
    change_during_paging_lost,
    token_of_the_last_page,
    token_of_the_present,
    exception_missing,
    vanished_missing,
    new_year_missing,
    copy_not_logged,
    moved_without_tombstone,
    exceptions_back_unlogged,
)
