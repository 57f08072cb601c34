"""A stage: one local Google with the add-on installed, seen from outside, over a socket or in-process."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import quote

import httplib2
from googleapiclient.discovery import build

from confsync.errors import ConfsyncError

JsonObject = dict[str, Any]


class StageError(ConfsyncError):
    """The local Google refused a control request."""


class Stage:
    """Speaks to a local Google as people do (Google's client, one for each user) and as its operator does.

    `http_for(user)` returns an `http` object that sends requests as that user, or as nobody for the operator.
    """

    def __init__(self, url: str, http_for: Callable[[str], Any], script_id: str) -> None:
        self.url, self.script_id = url, script_id
        self._http = functools.cache(http_for)
        self._last_execution = 0

    def google(self, user: str, resource: str, method: str, **parameters: Any) -> Any:
        """Ask Calendar as a user with Google's client: `google(user, "events", "list", calendarId=…)`."""
        request = getattr(_resource(self.url, resource), method)(**parameters)
        return request.execute(http=self._http(user))

    def control(self, method: str, path: str, body: JsonObject | None = None) -> JsonObject:
        """Ask a control route below /emulator; raises StageError when it refuses."""
        data = json.dumps(body).encode() if body is not None else None
        headers = {"content-type": "application/json"}
        response, content = self._http("").request(f"{self.url}/emulator{path}", method, data, headers)
        answer: JsonObject = json.loads(content) if content else {}
        if int(response.status) >= 400:
            told = answer.get("error", {}).get("message", response.status)
            raise StageError(str(told), where=f"{method} /emulator{path}")
        return answer

    def third_party(self, method: str, path: str, key: str, body: JsonObject) -> None:
        """Ask the sample conferencing service as a client of its own; raises StageError when it refuses."""
        headers = {"content-type": "application/json", "authorization": f"Bearer {key}"}
        url = f"{self.url}/conferences/v1{path}"
        response, content = self._http("").request(url, method, json.dumps(body).encode(), headers)
        if int(response.status) >= 400:
            raise StageError(content.decode(errors="replace"), where=f"{method} {path}")

    def deliver(self) -> list[JsonObject]:
        """Let every queued trigger run, one by one; return the executions."""
        executions: list[JsonObject] = self.control("POST", "/triggers/deliver")["executions"]
        return executions

    def advance(self, seconds: int) -> list[JsonObject]:
        """Let time pass, and whatever the clock starts on the way; return the executions."""
        executions: list[JsonObject] = self.control("POST", "/clock", {"advanceSeconds": seconds})[
            "executions"
        ]
        return executions

    def expire_tokens(self, calendar_id: str) -> None:
        """Make Calendar forget every sync token of a calendar."""
        self.control("POST", f"/calendars/{quote(calendar_id, safe='')}/expire-tokens", {})

    def conferences(self) -> list[JsonObject]:
        """Return what the third party holds."""
        held: list[JsonObject] = self.control("GET", "/conferences")["conferences"]
        return held

    def properties(self, user: str) -> JsonObject:
        """Return the properties that the add-on keeps for a user."""
        kept: JsonObject = self.control("GET", f"/properties/{self.script_id}/{quote(user)}")["properties"]
        return kept

    def calls(self, since: int = 0) -> list[JsonObject]:
        """Return the calls that executions made after that number."""
        calls: list[JsonObject] = self.control("GET", f"/calls?since={since}&source=execution")["calls"]
        return calls

    def last_call(self) -> int:
        """Return the number of what happened last."""
        return int(self.control("GET", "/calls?since=999999999")["last"])

    def executions(self, since: int = 0) -> list[JsonObject]:
        """Return the executions after that number."""
        executions: list[JsonObject] = self.control("GET", f"/executions?since={since}")["executions"]
        return executions

    def last_execution(self) -> int:
        """Return the number of the execution that began last, 0 when none has."""
        for execution in self.executions(self._last_execution):
            self._last_execution = max(self._last_execution, int(execution["number"]))
        return self._last_execution

    def now(self) -> datetime:
        """Return the emulator's clock."""
        return datetime.fromisoformat(self.control("GET", "/clock")["now"])

    def calendars(self) -> list[JsonObject]:
        """Return `{id, roles, listedBy, events}` of every calendar, deleted events too: what is there, whoever asks."""
        found: list[JsonObject] = self.control("GET", "/calendars")["calendars"]
        return found

    def writes(self) -> list[JsonObject]:
        """Return the third party's journal: every write that had its effect."""
        written: list[JsonObject] = self.control("GET", "/conferences/journal")["writes"]
        return written

    def triggers(self) -> list[JsonObject]:
        """Return the triggers of all users."""
        found: list[JsonObject] = self.control("GET", "/triggers")["triggers"]
        return found


@functools.lru_cache(maxsize=16)
def _resource(url: str, name: str) -> Any:
    """Return a resource of Google's client; making one takes milliseconds, so they are kept for each address."""
    endpoint = {"api_endpoint": f"{url}/calendar/v3/"}
    client = build("calendar", "v3", http=httplib2.Http(), client_options=endpoint, static_discovery=True)
    return getattr(client, name)()
