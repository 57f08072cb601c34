"""How often each row of the note table decided something in the Python wing."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from confsync.sync.table import NOTE_TABLE

# The engine asks for no row that says “ignore”: there is nothing to do. So those are not counted either.
ROWS = tuple(
    f"{link}.{event}"
    for link, row in NOTE_TABLE.items()
    for event, action in row.items()
    if action != "ignore"
)


@contextlib.contextmanager
def counted_rows() -> Iterator[list[str]]:
    """Give a list that grows by `link.event` with every row that is looked up meanwhile.

    The engine must not know that it is watched, and every decision about a link goes through the table: so rows that
    write down who looked at them take the place of the table's own. Appending is safe from several threads.
    """
    seen: list[str] = []
    kept = dict(NOTE_TABLE)
    NOTE_TABLE.update({link: _WatchedRow(link, row, seen) for link, row in kept.items()})
    try:
        yield seen
    finally:
        NOTE_TABLE.update(kept)


class _WatchedRow(dict[str, str]):
    """The actions of one state of a link."""

    def __init__(self, link: str, actions: dict[str, str], seen: list[str]) -> None:
        super().__init__(actions)
        self._link, self._seen = link, seen

    def __getitem__(self, event: str) -> str:
        action = super().__getitem__(event)
        self._seen.append(f"{self._link}.{event}")
        return action
