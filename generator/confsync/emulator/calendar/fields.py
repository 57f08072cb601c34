"""The `fields` parameter: which part of an answer the client wants."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from typing import Any

from confsync.emulator.errors import ApiError
from confsync.platform.discovery import discovery

# What is wanted of an object: name → what is wanted of it, None for all. `*` stands for every name.
Mask = dict[str, "Mask | None"]

_TOKEN = re.compile(r"[^,/()\s]+|[,/()]")
_DEEPEST = 20


@functools.lru_cache(maxsize=512)
def mask_of(fields: str, schema: str, api: str = "calendar") -> Mask:
    """Return the mask that `fields` describes (`a,b/c,d(e,f)`, `*`); ApiError 400 for what the schema does not have.

    The result is shared: do not change it.
    """
    reader = _Reader(fields)
    mask = reader.group(0)
    if reader.rest or not mask:
        raise _invalid(fields)
    _check(mask, {"$ref": schema}, discovery(api).schemas)
    return mask


def masked(value: Any, mask: Mask | None) -> Any:
    """Return the wanted part of a value; lists are masked item by item."""
    if mask is None:
        return value
    if isinstance(value, list):
        return [masked(item, mask) for item in value]
    if not isinstance(value, dict):
        return value
    every = "*" in mask
    return {name: masked(part, _wanted(mask, name)) for name, part in value.items() if every or name in mask}


def _wanted(mask: Mask, name: str) -> Mask | None:
    return mask[name] if name in mask else mask["*"]


class _Reader:
    """Reads a selection from left to right."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.rest = _TOKEN.findall(text)[::-1]

    def group(self, depth: int) -> Mask:
        mask: Mask = {}
        self._selection(mask, depth)
        while self._take(","):
            self._selection(mask, depth)
        return mask

    def _selection(self, mask: Mask, depth: int) -> None:
        name = self.rest.pop() if self.rest else ""
        if not name or name in ",/()" or depth > _DEEPEST:
            raise _invalid(self.text)
        inner: Mask | None = None
        if self._take("/"):
            inner = {}
            self._selection(inner, depth + 1)
        elif self._take("("):
            inner = self.group(depth + 1)
            if not self._take(")"):
                raise _invalid(self.text)
        mask[name] = _joined(mask[name], inner) if name in mask else inner

    def _take(self, token: str) -> bool:
        found = bool(self.rest) and self.rest[-1] == token
        if found:
            self.rest.pop()
        return found


def _joined(one: Mask | None, other: Mask | None) -> Mask | None:
    if one is None or other is None:
        return None
    joined = dict(one)
    for name, inner in other.items():
        joined[name] = _joined(joined[name], inner) if name in joined else inner
    return joined


def _check(mask: Mask, schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> None:
    schema = _resolved(schema, schemas)
    properties: Mapping[str, Any] = schema.get("properties", {})
    others: Mapping[str, Any] | None = schema.get("additionalProperties")
    for name, inner in mask.items():
        if name == "*":
            parts = list(properties.values()) or [others or {}]
        elif name in properties or others:
            parts = [properties.get(name) or others or {}]
        else:
            raise _invalid(name)
        if inner is not None and name != "*":
            _check(inner, parts[0], schemas)


def _resolved(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> Mapping[str, Any]:
    while "$ref" in schema or "items" in schema:
        schema = schemas[schema["$ref"]] if "$ref" in schema else schema["items"]
    return schema


def _invalid(text: str) -> ApiError:
    return ApiError(400, "invalidParameter", f"Invalid field selection {text}", location="fields")
