"""When something is, as people say it in a line of English: `tomorrow at 3pm`, `on March 5 10:00-11:00`.

A small part of what Calendar understands; the rest of the line is the title.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

_MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
           "november", "december")  # fmt: skip
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_NAMES = "|".join(f"{name[:3]}(?:{name[3:]})?" for name in _MONTHS)
_DAYS = "|".join(_WEEKDAYS)

_CLOCK = r"(\d{1,2})(?::(\d\d))?\s*([ap]m)?"
_MEANT = r"(?:\d{1,2}:\d\d(?:\s*[ap]m)?|\d{1,2}\s*[ap]m|noon|midnight)"
_RANGE = re.compile(rf"\b(?:at\s+|from\s+)?{_CLOCK}\s*(?:-|\u2013|to|until)\s*({_CLOCK})\b", re.IGNORECASE)
# Two bare numbers are no times: "version 2 to 3".
_IS_TIME = re.compile(r":|[ap]m\b|^(?:at|from)\b", re.IGNORECASE)
_POINT = re.compile(rf"\b(?:at\s+({_MEANT}|\d{{1,2}})|({_MEANT}))\b", re.IGNORECASE)
_LENGTH = re.compile(r"\bfor\s+(\d{1,3})\s*(h|hours?|m|min|minutes?)\b", re.IGNORECASE)
_ISO = re.compile(r"\b(?:on\s+)?(\d{4}-\d\d-\d\d)\b", re.IGNORECASE)
_MONTH_FIRST = re.compile(
    rf"\b(?:on\s+)?({_NAMES})\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?(?:,?\s+(\d{{4}}))?\b", re.IGNORECASE
)
_DAY_FIRST = re.compile(
    rf"\b(?:on\s+)?(\d{{1,2}})(?:st|nd|rd|th)?\s+({_NAMES})\.?(?:\s+(\d{{4}}))?\b", re.IGNORECASE
)
_RELATIVE = re.compile(rf"\b(?:(today|tomorrow)|(?:on\s+|next\s+)?({_DAYS}))\b", re.IGNORECASE)


@dataclass(frozen=True)
class Spoken:
    """What a line says: the title, the day, and from when until when. What it does not say is None."""

    title: str
    day: date | None
    start: time | None
    length: timedelta | None


def read(text: str, today: date) -> Spoken:
    """Take a line apart; a day without a year is the next one of its kind."""
    rest, day = _day(text, today)
    rest, start, length = _hours(rest)
    if found := _LENGTH.search(rest):
        unit = "hours" if found[2].lower().startswith("h") else "minutes"
        rest, length = _without(rest, found), timedelta(**{unit: int(found[1])})
    return Spoken(" ".join(rest.split()).strip(" ,;"), day, start, length)


def _day(text: str, today: date) -> tuple[str, date | None]:
    readers = (
        (_ISO, _iso_day),
        (_MONTH_FIRST, lambda found, today: _month_day(found[1], found[2], found[3], today)),
        (_DAY_FIRST, lambda found, today: _month_day(found[2], found[1], found[3], today)),
        (_RELATIVE, _relative_day),
    )
    for pattern, read_day in readers:
        if found := pattern.search(text):
            day = read_day(found, today)
            if day is not None and day.year < date.max.year:
                return _without(text, found), day
    return text, None


def _iso_day(found: re.Match[str], today: date) -> date | None:
    try:
        return date.fromisoformat(found[1])
    except ValueError:
        return None


def _month_day(month: str, day: str, year: str | None, today: date) -> date | None:
    number = next(at for at, name in enumerate(_MONTHS, start=1) if name.startswith(month[:3].lower()))
    for candidate in (int(year),) if year else range(today.year, today.year + 9):
        try:
            found = date(candidate, number, int(day))
        except ValueError:
            continue
        if year or found >= today:
            return found
    return None


def _relative_day(found: re.Match[str], today: date) -> date:
    if found[1]:
        return today + timedelta(days=found[1].lower() == "tomorrow")
    ahead = (_WEEKDAYS.index(found[2].lower()) - today.weekday()) % 7
    return today + timedelta(days=ahead or 7)


def _hours(text: str) -> tuple[str, time | None, timedelta | None]:
    if (found := _RANGE.search(text)) and _IS_TIME.search(found[0]):
        end = _clock(found[5], found[6], found[7])
        start = _clock(found[1], found[2], found[3] or found[7])
        if start and end and not found[3] and start > end:
            start = _clock(found[1], found[2], None)  # "11-1pm" begins before noon
        if start is not None and end is not None:
            length = datetime.combine(date.min, end) - datetime.combine(date.min, start)
            return _without(text, found), start, length % timedelta(days=1) or timedelta(days=1)
    if found := _POINT.search(text):
        start = _point(found[1] or found[2])
        if start is not None:
            return _without(text, found), start, None
    return text, None, None


def _point(text: str) -> time | None:
    named = {"noon": time(12), "midnight": time(0)}.get(text.lower())
    found = re.fullmatch(_CLOCK, text, re.IGNORECASE)
    return named if found is None else _clock(found[1], found[2], found[3])


def _clock(hour: str, minute: str | None, half: str | None) -> time | None:
    number = int(hour) % 12 + 12 * (half.lower() == "pm") if half else int(hour)
    if number > 23 or int(minute or 0) > 59 or (half and int(hour) not in range(1, 13)):
        return None
    return time(number, int(minute or 0))


def _without(text: str, found: re.Match[str]) -> str:
    return f"{text[: found.start()]} {text[found.end() :]}"
