"""Series: what belongs to an occurrence, what to its series, and how a client splits one."""

from typing import Any

from confsync.emulator.world import World

ME = {"calendarId": "primary"}
ZONE = "Europe/Berlin"
SECOND = "_20260323T080000Z"
DATA = {
    "conferenceId": "conf-1",
    "conferenceSolution": {"key": {"type": "addOn"}, "name": "My Web Conference"},
    "entryPoints": [{"entryPointType": "video", "uri": "https://conferences.example/join/conf-1"}],
}


def weekly(first: str = "2026-03-16", **more: Any) -> dict[str, Any]:
    return {
        "summary": "Weekly",
        "start": {"dateTime": f"{first}T09:00:00", "timeZone": ZONE},
        "end": {"dateTime": f"{first}T10:00:00", "timeZone": ZONE},
        "recurrence": ["RRULE:FREQ=WEEKLY;COUNT=3"],
        **more,
    }


def insert(events: Any, version: int = 0, **body: Any) -> dict[str, Any]:
    inserted: dict[str, Any] = events.insert(**ME, conferenceDataVersion=version, body=body).execute()
    return inserted


def get(events: Any, event: str) -> dict[str, Any]:
    found: dict[str, Any] = events.get(**ME, eventId=event).execute()
    return found


def patch(events: Any, event: str, **body: Any) -> dict[str, Any]:
    patched: dict[str, Any] = events.patch(**ME, eventId=event, body=body).execute()
    return patched


def days(events: Any, series: str) -> list[str]:
    """Return the days of March on which a series takes place."""
    items = events.instances(**ME, eventId=series).execute()["items"]
    return [item["start"].get("dateTime", item["start"].get("date"))[8:10] for item in items]


def test_a_cancelled_occurrence_outlives_the_tombstones(world: World, alice: Any) -> None:
    series, single = insert(alice, **weekly())["id"], insert(alice, **weekly(recurrence=[]))["id"]
    for event in (series + SECOND, single):
        alice.delete(**ME, eventId=event).execute()
    world.clock.advance(60 * 24 * 3600 * 1_000_000)
    listed = {item["id"]: item["status"] for item in alice.list(**ME, showDeleted=True).execute()["items"]}
    assert (listed[series], listed[series + SECOND]) == ("confirmed", "cancelled")
    gone = get(alice, series + SECOND)
    assert (gone["status"], gone["recurringEventId"]) == ("cancelled", series)
    assert gone["originalStartTime"]["dateTime"] == "2026-03-23T09:00:00+01:00"
    assert days(alice, series) == ["16", "30"]


def test_what_ties_an_occurrence_to_its_series_stays(alice: Any) -> None:
    series = insert(alice, **weekly())["id"]
    before = get(alice, series + SECOND)
    tie = {"recurringEventId": "other01", "originalStartTime": {"dateTime": "2026-03-24T08:00:00Z"}}
    after = patch(alice, series + SECOND, **tie, summary="Own", recurrence=["RRULE:FREQ=DAILY"])
    for name in ("id", "iCalUID", "recurringEventId", "originalStartTime"):
        assert after[name] == before[name]
    assert (after["summary"], "recurrence" in after) == ("Own", False)


def test_an_exception_counts_by_itself(alice: Any) -> None:
    series = insert(alice, **weekly())["id"]
    patch(alice, series, location="Room 1")
    assert patch(alice, series, location="Room 2")["sequence"] == 2
    assert patch(alice, series + SECOND, location="Room 3")["sequence"] == 3
    assert get(alice, series)["sequence"] == 2
    assert get(alice, f"{series}_20260316T080000Z")["sequence"] == 2


def test_an_occurrence_made_private_makes_its_series_private(alice: Any) -> None:
    series = insert(alice, **weekly())["id"]
    patch(alice, series + SECOND, visibility="private")
    assert get(alice, series)["visibility"] == "private"
    assert get(alice, series + SECOND)["visibility"] == "private"
    patch(alice, series + SECOND, visibility="public")
    assert get(alice, series)["visibility"] == "private"
    assert get(alice, series + SECOND)["visibility"] == "private"


def test_dates_and_rules_may_be_excluded(alice: Any) -> None:
    lines = ["RRULE:FREQ=DAILY;COUNT=6", "EXRULE:FREQ=DAILY;INTERVAL=2;COUNT=2", "RDATE;VALUE=DATE:20260325"]
    day = {"start": {"date": "2026-03-16"}, "end": {"date": "2026-03-17"}}
    series = insert(alice, **{**weekly(), **day, "recurrence": lines})["id"]
    assert days(alice, series) == ["17", "19", "20", "21", "25"]


def test_a_date_that_no_occurrence_has_takes_nothing_away(alice: Any) -> None:
    lines = ["RRULE:FREQ=WEEKLY;COUNT=3", f"EXDATE;TZID={ZONE}:20260323T090001,20260324T090000"]
    assert days(alice, insert(alice, **weekly(recurrence=lines))["id"]) == ["16", "23", "30"]
    lines[1] = f"EXDATE;TZID={ZONE}:20260323T090000"
    assert days(alice, insert(alice, **weekly(recurrence=lines))["id"]) == ["16", "30"]


def test_a_series_split_by_a_client(world: World, alice: Any) -> None:
    signed = world.calendar.sign(DATA)
    old = insert(alice, 1, **weekly(conferenceData=signed))
    patch(alice, old["id"], recurrence=["RRULE:FREQ=WEEKLY;UNTIL=20260322T225959Z"])
    rest = weekly(
        "2026-03-23", recurrence=["RRULE:FREQ=WEEKLY;COUNT=2"], conferenceData=old["conferenceData"]
    )
    new, without = insert(alice, 1, **rest), insert(alice, 0, **rest)
    assert (days(alice, old["id"]), days(alice, new["id"])) == (["16"], ["23", "30"])
    assert len(new["id"]) == 26 and new["iCalUID"] == f"{new['id']}@google.com"
    assert new["conferenceData"] == old["conferenceData"] == get(alice, old["id"])["conferenceData"]
    assert "conferenceData" not in without
