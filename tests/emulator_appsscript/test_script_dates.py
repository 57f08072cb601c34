"""Dates as Java writes and reads them: every letter of a pattern, zones, and clocks that are put forward and back."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from .conftest import Script

BERLIN = "Europe/Berlin"


def shown(script: Script, moment: str, zone: str, pattern: str) -> Any:
    return script.value("return Utilities.formatDate(new Date(a), ...b)", moment, [zone, pattern])


def read(script: Script, text: str, zone: str, pattern: str) -> Any:
    """Return the moment that a text is read as, in UTC."""
    return script.value("return Utilities.parseDate(...a).toISOString()", [text, zone, pattern])


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("G y yy yyyy yyyyy", "AD 2026 26 2026 02026"),
        ("M MM MMM MMMM L", "3 03 Mar March 3"),
        ("d dd D DDD", "9 09 68 068"),
        ("E EEE EEEE u", "Mon Mon Monday 1"),
        ("w W F Y", "11 2 2 2026"),
        ("H HH k h hh K a", "0 00 24 12 12 0 AM"),
        ("m mm s S SSS", "5 05 7 89 089"),
        ("z zzzz", "CET Central European Standard Time"),
        ("Z X XX XXX", "+0100 +01 +0100 +01:00"),
        ("'it''s' yyyy''", "it's 2026'"),
        ("yyyy-MM-dd'T'HH:mm:ss.SSSXXX", "2026-03-09T00:05:07.089+01:00"),
    ],
)
def test_each_letter_of_a_pattern(script: Script, pattern: str, text: str) -> None:
    assert shown(script, "2026-03-08T23:05:07.089Z", BERLIN, pattern) == text


@pytest.mark.parametrize(
    ("day", "text"),
    [
        ("2025-12-31", "2026 1 5"),
        ("2026-01-03", "2026 1 1"),
        ("2026-01-04", "2026 2 2"),
        ("2027-01-01", "2027 1 1"),
    ],
)
def test_weeks_begin_on_sunday_and_the_first_holds_the_first_of_january(
    script: Script, day: str, text: str
) -> None:
    assert shown(script, f"{day}T12:00:00Z", "UTC", "Y w W") == text


@pytest.mark.parametrize(
    ("zone", "text"),
    [
        ("America/New_York", "EDT -0400"),
        ("Asia/Kolkata", "IST +0530"),
        ("Asia/Tokyo", "JST +0900"),
        ("PST", "PDT -0700"),
        ("GMT", "GMT +0000"),
        ("Etc/UTC", "UTC +0000"),
        ("GMT+5:30", "GMT+05:30 +0530"),
        ("GMT-3", "GMT-03:00 -0300"),
        ("Nowhere/At_All", "GMT +0000"),
    ],
)
def test_zones_have_names_and_offsets(script: Script, zone: str, text: str) -> None:
    assert shown(script, "2026-07-01T12:00:00Z", zone, "z Z") == text


def test_what_is_no_pattern_and_what_is_no_date(script: Script) -> None:
    assert script.error("Utilities.formatDate(new Date(), 'UTC', 'yyyy b')") == (
        "Exception: Illegal pattern character 'b'"
    )
    assert script.error("Utilities.formatDate('2026', 'UTC', 'yyyy')") == (
        "Exception: The parameters (String,String,String) don't match the method signature for Utilities.formatDate."
    )


@pytest.mark.parametrize(
    ("text", "pattern", "moment"),
    [
        ("2026-03-09 14:05", "yyyy-MM-dd HH:mm", "2026-03-09T13:05:00.000Z"),
        ("9 March 2026 2:05 PM", "d MMMM yyyy h:mm a", "2026-03-09T13:05:00.000Z"),
        ("Mon, 09 Mar 2026 12:00 AM", "EEE, dd MMM yyyy hh:mm a", "2026-03-08T23:00:00.000Z"),
        ("20260309T1405", "yyyyMMdd'T'HHmm", "2026-03-09T13:05:00.000Z"),
        ("2026-03-09T14:05:07.089Z", "yyyy-MM-dd'T'HH:mm:ss.SSSX", "2026-03-09T14:05:07.089Z"),
        ("2026-03-09 14:05 -0430", "yyyy-MM-dd HH:mm Z", "2026-03-09T18:35:00.000Z"),
        ("2026-07-09 14:05 EDT", "yyyy-MM-dd HH:mm z", "2026-07-09T18:05:00.000Z"),
        ("2026-07-09 14:05 Asia/Tokyo", "yyyy-MM-dd HH:mm z", "2026-07-09T05:05:00.000Z"),
        ("3/9/26", "M/d/yy", "2026-03-08T23:00:00.000Z"),
        ("3/9/99", "M/d/yy", "1999-03-08T23:00:00.000Z"),
        ("2026", "yyyy", "2025-12-31T23:00:00.000Z"),
        ("14:05", "HH:mm", "1970-01-01T13:05:00.000Z"),
        ("2026-02-31", "yyyy-MM-dd", "2026-03-02T23:00:00.000Z"),
        ("2026 061", "yyyy DDD", "2026-03-01T23:00:00.000Z"),
        ("2026-03-09 and more", "yyyy-MM-dd", "2026-03-08T23:00:00.000Z"),
    ],
)
def test_a_text_is_read_by_a_pattern(script: Script, text: str, pattern: str, moment: str) -> None:
    assert read(script, text, BERLIN, pattern) == moment


def test_a_clock_put_forward_skips_and_one_put_back_means_winter(script: Script) -> None:
    assert read(script, "2026-03-29 02:30", BERLIN, "yyyy-MM-dd HH:mm") == "2026-03-29T01:30:00.000Z"
    assert read(script, "2026-10-25 02:30", BERLIN, "yyyy-MM-dd HH:mm") == "2026-10-25T01:30:00.000Z"


@pytest.mark.parametrize("zone", [BERLIN, "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata"])
def test_every_hour_of_a_year_is_read_as_python_reads_it(script: Script, zone: str) -> None:
    body = """const read = [];
      for (let hour = 0; hour < 8760; hour += 7) {
        const text = new Date(Date.UTC(2026, 0, 1, hour)).toISOString().slice(0, 16);
        read.push([text, Utilities.parseDate(text, a, "yyyy-MM-dd'T'HH:mm").getTime() / 1000]);
      }
      return read;"""
    for text, seconds in script.value(body, zone):
        wall = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))
        assert seconds in {wall.timestamp(), wall.replace(fold=1).timestamp()}, text


def test_a_text_that_does_not_fit_is_no_date(script: Script) -> None:
    for text in ("tomorrow", "2026/03/09", "2026-03"):
        assert script.error("Utilities.parseDate(a, 'UTC', 'yyyy-MM-dd')", text) == (
            f'Exception: Unparseable date: "{text}"'
        )
