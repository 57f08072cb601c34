"""What happened, in order: every call that was dispatched and every request that was served."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Entry:
    """One dispatched call or served request.

    `source` is `http` for a request from outside, `execution` for an execution's call. For a request, `service` is
    the room that served it, `method` the verb, `arguments` its target. `at_us` is the emulator's clock.
    """

    number: int
    at_us: int
    source: str
    service: str
    method: str
    arguments: Mapping[str, Any]
    outcome: Any
    user: str = ""
    execution: int = 0
    call: int = 0

    def as_json(self) -> dict[str, Any]:
        """Return it as the control route shows it."""
        return {key: value for key, value in self.__dict__.items() if value not in ("", None)}


@dataclass
class Trace:
    """The entries of one world, oldest first; `limit` bounds what is kept."""

    limit: int = 100_000
    entries: list[Entry] = field(default_factory=list)
    count: int = 0

    def add(self, **fields: Any) -> Entry:
        """Append an entry, numbered from 1."""
        self.count += 1
        entry = Entry(number=self.count, **fields)
        self.entries.append(entry)
        if len(self.entries) > self.limit:
            del self.entries[: self.limit // 10]
        return entry

    def since(self, number: int) -> Iterator[Entry]:
        """Yield the entries after that number."""
        return (entry for entry in self.entries if entry.number > number)
