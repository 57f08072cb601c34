"""Reaching a local Google: no credentials, whoever one says one is."""

import http.client
import json
from typing import Any
from urllib.parse import quote, urlsplit

from confsync.deploy.connection import Connection
from confsync.deploy.failures import causes, explained
from confsync.errors import DeployError

TIMEOUT = 60


def connect(url: str, user: str) -> Connection:
    """Return the way to a local Google at that address, as a user that it need not know yet; raises DeployError."""
    if not _is_address(url):
        raise DeployError("not an address.", where=url, next_step="One looks like http://127.0.0.1:8765.")
    address = url.rstrip("/")
    return Connection(_LocalHttp(address, user), address, "Name a user as an e-mail address with --user.")


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return (
            parts.scheme in ("http", "https")
            and bool(parts.hostname)
            and parts.port != 0
            and url.split() == [url]
        )
    except ValueError:  # of a port that is none, say
        return False


def properties(connection: Connection, script_id: str) -> set[str]:
    """Return the names of the Script Properties that are set, which only a local Google tells; raises DeployError."""
    address = f"{connection.url}/emulator/properties/{quote(script_id)}/script"
    try:
        _, body = connection.http.request(address)
        return set(json.loads(body)["properties"])
    except causes() as error:
        raise explained(error, connection) from error


class _LocalHttp:
    """Sends the user's e-mail address as bearer token, and introduces the user when it is not known."""

    def __init__(self, address: str, user: str) -> None:
        parts = urlsplit(address)
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        self._http = kind(parts.netloc, timeout=TIMEOUT)
        self._address, self._user = address, user

    def request(self, uri: str, method: str = "GET", **sent: Any) -> tuple[http.client.HTTPResponse, bytes]:
        """Ask as `httplib2.Http.request` does; a first 401 is answered by making the user and asking again."""
        headers = {**(sent.pop("headers", None) or {}), "authorization": f"Bearer {self._user}"}
        response, body = self._asked(uri, method, headers=headers, **sent)
        if response.status == 401 and self._introduced():
            response, body = self._asked(uri, method, headers=headers, **sent)
        return response, body

    def close(self) -> None:
        """Close the connection; the next request opens another one."""
        self._http.close()

    def _introduced(self) -> bool:
        user = json.dumps({"email": self._user})
        headers = {"content-type": "application/json"}
        response, _ = self._asked(f"{self._address}/emulator/users", "POST", body=user, headers=headers)
        return bool(response.status < 300)

    def _asked(self, uri: str, method: str, **sent: Any) -> tuple[http.client.HTTPResponse, bytes]:
        parts = urlsplit(uri)
        try:
            self._http.request(method, f"{parts.path}?{parts.query}" if parts.query else parts.path, **sent)
            response = self._http.getresponse()
            return response, response.read()
        except OSError as error:
            self._http.close()
            if isinstance(error, ConnectionRefusedError) or type(error).__name__ == "gaierror":
                raise _nobody(self._address) from error
            raise
        except http.client.HTTPException:
            self._http.close()
            raise


def _nobody(address: str) -> DeployError:
    return DeployError(
        "nothing answers there.",
        where=address,
        next_step="Start a local Google with `confsync emulate`, or leave out --url to use one of our own.",
    )
