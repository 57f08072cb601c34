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
    braked = action == "delete" and is_braked(run.store, now)
    for conference_id, record in run.store.records.items():
        if decide(run.config, record, now) == action and not (braked and waits_longer(record, now)):
            principal = principal_of(record)
            found.append((principal.start if principal else 0, conference_id))
    return [conference_id for _, conference_id in sorted(found)]


def is_braked(store: Store, now: int) -> bool:
    """Tell whether so many conferences become due within a day that this may be a mistake.

    The user's word, given on the card, takes the brake off for a while.
    """
    soon = [record for record in store.records.values() if is_soon_due(record, now)]
    return len(soon) > max(BRAKE_COUNT, BRAKE_SHARE * len(store.records)) and store.word <= now


def is_soon_due(record: Record, now: int) -> bool:
    """Tell whether a conference that an event once carried becomes due within a day."""
    seen = any(entry[2] != NEVER_SEEN for entry in record.gone)
    return seen and not record.links and 0 < record.due <= now + DAY_MINUTES


def waits_longer(record: Record, now: int) -> bool:
    """Tell whether the brake still holds up the deletion of a conference."""
    return is_soon_due(record, now) and now < record.due + BRAKE_MINUTES
