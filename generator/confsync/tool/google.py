"""Google's Calendar over the network: which answers the engine gets to see, and which end a run at once."""

from __future__ import annotations

import http.client
import json
import socket
import ssl
from typing import Any

import google.auth.exceptions
import httplib2
from googleapiclient.discovery import build

from confsync.errors import SyncError

LOGIN = (
    "Log in with `gcloud auth application-default login` and the scopes calendar.events.readonly "
    "(calendar.events for write-backs) and calendar.calendarlist.readonly (and cloud-platform, which it insists on), or let GOOGLE_APPLICATION_CREDENTIALS "
    "name such a login."
)
_NOBODY = (ConnectionRefusedError, httplib2.ServerNotFoundError, socket.gaierror)
_LOST = (
    OSError,
    http.client.HTTPException,
    httplib2.HttpLib2Error,
    google.auth.exceptions.TransportError,
)

_NO_ANSWER = (httplib2.Response({"status": "503"}), b"")


class Unreachable(SyncError):
    """Nobody answers there at present: worth another try later."""


def calendar_client(url: str = "") -> Any:
    """Return Google's own client of Calendar, at another address than Google's if one is given."""
    options = {"api_endpoint": f"{url}/calendar/v3/"} if url else None
    return build("calendar", "v3", http=httplib2.Http(), client_options=options, static_discovery=True)


class GoogleHttp:
    """Sends the client's requests, and counts them.

    A login that is not accepted and an address where nobody listens end the run (SyncError, Unreachable); an answer
    that was lost or broken on the way looks like a busy Calendar, which the engine asks again. With `read_only`, whatever is
    no GET is not sent.
    """

    def __init__(self, inner: Any, name: str, login: str, *, read_only: bool = False) -> None:
        self._inner, self._name, self._login, self.read_only = inner, name, login, read_only
        self.count = 0

    def request(self, uri: str, method: str = "GET", **sent: Any) -> tuple[Any, bytes]:
        """Ask as `httplib2.Http.request` does."""
        if self.read_only and method != "GET":
            raise SyncError(f"a {method} was about to be sent, and nothing may be changed.", where=self._name)
        self.count += 1
        try:
            response, body = self._inner.request(uri, method, **sent)
        except google.auth.exceptions.RefreshError as error:
            raise self._refused(f"the login was not accepted ({error.args[0]}).") from error
        except ssl.SSLCertVerificationError as error:
            raise SyncError(
                f"its certificate is not trusted ({error}).",
                where=self._name,
                next_step="If a proxy reads along, let HTTPLIB2_CA_CERTS name a file with its certificate.",
            ) from error
        except _LOST as error:
            # What PySocks says of a proxy wraps the socket's error.
            if isinstance(getattr(error, "socket_err", error), _NOBODY):
                raise Unreachable(
                    "nothing answers there.", where=self._name, next_step="Is it running, and the network up?"
                ) from error
            return _NO_ANSWER
        if int(response.status) == 401:
            raise self._refused("the login was not accepted.")
        if int(response.status) == 403 and (b"insufficientPermissions" in body or b"SCOPE_INSUFF" in body):
            raise self._refused("the login lacks a scope.")
        return (response, body) if int(response.status) != 200 or _is_json(body) else _NO_ANSWER

    def close(self) -> None:
        """Close the connections."""
        self._inner.close()

    def _refused(self, what: str) -> SyncError:
        return SyncError(what, where=self._name, next_step=self._login)


def _is_json(body: bytes) -> bool:
    try:
        json.loads(body)
    except ValueError:
        return False
    return True
