"""What the sandbox's advanced Calendar service is made of: methods and schemas of the discovery document."""

from collections.abc import Iterator, Mapping
from typing import Any

from confsync.platform.discovery import discovery


def calendar_tables() -> dict[str, Any]:
    """Return {"resources": {resource: {method: {method, body, path, answer}}}, "schemas": {name: fields}, "parts": …}.

    The method `delete` is named `remove` in scripts; `path` are the required parameters in their order, `answer` the schema
    of what comes back. Fields are one text with spaces between them, for few are ever looked up. `parts` holds {name:
    {field: schema}} of the fields that are objects or lists of them; a `*` before the schema says that they are its
    values. Source: Apps Script guide "Advanced Google services", how method signatures are determined.
    """
    calendar = discovery("calendar")
    tables: dict[str, dict[str, Any]] = {}
    for method in calendar.methods.values():
        name = "remove" if method.name == "delete" else method.name
        tables.setdefault(method.resource.removeprefix("calendar."), {})[name] = {
            "method": method.name,
            "body": method.request_schema is not None,
            "path": list(method.parameter_order),
            "answer": method.response_schema,
        }
    schemas: dict[str, str] = {}
    parts: dict[str, dict[str, str]] = {}
    for top, described in calendar.schemas.items():
        for name, fields in _schemas(top, described):
            schemas[name] = " ".join(fields)
            held = {field: part for field in fields if (part := _part(name, field, fields[field]))}
            parts |= {name: held} if held else {}
    return {"resources": tables, "schemas": schemas, "parts": parts}


def _schemas(name: str, schema: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    fields = schema.get("properties", {})
    if not fields:
        return
    yield name, fields
    for field, described in fields.items():
        yield from _schemas(_inner(name, field), described)


def _inner(name: str, field: str) -> str:
    return name + field[0].upper() + field[1:]


def _part(name: str, field: str, described: Mapping[str, Any]) -> str | None:
    """Return the schema of a field's objects, None when it holds none."""
    if "additionalProperties" in described:
        values = _part(name, field, described["additionalProperties"])
        return values and f"*{values}"
    described = described.get("items", described)
    return described.get("$ref") or (_inner(name, field) if described.get("properties") else None)
