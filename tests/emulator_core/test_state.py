"""The state as text: what was exported and imported is the same world."""

import io
import json
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from googleapiclient.discovery import build

from confsync.emulator import state
from confsync.emulator.clock import Clock
from confsync.emulator.twin import TwinHttp
from confsync.emulator.world import VIRTUAL_START_US, World
from confsync.errors import EmulatorError

ALICE, BOB = "alice@example.com", "bob@example.com"
TIMED = {
    "start": {"dateTime": "2026-03-03T10:00:00Z", "timeZone": "Europe/Berlin"},
    "end": {"dateTime": "2026-03-03T11:00:00Z", "timeZone": "Europe/Berlin"},
}
# Texts that a format by lines, or one that looks into texts, could spoil.
TITLES = [
    'Tab\there, "quotes", \\ and\nlines',
    '{"$bytes": "x"}',
    '{"a": 1}',
    "[1,\n2]",
    "{not JSON}",
    "✓ \u2028 é",
    "null",
]


def client(world: World, user: str = ALICE) -> Any:
    """Return Google's client for a user."""
    return build("calendar", "v3", http=TwinHttp(world, user), static_discovery=True)


def virtual(**settings: Any) -> World:
    """Return a world with a virtual clock."""
    return World(clock=Clock(start_us=VIRTUAL_START_US), **settings)


@pytest.fixture
def other() -> Iterator[World]:
    """Another world, empty, with another seed."""
    made = virtual(seed=9)
    yield made
    made.close()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file for a state."""
    return tmp_path / "state.jsonl"


def fill(world: World) -> dict[str, Any]:
    """Make a bit of everything; return what a client remembers of it."""
    service, events = client(world), client(world).events()
    for number, title in enumerate(TITLES):
        events.insert(
            calendarId="primary", body={**TIMED, "summary": title, "id": f"title{number}"}
        ).execute()
    series = {
        **TIMED,
        "summary": "Daily",
        "recurrence": ["RRULE:FREQ=DAILY;COUNT=5"],
        "attendees": [{"email": BOB}],
    }
    daily = events.insert(calendarId="primary", body=series).execute()
    day = events.instances(calendarId="primary", eventId=daily["id"]).execute()["items"][1]
    events.patch(calendarId="primary", eventId=day["id"], body={"summary": "Moved"}).execute()
    token = events.list(calendarId="primary").execute()["nextSyncToken"]
    events.delete(calendarId="primary", eventId="title0").execute()
    page = events.list(calendarId="primary", maxResults=2, showDeleted=True).execute()["nextPageToken"]
    team = service.calendars().insert(body={"summary": "Team"}).execute()
    service.acl().insert(
        calendarId=team["id"], body={"role": "reader", "scope": {"type": "user", "value": BOB}}
    ).execute()
    service.calendarList().patch(
        calendarId=team["id"], body={"summaryOverride": "Ours", "colorId": "7"}
    ).execute()
    world.clock.advance(90_000_000)
    access = world.oauth.mint(BOB, frozenset(["https://www.googleapis.com/auth/calendar.readonly"]))
    return {"token": token, "page": page, "team": team["id"], "access": access}


def seen(world: World, memory: dict[str, Any]) -> list[Any]:
    """Return all that clients can see of a world, with etags and stamps."""
    answers = []
    for user in (ALICE, BOB, memory["access"]):
        service = client(world, user)
        answers.append(service.calendarList().list(showDeleted=True).execute())
        for calendar in ("primary", memory["team"]):
            answers.append(service.events().list(calendarId=calendar, showDeleted=True).execute())
    events, acl = client(world).events(), client(world).acl()
    answers.append(events.list(calendarId="primary", syncToken=memory["token"]).execute())
    answers.append(
        events.list(calendarId="primary", maxResults=2, showDeleted=True, pageToken=memory["page"]).execute()
    )
    answers.append(acl.list(calendarId=memory["team"], showDeleted=True).execute())
    return [*answers, world.conferences.key, world.clock.now_us()]


def test_an_imported_state_is_the_same_world(world: World, other: World, file: Path) -> None:
    memory = fill(world)
    before = seen(world, memory)
    world.export(file)
    other.import_(file)
    assert seen(other, memory) == before
    assert any(item["summary"] == TITLES[0] for item in before[1]["items"])


def test_it_goes_on_there_without_meeting_itself(world: World, file: Path) -> None:
    memory = fill(world)
    world.export(file)
    other = virtual(seed=world.seed)
    other.import_(file)
    events = client(other).events()
    held = {item["id"]: item["etag"] for item in seen(other, memory)[1]["items"]}
    made = [
        events.insert(calendarId="primary", body={**TIMED, "summary": "New"}).execute() for _ in range(20)
    ]
    assert not {event["id"] for event in made} & held.keys()
    assert min(event["etag"] for event in made) > max(held.values())
    delta = events.list(calendarId="primary", syncToken=memory["token"]).execute()["items"]
    assert {event["id"] for event in delta} >= {event["id"] for event in made}
    other.close()


def test_a_state_survives_a_second_journey_unchanged(world: World, other: World, tmp_path: Path) -> None:
    fill(world)
    world.export(tmp_path / "first")
    other.import_(tmp_path / "first")
    other.export(tmp_path / "second")

    def rows(name: str) -> list[str]:
        lines = (tmp_path / name).read_text().split("\n")[1:-2]
        return [line for line in lines if '"table": "notes"' not in line]

    assert rows("first") == rows("second")


def test_every_line_is_json_that_a_person_can_read(world: World, file: Path) -> None:
    fill(world)
    world.export(file)
    lines = [json.loads(line) for line in file.read_bytes().split(b"\n")[:-1]]
    assert lines[0]["confsync"] == "state"
    assert lines[0]["now"].startswith("2026-03-02T08:01:30")
    assert lines[-1] == {"rows": len(lines) - 2}
    tables = {line["table"] for line in lines[1:-1]}
    assert tables >= {
        "users",
        "calendars",
        "calendar_entries",
        "calendar_rules",
        "events",
        "access_tokens",
        "notes",
    }
    users = [line["row"] for line in lines[1:-1] if line["table"] == "users"]
    assert {"email": ALICE, "time_zone": "Etc/UTC"} in users
    titles = [_title(line["row"]) for line in lines[1:-1] if line["table"] == "events"]
    assert set(titles) >= set(TITLES)


def _title(row: dict[str, Any]) -> str | None:
    """Return an event's title from its row, whichever column holds what the API shows."""
    for value in row.values():
        inner = value.get("$bytes", value) if isinstance(value, dict) else None
        if isinstance(inner, dict) and "summary" in inner:
            return str(inner["summary"])
    return None


def test_blank_space_does_not_matter(world: World, other: World, file: Path) -> None:
    memory = fill(world)
    before = seen(world, memory)
    world.export(file)
    lines = [
        json.dumps(json.loads(line), separators=(" , ", " : ")) for line in file.read_bytes().splitlines()
    ]
    other.import_(io.BytesIO("\r\n".join(lines).encode()))
    assert seen(other, memory)[1]["items"] == before[1]["items"]


def test_bytes_that_are_no_text_come_through(world: World, other: World, file: Path) -> None:
    table = "CREATE TABLE IF NOT EXISTS oddments (a BLOB, b TEXT, c REAL, d INTEGER)"
    values = [
        (b"\xff\x00", None, 1.5, -(2**63)),
        (b'{"a":\n 1}', "", 0.0, 2**63 - 1),
        (b"plain\ttext", '{"$x": 1}', -1.0, 0),
    ]
    for one in (world, other):
        one.store.create(table)
    with world.store.turn() as connection:
        connection.executemany("INSERT INTO oddments VALUES (?, ?, ?, ?)", values)
    world.export(file)
    other.import_(file)
    with other.store.turn() as connection:
        assert [tuple(row) for row in connection.execute("SELECT * FROM oddments")] == values


def test_a_real_clock_is_never_put_back(file: Path) -> None:
    ahead, behind = World(users=[ALICE]), World()
    ahead.clock.advance(3600_000_000)
    ahead.export(file)
    behind.import_(file)
    assert 3590_000_000 < behind.clock.moved_us <= 3600_000_000
    behind.clock.advance(3600_000_000)
    moved = behind.clock.moved_us
    behind.import_(file)
    assert behind.clock.moved_us == moved
    ahead.close()
    behind.close()


def test_a_virtual_clock_goes_where_the_other_one_was(world: World, file: Path, tmp_path: Path) -> None:
    world.clock.advance(3600_000_000)
    world.export(file)
    kept = World(clock=Clock(start_us=VIRTUAL_START_US + 7200_000_000), data=tmp_path / "kept")
    kept.import_(file)
    assert kept.clock.now_us() == VIRTUAL_START_US + 3600_000_000
    kept.close()
    again = World(clock=Clock(start_us=VIRTUAL_START_US + 7200_000_000), data=tmp_path / "kept")
    assert again.clock.now_us() == VIRTUAL_START_US + 3600_000_000
    assert again.oauth.users() == [ALICE, BOB]
    again.close()


def test_starting_over_goes_back_to_what_was_imported_at_the_start(world: World, file: Path) -> None:
    memory = fill(world)
    before = seen(world, memory)
    world.export(file)
    begun = virtual(imports=[file])
    client(begun).events().delete(calendarId="primary", eventId="title1").execute()
    assert seen(begun, memory) != before
    begun.reset()
    assert seen(begun, memory) == before
    begun.close()


def test_scripts_and_their_triggers_move_along(world: World, other: World, file: Path) -> None:
    api = build("script", "v1", http=TwinHttp(world, ALICE), static_discovery=True)
    script = api.projects().create(body={"title": "T"}).execute()["scriptId"]
    world.appsscript.set_properties(script, "script", {"k": '{"a": "\t"}'})
    world.appsscript.install(ALICE, script)
    world.appsscript.leave_trigger(ALICE, script, "main", ALICE)
    world.appsscript.withdraw_consent(ALICE, script)
    world.export(file)
    other.import_(file)
    assert other.appsscript.properties(script, "script") == {"k": '{"a": "\t"}'}
    assert other.appsscript.triggers() == world.appsscript.triggers()
    assert other.appsscript.installs() == world.appsscript.installs()
    assert other.appsscript.consents() == world.appsscript.consents() != []


def test_the_control_routes_do_the_same(world: World, other: World) -> None:
    memory = fill(world)
    before = seen(world, memory)
    answer = world.request("GET", "/emulator/export")
    assert answer.headers["content-type"].startswith("application/x-ndjson")
    told = other.request("POST", "/emulator/import", {}, b"".join(answer.chunks))
    assert (told.status, told.json()["users"]) == (200, [ALICE, BOB])
    assert seen(other, memory) == before


def lines_of(world: World) -> list[bytes]:
    """Return a state's lines."""
    written = io.BytesIO()
    state.write(world, written)
    return written.getvalue().splitlines(keepends=True)


def changed(lines: list[bytes], old: bytes, new: bytes) -> list[bytes]:
    """Return lines with one of them changed."""
    text = b"".join(lines)
    assert old in text
    return text.replace(old, new, 1).splitlines(keepends=True)


SPOILED: dict[str, tuple[Callable[[list[bytes]], list[bytes]], str, str | None]] = {
    "no end": (lambda lines: lines[:-1], "the file ends here", None),
    "cut": (lambda lines: lines[:-3], "the file ends here", None),
    "cut in a line": (lambda lines: [*lines[:4], lines[4][:40]], "this is no row of a state", "body:5"),
    "a row less": (lambda lines: [*lines[:4], *lines[5:]], "rows, but there are", None),
    "another value": (lambda lines: [*lines[:4], b"[]\n", *lines[4:]], "this is no row of a state", "body:5"),
    "no text": (lambda lines: [*lines[:4], b"\xff\n", *lines[4:]], "this is no row of a state", "body:5"),
    "a row twice": (lambda lines: [*lines[:5], *lines[4:]], "does not fit into its table", "body:6"),
    "another table": (
        lambda lines: changed(lines, b'"table": "users"', b'"table": "people"'),
        '"people"',
        None,
    ),
    "another column": (lambda lines: changed(lines, b'"email": ', b'"mail": '), 'no column "mail"', None),
    "null": (
        lambda lines: changed(lines, b'"time_zone": "Etc/UTC"', b'"time_zone": null'),
        "does not fit",
        None,
    ),
    "newer": (lambda lines: changed(lines, b'"format": ', b'"format": 9'), "newer than the", "body"),
    "older": (lambda lines: changed(lines, b'"format": ', b'"format": -'), "and not the", "body"),
    "no time": (lambda lines: changed(lines, b'"nowUs": ', b'"nowUs": "x", "x": '), '"nowUs"', "body:1"),
}


@pytest.mark.parametrize("how", SPOILED)
def test_a_broken_state_is_refused_by_its_line_and_changes_nothing(
    world: World, other: World, how: str
) -> None:
    spoil, said, place = SPOILED[how]
    lines = spoil(lines_of(world))
    memory = fill(other_with_users(other))
    before = seen(other, memory)
    number = other.random.getstate()
    with pytest.raises(EmulatorError) as caught:
        other.import_(io.BytesIO(b"".join(lines)))
    assert said in caught.value.what
    assert caught.value.next_step
    assert place in (None, caught.value.where)
    assert seen(other, memory) == before
    assert other.random.getstate() == number
    refused = other.request("POST", "/emulator/import", {}, b"".join(lines))
    assert (refused.status, said in refused.json()["error"]["message"]) == (400, True)


def other_with_users(other: World) -> World:
    """Add the two users to a world."""
    for email in (ALICE, BOB):
        other.oauth.add_user(email)
    return other


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "this is not JSON"),
        (b"Dear Alice", "this is not JSON"),
        (b"\xff\xfe", "this is not JSON"),
        (b"[]", "there must be an object"),
        (b'{"confsync": "states"}', '"confsync" is not a key here; there are users, calendars'),
    ],
)
def test_what_is_neither_state_nor_fixtures_is_refused(other: World, content: bytes, said: str) -> None:
    with pytest.raises(EmulatorError, match=said):
        other.import_(io.BytesIO(content))


def test_files_that_cannot_be_read_or_written_are_named(world: World, tmp_path: Path) -> None:
    for place in (tmp_path, tmp_path / "missing", tmp_path / "missing" / "state"):
        with pytest.raises(EmulatorError, match="cannot be read") as caught:
            world.import_(place)
        assert caught.value.where == str(place)
    (tmp_path / "folder").mkdir()
    for place in (tmp_path / "folder", tmp_path / "missing" / "state"):
        with pytest.raises(EmulatorError, match="cannot be written") as caught:
            world.export(place)
        assert (caught.value.where, bool(caught.value.next_step)) == (str(place), True)
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


def test_an_export_that_fails_leaves_the_earlier_one(world: World, file: Path) -> None:
    world.export(file)
    before = file.read_bytes()
    file.with_name("state.jsonl.part").mkdir()
    with pytest.raises(EmulatorError, match="cannot be written"):
        world.export(file)
    assert file.read_bytes() == before


def test_an_export_takes_no_more_memory_than_a_row(world: World, file: Path) -> None:
    body = {**TIMED, "description": "x" * 4000}
    world.import_({"calendars": [{"id": ALICE, "events": (body for _ in range(2000))}]})
    other = virtual()
    tracemalloc.start()
    world.export(file)
    other.import_(file)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert file.stat().st_size > 8_000_000
    assert peak < 2_000_000
    other.close()
