"""What the sandbox's advanced Calendar service is made of: methods and schemas of the discovery document."""

from collections.abc import Iterator, Mapping
from typing import Any

from confsync.platform.discovery import discovery


def calendar_tables() -> dict[str, Any]:
    """Return {"resources": {resource: {method: {method, body, path}}}, "schemas": {name: [fields]}}.

    The method `delete` is named `remove` in scripts; `path` are the required parameters in their order.
    Source: Apps Script guide "Advanced Google services", how method signatures are determined.
    """
    calendar = discovery("calendar")
    tables: dict[str, dict[str, Any]] = {}
    for method in calendar.methods.values():
        name = "remove" if method.name == "delete" else method.name
        tables.setdefault(method.resource.removeprefix("calendar."), {})[name] = {
            "method": method.name,
            "body": method.request_schema is not None,
            "path": list(method.parameter_order),
        }
    schemas: dict[str, list[str]] = {}
    for name, schema in calendar.schemas.items():
        schemas.update(_schemas(name, schema))
    return {"resources": tables, "schemas": schemas}


def _schemas(name: str, schema: Mapping[str, Any]) -> Iterator[tuple[str, list[str]]]:
    fields = schema.get("properties", {})
    if not fields:
        return
    yield name, list(fields)
    for field, described in fields.items():
        yield from _schemas(name + field[0].upper() + field[1:], described)
