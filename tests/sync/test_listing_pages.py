"""Listings of several pages: nothing is lost between them, and the token comes last."""

import pytest

from confsync.addon import config_of
from confsync.rehearsal.setting import ALICE, in_process
from confsync.render import render
from confsync.verify.mutants import Replacement, mutated_files, mutated_wing
from confsync.verify.people import People

DAY = 24 * 3600


def smaller(addon, wing, v8, page_size, budget_ms):
    """Return files and runtime of a wing with small pages, and so much time for the sync after a creation."""
    if wing == "python":
        changed = [
            Replacement("confsync.sync.events", "PAGE_SIZE = 2500", f"PAGE_SIZE = {page_size}"),
            Replacement(
                "confsync.sync.create", "CREATE_BUDGET_MS = 8_000", f"CREATE_BUDGET_MS = {budget_ms}"
            ),
        ]
        return render(addon), mutated_wing(config_of(addon), changed)
    changed = [
        Replacement("Events.js", "PAGE_SIZE = 2500", f"PAGE_SIZE = {page_size}"),
        Replacement("Create.js", "CREATE_BUDGET_MS = 8000", f"CREATE_BUDGET_MS = {budget_ms}"),
    ]
    return mutated_files(render(addon), changed), v8


class Calendar:
    """Alice's calendar, with meetings that have a conference and many that have none."""

    def __init__(self, setting):
        self.stage, self._people = setting.stage, People(setting.stage)

    def act(self, action, event="", **more):
        self._people.act({"do": action, "who": ALICE, "event": event, **more})

    def create(self, name, **more):
        day = 10 + len(name)
        times = {
            key: {"dateTime": f"2026-03-{day}T{hour}:00:00Z"}
            for key, hour in (("start", "09"), ("end", "10"))
        }
        self.act("create", name, **more, **{"with": {"summary": name, **times}})

    def fill(self, plain):
        """Create meetings a and aa with a conference, and plain events beside them; all of it is delivered."""
        for number in range(plain):
            self.create(f"plain {number}")
        for name in ("a", "aa"):
            self.create(name, solution="My Web Conference")
        self.stage.deliver()

    def titles(self):
        return [held["title"] for held in self.stage.conferences()]

    def listings(self, since=0):
        """Return the arguments of the listings after that call."""
        calls = self.stage.calls(since)
        return [
            call["arguments"]
            for call in calls
            if call["service"] == "calendar.events" and call["method"] == "list"
        ]

    def token(self):
        return self.stage.properties(ALICE)[f"syncToken:{ALICE}"]


@pytest.fixture(params=["python", "v8"])
def small(request, addon, v8):
    files, runtime = smaller(addon, request.param, v8, page_size=2, budget_ms=8000)
    with in_process(addon, files, 1, runtime) as setting:
        calendar = Calendar(setting)
        calendar.fill(plain=5)
        yield calendar


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
    assert sorted(small.titles()) == ["b", "bb"]


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
    assert sorted(small.titles()) == ["aa", "b"]


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
    assert sorted(small.titles()) == ["aa", "b"]


def test_a_token_that_expires_between_pages_leads_to_one_full_listing(small):
    for number in range(4):
        small.act("change", f"plain {number}", **{"with": {"colorId": "5"}})
    small.act("change", "a", **{"with": {"summary": "b"}})
    small.act("fault", **{"with": {"method": "calendar.events.list", "skip": 1, "status": 410}})
    before = small.stage.last_call()
    small.stage.deliver()
    asked = small.listings(before)
    assert ["syncToken" in page for page in asked] == [True, True, False, False, False, False]
    assert sorted(small.titles()) == ["aa", "b"]


@pytest.mark.parametrize("wing", ["python", "v8"])
def test_a_creation_does_not_wait_for_a_long_listing(addon, wing, v8):
    """Calendar gives an add-on 30 seconds: what is not listed by then is left to the next execution."""
    files, runtime = smaller(addon, wing, v8, page_size=1, budget_ms=800)
    with in_process(addon, files, 1, runtime) as setting:
        calendar = Calendar(setting)
        for number in range(9):
            calendar.create(f"plain {number}")
        calendar.create("a", solution="My Web Conference")
        assert 1 < len(calendar.listings()) < 9
        left = calendar.stage.properties(ALICE)
        assert f"changed:{ALICE}" in left and f"syncToken:{ALICE}" not in left
        calendar.stage.deliver()
        left = calendar.stage.properties(ALICE)
        assert f"changed:{ALICE}" not in left and f"syncToken:{ALICE}" in left
        assert calendar.titles() == ["a"]
