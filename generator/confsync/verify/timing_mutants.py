"""Mutants that are wrong only when an execution dies, is left without an answer, or runs beside another one."""

from __future__ import annotations

from confsync.verify.mutants import Mutant, Replacement, both

CRASHES = (
    both(
        "a lost answer is taken for success",
        (
            "Send.js",
            'if (kind === "ok" ||',
            'if (kind === "ok" || answer.status === 0 ||',
        ),
        ("confsync.sync.send", 'if kind == "ok" or', 'if kind == "ok" or answer["status"] == 0 or'),
    ),
    both(
        "an outcome that stayed unknown is never looked after",
        ("Send.js", "if (answer.status === 0 || answer.status >= 500) record.unknownSince = now;", ""),
        (
            "confsync.sync.send",
            'if answer["status"] == 0 or answer["status"] >= 500:',
            "if False:",
        ),
    ),
    both(
        "the entry of a creation goes before its record is written",
        ("Unsaved.js", "if (folded.length) writeStore_(run);\n", ""),
        ("confsync.sync.unsaved", "if folded:\n        write_store(run)", "pass"),
    ),
    Mutant(
        "triggers are made after a conference",
        [
            Replacement(
                "Create.js", "  watchCalendar_(run, calendarId);\n  const outcome", "  const outcome"
            ),
            Replacement(
                "Create.js",
                "  const conference = outcome.conference;\n",
                "  const conference = outcome.conference;\n  watchCalendar_(run, calendarId);\n",
            ),
        ],
        [
            Replacement(
                "confsync.sync.create", "    watch_calendar(run, calendar_id)\n    outcome", "    outcome"
            ),
            Replacement(
                "confsync.sync.create",
                '    conference = outcome["conference"]\n',
                '    conference = outcome["conference"]\n    watch_calendar(run, calendar_id)\n',
            ),
        ],
    ),
    both(
        "a conference that was just made is never new",
        ("Unsaved.js", "record.made = since;", ""),
        ("confsync.sync.unsaved", "record.made = since", "pass"),
    ),
    both(
        "a calendar is dropped as soon as it does not answer",
        ("Calendars.js", "WEEK_MINUTES = 7 * 24 * 60;", "WEEK_MINUTES = 0;"),
        ("confsync.sync.calendars", "WEEK_MINUTES = 7 * 24 * 60", "WEEK_MINUTES = 0"),
    ),
)

INTERLEAVINGS = (
    Mutant(
        "flags are cleared after the listing",
        [
            Replacement("Sync.js", "clearFlags_(run).filter(", "run.store.flags.filter("),
            Replacement(
                "Sync.js",
                "  endUnsaved_(run, nowMinutes_());\n",
                (
                    "  run.store.flags = readFlags_();\n"
                    '  for (const each of run.store.flags) run.store.raw["changed:" + each] = "1";\n'
                    "  clearFlags_(run);\n  endUnsaved_(run, nowMinutes_());\n"
                ),
            ),
        ],
        [
            Replacement("confsync.sync.engine", "in clear_flags(run) if", "in run.store.flags if"),
            Replacement(
                "confsync.sync.engine",
                "    end_unsaved(run, now_minutes(run))\n",
                (
                    "    run.store.flags = read_flags(run)\n"
                    '    run.store.raw.update({"changed:" + each: "1" for each in run.store.flags})\n'
                    "    clear_flags(run)\n    end_unsaved(run, now_minutes(run))\n"
                ),
            ),
        ],
    ),
    both(
        "flags of other calendars are not served",
        (
            "Sync.js",
            "clearFlags_(run).filter((flagged) => !fired.includes(flagged))",
            "clearFlags_(run).slice(0, 0)",
        ),
        ("confsync.sync.engine", "in clear_flags(run) if flagged not in fired", "in clear_flags(run)[:0]"),
    ),
    both(
        "who has left a flag does not try again",
        ("Sync.js", "return tryLock_(run, SECOND_TRY_MS);", "return false;"),
        ("confsync.sync.engine", "return try_lock(run, SECOND_TRY_MS)", "return False"),
    ),
    both(
        "flags are looked at before the release only",
        ("Sync.js", "if (!readFlags_().length || !tryLock_(run, 0)) return;", "return;"),
        (
            "confsync.sync.engine",
            "if not read_flags(run) or not try_lock(run, 0):\n                return",
            "return",
        ),
    ),
    both(
        "what a creation has left is folded in without the lock",
        (
            "Sync.js",
            "if (!takeLock_(run, fired)) return;",
            "if (!takeLock_(run, fired)) return workRound_(run, fired, false);",
        ),
        (
            "confsync.sync.engine",
            "if not take_lock(run, fired):\n        return",
            "if not take_lock(run, fired):\n        return work_round(run, fired, False)",
        ),
    ),
    both(
        "the lock is released before the differences are settled",
        ("Sync.js", "  settleUpdates_(run);\n", "  releaseLock_(run);\n  settleUpdates_(run);\n"),
        (
            "confsync.sync.engine",
            "    settle_updates(run)\n",
            "    release_lock(run)\n    settle_updates(run)\n",
        ),
    ),
)

READING_ON = (
    both(
        "the instances of a series are never read",
        ("Links.js", "if (series && isReshaped_(store, known, link))", "if (false)"),
        ("confsync.sync.links", "if series and is_reshaped(store, known, link):", "if False:"),
    ),
    both(
        "the title is not part of the fingerprint",
        (
            "Note.js",
            "fingerprintOf_(store.key, projectEvent_(context))",
            "fingerprintOf_(store.key, Object.assign(projectEvent_(context), { title: 0 }))",
        ),
        (
            "confsync.sync.note",
            "fingerprint_of(store.key, project_event(config, context))",
            'fingerprint_of(store.key, {**project_event(config, context), "title": 0})',
        ),
    ),
)

TIMING = (*CRASHES, *INTERLEAVINGS, *READING_ON)
