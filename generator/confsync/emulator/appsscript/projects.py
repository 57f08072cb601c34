"""Script projects: their HEAD content, versions and deployments, as they are kept."""

from __future__ import annotations

import functools
import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from confsync.emulator.errors import ApiError
from confsync.errors import EmulatorError
from confsync.platform.limits import VERSIONED_DEPLOYMENTS, VERSIONS

if TYPE_CHECKING:
    from confsync.emulator.world import World

_TABLES = """
CREATE TABLE IF NOT EXISTS script_projects (
  id TEXT PRIMARY KEY, title TEXT NOT NULL, owner TEXT NOT NULL, parent TEXT, created_us INTEGER NOT NULL,
  updated_us INTEGER NOT NULL, content TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS script_versions (
  script TEXT NOT NULL, number INTEGER NOT NULL, description TEXT, created_us INTEGER NOT NULL,
  content TEXT NOT NULL, PRIMARY KEY (script, number)
);
CREATE TABLE IF NOT EXISTS script_deployments (
  id TEXT PRIMARY KEY, script TEXT NOT NULL, version INTEGER, description TEXT, updated_us INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS script_deployments_script ON script_deployments (script);
"""
_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_FIRST_MANIFEST = {
    "timeZone": "America/New_York",
    "dependencies": {},
    "exceptionLogging": "STACKDRIVER",
    "runtimeVersion": "V8",
}


@dataclass(frozen=True)
class Code:
    """What an execution runs: scripts as (name, source) in project order, the manifest, and HTML pages by name."""

    files: tuple[tuple[str, str], ...]
    manifest: Mapping[str, Any]
    pages: Mapping[str, str] = field(default_factory=dict)

    @property
    def time_zone(self) -> str:
        """The script's time zone."""
        return str(self.manifest.get("timeZone") or "Etc/UTC")


@functools.lru_cache(maxsize=64)
def decoded(content: str) -> Code:
    """Return the code of a stored content."""
    files = json.loads(content)
    manifest = next((file["source"] for file in files if file["type"] == "JSON"), "{}")
    scripts = tuple((file["name"], file["source"]) for file in files if file["type"] == "SERVER_JS")
    pages = {file["name"]: file["source"] for file in files if file["type"] == "HTML"}
    return Code(scripts, json.loads(manifest), pages)


class Projects:
    """All projects. What does not exist is Google's 404."""

    def __init__(self, world: World) -> None:
        world.store.create(_TABLES)
        self._world = world
        # By project: what HEAD holds is long, and each execution asks for it.
        self._heads: dict[str, Code] = {}
        world.store.forgetters.append(self._heads.clear)

    def _random_id(self, prefix: str, length: int) -> str:
        return prefix + "".join(self._world.random.choices(_ALPHABET, k=length - len(prefix)))

    def _one(self, query: str, *values: Any) -> sqlite3.Row:
        row = self._world.store.connection.execute(query, values).fetchone()
        if row is None:
            raise not_found()
        assert isinstance(row, sqlite3.Row)
        return row

    def create(self, owner: str, title: str, parent: str | None) -> sqlite3.Row:
        """Make a project with a manifest of its own and its HEAD deployment."""
        script_id, now_us = self._random_id("1", 57), self._world.clock.now_us()
        content = encoded(
            [{"name": "appsscript", "type": "JSON", "source": json.dumps(_FIRST_MANIFEST, indent=2)}]
        )
        with self._world.store.turn() as connection:
            connection.execute(
                "INSERT INTO script_projects VALUES (?, ?, ?, ?, ?, ?, ?)",
                (script_id, title, owner, parent, now_us, now_us, content),
            )
            self._insert_deployment(script_id, None, None)
        return self.get(script_id)

    def put_library(self, library_id: str, content: str) -> None:
        """Keep a library that nobody here owns, in the place of an earlier one; a user's project cannot be replaced."""
        now_us = self._world.clock.now_us()
        with self._world.store.turn() as connection:
            query = "SELECT owner FROM script_projects WHERE id = ? AND owner <> ''"
            if connection.execute(query, (library_id,)).fetchone():
                raise EmulatorError(f"{library_id} is the project of a user; nothing else can have its id")
            connection.execute(
                "INSERT OR REPLACE INTO script_projects VALUES (?, ?, '', NULL, ?, ?, ?)",
                (library_id, library_id, now_us, now_us, content),
            )
            self._heads.pop(library_id, None)

    def libraries(self) -> list[sqlite3.Row]:
        """Return the libraries that nobody here owns, the oldest first."""
        query = "SELECT * FROM script_projects WHERE owner = '' ORDER BY rowid"
        with self._world.store.turn() as connection:
            return connection.execute(query).fetchall()

    def get(self, script_id: str) -> sqlite3.Row:
        """Return a project's row."""
        return self._one("SELECT * FROM script_projects WHERE id = ?", script_id)

    def owned(self, owner: str) -> list[sqlite3.Row]:
        """Return the projects of a user, the oldest first."""
        query = "SELECT * FROM script_projects WHERE owner = ? ORDER BY created_us, rowid"
        with self._world.store.turn() as connection:
            return connection.execute(query, (owner,)).fetchall()

    def update_content(self, script_id: str, content: str) -> None:
        """Replace what HEAD holds."""
        self._world.store.connection.execute(
            "UPDATE script_projects SET content = ?, updated_us = ? WHERE id = ?",
            (content, self._world.clock.now_us(), script_id),
        )
        self._heads.pop(script_id, None)

    def create_version(self, script_id: str, description: str | None) -> sqlite3.Row:
        """Keep a copy of HEAD under the next number."""
        last = len(self.versions(script_id))
        if last >= VERSIONS:
            raise invalid(
                f"A script may have at most {VERSIONS} versions. Delete some in the script's history first."
            )
        self._world.store.connection.execute(
            "INSERT INTO script_versions VALUES (?, ?, ?, ?, ?)",
            (script_id, last + 1, description, self._world.clock.now_us(), self.get(script_id)["content"]),
        )
        return self.version(script_id, last + 1)

    def version(self, script_id: str, number: int) -> sqlite3.Row:
        """Return a version's row."""
        return self._one("SELECT * FROM script_versions WHERE script = ? AND number = ?", script_id, number)

    def versions(self, script_id: str) -> list[sqlite3.Row]:
        """Return the versions of a project, the newest first."""
        query = "SELECT * FROM script_versions WHERE script = ? ORDER BY number DESC"
        return self._world.store.connection.execute(query, (script_id,)).fetchall()

    def _insert_deployment(self, script_id: str, version: int | None, description: str | None) -> str:
        deployment_id = self._random_id("AKfycb", 60)
        self._world.store.connection.execute(
            "INSERT INTO script_deployments VALUES (?, ?, ?, ?, ?)",
            (deployment_id, script_id, version, description, self._world.clock.now_us()),
        )
        return deployment_id

    def create_deployment(self, script_id: str, version: int, description: str | None) -> sqlite3.Row:
        """Deploy a version."""
        self.version(script_id, version)
        if len(self.deployments(script_id)) > VERSIONED_DEPLOYMENTS:
            raise invalid(
                f"Scripts may only have up to {VERSIONED_DEPLOYMENTS} versioned deployments at a time."
            )
        return self.deployment(script_id, self._insert_deployment(script_id, version, description))

    def deployment(self, script_id: str, deployment_id: str) -> sqlite3.Row:
        """Return a deployment's row; its `version` is None for HEAD."""
        query = "SELECT * FROM script_deployments WHERE id = ? AND script = ?"
        return self._one(query, deployment_id, script_id)

    def deployment_by_id(self, deployment_id: str) -> sqlite3.Row:
        """Return the row of a deployment of any project."""
        return self._one("SELECT * FROM script_deployments WHERE id = ?", deployment_id)

    def deployments(self, script_id: str) -> list[sqlite3.Row]:
        """Return the deployments of a project, HEAD first."""
        query = "SELECT * FROM script_deployments WHERE script = ? ORDER BY rowid"
        return self._world.store.connection.execute(query, (script_id,)).fetchall()

    def point_deployment(
        self, script_id: str, deployment_id: str, version: int, description: str | None
    ) -> sqlite3.Row:
        """Let a deployment run another version; HEAD is read-only."""
        if self.deployment(script_id, deployment_id)["version"] is None:
            raise invalid("Read-only deployments may not be modified.")
        self.version(script_id, version)
        self._world.store.connection.execute(
            "UPDATE script_deployments SET version = ?, description = ?, updated_us = ? WHERE id = ?",
            (version, description, self._world.clock.now_us(), deployment_id),
        )
        return self.deployment(script_id, deployment_id)

    def delete_deployment(self, script_id: str, deployment_id: str) -> None:
        """Remove a deployment; HEAD is read-only."""
        if self.deployment(script_id, deployment_id)["version"] is None:
            raise invalid("Read-only deployments may not be deleted.")
        self._world.store.connection.execute("DELETE FROM script_deployments WHERE id = ?", (deployment_id,))

    def content_of(self, script_id: str, version: int | None) -> str:
        """Return the stored content of a version, or of HEAD."""
        row = self.get(script_id) if version is None else self.version(script_id, version)
        return str(row["content"])

    def code(self, script_id: str, deployment_id: str | None) -> Code:
        """Return what runs through a deployment (None: HEAD) now; EmulatorError when it is not there."""
        try:
            version = None if deployment_id is None else self.deployment(script_id, deployment_id)["version"]
            if version is not None:
                return decoded(self.content_of(script_id, version))
            if script_id not in self._heads:
                self._heads[script_id] = decoded(self.content_of(script_id, None))
            return self._heads[script_id]
        except ApiError as error:
            through = f" through the deployment {deployment_id}" if deployment_id else ""
            raise EmulatorError(f"there is no script {script_id}{through}") from error


def encoded(files: list[dict[str, Any]]) -> str:
    """Return files as they are stored."""
    return json.dumps(files, ensure_ascii=False, separators=(",", ":"))


def not_found() -> ApiError:
    """Return the 404 of the Apps Script API."""
    return ApiError(404, "notFound", "Requested entity was not found.", front_end=True)


def invalid(message: str = "Request contains an invalid argument.") -> ApiError:
    """Return the 400 of the Apps Script API."""
    return ApiError(400, "badRequest", message, front_end=True)
