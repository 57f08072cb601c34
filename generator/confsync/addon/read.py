"""From `addon.toml` to an `Addon`, or to one error that names every mistake with its line."""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

from confsync.addon.check import check
from confsync.addon.description import SCHEMA, Description
from confsync.addon.environment import environment_problems, is_production, overridden, place_of
from confsync.addon.lines import Lines
from confsync.addon.model import Addon, Solution, Sync
from confsync.addon.secrets import secret_problems
from confsync.addon.shape import read_shape
from confsync.errors import ConfigError
from confsync.providers.problem import Key, Problem

_MOST_PROBLEMS = 10


def load(path: str | Path, env: str = "") -> Addon:
    """Read and check an `addon.toml`, as its environment `env` has it; a ConfigError holds one line for each mistake."""
    file = Path(path)
    text = _read(file)
    document = _parse(file, text)
    if _is_newer(document):
        raise _refusal(file, text, [Problem(("schema",), _newer(document["schema"]))])
    if strange := environment_problems(document, env):
        raise _refusal(file, text, strange)
    whole = overridden(document, env)
    described = read_shape(whole)
    mistakes = described if isinstance(described, list) else check(described)
    mistakes = [*secret_problems(whole), *mistakes]
    if mistakes or isinstance(described, list):
        placed = [Problem(place_of(document, env, key), what) for key, what in mistakes]
        raise _refusal(file, text, placed)
    return replace(_addon(described, file), env=env, is_production=is_production(document, env))


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise ConfigError(
            "there is no such file.",
            where=str(file),
            next_step="Name the add-on's description with --config, or work in the folder that holds addon.toml.",
        ) from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise ConfigError(
            "is not UTF-8 text.", where=f"{file}:{line}", next_step="Save it as UTF-8."
        ) from error
    except OSError as error:
        raise ConfigError(f"cannot be read: {error.strerror}.", where=str(file)) from error


def _parse(file: Path, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        found = re.fullmatch(
            r"(.*) \(at (?:line (\d+), column (\d+)|end of document)\)", str(error), re.DOTALL
        )
        what, line, column = found.groups() if found else (str(error), None, None)
        where = f"{file}:{line}:{column}" if line else f"{file}:{text.count(chr(10)) + 1}"
        raise ConfigError(
            f"this is not TOML: {what}.", where=where, next_step="Mend it and try again."
        ) from error


def _is_newer(document: dict[str, Any]) -> bool:
    schema = document.get("schema")
    return type(schema) is int and schema > SCHEMA


def _newer(schema: int) -> str:
    ours = version("confsync")
    return f"{schema} needs a confsync newer than this one ({ours}), which reads schema {SCHEMA}. Upgrade confsync."


def _refusal(file: Path, text: str, problems: Iterable[Problem]) -> ConfigError:
    """One error for all problems, in the order of their lines."""
    lines = Lines(text)
    found = sorted({(lines.of(key), _dotted(key), what) for key, what in problems})
    (line, key, what), *others = found[:_MOST_PROBLEMS]
    more = [f"\n{file}:{line}: {key}: {what}" for line, key, what in others]
    if len(found) > _MOST_PROBLEMS:
        more.append(f"\n… and {len(found) - _MOST_PROBLEMS} more.")
    return ConfigError(f"{key}: {what}{''.join(more)}", where=f"{file}:{line}")


def _dotted(key: Key) -> str:
    steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in key)
    return "".join(steps).removeprefix(".")


def _addon(described: Description, file: Path) -> Addon:
    addon, sync, templates = described.addon, described.sync, described.render.templates
    return Addon(
        name=addon.name,
        logo_url=addon.logo_url,
        time_zone=addon.time_zone,
        solutions=tuple(
            Solution(each.id, each.name, each.logo_url or addon.logo_url, dict(each.settings))
            for each in described.solutions
        ),
        sync=Sync(sync.grace_hours, sync.unsaved_grace_hours, sync.prune_days),
        secrets=tuple(sorted(described.secrets)),
        provider=described.provider,
        file=file,
        templates=None if templates is None else file.parent / templates,
        extra=tuple(described.render.extra),
    )
