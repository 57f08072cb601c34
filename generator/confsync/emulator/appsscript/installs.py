"""Who has installed which script: what Calendar runs for a user."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from confsync.emulator.store import Store

_TABLE = """
CREATE TABLE IF NOT EXISTS script_installs (
  user TEXT NOT NULL, script TEXT NOT NULL, deployment TEXT, PRIMARY KEY (user, script)
);
"""


@dataclass(frozen=True)
class Install:
    """A user's installation of a script; `deploymentId` is None for a test installation of HEAD."""

    user: str
    scriptId: str
    deploymentId: str | None = None

    def as_json(self) -> dict[str, Any]:
        """Return it as the control route shows it."""
        return {key: value for key, value in asdict(self).items() if value is not None}


class Installs:
    """All installations: one for each user of a script."""

    def __init__(self, store: Store) -> None:
        store.create(_TABLE)
        self._store = store

    def add(self, install: Install) -> None:
        """Install; an installation of the same script by the same user is replaced."""
        with self._store.turn() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO script_installs VALUES (?, ?, ?)",
                (install.user, install.scriptId, install.deploymentId),
            )

    def all(self) -> list[Install]:
        """Return all installations, the oldest first."""
        with self._store.turn() as connection:
            return [
                Install(*row) for row in connection.execute("SELECT * FROM script_installs ORDER BY rowid")
            ]

    def of(self, user: str, script_id: str) -> Install | None:
        """Return a user's installation of a script."""
        return next(
            (found for found in self.all() if (found.user, found.scriptId) == (user, script_id)), None
        )
