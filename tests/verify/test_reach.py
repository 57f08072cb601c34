"""What an add-on has to know of an event, by what was within its reach and what it was shown."""

from datetime import UTC, datetime, timedelta

from confsync.verify.reach import Look, Loss, Moment, Reach, Run, asked, losses, runs

ALICE, TEAM = "alice@example.com", "team"
DAWN = datetime(2026, 3, 1, 6, tzinfo=UTC)
HOUR, WEEK = timedelta(hours=1), timedelta(days=7)
CARRIED = ("X", TEAM, "e")
RUN = Run(TEAM, "e", DAWN, None)


def moment(hours, *, live=True, granted=True, listed=True):
    place = frozenset({TEAM})
    return Moment(
        DAWN + hours * HOUR,
        frozenset({CARRIED}) if live else frozenset(),
        {ALICE: place if granted else frozenset()},
        {ALICE: place if granted and listed else frozenset()},
    )


def look(hours, *, event="", full=False, ended=True, lied=False):
    return Look(DAWN + hours * HOUR, event, full, ended, lied)


def knows(hours, moments, *looks):
    return Reach(moments, {(ALICE, TEAM): looks}, {}).knows(ALICE, RUN, DAWN + hours * HOUR)


def test_what_is_within_reach_has_to_be_known():
    assert knows(1, [moment(0)])


def test_what_went_out_of_reach_has_to_be_known_if_it_was_seen():
    gone = [moment(0), moment(2, listed=False)]
    assert knows(3, gone, look(1))
    assert not knows(3, gone)
    assert not knows(3, gone, look(1, ended=False))
    assert not knows(3, gone, look(2.5))
    assert not knows(3, gone, look(1, event="another"))
    assert knows(3, gone, look(1, event="e"))


def test_what_was_lost_has_to_be_known_for_a_week():
    lost = [moment(0), moment(2, granted=False)]
    assert knows(3, lost, look(1))
    assert not knows(2 + WEEK / HOUR, lost, look(1))
    assert knows(2 + WEEK / HOUR, [moment(0), moment(2, listed=False)], look(1))


def test_what_only_a_lie_could_have_shown_is_not_known():
    assert not knows(3, [moment(0)], look(1, full=True, lied=True))
    assert knows(3, [moment(0)], look(0.5), look(1, full=True, lied=True))
    assert knows(3, [moment(0)], look(1, full=True, lied=True), look(2, full=True))
    assert not knows(3, [moment(0)], look(1, full=True, lied=True), look(2))
    hidden = [moment(0), moment(2, listed=False)]
    assert not knows(3, hidden, look(1, full=True, lied=True), look(1.5))


def test_a_run_lasts_as_long_as_the_event_carries_the_conference_wherever_it_is():
    moments = [moment(0, granted=False), moment(1), moment(2, granted=False), moment(3, live=False)]
    assert runs(moments) == {(ALICE, "X"): [Run(TEAM, "e", DAWN + HOUR, DAWN + 3 * HOUR)]}
    assert runs(moments[:3]) == {(ALICE, "X"): [Run(TEAM, "e", DAWN + HOUR, None)]}


def test_a_loss_lasts_until_the_right_is_given_back():
    lost = [moment(0), moment(1, granted=False), moment(2), moment(3, granted=False)]
    assert losses(lost) == {
        ALICE: [Loss(TEAM, DAWN + HOUR, DAWN + 2 * HOUR), Loss(TEAM, DAWN + 3 * HOUR, None)]
    }
    reach = Reach(lost, {}, {})
    assert reach.lost(ALICE, TEAM, DAWN + 1.5 * HOUR) == Loss(TEAM, DAWN + HOUR, DAWN + 2 * HOUR)
    assert reach.lost(ALICE, TEAM, DAWN + 2.5 * HOUR) is None


def test_deletions_are_held_up_for_a_week_since_a_calendar_was_missed():
    lost, now = [moment(0), moment(1, granted=False)], DAWN + 2 * WEEK
    missed = {(ALICE, TEAM): [DAWN + 5 * HOUR, DAWN + 6 * HOUR]}
    assert list(Reach(lost, {}, missed).held_up(ALICE, now)) == [DAWN + 5 * HOUR + WEEK]
    assert list(Reach(lost, {}, {}).held_up(ALICE, now)) == []
    assert list(Reach([*lost, moment(9)], {}, missed).held_up(ALICE, now)) == [DAWN + 9 * HOUR]


def test_a_calendar_that_is_lost_shows_nothing():
    lost = [moment(0), moment(2, granted=False), moment(6)]
    seen = {(ALICE, TEAM): [look(1), look(3), look(7)]}
    assert Reach(lost, seen, {}).looks == {(ALICE, TEAM): [look(1), look(7)]}


def test_when_a_calendar_was_asked():
    call = {"service": "calendar.events", "user": ALICE, "arguments": {"calendarId": TEAM}}
    us = round(DAWN.timestamp() * 1_000_000)
    calls = [call | {"atUs": us, "outcome": 404}, call | {"atUs": us, "outcome": 200}]
    assert asked(calls) == {(ALICE, TEAM): [DAWN, DAWN]}
