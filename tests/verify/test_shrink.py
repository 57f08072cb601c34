"""Shrinking: what is left of a history is what it needs to go wrong, and it still goes wrong in the same way."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from confsync.addon import Addon, config_of, load
from confsync.render import render
from confsync.verify.ground import Wing, hastened, python_wing
from confsync.verify.history import History
from confsync.verify.mutants import Replacement, mutated_wing
from confsync.verify.play import Outcome, play
from confsync.verify.shrink import shrink

ROOT = Path(__file__).parents[2]
ALICE, BOB = "alice@example.com", "bob@example.com"
TIME = {
    "start": {"dateTime": "2026-03-10T09:00:00", "timeZone": "Europe/Berlin"},
    "end": {"dateTime": "2026-03-10T10:00:00", "timeZone": "Europe/Berlin"},
}
# After a full listing nobody looks for what went meanwhile.
BLIND = Replacement(
    "confsync.sync.listing", "    if not token:\n        mark_unread", "    if False:\n        mark_unread"
)
# The same promises hold, but the calls differ.
SMALL_PAGES = Replacement("confsync.sync.events", "PAGE_SIZE = 2500", "PAGE_SIZE = 250")


def made(who: str, event: str, **more: object) -> dict[str, object]:
    body = {"summary": event.title(), **TIME, "attendees": [{"email": ALICE}, {"email": BOB}]}
    return {"do": "create", "who": who, "event": event, "with": body, "mayFail": True} | more


# Alice's third listing, when the meeting is gone, is answered 410.
HISTORY = History(
    7,
    [
        {"do": "add-calendar", "who": ALICE, "event": "team"},
        made(ALICE, "meeting", solution="My Recorded Web Conference"),
        made(BOB, "other", solution="My Web Conference"),
        {"do": "deliver"},
        {"do": "move", "who": BOB, "event": "nothing", "calendar": "team"},
        {"do": "change", "who": BOB, "event": "other", "with": {"summary": "Another"}},
        {"do": "delete", "who": ALICE, "event": "meeting"},
        {"do": "deliver-together"},
        {"do": "advance", "seconds": 7200},
    ],
    [
        {
            "method": "calendar.events.list",
            "status": 410,
            "skip": 2,
            "scripts": True,
            "user": ALICE,
            "times": 2,
        },
        {"method": "conferences.delete", "status": 503, "skip": 40},
    ],
)


@pytest.fixture(scope="module")
def addon() -> Addon:
    return hastened(load(ROOT / "addon.toml"))


def mutant(addon: Addon, replacement: Replacement) -> Wing:
    manifest = render(addon)["appsscript.json"]
    return Wing("mutant", mutated_wing(config_of(addon), [replacement]), {"appsscript.json": manifest})


@pytest.fixture(scope="module")
def blind(addon: Addon) -> Iterator[Wing]:
    wing = mutant(addon, BLIND)
    yield wing
    wing.close()


@pytest.fixture(scope="module")
def played(addon: Addon, blind: Wing) -> Outcome:
    return play(addon, [blind], HISTORY)


@pytest.fixture(scope="module")
def told() -> list[tuple[int, int]]:
    """Return the list to which the shrinking of `shrunk` tells its progress."""
    return []


@pytest.fixture(scope="module")
def shrunk(addon: Addon, blind: Wing, played: Outcome, told: list[tuple[int, int]]) -> Outcome:
    return shrink(addon, [blind], played, progress=lambda *now: told.append(now))


def test_only_what_is_needed_stays(played: Outcome, shrunk: Outcome) -> None:
    assert (played.wrong, shrunk.wrong) == ("P2", "P2")
    steps = shrunk.history.steps
    assert [step["do"] for step in steps] == ["create", "deliver", "delete", "fault", "deliver"]
    assert steps[0]["solution"] == "My Web Conference"
    assert steps[0]["with"] == {"summary": "Meeting", **TIME}
    assert steps[3]["with"]["skip"] == 0
    assert "times" not in steps[3]["with"]
    assert not shrunk.history.faults


def test_what_is_found_goes_wrong_again_and_gets_no_shorter(
    addon: Addon, blind: Wing, shrunk: Outcome
) -> None:
    again = play(addon, [blind], shrunk.history)
    assert again.played[0].broken == shrunk.played[0].broken != []
    assert shrink(addon, [blind], again).history == shrunk.history


def test_progress_is_told(shrunk: Outcome, told: list[tuple[int, int]]) -> None:
    assert [count for count, _ in told] == list(range(1, len(told) + 1))
    assert told[0][1] == len(HISTORY.steps)
    assert told[-1][1] == len(shrunk.history.steps)


def test_without_time_nothing_is_tried(addon: Addon, blind: Wing, played: Outcome) -> None:
    assert shrink(addon, [blind], played, budget_seconds=0).history == HISTORY


def test_what_is_well_is_given_back(addon: Addon) -> None:
    wing = python_wing(addon)
    outcome = play(addon, [wing], History(7, [{"do": "deliver"}]))
    assert shrink(addon, [wing], outcome) is outcome


def test_one_wing_is_enough_for_a_broken_promise(addon: Addon, blind: Wing) -> None:
    wings = [python_wing(addon), blind]
    outcome = shrink(addon, wings, play(addon, wings, HISTORY))
    assert outcome.wrong == "P2, wings differ"
    assert len(outcome.history.steps) == 5
    assert [bool(each.broken) for each in outcome.played] == [False, True]


def test_wings_that_differ_go_on_differing(addon: Addon) -> None:
    wings = [python_wing(addon), mutant(addon, SMALL_PAGES)]
    outcome = shrink(addon, wings, play(addon, wings, History(7, HISTORY.steps[:4])))
    assert outcome.wrong == "wings differ"
    assert [step["do"] for step in outcome.history.steps] == ["create"]
