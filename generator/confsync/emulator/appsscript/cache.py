"""CacheService: strings that are forgotten after a while, of a script and of each of its users.

Source: Apps Script reference, class Cache.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from confsync.emulator.appsscript.context import Context
from confsync.emulator.appsscript.limits import (
    CACHE_ITEMS,
    CACHE_ITEMS_KEPT,
    CACHE_KEY_CHARACTERS,
    CACHE_SECONDS,
    CACHE_VALUE_BYTES,
    LONGEST_CACHE_SECONDS,
)
from confsync.emulator.appsscript.refusal import Refusal, not_emulated
from confsync.emulator.clock import MICROSECONDS, Clock
from confsync.emulator.store import Store

_TABLE = """
CREATE TABLE IF NOT EXISTS script_cache (
  script TEXT NOT NULL, store TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, expires_us INTEGER NOT NULL,
  PRIMARY KEY (script, store, key)
);
"""
_OVERFLOW = """
DELETE FROM script_cache WHERE script = ? AND store = ? AND key NOT IN (
  SELECT key FROM script_cache WHERE script = ? AND store = ? ORDER BY expires_us DESC, key LIMIT ?
)
"""


class Cache:
    """All caches; like property stores they are named `script` or by the user's e-mail address."""

    def __init__(self, store: Store, clock: Clock) -> None:
        store.create(_TABLE)
        self._store, self._clock = store, clock
        self._methods: dict[str, Callable[[tuple[str, str], Mapping[str, Any]], Any]] = {
            "get": lambda cache, given: self._all(cache).get(given["key"]),
            "getAll": self._get_all,
            "put": lambda cache, given: self._put(
                cache, {given["key"]: given["value"]}, given.get("seconds")
            ),
            "putAll": lambda cache, given: self._put(cache, given["values"], given.get("seconds")),
            "remove": lambda cache, given: self._remove(cache, [given["key"]]),
            "removeAll": lambda cache, given: self._remove(cache, given["keys"]),
        }

    def call(self, context: Context, method: str, arguments: Mapping[str, Any]) -> Any:
        """Answer a call of an execution."""
        if method not in self._methods:
            raise not_emulated("CacheService.Cache", method)
        cache = (context.script_id, context.user if arguments.get("store") == "user" else "script")
        with self._store.turn():
            return self._methods[method](cache, arguments)

    def _all(self, cache: tuple[str, str]) -> dict[str, str]:
        query = "SELECT key, value FROM script_cache WHERE script = ? AND store = ? AND expires_us > ?"
        rows = self._store.connection.execute(query, (*cache, self._clock.now_us()))
        return {row["key"]: row["value"] for row in rows}

    def _get_all(self, cache: tuple[str, str], given: Mapping[str, Any]) -> dict[str, str]:
        held = self._all(cache)
        return {key: held[key] for key in given["keys"] if key in held}

    def _put(self, cache: tuple[str, str], values: Mapping[str, str], seconds: float | None) -> None:
        seconds = CACHE_SECONDS if seconds is None else seconds
        if not 1 <= seconds <= LONGEST_CACHE_SECONDS:
            raise Refusal("Invalid argument: expirationInSeconds")
        for key, value in values.items():
            if len(key) > CACHE_KEY_CHARACTERS:
                raise Refusal("Argument too large: key")
            if len(value.encode()) > CACHE_VALUE_BYTES:
                raise Refusal("Argument too large: value")
        expires_us = self._clock.now_us() + int(seconds * MICROSECONDS)
        rows = [(*cache, key, value, expires_us) for key, value in values.items()]
        connection = self._store.connection
        connection.executemany("INSERT OR REPLACE INTO script_cache VALUES (?, ?, ?, ?, ?)", rows)
        if len(self._all(cache)) > CACHE_ITEMS:
            connection.execute(_OVERFLOW, (*cache, *cache, CACHE_ITEMS_KEPT))

    def _remove(self, cache: tuple[str, str], keys: list[str]) -> None:
        rows = [(*cache, key) for key in keys]
        self._store.connection.executemany(
            "DELETE FROM script_cache WHERE script = ? AND store = ? AND key = ?", rows
        )
