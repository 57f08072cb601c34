"""What people do in Calendar, as data: each step names an action, who acts, and on which event.

A step is `{"do": action, "who": e-mail, "event": name, …}`; events are known by the names that steps give them.
What lets executions run side by side (`deliver-together`, and `beside`) may say in which `turns`: how many steps of the
one, then how many of the next, and so on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from confsync.verify import gestures
from confsync.verify.stage import Stage, StageError

Step = Mapping[str, Any]


class People:
    """Carries steps out on one stage; remembers where the named events are."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self._places: dict[str, tuple[str, str]] = {}
        self._drafts: dict[str, str] = {}
        self.turns: list[int] = []  # that were taken in the last step
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
            "open-editor": self._open_editor,
            "save-editor": self._save_editor,
            "close-editor": self._close_editor,
            "undo": self._undo,
            "add-calendar": self._add_calendar,
            "share": self._share,
            "unsubscribe": self._unsubscribe,
            "subscribe": self._subscribe,
            "take-role": self._take_role,
            "give-role": self._share,
            "expire-tokens": self._expire_tokens,
            "fault": self._fault,
            "clear-faults": self._clear_faults,
            "leave-trigger": self._leave_trigger,
            "fire": self._fire,
            "fire-clock": self._fire_clock,
            "drop": self._drop,
        }

    def act(self, step: Step) -> list[dict[str, Any]]:
        """Carry out one step; return the executions that ran because of it (`deliver` and `advance` run them)."""
        self.turns = []
        if step["do"] == "deliver":
            return self.stage.deliver()
        if step["do"] == "deliver-together":
            return self._deliver_together(step)
        if step["do"] == "advance":
            return self.stage.advance(int(step["seconds"]))
        if gestures.is_gesture(step):
            self._gesture(step)
            return []
        if step["do"] not in self._actions:
            raise StageError("nobody knows how to do that.", where=str(step["do"]))
        self._actions[step["do"]](step)
        return []

    def _deliver_together(self, step: Step) -> list[dict[str, Any]]:
        answer = self.stage.control("POST", "/triggers/deliver", {"order": "together"} | _turns(step))
        self.turns = answer["turns"]
        executions: list[dict[str, Any]] = answer["executions"]
        return executions

    def event(self, who: str, name: str) -> dict[str, Any]:
        """Return the event as that person sees it."""
        found: dict[str, Any] = self._ask({"who": who, "event": name}, "get")
        return found

    def _ask(self, step: Step, method: str, **parameters: Any) -> Any:
        """Ask Calendar about the step's event, as the person of the step."""
        calendar_id, event_id = self._place(step["who"], step["event"])
        place = {"calendarId": calendar_id, "eventId": event_id}
        return self.stage.google(step["who"], "events", method, **place | parameters)

    def _place(self, who: str, name: str) -> tuple[str, str]:
        """Return calendar and id of the event; somebody else than its owner has a copy in the own calendar."""
        if name not in self._places:
            raise StageError("there is no such event.", where=name)
        calendar_id, event_id = self._places[name]
        return (who if "@group." not in calendar_id else calendar_id), event_id

    def _calendar(self, step: Step) -> str:
        name = step.get("calendar", "")
        return self._place(step["who"], name)[0] if name else step["who"]

    def _insert(self, step: Step, name: str, body: Mapping[str, Any]) -> None:
        calendar_id = self._calendar(step)
        parameters = {"calendarId": calendar_id, "body": dict(body), "conferenceDataVersion": 1}
        event = self.stage.google(step["who"], "events", "insert", **parameters)
        self._places[name] = (calendar_id, event["id"])

    def _create(self, step: Step) -> None:
        if "solution" not in step:
            self._insert(step, step["event"], step["with"])
            return
        calendar_id = self._calendar(step)
        draft = self._draft(step, calendar_id)
        saved = self.stage.control("POST", f"/drafts/{draft['id']}/save", {"event": dict(step["with"])})
        self._places[step["event"]] = (calendar_id, saved["id"])

    def _draft(self, step: Step, calendar_id: str, event_id: str = "") -> dict[str, Any]:
        """Open the editor and choose a solution.

        With `mayFail` people go on when the add-on makes nothing, with `beside` the waiting triggers come meanwhile.
        """
        opened = {"user": step["who"], "calendarId": calendar_id}
        draft = self.stage.control("POST", "/drafts", opened | ({"eventId": event_id} if event_id else {}))
        chosen = {"solution": step["solution"], "order": "together" if step.get("beside") else "one-by-one"}
        answer = self.stage.control("POST", f"/drafts/{draft['id']}/conference", chosen | _turns(step))
        self.turns = answer["turns"]
        if "error" in answer and not step.get("mayFail"):
            raise StageError(f"the add-on made no conference: {answer['error']}", where=str(step["event"]))
        return draft

    def _abandon(self, step: Step) -> None:
        draft = self._draft(step, self._calendar(step))
        self.stage.control("DELETE", f"/drafts/{draft['id']}")

    def _replace_conference(self, step: Step) -> None:
        draft = self._editor(step)
        self.stage.control("POST", f"/drafts/{draft['id']}/save", {"event": {}})

    def _editor(self, step: Step) -> dict[str, Any]:
        """Open the editor on an event, or on one `occurrence` of it, and choose a solution."""
        calendar_id, event_id = self._place(step["who"], step["event"])
        return self._draft(step, calendar_id, self._occurrence(step) if "occurrence" in step else event_id)

    def _open_editor(self, step: Step) -> None:
        self._drafts[step["event"]] = self._editor(step)["id"]

    def _save_editor(self, step: Step) -> None:
        self.stage.control("POST", f"/drafts/{self._drafts.pop(step['event'])}/save", {"event": {}})

    def _close_editor(self, step: Step) -> None:
        self.stage.control("DELETE", f"/drafts/{self._drafts.pop(step['event'])}")

    def _change(self, step: Step) -> None:
        self._ask(step, "patch", body=dict(step["with"]))

    def _answer(self, step: Step) -> None:
        attendees = self.event(step["who"], step["event"]).get("attendees", [])
        own = [attendee for attendee in attendees if attendee.get("self")]
        if not own:
            raise StageError("this person is not invited.", where=str(step["event"]))
        own[0]["responseStatus"] = step["answer"]
        self._ask(step, "patch", body={"attendees": attendees})

    def _delete(self, step: Step) -> None:
        self._ask(step, "delete")

    def _occurrence(self, step: Step) -> str:
        """Return the id of an occurrence of a series, counted from 0."""
        gone = step["do"] in ("undo", "restore")
        asked = {"maxResults": step["occurrence"] + 1, "showDeleted": gone}
        found = self._ask(step, "instances", **asked).get("items", [])
        if len(found) <= step["occurrence"]:
            raise StageError("it does not occur so often.", where=str(step["event"]))
        return str(found[step["occurrence"]]["id"])

    def _change_occurrence(self, step: Step) -> None:
        self._ask(step, "patch", eventId=self._occurrence(step), body=dict(step["with"]))

    def _cancel_occurrence(self, step: Step) -> None:
        self._ask(step, "delete", eventId=self._occurrence(step))

    def _copy(self, step: Step) -> None:
        event = self.event(step["who"], step["event"])
        kept = ("summary", "description", "start", "end", "recurrence", "visibility", "conferenceData")
        body = {key: event[key] for key in kept if key in event} | dict(step.get("with", {}))
        self._insert(step, step["as"], body)

    def _move(self, step: Step) -> None:
        target = self._calendar(step)
        moved = self._ask(step, "move", destination=target)
        self._places[step["event"]] = (target, moved["id"])

    def _remove_conference(self, step: Step) -> None:
        occurrence = {"eventId": self._occurrence(step)} if "occurrence" in step else {}
        self._ask(step, "patch", body={"conferenceData": None}, conferenceDataVersion=1, **occurrence)

    def _undo(self, step: Step) -> None:
        occurrence = {"eventId": self._occurrence(step)} if "occurrence" in step else {}
        self._ask(step, "patch", body={"status": "confirmed"}, **occurrence)

    def _gesture(self, step: Step) -> None:
        """Do something in Calendar's own pages; what it makes is known by the name `as`."""
        calendar_id, event = self._calendar(step), {}
        asked = {"user": step["who"], "calendarId": calendar_id} | gestures.keys(step)
        if "event" in step:
            asked["calendarId"], event_id = self._place(step["who"], step["event"])
            event = {"eventId": self._occurrence(step) if "occurrence" in step else event_id}
        if step["do"] in ("copy-to", "change-calendar"):
            asked["destination"] = calendar_id
        found = self.stage.control("POST", gestures.route(step), asked | event)["events"]
        if "as" in step:
            made_in = calendar_id if step["do"] == "copy-to" else asked["calendarId"]
            self._places[step["as"]] = (made_in, found[-1]["id"])
        if step["do"] in ("change-calendar", "transfer"):
            target = step.get("to") or calendar_id
            self._places[step["event"]] = (target, found[-1]["id"])

    def _add_calendar(self, step: Step) -> None:
        made = self.stage.google(step["who"], "calendars", "insert", body={"summary": step["event"]})
        self._places[step["event"]] = (made["id"], "")

    def _share(self, step: Step) -> None:
        rule = {"role": "writer", "scope": {"type": "user", "value": step["with"]}}
        self.stage.google(step["who"], "acl", "insert", calendarId=self._calendar(step), body=rule)

    def _unsubscribe(self, step: Step) -> None:
        self.stage.google(step["who"], "calendarList", "delete", calendarId=self._calendar(step))

    def _subscribe(self, step: Step) -> None:
        self.stage.google(step["who"], "calendarList", "insert", body={"id": self._calendar(step)})

    def _take_role(self, step: Step) -> None:
        rule = {"calendarId": self._calendar(step), "ruleId": f"user:{step['with']}"}
        if "role" in step:
            self.stage.google(step["who"], "acl", "patch", **rule, body={"role": step["role"]})
        else:
            self.stage.google(step["who"], "acl", "delete", **rule)

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

    def _fire_clock(self, step: Step) -> None:
        self.stage.control("POST", "/triggers/fire", {"triggerSource": "CLOCK"})

    def _drop(self, step: Step) -> None:
        self.stage.control("POST", "/triggers/drop")


def _turns(step: Step) -> dict[str, Any]:
    return {"turns": list(step["turns"])} if "turns" in step else {}
