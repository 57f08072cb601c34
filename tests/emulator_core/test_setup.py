"""A setup says in one file how a local Google begins."""

import json
from pathlib import Path
from typing import Any

import pytest
from googleapiclient.discovery import build

from confsync.emulator.clock import Clock
from confsync.emulator.setup import read_setup
from confsync.emulator.twin import TwinHttp
from confsync.emulator.world import World
from confsync.errors import EmulatorError

TOML = """
seed = 7
virtualClock = 2026-06-01T08:00:00Z
users = ["bob@example.com", {email = "alice@example.com", timeZone = "Europe/Berlin"}]

[switches]
tombstones = "full"
queriesPerMinutePerUser = 600

[[faults]]
method = "calendar.events.insert"
reason = "quotaExceeded"

[[calendars]]
id = "alice@example.com"

[[calendars.events]]
summary = "Planning"
start.dateTime = 2026-06-02T10:00:00+02:00
end.dateTime = 2026-06-02T11:00:00+02:00

[[calendars.events]]
summary = "Holiday"
start = {date = 2026-06-03}
end = {date = 2026-06-04}
"""
JSON = {
    "seed": 7,
    "virtualClock": "2026-06-01T08:00:00Z",
    "users": ["bob@example.com", {"email": "alice@example.com", "timeZone": "Europe/Berlin"}],
    "switches": {"tombstones": "full", "queriesPerMinutePerUser": 600},
    "faults": [{"method": "calendar.events.insert", "reason": "quotaExceeded"}],
    "calendars": [
        {
            "id": "alice@example.com",
            "events": [
                {
                    "summary": "Planning",
                    "start": {"dateTime": "2026-06-02T10:00:00+02:00"},
                    "end": {"dateTime": "2026-06-02T11:00:00+02:00"},
                },
                {"summary": "Holiday", "start": {"date": "2026-06-03"}, "end": {"date": "2026-06-04"}},
            ],
        }
    ],
}


def world_of(file: Path, **settings: Any) -> World:
    """Return the world that a setup describes."""
    begin = read_setup(file)
    assert type(begin.virtual_clock) is int
    return World(
        seed=begin.seed or 0,
        clock=Clock(start_us=begin.virtual_clock),
        switches=begin.switches,
        faults=begin.faults,
        imports=[begin.fixtures],
        **settings,
    )


def checked(world: World) -> None:
    """Check that a world has just begun as the setup says."""
    assert world.clock.now().isoformat() == "2026-06-01T08:00:00+00:00"
    assert [world.oauth.time_zone_of(email) for email in world.oauth.users()] == ["Europe/Berlin", "Etc/UTC"]
    assert (world.switches.tombstones, world.switches.queries_per_minute_per_user) == ("full", 600)
    assert [(rule.id, rule.fault.reason, rule.struck) for rule in world.faults.list()] == [
        ("fault1", "quotaExceeded", 0)
    ]
    events = build(
        "calendar", "v3", http=TwinHttp(world, "alice@example.com"), static_discovery=True
    ).events()
    shown = events.list(calendarId="primary", orderBy="startTime", singleEvents=True).execute()["items"]
    assert [(event["summary"], event["start"]) for event in shown] == [
        ("Planning", {"dateTime": "2026-06-02T10:00:00+02:00", "timeZone": "Europe/Berlin"}),
        ("Holiday", {"date": "2026-06-03"}),
    ]


@pytest.fixture(params=["toml", "json"])
def file(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The same setup in both forms."""
    made = tmp_path / f"setup.{request.param}"
    made.write_text(TOML if request.param == "toml" else json.dumps(JSON))
    return made


def test_a_world_begins_so_and_starts_over_so(file: Path) -> None:
    world = world_of(file)
    checked(world)
    world.request(
        "POST", "/calendar/v3/calendars/primary/events", {"authorization": "Bearer bob@example.com"}, b"{}"
    )
    world.faults.clear()
    world.switches.change({"tombstones": "minimal"})
    world.oauth.add_user("carol@example.com")
    world.clock.advance(1)
    world.reset()
    checked(world)
    world.close()


def test_both_forms_make_the_same_world(tmp_path: Path) -> None:
    exports = []
    for name, text in (("setup.toml", TOML), ("setup.json", json.dumps(JSON))):
        (tmp_path / name).write_text(text)
        world = world_of(tmp_path / name)
        world.export(tmp_path / f"{name}.state")
        exports.append((tmp_path / f"{name}.state").read_bytes())
        world.close()
    assert exports[0] == exports[1]


def test_a_state_that_is_kept_goes_on(file: Path, tmp_path: Path) -> None:
    first = world_of(file, data=tmp_path / "state")
    checked(first)
    first.close()
    again = world_of(file, data=tmp_path / "state")
    checked(again)
    again.close()


def test_a_clock_may_be_the_usual_virtual_one(tmp_path: Path) -> None:
    (tmp_path / "setup.toml").write_text("virtualClock = true")
    assert read_setup(tmp_path / "setup.toml").virtual_clock is True
    (tmp_path / "setup.toml").write_text("")
    begin = read_setup(tmp_path / "setup.toml")
    assert (begin.virtual_clock, begin.seed, begin.fixtures.users) == (None, None, [])


@pytest.mark.parametrize(
    ("text", "place", "what"),
    [
        ("seed = ", "", "this is not TOML"),
        ("colour = 1", "", '"colour" is not a key of a setup'),
        ("seed = '1'", ": seed", "a whole number is wanted"),
        ("seed = true", ": seed", "a whole number is wanted"),
        ("virtualClock = 'soon'", ": virtualClock", "true is wanted, or a moment"),
        ("virtualClock = 2026-06-01T08:00:00", ": virtualClock", "true is wanted, or a moment"),
        ("virtualClock = 5", ": virtualClock", "true is wanted, or a moment"),
        ("switches = 5", ": switches", "there must be an object here"),
        ("switches.tombstone = 'full'", ": switches", 'there is no switch "tombstone"'),
        ("switches.tombstones = 'half'", ": switches", 'the switch "tombstones" is one of'),
        ("faults = 5", ": faults", "there must be a list here"),
        ("faults = [5]", ": faults[0]", "there must be an object here"),
        ("faults = [{method = 'calendar.events.list'}]", ": faults[0]", '"status" of a fault'),
        ("users = [{mail = 'a'}]", ": users[0]", '"mail" is not a key here'),
        ("calendars = [{}]", ": calendars[0]", '"id" is missing'),
    ],
)
def test_file_and_key_are_named(tmp_path: Path, text: str, place: str, what: str) -> None:
    file = tmp_path / "setup.toml"
    file.write_text(text)
    with pytest.raises(EmulatorError) as caught:
        read_setup(file)
    assert (caught.value.where, what in caught.value.what) == (f"{file}{place}", True)


def test_what_shows_only_when_it_is_made_is_named_alike(tmp_path: Path) -> None:
    file = tmp_path / "setup.json"
    for data, place in (
        ({"users": ["alice"]}, "users[0]"),
        ({"users": ["a@x.org"], "calendars": [{"id": "a@x.org", "events": [{"summary": "S"}]}]},
         'calendars[0].events[0] ("S")'),
    ):  # fmt: skip
        file.write_text(json.dumps(data))
        with pytest.raises(EmulatorError) as caught:
            World(imports=[read_setup(file).fixtures])
        assert caught.value.where == f"{file}: {place}"


@pytest.mark.parametrize(
    ("name", "text"), [("s.json", "[]"), ("s.json", "{"), ("s.toml", "= 1"), ("s.toml", "\x00")]
)
def test_what_is_no_setup_is_refused(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(EmulatorError, match=r"this is not|must be an object"):
        read_setup(tmp_path / name)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    for place in (tmp_path / "setup.toml", tmp_path):
        with pytest.raises(EmulatorError, match="cannot be read") as caught:
            read_setup(place)
        assert caught.value.where == str(place)
