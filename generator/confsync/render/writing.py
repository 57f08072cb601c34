"""Rendered files on the disk: compare, write, and remove what is not rendered any more."""

import os
import tempfile
from collections.abc import Iterator
from difflib import unified_diff
from pathlib import Path

from confsync.errors import RenderError

_OURS = (".js", ".json", ".html")


def statuses(files: dict[str, str], out: Path) -> dict[str, str]:
    """What writing would do, by name: new, changed, unchanged or removed."""
    found = {}
    for name, text in files.items():
        present = _read(out / name)
        found[name] = "new" if present is None else "unchanged" if present == text else "changed"
    return {**found, **dict.fromkeys(_leftovers(files, out), "removed")}


def write(files: dict[str, str], out: Path) -> dict[str, str]:
    """Make a folder hold these files, each replaced whole or not at all; returns what was done, by name."""
    done = statuses(files, out)
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, status in done.items():
            if status == "removed":
                (out / name).unlink()
            elif status != "unchanged":
                _replace(out / name, files[name])
    except OSError as error:
        raise RenderError(
            f"cannot be written: {error.strerror}.", where=str(error.filename or out)
        ) from error
    return done


def diff(files: dict[str, str], out: Path) -> str:
    """What writing would change, as a unified diff; empty when nothing would."""
    pairs = [(name, _read(out / name) or "", text) for name, text in files.items()]
    pairs += [(name, _read(out / name) or "", "") for name in _leftovers(files, out)]
    return "".join(line for name, old, new in pairs for line in _diff(f"{out}/{name}", old, new))


def _diff(name: str, old: str, new: str) -> Iterator[str]:
    for line in unified_diff(old.splitlines(True), new.splitlines(True), name, f"{name} (rendered)"):
        yield line if line.endswith("\n") else f"{line}\n"


def _leftovers(files: dict[str, str], out: Path) -> list[str]:
    """Files of the kinds that we write which are not rendered any more; hidden ones belong to other tools."""
    if not out.is_dir():
        return []
    names = sorted(entry.name for entry in out.iterdir() if entry.is_file())
    return [name for name in names if name.endswith(_OURS) and not name.startswith(".") and name not in files]


def _read(file: Path) -> str | None:
    try:
        return file.read_bytes().decode("utf-8", "replace")
    except FileNotFoundError:
        return None
    except OSError as error:
        raise RenderError(f"cannot be read: {error.strerror}.", where=str(file)) from error


def _replace(file: Path, text: str) -> None:
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(text.encode("utf-8"))
        os.chmod(name, 0o644)
        os.replace(name, file)
    except BaseException:
        os.unlink(name)
        raise
