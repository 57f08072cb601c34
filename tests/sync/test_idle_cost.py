"""What an execution costs, counted by its calls: nothing to do, nothing that matters, something that does."""

import pytest

from confsync.addon import config_of
from confsync.rehearsal.setting import ALICE, in_process
from confsync.render import render
from confsync.verify.people import People
from confsync.verify.wing import PythonWing

WRITES = ("setProperties", "deleteProperty")
TIMES = {
    "start": {"dateTime": "2026-03-10T09:00:00", "timeZone": "Europe/Berlin"},
    "end": {"dateTime": "2026-03-10T10:00:00", "timeZone": "Europe/Berlin"},
}


class Meeting:
    """Alice's meeting with a conference, all triggers delivered."""

    def __init__(self, setting):
        self.stage, self._people = setting.stage, People(setting.stage)
        made = {"solution": "My Web Conference", "with": {"summary": "Review", **TIMES}}
        self.act("create", **made)
        self.stage.deliver()

    def act(self, action, **more):
        self._people.act({"do": action, "who": ALICE, "event": "meeting", **more})

    def delivered(self):
        """Deliver what waits; return the one execution's requests to Calendar, property writes and fetches."""
        before = self.stage.last_call()
        (execution,) = self.stage.deliver()
        assert execution["status"] == "COMPLETED"
        calls = self.stage.calls(before)
        calendar = [call["method"] for call in calls if call["service"].startswith("calendar.")]
        written = [key for call in calls if call["method"] in WRITES for key in keys(call["arguments"])]
        fetched = [
            request["method"]
            for call in calls
            if call["service"] == "UrlFetch"
            for request in call["arguments"]["requests"]
        ]
        return calendar, written, fetched


def keys(arguments):
    """Return the kinds of the properties that a call writes or removes."""
    return [key.partition(":")[0] for key in arguments.get("properties", {arguments.get("key", ""): ""})]


@pytest.fixture(params=["python", "v8"])
def meeting(request, addon, v8):
    runtime = PythonWing(config_of(addon)) if request.param == "python" else v8
    with in_process(addon, render(addon), 1, runtime) as setting:
        yield Meeting(setting)


def test_nothing_to_do(meeting):
    meeting.act("fire")
    assert meeting.delivered() == (["list"], [], [])


def test_nothing_that_matters(meeting):
    meeting.act("change", **{"with": {"colorId": "5"}})
    assert meeting.delivered() == (["list"], ["syncToken"], [])


def test_something_that_matters(meeting):
    meeting.act("change", **{"with": {"summary": "Review II"}})
    assert meeting.delivered() == (["list"], ["conference", "syncToken", "fetches", "conference"], ["PATCH"])


def test_something_left_over_costs_one_request_to_calendar_more(meeting):
    meeting.act("fault", **{"with": {"method": "conferences.update", "status": 503}})
    meeting.act("change", **{"with": {"summary": "Review II"}})
    meeting.delivered()
    meeting.stage.advance(180)
    meeting.act("fire")
    assert meeting.delivered() == (["list", "get"], ["fetches", "conference"], ["PATCH"])
    meeting.act("fire")
    assert meeting.delivered() == (["list"], [], [])
