"""Free and busy: what blocks time, for whom, and how it is told."""

from collections.abc import Callable
from typing import Any

import pytest
from googleapiclient.errors import HttpError

ME = {"calendarId": "primary"}
DAY = {"timeMin": "2026-03-03T00:00:00Z", "timeMax": "2026-03-04T00:00:00Z"}
EVERYBODY = "bob@example.com"


def timed(start: str, end: str, **more: Any) -> dict[str, Any]:
    times = {name: {"dateTime": f"2026-03-03T{at}:00Z"} for name, at in (("start", start), ("end", end))}
    return {"summary": "Secret", **times, **more}


@pytest.fixture
def asked(service: Callable[[str], Any]) -> Callable[..., dict[str, Any]]:
    """Ask as Alice; return the answer."""

    def ask(*ids: str, **more: Any) -> dict[str, Any]:
        body = {**DAY, "items": [{"id": id_} for id_ in ids or ("primary",)], **more}
        answer: dict[str, Any] = service("alice@example.com").freebusy().query(body=body).execute()
        return answer

    return ask


@pytest.fixture
def busy(asked: Callable[..., dict[str, Any]]) -> Callable[..., list[tuple[str, str]]]:
    """Ask as Alice about her own calendar; return the busy periods as times of the day."""

    def ask(**more: Any) -> list[tuple[str, str]]:
        periods = asked("primary", **more)["calendars"]["primary"]["busy"]
        return [(period["start"][11:], period["end"][11:]) for period in periods]

    return ask


def test_an_empty_day(asked: Callable[..., dict[str, Any]]) -> None:
    assert asked() == {
        "kind": "calendar#freeBusy",
        "timeMin": "2026-03-03T00:00:00.000Z",
        "timeMax": "2026-03-04T00:00:00.000Z",
        "calendars": {"primary": {"busy": []}},
    }


def test_periods_are_joined_in_order_and_cut_off(alice: Any, busy: Callable[..., Any]) -> None:
    for start, end in (("14:00", "15:00"), ("09:00", "10:00"), ("10:00", "10:30"), ("09:30", "09:45")):
        alice.insert(**ME, body=timed(start, end)).execute()
    long = {"start": {"dateTime": "2026-03-03T22:00:00Z"}, "end": {"dateTime": "2026-03-05T22:00:00Z"}}
    alice.insert(**ME, body=long).execute()
    assert busy() == [("09:00:00Z", "10:30:00Z"), ("14:00:00Z", "15:00:00Z"), ("22:00:00Z", "00:00:00Z")]


def test_what_does_not_block_time(alice: Any, busy: Callable[..., Any]) -> None:
    alice.insert(**ME, body=timed("09:00", "10:00", transparency="transparent")).execute()
    gone = alice.insert(**ME, body=timed("10:00", "11:00")).execute()
    alice.delete(**ME, eventId=gone["id"]).execute()
    alice.insert(**ME, body=timed("11:00", "11:00")).execute()
    alice.insert(**ME, body=timed("12:00", "13:00", status="tentative")).execute()
    assert busy() == [("12:00:00Z", "13:00:00Z")]


def test_an_invitation_blocks_time_until_it_is_declined(
    alice: Any, bob: Any, busy: Callable[..., Any]
) -> None:
    body = timed("09:00", "10:00", attendees=[{"email": "alice@example.com"}], id="meeting01")
    bob.insert(**ME, body=body).execute()
    assert busy() == [("09:00:00Z", "10:00:00Z")]
    answer = [{"email": "alice@example.com", "responseStatus": "declined"}]
    alice.patch(**ME, eventId="meeting01", body={"attendees": answer}).execute()
    assert busy() == []


def test_whole_days_are_days_of_the_calendar(alice: Any, busy: Callable[..., Any]) -> None:
    alice.insert(**ME, body={"start": {"date": "2026-03-03"}, "end": {"date": "2026-03-04"}}).execute()
    assert busy() == [("00:00:00Z", "23:00:00Z")]  # Berlin is an hour ahead


def test_series_are_expanded_with_their_exceptions(alice: Any, asked: Callable[..., dict[str, Any]]) -> None:
    zone = {"timeZone": "Europe/Berlin"}
    series = {
        "id": "series01",
        "start": {"dateTime": "2026-03-02T09:00:00", **zone},
        "end": {"dateTime": "2026-03-02T10:00:00", **zone},
        "recurrence": ["RRULE:FREQ=DAILY"],
    }
    alice.insert(**ME, body=series).execute()
    alice.delete(**ME, eventId="series01_20260304T080000Z").execute()
    moved = {"start": {"dateTime": "2026-03-05T20:00:00Z"}, "end": {"dateTime": "2026-03-05T21:00:00Z"}}
    alice.patch(**ME, eventId="series01_20260305T080000Z", body=moved).execute()
    found = asked(timeMax="2026-03-06T00:00:00Z")["calendars"]["primary"]["busy"]
    assert [period["start"] for period in found] == ["2026-03-03T08:00:00Z", "2026-03-05T20:00:00Z"]


def test_an_exception_that_moved_into_the_interval(alice: Any, busy: Callable[..., Any]) -> None:
    series = timed("09:00", "10:00", id="series01", recurrence=["RRULE:FREQ=DAILY;COUNT=2"])
    series |= {
        name: {"dateTime": f"2026-04-01T{at}:00", "timeZone": "Etc/UTC"}
        for name, at in (("start", "09:00"), ("end", "10:00"))
    }
    alice.insert(**ME, body=series).execute()
    alice.patch(**ME, eventId="series01_20260402T090000Z", body=timed("18:00", "19:00")).execute()
    assert busy() == [("18:00:00Z", "19:00:00Z")]


def test_the_response_zone(alice: Any, asked: Callable[..., dict[str, Any]]) -> None:
    alice.insert(**ME, body=timed("09:00", "10:00")).execute()
    found = asked(timeZone="America/New_York")["calendars"]["primary"]["busy"]
    assert found == [{"start": "2026-03-03T04:00:00-05:00", "end": "2026-03-03T05:00:00-05:00"}]


def test_busy_times_are_all_that_the_lowest_role_needs(
    service: Callable[[str], Any], bob: Any, asked: Callable[..., dict[str, Any]]
) -> None:
    bob.insert(**ME, body=timed("09:00", "10:00", visibility="private")).execute()
    hidden = asked("bob@example.com", "nobody@example.com")["calendars"]
    unseen = {"errors": [{"domain": "global", "reason": "notFound"}], "busy": []}
    assert hidden == {"bob@example.com": unseen, "nobody@example.com": unseen}
    rule = {"role": "freeBusyReader", "scope": {"type": "user", "value": "alice@example.com"}}
    service("bob@example.com").acl().insert(**ME, body=rule).execute()
    seen = asked("bob@example.com")["calendars"]["bob@example.com"]
    assert seen == {"busy": [{"start": "2026-03-03T09:00:00Z", "end": "2026-03-03T10:00:00Z"}]}


def test_too_many_calendars(alice: Any, asked: Callable[..., dict[str, Any]]) -> None:
    alice.insert(**ME, body=timed("09:00", "10:00")).execute()
    found = asked("primary", "alice@example.com", calendarExpansionMax=1)["calendars"]
    assert {answer["errors"][0]["reason"] for answer in found.values()} == {"tooManyCalendarsRequested"}
    assert [answer["busy"] for answer in found.values()] == [[], []]
    most = asked(*(f"{number}@example.com" for number in range(50)))["calendars"]
    assert [answer["errors"][0]["reason"] for answer in most.values()] == ["notFound"] * 50


@pytest.mark.parametrize(
    ("body", "reason", "message"),
    [
        ({"timeMin": None}, "required", "Missing timeMin parameter."),
        ({"timeMax": None}, "required", "Missing timeMax parameter."),
        ({"timeMax": DAY["timeMin"]}, "timeRangeEmpty", "The specified time range is empty."),
        ({"timeMax": "2026-06-02T00:00:00Z"}, "timeRangeTooLong", "The requested time range is too long."),
        ({"timeMin": "2026-03-03T00:00:00"}, "badRequest", "Bad Request"),
        ({"timeZone": "Mars/Base"}, "invalid", "Invalid time zone."),
        ({"calendarExpansionMax": 51}, "invalidParameter", "Invalid value '51'. Values must be within the range: [1, 50]"),
        ({"groupExpansionMax": 101}, "invalidParameter", "Invalid value '101'. Values must be within the range: [1, 100]"),
        ({"items": "primary"}, "invalid", "Invalid value for 'items': array expected."),
    ],
)  # fmt: skip
def test_refusals(asked: Callable[..., dict[str, Any]], body: Any, reason: str, message: str) -> None:
    with pytest.raises(HttpError) as caught:
        asked(**body)
    [item] = caught.value.error_details
    assert (caught.value.status_code, item["reason"], item["message"]) == (400, reason, message)
