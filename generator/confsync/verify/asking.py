"""The ports of an execution in the Python wing: everything that it wants of the world, it asks."""

from __future__ import annotations

import functools
import json
import os
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httplib2
from googleapiclient.discovery import build
from greenlet import getcurrent

from confsync.emulator.execution import Answer, Call, LogLine, ScriptError
from confsync.platform.discovery import Method, discovery
from confsync.sync.ports import FetchError, JsonObject, PlatformError, Ports, TriggerError


class Killed(BaseException):
    """The execution was killed; nothing may handle it."""


class ScriptFailure(PlatformError):
    """A service refused, with what a script would see."""

    def __init__(self, error: ScriptError) -> None:
        super().__init__(error.message)
        self.error = error


class Asker:
    """One end of the line to whoever drives the execution: the coroutine that switches to its own."""

    def __init__(self, now_ms: int) -> None:
        self.now_ms, self.lines = now_ms, list[LogLine]()
        self._dead = False

    def ask(self, service: str, method: str, **arguments: Any) -> Any:
        """Ask and wait; raises ScriptFailure for a refusal, Killed when no answer will come."""
        if self._dead:
            raise Killed
        # A call that is never answered is the last, whatever ends it.
        self._dead = True
        driver = getcurrent().parent
        assert driver
        answer: Answer | None = driver.switch(Call(service, method, arguments))
        if answer is None:
            raise Killed
        self._dead = False
        self.now_ms = answer.now_ms
        if answer.error:
            raise ScriptFailure(answer.error)
        return answer.value


class AskingProperties:
    """The user's properties."""

    def __init__(self, asker: Asker) -> None:
        self._ask = asker.ask

    def get_properties(self) -> dict[str, str]:
        """Ask for all of them."""
        values: dict[str, str] = self._ask("Properties", "getProperties", store="user")
        return values

    def set_properties(self, properties: Mapping[str, str]) -> None:
        """Write some of them."""
        self._ask(
            "Properties", "setProperties", store="user", properties=dict(properties), deleteAllOthers=False
        )

    def delete_property(self, key: str) -> None:
        """Remove one."""
        self._ask("Properties", "deleteProperty", store="user", key=key)


class AskingLock:
    """The user's lock."""

    def __init__(self, asker: Asker) -> None:
        self._ask = asker.ask

    def try_lock(self, milliseconds: int) -> bool:
        """Ask for it."""
        return bool(self._ask("LockService", "tryLock", lock="user", milliseconds=milliseconds))

    def release_lock(self) -> None:
        """Give it back."""
        self._ask("LockService", "releaseLock", lock="user")


class AskingFetch:
    """HTTP to the third party."""

    def __init__(self, asker: Asker) -> None:
        self._ask = asker.ask

    def fetch_all(self, requests: Sequence[JsonObject]) -> list[JsonObject]:
        """Send them side by side."""
        try:
            answers: list[JsonObject] = self._ask("UrlFetch", "fetchAll", requests=list(requests))
            return answers
        except ScriptFailure as failure:
            raise FetchError(str(failure)) from failure


class AskingTriggers:
    """The user's triggers."""

    def __init__(self, asker: Asker) -> None:
        self._ask = asker.ask

    def get_project_triggers(self) -> list[JsonObject]:
        """Ask for all of them."""
        triggers: list[JsonObject] = self._ask("ScriptApp", "getProjectTriggers")
        return triggers

    def create_trigger(self, trigger: JsonObject) -> None:
        """Make one."""
        try:
            self._ask("ScriptApp", "createTrigger", **trigger)
        except ScriptFailure as failure:
            raise TriggerError(str(failure)) from failure

    def delete_trigger(self, unique_id: str) -> None:
        """Remove one."""
        self._ask("ScriptApp", "deleteTrigger", uniqueId=unique_id)


class AskingMachine:
    """Time, chance and the log."""

    def __init__(self, asker: Asker) -> None:
        self._asker = asker

    def now_ms(self) -> int:
        """Return the clock of the last answer; it does not move between calls."""
        return self._asker.now_ms

    def sleep(self, milliseconds: int) -> None:
        """Ask to wait."""
        self._asker.ask("Utilities", "sleep", milliseconds=milliseconds)

    def get_uuid(self) -> str:
        """Ask for a UUID."""
        return str(self._asker.ask("Utilities", "getUuid"))

    def log(self, severity: str, message: str) -> None:
        """Write a line; nobody is asked."""
        self._asker.lines.append(LogLine(severity, message))


class AskingSecrets:
    """The provider's keys: Script Properties, as a script has them, or else the machine's environment."""

    def __init__(self, asker: Asker) -> None:
        self._ask = asker.ask

    def get(self, name: str) -> str | None:
        """Ask for `secret.<name>`; without one, read the environment variable `CONFSYNC_SECRET_<NAME>`."""
        value: str | None = self._ask("Properties", "getProperty", store="script", key="secret." + name)
        return value or os.environ.get(f"CONFSYNC_SECRET_{name.upper()}")


class AskingHttp:
    """What Google's client sends its requests with: each one becomes the call that a script would make."""

    def __init__(self, asker: Asker) -> None:
        self._ask = asker.ask

    def request(
        self,
        uri: str,
        method: str = "GET",
        body: bytes | str | None = None,
        headers: Mapping[str, str] | None = None,
        **_: Any,
    ) -> tuple[httplib2.Response, bytes]:
        """Ask for it, and return the answer as Calendar would have sent it."""
        found = discovery("calendar").match(method, urlsplit(uri).path)
        if found is None:
            raise ValueError(f"no method of Calendar: {method} {urlsplit(uri).path}")
        called, arguments = found[0], {**found[1], **_query(found[0], uri)}
        if body:
            arguments["resource"] = json.loads(body)
        match = {name: value for name, value in (headers or {}).items() if name.lower() == "if-match"}
        if match:
            arguments["headers"] = {"If-Match": next(iter(match.values()))}
        try:
            value = self._ask(called.resource, called.name, **arguments)
        except ScriptFailure as failure:
            return _refusal(failure.error)
        return httplib2.Response({"status": "200" if value is not None else "204"}), json.dumps(
            value
        ).encode()


def asking_ports(asker: Asker) -> Ports:
    """Return all ports, Google's own client among them."""
    return Ports(
        AskingProperties(asker),
        AskingLock(asker),
        calendar_events(),
        calendar_list(),
        AskingFetch(asker),
        AskingTriggers(asker),
        AskingMachine(asker),
        AskingSecrets(asker),
        AskingHttp(asker),
    )


@functools.cache
def calendar_events() -> Any:
    """Return the events of Google's own client, built once; each request is sent with an execution's `http`."""
    return _calendar_client().events()


@functools.cache
def calendar_list() -> Any:
    """Return the calendar list of Google's own client, built once."""
    return _calendar_client().calendarList()


@functools.cache
def _calendar_client() -> Any:
    return build("calendar", "v3", http=httplib2.Http(), static_discovery=True)


def _query(method: Method, uri: str) -> dict[str, Any]:
    """Return the query's parameters with the types of the discovery document."""
    values: dict[str, Any] = {}
    for name, text in parse_qsl(urlsplit(uri).query, keep_blank_values=True):
        if name not in method.parameters:
            if name == "fields":
                values[name] = text
            continue
        kind = method.parameters[name].get("type")
        value: Any = int(text) if kind == "integer" else text == "true" if kind == "boolean" else text
        if method.parameters[name].get("repeated"):
            values.setdefault(name, []).append(value)
        else:
            values[name] = value
    return values


def _refusal(error: ScriptError) -> tuple[httplib2.Response, bytes]:
    """Return the HTTP answer that a script's error stands for; without details there was none: a plain 503."""
    details = error.properties.get("details") or {"code": 503, "message": error.message, "errors": []}
    body = {"error": details}
    headers = {"status": str(details["code"]), "content-type": "application/json; charset=UTF-8"}
    return httplib2.Response(headers), json.dumps(body).encode()
