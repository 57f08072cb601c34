"""What of Apps Script's services is missing in the local Google, found out by asking a script."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from importlib import resources
from pathlib import Path

import truth

from confsync.emulator.appsscript.v8 import V8Runtime
from confsync.emulator.clock import Clock
from confsync.emulator.world import VIRTUAL_START_US, World

_USER = "alice@example.com"
# The members that the platform has, by type (source: the type definitions that scripts are written with).
_MEMBERS = Path(__file__).parent / "script-members.json"
# How a script gets an object of a type; a type that is not here is a global.
_MADE = {
    "CacheService.Cache": "CacheService.getUserCache()",
    "CalendarApp.Calendar": "CalendarApp.getDefaultCalendar()",
    "CalendarApp.CalendarEvent": "event",
    "CalendarApp.CalendarEventSeries": "event.getEventSeries()",
    "CalendarApp.EventRecurrence": "CalendarApp.newRecurrence()",
    "CalendarApp.RecurrenceRule": "CalendarApp.newRecurrence().addDailyRule()",
    "CalendarApp.EventGuest": "event.getGuestList(true)[0]",
    "ConferenceDataService.ConferenceDataBuilder": "ConferenceDataService.newConferenceDataBuilder()",
    "ConferenceDataService.ConferenceError": "ConferenceDataService.newConferenceError()",
    "ConferenceDataService.ConferenceParameter": "ConferenceDataService.newConferenceParameter()",
    "ConferenceDataService.EntryPoint": "ConferenceDataService.newEntryPoint()",
    "ContentService.TextOutput": "ContentService.createTextOutput()",
    "HtmlService.HtmlOutput": "HtmlService.createHtmlOutput()",
    "HtmlService.HtmlOutputMetaTag": 'HtmlService.createHtmlOutput().addMetaTag("a", "b").getMetaTags()[0]',
    "HtmlService.HtmlTemplate": 'HtmlService.createTemplate("")',
    "LockService.Lock": "LockService.getUserLock()",
    "PropertiesService.Properties": "PropertiesService.getUserProperties()",
    "ScriptApp.AuthorizationInfo": "ScriptApp.getAuthorizationInfo(ScriptApp.AuthMode.FULL)",
    "ScriptApp.CalendarTriggerBuilder": 'ScriptApp.newTrigger("main").forUserCalendar("primary")',
    "ScriptApp.ClockTriggerBuilder": 'ScriptApp.newTrigger("main").timeBased()',
    "ScriptApp.Service": "ScriptApp.getService()",
    "ScriptApp.StateTokenBuilder": "ScriptApp.newStateToken()",
    "ScriptApp.Trigger": 'ScriptApp.newTrigger("main").timeBased().after(1).create()',
    "ScriptApp.TriggerBuilder": 'ScriptApp.newTrigger("main")',
    "Session.User": "Session.getActiveUser()",
    "UrlFetchApp.HTTPResponse": "response",
    "Utilities.Blob": 'Utilities.newBlob("")',
}
_SCRIPT = """
function main(asked) {
  const now = new Date();
  const event = CalendarApp.createEvent("x", now, now, { guests: "bob@example.com" });
  const response = UrlFetchApp.fetch("https://conferences.example/v1/", { muteHttpExceptions: true });
  const made = { %s };
  const missing = {};
  for (const type of Object.keys(asked)) {
    const object = made[type]();
    missing[type] = asked[type].filter((name) => !(name in object));
  }
  return missing;
}
"""


def members() -> dict[str, list[str]]:
    """Return the platform's members by type."""
    return {name: text.split() for name, text in json.loads(_MEMBERS.read_text(encoding="utf-8")).items()}


def missing() -> dict[str, list[str]]:
    """Return the members of each type that are not emulated."""
    asked = members()
    made = ", ".join(f'"{name}": () => {_MADE.get(name, name)}' for name in asked)
    runtime = V8Runtime()
    world = World(clock=Clock(start_us=VIRTUAL_START_US), runtime=runtime, users=[_USER])
    try:
        return _asked_in(world, _SCRIPT % made, asked)
    finally:
        world.close()
        runtime.close()


def _asked_in(world: World, source: str, asked: Mapping[str, list[str]]) -> dict[str, list[str]]:
    headers = {"authorization": f"Bearer {_USER}"}
    made = world.request("POST", "/v1/projects", headers, b'{"title": "asked"}').json()
    manifest = json.dumps({"timeZone": "Etc/UTC", "runtimeVersion": "V8"})
    files = [
        {"name": "appsscript", "type": "JSON", "source": manifest},
        {"name": "Code", "type": "SERVER_JS", "source": source},
    ]
    content = json.dumps({"files": files}).encode()
    world.request("PUT", f"/v1/projects/{made['scriptId']}/content", headers, content)
    record = world.appsscript.run(_USER, made["scriptId"], "main", [asked])
    if record.status != "COMPLETED":
        raise RuntimeError(f"the script that asks failed: {record.error}")
    return dict(record.result)


def script_services() -> str:
    """Return the table of services: how much of each type is there, and what is missing."""
    there, gone = members(), missing()
    rows = []
    for name in sorted(there):
        names = ", ".join(f"`{member}`" for member in gone[name])
        rows.append([f"`{name}`", f"{len(there[name]) - len(gone[name])} of {len(there[name])}", names])
    return truth.table(("type", "members", "missing"), rows)


def absent_services() -> list[str]:
    """Return the services that are missing as a whole."""
    runtime = resources.files("confsync.emulator.appsscript") / "runtime" / "missing.js"
    return re.findall(r'^    "(\w+)",$', runtime.read_text(encoding="utf-8"), re.MULTILINE)
