"""Which host names the local Google answers for, and under which of its own paths."""

from urllib.parse import urlsplit

HOSTS = {
    "www.googleapis.com": "",
    "calendar.googleapis.com": "",
    "script.googleapis.com": "",
    "script.google.com": "",
    "oauth2.googleapis.com": "/oauth2",
    "accounts.google.com": "/oauth2",
    "conferences.example": "/conferences",
}

_ADDRESSES = {
    "calendar": "/calendar/v3/",
    "batch": "/batch/calendar/v3",
    "appsScript": "/",
    "discovery": "/discovery/v1/apis",
    "token": "/oauth2/token",
    "conferences": "/conferences/v1/",
    "control": "/emulator",
}


def addresses(base: str) -> dict[str, str]:
    """Return where everything is for a client of the server at `base` (no slash at its end)."""
    return {name: base + path for name, path in _ADDRESSES.items()}


def local_target(url: str) -> str | None:
    """Return path and query under which the local Google serves `url`, or None when it knows no such host."""
    parts = urlsplit(url)
    if parts.scheme != "https" or parts.hostname not in HOSTS:
        return None
    target = HOSTS[parts.hostname] + (parts.path or "/")
    return f"{target}?{parts.query}" if parts.query else target
