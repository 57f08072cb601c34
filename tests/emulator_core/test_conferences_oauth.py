"""The sample conferencing service gives tokens for codes, as RFC 6749 has it."""

from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from confsync.emulator.wire import Response
from confsync.emulator.world import World

BACK = "https://script.google.com/macros/d/1/usercallback"
ASKED = {"client_id": "sample-client", "redirect_uri": BACK, "response_type": "code", "state": "s 1"}


def authorize(world: World, **more: str) -> Response:
    return world.request("GET", f"/conferences/oauth/authorize?{urlencode(ASKED | more)}")


def code_of(world: World) -> str:
    location = authorize(world).headers["location"]
    return parse_qs(urlsplit(location).query)["code"][0]


def token(world: World, **form: str) -> tuple[int, Any]:
    known = {"client_id": "sample-client", "client_secret": world.conferences.key, "redirect_uri": BACK}
    headers = {"content-type": "application/x-www-form-urlencoded"}
    response = world.request("POST", "/conferences/oauth/token", headers, urlencode(known | form).encode())
    return response.status, response.json()


def listed(world: World, authorization: str) -> int:
    return world.request("GET", "/conferences/v1/conferences", {"authorization": authorization}).status


def test_a_code_comes_back_with_the_state(world: World) -> None:
    answer = authorize(world)
    assert (answer.status, answer.headers["location"].partition("?")[0]) == (302, BACK)
    query = parse_qs(urlsplit(answer.headers["location"]).query)
    assert query["state"] == ["s 1"] and query["code"]
    refused = authorize(world, response_type="token").headers["location"]
    assert parse_qs(urlsplit(refused).query) == {"error": ["unsupported_response_type"], "state": ["s 1"]}
    assert authorize(world, client_id="other").status == 400
    assert authorize(world, redirect_uri="http://x.example/").status == 400


def test_a_code_is_good_for_tokens_once_and_for_ten_minutes(world: World) -> None:
    code = code_of(world)
    status, given = token(world, grant_type="authorization_code", code=code)
    assert (status, given["token_type"], given["expires_in"]) == (200, "Bearer", 3600)
    assert listed(world, f"Bearer {given['access_token']}") == 200
    assert listed(world, given["access_token"]) == listed(world, f"Bearer {given['refresh_token']}") == 401
    again = token(world, grant_type="authorization_code", code=code)
    assert (again[0], again[1]["error"]) == (400, "invalid_grant")
    elsewhere = token(world, grant_type="authorization_code", code=code_of(world), redirect_uri=BACK + "/x")
    assert (elsewhere[0], elsewhere[1]["error"]) == (400, "invalid_grant")
    late = code_of(world)
    world.clock.advance(600_000_000)
    assert token(world, grant_type="authorization_code", code=late)[0] == 400


def test_an_access_token_ends_after_an_hour_and_is_renewed(world: World) -> None:
    given = token(world, grant_type="authorization_code", code=code_of(world))[1]
    world.clock.advance(3_600_000_000)
    assert listed(world, f"Bearer {given['access_token']}") == 401
    status, renewed = token(world, grant_type="refresh_token", refresh_token=given["refresh_token"])
    assert status == 200 and "refresh_token" not in renewed
    assert listed(world, f"Bearer {renewed['access_token']}") == 200


def test_what_is_wrong_has_the_names_of_the_standard(world: World) -> None:
    for form, expected in (
        ({"grant_type": "authorization_code", "client_secret": "no"}, (401, "invalid_client")),
        ({"grant_type": "refresh_token", "refresh_token": "no"}, (400, "invalid_grant")),
        ({"grant_type": "password"}, (400, "unsupported_grant_type")),
    ):
        status, answer = token(world, **form)
        assert (status, answer["error"]) == expected
    assert world.request("POST", "/conferences/oauth/authorize").status == 404
