"""Write-backs: events show what the third party answered to an update. Mirrors `WriteBack.js`.

They come before the update counts as accepted. Whatever ends an execution in between leaves the difference visible, and
the next one sends the update once more.
"""

from confsync.providers.interpreter import conference_of, retry_after
from confsync.providers.values import Unrenderable, canonical_json
from confsync.sync.events import CalendarError, patch_conference, writes_back
from confsync.sync.links import principal_of, seen_links
from confsync.sync.look import note_item, read_event
from confsync.sync.ports import JsonObject
from confsync.sync.projection import solution_settings
from confsync.sync.records import Link, Record
from confsync.sync.run import Run, is_late, now_minutes, report

# How often an event that changes meanwhile is read again.
TRIES = 3
# What a write-back leaves as it is, and what of an entry point makes it another one.
KEPT = ("conferenceId", "conferenceSolution", "parameters")
CODES = ("meetingCode", "accessCode", "passcode", "password", "pin")


def write_back(run: Run, conference_id: str, response: object) -> bool:
    """Let all events of a conference show what an update was answered; tell whether that is settled.

    An event that may not be written is reported, and looked at once more an hour later; it holds up nothing.
    """
    if not writes_back(run.config):
        return True
    record = run.store.records[conference_id]
    shown = shown_by(run, conference_id, response)
    if not shown:
        return True
    outcomes = [
        "later" if is_late(run) else show(run, link, conference_id, shown) for link in links_in_order(record)
    ]
    if "later" in outcomes:
        put_off(run, record)
        return False
    if "refused" in outcomes and not record.unknown_since:
        record.unknown_since = now_minutes(run)
    return True


def shown_by(run: Run, conference_id: str, response: object) -> JsonObject | None:
    """Return the entry points and notes that an answer asks for, as Calendar has them; None when it cannot be shown."""
    provider = run.config["provider"]
    described = {**provider, "response": provider["operations"]["update"]["conference"]}
    context = {
        "conference": {"id": conference_id},
        "solution": solution_settings(run.config, run.store.records[conference_id].solution),
        "resp": response,
    }
    try:
        conference = conference_of(described, context)
    except Unrenderable as error:
        report(run, "ERROR", "an answer cannot be shown", conference_id, str(error))
        return None
    points = [way_in(point) for point in conference["entryPoints"]]
    return {"entryPoints": points, "notes": conference.get("notes")}


def way_in(point: JsonObject) -> JsonObject:
    """Return a way to join as Calendar's API has it."""
    shown = {name: point[name] for name in ("uri", "regionCode", *CODES) if name in point}
    shown["entryPointType"] = point["entryPointType"].lower()
    if "feature" in point:
        shown["entryPointFeatures"] = [point["feature"].lower()]
    return shown


def links_in_order(record: Record) -> list[Link]:
    """Return the links whose events have been seen, the principal first."""
    principal = principal_of(record)
    return sorted(seen_links(record), key=lambda link: link is not principal)


def show(run: Run, link: Link, conference_id: str, shown: JsonObject) -> str:
    """Write into an event what it shall show, unless it does: ok, refused, or later when it should be tried again.

    An event that changed since it was read is read and noted again, and perhaps needs no writing any more.
    """
    place = f"{link.calendar}/{link.event}"
    kind = ""
    for _ in range(TRIES):
        try:
            event = run.listed.get(place) or read_event(run, link.calendar, link.event)
            if not differs(event, conference_id, shown):
                return "ok"
            calendar_id = run.store.calendars[link.calendar].id
            written = patch_conference(run, calendar_id, event, changed_conference_data(event, shown))
            note_item(run, link.calendar, written)
            return "ok"
        except CalendarError as error:
            kind = error.kind
            run.listed.pop(place, None)
            if kind not in ("absent", "changed"):
                break
    report(run, "WARNING", "not written back", conference_id, kind)
    return "later" if kind in ("busy", "changed") else "refused"


def differs(event: JsonObject, conference_id: str, shown: JsonObject) -> bool:
    """Tell whether an event that carries the conference shows something else; a guest's copy follows its organiser's."""
    data = event.get("conferenceData") or {}
    own = bool((event.get("organizer") or {}).get("self"))
    if event.get("status") == "cancelled" or data.get("conferenceId") != conference_id or not own:
        return False
    if (data.get("notes") or "") != (shown["notes"] or ""):
        return True
    return ways_in(data.get("entryPoints") or []) != ways_in(shown["entryPoints"])


def ways_in(points: list[JsonObject]) -> list[str]:
    """Return what can be compared of entry points: Calendar adds labels and regions, and has an order of its own."""
    names = ("entryPointType", "uri", *CODES)
    return sorted(canonical_json({name: point[name] for name in names if name in point}) for point in points)


def changed_conference_data(event: JsonObject, shown: JsonObject) -> JsonObject:
    """Return the event's conference data with what it shall show; null takes notes away."""
    data = event["conferenceData"]
    return {**{name: data[name] for name in KEPT if name in data}, **shown}


def put_off(run: Run, record: Record) -> None:
    """Leave the record as after an answer that is missing: the update and its write-backs come again later."""
    record.sent = ""
    record.attempts += 1
    now_ms = run.ports.machine.now_ms()
    wait = retry_after(run.config["provider"], 0, {}, now_ms, record.attempts) // 60000 + 1
    record.not_before = now_minutes(run) + wait
