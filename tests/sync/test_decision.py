"""What a record asks for, and in which order; and what notes and graces make of it."""

from types import SimpleNamespace

import pytest

from confsync.sync.decision import conferences_to, decide, held_back
from confsync.sync.links import apply_change, principal_of
from confsync.sync.projection import DAY_MINUTES
from confsync.sync.pruning import prune_links
from confsync.sync.records import PARTIAL, Link, Record, format_record
from confsync.sync.unsaved import end_unsaved, fold_unsaved

NOW = 29_540_640
SEEN = Link(0, "e", "", NOW + 60, NOW + 120, "now")


def linked(link, series=False):
    """Return the change that links an event to X."""
    return {"change": "link", "conference": "X", "solution": "web", "link": link, "series": series}


def seen(event="e", **more):
    """Return the link of an event that has been seen."""
    return Link(
        **({"calendar": 0, "event": event, "start": NOW, "end": NOW + 60, "fingerprint": "now"} | more)
    )


@pytest.mark.parametrize(
    ("record", "action"),
    [
        (Record("web", [SEEN], sent="now"), "nothing"),
        (Record("web", [SEEN], sent="before"), "update"),
        (Record("web", [SEEN]), "update"),
        (Record("web", [SEEN], not_before=NOW + 1), "nothing"),
        (Record("web", [SEEN], not_before=NOW), "update"),
        (Record("web", [SEEN], lost=["now", NOW - 5]), "nothing"),
        (Record("web", [SEEN], lost=["now", NOW - DAY_MINUTES]), "update"),
        (Record("web", [SEEN], lost=["before", NOW - 5]), "update"),
        (Record("web", [SEEN], sent="now", due=NOW - 5), "nothing"),
        (Record("web", [Link(0, "e", unsaved=NOW)]), "nothing"),
        (Record("web", [Link(0, "e", unsaved=NOW)], due=NOW - 5), "nothing"),
        (Record("web", [], due=NOW), "delete"),
        (Record("web", [], due=NOW + 1), "nothing"),
        (Record("web", [], due=NOW, not_before=NOW + 1), "nothing"),
        (Record("web", []), "nothing"),
    ],
)
def test_decide(run, record, action):
    assert decide(run.config, record, NOW) == action


def test_the_soonest_event_comes_first(run):
    for name, start in (("b", NOW + 5), ("c", NOW + 1), ("a", NOW + 5), ("quiet", NOW)):
        sent = "now" if name == "quiet" else ""
        run.store.records[name] = Record("web", [seen(start=start)], sent=sent)
    assert conferences_to(run, "update", NOW) == ["c", "a", "b"]


@pytest.mark.parametrize(
    ("links", "principal"),
    [
        ([seen("a", end=5), seen("b", end=9)], "b"),
        ([seen("a", end=9, series="s"), seen("b", end=5)], "b"),
        ([seen("b", end=5), seen("a", end=5)], "a"),
        ([seen("a", end=5, calendar=1), seen("a", end=5)], "a"),
        ([Link(0, "a", end=9, unsaved=NOW), seen("b", end=5)], "b"),
    ],
)
def test_the_principal(links, principal):
    found = principal_of(Record("web", links))
    assert found.event == principal
    assert found.calendar == 0


def test_without_a_seen_event_there_is_no_principal():
    assert principal_of(Record("web", [Link(0, "a", unsaved=NOW)])) is None


def test_what_is_to_change_is_unknown_before_anything_is_asked(run):
    run.store.records["X"] = record = Record("web", [seen(fingerprint="old")], sent="old")
    apply_change(run, linked(seen()), NOW)
    assert (record.sent, decide(run.config, record, NOW)) == ("", "update")


def test_an_event_that_comes_back_after_its_grace_is_sent_again(run):
    run.store.records["X"] = record = Record("web", [], sent="now", due=NOW - 1, gone=[[0, "e", 1]])
    apply_change(run, linked(seen()), NOW)
    assert (record.sent, record.due, record.gone) == ("", 0, [])


def test_a_record_with_too_many_links_keeps_the_best_and_is_never_deleted(run):
    run.store.records["X"] = record = Record("web", [Link(0, "draft", unsaved=NOW)])
    for number in range(100):
        added = seen(f"e{number}", end=NOW + number % 50, series="" if number == 7 else "s")
        apply_change(run, linked(added), NOW)
    assert len(format_record(record).encode()) < 9 * 1024
    assert principal_of(record).event == "e7"
    assert [link.event for link in record.links if link.unsaved] == ["draft"]
    ends = sorted(link.end - NOW for link in record.links if link.series)
    assert ends == sorted([*range(31, 50)] * 2)
    for link in list(record.links):
        gone = {"change": "unlink", "conference": "X", "link": link, "cancelled": True}
        apply_change(run, gone, NOW)
    assert decide(run.config, record, NOW + 10 * DAY_MINUTES) == "nothing"


def test_a_draft_that_was_never_saved_goes_after_its_own_grace(run):
    grace = run.config["sync"]["unsavedGraceMinutes"]
    run.store.records["X"] = record = Record("web", [Link(0, "e", unsaved=NOW)])
    end_unsaved(run, NOW + grace - 1)
    assert decide(run.config, record, NOW + grace - 1) == "nothing"
    end_unsaved(run, NOW + grace)
    assert decide(run.config, record, NOW + grace) == "delete"


@pytest.mark.parametrize("draft_goes_first", [True, False])
def test_the_end_of_a_draft_does_not_cut_the_grace_of_an_event_that_was_there(run, draft_goes_first):
    grace = run.config["sync"]["graceMinutes"]
    run.config["sync"]["unsavedGraceMinutes"] = 60
    link, draft = seen("e"), Link(0, "draft", unsaved=NOW)
    run.store.records["X"] = record = Record("web", [link, draft], sent="now")
    gone = {"change": "unlink", "conference": "X", "link": link, "cancelled": True}
    steps = [
        (NOW + 59, lambda now: apply_change(run, gone, now)),
        (NOW + 60, lambda now: end_unsaved(run, now)),
    ]
    if draft_goes_first:
        steps = [(NOW + 60, steps[1][1]), (NOW + 61, steps[0][1])]
    for now, step in steps:
        step(now)
    went = NOW + 61 if draft_goes_first else NOW + 59
    assert decide(run.config, record, went + grace - 1) == "nothing"
    assert decide(run.config, record, went + grace) == "delete"


def test_pruning_asks_for_nothing(run):
    long_ago = NOW - run.config["sync"]["pruneMinutes"] - 1
    run.store.records["past"] = Record("web", [seen(end=long_ago)])
    run.store.records["both"] = Record("web", [seen("old", start=5, end=long_ago), seen("new")], sent="now")
    prune_links(run, NOW)
    assert list(run.store.records) == ["both"]
    assert [link.event for link in run.store.records["both"].links] == ["new"]
    assert run.store.records["both"].first == 5
    assert conferences_to(run, "update", NOW) == conferences_to(run, "delete", NOW) == []


def test_ids_of_the_third_party_may_contain_colons(run):
    written = {}
    run.ports.properties = SimpleNamespace(set_properties=written.update, delete_property=lambda key: None)
    run.store.raw["unsaved:room:7:e1"] = '["web","alice@example.com",29540640,1,"room:7","e1"]'
    fold_unsaved(run, NOW)
    assert run.store.records["room:7"].links == [Link(0, "e1", unsaved=29540640)]
    assert "conference:room:7" in written


@pytest.mark.parametrize(
    ("changed", "held"),
    [
        ({}, 6),
        ({"more": PARTIAL}, 0),
        ({"gone": []}, 0),
        ({"due": NOW + DAY_MINUTES}, 6),
        ({"due": NOW + DAY_MINUTES + 1}, 0),
        ({"due": NOW - 7 * DAY_MINUTES + 1}, 6),
        ({"due": NOW - 7 * DAY_MINUTES}, 0),
    ],
)
def test_what_is_held_back(store, changed, held):
    record = {"due": NOW, "gone": [[0, "e", 1]]} | changed
    store.records = {f"X{number}": Record("web", [], **record) for number in range(6)}
    assert len(held_back(store, NOW)) == held


def test_a_word_is_about_what_was_due_by_then(store):
    store.records = {f"X{due}": Record("web", [], due=NOW + due, gone=[[0, "e", 1]]) for due in range(8)}
    store.word = ["delete", NOW + 5]
    assert held_back(store, NOW) == ["X6", "X7"]
    store.word = ["keep", NOW + 5]
    assert len(held_back(store, NOW)) == 8
