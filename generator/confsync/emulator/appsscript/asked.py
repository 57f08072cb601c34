"""What a request of the Apps Script API asks, checked against the discovery document."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from confsync.emulator.appsscript.projects import invalid, not_found
from confsync.emulator.calendar.fields import Mask, mask_of
from confsync.emulator.errors import ApiError
from confsync.emulator.wire import Request
from confsync.platform.discovery import Method, discovery

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_BAD_BODY = "Invalid JSON payload received."
_TYPES: dict[str, type | tuple[type, ...]] = {
    "string": str, "number": (int, float), "array": list, "object": dict,
}  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """One valid request: its method, its path and query parameters by name, its body, and what is wanted of the answer."""

    method: Method
    parameters: Mapping[str, Any]
    body: Mapping[str, Any]
    mask: Mask | None = None


def asked_of(request: Request) -> Asked:
    """Return what a request asks; raises Google's 404 for unknown routes and 400 for what the document does not know."""
    found = discovery("script").match(request.method, request.path)
    if found is None:
        raise not_found()
    method, parts = found
    path = {name: _value(name, text, method.parameters[name]) for name, text in parts.items()}
    parameters = {**path, **_query(method, request.query)}
    return Asked(method, parameters, _body(method, request), _mask(method, dict(request.query)))


def _mask(method: Method, query: Mapping[str, str]) -> Mask | None:
    if not query.get("fields") or method.response_schema is None:
        return None
    try:
        return mask_of(query["fields"], method.response_schema, "script")
    except ApiError as error:
        raise invalid() from error


def _query(method: Method, given: Iterable[tuple[str, str]]) -> dict[str, Any]:
    everywhere = discovery("script").document["parameters"]
    parameters: dict[str, Any] = {}
    for name, text in given:
        described = method.parameters.get(name, everywhere.get(name))
        if described is None or described["location"] != "query":
            raise invalid(
                f'Invalid JSON payload received. Unknown name "{name}": Cannot bind query parameter. '
                f"Field '{name}' could not be found in request message."
            )
        value = _value(name, text, described)
        if name in everywhere:
            continue
        if described.get("repeated"):
            parameters.setdefault(name, []).append(value)
        else:
            parameters[name] = value
    return parameters


def _value(name: str, text: str, described: Mapping[str, Any]) -> Any:
    """Return a parameter's value: of a number an int, of a moment its microseconds, otherwise the text itself."""
    if described["type"] == "integer":
        return _number(name, text)
    if described.get("format") == "google-datetime":
        return _moment(name, text)
    if described["type"] == "boolean" and text not in ("true", "false"):
        raise _bad_value(name, "TYPE_BOOL", text)
    if "enum" in described and text not in described["enum"]:
        raise _bad_value(name, "TYPE_ENUM", text)
    return text


def _number(name: str, text: str) -> int:
    if not re.fullmatch(r"-?\d{1,10}", text) or not _is_int32(int(text)):
        raise _bad_value(name, "TYPE_INT32", text)
    return int(text)


def _is_int32(value: int) -> bool:
    return -(2**31) <= value < 2**31


def _moment(name: str, text: str) -> int:
    try:
        moment = datetime.fromisoformat(text)
        return (moment - _EPOCH) // timedelta(microseconds=1)
    except (ValueError, TypeError) as error:
        raise _bad_value(name, "type.googleapis.com/google.protobuf.Timestamp", text) from error


def _bad_value(name: str, kind: str, text: str) -> ApiError:
    """Return the 400 for a value that is none of its type; messages name fields in snake case."""
    field = re.sub(r"([A-Z])", lambda capital: f"_{capital[1].lower()}", name)
    return invalid(f"Invalid value at '{field}' ({kind}), \"{text}\"")


def _body(method: Method, request: Request) -> dict[str, Any]:
    if method.request_schema is None or not request.body:
        return {}
    try:
        body = request.json()
    except ValueError as error:
        raise invalid(_BAD_BODY) from error
    if not isinstance(body, dict):
        raise invalid(_BAD_BODY)
    _check_object(body, discovery("script").schemas[method.request_schema], "")
    return body


def _check_object(value: Mapping[str, Any], schema: Mapping[str, Any], path: str) -> None:
    for name, member in value.items():
        described = schema["properties"].get(name)
        if described is None:
            place = f" at '{path}'" if path else ""
            raise invalid(f'Invalid JSON payload received. Unknown name "{name}"{place}: Cannot find field.')
        if member is not None:
            _check(member, described, f"{path}.{name}" if path else name)


def _fits(value: Any, kind: str) -> bool:
    if kind == "any":
        return True
    if isinstance(value, bool) or kind == "boolean":
        return isinstance(value, bool) and kind == "boolean"
    if kind == "integer":
        return isinstance(value, int) and _is_int32(value)
    return isinstance(value, _TYPES[kind])


def _check(value: Any, schema: Mapping[str, Any], path: str) -> None:
    if "$ref" in schema:
        schema = discovery("script").schemas[schema["$ref"]]
    kind = schema["type"]
    if not _fits(value, kind):
        raise invalid(f"{_BAD_BODY} Invalid value at '{path}'")
    if "enum" in schema and value not in schema["enum"]:
        raise invalid(f"Invalid value at '{path}', \"{value}\"")
    if kind == "array":
        for number, item in enumerate(value):
            _check(item, schema["items"], f"{path}[{number}]")
    elif "properties" in schema:
        _check_object(value, schema, path)


def insufficient_scopes() -> ApiError:
    """Return the 403 for a token without one of the method's scopes."""
    detail = {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        "reason": "ACCESS_TOKEN_SCOPE_INSUFFICIENT",
        "domain": "googleapis.com",
    }
    message = "Request had insufficient authentication scopes."
    return ApiError(403, "forbidden", message, front_end=True, details=[detail])


def bad_token() -> ApiError:
    """Return the 401 for a token that is unknown or expired."""
    message = (
        "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid "
        "authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project."
    )
    return ApiError(401, "authError", message, front_end=True)
