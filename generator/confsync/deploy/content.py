"""The files of an Apps Script project, in a form in which two sets of them can be compared."""

import functools
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from confsync.errors import DeployError

MANIFEST = "appsscript"
TYPES = {".js": "SERVER_JS", ".gs": "SERVER_JS", ".html": "HTML", ".json": "JSON"}
EXTENSIONS = {"SERVER_JS": ".js", "HTML": ".html", "JSON": ".json"}


@dataclass(frozen=True)
class File:
    """One file as the Apps Script API names it: without extension, `type` SERVER_JS, HTML or JSON.

    `by` changed it last, at the time `at`, as far as Google tells; two files are equal without that.
    """

    name: str
    type: str
    source: str
    by: str = field(default="", compare=False)
    at: str = field(default="", compare=False)

    @property
    def local_name(self) -> str:
        """The name with its extension, as it is on a disk."""
        return self.name + EXTENSIONS.get(self.type, "")

    @property
    def meaning(self) -> str:
        """What has to be equal for two files to be equal: a manifest may be laid out differently."""
        try:
            return json.dumps(json.loads(self.source), sort_keys=True) if self.type == "JSON" else self.source
        except ValueError:
            return self.source

    @property
    def lines(self) -> list[str]:
        """What is shown of it in a difference: its lines, a manifest laid out as we lay it out."""
        try:
            plain = json.loads(self.source) if self.type == "JSON" else None
        except ValueError:
            plain = None
        text = json.dumps(plain, indent=2, ensure_ascii=False) if plain is not None else self.source
        return text.splitlines()


@dataclass(frozen=True)
class Content:
    """All files of a project: the manifest first, then the code in its order, which is the order it runs in."""

    files: tuple[File, ...]

    @functools.cached_property
    def digest(self) -> str:
        """SHA-256 (hex) of what has to be equal for two contents to be equal."""
        listed = [[file.name, file.type, file.meaning] for file in self.files]
        return hashlib.sha256(json.dumps(listed).encode()).hexdigest()

    @functools.cached_property
    def manifest(self) -> dict[str, Any]:
        """The manifest; empty when there is none that can be read."""
        try:
            found = json.loads(next(file.source for file in self.files if file.name == MANIFEST))
        except (ValueError, StopIteration):
            return {}
        return found if isinstance(found, dict) else {}

    def file(self, local_name: str) -> File | None:
        """Return the file of that name, if there is one."""
        return next((file for file in self.files if file.local_name == local_name), None)

    @property
    def blank(self) -> bool:
        """Whether it is as `projects.create` leaves it: nothing but a manifest."""
        return all(file.name == MANIFEST for file in self.files)

    def as_json(self) -> list[dict[str, str]]:
        """Return the files as `projects.updateContent` takes them."""
        return [{"name": file.name, "type": file.type, "source": file.source} for file in self.files]


def rendered(files: Mapping[str, str]) -> Content:
    """Return rendered files (`Code.js`, `appsscript.json`, …) as content; raises DeployError."""
    if MANIFEST + ".json" not in files:
        raise DeployError("there is no manifest to deploy", where=MANIFEST + ".json")
    return _content(_file(name, source) for name, source in files.items())


def fetched(answer: Mapping[str, Any]) -> Content:
    """Return the API's `Content` resource as content; raises LookupError where that is none, for no project is empty."""
    return _content(_fetched(file) for file in answer["files"])


def changed_files(old: Content, new: Content) -> dict[str, str]:
    """Return how each file changes from `old` to `new`: local name → `added`, `changed` or `removed`."""
    before = {file.local_name: file.meaning for file in old.files}
    after = {file.local_name: file.meaning for file in new.files}
    found = {name: "added" for name in after if name not in before}
    found |= {name: "changed" for name in after if name in before and before[name] != after[name]}
    return found | {name: "removed" for name in before if name not in after}


def differences(old: Content, new: Content) -> tuple[str, ...]:
    """Return what changes from `old` to `new`, a phrase for each file, such as `Code.js changed`."""
    found = [f"{name} {change}" for name, change in changed_files(old, new).items()]
    if not found and old.digest != new.digest:
        found = ["files in another order"]
    return tuple(found)


def _content(files: Iterable[File]) -> Content:
    return Content(tuple(sorted(files, key=lambda file: file.name != MANIFEST)))


def _fetched(file: Mapping[str, Any]) -> File:
    by = file.get("lastModifyUser", {}).get("email", "")
    return File(file["name"], file.get("type", ""), file.get("source", ""), by, file.get("updateTime", ""))


def _file(path: str, source: str) -> File:
    name, dot, extension = path.rpartition(".")
    kind = TYPES.get(dot + extension)
    if kind is None or (kind == "JSON") != (name == MANIFEST):
        raise DeployError("Apps Script takes no such file", where=path)
    return File(name, kind, source)
