"""What `appsscript.json` may hold.

Sources: developers.google.com/apps-script/manifest and its pages on add-ons, Calendar add-ons and allow lists.
The API refuses most mistakes with a bare "Request contains an invalid argument.", so they are found here.
"""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from confsync.platform import allowlist

BARE_ANSWER = "Request contains an invalid argument."


class ManifestFinding(NamedTuple):
    """What is wrong at a dotted key, and what the API answers to it."""

    key: str
    text: str
    answer: str = BARE_ANSWER


Check = Callable[[str, Any], Iterator[ManifestFinding]]


def manifest_findings(manifest: Any) -> list[ManifestFinding]:
    """Everything in a manifest that Google does not document, and so does not take."""
    return list(_MANIFEST("", manifest))


def handlers(manifest: dict[str, Any]) -> list[tuple[str, str]]:
    """The functions that a manifest names, as (dotted key, name)."""
    return list(_handlers("", manifest.get("addOns", {})))


def _handlers(key: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, member in value.items():
            path = f"{key}.{name}" if key else f"addOns.{name}"
            if name == "runFunction" or name.endswith("Function"):
                yield path, str(member)
            else:
                yield from _handlers(path, member)
    elif isinstance(value, list):
        for position, member in enumerate(value):
            yield from _handlers(f"{key}[{position}]", member)


def _of(type_: type, name: str) -> Check:
    def check(key: str, value: Any) -> Iterator[ManifestFinding]:
        if not isinstance(value, type_):
            yield ManifestFinding(key, f"must be {name}")

    return check


def _one_of(*names: str) -> Check:
    def check(key: str, value: Any) -> Iterator[ManifestFinding]:
        if value not in names:
            said = f'Expected one of [{", ".join(names)}] for "{key}", but was "{value}"'
            yield ManifestFinding(key, said, f'"appsscript.json" has errors: Invalid manifest: {said}')

    return check


def _list_of(item: Check) -> Check:
    def check(key: str, value: Any) -> Iterator[ManifestFinding]:
        if not isinstance(value, list):
            yield ManifestFinding(key, "must be a list")
            return
        for position, member in enumerate(value):
            yield from item(f"{key}[{position}]", member)

    return check


def _table(required: dict[str, Check], optional: dict[str, Check] | None = None) -> Check:
    known = {**required, **(optional or {})}

    def check(key: str, value: Any) -> Iterator[ManifestFinding]:
        if not isinstance(value, dict):
            yield ManifestFinding(key, "must be an object")
            return
        for name in required:
            if name not in value:
                yield ManifestFinding(f"{key}.{name}".removeprefix("."), "is missing")
        for name, member in value.items():
            path = f"{key}.{name}".removeprefix(".")
            if name in known:
                yield from known[name](path, member)
            else:
                yield ManifestFinding(path, "is not a key of a manifest")

    return check


def _anything(key: str, value: Any) -> Iterator[ManifestFinding]:
    return iter(())


def _url_prefix(key: str, value: Any) -> Iterator[ManifestFinding]:
    fault = allowlist.entry_problem(value) if isinstance(value, str) else "must be a text"
    if fault:
        yield ManifestFinding(key, f"{value!r} {fault}")


def _link_prefix(key: str, value: Any) -> Iterator[ManifestFinding]:
    return iter(()) if value == "*" else _url_prefix(key, value)


def _solution_id(key: str, value: Any) -> Iterator[ManifestFinding]:
    if not isinstance(value, str | int) or isinstance(value, bool):
        yield ManifestFinding(key, "must be a text or a number")


_TEXT = _of(str, "a text")
_TRUTH = _of(bool, "true or false")
_RUN = _table({"runFunction": _TEXT})
_HOMEPAGE = _table({}, {"runFunction": _TEXT, "enabled": _TRUTH})
_COMMON = _table(
    {"name": _TEXT, "logoUrl": _TEXT},
    {
        "homepageTrigger": _HOMEPAGE,
        "layoutProperties": _table({}, {"primaryColor": _TEXT, "secondaryColor": _TEXT}),
        "openLinkUrlPrefixes": _list_of(_link_prefix),
        "universalActions": _list_of(_table({"label": _TEXT}, {"openLink": _TEXT, "runFunction": _TEXT})),
        "useLocaleFromApp": _TRUTH,
    },
)
_SOLUTION = _table({"id": _solution_id, "name": _TEXT, "onCreateFunction": _TEXT}, {"logoUrl": _TEXT})
_CALENDAR = _table(
    {},
    {
        "createSettingsUrlFunction": _TEXT,
        "conferenceSolution": _list_of(_SOLUTION),
        "currentEventAccess": _one_of("METADATA", "READ", "WRITE", "READ_WRITE"),
        "eventOpenTrigger": _RUN,
        "eventUpdateTrigger": _RUN,
        "eventAttachmentTrigger": _table({"runFunction": _TEXT, "label": _TEXT}),
        "homepageTrigger": _HOMEPAGE,
    },
)
_OTHER_HOSTS = dict.fromkeys(
    ("chat", "docs", "drive", "gmail", "meet", "sheets", "slides", "httpOptions"), _anything
)
_SERVICE = _table({"userSymbol": _TEXT, "serviceId": _TEXT, "version": _TEXT})
_LIBRARY = _table({"userSymbol": _TEXT, "libraryId": _TEXT, "version": _TEXT}, {"developmentMode": _TRUTH})
_MANIFEST = _table(
    {},
    {
        "addOns": _table({"common": _COMMON}, {"calendar": _CALENDAR, **_OTHER_HOSTS}),
        "chat": _anything,
        "dependencies": _table(
            {}, {"enabledAdvancedServices": _list_of(_SERVICE), "libraries": _list_of(_LIBRARY)}
        ),
        "exceptionLogging": _one_of("NONE", "STACKDRIVER"),
        "executionApi": _table({"access": _one_of("MYSELF", "DOMAIN", "ANYONE", "ANYONE_ANONYMOUS")}),
        "oauthScopes": _list_of(_TEXT),
        "runtimeVersion": _one_of("V8", "STABLE", "DEPRECATED_ES5"),
        "sheets": _anything,
        "timeZone": _TEXT,
        "urlFetchWhitelist": _list_of(_url_prefix),
        "webapp": _table(
            {"access": _one_of("MYSELF", "DOMAIN", "ANYONE", "ANYONE_ANONYMOUS")},
            {"executeAs": _one_of("USER_ACCESSING", "USER_DEPLOYING")},
        ),
    },
)
