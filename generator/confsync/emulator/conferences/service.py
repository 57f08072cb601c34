"""The sample conferencing service: a third party with an API of its own and a bearer key, or tokens for it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from confsync.emulator.conferences.conference import changed_conference, new_conference, rfc3339
from confsync.emulator.conferences.errors import CODES, ConferenceError
from confsync.emulator.conferences.oauth import ConferenceOAuth
from confsync.emulator.faults import Fault, Moment
from confsync.emulator.wire import Request, Response, json_response
from confsync.errors import EmulatorError

if TYPE_CHECKING:
    from confsync.emulator.world import World

ROOT = ["conferences", "v1", "conferences"]
PAGE_SIZE = 100
_KEY = "conferences.key"
_TABLES = """
CREATE TABLE IF NOT EXISTS conferences (id TEXT PRIMARY KEY, conference TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS conference_writes (
  number INTEGER PRIMARY KEY, at_us INTEGER NOT NULL, operation TEXT NOT NULL, id TEXT NOT NULL
);
"""


class Conferences:
    """The service, under /conferences: it knows no calendar, only its own conferences.

    Faults are addressed as `conferences.create`, `get`, `update`, `delete` and `list`.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        world.store.create(_TABLES)
        self._oauth = ConferenceOAuth(world)
        if world.store.note(_KEY) is None:
            digest = hashlib.sha256(f"{_KEY}/{world.seed}".encode()).hexdigest()
            world.store.set_note(_KEY, f"sample-key-{digest[:20]}")

    @property
    def key(self) -> str:
        """The bearer key that requests must carry."""
        return self._world.store.note(_KEY) or ""

    def replace_key(self, key: str) -> None:
        """Take another key from now on; the old one is refused."""
        if not key or not key.isascii() or not key.isprintable() or " " in key:
            raise EmulatorError('"key" must be printable ASCII without spaces')
        self._world.store.set_note(_KEY, key)

    def held(self) -> list[dict[str, Any]]:
        """Return all conferences, sorted by id."""
        with self._world.store.turn() as connection:
            rows = connection.execute("SELECT conference FROM conferences ORDER BY id")
            return [json.loads(row["conference"]) for row in rows]

    def journal(self) -> list[dict[str, Any]]:
        """Return every write that had its effect, in order: `{atUs, operation, id}`; whoever heard of it."""
        with self._world.store.turn() as connection:
            rows = connection.execute("SELECT at_us, operation, id FROM conference_writes ORDER BY number")
            return [{"atUs": row["at_us"], "operation": row["operation"], "id": row["id"]} for row in rows]

    def serve(self, request: Request) -> Response:
        """Answer a request."""
        if request.segments[:2] == ["conferences", "oauth"]:
            return self._oauth.serve(request)
        try:
            name, answer = self._route(request)
            return self._world.faults.around(
                Moment(f"conferences.{name}"), lambda: self._answered(request, answer), error=_failed
            )
        except ConferenceError as error:
            return error.response()

    def _route(self, request: Request) -> tuple[str, Callable[[Request], Response]]:
        segments = request.segments
        if segments[:3] != ROOT or len(segments) > 4 or "" in segments:
            raise ConferenceError(404, "There is nothing here.")
        one = {
            "GET": ("get", self._get),
            "PATCH": ("update", self._update),
            "DELETE": ("delete", self._delete),
        }
        all_ = {"GET": ("list", self._list), "POST": ("create", self._create)}
        routes = one if len(segments) == 4 else all_
        if request.method not in routes:
            raise ConferenceError(405, f"Only {', '.join(routes)} here.", {"allow": ", ".join(routes)})
        return routes[request.method]

    def _answered(self, request: Request, answer: Callable[[Request], Response]) -> Response:
        try:
            scheme, _, token = request.headers.get("authorization", "").partition(" ")
            if scheme != "Bearer" or (token != self.key and not self._oauth.is_valid(token)):
                raise ConferenceError(401, "The key is missing or wrong.")
            with self._world.store.turn():
                return answer(request)
        except ConferenceError as error:
            return error.response()

    def _create(self, request: Request) -> Response:
        fields = _fields(request)
        wanted = fields.pop("id", None)
        conference_id = f"conf-{self._world.random.getrandbits(64):016x}" if wanted is None else wanted
        conference = new_conference(fields, conference_id, self._now())
        if self._find(conference_id):
            raise ConferenceError(409, f'There is a conference "{conference_id}" already.')
        self._put(conference)
        self._write_down("create", conference_id)
        return json_response(201, conference)

    def _get(self, request: Request) -> Response:
        return json_response(200, self._existing(request))

    def _update(self, request: Request) -> Response:
        conference = changed_conference(self._existing(request), _fields(request), self._now())
        self._put(conference)
        self._write_down("update", conference["id"])
        return json_response(200, conference)

    def _delete(self, request: Request) -> Response:
        conference = self._existing(request)
        with self._world.store.turn() as connection:
            connection.execute("DELETE FROM conferences WHERE id = ?", (conference["id"],))
        self._write_down("delete", conference["id"])
        return Response(204)

    def _list(self, request: Request) -> Response:
        after = dict(request.query).get("pageToken", "")
        following = [conference for conference in self.held() if conference["id"] > after]
        answer: dict[str, Any] = {"conferences": following[:PAGE_SIZE]}
        if len(following) > PAGE_SIZE:
            answer["nextPageToken"] = following[PAGE_SIZE - 1]["id"]
        return json_response(200, answer)

    def _existing(self, request: Request) -> dict[str, Any]:
        conference = self._find(request.segments[3])
        if conference is None:
            raise ConferenceError(404, f'There is no conference "{request.segments[3]}".')
        return conference

    def _find(self, conference_id: str) -> dict[str, Any] | None:
        with self._world.store.turn() as connection:
            row = connection.execute(
                "SELECT conference FROM conferences WHERE id = ?", (conference_id,)
            ).fetchone()
        return json.loads(row["conference"]) if row else None

    def _put(self, conference: Mapping[str, Any]) -> None:
        with self._world.store.turn() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO conferences VALUES (?, ?)",
                (conference["id"], json.dumps(conference, ensure_ascii=False)),
            )

    def _write_down(self, operation: str, conference_id: str) -> None:
        with self._world.store.turn() as connection:
            connection.execute(
                "INSERT INTO conference_writes (at_us, operation, id) VALUES (?, ?, ?)",
                (self._world.clock.now_us(), operation, conference_id),
            )

    def _now(self) -> str:
        return rfc3339(self._world.clock.now())


def _fields(request: Request) -> dict[str, Any]:
    try:
        fields = request.json()
    except ValueError as error:
        raise ConferenceError(400, "The body is not JSON.") from error
    if not isinstance(fields, dict):
        raise ConferenceError(400, "The body is not a JSON object.")
    return fields


def _failed(fault: Fault) -> Response:
    message = fault.message or CODES.get(fault.status, "error").replace("_", " ").capitalize()
    return ConferenceError(fault.status, message, fault.sent_headers).response()
