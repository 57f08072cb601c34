"""The files that a new add-on project starts with."""

import re
from collections.abc import Iterator
from importlib.metadata import version
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from confsync.errors import ConfigError

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[ _-][A-Za-z0-9]+)*")


def starter_files(name: str) -> dict[str, str]:
    """Return the files of a new project by their paths; `demo-addon` becomes an add-on called “Demo Addon”.

    Raises ConfigError for a name that no project can have.
    """
    if not _NAME.fullmatch(name) or len(name) > 50:
        raise ConfigError(
            "a project's name is made of letters and digits, words joined by - or _.",
            where=name,
            next_step="Try one such as my-conferences.",
        )
    words = {"__TITLE__": title_of(name), "__VERSION__": version("confsync")}
    return {path: _filled(text, words) for path, text in _texts(files("confsync.addon") / "starter")}


def title_of(name: str) -> str:
    """Return the title of an add-on whose project has that name."""
    words = re.split(r"[ _-]", name)
    return " ".join(word[:1].upper() + word[1:] for word in words)


def check_free(folder: Path, texts: dict[str, str]) -> None:
    """Raise ConfigError when another file is there already; one that holds the same was begun before."""
    there = [path for path, text in texts.items() if _is_another(folder / path, text)]
    if there or (folder.exists() and not folder.is_dir()):
        what = f"this would overwrite {', '.join(there) or 'a file of this name'}."
        raise ConfigError(what, where=str(folder), next_step="Name another folder.")


def _is_another(file: Path, text: str) -> bool:
    return file.exists() and not (file.is_file() and file.read_bytes() == text.encode())


def _texts(folder: Traversable, before: str = "") -> Iterator[tuple[str, str]]:
    """Yield path and text of all files below; what begins with `dot-` there is a hidden file here."""
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        name = before + re.sub(r"^dot-", ".", entry.name)
        if entry.is_file() and not name.endswith(".pyc"):
            yield name, entry.read_text(encoding="utf-8")
        elif entry.is_dir() and entry.name != "__pycache__":
            yield from _texts(entry, f"{name}/")


def _filled(text: str, words: dict[str, str]) -> str:
    for word, value in words.items():
        text = text.replace(word, value)
    return text
