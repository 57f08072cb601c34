"""Whether a history without faults cost no more than the protocol promises."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from confsync.verify.happened import Happened
from confsync.verify.promises import Broken

JsonObject = Mapping[str, Any]

WRITES = ("setProperty", "setProperties", "deleteProperty", "deleteAllProperties")
# Steps after which nothing has to be told to the third party: an answer, a colour.
IRRELEVANT = ("answer", "fire")
# After them a calendar is listed anew, or shows what was missed, whenever it is read next.
OF_ACCESS = ("take-role", "give-role", "unsubscribe", "subscribe")


def wasteful(happened: Sequence[Happened], calls: Sequence[JsonObject]) -> list[Broken]:
    """Return the executions that cost too much: idle ones, and those after what does not matter.

    A step is looked at where it came when all was quiet, and was delivered right after. Executions of somebody for
    whom none has run since time passed are left out: a grace may have ended meanwhile. So are those after one that
    read every calendar to delete something: what it met there is left to the next one.
    """
    broken: list[Broken] = []
    for place, (before, step, after) in enumerate(zip(happened, happened[1:], happened[2:], strict=False)):
        quiet = before.step["do"] == "deliver" and after.step["do"] == "deliver" and not step.refused
        if before.step["do"] in OF_ACCESS:
            break
        if quiet and _matters_not(step):
            settled = _settled(happened[: place + 1], calls)
            left = _left(after, calls)
            asked = [call for call in calls if _in(after, call) and call["user"] not in left]
            broken += _costs(step, [call for call in asked if settled is None or call["user"] in settled])
    return broken


def _settled(happened: Sequence[Happened], calls: Sequence[JsonObject]) -> set[str] | None:
    """Return for whom an execution has run since time passed, None when none has passed."""
    passed = [place for place, each in enumerate(happened) if each.step["do"] == "advance"]
    if not passed:
        return None
    return {call["user"] for each in happened[passed[-1] + 1 :] for call in calls if _in(each, call)}


def _left(happened: Happened, calls: Sequence[JsonObject]) -> set[str]:
    """Return whose last execution before a step asked for the list of calendars, as the hourly net and deletions do."""
    first = happened.executions[0]
    last = {call["user"]: call["execution"] for call in calls if call["execution"] < first}
    return {
        call["user"]
        for call in calls
        if call["service"] == "calendar.calendarList" and call["execution"] == last.get(call["user"])
    }


def _matters_not(happened: Happened) -> bool:
    changed = happened.step.get("with")
    return happened.step["do"] in IRRELEVANT or (
        happened.step["do"] == "change" and isinstance(changed, Mapping) and set(changed) == {"colorId"}
    )


def _costs(step: Happened, calls: Sequence[JsonObject]) -> Iterator[Broken]:
    idle = step.step["do"] == "fire"
    for number in sorted({call["execution"] for call in calls}):
        own = [call for call in calls if call["execution"] == number]
        asked = [call for call in own if call["service"].startswith("calendar.")]
        written = [call for call in own if call["service"] == "Properties" and call["method"] in WRITES]
        if any(call["service"] == "UrlFetch" for call in own):
            yield Broken("cost", "", f"execution {number} asked the third party after {step.step['do']}")
        if len(asked) > 1:
            yield Broken("cost", "", f"execution {number} asked Calendar {len(asked)} times")
        if len(written) > (0 if idle else 1):
            yield Broken("cost", "", f"execution {number} wrote properties {len(written)} times")


def _in(happened: Happened, call: JsonObject) -> bool:
    first, last = happened.executions
    return bool(first <= call["execution"] <= last)
