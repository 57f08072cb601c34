"""An add-on, as `addon.toml` describes it and everything was found right."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from confsync.providers.schema import Provider


@dataclass(frozen=True)
class Solution:
    """One choice in Calendar's list of conferences; its id never changes once published."""

    id: str
    name: str
    logo_url: str
    settings: dict[str, Any]

    @property
    def create_function(self) -> str:
        """The function that Calendar calls when somebody chooses this solution."""
        return create_function_name(self.id)


@dataclass(frozen=True)
class Sync:
    """How long conferences are kept: hours without an event, hours never saved, days after the end."""

    grace_hours: int
    unsaved_grace_hours: int
    prune_days: int


@dataclass(frozen=True)
class Addon:
    """All of `addon.toml`; `file` is where it was read, `templates` a folder of overrides, `extra` names files in it
    that override nothing.

    `env` names the environment whose overrides are in it; one may be marked as production.
    """

    name: str
    logo_url: str
    time_zone: str
    solutions: tuple[Solution, ...]
    sync: Sync
    secrets: tuple[str, ...]
    provider: Provider
    file: Path
    templates: Path | None
    extra: tuple[str, ...] = ()
    env: str = ""
    is_production: bool = False


def create_function_name(solution_id: str) -> str:
    """`recorded-calls` → `createRecordedCallsConference`."""
    words = re.split(r"[_-]", solution_id)
    return f"create{''.join(word[:1].upper() + word[1:] for word in words)}Conference"
