"""The demo: both wings alike and all promises kept, whatever the seed; and a wing that errs is found out."""

from pathlib import Path

import pytest

from confsync.addon import config_of, load
from confsync.emulator.appsscript.v8 import V8Runtime
from confsync.rehearsal.demo import Demo
from confsync.rehearsal.setting import in_process
from confsync.rehearsal.story import story
from confsync.render import render
from confsync.verify.mutants import Replacement, mutated_files, mutated_wing
from confsync.verify.wing import PythonWing


@pytest.fixture(scope="module")
def addon():
    return load(Path(__file__).parents[2] / "addon.toml")


@pytest.fixture(scope="module")
def v8():
    runtime = V8Runtime()
    yield runtime
    runtime.close()


def played(addon, files, v8, wing, seed):
    """Play the demo without a socket; return the scenes as they went, and the verdict."""
    with in_process(addon, files, seed, v8) as apps_script, in_process(addon, files, seed, wing) as python:
        demo = Demo(apps_script, python, story(addon, seed))
        scenes = list(demo.play())
        return scenes, demo.verdict()


@pytest.mark.parametrize("seed", [1, 22, 333])
def test_a_seed(addon, v8, seed):
    scenes, verdict = played(addon, render(addon), v8, PythonWing(config_of(addon)), seed)
    assert (verdict.difference, verdict.broken) == (None, [])
    assert verdict.holds
    assert verdict.calls > 100
    assert verdict.calls == sum(len(scene.calls) for scene in scenes)
    executions = [execution for scene in scenes for execution in scene.executions]
    assert {execution["status"] for execution in executions} == {"COMPLETED"}
    assert [len(scene.conferences) for scene in scenes[:2]] == [1, 2]
    (left,) = scenes[-1].conferences
    assert left["title"] == "Bob's own meeting"


def test_a_wing_that_asks_otherwise_is_found_out(addon, v8):
    longer = Replacement("confsync.sync.events", "PAGE_SIZE = 2500", "PAGE_SIZE = 250")
    wing = mutated_wing(config_of(addon), [longer])
    verdict = played(addon, render(addon), v8, wing, 1)[1]
    assert not verdict.holds
    assert verdict.broken == []
    assert '"maxResults":2500' in verdict.difference.one
    assert '"maxResults":250,' in verdict.difference.other
    assert "calendar.events.list" in verdict.difference.one


def test_a_promise_that_both_wings_break_is_found_out(addon, v8):
    ignores = [
        Replacement(
            "confsync.sync.projection",
            'in ("private", "confidential")',
            'in ("private", "confidential", None)',
        ),
        Replacement("Projection.js", 'event.visibility === "private" ||', "!event.visibility ||"),
    ]
    wing = mutated_wing(config_of(addon), ignores[:1])
    verdict = played(addon, mutated_files(render(addon), ignores[1:]), v8, wing, 1)[1]
    assert verdict.difference is None
    assert not verdict.holds
    assert {(wing, broken.promise) for wing, broken in verdict.broken} == {
        ("Apps Script", "P1"),
        ("Python", "P1"),
    }
