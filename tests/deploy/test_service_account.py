"""A service account that acts for a person of its domain, against the local Google's token endpoint."""

import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from confsync.deploy.credentials import find_login
from confsync.emulator.hosts import local_target
from confsync.errors import DeployError

from .conftest import DEVELOPER
from .signing import SIGN, signed


@pytest.fixture(scope="module")
def key() -> dict[str, Any]:
    """The key of a service account, made for this run."""
    made = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    text = made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    return {
        "type": "service_account",
        "client_email": "robot@example.com",
        "private_key": text,
        "token_uri": "https://oauth2.googleapis.com/token",
    }


class ToTheLocalGoogle:
    """What google-auth calls to ask for tokens; requests to sign are answered as the IAM API would."""

    def __init__(self, world: Any) -> None:
        self._world, self.signed = world, [""]

    def __call__(self, url: str, method: str, body: Any, headers: dict[str, str], **rest: object) -> Any:
        if url == SIGN:
            self.signed.append(headers["authorization"])
            return _answer(200, signed(body), {})
        sent = body if isinstance(body, bytes) else body.encode()
        response = self._world.request(method, local_target(url), headers, sent)
        return _answer(response.status, response.body, dict(response.headers))


def _answer(status: int, data: bytes, headers: dict[str, str]) -> Any:
    return type("Answer", (), {"status": status, "data": data, "headers": headers})


def credentials_of(info: dict[str, Any], subject: str) -> Any:
    environment = {"CONFSYNC_CREDENTIALS": json.dumps(info), "CONFSYNC_SUBJECT": subject}
    return find_login(environment, Path("nowhere")).credentials


def test_with_a_key_of_its_own(there: Any, key: dict[str, Any]) -> None:
    credentials = credentials_of(key, DEVELOPER)
    credentials.refresh(ToTheLocalGoogle(there.world))
    owner = there.world.oauth.owner(credentials.token)
    assert owner.email == DEVELOPER
    assert {scope.rpartition("/")[2] for scope in owner.scopes} >= {"script.projects", "script.deployments"}


def test_with_the_login_of_somebody_who_may_sign_for_it(there: Any) -> None:
    source = {"type": "authorized_user", "client_id": "c", "refresh_token": f"refresh-{DEVELOPER}"}
    address = SIGN.removesuffix("signJwt") + "generateAccessToken"
    info = {
        "type": "impersonated_service_account",
        "source_credentials": source,
        "service_account_impersonation_url": address,
    }
    credentials, google = credentials_of(info, DEVELOPER), ToTheLocalGoogle(there.world)
    credentials.refresh(google)
    assert there.world.oauth.owner(credentials.token).email == DEVELOPER
    assert google.signed[-1].startswith("Bearer ya29")


@pytest.mark.parametrize(
    "change",
    [{"private_key": "-----BEGIN"}, {"private_key": 7}, {"type": "impersonated_service_account"}],
)
def test_a_key_that_is_none_is_said_and_not_shown(key: dict[str, Any], change: dict[str, Any]) -> None:
    with pytest.raises(DeployError, match="CONFSYNC_CREDENTIALS: this is no key") as error:
        credentials_of(key | change, DEVELOPER)
    assert "BEGIN" not in str(error.value)
