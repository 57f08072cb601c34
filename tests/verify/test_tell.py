"""Telling: a person who has not read the code learns who did what, what struck, what broke and what was held."""

from pathlib import Path
from typing import Any

import pytest

from confsync.addon import Addon, config_of, load
from confsync.render import render
from confsync.verify.ground import Wing, hastened, python_wing
from confsync.verify.history import History
from confsync.verify.mutants import Replacement, mutated_wing
from confsync.verify.play import Outcome, play
from confsync.verify.tell import PROMISES, WIDTH, tell

ROOT = Path(__file__).parents[2]
ALICE, BOB = "alice@example.com", "bob@example.com"
TIME = {
    "start": {"dateTime": "2026-03-10T09:00:00", "timeZone": "Europe/Berlin"},
    "end": {"dateTime": "2026-03-10T10:00:00", "timeZone": "Europe/Berlin"},
}
BLIND = Replacement(
    "confsync.sync.listing", "    if not token:\n        mark_unread", "    if False:\n        mark_unread"
)
# The title is told without its last letter.
CUT = Replacement(
    "confsync.sync.projection",
    'context["title"] = event["summary"]',
    'context["title"] = event["summary"][:-1]',
)
# The user's key is another one, and no call but the one that writes it tells.
FOREIGN = Replacement(
    "confsync.sync.engine",
    "run.store.key = run.ports.machine.get_uuid()",
    "run.store.key = run.ports.machine.get_uuid()[::-1]",
)

CREATE = {"do": "create", "who": ALICE, "event": "meeting", "with": {"summary": "Review", **TIME}}
CREATE |= {"solution": "My Web Conference"}
DELIVER = {"do": "deliver"}
FORGOTTEN = {"method": "calendar.events.list", "status": 410, "scripts": True}


@pytest.fixture(scope="module")
def addon() -> Addon:
    return hastened(load(ROOT / "addon.toml"))


def played(addon: Addon, *steps: dict[str, Any], replacement: Replacement | None = None) -> Outcome:
    """Play with the Python wing, and beside it with a mutant, if any."""
    wings = [python_wing(addon)]
    if replacement:
        manifest = render(addon)["appsscript.json"]
        runtime = mutated_wing(config_of(addon), [replacement])
        wings.append(Wing("mutant", runtime, {"appsscript.json": manifest}))
    return play(addon, wings, History(7, steps, tells="A story."))


def story(outcome: Outcome) -> str:
    """Return the told lines as one text with single blanks, having looked at their width."""
    lines = tell(outcome)
    assert max(map(len, lines)) <= WIDTH
    return " ".join(" ".join(lines).split())


def test_people_and_executions(addon: Addon) -> None:
    change = {"do": "change", "who": ALICE, "event": "meeting", "with": {"summary": "Planning"}}
    told = story(played(addon, CREATE, DELIVER, change, DELIVER))
    assert told.startswith(
        "A story. Seed 7, wing python: all is well. +0:00:00 Alice creates meeting “Review”"
    )
    assert "in Alice's calendar with “My Web Conference”: 10 March 09:00 to 10:00 Europe/Berlin." in told
    assert "#1 at +0:00:00 createWebConference for Alice (in the editor): " in told
    assert "sets the hourly net; sets a trigger on Alice's calendar; POST conference" in told
    assert "Alice changes meeting “Review”: title “Planning”. +0:00:01 the waiting triggers come." in told
    assert (
        "syncEvents for Alice (trigger of Alice's calendar): events.list changes of Alice's calendar;" in told
    )
    assert "= “Planning” 2026-03-10T08:00:00Z → 200" in told
    assert "(the hourly net)" in told
    assert "executions found nothing to do Every promise holds. The third party held at the end:" in told
    assert told.endswith("“Planning” 2026-03-10T08:00:00Z to 2026-03-10T09:00:00Z Europe/Berlin")


def test_a_broken_promise(addon: Addon) -> None:
    steps = (CREATE, DELIVER, {"do": "fault", "with": FORGOTTEN})
    steps += ({"do": "delete", "who": ALICE, "event": "meeting"}, DELIVER)
    told = story(played(addon, *steps, replacement=BLIND))
    assert "a fault lies in wait: the 1st calendar.events.list is answered 410." in told
    assert (
        "events.list changes of Alice's calendar ⚡ Calendar ANSWERED 410, before the effect; drops the token"
        in told
    )
    assert f"BROKEN P2: {PROMISES['P2']}. conference" in told
    assert (
        "made for meeting “Review”: no event carries it any more, and it is still there (wing mutant)."
        in told
    )
    assert "The third party holds it, and should not. The third party held at the end: conference" in told
    assert "The wings part at their call" in told
    assert "python: #3 for Alice, call 6: writes its notes on conference" in told
    assert "mutant: #3 for Alice, call 6: keeps the token of Alice's calendar" in told


def test_what_should_have_been_held(addon: Addon) -> None:
    told = story(played(addon, CREATE, DELIVER, replacement=CUT))
    assert f"BROKEN P1: {PROMISES['P1']}." in told
    assert "title is 'Revie' and should be 'Review' (wing mutant)." in told


def test_kills_and_lost_answers(addon: Addon) -> None:
    kill = {"do": "fault", "with": {"method": "UrlFetch.fetchAll", "action": "kill", "when": "after"}}
    lost = {"do": "fault", "with": {"method": "conferences.update", "action": "drop", "when": "after"}}
    told = story(played(addon, CREATE, kill, DELIVER, lost, {"do": "advance", "seconds": 7200}))
    assert "the 1st UrlFetch.fetchAll kills its execution, after the effect." in told
    assert "= “Review” 2026-03-10T08:00:00Z ⚡ KILLED HERE, after the effect" in told
    assert "⚡ NO ANSWER CAME, though it took effect" in told


def test_what_was_not_possible(addon: Addon) -> None:
    delete = {"do": "delete", "who": BOB, "event": "meeting"}
    told = story(played(addon, CREATE, delete, {"do": "undo", "who": ALICE, "event": "other"}))
    assert "Bob deletes the copy of meeting “Review”: not possible (Calendar answered 404)." in told
    assert "Alice undoes the deletion of other: not possible (there is no such event)." in told


def test_shared_calendars_have_names(addon: Addon) -> None:
    steps = [{"do": "add-calendar", "who": ALICE, "event": "team"}]
    steps += [{"do": "share", "who": ALICE, "calendar": "team", "with": BOB}, CREATE | {"calendar": "team"}]
    told = story(played(addon, *steps, {"do": "drop"}))
    assert "Alice makes the team calendar. +0:00:00 Alice shares the team calendar with Bob." in told
    assert "creates meeting “Review” in the team calendar" in told
    assert "sets a trigger on the team calendar" in told
    assert "the triggers that were waiting are lost." in told


def test_keys_are_never_told(addon: Addon) -> None:
    outcome = played(addon, CREATE, DELIVER, replacement=FOREIGN)
    told = story(outcome)
    assert "differs in a key that is not shown" in told
    keys = {each.properties[ALICE]["key"] for each in outcome.played}
    assert len(keys) == 2
    assert not [key for key in keys if key[:9] in told]
