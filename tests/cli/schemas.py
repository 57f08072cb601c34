"""Whether JSON is what a schema of `docs/schemas/` says: as much of JSON Schema as these use."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[2] / "docs" / "schemas"
_TYPES = {"object": dict, "array": list, "string": str, "boolean": bool, "null": type(None)}
_KNOWN = {
    "$schema",
    "title",
    "type",
    "properties",
    "required",
    "additionalProperties",
    "items",
    "enum",
    "const",
}


def problems(value: Any, name: str) -> list[str]:
    """Return what is wrong with a value by the schema of that name."""
    return list(_problems(value, json.loads((FOLDER / f"{name}.json").read_text()), name))


def _problems(value: Any, schema: dict[str, Any], place: str) -> Iterator[str]:
    assert schema.keys() <= _KNOWN, schema.keys() - _KNOWN
    types = schema.get("type", [])
    if types and not any(_is(value, one) for one in ([types] if isinstance(types, str) else types)):
        yield f"{place}: {value!r} is no {types}"
        return
    if "enum" in schema and value not in schema["enum"]:
        yield f"{place}: {value!r} is none of {schema['enum']}"
    if "const" in schema and value != schema["const"]:
        yield f"{place}: {value!r} is not {schema['const']!r}"
    if isinstance(value, dict):
        yield from _members(value, schema, place)
    for number, item in enumerate(value if isinstance(value, list) else ()):
        yield from _problems(item, schema.get("items", {}), f"{place}[{number}]")


def _members(value: dict[str, Any], schema: dict[str, Any], place: str) -> Iterator[str]:
    known = schema.get("properties", {})
    for name in schema.get("required", []):
        if name not in value:
            yield f"{place}.{name} is missing"
    for name, item in value.items():
        if name in known:
            yield from _problems(item, known[name], f"{place}.{name}")
        elif isinstance(more := schema.get("additionalProperties"), dict):
            yield from _problems(item, more, f"{place}.{name}")
        elif more is False:
            yield f"{place}.{name} is unknown"


def _is(value: Any, name: str) -> bool:
    if name in ("integer", "number"):
        return isinstance(value, int if name == "integer" else (int, float)) and not isinstance(value, bool)
    return isinstance(value, _TYPES[name])
