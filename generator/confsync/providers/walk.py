"""All templates of a provider, with their keys and the places where they stand."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from confsync.providers.problem import Key
from confsync.providers.schema import BearerAuth, EntryPoint, HeaderAuth, Operation, Provider
from confsync.providers.vocabulary import Place


class Site(NamedTuple):
    """A template: its key, its text, its place, and whether it is a JSON member, a path or a plain text."""

    key: Key
    text: str
    place: Place
    use: str


PLACES: dict[str, Place] = {"create": "create", "update": "update", "delete": "by_id", "get": "by_id"}
ENTRY_POINT_TEXTS = (
    "uri",
    "meeting_code",
    "access_code",
    "passcode",
    "password",
    "pin",
    "region_code",
    "feature",
)


def operations(provider: Provider) -> dict[str, Operation]:
    """The operations that are declared, by name."""
    declared = {name: getattr(provider, name) for name in PLACES}
    return {name: operation for name, operation in declared.items() if operation is not None}


def effective_body(provider: Provider, name: str) -> dict[str, Any] | None:
    """The body that an operation sends, after `body_from` and `omit`."""
    if name == "create":
        return provider.create.body
    if name != "update":
        return None
    body = provider.create.body if provider.update.body_from else provider.update.body
    return None if body is None else {key: body[key] for key in body if key not in provider.update.omit}


def sites(provider: Provider) -> Iterator[Site]:
    """Every template, each once for each place in which it is used."""
    for name, operation in operations(provider).items():
        yield from operation_sites(provider, name, operation)
    if isinstance(provider.auth, BearerAuth):
        yield Site(("auth", "token"), provider.auth.token, "auth", "text")
    if isinstance(provider.auth, HeaderAuth):
        yield Site(("auth", "value"), provider.auth.value, "auth", "text")
    if provider.occurrence:
        for key, text in _strings(provider.occurrence.body, ("occurrence", "body")):
            yield Site(key, text, "occurrence", "member")
    yield from _response_sites(provider)


def operation_sites(provider: Provider, name: str, operation: Operation) -> Iterator[Site]:
    """The templates of one operation."""
    place = PLACES[name]
    yield Site((name, "path"), operation.path, place, "path")
    for table in ("query", "headers"):
        for key, text in getattr(operation, table).items():
            yield Site((name, table, key), text, place, "text")
    body = effective_body(provider, name)
    own = name == "create" or (isinstance(body, dict) and provider.update.body is not None)
    for key, text in _strings(body, (name if own else "create", "body")):
        yield Site(key, text, place, "member")


def _response_sites(provider: Provider) -> Iterator[Site]:
    response = provider.response
    yield Site(("response", "id"), response.id, "response", "text")
    if response.notes is not None:
        yield Site(("response", "notes"), response.notes, "response", "text")
    for key, text in response.params.items():
        yield Site(("response", "params", key), text, "response", "text")
    yield from _entry_point_sites(response.entry_point, ("response",))
    shown = provider.update.conference
    if shown:
        if shown.notes is not None:
            yield Site(("update", "conference", "notes"), shown.notes, "response", "text")
        yield from _entry_point_sites(shown.entry_point, ("update", "conference"))


def _entry_point_sites(points: list[EntryPoint], key: Key) -> Iterator[Site]:
    for position, point in enumerate(points):
        for field in ENTRY_POINT_TEXTS:
            text = getattr(point, field)
            if text is not None:
                yield Site((*key, "entry_point", position, field), text, "response", "text")


def _strings(value: Any, key: Key) -> Iterator[tuple[Key, str]]:
    if isinstance(value, str):
        yield key, value
    members = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for name, member in members:
        yield from _strings(member, (*key, name))
