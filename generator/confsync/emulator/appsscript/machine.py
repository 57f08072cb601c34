"""Utilities and Session: waiting, identifiers, and who runs."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from confsync.emulator.appsscript.context import Context
from confsync.emulator.appsscript.refusal import not_emulated

if TYPE_CHECKING:
    from confsync.emulator.world import World


class Machine:
    """What an execution asks of the machine that it runs on. `stopping` ends real waits early."""

    def __init__(self, world: World, stopping: threading.Event) -> None:
        self._world, self._stopping = world, stopping

    def utilities(self, context: Context, method: str, arguments: Mapping[str, Any]) -> Any:
        """Answer a call of Utilities; called without a turn, for it may wait."""
        if method == "sleep":
            return self._sleep(context, float(arguments["milliseconds"]))
        if method == "getUuid":
            with self._world.store.turn():
                return str(uuid.UUID(int=self._world.random.getrandbits(128), version=4))
        raise not_emulated("Utilities", method)

    def _sleep(self, context: Context, milliseconds: float) -> None:
        clock = self._world.clock
        if clock.virtual:
            left_ms = milliseconds - context.waited_us / 1000
            clock.advance(context.bounded_us(left_ms, clock.now_us()))
        else:
            self._stopping.wait(milliseconds / 1000)

    def session(self, context: Context, method: str, arguments: Mapping[str, Any]) -> Any:
        """Answer a call of Session: whoever runs a script is also who it acts for."""
        if method in ("getActiveUser", "getEffectiveUser"):
            return {"email": context.user}
        if method == "getTemporaryActiveUserKey":
            name = f"{context.script_id}/{context.user}"
            return str(uuid.uuid5(uuid.NAMESPACE_URL, name)).replace("-", "")
        raise not_emulated("Session", method)
