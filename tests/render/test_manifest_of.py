"""The manifest of an add-on."""

from confsync.addon import Addon
from confsync.platform.manifest import manifest_findings
from confsync.render.manifest import manifest_of


def test_scopes_are_these_and_no_more(addon: Addon) -> None:
    assert manifest_of(addon)["oauthScopes"] == [
        "https://www.googleapis.com/auth/calendar.addons.execute",
        "https://www.googleapis.com/auth/calendar.events.readonly",
        "https://www.googleapis.com/auth/calendar.calendarlist.readonly",
        "https://www.googleapis.com/auth/script.scriptapp",
        "https://www.googleapis.com/auth/script.external_request",
    ]


def test_it_says_what_the_add_on_says(addon: Addon) -> None:
    manifest = manifest_of(addon)
    assert manifest_findings(manifest) == []
    assert manifest["runtimeVersion"] == "V8"
    assert manifest["timeZone"] == "America/Argentina/Buenos_Aires"
    assert manifest["urlFetchWhitelist"] == ["https://calls.example:8443/v1/", "https://*.calls.example/"]
    assert manifest["addOns"]["common"]["name"] == addon.name
    assert [
        solution["onCreateFunction"] for solution in manifest["addOns"]["calendar"]["conferenceSolution"]
    ] == [
        "createWebConference",
        "createRecordedCallsV2Conference",
    ]
