"""More that is due than an execution has time for: each one deletes some, and the next goes on."""

from confsync.rehearsal.setting import ALICE

NAMES = ["a" * length for length in range(1, 6)]
# The clock moves by a tenth of a second with each request to Calendar: after two looks the time is nearly over.
SHORT = (
    ("Sync.js", "engine", "SYNC_BUDGET_MS", "240000", "240_000", "750"),
    ("Send.js", "send", "BATCH", "20", "20", "2"),
)


def deletions(diary, since):
    requests = [
        request for asked in diary.asked("UrlFetch", "fetchAll", since) for request in asked["requests"]
    ]
    return sum(request["method"].upper() == "DELETE" for request in requests)


def test_each_execution_deletes_what_it_has_looked_at(begin):
    with begin(*SHORT) as diary:
        diary.meet(*NAMES)
        diary.stage.advance(3600)
        for name in NAMES:
            diary.act("delete", name)
        diary.stage.deliver()
        diary.stage.advance(3600)
        counts = []
        for _ in range(6):
            since = diary.stage.last_call()
            diary.stage.advance(3600)
            counts.append(deletions(diary, since))
        assert sum(counts) == len(NAMES)
        assert 0 < max(counts) < len(NAMES), "they are deleted by more than one execution"
        assert diary.titles() == []
        assert ALICE in diary.stage.properties(ALICE)["calendars"]
