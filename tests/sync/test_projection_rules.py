"""When a series ends at the latest, against dateutil's own occurrences; and what an event's context says."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import strategies as st

from confsync.sync.projection import (
    event_context,
    event_end,
    fingerprint_of,
    never_takes_place,
    project_event,
    rule_end,
    update_context,
)
from confsync.sync.records import FOREVER

DAY = 24 * 60
HOUR = 60
LAST = datetime(2200, 1, 1)
STARTS = st.datetimes(datetime(2024, 1, 1), datetime(2033, 1, 1)).map(
    lambda moment: moment.replace(second=0, microsecond=0)
)
LATE = st.sampled_from([datetime(2024, 2, 29, 9), datetime(2025, 12, 31, 9), datetime(2026, 8, 31, 23, 30)])
FREQUENCIES = st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"])
ZONES = st.sampled_from(["UTC", "Europe/Berlin", "America/Los_Angeles", "Asia/Kolkata", "Pacific/Auckland"])


def occurrences(rule: str, start: datetime, most: int = 400) -> list[datetime]:
    """Return the occurrences in the wall time of the series' zone, up to the year 2200."""
    found = []
    for moment in rrulestr(rule, dtstart=start):
        if moment > LAST or len(found) == most:
            break
        found.append(moment)
    return found


def minute(wall: datetime, zone: str) -> int:
    """Return wall time in a zone as minutes since the epoch."""
    return int(wall.replace(tzinfo=ZoneInfo(zone)).timestamp()) // 60


@given(FREQUENCIES, st.integers(1, 14), st.integers(1, 30), st.one_of(STARTS, LATE), ZONES)
def test_no_occurrence_begins_after_the_end_of_a_counted_rule(frequency, interval, count, start, zone):
    rule = f"FREQ={frequency};INTERVAL={interval};COUNT={count}"
    found = occurrences(rule, start)
    assert rule_end(rule, minute(start, zone)) >= minute(found[-1], zone) - HOUR


@given(st.sampled_from(["DAILY", "WEEKLY"]), st.integers(1, 9), st.integers(1, 30), STARTS)
def test_the_end_of_days_and_weeks_is_exact(frequency, interval, count, start):
    rule = f"FREQ={frequency};INTERVAL={interval};COUNT={count}"
    assert rule_end(rule, minute(start, "UTC")) == minute(occurrences(rule, start)[-1], "UTC")


@given(
    st.lists(st.sampled_from(["MO", "TU", "WE", "TH", "FR", "SA", "SU"]), min_size=1, unique=True),
    st.sampled_from(["MO", "SU"]),
    st.integers(1, 4),
    st.integers(1, 20),
    STARTS,
)
def test_no_occurrence_begins_after_the_end_of_weekdays(days, first, interval, count, start):
    rule = f"FREQ=WEEKLY;WKST={first};INTERVAL={interval};COUNT={count};BYDAY={','.join(days)}"
    assert rule_end(rule, minute(start, "UTC")) >= minute(occurrences(rule, start)[-1], "UTC")


@given(FREQUENCIES, st.integers(1, 6), st.one_of(STARTS, LATE), st.integers(0, 2000), ZONES)
def test_no_occurrence_begins_after_until(frequency, interval, start, days, zone):
    until = (start.replace(tzinfo=ZoneInfo(zone)) + timedelta(days=days)).astimezone(UTC)
    rule = f"FREQ={frequency};INTERVAL={interval};UNTIL={until:%Y%m%dT%H%M%SZ}"
    aware = start.replace(tzinfo=ZoneInfo(zone))
    last = list(rrulestr(rule, dtstart=aware))[-1]
    assert rule_end(rule, minute(start, zone)) >= int(last.timestamp()) // 60 - HOUR


@given(FREQUENCIES, STARTS, st.integers(0, 400), ZONES)
def test_until_a_date_counts_that_day_anywhere(frequency, start, days, zone):
    day = start + timedelta(days=days)
    rule = f"FREQ={frequency};UNTIL={day:%Y%m%d}"
    last = occurrences(f"FREQ={frequency};UNTIL={day:%Y%m%d}T235959", start)[-1]
    assert rule_end(rule, minute(start, zone)) >= minute(last, zone) - HOUR


@given(STARTS, st.integers(0, 400), ZONES)
def test_until_a_time_without_a_zone_counts_in_any_of_them(start, days, zone):
    until = start + timedelta(days=days)
    rule = f"FREQ=MONTHLY;UNTIL={until:%Y%m%dT%H%M%S}"
    assert rule_end(rule, minute(start, zone)) >= minute(occurrences(rule, start)[-1], zone) - HOUR


@pytest.mark.parametrize(
    "rule",
    ["FREQ=DAILY", "FREQ=MONTHLY;COUNT=3;BYDAY=2MO", "FREQ=YEARLY;BYMONTH=3;COUNT=2", "FREQ=HOURLY;COUNT=2"],
)
def test_what_is_not_plain_to_see_lasts_for_ever(rule):
    assert rule_end(rule, 0) == FOREVER


def event(**more):
    """Return an event of an hour on 2 March 2026."""
    times = {
        "start": {"dateTime": "2026-03-02T10:00:00+01:00", "timeZone": "Europe/Berlin"},
        "end": {"dateTime": "2026-03-02T11:00:00+01:00", "timeZone": "Europe/Berlin"},
    }
    return {"id": "e", "summary": "Review", "description": "About pay"} | times | more


ENDS_AT = minute(datetime(2026, 3, 2, 10), "UTC")


@pytest.mark.parametrize(
    ("recurrence", "ends"),
    [
        ([], ENDS_AT),
        (["RRULE:FREQ=WEEKLY;COUNT=3"], ENDS_AT + 14 * DAY),
        (["RRULE:FREQ=WEEKLY;COUNT=2", "RRULE:FREQ=DAILY;COUNT=3"], ENDS_AT + 7 * DAY),
        (["RRULE:FREQ=WEEKLY;COUNT=2", "RDATE:20300101T090000Z"], FOREVER),
        (["EXDATE:20260302T090000Z"], ENDS_AT),
        (["RRULE:FREQ=WEEKLY"], FOREVER),
    ],
)
def test_the_end_of_an_event(recurrence, ends):
    assert event_end(event(recurrence=recurrence)) == ends


@pytest.mark.parametrize(
    ("recurrence", "never"),
    [
        ([], False),
        (["RRULE:FREQ=DAILY"], False),
        (["RRULE:FREQ=DAILY;COUNT=2"], False),
        (["RRULE:FREQ=DAILY;UNTIL=20260302T090000Z"], False),
        (["RRULE:FREQ=DAILY;UNTIL=20260302T085900Z"], True),
        (["RRULE:FREQ=DAILY;UNTIL=20260302T085900Z", "EXDATE:20260309T090000Z"], True),
        (["RRULE:FREQ=DAILY;UNTIL=20260302T085900Z", "RRULE:FREQ=DAILY;COUNT=1"], False),
        (["RRULE:FREQ=DAILY;UNTIL=20260302T085900Z", "RDATE:20260309T090000Z"], False),
        (["EXDATE:20260302T090000Z"], False),
        (["RRULE:FREQ=DAILY;UNTIL=20260301"], False),
        (["RRULE:FREQ=DAILY;UNTIL=20260227"], True),
    ],
)
def test_a_series_whose_rules_end_before_it_begins_never_takes_place(recurrence, never):
    assert never_takes_place(event(recurrence=recurrence)) == never


def test_an_all_day_event_keeps_its_dates(config):
    whole = event(start={"date": "2026-03-02"}, end={"date": "2026-03-04"})
    context = event_context(config, whole, "alice@example.com")
    assert (context["is_all_day"], context["start"]["date"], context["end"]["date"]) == (
        True,
        "2026-03-02",
        "2026-03-04",
    )
    assert event_end(whole) == minute(datetime(2026, 3, 4), "UTC")
    body = project_event(config, update_context(config, whole, "alice@example.com", "X", "web", (0, 0)))
    assert (body["startTime"], body["endTime"]) == ("2026-03-02", "2026-03-04")


@pytest.mark.parametrize("visibility", ["private", "confidential"])
def test_nothing_is_told_of_a_private_event_but_its_time(config, visibility):
    context = event_context(config, event(visibility=visibility), "alice@example.com")
    assert context["title"] == "Busy"
    assert "description" not in context
    body = project_event(
        config, update_context(config, event(visibility=visibility), "a", "X", "web", (0, 0))
    )
    assert (body["title"], body["startTime"]) == ("Busy", "2026-03-02T09:00:00Z")
    assert "Review" not in str(body) and "pay" not in str(body)


def fingerprint(config, changes, key="key", solution="web"):
    """Return the fingerprint of the event with some changes."""
    context = update_context(config, event(**changes), "alice@example.com", "X", solution, (0, 0))
    return fingerprint_of(key, project_event(config, context))


@pytest.mark.parametrize(
    "changes", [{"summary": "Other"}, {"recurrence": ["RRULE:FREQ=DAILY"]}, {"visibility": "private"}]
)
def test_what_the_third_party_is_told_decides_the_fingerprint(config, changes):
    plain = fingerprint(config, {})
    assert fingerprint(config, changes) != plain
    assert fingerprint(config, {"colorId": "5", "attendees": [{"email": "bob@example.com"}]}) == plain
    assert fingerprint(config, {}, key="another user's") != plain
    assert fingerprint(config, {}, solution="recorded") != plain
