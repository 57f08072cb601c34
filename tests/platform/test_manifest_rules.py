"""What may stand in a manifest."""

import copy
from typing import Any

import pytest

from confsync.platform.manifest import BARE_ANSWER, handlers, manifest_findings

MANIFEST: dict[str, Any] = {
    "timeZone": "Etc/UTC",
    "runtimeVersion": "V8",
    "exceptionLogging": "STACKDRIVER",
    "dependencies": {
        "enabledAdvancedServices": [{"userSymbol": "Calendar", "serviceId": "calendar", "version": "v3"}],
        "libraries": [{"userSymbol": "L", "libraryId": "x", "version": "35", "developmentMode": False}],
    },
    "oauthScopes": ["https://www.googleapis.com/auth/script.scriptapp"],
    "urlFetchWhitelist": ["https://calls.example/"],
    "webapp": {"access": "MYSELF", "executeAs": "USER_ACCESSING"},
    "addOns": {
        "common": {
            "name": "Calls",
            "logoUrl": "https://images.example/logo.png",
            "homepageTrigger": {"enabled": False},
            "openLinkUrlPrefixes": ["*"],
            "universalActions": [{"label": "Settings", "runFunction": "openSettings"}],
        },
        "calendar": {
            "createSettingsUrlFunction": "settingsUrl",
            "currentEventAccess": "READ",
            "eventOpenTrigger": {"runFunction": "onOpen"},
            "conferenceSolution": [
                {
                    "id": 1,
                    "name": "One",
                    "logoUrl": "https://images.example/1.png",
                    "onCreateFunction": "createOne",
                }
            ],
        },
        "gmail": {},
    },
}


def spoilt(path: list[Any], value: Any) -> dict[str, Any]:
    """The manifest with one value replaced, or removed by None."""
    manifest = copy.deepcopy(MANIFEST)
    holder: Any = manifest
    for step in path[:-1]:
        holder = holder[step]
    if value is None:
        del holder[path[-1]]
    else:
        holder[path[-1]] = value
    return manifest


def test_what_is_documented_is_taken() -> None:
    assert manifest_findings(MANIFEST) == []
    assert manifest_findings({}) == []


@pytest.mark.parametrize(
    ("path", "value", "key", "text"),
    [
        (["$schema"], "https://json.schemastore.org/appsscript", "$schema", "is not a key of a manifest"),
        (["urlFetchWhitelist", 0], "http://x/", "urlFetchWhitelist[0]", "'http://x/' must start with https://"),
        (["urlFetchWhitelist", 0], "https://x", "urlFetchWhitelist[0]", "'https://x' needs a path: https://x/"),
        (["urlFetchWhitelist", 0], "*", "urlFetchWhitelist[0]", "'*' must start with https://"),
        (["oauthScopes"], "x", "oauthScopes", "must be a list"),
        (["oauthScopes", 0], 1, "oauthScopes[0]", "must be a text"),
        (["addOns", "common", "logoUrl"], None, "addOns.common.logoUrl", "is missing"),
        (["addOns", "common"], None, "addOns.common", "is missing"),
        (["addOns", "calendar", "eventAccess"], "READ", "addOns.calendar.eventAccess", "is not a key of a manifest"),
        (["addOns", "calendar", "conferenceSolution", 0, "id"], True, "addOns.calendar.conferenceSolution[0].id", "must be a text or a number"),
        (["addOns", "common", "homepageTrigger", "enabled"], "no", "addOns.common.homepageTrigger.enabled", "must be true or false"),
        (["dependencies"], [], "dependencies", "must be an object"),
    ],
)  # fmt: skip
def test_what_is_not(path: list[Any], value: Any, key: str, text: str) -> None:
    (finding,) = manifest_findings(spoilt(path, value))
    assert (finding.key, finding.text, finding.answer) == (key, text, BARE_ANSWER)


def test_a_wrong_word_is_answered_as_google_does() -> None:
    (finding,) = manifest_findings(spoilt(["runtimeVersion"], "v8"))
    assert finding.answer == (
        '"appsscript.json" has errors: Invalid manifest: '
        'Expected one of [V8, STABLE, DEPRECATED_ES5] for "runtimeVersion", but was "v8"'
    )


def test_functions_that_it_names() -> None:
    assert handlers(MANIFEST) == [
        ("addOns.common.universalActions[0].runFunction", "openSettings"),
        ("addOns.calendar.createSettingsUrlFunction", "settingsUrl"),
        ("addOns.calendar.eventOpenTrigger.runFunction", "onOpen"),
        ("addOns.calendar.conferenceSolution[0].onCreateFunction", "createOne"),
    ]
    assert handlers({}) == []
