"""Property stores: of a script, and of each of its users.

Source: Apps Script guide "Properties service" and its quotas; versions and deployments share the stores.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from confsync.emulator.appsscript.context import Context
from confsync.emulator.appsscript.limits import PROPERTY_BYTES, PROPERTY_KEY_BYTES, STORE_BYTES, STORE_FULL
from confsync.emulator.appsscript.refusal import Refusal, not_emulated
from confsync.emulator.store import Store

_TABLE = """
CREATE TABLE IF NOT EXISTS script_properties (
  script TEXT NOT NULL, store TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL,
  PRIMARY KEY (script, store, key)
);
"""
_SIZE = """
SELECT coalesce(sum(length(CAST(key AS BLOB)) + length(CAST(value AS BLOB))), 0)
FROM script_properties WHERE script = ? AND store = ?
"""


class Properties:
    """All property stores; a store is named `script` or by its user's e-mail address."""

    def __init__(self, store: Store) -> None:
        store.create(_TABLE)
        self._store = store
        self._methods: dict[str, Callable[[str, str, Mapping[str, Any]], Any]] = {
            "getProperties": lambda script, store, given: self.all(script, store),
            "getKeys": lambda script, store, given: list(self.all(script, store)),
            "getProperty": lambda script, store, given: self.all(script, store).get(given["key"]),
            "setProperty": lambda script, store, given: self.put(
                script, store, {given["key"]: given["value"]}
            ),
            "setProperties": self._set_properties,
            "deleteProperty": lambda script, store, given: self.delete(script, store, given["key"]),
            "deleteAllProperties": lambda script, store, given: self.delete_all(script, store),
        }

    def call(self, context: Context, method: str, arguments: Mapping[str, Any]) -> Any:
        """Answer a call of an execution."""
        if method not in self._methods:
            raise not_emulated("PropertiesService", method)
        store = context.user if arguments.get("store") == "user" else "script"
        with self._store.turn():
            return self._methods[method](context.script_id, store, arguments)

    def all(self, script_id: str, store: str) -> dict[str, str]:
        """Return a copy of a store, sorted by key."""
        query = "SELECT key, value FROM script_properties WHERE script = ? AND store = ? ORDER BY key"
        with self._store.turn() as connection:
            return {row["key"]: row["value"] for row in connection.execute(query, (script_id, store))}

    def put(self, script_id: str, store: str, values: Mapping[str, str]) -> None:
        """Write several properties and leave the others, or refuse them all when one is too large."""
        for key, value in values.items():
            if len(key.encode()) > PROPERTY_KEY_BYTES:
                raise Refusal("Argument too large: key")
            if len(value.encode()) > PROPERTY_BYTES:
                raise Refusal("Argument too large: value")
        with self._store.turn() as connection:
            before = self._size(script_id, store)
            rows = [(script_id, store, key, value) for key, value in values.items()]
            connection.executemany("INSERT OR REPLACE INTO script_properties VALUES (?, ?, ?, ?)", rows)
            if self._size(script_id, store) > max(STORE_BYTES, before):
                raise Refusal(STORE_FULL)

    def _size(self, script_id: str, store: str) -> int:
        return int(self._store.connection.execute(_SIZE, (script_id, store)).fetchone()[0])

    def _set_properties(self, script_id: str, store: str, given: Mapping[str, Any]) -> None:
        if given.get("deleteAllOthers"):
            self.delete_all(script_id, store)
        self.put(script_id, store, given["properties"])

    def delete(self, script_id: str, store: str, key: str) -> None:
        """Remove a property, if it is there."""
        with self._store.turn() as connection:
            connection.execute(
                "DELETE FROM script_properties WHERE script = ? AND store = ? AND key = ?",
                (script_id, store, key),
            )

    def delete_all(self, script_id: str, store: str) -> None:
        """Empty a store."""
        with self._store.turn() as connection:
            connection.execute(
                "DELETE FROM script_properties WHERE script = ? AND store = ?", (script_id, store)
            )
