"""Request bodies: parsed, and checked against the schema of the discovery document."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, field
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


# Google does not say how much Calendar takes; other APIs of its kind are reported to take this.
_LARGEST = 10 * 1024 * 1024
_JSON, _FORM = "application/json", "application/x-www-form-urlencoded"


@dataclass
class _Shape:
    """A schema of the discovery document, with its references followed."""

    kind: str
    types: tuple[type, ...]
    parts: dict[str, _Shape] = field(default_factory=dict)
    others: _Shape | None = None
    items: _Shape | None = None
    required: dict[str, frozenset[str]] = field(default_factory=dict)


def parse(method: Method, request: Request) -> dict[str, Any]:
    """Return the body as a JSON object, empty when there is none; ApiError 400 for anything else, 413 when it is too large.

    A method that takes no body ignores one, but a GET may not bring any. Fields that the method's schema does not know
    are left out, as Google's services ignore them.
    """
    if len(request.body) > _LARGEST:
        raise ApiError(413, "uploadTooLarge", "Request Too Large")
    if request.method == "GET" and request.body:
        raise ApiError(400, "badRequest", "Bad Request")
    if method.request_schema is None or not request.body.strip():
        return {}
    _check_type(request.headers.get("content-type", _JSON))
    try:
        value = request.json()
    except ValueError as error:
        raise ApiError(400, "parseError", "Parse Error") from error
    if not isinstance(value, dict):
        raise ApiError(400, "parseError", "Parse Error")
    return known(method, value)


def known(method: Method, value: Mapping[str, Any]) -> dict[str, Any]:
    """Return a copy of a body without the fields that the method's schema does not know."""
    copied: dict[str, Any] = _known(_shape(method.request_schema or ""), value)
    return copied


def _check_type(content_type: str) -> None:
    """Raise ApiError 400 for a body that says that it is no JSON; one that says nothing is taken for JSON."""
    kind = content_type.partition(";")[0].strip().lower()
    if kind == _FORM:
        raise ApiError(400, "parseError", "This API does not support parsing form-encoded input.")
    if kind not in ("", _JSON):
        raise ApiError(400, "badContent", f"Unsupported content with type: {kind}")


def check(method: Method, body: Mapping[str, Any]) -> None:
    """Raise ApiError 400 for a field of the wrong type, or a missing one that this method requires; null is absent."""
    shape = _shape(method.request_schema or "")
    _check_types(shape, body, ())
    _check_required(method.id, shape, body)


@functools.cache
def _shape(name: str) -> _Shape:
    return _shape_of({"$ref": name})


def _shape_of(schema: Mapping[str, Any]) -> _Shape:
    if "$ref" in schema:
        schema = discovery("calendar").schemas[schema["$ref"]]
    kind = schema.get("type", "any")
    shape = _Shape(kind, _TYPES.get(kind, (object,)))
    for name, part in schema.get("properties", {}).items():
        shape.parts[name] = _shape_of(part)
        shape.required[name] = frozenset(part.get("annotations", {}).get("required", ()))
    if "additionalProperties" in schema:
        shape.others = _shape_of(schema["additionalProperties"])
    if "items" in schema:
        shape.items = _shape_of(schema["items"])
    return shape


def _known(shape: _Shape, value: Any) -> Any:
    """Return the value without what the schema does not know; one of another type as it is."""
    if isinstance(value, list) and shape.items:
        return [_known(shape.items, item) for item in value]
    if not isinstance(value, dict) or shape.kind != "object":
        return value
    parts, others = shape.parts, shape.others
    return {
        name: _known(part, inner) if type(inner) in (dict, list) else inner
        for name, inner in value.items()
        if (part := parts.get(name, others))
    }


def _check_types(shape: _Shape, value: Any, path: tuple[Any, ...]) -> None:
    if value is None or shape.kind == "any":
        return
    if not isinstance(value, shape.types) or (shape.kind != "boolean" and isinstance(value, bool)):
        raise _invalid(path, f"{shape.kind} expected")
    if isinstance(value, str):
        return
    if isinstance(value, int) and not _INT32[0] <= value <= _INT32[1]:
        raise _invalid(path, "out of range")
    if isinstance(value, list):
        if None in value:
            raise _invalid(path, "null in a list")
        for index, item in enumerate(value):
            _check_types(shape.items or shape, item, (*path, index))
    elif isinstance(value, dict):
        for name, inner in value.items():
            part = shape.parts.get(name) or shape.others or _ANY
            # Most of what is sent are texts that may be texts.
            if type(inner) is not str or part.kind != "string":
                _check_types(part, inner, (*path, name))


def _invalid(path: tuple[Any, ...], what: str) -> ApiError:
    return ApiError(400, "invalid", f"Invalid value for '{'.'.join(map(str, path))}': {what}.")


def _check_required(method_id: str, shape: _Shape, body: Mapping[str, Any]) -> None:
    for name, methods in shape.required.items():
        if method_id not in methods:
            continue
        if body.get(name) is None:
            raise ApiError(400, "required", f"Missing {_SPOKEN.get(name, name)}.")
        if isinstance(body[name], dict):
            _check_required(method_id, shape.parts[name], body[name])


_ANY = _Shape("any", (object,))
