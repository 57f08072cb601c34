"""A disk that takes nothing more: it is said where and what to do, nothing is in pieces, and the next deploy finishes."""

import contextlib
import json
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from confsync.deploy import deploy, ledger
from confsync.deploy.api import Api
from confsync.deploy.connection import Connection
from confsync.deploy.content import rendered
from confsync.deploy.disk import replace_text
from confsync.deploy.ledger import Ledger
from confsync.deploy.targets import google
from confsync.errors import DeployError

TITLE = "My Conferences"
MANIFEST = '{"timeZone": "Etc/UTC", "runtimeVersion": "V8", "exceptionLogging": "STACKDRIVER"}'
OLD, NEW = ({"appsscript.json": MANIFEST, "Code.js": f"const A = {number};"} for number in range(2))


@contextlib.contextmanager
def full_disk() -> Iterator[None]:
    """No file may grow beyond a few bytes while the `with` lasts."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (8, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


class Filling:
    """Asks like another `http` object; from its nth request on the disk is full."""

    def __init__(self, http: Any, number: int, fill: contextlib.ExitStack) -> None:
        self._http, self._left, self._fill = http, number, fill

    def request(self, uri: str, method: str = "GET", **sent: Any) -> Any:
        self._left -= 1
        if self._left == 0:
            self._fill.enter_context(full_disk())
        return self._http.request(uri, method, **sent)

    def close(self) -> None:
        pass


def put(there: Any, folder: Path, files: dict[str, str], http: Any = None) -> Any:
    api = Api(Connection(http or there.http, "http://local"), retries=0)
    return deploy(files, TITLE, target=google(folder), api=api, who="ann")


def test_what_was_there_stays_whole_and_nothing_is_left_lying(tmp_path: Path) -> None:
    file = tmp_path / "kept.json"
    replace_text(file, "[1]")
    with full_disk(), pytest.raises(DeployError) as error:
        replace_text(file, "[1, 2, 3, 4]")
    assert str(error.value) == (
        f"{file}: this cannot be written (File too large). "
        "Make room or let it be written, and run the same command again: it finds out what was done."
    )
    assert file.read_text() == "[1]"
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is read-only to root")
def test_a_folder_that_may_not_be_written_is_said(tmp_path: Path) -> None:
    tmp_path.chmod(0o555)
    with pytest.raises(DeployError, match=r"\.clasp\.json: this cannot be written \(Permission denied\)"):
        replace_text(tmp_path / ".clasp.json", "{}")


def test_a_file_in_place_of_the_folder_is_said(there: Any, clone: Path) -> None:
    (clone / ".confsync").write_text("")
    with pytest.raises(DeployError, match=r"\.confsync.*Not a directory|\.confsync: this cannot be written"):
        put(there, clone, NEW)


def test_a_file_keeps_its_mode_and_a_link_stays_one(tmp_path: Path) -> None:
    file, link = tmp_path / "shared.json", tmp_path / ".clasp.json"
    file.write_text("{}")
    file.chmod(0o640)
    link.symlink_to(file)
    replace_text(link, '{"scriptId": "1"}')
    assert link.is_symlink() and file.read_text() == '{"scriptId": "1"}'
    assert file.stat().st_mode & 0o777 == 0o640


def test_the_disk_is_full_from_any_request_on(there: Any, clone: Path) -> None:
    number, failed = 0, True
    while failed:
        number += 1
        folder = clone / str(number)
        folder.mkdir()
        (folder / ".clasp.json").write_text('{"scriptId": "", "rootDir": "build", "ours": [1]}')
        put(there, folder, OLD)
        with contextlib.ExitStack() as fill:
            try:
                put(there, folder, NEW, Filling(there.http, number, fill))
                failed = False
            except DeployError as error:
                assert "this cannot be written (File too large)" in str(error), number
        assert json.loads((folder / ".clasp.json").read_text())["ours"] == [1]
        done = put(there, folder, NEW)
        kept = ledger.load(folder / ".confsync" / "google.json")
        assert [entry.version for entry in kept.history] == [1, 2] and kept.begun is None, number
        served = there.api.deployment(done.script_id, done.deployment_id).version
        assert there.api.content(done.script_id, served).digest == rendered(NEW).digest
        assert len(there.api.versions(done.script_id)) == 2
        retitle(there, done.script_id)
    assert number >= 10


def retitle(there: Any, script_id: str) -> None:
    """Put the project out of the next one's way."""
    there.http.request(f"http://local/drive/v3/files/{script_id}", "PATCH", body='{"trashed": true}')


REMEMBERING = """
import os, signal, sys
from pathlib import Path
from confsync.deploy.ledger import Ledger
from confsync.deploy.targets import google

left = int(sys.argv[1])

def audit(event, arguments):
    global left
    opens = event == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR)
    if opens or event in ("os.rename", "os.mkdir", "os.remove"):
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(audit)
google(Path.cwd()).remember(Ledger("1new", "AKfycb", ("d",)))
"""


def test_killed_while_clasps_file_is_written(tmp_path: Path) -> None:
    number, code = 0, -signal.SIGKILL
    while code == -signal.SIGKILL:
        number += 1
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / ".clasp.json").write_text('{"scriptId": "1old", "rootDir": "build", "ours": [1]}')
        code = subprocess.run(
            [sys.executable, "-c", REMEMBERING, str(number)], cwd=folder, check=False
        ).returncode
        named = json.loads((folder / ".clasp.json").read_text())
        assert named in ({"scriptId": each, "rootDir": "build", "ours": [1]} for each in ("1old", "1new"))
        assert google(folder).remembered().script_id == named["scriptId"]
        google(folder).remember(Ledger("1new", "AKfycb", ("d",)))
        assert google(folder).remembered() == Ledger("1new", "AKfycb", ("d",))
    assert (code, number >= 6) == (0, True)
