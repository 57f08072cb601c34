"""What users have consented to: the scopes that each has granted a script, and those that were asked for at that time.

Who was never asked for a decision here consents to whatever a script asks for, now and later.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from confsync.emulator.store import Store

_TABLE = """
CREATE TABLE IF NOT EXISTS script_consents (
  user TEXT NOT NULL, script TEXT NOT NULL, asked TEXT NOT NULL, granted TEXT NOT NULL, PRIMARY KEY (user, script)
);
"""
# None stands for all scopes, whichever they are.
Scopes = frozenset[str] | None


@dataclass(frozen=True)
class Consent:
    """A user's decision about a script: of the scopes that were `asked` for they `granted` these."""

    user: str
    scriptId: str
    asked: Scopes = None
    granted: Scopes = None

    def allowed(self, listed: Scopes) -> Scopes:
        """Return the scopes that the script has, when its manifest lists those."""
        if listed is None or self.granted is None:
            return self.granted if listed is None else listed
        return listed & self.granted

    def as_json(self) -> dict[str, Any]:
        """Return it as the control route shows it; scopes are left out where they are all."""
        known = {"asked": self.asked, "granted": self.granted}
        lists = {name: sorted(scopes) for name, scopes in known.items() if scopes is not None}
        return {"user": self.user, "scriptId": self.scriptId, **lists}


def goes_beyond(wanted: Scopes, known: Scopes) -> bool:
    """Tell whether something is wanted that is not known."""
    return known is not None and (wanted is None or not known.issuperset(wanted))


class Consents:
    """All decisions, one for each user of a script."""

    def __init__(self, store: Store) -> None:
        store.create(_TABLE)
        self._store = store

    def keep(self, consent: Consent) -> None:
        """Remember a decision in the place of an earlier one."""
        row = (consent.user, consent.scriptId, _text(consent.asked), _text(consent.granted))
        with self._store.turn() as connection:
            connection.execute("INSERT OR REPLACE INTO script_consents VALUES (?, ?, ?, ?)", row)

    def of(self, user: str, script_id: str) -> Consent:
        """Return what a user has decided about a script."""
        query = "SELECT * FROM script_consents WHERE user = ? AND script = ?"
        with self._store.turn() as connection:
            row = connection.execute(query, (user, script_id)).fetchone()
        return Consent(user, script_id) if row is None else _consent(row)

    def all(self) -> list[Consent]:
        """Return all decisions, the oldest first."""
        with self._store.turn() as connection:
            rows = connection.execute("SELECT * FROM script_consents ORDER BY rowid").fetchall()
        return [_consent(row) for row in rows]


def _consent(row: Any) -> Consent:
    return Consent(row["user"], row["script"], _scopes(row["asked"]), _scopes(row["granted"]))


def _text(scopes: Scopes) -> str:
    return json.dumps(None if scopes is None else sorted(scopes))


def _scopes(text: str) -> Scopes:
    listed = json.loads(text)
    return None if listed is None else frozenset(listed)
