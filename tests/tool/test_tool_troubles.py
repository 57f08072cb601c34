"""What can be wrong around `confsync sync`: one line each that says what to do, and nothing lost."""

import json
import os
import sqlite3
from pathlib import Path

import pytest

from confsync.errors import SyncError
from confsync.tool.state import State

from .conftest import TITLE, Ground

NOWHERE = "http://127.0.0.1:9"


def line_of(ground: Ground, *arguments: str) -> str:
    """Run a command that must end with exit code 1 and one line; return the line."""
    result = ground.run(*arguments)
    assert (result.exit_code, result.stdout) == (1, ""), result.output
    assert result.stderr.count("\n") == 1
    return result.stderr


def test_nobody_listens(ground: Ground) -> None:
    line = line_of(ground, "sync", "--target", "local", "--url", NOWHERE)
    assert line == f"Error: {NOWHERE}: nothing answers there. Is it running, and the network up?\n"
    assert not list(ground.folder.glob("**/*.db"))
    result = ground.run("sync", "--target", "local", "--url", NOWHERE, "--json")
    assert json.loads(result.stdout)["error"]["kind"] == "Unreachable"


def test_what_listens_is_no_local_google(ground: Ground) -> None:
    assert "no local Google" in line_of(
        ground, "sync", "--target", "local", "--url", f"{ground.url}/conferences"
    )
    assert "not an address" in line_of(ground, "sync", "--target", "local", "--url", "somewhere")


def test_a_user_that_it_does_not_know(ground: Ground) -> None:
    line = line_of(ground, "sync", "--target", "local", "--user", "alise@example.com")
    assert line.endswith("alise@example.com is no user there. Its users: alice@example.com.\n")


def test_without_a_key_or_a_login(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "CONFSYNC_SECRET_CONFERENCES_KEY" in line_of(ground, "sync", "--target", "google")
    monkeypatch.setenv("CONFSYNC_SECRET_CONFERENCES_KEY", "key")
    line = line_of(ground, "sync", "--target", "google")
    assert "there is no login to Google" in line
    assert "calendar.events.readonly" in line
    assert "clasp" not in line


def test_a_login_that_calendar_does_not_take(ground: Ground) -> None:
    ground.fail("calendar.calendarList.list", status=401)
    assert "the login was not accepted" in line_of(ground, "sync", "--target", "local")


def test_a_provider_that_no_local_google_serves(ground: Ground) -> None:
    text = (ground.folder / "addon.toml").read_text()
    (ground.folder / "addon.toml").write_text(text.replace("conferences.example", "meet.example.org"))
    assert "a local Google has no Sample Conferences" in line_of(ground, "sync", "--target", "local")


def test_calendar_fails_on_the_way(ground: Ground) -> None:
    ground.meet("meeting", "conference-1")
    ground.fail("calendar.events.list", status=500, times=None)
    result = ground.run("sync", "--target", "local")
    assert result.exit_code == 1
    assert "the calendar could not be read [alice@ex] busy" in result.stderr
    ground.ask("DELETE", "/emulator/faults")
    assert ground.steps() == ["adopted", "updated"]


def test_calendar_refuses_one_calendar(ground: Ground) -> None:
    ground.fail("calendar.events.list", reason="forbidden")
    result = ground.run("sync", "--target", "local")
    assert result.exit_code == 1
    assert [line.partition(" ")[2] for line in result.stderr.splitlines()] == [
        "WARNING the calendar could not be read [alice@ex] refused"
    ]


@pytest.mark.parametrize("command", ["sync", "explain"])
def test_a_state_that_is_none(ground: Ground, command: str) -> None:
    arguments = [command, *(["meeting"] if command == "explain" else []), "--target", "local", "--state"]
    foreign = sqlite3.connect("foreign.db")
    foreign.execute("CREATE TABLE other (x)")
    foreign.close()
    assert "a database of something else" in line_of(ground, *arguments, "foreign.db")
    (ground.folder / "text.db").write_text("no database at all, but long enough to look at" * 30)
    assert "no state of confsync" in line_of(ground, *arguments, "text.db")
    if command == "explain":
        assert "there is no state yet" in line_of(ground, *arguments, "missing.db")
    else:
        assert "it cannot be opened" in line_of(ground, *arguments, "missing/state.db")


def test_the_state_of_another_user_and_of_another_version(ground: Ground) -> None:
    ground.world.oauth.add_user("bob@example.com")
    ground.sync("--state", "alice.db")
    line = line_of(ground, "sync", "--target", "local", "--user", "bob@example.com", "--state", "alice.db")
    assert "this is the state of sample for alice@example.com, not of sample for bob@example.com" in line
    with sqlite3.connect("alice.db") as connection:
        connection.execute("PRAGMA user_version=9")
    assert "this state has format 9" in line_of(ground, "sync", "--target", "local", "--state", "alice.db")


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is read-only for root")
def test_a_state_that_may_only_be_read(ground: Ground) -> None:
    ground.sync("--state", "state.db")
    ground.meet("meeting", "conference-1")
    Path("state.db").chmod(0o400)
    assert "may only be read" in line_of(ground, "sync", "--target", "local", "--state", "state.db")


def test_a_damaged_state(ground: Ground) -> None:
    ground.meet("meeting", "conference-1")
    ground.sync("--state", "state.db")
    file = ground.folder / "state.db"
    content = bytearray(file.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    file.write_bytes(content)
    assert "the state is damaged" in line_of(ground, "sync", "--target", "local", "--state", "state.db")


def test_a_full_disk_loses_nothing(tmp_path: Path) -> None:
    state = State(tmp_path / "state.db")
    state.set_properties(1, {"kept": "yes"})
    state.rows("PRAGMA max_page_count = 1")
    with pytest.raises(SyncError, match="no room") as caught:
        for number in range(100):
            state.set_properties(1, {f"key {number}": "x" * 9000})
    assert "Make room on the disk" in str(caught.value)
    state.rows("PRAGMA max_page_count = 100000")
    state.set_properties(1, {"more": "yes"})
    assert {"kept", "more"} <= set(state.properties())
    state.close()


@pytest.mark.parametrize(
    "options",
    [
        ["--dry-run", "--watch"],
        ["--calendar", "x", "--watch"],
        ["--push", "http://127.0.0.1:1"],
        ["--every", "5"],
        ["--dry-run", "--take-over", "x"],
    ],
)
def test_options_that_contradict_each_other(ground: Ground, options: list[str]) -> None:
    result = ground.run("sync", "--target", "local", *options)
    assert (result.exit_code, result.stdout) == (2, "")


def test_a_lost_answer_is_asked_for_again(ground: Ground) -> None:
    ground.meet("meeting", "conference-1")
    ground.fail("conferences.update", action="drop", when="after")
    result = ground.run("sync", "--target", "local")
    assert (result.exit_code, ground.held()["conference-1"]["title"]) == (1, TITLE)
    assert "update: retry [conferen] 0" in result.stderr
    ground.advance(1)
    assert ground.steps() == ["updated"]


@pytest.mark.parametrize("action", ["garbage", "empty", "truncate", "drop", "html"])
def test_an_answer_of_calendar_that_is_none_is_asked_for_again(ground: Ground, action: str) -> None:
    ground.meet("meeting", "conference-1")
    ground.fail("calendar.events.list", action=action)
    assert ground.steps() == ["adopted", "updated"]
