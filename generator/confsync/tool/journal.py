"""What became of conferences in an execution, told by how their records changed, write by write."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from confsync.sync.links import principal_of
from confsync.sync.ports import Properties
from confsync.sync.records import Record, parse_record

PREFIX = "conference:"
SHORT = 8


@dataclass(frozen=True)
class Change:
    """One step of a conference's record: adopted, updated, put off, refused, waiting, kept, deleted or forgotten.

    `event` is the id of the event that says what the conference looks like, as far as there is one.
    """

    step: str
    conference: str
    event: str

    def as_json(self) -> dict[str, str]:
        """Return it as it is printed; ids of conferences are as good as their links, so that they are shortened."""
        return {**asdict(self), "conference": self.conference[:SHORT]}


class Journal:
    """Properties whose changes are told; they are those of `inner`."""

    def __init__(self, inner: Properties) -> None:
        self._inner = inner
        self._texts: dict[str, str] = {}
        self.changes: list[Change] = []
        self.writes = 0

    def get_properties(self) -> dict[str, str]:
        """Return all properties."""
        found = self._inner.get_properties()
        self._texts = {key: text for key, text in found.items() if key.startswith(PREFIX)}
        return found

    def set_properties(self, properties: Mapping[str, str]) -> None:
        """Write some of them."""
        self._inner.set_properties(properties)
        self.writes += 1
        for key, text in properties.items():
            if key.startswith(PREFIX):
                before = parse_record(self._texts[key]) if key in self._texts else None
                self._tell(key, before, parse_record(text))
                self._texts[key] = text

    def delete_property(self, key: str) -> None:
        """Remove one."""
        self._inner.delete_property(key)
        self.writes += 1
        if key in self._texts:
            record = parse_record(self._texts.pop(key))
            # What is forgotten because its events ended long ago still has its links.
            self._add("forgotten" if record.links else "deleted", key, record)

    def _tell(self, key: str, before: Record | None, now: Record) -> None:
        if before is None:
            self._add("adopted", key, now)
        was = before or Record(now.solution)
        if now.sent and now.sent != was.sent:
            self._add("updated", key, now)
        if now.attempts > was.attempts:
            self._add("put off", key, now)
        if now.lost and now.lost != was.lost:
            self._add("refused", key, now)
        if now.due and not was.due:
            self._add("waiting", key, now)
        if was.due and not now.due:
            self._add("kept", key, now)

    def _add(self, step: str, key: str, record: Record) -> None:
        self.changes.append(Change(step, record.id or key.removeprefix(PREFIX), event_of(record)))


def event_of(record: Record) -> str:
    """Return the id of the event that stands for the conference, or that was the last one to carry it."""
    principal = principal_of(record)
    if principal:
        return principal.event
    known: list[Any] = [link.event for link in record.links] or [entry[1] for entry in record.gone[-1:]]
    return str(known[0]) if known else ""
