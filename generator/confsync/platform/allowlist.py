"""How `urlFetchWhitelist` of the manifest is written and matched.

Source: developers.google.com/apps-script/manifest/allowlist-url. An entry is an https URL with a whole host
and a path; one leading `*.` stands for one or more labels; the path is a prefix in whole parts.
"""

import re
from collections.abc import Iterable

_ENTRY = re.compile(r"https://(?:\*\.)?[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*(?::[0-9]+)?(?P<path>/[^?#\s{}*]*)?")
_URL = re.compile(r"https://(?P<host>[^/?#@\s]+)(?P<path>[^\s]*)")


def entry_problem(entry: str) -> str | None:
    """Why Google would refuse an entry, or None."""
    if not entry.startswith("https://"):
        return "must start with https://"
    found = _ENTRY.fullmatch(entry)
    if found is None:
        return "is not a URL prefix: a whole host (with at most one leading *.) and a path, nothing after it"
    if not found["path"]:
        return f"needs a path: {entry}/"
    return None


def matches(entry: str, url: str) -> bool:
    """Whether one entry lets a URL pass: `https://h/a` lets `/a`, `/a/b` and `/a?b` pass, not `/ab`."""
    allowed, asked = _URL.fullmatch(entry), _URL.fullmatch(url)
    if allowed is None or asked is None or not _same_host(allowed["host"].lower(), asked["host"].lower()):
        return False
    prefix, path = allowed["path"], asked["path"] or "/"
    rest = path[len(prefix) :]
    return path.startswith(prefix) and (not rest or prefix.endswith("/") or rest[0] in "/?#")


def allows(entries: Iterable[str], url: str) -> bool:
    """Whether any of the entries lets a URL pass."""
    return any(matches(entry, url) for entry in entries)


def _same_host(allowed: str, asked: str) -> bool:
    if not allowed.startswith("*."):
        return asked == allowed
    return asked.endswith(allowed[1:]) and not asked.startswith(".")
