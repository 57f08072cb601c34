"""The state as a whole: exported and imported, and kept under names to come back to."""

from __future__ import annotations

import io
import tempfile
from typing import TYPE_CHECKING, Any

from confsync.emulator import state
from confsync.emulator.control.route import Ask, Route
from confsync.emulator.control.start import about
from confsync.emulator.wire import Response

if TYPE_CHECKING:
    from confsync.emulator.world import World

_TYPE = "application/x-ndjson; charset=UTF-8"
_CHUNK = _IN_MEMORY = 1 << 20


def export(world: World, ask: Ask) -> Response:
    """Answer with the state as JSON lines: all that `--data` keeps, keys and tokens too."""
    # Through a file where it is large: the world is held up by no client, and memory does not grow.
    file = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - whoever sends it reads it to its end
    state.write(world, file)
    file.seek(0)
    return Response(200, {"content-type": _TYPE}, chunks=iter(lambda: file.read(_CHUNK), b""))


def import_(world: World, ask: Ask) -> Any:
    """Take in the body: an exported state replaces the present one; users and calendars come to what is there."""
    world.import_(io.BytesIO(ask["body"]))
    return about(world, ask)


def snapshots(world: World, ask: Ask) -> Any:
    """List the snapshots."""
    return {"snapshots": world.snapshots.list()}


def take(world: World, ask: Ask) -> Any:
    """Keep the world as it is now in memory, under that name."""
    return world.snapshots.take(ask["name"]).as_json(ask["name"])


def restore(world: World, ask: Ask) -> Any:
    """Make the world as it was then: state, clock, chance, switches and faults. The trace goes on."""
    world.restore(ask["name"])
    return about(world, ask)


def delete(world: World, ask: Ask) -> Any:
    """Give back the memory of a snapshot."""
    world.snapshots.delete(ask["name"])
    return {}


ROUTES = (
    Route("GET", "export", export),
    Route("POST", "import", import_, raw=True),
    Route("GET", "snapshots", snapshots),
    Route("POST", "snapshots/{name}", take),
    Route("POST", "snapshots/{name}/restore", restore),
    Route("DELETE", "snapshots/{name}", delete),
)
