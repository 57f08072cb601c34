"""What a sync would do: the same engine over a copy of the state, with answers for all that would be written.

Calendar is really read. Whatever would be written to the third party is answered as it would if it agreed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from confsync.errors import SyncError
from confsync.providers.interpreter import operation_request
from confsync.sync.engine import sync_events
from confsync.sync.ports import Fetch, JsonObject, Secrets
from confsync.sync.records import parse_record
from confsync.tool.journal import PREFIX, Journal
from confsync.tool.state import State
from confsync.tool.sync import Line, Told, ports_of
from confsync.tool.ways import Ways


class CopiedProperties:
    """A copy of the user's properties."""

    def __init__(self, properties: Mapping[str, str]) -> None:
        self.values = dict(properties)

    def get_properties(self) -> dict[str, str]:
        """Return all of them."""
        return dict(self.values)

    def set_properties(self, properties: Mapping[str, str]) -> None:
        """Change the copy."""
        self.values.update(properties)

    def delete_property(self, key: str) -> None:
        """Remove one from the copy."""
        self.values.pop(key, None)


class CopiedTriggers:
    """A copy of the triggers."""

    def __init__(self, triggers: Sequence[JsonObject]) -> None:
        self._triggers = list(triggers)

    def get_project_triggers(self) -> list[JsonObject]:
        """Return all of them."""
        return list(self._triggers)

    def create_trigger(self, trigger: JsonObject) -> None:
        """Add one to the copy."""
        self._triggers.append({"uniqueId": f"new {len(self._triggers)}", **trigger})

    def delete_trigger(self, unique_id: str) -> None:
        """Remove one from the copy."""
        self._triggers = [trigger for trigger in self._triggers if trigger["uniqueId"] != unique_id]


class NoLock:
    """The lock of who writes nothing: it stands in nobody's way."""

    def try_lock(self, milliseconds: int) -> bool:
        """Say that it is held."""
        return True

    def release_lock(self) -> None:
        """There is nothing to give back."""


class PretendedFetch:
    """Answers requests that would write, as an agreeing third party; others are really sent."""

    def __init__(
        self, inner: Fetch, config: JsonObject, properties: CopiedProperties, secrets: JsonObject
    ) -> None:
        self._inner, self._provider = inner, config["provider"]
        self._properties, self._secrets = properties, secrets

    def fetch_all(self, requests: Sequence[JsonObject]) -> list[JsonObject]:
        """Return an answer for each."""
        deletions = self._deletions()
        return [self._answer(request, deletions) for request in requests]

    def _answer(self, request: JsonObject, deletions: list[tuple[str, str]]) -> JsonObject:
        if request["method"] == "GET":
            return self._inner.fetch_all([request])[0]
        operation = "delete" if (request["method"], request["url"]) in deletions else "update"
        return {"status": self._provider["operations"][operation]["success"][0], "headers": {}, "body": ""}

    def _deletions(self) -> list[tuple[str, str]]:
        """Return the requests that would delete the conferences that no event carries."""
        found = []
        for key, text in self._properties.values.items():
            record = parse_record(text) if key.startswith(PREFIX) else None
            if record and not record.links:
                conference = {"id": record.id or key.removeprefix(PREFIX)}
                context = {"conference": conference, "secret": self._secrets}
                request = operation_request(self._provider, "delete", context)
                found.append((request["method"], request["url"]))
        return found


def preview(
    state: State | None,
    config: JsonObject,
    ways: Ways,
    secrets: Secrets,
    secret_names: Sequence[str],
    tell: Callable[[Line], None],
    calendar_id: str = "",
) -> Told:
    """Tell what a run would do, without a request that writes and without a change of the state.

    Only `--take-over` cannot be looked at beforehand: it is a property of the state. Raises SyncError.
    """
    ways.clock.refresh()
    config = _reading(config)
    told = Told(executions=1)
    copied = CopiedProperties(state.properties() if state else {})
    properties = Journal(copied)
    values = {name: secrets.get(name) or "" for name in secret_names}

    def log(severity: str, message: str) -> None:
        line = Line(0, ways.clock.now_ms(), severity, message)
        told.lines.append(line)
        tell(line)

    ports = ports_of(
        ways,
        secrets,
        properties,
        CopiedTriggers(state.triggers() if state else []),
        NoLock(),
        PretendedFetch(ways.fetch, config, copied, values),
        log,
    )
    if not ways.http.read_only:
        raise SyncError("a preview must not be able to write.")
    sync_events(ports, config, {"calendarId": calendar_id} if calendar_id else None)
    told.changes = properties.changes
    told.calendar_requests = ways.http.count
    return told


def _reading(config: JsonObject) -> JsonObject:
    """Return the configuration without write-backs: what the third party would answer is not known."""
    operations = config["provider"]["operations"]
    update = {name: value for name, value in operations["update"].items() if name != "conference"}
    return {**config, "provider": {**config["provider"], "operations": {**operations, "update": update}}}
