"""The same seed and the same requests give the same answers, in whatever process."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

STORY = Path(__file__).with_name("story.py")

# What a real clock shows in an answer: moments, days, microseconds, etags and the tokens that carry them.
TIMES = [
    r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})",
    r'"p3[0-9a-v]{14}"',
    r"\d{13,16}",
    r"Token\": ?\"[\w=-]+",
    r"Token=[\w=%-]+",
    r'"(?:exp|expires_in|number|etag)": ?"?\d+',
]


def told(clock: str, hash_seed: str) -> list[Any]:
    """Tell the story in a process of its own; return its answers."""
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
    done = subprocess.run(
        [sys.executable, str(STORY), clock], env=environment, capture_output=True, text=True, check=True
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def timeless(answer: Any) -> Any:
    """Return an answer without what shows when it was given."""
    status, headers, body = answer
    body = body.replace("\\", "")
    for pattern in TIMES:
        body = re.sub(pattern, "•", body)
    hidden = {"date", "etag", "last-modified", "expires"}
    return status, [header for header in headers if header[0] not in hidden], body


@pytest.fixture(scope="module")
def virtual() -> list[Any]:
    """The story under a virtual clock."""
    return told("virtual", "1")


def test_under_a_virtual_clock_every_byte_is_the_same(virtual: list[Any]) -> None:
    assert told("virtual", "2") == virtual


def test_under_a_real_clock_only_times_differ() -> None:
    one, other = told("real", "1"), told("real", "2")
    assert one != other
    assert [timeless(answer) for answer in one] == [timeless(answer) for answer in other]


def test_the_story_asks_for_much(virtual: list[Any]) -> None:
    statuses = [status for status, _, _ in virtual]
    assert len(statuses) > 100
    assert statuses.count(200) > len(statuses) / 2
    assert 503 in statuses
    assert all(dict(headers).get("date") for _, headers, _ in virtual)
