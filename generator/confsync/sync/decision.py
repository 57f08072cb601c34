"""Record → what to do now; pure: what should be, compared with what the third party last accepted.

Mirrors `Decision.js`.
"""

from typing import Any

from confsync.sync.links import NEVER_SEEN, principal_of, wanted_of
from confsync.sync.projection import DAY_MINUTES
from confsync.sync.records import Record
from confsync.sync.run import Run
from confsync.sync.store import Store

# After an outcome that stayed unknown, an accepted update is repeated when so many minutes are over.
REPEAT_MINUTES = 60
# More conferences than so many, and than a share of all, that become due within a day wait for a week longer.
BRAKE_COUNT = 5
BRAKE_SHARE = 0.2
BRAKE_MINUTES = 7 * 24 * 60


def decide(config: dict[str, Any], record: Record, now: int) -> str:
    """Return what the record asks for now: update, delete or nothing."""
    if record.not_before > now:
        return "nothing"
    if not record.links:
        return "delete" if record.due and record.due <= now and not record.more else "nothing"
    wanted = wanted_of(config, record)
    if not wanted:
        return "nothing"
    if wanted == record.sent:
        return (
            "update" if record.unknown_since and now - record.unknown_since >= REPEAT_MINUTES else "nothing"
        )
    if record.lost and record.lost[0] == wanted and now - record.lost[1] < DAY_MINUTES:
        return "nothing"
    return "update"


def conferences_to(run: Run, action: str, now: int) -> list[str]:
    """Return the ids of the conferences that ask for the action, soonest event first."""
    found = []
    held = set(held_back(run.store, now)) if action == "delete" else set()
    for conference_id, record in run.store.records.items():
        if decide(run.config, record, now) == action and conference_id not in held:
            principal = principal_of(record)
            found.append((principal.start if principal else 0, conference_id))
    return [conference_id for _, conference_id in sorted(found)]


def held_back(store: Store, now: int) -> list[str]:
    """Return the ids of the conferences whose deletion waits for a week or for the user's word."""
    if not is_braked(store, now):
        return []
    return [
        conference_id
        for conference_id in sorted(store.records)
        if waits_longer(store.records[conference_id], store.word, now)
    ]


def is_braked(store: Store, now: int) -> bool:
    """Tell whether so many conferences become due within a day that this may be a mistake."""
    soon = [record for record in store.records.values() if is_due_by(record, now + DAY_MINUTES)]
    return len(soon) > max(BRAKE_COUNT, BRAKE_SHARE * len(store.records))


def is_due_by(record: Record, time: int) -> bool:
    """Tell whether a conference that an event once carried is due by that time."""
    seen = any(entry[2] != NEVER_SEEN for entry in record.gone)
    return seen and not record.links and not record.more and 0 < record.due <= time


def waits_longer(record: Record, word: list[Any], now: int) -> bool:
    """Tell whether the brake still holds up the deletion of a conference.

    The user's word takes it off what was due by then, and off nothing else.
    """
    verb, until = word or ["", 0]
    return (
        is_due_by(record, now + DAY_MINUTES)
        and now < record.due + BRAKE_MINUTES
        and not (verb == "delete" and record.due <= until)
    )
