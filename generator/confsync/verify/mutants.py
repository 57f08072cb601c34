"""Mutants: a wing with one thing wrong, to see whether anybody notices."""

from __future__ import annotations

import contextlib
import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from pathlib import Path
from types import ModuleType
from typing import Any

from confsync.emulator.execution import Runtime
from confsync.errors import ConfsyncError

# What is loaded anew, so that it sees the changed module: the wing, and all that it is made of.
RELOADED = ("confsync.sync", "confsync.verify.wing", "confsync.verify.asking")


class MutantError(ConfsyncError):
    """The text to replace does not stand exactly once where it should, or nobody reads that file."""


@dataclass(frozen=True)
class Replacement:
    """A piece of text that stands exactly once in a file, and what is put in its place."""

    file: str
    old: str
    new: str

    def applied(self, text: str) -> str:
        """Return the text with the replacement; raises MutantError unless the old text stands there once."""
        if text.count(self.old) != 1:
            raise MutantError(f"“{self.old}” stands there {text.count(self.old)} times.", where=self.file)
        return text.replace(self.old, self.new)


@dataclass(frozen=True)
class Mutant:
    """What is wrong, in a sentence, and the replacements that make it wrong in each wing.

    An execution that ends in an error of its own proves nothing, unless that is what is wrong: `fails`.
    """

    name: str
    apps_script: Sequence[Replacement]
    python: Sequence[Replacement]
    fails: bool = False


def both(
    name: str, apps_script: tuple[str, str, str], python: tuple[str, str, str], *, fails: bool = False
) -> Mutant:
    """Return a mutant of one replacement (file, old, new) in each wing."""
    return Mutant(name, [Replacement(*apps_script)], [Replacement(*python)], fails)


def mutated_files(files: Mapping[str, str], replacements: Sequence[Replacement]) -> dict[str, str]:
    """Return rendered files with replacements, `file` being a rendered file's name."""
    changed = dict(files)
    for replacement in replacements:
        if replacement.file not in changed:
            raise MutantError("there is no such file.", where=replacement.file)
        changed[replacement.file] = replacement.applied(changed[replacement.file])
    return changed


def mutated_wing(config: Mapping[str, Any], replacements: Sequence[Replacement]) -> Runtime:
    """Return a Python wing with replacements, `file` being a module such as `confsync.sync.note`."""
    with _reloading(replacements):
        wing: Runtime = importlib.import_module("confsync.verify.wing").PythonWing(config)
        for replacement in replacements:
            if not isinstance(getattr(sys.modules.get(replacement.file), "__loader__", None), _Loader):
                raise MutantError("the wing is not made of that module.", where=replacement.file)
        return wing


@contextlib.contextmanager
def _reloading(replacements: Sequence[Replacement]) -> Iterator[None]:
    kept = {name: sys.modules.pop(name) for name in list(sys.modules) if name.startswith(RELOADED)}
    finder = _Finder(replacements)
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
        for name in [name for name in sys.modules if name.startswith(RELOADED)]:
            del sys.modules[name]
        sys.modules.update(kept)
        _hang(kept)


def _hang(modules: Mapping[str, ModuleType]) -> None:
    """Let every package know its own modules again: an import hangs them there too."""
    for name, module in modules.items():
        package, _, own = name.rpartition(".")
        setattr(sys.modules[package], own, module)


class _Finder(importlib.abc.MetaPathFinder):
    """Finds the changed modules before anybody else does."""

    def __init__(self, replacements: Sequence[Replacement]) -> None:
        self._replacements = replacements

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Return a spec that loads the changed source, or None for every other module."""
        wanted = [replacement for replacement in self._replacements if replacement.file == fullname]
        found = importlib.machinery.PathFinder.find_spec(fullname, path) if wanted else None
        if found is None or found.origin is None:
            return None
        source = Path(found.origin).read_text(encoding="utf-8")
        for replacement in wanted:
            source = replacement.applied(source)
        return importlib.util.spec_from_loader(fullname, _Loader(fullname, found.origin, source))


class _Loader(importlib.abc.SourceLoader):
    """Loads a module from a text; nothing is kept of it on disk."""

    def __init__(self, fullname: str, path: str, source: str) -> None:
        self._fullname, self._path, self._source = fullname, path, source

    def get_filename(self, fullname: str) -> str:
        """Return the file that the text was made from."""
        return self._path

    def get_data(self, path: str | Traversable) -> bytes:
        """Return the text."""
        return self._source.encode()
