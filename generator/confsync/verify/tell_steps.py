"""What people did, in sentences."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from confsync.verify.fault_kinds import ANSWERED, fault_kind
from confsync.verify.happened import Happened
from confsync.verify.tell_names import Names, person

JsonObject = Mapping[str, Any]

ORDINALS = {1: "st", 2: "nd", 3: "rd"}


def sentence(happened: Happened, names: Names) -> str:
    """Return what was done in a step, and that it was not possible, if so."""
    step = happened.step
    tell = _TELLING.get(step["do"])
    try:
        told = tell(step, names) if tell else f"{_who(step)}: {step['do']}"
    except LookupError as error:
        told = f"{step['do']}, without saying {error}"
    return told + (f": not possible ({_short(happened.refused)})" if happened.refused else "")


def fault_sentence(fault: JsonObject, names: Names) -> str:
    """Return what a fault is going to do."""
    nth = ordinal(fault.get("skip", 0) + 1)
    method = fault["method"]
    asked = f"the {nth} call of executions" if method == "*" else f"the {nth} {method}"
    asked += " of everything" if fault.get("full") else ""
    asked += f" for {person(fault['user'])}" if fault.get("user") else ""
    asked += f" of {names.calendar_by_id(fault['calendar'])}" if fault.get("calendar") else ""
    times = fault.get("times", 1)
    asked += "" if times == 1 else " and every later one" if times is None else f" and {times - 1} more"
    after = fault.get("when") == "after"
    if fault["method"] == "script.trigger":
        return f"{asked.replace('script.trigger', 'trigger')}: {fault_kind(fault).removeprefix('a trigger ')}"
    if fault.get("action") == "kill":
        return f"{asked} kills its execution, {'after' if after else 'before'} the effect"
    if fault.get("action") == "drop":
        return f"{asked} gets no answer{', though it takes effect' if after else ''}"
    if fault.get("action") == "delay":
        return f"{asked} takes {duration(fault['delaySeconds'])} longer"
    words = ANSWERED.get(fault.get("action", ""), fault.get("status") or fault.get("reason"))
    return f"{asked} is answered {words}{', though it takes effect' if after else ''}"


def ordinal(number: int) -> str:
    """Return 1st, 2nd, 3rd, …"""
    teen = number // 10 % 10 == 1
    return f"{number}{'th' if teen else ORDINALS.get(number % 10, 'th')}"


def duration(seconds: float) -> str:
    """Return a stretch of time as h:mm:ss."""
    return str(timedelta(seconds=round(seconds)))


def _short(refused: str) -> str:
    """Return why a step was refused, without addresses."""
    kind, _, told = refused.partition(": ")
    if kind == "HttpError":
        return f"Calendar answered {told.removeprefix('<HttpError ')[:3]}"
    return told.rpartition(": ")[2][:60].rstrip(".")


def _who(step: JsonObject) -> str:
    return person(step["who"]) if "who" in step else "Somebody"


def _event(step: JsonObject, names: Names) -> str:
    return names.event(step["event"])


def _where(step: JsonObject, names: Names) -> str:
    return names.calendar(step.get("calendar", ""), step["who"])


def _create(step: JsonObject, names: Names) -> str:
    where = _where(step, names)
    chosen = f" with “{step['solution']}”" if "solution" in step else ""
    title = step["with"].get("summary", "")
    more = ", ".join(_looks({key: value for key, value in step["with"].items() if key != "summary"}))
    return f"{_who(step)} creates {step['event']} “{title}” in {where}{chosen}: {more}{_meanwhile(step)}"


def _abandon(step: JsonObject, names: Names) -> str:
    where = _where(step, names)
    return f"{_who(step)} opens a new event in {where}, chooses “{step['solution']}”, and closes it without saving"


def _change(step: JsonObject, names: Names) -> str:
    return f"{_who(step)} changes {_event(step, names)}: {', '.join(_looks(step['with']))}"


def _answer(step: JsonObject, names: Names) -> str:
    return f"{_who(step)} answers “{step['answer']}” to {_event(step, names)}"


def _delete(step: JsonObject, names: Names) -> str:
    own = names.owns(step["who"], step["event"])
    return f"{_who(step)} deletes {'' if own else 'the copy of '}{_event(step, names)}"


def _occurrence(step: JsonObject, names: Names) -> str:
    """Return how an event is called, or the occurrence of it that the step is about."""
    which = f"the {ordinal(step['occurrence'] + 1)} occurrence of " if "occurrence" in step else ""
    return which + _event(step, names)


def _change_occurrence(step: JsonObject, names: Names) -> str:
    return f"{_who(step)} changes {_occurrence(step, names)}: {', '.join(_looks(step['with']))}"


def _cancel_occurrence(step: JsonObject, names: Names) -> str:
    return f"{_who(step)} cancels {_occurrence(step, names)}"


def _copy(step: JsonObject, names: Names) -> str:
    looks = ", ".join(_looks(step.get("with", {})))
    copied = f"{_who(step)} copies {_event(step, names)} to {_where(step, names)} as {step['as']}"
    return copied + (f": {looks}" if looks else "")


def _move(step: JsonObject, names: Names) -> str:
    return f"{_who(step)} moves {_event(step, names)} to {_where(step, names)}"


def _remove_conference(step: JsonObject, names: Names) -> str:
    return f"{_who(step)} removes the conference from {_occurrence(step, names)}"


def _replace_conference(step: JsonObject, names: Names) -> str:
    which = _occurrence(step, names)
    return f"{_who(step)} opens {which}, chooses “{step['solution']}”, and saves it{_meanwhile(step)}"


def _open_editor(step: JsonObject, names: Names) -> str:
    return f"{_who(step)} opens {_occurrence(step, names)} and chooses “{step['solution']}”"


def _meanwhile(step: JsonObject) -> str:
    return f"; meanwhile the waiting triggers come{_in_turns(step)}" if step.get("beside") else ""


def _in_turns(step: JsonObject) -> str:
    if "turns" not in step:
        return ""
    turns = ", ".join(map(str, step["turns"]))
    return f", in turns of {turns} steps and then to their ends" if turns else ", one after the other"


def _save_editor(step: JsonObject, names: Names) -> str:
    return f"{_who(step)} saves {_event(step, names)}, which is open in the editor"


def _close_editor(step: JsonObject, names: Names) -> str:
    return f"{_who(step)} closes {_event(step, names)}, which is open in the editor, without saving"


def _undo(step: JsonObject, names: Names) -> str:
    return f"{_who(step)} undoes the deletion of {_occurrence(step, names)}"


def _split(step: JsonObject, names: Names) -> str:
    looks = ", ".join(_looks(step["with"])) or "nothing new"
    return f"{_who(step)} changes {_occurrence(step, names)} and all that follow, from now on {step['as']}: {looks}"


def _change_all(step: JsonObject, names: Names) -> str:
    looks = ", ".join(_looks(step["with"]))
    return f"{_who(step)} opens {_occurrence(step, names)} and changes all of them: {looks}"


def _delete_following(step: JsonObject, names: Names) -> str:
    return f"{_who(step)} deletes {_occurrence(step, names)} and all that follow"


def _reschedule(step: JsonObject, names: Names) -> str:
    return f"{_who(step)} drags {_occurrence(step, names)} to another time: {', '.join(_looks(step['with']))}"


def _rename(step: JsonObject, names: Names) -> str:
    return f"{_who(step)} calls {_occurrence(step, names)} “{step['with']['summary']}”"


def _make_recurring(step: JsonObject, names: Names) -> str:
    return f"{_who(step)} lets {_event(step, names)} repeat: {', '.join(_looks(step['with']))}"


def _make_single(step: JsonObject, names: Names) -> str:
    left = f", {_occurrence(step, names)} is left" if "occurrence" in step else ""
    return f"{_who(step)} lets {_event(step, names)} repeat no longer{left}"


def _restore(step: JsonObject, names: Names) -> str:
    return f"{_who(step)} takes {_occurrence(step, names)} out of the bin"


def _empty_bin(step: JsonObject, names: Names) -> str:
    return f"{_who(step)} empties the bin of {_where(step, names)}"


def _duplicate(step: JsonObject, names: Names) -> str:
    return f"{_who(step)} duplicates {_occurrence(step, names)} as {step['as']}"


def _add_conference(step: JsonObject, names: Names) -> str:
    return f"{_who(step)} puts a Google Meet conference on {_occurrence(step, names)}"


def _invite(step: JsonObject, names: Names) -> str:
    guests = _people([{"email": guest} for guest in step["guests"]])
    if step["do"] == "uninvite":
        return f"{_who(step)} takes {guests} off the guests of {_occurrence(step, names)}"
    return f"{_who(step)} invites {guests} to {_occurrence(step, names)}"


def _answer_occurrence(step: JsonObject, names: Names) -> str:
    return f"{_who(step)} answers “{step['answer']}” to {_occurrence(step, names)}"


def _transfer(step: JsonObject, names: Names) -> str:
    return f"{_who(step)} makes {person(step['to'])} the organiser of {_event(step, names)}"


def _remove_copy(step: JsonObject, names: Names) -> str:
    return f"{_who(step)} removes {_occurrence(step, names)} from the own calendar"


def _add_calendar(step: JsonObject, names: Names) -> str:
    return f"{_who(step)} makes {names.calendar(step['event'], '')}"


def _share(step: JsonObject, names: Names) -> str:
    return f"{_who(step)} shares {names.calendar(step['calendar'], '')} with {person(step['with'])}"


def _unsubscribe(step: JsonObject, names: Names) -> str:
    return f"{_who(step)} takes {names.calendar(step['calendar'], '')} off the list"


def _subscribe(step: JsonObject, names: Names) -> str:
    return f"{_who(step)} puts {names.calendar(step['calendar'], '')} on the list"


def _take_role(step: JsonObject, names: Names) -> str:
    if "role" in step:
        return f"{_who(step)} lets {person(step['with'])} see only when {names.calendar(step['calendar'], '')} is busy"
    return f"{_who(step)} shares {names.calendar(step['calendar'], '')} with {person(step['with'])} no longer"


def _give_role(step: JsonObject, names: Names) -> str:
    return f"{_share(step, names)} again"


def _expire_tokens(step: JsonObject, names: Names) -> str:
    return f"Calendar forgets the sync tokens of {names.calendar(step.get('calendar', ''), step['who'])}"


def _leave_trigger(step: JsonObject, names: Names) -> str:
    return f"a trigger with the handler {step['handler']} stands on {names.calendar('', step['who'])}"


_TELLING: dict[str, Callable[[JsonObject, Names], str]] = {
    "create": _create,
    "abandon": _abandon,
    "change": _change,
    "answer": _answer,
    "delete": _delete,
    "change-occurrence": _change_occurrence,
    "cancel-occurrence": _cancel_occurrence,
    "copy": _copy,
    "move": _move,
    "remove-conference": _remove_conference,
    "replace-conference": _replace_conference,
    "open-editor": _open_editor,
    "save-editor": _save_editor,
    "close-editor": _close_editor,
    "undo": _undo,
    "split": _split,
    "change-all": _change_all,
    "delete-following": _delete_following,
    "reschedule": _reschedule,
    "rename": _rename,
    "make-recurring": _make_recurring,
    "make-single": _make_single,
    "restore": _restore,
    "empty-bin": _empty_bin,
    "duplicate": _duplicate,
    "copy-to": _copy,
    "change-calendar": _move,
    "add-conference": _add_conference,
    "invite": _invite,
    "uninvite": _invite,
    "answer-occurrence": _answer_occurrence,
    "transfer": _transfer,
    "remove-from-my-calendar": _remove_copy,
    "add-calendar": _add_calendar,
    "share": _share,
    "unsubscribe": _unsubscribe,
    "subscribe": _subscribe,
    "take-role": _take_role,
    "give-role": _give_role,
    "expire-tokens": _expire_tokens,
    "leave-trigger": _leave_trigger,
    "fault": lambda step, names: f"from here on a fault lies in wait: {fault_sentence(step['with'], names)}",
    "clear-faults": lambda *_: "all faults are gone",
    "fire-clock": lambda *_: "the safety net comes before its hour",
    "fire": lambda *_: "every trigger on a calendar fires once more",
    "drop": lambda *_: "the triggers that were waiting are lost",
    "deliver": lambda *_: "the waiting triggers come",
    "deliver-together": lambda step, _: f"the waiting triggers come all at the same time{_in_turns(step)}",
    "advance": lambda step, _: f"{duration(step['seconds'])} passes",
}


def _looks(event: JsonObject) -> Iterator[str]:
    """Yield what is said about an event."""
    if "summary" in event:
        yield f"title “{event['summary']}”"
    if "start" in event or "end" in event:
        yield _time(event.get("start", {}), event.get("end", {}))
    if "recurrence" in event:
        yield ", ".join(event["recurrence"]).removeprefix("RRULE:") or "no longer recurring"
    if "attendees" in event:
        yield f"guests {_people(event['attendees'])}"
    for key in event:
        if key not in ("summary", "start", "end", "recurrence", "attendees"):
            yield f"{key} {event[key]}"


def _people(attendees: Sequence[JsonObject]) -> str:
    return " and ".join(person(attendee["email"]) for attendee in attendees) or "none"


def _time(start: JsonObject, end: JsonObject) -> str:
    begins, ends = (str(time.get("dateTime") or time.get("date") or "?") for time in (start, end))
    zone = f" {start['timeZone']}" if "timeZone" in start else ""
    if begins[:10] == ends[:10] and len(begins) > 10 and len(ends) > 10:
        day = datetime.fromisoformat(begins)
        return f"{day.day} {day:%B} {begins[11:16]} to {ends[11:16]}{zone}"
    return f"{begins} to {ends}{zone}"
