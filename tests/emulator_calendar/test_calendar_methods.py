"""What holds for every method of the discovery document; the cases are made from it."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from confsync.emulator.wire import Response
from confsync.emulator.world import World
from confsync.platform.discovery import Method, discovery

METHODS = list(discovery("calendar").methods.values())
OF_A_CALENDAR = [method for method in METHODS if "calendarId" in method.parameters]
# The first of its required query parameters, of each method that has some.
REQUIRED = [
    (method, next(iter(names)))
    for method in METHODS
    if (
        names := [
            name
            for name, description in method.parameters.items()
            if description.get("required") and description["location"] == "query"
        ]
    )
]
ALICE = {"authorization": "Bearer alice@example.com"}
PATH = {"calendarId": "primary", "eventId": "never00", "ruleId": "default", "setting": "timezone"}
WRONG = {"boolean": "perhaps", "integer": "many"}


def ask(world: World, method: Method, query: str = "", headers: dict[str, str] = ALICE) -> Response:
    path = re.sub(r"{(\w+)}", lambda found: PATH[found[1]], method.path)
    body = b"" if method.http_method == "GET" else b"{}"
    return world.request(method.http_method, f"/calendar/v3/{path}?{query}", headers, body)


def reason_of(response: Response) -> tuple[int, str]:
    return response.status, response.json()["error"]["errors"][0]["reason"]


def query_parameters(method: Method) -> Iterator[tuple[str, Any]]:
    for name, description in method.parameters.items():
        if description["location"] == "query":
            yield name, description


def wrong_values() -> Iterator[tuple[Method, str, str, str]]:
    """Yield method, parameter, a value that it cannot have, and the reason of the refusal."""
    for method in METHODS:
        for name, description in query_parameters(method):
            if description["type"] in WRONG:
                yield method, name, WRONG[description["type"]], "invalidParameter"
            if "minimum" in description:
                yield method, name, str(int(description["minimum"]) - 1), "invalidParameter"
            if "maximum" in description:
                yield method, name, str(int(description["maximum"]) + 1), "invalidParameter"
            if "enum" in description:
                yield method, name, "nothing", "invalidParameter"
            if description.get("format") == "date-time":
                yield method, name, "2026-03-02", "badRequest"


def name_of(value: Any) -> str:
    return value.id if isinstance(value, Method) else str(value)


def test_there_are_38_methods() -> None:
    assert len(METHODS) == 38


@pytest.mark.parametrize("method", METHODS, ids=name_of)
def test_nobody_is_served_without_a_token(world: World, method: Method) -> None:
    response = ask(world, method, headers={})
    assert reason_of(response) == (401, "required")
    assert response.json()["error"]["status"] == "UNAUTHENTICATED"
    wrong = ask(world, method, headers={"authorization": "Bearer stranger"})
    assert reason_of(wrong) == (401, "authError")


@pytest.mark.parametrize("method", METHODS, ids=name_of)
def test_a_token_needs_a_scope_of_the_method(world: World, method: Method) -> None:
    scope = frozenset({"https://www.googleapis.com/auth/drive"})
    token = world.oauth.mint("alice@example.com", scope)
    response = ask(world, method, headers={"authorization": f"Bearer {token}"})
    assert reason_of(response) == (403, "insufficientPermissions")
    assert response.json()["error"]["details"][0]["reason"] == "ACCESS_TOKEN_SCOPE_INSUFFICIENT"


@pytest.mark.parametrize("method", METHODS, ids=name_of)
@pytest.mark.parametrize("scope", range(3))
def test_each_scope_of_a_method_lets_it_pass(world: World, method: Method, scope: int) -> None:
    token = world.oauth.mint("alice@example.com", frozenset({method.scopes[scope % len(method.scopes)]}))
    response = ask(world, method, "nonsense=1", {"authorization": f"Bearer {token}"})
    assert reason_of(response) == (400, "invalidParameter")


@pytest.mark.parametrize("method", METHODS, ids=name_of)
def test_an_unknown_parameter_is_refused(world: World, method: Method) -> None:
    response = ask(world, method, "nonsense=1")
    assert reason_of(response) == (400, "invalidParameter")
    assert response.json()["error"]["errors"][0]["location"] == "nonsense"


@pytest.mark.parametrize(("method", "name", "value", "reason"), list(wrong_values()), ids=name_of)
def test_a_value_of_the_wrong_kind_is_refused(
    world: World, method: Method, name: str, value: str, reason: str
) -> None:
    assert reason_of(ask(world, method, f"{name}={value}")) == (400, reason)


@pytest.mark.parametrize(("method", "name"), REQUIRED, ids=name_of)
def test_a_required_parameter_is_asked_for(world: World, method: Method, name: str) -> None:
    response = ask(world, method, f"{name}=")
    assert reason_of(response) == (400, "required")
    assert response.json()["error"]["errors"][0]["location"] == name


@pytest.mark.parametrize("method", METHODS, ids=name_of)
def test_alt_is_json_or_nothing(world: World, method: Method) -> None:
    assert reason_of(ask(world, method, "alt=media")) == (400, "invalidParameter")


@pytest.mark.parametrize("method", OF_A_CALENDAR, ids=name_of)
def test_a_calendar_that_is_not_there(world: World, method: Method) -> None:
    path = re.sub(r"{(\w+)}", lambda found: {**PATH, "calendarId": "nobody"}[found[1]], method.path)
    response = world.request(method.http_method, f"/calendar/v3/{path}?nonsense=1", ALICE)
    assert reason_of(response) == (404, "notFound")


def test_the_palette(service: Any) -> None:
    colors = service("alice@example.com").colors().get().execute()
    assert (colors["kind"], colors["updated"]) == ("calendar#colors", "2012-02-14T00:00:00.000Z")
    assert set(colors["event"]) == {str(number) for number in range(1, 12)}
    assert set(colors["calendar"]) == {str(number) for number in range(1, 25)}
    assert colors["event"]["1"] == {"background": "#a4bdfc", "foreground": "#1d1d1d"}
    assert colors["calendar"]["24"]["background"] == "#a47ae2"


def test_a_known_palette_is_not_sent_again(world: World) -> None:
    first = world.request("GET", "/calendar/v3/colors", ALICE)
    again = world.request("GET", "/calendar/v3/colors", {**ALICE, "if-none-match": first.headers["etag"]})
    assert (again.status, again.body) == (304, b"")


def test_fields_of_the_palette(world: World) -> None:
    colors = world.request("GET", "/calendar/v3/colors?fields=event/11/background", ALICE).json()
    assert colors == {"event": {"11": {"background": "#dc2127"}}}
