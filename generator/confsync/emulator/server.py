"""The local Google on a port: HTTP over `World.request`, on the loopback interface only."""

from __future__ import annotations

import asyncio
import errno
import functools
import logging
import socket
import struct
import threading
from collections.abc import Awaitable, Callable, Iterator, Mapping, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from confsync.emulator.wire import Response, json_response
from confsync.emulator.world import World
from confsync.errors import EmulatorError

HOST = "127.0.0.1"
LOOPBACK = ("127.0.0.1", "localhost", "::1")

# Google's Calendar and Apps Script requests are far smaller.
BODY_LIMIT = 20 * 1024 * 1024

# A whole state may be larger; it is held in memory while it is read.
IMPORT_LIMIT = 1024 * 1024 * 1024
_IMPORT = "/emulator/import"

# What Calendar answers without waiting for an execution.
_AT_ONCE = ("/calendar/v3/", "/batch/calendar/v3")

# How long requests that are being answered may keep the server from stopping.
GRACE_S = 5

# How many requests may wait for executions, which ask for more, at once.
THREADS = 40

# Bodies up to this size go out with their heads; a copy of more would cost more than it saves.
_SMALL = 65_536

# ASGI: what a connection is, and how messages come and go.
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

_log = logging.getLogger(__name__)


class _Gone(Exception):
    """The client went away before it had sent everything."""


class Application:
    """The ASGI application of one world. The world's store takes requests in turn.

    What Calendar is asked is answered at once: it never waits for anybody. The rest may run executions, and does so in a
    pool of threads.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="request")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        try:
            response = await self._answer(scope, receive)
        except _Gone:
            return
        except asyncio.CancelledError:
            response = _error(503, "The local Google is stopping.")
        if response.status == 0:
            _break(scope)
            return
        if response.chunks or len(response.body) > _SMALL:
            await self._send(response, send)
        else:
            scope["state"]["transport"].hold()
            try:
                await self._send(response, send)
            finally:
                scope["state"]["transport"].release()
        if response.cut_at is not None:
            # In good order: what was sent arrives, and the client misses the rest.
            scope["state"]["transport"].close()

    async def _send(self, response: Response, send: Send) -> None:
        headers = [
            (name.encode("latin-1"), value.encode("latin-1", "replace"))
            for name, value in response.headers.items()
        ]
        if response.status != 204 and not response.chunks:
            headers.append((b"content-length", str(len(response.body)).encode()))
        await send({"type": "http.response.start", "status": response.status, "headers": headers})
        chunks, loop = iter(response.chunks), asyncio.get_running_loop()
        while response.chunks and (chunk := await loop.run_in_executor(self._threads, next, chunks, b"")):
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
        is_cut = response.cut_at is not None
        body = response.body[: response.cut_at] if is_cut else response.body
        await send({"type": "http.response.body", "body": body, "more_body": is_cut})

    async def _answer(self, scope: Scope, receive: Receive) -> Response:
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        refusal = _refusal(headers)
        if refusal:
            return refusal
        path, query = scope["raw_path"].decode("latin-1"), scope["query_string"].decode("latin-1")
        limit = IMPORT_LIMIT if path == _IMPORT else BODY_LIMIT
        body = await _body(headers, receive, limit)
        if body is None:
            return _error(413, f"The body is larger than {limit} bytes.", {"connection": "close"})
        asked = (scope["method"], f"{path}?{query}" if query else path, headers, body)
        if path.startswith(_AT_ONCE):
            response = self._ask(*asked)
        else:
            response = await asyncio.get_running_loop().run_in_executor(self._threads, self._ask, *asked)
        if response.delay_s:
            await asyncio.sleep(response.delay_s)
        return response

    def _ask(self, method: str, target: str, headers: dict[str, str], body: bytes) -> Response:
        try:
            return self._world.request(method, target, headers, body)
        except Exception:  # noqa: BLE001 - the client is owed an answer, and the log the traceback
            _log.exception("%s %s", method, target.partition("?")[0])
            return _error(500, "The local Google failed; its log says where.")


async def _body(headers: Mapping[str, str], receive: Receive, limit: int) -> bytes | None:
    """Return the body, or None as soon as it is known to be too large."""
    if _length(headers) > limit:
        return None
    parts, length = [], 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise _Gone
        parts.append(message.get("body", b""))
        length += len(parts[-1])
        if length > limit:
            return None
        if not message.get("more_body"):
            return b"".join(parts)


def _length(headers: Mapping[str, str]) -> int:
    text = headers.get("content-length", "0")
    return int(text) if text.isdecimal() else 0


def _refusal(headers: Mapping[str, str]) -> Response | None:
    """Refuse what a page of another site could send here, under a name of its own or from its own origin."""
    if _host_of(headers.get("host", "")) not in LOOPBACK:
        return _error(421, f"This is a local Google; it answers to {', '.join(LOOPBACK)} only.")
    origin = headers.get("origin")
    if origin is not None and _hostname(origin) not in LOOPBACK:
        return _error(403, "Requests from pages of other sites are refused.")
    return None


@functools.lru_cache(maxsize=256)
def _host_of(host: str) -> str | None:
    return _hostname("//" + host)


def _hostname(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None


def _error(status: int, message: str, headers: dict[str, str] | None = None) -> Response:
    return json_response(status, {"error": {"code": status, "message": message}}, headers=headers or {})


class _Transport:
    """A connection's transport that can hold what is written: a head and a small body are then one system call."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._held: list[bytes] | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        """Send, or hold, some bytes."""
        if self._held is None:
            self._transport.write(data)
        else:
            self._held.append(data)

    def hold(self) -> None:
        """Hold what is written until `release`."""
        self._held = []

    def release(self) -> None:
        """Send what was held; from now on all is sent as it comes."""
        held, self._held = self._held, None
        if held:
            self._transport.write(b"".join(held))

    def close(self) -> None:
        """Send what was held, and close."""
        self.release()
        self._transport.close()


class _Protocol(HttpToolsProtocol):
    """Keeps the connection's transport in the scope's state, so that a fault can break the connection."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        own = _Transport(transport)
        super().connection_made(own)  # type: ignore[arg-type]  # all of a transport that uvicorn uses
        self.app_state = {**self.app_state, "transport": own}


def _break(scope: Scope) -> None:
    """Reset the connection: clients repeat a request by themselves when it is closed in good order."""
    transport: _Transport = scope["state"]["transport"]
    transport.get_extra_info("socket").setsockopt(
        socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
    )
    transport.abort()


class _Uvicorn(uvicorn.Server):
    """Tells when it accepts connections."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()


class Server:
    """A running server; `port` is the one it really has, `url` has no slash at the end."""

    def __init__(self, world: World, port: int = 0) -> None:
        self._socket = _bound(port)
        self.port: int = self._socket.getsockname()[1]
        self.url = f"http://{HOST}:{self.port}"
        config = uvicorn.Config(
            Application(world),
            http=_Protocol,
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            date_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=GRACE_S,
        )
        self._server = _Uvicorn(config)
        self._thread = threading.Thread(target=self._run, name="local-google", daemon=True)
        self._thread.start()
        self._server.ready.wait()

    def _run(self) -> None:
        try:
            self._server.run(sockets=[self._socket])
        finally:
            self._server.ready.set()

    def stop(self) -> None:
        """Answer what is being asked, then stop listening; a second time does nothing."""
        self._server.should_exit = True
        self._thread.join()
        self._socket.close()


def _bound(port: int) -> socket.socket:
    # The protocol is named, for asyncio sends small answers at once (TCP_NODELAY) only where it sees it: 40 ms each.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
        listener.listen(128)
    except (OSError, OverflowError) as error:
        listener.close()
        taken = isinstance(error, OSError) and error.errno == errno.EADDRINUSE
        raise EmulatorError(
            f"port {port} is in use" if taken else f"port {port} cannot be used ({error})",
            where=HOST,
            next_step="Choose another one, or port 0 for any that is free.",
        ) from error
    return listener


@contextmanager
def serve(world: World, port: int = 0) -> Iterator[Server]:
    """Serve a world on a port of the loopback interface (0: any free one) while the `with` lasts.

    EmulatorError when the port is in use. The world stays open.
    """
    server = Server(world, port)
    try:
        yield server
    finally:
        server.stop()
