"""The part of JSON Schema that the project's schemas use; what else one says is an error, so that nothing goes unchecked."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

SCHEMAS = Path(__file__).parents[2] / "docs" / "schemas"
TYPES: dict[str, Any] = {
    "object": dict,
    "array": list,
    "string": str,
    "boolean": bool,
    "integer": int,
    "null": type(None),
}
KNOWN = {"$schema", "title", "description", "type", "enum", "required", "properties", "additionalProperties"}
KNOWN |= {"items", "minItems", "minLength"}


def wrong(name: str, value: Any) -> list[str]:
    """Return what is wrong with a value after the schema of that name."""
    return [*_wrong(json.loads((SCHEMAS / f"{name}.json").read_text()), value, "$")]


def _wrong(schema: dict[str, Any], value: Any, at: str) -> Iterator[str]:
    assert schema.keys() <= KNOWN, f"{at}: {schema.keys() - KNOWN} is not known"
    if "enum" in schema and value not in schema["enum"]:
        yield f"{at}: {value!r} is none of {schema['enum']}"
    names = schema.get("type", [])
    types = tuple(TYPES[name] for name in ([names] if isinstance(names, str) else names))
    if types and (not isinstance(value, types) or (isinstance(value, bool) and bool not in types)):
        yield f"{at}: {value!r} is no {names}"
    elif isinstance(value, dict):
        yield from _wrong_members(schema, value, at)
    elif isinstance(value, list | str):
        if len(value) < schema.get("minItems" if isinstance(value, list) else "minLength", 0):
            yield f"{at}: too short"
        for number, item in enumerate(value if isinstance(value, list) else ()):
            yield from _wrong(schema.get("items", {}), item, f"{at}[{number}]")


def _wrong_members(schema: dict[str, Any], value: dict[str, Any], at: str) -> Iterator[str]:
    known = schema.get("properties", {})
    yield from (f"{at}: {name} is missing" for name in schema.get("required", ()) if name not in value)
    for name, member in value.items():
        if name in known:
            yield from _wrong(known[name], member, f"{at}.{name}")
        elif schema.get("additionalProperties") is False:
            yield f"{at}: {name} is not known"
