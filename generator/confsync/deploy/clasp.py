"""`.clasp.json`, the file in which clasp and a deploy to Google name the same project."""

import json
import re
from pathlib import Path
from typing import Any

from confsync.deploy.disk import replace_text
from confsync.errors import DeployError

NAME = ".clasp.json"
_STRING = r'"(?:\\.|[^"\\])*"'


def script_id(path: Path) -> str:
    """Return the project's id, or nothing when there is no file or none in it; raises DeployError."""
    return str(_read(path).get("scriptId") or "")


def set_script_id(path: Path, value: str, *, root_dir: str = "build") -> None:
    """Write the project's id, keeping the file's other keys and its comments; a new file gets `root_dir` too."""
    settings = _read(path)
    wanted = (settings or {"rootDir": root_dir}) | {"scriptId": value}
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    edited = re.sub(rf'("scriptId"\s*:\s*){_STRING}', lambda found: found[1] + json.dumps(value), text)
    if not text or _parse(edited) != wanted:
        edited = json.dumps(wanted, indent=2) + "\n"
    replace_text(path, edited)


def _read(path: Path) -> dict[str, Any]:
    try:
        return _parse(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, TypeError) as error:
        raise DeployError(
            f"cannot be read ({error})", where=str(path), next_step='It should say {"scriptId": "…"}.'
        ) from error


def _parse(text: str) -> dict[str, Any]:
    """Parse the part of JSON5 that people use in this file: comments and trailing commas."""
    plain = re.sub(rf"({_STRING})|//[^\n]*|/\*.*?\*/", lambda found: found[1] or " ", text, flags=re.DOTALL)
    plain = re.sub(rf"({_STRING})|,(?=\s*[}}\]])", lambda found: found[1] or "", plain)
    value = json.loads(plain)
    if not isinstance(value, dict):
        raise TypeError("not an object")
    return value
