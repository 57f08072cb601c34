"""A story that asks for everything once and prints every answer; run by itself, with `virtual` or `real` for its clock."""

import json
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import quote, urlencode

from confsync.emulator.clock import Clock
from confsync.emulator.wire import Response
from confsync.emulator.world import VIRTUAL_START_US, World
from confsync.platform.discovery import Method, discovery

ALICE, BOB = "alice@example.com", "bob@example.com"
TIMED = {
    "start": {"dateTime": "2026-03-03T10:00:00Z", "timeZone": "Europe/Berlin"},
    "end": {"dateTime": "2026-03-03T11:00:00Z", "timeZone": "Europe/Berlin"},
}
# Bodies that methods take; for the others an empty object will do.
BODIES: Mapping[str, Any] = {
    "Event": {**TIMED, "summary": "One of all", "iCalUID": "one@example.org", "attendees": [{"email": BOB}]},
    "Calendar": {"summary": "Another"},
    "CalendarListEntry": {"id": BOB, "colorId": "7"},
    "AclRule": {"role": "reader", "scope": {"type": "user", "value": BOB}},
    "Channel": {"id": "channel-1", "type": "web_hook", "address": "http://127.0.0.1:1/none"},
    "FreeBusyRequest": {
        "timeMin": "2026-03-01T00:00:00Z", "timeMax": "2026-03-31T00:00:00Z", "items": [{"id": ALICE}],
    },
}  # fmt: skip
QUERIES = {"destination": ALICE, "text": "Lunch at noon", "newDataOwner": BOB}
# These come last, for there is little left after them.
DESTRUCTIVE = ("delete", "clear", "stop", "transferOwnership")


class Story:
    """One world, and every answer that it gave."""

    def __init__(self, clock: Clock) -> None:
        self.world = World(seed=11, clock=clock, users=[ALICE, BOB, "carol@example.com"])

    def tell(self, response: Response) -> Any:
        """Print an answer; return its JSON, if it is some."""
        body = response.body + b"".join(response.chunks)
        told = [response.status, list(response.headers.items()), body.decode("latin-1")]
        sys.stdout.write(json.dumps(told) + "\n")
        return json.loads(body) if body[:1] == b"{" and body[-1:] == b"}" else None

    def ask(self, verb: str, target: str, body: Any = None, user: str = ALICE, **headers: str) -> Any:
        """Ask the world for something, and tell the answer."""
        content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        sent = {"authorization": f"Bearer {user}", **headers}
        return self.tell(self.world.request(verb, target, sent, content))


def calendar_story(story: Story) -> None:
    """Write, share, page, sync and batch."""
    events = "/calendar/v3/calendars/primary/events"
    series = {
        **TIMED,
        "summary": "Daily",
        "recurrence": ["RRULE:FREQ=DAILY;COUNT=9"],
        "attendees": [{"email": BOB}],
    }
    daily = story.ask("POST", events, series)
    asked = {"createRequest": {"requestId": "r"}}
    story.ask(
        "POST", f"{events}?conferenceDataVersion=1", {**TIMED, "summary": "Meet", "conferenceData": asked}
    )
    for number in range(5):
        story.ask("POST", events, {**TIMED, "summary": f"Event {number}"})
    day = story.ask("GET", f"{events}/{daily['id']}/instances?maxResults=3")["items"][1]
    story.ask("PATCH", f"{events}/{day['id']}", {"summary": "Moved"})
    token, page = None, ""
    while token is None:
        listed = story.ask("GET", f"{events}?maxResults=3{page}")
        token, page = listed.get("nextSyncToken"), f"&pageToken={quote(listed.get('nextPageToken', ''))}"
    story.ask("DELETE", f"{events}/{daily['id']}")
    story.ask("GET", f"{events}?syncToken={quote(token)}")
    story.ask("GET", f"{events}?syncToken={quote(token)}&orderBy=updated")
    story.ask("GET", events, user=BOB)
    part = f"--b\r\nContent-Type: application/http\r\nContent-ID: <1>\r\n\r\nGET {events}\r\n\r\n\r\n--b--"
    kind = {"content-type": "multipart/mixed; boundary=b"}
    story.ask("POST", "/batch/calendar/v3", part.encode(), **kind)


def all_methods(story: Story) -> None:
    """Ask for each method of both APIs once, the destructive ones last."""
    made = story.ask("POST", "/calendar/v3/calendars/primary/events", {**TIMED, "id": "allmethods"})
    script = story.ask("POST", "/v1/projects", {"title": "T"})
    known = {
        "calendarId": "primary", "eventId": made["id"], "ruleId": f"user:{ALICE}", "setting": "timezone",
        "scriptId": script["scriptId"], "deploymentId": "none", "versionNumber": "1",
    }  # fmt: skip
    methods = [method for api in ("calendar", "script") for method in discovery(api).methods.values()]
    for method in sorted(methods, key=lambda method: (method.name in DESTRUCTIVE, method.id)):
        story.ask(method.http_method, target_of(method, known), BODIES.get(method.request_schema or "", {}))


def target_of(method: Method, known: Mapping[str, str]) -> str:
    """Return path and query of a request to a method."""
    path = re.sub(r"{\+?(\w+)}", lambda found: quote(known.get(found[1], "none"), safe=""), method.path)
    required = {
        name: QUERIES.get(name, "x")
        for name, description in method.parameters.items()
        if description.get("required") and description["location"] == "query"
    }
    return (
        "/" + ("calendar/v3/" if method.id.startswith("calendar.") else "") + path + f"?{urlencode(required)}"
    )


def the_rest(story: Story) -> None:
    """Tokens, conferences, faults by chance, a snapshot, and the whole state."""
    world = story.world
    form = f"grant_type=refresh_token&refresh_token=refresh-{BOB}".encode()
    access = story.ask("POST", "/oauth2/token", form)["access_token"]
    story.ask("GET", f"/oauth2/tokeninfo?access_token={access}")
    world.faults.add({"method": "calendar.events.*", "status": 503, "chance": 0.5, "times": None})
    for _ in range(20):
        story.ask("GET", "/calendar/v3/calendars/primary/events", user=access)
    world.snapshot("here")
    for _ in range(2):
        plain = {"title": "T", "startTime": "2026-03-02", "endTime": "2026-03-03", "timeZone": "Etc/UTC"}
        story.ask("POST", "/conferences/v1/conferences", plain, user=world.conferences.key)
        story.ask("POST", "/calendar/v3/calendars", {"summary": "New"})
        world.restore("here")
    for route in ("", "/users", "/calendars", "/faults", "/switches", "/calls", "/triggers", "/export"):
        story.ask("GET", f"/emulator{route}")


def begun_anew(story: Story) -> None:
    """Start over, and from an import: what is drawn then."""
    with TemporaryDirectory() as folder:
        story.world.export(Path(folder) / "state")
        story.world.reset()
        story.ask("POST", "/calendar/v3/calendars/primary/events", TIMED)
        story.world.import_(Path(folder) / "state")
    story.ask("POST", "/calendar/v3/calendars/primary/events", TIMED)
    fixtures = {"calendars": [{"id": ALICE, "events": [TIMED, {**TIMED, "summary": "Loaded"}]}]}
    story.ask("POST", "/emulator/import", fixtures)
    story.ask("GET", "/emulator/export")


def main(clock: str) -> None:
    """Tell the whole story."""
    story = Story(Clock(start_us=VIRTUAL_START_US) if clock == "virtual" else Clock())
    for chapter in (calendar_story, all_methods, the_rest, begun_anew):
        chapter(story)
    story.world.close()


if __name__ == "__main__":
    main(sys.argv[1])
