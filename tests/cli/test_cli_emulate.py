"""`confsync emulate` as people run it: a process of its own, on a real port."""

import contextlib
import json
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from confsync.emulator.store import Store

from .schemas import problems

ALICE = "alice@example.com"
CONFSYNC = [sys.executable, "-c", "from confsync.cli import main; main()"]


@contextlib.contextmanager
def emulating(*options: str) -> Iterator[tuple[subprocess.Popen[str], dict[str, Any]]]:
    """Run `confsync emulate --json` on a free port; yield the process and what it printed."""
    command = [*CONFSYNC, "emulate", "--port", "0", "--json", *options]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        told = json.loads(process.stdout.readline() or "{}")
        assert not told or problems(told, "emulate") == []
        yield process, told
    finally:
        process.kill()
        process.communicate()


def ask(url: str, body: Any = None, method: str = "", token: str = "") -> Any:
    """Send a request; return its JSON."""
    data = None if body is None else json.dumps(body).encode()
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    request = urllib.request.Request(url, data, headers, method=method or None)
    with urllib.request.urlopen(request, timeout=10) as response:
        return json.loads(response.read())


def failing(*options: str) -> str:
    """Run `confsync emulate`, which must end by itself with exit code 1 and one line; return the line."""
    ended = subprocess.run(
        [*CONFSYNC, "emulate", *options], capture_output=True, text=True, timeout=60, check=False
    )
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.count("\n") == 1
    return ended.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_runs_until_it_is_told_to_stop(number: signal.Signals) -> None:
    with emulating() as (process, printed):
        about = ask(f"{printed['url']}/emulator")
        assert about["users"] == printed["users"] == ["alice@example.com", "bob@example.com"]
        assert about["addresses"] == printed["addresses"]
        assert about["virtual"] is False
        process.send_signal(number)
        assert process.communicate(timeout=20) == ("", "")
        assert process.returncode == 0


def test_a_running_script_does_not_keep_it_from_stopping() -> None:
    manifest = json.dumps({"timeZone": "Etc/UTC", "runtimeVersion": "V8", "oauthScopes": []})
    code = "function forever() { for (;;) Utilities.getUuid(); }"
    with emulating() as (process, printed), ThreadPoolExecutor(1) as pool:
        projects = f"{printed['addresses']['appsScript']}v1/projects"
        script = ask(projects, {"title": "Loop"}, token=ALICE)["scriptId"]
        files = [
            {"name": "appsscript", "type": "JSON", "source": manifest},
            {"name": "Code", "type": "SERVER_JS", "source": code},
        ]
        ask(f"{projects}/{script}/content", {"files": files}, "PUT", ALICE)
        executions = f"{printed['url']}/emulator/executions"
        run = pool.submit(ask, executions, {"user": ALICE, "scriptId": script, "function": "forever"})
        while not ask(executions)["executions"] and not run.done():
            pass
        process.send_signal(signal.SIGINT)
        assert process.communicate(timeout=20) == ("", "")
        assert process.returncode == 0
        assert run.result()["status"] != "COMPLETED"


def test_a_person_reads_where_everything_is() -> None:
    command = [*CONFSYNC, "emulate", "--port", "0", "--user", "carol@example.com"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines = []
        while not lines or "Ctrl-C" not in lines[-1]:
            lines.append(process.stdout.readline())
        calendar = next(line.split()[-1] for line in lines if "Calendar API" in line)
        assert any(f'"api_endpoint": "{calendar}"' in line for line in lines)
        assert (
            ask(calendar.replace("/calendar/v3/", "/emulator/users"))["users"][0]["email"]
            == "carol@example.com"
        )
        process.send_signal(signal.SIGINT)
        assert process.communicate(timeout=20) == ("Stopped.\n", "")
        assert process.returncode == 0


def test_its_state_outlives_it_even_when_killed(tmp_path: Path) -> None:
    state = ["--data", str(tmp_path / "state"), "--virtual-clock"]
    plain = {"title": "T", "startTime": "2026-03-02", "endTime": "2026-03-03", "timeZone": "Etc/UTC"}
    with emulating(*state, "--user", "carol@example.com") as (process, printed):
        key = ask(f"{printed['url']}/emulator/conferences/key")["key"]
        made = ask(f"{printed['addresses']['conferences']}conferences", plain, token=key)
        events = "calendars/carol@example.com/events"
        event = {"summary": "Planning", "start": {"date": "2026-03-02"}, "end": {"date": "2026-03-03"}}
        kept = ask(printed["addresses"]["calendar"] + events, event, token="carol@example.com")
        assert made["createdAt"] == "2026-03-02T08:00:00Z"
        process.kill()
        process.wait()
    with emulating(*state) as (_, printed):
        assert "carol@example.com" in printed["users"]
        assert ask(f"{printed['url']}/emulator/conferences")["conferences"] == [made]
        found = ask(f"{printed['addresses']['calendar']}{events}/{kept['id']}", token="carol@example.com")
        assert found == kept


def test_a_second_one_cannot_have_its_port_or_its_file(tmp_path: Path) -> None:
    with emulating("--data", str(tmp_path / "state")) as (_, printed):
        line = failing("--port", str(printed["port"]))
        assert f"port {printed['port']} is in use" in line
        assert "Choose another" in line
        assert "another local Google" in failing("--port", "0", "--data", str(tmp_path / "state"))


def test_a_port_that_something_else_has_is_refused_as_json_too() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        command = [*CONFSYNC, "emulate", "--json", "--port", str(other.getsockname()[1])]
        ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 1
    assert "in use" in json.loads(ended.stdout)["error"]["message"]


def test_files_that_cannot_hold_the_state_are_refused(tmp_path: Path) -> None:
    letter = tmp_path / "letter.txt"
    letter.write_text("Dear Alice, " * 500)
    assert "not a database" in failing("--data", str(letter))
    assert "cannot be kept there" in failing("--data", str(tmp_path))
    newer = tmp_path / "newer"
    store = Store(newer)
    store.connection.execute("PRAGMA user_version = 99")
    store.close()
    assert "format 99, newer" in failing("--data", str(newer))


FIXTURES = {
    "users": ["carol@example.com"],
    "calendars": [
        {
            "id": "carol@example.com",
            "events": [{"summary": "Day", "start": {"date": "2026-03-03"}, "end": {"date": "2026-03-04"}}],
        }
    ],
}


def titles(printed: dict[str, Any], user: str = "carol@example.com") -> list[str]:
    """Return the titles of a user's events."""
    items = ask(f"{printed['addresses']['calendar']}calendars/primary/events", token=user)["items"]
    return [item["summary"] for item in items]


def stopped(process: subprocess.Popen[str]) -> None:
    """Stop a process with Ctrl-C; it must end well."""
    process.send_signal(signal.SIGINT)
    assert process.communicate(timeout=20) == ("", "")
    assert process.returncode == 0


def test_fixtures_are_imported_and_the_state_is_exported_at_the_end(tmp_path: Path) -> None:
    fixtures, state = tmp_path / "fixtures.json", tmp_path / "state.jsonl"
    fixtures.write_text(json.dumps(FIXTURES))
    with emulating("--import", str(fixtures), "--export", str(state), "--virtual-clock") as (
        process,
        printed,
    ):
        assert (printed["users"], titles(printed)) == (["carol@example.com"], ["Day"])
        ask(f"{printed['url']}/emulator/users", {"email": "dora@example.com"})
        ask(f"{printed['url']}/emulator/reset", method="POST")
        assert (ask(f"{printed['url']}/emulator")["users"], titles(printed)) == (
            ["carol@example.com"],
            ["Day"],
        )
        stopped(process)
    with emulating("--import", str(state), "--user", ALICE, "--virtual-clock") as (_, printed):
        assert (printed["users"], titles(printed)) == ([ALICE, "carol@example.com"], ["Day"])


def test_a_state_that_is_kept_is_not_imported_over(tmp_path: Path) -> None:
    fixtures, data = tmp_path / "fixtures.json", ["--data", str(tmp_path / "state")]
    fixtures.write_text(json.dumps(FIXTURES))
    with emulating("--import", str(fixtures), *data) as (process, _):
        stopped(process)
    line = failing("--port", "0", "--import", str(fixtures), *data)
    assert "there is a state already, so nothing was imported. Leave out --import" in line
    with emulating(*data) as (_, printed):
        assert titles(printed) == ["Day"]


def test_a_state_travels_over_http(tmp_path: Path) -> None:
    fixtures = tmp_path / "fixtures.json"
    fixtures.write_text(json.dumps(FIXTURES))
    with emulating("--import", str(fixtures)) as (_, one), emulating() as (_, other):
        with urllib.request.urlopen(f"{one['url']}/emulator/export", timeout=10) as response:
            state = response.read()
        request = urllib.request.Request(f"{other['url']}/emulator/import", state, method="POST")
        with urllib.request.urlopen(request, timeout=10) as response:
            assert json.loads(response.read())["users"] == ["carol@example.com"]
        assert titles(other) == ["Day"]


def test_a_setup_says_how_it_begins_and_options_win(tmp_path: Path) -> None:
    setup = tmp_path / "setup.json"
    rules = [{"method": "calendar.events.list", "reason": "quotaExceeded", "times": 2}]
    switches = {"tombstones": "full", "expansionDays": 10}
    told = {
        **FIXTURES,
        "virtualClock": "2026-06-01T08:00:00Z",
        "seed": 3,
        "switches": switches,
        "faults": rules,
    }
    setup.write_text(json.dumps(told))
    options = [
        "--setup",
        str(setup),
        "--seed",
        "4",
        "--switch",
        "expansionDays=20",
        "--switch",
        "quotaError=429",
    ]
    with emulating(*options) as (_, printed):
        about = ask(f"{printed['url']}/emulator")
        assert about == about | {"seed": 4, "now": "2026-06-01T08:00:00.000Z", "virtual": True}
        shown = ask(f"{printed['url']}/emulator/switches")["switches"]
        assert shown == shown | {"tombstones": "full", "expansionDays": 20, "quotaError": "429"}
        for _ in range(2):
            with pytest.raises(urllib.error.HTTPError, match="403"):
                titles(printed)
        assert titles(printed) == ["Day"]


def test_libraries_come_from_folders(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / f"{name}.gs").write_text("function open() {}")
    setup = tmp_path / "setup.toml"
    setup.write_text('[libraries]\n1First = "one"\n1Second = "none"')
    options = ["--setup", str(setup), "--library", f"1Second={tmp_path / 'two'}"]
    with emulating(*options) as (_, printed):
        assert ask(f"{printed['url']}/emulator/libraries")["libraries"] == [
            {"libraryId": "1First", "files": ["appsscript", "one"]},
            {"libraryId": "1Second", "files": ["appsscript", "two"]},
        ]
    assert f"{tmp_path / 'none'}: there is no such folder" in failing("--setup", str(setup))
    assert "ID=FOLDER is wanted" in failing("--library", "1First")


def test_a_setup_without_users_has_the_usual_ones(tmp_path: Path) -> None:
    setup = tmp_path / "setup.toml"
    setup.write_text("virtualClock = true")
    with emulating("--setup", str(setup)) as (_, printed):
        assert printed["users"] == ["alice@example.com", "bob@example.com"]


def test_what_cannot_be_begun_with_is_refused_in_one_line(tmp_path: Path) -> None:
    setup = tmp_path / "setup.toml"
    setup.write_text("[[faults]]\nmethod = 'calendar.event.list'\nstatus = 500")
    assert f"{setup}: faults[0]: " in failing("--port", "0", "--setup", str(setup))
    assert "is it calendar.events.list?" in failing("--port", "0", "--setup", str(setup))
    assert "cannot be read" in failing("--port", "0", "--import", str(tmp_path / "none"))
    assert "there is no such folder. Make it first" in failing("--export", str(tmp_path / "none" / "state"))
    assert 'there is no switch "tombstone"' in failing("--switch", "tombstone=full")
    assert "Write name=value" in failing("--switch", "tombstones")
    assert "is a whole number" in failing("--switch", "expansionDays=-1")


def test_a_user_who_is_no_address_is_refused() -> None:
    assert '"alice" is not an e-mail address' in failing("--port", "0", "--user", "alice")


def test_it_listens_to_this_machine_only() -> None:
    with emulating() as (_, printed):
        request = urllib.request.Request(f"{printed['url']}/emulator", headers={"Host": "calendar.example"})
        with pytest.raises(urllib.error.HTTPError, match="421"):
            urllib.request.urlopen(request, timeout=10)
