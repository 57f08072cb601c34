"""Series: their occurrences, exceptions, and what a delta tells of them."""

from typing import Any

import pytest
from googleapiclient.errors import HttpError

ME = {"calendarId": "primary"}
ZONE = "Europe/Berlin"


def weekly(**more: Any) -> dict[str, Any]:
    """Three Mondays at nine; the clocks change before the last one."""
    return {
        "summary": "Weekly",
        "start": {"dateTime": "2026-03-16T09:00:00", "timeZone": ZONE},
        "end": {"dateTime": "2026-03-16T10:00:00", "timeZone": ZONE},
        "recurrence": ["RRULE:FREQ=WEEKLY;COUNT=3"],
        **more,
    }


def insert(events: Any, **more: Any) -> str:
    return str(events.insert(**ME, body=weekly(**more)).execute()["id"])


def instances(events: Any, master: str, **query: Any) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = events.instances(**ME, eventId=master, **query).execute()["items"]
    return listed


def listed(events: Any, **query: Any) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = events.list(**ME, **query).execute()["items"]
    return items


def token_of(events: Any, **query: Any) -> str:
    return str(events.list(**ME, **query).execute()["nextSyncToken"])


def status_of(request: Any) -> int:
    with pytest.raises(HttpError) as caught:
        request.execute()
    return int(caught.value.resp.status)


def test_occurrences_stay_at_their_local_time(alice: Any) -> None:
    master = insert(alice)
    assert [item["id"] for item in instances(alice, master)] == [
        f"{master}_20260316T080000Z",
        f"{master}_20260323T080000Z",
        f"{master}_20260330T070000Z",
    ]
    assert instances(alice, master)[2]["start"]["dateTime"] == "2026-03-30T09:00:00+02:00"


def test_an_occurrence_has_what_its_series_has(alice: Any) -> None:
    master = alice.insert(**ME, body=weekly()).execute()
    shown = alice.get(**ME, eventId=f"{master['id']}_20260323T080000Z").execute()
    assert (shown["etag"], shown["updated"], shown["iCalUID"]) == (
        master["etag"],
        master["updated"],
        master["iCalUID"],
    )
    assert shown["recurringEventId"] == master["id"]
    assert shown["originalStartTime"] == {"dateTime": "2026-03-23T09:00:00+01:00", "timeZone": ZONE}
    assert "recurrence" not in shown
    assert status_of(alice.get(**ME, eventId=f"{master['id']}_20260324T080000Z")) == 404


def test_whole_days_and_lines_of_dates(alice: Any) -> None:
    master = insert(
        alice,
        start={"date": "2026-03-02"},
        end={"date": "2026-03-03"},
        recurrence=[
            "RRULE:FREQ=DAILY;UNTIL=20260305",
            "EXDATE;VALUE=DATE:20260303",
            "RDATE;VALUE=DATE:20260401",
        ],
    )
    stamps = [item["id"].rpartition("_")[2] for item in instances(alice, master)]
    assert stamps == ["20260302", "20260304", "20260305", "20260401"]


def test_until_and_exdate_in_utc(alice: Any) -> None:
    lines = ["RRULE:FREQ=DAILY;UNTIL=20260318T080000Z", "EXDATE:20260317T080000Z"]
    master = insert(alice, recurrence=lines)
    assert [item["start"]["dateTime"][8:10] for item in instances(alice, master)] == ["16", "18"]


def test_a_time_that_the_clocks_skip(alice: Any) -> None:
    skipped = {"dateTime": "2026-03-28T02:30:00", "timeZone": ZONE}
    end = {"dateTime": "2026-03-28T03:00:00", "timeZone": ZONE}
    master = insert(alice, start=skipped, end=end, recurrence=["RRULE:FREQ=DAILY;COUNT=3"])
    found = instances(alice, master)
    assert [item["start"]["dateTime"][11:16] for item in found] == ["02:30", "03:30", "02:30"]
    assert alice.get(**ME, eventId=found[1]["id"]).execute()["start"] == found[1]["start"]


@pytest.mark.parametrize(
    "line",
    ["FREQ=DAILY", "RRULE:FREQ=HOURLY", "RRULE:FREQ=DAILY;BYDAY=XX", "EXDATE:soon", "DTSTART:20260101"],
)
def test_lines_that_cannot_be_followed(alice: Any, line: str) -> None:
    assert status_of(alice.insert(**ME, body=weekly(recurrence=[line]))) == 400


def test_a_changed_occurrence_is_an_exception_of_its_own(alice: Any) -> None:
    master = alice.insert(**ME, body=weekly()).execute()
    instance = f"{master['id']}_20260323T080000Z"
    token = token_of(alice)
    body = {
        "start": {"dateTime": "2026-03-23T14:00:00+01:00"},
        "end": {"dateTime": "2026-03-23T15:00:00+01:00"},
    }
    moved = alice.patch(**ME, eventId=instance, body=body).execute()
    assert (moved["id"], moved["originalStartTime"]["dateTime"]) == (instance, "2026-03-23T09:00:00+01:00")
    assert moved["etag"] != master["etag"]
    assert [item["id"] for item in listed(alice, syncToken=token)] == [instance]
    assert [item["id"] for item in listed(alice)] == [master["id"], instance]
    assert alice.get(**ME, eventId=master["id"]).execute()["etag"] == master["etag"]
    starts = [item["start"]["dateTime"][5:16] for item in instances(alice, master["id"])]
    assert starts == ["03-16T09:00", "03-23T14:00", "03-30T09:00"]


def test_a_deleted_occurrence_is_a_cancelled_exception(alice: Any) -> None:
    master = insert(alice)
    token = token_of(alice)
    alice.delete(**ME, eventId=f"{master}_20260323T080000Z").execute()
    [tombstone] = listed(alice, syncToken=token)
    assert sorted(tombstone) == ["etag", "id", "kind", "originalStartTime", "recurringEventId", "status"]
    assert [item["status"] for item in listed(alice)] == ["confirmed", "cancelled"]
    assert len(listed(alice, singleEvents=True)) == 2
    assert len(instances(alice, master)) == 2
    assert len(instances(alice, master, showDeleted=True)) == 3
    alice.patch(**ME, eventId=f"{master}_20260323T080000Z", body={"status": "confirmed"}).execute()
    assert len(instances(alice, master)) == 3


def test_deleting_a_series_tells_of_the_series_alone(alice: Any) -> None:
    master = insert(alice)
    edited, cancelled = f"{master}_20260316T080000Z", f"{master}_20260323T080000Z"
    alice.patch(**ME, eventId=edited, body={"summary": "Other"}).execute()
    alice.delete(**ME, eventId=cancelled).execute()
    token = token_of(alice)
    alice.delete(**ME, eventId=master).execute()
    assert [item["id"] for item in listed(alice, syncToken=token)] == [master]
    assert listed(alice) == []
    assert alice.get(**ME, eventId=edited).execute()["status"] == "cancelled"
    assert status_of(alice.delete(**ME, eventId=edited)) == 410
    assert status_of(alice.patch(**ME, eventId=edited, body={"summary": "x"})) == 410
    token = token_of(alice)
    alice.patch(**ME, eventId=master, body={"status": "confirmed"}).execute()
    back = {item["id"]: item["status"] for item in listed(alice, syncToken=token)}
    assert back == {master: "confirmed", edited: "confirmed", cancelled: "cancelled"}


def test_exceptions_survive_a_change_of_the_series_while_their_start_is_in_it(alice: Any) -> None:
    master = insert(alice)
    early, late = f"{master}_20260316T080000Z", f"{master}_20260330T070000Z"
    for instance in (early, late):
        alice.patch(**ME, eventId=instance, body={"summary": "Own"}).execute()
    alice.patch(**ME, eventId=master, body={"summary": "Renamed"}).execute()
    assert alice.get(**ME, eventId=late).execute()["summary"] == "Own"
    token = token_of(alice)
    alice.patch(**ME, eventId=master, body={"recurrence": ["RRULE:FREQ=WEEKLY;COUNT=2"]}).execute()
    delta = {item["id"]: item["status"] for item in listed(alice, syncToken=token)}
    assert delta == {master: "confirmed", late: "cancelled"}
    assert alice.get(**ME, eventId=early).execute()["summary"] == "Own"


def test_single_events_are_ordered_and_paged(alice: Any) -> None:
    master = insert(alice)
    moved = {"start": {"dateTime": "2026-04-10T09:00:00Z"}, "end": {"dateTime": "2026-04-10T10:00:00Z"}}
    alice.patch(**ME, eventId=f"{master}_20260316T080000Z", body=moved).execute()
    single = {**weekly(summary="Single"), "recurrence": []}
    alice.insert(**ME, body=single).execute()
    request, found = alice.list(**ME, singleEvents=True, orderBy="startTime", maxResults=1), []
    while request is not None:
        page = request.execute()
        found += [item["start"]["dateTime"][5:10] for item in page["items"]]
        request = alice.list_next(request, page)
    assert found == ["03-16", "03-23", "03-30", "04-10"]


def test_a_window_keeps_a_series_when_an_occurrence_is_in_it(alice: Any) -> None:
    master = insert(alice)
    inside = {"timeMin": "2026-03-23T00:00:00Z", "timeMax": "2026-03-24T00:00:00Z"}
    between = {"timeMin": "2026-03-24T00:00:00Z", "timeMax": "2026-03-25T00:00:00Z"}
    assert [item["id"] for item in listed(alice, **inside)] == [master]
    assert listed(alice, **between) == []
    assert [item["id"] for item in listed(alice, singleEvents=True, **inside)] == [
        f"{master}_20260323T080000Z"
    ]


def test_a_window_keeps_a_series_of_which_a_deleted_occurrence_is_in_it(alice: Any) -> None:
    master = insert(alice)
    deleted = f"{master}_20260323T080000Z"
    alice.delete(**ME, eventId=deleted).execute()
    inside = {"timeMin": "2026-03-23T00:00:00Z", "timeMax": "2026-03-24T00:00:00Z"}
    assert [item["id"] for item in listed(alice, **inside)] == [master, deleted]
    assert listed(alice, singleEvents=True, **inside) == []


def test_an_occurrence_that_was_moved_into_a_window_is_found_there(alice: Any) -> None:
    master = insert(alice)
    body = {"start": {"dateTime": "2026-08-01T09:00:00Z"}, "end": {"dateTime": "2026-08-01T10:00:00Z"}}
    alice.patch(**ME, eventId=f"{master}_20260323T080000Z", body=body).execute()
    found = listed(alice, singleEvents=True, timeMin="2026-07-01T00:00:00Z")
    assert [item["id"] for item in found] == [f"{master}_20260323T080000Z"]


def test_endless_series_are_expanded_to_a_horizon(alice: Any) -> None:
    insert(alice, recurrence=["RRULE:FREQ=MONTHLY"])
    # Until 731 days after the end of 2026.
    assert len(listed(alice, singleEvents=True)) == 34
    assert len(listed(alice, singleEvents=True, timeMax="2026-06-01T00:00:00Z")) == 3


def test_a_delta_of_single_events_tells_of_the_occurrences(alice: Any) -> None:
    master = insert(alice)
    token = token_of(alice, singleEvents=True)
    alice.patch(**ME, eventId=master, body={"summary": "New"}).execute()
    delta = alice.list(**ME, singleEvents=True, syncToken=token).execute()
    assert [item["summary"] for item in delta["items"]] == ["New"] * 3
    alice.delete(**ME, eventId=master).execute()
    gone = listed(alice, singleEvents=True, syncToken=delta["nextSyncToken"])
    assert [item["status"] for item in gone] == ["cancelled"] * 3


def test_a_moved_series_takes_its_exceptions_along(service: Any, alice: Any) -> None:
    other = service("alice@example.com").calendars().insert(body={"summary": "Team"}).execute()["id"]
    master = insert(alice)
    instance = f"{master}_20260323T080000Z"
    alice.patch(**ME, eventId=instance, body={"summary": "Own"}).execute()
    token = token_of(alice)
    assert status_of(alice.move(**ME, eventId=instance, destination=other)) == 400
    alice.move(**ME, eventId=master, destination=other).execute()
    assert [item["id"] for item in listed(alice, syncToken=token)] == [master]
    assert alice.get(calendarId=other, eventId=instance).execute()["summary"] == "Own"


def test_original_start_selects_an_occurrence(alice: Any) -> None:
    master = insert(alice)
    [found] = instances(alice, master, originalStart="2026-03-23T08:00:00Z")
    assert found["id"] == f"{master}_20260323T080000Z"
