"""A user agrees at the consent screen, and an application on the same machine gets tokens for it."""

import base64
import hashlib
import json
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from confsync.emulator.wire import Response
from confsync.emulator.world import World

ALICE = "alice@example.com"
BACK = "http://127.0.0.1:40123/"
READ, WRITE = "https://www.googleapis.com/auth/calendar.readonly", "https://www.googleapis.com/auth/calendar"
VERIFIER = "v" * 43
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
ASKED = {
    "client_id": "client",
    "redirect_uri": BACK,
    "response_type": "code",
    "scope": f"{READ} {WRITE}",
    "state": "s 1",
    "access_type": "offline",
    "code_challenge": CHALLENGE,
    "code_challenge_method": "S256",
}
FORM = {"content-type": "application/x-www-form-urlencoded"}


def visit(world: World, form: list[tuple[str, str]] | None = None, **more: str) -> Response:
    target = f"/oauth2/o/oauth2/v2/auth?{urlencode(ASKED | more)}"
    if form is None:
        return world.request("GET", target)
    return world.request("POST", target, FORM, urlencode(form).encode())


def agreed(world: World, *scopes: str, **more: str) -> dict[str, list[str]]:
    """Let Alice agree to some scopes; return what comes back to the application."""
    form = [("user", ALICE), ("action", "allow"), *(("granted", scope) for scope in scopes or (READ, WRITE))]
    answer = visit(world, form, **more)
    assert (answer.status, answer.headers["location"].partition("?")[0]) == (302, BACK)
    return parse_qs(urlsplit(answer.headers["location"]).query)


def token(world: World, **form: str) -> tuple[int, Any]:
    known = {"client_id": "client", "redirect_uri": BACK, "code_verifier": VERIFIER}
    response = world.request("POST", "/oauth2/token", FORM, urlencode(known | form).encode())
    return response.status, response.json()


def fetched(world: World, *scopes: str, **more: str) -> Any:
    code = agreed(world, *scopes, **more)["code"][0]
    status, given = token(world, grant_type="authorization_code", code=code)
    assert status == 200, given
    return given


def test_the_page_shows_users_and_scopes(world: World) -> None:
    page = visit(world)
    assert (page.status, page.headers["content-type"]) == (200, "text/html; charset=UTF-8")
    assert all(f'value="{value}"' in page.body.decode() for value in (ALICE, READ, WRITE))
    assert "<script>" not in visit(world, scope="<script>").body.decode()


def test_a_code_is_good_once_for_who_asked(world: World) -> None:
    back = agreed(world)
    assert (back["state"], back["scope"]) == (["s 1"], [f"{WRITE} {READ}"])
    code = back["code"][0]
    status, given = token(world, grant_type="authorization_code", code=code)
    assert (status, given["expires_in"], given["scope"]) == (200, 3600, f"{WRITE} {READ}")
    owner = world.oauth.owner(given["access_token"])
    assert owner is not None and (owner.email, owner.scopes) == (ALICE, frozenset({READ, WRITE}))
    assert token(world, grant_type="authorization_code", code=code)[1]["error"] == "invalid_grant"


def test_a_client_may_name_itself_in_the_header(world: World) -> None:
    form = {"redirect_uri": BACK, "code_verifier": VERIFIER, "grant_type": "authorization_code"}

    def answered(header: str) -> int:
        body = urlencode(form | {"code": agreed(world)["code"][0]}).encode()
        return world.request("POST", "/oauth2/token", FORM | {"authorization": header}, body).status

    basic = base64.b64encode(b"client:secret").decode()
    assert [answered(header) for header in (f"Basic {basic}", f"Bearer {basic}", "Basic x")] == [
        200,
        400,
        400,
    ]


@pytest.mark.parametrize(
    "other",
    [{"code_verifier": "w" * 43}, {"code_verifier": ""}, {"client_id": "x"}, {"redirect_uri": BACK + "x"}],
)
def test_a_code_is_no_good_for_somebody_else(world: World, other: dict[str, str]) -> None:
    code = agreed(world)["code"][0]
    assert token(world, grant_type="authorization_code", code=code, **other)[1]["error"] == "invalid_grant"


def test_a_code_grows_old(world: World) -> None:
    code = agreed(world)["code"][0]
    world.clock.advance(600_000_000)
    assert token(world, grant_type="authorization_code", code=code)[1]["error"] == "invalid_grant"


def test_the_user_may_untick_a_scope_or_say_no(world: World) -> None:
    assert fetched(world, READ)["scope"] == READ
    for form in (
        [("user", ALICE), ("action", "deny"), ("granted", READ)],
        [("user", ALICE), ("action", "allow")],
    ):
        back = parse_qs(urlsplit(visit(world, form).headers["location"]).query)
        assert back == {"error": ["access_denied"], "state": ["s 1"]}


def test_a_refresh_token_is_given_for_offline_use_and_stays_within_its_scopes(world: World) -> None:
    assert "refresh_token" not in fetched(world, access_type="online")
    refresh = fetched(world, READ)["refresh_token"]
    for _ in range(2):
        status, again = token(world, grant_type="refresh_token", refresh_token=refresh)
        assert (status, again["scope"], "refresh_token" in again) == (200, READ, False)
    wider = token(world, grant_type="refresh_token", refresh_token=refresh, scope=f"{READ} {WRITE}")
    assert (wider[0], wider[1]["error"]) == (400, "invalid_scope")


@pytest.mark.parametrize("which", ["refresh_token", "access_token"])
def test_a_token_can_be_taken_back_once(world: World, which: str) -> None:
    given = fetched(world)
    body = urlencode({"token": given[which]}).encode()
    assert [world.request("POST", "/oauth2/revoke", FORM, body).status for _ in range(2)] == [200, 400]
    if which == "refresh_token":
        gone = token(world, grant_type="refresh_token", refresh_token=given[which])
        assert gone[1]["error"] == "invalid_grant"
    else:
        assert world.oauth.owner(given[which]) is None


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"client_id": ""}, "invalid_request"),
        ({"scope": " "}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"redirect_uri": "https://evil.example/"}, "redirect_uri_mismatch"),
        ({"redirect_uri": "http://127.0.0.1.evil.example/"}, "redirect_uri_mismatch"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
    ],
)
def test_what_cannot_be_asked_is_said_to_the_user_and_sent_nowhere(
    world: World, change: dict[str, str], error: str
) -> None:
    for answer in (visit(world, **change), visit(world, [("user", ALICE), ("action", "allow")], **change)):
        assert (answer.status, "location" in answer.headers) == (400, False)
        assert f"Error 400: {error}" in answer.body.decode()


def test_nobody_agrees_for_an_unknown_account(world: World) -> None:
    form = [("user", "carol@example.com"), ("action", "allow"), ("granted", READ)]
    assert visit(world, form).status == 400


def assertion(**said: str) -> str:
    part = base64.urlsafe_b64encode(json.dumps(said).encode()).decode().rstrip("=")
    return f"e30.{part}.c2lnbmF0dXJl"


def test_a_service_account_acts_for_a_user_or_not_at_all(world: World) -> None:
    kind = "urn:ietf:params:oauth:grant-type:jwt-bearer"
    status, given = token(world, grant_type=kind, assertion=assertion(iss="robot", sub=ALICE, scope=READ))
    assert (status, given["scope"]) == (200, READ)
    for refused in (
        assertion(iss="robot", scope=READ),
        assertion(sub="carol@example.com", scope=READ),
        "x",
        "a.b.c",
    ):
        status, answer = token(world, grant_type=kind, assertion=refused)
        assert (status, answer["error"]) == (401, "unauthorized_client")
