"""Carrying differences to the third party, and writing down what its answers mean. Mirrors `Send.js`."""

from confsync.providers.interpreter import operation_outcome, operation_request, retry_after, secret_names
from confsync.providers.values import Unrenderable
from confsync.sync.decision import REPEAT_MINUTES, decide
from confsync.sync.events import CalendarError, writes_back
from confsync.sync.links import forget_sent, principal_of, span_of, wanted_of
from confsync.sync.look import read_event, read_occurrences
from confsync.sync.occurrences import knows_occurrences
from confsync.sync.ports import FetchError, JsonObject
from confsync.sync.projection import DAY_MINUTES, update_context
from confsync.sync.run import Run, is_late, now_minutes, report
from confsync.sync.saving import write_store
from confsync.sync.store import touch
from confsync.sync.unsaved import CREATION_MINUTES
from confsync.sync.write_back import write_back

BATCH = 20
FAILURES_IN_A_ROW = 3
# A day's requests of one user, half of the platform's quota.
FETCHES_A_DAY = 10_000


def send_all(run: Run, conference_ids: list[str], operation: str) -> bool:
    """Send one operation for each conference in batches, and write the results of each batch.

    Tells whether more may be sent: there is time, and the third party serves.
    """
    failures = 0
    for begin in range(0, len(conference_ids), BATCH):
        if is_late(run) or failures >= FAILURES_IN_A_ROW or not may_fetch(run):
            return False
        batch = []
        for conference_id in conference_ids[begin : begin + BATCH]:
            prepared = prepare(run, conference_id, operation)
            if prepared:
                batch.append(prepared)
        write_store(run)
        # What has no room any more is left alone.
        batch = [prepared for prepared in batch if prepared["conference"] in run.store.records]
        for prepared, answer in zip(batch, fetch_batch(run, batch), strict=True):
            failures = failures + 1 if settle_answer(run, prepared, answer, operation) else 0
        write_store(run)
    return not is_late(run) and failures < FAILURES_IN_A_ROW


def may_fetch(run: Run) -> bool:
    """Tell whether the day's requests are not used up."""
    sent = fetched_today(run)
    if sent >= FETCHES_A_DAY:
        report(run, "ERROR", "the requests of a day are used up", "", sent)
    return sent < FETCHES_A_DAY


def fetched_today(run: Run) -> int:
    """Return how many requests were sent today, by UTC."""
    day, sent = run.store.fetches
    return int(sent) if day == now_minutes(run) // DAY_MINUTES else 0


def prepare(run: Run, conference_id: str, operation: str) -> JsonObject | None:
    """Return the request for a conference and what it will have sent, or None when there is nothing to send."""
    record = run.store.records.get(conference_id)
    if not record:
        return None
    try:
        if operation == "delete":
            request = delete_conference(run, conference_id)
            return {"conference": conference_id, "request": request, "sent": ""}
        principal = principal_of(record)
        if principal and f"{principal.calendar}/{principal.event}" not in run.listed:
            read_event(run, principal.calendar, principal.event)
        principal = principal_of(record)
        if not principal or decide(run.config, record, now_minutes(run)) != "update":
            return None
        event = run.listed.get(f"{principal.calendar}/{principal.event}")
        if not event:
            return None
        request = update_conference(run, event, conference_id)
        return {"conference": conference_id, "request": request, "sent": wanted_of(run.config, record)}
    except (CalendarError, Unrenderable) as error:
        report(run, "WARNING", f"{operation} put off", conference_id, str(error))
        return None


def update_conference(run: Run, event: JsonObject, conference_id: str) -> JsonObject:
    """Return the request that makes the conference what the event says."""
    record = run.store.records[conference_id]
    principal = principal_of(record)
    calendar_id = run.store.calendars[principal.calendar if principal else 0].id
    span = span_of(record)
    context = update_context(run.config, event, calendar_id, conference_id, record.solution, span)
    if principal and event.get("recurrence") and knows_occurrences(run.config):
        context["occurrences"] = read_occurrences(run, record, principal)
    return operation_request(run.config["provider"], "update", with_secrets(run, context))


def delete_conference(run: Run, conference_id: str) -> JsonObject:
    """Return the request that deletes the conference."""
    context = {"conference": {"id": conference_id}}
    return operation_request(run.config["provider"], "delete", with_secrets(run, context))


def with_secrets(run: Run, context: JsonObject) -> JsonObject:
    """Return the context with the provider's secrets, each read once an execution."""
    if run.secrets is None:
        run.secrets = {}
        for name in secret_names(run.config["provider"]):
            value = run.ports.secrets.get(name)
            if value:
                run.secrets[name] = value
    return {**context, "secret": run.secrets}


def fetch_batch(run: Run, batch: list[JsonObject]) -> list[JsonObject]:
    """Send the requests of a batch side by side; without an answer nobody knows what happened: status 0."""
    if not batch:
        return []
    run.store.fetches = [now_minutes(run) // DAY_MINUTES, fetched_today(run) + len(batch)]
    try:
        return run.ports.fetch.fetch_all([prepared["request"] for prepared in batch])
    except FetchError:
        return [{"status": 0, "headers": {}, "body": ""} for _ in batch]


def settle_answer(run: Run, prepared: JsonObject, answer: JsonObject, operation: str) -> bool:
    """Write into the record what an answer means; tell whether the third party failed to serve.

    Until it has accepted an update, a conference made a few minutes ago may not be known yet wherever one asks.
    """
    provider = run.config["provider"]
    conference_id = prepared["conference"]
    record = run.store.records[conference_id]
    touch(run.store, conference_id)
    now = now_minutes(run)
    outcome = operation_outcome(provider, operation, answer["status"], answer["body"])
    kind = outcome["kind"]
    if answer["status"] == 0 or answer["status"] >= 500:
        record.unknown_since = now
    if kind == "gone" and operation == "update" and now - record.made < CREATION_MINUTES:
        kind = "retry"
    if kind == "ok" and operation == "update" and not write_back(run, conference_id, outcome["response"]):
        return False
    if kind == "ok" or (kind == "gone" and operation == "delete"):
        accept(run, conference_id, prepared["sent"], operation)
    elif operation == "update" and kind != "retry":
        record.lost = [prepared["sent"], now]
        report(run, "ERROR", f"update: {kind}", conference_id, answer["status"])
    else:
        record.attempts += 1
        wait = DAY_MINUTES
        if kind == "retry":
            now_ms = run.ports.machine.now_ms()
            wait = (
                retry_after(provider, answer["status"], answer["headers"], now_ms, record.attempts) // 60000
                + 1
            )
        record.not_before = now + wait
        report(run, "WARNING", f"{operation}: {kind}", conference_id, answer["status"])
    return bool(kind == "retry")


def accept(run: Run, conference_id: str, sent: str, operation: str) -> None:
    """Write down that the third party holds what was sent, or nothing any more."""
    if operation == "delete":
        del run.store.records[conference_id]
        return
    record = run.store.records[conference_id]
    record.sent = sent
    record.attempts = 0
    record.not_before = 0
    record.made = 0
    record.lost = []
    if now_minutes(run) - record.unknown_since >= REPEAT_MINUTES:
        record.unknown_since = 0
    if writes_back(run.config):
        # The events were read once more after the request, and may ask for something else by now.
        forget_sent(run.config, record)
