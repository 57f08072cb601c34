"""What a push must be: the rules that the Apps Script API applies to a project's files."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from confsync.emulator.appsscript.projects import invalid
from confsync.platform.allowlist import entry_problem
from confsync.platform.language import parse, syntax_findings
from confsync.platform.manifest import BARE_ANSWER, manifest_findings

Parser = Callable[[Sequence[tuple[str, str]]], list[tuple[str, int, str]]]

_KEYS = {
    "addOns", "chat", "dependencies", "exceptionLogging", "executionApi", "oauthScopes", "runtimeVersion", "sheets",
    "timeZone", "urlFetchWhitelist", "webapp",
}  # fmt: skip


def checked_content(files: Sequence[Mapping[str, Any]], syntax_errors: Parser) -> list[dict[str, Any]]:
    """Return what is kept of files; raises Google's 400 for what the API refuses."""
    kept = [
        {"name": _text(file, "name"), "type": file.get("type"), "source": file.get("source", "")}
        for file in files
    ]
    _check_names(kept)
    for file in kept:
        if file["type"] == "JSON":
            _check_manifest(file["source"])
    _check_syntax(
        tuple((file["name"], file["source"]) for file in kept if file["type"] == "SERVER_JS"), syntax_errors
    )
    return kept


def _text(file: Mapping[str, Any], key: str) -> str:
    value = file.get(key)
    if not isinstance(value, str) or not value:
        raise invalid()
    return value


def _check_names(files: Sequence[Mapping[str, Any]]) -> None:
    if not any(file["name"] == "appsscript" and file["type"] == "JSON" for file in files):
        raise invalid("Project contents must include a manifest file named appsscript.")
    seen: set[str] = set()
    for file in files:
        if file["name"] in seen:
            raise invalid(f"A file with this name already exists in the current project: {file['name']}")
        seen.add(file["name"])
        if file["type"] not in ("SERVER_JS", "HTML", "JSON") or (
            file["type"] == "JSON" and file["name"] != "appsscript"
        ):
            raise invalid()


def _check_manifest(source: str) -> None:
    try:
        manifest = json.loads(source, object_pairs_hook=_present)
    except ValueError as error:
        raise invalid() from error
    if not isinstance(manifest, dict) or not _KEYS.issuperset(manifest):
        raise invalid()
    for finding in manifest_findings(manifest):
        if finding.answer != BARE_ANSWER or finding.key.startswith("dependencies.libraries"):
            raise invalid(finding.answer)
    if not _is_time_zone(manifest.get("timeZone", "Etc/UTC")):
        raise invalid()
    _check_lists(manifest)


def _present(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object without its nulls, which are as good as missing."""
    return {name: value for name, value in pairs if value is not None}


def _check_lists(manifest: Mapping[str, Any]) -> None:
    for key in ("urlFetchWhitelist", "oauthScopes"):
        entries = manifest.get(key, [])
        if not isinstance(entries, list) or not all(isinstance(entry, str) for entry in entries):
            raise invalid()
    if any(entry_problem(entry) for entry in manifest.get("urlFetchWhitelist", [])):
        raise invalid()
    for key in ("addOns", "dependencies", "webapp", "executionApi"):
        if not isinstance(manifest.get(key, {}), dict):
            raise invalid()


def _is_time_zone(name: Any) -> bool:
    try:
        return bool(ZoneInfo(name))
    except (LookupError, ValueError, OSError, TypeError):
        return False


def _check_syntax(files: tuple[tuple[str, str], ...], syntax_errors: Parser) -> None:
    found = _KNOWN.get(files)
    if found is None:
        found = _KNOWN[files] = _syntax_problem(files, syntax_errors)
        if len(_KNOWN) > 256:
            _KNOWN.pop(next(iter(_KNOWN)))
    if found:
        raise invalid(f"Syntax error: {found}")


# The verdict on files is the same in every world.
_KNOWN: dict[tuple[tuple[str, str], ...], str] = {}


def _syntax_problem(files: tuple[tuple[str, str], ...], syntax_errors: Parser) -> str:
    for name, line, message in syntax_errors(files) if files else ():
        return f"{message} line: {line} file: {name}.gs"
    for name, source in files:
        for finding in _language_problems(source):
            return f"SyntaxError: {finding.text} line: {finding.line} file: {name}.gs"
    return ""


@functools.lru_cache(maxsize=256)
def _language_problems(source: str) -> list[Any]:
    return list(syntax_findings(parse(source)))
