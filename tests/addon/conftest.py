"""A small add-on to be spoilt."""

from collections.abc import Callable
from pathlib import Path

import pytest

GOOD = """\
schema = 1
[addon]
name = "Calls"
logo_url = "https://images.example/logo.png"
time_zone = "Europe/Berlin"
[[solutions]]
id = "web"
name = "Web call"
[[solutions]]
id = "recorded"
name = "Recorded call"
settings = { recording = true }
[sync]
grace_hours = 1
[secrets]
key = "script"
[provider]
id = "sample"
name = "Sample"
base_url = "https://calls.example/v1"
url_allowlist = ["https://calls.example/v1/"]
join_hosts = ["calls.example"]
[provider.auth]
kind = "bearer"
token = "{secret.key}"
[provider.create]
method = "POST"
path = "/calls"
success = [201]
conflict = [{ status = 409 }]
body = { id = "{conference.id}", title = "{event.title|default:none}", recording = "{solution.recording?}" }
[provider.update]
method = "PATCH"
path = "/calls/{conference.id}"
success = [200]
body_from = "create"
omit = ["id"]
[provider.delete]
method = "DELETE"
path = "/calls/{conference.id}"
success = [204]
[provider.response]
id = "{resp.id}"
[[provider.response.entry_point]]
type = "VIDEO"
uri = "{resp.url}"
"""

Write = Callable[[str, str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes the add-on with one text replaced, which must be there exactly once; `""` appends."""

    def write(old: str, new: str) -> Path:
        assert not old or GOOD.count(old) == 1
        file = tmp_path / "addon.toml"
        file.write_text(GOOD.replace(old, new) if old else GOOD + new, encoding="utf-8")
        return file

    return write


@pytest.fixture
def good(write: Write) -> Path:
    """The add-on as it should be."""
    return write("", "")
