"""Events show what the third party answers to an update, where the developer asks for that."""

from pathlib import Path

import pytest

from confsync.addon import load
from confsync.rehearsal.setting import ALICE
from confsync.verify.promises import check
from confsync.verify.witness import Witness

ROOT = Path(__file__).parents[2]
CONFERENCE = """
[provider.update.conference]
notes = "{resp.title} begins at {resp.startTime}"

[[provider.update.conference.entry_point]]
type = "VIDEO"
uri = "{resp.joinUrl}?from={resp.startTime}"
"""
PATCH = {"method": "calendar.events.patch", "scripts": True}
REASONS = {400: "invalid", 403: "forbidden", 404: "notFound"}


@pytest.fixture
def described(tmp_path):
    """Give the sample add-on with write-backs."""
    file = tmp_path / "addon.toml"
    file.write_text((ROOT / "addon.toml").read_text(encoding="utf-8") + CONFERENCE, encoding="utf-8")
    return load(file)


@pytest.fixture
def showing(begin, described):
    """Give a diary whose events show what the third party answers."""
    with begin(described=described) as diary:
        yield diary


def events(diary):
    """Return Alice's events that are not cancelled."""
    (own,) = (calendar for calendar in diary.stage.calendars() if calendar["id"] == ALICE)
    return [event for event in own["events"] if event["status"] != "cancelled"]


def notes(diary):
    return sorted(event["conferenceData"].get("notes", "") for event in events(diary))


def patched(diary, since=0):
    return diary.asked("calendar.events", "patch", since)


def updated(diary, since=0):
    """Return the updates that were sent to the third party."""
    asked = diary.asked("UrlFetch", "fetchAll", since)
    return [request for call in asked for request in call["requests"] if request["method"] == "PATCH"]


def rename(diary, title="renamed", event="a"):
    diary.act("change", event, **{"with": {"summary": title}})


def test_an_event_shows_the_answer_and_keeps_the_rest(showing):
    showing.meet("a")
    (event,) = events(showing)
    data = event["conferenceData"]
    (point,) = data["entryPoints"]
    assert data["notes"] == "a begins at 2026-03-11T09:00:00Z"
    assert (
        point["uri"] == f"https://conferences.example/join/{data['conferenceId']}?from=2026-03-11T09:00:00Z"
    )
    assert data["conferenceSolution"]["name"] == "My Web Conference"
    assert data["parameters"]["addOnParameters"]["parameters"]["confsyncSolution"] == "web"
    assert event["summary"] == "a"
    (asked,) = patched(showing)
    assert set(asked["resource"]) == {"conferenceData"}
    assert (asked["conferenceDataVersion"], asked["sendUpdates"]) == (1, "none")
    assert asked["headers"].keys() == {"If-Match"}


def test_the_echo_notes_nothing_and_an_answer_that_is_shown_is_not_written(showing):
    showing.meet("a")
    records, before = showing.kept("conference"), showing.stage.last_call()
    showing.stage.deliver()
    showing.stage.advance(3 * 3600)
    assert (patched(showing, before), updated(showing, before)) == ([], [])
    assert showing.kept("conference") == records
    # The third party tells the title cut to 200 characters: a change behind them is told, and nothing shows it.
    rename(showing, "x" * 200)
    showing.stage.deliver()
    before = showing.stage.last_call()
    rename(showing, "x" * 201)
    showing.stage.deliver()
    assert patched(showing, before) == []


def test_an_event_that_changed_is_read_again_and_written(showing):
    showing.meet("a")
    showing.act("fault", **{"with": {**PATCH, "status": 412}})
    rename(showing)
    before = showing.stage.last_call()
    showing.stage.deliver()
    assert notes(showing) == ["renamed begins at 2026-03-11T09:00:00Z"]
    assert len(patched(showing, before)) == 2
    assert len(updated(showing, before)) == 1


def test_an_event_that_goes_on_changing_is_left_for_later(showing):
    showing.meet("a")
    showing.act("fault", **{"with": {**PATCH, "status": 412, "times": 3}})
    rename(showing)
    before = showing.stage.last_call()
    showing.stage.deliver()
    assert notes(showing) == ["a begins at 2026-03-11T09:00:00Z"]
    assert len(patched(showing, before)) == 3
    before = showing.stage.last_call()
    showing.stage.advance(2 * 3600)
    assert notes(showing) == ["renamed begins at 2026-03-11T09:00:00Z"]
    assert len(updated(showing, before)) == 1


@pytest.mark.parametrize("status", REASONS)
def test_what_calendar_refuses_holds_up_nothing_and_is_tried_once_more(showing, status):
    showing.meet("a", "aa")
    showing.act("fault", **{"with": {**PATCH, "status": status, "reason": REASONS[status], "times": 50}})
    rename(showing)
    showing.stage.deliver()
    assert showing.titles() == ["aa", "renamed"]
    before = showing.stage.last_call()
    showing.stage.advance(3 * 3600)
    assert len(updated(showing, before)) == 1
    before = showing.stage.last_call()
    showing.stage.advance(24 * 3600)
    assert updated(showing, before) == []
    # Calendar takes it again, and the next answer is shown.
    showing.stage.control("DELETE", "/faults")
    rename(showing, "at last")
    showing.stage.deliver()
    assert notes(showing)[1] == "at last begins at 2026-03-11T09:00:00Z"


@pytest.mark.parametrize(
    ("method", "when"),
    [("UrlFetch.fetchAll", "after"), ("calendar.events.patch", "before"), ("calendar.events.patch", "after")],
)
def test_an_execution_that_dies_in_between_is_made_good(showing, method, when):
    showing.meet("a")
    showing.act("fault", **{"with": {"method": method, "action": "kill", "when": when}})
    rename(showing)
    showing.stage.deliver()
    (fault,) = showing.stage.control("GET", "/faults")["faults"]
    assert fault["struck"] == 1
    showing.stage.advance(3 * 3600)
    assert notes(showing) == ["renamed begins at 2026-03-11T09:00:00Z"]
    assert showing.titles() == ["renamed"]


def test_each_event_with_the_conference_shows_it(showing):
    showing.meet("a")
    day = {key: {"dateTime": f"2026-03-20T{hour}:00:00Z"} for key, hour in (("start", "09"), ("end", "10"))}
    showing.act("copy", "a", **{"as": "copy", "with": day})
    showing.stage.deliver()
    # The copy ends later and says what the conference looks like.
    assert notes(showing) == ["a begins at 2026-03-20T09:00:00Z"] * 2
    rename(showing, "of both", "copy")
    before = showing.stage.last_call()
    showing.stage.deliver()
    assert notes(showing) == ["of both begins at 2026-03-20T09:00:00Z"] * 2
    assert len(patched(showing, before)) == 2


def test_an_event_that_lost_the_conference_meanwhile_is_left_alone(showing):
    showing.meet("a")
    rename(showing)
    # The update takes long, and meanwhile the conference is taken off.
    showing.act("fault", **{"with": {**PATCH, "status": 412}})
    showing.act("remove-conference", "a")
    before = showing.stage.last_call()
    showing.stage.deliver()
    assert patched(showing, before) == []
    assert "conferenceData" not in events(showing)[0]


def test_notes_that_the_answer_has_no_more_go(begin, described, tmp_path):
    text = described.file.read_text().replace(
        'notes = "{resp.title}', 'notes = "{resp.recurrence?}{resp.title}'
    )
    text = text.replace(
        'notes = "{resp.recurrence?}{resp.title} begins at {resp.startTime}"', 'notes = "{resp.occasion?}"'
    )
    described.file.write_text(
        text.replace("[provider.response]", '[provider.response]\nnotes = "{resp.title}"')
    )
    with begin(described=load(described.file)) as diary:
        diary.create("a", solution="My Web Conference")
        assert notes(diary) == ["(no title)"]
        diary.stage.deliver()
        assert notes(diary) == [""]


def test_an_answer_that_cannot_be_shown_holds_up_nothing(begin, described):
    described.file.write_text(
        described.file.read_text().replace("{resp.joinUrl}?from", "https://elsewhere.example/?from")
    )
    with begin(described=load(described.file)) as diary:
        diary.meet("a")
        assert patched(diary) == []
        assert diary.titles() == ["a"]
        before = diary.stage.last_call()
        diary.stage.advance(24 * 3600)
        assert updated(diary, before) == []


def test_the_judge_sees_an_event_that_shows_something_else(showing, described):
    showing.meet("a")
    witness = Witness(showing.stage, described)
    witness.look()
    assert check(witness.observed()) == []
    (event,) = events(showing)
    data = {**event["conferenceData"], "notes": "of old"}
    showing.stage.google(
        ALICE,
        "events",
        "patch",
        calendarId=ALICE,
        eventId=event["id"],
        conferenceDataVersion=1,
        body={"conferenceData": data},
    )
    (broken,) = check(witness.observed())
    assert broken.promise == "P1"
    assert "shows the notes 'of old'" in broken.how
