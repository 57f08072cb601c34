"""The mutants that must not survive: each mend of the protocol taken out, and what else is easily done wrong."""

from __future__ import annotations

from confsync.render.json_text import pretty_json
from confsync.sync.table import NOTE_TABLE
from confsync.verify.mutants import Mutant, Replacement, both
from confsync.verify.reach_mutants import REACH
from confsync.verify.sample_defects import SAMPLE_DEFECTS
from confsync.verify.timing_mutants import TIMING


def _cell(name: str, link: str, look: str, instead: str) -> Mutant:
    """Return a mutant of one cell of the note table: what becomes of such a link when its event looks so."""
    table = {row: dict(cells) for row, cells in NOTE_TABLE.items()}
    table[link][look] = instead
    read = 'encoding="utf-8")\n)'
    return Mutant(
        name,
        [Replacement("Config.js", pretty_json(NOTE_TABLE), pretty_json(table))],
        [Replacement("confsync.sync.table", read, f'{read}\nNOTE_TABLE["{link}"]["{look}"] = "{instead}"')],
    )


NOTING = (
    _cell("an event with a conference is not linked", "none", "same", "ignore"),
    _cell("a link stays unsaved when its event is seen", "unsaved", "same", "keep"),
    _cell(
        "an unsaved link ends when its event is seen with another conference", "unsaved", "other", "unlink"
    ),
    _cell("an unsaved link ends when its event is seen without one", "unsaved", "without", "unlink"),
    _cell("an unsaved link ends when its event is not there", "unsaved", "cancelled", "unlink"),
    _cell("a link is not refreshed when its event changes", "seen", "same", "keep"),
    _cell("a replaced conference keeps the old link", "seen", "other", "keep"),
    _cell("a cancelled event keeps its link", "seen", "cancelled", "keep"),
    both(
        "a cancelled series leaves its instances' links",
        ("Note.js", "changes = changes.concat(seriesChanges_(store, calendar, event));", ""),
        ("confsync.sync.note", "changes += series_changes(store, calendar, event)", "pass"),
    ),
    both(
        "a copy is managed by whoever made it",
        (
            "Note.js",
            "if (user !== undefined) return user === store.me;",
            "if (user === store.me) return true;",
        ),
        (
            "confsync.sync.note",
            "if user is not None:\n        return bool(user == store.me)",
            "if user == store.me:\n        return True",
        ),
    ),
    both(
        "a series that never takes place carries its conference",
        ("Note.js", "if (neverTakesPlace_(event))", "if (false)"),
        ("confsync.sync.note", "if never_takes_place(event):", "if False:"),
    ),
    Mutant(
        "an event is known by its id alone, whatever its calendar",
        [
            Replacement(
                "Links.js",
                "(link) => link.calendar === calendar && link.event === eventId",
                "(link) => link.event === eventId",
            ),
            Replacement("Links.js", 'store.index.get(calendar + "/" + eventId)', "store.index.get(eventId)"),
            Replacement(
                "Store.js", 'const place = link.calendar + "/" + link.event;', "const place = link.event;"
            ),
        ],
        [
            Replacement(
                "confsync.sync.links",
                "if link.calendar == calendar and link.event == event_id",
                "if link.event == event_id",
            ),
            Replacement("confsync.sync.links", 'f"{calendar}/{event_id}"', "event_id"),
            Replacement("confsync.sync.store", 'f"{link.calendar}/{link.event}"', "link.event"),
        ],
    ),
)

READING = (
    both(
        "records are written after the token",
        (
            "Listing.js",
            "    writeStore_(run);\n    if (page.nextPageToken",
            "    if (page.nextPageToken",
        ),
        (
            "confsync.sync.listing",
            '        write_store(run)\n        if "nextPageToken" in page and',
            '        if "nextPageToken" in page and',
        ),
    ),
    both(
        "a full listing does not read back what it did not show",
        ("Listing.js", "if (!token) markUnread_(run.store", "if (false) markUnread_(run.store"),
        ("confsync.sync.listing", "if not token:\n        mark_unread", "if False:\n        mark_unread"),
    ),
    both(
        "a full listing begins now",
        ("Events.js", "formatInstant_(now - CONFIG.sync.pruneMinutes)", "formatInstant_(now)"),
        (
            "confsync.sync.events",
            'format_instant(now - run.config["sync"]["pruneMinutes"])',
            "format_instant(now)",
        ),
    ),
    both(
        "an expired token is not dropped",
        ("Listing.js", 'if (err.kind !== "expired" || !token) throw err;', "if (err.kind) throw err;"),
        ("confsync.sync.listing", 'if error.kind != "expired" or not token:', "if error.kind:"),
    ),
    both(
        "the calendar list is never read",
        (
            "Calendars.js",
            "if (run.calendarsKnown) return;",
            "run.calendarsKnown = true;\n  if (run.calendarsKnown) return;",
        ),
        (
            "confsync.sync.calendars",
            "if run.calendars_known:\n        return",
            "run.calendars_known = True\n    if run.calendars_known:\n        return",
        ),
    ),
    both(
        "the safety net reads only the watched calendars",
        (
            "Sync.js",
            "new Set(syncedCalendars_(run.store)",
            "new Set(watchedCalendars_(run.store)",
        ),
        (
            "confsync.sync.engine",
            "synced_calendars(run.store) + calendars",
            "watched_calendars(run.store) + calendars",
        ),
    ),
    both(
        "nobody mends the triggers",
        ("Sync.js", "if (net || !netHasCome_(run.store)) keepWatch_(run);", ""),
        ("confsync.sync.engine", "if net or not net_has_come(run.store):", "if False:"),
    ),
    both(
        "the records are read once an execution",
        ("Sync.js", "run.store = readStore_();", "run.store = run.store || readStore_();"),
        ("confsync.sync.engine", "run.store = read_store(run)", "run.store = run.store or read_store(run)"),
    ),
    both(
        "who does not get the lock leaves no flag",
        ("Sync.js", "    setFlag_(calendarId);\n", ""),
        ("confsync.sync.engine", "        set_flag(run, calendar_id)\n", ""),
    ),
    both(
        "no look for flags after the release",
        ("Sync.js", "if (!readFlags_().length || !tryLock_(run, 0)) return;", "return;"),
        ("confsync.sync.engine", "if not read_flags(run) or not try_lock(run, 0):", "if True:"),
    ),
)

LOOKS = (
    both(
        "the principal is the first link",
        ("Links.js", "if (!best || precedes_(link, best)) best = link;", "if (!best) best = link;"),
        ("confsync.sync.links", "if best is None or precedes(link, best):", "if best is None:"),
    ),
    both(
        "an instance goes before its series",
        ("Links.js", "if (Boolean(one.series) !== Boolean(other.series)) return !one.series;", ""),
        ("confsync.sync.links", "if bool(one.series) != bool(other.series):", "if False:"),
    ),
    both(
        "a series ends with its first occurrence",
        ("Projection.js", "if (!rules.length) return end;", "return end;"),
        ("confsync.sync.projection", "if not rules:\n        return end", "return end"),
    ),
    both(
        "the fingerprint ignores recurrence",
        (
            "Projection.js",
            'return operationBody_(CONFIG.provider, "update", context);',
            (
                'const body = operationBody_(CONFIG.provider, "update", context);\n'
                "  delete body.recurrence;\n  return body;"
            ),
        ),
        (
            "confsync.sync.projection",
            'return operation_body(run_config["provider"], "update", context)',
            (
                'body = operation_body(run_config["provider"], "update", context)\n'
                '    body.pop("recurrence", None)\n    return body'
            ),
        ),
    ),
    both(
        "a private event shows its title",
        ("Projection.js", "if (hidden) {", "if (false) {"),
        ("confsync.sync.projection", "if private:", "if False:"),
    ),
    both(
        "a solution's own settings are forgotten",
        ("Projection.js", "return entry ? entry.settings : {};", "return {};"),
        (
            "confsync.sync.projection",
            'settings: JsonObject = entry["settings"]',
            "settings: JsonObject = {}",
        ),
    ),
)

SENDING = (
    both(
        "`sent` is kept while something else is wanted",
        ("Links.js", 'if (wanted && wanted !== record.sent) record.sent = "";', ""),
        ("confsync.sync.links", "if wanted and wanted != record.sent:", "if False:"),
    ),
    both(
        "a link that returns when its conference was due trusts `sent`",
        ("Links.js", 'if (record.due && record.due <= now) record.sent = "";', ""),
        ("confsync.sync.links", "if record.due and record.due <= now:", "if False:"),
    ),
    both(
        "what is sent counts as accepted before the answer",
        (
            "Send.js",
            "    return { conference: conferenceId, sent: wantedOf_(record),",
            "    record.sent = wantedOf_(record);\n    return { conference: conferenceId, sent: wantedOf_(record),",
        ),
        (
            "confsync.sync.send",
            "        request = update_conference(run, event, conference_id)\n",
            (
                "        request = update_conference(run, event, conference_id)\n"
                "        record.sent = wanted_of(run.config, record)\n"
            ),
        ),
    ),
    both(
        "a failure of the third party counts as success",
        ("Send.js", 'if (kind === "ok" ||', 'if (kind === "ok" || kind === "retry" ||'),
        ("confsync.sync.send", 'if kind == "ok" or', 'if kind in ("ok", "retry") or'),
    ),
    both(
        "a 404 on a deletion counts as a failure",
        ("Send.js", ' || (kind === "gone" && operation === "delete")', ""),
        ("confsync.sync.send", ' or (kind == "gone" and operation == "delete")', ""),
    ),
    both(
        "a failed request is repeated at once",
        ("Send.js", "record.notBefore = now + wait;", ""),
        ("confsync.sync.send", "record.not_before = now + wait", "pass"),
    ),
    both(
        "a difference that another execution left is not settled",
        (
            "Decision.js",
            "if (decide_(record, now) === action &&",
            (
                'if (decide_(record, now) === action && (action === "delete" || record.links.some(\n'
                '      (link) => run.listed.has(link.calendar + "/" + link.event))) &&'
            ),
        ),
        (
            "confsync.sync.decision",
            "if decide(run.config, record, now) == action and",
            (
                'if decide(run.config, record, now) == action and (action == "delete" or any(\n'
                '            f"{link.calendar}/{link.event}" in run.listed for link in record.links)) and'
            ),
        ),
    ),
    both(
        "what the third party has already is sent again",
        ("Decision.js", "if (wanted === record.sent)", "if (false)"),
        ("confsync.sync.decision", "if wanted == record.sent:", "if False:"),
    ),
    both(
        "records that have not changed are written",
        (
            "Store.js",
            "if (run.store.raw[key] !== wanted[key]) changed[key] = wanted[key];",
            "changed[key] = wanted[key];",
        ),
        (
            "confsync.sync.store",
            "for key, text in wanted.items() if run.store.raw.get(key) != text}",
            "for key, text in wanted.items()}",
        ),
    ),
)

ENDING = (
    Mutant(
        "a conference goes with the first event that loses it",
        [
            Replacement(
                "Decision.js", "if (!record.links.length) {", "if (record.due && record.due <= now) {"
            ),
            Replacement("Links.js", "if (!seenLinks_(record).length) record.due =", "record.due ="),
        ],
        [
            Replacement(
                "confsync.sync.decision", "if not record.links:", "if record.due and record.due <= now:"
            ),
            Replacement("confsync.sync.links", "if not seen_links(record):", "if True:"),
        ],
    ),
    both(
        "deletion does not wait for the grace",
        ("Decision.js", "record.due && record.due <= now", "record.due"),
        ("confsync.sync.decision", "record.due and record.due <= now", "record.due"),
    ),
    both(
        "a conference is deleted without reading every calendar",
        ("Settle.js", "if (!readOrFlag_(run, calendarId) &&", "if (false &&"),
        ("confsync.sync.settle", "if not read_or_flag(run, calendar_id) and", "if False and"),
    ),
    both(
        "a calendar that cannot be read does not hold up a deletion",
        ("Settle.js", "!isGivenUp_(run.store, calendarId, nowMinutes_())", "false"),
        ("confsync.sync.settle", "not is_given_up(run.store, calendar_id, now_minutes(run))", "False"),
    ),
    both(
        "no last look at the events that are gone",
        ("Settle.js", "record.gone.slice()", "[]"),
        ("confsync.sync.settle", "list(record.gone)", "[]"),
    ),
    both(
        "an event that is back buys no new grace",
        ("Settle.js", "record.due = now + CONFIG.sync.graceMinutes;", ""),
        ("confsync.sync.settle", 'record.due = now + run.config["sync"]["graceMinutes"]', "pass"),
    ),
    both(
        "a conference stays due when a link returns",
        ("Links.js", "  record.due = 0;\n", ""),
        ("confsync.sync.links", "    record.due = 0\n", ""),
    ),
    both(
        "unsaved links never end",
        ("Unsaved.js", "if (link.unsaved && now - link.unsaved >= grace) {", "if (false) {"),
        ("confsync.sync.unsaved", "if link.unsaved and now - link.unsaved >= grace:", "if False:"),
    ),
    both(
        "unsaved links have no grace",
        ("Unsaved.js", "now - link.unsaved >= grace", "now - link.unsaved >= 0"),
        ("confsync.sync.unsaved", "now - link.unsaved >= grace", "now - link.unsaved >= 0"),
    ),
    both(
        "the entry of a creation is written only after the request",
        (
            "Create.js",
            "  writeUnsaved_(conferenceId, eventId, calendarId, solution, false);\n",
            "",
        ),
        (
            "confsync.sync.create",
            "    write_unsaved(run, conference_id, event_id, calendar_id, solution, False)\n",
            "",
        ),
    ),
    both(
        "a creation without an answer is forgotten",
        ("Create.js", "if (outcome.unmade) removeUnsaved_", "removeUnsaved_"),
        ("confsync.sync.create", 'if outcome["unmade"]:', "if True:"),
    ),
    both(
        "an entry without an answer is never resolved",
        (
            "Unsaved.js",
            "if (!completed && now - since < CREATION_MINUTES) continue;",
            "if (!completed) continue;",
        ),
        (
            "confsync.sync.unsaved",
            "if not completed and now - since < CREATION_MINUTES:",
            "if not completed:",
        ),
    ),
)

KNOWN = (*SAMPLE_DEFECTS, *NOTING, *READING, *LOOKS, *SENDING, *ENDING, *REACH, *TIMING)
