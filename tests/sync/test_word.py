"""What the user says on the card about deletions that are held back is done by whoever holds the lock next."""

import json

import pytest

from confsync.rehearsal.setting import ALICE

DAY = 24 * 3600
NAMES = ["a" * length for length in range(1, 10)]
KILL = {"action": "kill", "scripts": True}


def days(diary, number):
    for _ in range(number):
        diary.stage.advance(DAY)


def minutes(diary):
    return int(diary.stage.now().timestamp()) // 60


def say(diary, verb, until):
    """Write the word as the card does."""
    properties = {**diary.stage.properties(ALICE), "word": json.dumps([verb, until])}
    path = f"/properties/{diary.stage.script_id}/{ALICE}"
    diary.stage.control("PUT", path, {"properties": properties})


def delete(diary, names):
    for name in names:
        diary.act("delete", name)
    diary.stage.deliver()


def requests(diary, since):
    return sum(len(asked["requests"]) for asked in diary.asked("UrlFetch", "fetchAll", since))


def test_delete_takes_the_brake_off(begin):
    with begin() as diary:
        diary.meet(*NAMES)
        delete(diary, NAMES[:6])
        days(diary, 1)
        assert len(diary.titles()) == 9
        say(diary, "delete", minutes(diary))
        diary.stage.advance(3600)
        assert diary.titles() == NAMES[6:]
        diary.stage.advance(3600)
        assert "word" not in diary.stage.properties(ALICE)


def test_delete_leaves_the_grace_as_it_is(begin):
    with begin() as diary:
        diary.meet(*NAMES)
        diary.stage.advance(3600)
        delete(diary, NAMES[:6])
        say(diary, "delete", minutes(diary) + 2 * 60)
        diary.stage.advance(3600)
        assert len(diary.titles()) == 9
        diary.stage.advance(2 * 3600)
        assert len(diary.titles()) == 3


def test_delete_is_about_what_was_held_back_then(begin):
    with begin() as diary:
        diary.meet(*["b" * length for length in range(1, 21)])
        first, second = (["b" * length for length in numbers] for numbers in (range(1, 7), range(7, 14)))
        delete(diary, first)
        say(diary, "delete", minutes(diary) + 2 * 60)
        diary.stage.advance(1800)
        delete(diary, second)
        days(diary, 1)
        assert len(diary.titles()) == 14
        assert len(diary.kept("conference")) == 14


def test_keep_forgets_without_a_request(begin):
    with begin() as diary:
        diary.meet(*NAMES)
        delete(diary, NAMES[:6])
        days(diary, 1)
        since = diary.stage.last_call()
        say(diary, "keep", minutes(diary))
        diary.stage.advance(3600)
        assert "word" not in diary.stage.properties(ALICE)
        assert len(diary.kept("conference")) == 3
        days(diary, 8)
        assert diary.titles() == NAMES
        assert requests(diary, since) == 0


def test_a_kept_conference_is_linked_again_when_its_event_returns(begin):
    with begin() as diary:
        diary.meet(*NAMES)
        delete(diary, NAMES[:6])
        say(diary, "keep", minutes(diary) + 2 * 60)
        days(diary, 1)
        diary.act("undo", "a")
        diary.stage.deliver()
        diary.act("change", "a", **{"with": {"summary": "back"}})
        diary.stage.deliver()
        assert diary.titles() == [*NAMES[1:], "back"]
        delete(diary, ["a"])
        days(diary, 1)
        assert diary.titles() == NAMES[1:]


def test_a_word_about_nothing_goes(begin):
    with begin() as diary:
        diary.meet("a")
        diary.act("delete", "a")
        for verb in ("delete", "keep"):
            say(diary, verb, minutes(diary) - DAY)
            diary.stage.advance(3600)
            assert "word" not in diary.stage.properties(ALICE)
        days(diary, 1)
        assert diary.titles() == []


@pytest.mark.parametrize("skip", [0, 5, 6])
@pytest.mark.parametrize("when", ["before", "after"])
def test_keep_is_kept_by_the_next_when_it_is_killed(begin, skip, when):
    with begin() as diary:
        diary.meet(*NAMES)
        delete(diary, NAMES[:6])
        days(diary, 1)
        say(diary, "keep", minutes(diary))
        fault = {"method": "Properties.deleteProperty", "when": when, "skip": skip}
        diary.act("fault", **{"with": fault | KILL})
        diary.stage.advance(3600)
        assert diary.stage.executions()[-1]["status"] != "COMPLETED"
        diary.stage.advance(3600)
        assert diary.titles() == NAMES
        assert "word" not in diary.stage.properties(ALICE)
        assert len(diary.kept("conference")) == 3


@pytest.mark.parametrize("when", ["before", "after"])
def test_delete_is_done_by_the_next_when_it_is_killed(begin, when):
    with begin() as diary:
        diary.meet(*NAMES)
        delete(diary, NAMES[:6])
        days(diary, 1)
        say(diary, "delete", minutes(diary))
        diary.act("fault", **{"with": {"method": "UrlFetch.fetchAll", "when": when} | KILL})
        diary.stage.advance(2 * 3600)
        assert diary.titles() == NAMES[6:]
        diary.stage.advance(3600)
        assert "word" not in diary.stage.properties(ALICE)
