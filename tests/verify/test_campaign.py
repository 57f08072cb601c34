"""Campaigns: a history is known by its seed, and whatever ends a process, the seed is told."""

import contextlib
import multiprocessing
import os
import re
import signal
from dataclasses import replace
from pathlib import Path

import pytest

from confsync.addon import load
from confsync.verify.campaign import Plan, Player, run
from confsync.verify.comparison import Difference
from confsync.verify.findings import facts, findings, parting
from confsync.verify.ground import hastened
from confsync.verify.history import History
from confsync.verify.processes import CampaignError

ADDON = hastened(load(Path(__file__).parents[2] / "addon.toml"))
PLAN = Plan(ADDON, "python", seed=4, histories=2)


def broken_description(folder):
    """Write down an add-on that tells the third party wrong titles, and deletes nothing."""
    text = ADDON.file.read_text().replace('title = "{event.title', 'title = "Not {event.title')
    before, delete, after = text.partition("[provider.delete]")
    path = folder / "addon.toml"
    path.write_text(before + delete + after.replace("{conference.id}", "not-{conference.id}", 1))
    return path


def counts(result):
    """Return what must not depend on the machine."""
    return replace(result, seconds=0)


def test_a_history_is_the_same_wherever_its_campaign_begins():
    assert Plan(ADDON, seed=4).history(5) == Plan(ADDON, seed=5).history(5)


def test_odd_seeds_have_faults_unless_told_otherwise():
    assert [bool(PLAN.history(seed).faults) for seed in (3, 4)] == [True, False]
    assert replace(PLAN, faults=True).history(4).faults
    assert not replace(PLAN, faults=False).history(3).faults


def test_there_is_always_time_for_one_and_its_process_changes_nothing():
    (result,) = run(replace(PLAN, histories=None, seconds=1e-9))
    with contextlib.closing(Player(ADDON, "python")) as player:
        assert counts(player.play(PLAN.history(4))[1]) == counts(result)


def test_a_process_that_dies_tells_its_seed_and_leaves_no_other():
    others = set(multiprocessing.active_children())
    with (
        contextlib.closing(run(replace(PLAN, histories=100))) as results,
        pytest.raises(CampaignError, match="ended all of a sudden") as told,
    ):
        first = next(results)
        (process,) = set(multiprocessing.active_children()) - others
        os.kill(process.pid, signal.SIGKILL)
        for _ in results:
            pass
    assert first.seed == 4
    assert told.value.where == "the history of seed 5"
    assert set(multiprocessing.active_children()) == others


def test_a_mistake_of_ours_bears_the_seed():
    with pytest.raises(KeyError) as told:
        list(run(replace(PLAN, wings="left", histories=1)))
    assert told.value.__notes__ == ["This came of the history of seed 4."]


def test_only_the_first_failures_are_shrunk_and_told(tmp_path):
    plan = replace(PLAN, addon=hastened(load(broken_description(tmp_path))))
    begun = []
    with contextlib.closing(Player(plan.addon, plan.wings)) as player:
        failed = [player.play(plan.history(seed))[1] for seed in (4, 6)]
        first, second = findings(plan, player, failed, tmp_path, begun.append, told=1)
    assert begun == [4]
    assert first.saved == tmp_path / "history-4.json"
    assert History.load(first.saved).steps == first.outcome.history.steps
    assert len(first.outcome.history.steps) < len(plan.history(4).steps)
    assert (second.outcome, second.saved, second.story) == (None, None, facts(failed[1]))
    assert all(re.match(r"(P\d|promptness|cost) is broken \(python\): ", line) for line in second.story)


def test_what_differs_is_clipped_to_where_it_begins():
    one, other = ("a" * 1000 + middle + "z" * 1000 for middle in ("1", "2"))
    told = [f"…{'a' * 60}{middle}{'z' * 199}…" for middle in ("1", "2")]
    assert list(parting(Difference(7, one, other))) == told
    assert parting(Difference(7, "one", "other")) == ("one", "other")
