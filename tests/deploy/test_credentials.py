"""A person's login is found and converted; what cannot work is said with what to do."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from confsync.deploy.credentials import connect
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


def test_without_a_login_the_ways_to_get_one_are_named(tmp_path: Path) -> None:
    with pytest.raises(DeployError, match=r"clasp login.*GOOGLE_APPLICATION_CREDENTIALS"):
        connect({}, tmp_path)


def test_a_service_account_is_refused(tmp_path: Path) -> None:
    named = kept(tmp_path / "robot.json", {"type": "service_account", "client_email": "robot@example.com"})
    with pytest.raises(DeployError, match="service account"):
        connect({"GOOGLE_APPLICATION_CREDENTIALS": str(named)}, tmp_path)


@pytest.mark.parametrize(
    "value", ["", "{", "[]", {"tokens": {}}, {"tokens": []}, {"tokens": {"default": {}}}, {"token": {"x": 1}}]
)
def test_a_login_that_cannot_be_used_is_named(tmp_path: Path, value: Any) -> None:
    kept(tmp_path / ".clasprc.json", value)
    with pytest.raises(DeployError, match=r"\.clasprc\.json.*clasp login"):
        connect({}, tmp_path)


def test_a_named_file_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(DeployError, match="nowhere"):
        connect({"GOOGLE_APPLICATION_CREDENTIALS": str(tmp_path / "nowhere.json")}, tmp_path)
