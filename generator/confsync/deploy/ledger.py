"""What a deploy remembers of the last one: which project and deployment, and the content it pushed."""

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from confsync.deploy.disk import replace_text, state_folder
from confsync.errors import DeployError

SCHEMA = 2
KEPT = 100


@dataclass(frozen=True)
class Entry:
    """Who did what, when (RFC 3339, UTC): `deploy`, `rollback`, `undeploy` or `pull`, of a version and content (a digest)."""

    at: str
    who: str
    did: str
    version: int | None
    content: str


@dataclass(frozen=True)
class Ledger:
    """The memory of one target; everything in it but its history can be found again without it.

    `contents` are digests: of what was pushed last, and, from before a push until it is verified, also of what is
    being pushed, so that a killed deploy knows its own work. `history` is what was done from here, the oldest first;
    `begun` is what may have been done too: whoever began it did not live to see the end.
    """

    script_id: str = ""
    deployment_id: str = ""
    contents: tuple[str, ...] = ()
    history: tuple[Entry, ...] = ()
    begun: Entry | None = None

    def has_begun(self, did: str, content: str) -> bool:
        """Tell whether that was begun with this content, and its end was not seen."""
        return self.begun is not None and (self.begun.did, self.begun.content) == (did, content)

    def having(self, entry: Entry) -> "Ledger":
        """Return it with an entry more, which ends what was begun; the oldest are forgotten."""
        return replace(self, history=(*self.history, entry)[-KEPT:], begun=None)


def load(path: Path) -> Ledger:
    """Return what is remembered, nothing when there is no file; raises DeployError when it is damaged."""
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        return _ledger(stored)
    except FileNotFoundError:
        return Ledger()
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise DeployError(
            f"this memory of the last deploy cannot be read ({error})",
            where=str(path),
            next_step="Delete the file: the next deploy finds its project again.",
        ) from error


def save(path: Path, ledger: Ledger) -> None:
    """Keep a ledger, with what others noted of the project meanwhile; writes nothing when the file already says so."""
    kept = load(path)
    noted = kept.history if kept.script_id == ledger.script_id else ()
    text = json.dumps(_stored(replace(ledger, history=_merged(noted, ledger.history))), indent=2) + "\n"
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        state_folder(path.parent.parent)
        replace_text(path, text)


def _merged(noted: tuple[Entry, ...], ours: tuple[Entry, ...]) -> tuple[Entry, ...]:
    if ours[: len(noted)] == noted:
        return ours
    return tuple(sorted(dict.fromkeys((*noted, *ours)), key=lambda entry: entry.at))[-KEPT:]


def _ledger(stored: dict[str, Any]) -> Ledger:
    if stored["schema"] not in (1, SCHEMA):
        raise ValueError(f"schema {stored['schema']!r}, where this version knows {SCHEMA}")
    history = tuple(Entry(**entry) for entry in stored.get("history", []))
    begun = Entry(**stored["begun"]) if stored.get("begun") else None
    ledger = Ledger(stored["scriptId"], stored["deploymentId"], tuple(stored["contents"]), history, begun)
    if not all(isinstance(text, str) for text in (ledger.script_id, ledger.deployment_id, *ledger.contents)):
        raise TypeError("ids and digests are strings")
    return ledger


def _stored(ledger: Ledger) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "scriptId": ledger.script_id,
        "deploymentId": ledger.deployment_id,
        "contents": list(ledger.contents),
        "history": [asdict(entry) for entry in ledger.history],
        "begun": ledger.begun and asdict(ledger.begun),
    }
