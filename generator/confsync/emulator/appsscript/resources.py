"""The resources of the Apps Script API, made from what is kept (discovery document `script.v1`)."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from confsync.emulator.appsscript.files import with_functions
from confsync.emulator.appsscript.projects import decoded
from confsync.emulator.clock import instant

_WEB_APP = "https://script.google.com/macros/s"


def timestamp(microseconds: int) -> str:
    """Return a time as the API writes it: UTC, milliseconds."""
    moment: datetime = instant(microseconds)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def project_resource(row: sqlite3.Row) -> dict[str, Any]:
    """Return a `Project`."""
    person = {"email": row["owner"], "domain": row["owner"].partition("@")[2]}
    project = {
        "scriptId": row["id"],
        "title": row["title"],
        "parentId": row["parent"],
        "createTime": timestamp(row["created_us"]),
        "updateTime": timestamp(row["updated_us"]),
        "creator": person,
        "lastModifyUser": person,
    }
    return {key: value for key, value in project.items() if value is not None}


def content_resource(script_id: str, content: str) -> dict[str, Any]:
    """Return a `Content`."""
    return {"scriptId": script_id, "files": [with_functions(file) for file in json.loads(content)]}


def version_resource(row: sqlite3.Row) -> dict[str, Any]:
    """Return a `Version`."""
    version = {
        "scriptId": row["script"],
        "versionNumber": row["number"],
        "description": row["description"],
        "createTime": timestamp(row["created_us"]),
    }
    return {key: value for key, value in version.items() if value is not None}


def deployment_resource(row: sqlite3.Row, content: str) -> dict[str, Any]:
    """Return a `Deployment` with the entry points that the manifest of its version declares."""
    config = {
        "scriptId": row["script"],
        "versionNumber": row["version"],
        "manifestFileName": "appsscript",
        "description": row["description"],
    }
    return {
        "deploymentId": row["id"],
        "deploymentConfig": {key: value for key, value in config.items() if value is not None},
        "updateTime": timestamp(row["updated_us"]),
        "entryPoints": _entry_points(row, decoded(content).manifest),
    }


def web_app_url(row: sqlite3.Row) -> str:
    """Return the address of a deployment's web app; here it is served below `/macros/`."""
    return f"{_WEB_APP}/{row['id']}/{'dev' if row['version'] is None else 'exec'}"


def _entry_points(row: sqlite3.Row, manifest: Mapping[str, Any]) -> list[dict[str, Any]]:
    points: list[dict[str, Any]] = []
    if "webapp" in manifest:
        app = {"url": web_app_url(row), "entryPointConfig": manifest["webapp"]}
        points.append({"entryPointType": "WEB_APP", "webApp": app})
    if "executionApi" in manifest:
        config = {"entryPointConfig": manifest["executionApi"]}
        points.append({"entryPointType": "EXECUTION_API", "executionApi": config})
    if "addOns" in manifest:
        title = manifest["addOns"].get("common", {}).get("name", "")
        points.append({"entryPointType": "ADD_ON", "addOn": {"title": title}})
    return points
