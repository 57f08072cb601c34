"""Who a token is, for how long, and how a client gets one."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import google.oauth2.credentials
import pytest

from confsync.emulator.clock import MICROSECONDS, Clock
from confsync.emulator.errors import ApiError
from confsync.emulator.oauth.service import Identity
from confsync.emulator.wire import Request
from confsync.emulator.world import VIRTUAL_START_US, World
from confsync.errors import EmulatorError

ALICE = "alice@example.com"
READONLY = "https://www.googleapis.com/auth/calendar.readonly"
FORM = {"content-type": "application/x-www-form-urlencoded"}


def asking(token: str) -> Request:
    """Return a request with that bearer token."""
    return Request("GET", "/calendar/v3/colors", {"authorization": f"Bearer {token}"})


def refused(world: World, request: Request) -> ApiError:
    """Return why a request is refused."""
    with pytest.raises(ApiError) as caught:
        world.oauth.identify(request)
    return caught.value


class TwinTransport:
    """What google-auth calls to refresh a token: `transport(url, method, body, headers)`."""

    def __init__(self, world: World) -> None:
        self._world = world

    def __call__(self, url: str, method: str, body: bytes, headers: dict[str, str], **rest: object) -> object:
        response = self._world.request(method, "/oauth2/token", headers, body)
        return type(
            "Answer", (), {"status": response.status, "data": response.body, "headers": response.headers}
        )


def token(world: World, **form: str) -> tuple[int, dict[str, str]]:
    """Ask the token endpoint; return status and body."""
    response = world.request("POST", "/oauth2/token", FORM, urlencode(form).encode())
    return response.status, response.json()


def test_a_users_address_is_a_token_for_everything(world: World) -> None:
    assert world.oauth.identify(asking(ALICE)) == Identity(ALICE, None)
    assert world.oauth.identify(asking("Alice@Example.com")).email == ALICE
    assert world.oauth.name_of(asking(ALICE)) == ALICE


def test_an_unknown_token_is_refused_in_calendars_words(world: World) -> None:
    error = refused(world, asking("carol@example.com"))
    assert (error.status, error.reason, error.front_end) == (401, "authError", False)
    assert world.oauth.name_of(asking("carol@example.com")) == ""


@pytest.mark.parametrize("headers", [{}, {"authorization": "Basic YQ=="}, {"authorization": "Bearer "}])
def test_no_token_is_refused_by_the_front_end(world: World, headers: dict[str, str]) -> None:
    body = refused(world, Request("GET", "/calendar/v3/colors", headers)).body()["error"]
    assert (body["code"], body["status"], body["errors"][0]["message"]) == (
        401,
        "UNAUTHENTICATED",
        "Login Required.",
    )


def test_a_minted_token_carries_its_scopes_for_an_hour(world: World) -> None:
    minted = world.oauth.mint(ALICE, frozenset({READONLY}))
    world.clock.advance(3599 * MICROSECONDS)
    identity = world.oauth.identify(asking(minted))
    assert (identity.email, identity.scopes) == (ALICE, frozenset({READONLY}))
    world.clock.advance(MICROSECONDS)
    assert refused(world, asking(minted)).status == 401


def test_a_token_may_come_in_the_query_and_is_not_traced(world: World) -> None:
    minted = world.oauth.mint(ALICE, frozenset())
    target = f"/calendar/v3/colors?access_token={minted}&alt=json"
    assert world.oauth.identify(Request("GET", target)).email == ALICE
    world.request("GET", target)
    assert [entry.arguments["target"] for entry in world.trace.since(0)] == [
        "/calendar/v3/colors?access_token=•••&alt=json"
    ]
    assert world.trace.entries[-1].user == ALICE


def test_googles_client_refreshes_its_token(world: World) -> None:
    credentials = google.oauth2.credentials.Credentials(
        token=None,
        refresh_token=f"refresh-{ALICE}",
        token_uri="https://oauth2.googleapis.com/token",
        client_id="id",
        client_secret="secret",
        scopes=[READONLY],
    )
    credentials.refresh(TwinTransport(world))
    identity = world.oauth.identify(asking(credentials.token))
    assert (identity.email, identity.scopes) == (ALICE, frozenset({READONLY}))


def test_without_scopes_a_refreshed_token_is_for_everything(world: World) -> None:
    status, answer = token(world, grant_type="refresh_token", refresh_token=f"refresh-{ALICE}")
    assert (status, answer["expires_in"], answer["token_type"]) == (200, 3600, "Bearer")
    assert "https://www.googleapis.com/auth/calendar" in answer["scope"].split()
    assert world.oauth.identify(asking(answer["access_token"])).scopes is None


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({}, "invalid_request"),
        ({"grant_type": "refresh_token"}, "invalid_request"),
        ({"grant_type": "password", "password": "x"}, "unsupported_grant_type"),
        ({"grant_type": "authorization_code", "code": "x"}, "invalid_grant"),
        ({"grant_type": "authorization_code"}, "invalid_request"),
        ({"grant_type": "refresh_token", "refresh_token": "refresh-carol@example.com"}, "invalid_grant"),
        ({"grant_type": "refresh_token", "refresh_token": ALICE}, "invalid_grant"),
    ],
)
def test_what_is_no_grant_is_refused_as_oauth_does(world: World, form: dict[str, str], error: str) -> None:
    status, answer = token(world, **form)
    assert (status, answer["error"]) == (400, error)
    assert answer["error_description"]


def test_other_verbs_and_paths_are_refused(world: World) -> None:
    assert world.request("GET", "/oauth2/token").status == 405
    assert world.request("GET", "/oauth2/revoke").status == 405
    assert world.request("POST", "/oauth2/device/code").status == 404


def test_tokeninfo_tells_what_a_token_is_good_for(world: World) -> None:
    minted = world.oauth.mint(ALICE, frozenset({READONLY}))
    world.clock.advance(100 * MICROSECONDS)
    info = world.request("GET", f"/oauth2/tokeninfo?access_token={minted}").json()
    assert (info["email"], info["scope"], info["expires_in"]) == (ALICE, READONLY, "3500")
    assert world.request("GET", "/oauth2/tokeninfo?access_token=x").status == 400


@pytest.mark.parametrize(
    "email", ["", "alice", "alice@", "@example.com", "a b@example.com", "alice@example", "a@b@c.org"]
)
def test_what_is_no_address_is_refused(world: World, email: str) -> None:
    with pytest.raises(EmulatorError, match="e-mail"):
        world.oauth.add_user(email)


@pytest.mark.parametrize("zone", ["Mars/Olympus", "", "America", "../etc/passwd"])
def test_what_is_no_time_zone_is_refused(world: World, zone: str) -> None:
    with pytest.raises(EmulatorError, match="time zone"):
        world.oauth.add_user("carol@example.com", zone)
    assert "carol@example.com" not in world.oauth.users()


def test_a_token_for_nobody_is_not_minted(world: World) -> None:
    with pytest.raises(EmulatorError, match=r"carol@example\.com"):
        world.oauth.mint("carol@example.com", frozenset())


@pytest.fixture
def reopened(tmp_path: Path) -> Iterator[tuple[World, str]]:
    """A world opened again with the same file, and a token minted before."""
    first = World(clock=Clock(start_us=VIRTUAL_START_US), data=tmp_path / "state")
    first.oauth.add_user("Carol@example.com", "Europe/Berlin")
    first.oauth.add_user("carol@example.com", "Asia/Tokyo")
    minted = first.oauth.mint("carol@example.com", frozenset({READONLY}))
    first.close()
    again = World(clock=Clock(start_us=VIRTUAL_START_US), data=tmp_path / "state")
    yield again, minted
    again.close()


def test_users_and_tokens_last(reopened: tuple[World, str]) -> None:
    world, minted = reopened
    assert world.oauth.users() == ["carol@example.com"]
    assert world.oauth.time_zone_of("carol@example.com") == "Europe/Berlin"
    assert world.oauth.identify(asking(minted)).email == "carol@example.com"


def test_a_reopened_world_makes_no_token_twice(reopened: tuple[World, str]) -> None:
    world, minted = reopened
    assert world.oauth.mint("carol@example.com", frozenset()) != minted
