"""The demo's story: a seed decides it, and nothing in it tells how it must end."""

import json
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from confsync.addon import load
from confsync.rehearsal.story import story

# What only carries a story out; everything else is something that people do.
QUIET = {"deliver", "advance"}


@pytest.fixture(scope="module")
def addon():
    return load(Path(__file__).parents[2] / "addon.toml")


def told(addon, seed):
    return json.dumps([asdict(scene) for scene in story(addon, seed)], sort_keys=True)


def actions(addon, seed):
    return [step["do"] for scene in story(addon, seed) for step in scene.steps if step["do"] not in QUIET]


def test_a_seed_tells_one_story(addon):
    assert told(addon, 7) == told(addon, 7)


def test_seeds_tell_different_stories(addon):
    assert len({told(addon, seed) for seed in range(20)}) == 20


def test_the_order_of_what_could_be_otherwise_varies_and_nothing_is_left_out(addon):
    orders = {tuple(scene.title.partition("“")[0] for scene in story(addon, seed)) for seed in range(20)}
    assert len(orders) > 3
    assert len({tuple(sorted(actions(addon, seed))) for seed in range(20)}) == 1


def test_everything_that_was_asked_for_happens(addon):
    happens = actions(addon, 1)
    wanted = {
        "create",
        "change",
        "answer",
        "cancel-occurrence",
        "copy",
        "remove-conference",
        "undo",
        "expire-tokens",
    }
    assert wanted < set(happens)
    assert happens.count("delete") == 4  # the guest's copy, the series twice, the meeting in the gap
    changes = [step["with"] for scene in story(addon, 1) for step in scene.steps if step["do"] == "change"]
    assert {key for change in changes for key in change} == {"summary", "start", "end", "recurrence"}


@pytest.mark.parametrize("seed", range(5))
def test_every_scene_is_told_and_what_people_do_is_delivered(addon, seed):
    for scene in story(addon, seed):
        assert scene.title
        assert scene.steps[-1]["do"] in QUIET
        assert "expect" not in json.dumps(list(scene.steps))


def test_the_grace_that_passes_is_the_add_ons_own(addon):
    hasty = replace(addon, sync=replace(addon.sync, grace_hours=2))
    passed = [story(each, 1)[-1].steps[-1]["seconds"] / 3600 for each in (addon, hasty)]
    assert passed[0] > addon.sync.grace_hours
    assert passed[0] - passed[1] == addon.sync.grace_hours - 2
