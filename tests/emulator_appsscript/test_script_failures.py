"""The mails about triggers that failed: once a day, and never about an add-on's."""

from typing import Any

from googleapiclient.discovery import build

from confsync.emulator.twin import TwinHttp

from .conftest import ALICE, BOB, MANIFEST, Script

HOUR_S = 3600
SOURCE = """
function broken() { throw new Error("no"); }
function endless() { for (;;) Utilities.sleep(60000); }
function fine() {}
"""


def mails(script: Script) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = script.world.request("GET", "/emulator/mails").json()["mails"]
    return [mail for mail in listed if mail["kind"] == "scriptFailures"]


def fired(script: Script, *handlers: str, user: str = ALICE) -> None:
    """Let a trigger of each of these functions run."""
    for handler in handlers:
        script.world.appsscript.leave_trigger(
            user, script.id, handler, f"{handler}@group.calendar.google.com"
        )
        script.world.appsscript.calendar_changed(f"{handler}@group.calendar.google.com")
        script.world.appsscript.deliver()


def test_a_user_is_told_at_the_end_of_the_day(script: Script) -> None:
    script.push(SOURCE)
    fired(script, "broken", "endless", "fine")
    fired(script, "broken", user=BOB)
    assert mails(script) == []
    # It is nine in the morning in Berlin, and seconds later by now.
    script.world.appsscript.advance(15 * HOUR_S - 3600)
    assert mails(script) == []
    script.world.appsscript.advance(HOUR_S)
    told = {
        "time": "2026-03-02T23:00:00.000Z",
        "from": "noreply-apps-scripts-notifications@google.com",
        "kind": "scriptFailures",
        "scriptId": script.id,
    }
    # Bob's run of `broken` fires Alice's trigger too: the calendar is the same.
    assert mails(script) == [
        {**told, "to": ALICE, "failures": 3, "number": 1},
        {**told, "to": BOB, "failures": 1, "number": 2},
    ]
    fired(script, "fine")
    script.world.appsscript.advance(24 * HOUR_S)
    assert len(mails(script)) == 2


def test_nobody_is_told_about_an_add_on_or_what_they_ran_themselves(script: Script) -> None:
    script.push(SOURCE, MANIFEST | {"addOns": {"common": {"name": "x"}}})
    fired(script, "broken")
    script.world.appsscript.advance(24 * HOUR_S)
    assert mails(script) == []
    script.push(SOURCE, MANIFEST)
    script.world.appsscript.run(ALICE, script.id, "broken")
    script.world.appsscript.advance(24 * HOUR_S)
    assert mails(script) == []


def test_mails_of_calendars_and_scripts_are_one_list(script: Script) -> None:
    script.push(SOURCE)
    fired(script, "broken")
    calendar = build("calendar", "v3", http=TwinHttp(script.world, ALICE), static_discovery=True)
    day = {"start": {"date": "2026-03-09"}, "end": {"date": "2026-03-10"}, "attendees": [{"email": BOB}]}
    for hours in (24, 1):
        calendar.events().insert(calendarId="primary", body=day, sendUpdates="all").execute()
        script.world.appsscript.advance(hours * HOUR_S)
    listed = script.world.request("GET", "/emulator/mails").json()["mails"]
    assert [(mail["kind"], mail["number"]) for mail in listed] == [
        ("invitation", 1),
        ("scriptFailures", 2),
        ("invitation", 3),
    ]
