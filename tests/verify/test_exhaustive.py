"""All that can come of a history: nothing goes wrong in the sound wings, and what only one point or one order shows is found."""

import contextlib
import os
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from confsync.addon import config_of, load
from confsync.verify.campaign import Plan, Player, Result
from confsync.verify.chance_short import short_history
from confsync.verify.exhaustive import (
    AS_IT_IS,
    KILLED,
    SCHEDULED,
    UNANSWERED,
    Attempt,
    Frontier,
    attempted,
    explore,
    findings_of,
    tried,
)
from confsync.verify.ground import Wing, hastened
from confsync.verify.history import History
from confsync.verify.known_mutants import KNOWN
from confsync.verify.mutants import mutated_wing
from confsync.verify.play import play
from confsync.verify.tell import tell

ROOT = Path(__file__).parents[2]
ADDON = hastened(load(ROOT / "addon.toml"))
SOLUTIONS = tuple(solution.name for solution in ADDON.solutions)
# Eight stories that take few calls, and two pairs of executions, whose turns are interrupted once here.
SEEDS, SWITCHES = (1, 3, 4, 7, 8, 9, 13, 17, 23, 29), 1


@pytest.fixture(scope="module")
def player() -> Iterator[Player]:
    with contextlib.closing(Player(ADDON, "python")) as player:
        yield player


def short(seed: int) -> History:
    return short_history(seed, SOLUTIONS)


def mutated(player: Player, name: str) -> Player:
    """Return a player with a mutant of the Python wing."""
    (mutant,) = [mutant for mutant in KNOWN if mutant.name == name]
    other = Player(ADDON, "python")
    files = player.wings[0].files
    other.wings = [Wing("python", mutated_wing(config_of(ADDON), mutant.python), files)]
    return other


def made(player: Player, history: History, *kinds: str) -> Iterator[tuple[Attempt, Result]]:
    """Make the attempts of these kinds."""
    frontier = Frontier([history])
    for attempt in frontier:
        if attempt.kind in (AS_IT_IS, *kinds):
            found = attempted(player, attempt)
            frontier.take(attempt, found)
            yield attempt, found.result


def test_nothing_that_can_come_of_ten_short_histories_breaks_a_promise() -> None:
    plan = Plan(ADDON, jobs=os.cpu_count() or 1)
    with contextlib.closing(explore(plan, Frontier(map(short, SEEDS), SWITCHES))) as coming:
        attempts = list(coming)
    wrong = [
        (attempt.name, attempt.history.tells, result.wrong) for attempt, result in attempts if result.wrong
    ]
    assert wrong == []
    counts = {kind: many for kind, (many, _) in tried(attempts).items()}
    assert counts[AS_IT_IS] == len(SEEDS)
    assert counts[KILLED] > 400
    assert counts[UNANSWERED] > 20
    assert counts[SCHEDULED] > 40


def test_each_call_is_a_crash_point_and_each_request_can_go_unanswered(player: Player) -> None:
    outcome, _ = player.play(short(1))
    ended = outcome.played[0].happened[-1].executions[1]
    calls = [call for call in outcome.played[0].calls if call["execution"] <= ended]
    requests = sum(len(call["arguments"]["requests"]) for call in calls if call["service"] == "UrlFetch")
    found = list(made(player, short(1), KILLED, UNANSWERED))
    kinds = Counter(attempt.kind for attempt, _ in found)
    assert kinds == {AS_IT_IS: 1, KILLED: len(calls) + ended, UNANSWERED: requests}
    struck = [sum(result.statistics.struck.values()) for attempt, result in found if attempt.kind != AS_IT_IS]
    assert set(struck) == {1}


def test_a_point_is_struck_whatever_faults_the_history_has_itself(player: Player) -> None:
    history = History.load(ROOT / "tests" / "histories" / "third-party-asks-for-patience.json")
    assert any(step["do"] == "clear-faults" for step in history.steps)
    points = attempted(player, Attempt(AS_IT_IS, history, "")).following
    for attempt in points[:: len(points) // 12]:
        told = attempt.history.tells
        number, execution = (int(word) for word in re.findall(r"\d+", told))
        calls = play(ADDON, player.wings, attempt.history).played[0].calls
        (call,) = [call for call in calls if (call["execution"], call["call"]) == (execution, number)]
        if attempt.kind == KILLED:
            assert call["outcome"] == f"killed {'after' if 'dies after' in told else 'before'}", told
        else:
            assert call["service"] == "UrlFetch", told


def test_wherever_one_could_be_interrupted_it_is(player: Player) -> None:
    frontier, orders = Frontier([short(4)], switches=1), set()
    for attempt in frontier:
        if attempt.kind in (AS_IT_IS, SCHEDULED):
            found = attempted(player, attempt)
            frontier.take(attempt, found)
            orders.add(tuple(found.order.replace("-", "").split()))
    (one, calls), (other, more) = Counter(max(orders, key=len)).items()
    for first, second, many in ((one, other, calls), (other, one, more)):
        for place in range(1, many + 1):
            begun = (*[first] * place, second)
            assert any(order[: place + 1] == begun for order in orders), begun


def test_a_defect_that_one_crash_point_shows_is_found_and_kept(player: Player, tmp_path: Path) -> None:
    with contextlib.closing(mutated(player, "records are written after the token")) as defective:
        found = list(made(defective, short(1), KILLED, UNANSWERED))
        failed = [one for one in found if not one[1].well]
        assert {attempt.kind for attempt, _ in failed} == {KILLED}
        (finding,) = findings_of(defective, failed[:1], tmp_path)
        assert finding.saved
        assert finding.saved.name == f"history-{finding.name}.json"
        again = play(ADDON, defective.wings, History.load(finding.saved))
    assert again.wrong == failed[0][1].wrong
    assert "kills its execution" in "\n".join(tell(again))
    assert play(ADDON, player.wings, again.history).well


def test_a_defect_that_one_order_shows_is_found_and_kept(player: Player, tmp_path: Path) -> None:
    with contextlib.closing(mutated(player, "no look for flags after the release")) as defective:
        attempts = made(defective, short(12), SCHEDULED)
        failed = next(one for one in attempts if not one[1].well)
        assert failed[0].kind == SCHEDULED
        (finding,) = findings_of(defective, [failed], tmp_path)
        assert finding.saved
        again = play(ADDON, defective.wings, History.load(finding.saved))
    assert again.wrong == "promptness"
    assert "in turns of" in "\n".join(tell(again))
    assert play(ADDON, player.wings, again.history).well


def test_short_histories_are_possible_and_about_different_things(player: Player) -> None:
    told = set()
    for seed in range(1, 17):
        history = short(seed)
        assert history == short(seed)
        told.add(tuple(step["do"] for step in history.steps))
        outcome, result = player.play(history)
        assert result.well
        assert [one.refused for one in outcome.played[0].happened if one.refused] == []
    assert len(told) >= 12
