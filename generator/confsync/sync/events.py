"""Calendar requests: what is asked of Calendar, paging, and kinds of errors. Mirrors `Events.js`."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from googleapiclient.errors import HttpError

from confsync.sync.run import Run

JsonObject = dict[str, Any]

PAGE_SIZE = 2500
RETRIES = 2
RATE_LIMITS = ("rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded")
# Who has it sees when people are busy, and nothing that an event carries.
BUSY_ROLE = "freeBusyReader"
# What notes need of an event, whatever the provider projects.
EVENT_FIELDS = [
    "creator(email,self)",
    "end",
    "iCalUID",
    "id",
    "recurrence",
    "recurringEventId",
    "start",
    "status",
]
# Of a conference that is only read, and what a write-back needs besides.
READ_FIELDS = ["conferenceData(conferenceId,conferenceSolution(key,name),parameters)"]
WRITTEN_FIELDS = ["conferenceData", "etag", "organizer(self)"]


class CalendarError(Exception):
    """An error of Calendar: `kind` is expired, absent, changed, busy or refused; withheld; or, without time to ask on, late."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


def event_fields(config: JsonObject) -> str:
    """Return the field mask of one event: what notes and projections need, and no more."""
    carried = WRITTEN_FIELDS if writes_back(config) else READ_FIELDS
    return ",".join(sorted({*EVENT_FIELDS, *carried, *config["eventFields"]}))


def writes_back(config: JsonObject) -> bool:
    """Tell whether events shall show what the third party answers to an update."""
    return "conference" in config["provider"]["operations"]["update"]


def list_page(run: Run, calendar_id: str, token: str, page_token: str, now: int) -> JsonObject:
    """Return one page of what changed since the token, or of all events that matter when there is none.

    Raises CalendarError, also for a calendar that shows only when people are busy.
    """
    options: JsonObject = {
        "maxResults": PAGE_SIZE,
        "fields": f"accessRole,items({event_fields(run.config)}),nextPageToken,nextSyncToken",
    }
    if token:
        options["syncToken"] = token
    else:
        options["timeMin"] = format_instant(now - run.config["sync"]["pruneMinutes"])
    if page_token:
        options["pageToken"] = page_token
    return checked_page(ask_calendar(run, lambda: run.ports.events.list(calendarId=calendar_id, **options)))


def checked_page(page: JsonObject) -> JsonObject:
    """Return the page; raises CalendarError when it cannot show what events carry."""
    if page.get("accessRole") == BUSY_ROLE:
        raise CalendarError("withheld")
    return page


def is_withheld(event: JsonObject) -> bool:
    """Tell whether this user sees only when the event is: such an event tells nothing of its conference.

    It comes without a creator: private events of somebody else's calendar look so to who may not see them.
    """
    return event.get("status") != "cancelled" and not ("creator" in event or "conferenceData" in event)


def list_instances(run: Run, calendar_id: str, ical_uid: str) -> list[JsonObject]:
    """Return the events of that iCalendar UID: a series and its stored instances."""
    events: list[JsonObject] = []
    options: JsonObject = {
        "iCalUID": ical_uid,
        "maxResults": PAGE_SIZE,
        "fields": f"items({event_fields(run.config)}),nextPageToken",
    }
    while True:
        page = ask_calendar(run, lambda: run.ports.events.list(calendarId=calendar_id, **options))
        events += page.get("items", [])
        if not page.get("nextPageToken"):
            return events
        options["pageToken"] = page["nextPageToken"]


def get_event(run: Run, calendar_id: str, event_id: str) -> JsonObject:
    """Return an event as it is now; one that is not there looks like a cancelled one, and is `missing`.

    An event in a calendar that is out of reach is answered like one that is not there: only the calendar can tell.
    Raises CalendarError, also for an event whose details this user may not see.
    """
    options = {"fields": event_fields(run.config)}
    try:
        event = ask_calendar(
            run, lambda: run.ports.events.get(calendarId=calendar_id, eventId=event_id, **options)
        )
    except CalendarError as error:
        if error.kind not in ("absent", "expired"):
            raise
        if error.kind == "absent" and calendar_id not in run.read:
            check_calendar(run, calendar_id)
        return {"id": event_id, "status": "cancelled", "missing": True}
    if is_withheld(event):
        raise CalendarError("withheld")
    return event


def check_calendar(run: Run, calendar_id: str) -> None:
    """Raise CalendarError unless the calendar answers, and shows what events carry."""
    options = {"maxResults": 1, "fields": "accessRole"}
    checked_page(ask_calendar(run, lambda: run.ports.events.list(calendarId=calendar_id, **options)))


def patch_conference(run: Run, calendar_id: str, event: JsonObject, data: JsonObject) -> JsonObject:
    """Give an event other conference data, if it is still as it was read, and return it as it is then."""

    def request() -> Any:
        asked = run.ports.events.patch(
            calendarId=calendar_id,
            eventId=event["id"],
            body={"conferenceData": data},
            conferenceDataVersion=1,
            sendUpdates="none",
            fields=event_fields(run.config),
        )
        asked.headers["If-Match"] = event["etag"]
        return asked

    return ask_calendar(run, request)


def list_calendars(run: Run) -> list[JsonObject]:
    """Return `{id, primary?}` of all calendars in which the user may write."""
    calendars: list[JsonObject] = []
    options: JsonObject = {
        "minAccessRole": "writer",
        "maxResults": 250,
        "fields": "items(id,primary),nextPageToken",
    }
    while True:
        page = ask_calendar(run, lambda: run.ports.calendar_list.list(**options))
        calendars += page.get("items", [])
        if not page.get("nextPageToken"):
            return calendars
        options["pageToken"] = page["nextPageToken"]


def ask_calendar(run: Run, request: Callable[[], Any]) -> JsonObject:
    """Return Calendar's answer; a busy Calendar is asked again a little later. Raises CalendarError."""
    attempt = 0
    while True:
        try:
            answer: JsonObject = request().execute(http=run.ports.http)
            return answer
        except HttpError as error:
            kind = error_kind(error)
            if kind != "busy" or attempt == RETRIES:
                raise CalendarError(kind) from error
        attempt += 1
        run.ports.machine.sleep(500 * 2**attempt)


def error_kind(error: HttpError) -> str:
    """Return what a refusal means (the kinds of CalendarError); told by code and reason, never by message."""
    code = int(error.resp.status)
    details = error.error_details if isinstance(error.error_details, list) else []
    reason = details[0].get("reason", "") if details else ""
    if code == 410:
        return "expired"
    if code == 404:
        return "absent"
    if code == 412:
        return "changed"
    if code == 429 or code >= 500 or (code == 403 and reason in RATE_LIMITS):
        return "busy"
    return "refused"


def format_instant(minutes: int) -> str:
    """Return minutes since the epoch as an RFC 3339 time in UTC."""
    return datetime.fromtimestamp(minutes * 60, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
