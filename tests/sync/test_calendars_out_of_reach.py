"""A calendar that does not answer unlinks nothing, and after a week holds up nothing."""

import pytest

from confsync.rehearsal.setting import ALICE, BOB

DAY = 24 * 3600
REFUSED = {"method": "calendar.events.list", "status": 403, "reason": "forbidden", "times": None}


def days(diary, number):
    for _ in range(number):
        diary.stage.advance(DAY)


def test_a_deleted_calendar_holds_up_deletions_for_a_week_only(begin):
    with begin() as diary:
        diary.act("add-calendar", "team")
        diary.meet("a", "aa")
        diary.act("move", "a", calendar="team")
        diary.stage.advance(3600)
        (team,) = [each["id"] for each in diary.stage.calendars() if "group" in each["id"]]
        diary.stage.google(ALICE, "calendars", "delete", calendarId=team)
        diary.act("delete", "aa")
        days(diary, 3)
        assert diary.titles() == ["a", "aa"]
        days(diary, 6)
        # The conference whose calendar is gone stays: somebody else may still see the event.
        assert diary.titles() == ["a"]
        assert len(diary.kept("conference")) == 0


def test_what_is_due_waits_for_the_calendar_in_which_its_event_was(begin):
    with begin() as diary:
        diary.act("add-calendar", "team")
        diary.meet("a")
        diary.act("move", "a", calendar="team")
        diary.stage.advance(3600)
        diary.act("delete", "a")
        diary.stage.deliver()
        (team,) = [each["id"] for each in diary.stage.calendars() if "group" in each["id"]]
        diary.stage.google(ALICE, "calendars", "delete", calendarId=team)
        days(diary, 6)
        assert diary.titles() == ["a"]
        days(diary, 3)
        assert diary.titles() == []


@pytest.mark.parametrize("away", [3, 9])
def test_a_calendar_that_answers_again_is_in_step_again(begin, away):
    with begin() as diary:
        diary.meet("a", "aa")
        diary.act("fault", **{"with": REFUSED})
        diary.act("change", "a", **{"with": {"summary": "b"}})
        diary.act("delete", "aa")
        days(diary, away)
        assert diary.titles() == ["a", "aa"]
        assert (len(diary.kept("conference")) == 0) == (away > 7)
        diary.act("clear-faults")
        days(diary, 1)
        # What was deleted while nobody could see it is known only if the week was not over.
        assert diary.titles() == (["aa", "b"] if away > 7 else ["b"])


def test_since_when_a_calendar_is_out_of_reach_is_written_once(begin):
    with begin() as diary:
        diary.meet("a")
        diary.act("fault", **{"with": REFUSED})
        days(diary, 1)
        (since,) = diary.kept("calendars")
        days(diary, 1)
        assert diary.kept("calendars") == [since]
        diary.act("clear-faults")
        days(diary, 1)
        assert diary.kept("calendars") != [since]
        assert diary.stage.properties(ALICE)["health"]


@pytest.mark.parametrize(("role", "visibility"), [("freeBusyReader", "default"), ("reader", "private")])
def test_an_event_whose_details_are_withheld_tells_nothing(begin, role, visibility):
    with begin() as diary:
        diary.act("add-calendar", "team")
        diary.act("share", calendar="team", **{"with": BOB})
        diary.meet("a", who=BOB, calendar="team", **{"with": {"visibility": visibility}})
        before = diary.stage.conferences()
        assert len(before) == 1
        lend(diary, role)
        diary.act("change", "a", **{"with": {"summary": "seen by its readers", "colorId": "5"}})
        days(diary, 3)
        assert diary.stage.conferences() == before
        diary.act("change", "a", **{"with": {"visibility": "public", "summary": "seen by all"}})
        lend(diary, "writer")
        days(diary, 1)
        assert diary.titles() == ["seen by all"]


def test_a_calendar_that_shows_only_when_people_are_busy_is_out_of_reach(begin):
    with begin() as diary:
        diary.act("add-calendar", "team")
        diary.act("share", calendar="team", **{"with": BOB})
        diary.meet("a", who=BOB, calendar="team")
        diary.meet("aa", who=BOB)
        lend(diary, "freeBusyReader")
        diary.act("delete", "a")
        diary.act("delete", "aa", who=BOB)
        days(diary, 3)
        assert diary.titles() == ["a", "aa"]
        days(diary, 6)
        # Nobody can tell Bob's add-on of the first one.
        assert diary.titles() == ["a"]
        assert not [key for key in diary.stage.properties(BOB) if key.startswith("conference:")]


def lend(diary, role):
    """Give Bob another role in the team's calendar."""
    (team,) = [each["id"] for each in diary.stage.calendars() if "group" in each["id"]]
    rule = {"role": role, "scope": {"type": "user", "value": BOB}}
    diary.stage.google(ALICE, "acl", "update", calendarId=team, ruleId=f"user:{BOB}", body=rule)
