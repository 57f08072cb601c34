"""`confsync login` and `logout` as whole processes, with a scripted browser."""

import json
import os
import pty
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from confsync.emulator.server import serve
from confsync.emulator.world import World

from .schemas import problems

BROWSER = Path(__file__).parents[1] / "deploy" / "browser.py"
USER = "developer@example.com"
CONFSYNC = [sys.executable, "-c", "from confsync.cli import main; main()"]


@pytest.fixture
def url() -> Iterator[str]:
    world = World(users=(USER,))
    with serve(world) as server:
        yield server.url
    world.close()


@pytest.fixture
def client(url: str, tmp_path: Path) -> Path:
    """An OAuth client's JSON, as Google's console gives it, for a local Google."""
    addresses = {"auth_uri": f"{url}/oauth2/o/oauth2/v2/auth", "token_uri": f"{url}/oauth2/token"}
    file = tmp_path / "downloaded.json"
    file.write_text(json.dumps({"installed": {"client_id": "1-x", "client_secret": "hush", **addresses}}))
    return file


def at_home(folder: Path, user: str = USER) -> dict[str, str]:
    """Return the environment of somebody whose home is that folder, where a browser comes up as this user."""
    outside = {name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "GOOGLE_"))}
    return {**outside, "HOME": str(folder), "BROWSER": f"{sys.executable} {BROWSER} {user} %s &"}


def confsync(folder: Path, *words: str, user: str = USER) -> subprocess.CompletedProcess[str]:
    """Run a command at home."""
    return subprocess.run(
        [*CONFSYNC, *words],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env=at_home(folder, user),
        cwd=folder,
    )


def test_login_once_and_again_and_logout(client: Path, tmp_path: Path) -> None:
    done = confsync(tmp_path, "login", "--client", str(client))
    kept = tmp_path / ".config" / "confsync" / "login.json"
    assert (done.returncode, done.stdout) == (0, f"Logged in. The login is kept in {kept}.\n"), done.stderr
    assert "Log in to Google here:" in done.stderr
    login = json.loads(kept.read_text())
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    again = confsync(tmp_path, "login", "--json")
    told = json.loads(again.stdout)
    assert problems(told, "login") == []
    assert (told["file"], told["madeAt"] >= login["made_at"]) == (str(kept), True)
    newer = json.loads(kept.read_text())
    secrets = [text for each in (login, newer) for text in (each["token"], each["refresh_token"], "hush")]
    out = confsync(tmp_path, "logout", "--json")
    assert problems(json.loads(out.stdout), "logout") == []
    assert json.loads(out.stdout) == {"file": str(kept), "removed": True, "revoked": True}
    assert confsync(tmp_path, "logout").stdout == f"Nobody is logged in: there is no {kept}.\n"
    shown = "".join(each.stdout + each.stderr for each in (done, again, out))
    assert not [secret for secret in secrets if secret in shown]


@pytest.mark.parametrize(
    ("words", "user", "said"),
    [
        ([], USER, "Error: confsync has no OAuth client to log in with."),
        (
            ["--client", "none.json"],
            USER,
            "Error: none.json: this file cannot be read (No such file or directory).",
        ),
        (["--client", "downloaded.json"], "deny", "Error: access was denied in the browser."),
        (
            ["--client", "downloaded.json", "--no-browser", "--timeout", "1"],
            USER,
            "Error: nobody logged in in time.",
        ),
    ],
)
def test_what_keeps_somebody_from_logging_in_is_said(
    client: Path, tmp_path: Path, words: list[str], user: str, said: str
) -> None:
    done = confsync(tmp_path, "login", *words, user=user)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.splitlines()[-1].startswith(said)
    assert "Traceback" not in done.stderr
    assert not (tmp_path / ".config").exists()


IN_PLACE = "from confsync.cli.login import logged_in; print(logged_in().name)"


@pytest.mark.parametrize("is_terminal", [True, False])
def test_who_has_a_terminal_logs_in_in_place(client: Path, tmp_path: Path, is_terminal: bool) -> None:
    ours, theirs = pty.openpty()
    done = subprocess.run(
        [sys.executable, "-c", IN_PLACE],
        stdin=theirs if is_terminal else subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**at_home(tmp_path), "CONFSYNC_CLIENT": str(client)},
    )
    os.close(ours)
    os.close(theirs)
    if is_terminal:
        assert (done.returncode, done.stdout) == (0, "Google\n"), done.stderr
        assert "Log in to Google here:" in done.stderr
    else:
        assert "NoLogin: there is no login to Google on this machine." in done.stderr
    assert (tmp_path / ".config" / "confsync" / "login.json").exists() == is_terminal
