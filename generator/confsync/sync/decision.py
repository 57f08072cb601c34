"""Record → what to do now; pure: what should be, compared with what the third party last accepted.

Mirrors `Decision.js`.
"""

from confsync.sync.links import principal_of, wanted_of
from confsync.sync.projection import DAY_MINUTES
from confsync.sync.records import Record
from confsync.sync.run import Run


def decide(record: Record, now: int) -> str:
    """Return what the record asks for now: update, delete or nothing."""
    if record.not_before > now:
        return "nothing"
    if not record.links:
        return "delete" if record.due and record.due <= now and not record.more else "nothing"
    wanted = wanted_of(record)
    if not wanted or wanted == record.sent:
        return "nothing"
    if record.lost and record.lost[0] == wanted and now - record.lost[1] < DAY_MINUTES:
        return "nothing"
    return "update"


def conferences_to(run: Run, action: str, now: int) -> list[str]:
    """Return the ids of the conferences that ask for the action, soonest event first."""
    found = []
    for conference_id, record in run.store.records.items():
        if decide(record, now) == action:
            principal = principal_of(record)
            found.append((principal.start if principal else 0, conference_id))
    return [conference_id for _, conference_id in sorted(found)]
