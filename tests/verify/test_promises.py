"""The judge: right worlds, made by hand, in which nothing is broken, and each promise broken in one of them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from confsync.verify.promises import Configured, Observed, check, late, moment

ALICE, BOB = "alice@example.com", "bob@example.com"
DAWN = datetime(2026, 3, 2, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)
GRACE = 24 * HOUR
CONFIGURED = Configured(
    24 * 60, 24 * 60, 30 * 24 * 60, "Busy", {"Plain": {}, "Recorded": {"recording": True}}
)
URL = "https://conferences.example/v1/conferences"


def event(event_id="e", solution="Plain", carries="X", **more):
    """Return an event of an hour on 10 March, as the survey shows it."""
    data = {"conferenceId": carries, "conferenceSolution": {"name": solution}}
    times = {
        "start": {"dateTime": "2026-03-10T10:00:00+01:00", "timeZone": "Europe/Berlin"},
        "end": {"dateTime": "2026-03-10T11:00:00+01:00", "timeZone": "Europe/Berlin"},
    }
    made = {"id": event_id, "status": "confirmed", "summary": "Review", "conferenceData": data}
    return made | times | more


def conference(**more):
    """Return what the third party holds for that event."""
    held = {
        "id": "X",
        "title": "Review",
        "startTime": "2026-03-10T09:00:00Z",
        "endTime": "2026-03-10T10:00:00Z",
        "timeZone": "Europe/Berlin",
        "recurrence": [],
    }
    return held | more


def us(at):
    return int(at.timestamp() * 1_000_000)


def asked(verb, at, user=ALICE):
    """Return the call with which a user's add-on asks the third party for something."""
    target = {"url": URL, "payload": '{"id":"X"}'} if verb == "POST" else {"url": f"{URL}/X"}
    requests = [{"method": verb, **target}]
    call = {"service": "UrlFetch", "method": "fetchAll", "arguments": {"requests": requests}}
    return call | {"atUs": us(at), "user": user, "execution": 1, "outcome": [200]}


def looked(at, calendar=ALICE):
    """Return the call with which Alice's add-on lists a calendar."""
    call = {"service": "calendar.events", "method": "list", "arguments": {"calendarId": calendar}}
    return call | {"atUs": us(at), "user": ALICE, "execution": 2, "outcome": 200}


def wrote(operation, at):
    return {"atUs": us(at), "operation": operation, "id": "X"}


class Course:
    """What happened so far: Alice's add-on had X made at dawn, and people did things after that."""

    def __init__(self):
        self.calls, self.writes = [asked("POST", DAWN)], [wrote("create", DAWN)]
        self.moments, self.calendars = [], calendars()

    def shows(self, at, *events, bobs=()):
        """Let the calendars hold these events from then on, and Alice's add-on look at hers half an hour later."""
        self.calendars = calendars(*events, bobs=bobs)
        self.moments.append(moment(at, self.calendars, CONFIGURED))
        self.calls.append(looked(at + HOUR / 2))
        return self

    def deletes(self, at, user=ALICE):
        self.calls.append(asked("DELETE", at, user))
        self.writes.append(wrote("delete", at))
        return self

    def ends(self, at, *conferences):
        """Return what the judge sees then."""
        return Observed(
            now=at,
            conferences=conferences,
            calendars=self.calendars,
            writes=self.writes,
            calls=self.calls,
            completed=frozenset({1, 2}),
            moments=self.moments,
            configured=CONFIGURED,
        )


def calendars(*events, bobs=()):
    return [
        {"id": ALICE, "roles": {ALICE: "owner"}, "listedBy": [ALICE], "events": list(events)},
        {
            "id": BOB,
            "roles": {BOB: "owner", ALICE: "reader"},
            "listedBy": [ALICE, BOB],
            "events": list(bobs),
        },
    ]


def verdict(observed):
    return [(broken.promise, broken.how) for broken in check(observed)]


def saved():
    return Course().shows(DAWN + HOUR, event())


WEEKLY = ["RRULE:FREQ=WEEKLY;COUNT=3"]
RIGHT = {
    "alike": saved().ends(DAWN + 2 * HOUR, conference()),
    "without a title": Course()
    .shows(DAWN, event(summary=""))
    .ends(DAWN + HOUR, conference(title="(no title)")),
    "private": Course().shows(DAWN, event(visibility="private")).ends(DAWN + HOUR, conference(title="Busy")),
    "recorded": Course()
    .shows(DAWN, event(solution="Recorded"))
    .ends(DAWN + HOUR, conference(recording=True)),
    "a series": Course()
    .shows(DAWN, event(recurrence=WEEKLY))
    .ends(DAWN + HOUR, conference(recurrence=WEEKLY)),
    "all day": Course()
    .shows(DAWN, event(start={"date": "2026-03-10"}, end={"date": "2026-03-11"}))
    .ends(DAWN + HOUR, conference(startTime="2026-03-10", endTime="2026-03-11", timeZone="UTC")),
    "the later copy decides": Course()
    .shows(DAWN, event("a", summary="Old"), event("b", end={"dateTime": "2026-03-10T13:00:00+01:00"}))
    .ends(DAWN + HOUR, conference(endTime="2026-03-10T12:00:00Z")),
    "the series decides": Course()
    .shows(DAWN, event("e_1", summary="Moved", recurringEventId="e"), event(recurrence=WEEKLY))
    .ends(DAWN + HOUR, conference(recurrence=WEEKLY)),
    "a guest's copy counts for the guest alone": saved()
    .shows(DAWN + 2 * HOUR, event(), bobs=[event(summary="Bob's")])
    .ends(DAWN + 3 * HOUR, conference()),
    "deleted after the grace": saved()
    .shows(DAWN + 2 * HOUR)
    .deletes(DAWN + 3 * HOUR + GRACE)
    .ends(DAWN + 5 * GRACE),
    "within the grace": saved().shows(DAWN + 2 * HOUR).ends(DAWN + GRACE, conference()),
    "never saved, deleted": Course().deletes(DAWN + GRACE).ends(DAWN + 5 * GRACE),
    "ended long ago": Course()
    .shows(DAWN, event(end={"dateTime": "2026-01-01T10:00:00Z"}))
    .ends(DAWN + HOUR, conference(title="As it was")),
    "somebody else's conference": Observed(
        now=DAWN,
        conferences=[conference(title="Not ours")],
        calendars=calendars(event()),
        writes=[],
        calls=[],
        completed=frozenset(),
        moments=[],
        configured=CONFIGURED,
    ),
}


@pytest.mark.parametrize("name", RIGHT)
def test_nothing_is_found_where_all_is_well(name):
    assert check(RIGHT[name]) == []


def editing_call(observed):
    call = {
        "service": "calendar.events",
        "method": "patch",
        "arguments": {"calendarId": ALICE},
        "user": ALICE,
    }
    return replace(
        observed, calls=[*observed.calls, call | {"atUs": us(DAWN), "execution": 1, "outcome": 200}]
    )


WRONG = {
    "P1 title": (saved().ends(DAWN + 2 * HOUR, conference(title="Old")), "P1", "title"),
    "P1 time": (
        saved().ends(DAWN + 2 * HOUR, conference(startTime="2026-03-10T10:00:00Z")),
        "P1",
        "startTime",
    ),
    "P1 time zone": (saved().ends(DAWN + 2 * HOUR, conference(timeZone="UTC")), "P1", "timeZone"),
    "P1 recurrence": (
        Course().shows(DAWN, event(recurrence=WEEKLY)).ends(DAWN + HOUR, conference()),
        "P1",
        "recurrence",
    ),
    "P1 a secret told": (
        Course().shows(DAWN, event(visibility="confidential")).ends(DAWN + HOUR, conference()),
        "P1",
        "'Busy'",
    ),
    "P1 what the solution adds": (
        Course().shows(DAWN, event(solution="Recorded")).ends(DAWN + HOUR, conference()),
        "P1",
        "recording",
    ),
    "P1 the wrong copy decides": (
        Course()
        .shows(DAWN, event("a", summary="Old"), event("b", end={"dateTime": "2026-03-10T13:00:00+01:00"}))
        .ends(DAWN + HOUR, conference(title="Old", endTime="2026-03-10T12:00:00Z")),
        "P1",
        "title",
    ),
    "P2 live deleted": (
        saved().deletes(DAWN + 5 * HOUR).ends(DAWN + 6 * HOUR),
        "P2",
        "while a live event carried it",
    ),
    "P2 gone, nobody knows how": (saved().ends(DAWN + 2 * HOUR), "P2", "no longer has it"),
    "P2 too early": (
        saved().shows(DAWN + 2 * HOUR).deletes(DAWN + GRACE).ends(DAWN + 5 * GRACE),
        "P2",
        "22:00:00 after its last event went",
    ),
    "P2 leak": (saved().shows(DAWN + 2 * HOUR).ends(DAWN + 5 * GRACE, conference()), "P2", "still there"),
    "P2 leak after its conference was taken off": (
        saved()
        .shows(DAWN + 2 * HOUR, {key: value for key, value in event().items() if key != "conferenceData"})
        .ends(DAWN + 5 * GRACE, conference()),
        "P2",
        "still there",
    ),
    "P3 too early": (Course().deletes(DAWN + HOUR).ends(DAWN + 2 * HOUR), "P2", "1:00:00"),
    "P3 leak": (Course().ends(DAWN + 2 * GRACE, conference()), "P3", "no event was ever saved"),
    "P4 foreign writer": (
        saved().shows(DAWN + 2 * HOUR).deletes(DAWN + 3 * HOUR + GRACE, BOB).ends(DAWN + 5 * GRACE),
        "P4",
        "bob",
    ),
    "P4 an event written": (editing_call(saved().ends(DAWN + 2 * HOUR, conference())), "P4", "patch"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_broken_promise_is_found(name):
    observed, promise, how = WRONG[name]
    ((found, told),) = verdict(observed)
    assert (found, how in told) == (promise, True), told


def test_only_what_stands_in_watched_calendars_can_be_late():
    observed = saved().ends(DAWN + 2 * HOUR, conference(title="Old"))
    assert [broken.promise for broken in late(observed, {ALICE: frozenset({ALICE})})] == ["promptness"]
    assert late(observed, {ALICE: frozenset()}) == []
    assert late(saved().ends(DAWN + 2 * HOUR, conference()), {ALICE: frozenset({ALICE})}) == []


@pytest.mark.parametrize(("number", "days", "left"), [(5, 4, 5), (6, 4, 0), (6, 11, 6)])
def test_many_that_went_within_a_day_may_wait_for_a_week(number, days, left):
    """Six conferences that nobody carries any more may stay for a week longer, five may not."""
    names = [f"X{position}" for position in range(number)]
    course = Course()
    course.calls = [
        {
            **asked("POST", DAWN),
            "arguments": {"requests": [{"method": "POST", "url": URL, "payload": payload}]},
        }
        for payload in (f'{{"id":"{name}"}}' for name in names)
    ]
    course.writes = [{**wrote("create", DAWN), "id": name} for name in names]
    course.shows(DAWN + HOUR, *(event(name, carries=name) for name in names)).shows(DAWN + 2 * HOUR)
    seen = course.ends(DAWN + timedelta(days=days), *(conference(id=name) for name in names))
    assert len(verdict(seen)) == left
