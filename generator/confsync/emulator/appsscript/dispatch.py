"""Where an execution's calls are answered: faults, scopes, the service, latency, the trace, the time limit.

Both wings come here with the same calls; nothing else of them reaches the world.
"""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from confsync.emulator.appsscript.authorization import Authorization
from confsync.emulator.appsscript.cache import Cache
from confsync.emulator.appsscript.calendar_calls import CalendarCalls, GoogleRefusal
from confsync.emulator.appsscript.context import Context
from confsync.emulator.appsscript.limits import NO_TIME_LEFT, TIMED_OUT_MESSAGE
from confsync.emulator.appsscript.locks import Locks
from confsync.emulator.appsscript.machine import Machine
from confsync.emulator.appsscript.mail_calls import MailCalls
from confsync.emulator.appsscript.properties import Properties
from confsync.emulator.appsscript.quotas import DailyQuotas
from confsync.emulator.appsscript.refusal import Ending, Refusal, not_emulated
from confsync.emulator.appsscript.scopes import check_scopes
from confsync.emulator.appsscript.triggers import Triggers
from confsync.emulator.appsscript.urlfetch import UrlFetch
from confsync.emulator.appsscript.web_calls import WebCalls
from confsync.emulator.clock import MICROSECONDS
from confsync.emulator.execution import Answer, Call, ScriptError
from confsync.emulator.faults import Fault, When
from confsync.emulator.trace import MASK

if TYPE_CHECKING:
    from confsync.emulator.world import World

# How far a call moves a virtual clock, in milliseconds.
_LATENCY = {"Properties": 5, "LockService": 5, "ScriptApp": 50, "UrlFetch": 200}
# What a form sends to a token endpoint.
_SECRET_FIELDS = re.compile(r"((?:^|&)(?:client_secret|code|refresh_token)=)[^&]*")
_WEB = ("getServiceUrl", "getInstallationSource", "createStateToken", "getIdentityToken")
_CONSENT = ("getAuthorizationInfo", "requireScopes", "invalidateAuth")
_CALENDAR_LATENCY, _OTHER_LATENCY = 100, 1


@dataclass(frozen=True)
class _Outcome:
    shown: Any
    value: Any = None
    refusal: Refusal | None = None
    ending: Ending | None = None


class Dispatch:
    """Answers calls. No turn is held from one call to the next, nor while a call waits."""

    def __init__(
        self,
        world: World,
        properties: Properties,
        locks: Locks,
        triggers: Triggers,
        stopping: threading.Event,
        web_calls: WebCalls,
        authorization: Authorization,
    ) -> None:
        self._world = world
        self._calendar, self._fetch = CalendarCalls(world), UrlFetch(world)
        self._triggers, self._stopping, self._web_calls = triggers, stopping, web_calls
        self._authorization = authorization
        machine, cache = Machine(world, stopping), Cache(world.store, world.clock)
        self.quotas = DailyQuotas(world.switches, world.clock)
        self._services: dict[str, Callable[[Context, str, Mapping[str, Any]], Any]] = {
            "Properties": properties.call,
            "Cache": cache.call,
            "LockService": locks.call,
            "ScriptApp": self._script,
            "Utilities": machine.utilities,
            "Session": machine.session,
            "HtmlService": web_calls.html,
            "MailApp": MailCalls(self.quotas).call,
        }
        # Whose call is being answered on this thread: an execution's own writes can be told from others.
        self.answering = threading.local()

    def answer(self, context: Context, call: Call) -> Answer:
        """Answer one call; raises Ending when the execution ends instead."""
        with self._world.faults.asked_by_script():
            return self._answer(context, call)

    def _answer(self, context: Context, call: Call) -> Answer:
        context.calls += 1
        number, at_us, after = context.calls, self._world.clock.now_us(), None
        before = self._fault("before", context, call)
        killed = before is not None and before.action == "kill"
        outcome = _Outcome("killed before") if killed else self._performed(context, call, before)
        if not before:
            after = self._fault("after", context, call)
            killed = after is not None and after.action == "kill"
            outcome = _Outcome("killed after") if killed else self._replaced(call, outcome, after)
        self._pass_time(call, before or after)
        self._world.trace.add(
            at_us=at_us,
            source="execution",
            service=call.service,
            method=call.method,
            arguments=masked(call),
            outcome=outcome.shown,
            user=context.user,
            execution=context.number,
            call=number,
        )
        if killed or self._stopping.is_set():
            raise Ending("KILLED", ScriptError("Exception", "Killed"))
        if outcome.ending:
            raise outcome.ending
        if self._world.clock.now_us() - context.started_us > context.limit_us:
            raise _out_of_time(context)
        error = outcome.refusal.error if outcome.refusal else None
        return Answer(self._world.clock.now_ms(), outcome.value, error)

    def _fault(self, when: When, context: Context, call: Call) -> Fault | None:
        calendar_id = str(call.arguments.get("calendarId", ""))
        calendar_id = context.user if calendar_id == "primary" else calendar_id
        return self._world.faults.check_call(when, call.name, context.user, calendar_id)

    def _performed(self, context: Context, call: Call, before: Fault | None) -> _Outcome:
        self.answering.execution = context.number
        try:
            check_scopes(context, call)
            self.quotas.charge(context.user, call)
            if before and call.service != "UrlFetch":
                raise _refused(before)
            return self._serve(context, call, before)
        except GoogleRefusal as refusal:
            return _Outcome(refusal.status, refusal=refusal)
        except Refusal as refusal:
            return _Outcome(str(refusal), refusal=refusal)
        except Ending as ending:
            return _Outcome(str(ending), ending=ending)
        finally:
            self.answering.execution = None

    def _serve(self, context: Context, call: Call, before: Fault | None) -> _Outcome:
        if call.service.startswith("calendar."):
            value, status = self._calendar.call(context, call.service, call.method, call.arguments)
            return _Outcome(status, value)
        if call.service == "UrlFetch":
            value, statuses = self._fetch.call(context, call.method, call.arguments, before)
            return _Outcome(statuses, value)
        if call.service not in self._services:
            raise not_emulated(call.service, call.method)
        value = self._services[call.service](context.of(call), call.method, call.arguments)
        return _Outcome(value if isinstance(value, bool) else "ok", value)

    def _replaced(self, call: Call, outcome: _Outcome, after: Fault | None) -> _Outcome:
        """Return the outcome, or what a fault puts in its place once the effect is there."""
        if after is None or after.action == "delay":
            return outcome
        try:
            if call.service != "UrlFetch":
                raise _refused(after)
            value, statuses = self._fetch.replaced(call.method, call.arguments, after)
            return _Outcome(statuses, value)
        except Refusal as refusal:
            return _Outcome(str(refusal), refusal=refusal)

    def _script(self, context: Context, method: str, arguments: Mapping[str, Any]) -> Any:
        if method == "getScriptId":
            return context.script_id
        if method == "getProjectKey":
            return f"M{hashlib.sha256(context.script_id.encode()).hexdigest()[:32]}"
        if method == "getOAuthToken":
            return self._calendar.token(context)
        if method in _WEB:
            return self._web_calls.script(context, method, arguments)
        if method in _CONSENT:
            return self._authorization.call(context, method, arguments)
        return self._triggers.call(context, method, arguments)

    def _pass_time(self, call: Call, fault: Fault | None) -> None:
        if fault:
            self._world.clock.advance(int(fault.delay_seconds * MICROSECONDS))
        if self._world.clock.virtual:
            calendar = call.service.startswith("calendar.")
            latency = _CALENDAR_LATENCY if calendar else _LATENCY.get(call.service, _OTHER_LATENCY)
            self._world.clock.advance(latency * 1000)


def _out_of_time(context: Context) -> Ending:
    if context.ends_with_day:
        return Ending("FAILED", ScriptError("Exception", NO_TIME_LEFT))
    return Ending("TIMED_OUT", ScriptError("Exception", TIMED_OUT_MESSAGE))


def _refused(fault: Fault) -> Refusal:
    return Refusal(fault.message or "Server error occurred, please try again.")


def masked(call: Call) -> dict[str, Any]:
    """Return a call's arguments without secrets: `Authorization` headers, fields of forms, `secret.` properties, mails' texts."""
    shown = dict(call.arguments)
    if call.service == "UrlFetch":
        for name in ("request", "requests"):
            if name in shown:
                shown[name] = _without_keys(shown[name])
    if call.service == "MailApp" and "message" in shown:
        # What a mail says is nobody's business.
        shown["message"] = {
            name: MASK if name in ("subject", "body", "htmlBody") else value
            for name, value in shown["message"].items()
        }
    if call.service == "Properties":
        if str(shown.get("key", "")).startswith("secret.") and "value" in shown:
            shown["value"] = MASK
        if "properties" in shown:
            shown["properties"] = {
                key: MASK if key.startswith("secret.") else value
                for key, value in shown["properties"].items()
            }
    return shown


def _without_keys(request: Any) -> Any:
    if isinstance(request, list):
        return [_without_keys(item) for item in request]
    headers = {
        name: MASK if name.lower() == "authorization" else value
        for name, value in request.get("headers", {}).items()
    }
    shown = {**request, "headers": headers}
    if isinstance(request.get("payload"), str):
        shown["payload"] = _SECRET_FIELDS.sub(rf"\1{MASK}", request["payload"])
    return shown
