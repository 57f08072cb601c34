"""Gestures as steps: done in Calendar's own pages, told, counted, made simpler, and kept right by both wings."""

from pathlib import Path

import pytest

from confsync.addon import load
from confsync.rehearsal.setting import ALICE, BOB, in_process
from confsync.render import render
from confsync.verify.chance import history
from confsync.verify.gestures import is_gesture
from confsync.verify.happened import Happened
from confsync.verify.people import People
from confsync.verify.simpler import simpler_step
from confsync.verify.stage import StageError
from confsync.verify.statistics import ACTIONS, kinds
from confsync.verify.tell_names import Names
from confsync.verify.tell_steps import sentence
from confsync.verify.whereabouts import Whereabouts

TIMES = {
    "start": {"dateTime": "2026-03-10T09:00:00Z", "timeZone": "UTC"},
    "end": {"dateTime": "2026-03-10T10:00:00Z", "timeZone": "UTC"},
}
LATER = {
    "start": {"dateTime": "2026-03-11T09:00:00Z", "timeZone": "UTC"},
    "end": {"dateTime": "2026-03-11T09:30:00Z", "timeZone": "UTC"},
}
WEEKLY = {**TIMES, "recurrence": ["RRULE:FREQ=WEEKLY;COUNT=4"]}
GUESTS = {"attendees": [{"email": ALICE}, {"email": BOB}]}


@pytest.fixture(scope="module")
def addon():
    return load(Path(__file__).parents[2] / "addon.toml")


@pytest.fixture
def people(addon):
    with in_process(addon, render(addon), 1, None) as setting:
        yield People(setting.stage)


def act(people, action, event="meeting", who=ALICE, **more):
    return people.act({"do": action, "who": who, "event": event, **more})


def create(people, body, **more):
    act(people, "create", **{"with": {"summary": "Review", **body}}, **more)


def test_a_split_makes_an_event_with_a_name(people):
    create(people, WEEKLY | GUESTS)
    act(people, "split", occurrence=2, **{"as": "later", "with": {"summary": "From now on"}})
    titles = [people.event(who, name)["summary"] for who in (ALICE, BOB) for name in ("meeting", "later")]
    assert titles == ["Review", "From now on"] * 2
    assert people.event(ALICE, "later")["id"] == people.event(ALICE, "meeting")["id"] + "_R20260324T090000"
    act(people, "split", "later", occurrence=1, **{"as": "last", "with": {}})
    act(people, "delete", "last")
    assert people.event(BOB, "last")["status"] == "cancelled"


def test_a_series_is_changed_and_ends(people):
    create(people, WEEKLY)
    act(people, "change-all", occurrence=1, **{"with": {"summary": "All"}})
    act(people, "reschedule", occurrence=3, **{"with": LATER})
    act(people, "rename", occurrence=0, **{"with": {"summary": "First"}})
    assert people.event(ALICE, "meeting")["summary"] == "All"
    act(people, "delete-following", occurrence=1)
    assert "UNTIL" in people.event(ALICE, "meeting")["recurrence"][0]
    act(people, "make-single", occurrence=0)
    act(people, "make-recurring", **{"with": {"recurrence": ["RRULE:FREQ=DAILY"]}})
    assert people.event(ALICE, "meeting")["recurrence"] == ["RRULE:FREQ=DAILY"]


def test_events_are_made_of_events(people):
    act(people, "add-calendar", "team")
    create(people, WEEKLY)
    act(people, "add-conference")
    act(people, "duplicate", occurrence=1, **{"as": "one"})
    act(people, "copy-to", **{"as": "copy", "calendar": "team"})
    ids = {people.event(ALICE, name)["conferenceData"]["conferenceId"] for name in ("meeting", "one", "copy")}
    assert len(ids) == 1
    act(people, "change-calendar", "one", calendar="team")
    organizers = [people.event(ALICE, name)["organizer"]["email"] for name in ("meeting", "one", "copy")]
    assert organizers[0] == ALICE and organizers[1] == organizers[2] != ALICE
    act(people, "remove-conference", occurrence=2)
    assert "conferenceData" in people.event(ALICE, "meeting")


def test_guests_and_organisers(people):
    create(people, WEEKLY)
    act(people, "invite", guests=[ALICE, BOB])
    act(people, "answer-occurrence", who=BOB, occurrence=1, answer="declined")
    act(people, "remove-from-my-calendar", who=BOB)
    assert people.event(BOB, "meeting")["status"] == "cancelled"
    act(people, "restore", who=BOB)
    act(people, "transfer", to=BOB)
    assert people.event(BOB, "meeting")["organizer"]["self"]
    act(people, "uninvite", who=BOB, guests=[ALICE])
    assert people.event(ALICE, "meeting")["status"] == "cancelled"


def test_the_bin(people):
    create(people, TIMES)
    act(people, "delete")
    act(people, "restore")
    act(people, "delete")
    people.act({"do": "empty-bin", "who": ALICE, "calendar": ""})
    with pytest.raises(StageError, match="no such event"):
        act(people, "restore")


def drawn(seeds):
    return [step for seed in seeds for step in history(seed, ("Web",), faults=seed % 2 == 1).steps]


def test_every_gesture_is_drawn_told_and_counted():
    steps = drawn(range(150))
    met = {step["do"] for step in steps if is_gesture(step)}
    assert len(met) == 18
    happened = [Happened(step, "", (1, 0)) for step in steps]
    counted = {kind for kind, one in kinds(happened) if is_gesture(one.step)}
    # Another calendar that is not on the list is a kind of its own.
    assert counted < set(ACTIONS) and len(counted) == 19
    told = {one.step["do"]: sentence(one, Names([], [])) for one in happened if is_gesture(one.step)}
    assert {do: words for do, words in told.items() if words.endswith(f": {do}")} == {}


def test_simpler_gestures_can_be_told():
    for step in drawn(range(40)):
        for simpler in simpler_step(step, "Web"):
            assert sentence(Happened(simpler, "", (1, 0)), Names([], []))
    split = {"do": "split", "who": ALICE, "event": "a", "as": "b", "occurrence": 2, "with": dict(TIMES)}
    assert split | {"with": {}} in simpler_step(split, "Web")
    assert split | {"occurrence": 0} in simpler_step(split, "Web")


@pytest.mark.parametrize(
    ("step", "words"),
    [
        (
            {"do": "split", "occurrence": 2, "as": "event2", "with": {"summary": "B"}},
            "Alice changes the 3rd occurrence of event1 and all that follow, from now on event2: title “B”",
        ),
        (
            {"do": "delete-following", "occurrence": 0},
            "Alice deletes the 1st occurrence of event1 and all that follow",
        ),
        ({"do": "make-single", "occurrence": 1}, "Alice lets event1 repeat no longer, the 2nd occurrence of event1 is left"),
        ({"do": "uninvite", "guests": [BOB]}, "Alice takes Bob off the guests of event1"),
        ({"do": "transfer", "to": BOB}, "Alice makes Bob the organiser of event1"),
        ({"do": "empty-bin", "calendar": "team"}, "Alice empties the bin of the team calendar"),
        ({"do": "copy-to", "as": "event2"}, "Alice copies event1 to Alice's calendar as event2"),
    ],
)  # fmt: skip
def test_a_gesture_in_words(step, words):
    step = {"who": ALICE, "event": "event1", **step}
    assert sentence(Happened(step, "", (1, 0)), Names([], [])) == words


def test_who_has_what_afterwards_is_known():
    where, names = Whereabouts(), Names([], [])
    steps = [
        {"do": "create", "who": ALICE, "event": "a", "with": {"summary": "A"}},
        {"do": "split", "who": ALICE, "event": "a", "as": "b", "occurrence": 1, "with": {"summary": "B"}},
        {"do": "transfer", "who": ALICE, "event": "b", "to": BOB},
        {"do": "change-calendar", "who": ALICE, "event": "a", "calendar": "team"},
        {"do": "rename", "who": ALICE, "event": "a", "occurrence": 1, "with": {"summary": "One"}},
    ]
    for step in steps:
        where.follow(step)
        names.meet(step)
    assert (where.is_guest({"do": "delete", "who": ALICE, "event": "b"}), names.owns(ALICE, "b")) == (
        True,
        False,
    )
    assert (where.is_guest({"do": "delete", "who": BOB, "event": "a"}), names.owns(BOB, "a")) == (False, True)
    assert [names.event(name) for name in "ab"] == ["a “A”", "b “B”"]
    assert where.calendar({"do": "empty-bin", "who": BOB}) == BOB


def test_an_id_tells_which_part_of_a_series_it_is():
    told = [
        Names([], []).event_by_id(f"abcdefgh{rest}") for rest in ("_R20260324T090000", "_R20260324_20260331")
    ]
    assert told == ["a later part of event abcdef", "an occurrence of a later part of event abcdef"]
