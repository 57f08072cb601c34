"""More conferences than the store holds: the nearest stay in step, nothing is deleted, and all come back."""

import pytest

from confsync.rehearsal.setting import ALICE

DAY = 24 * 3600
SMALL = (
    ("Saving.js", "saving", "STORE_BYTES", "490 * 1024", "490 * 1024", "1500"),
    ("Saving.js", "saving", "ROOMY_BYTES", "400 * 1024", "400 * 1024", "1200"),
)
NAMES = ["a" * length for length in range(1, 12)]


@pytest.fixture
def crowded(begin):
    """Eleven meetings on eleven days in a store that has room for about eight."""
    with begin(*SMALL) as diary:
        diary.meet(*reversed(NAMES))
        diary.stage.advance(3600)
        yield diary


def size(diary):
    properties = diary.stage.properties(ALICE)
    return sum(len(key + text) for key, text in properties.items())


def test_the_nearest_are_kept_and_the_calendar_is_partial(crowded):
    kept = len(crowded.kept("conference"))
    assert 5 < kept < len(NAMES)
    assert size(crowded) < 1700
    (calendars,) = crowded.kept("calendars")
    assert calendars.count(",") == 3, "the start of the first meeting without room is told"
    for name in NAMES:
        crowded.act("change", name, **{"with": {"summary": name.upper()}})
    crowded.stage.deliver()
    in_step = [title for title in crowded.titles() if title.isupper()]
    assert in_step == [name.upper() for name in NAMES[: len(in_step)]]
    assert len(in_step) >= kept - 1


def test_no_execution_fails(crowded):
    crowded.stage.advance(DAY)
    assert {execution["status"] for execution in crowded.stage.executions()} == {"COMPLETED"}


def test_what_has_no_room_is_never_deleted(crowded):
    for name in NAMES[-3:]:
        crowded.act("copy", name, **{"as": name + " copy"})
        crowded.act("delete", name)
    crowded.stage.advance(DAY)
    assert len(crowded.titles()) == len(NAMES)


def test_all_come_back_when_there_is_room(crowded):
    for name in NAMES[:5]:
        crowded.act("delete", name)
    for _ in range(3):
        crowded.stage.advance(DAY)
    (calendars,) = crowded.kept("calendars")
    assert calendars == f'[["{ALICE}",1]]'
    assert len(crowded.kept("conference")) == len(NAMES) - 5
    crowded.act("change", NAMES[-1], **{"with": {"summary": "in step again"}})
    crowded.stage.deliver()
    assert "in step again" in crowded.titles()
    crowded.act("delete", NAMES[-1])
    for _ in range(2):
        crowded.stage.advance(DAY)
    assert "in step again" not in crowded.titles()


def test_what_has_ended_makes_room_first(crowded):
    for _ in range(16):
        crowded.stage.advance(DAY)
    (calendars,) = crowded.kept("calendars")
    assert calendars == f'[["{ALICE}",1]]'
    crowded.act("change", NAMES[-1], **{"with": {"summary": "in step again"}})
    crowded.stage.deliver()
    assert "in step again" in crowded.titles()


def test_a_record_of_too_many_long_links_is_shortened(begin):
    value = ("Saving.js", "saving", "VALUE_BYTES", "9000", "9_000", "400")
    with begin(value) as diary:
        diary.meet("a")
        for number in range(8):
            diary.act("copy", "a", **{"as": f"copy {number}"})
        diary.stage.deliver()
        (record,) = diary.kept("conference")
        assert len(record) <= 400
        diary.act("delete", "a")
        for number in range(8):
            diary.act("delete", f"copy {number}")
        diary.stage.advance(3 * DAY)
        assert diary.titles() == ["a"], "it is never deleted by itself"
