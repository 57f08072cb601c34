"""The login that `confsync login` keeps on this machine, for its owner's eyes only."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from confsync.errors import DeployError

LOGIN, CLIENT = "login.json", "client.json"


def folder(environment: Mapping[str, str], home: Path) -> Path:
    """Return the folder of confsync's own settings, which need not be there yet."""
    return Path(environment.get("XDG_CONFIG_HOME") or home / ".config") / "confsync"


def save(path: Path, value: dict[str, Any]) -> None:
    """Keep a JSON object in a file of mode 0600, replaced as a whole; raises DeployError."""
    temporary = path.with_name(path.name + ".new")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        temporary.unlink(missing_ok=True)
        with os.fdopen(
            os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8"
        ) as file:
            json.dump(value, file, indent=2)
        os.replace(temporary, path)
    except OSError as error:
        raise DeployError(f"this file cannot be kept ({error.strerror}).", where=str(path)) from error


def read(path: Path, next_step: str) -> dict[str, Any]:
    """Return the JSON object in a file; raises DeployError, without a word of what is in it."""
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        what = f"this file cannot be read ({error.strerror})."
        raise DeployError(what, where=str(path), next_step=next_step) from error
    except ValueError as error:
        raise DeployError("this is not JSON.", where=str(path), next_step=next_step) from error
    return value if isinstance(value, dict) else {}


def is_private(path: Path) -> bool:
    """Tell whether nobody but its owner may read a file, as far as this system knows such a thing."""
    return os.name != "posix" or not path.stat().st_mode & 0o077
