"""Receivers of notifications: which addresses may be named, and how a message is posted to one.

Nothing leaves this machine: whatever an address says, only the loopback interface is ever spoken to.
"""

from __future__ import annotations

import contextlib
import http.client
import re
import socket
import ssl
import threading
from collections.abc import Mapping
from urllib.parse import SplitResult, urlsplit

from confsync.emulator.errors import ApiError

# The hosts that are this machine, and where each is looked for; no name is ever resolved.
LOOPBACK = {"127.0.0.1": ("127.0.0.1",), "localhost": ("127.0.0.1", "::1"), "::1": ("::1",)}
PATIENCE_S = 5.0
NO_ANSWER = 0

_STAYS_HERE = "nothing leaves this machine, a local Google notifies 127.0.0.1, localhost and [::1] only"
_PRINTABLE = re.compile(r"[!-~]+")
_DEFAULT_PORTS = {"http": 80, "https": 443}
_READ_BYTES = 65_536


def check_address(address: str, rule: str) -> None:
    """Raise ApiError 400 for an address that cannot be notified.

    `rule` is a value of the switch `push_addresses`: `loopback` takes http and https addresses of this machine, `https`
    takes what Google takes. The texts up to the address are reported, as are the reasons.
    """
    parts = _parts(address)
    if parts is None:
        raise ApiError(400, "invalid", f"Invalid value '{address}' for address.", location="address")
    if parts.scheme != "https" and (rule == "https" or not _is_here(parts)):
        hint = "" if rule == "https" else f" ({_STAYS_HERE})"
        raise ApiError(400, "push.webhookUrlNotHttps", f"WebHook callback must be HTTPS: {address}{hint}")
    if rule == "loopback" and not _is_here(parts):
        message = f"Unauthorized WebHook callback channel: {address} ({_STAYS_HERE})"
        raise ApiError(400, "push.webhookUrlUnauthorized", message)


def is_here(address: str) -> bool:
    """Tell whether an address that was checked is on this machine."""
    parts = _parts(address)
    return parts is not None and _is_here(parts)


def _parts(address: str) -> SplitResult | None:
    """Return the parts of an address, or None when it is no http or https one."""
    try:
        parts = urlsplit(address)
        known = parts.scheme in _DEFAULT_PORTS and parts.hostname and parts.port != 0
    except ValueError:
        return None
    return parts if known and _PRINTABLE.fullmatch(address) else None


def _is_here(parts: SplitResult) -> bool:
    return parts.hostname in LOOPBACK


class Courier:
    """Posts messages to receivers, each within `patience_s` seconds of the machine's clock."""

    def __init__(self) -> None:
        self.patience_s = PATIENCE_S
        self._lock = threading.Lock()
        self._line: _Line | None = None
        self._gone = False

    def post(self, address: str, headers: Mapping[str, str]) -> int:
        """Post an empty body and return the status that came back; `NO_ANSWER` when none did.

        Redirects are not followed, certificates are not checked: the receiver is on this machine.
        """
        line = _Line()
        with self._lock:
            if self._gone:
                return NO_ANSWER
            self._line = line
        # One receiver at a time has the line, so that also one that sends a byte now and then must come to an end.
        patience = threading.Timer(self.patience_s, line.cut)
        patience.daemon = True
        patience.start()
        try:
            return _status(line, urlsplit(address), headers, self.patience_s)
        except (OSError, http.client.HTTPException, ValueError):
            return NO_ANSWER
        finally:
            patience.cancel()
            line.close()

    def hang_up(self) -> None:
        """End what is being said, and say nothing more; a second time does nothing."""
        with self._lock:
            self._gone = True
            if self._line:
                self._line.cut()


class _Line:
    """A connection under way, which another thread can cut."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._socket: socket.socket | None = None
        self._is_cut = False

    def take(self, endpoint: socket.socket) -> None:
        """Speak over this socket from now on; ConnectionAbortedError once the line is cut."""
        with self._lock:
            self._socket = endpoint
            if self._is_cut:
                raise ConnectionAbortedError("the line is cut")

    def cut(self) -> None:
        """Wake whoever waits for the socket, with an error or an end."""
        with self._lock:
            self._is_cut = True
            if self._socket:
                # Not the method of a TLS socket: that one forgets its keys under the hands of who reads from it.
                with contextlib.suppress(OSError):
                    socket.socket.shutdown(self._socket, socket.SHUT_RDWR)

    def close(self) -> None:
        """Give the socket back."""
        with self._lock:
            if self._socket:
                self._socket.close()
                self._socket = None


def _status(line: _Line, parts: SplitResult, headers: Mapping[str, str], patience_s: float) -> int:
    host, port = parts.hostname or "", parts.port or _DEFAULT_PORTS[parts.scheme]
    endpoint = _connected(line, host, port, patience_s)
    if parts.scheme == "https":
        endpoint = _encrypted(line, endpoint, host)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(host, port)
    connection.sock = endpoint
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    connection.request(
        "POST", target, body=b"", headers={name: text.encode() for name, text in headers.items()}
    )
    response = connection.getresponse()
    # A receiver that still writes when the connection goes would see an error.
    with contextlib.suppress(OSError, http.client.HTTPException):
        response.read(_READ_BYTES)
    return response.status


def _connected(line: _Line, host: str, port: int, patience_s: float) -> socket.socket:
    refusal: OSError = ConnectionRefusedError(f"{host} is not this machine")
    for place in LOOPBACK.get(host, ()):
        endpoint = socket.socket(socket.AF_INET6 if ":" in place else socket.AF_INET, socket.SOCK_STREAM)
        endpoint.settimeout(patience_s)
        line.take(endpoint)
        try:
            endpoint.connect((place, port))
            return endpoint
        except OSError as error:
            line.close()
            refusal = error
    raise refusal


def _encrypted(line: _Line, endpoint: socket.socket, host: str) -> socket.socket:
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    encrypted = context.wrap_socket(endpoint, server_hostname=host, do_handshake_on_connect=False)
    line.take(encrypted)
    encrypted.do_handshake()
    return encrypted
