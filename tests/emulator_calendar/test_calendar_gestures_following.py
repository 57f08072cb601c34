"""“This and following events”: what a split leaves of a series, and how a series ends."""

from collections.abc import Callable
from typing import Any

import pytest
from googleapiclient.errors import HttpError

from confsync.emulator.world import World

ME = {"calendarId": "primary"}
ZONE = "Europe/Berlin"
GUESTS = [{"email": "bob@example.com"}]


def weekly(**more: Any) -> dict[str, Any]:
    """Four Mondays at nine; the clocks change before the third one."""
    return {
        "summary": "Weekly",
        "start": {"dateTime": "2026-03-16T09:00:00", "timeZone": ZONE},
        "end": {"dateTime": "2026-03-16T10:00:00", "timeZone": ZONE},
        "recurrence": ["RRULE:FREQ=WEEKLY;COUNT=4"],
        **more,
    }


FIRST, SECOND, THIRD, FOURTH = (
    "20260316T080000Z",
    "20260323T080000Z",
    "20260330T070000Z",
    "20260406T070000Z",
)


def insert(events: Any, **more: Any) -> str:
    return str(events.insert(**ME, body=weekly(**more)).execute()["id"])


def get(events: Any, event: str) -> dict[str, Any]:
    found: dict[str, Any] = events.get(**ME, eventId=event).execute()
    return found


def patch(events: Any, event: str, **body: Any) -> None:
    events.patch(**ME, eventId=event, body=body).execute()


def listed(events: Any, **query: Any) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = events.list(**ME, **query).execute()["items"]
    return items


def token_of(events: Any, **query: Any) -> str:
    return str(events.list(**ME, **query).execute()["nextSyncToken"])


def starts(events: Any, series: str) -> list[str]:
    found = events.instances(**ME, eventId=series).execute()["items"]
    return [item["start"]["dateTime"][5:16] for item in found]


def status_of(request: Any) -> int:
    with pytest.raises(HttpError) as caught:
        request.execute()
    return int(caught.value.resp.status)


def test_a_split_is_as_recorded(alice: Any, gesture: Any) -> None:
    before = get(alice, insert(alice, extendedProperties={"private": {"key": "1"}}))
    token = token_of(alice)
    old, new = gesture("split", "alice", eventId=f"{before['id']}_{THIRD}", event={"summary": "From now on"})
    assert old["id"] == before["id"]
    # The clocks change on 29 March: the end of that day is in summer time already.
    assert old["recurrence"] == ["RRULE:FREQ=WEEKLY;UNTIL=20260329T215959Z"]
    assert (old["summary"], old["start"]) == ("Weekly", before["start"])
    assert new["id"] == f"{before['id']}_R20260330T070000"
    assert new["iCalUID"] == f"{new['id']}@google.com"
    assert new["recurrence"] == ["RRULE:FREQ=WEEKLY;COUNT=2"]
    assert (new["summary"], new["start"]["dateTime"]) == ("From now on", "2026-03-30T09:00:00+02:00")
    assert new["extendedProperties"] == before["extendedProperties"]
    assert new["created"] == before["created"]
    assert (old["etag"], old["updated"]) == (new["etag"], new["updated"])
    assert old["etag"] != before["etag"]
    assert [item["id"] for item in listed(alice, syncToken=token)] == [old["id"], new["id"]]


def test_both_halves_have_the_occurrences_of_the_whole(alice: Any, gesture: Any) -> None:
    series = insert(alice)
    old, new = gesture("split", "alice", eventId=f"{series}_{THIRD}", event={})
    assert starts(alice, old["id"]) + starts(alice, new["id"]) == (
        ["03-16T09:00", "03-23T09:00", "03-30T09:00", "04-06T09:00"]
    )
    expanded = [item["id"] for item in listed(alice, singleEvents=True, orderBy="startTime")]
    assert expanded == [
        f"{series}_{FIRST}",
        f"{series}_{SECOND}",
        f"{series}_R20260330T070000_{THIRD}",
        f"{series}_R20260330T070000_{FOURTH}",
    ]
    assert get(alice, expanded[3])["recurringEventId"] == new["id"]
    assert status_of(alice.get(**ME, eventId=f"{series}_{THIRD}")) == 404


@pytest.mark.parametrize("told", [True, False])
def test_who_lists_single_events_may_hear_of_the_old_ids(
    world: World, alice: Any, gesture: Any, told: bool
) -> None:
    world.switches.change({"splitTombstones": told})
    series = insert(alice)
    token, whole = token_of(alice, singleEvents=True), token_of(alice)
    gesture("split", "alice", eventId=f"{series}_{THIRD}", event={})
    delta = listed(alice, singleEvents=True, syncToken=token)
    assert [item["status"] for item in delta if "start" in item] == ["confirmed"] * 4
    gone = [item["id"] for item in delta if item["status"] == "cancelled"]
    assert gone == ([f"{series}_{THIRD}", f"{series}_{FOURTH}"] if told else [])
    assert [item["status"] for item in listed(alice, syncToken=whole)] == ["confirmed"] * 2


def test_exceptions_move_along_under_their_old_ids(alice: Any, gesture: Any) -> None:
    series = insert(alice)
    for stamp in (SECOND, THIRD, FOURTH):
        patch(alice, f"{series}_{stamp}", summary=f"Own {stamp}")
    alice.delete(**ME, eventId=f"{series}_{FOURTH}").execute()
    token = token_of(alice)
    old, new = gesture("split", "alice", eventId=f"{series}_{THIRD}", event={"location": "Room 1"})
    delta = {item["id"]: item for item in listed(alice, syncToken=token)}
    assert set(delta) == {old["id"], new["id"], f"{series}_{THIRD}", f"{series}_{FOURTH}"}
    third = get(alice, f"{series}_{THIRD}")
    assert (third["recurringEventId"], third["iCalUID"]) == (new["id"], new["iCalUID"])
    assert third["originalStartTime"]["dateTime"] == "2026-03-30T09:00:00+02:00"
    # The editor was open on this one, so it changes too.
    assert (third["summary"], third["location"]) == (f"Own {THIRD}", "Room 1")
    assert delta[f"{series}_{FOURTH}"]["status"] == "cancelled"
    assert delta[f"{series}_{FOURTH}"]["recurringEventId"] == new["id"]
    assert get(alice, f"{series}_{SECOND}")["recurringEventId"] == old["id"]
    assert starts(alice, new["id"]) == ["03-30T09:00"]


def test_an_exception_that_moved_along_is_found_by_either_id(alice: Any, gesture: Any) -> None:
    series = insert(alice)
    patch(alice, f"{series}_{FOURTH}", summary="Own")
    new = gesture("split", "alice", eventId=f"{series}_{THIRD}", event={})[1]["id"]
    patch(alice, f"{new}_{FOURTH}", location="Room 1")
    found = get(alice, f"{series}_{FOURTH}")
    assert (found["summary"], found["location"]) == ("Own", "Room 1")
    assert get(alice, f"{new}_{FOURTH}") == found
    listed_ids = [item["id"] for item in listed(alice)]
    assert listed_ids == sorted({series, new, f"{series}_{FOURTH}"})
    alice.delete(**ME, eventId=f"{new}_{FOURTH}").execute()
    assert get(alice, f"{series}_{FOURTH}")["status"] == "cancelled"


def test_a_half_is_split_again(alice: Any, gesture: Any) -> None:
    series = insert(alice)
    patch(alice, f"{series}_{FOURTH}", summary="Own")
    middle = gesture("split", "alice", eventId=f"{series}_{SECOND}", event={})[1]["id"]
    patch(alice, f"{middle}_{THIRD}", summary="Third")
    last = gesture("split", "alice", eventId=f"{middle}_{THIRD}", event={})[1]
    assert middle == f"{series}_R20260323T080000"
    assert last["id"] == f"{series}_R20260330T070000"
    assert last["recurrence"] == ["RRULE:FREQ=WEEKLY;COUNT=2"]
    assert get(alice, middle)["recurrence"] == ["RRULE:FREQ=WEEKLY;UNTIL=20260329T215959Z"]
    for exception in (f"{middle}_{THIRD}", f"{series}_{FOURTH}"):
        assert get(alice, exception)["recurringEventId"] == last["id"]
    assert sorted(starts(alice, last["id"])) == ["03-30T09:00", "04-06T09:00"]


def test_the_stamp_is_taken_a_second_later_when_it_is_taken(alice: Any, gesture: Any) -> None:
    series = insert(alice)
    first = gesture("split", "alice", eventId=f"{series}_{THIRD}", event={})[1]["id"]
    alice.delete(**ME, eventId=first).execute()
    patch(alice, series, recurrence=["RRULE:FREQ=WEEKLY;COUNT=4"])
    second = gesture("split", "alice", eventId=f"{series}_{THIRD}", event={})[1]["id"]
    assert (first[-15:], second[-15:]) == ("20260330T070000", "20260330T070001")


def test_whole_days(alice: Any, gesture: Any) -> None:
    days = {"start": {"date": "2026-03-02"}, "end": {"date": "2026-03-03"}}
    series = insert(alice, **days, recurrence=["RRULE:FREQ=DAILY;COUNT=5"])
    old, new = gesture("split", "alice", eventId=f"{series}_20260304", event={})
    assert old["recurrence"] == ["RRULE:FREQ=DAILY;UNTIL=20260303"]
    assert (new["id"], new["recurrence"]) == (f"{series}_R20260304", ["RRULE:FREQ=DAILY;COUNT=3"])
    found = alice.instances(**ME, eventId=new["id"]).execute()["items"]
    assert [item["id"] for item in found] == [f"{series}_R20260304_2026030{day}" for day in (4, 5, 6)]


def test_lines_of_dates_are_divided(alice: Any, gesture: Any) -> None:
    lines = [
        "RRULE:FREQ=WEEKLY;UNTIL=20260430T000000Z;BYDAY=MO",
        "EXDATE;TZID=Europe/Berlin:20260323T090000,20260413T090000",
        "RDATE:20260318T080000Z,20260401T070000Z",
    ]
    series = insert(alice, recurrence=lines)
    whole = starts(alice, series)
    old, new = gesture("split", "alice", eventId=f"{series}_{THIRD}", event={})
    assert old["recurrence"] == [
        "RRULE:FREQ=WEEKLY;UNTIL=20260329T215959Z;BYDAY=MO",
        "EXDATE;TZID=Europe/Berlin:20260323T090000",
        "RDATE:20260318T080000Z",
    ]
    assert new["recurrence"] == [
        lines[0],
        "EXDATE;TZID=Europe/Berlin:20260413T090000",
        "RDATE:20260401T070000Z",
    ]
    assert starts(alice, old["id"]) + starts(alice, new["id"]) == whole


def test_a_split_at_an_added_date_keeps_the_rhythm(alice: Any, gesture: Any) -> None:
    series = insert(alice, recurrence=["RRULE:FREQ=WEEKLY;COUNT=4", "RDATE:20260325T080000Z"])
    whole = starts(alice, series)
    old, new = gesture("split", "alice", eventId=f"{series}_20260325T080000Z", event={})
    assert new["start"]["dateTime"][:10] == "2026-03-30"
    assert starts(alice, old["id"]) + starts(alice, new["id"]) == whole


def test_from_the_first_occurrence_on_all_are_changed(alice: Any, gesture: Any) -> None:
    series = insert(alice)
    patch(alice, f"{series}_{THIRD}", summary="Own")
    [changed] = gesture("split", "alice", eventId=f"{series}_{FIRST}", event={"summary": "New"})
    assert (changed["id"], changed["summary"], len(changed["recurrence"])) == (series, "New", 1)
    assert get(alice, f"{series}_{THIRD}")["summary"] == "Own"
    assert [item["id"] for item in listed(alice)] == [series, f"{series}_{THIRD}"]


def test_deleted_occurrences_do_not_count_as_the_first(alice: Any, gesture: Any) -> None:
    series = insert(alice)
    alice.delete(**ME, eventId=f"{series}_{FIRST}").execute()
    [changed] = gesture("split", "alice", eventId=f"{series}_{SECOND}", event={"summary": "New"})
    assert (changed["id"], changed["summary"]) == (series, "New")


def test_the_following_ones_go_to_another_time_and_day(alice: Any, gesture: Any) -> None:
    series = insert(alice, recurrence=["RRULE:FREQ=WEEKLY;COUNT=4;BYDAY=MO"])
    patch(alice, f"{series}_{FOURTH}", summary="Own")
    tuesday = {
        "start": {"dateTime": "2026-03-31T15:00:00+02:00"},
        "end": {"dateTime": "2026-03-31T15:30:00+02:00"},
    }
    old, new = gesture("split", "alice", eventId=f"{series}_{THIRD}", event=tuesday)
    assert new["id"] == f"{series}_R20260330T070000"
    assert new["recurrence"] == ["RRULE:FREQ=WEEKLY;COUNT=2;BYDAY=TU"]
    assert starts(alice, new["id"]) == ["03-31T15:00", "04-07T15:00"]
    assert starts(alice, old["id"]) == ["03-16T09:00", "03-23T09:00"]
    assert get(alice, f"{series}_{FOURTH}")["status"] == "cancelled"


def test_conferences_and_copies_follow(alice: Any, bob: Any, gesture: Any) -> None:
    series = insert(alice, attendees=GUESTS)
    gesture("add-conference", "alice", eventId=series)
    patch(alice, f"{series}_{FOURTH}", summary="Own")
    patch(bob, series, reminders={"useDefault": False}, colorId="5")
    patch(bob, f"{series}_{THIRD}", colorId="7")
    token = token_of(bob)
    old, new = gesture("split", "alice", eventId=f"{series}_{THIRD}", event={"summary": "New"})
    assert new["conferenceData"] == old["conferenceData"]
    theirs = {item["id"]: item for item in listed(bob, syncToken=token)}
    assert set(theirs) == {old["id"], new["id"], f"{series}_{THIRD}", f"{series}_{FOURTH}"}
    copy = theirs[new["id"]]
    assert (copy["summary"], copy["colorId"], copy["reminders"]) == ("New", "5", {"useDefault": False})
    assert copy["conferenceData"] == new["conferenceData"]
    assert theirs[f"{series}_{FOURTH}"]["recurringEventId"] == new["id"]
    # Bob alone has made this one an exception; what is shared follows the series.
    own = theirs[f"{series}_{THIRD}"]
    assert (own["colorId"], own["recurringEventId"], own["summary"]) == ("7", new["id"], "New")
    patch(alice, new["id"], location="Room 1")
    assert get(bob, new["id"])["location"] == get(bob, f"{series}_{THIRD}")["location"] == "Room 1"


def test_who_deleted_the_series_gets_neither_half(alice: Any, bob: Any, gesture: Any) -> None:
    series = insert(alice, attendees=GUESTS)
    patch(alice, f"{series}_{FOURTH}", summary="Own")
    bob.delete(**ME, eventId=series).execute()
    new = gesture("split", "alice", eventId=f"{series}_{THIRD}", event={"summary": "New"})[1]["id"]
    patch(alice, new, location="Room 1")
    assert listed(bob) == []
    gesture("restore", "bob", eventId=new)
    assert [item["id"] for item in listed(bob)] == sorted([new, f"{series}_{FOURTH}"])


def test_exceptions_that_went_over_are_told_of_when_their_half_is_deleted(
    alice: Any, bob: Any, gesture: Any
) -> None:
    series = insert(alice, attendees=GUESTS)
    patch(alice, f"{series}_{FOURTH}", summary="Own")
    mine, theirs = token_of(alice), token_of(bob)
    gone: dict[str, Any] = {"attendees": []}
    new = gesture("split", "alice", eventId=f"{series}_{THIRD}", event=gone)[1]["id"]
    delta = {item["id"]: item["status"] for item in listed(bob, syncToken=theirs)}
    assert delta == {series: "confirmed", new: "cancelled", f"{series}_{FOURTH}": "cancelled"}
    alice.delete(**ME, eventId=new).execute()
    delta = {item["id"]: item["status"] for item in listed(alice, syncToken=mine)}
    assert delta == {series: "confirmed", new: "cancelled", f"{series}_{FOURTH}": "cancelled"}
    gesture("restore", "alice", eventId=new)
    assert get(alice, f"{series}_{FOURTH}")["status"] == "confirmed"


def test_who_is_invited_to_one_occurrence_keeps_it(alice: Any, bob: Any, gesture: Any) -> None:
    series = insert(alice)
    patch(alice, f"{series}_{FOURTH}", attendees=GUESTS)
    new = gesture("split", "alice", eventId=f"{series}_{THIRD}", event={})[1]["id"]
    assert [(item["id"], item["recurringEventId"]) for item in listed(bob)] == [(f"{series}_{FOURTH}", new)]


def test_a_guest_splits_only_where_guests_may_change(alice: Any, bob: Any, gesture: Any) -> None:
    series = insert(alice, attendees=GUESTS)
    said = gesture("split", "bob", eventId=f"{series}_{THIRD}", event={"summary": "New"})
    assert said.startswith("400 ") and "alice@example.com" in said
    patch(alice, series, guestsCanModify=True)
    new = gesture("split", "bob", eventId=f"{series}_{THIRD}", event={"summary": "New"})[1]
    assert get(alice, new["id"])["summary"] == get(bob, new["id"])["summary"] == "New"


def test_a_split_series_goes_to_another_calendar(service: Any, alice: Any, gesture: Any) -> None:
    other = service("alice@example.com").calendars().insert(body={"summary": "Team"}).execute()["id"]
    series = insert(alice)
    patch(alice, f"{series}_{FOURTH}", summary="Own")
    new = gesture("split", "alice", eventId=f"{series}_{THIRD}", event={})[1]["id"]
    gesture("change-calendar", "alice", eventId=f"{new}_{THIRD}", destination=other)
    assert [item["id"] for item in listed(alice)] == [series]
    assert [item["id"] for item in alice.list(calendarId=other).execute()["items"]] == sorted(
        [new, f"{series}_{FOURTH}"]
    )


def test_deleting_the_following_ones_ends_the_series(alice: Any, bob: Any, gesture: Any) -> None:
    series = insert(alice, attendees=GUESTS)
    for stamp in (SECOND, FOURTH):
        patch(alice, f"{series}_{stamp}", summary="Own")
    token, theirs = token_of(alice), token_of(bob)
    [left] = gesture("delete-following", "alice", eventId=f"{series}_{THIRD}")
    assert left["recurrence"] == ["RRULE:FREQ=WEEKLY;UNTIL=20260329T215959Z"]
    for events, since in ((alice, token), (bob, theirs)):
        delta = {item["id"]: item["status"] for item in listed(events, syncToken=since)}
        assert delta == {series: "confirmed", f"{series}_{FOURTH}": "cancelled"}
    assert starts(alice, series) == ["03-16T09:00", "03-23T09:00"]


def test_deleting_from_the_first_one_on_deletes_the_series(alice: Any, gesture: Any) -> None:
    series = insert(alice)
    token = token_of(alice)
    [gone] = gesture("delete-following", "alice", eventId=f"{series}_{FIRST}")
    assert (gone["id"], gone["status"]) == (series, "cancelled")
    assert [item["id"] for item in listed(alice, syncToken=token)] == [series]


@pytest.mark.parametrize("name", ["split", "delete-following", "change-all"])
def test_what_does_not_repeat_has_nothing_that_follows(
    alice: Any, gesture: Callable[..., Any], name: str
) -> None:
    event = alice.insert(**ME, body={**weekly(), "recurrence": []}).execute()["id"]
    keys = {} if name == "delete-following" else {"event": {"summary": "New"}}
    assert "does not repeat" in gesture(name, "alice", eventId=event, **keys)
    assert "no such event" in gesture(name, "alice", eventId=f"{event}_{FIRST}", **keys)


def test_a_split_that_cannot_be_leaves_nothing_behind(alice: Any, gesture: Any) -> None:
    series = insert(alice)
    token = token_of(alice)
    said = gesture(
        "split", "alice", eventId=f"{series}_{THIRD}", event={"start": {"dateTime": "2026-03-30T12:00:00Z"}}
    )
    assert said == "400 The specified time range is empty."
    assert "string expected" in gesture("split", "alice", eventId=f"{series}_{THIRD}", event={"summary": 5})
    assert listed(alice, syncToken=token) == []
    assert starts(alice, series)[-1] == "04-06T09:00"
