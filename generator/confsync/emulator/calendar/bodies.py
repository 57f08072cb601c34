"""Request bodies: parsed, and checked against the schema of the discovery document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from confsync.emulator.errors import ApiError
from confsync.emulator.wire import Request
from confsync.platform.discovery import Method, discovery

_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "number": (int, float),
    "object": (dict,),
    "array": (list,),
}
_INT32 = (-(2**31), 2**31 - 1)

# How Google names what is missing, where it does not say the field's own name.
_SPOKEN = {"start": "start time", "end": "end time"}


def parse(method: Method, request: Request) -> dict[str, Any]:
    """Return the body as a JSON object, empty when there is none; ApiError 400 for anything else.

    Fields that the method's schema does not know are left out, as Google's services ignore them.
    """
    if method.request_schema is None or not request.body.strip():
        return {}
    try:
        value = request.json()
    except ValueError as error:
        raise ApiError(400, "parseError", "Parse Error") from error
    if not isinstance(value, dict):
        raise ApiError(400, "parseError", "Parse Error")
    return {name: _known(part, inner) for name, part, inner in _parts(_resolved(method), value)}


def check(method: Method, body: Mapping[str, Any]) -> None:
    """Raise ApiError 400 for a field of the wrong type, or a missing one that this method requires; null is absent."""
    _check_types(_resolved(method), body, "")
    _check_required(method.id, _resolved(method), body)


def _resolved(method: Method) -> Mapping[str, Any]:
    return _schema({"$ref": method.request_schema})


def _schema(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    return discovery("calendar").schemas[schema["$ref"]] if "$ref" in schema else schema


def _known(schema: Mapping[str, Any], value: Any) -> Any:
    """Return the value without what the schema does not know; one of another type as it is."""
    schema = _schema(schema)
    if isinstance(value, list) and "items" in schema:
        return [_known(schema["items"], item) for item in value]
    if isinstance(value, dict) and schema.get("type") == "object":
        return {name: _known(part, inner) for name, part, inner in _parts(schema, value)}
    return value


def _check_types(schema: Mapping[str, Any], value: Any, path: str) -> None:
    schema = _schema(schema)
    kind = schema.get("type", "any")
    if value is None or kind == "any":
        return
    if not isinstance(value, _TYPES[kind]) or (kind != "boolean" and isinstance(value, bool)):
        raise ApiError(400, "invalid", f"Invalid value for '{path}': {kind} expected.")
    if isinstance(value, int) and not _INT32[0] <= value <= _INT32[1]:
        raise ApiError(400, "invalid", f"Invalid value for '{path}': out of range.")
    if isinstance(value, list) and None in value:
        raise ApiError(400, "invalid", f"Invalid value for '{path}': null in a list.")
    for name, part, inner in _parts(schema, value):
        _check_types(part, inner, f"{path}.{name}" if path else name)


def _parts(schema: Mapping[str, Any], value: Any) -> list[tuple[str, Mapping[str, Any], Any]]:
    if isinstance(value, list):
        return [(str(index), schema["items"], item) for index, item in enumerate(value)]
    if not isinstance(value, dict):
        return []
    properties, others = schema.get("properties", {}), schema.get("additionalProperties", {})
    known = [name for name in value if name in properties or others]
    return [(name, properties.get(name, others), value[name]) for name in known]


def _check_required(method_id: str, schema: Mapping[str, Any], body: Mapping[str, Any]) -> None:
    for name, part in _schema(schema).get("properties", {}).items():
        needed = method_id in part.get("annotations", {}).get("required", ())
        if needed and body.get(name) is None:
            raise ApiError(400, "required", f"Missing {_SPOKEN.get(name, name)}.")
        if needed and isinstance(body[name], dict):
            _check_required(method_id, part, body[name])
