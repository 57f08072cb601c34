"""From a checked provider to the JSON that both interpreters take: templates parsed, defaults filled in."""

from collections.abc import Iterator
from typing import Any

from confsync.providers.schema import EntryPoint, Match, NoAuth, Operation, Provider, Response, Shown
from confsync.providers.template import Formatter, Placeholder, parse_path, parse_template
from confsync.providers.vocabulary import OCCURRENCE_FIELDS
from confsync.providers.walk import ENTRY_POINT_TEXTS, effective_body, operations, sites

Json = Any


def compile_provider(provider: Provider) -> dict[str, Json]:
    """The provider as both interpreters take it; equal descriptions give equal JSON."""
    compiled: dict[str, Json] = {
        "id": provider.id,
        "name": provider.name,
        "baseUrl": provider.base_url,
        "joinHosts": sorted(host.lower() for host in provider.join_hosts),
        "auth": _auth(provider),
        "event": {"privateTitle": provider.event.private_title},
        "operations": {name: _operation(provider, name, each) for name, each in operations(provider).items()},
        "response": _response(provider),
        "errors": {
            "auth": [_match(match) for match in provider.errors.auth],
            "retry": {
                "statuses": sorted(provider.errors.retry.statuses),
                "baseMs": provider.errors.retry.base_ms,
            },
        },
    }
    if _uses_span(provider):
        compiled["usesSpan"] = True
    if provider.occurrence:
        body = compile_body(provider.occurrence.body)
        compiled["occurrence"] = {"member": provider.occurrence.member, "body": body}
    return compiled


def event_fields(provider: Provider) -> list[str]:
    """The fields of a Calendar event that the provider's templates need, sorted."""
    names: set[str] = set()
    for part in _placeholders(provider):
        if part.path[0] in ("event", "occurrence"):
            names.update(OCCURRENCE_FIELDS[str(part.path[1])].calendar_fields)
    return sorted(names | ({"originalStartTime"} if provider.occurrence else set()))


def _uses_span(provider: Provider) -> bool:
    return any(part.path[0] == "span" for part in _placeholders(provider))


def _placeholders(provider: Provider) -> Iterator[Placeholder]:
    for site in sites(provider):
        yield from (part for part in parse_template(site.text) if isinstance(part, Placeholder))


def compile_template(text: str) -> Json:
    """A template as a node: a constant, one placeholder (which keeps its type), or a text of parts."""
    parts = [_part(part) for part in parse_template(text)]
    return parts[0] if len(parts) == 1 else {"text": parts}


def _auth(provider: Provider) -> dict[str, Json]:
    auth = provider.auth
    if isinstance(auth, NoAuth):
        return {"kind": "none"}
    if auth.kind == "bearer":
        return {"kind": "bearer", "name": "Authorization", "value": _text("Bearer " + auth.token)}
    return {"kind": "header", "name": auth.name, "value": _text(auth.value)}


def _operation(provider: Provider, name: str, operation: Operation) -> dict[str, Json]:
    body, shown = effective_body(provider, name), getattr(operation, "conference", None)
    compiled = {
        "method": operation.method,
        "path": [_path_part(part) for part in split_path(operation.path)],
        "query": {key: compile_template(text) for key, text in operation.query.items()},
        "headers": {key: compile_template(text) for key, text in operation.headers.items()},
        "body": None if body is None else compile_body(body),
        "nullWhenMissing": sorted(getattr(operation, "null_when_missing", [])),
        "success": sorted(operation.success),
        "gone": [_match(match) for match in operation.gone],
        "conflict": [_match(match) for match in getattr(operation, "conflict", [])],
        "onConflict": getattr(operation, "on_conflict", None),
        "conference": _shown(shown, "{conference.id}") if shown else None,
    }
    return {key: value for key, value in compiled.items() if value not in (None, [], {})}


def split_path(path: str) -> list[list[str | Placeholder]]:
    """The parts of a path between its slashes, each a list of texts and placeholders."""
    parts: list[list[str | Placeholder]] = [[]]
    for piece in parse_template(path.removeprefix("/")):
        if isinstance(piece, Placeholder):
            parts[-1].append(piece)
            continue
        first, *others = piece.split("/")
        parts[-1] += [first] if first else []
        parts += [[other] if other else [] for other in others]
    return parts


def _path_part(part: list[str | Placeholder]) -> Json:
    if any(isinstance(piece, Placeholder) for piece in part):
        return {"text": [_part(piece) for piece in part]}
    return "".join(str(piece) for piece in part)


def _response(provider: Provider) -> dict[str, Json]:
    response = provider.response
    compiled = _shown(response, response.id)
    if response.params:
        compiled["params"] = {key: compile_template(text) for key, text in response.params.items()}
    return compiled


def _shown(shown: Response | Shown, conference_id: str) -> dict[str, Json]:
    compiled: dict[str, Json] = {
        "id": compile_template(conference_id),
        "entryPoints": [_entry_point(point) for point in shown.entry_point],
    }
    if shown.notes is not None:
        compiled["notes"] = compile_template(shown.notes)
    return compiled


def _entry_point(point: EntryPoint) -> dict[str, Json]:
    compiled: dict[str, Json] = {"type": point.type}
    if point.condition:
        compiled["if"] = [_condition(text) for text in point.condition]
    for field in ENTRY_POINT_TEXTS:
        text = getattr(point, field)
        if text is not None:
            first, *words = field.split("_")
            compiled[first + "".join(word.capitalize() for word in words)] = compile_template(text)
    return compiled


def _condition(text: str) -> dict[str, Json]:
    path = list(parse_path(text.removeprefix("!")))
    return {"path": path, "not": True} if text.startswith("!") else {"path": path}


def _match(match: Match) -> dict[str, Json]:
    path = None if match.json_path is None else list(parse_path(match.json_path))
    compiled = {"status": match.status, "json": path, "in": match.one_of, "text": match.text}
    return {key: value for key, value in compiled.items() if value is not None}


def compile_body(value: Json) -> Json:
    """A TOML value whose texts are templates, as a node."""
    if isinstance(value, str):
        return compile_template(value)
    if isinstance(value, list):
        return {"list": [compile_body(item) for item in value]}
    if isinstance(value, dict):
        return {"object": {key: compile_body(member) for key, member in value.items()}}
    return value


def _text(text: str) -> Json:
    return {"text": [_part(part) for part in parse_template(text)]}


def _part(part: str | Placeholder) -> Json:
    if isinstance(part, str):
        return part
    node: dict[str, Json] = {"path": list(part.path)}
    if part.optional:
        node["optional"] = True
    if part.formatters:
        node["formatters"] = [[each.name, *_arguments(each)] for each in part.formatters]
    return node


def _arguments(formatter: Formatter) -> list[Json]:
    if formatter.name == "trunc":
        return [int(formatter.arguments[0])]
    if formatter.name == "map":
        pairs = (argument.partition("=") for argument in formatter.arguments)
        return [{source: target for source, _, target in pairs}]
    return list(formatter.arguments)
