"""Somebody at home: a folder with an add-on, and commands as whole processes that take a local Google for Google."""

import json
import os
import pty
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from confsync.deploy.scopes import ASKED
from confsync.emulator.world import World

from .tls_proxy import Proxy

CONFSYNC = [sys.executable, "-c", "from confsync.cli import main; main()"]
BROWSER = Path(__file__).with_name("browser.py")
DEVELOPER = "developer@example.com"
TOKEN_URI = "https://oauth2.googleapis.com/token"
TIMEOUT_S = 90


@dataclass
class Home:
    """A home folder, which is also the add-on's; nobody has logged in."""

    folder: Path
    world: World
    proxy: Proxy
    environment: dict[str, str]

    def run(self, *words: str, code: int = 0, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run a command without a terminal, see how it ends, and that no traceback is shown."""
        done = subprocess.run(
            [*CONFSYNC, *words],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=TIMEOUT_S,
            check=False,
            env=self.environment | variables,
            cwd=self.folder,
        )
        assert "Traceback" not in done.stderr, done.stderr
        assert done.returncode == code, done.stdout + done.stderr
        return done

    def json(self, *words: str, code: int = 0, **variables: str) -> Any:
        """Run a command that prints one JSON object, and return it."""
        return json.loads(self.run(*words, "--json", code=code, **variables).stdout)

    def at_terminal(self, *words: str, **variables: str) -> "Terminal":
        """Begin a command at a terminal."""
        return Terminal([*CONFSYNC, *words], self.environment | variables, self.folder)

    def client(self) -> Path:
        """Return the JSON of an OAuth client, as Google's console gives it."""
        addresses = {"auth_uri": "https://accounts.google.com/o/oauth2/v2/auth", "token_uri": TOKEN_URI}
        file = self.folder / "client_secret.json"
        file.write_text(json.dumps({"installed": {"client_id": "1-x", "client_secret": "hush", **addresses}}))
        return file

    def login(self, **more: str) -> dict[str, str]:
        """Return a login in Google's own form, which has no access token yet."""
        known = {"client_id": "1-x", "client_secret": "hush", "refresh_token": f"refresh-{DEVELOPER}"}
        return {"type": "authorized_user", **known, **more}

    def log_in(self) -> None:
        """Keep a login as `confsync login` does, with an access token that is good for long."""
        token = {
            "token": self.world.oauth.mint(DEVELOPER, frozenset(ASKED)),
            "expiry": "2100-01-01T00:00:00Z",
        }
        self.keep(".config/confsync/login.json", self.login(**token, token_uri=TOKEN_URI))

    def keep(self, name: str, value: Any) -> Path:
        """Keep JSON in a file of the home folder that nobody else can read."""
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(value))
        file.chmod(0o600)
        return file

    def change(self, old: str, new: str) -> None:
        """Change the text of addon.toml."""
        text = (self.folder / "addon.toml").read_text(encoding="utf-8")
        assert old in text
        (self.folder / "addon.toml").write_text(text.replace(old, new), encoding="utf-8")

    def settings(self, name: str = ".clasp.json") -> Any:
        """Return what a file of clasp's says."""
        return json.loads((self.folder / name).read_text())


class Terminal:
    """A command at a terminal: what it says on stderr is read as it comes, and answered."""

    def __init__(self, command: list[str], environment: dict[str, str], folder: Path) -> None:
        self._ours, theirs = pty.openpty()
        pipe = subprocess.PIPE
        self._command = subprocess.Popen(
            command, stdin=theirs, stdout=pipe, stderr=pipe, env=environment, cwd=folder
        )
        os.close(theirs)
        self._clock = threading.Timer(TIMEOUT_S, self._command.kill)
        self._clock.daemon = True
        self._clock.start()
        self._read = b""

    @property
    def said(self) -> str:
        """What it has said so far, as far as it was read."""
        return self._read.decode(errors="replace")

    def until(self, words: str) -> None:
        """Read on until these words have come; fails when the command ends before."""
        assert self._command.stderr
        begin = len(self._read)
        while words.encode() not in self._read[begin:]:
            byte = self._command.stderr.read(1)
            assert byte, self.said
            self._read += byte

    def type(self, line: str) -> None:
        """Type a line."""
        os.write(self._ours, f"{line}\n".encode())

    def end(self) -> tuple[int, str]:
        """Wait for its end; return its exit code and what it printed."""
        out, err = self._command.communicate()
        self._clock.cancel()
        os.close(self._ours)
        self._read += err
        assert "Traceback" not in self.said
        return self._command.returncode, out.decode()


def outside() -> dict[str, str]:
    """Return this process's environment without what tells of logins, settings and proxies."""
    told = ("XDG_", "GOOGLE_", "CLOUDSDK_", "clasp_", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(told) and not name.lower().endswith("_proxy")
    }
