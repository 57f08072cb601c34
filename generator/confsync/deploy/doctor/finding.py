"""One thing that was looked at, and how it is."""

from dataclasses import dataclass

from confsync.errors import ConfsyncError

OK, WARN, FAIL = "ok", "warn", "fail"


@dataclass(frozen=True)
class Finding:
    """What was looked at by `name`, its `status`, what was seen, and what to do next, where there is something to do."""

    name: str
    status: str
    what: str
    next_step: str = ""


def failed(name: str, error: ConfsyncError) -> Finding:
    """Return an error as a finding."""
    what = f"{error.where}: {error.what}" if error.where else error.what
    return Finding(name, FAIL, what, error.next_step)


def skipped(name: str, why: str) -> Finding:
    """Return that something could not be looked at."""
    return Finding(name, WARN, "not looked at", why)
