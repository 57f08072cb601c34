"""`.clasp.json`, the file in which clasp and a deploy to Google name the same project."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from confsync.deploy.disk import replace_text
from confsync.errors import DeployError

# Clasp's own variable: the file, or the folder that it lies in.
NAME, VARIABLE = ".clasp.json", "clasp_config_project"
_STRING, _COMMENT = r'"(?:\\.|[^"\\])*"', r"//[^\n]*|/\*.*?\*/"


def name(env: str) -> str:
    """Return what the file of an environment is called; without one it is clasp's usual file."""
    return f".clasp-{env}.json" if env else NAME


@dataclass(frozen=True)
class Settings:
    """What the file says besides the project's id, as far as it matters here; what is not said is empty.

    `root_dir` is where the files lie, `cloud_project` the Cloud project, `push_order` the files to push first, named from
    the file's own folder.
    """

    root_dir: str = ""
    cloud_project: str = ""
    push_order: tuple[str, ...] = ()


def settings(path: Path) -> Settings:
    """Return what the file says, nothing when there is none; raises DeployError."""
    said = _read(path)
    order = said.get("filePushOrder")
    return Settings(
        str(said.get("rootDir") or said.get("srcDir") or ""),
        str(said.get("projectId") or ""),
        tuple(str(name) for name in order) if isinstance(order, list) else (),
    )


def script_id(path: Path) -> str:
    """Return the project's id, or nothing when there is no file or none in it; raises DeployError."""
    return str(_read(path).get("scriptId") or "")


def set_script_id(path: Path, value: str, *, root_dir: str = "build") -> None:
    """Write the project's id, keeping the file's other keys and its comments; a new file gets `root_dir` too."""
    settings = _read(path)
    wanted = (settings or {"rootDir": root_dir}) | {"scriptId": value}
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    said = re.compile(rf'{_COMMENT}|("scriptId"\s*:\s*){_STRING}|{_STRING}', re.DOTALL)
    replaced = said.sub(lambda found: found[1] + json.dumps(value) if found[1] else found[0], text)
    opened = re.compile(rf"{_COMMENT}|(\{{)(?P<rest>.*)", re.DOTALL)
    comma = "," if settings else ""
    inserted = opened.sub(
        lambda found: (
            f'{{\n  "scriptId": {json.dumps(value)}{comma}{found["rest"]}' if found[1] else found[0]
        ),
        text,
    )
    plain = json.dumps(wanted, indent=2) + "\n"
    replace_text(path, next(each for each in (replaced, inserted, plain) if each and _says(each, wanted)))


def _says(text: str, wanted: dict[str, Any]) -> bool:
    try:
        return _parse(text) == wanted
    except (ValueError, TypeError):
        return False


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
    plain = re.sub(rf"({_STRING})|{_COMMENT}", lambda found: found[1] or " ", text, flags=re.DOTALL)
    plain = re.sub(rf"({_STRING})|,(?=\s*[}}\]])", lambda found: found[1] or "", plain)
    value = json.loads(plain)
    if not isinstance(value, dict):
        raise TypeError("not an object")
    return value
