"""What `addon.toml` makes, kept from one command to the next: a deploy that has nothing to do need not make it again."""

import functools
import hashlib
import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import confsync
from confsync.deploy.disk import FOLDER, replace_text, state_folder
from confsync.errors import DeployError

# The rooms whose code decides what is made.
_ROOMS = ("addon", "platform", "providers", "render")


@dataclass(frozen=True)
class Made:
    """The add-on's name, its secrets, whether its environment is production, its files, and where templates are replaced."""

    name: str
    secrets: tuple[str, ...]
    is_production: bool
    files: dict[str, str]
    templates: str | None


def made(config: Path, env: str = "") -> Made:
    """Return what an `addon.toml` makes in an environment; ConfigError or RenderError when it makes nothing.

    It is kept beside the ledger, with a fingerprint of all that it comes of: the description, the templates, and our
    own code.
    """
    path = config.parent / FOLDER / f"made{f'-{env}' if env else ''}.json"
    kept = _kept(path, config, env)
    if kept is not None:
        return kept
    new = _made(config, env)
    stored = {"fingerprint": _fingerprint(config, env, new.templates), **asdict(new)}
    with suppress(DeployError):
        state_folder(path.parent.parent)
        replace_text(path, json.dumps(stored, ensure_ascii=False))
    return new


def _made(config: Path, env: str) -> Made:
    from confsync.addon import load
    from confsync.render import render

    addon = load(config, env)
    templates = None if addon.templates is None else str(addon.templates)
    return Made(addon.name, addon.secrets, addon.is_production, render(addon), templates)


def _kept(path: Path, config: Path, env: str) -> Made | None:
    """Return what is kept, if it can be read and nothing that it comes of has changed."""
    try:
        stored: dict[str, Any] = json.loads(path.read_bytes())
        fingerprint = stored.pop("fingerprint")
        kept = Made(**stored)
        same = fingerprint == _fingerprint(config, env, kept.templates)
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None
    return Made(**{**stored, "secrets": tuple(kept.secrets)}) if same else None


def _fingerprint(config: Path, env: str, templates: str | None) -> str:
    found = hashlib.sha256(f"{env}\n{_code()}\n".encode())
    import appsscript_templates

    folders = [Path(folder) for folder in appsscript_templates.__path__] + (
        [Path(templates)] if templates else []
    )
    for path in (config, *(path for folder in folders for path in _files(folder))):
        content = path.read_bytes()
        found.update(f"{path.name} {len(content)}\n".encode() + content)
    return found.hexdigest()


@functools.cache
def _code() -> str:
    """Return the names, sizes and times of our own code, as far as it decides what is made."""
    package = Path(confsync.__file__).parent
    listed = []
    for room in _ROOMS:
        for path in _files(package / room):
            stat = path.stat()
            listed.append(f"{room}/{path.name} {stat.st_size} {stat.st_mtime_ns}")
    return "\n".join(listed)


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.iterdir()) if path.is_file())
