"""The manifest of an add-on."""

from dataclasses import replace

from confsync.addon import Addon
from confsync.deploy.scopes import REASONS
from confsync.platform.manifest import manifest_findings
from confsync.providers.schema import EntryPoint, Shown
from confsync.render.manifest import manifest_of


def test_scopes_are_these_and_no_more(addon: Addon) -> None:
    assert manifest_of(addon)["oauthScopes"] == [
        "https://www.googleapis.com/auth/calendar.addons.execute",
        "https://www.googleapis.com/auth/calendar.events.readonly",
        "https://www.googleapis.com/auth/calendar.calendarlist.readonly",
        "https://www.googleapis.com/auth/script.scriptapp",
        "https://www.googleapis.com/auth/script.external_request",
    ]


def test_write_backs_ask_to_write_events(addon: Addon) -> None:
    point = EntryPoint(type="VIDEO", uri="{resp.joinUrl}")
    update = addon.provider.update.model_copy(update={"conference": Shown(entry_point=[point])})
    writing = replace(addon, provider=addon.provider.model_copy(update={"update": update}))
    before, after = manifest_of(addon)["oauthScopes"], manifest_of(writing)["oauthScopes"]
    assert after == [scope.replace("calendar.events.readonly", "calendar.events") for scope in before]
    assert set(after) <= REASONS.keys()


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
