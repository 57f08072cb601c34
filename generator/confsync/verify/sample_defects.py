"""The defects of Google's sample, from which the protocol started: each is a mutant of the sound wings."""

from __future__ import annotations

from confsync.verify.mutants import Mutant, Replacement, both

_GONE = "Sync token is no longer valid, a full sync is required."

SAMPLE_DEFECTS = (
    both(
        "the error's message decides",
        ("Events.js", "if (code === 410)", f'if (err.message === "{_GONE}")'),
        ("confsync.sync.events", "if code == 410:", f'if str(error) == "{_GONE}":'),
    ),
    both(
        "events without a conference are not expected",
        (
            "Note.js",
            "const data = calEvent.conferenceData || {};\n  const key = (data.conferenceSolution || {}).key || {};",
            "const data = calEvent.conferenceData;\n  const key = data.conferenceSolution.key;",
        ),
        (
            "confsync.sync.note",
            'data = event.get("conferenceData") or {}\n    key = (data.get("conferenceSolution") or {}).get("key") or {}',
            'data = event["conferenceData"]\n    key = data["conferenceSolution"]["key"]',
        ),
        fails=True,
    ),
    both(
        "a live conference counts as cancelled",
        (
            "Note.js",
            'if (event.status === "cancelled") return "cancelled";',
            'if (event.status === "cancelled" || carried) return "cancelled";',
        ),
        (
            "confsync.sync.note",
            'if event.get("status") == "cancelled":\n        return "cancelled"',
            'if event.get("status") == "cancelled" or carried:\n        return "cancelled"',
        ),
    ),
    both(
        "a removed conference is ignored",
        (
            "Note.js",
            'if (action === "unlink") {',
            'if (action === "unlink" && event.status === "cancelled") {',
        ),
        (
            "confsync.sync.note",
            'if action == "unlink":',
            'if action == "unlink" and event.get("status") == "cancelled":',
        ),
    ),
    both(
        "a cancelled event tells its conference itself",
        ("Note.js", 'if (action === "unlink") {', 'if (action === "unlink" && event.conferenceData) {'),
        (
            "confsync.sync.note",
            'if action == "unlink":',
            'if action == "unlink" and "conferenceData" in event:',
        ),
    ),
    both(
        "one token for all calendars",
        (
            "Listing.js",
            'run.store.tokens[calendarId] || ""',
            'Object.values(run.store.tokens).pop() || ""',
        ),
        (
            "confsync.sync.listing",
            'run.store.tokens.get(calendar_id, "")',
            '[*run.store.tokens.values(), ""][-2 if run.store.tokens else 0]',
        ),
    ),
    both(
        "any trigger on the calendar will do",
        ("Triggers.js", "trigger.getHandlerFunction() !== HANDLER || ", ""),
        ("confsync.sync.triggers", 'trigger["handlerFunction"] != HANDLER or ', ""),
    ),
    both(
        "the full listing is ordered",
        ("Events.js", "options.timeMin =", 'options.orderBy = "updated";\n    options.timeMin ='),
        (
            "confsync.sync.events",
            'options["timeMin"] =',
            'options["orderBy"] = "updated"\n        options["timeMin"] =',
        ),
    ),
    # Starting over without bound also needs the guard gone that a listing without a token never starts over.
    Mutant(
        "a 410 starts over without bound",
        [
            Replacement(
                "Listing.js",
                'writeToken_(run, calendarId, "");\n      listChanges_(run, calendarId, "");',
                'writeToken_(run, calendarId, "");\n      return readCalendar_(run, calendarId);',
            ),
            Replacement(
                "Listing.js",
                'if (err.kind !== "expired" || !token) throw err;',
                'if (err.kind !== "expired") throw err;',
            ),
        ],
        [
            Replacement(
                "confsync.sync.listing",
                'write_token(run, calendar_id, "")\n            list_changes(run, calendar_id, "")',
                'write_token(run, calendar_id, "")\n            return read_calendar(run, calendar_id)',
            ),
            Replacement(
                "confsync.sync.listing",
                'if error.kind != "expired" or not token:',
                'if error.kind != "expired":',
            ),
        ],
    ),
    both(
        "no lock",
        (
            "Sync.js",
            "run.locked = LockService.getUserLock().tryLock(milliseconds);",
            "run.locked = true;",
        ),
        ("confsync.sync.engine", "run.locked = run.ports.lock.try_lock(milliseconds)", "run.locked = True"),
    ),
    both(
        "a guest's copy counts as one's own",
        (
            "Note.js",
            "if (user !== undefined) return user === store.me;",
            "if (user !== undefined) return true;",
        ),
        (
            "confsync.sync.note",
            "if user is not None:\n        return bool(user == store.me)",
            "if user is not None:\n        return True",
        ),
    ),
)
