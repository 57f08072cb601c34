"""What executions asked, in a few words each."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from confsync.sync.records import parse_record
from confsync.verify.fault_kinds import ANSWERED, asked_of
from confsync.verify.strikes import Strike
from confsync.verify.tell_names import Names
from confsync.verify.tell_steps import duration

JsonObject = Mapping[str, Any]

# What does not tell anything by itself.
PLUMBING = {
    "Properties.getProperties": "reads its notes",
    "Properties.getProperty": "reads a secret",
    "LockService.tryLock": "takes the lock",
    "LockService.releaseLock": "gives the lock back",
    "Utilities.getUuid": "draws an id",
    "Utilities.sleep": "waits",
    "ScriptApp.getProjectTriggers": "lists its triggers",
}
DELETED = {
    "conference": "forgets",
    "unsaved": "takes in what was left about",
    "changed": "clears the flag of",
}


def call_words(call: JsonObject, names: Names, start_us: int) -> str:
    """Return what a call is for and how it was answered; empty for plumbing that works.

    `start_us` is when the story begins, from which clock times are told.
    """
    name = f"{call['service']}.{call['method']}"
    outcome = call.get("outcome")
    if outcome is False:
        return "does not get the lock"
    answered = outcome in ("ok", 200, 204, True) or str(outcome).startswith("killed")
    if name in PLUMBING and answered:
        return ""
    words = ", ".join(asked(call, names, start_us))
    if name == "UrlFetch.fetchAll" and isinstance(outcome, list):
        return f"{words} → {' '.join(map(str, outcome))}"
    return words if answered else f"{words} → {str(outcome)[:60]}"


def strike_words(call: JsonObject, strike: Strike, names: Names, start_us: int) -> str:
    """Return a call with what a fault made of it."""
    name = f"{call['service']}.{call['method']}"
    words = ", ".join(asked(call, names, start_us))
    effect = "after the effect" if strike.when == "after" else "before the effect"
    if strike.fault.action == "kill":
        return f"{words} ⚡ KILLED HERE, {effect}"
    if strike.fault.action == "drop":
        return f"{words} ⚡ NO ANSWER CAME, {'though it took effect' if strike.when == 'after' else effect}"
    answered = ANSWERED.get(strike.fault.action) or strike.fault.status
    return f"{words} ⚡ {asked_of(name)} ANSWERED {answered}, {effect}"


def is_idle(execution: JsonObject, calls: Sequence[JsonObject]) -> bool:
    """Tell whether an execution only looked, found nothing to do, and wrote down at most that all went well."""
    looked = all(not _writes(call) and call["outcome"] in ("ok", 200, 204, True) for call in calls)
    return looked and bool(execution["status"] == "COMPLETED")


def _writes(call: JsonObject) -> bool:
    if call["method"] == "setProperties":
        return set(call["arguments"]["properties"]) != {"health"}
    return call["method"] in ("deleteProperty", "fetchAll", "createTrigger", "deleteTrigger")


def asked(call: JsonObject, names: Names, start_us: int) -> Iterator[str]:
    """Yield what a call asks."""
    name, arguments = f"{call['service']}.{call['method']}", call["arguments"]
    if name in PLUMBING:
        yield PLUMBING[name]
    elif name == "Properties.setProperties":
        yield from _written(arguments["properties"], names, start_us)
    elif name == "Properties.deleteProperty":
        kind, _, what = arguments["key"].partition(":")
        yield f"{DELETED.get(kind, 'removes ' + kind)} {_of(kind, what, names)}"
    elif name == "UrlFetch.fetchAll":
        yield from (_request(request, names) for request in arguments["requests"])
    elif name.startswith("calendar."):
        yield _calendar(call, names)
    elif name == "ScriptApp.deleteTrigger":
        yield "removes a stale or double trigger"
    elif name == "ScriptApp.createTrigger":
        source = arguments.get("triggerSourceId")
        yield f"sets a trigger on {names.calendar_by_id(source)}" if source else "sets the hourly net"
    else:
        yield name


def _calendar(call: JsonObject, names: Names) -> str:
    arguments = call["arguments"]
    where = names.calendar_by_id(arguments["calendarId"]) if "calendarId" in arguments else ""
    if call["method"] in ("get", "patch"):
        return f"events.{call['method']} {names.event_by_id(arguments['eventId'])} in {where}"
    if call["service"] == "calendar.events" and call["method"] == "list":
        return f"events.list {'changes' if 'syncToken' in arguments else 'all'} of {where}"
    return f"{call['service'].removeprefix('calendar.')}.{call['method']} {where}".strip()


def _request(request: JsonObject, names: Names) -> str:
    """Return one request to the third party."""
    body = json.loads(request.get("payload") or "{}")
    conference = names.conference(body.get("id") or request["url"].rpartition("/")[2])
    if request["method"] in ("POST", "PATCH"):
        recurring = " recurring" if body.get("recurrence") else ""
        return f"{request['method']} {conference} = “{body.get('title')}” {body.get('startTime')}{recurring}"
    return f"{request['method']} {conference}"


def _written(properties: Mapping[str, str], names: Names, start_us: int) -> Iterator[str]:
    """Yield what is written into the properties; values only as what they mean."""
    for key, value in properties.items():
        kind, _, what = key.partition(":")
        if kind == "conference":
            yield f"writes its notes on {names.conference(what)}{_meaning(value, start_us)}"
        elif kind == "unsaved":
            made = json.loads(value)[3]
            yield f"writes down that {_of(kind, what, names)} {'is made' if made else 'is going to be made'}"
        elif kind == "syncToken":
            yield f"{'keeps' if value else 'drops'} the token of {_of(kind, what, names)}"
        elif kind == "changed":
            yield f"leaves a flag for {_of(kind, what, names)}"
        elif kind == "calendars":
            yield "writes down the calendars"
        elif kind == "me":
            yield "writes down an id of its own"
        elif kind == "page":
            yield f"writes down where it stopped in {_of(kind, what, names)}"
        elif kind == "health":
            yield "writes down how it went"
        elif kind not in ("key", "fetches"):
            yield f"writes {kind}"


def _of(kind: str, what: str, names: Names) -> str:
    if kind == "unsaved":
        return names.conference(what.rpartition(":")[0])
    return names.conference(what) if kind == "conference" else names.calendar_by_id(what)


def _meaning(text: str, start_us: int) -> str:
    """Return what a record says, as far as it can be read."""
    try:
        record = parse_record(text)
        seen = [link for link in record.links if not link.unsaved]
        due = f", due at +{duration(record.due * 60 - start_us / 1_000_000)}" if record.due else ""
    except (ValueError, TypeError, IndexError, AttributeError):
        return ""
    if not seen:
        return " (no event seen yet)" if record.links and not due else f" (no event{due})"
    told = "third party told" if record.sent else "to be told"
    return f" ({len(seen)} event{'s' if len(seen) > 1 else ''}, {told})"
