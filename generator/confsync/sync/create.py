"""Making a conference for an event in the editor, so that nothing is lost whatever happens then.

Mirrors `Create.js`. The event may not exist yet, and may never be saved.
"""

from confsync.providers.interpreter import conference_of, operation_outcome, operation_request
from confsync.providers.values import Unrenderable
from confsync.sync.engine import ensure_identity, sync_run
from confsync.sync.events import format_instant
from confsync.sync.note import SOLUTION_PARAMETER, USER_PARAMETER
from confsync.sync.ports import JsonObject, PlatformError, Ports
from confsync.sync.projection import update_context
from confsync.sync.run import Run, now_minutes, report, start_run
from confsync.sync.send import fetch_batch, with_secrets
from confsync.sync.store import read_store
from confsync.sync.triggers import create_sync_trigger
from confsync.sync.unsaved import remove_unsaved, write_unsaved

CREATE_BUDGET_MS = 8_000  # of the platform's 30 s
ERRORS = {"auth": "PERMISSION_DENIED", "retry": "TEMPORARY", "refused": "PERMANENT", "gone": "PERMANENT"}


def create_conference(ports: Ports, config: JsonObject, arg: JsonObject, solution: str) -> JsonObject:
    """Make a conference for the event in the editor: `{conferenceId, entryPoints, notes?, parameters}` or `{error}`."""
    run = start_run(ports, config, CREATE_BUDGET_MS)
    run.store = read_store(run)
    ensure_identity(run)
    calendar_id, event_id = arg["eventData"]["calendarId"], arg["eventData"]["eventId"]
    conference_id = run.ports.machine.get_uuid().replace("-", "")
    write_unsaved(run, conference_id, event_id, calendar_id, solution, False)
    watch_calendar(run, calendar_id)
    outcome = request_creation(run, calendar_id, event_id, conference_id, solution)
    if outcome["kind"] != "ok":
        if outcome["unmade"]:
            remove_unsaved(run, conference_id, event_id)
        return {"error": ERRORS.get(outcome["kind"], "UNKNOWN")}
    conference = outcome["conference"]
    write_unsaved(run, conference["id"], event_id, calendar_id, solution, True)
    if conference["id"] != conference_id:
        remove_unsaved(run, conference_id, event_id)
    begin_syncing(run, calendar_id)
    return answer_of(run, conference, solution)


def watch_calendar(run: Run, calendar_id: str) -> None:
    """Make sure that somebody comes by again, before anything is made that may have to be deleted.

    A failure is logged and nothing else.
    """
    try:
        create_sync_trigger(run, calendar_id)
    except PlatformError as error:
        report(run, "ERROR", "the triggers are not known", calendar_id, str(error))


def request_creation(
    run: Run, calendar_id: str, event_id: str, conference_id: str, solution: str
) -> JsonObject:
    """Ask the third party for a conference with placeholder data; the first sync brings the event's own.

    `unmade` tells that surely none was made.
    """
    provider = run.config["provider"]
    now = now_minutes(run)
    event = {
        "id": event_id,
        "start": {"dateTime": format_instant(now)},
        "end": {"dateTime": format_instant(now + 60)},
    }
    context = update_context(run.config, event, calendar_id, conference_id, solution, (now, now + 60))
    outcome: JsonObject = {"kind": "refused", "unmade": True}
    try:
        request = operation_request(provider, "create", with_secrets(run, context))
        answer = fetch_batch(run, [{"request": request}])[0]
        outcome = operation_outcome(provider, "create", answer["status"], answer["body"])
        outcome["unmade"] = 400 <= answer["status"] < 500 and outcome["kind"] != "retry"
        if outcome["kind"] == "ok":
            outcome["conference"] = conference_of(provider, {**context, "resp": outcome["response"]})
        else:
            report(run, "ERROR", f"create: {outcome['kind']}", conference_id, answer["status"])
    except Unrenderable as error:
        report(run, "ERROR", "a conference cannot be created", conference_id, str(error))
        outcome["kind"] = "refused"
    return outcome


def begin_syncing(run: Run, calendar_id: str) -> None:
    """Sync the calendar as far as the time allows; the conference is there whatever comes of it."""
    try:
        sync_run(run, [calendar_id])
    except PlatformError as error:
        report(run, "ERROR", "syncing has not begun", calendar_id, str(error))


def answer_of(run: Run, conference: JsonObject, solution: str) -> JsonObject:
    """Return the conference as the platform is told of it, with the parameters by which it is known again."""
    parameters = {**conference["parameters"], USER_PARAMETER: run.store.me, SOLUTION_PARAMETER: solution}
    answer = {
        "conferenceId": conference["id"],
        "entryPoints": conference["entryPoints"],
        "parameters": parameters,
    }
    if conference.get("notes"):
        answer["notes"] = conference["notes"]
    return answer
