"""What the sync engine needs of the outside world: one port for each service that the platform offers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

JsonObject = dict[str, Any]


class Properties(Protocol):
    """One user's property store; keys and values are strings."""

    def get_properties(self) -> dict[str, str]:
        """Return all properties."""

    def set_properties(self, properties: Mapping[str, str]) -> None:
        """Write several properties; the others stay."""

    def delete_property(self, key: str) -> None:
        """Remove a property; harmless when there is none."""


class Lock(Protocol):
    """The user's lock: at most one execution of this user holds it."""

    def try_lock(self, milliseconds: int) -> bool:
        """Wait so long at most; tell whether the lock is held now."""

    def release_lock(self) -> None:
        """Give the lock back; harmless when it is not held."""


class Fetch(Protocol):
    """HTTP to the third party."""

    def fetch_all(self, requests: Sequence[JsonObject]) -> list[JsonObject]:
        """Send requests side by side; return `{status, headers, body}` for each, in their order.

        Raises FetchError when an answer is missing: then it is unknown what any of them did.
        """


class Triggers(Protocol):
    """The user's triggers of this script."""

    def get_project_triggers(self) -> list[JsonObject]:
        """Return `{uniqueId, handlerFunction, eventType, triggerSource, triggerSourceId}` of each."""

    def create_trigger(self, trigger: JsonObject) -> None:
        """Make a trigger; raises TriggerError when the platform refuses."""

    def delete_trigger(self, unique_id: str) -> None:
        """Remove a trigger."""


class Machine(Protocol):
    """Time, chance and the log."""

    def now_ms(self) -> int:
        """Return the present time in milliseconds since the epoch."""

    def sleep(self, milliseconds: int) -> None:
        """Wait."""

    def get_uuid(self) -> str:
        """Return a random UUID."""

    def log(self, severity: str, message: str) -> None:
        """Write a line to the execution's log."""


class Secrets(Protocol):
    """The keys that the developer declared in `[secrets]`."""

    def get(self, name: str) -> str | None:
        """Return a secret's value, or None when nobody has set it."""


class PlatformError(Exception):
    """The platform refused something: a property too large, a quota used up, a permission missing."""


class FetchError(PlatformError):
    """No answer from the third party, or a refusal before the request left."""


class TriggerError(PlatformError):
    """The platform refused a trigger."""


@dataclass(frozen=True)
class Ports:
    """All ports of one execution.

    `events` and `calendar_list` are the resources of Google's own client (making one takes milliseconds, so they
    are kept), `http` is what their requests are sent with.
    """

    properties: Properties
    lock: Lock
    events: Any
    calendar_list: Any
    fetch: Fetch
    triggers: Triggers
    machine: Machine
    secrets: Secrets
    http: Any = None
