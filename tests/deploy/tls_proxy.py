"""Google's own host names, answered by a local Google: a proxy that takes CONNECT and speaks TLS for them."""

import contextlib
import datetime
import http.client
import http.server
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from confsync.emulator.hosts import local_target

from .signing import SIGNER, signed

HOSTS = ("*.googleapis.com", "accounts.google.com", "script.google.com")


@dataclass(frozen=True)
class Proxy:
    """A proxy that runs: the environment in which a program goes by way of it, and what it was asked so far."""

    environment: dict[str, str]
    requests: list[str]

    def take(self) -> list[str]:
        """Return verb and address of the requests since the last time, and forget them."""
        taken = [*self.requests]
        self.requests.clear()
        return taken


@contextlib.contextmanager
def proxy(url: str, folder: Path) -> Iterator[Proxy]:
    """Give a proxy behind which the local Google at that address is Google itself; its certificate is in `folder`."""
    pem, key = _certificate(folder)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(pem, key)
    requests: list[str] = []
    server = _Server(("127.0.0.1", 0), _handler(urlsplit(url).netloc, tls, requests))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    address = f"http://127.0.0.1:{server.server_port}"
    # Each library has its own variable for whom it trusts.
    trusted = {name: str(pem) for name in ("HTTPLIB2_CA_CERTS", "REQUESTS_CA_BUNDLE")}
    try:
        yield Proxy({"HTTPS_PROXY": address, "HTTP_PROXY": address, **trusted}, requests)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Server(http.server.ThreadingHTTPServer):
    """A server that does not mind whoever goes away."""

    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing."""


def _handler(
    there: str, tls: ssl.SSLContext, requests: list[str]
) -> type[http.server.BaseHTTPRequestHandler]:
    class Handler(http.server.BaseHTTPRequestHandler):
        """Answers one connection: first for the proxy, then for the host behind it."""

        protocol_version = "HTTP/1.1"
        host = ""

        def do_CONNECT(self) -> None:
            """Become the host that is asked for."""
            self.host = self.path.rpartition(":")[0]
            self.send_response(200)
            self.end_headers()
            self.connection = tls.wrap_socket(self.connection, server_side=True)
            self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", 0)
            self.close_connection = False  # also for who asks as HTTP/1.0 does

        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            # Without a host nobody asked for a tunnel: this is a plain request, of which there must be none.
            address = f"https://{self.host}{self.path}" if self.host else self.path
            requests.append(f"{self.command} {address}")
            status, kind, data = self._asked(address, body)
            self.send_response(status)
            self.send_header("content-type", kind)
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def _asked(self, address: str, body: bytes) -> tuple[int, str, bytes]:
            if self.host == SIGNER:
                return 200, "application/json", signed(body)
            target = local_target(address)
            if target is None:
                return 502, "text/plain", b"no such host"
            kept = {
                name: self.headers[name] for name in ("authorization", "content-type") if self.headers[name]
            }
            connection = http.client.HTTPConnection(there, timeout=30)
            with contextlib.closing(connection):
                connection.request(self.command, target, body, kept)
                answer = connection.getresponse()
                return answer.status, answer.headers.get("content-type", ""), answer.read()

        do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = _answer

        def log_message(self, format: str, *arguments: Any) -> None:
            """Say nothing."""

    return Handler


def _certificate(folder: Path) -> tuple[Path, Path]:
    """Make a certificate for Google's hosts that vouches for itself; return its file and that of its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "A local Google")])
    now, day = datetime.datetime.now(datetime.UTC), datetime.timedelta(days=1)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - day)
        .not_valid_after(now + day)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host) for host in HOSTS]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    encoding, none = serialization.Encoding.PEM, serialization.NoEncryption()
    pem, kept = folder / "google.pem", folder / "google.key"
    pem.write_bytes(certificate.public_bytes(encoding))
    kept.write_bytes(key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, none))
    return pem, kept
