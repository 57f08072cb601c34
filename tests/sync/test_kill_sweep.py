"""One meeting's life, with an execution killed at each of its calls: the promises hold when time has passed."""

import itertools
from pathlib import Path

import pytest

from confsync.addon import config_of
from confsync.render import render
from confsync.sync import create
from confsync.verify.ground import Wing, hastened, python_wing
from confsync.verify.history import History
from confsync.verify.mutants import Replacement, mutated_wing
from confsync.verify.play import play

ALICE = "alice@example.com"
TIMES = {
    "start": {"dateTime": "2026-03-10T09:00:00", "timeZone": "Europe/Berlin"},
    "end": {"dateTime": "2026-03-10T10:00:00", "timeZone": "Europe/Berlin"},
}
DELIVER = {"do": "deliver"}
GRACE = {"do": "advance", "seconds": 3 * 3600}


def step(action, **more):
    return {"do": action, "who": ALICE, "event": "meeting", **more}


LIFE = [
    step("create", solution="My Web Conference", **{"with": {"summary": "Review", **TIMES}}),
    DELIVER,
    step("change", **{"with": {"summary": "Review II"}}),
    DELIVER,
    step("delete"),
    DELIVER,
    GRACE,
]


def swept(addon, wing, addresses, when):
    """Play the life with a kill at each address; return how many kills there were, and the lives that went wrong."""
    killed, wrong = 0, {}
    for call in addresses:
        fault = {"method": "*", "action": "kill", "when": when, "skip": call}
        outcome = play(addon, [wing], History(1, LIFE, [fault]))
        (played,) = outcome.played
        if not played.struck:
            return killed, wrong
        killed += 1
        if not outcome.well:
            wrong[call] = played.broken
    return killed, wrong


def test_python(addon):
    hasty = hastened(addon)
    killed, wrong = swept(hasty, python_wing(hasty), itertools.count(), "after")
    assert wrong == {}
    assert killed > 60


@pytest.mark.parametrize("line", ["write_unsaved(run, conference_id, ", "watch_calendar(run, calendar_id)"])
def test_what_must_come_before_the_creation_is_missed(addon, line):
    hasty = hastened(addon)
    source = Path(create.__file__).read_text(encoding="utf-8")
    (old,) = [text for text in source.splitlines() if text.startswith(f"    {line}")]
    wing = mutated_wing(config_of(hasty), [Replacement("confsync.sync.create", old, "    pass")])
    killed, wrong = swept(hasty, Wing("python", wing, python_wing(hasty).files), range(15), "after")
    assert killed == 15
    assert {broken.promise for brokens in wrong.values() for broken in brokens} == {"P3"}


@pytest.mark.parametrize(("when", "first"), [("after", 0), ("before", 3)])
def test_apps_script(addon, v8, when, first):
    hasty = hastened(addon)
    wing = Wing("apps-script", v8, render(hasty))
    killed, wrong = swept(hasty, wing, itertools.count(first, 10), when)
    assert wrong == {}
    assert killed > 5
