"""The files of a project: who changed each and when, and which functions it declares."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator, Sequence
from typing import Any

from tree_sitter import Node

from confsync.emulator.appsscript.projects import encoded
from confsync.platform.language import parse, text_of

_DECLARATIONS = ("function_declaration", "generator_function_declaration")


def dated(files: Sequence[dict[str, Any]], before: str, user: str, now: str) -> str:
    """Return files as they are stored, with the times of each; one whose source stays the same keeps its own."""
    known = {(file["name"], file["type"]): file for file in json.loads(before)}
    person = {"email": user, "domain": user.partition("@")[2]}
    stored = []
    for file in files:
        old = known.get((file["name"], file["type"]), {})
        if old.get("source") != file["source"]:
            old = {"createTime": old.get("createTime", now), "updateTime": now, "lastModifyUser": person}
        stored.append({**old, **file})
    return encoded(stored)


def with_functions(file: dict[str, Any]) -> dict[str, Any]:
    """Return a `File` with its `functionSet`; only scripts have one."""
    if file["type"] != "SERVER_JS":
        return file
    values = [
        {"name": name, **({"parameters": list(parameters)} if parameters else {})}
        for name, parameters in _functions(file["source"])
    ]
    return {**file, "functionSet": {"values": values} if values else {}}


def declared_functions(source: str) -> list[str]:
    """Return the names of the functions that a script declares outside of others."""
    return [name for name, _ in _functions(source)]


@functools.lru_cache(maxsize=256)
def _functions(source: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return name and parameters of the functions that a script declares outside of others."""
    return tuple(_declared(parse(source)))


def _declared(program: Node) -> Iterator[tuple[str, tuple[str, ...]]]:
    for node in program.named_children:
        name, parameters = node.child_by_field_name("name"), node.child_by_field_name("parameters")
        if node.type in _DECLARATIONS and name and parameters:
            yield text_of(name), tuple(text_of(one) for one in parameters.named_children)
