"""The manifest `appsscript.json`, built as data."""

from typing import Any

from confsync.addon import Addon

_SCOPES = (
    "calendar.addons.execute",
    "calendar.events",
    "calendar.calendarlist.readonly",
    "script.scriptapp",
    "script.external_request",
)


def manifest_of(addon: Addon) -> dict[str, Any]:
    """What Google must know of the add-on: its scopes and no more, its addresses, its solutions."""
    return {
        "timeZone": addon.time_zone,
        "runtimeVersion": "V8",
        "exceptionLogging": "STACKDRIVER",
        "dependencies": {
            "enabledAdvancedServices": [{"userSymbol": "Calendar", "serviceId": "calendar", "version": "v3"}]
        },
        "oauthScopes": _scopes(addon),
        "urlFetchWhitelist": list(addon.provider.url_allowlist),
        "addOns": {
            "common": {
                "name": addon.name,
                "logoUrl": addon.logo_url,
                "homepageTrigger": {"runFunction": "showHome"},
            },
            "calendar": {
                "conferenceSolution": [
                    {
                        "id": solution.id,
                        "name": solution.name,
                        "logoUrl": solution.logo_url,
                        "onCreateFunction": solution.create_function,
                    }
                    for solution in addon.solutions
                ]
            },
        },
    }


def _scopes(addon: Addon) -> list[str]:
    """Events are only read unless the description asks for write-backs."""
    events = "calendar.events" if addon.provider.update.conference else "calendar.events.readonly"
    names = (events if scope == "calendar.events" else scope for scope in _SCOPES)
    return [f"https://www.googleapis.com/auth/{name}" for name in names]
