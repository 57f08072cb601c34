"""Many conferences that become due at once wait for a week longer, unless the user says otherwise."""

import pytest

DAY = 24 * 3600
NAMES = ["a" * length for length in range(1, 10)]


def days(diary, number):
    for _ in range(number):
        diary.stage.advance(DAY)


@pytest.mark.parametrize(("deleted", "left"), [(5, 4), (6, 9)])
def test_more_than_five_wait_for_a_week(begin, deleted, left):
    with begin() as diary:
        diary.meet(*NAMES)
        for name in NAMES[:deleted]:
            diary.act("delete", name)
        days(diary, 3)
        assert len(diary.titles()) == left
        days(diary, 6)
        assert len(diary.titles()) == len(NAMES) - deleted


def test_drafts_that_were_never_saved_are_not_counted(begin):
    with begin() as diary:
        for number in range(7):
            diary.act("abandon", f"draft {number}", solution="My Web Conference")
        days(diary, 1)
        assert diary.titles() == []
