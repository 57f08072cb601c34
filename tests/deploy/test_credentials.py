"""A person's login is found and converted; what cannot work is said with what to do."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from confsync.deploy.credentials import NoLogin, connect, find_login
from confsync.errors import DeployError

CLASP = {
    "client_id": "client",
    "type": "authorized_user",
    "refresh_token": "refresh",
    "access_token": "access",
    "token_type": "Bearer",
    "expiry_date": 4_102_444_800_000,
    "id_token": "id",
}
GOOGLE = {"type": "authorized_user", "client_id": "client", "client_secret": "s", "refresh_token": "gcloud"}


def kept(path: Path, value: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(value if isinstance(value, str) else json.dumps(value))
    return path


def test_clasps_login_is_converted(tmp_path: Path) -> None:
    kept(tmp_path / ".clasprc.json", {"tokens": {"default": CLASP}})
    login = connect({}, tmp_path).http.credentials
    assert (login.token, login.refresh_token, login.client_secret) == ("access", "refresh", "")
    assert login.expiry == datetime(2100, 1, 1, tzinfo=UTC).replace(tzinfo=None)
    assert login.valid


@pytest.mark.parametrize("expiry", [None, "soon", 0])
def test_an_access_token_of_unknown_age_is_fetched_anew(tmp_path: Path, expiry: Any) -> None:
    kept(tmp_path / ".clasprc.json", {"tokens": {"default": CLASP | {"expiry_date": expiry}}})
    assert connect({}, tmp_path).http.credentials.expired


def test_a_named_file_comes_first_and_gclouds_last(tmp_path: Path) -> None:
    kept(tmp_path / ".config" / "gcloud" / "application_default_credentials.json", GOOGLE)
    assert connect({}, tmp_path).http.credentials.refresh_token == "gcloud"
    kept(tmp_path / ".clasprc.json", {"tokens": {"default": CLASP}})
    assert connect({}, tmp_path).http.credentials.refresh_token == "refresh"
    named = kept(tmp_path / "mine.json", GOOGLE | {"refresh_token": "named"})
    environment = {"GOOGLE_APPLICATION_CREDENTIALS": str(named)}
    assert connect(environment, tmp_path).http.credentials.refresh_token == "named"


def test_what_is_named_for_confsync_comes_before_all_else(tmp_path: Path) -> None:
    environment = {"GOOGLE_APPLICATION_CREDENTIALS": str(kept(tmp_path / "other.json", GOOGLE))}
    kept(tmp_path / ".config" / "confsync" / "login.json", GOOGLE | {"refresh_token": "ours"})
    assert found(environment, tmp_path) == ("GOOGLE_APPLICATION_CREDENTIALS", "gcloud")
    assert found({}, tmp_path) == ("confsync login", "ours")
    environment |= {"CONFSYNC_REFRESH_TOKEN": "alone", "CONFSYNC_CLIENT_ID": "client"}
    assert found(environment, tmp_path) == ("CONFSYNC_REFRESH_TOKEN", "alone")
    named = kept(tmp_path / "named.json", GOOGLE | {"refresh_token": "file"})
    assert found(environment | {"CONFSYNC_CREDENTIALS": str(named)}, tmp_path) == (
        "CONFSYNC_CREDENTIALS",
        "file",
    )
    held = {"CONFSYNC_CREDENTIALS": json.dumps(GOOGLE | {"refresh_token": "held"})}
    assert found(environment | held, tmp_path) == ("CONFSYNC_CREDENTIALS", "held")


def found(environment: dict[str, str], home: Path) -> tuple[str, str]:
    login = find_login(environment, home)
    return login.source, login.credentials.refresh_token


@pytest.mark.parametrize(
    "value",
    [
        {
            "token": CLASP,
            "oauth2ClientSettings": {"clientId": "theirs", "clientSecret": "x"},
            "isLocalCreds": True,
        },
        {name: value for name, value in CLASP.items() if name not in ("client_id", "type")},
    ],
)
def test_older_logins_of_clasp_are_converted(tmp_path: Path, value: dict[str, Any]) -> None:
    kept(tmp_path / ".clasprc.json", value)
    login = connect({}, tmp_path).http.credentials
    assert (login.token, login.refresh_token, bool(login.client_id)) == ("access", "refresh", True)


def test_a_refresh_token_needs_its_client(tmp_path: Path) -> None:
    with pytest.raises(DeployError, match=r"CONFSYNC_REFRESH_TOKEN: .*CONFSYNC_CLIENT_ID") as error:
        connect({"CONFSYNC_REFRESH_TOKEN": "1//secret"}, tmp_path)
    assert "1//secret" not in str(error.value)


def test_without_a_login_the_ways_to_get_one_are_named(tmp_path: Path) -> None:
    with pytest.raises(NoLogin, match=r"confsync login.*clasp login.*GOOGLE_APPLICATION_CREDENTIALS"):
        connect({}, tmp_path)


@pytest.mark.parametrize("kind", ["service_account", "impersonated_service_account", "external_account"])
def test_a_service_account_is_refused(tmp_path: Path, kind: str) -> None:
    named = kept(tmp_path / "robot.json", {"type": kind, "client_email": "robot@example.com"})
    with pytest.raises(DeployError, match=r"Apps Script API does not work with these.*CONFSYNC_SUBJECT"):
        connect({"GOOGLE_APPLICATION_CREDENTIALS": str(named)}, tmp_path)


@pytest.mark.parametrize(
    "value", ["", "{", "[]", {"tokens": {}}, {"tokens": []}, {"tokens": {"default": {}}}, {"token": {"x": 1}}]
)
def test_a_login_that_cannot_be_used_is_named(tmp_path: Path, value: Any) -> None:
    kept(tmp_path / ".clasprc.json", value)
    with pytest.raises(DeployError, match=r"\.clasprc\.json.*clasp login"):
        connect({}, tmp_path)
    named = {"CONFSYNC_CREDENTIALS": str(tmp_path / ".clasprc.json")}
    with pytest.raises(DeployError, match=r"\.clasprc\.json"):
        connect(named, tmp_path / "elsewhere")


@pytest.mark.parametrize(
    "value", ["{", '{"type": "authorized_user", "refresh_token": 1}', '{"refresh_token": "1//x"}']
)
def test_a_variable_that_holds_no_login_is_named_and_not_shown(tmp_path: Path, value: str) -> None:
    with pytest.raises(DeployError, match=r"^CONFSYNC_CREDENTIALS: ") as error:
        connect({"CONFSYNC_CREDENTIALS": value}, tmp_path)
    assert "1//x" not in str(error.value)


def test_a_named_file_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(DeployError, match="nowhere"):
        connect({"GOOGLE_APPLICATION_CREDENTIALS": str(tmp_path / "nowhere.json")}, tmp_path)
