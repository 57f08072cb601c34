"""Third parties that know occurrences are told of those that differ, others hear when their room opens and closes."""

from pathlib import Path

import pytest

from confsync.addon import load
from confsync.rehearsal.setting import ALICE

ROOT = Path(__file__).parents[2]
WEEKLY = {"recurrence": ["RRULE:FREQ=WEEKLY;COUNT=6"]}
OCCURRENCES = """
[provider.occurrence.body]
originalStart = "{occurrence.original_start|utc}"
title = "{occurrence.title|default:\\"(no title)\\"}"
startTime = "{occurrence.start|utc}"
endTime = "{occurrence.end|utc}"
cancelled = "{occurrence.is_cancelled}"
"""
SPAN = """recurrence = "{event.recurrence?}"
opensAt = "{span.start|utc}"
closesAt = "{span.end?|utc}"
"""


@pytest.fixture
def telling(begin, tmp_path):
    """Give a diary whose third party is told of occurrences."""
    file = tmp_path / "addon.toml"
    file.write_text((ROOT / "addon.toml").read_text(encoding="utf-8") + OCCURRENCES, encoding="utf-8")
    with begin(described=load(file)) as diary:
        diary.meet("series", **{"with": WEEKLY})
        yield diary


@pytest.fixture
def spanning(begin, tmp_path):
    """Give a diary whose third party is told from when to when the room is needed."""
    file = tmp_path / "addon.toml"
    text = (ROOT / "addon.toml").read_text(encoding="utf-8")
    assert 'recurrence = "{event.recurrence?}"\n' in text
    text = text.replace('recurrence = "{event.recurrence?}"\n', SPAN, 1)
    text = text.replace(
        'null_when_missing = ["recurrence"]', 'null_when_missing = ["recurrence", "closesAt"]'
    )
    file.write_text(text, encoding="utf-8")
    with begin(described=load(file)) as diary:
        yield diary


def held(diary):
    (conference,) = diary.stage.conferences()
    return conference


def differing(diary):
    """Return day, title and whether it is cancelled of each occurrence that the third party was told of."""
    return [
        (each["originalStart"][5:10], each["title"], each["cancelled"])
        for each in held(diary).get("occurrences", [])
    ]


def test_what_differs_is_told_in_one_request(telling):
    assert differing(telling) == []
    telling.act("change-occurrence", "series", occurrence=1, **{"with": {"summary": "another title"}})
    before = telling.stage.last_call()
    telling.stage.deliver()
    assert differing(telling) == [("03-23", "another title", False)]
    assert len(telling.asked("UrlFetch", "fetchAll", before)) == 1
    before = telling.stage.last_call()
    telling.stage.advance(3 * 3600)
    assert telling.asked("UrlFetch", "fetchAll", before) == []


def test_a_cancelled_occurrence_is_told_and_undone(telling):
    telling.act("cancel-occurrence", "series", occurrence=2)
    telling.stage.deliver()
    assert [(day, cancelled) for day, _, cancelled in differing(telling)] == [("03-30", True)]
    telling.act("undo", "series", occurrence=2)
    telling.stage.deliver()
    assert [cancelled for _, _, cancelled in differing(telling)] in ([], [False])


def test_an_occurrence_without_the_conference_does_not_take_place_in_it(telling):
    telling.act("remove-conference", "series", occurrence=1)
    telling.stage.deliver()
    assert [(day, cancelled) for day, _, cancelled in differing(telling)] == [("03-23", True)]
    telling.act("change", "series", **{"with": {"summary": "renamed"}})
    telling.stage.deliver()
    assert held(telling)["title"] == "renamed"
    assert [cancelled for _, _, cancelled in differing(telling)] == [True]


def test_a_refused_update_is_told_later(telling):
    telling.act("fault", **{"with": {"method": "conferences.update", "status": 503}})
    telling.act("cancel-occurrence", "series", occurrence=2)
    telling.stage.deliver()
    assert differing(telling) == []
    telling.stage.advance(2 * 3600)
    assert [cancelled for _, _, cancelled in differing(telling)] == [True]


def test_the_room_is_needed_from_the_first_event_to_the_last(spanning):
    spanning.meet("a")
    assert (held(spanning)["opensAt"], held(spanning)["closesAt"]) == (
        "2026-03-11T09:00:00Z",
        "2026-03-11T10:00:00Z",
    )
    later = {key: {"dateTime": f"2026-03-20T{hour}:00:00Z"} for key, hour in (("start", 9), ("end", 10))}
    later = {key: {"dateTime": value["dateTime"].replace("T9", "T09")} for key, value in later.items()}
    spanning.act("copy", "a", **{"as": "copy", "with": later})
    spanning.stage.deliver()
    assert (held(spanning)["opensAt"], held(spanning)["closesAt"]) == (
        "2026-03-11T09:00:00Z",
        "2026-03-20T10:00:00Z",
    )
    spanning.act("delete", "copy")
    spanning.stage.deliver()
    assert held(spanning)["closesAt"] == "2026-03-11T10:00:00Z"


def test_a_series_without_an_end_keeps_its_room_open(spanning):
    spanning.meet("a", **{"with": {"recurrence": ["RRULE:FREQ=DAILY"]}})
    assert "closesAt" not in held(spanning)
    assert ALICE in spanning.stage.properties(ALICE)["calendars"]
