"""Triggers: what is waiting for what, and running what has been queued."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from confsync.emulator.appsscript.side_by_side import Turns
from confsync.emulator.control.route import LIST, TEXT, Ask, Route

if TYPE_CHECKING:
    from confsync.emulator.world import World


def triggers(world: World, ask: Ask) -> Any:
    """List the triggers of all users and scripts."""
    return {"triggers": [trigger.as_json() for trigger in world.appsscript.triggers()]}


def leave(world: World, ask: Ask) -> Any:
    """Leave a calendar trigger behind, as an earlier version of the script would have."""
    calendar_id = ask.get("calendarId", ask["user"])
    trigger = world.appsscript.leave_trigger(
        ask["user"], ask["scriptId"], ask["handlerFunction"], calendar_id
    )
    return trigger.as_json()


def deliver(world: World, ask: Ask) -> Any:
    """Run what is queued, and what that queues, until nothing is; one after the other, or side by side in turns."""
    turns, together = Turns(ask.get("turns")), ask.get("order", "one-by-one") == "together"
    executions = world.appsscript.deliver(together=together, turns=turns)
    return {"executions": [record.as_json() for record in executions], "turns": turns.taken}


def fire(world: World, ask: Ask) -> Any:
    """Queue every calendar trigger once, without any change, or every clock trigger before its time."""
    world.appsscript.fire_triggers(ask.get("triggerSource", "CALENDAR"))
    return {}


def drop(world: World, ask: Ask) -> Any:
    """Lose what is queued."""
    world.appsscript.drop_firings()
    return {}


ROUTES = (
    Route("GET", "triggers", triggers),
    Route(
        "POST",
        "triggers",
        leave,
        {"user": TEXT, "scriptId": TEXT, "handlerFunction": TEXT, "calendarId?": TEXT},
    ),
    Route("POST", "triggers/fire", fire, {"triggerSource?": TEXT}),
    Route("POST", "triggers/drop", drop),
    Route("POST", "triggers/deliver", deliver, {"order?": TEXT, "turns?": LIST}),
)
