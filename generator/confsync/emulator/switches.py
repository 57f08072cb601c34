"""Switches: what is not known of Google, or differs from day to day there, and which of it this world does.

Each has a default and the reason for it. They belong to a test, not to the world's state: they are kept in memory.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import Field, asdict, dataclass, field, fields
from typing import Any

from confsync.errors import EmulatorError


def _switch(default: Any, does: str, because: str, *words: str) -> Any:
    return field(default=default, metadata={"does": does, "because": because, "words": words})


@dataclass
class Switches:
    """The switches of one world, each a field; `words` are the values that a switch of texts can have."""

    first_listing_token: str = _switch(
        "strict",
        "`strict`: a first listing with `orderBy`, `updatedMin`, `q`, `iCalUID` or extended properties yields no sync "
        "token; `lenient`: every first listing does",
        "reported for `orderBy`, contradictory for the others; clients must live with both",
        "strict",
        "lenient",
    )
    token_lifetime_days: int = _switch(
        0,
        "a sync token older than this gets 410; 0: tokens do not age",
        "Google documents that tokens expire, not when",
    )
    access_change_ends_tokens: bool = _switch(
        True,
        "a change of access rules ends the calendar's sync tokens",
        "documented; one report could not see it",
    )
    foreign_token: str = _switch(
        "refuse",
        "a sync token of another calendar gets 410 (`refuse`), or is taken for its time alone (`accept`)",
        "undocumented; refusing shows clients that mix tokens up",
        "refuse",
        "accept",
    )
    empty_page_every: int = _switch(
        0,
        "after so many pages of a listing comes an empty one that has a next page; 0: never",
        "documented as possible, hardly ever seen",
    )
    token_slack_seconds: int = _switch(
        0,
        "a delta begins so much before its token: changes are delivered again",
        "delivery is at least once; how often twice is not known",
    )
    shuffled_pages: bool = _switch(
        False, "the items of a page come in random order", "the order is unspecified but stable"
    )
    tombstones: str = _switch(
        "minimal",
        "what a delta without `showDeleted` shows of deleted events: `minimal` or `full`",
        "recorded minimal; only the id is guaranteed",
        "minimal",
        "full",
    )
    exception_tombstones: bool = _switch(
        False,
        "a deleted series takes its exceptions along with a tombstone for each",
        "clients report that these are missing",
    )
    split_tombstones: bool = _switch(
        True,
        "after a split from Calendar's pages a delta with `singleEvents` tells that occurrences are gone under their old ids",
        "missing in a report, whose client may not have listed single events",
    )
    occurrence_tombstone_days: int = _switch(
        183,
        "how far ahead a delta with `singleEvents` tells of the occurrences of a deleted series",
        "reported as roughly six months",
    )
    expansion_days: int = _switch(
        731, "how far ahead endless series are expanded where `timeMax` is missing", "inferred"
    )
    updated_min_days: int = _switch(29, "how far back `updatedMin` may reach", "measured by others in 2026")
    tombstone_days: int = _switch(
        30,
        "how long deleted events can be read; a sync token from before one that is gone gets 410; 0: for ever",
        "documented that they disappear, not when",
    )
    copy_lag_seconds: int = _switch(
        0,
        "how long a change needs to the guests' copies",
        "documented as asynchronous; a test wants it at once",
    )
    delta_lag_seconds: int = _switch(
        0, "how long a change needs until a delta shows it", "consistency is not promised, but usual"
    )
    conference_pending_reads: int = _switch(
        0,
        "how often a requested conference is read as pending before it exists; its event then changes by itself",
        "documented as asynchronous; the time is not known",
    )
    conference_request_fails: bool = _switch(
        False, "a requested conference ends as a failure", "documented as possible"
    )
    unsigned_conference_data: str = _switch(
        "refuse",
        "what becomes of an add-on's conference data whose signature is not ours: `refuse` (400) or `accept`",
        "reports contradict each other; Google refused it on consumer accounts",
        "refuse",
        "accept",
    )
    conference_write_backs: str = _switch(
        "accept",
        "whether the ways to join an add-on's conference, and its notes, may be changed where an event carries it: "
        "`accept` or `refuse` (400)",
        "add-ons are told to write back, but not who else may, nor what becomes of the signature",
        "accept",
        "refuse",
    )
    version_zero_answer: str = _switch(
        "whole",
        "whether answers to writes with `conferenceDataVersion=0` show conference data: `whole` or `without`",
        "one project reports that it is missing",
        "whole",
        "without",
    )
    reminders_change_etag: bool = _switch(
        False,
        "a change of reminders alone moves the etag, and `updated` with it",
        "documented that `updated` stays; not for etags",
    )
    queries_per_minute_per_user: int = _switch(
        0, "more requests of a user within a minute are refused; Google's limit is 600; 0: no limit",
        "a virtual clock stands still in the minute of a whole test",
    )  # fmt: skip
    queries_per_minute: int = _switch(
        0, "more requests within a minute are refused; Google's limit is 10000; 0: no limit", "as above"
    )
    writes_per_minute_per_calendar: int = _switch(
        0,
        "more writes to one calendar within a minute are refused; 0: no limit",
        "operational limits are not published",
    )
    events_created_a_day: int = _switch(
        0,
        "a user who creates more events within a day can only read for six hours; Google's limit is 100000; 0: no limit",
        "the limits are published, not when they end",
    )
    calendars_created_a_day: int = _switch(
        0, "the same for calendars; Google's limit is 60; 0: no limit", "as above"
    )
    quota_error: str = _switch(
        "403",
        "how a refusal for quota reads: `403` (classic), `403-front-end` or `429`",
        "all three are documented or recorded",
        "403",
        "403-front-end",
        "429",
    )
    batch_limit: int = _switch(
        1000, "how many calls a batch may hold", "documented for Calendar; other APIs take 50"
    )
    apps_script_api: str = _switch(
        "on",
        "whether the Apps Script API may be used: `on`, `off-for-user` (not enabled in the user's settings) or "
        "`off-in-project` (not enabled in the client's project); both answer 403",
        "users must enable it, which tests are not about",
        "on",
        "off-for-user",
        "off-in-project",
    )
    push_addresses: str = _switch(
        "loopback",
        "where notifications may go: `loopback` (also over plain http), or `https` to check addresses as Google does",
        "nothing here may leave this machine",
        "loopback",
        "https",
    )
    account_kind: str = _switch(
        "workspace",
        "whose daily quotas scripts have: `workspace` or `consumer` accounts'",
        "documented for both; conferencing add-ons are mostly for Workspace",
        "workspace",
        "consumer",
    )
    url_fetch_calls_a_day: int = _switch(
        0, "how many fetches a user's scripts have a day; 0: as many as the account", "a test wants fewer"
    )
    property_calls_a_day: int = _switch(0, "the same for calls of property stores", "as above")
    script_events_a_day: int = _switch(0, "the same for events that scripts make", "as above")
    script_projects_a_day: int = _switch(0, "the same for script projects that a user makes", "as above")
    trigger_seconds_a_day: int = _switch(0, "the same for the seconds that triggers run", "as above")
    triggers_coalesce: bool = _switch(
        True,
        "changes of a calendar before its trigger was delivered fire it once; otherwise each change does",
        "nothing is documented; both were seen",
    )
    granular_consent: str = _switch(
        "editor",
        "where users may grant a script some of its scopes: `editor` (add-ons and web apps start with all of them, or "
        "ask first) or `everywhere`",
        "announced for the editor in 2025, and for other surfaces over time",
        "editor",
        "everywhere",
    )
    script_locale: str = _switch(
        "en",
        "the language of users, in which scripts get errors of advanced services and of fetches: `en`, `es` or `ru`",
        "seen in logs; most are in English",
        "en",
        "es",
        "ru",
    )

    def change(self, values: Mapping[str, Any]) -> None:
        """Set some switches, by their names on the wire; EmulatorError for a name or a value that there is not."""
        checked = {_field(name).name: _checked(name, value) for name, value in values.items()}
        for name, value in checked.items():
            setattr(self, name, value)

    def as_json(self) -> dict[str, Any]:
        """Return them by their names on the wire."""
        return {wire_name(name): value for name, value in asdict(self).items()}


def wire_name(name: str) -> str:
    """Return the name that control requests use: `copyLagSeconds`."""
    head, *tail = name.split("_")
    return head + "".join(word.capitalize() for word in tail)


SWITCHES: Mapping[str, Field[Any]] = {wire_name(known.name): known for known in fields(Switches)}


def switch_of(text: str) -> tuple[str, Any]:
    """Return name and value of a switch that is written `name=value`, as on the command line; EmulatorError otherwise."""
    name, equals, value = text.partition("=")
    if not equals:
        raise EmulatorError(
            f'"{text}" sets no switch', next_step="Write name=value, such as tombstones=full."
        )
    words: tuple[str, ...] = _field(name).metadata["words"]
    read: Any = {"true": True, "false": False}.get(value, int(value) if value.isdecimal() else value)
    return name, _checked(name, value if words else read)


def _field(name: str) -> Field[Any]:
    if name not in SWITCHES:
        raise EmulatorError(f'there is no switch "{name}"; there are {", ".join(SWITCHES)}')
    return SWITCHES[name]


def _checked(name: str, value: Any) -> Any:
    known = _field(name)
    words: tuple[str, ...] = known.metadata["words"]
    if words and value not in words:
        raise EmulatorError(f'the switch "{name}" is one of {", ".join(words)}')
    if isinstance(known.default, bool) and not isinstance(value, bool):
        raise EmulatorError(f'the switch "{name}" is true or false')
    if (
        not words
        and not isinstance(known.default, bool)
        and (type(value) is not int or not 0 <= value <= 10**9)
    ):
        raise EmulatorError(f'the switch "{name}" is a whole number, not negative')
    return value
