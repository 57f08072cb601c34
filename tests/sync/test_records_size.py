"""Records are short enough that a user's whole calendar fits into one property store."""

import json

from hypothesis import given
from hypothesis import strategies as st

from confsync.sync.projection import FINGERPRINT_LENGTH
from confsync.sync.records import FOREVER, Link, Record, format_record, parse_record

STORE_BYTES = 500_000
MINUTES = st.integers(0, FOREVER)
WORDS = st.text(max_size=12)
LINKS = st.builds(
    Link,
    calendar=st.integers(0, 40),
    event=st.text(min_size=1, max_size=26),
    series=WORDS,
    start=MINUTES,
    end=MINUTES,
    fingerprint=WORDS,
    unsaved=MINUTES,
    unread=st.integers(0, 2),
)
RECORDS = st.builds(
    Record,
    solution=st.text(min_size=1, max_size=12),
    links=st.lists(LINKS, max_size=3),
    sent=WORDS,
    due=MINUTES,
    gone=st.lists(st.tuples(st.integers(0, 40), WORDS, st.integers(0, 1)).map(list), max_size=8),
    first=MINUTES,
    attempts=st.integers(0, 99),
    not_before=MINUTES,
    unknown_since=MINUTES,
    lost=st.one_of(st.just([]), st.tuples(WORDS, MINUTES).map(list)),
    more=st.integers(0, 2),
    made=MINUTES,
    id=WORDS,
)


def synced(number: int) -> tuple[str, str]:
    """Return key and value of a record as it is in quiet times: one link, and everything sent."""
    fingerprint = "f" * FINGERPRINT_LENGTH
    link = Link(0, f"{number:026d}", "", 29_553_480, 29_553_540, fingerprint)
    return f"conference:{number:036d}", format_record(Record("recorded", [link], fingerprint))


def test_a_record_of_one_event_takes_160_bytes_at_most():
    key, value = synced(1)
    assert len(key) == len("conference:") + 36
    assert len((key + value).encode()) <= 160


def test_three_thousand_upcoming_conferences_fit_into_the_store():
    entries = dict(synced(number) for number in range(3000))
    assert len(entries) == 3000
    assert sum(len((key + value).encode()) for key, value in entries.items()) < STORE_BYTES


@given(RECORDS)
def test_what_was_written_is_read(record):
    assert parse_record(format_record(record)) == record


@given(RECORDS)
def test_empty_values_at_the_end_are_not_written(record):
    written = json.loads(format_record(record))
    assert written[-1] not in ("", 0, [])
    assert all(link[-1] not in ("", 0) for link in written[1:2] for link in link)
