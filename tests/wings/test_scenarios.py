"""Stories as data, played by either wing: what the third party holds at the end, and what it cost."""

import json
from collections import Counter
from pathlib import Path

import pytest

from confsync.addon import config_of, load
from confsync.rehearsal.scenario import Scenario, failures
from confsync.render import render
from confsync.verify.wing import PythonWing

ROOT = Path(__file__).parents[2]
SCENARIOS = sorted((Path(__file__).parent / "scenarios").glob("*.json"))


@pytest.fixture(scope="module")
def addon():
    return load(ROOT / "addon.toml")


@pytest.fixture(scope="module")
def files(addon):
    return render(addon)


@pytest.mark.parametrize("wing", ["python", "v8"])
@pytest.mark.parametrize("path", SCENARIOS, ids=[path.stem for path in SCENARIOS])
def test_scenario(addon, files, path, wing):
    runtime = PythonWing(config_of(addon)) if wing == "python" else None
    assert failures(addon, files, Scenario.load(path), runtime) == []


def test_every_scenario_expects_something():
    expectations = [json.loads(path.read_text())["expect"] for path in SCENARIOS]
    assert all(expectations)
    assert Counter(key for expect in expectations for key in expect)["held"] > 10
