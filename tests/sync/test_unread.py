"""What a listing does not show is read one by one, and what cannot be read holds up nothing."""

from collections import Counter

import pytest

from confsync.rehearsal.setting import ALICE

WEEKLY = {"recurrence": ["RRULE:FREQ=WEEKLY;COUNT=6"]}
GET = "calendar.events.get"


def expire_and_deliver(diary):
    """Make the token expire, and let an execution list the calendar anew."""
    diary.act("expire-tokens")
    diary.act("fire")
    diary.stage.deliver()


def pass_graces(diary):
    for _ in range(5):
        diary.stage.advance(3600)


@pytest.mark.parametrize(
    "refusal", [{"status": 403, "reason": "forbidden"}, {"status": 400, "reason": "invalid"}]
)
def test_an_event_that_nobody_may_read_holds_up_nothing(begin, refusal):
    with begin() as diary:
        diary.meet("a", "aa")
        diary.act("delete", "a")
        diary.act("drop")
        diary.act("fault", **{"with": {"method": GET, "times": None, **refusal}})
        expire_and_deliver(diary)
        assert diary.token()
        diary.act("change", "aa", **{"with": {"summary": "b"}})
        diary.stage.deliver()
        assert diary.titles() == ["a", "b"]


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 503, "times": 3},
        {"status": 403, "reason": "forbidden", "times": 1},
        {"status": 401, "times": 1},
        {"action": "drop", "times": 3},
    ],
    ids=["busy", "forbidden", "not logged in", "no answer"],
)
def test_an_event_that_cannot_be_read_now_is_read_later(begin, fault):
    with begin() as diary:
        diary.meet("a", "aa")
        diary.act("delete", "a")
        diary.act("drop")
        diary.act("fault", **{"with": {"method": GET, **fault}})
        expire_and_deliver(diary)
        assert diary.token()
        diary.act("clear-faults")
        pass_graces(diary)
        assert diary.titles() == ["aa"]


def events_read_back(diary, names, fault):
    """Return how often each event was asked for when so many have gone and Calendar answers like that."""
    for name in names:
        diary.meet(name, name)
    for name in names:
        diary.act("delete", name)
    diary.act("drop")
    diary.act("fault", **{"with": {"method": GET, "status": 503, **fault}})
    before = diary.stage.last_call()
    expire_and_deliver(diary)
    assert diary.token()
    return reads(diary, before)


def reads(diary, before):
    """Return how often each event was asked for after a call, the least often first."""
    return sorted(
        Counter(asked["eventId"] for asked in diary.asked("calendar.events", "get", before)).values()
    )


def test_an_event_that_calendar_never_shows_keeps_no_other_from_being_read(begin):
    with begin() as diary:
        assert events_read_back(diary, ["a", "b"], {"times": 3}) == [1, 3]


def test_a_calendar_that_is_busy_is_not_asked_for_every_event(begin):
    with begin() as diary:
        assert events_read_back(diary, ["a", "b", "c", "d", "e"], {"times": None}) == [3, 3, 3]
        diary.act("clear-faults")
        before = diary.stage.last_call()
        diary.act("fire")
        diary.stage.deliver()
        assert reads(diary, before) == [1, 1, 1, 1, 1]


def test_the_instances_of_a_series_are_read_when_it_is_linked(begin):
    """The series loses its conference, and only then a stored instance of it keeps the conference alive."""
    with begin() as diary:
        diary.create("series", **{"with": WEEKLY})
        diary.act(
            "change-occurrence", "series", occurrence=2, **{"with": {"summary": "an occurrence of its own"}}
        )
        diary.stage.deliver()
        before = diary.stage.last_call()
        diary.act("replace-conference", "series", solution="My Web Conference")
        diary.stage.deliver()
        assert [listing for listing in diary.listings(before) if "iCalUID" in listing]


def test_an_ordinary_change_reads_no_instances(begin):
    with begin() as diary:
        diary.meet("series", **{"with": WEEKLY})
        before = diary.stage.last_call()
        diary.act("change", "series", **{"with": {"summary": "renamed"}})
        diary.stage.deliver()
        assert not [listing for listing in diary.listings(before) if "iCalUID" in listing]
        assert diary.titles() == ["renamed"]


def test_a_series_that_is_listed_in_full_needs_no_second_look(begin):
    with begin() as diary:
        diary.meet("series", **{"with": WEEKLY})
        before = diary.stage.last_call()
        expire_and_deliver(diary)
        assert not [listing for listing in diary.listings(before) if "iCalUID" in listing]
        assert len(diary.asked("calendar.events", "get", before)) == 0
        assert ALICE in diary.stage.properties(ALICE)["calendars"]
