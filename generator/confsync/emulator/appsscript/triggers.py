"""Triggers: who made them, what they wait for, and the queue of those that have fired."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING, Any

from confsync.emulator.appsscript.context import Context
from confsync.emulator.appsscript.firings import Firings
from confsync.emulator.appsscript.limits import (
    ADD_ON_PERIOD_SECONDS,
    NOT_OVER_THE_API,
    TOO_MANY_TRIGGERS,
    TOO_OFTEN,
    TRIGGERS,
)
from confsync.emulator.appsscript.refusal import Refusal, not_emulated
from confsync.emulator.appsscript.schedule import RULES, first_due, next_due, period_us
from confsync.emulator.clock import MICROSECONDS, instant

if TYPE_CHECKING:
    from confsync.emulator.world import World

_TABLES = """
CREATE TABLE IF NOT EXISTS script_triggers (
  uid TEXT PRIMARY KEY, user TEXT NOT NULL, script TEXT NOT NULL, deployment TEXT, handler TEXT NOT NULL,
  source TEXT NOT NULL, source_id TEXT, rule TEXT NOT NULL, time_zone TEXT NOT NULL, created_us INTEGER NOT NULL,
  due_us INTEGER
);
CREATE INDEX IF NOT EXISTS script_triggers_source ON script_triggers (source_id);
"""


@dataclass(frozen=True)
class Trigger:
    """One installed trigger. `deployment_id` is None when it was made by the project's HEAD."""

    uid: str
    user: str
    script_id: str
    deployment_id: str | None
    handler: str
    source: str
    source_id: str | None
    rule: Mapping[str, Any]
    time_zone: str
    due_us: int | None

    def as_call_value(self) -> dict[str, Any]:
        """Return it as ScriptApp's calls tell of it."""
        return {
            "uniqueId": self.uid,
            "handlerFunction": self.handler,
            "eventType": "CLOCK" if self.source == "CLOCK" else "ON_EVENT_UPDATED",
            "triggerSource": self.source,
            "triggerSourceId": self.source_id,
        }

    def as_json(self) -> dict[str, Any]:
        """Return it as the control route shows it."""
        shown = self.as_call_value() | {
            "user": self.user,
            "scriptId": self.script_id,
            "deploymentId": self.deployment_id,
            "schedule": dict(self.rule) or None,
            "dueUs": self.due_us,
        }
        return {key: value for key, value in shown.items() if value is not None}

    def event(self, now_us: int) -> dict[str, Any]:
        """Return the event object that the handler gets. Source: guide "Event objects"."""
        event: dict[str, Any] = {"authMode": "FULL", "triggerUid": self.uid}
        if self.source == "CALENDAR":
            return event | {"calendarId": self.source_id}
        now = instant(now_us).astimezone(UTC)
        return event | {
            "year": now.year,
            "month": now.month,
            "day-of-month": now.day,
            "day-of-week": now.isoweekday(),
            "week-of-year": now.isocalendar().week,
            "hour": now.hour,
            "minute": now.minute,
            "second": now.second,
            "timezone": "UTC",
        }


class Triggers:
    """All triggers, and the firings that wait to be delivered."""

    def __init__(self, world: World) -> None:
        world.store.create(_TABLES)
        self._world, self._firings = world, Firings(world)
        self._methods: dict[str, Callable[[Context, Mapping[str, Any]], Any]] = {
            "getProjectTriggers": self._project_triggers,
            "createTrigger": self._create,
            "deleteTrigger": self._delete,
        }

    def call(self, context: Context, method: str, arguments: Mapping[str, Any]) -> Any:
        """Answer a call of an execution."""
        if method not in self._methods:
            raise not_emulated("ScriptApp", method)
        with self._world.store.turn():
            return self._methods[method](context, arguments)

    def _select(self, condition: str = "1", *values: Any) -> list[Trigger]:
        query = f"SELECT * FROM script_triggers WHERE {condition} ORDER BY created_us, uid"
        with self._world.store.turn() as connection:
            return [_trigger(row) for row in connection.execute(query, values)]

    def all(self) -> list[Trigger]:
        """Return the triggers of all users and scripts."""
        return self._select()

    def get(self, uid: str) -> Trigger | None:
        """Return a trigger, or None when it has been deleted."""
        return next(iter(self._select("uid = ?", uid)), None)

    def _project_triggers(self, context: Context, arguments: Mapping[str, Any]) -> Any:
        found = self._select("user = ? AND script = ?", context.user, context.script_id)
        return [trigger.as_call_value() for trigger in found]

    def _create(self, context: Context, arguments: Mapping[str, Any]) -> Any:
        if context.kind == "EXECUTION_API":
            raise Refusal(NOT_OVER_THE_API)
        if len(self._project_triggers(context, {})) >= TRIGGERS:
            raise Refusal(TOO_MANY_TRIGGERS)
        now_us, source = self._world.clock.now_us(), arguments["triggerSource"]
        rule = {name: arguments[name] for name in RULES if name in arguments}
        due_us = first_due(rule, now_us, context.time_zone) if source == "CLOCK" else None
        if 0 < period_us(rule) < ADD_ON_PERIOD_SECONDS * MICROSECONDS and _is_add_on(context):
            raise Refusal(TOO_OFTEN)
        source_id = arguments.get("triggerSourceId")
        trigger = Trigger(
            uid=str(self._world.random.randrange(10**18, 10**19)),
            user=context.user,
            script_id=context.script_id,
            deployment_id=context.deployment_id,
            handler=arguments["handlerFunction"],
            source=source,
            source_id=context.user if source_id == "primary" else source_id,
            rule=rule,
            time_zone=context.time_zone,
            due_us=due_us,
        )
        self._insert(trigger, now_us)
        return trigger.as_call_value()

    def leave(
        self, user: str, script_id: str, deployment_id: str | None, handler: str, calendar_id: str
    ) -> Trigger:
        """Make a calendar trigger without asking the script."""
        uid = str(self._world.random.randrange(10**18, 10**19))
        trigger = Trigger(
            uid, user, script_id, deployment_id, handler, "CALENDAR", calendar_id, {}, "Etc/UTC", None
        )
        self._insert(trigger, self._world.clock.now_us())
        return trigger

    def _insert(self, trigger: Trigger, now_us: int) -> None:
        columns = {
            "uid": trigger.uid, "user": trigger.user, "script": trigger.script_id,
            "deployment": trigger.deployment_id, "handler": trigger.handler, "source": trigger.source,
            "source_id": trigger.source_id, "rule": json.dumps(trigger.rule), "time_zone": trigger.time_zone,
            "created_us": now_us, "due_us": trigger.due_us,
        }  # fmt: skip
        marks = ", ".join("?" for _ in columns)
        with self._world.store.turn() as connection:
            connection.execute(
                f"INSERT INTO script_triggers ({', '.join(columns)}) VALUES ({marks})", list(columns.values())
            )

    def _delete(self, context: Context, arguments: Mapping[str, Any]) -> None:
        with self._world.store.turn() as connection:
            connection.execute(
                "DELETE FROM script_triggers WHERE uid = ? AND user = ? AND script = ?",
                (arguments["uniqueId"], context.user, context.script_id),
            )

    def calendar_changed(self, calendar_id: str) -> bool:
        """Queue a firing for each trigger of that calendar, and tell whether there is one."""
        triggers = self._select("source = 'CALENDAR' AND source_id = ?", calendar_id)
        for trigger in triggers:
            self.queue(trigger)
        return bool(triggers)

    def queue(self, trigger: Trigger) -> None:
        """Queue a firing, unless one of this trigger waits already."""
        self._firings.queue(trigger.uid, trigger.user, trigger.source_id or "")

    def fire_all(self, source: str) -> None:
        """Queue a firing of every trigger of that source, CALENDAR or CLOCK."""
        for trigger in self._select("source = ?", source):
            self.queue(trigger)

    def drop_all(self) -> None:
        """Lose what is queued."""
        self._firings.drop_all()

    def take_firing(self) -> Trigger | None:
        """Take the oldest firing from the queue; firings of deleted triggers are dropped."""
        with self._world.store.turn():
            while uid := self._firings.take():
                if trigger := self.get(uid):
                    return trigger
        return None

    def next_due_us(self) -> int | None:
        """Return when the next clock trigger is due, or the next firing that is late."""
        with self._world.store.turn() as connection:
            row = connection.execute("SELECT min(due_us) AS due FROM script_triggers").fetchone()
        due = (row["due"], self._firings.next_due_us())
        return min((int(due_us) for due_us in due if due_us is not None), default=None)

    def queue_due(self) -> None:
        """Queue the clock triggers that are due, in the order of their times, and set when they are due next."""
        now_us = self._world.clock.now_us()
        with self._world.store.turn() as connection:
            due = self._select("due_us <= ?", now_us)
            for trigger in sorted(due, key=lambda trigger: trigger.due_us or 0):
                self.queue(trigger)
                following = next_due(trigger.rule, trigger.due_us or 0, now_us, trigger.time_zone)
                connection.execute(
                    "UPDATE script_triggers SET due_us = ? WHERE uid = ?", (following, trigger.uid)
                )


def _is_add_on(context: Context) -> bool:
    """Tell whether a project runs as the add-on that its manifest makes it; in the editor it is a script like others."""
    return "addOns" in context.manifest and context.kind != "EDITOR"


def _trigger(row: sqlite3.Row) -> Trigger:
    return Trigger(
        uid=row["uid"],
        user=row["user"],
        script_id=row["script"],
        deployment_id=row["deployment"],
        handler=row["handler"],
        source=row["source"],
        source_id=row["source_id"],
        rule=json.loads(row["rule"]),
        time_zone=row["time_zone"],
        due_us=row["due_us"],
    )
