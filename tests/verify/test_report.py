"""The web page: every lane is there, faults and what broke are told, and it needs nothing besides itself."""

import contextlib
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest

from confsync.addon import load
from confsync.verify.campaign import Player
from confsync.verify.comparison import Difference
from confsync.verify.findings import Finding, look
from confsync.verify.ground import hastened
from confsync.verify.history import History
from confsync.verify.junit import junit
from confsync.verify.promises import Broken
from confsync.verify.report import report
from confsync.verify.summary import Summary
from confsync.verify.timeline import timeline

ALICE, BOB = "alice@example.com", "bob@example.com"
TIMES = {
    "start": {"dateTime": "2026-03-10T09:00:00Z", "timeZone": "UTC"},
    "end": {"dateTime": "2026-03-10T10:00:00Z", "timeZone": "UTC"},
}
WEB = {"with": {"summary": "<Review> & more", **TIMES}, "solution": "My Web Conference"}
STEPS = [
    {"do": "add-calendar", "who": ALICE, "event": "team"},
    {"do": "create", "who": ALICE, "event": "meeting", **WEB},
    {"do": "move", "who": ALICE, "event": "meeting", "calendar": "team"},
    {"do": "create", "who": ALICE, "event": "second", **WEB},
    {"do": "advance", "seconds": 3600},
    {"do": "change", "who": ALICE, "event": "second", "with": {"summary": "Third"}},
    {"do": "deliver"},
    {"do": "change", "who": BOB, "event": "nowhere", "with": {"summary": "Fourth"}},
    {"do": "change", "who": ALICE, "event": "meeting", "with": {"summary": "Fifth"}},
    {"do": "change", "who": ALICE, "event": "second", "with": {"summary": "Sixth"}},
    {"do": "deliver-together"},
]
FAULTS = [
    {"method": "conferences.update", "action": "drop", "when": "after"},
    {"method": "UrlFetch.fetchAll", "action": "kill", "when": "before", "skip": 3},
    {"method": "conferences.delete", "status": 500},
]
EMPTY = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta"}


class Reader(HTMLParser):
    """Sees that every element is closed, and keeps what there is by class."""

    def __init__(self):
        super().__init__()
        self.open, self.texts, self.attributes = [], {}, []

    def handle_starttag(self, tag, attributes):
        self.attributes += attributes
        if tag not in EMPTY:
            self.open.append((tag, dict(attributes).get("class") or ""))
            self.texts.setdefault(self.open[-1][1], []).append("")

    def handle_endtag(self, tag):
        assert self.open.pop()[0] == tag

    def handle_data(self, data):
        for _, name in self.open:
            self.texts[name][-1] += data


def read(page):
    """Return the page as a reader has seen it."""
    reader = Reader()
    reader.feed(page)
    assert reader.open == []
    return reader


def summary_of(finding):
    failed = [] if finding.result.well else [finding]
    return Summary(3, ("python",), [finding.result], failed, 0.5)


@pytest.fixture(scope="module")
def finding():
    addon = hastened(load(Path(__file__).parents[2] / "addon.toml"))
    with contextlib.closing(Player(addon, "python")) as player:
        return look(player, History(3, STEPS, FAULTS))


@pytest.fixture(scope="module")
def page(finding):
    return report(summary_of(finding), finding)


@pytest.fixture(scope="module")
def failed(finding):
    """The same, had something been wrong with it."""
    outcome, result = finding.outcome, finding.result
    conference = outcome.played[0].conferences[0]["id"]
    broken = [Broken("P1", conference, "title is 'a' and should be 'b'"), Broken("P2", "gone", "it is gone")]
    played = replace(outcome.played[0], broken=broken)
    other = replace(outcome.played[0], wing="apps-script")
    outcome = replace(outcome, played=[played, other], difference=Difference(7, "left", "right"))
    story = ["It \x00went", "wrong."]
    return Finding(replace(result, wrong=outcome.wrong), story, outcome)


def test_every_lane_is_there(page):
    names = [text for kind, texts in read(page).texts.items() if kind.startswith("name ") for text in texts]
    assert [re.sub(r"(executions|conferences|person|\s)+$", "", name) for name in names] == [
        "Alice",
        "Bob",
        "Alice's calendar",
        "Bob's calendar",
        "The team calendar",
        "Alice's add-on",
        "Bob's add-on",
        "Third party",
    ]


def test_it_needs_nothing_besides_itself(page):
    assert not {"src", "href", "onload", "onclick"} & {name for name, _ in read(page).attributes}
    assert not re.search(r"<script|url\(|@import|<link", page)


def test_what_people_wrote_is_text(page):
    assert "<Review>" not in page
    assert any("“<Review> & more”" in text for text in read(page).texts["card"])


def test_what_was_not_possible_is_drawn_so(page):
    (refused,) = read(page).texts["card refused"]
    assert "not possible" in refused


def test_faults_are_marked_with_their_effect(page):
    texts = read(page).texts
    assert any("no answer, after doing it" in text for text in texts["answer bad"])
    assert any("KILLED HERE, before the effect" in text for text in texts["line bad"])
    assert len(texts["bar bad"]) == 1
    assert "it never came to that" in page


def test_executions_side_by_side_are_drawn_beside_each_other(finding):
    drawn = timeline(finding.outcome)
    (lane,) = [lane for lane in drawn.lanes if (lane.group, lane.name) == ("executions", "Alice")]
    bars = [item for item in drawn.items if item.kind.startswith("bar")]
    assert lane.width == 2
    assert {(item.column - lane.column, item.column_end - lane.column) for item in bars} == {
        (0, 2),
        (0, 1),
        (1, 2),
    }
    assert all(item.hover.count("\n") >= 3 for item in bars)


def test_nothing_is_drawn_outside(finding):
    drawn = timeline(finding.outcome)
    assert drawn.items
    for item in drawn.items:
        assert 1 < item.row < item.row_end <= drawn.rows + 1
        assert 1 <= item.column < item.column_end <= drawn.columns + 1


def test_requests_reach_the_third_party(finding):
    drawn = timeline(finding.outcome)
    arrows = [item for item in drawn.items if item.kind.startswith("arrow request")]
    answers = {item.row for item in drawn.items if item.kind.startswith("answer")}
    assert {item.column_end for item in arrows} == {drawn.columns}
    assert {item.row for item in arrows} == answers


def test_what_is_wrong_is_told(failed):
    page = report(summary_of(failed), failed)
    text = " ".join(read(page).texts["verdict failed"])
    assert "1 history failed: P1, P2, wings differ." in text
    assert "P1 is broken:" in text
    assert "The wings differ at call 7" in text
    assert "title is &#39;a&#39; and should be &#39;b&#39;" in page
    assert "P2: it is gone" in page


def test_junit_has_a_case_for_each_history(finding, failed):
    well = replace(finding.result, seed=4)
    summary = Summary(3, ("python",), [failed.result, well], [failed], 0.5)
    suites = ElementTree.fromstring(junit(summary))
    cases = suites.findall("testsuite/testcase")
    assert [case.get("name") for case in cases] == ["3", "4"]
    assert (suites.get("tests"), suites.get("failures")) == ("2", "1")
    failure = cases[0].find("failure")
    assert (failure.get("message"), failure.text) == ("P1, P2, wings differ", "It \ufffdwent\nwrong.")
    assert cases[1].find("failure") is None
