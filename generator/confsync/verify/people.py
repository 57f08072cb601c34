"""What people do in Calendar, as data: each step names an action, who acts, and on which event.

A step is `{"do": action, "who": e-mail, "event": name, …}`; events are known by the names that steps give them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from confsync.verify.stage import Stage, StageError

Step = Mapping[str, Any]


class People:
    """Carries steps out on one stage; remembers where the named events are."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self._places: dict[str, tuple[str, str]] = {}
        self._actions: dict[str, Callable[[Step], Any]] = {
            "create": self._create,
            "abandon": self._abandon,
            "change": self._change,
            "answer": self._answer,
            "delete": self._delete,
            "change-occurrence": self._change_occurrence,
            "cancel-occurrence": self._cancel_occurrence,
            "copy": self._copy,
            "move": self._move,
            "remove-conference": self._remove_conference,
            "replace-conference": self._replace_conference,
            "undo": self._undo,
            "add-calendar": self._add_calendar,
            "share": self._share,
            "expire-tokens": self._expire_tokens,
            "fault": self._fault,
            "clear-faults": self._clear_faults,
            "leave-trigger": self._leave_trigger,
            "fire": self._fire,
            "drop": self._drop,
        }

    def act(self, step: Step) -> list[dict[str, Any]]:
        """Carry out one step; return the executions that ran because of it (`deliver` and `advance` run them)."""
        if step["do"] == "deliver":
            return self.stage.deliver()
        if step["do"] == "deliver-together":
            return self.stage.deliver("together")
        if step["do"] == "advance":
            return self.stage.advance(int(step["seconds"]))
        self._actions[step["do"]](step)
        return []

    def event(self, who: str, name: str) -> dict[str, Any]:
        """Return the event as that person sees it."""
        calendar_id, event_id = self._place(who, name)
        found: dict[str, Any] = self._events(who).get(calendarId=calendar_id, eventId=event_id).execute()
        return found

    def _events(self, who: str) -> Any:
        return self.stage.calendar(who).events()

    def _place(self, who: str, name: str) -> tuple[str, str]:
        """Return calendar and id of the event; somebody else than its owner has a copy in the own calendar."""
        calendar_id, event_id = self._places[name]
        return (who if "@group." not in calendar_id else calendar_id), event_id

    def _calendar(self, step: Step) -> str:
        name = step.get("calendar", "")
        return self._places[name][0] if name else step["who"]

    def _create(self, step: Step) -> None:
        calendar_id = self._calendar(step)
        if "solution" not in step:
            event = self._events(step["who"]).insert(calendarId=calendar_id, body=step["with"]).execute()
            self._places[step["event"]] = (calendar_id, event["id"])
            return
        draft = self._draft(step, calendar_id)
        saved = self.stage.control("POST", f"/drafts/{draft['id']}/save", {"event": dict(step["with"])})
        self._places[step["event"]] = (calendar_id, saved["id"])

    def _draft(self, step: Step, calendar_id: str, event_id: str = "") -> dict[str, Any]:
        opened = {"user": step["who"], "calendarId": calendar_id}
        draft = self.stage.control("POST", "/drafts", opened | ({"eventId": event_id} if event_id else {}))
        answer = self.stage.control(
            "POST", f"/drafts/{draft['id']}/conference", {"solution": step["solution"]}
        )
        if "error" in answer and not step.get("mayFail"):
            raise StageError(f"the add-on made no conference: {answer['error']}", where=str(step["event"]))
        return draft

    def _abandon(self, step: Step) -> None:
        draft = self._draft(step, self._calendar(step))
        self.stage.control("DELETE", f"/drafts/{draft['id']}")

    def _change(self, step: Step) -> None:
        calendar_id, event_id = self._place(step["who"], step["event"])
        self._events(step["who"]).patch(
            calendarId=calendar_id, eventId=event_id, body=dict(step["with"])
        ).execute()

    def _answer(self, step: Step) -> None:
        event = self.event(step["who"], step["event"])
        for attendee in event["attendees"]:
            if attendee.get("self"):
                attendee["responseStatus"] = step["answer"]
        calendar_id, event_id = self._place(step["who"], step["event"])
        self._events(step["who"]).patch(
            calendarId=calendar_id, eventId=event_id, body={"attendees": event["attendees"]}
        ).execute()

    def _delete(self, step: Step) -> None:
        calendar_id, event_id = self._place(step["who"], step["event"])
        self._events(step["who"]).delete(calendarId=calendar_id, eventId=event_id).execute()

    def _occurrence(self, step: Step) -> tuple[str, str]:
        """Return calendar and id of an occurrence of a series, counted from 0."""
        calendar_id, event_id = self._place(step["who"], step["event"])
        most = step["occurrence"] + 1
        listed = self._events(step["who"]).instances(
            calendarId=calendar_id, eventId=event_id, maxResults=most
        )
        return calendar_id, listed.execute()["items"][step["occurrence"]]["id"]

    def _change_occurrence(self, step: Step) -> None:
        calendar_id, instance_id = self._occurrence(step)
        self._events(step["who"]).patch(
            calendarId=calendar_id, eventId=instance_id, body=dict(step["with"])
        ).execute()

    def _cancel_occurrence(self, step: Step) -> None:
        calendar_id, instance_id = self._occurrence(step)
        self._events(step["who"]).delete(calendarId=calendar_id, eventId=instance_id).execute()

    def _copy(self, step: Step) -> None:
        event = self.event(step["who"], step["event"])
        kept = ("summary", "description", "start", "end", "recurrence", "visibility", "conferenceData")
        body = {key: event[key] for key in kept if key in event} | dict(step.get("with", {}))
        calendar_id = self._calendar(step)
        copy = (
            self._events(step["who"])
            .insert(calendarId=calendar_id, body=body, conferenceDataVersion=1)
            .execute()
        )
        self._places[step["as"]] = (calendar_id, copy["id"])

    def _move(self, step: Step) -> None:
        calendar_id, event_id = self._place(step["who"], step["event"])
        target = self._calendar(step)
        self._events(step["who"]).move(calendarId=calendar_id, eventId=event_id, destination=target).execute()
        self._places[step["event"]] = (target, event_id)

    def _remove_conference(self, step: Step) -> None:
        calendar_id, event_id = self._place(step["who"], step["event"])
        self._events(step["who"]).patch(
            calendarId=calendar_id, eventId=event_id, body={"conferenceData": None}, conferenceDataVersion=1
        ).execute()

    def _replace_conference(self, step: Step) -> None:
        calendar_id, event_id = self._place(step["who"], step["event"])
        draft = self._draft(step, calendar_id, event_id)
        self.stage.control("POST", f"/drafts/{draft['id']}/save", {"event": {}})

    def _undo(self, step: Step) -> None:
        calendar_id, event_id = self._place(step["who"], step["event"])
        self._events(step["who"]).patch(
            calendarId=calendar_id, eventId=event_id, body={"status": "confirmed"}
        ).execute()

    def _add_calendar(self, step: Step) -> None:
        made = self.stage.calendar(step["who"]).calendars().insert(body={"summary": step["event"]}).execute()
        self._places[step["event"]] = (made["id"], "")

    def _share(self, step: Step) -> None:
        rule = {"role": "writer", "scope": {"type": "user", "value": step["with"]}}
        acl = self.stage.calendar(step["who"]).acl()
        acl.insert(calendarId=self._calendar(step), body=rule).execute()

    def _expire_tokens(self, step: Step) -> None:
        self.stage.expire_tokens(self._calendar(step))

    def _fault(self, step: Step) -> None:
        self.stage.control("POST", "/faults", dict(step["with"]))

    def _clear_faults(self, step: Step) -> None:
        self.stage.control("DELETE", "/faults")

    def _leave_trigger(self, step: Step) -> None:
        left = {"user": step["who"], "scriptId": self.stage.script_id, "handlerFunction": step["handler"]}
        self.stage.control("POST", "/triggers", left)

    def _fire(self, step: Step) -> None:
        self.stage.control("POST", "/triggers/fire")

    def _drop(self, step: Step) -> None:
        self.stage.control("POST", "/triggers/drop")
