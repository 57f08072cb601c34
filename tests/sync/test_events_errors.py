"""What Calendar's refusals mean to either wing, told by the local Google's own errors."""

from types import SimpleNamespace

import pytest
from googleapiclient.discovery import build

from confsync.emulator.clock import Clock
from confsync.emulator.twin import TwinHttp
from confsync.emulator.world import VIRTUAL_START_US, World
from confsync.rehearsal.setting import ALICE, BOB, in_process
from confsync.render import render
from confsync.sync.events import CalendarError, ask_calendar
from confsync.sync.run import Run

GET, LIST = "calendar.events.get", "calendar.events.list"
# What is wrong, and what it means: a fault's status and reason, or something that really is wrong.
REFUSALS = {
    "410": ({"method": LIST, "status": 410, "times": None}, "expired"),
    "404": ({"method": LIST, "status": 404, "times": None}, "absent"),
    "429": ({"method": LIST, "status": 429, "times": None}, "busy"),
    "500": ({"method": LIST, "status": 500, "times": None}, "busy"),
    "503": ({"method": LIST, "status": 503, "times": None}, "busy"),
    "403 rate": ({"method": LIST, "status": 403, "reason": "rateLimitExceeded", "times": None}, "busy"),
    "403 user's rate": (
        {"method": LIST, "status": 403, "reason": "userRateLimitExceeded", "times": None},
        "busy",
    ),
    "403 quota": ({"method": LIST, "status": 403, "reason": "quotaExceeded", "times": None}, "busy"),
    "403": ({"method": LIST, "status": 403, "reason": "forbidden", "times": None}, "refused"),
    "401": ({"method": LIST, "status": 401, "times": None}, "refused"),
    "400": ({"method": LIST, "status": 400, "times": None}, "refused"),
    "in another language": (
        {"method": LIST, "status": 410, "message": "Жетон истёк", "times": None},
        "expired",
    ),
    "somebody else's calendar": (None, "absent"),
}
BUSY = {"method": LIST, "status": 503, "times": 2}
PROBE = """
function probe(calendarId) {
  try {
    askCalendar_(() => Calendar.Events.list(calendarId, { maxResults: 5 }));
    return "answered";
  } catch (err) {
    return err.kind;
  }
}
"""


@pytest.fixture
def world():
    world = World(clock=Clock(start_us=VIRTUAL_START_US), users=(ALICE, BOB))
    yield world
    world.close()


def asked(world, calendar_id):
    """Ask as the Python wing does; return what came of it, and how long it waited in between."""
    http, waits = TwinHttp(world, ALICE), []
    events = build("calendar", "v3", http=http, static_discovery=True).events()
    ports = SimpleNamespace(events=events, http=http, machine=SimpleNamespace(sleep=waits.append))
    run = Run(ports, {}, 0)
    try:
        ask_calendar(run, lambda: events.list(calendarId=calendar_id, maxResults=5))
        return "answered", waits
    except CalendarError as error:
        return error.kind, waits


@pytest.mark.parametrize("name", REFUSALS)
def test_the_python_wing(world, name):
    fault, kind = REFUSALS[name]
    if fault:
        world.faults.add(fault)
    found, waits = asked(world, ALICE if fault else BOB)
    assert found == kind
    assert waits == ([1000, 2000] if kind == "busy" else [])


def test_a_busy_calendar_is_asked_again(world):
    world.faults.add(BUSY)
    assert asked(world, ALICE) == ("answered", [1000, 2000])


def test_the_apps_script_wing_says_the_same(addon, v8):
    files = render(addon) | {"Probe.js": PROBE}
    with in_process(addon, files, 1, v8) as setting:
        stage = setting.stage
        probe = {"user": ALICE, "scriptId": stage.script_id, "function": "probe"}
        found = {}
        for name, (fault, _) in REFUSALS.items():
            stage.control("DELETE", "/faults")
            if fault:
                stage.control("POST", "/faults", fault)
            answer = stage.control("POST", "/executions", probe | {"arguments": [ALICE if fault else BOB]})
            found[name] = answer["result"]
        assert found == {name: kind for name, (_, kind) in REFUSALS.items()}
        stage.control("DELETE", "/faults")
        stage.control("POST", "/faults", BUSY)
        answer = stage.control("POST", "/executions", probe | {"arguments": [ALICE]})
        assert answer["result"] == "answered"
        assert 3000 <= answer["durationMs"] < 4000
