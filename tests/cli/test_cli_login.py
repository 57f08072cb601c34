"""`confsync login` and `logout` as whole processes, with a scripted browser."""

import json
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from confsync.emulator.server import serve
from confsync.emulator.world import World

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


def confsync(folder: Path, *words: str, user: str = USER) -> subprocess.CompletedProcess[str]:
    """Run a command at home in that folder; a browser comes up as this user."""
    outside = {name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "GOOGLE_"))}
    environment = {**outside, "HOME": str(folder), "BROWSER": f"{sys.executable} {BROWSER} {user} %s &"}
    return subprocess.run(
        [*CONFSYNC, *words],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env=environment,
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
    assert (told["file"], told["madeAt"] >= login["made_at"]) == (str(kept), True)
    newer = json.loads(kept.read_text())
    secrets = [text for each in (login, newer) for text in (each["token"], each["refresh_token"], "hush")]
    out = confsync(tmp_path, "logout", "--json")
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
