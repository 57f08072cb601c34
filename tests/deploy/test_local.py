"""A local Google over a real socket: nobody has to log in, and proxies are not asked."""

from pathlib import Path
from typing import Any

import pytest

from confsync.deploy import deploy
from confsync.deploy.api import Api
from confsync.deploy.local import connect, properties
from confsync.deploy.targets import local
from confsync.emulator.server import serve
from confsync.errors import DeployError

MANIFEST = '{"timeZone": "Etc/UTC", "runtimeVersion": "V8", "exceptionLogging": "STACKDRIVER"}'
FILES = {"appsscript.json": MANIFEST, "Code.js": "function a() {}"}


def test_a_user_who_is_not_known_is_introduced_once(
    there: Any, clone: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    with serve(there.world) as server:
        connection = connect(server.url + "/", "new@example.com")
        first = deploy(FILES, "Title", target=local(clone), api=Api(connection))
        assert [write for write in there.writes() if "/emulator/" in write] == ["POST /emulator/users"]
        again = deploy(FILES, "Title", target=local(clone), api=Api(connect(server.url, "new@example.com")))
        assert again.deployment_id == first.deployment_id
        assert there.writes() == []


def test_who_is_no_user_is_refused(there: Any, clone: Path) -> None:
    with serve(there.world) as server, pytest.raises(DeployError, match=r"token was not accepted.*--user"):
        deploy(FILES, "Title", target=local(clone), api=Api(connect(server.url, "nobody")))


def test_the_properties_that_are_set_are_known(there: Any, clone: Path) -> None:
    script_id = deploy(FILES, "Title", target=local(clone), api=there.api).script_id
    there.world.appsscript.set_properties(script_id, "script", {"secret.key": "x"})
    with serve(there.world) as server:
        assert properties(connect(server.url, "developer@example.com"), script_id) == {"secret.key"}
