"""Event drafts: what a person does in Calendar's event editor before saving."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from confsync.emulator.appsscript.side_by_side import Turns
from confsync.emulator.control.route import LIST, OBJECT, TEXT, Ask, Route
from confsync.errors import EmulatorError

if TYPE_CHECKING:
    from confsync.emulator.world import World


def open_draft(world: World, ask: Ask) -> Any:
    """Open the editor, for a new event or for one that exists."""
    draft = world.appsscript.open_draft(ask["user"], ask.get("calendarId"), ask.get("eventId"))
    return draft.as_json()


def choose_conference(world: World, ask: Ask) -> Any:
    """Choose a conference solution by its id or name: the add-on makes a conference for the draft."""
    turns, together = Turns(ask.get("turns")), ask.get("order", "one-by-one") == "together"
    chosen = world.appsscript.choose_conference(ask["id"], ask["solution"], together=together, turns=turns)
    return chosen | {"turns": turns.taken}


def change_guests(world: World, ask: Ask) -> Any:
    """Add and remove guests before saving, by address: add-ons that are open beside the event run their eventUpdateTrigger."""
    add, remove = ask.get("add", []), ask.get("remove", [])
    if not all(isinstance(email, str) for email in [*add, *remove]):
        raise EmulatorError('"add" and "remove" must be lists of strings')
    return world.appsscript.change_guests(ask["id"], add, remove)


def save_draft(world: World, ask: Ask) -> Any:
    """Save the event with what the add-on made."""
    return world.appsscript.save_draft(ask["id"], ask["event"])


def discard_draft(world: World, ask: Ask) -> Any:
    """Close the editor without saving; a conference that was made stays with the third party."""
    world.appsscript.discard_draft(ask["id"])
    return {}


ROUTES = (
    Route("POST", "drafts", open_draft, {"user": TEXT, "calendarId?": TEXT, "eventId?": TEXT}),
    Route(
        "POST",
        "drafts/{id}/conference",
        choose_conference,
        {"solution": TEXT, "order?": TEXT, "turns?": LIST},
    ),
    Route("POST", "drafts/{id}/guests", change_guests, {"add?": LIST, "remove?": LIST}),
    Route("POST", "drafts/{id}/save", save_draft, {"event": OBJECT}),
    Route("DELETE", "drafts/{id}", discard_draft),
)
