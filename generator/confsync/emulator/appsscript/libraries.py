"""Libraries: the projects that a script includes by their ids, each with a scope of its own.

Sources: Apps Script guide "Libraries" and the manifest's page on dependencies; the text of a missing one is reported.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from confsync.emulator.appsscript.projects import Code, Projects, decoded
from confsync.emulator.errors import ApiError
from confsync.emulator.execution import Library

_MISSING = "Library with identifier {} is missing (perhaps it was deleted, or you don't have read access?)"
Names = tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Included:
    """What a script includes, and under which names; or what the platform says when a library is missing."""

    libraries: tuple[Library, ...] = ()
    names: Names = ()
    missing: str = ""


class Libraries:
    """Finds what manifests include. Whoever knows the id of a project may read it: nobody can share one here."""

    def __init__(self, projects: Projects) -> None:
        self._projects = projects

    def included(self, code: Code) -> Included:
        """Return the libraries of a script with theirs, each version once however many include it."""
        if not _wanted(code.manifest):
            return Included()
        found: dict[tuple[str, int | None], int] = {}
        libraries: list[Library] = []
        try:
            names = self._names(code.manifest, "", found, libraries)
        except _MissingLibrary as missing:
            return Included(missing=str(missing))
        return Included(tuple(libraries), names)

    def _names(
        self,
        manifest: Mapping[str, Any],
        path: str,
        found: dict[tuple[str, int | None], int],
        libraries: list[Library],
    ) -> Names:
        names = []
        for wanted in _wanted(manifest):
            identifier = f"{path}{wanted['userSymbol']}"
            library_id = wanted["libraryId"]
            try:
                version = self._version(wanted)
                code = decoded(self._projects.content_of(library_id, version))
            except ApiError as error:
                raise _MissingLibrary(_MISSING.format(identifier)) from error
            key = library_id, version
            if key not in found:
                number = found[key] = len(libraries)
                pages = tuple(code.pages.items())
                libraries.append(Library(library_id, code.files, pages, calendar_symbol(code.manifest)))
                includes = self._names(code.manifest, f"{identifier}.", found, libraries)
                libraries[number] = replace(libraries[number], includes=includes)
            names.append((wanted["userSymbol"], found[key]))
        return tuple(names)

    def _version(self, wanted: Mapping[str, Any]) -> int | None:
        """Return which saved version is wanted, None for the code as it is; of a foreign library there is one code."""
        row = self._projects.get(wanted["libraryId"])
        if wanted.get("developmentMode") or not row["owner"]:
            return None
        text = wanted.get("version", "")
        saved = [int(version["number"]) for version in self._projects.versions(row["id"])]
        number = max(saved, default=0) if text == "stable" else int(text) if text.isdecimal() else 0
        return int(self._projects.version(row["id"], number)["number"])


class _MissingLibrary(Exception):
    pass


def _wanted(manifest: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return list((manifest.get("dependencies") or {}).get("libraries") or [])


def calendar_symbol(manifest: Mapping[str, Any]) -> str | None:
    """Return the name under which a manifest enables the advanced Calendar service, if it does."""
    for service in (manifest.get("dependencies") or {}).get("enabledAdvancedServices") or []:
        if service.get("serviceId") == "calendar":
            return str(service.get("userSymbol", "Calendar"))
    return None
