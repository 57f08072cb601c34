"""The triggers that start executions: one for each calendar that needs it, and the hourly safety net.

Mirrors `Triggers.js`.
"""

from collections.abc import Callable
from typing import Any

from confsync.sync.ports import PlatformError, TriggerError
from confsync.sync.run import Run

HANDLER = "syncEvents"
CALENDAR_TRIGGERS = 19  # of the platform's 20, the safety net takes one
PAUSE_MS = 1000


def create_sync_trigger(run: Run, calendar_id: str) -> None:
    """Make sure that changes of the calendar start `syncEvents`, and that the safety net does."""
    ensure_triggers(run, [calendar_id])


def ensure_triggers(run: Run, calendar_ids: list[str]) -> None:
    """Create the triggers that are missing and remove those that are stale or double.

    A full list of triggers is logged and nothing else: the safety net finds what no trigger reports.
    """
    kept = keep_triggers(run, patiently(run, run.ports.triggers.get_project_triggers))
    if "CLOCK" not in kept:
        kept.append("CLOCK")
        create_trigger(run, {"handlerFunction": HANDLER, "triggerSource": "CLOCK", "everyHours": 1})
    for calendar_id in calendar_ids:
        if "CALENDAR:" + calendar_id not in kept and len(kept) <= CALENDAR_TRIGGERS:
            kept.append("CALENDAR:" + calendar_id)
            create_trigger(
                run, {"handlerFunction": HANDLER, "triggerSource": "CALENDAR", "triggerSourceId": calendar_id}
            )


def keep_triggers(run: Run, known: list[dict[str, Any]]) -> list[str]:
    """Remove triggers with another handler and double ones; return what the others stand on."""
    kept: list[str] = []
    for trigger in known:
        stands_on = (
            "CLOCK" if trigger["triggerSource"] == "CLOCK" else "CALENDAR:" + trigger["triggerSourceId"]
        )
        if trigger["handlerFunction"] != HANDLER or stands_on in kept:
            remove_trigger(run, trigger)
        else:
            kept.append(stands_on)
    return kept


def remove_trigger(run: Run, trigger: dict[str, Any]) -> None:
    """Remove a trigger; a refusal is logged, for others are still to be created."""
    try:
        run.ports.triggers.delete_trigger(trigger["uniqueId"])
    except PlatformError as error:
        run.ports.machine.log("WARNING", f"a trigger too many on {trigger['triggerSource']}: {error}")


def create_trigger(run: Run, trigger: dict[str, Any]) -> None:
    """Create a trigger; a refusal is logged."""
    try:
        patiently(run, lambda: run.ports.triggers.create_trigger(trigger))
    except TriggerError as error:
        run.ports.machine.log("WARNING", f"no trigger on {trigger['triggerSource']}: {error}")


def patiently(run: Run, ask: Callable[[], Any]) -> Any:
    """Ask the platform, and once more when it refuses: without triggers nobody would come by to try again."""
    try:
        return ask()
    except PlatformError:
        run.ports.machine.sleep(PAUSE_MS)
        return ask()
