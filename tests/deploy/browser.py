"""A browser for tests: opens the consent screen over plain HTTP, fills in its form, and follows where it leads.

As a program it is what `BROWSER` names: `python browser.py USER ADDRESS`, and `python browser.py deny ADDRESS`.
LOCAL_GOOGLE is the address of a local Google that it takes for Google's own pages.
"""

import http.client
import os
import re
import sys
import threading
from collections.abc import Callable, Collection
from urllib.parse import urlencode, urlsplit

from confsync.emulator.hosts import local_target

TICKED = re.compile(r'type="checkbox" name="granted" value="([^"]+)" checked')


def ask(method: str, url: str, form: Collection[tuple[str, str]] = ()) -> tuple[int, str, str]:
    """Ask a server; return status, location and body."""
    target = local_target(url)
    parts = urlsplit(url if target is None else f"{os.environ['LOCAL_GOOGLE']}{target}")
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=20)
    headers = {"content-type": "application/x-www-form-urlencoded"}
    connection.request(method, f"{parts.path}?{parts.query}", urlencode([*form]), headers)
    answer = connection.getresponse()
    body = answer.read().decode()
    connection.close()
    return answer.status, answer.headers.get("location", ""), body


def consent(url: str, user: str, *, untick: Collection[str] = ()) -> str:
    """Agree as a user (`deny`: do not), with boxes unticked by the ends of their scopes; return the last page."""
    status, _, page = ask("GET", url)
    assert status == 200, page
    scopes = [scope for scope in TICKED.findall(page) if not scope.endswith(tuple(untick) or "no such end")]
    form = [("user", user), ("action", "deny" if user == "deny" else "allow")]
    status, location, page = ask("POST", url, [*form, *(("granted", scope) for scope in scopes)])
    assert status == 302, page
    return ask("GET", location)[2]


def behind(user: str, *, untick: Collection[str] = ()) -> Callable[[str], None]:
    """Return what shows an address to a user who agrees while the caller waits."""
    return lambda url: threading.Thread(target=consent, args=(url, user), kwargs={"untick": untick}).start()


if __name__ == "__main__":
    consent(sys.argv[2], sys.argv[1])
