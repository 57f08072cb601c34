"""Crowds of a few hundred: the promises hold, the wings make the same calls, and what is wrong is seen."""

from pathlib import Path

import pytest

from confsync.addon import config_of, load
from confsync.verify import crowds
from confsync.verify.crowd_report import as_json, lines, verdict
from confsync.verify.ground import Wing, hastened
from confsync.verify.mutants import Replacement, mutated_wing

ADDON = hastened(load(Path(__file__).parents[2] / "addon.toml"))


@pytest.fixture(scope="module")
def told():
    return list(crowds.perform(ADDON, ("apps-script", "python"), crowds.SMALL))


def test_all_promises_hold_in_both_wings(told):
    assert [broken for scene in told for broken in scene.broken] == []
    assert len(told) == 2 * len(crowds.SCENES)


def test_the_store_fills_up_to_its_limit(told):
    crowded = [scene for scene in told if scene.scene == "more than the store holds"]
    for scene in crowded:
        (store,) = [measure for measure in scene.measures if measure.what == "bytes of a user's store"]
        assert 0.9 * store.limit < store.largest <= store.limit


def test_the_report_tells_every_scene_and_every_limit(told):
    text = "\n".join(line for scene in told for line in lines(scene))
    for scene in crowds.SCENES:
        assert f"{scene}, python wing: well" in text
    assert text.count("of 512,000") == 0, "the small store's own limit is told"
    assert text.count("seconds of a trigger's execution") == len(told)
    assert verdict(told) == "8 scenes, all well."
    assert '"scene": "many upcoming conferences"' in as_json(told)


@pytest.mark.parametrize(
    ("scene", "module", "old", "new", "promise"),
    [
        # A wing that knows nothing of the limit of its store.
        ("more than the store holds", "saving", "STORE_BYTES = 490 * 1024", "STORE_BYTES = 10**9", "limits"),
        # One that gives up what comes first.
        ("more than the store holds", "saving", "else -principal.start", "else principal.start", "P1"),
        # One that takes what failed as done.
        ("a third party down for a day", "send", 'if kind == "ok" or', 'if kind in ("ok", "retry") or', "P2"),
        # One that reads on while the editor waits.
        ("a first sync of a large calendar", "create", "CREATE_BUDGET_MS = 8_000", "CREATE_BUDGET_MS = 60_000", "limits"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_seen(scene, module, old, new, promise):
    sizes = crowds.SMALL
    wing = crowds.crowd_wing(ADDON, "python", sizes)
    replacements = [*crowds.shrinking("python", sizes), Replacement(f"confsync.sync.{module}", old, new)]
    if module == "saving" and "STORE_BYTES" in old:
        replacements = replacements[1:]
    broken = Wing("python", mutated_wing(config_of(ADDON), replacements), wing.files)
    told, _ = crowds.play(ADDON, broken, scene, sizes)
    assert promise in {each.promise for each in told.broken}
