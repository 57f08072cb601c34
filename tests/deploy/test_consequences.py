"""A change of the manifest is said in terms of those who use the add-on."""

import json
from typing import Any

import pytest

from confsync.deploy.consequences import ACCEPT, Consequence, consequences, handlers
from confsync.deploy.content import Content, rendered

SCOPE = "https://www.googleapis.com/auth/"
SOLUTIONS = [{"id": "web", "name": "Web", "onCreateFunction": "createWeb"}]
MANIFEST: dict[str, Any] = {
    "timeZone": "Etc/UTC",
    "runtimeVersion": "V8",
    "oauthScopes": [f"{SCOPE}calendar.events.readonly"],
    "urlFetchWhitelist": ["https://a.example/"],
    "addOns": {"common": {"name": "Conferences"}, "calendar": {"conferenceSolution": SOLUTIONS}},
}
CODE = 'const HANDLER = "sync";\nfunction sync() {}\nfunction go() { ScriptApp.newTrigger(HANDLER); }\n'


def content(manifest: dict[str, Any] = MANIFEST, code: str = CODE) -> Content:
    return rendered({"appsscript.json": json.dumps(manifest), "Code.js": code})


def offering(*solutions: dict[str, str]) -> dict[str, Any]:
    calendar = {"calendar": {"conferenceSolution": list(solutions)}}
    return MANIFEST | {"addOns": MANIFEST["addOns"] | calendar}


def found(new: Content, old: Content | None = None) -> dict[str, Consequence]:
    return {one.kind: one for one in consequences(old or content(), new)}


def test_nothing_changes_nothing() -> None:
    assert consequences(content(), content()) == ()
    assert consequences(content(), content(code=CODE + "// more")) == ()


def test_a_new_scope_needs_everybodys_consent() -> None:
    more = content(MANIFEST | {"oauthScopes": [*MANIFEST["oauthScopes"], f"{SCOPE}calendar.events"]})
    said = found(more)["scope-added"]
    assert said.what.startswith("calendar.events is a new scope: every user must consent again")
    assert said.needs == ACCEPT
    assert found(content(), more)["scope-removed"].needs == ""


@pytest.mark.parametrize(
    ("manifest", "kind", "said"),
    [
        (offering(), "solution-removed", "The solution web (“Web”) is gone: conferences made with it are orphaned"),
        (offering({"id": "web", "name": "Net"}), "solution-renamed", "is called “Net” instead of “Web”"),
        (offering(*SOLUTIONS, {"id": "x", "name": "X"}), "solution-added", "The solution x (“X”) is offered too"),
        (MANIFEST | {"urlFetchWhitelist": ["https://b.example/"]}, "address-removed", "https://a.example/ may no"),
        (MANIFEST | {"urlFetchWhitelist": ["https://b.example/"]}, "address-added", "https://b.example/ may be"),
        (MANIFEST | {"dependencies": {"libraries": []}}, "dependencies-changed", "Advanced services"),
        (MANIFEST | {"timeZone": "Asia/Tokyo"}, "time-zone-changed", "Asia/Tokyo instead of Etc/UTC"),
        (MANIFEST | {"runtimeVersion": "STABLE"}, "runtime-changed", "STABLE instead of V8"),
        (MANIFEST | {"addOns": {**MANIFEST["addOns"], "common": {"name": "Y"}}}, "name-changed", "“Y” instead of"),
        (MANIFEST | {"webapp": {}}, "manifest-changed", "webapp of the manifest changes"),
        ({**MANIFEST, "oauthScopes": []}, "scopes-unknown", "left to Google to find out now"),
    ],
)  # fmt: skip
def test_what_a_change_means(manifest: dict[str, Any], kind: str, said: str) -> None:
    consequence = found(content(manifest))[kind]
    assert said in consequence.what
    assert consequence.needs == ""


@pytest.mark.parametrize(
    ("code", "fails"),
    [
        ("function other() { ScriptApp.newTrigger('other'); }", "fail, for that function is gone"),
        ("function sync() {}\nfunction other() { ScriptApp.newTrigger('other'); }", "keep running it"),
    ],
)
def test_a_changed_handler_leaves_stale_triggers(code: str, fails: str) -> None:
    said = found(content(code=code))["handler-changed"].what
    assert "Triggers no longer run sync" in said and fails in said


def test_handlers_are_found_however_they_are_named() -> None:
    code = 'newTrigger("no");\nScriptApp.newTrigger("one");\nScriptApp.newTrigger( \'two\' );\n' + CODE
    assert handlers(content(code=code)) == {"one", "two", "sync"}


def test_a_manifest_that_cannot_be_read_is_none() -> None:
    broken = rendered({"appsscript.json": "{", "Code.js": CODE})
    assert "solution-removed" in found(broken)
    assert consequences(broken, broken) == ()
