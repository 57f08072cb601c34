"""With which logins one gets to Google: each as whole processes, where a local Google is Google itself."""

import json
import socket
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from confsync.emulator.server import serve

from .at_home import DEVELOPER, TOKEN_URI, Home
from .signing import SIGN

DEPLOY = ("deploy", "--yes", "--no-rehearsal")
TOKEN = f"POST {TOKEN_URI}"
SECRET = f"refresh-{DEVELOPER}"
LONG_AGO_MS = 1


def clasp(home: Home) -> dict[str, str]:
    """Log in as clasp 3 does; its access token is long over."""
    tokens = {
        "client_id": "c",
        "type": "authorized_user",
        "refresh_token": SECRET,
        "expiry_date": LONG_AGO_MS,
    }
    home.keep(".clasprc.json", {"tokens": {"default": {**tokens, "access_token": "old"}}})
    return {}


def older_clasp(home: Home) -> dict[str, str]:
    """Log in as clasp 2 did, with a client of one's own, in a file that a variable names."""
    settings = {"clientId": "1-x", "clientSecret": "hush", "redirectUri": "http://localhost"}
    tokens = {"access_token": "old", "refresh_token": SECRET, "expiry_date": LONG_AGO_MS}
    kept = {"token": tokens, "oauth2ClientSettings": settings, "isLocalCreds": True}
    return {"clasp_config_auth": str(home.keep("elsewhere.json", kept))}


def oldest_clasp(home: Home) -> dict[str, str]:
    """Log in as clasp 1 did, with its own client, which the file does not name."""
    home.keep(".clasprc.json", {"access_token": "old", "refresh_token": SECRET, "exprity_date": LONG_AGO_MS})
    return {}


def gcloud(home: Home) -> dict[str, str]:
    """Log in as `gcloud auth application-default login` does."""
    home.keep(".config/gcloud/application_default_credentials.json", home.login())
    return {}


def named_for_google(home: Home) -> dict[str, str]:
    """Name a login as Google's own libraries take it."""
    return {"GOOGLE_APPLICATION_CREDENTIALS": str(home.keep("named.json", home.login()))}


def named_for_ci(home: Home) -> dict[str, str]:
    """Name a login's file for CI."""
    return {"CONFSYNC_CREDENTIALS": str(home.keep("secret.json", home.login()))}


def held_for_ci(home: Home) -> dict[str, str]:
    """Hold a login itself in a variable, as CI keeps secrets."""
    return {"CONFSYNC_CREDENTIALS": json.dumps(home.login())}


def refresh_token(home: Home) -> dict[str, str]:
    """Hold a refresh token alone, beside its client."""
    client = {"CONFSYNC_CLIENT_ID": "1-x", "CONFSYNC_CLIENT_SECRET": "hush"}
    return {"CONFSYNC_REFRESH_TOKEN": SECRET, **client}


def service_account(home: Home) -> dict[str, str]:
    """Name the key of a service account that acts for a person."""
    return {"CONFSYNC_CREDENTIALS": str(home.keep("robot.json", robot())), "CONFSYNC_SUBJECT": DEVELOPER}


def signed_for(home: Home) -> dict[str, str]:
    """Name a service account without a key, for which a person's login may sign."""
    address = SIGN.removesuffix("signJwt") + "generateAccessToken"
    kept = {
        "type": "impersonated_service_account",
        "source_credentials": home.login(),
        "service_account_impersonation_url": address,
    }
    named = {"GOOGLE_APPLICATION_CREDENTIALS": str(home.keep("signed.json", kept))}
    return {**named, "CONFSYNC_SUBJECT": DEVELOPER}


def robot() -> dict[str, str]:
    """Return the key of a service account, made for this run."""
    made = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    text = made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    named = {"client_email": "robot@example.com", "token_uri": TOKEN_URI}
    return {"type": "service_account", "private_key": text, **named}


Way = Callable[[Home], dict[str, str]]
OF_PERSONS: list[Way] = [
    clasp, older_clasp, oldest_clasp, gcloud, named_for_google, named_for_ci, held_for_ci, refresh_token,
]  # fmt: skip


@pytest.mark.parametrize("way", [*OF_PERSONS, service_account])
def test_a_login_leads_to_google(home: Home, way: Way) -> None:
    variables = way(home)
    done = home.run("plan", "--detailed-exitcode", code=3, **variables)
    requests = home.proxy.take()
    assert requests[0] == TOKEN and requests.count(TOKEN) == 1
    assert requests[-1].startswith("GET https://script.googleapis.com/v1/projects/")
    assert not [secret for secret in (SECRET, "hush", "PRIVATE") if secret in done.stdout + done.stderr]


def test_a_service_account_without_a_key_is_signed_for(home: Home) -> None:
    variables = signed_for(home)
    home.run("plan", "--detailed-exitcode", code=3, **variables)
    assert home.proxy.take()[:3] == [TOKEN, f"POST {SIGN}", TOKEN]


@pytest.mark.parametrize("way", [clasp, held_for_ci, gcloud])
def test_a_login_deploys_and_is_told_of(home: Home, way: Way) -> None:
    variables = way(home)
    made = home.json(*DEPLOY, **variables)
    assert home.json("deploy", **variables) == {**made, "changed": False, "steps": unchanged(made)}
    home.run("render")
    told = home.json("doctor", **variables)
    source = {"clasp": "clasp login", "held_for_ci": "CONFSYNC_CREDENTIALS"}
    by = source.get(way.__name__, "gcloud auth application-default login")
    assert f"{DEVELOPER}, by {by}" in next(
        one["what"] for one in told["checks"] if one["name"] == "credentials"
    )


def unchanged(made: Any) -> list[dict[str, str]]:
    """Return the steps of a deploy that has nothing to do."""
    return [{**step, "status": "unchanged"} for step in made["steps"]]


@pytest.mark.parametrize("kind", ["service_account", "impersonated_service_account", "external_account"])
def test_a_service_account_is_refused_unless_it_acts_for_a_person(home: Home, kind: str) -> None:
    named = {"GOOGLE_APPLICATION_CREDENTIALS": str(home.keep("robot.json", robot() | {"type": kind}))}
    said = home.run("deploy", "--yes", code=1, **named).stderr
    assert "this is a service account, and Google's Apps Script API does not work with these" in said
    assert "Use the login of a person." in said and "CONFSYNC_SUBJECT=EMAIL" in said
    assert (home.proxy.take(), "PRIVATE" in said) == ([], False)


def test_a_login_that_google_took_back_is_said(home: Home) -> None:
    home.keep(".config/confsync/login.json", home.login(refresh_token="taken-back"))
    said = home.run("deploy", "--yes", code=1).stderr
    assert said.startswith("Error: Google: the login was not accepted (")
    assert "Log in with `confsync login`" in said and "taken-back" not in said
    (check,) = [one for one in home.json("doctor", code=1)["checks"] if one["status"] == "fail"]
    assert check["name"] == "credentials"


@pytest.fixture
def nowhere() -> dict[str, str]:
    """The environment of somebody whose proxy does not answer."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{taken.getsockname()[1]}"
    return {"HTTPS_PROXY": address, "HTTP_PROXY": address}


def test_a_proxy_that_does_not_answer_is_said(home: Home, nowhere: dict[str, str]) -> None:
    home.log_in()
    said = home.run("plan", code=1, **nowhere).stderr
    assert said.startswith("Error: Google: the connection failed (") and "proxy" in said


def test_nothing_of_this_machine_is_asked_by_way_of_a_proxy(home: Home, nowhere: dict[str, str]) -> None:
    with serve(home.world) as server:
        words = ("--target", "local", "--url", server.url)
        assert home.json("deploy", *words, **nowhere)["changed"] is True
        found = {one["name"]: one for one in home.json("doctor", *words, code=1, **nowhere)["checks"]}
        assert (found["credentials"]["status"], found["project"]["status"]) == ("ok", "ok")
        addresses = {
            "auth_uri": f"{server.url}/oauth2/o/oauth2/v2/auth",
            "token_uri": f"{server.url}/oauth2/token",
        }
        client = {"installed": {"client_id": "1-x", "client_secret": "hush", **addresses}}
        home.run("login", "--client", str(home.keep("client.json", client)), **nowhere)
        assert home.json("logout", **nowhere)["revoked"] is True
    assert home.json("plan", "--target", "local", **nowhere)["changes"] is True
    assert home.proxy.take() == []
