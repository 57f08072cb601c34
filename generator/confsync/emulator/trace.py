"""What happened, in order: every call that was dispatched, every request that was served, every notification."""

import bisect
import re
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

MASK = "•••"

_SECRET_PARAMETERS = re.compile(r"([?&](?:access_token|oauth_token|refresh_token)=)[^&#]*")


def masked_target(target: str) -> str:
    """Return path and query without the credentials that a query may carry."""
    return _SECRET_PARAMETERS.sub(rf"\1{MASK}", target)


@dataclass(frozen=True, slots=True)
class Entry:
    """One dispatched call, served request, or attempt to send a notification.

    `source` is `http` for a request from outside, `execution` for an execution's call, `notification` for a message to
    a channel. For a request, `service` is the room that served it, `method` the verb, `arguments` its target. `at_us` is
    the emulator's clock.
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
        named = {known.name: getattr(self, known.name) for known in fields(self)}
        shown = {"atUs" if key == "at_us" else key: value for key, value in named.items()}
        return {key: value for key, value in shown.items() if value not in ("", None)}


@dataclass
class Trace:
    """The entries of one world, oldest first; `limit` bounds what is kept."""

    limit: int = 100_000
    entries: list[Entry] = field(default_factory=list)
    count: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def add(self, **fields: Any) -> Entry:
        """Append an entry, numbered from 1."""
        with self._lock:
            self.count += 1
            entry = Entry(number=self.count, **fields)
            self.entries.append(entry)
            if len(self.entries) > self.limit:
                del self.entries[: max(1, self.limit // 10)]
            return entry

    def since(self, number: int, source: str = "") -> Iterator[Entry]:
        """Yield the entries after that number, of one source or of all."""
        with self._lock:
            newer = self.entries[bisect.bisect_right(self.entries, number, key=lambda entry: entry.number) :]
        return (entry for entry in newer if source in ("", entry.source))

    def clear(self) -> None:
        """Forget all entries and number from 1 again."""
        with self._lock:
            self.entries.clear()
            self.count = 0
