"""Each defect of Google's sample, put back into either wing, makes the named scenario fail."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from confsync.addon import config_of, load
from confsync.rehearsal.scenario import Scenario, failures
from confsync.render import render
from confsync.verify.mutants import MutantError, Replacement, mutated_files, mutated_wing

ROOT = Path(__file__).parents[1]
SCENARIOS = ROOT / "tests" / "wings" / "scenarios"


@dataclass(frozen=True)
class Defect:
    """A defect of the sample: its scenario, and the replacements that put it back into each wing."""

    scenario: str
    apps_script: list[Replacement]
    python: list[Replacement]


def both(scenario, javascript, python):
    """Return a defect of one replacement in each wing: (file, old, new)."""
    return Defect(scenario, [Replacement(*javascript)], [Replacement(*python)])


GONE = "Sync token is no longer valid, a full sync is required."

DEFECTS = {
    "the error's message decides": both(
        "token-expired",
        ("Events.js", "if (code === 410)", f'if (err.message === "{GONE}")'),
        ("confsync.sync.events", "if code == 410:", f'if str(error) == "{GONE}":'),
    ),
    "events without a conference are not expected": both(
        "ordinary-event",
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
    ),
    "a live conference counts as cancelled": both(
        "renamed-and-moved",
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
    "a removed conference is ignored": both(
        "conference-removed",
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
    "a cancelled event tells its conference itself": both(
        "event-deleted",
        ("Note.js", 'if (action === "unlink") {', 'if (action === "unlink" && event.conferenceData) {'),
        (
            "confsync.sync.note",
            'if action == "unlink":',
            'if action == "unlink" and "conferenceData" in event:',
        ),
    ),
    "one token for all calendars": both(
        "two-calendars",
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
    "any trigger on the calendar will do": both(
        "stale-trigger",
        ("Triggers.js", "trigger.getHandlerFunction() !== HANDLER || ", ""),
        ("confsync.sync.triggers", 'trigger["handlerFunction"] != HANDLER or ', ""),
    ),
    "the full listing is ordered": both(
        "token-kept",
        ("Events.js", "options.timeMin =", 'options.orderBy = "updated";\n    options.timeMin ='),
        (
            "confsync.sync.events",
            'options["timeMin"] =',
            'options["orderBy"] = "updated"\n        options["timeMin"] =',
        ),
    ),
    "a 410 starts over without bound": both(
        "token-expired-again",
        (
            "Listing.js",
            'writeToken_(run, calendarId, "");\n      listChanges_(run, calendarId, "");',
            'writeToken_(run, calendarId, "");\n      return readCalendar_(run, calendarId);',
        ),
        (
            "confsync.sync.listing",
            'write_token(run, calendar_id, "")\n            list_changes(run, calendar_id, "")',
            'write_token(run, calendar_id, "")\n            return read_calendar(run, calendar_id)',
        ),
    ),
    "no lock": both(
        "two-at-once",
        (
            "Sync.js",
            "run.locked = LockService.getUserLock().tryLock(milliseconds);",
            "run.locked = true;",
        ),
        ("confsync.sync.engine", "run.locked = run.ports.lock.try_lock(milliseconds)", "run.locked = True"),
    ),
    "a guest's copy counts as one's own": both(
        "guest-copy",
        (
            "Note.js",
            "if (user !== undefined) return user === store.me;",
            "if (user !== undefined) return true;",
        ),
        (
            "confsync.sync.note",
            "return bool(user == store.me)",
            "return True",
        ),
    ),
}
# Starting over without bound also needs the guard gone that a listing without a token never starts over.
DEFECTS["a 410 starts over without bound"].apps_script.append(
    Replacement(
        "Listing.js",
        'if (err.kind !== "expired" || !token) throw err;',
        'if (err.kind !== "expired") throw err;',
    )
)
DEFECTS["a 410 starts over without bound"].python.append(
    Replacement(
        "confsync.sync.listing", 'if error.kind != "expired" or not token:', 'if error.kind != "expired":'
    )
)


@pytest.fixture(scope="module")
def addon():
    return load(ROOT / "addon.toml")


@pytest.mark.parametrize("wing", ["python", "v8"])
@pytest.mark.parametrize("name", DEFECTS)
def test_defect_is_noticed(addon, name, wing):
    defect, files = DEFECTS[name], render(addon)
    scenario = Scenario.load(SCENARIOS / f"{defect.scenario}.json")
    if wing == "python":
        found = failures(addon, files, scenario, mutated_wing(config_of(addon), defect.python))
    else:
        found = failures(addon, mutated_files(files, defect.apps_script), scenario, None)
    assert found, f"{defect.scenario} does not notice that {name}"


def test_replacement_must_match_exactly_once():
    with pytest.raises(MutantError, match="2 times"):
        Replacement("Note.js", "a", "b").applied("aa")
    with pytest.raises(MutantError, match="0 times"):
        Replacement("Note.js", "a", "b").applied("")
