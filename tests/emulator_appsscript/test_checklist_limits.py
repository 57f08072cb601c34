"""The limits of stores, caches, locks, triggers and fetches: each passes on one side and fails on the other."""

from typing import Any

import pytest

from confsync.emulator.appsscript.context import Context
from confsync.emulator.appsscript.fetch_limits import check_answer
from confsync.emulator.appsscript.refusal import Refusal
from confsync.emulator.appsscript.urlfetch import UrlFetch
from confsync.emulator.world import World

from .conftest import ALICE, BOB, Script

PROPERTIES = """
  const store = PropertiesService.getUserProperties();
  const filled = (bytes) => { // in values of 9216 bytes and keys of 4
    const many = {};
    let number = 1000;
    for (; bytes >= 9220; bytes -= 9220) many[number++] = "x".repeat(9216);
    if (bytes) many[number] = "x".repeat(bytes - 4);
    return many;
  };
"""
STORE_FULL = "You have exceeded the property storage quota. Please remove some properties and try again."
CACHE = "const cache = CacheService.getUserCache();"
EXPIRATION = "Invalid argument: expirationInSeconds"
FETCH = "const fetched = (url, options) => UrlFetchApp.fetch(url, {muteHttpExceptions: true, ...options});"
URL = "https://conferences.example/v1/"

LIMITS = [
    ("property-value", PROPERTIES, "store.setProperty('k', 'x'.repeat(%d))", 9216, "Argument too large: value"),
    ("property-value-in-bytes", PROPERTIES, "store.setProperty('k', 'é'.repeat(%d))", 4608, "Argument too large: value"),
    ("property-values", PROPERTIES, "store.setProperties({k: 'x'.repeat(%d)})", 9216, "Argument too large: value"),
    ("property-key", PROPERTIES, "store.setProperty('k'.repeat(%d), 'v')", 500, "Argument too large: key"),
    ("property-store", PROPERTIES, "store.setProperties(filled(%d))", 512_000, STORE_FULL),
    ("cache-key", CACHE, "cache.put('k'.repeat(%d), 'v')", 250, "Argument too large: key"),
    ("cache-keys", CACHE, "cache.putAll({['k'.repeat(%d)]: 'v'})", 250, "Argument too large: key"),
    ("cache-value", CACHE, "cache.put('k', 'x'.repeat(%d))", 102_400, "Argument too large: value"),
    ("cache-longest", CACHE, "cache.put('k', 'v', %d)", 21_600, EXPIRATION),
    ("cache-shortest", CACHE, "cache.put('k', 'v', 2 - %d)", 1, EXPIRATION),
    ("fetch-url", FETCH, f"fetched('{URL}'.padEnd(%d, 'x'))", 2048, "Limit exceeded: URLFetch URL Length."),
    (
        "fetch-headers", FETCH,
        f"fetched('{URL}', {{headers: Object.fromEntries(Array(%d).fill().map((_, i) => ['X-' + i, i]))}})",
        100, "Limit exceeded: URLFetch Headers.",
    ),
    (
        "fetch-header-size", FETCH, f"fetched('{URL}', {{headers: {{x: 'y'.repeat(%d - 1)}}}})",
        8192, "Limit exceeded: URLFetch Header Size.",
    ),
    (
        "triggers", "const start = (count) => { for (; count; count--) ScriptApp.newTrigger('main').timeBased().everyHours(1).create(); };",
        "start(%d)", 20,
        "This script has too many triggers. Triggers must be deleted from the script before more can be added.",
    ),
    ("sleep", "", "Utilities.sleep(%d)", 300_000, "Sleep time cannot exceed 300000 milliseconds."),
]  # fmt: skip


@pytest.mark.parametrize(("prelude", "statement", "most", "text"), [row[1:] for row in LIMITS], ids=[row[0] for row in LIMITS])  # fmt: skip
def test_each_limit_passes_on_one_side_and_fails_on_the_other(
    script: Script, prelude: str, statement: str, most: int, text: str
) -> None:
    script.world.snapshot("empty")
    assert script.value(f"{prelude} {statement % most}; return 'passed'") == "passed"
    script.world.restore("empty")
    assert script.error(f"{prelude} {statement % (most + 1)}") == f"Exception: {text}"


@pytest.fixture
def context(script: Script) -> Context:
    return Context(1, ALICE, script.id, None, {}, "Etc/UTC", 0, 360_000_000)


def asked(world: World, context: Context, **request: Any) -> Any:
    request = {"url": f"{URL}conferences", "method": "POST", "muteHttpExceptions": True, **request}
    return UrlFetch(world).call(context, "fetch", {"request": request}, None)[0]


def test_a_body_has_fifty_megabytes_at_most(world: World, context: Context) -> None:
    assert asked(world, context, payload="x" * 52_428_800)["status"] == 401
    with pytest.raises(Refusal, match=r"^Limit exceeded: URLFetch POST Size\.$"):
        asked(world, context, payload="x" * 52_428_801)


def test_an_answer_has_fifty_megabytes_at_most() -> None:
    check_answer(b"x" * 52_428_800)
    with pytest.raises(Refusal, match=r"^Limit exceeded: URLFetch Response Size\.$"):
        check_answer(b"x" * 52_428_801)


def test_headers_count_with_their_names(world: World, context: Context) -> None:
    assert asked(world, context, headers={"ab": "x" * 4094, "cd": "x" * 4094})["status"] == 401
    with pytest.raises(Refusal, match=r"^Limit exceeded: URLFetch Header Size\.$"):
        asked(world, context, headers={"ab": "x" * 4094, "cd": "x" * 4095})


def test_a_full_cache_keeps_the_900_that_end_last(script: Script) -> None:
    put = CACHE + "const many = {}; for (let i = 0; i < a; i++) many['k' + i] = 'v'; cache.putAll(many, b);"
    left = "return Object.keys(cache.getAll(Array(1001).fill().map((_, i) => 'k' + i))).length"
    assert script.value(f"{put} {left}", 1000, 60) == 1000
    assert script.value(f"{put} {left}", 1001, 600) == 900


def test_a_lock_that_is_not_had(script: Script) -> None:
    script.push("""
      function holds() { LockService.getUserLock().tryLock(0); Utilities.sleep(9000); }
      function waits() { LockService.getUserLock().waitLock(1); }
    """)
    for handler in ("holds", "waits"):
        script.world.appsscript.leave_trigger(ALICE, script.id, handler, ALICE)
        script.world.clock.advance(1)
    script.world.appsscript.fire_triggers()
    holder, waiting = script.world.appsscript.deliver(together=True)
    assert holder.status == "COMPLETED" and waiting.error
    assert waiting.error["message"] == "Lock timeout: another process was holding the lock for too long."


def test_stores_and_triggers_are_counted_for_each_user_and_script(script: Script) -> None:
    fill = f"{PROPERTIES} store.setProperties(filled(512000))"
    start = "for (let i = 0; i < 20; i++) ScriptApp.newTrigger('main').timeBased().everyHours(1).create();"
    other = script.api.projects().create(body={"title": "Other"}).execute()["scriptId"]
    for user in (ALICE, BOB):
        assert script.run(f"{fill}; {start}", user=user).status == "COMPLETED"
    assert Script(script.world, script.api, other).run(f"{fill}; {start}").status == "COMPLETED"
    assert script.world.appsscript.run(ALICE, script.id, "main").status == "FAILED"
