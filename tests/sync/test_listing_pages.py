"""Listings of several pages: nothing is lost between them, and the token comes last."""

import pytest

from confsync.rehearsal.setting import ALICE

PAGES_OF_TWO = ("Events.js", "events", "PAGE_SIZE", "2500", "2500", "2")
PAGES_OF_ONE = ("Events.js", "events", "PAGE_SIZE", "2500", "2500", "1")
HURRIED_CREATION = ("Create.js", "create", "CREATE_BUDGET_MS", "8000", "8_000", "800")
HURRIED = ("Sync.js", "engine", "SYNC_BUDGET_MS", "240000", "240_000", "450")


@pytest.fixture
def small(begin):
    with begin(PAGES_OF_TWO) as diary:
        diary.fill(plain=5)
        yield diary


def test_every_page_of_a_full_listing_is_noted(small):
    small.act("expire-tokens")
    small.act("change", "a", **{"with": {"summary": "b"}})
    small.act("change", "aa", **{"with": {"summary": "bb"}})
    small.act("delete", "plain 0")
    before = small.stage.last_call()
    small.stage.deliver()
    expired, *pages = small.listings(before)
    assert "syncToken" in expired
    assert [("pageToken" in page, "syncToken" in page) for page in pages] == [
        (False, False),
        (True, False),
        (True, False),
    ]
    assert small.titles() == ["b", "bb"]


def test_every_page_of_a_delta_is_noted(small):
    for number in range(4):
        small.act("change", f"plain {number}", **{"with": {"colorId": "5"}})
    small.act("change", "a", **{"with": {"summary": "b"}})
    before = small.stage.last_call()
    small.stage.deliver()
    pages = small.listings(before)
    assert len(pages) == 3
    (token,) = {page["syncToken"] for page in pages}
    assert token != small.token()
    assert small.titles() == ["aa", "b"]


@pytest.mark.parametrize(
    "fault",
    [
        {"action": "kill", "when": "before"},
        {"action": "kill", "when": "after"},
        {"status": 503, "times": 3},
        {"status": 403, "reason": "forbidden"},
    ],
)
def test_what_stops_a_listing_keeps_the_token(small, fault):
    """The second page does not come: the next execution asks for everything again from the old token on."""
    token = small.token()
    for number in range(4):
        small.act("change", f"plain {number}", **{"with": {"colorId": "5"}})
    small.act("change", "a", **{"with": {"summary": "b"}})
    small.act("fault", **{"with": {"method": "calendar.events.list", "skip": 1} | fault})
    small.stage.deliver()
    assert small.token() == token
    small.act("clear-faults")
    small.act("fire")
    small.stage.deliver()
    assert small.token() != token
    assert small.titles() == ["aa", "b"]


def test_a_token_that_expires_between_pages_leads_to_one_full_listing(small):
    for number in range(4):
        small.act("change", f"plain {number}", **{"with": {"colorId": "5"}})
    small.act("change", "a", **{"with": {"summary": "b"}})
    small.act("fault", **{"with": {"method": "calendar.events.list", "skip": 1, "status": 410}})
    before = small.stage.last_call()
    small.stage.deliver()
    asked = small.listings(before)
    assert ["syncToken" in page for page in asked] == [True, True, False, False, False, False]
    assert small.titles() == ["aa", "b"]


def test_a_creation_does_not_wait_for_a_long_listing(begin):
    """Calendar gives an add-on 30 seconds: what is not listed by then is left to the next execution."""
    with begin(PAGES_OF_ONE, HURRIED_CREATION) as diary:
        for number in range(9):
            diary.create(f"plain {number}")
        diary.create("a", solution="My Web Conference")
        before = len(diary.listings())
        assert 1 < before < 9
        left = diary.stage.properties(ALICE)
        assert f"changed:{ALICE}" in left and f"page:{ALICE}" in left and f"syncToken:{ALICE}" not in left
        diary.stage.deliver()
        left = diary.stage.properties(ALICE)
        assert f"changed:{ALICE}" not in left and f"page:{ALICE}" not in left and f"syncToken:{ALICE}" in left
        assert diary.titles() == ["a"]
        # It went on where it had stopped.
        assert "pageToken" in diary.listings()[before]


def test_a_listing_that_is_stopped_again_and_again_comes_to_its_end(begin):
    with begin(PAGES_OF_ONE, HURRIED_CREATION, HURRIED) as diary:
        for number in range(9):
            diary.create(f"plain {number}")
        diary.create("a", solution="My Web Conference")
        settle(diary)
        pages = diary.listings()
        assert diary.token()
        assert len([page for page in pages if "syncToken" not in page and "pageToken" not in page]) == 1
        assert diary.titles() == ["a"]


def test_a_page_that_is_no_longer_known_begins_the_listing_anew(begin):
    with begin(PAGES_OF_ONE, HURRIED_CREATION) as diary:
        for number in range(9):
            diary.create(f"plain {number}")
        diary.create("a", solution="My Web Conference")
        refusal = {"method": "calendar.events.list", "status": 400, "reason": "invalid", "times": 1}
        diary.act("fault", **{"with": refusal})
        diary.stage.deliver()
        assert not diary.kept("page") and not diary.kept("syncToken")
        diary.act("fire")
        diary.stage.deliver()
        assert diary.token() and diary.titles() == ["a"]


def test_what_went_while_a_listing_was_stopped_is_found(begin):
    """A full listing after an expired token is stopped; a meeting that it has not met yet is deleted."""
    with begin(PAGES_OF_ONE, HURRIED) as diary:
        diary.meet("a", "aa", "aaa")
        for number in range(9):
            diary.create(f"plain {number}")
        settle(diary)
        diary.act("expire-tokens")
        diary.act("fire")
        diary.stage.deliver()
        assert diary.kept("page") and not diary.token()
        diary.act("delete", "aa")
        settle(diary)
        assert not diary.kept("page") and diary.token()
        for _ in range(5):
            diary.stage.advance(3600)
        assert diary.titles() == ["a", "aaa"]


def settle(diary):
    """Let executions come by often enough for anything to be finished."""
    for _ in range(9):
        diary.act("fire")
        diary.stage.deliver()
