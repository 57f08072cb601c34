"""Snapshots: the world as it was at some moment, kept in memory under a name, to come back to."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from confsync.errors import EmulatorError

if TYPE_CHECKING:
    from confsync.emulator.world import World


@dataclass(frozen=True)
class Snapshot:
    """One moment: the state, and what is not in it: clock, chance, switches and faults. The trace is not kept."""

    at_us: int
    state: sqlite3.Connection
    moved_us: int
    lots: tuple[Any, ...]
    switches: Mapping[str, Any]
    faults: Any

    def as_json(self, name: str) -> dict[str, Any]:
        """Return it as the control route shows it."""
        return {"name": name, "atUs": self.at_us}


class Snapshots:
    """The snapshots of one world; they stay when it starts over, and go with it."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._taken: dict[str, Snapshot] = {}

    def take(self, name: str) -> Snapshot:
        """Take a snapshot; one with the same name is replaced."""
        world = self._world
        if not name:
            raise EmulatorError("a snapshot needs a name")
        with world.store.alone():
            taken = Snapshot(
                at_us=world.clock.now_us(),
                state=world.store.copy(),
                moved_us=world.clock.moved_us,
                lots=world.random.getstate(),
                switches=world.switches.as_json(),
                faults=world.faults.kept(),
            )
            self._drop(name)
            self._taken[name] = taken
        return taken

    def get(self, name: str) -> Snapshot:
        """Return a snapshot; EmulatorError when there is none of that name."""
        if name not in self._taken:
            known = ", ".join(sorted(self._taken)) or "none"
            raise EmulatorError(f'there is no snapshot "{name}"', next_step=f"There are: {known}.")
        return self._taken[name]

    def list(self) -> list[dict[str, Any]]:
        """Return name and time of each, in the order in which they were taken."""
        return [snapshot.as_json(name) for name, snapshot in self._taken.items()]

    def delete(self, name: str) -> None:
        """Give back the memory of a snapshot."""
        with self._world.store.alone():
            self.get(name)
            self._drop(name)

    def close(self) -> None:
        """Give back the memory of all."""
        for name in [*self._taken]:
            self._drop(name)

    def _drop(self, name: str) -> None:
        if name in self._taken:
            self._taken.pop(name).state.close()
