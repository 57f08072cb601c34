"""A project's folder on disk: its files as the Apps Script API takes them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from confsync.errors import EmulatorError

_TYPES = {".gs": "SERVER_JS", ".js": "SERVER_JS", ".html": "HTML"}
_MANIFEST = "appsscript.json"


def folder_files(folder: Path) -> list[dict[str, Any]]:
    """Return the files of a folder, sorted by name, folders below it as parts of the names; EmulatorError without scripts.

    Each is {"name", "type", "source"}. A folder without a manifest gets an empty one.
    """
    if not folder.is_dir():
        raise EmulatorError("there is no such folder", where=str(folder))
    files = [
        {
            "name": path.relative_to(folder).with_suffix("").as_posix(),
            "type": _TYPES[path.suffix],
            "source": path.read_text(encoding="utf-8"),
        }
        for path in sorted(folder.rglob("*"))
        if path.suffix in _TYPES and path.is_file()
    ]
    if not any(file["type"] == "SERVER_JS" for file in files):
        raise EmulatorError(
            "there is no script in this folder",
            where=str(folder),
            next_step=f"Name the folder that holds the .gs or .js files and {_MANIFEST}.",
        )
    manifest = folder / _MANIFEST
    source = manifest.read_text(encoding="utf-8") if manifest.is_file() else "{}"
    return [{"name": "appsscript", "type": "JSON", "source": source}, *files]
