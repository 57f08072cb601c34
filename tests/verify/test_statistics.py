"""What is counted of a history: what people did, what went wrong, and which rows of the note table decided."""

import contextlib
from pathlib import Path

import pytest

from confsync.addon import load
from confsync.sync.table import NOTE_TABLE
from confsync.verify.campaign import Player
from confsync.verify.fault_kinds import FAULTS
from confsync.verify.ground import hastened
from confsync.verify.happened import Happened
from confsync.verify.history import History
from confsync.verify.rows import ROWS, counted_rows
from confsync.verify.statistics import ACTIONS, Statistics, as_json, kinds, tables

ALICE, BOB = "alice@example.com", "bob@example.com"
TIMES = {
    "start": {"dateTime": "2026-03-10T09:00:00Z", "timeZone": "UTC"},
    "end": {"dateTime": "2026-03-10T10:00:00Z", "timeZone": "UTC"},
}
GUESTS = {"attendees": [{"email": ALICE}, {"email": BOB}]}
STEPS = [
    {
        "do": "create",
        "who": ALICE,
        "event": "meeting",
        "with": TIMES | GUESTS,
        "solution": "My Web Conference",
    },
    {"do": "change", "who": ALICE, "event": "meeting", "with": {"summary": "Review"}},
    {"do": "deliver"},
    {"do": "delete", "who": BOB, "event": "meeting"},
    {"do": "delete", "who": BOB, "event": "meeting"},
    {"do": "delete", "who": ALICE, "event": "meeting"},
    {"do": "deliver"},
]
RULES = [
    {"method": "conferences.update", "status": 503, "times": 2},
    {"method": "*", "action": "kill", "when": "after", "skip": 5000},
]


@pytest.fixture(scope="module")
def found():
    addon = hastened(load(Path(__file__).parents[2] / "addon.toml"))
    with contextlib.closing(Player(addon, "python")) as player:
        return player.play(History(3, STEPS, RULES))[1].statistics


def test_actions_are_counted_by_what_they_mean(found):
    met = {kind: count for kind, count in found.actions.items() if count}
    assert met == {
        "create with “My Web Conference”": 1,
        "rename": 1,
        "triggers come": 2,
        "delete a guest's copy": 2,
        "delete an event": 1,
        "triggers come late": 3,
    }
    assert +found.refused == {"delete a guest's copy": 1}


def test_faults_are_counted_by_kind_whether_they_struck_or_not(found):
    killed, busy = "an execution is killed after a call", "the third party answers 503"
    assert found.arranged == {killed: 1, busy: 1}
    assert +found.struck == {busy: 1}
    assert {killed, busy} < set(FAULTS)


def test_rows_of_the_note_table_are_counted(found):
    assert set(found.rows) <= set(ROWS)
    assert found.rows["unsaved.same"] == 1
    assert found.rows["seen.cancelled"] >= 1


def test_executions_are_counted_by_kind_and_status(found):
    assert found.executions["ADD_ON COMPLETED"] == 1
    assert found.calls > found.executions.total()


def test_sums_are_sums(found):
    both = Statistics()
    both.add(found)
    both.add(found)
    assert both.calls == 2 * found.calls
    assert both.actions["triggers come late"] == 6
    assert both.executions.total() == 2 * found.executions.total()


def test_what_was_never_met_is_there_with_nothing(found):
    told = as_json(found)
    assert told["actions"]["move to another calendar"] == {"met": 0, "notPossible": 0}
    assert set(told["actions"]) >= set(ACTIONS)
    assert set(told["faults"]) >= set(FAULTS)
    assert list(told["noteRows"]) == list(ROWS)
    assert ("move to another calendar", (0, 0)) in tables(found)[0].rows


def test_a_guest_is_known_wherever_the_event_goes():
    steps = [
        {"do": "copy", "who": BOB, "event": "meeting", "as": "second", "calendar": "team"},
        {"do": "delete", "who": ALICE, "event": "second"},
        {"do": "move", "who": BOB, "event": "second", "calendar": ""},
        {"do": "delete", "who": ALICE, "event": "second"},
    ]
    told = [kind for kind, _ in kinds([Happened(step, "", (1, 0)) for step in steps])]
    assert (told[1], told[3]) == ("delete an event", "delete a guest's copy")


def test_the_note_table_is_watched_only_meanwhile():
    with counted_rows() as seen:
        action = NOTE_TABLE["seen"]["same"]
    assert (action, NOTE_TABLE["seen"]["same"]) == ("link", "link")
    assert seen == ["seen.same"]
    assert {type(row) for row in NOTE_TABLE.values()} == {dict}


def test_rows_that_decide_nothing_are_left_out():
    assert "none.same" in ROWS
    assert "none.cancelled" not in ROWS


def test_a_move_to_a_calendar_that_is_not_on_the_list_counts_for_itself():
    off = {"do": "unsubscribe", "who": BOB, "calendar": "team"}
    move = {"do": "move", "who": BOB, "event": "meeting", "calendar": "team"}
    given = {"do": "give-role", "who": ALICE, "calendar": "team", "with": BOB}
    steps = [move, off, move, {**move, "who": ALICE}, {**off, "do": "subscribe"}, move, off, given, move]
    met = [kind for kind, _ in kinds([Happened(step, "", (1, 0)) for step in steps])]
    away, there = "move to a calendar that is not on the list", "move to another calendar"
    moved = [kind for kind in met if kind.startswith("move")]
    assert moved == [there, away, there, there, there]
    assert set(met) <= set(ACTIONS)
