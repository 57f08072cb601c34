"""The add-on's card in V8: what it says, and what its buttons do."""

import json
from types import SimpleNamespace

import pytest

from confsync.rehearsal.setting import ALICE, in_process
from confsync.render import render
from confsync.verify.ground import hastened

from .conftest import Diary
from .test_engine_lock import Interrupted
from .test_full_store import SMALL

pytestmark = pytest.mark.parametrize("begin", ["v8"], indirect=True)

DAY = 24 * 3600
NAMES = ["a" * length for length in range(1, 10)]
REFUSED = {"method": "calendar.events.list", "status": 403, "reason": "forbidden", "times": None}


def opened(diary):
    """Open the add-on's panel as Alice."""
    return diary.stage.control("POST", "/panels", {"user": ALICE, "scriptId": diary.stage.script_id})


def pressed(diary, panel, label):
    return diary.stage.control("POST", f"/panels/{panel['id']}/press", {"label": label})


def lines(panel):
    assert "error" not in panel, panel
    return [line.strip() for line in panel["text"].splitlines()]


def speak(diary, language):
    diary.stage.control("PUT", "/switches", {"scriptLocale": language})


def lose(diary):
    """Delete six of nine meetings, and let a day pass."""
    diary.meet(*NAMES)
    diary.stage.advance(3600)
    for name in NAMES[:6]:
        diary.act("delete", name)
    diary.stage.deliver()
    diary.stage.advance(DAY)


@pytest.fixture
def held(begin):
    """Nine meetings, six of which were deleted a day ago."""
    with begin() as diary:
        lose(diary)
        yield diary


def test_two_lines_when_all_is_well(begin):
    with begin() as diary:
        diary.meet("a", "aa")
        assert lines(opened(diary)) == ["Conferences in step: 2", "Not checked yet"]
        diary.stage.advance(5400)
        first, second = lines(opened(diary))
        assert first == "Conferences in step: 2"
        assert second.startswith("Last check: ") and second.endswith(" min ago")


@pytest.mark.parametrize(
    ("language", "first"),
    [
        ("es", "Conferencias al día: 1"),
        ("ru", "Конференций в порядке: 1"),
        ("en", "Conferences in step: 1"),
    ],
)
def test_it_speaks_the_user_s_language(begin, language, first):
    with begin() as diary:
        diary.meet("a")
        speak(diary, language)
        assert lines(opened(diary))[0] == first


def test_it_speaks_english_to_others(begin):
    asked = "Session.getActiveUserLocale().slice(0, 2).toLowerCase()"
    with begin(("Messages.js", "", "const language", asked, "", '"fr"')) as diary:
        assert lines(opened(diary)) == ["Conferences in step: 0", "Not checked yet"]


def test_every_language_says_everything(begin):
    with begin() as diary:
        every = []
        for language in ("en", "es", "ru"):
            speak(diary, language)
            run = {"user": ALICE, "scriptId": diary.stage.script_id, "function": "messages_"}
            every.append(diary.stage.control("POST", "/executions", run)["result"])
        english, *others = every
        assert len({json.dumps(each) for each in every}) == 3
        for texts in others:
            assert {key: text.count("{}") for key, text in texts.items()} == {
                key: text.count("{}") for key, text in english.items()
            }


def test_what_waits_and_what_was_refused(begin):
    with begin() as diary:
        diary.meet("a", "aa", "aaa")
        diary.stage.advance(3600)
        for name, status in (("a", 503), ("aa", 403)):
            diary.act("fault", **{"with": {"method": "conferences.update", "status": status, "times": None}})
            diary.act("change", name, **{"with": {"summary": "other"}})
            diary.stage.deliver()
            diary.act("clear-faults")
        said = lines(opened(diary))
        assert said[0] == "Conferences in step: 1"
        assert said[2:] == ["Waiting to be updated: 1", "Refused by the conferencing service: 1"]


def test_a_draft_that_is_not_saved_yet(begin):
    with begin() as diary:
        diary.meet("a")
        diary.act("abandon", "draft", solution="My Web Conference")
        diary.stage.advance(3600)
        assert lines(opened(diary))[2:] == ["For events not saved yet: 1"]


def test_a_calendar_that_is_out_of_reach(begin):
    with begin() as diary:
        diary.meet("a")
        diary.stage.advance(3600)
        diary.act("fault", **{"with": REFUSED})
        diary.stage.advance(5 * 3600)
        said = lines(opened(diary))
        assert said[2].startswith("Last problem: ")
        assert said[2].endswith(" ago (the calendar could not be read)")
        assert said[3] == f"Calendar {ALICE} has been out of reach for 4 h"
        diary.stage.advance(3 * DAY)
        assert lines(opened(diary))[3] == f"Calendar {ALICE} has been out of reach for 3 d"
        diary.act("clear-faults")
        diary.stage.advance(3600)
        assert len(lines(opened(diary))) == 2


def test_a_calendar_without_room(begin):
    with begin(*SMALL) as diary:
        names = ["a" * length for length in range(1, 12)]
        diary.meet(*reversed(names))
        diary.stage.advance(3600)
        first = len(diary.kept("conference")) + 1
        assert f"Calendar {ALICE}: no room for meetings from 2026-03-{10 + first} on" in lines(opened(diary))


def test_what_is_held_back_has_two_buttons(held):
    said = lines(opened(held))
    assert said[0] == "Conferences in step: 3"
    assert said[2:] == [
        "Many meetings are gone. Conferences to be deleted: 6, in 6 d. Was this meant?",
        "[Delete now] [Keep]",
    ]


def test_delete_now(held):
    after = pressed(held, opened(held), "Delete now")
    assert held.titles() == NAMES[6:]
    assert lines(after)[0] == "Conferences in step: 3" and "Delete now" not in after["text"]
    assert after["execution"]["status"] == "COMPLETED"
    held.stage.advance(3600)
    assert len(lines(opened(held))) == 2
    assert "word" not in held.stage.properties(ALICE)


def test_keep(held):
    after = pressed(held, opened(held), "Keep")
    assert len(lines(after)) == 2
    assert "word" not in held.stage.properties(ALICE)
    for _ in range(8):
        held.stage.advance(DAY)
    assert held.titles() == NAMES


@pytest.mark.parametrize("label", ["Delete now", "Keep"])
@pytest.mark.parametrize("skip", [1, 2, 3, 5, 8])
def test_a_button_that_is_killed(held, label, skip):
    """It reads the properties once, then writes the word: whatever it is killed at from there on, the word is done."""
    panel = opened(held)
    fault = {"method": "*", "action": "kill", "when": "after", "scripts": True, "skip": skip}
    held.act("fault", **{"with": fault})
    assert pressed(held, panel, label)["execution"]["status"] != "COMPLETED"
    held.stage.advance(2 * 3600)
    assert held.titles() == (NAMES[6:] if label == "Delete now" else NAMES)
    assert "word" not in held.stage.properties(ALICE)
    assert len(held.kept("conference")) == 3


@pytest.mark.parametrize("label", ["Delete now", "Keep"])
@pytest.mark.parametrize("call", [0, 1, 4, 9])
def test_a_button_while_another_execution_holds_the_lock(addon, v8, begin, label, call):
    """The holder does it in its next round, before any net comes by."""
    runtime, hasty = Interrupted(v8), hastened(addon)
    with in_process(hasty, render(hasty), 1, runtime) as setting:
        diary = Diary(setting)
        lose(diary)
        panel = opened(diary)
        diary.act("change", NAMES[8], **{"with": {"summary": "z"}})
        runtime.call, runtime.interrupt = call, lambda: pressed(diary, panel, label)
        diary.stage.deliver()
        assert len(runtime.asked) > call
        assert "word" not in diary.stage.properties(ALICE) or label == "Delete now"
        assert diary.titles() == [*(NAMES[6:8] if label == "Delete now" else NAMES[:8]), "z"]
        assert len(diary.kept("conference")) == 3


def test_a_button_of_an_old_card_says_nothing(held):
    panel = opened(held)
    pressed(held, opened(held), "Keep")
    held.act("delete", NAMES[6])
    held.stage.deliver()
    assert len(lines(pressed(held, panel, "Keep"))) == 2
    held.stage.advance(DAY)
    assert held.titles() == sorted([*NAMES[:6], *NAMES[7:]])


def test_a_word_given_before_the_grace_is_over(begin):
    with begin() as diary:
        diary.meet(*NAMES)
        diary.stage.advance(3600)
        for name in NAMES[:6]:
            diary.act("delete", name)
        diary.stage.deliver()
        panel = opened(diary)
        assert lines(pressed(diary, panel, "Delete now"))[2:] == ["To be deleted at your word: 6"]
        assert diary.titles() == NAMES
        diary.stage.advance(3 * 3600)
        assert diary.titles() == NAMES[6:]


def test_counts_times_and_own_calendars_only(held):
    """Nothing that an event says stands on the card, and nothing of the conferences."""
    held.act("fault", **{"with": {"method": "conferences.update", "status": 403, "times": None}})
    private = {
        "summary": "Merger",
        "description": "Not for everybody",
        "attendees": [{"email": "bob@example.com"}],
    }
    held.act("change", NAMES[7], **{"with": private})
    held.stage.deliver()
    panel = opened(held)
    shown = json.dumps([panel["cards"], panel["text"]])
    assert "Refused" in shown
    secrets = SimpleNamespace(
        key=held.stage.control("GET", "/conferences/key")["key"],
        held=[value for each in held.stage.conferences() for value in (each["id"], each["joinUrl"])],
    )
    for text in (*private.values(), "bob@example.com", secrets.key, *secrets.held):
        assert str(text) not in shown
    assert "http" not in shown


def test_the_card_asks_for_no_other_scope(begin):
    with begin() as diary:
        diary.meet("a")
        panel = opened(diary)
        asked = {
            call["service"]
            for call in diary.stage.calls()
            if call["execution"] == panel["execution"]["number"]
        }
        assert asked == {"Properties"}
