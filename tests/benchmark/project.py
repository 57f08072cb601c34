"""The project that is executed again and again: five files of 600 lines together, and a `main` with four calls."""

from __future__ import annotations

_FILES = ("Code", "Settings", "Rooms", "Texts", "Sync")
_FUNCTION = """\
function {file}{number}(value) {{
  const seen = new Map();
  for (const [key, item] of Object.entries(value || {{}})) {{
    if (seen.has(item)) continue;
    seen.set(item, `${{key}}-{number}`);
  }}
  return [...seen.values()].join(",");
}}
"""
_MAIN = """\
function main() {
  const store = PropertiesService.getUserProperties();
  const before = store.getProperties();
  const events = Calendar.Events.list("primary", { maxResults: 5 }).items;
  const runs = Number(before.runs || 0) + 1;
  store.setProperties({ runs: String(runs), last: events[0].id });
  const locked = LockService.getUserLock().tryLock(100);
  return [events.length, locked, Code0(before)];
}
"""
_FUNCTIONS_OF_A_FILE = 15
RESULT = [5, True]


def files() -> dict[str, str]:
    """Return the sources by file name."""
    sources = {
        name: "".join(_FUNCTION.format(file=name, number=number) for number in range(_FUNCTIONS_OF_A_FILE))
        for name in _FILES
    }
    return sources | {"Code": sources["Code"] + _MAIN}
