"""Every cell of the note table, by events made by hand; and that noting changes nothing by itself."""

import copy

import pytest

from confsync.sync.links import apply_change
from confsync.sync.note import event_has_conference, note_event
from confsync.sync.records import Link, Record
from confsync.sync.store import index_link
from confsync.sync.table import NOTE_TABLE

NOW = 29_540_640  # 2026-03-02T08:00Z, in minutes
STATES = ("same", "other", "without", "cancelled")
# What becomes of X, by what the event is to X and by how it looks: the protocol's own words.
BECOMES = {
    ("none", "same"): ["link"],
    ("none", "other"): [],
    ("none", "without"): [],
    ("none", "cancelled"): [],
    ("unsaved", "same"): ["link"],
    ("unsaved", "other"): [],
    ("unsaved", "without"): [],
    ("unsaved", "cancelled"): [],
    ("seen", "same"): ["link"],
    ("seen", "other"): ["unlink"],
    ("seen", "without"): ["unlink"],
    ("seen", "cancelled"): ["unlink"],
}


def conference(conference_id, user="alices-id", solution="web"):
    """Return conference data as Calendar keeps it; without a user the conference has no parameters."""
    data = {
        "conferenceId": conference_id,
        "conferenceSolution": {"key": {"type": "addOn"}, "name": "My Web Conference"},
    }
    if user:
        told = {"confsyncUser": user, "confsyncSolution": solution}
        data["parameters"] = {"addOnParameters": {"parameters": told}}
    return data


def event(event_id="e", carries="", **more):
    """Return an event of an hour on 10 March, with the conference that it carries, if any."""
    made = {
        "id": event_id,
        "status": "confirmed",
        "summary": "Review",
        "start": {"dateTime": "2026-03-10T09:00:00Z", "timeZone": "UTC"},
        "end": {"dateTime": "2026-03-10T10:00:00Z", "timeZone": "UTC"},
    }
    if carries:
        made["conferenceData"] = conference(carries)
    return made | more


def looking(state):
    """Return the event e as it looks from a link to X."""
    if state == "cancelled":
        return {"id": "e", "status": "cancelled"}
    return event(carries={"same": "X", "other": "Y", "without": ""}[state])


def link(store, conference_id, of="e", **more):
    """Put a link of an event into the store, as earlier executions would have."""
    made = Link(**({"calendar": 0, "event": of, "end": NOW, "fingerprint": "old"} | more))
    store.records.setdefault(conference_id, Record("web")).links.append(made)
    index_link(store, conference_id, made)
    return made


def noted(config, store, seen, calendar=0):
    """Return what is to become of X and of all other conferences."""
    changes = note_event(config, store, calendar, seen, NOW)
    own = [change["change"] for change in changes if change["conference"] == "X"]
    return own, [
        (change["change"], change["conference"]) for change in changes if change["conference"] != "X"
    ]


def test_every_cell_of_the_table_is_tried_here():
    assert {(row, state) for row, cells in NOTE_TABLE.items() for state in cells} == set(BECOMES)


@pytest.mark.parametrize(("row", "state"), BECOMES)
def test_a_cell(config, store, row, state):
    if row != "none":
        link(store, "X", unsaved=NOW - 60 if row == "unsaved" else 0)
    own, others = noted(config, store, looking(state))
    assert own == BECOMES[row, state]
    assert others == ([("link", "Y")] if state == "other" else [])


@pytest.mark.parametrize(
    "other",
    [
        event(carries="X") | {"conferenceData": conference("X", user="bobs-id")},
        event(carries="X") | {"conferenceData": conference("X", solution="of-somebody-else")},
        event(carries="X")
        | {"conferenceData": conference("X") | {"conferenceSolution": {"key": {"type": "hangoutsMeet"}}}},
        event(carries="X", end={"dateTime": "2026-01-10T10:00:00Z"}),
        event(carries="X") | {"conferenceData": conference("X", user=""), "creator": {"self": False}},
    ],
    ids=[
        "somebody else's",
        "another add-on's",
        "Google's own",
        "ended before the prune line",
        "not created here",
    ],
)
def test_what_is_not_ours_or_over_is_not_linked(config, store, other):
    assert note_event(config, store, 0, other, NOW) == []


@pytest.mark.parametrize(
    ("calendar", "known", "managed"), [(0, False, True), (1, False, False), (1, True, True)]
)
def test_without_parameters_the_own_calendar_or_an_own_record_decides(
    config, store, calendar, known, managed
):
    seen = event() | {"conferenceData": conference("X", user=""), "creator": {"self": True}}
    if known:
        store.records["X"] = Record("web")
    assert noted(config, store, seen, calendar)[0] == (["link"] if managed else [])


def test_a_conference_that_is_known_here_is_looked_after_whoever_the_parameter_names(config, store):
    """Two first creations side by side leave the id of one of them in the store."""
    store.records["X"] = Record("web")
    copied = event() | {"conferenceData": conference("X", user="an-id-that-was-lost")}
    assert noted(config, store, copied, calendar=1)[0] == ["link"]


def test_an_instance_has_a_link_of_its_own(config, store):
    link(store, "X", of="e")
    (change,) = note_event(config, store, 0, event("e_1", carries="X", recurringEventId="e"), NOW)
    assert (change["change"], change["link"].event, change["link"].series) == ("link", "e_1", "e")


def test_a_cancelled_instance_ends_its_own_link_only(config, store):
    link(store, "X", of="e")
    link(store, "Y", of="e_1", series="e")
    cancelled = {"id": "e_1", "status": "cancelled", "recurringEventId": "e"}
    assert noted(config, store, cancelled) == ([], [("unlink", "Y")])


def test_a_cancelled_series_ends_its_instances_in_that_calendar(config, store):
    link(store, "X", of="e")
    link(store, "Y", of="e_1", series="e")
    link(store, "Z", of="e_1", series="e", calendar=1)
    assert noted(config, store, {"id": "e", "status": "cancelled"}) == (["unlink"], [("unlink", "Y")])


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("unsaved", [0, NOW - 60])
def test_noting_is_pure(config, store, state, unsaved):
    link(store, "X", unsaved=unsaved)
    seen = looking(state)
    before = copy.deepcopy((config, store, seen))
    note_event(config, store, 0, seen, NOW)
    assert (config, store, seen) == before


@pytest.mark.parametrize("state", STATES)
def test_noting_the_same_event_again_changes_nothing_more(config, store, run, state):
    link(store, "X")
    for change in note_event(config, store, 0, looking(state), NOW):
        apply_change(run, change, NOW)
    before = copy.deepcopy(store.records)
    for change in note_event(config, store, 0, looking(state), NOW):
        apply_change(run, change, NOW)
    assert store.records == before


def test_conferences_are_told_apart_by_parameter_and_without_one_by_name(config):
    assert event_has_conference(config, event(carries="X"))
    assert event_has_conference(config, event() | {"conferenceData": conference("X", user="")})
    renamed = conference("X") | {"conferenceSolution": {"key": {"type": "addOn"}, "name": "As it was called"}}
    assert event_has_conference(config, event() | {"conferenceData": renamed})
    assert not event_has_conference(config, event())
    assert not event_has_conference(config, event() | {"conferenceData": conference("")})


def test_a_conference_whose_solution_is_no_longer_offered_stays_linked(config, store):
    link(store, "X")
    seen = event() | {"conferenceData": conference("X", solution="withdrawn")}
    assert noted(config, store, seen) == (["link"], [])
    stranger = event("other") | {"conferenceData": conference("Y", solution="withdrawn")}
    assert noted(config, store, stranger) == ([], [])
