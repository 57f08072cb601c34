"""Which host names the local Google answers for, and under which of its own paths."""

from urllib.parse import urlsplit

HOSTS = {
    "www.googleapis.com": "",
    "calendar.googleapis.com": "",
    "script.googleapis.com": "",
    "oauth2.googleapis.com": "/oauth2",
    "conferences.example": "/conferences",
}


def local_target(url: str) -> str | None:
    """Return path and query under which the local Google serves `url`, or None when it knows no such host."""
    parts = urlsplit(url)
    if parts.scheme != "https" or parts.hostname not in HOSTS:
        return None
    target = HOSTS[parts.hostname] + (parts.path or "/")
    return f"{target}?{parts.query}" if parts.query else target
