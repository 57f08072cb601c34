"""Mutants of what is within reach: calendars that are withheld, show less than they have, or left the list."""

from __future__ import annotations

from confsync.verify.mutants import Mutant, Replacement, both

REACH = (
    Mutant(
        "an event whose details are withheld has lost its conference",
        [
            Replacement(
                "Events.js", 'if (page.accessRole === BUSY_ROLE) throw new CalendarError("withheld");', ""
            ),
            Replacement(
                "Events.js",
                'return event.status !== "cancelled" &&\n    !(event.creator || event.conferenceData);',
                "return false;",
            ),
        ],
        [
            Replacement("confsync.sync.events", 'if page.get("accessRole") == BUSY_ROLE:', "if False:"),
            Replacement(
                "confsync.sync.events",
                'return event.get("status") != "cancelled" and not ("creator" in event or "conferenceData" in event)',
                "return False",
            ),
        ],
    ),
    both(
        "a calendar that left the list is read only as long as it has links",
        (
            "Calendars.js",
            "calendar.mark !== UNLISTED || noted.has(number))",
            "calendar.mark !== UNLISTED || linkedCalendars_(store).has(number))",
        ),
        (
            "confsync.sync.calendars",
            "if calendar.mark != UNLISTED or number in noted",
            "if calendar.mark != UNLISTED or number in linked_calendars(store)",
        ),
    ),
)
