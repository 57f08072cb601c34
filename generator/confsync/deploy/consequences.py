"""What a new content means for those who use the deployed one: consent, conferences, triggers, addresses."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from confsync.deploy.content import Content

SCOPES = "https://www.googleapis.com/auth/"
ACCEPT = "--accept-new-scopes"
_TRIGGER = re.compile(r"""\.newTrigger\(\s*(?:"(\w+)"|'(\w+)'|(\w+))\s*\)""")
_CONSTANT = re.compile(r"""^(?:const|let|var)\s+(\w+)\s*=\s*["'](\w+)["']""", re.MULTILINE)
_FUNCTION = re.compile(r"^(?:async\s+)?function\s*\*?\s*(\w+)", re.MULTILINE)
_HANDLED = {"oauthScopes", "urlFetchWhitelist", "addOns", "dependencies", "timeZone", "runtimeVersion"}


@dataclass(frozen=True)
class Consequence:
    """One of them: its kind, a sentence for people, and the option that must be said for it, if any."""

    kind: str
    what: str
    needs: str = ""


def consequences(old: Content, new: Content) -> tuple[Consequence, ...]:
    """Return what it means for users that the deployment serves `new` where it served `old`."""
    before, after = old.manifest, new.manifest
    found = [
        *_scopes(before, after),
        *_solutions(_offered(before), _offered(after)),
        *_triggers(old, new),
        *_addresses(before, after),
        *_services(before, after),
        *_plain(before, after),
    ]
    return tuple(found)


def new_scopes(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """Return the scopes that a manifest asks for and another one does not; none where one leaves them to Google."""
    before, after = old.get("oauthScopes"), new.get("oauthScopes")
    return [scope for scope in after if scope not in before] if before and after else []


def _scopes(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Consequence]:
    for scope in new_scopes(before, after):
        yield Consequence(
            "scope-added",
            f"{scope.removeprefix(SCOPES)} is a new scope: every user must consent again, and until then their "
            "triggers fail and their conferences stand still. It must be added to the consent screen and, when "
            "published, to the Marketplace listing.",
            ACCEPT,
        )
    for scope in new_scopes(after, before):
        text = f"{scope.removeprefix(SCOPES)} is no longer asked for; nobody has to do anything."
        yield Consequence("scope-removed", text)
    if bool(before.get("oauthScopes")) != bool(after.get("oauthScopes")):
        how = "named in the manifest now" if after.get("oauthScopes") else "left to Google to find out now"
        yield Consequence("scopes-unknown", f"The scopes are {how}: users may have to consent again.")


def _offered(manifest: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    calendar = manifest.get("addOns", {}).get("calendar", {})
    return {str(one.get("id")): one for one in calendar.get("conferenceSolution", [])}


def _solutions(
    before: Mapping[str, Mapping[str, Any]], after: Mapping[str, Mapping[str, Any]]
) -> Iterator[Consequence]:
    for key, solution in before.items():
        name = solution.get("name", "")
        if key not in after:
            yield Consequence(
                "solution-removed",
                f"The solution {key} (“{name}”) is gone: conferences made with it are orphaned. They stay in their "
                "events, but Calendar offers it no more, and an event not seen yet is not known as ours. "
                "An id never changes once published.",
            )
        elif after[key].get("name") != name:
            yield Consequence(
                "solution-renamed",
                f"The solution {key} is called “{after[key].get('name')}” instead of “{name}”: events made before "
                "keep the old name, and conferences that are known by that name alone are orphaned.",
            )
    for key in after.keys() - before.keys() if before else ():
        yield Consequence(
            "solution-added", f"The solution {key} (“{after[key].get('name')}”) is offered too."
        )


def handlers(content: Content) -> set[str]:
    """Return the functions that triggers of this content run, as far as its text names them."""
    sources = "\n".join(file.source for file in content.files if file.type == "SERVER_JS")
    constants = dict(_CONSTANT.findall(sources))
    named = (
        (double or single or constants.get(name, "")) for double, single, name in _TRIGGER.findall(sources)
    )
    return {name for name in named if name}


def _triggers(old: Content, new: Content) -> Iterator[Consequence]:
    there = set(_FUNCTION.findall("\n".join(file.source for file in new.files if file.type == "SERVER_JS")))
    for handler in sorted(handlers(old) - handlers(new)):
        fails = "keep running it" if handler in there else "fail, for that function is gone,"
        yield Consequence(
            "handler-changed",
            f"Triggers no longer run {handler}: those that users have already are stale and {fails} until the "
            "add-on has run once for each user and replaced them.",
        )


def _addresses(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Consequence]:
    old, new = before.get("urlFetchWhitelist") or [], after.get("urlFetchWhitelist") or []
    for prefix in old:
        if prefix not in new and new:
            text = f"{prefix} may no longer be called: whatever still asks there fails."
            yield Consequence("address-removed", text)
    for prefix in new:
        if prefix not in old:
            yield Consequence("address-added", f"{prefix} may be called from now on.")


def _services(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Consequence]:
    if before.get("dependencies", {}) != after.get("dependencies", {}):
        text = "Advanced services or libraries change; what they need may have to be enabled in the Cloud project."
        yield Consequence("dependencies-changed", text)


def _plain(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Consequence]:
    if before.get("timeZone") != after.get("timeZone"):
        text = f"The script's time zone is {after.get('timeZone')} instead of {before.get('timeZone')}."
        yield Consequence("time-zone-changed", text)
    if before.get("runtimeVersion") != after.get("runtimeVersion"):
        text = f"The runtime is {after.get('runtimeVersion')} instead of {before.get('runtimeVersion')}."
        yield Consequence("runtime-changed", text)
    old, new = (manifest.get("addOns", {}).get("common", {}) for manifest in (before, after))
    if old.get("name") != new.get("name"):
        yield Consequence(
            "name-changed",
            f"The add-on is called “{new.get('name')}” instead of “{old.get('name')}”; "
            "the Marketplace listing keeps its own name.",
        )
    for key in sorted((before.keys() | after.keys()) - _HANDLED):
        if before.get(key) != after.get(key):
            yield Consequence("manifest-changed", f"{key} of the manifest changes.")
