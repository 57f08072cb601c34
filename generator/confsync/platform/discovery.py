"""Google's discovery documents, as google-api-python-client ships them: methods, paths, parameters, schemas."""

import functools
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any
from urllib.parse import unquote

_FILES = {"calendar": "calendar.v3.json", "script": "script.v1.json"}


@dataclass(frozen=True)
class Method:
    """One method: its id such as `calendar.events.list`, verb, path template and parameters by name."""

    id: str
    http_method: str
    path: str
    parameters: Mapping[str, Mapping[str, Any]]
    parameter_order: tuple[str, ...]
    request_schema: str | None
    response_schema: str | None
    scopes: tuple[str, ...]

    @property
    def resource(self) -> str:
        """The resource's part of the id, such as `calendar.events`."""
        return self.id.rpartition(".")[0]

    @property
    def name(self) -> str:
        """The method's own name, such as `list`."""
        return self.id.rpartition(".")[2]


class Discovery:
    """One API's discovery document."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document = document
        self.base_path = "/" + document["servicePath"]
        self.schemas: Mapping[str, Any] = document["schemas"]
        self.methods = {method.id: method for method in _methods(document)}
        self._routes = [(method, _pattern(self.base_path + method.path)) for method in self.methods.values()]
        self._matched = functools.lru_cache(maxsize=1024)(self._match)

    def match(self, http_method: str, path: str) -> tuple[Method, dict[str, str]] | None:
        """Return the method and its decoded path parameters for a verb and a percent-encoded path, or None."""
        return self._matched(http_method, path)

    def _match(self, http_method: str, path: str) -> tuple[Method, dict[str, str]] | None:
        for method, pattern in self._routes:
            found = pattern.fullmatch(path) if method.http_method == http_method else None
            if found:
                return method, {name: unquote(value) for name, value in found.groupdict().items()}
        return None

    def knows_path(self, path: str) -> bool:
        """Tell whether the path exists under any verb."""
        return any(pattern.fullmatch(path) for _, pattern in self._routes)


@functools.cache
def discovery(api: str) -> Discovery:
    """Return the discovery document of `calendar` or `script`."""
    package = resources.files("googleapiclient") / "discovery_cache" / "documents"
    return Discovery(json.loads((package / _FILES[api]).read_text(encoding="utf-8")))


def _methods(node: Mapping[str, Any]) -> Iterator[Method]:
    for method in node.get("methods", {}).values():
        yield Method(
            id=method["id"],
            http_method=method["httpMethod"],
            path=method["path"],
            parameters=method.get("parameters", {}),
            parameter_order=tuple(method.get("parameterOrder", ())),
            request_schema=method.get("request", {}).get("$ref"),
            response_schema=method.get("response", {}).get("$ref"),
            scopes=tuple(method.get("scopes", ())),
        )
    for resource in node.get("resources", {}).values():
        yield from _methods(resource)


def _pattern(template: str) -> re.Pattern[str]:
    parts = re.split(r"\{\+?(\w+)\}", template)
    literal, names = parts[0::2], parts[1::2]
    text = re.escape(literal[0])
    for name, rest in zip(names, literal[1:], strict=True):
        text += f"(?P<{name}>[^/:]+|[^/]+?)" + re.escape(rest)
    return re.compile(text)
