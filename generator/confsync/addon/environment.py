"""`[env.NAME]` of `addon.toml`: what is different where the add-on is deployed for somebody else, or not yet for all."""

import copy
import re
from typing import Any

from confsync.providers.problem import Key, Problem, did_you_mean

# Not overrides: whether it takes its name to agree to a deploy there.
_OWN = "production"
_NAME = re.compile(r"[a-z0-9][a-z0-9-]*")


def environments(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the environments of a document by name, as they stand there."""
    tables = document.get("env", {})
    return {name: table for name, table in tables.items() if isinstance(table, dict)}


def environment_problems(document: dict[str, Any], name: str) -> list[Problem]:
    """Return what is wrong with the environments' names and shapes, and that there is none of that name."""
    tables = document.get("env", {})
    if not isinstance(tables, dict):
        return [Problem(("env",), "must be a table of environments.")]
    found = [
        Problem(("env", key), "must be a table.")
        for key, table in tables.items()
        if not isinstance(table, dict)
    ]
    found += [
        Problem(("env", key), "a name is made of small letters, digits and hyphens.")
        for key in tables
        if not _NAME.fullmatch(key)
    ]
    for key, table in environments(document).items():
        if not isinstance(table.get(_OWN, False), bool):
            found.append(Problem(("env", key, _OWN), "must be true or false."))
        if "schema" in table or "env" in table:
            found.append(Problem(("env", key), "holds overrides; schema and env are the file's own."))
    if name and name not in tables:
        known = did_you_mean(name, sorted(tables)) or "The file has no [env.NAME] at all."
        found.append(Problem(("env",), f"there is no environment {name}. {known}"))
    return found


def is_production(document: dict[str, Any], name: str) -> bool:
    """Tell whether an environment is marked as production."""
    return bool(environments(document).get(name, {}).get(_OWN))


def overridden(document: dict[str, Any], name: str) -> dict[str, Any]:
    """Return the document as that environment has it, without `env`; tables are merged, all else is replaced."""
    plain = {key: value for key, value in document.items() if key != "env"}
    if not name:
        return plain
    overrides = {key: value for key, value in document["env"][name].items() if key != _OWN}
    return _merged(copy.deepcopy(plain), overrides)


def place_of(document: dict[str, Any], name: str, key: Key) -> Key:
    """Return where a key of the overridden document stands in the file: in the environment if it says it."""
    table: Any = environments(document).get(name, {})
    for step in key:
        inside = isinstance(table, dict) and step in table
        if not inside and not (isinstance(table, list) and isinstance(step, int) and step < len(table)):
            return key
        table = table[step]
    return ("env", name, *key) if key else key


def _merged(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    for key, value in above.items():
        there = below.get(key)
        both = isinstance(value, dict) and isinstance(there, dict)
        below[key] = _merged(there, value) if both and isinstance(there, dict) else value
    return below
