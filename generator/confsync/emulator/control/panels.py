"""Side panels: what a person does with an add-on's cards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from confsync.emulator.appsscript.card_picture import card_picture
from confsync.emulator.control.route import OBJECT, TEXT, Ask, Route
from confsync.emulator.wire import Response

if TYPE_CHECKING:
    from confsync.emulator.world import World


def open_panel(world: World, ask: Ask) -> Any:
    """Open an installed add-on beside the calendar, or beside the event of a draft: its cards, and the one that is shown as text.

    The `trigger` of the manifest is `eventAttachmentTrigger` when the person attaches something to the event.
    """
    return world.appsscript.open_panel(ask["user"], ask["scriptId"], ask.get("draftId"), ask.get("trigger"))


def settings(world: World, ask: Ask) -> Any:
    """Open the settings page of a conferencing add-on, as from Calendar's settings: its createSettingsUrlFunction says where."""
    return world.appsscript.open_settings(ask["user"], ask["scriptId"])


def panel(world: World, ask: Ask) -> Any:
    """Show the cards of a panel as JSON, or the one that is shown: with `as=text` as a person reads it, with `as=picture` as an SVG."""
    shown = world.appsscript.panel(ask["id"])
    if ask.get("as") == "picture":
        picture = card_picture(shown["cards"][-1] if shown.get("cards") else {})
        return Response(200, {"content-type": "image/svg+xml"}, picture.encode())
    if ask.get("as") != "text":
        return shown
    return Response(200, {"content-type": "text/plain; charset=utf-8"}, f"{shown['text']}\n".encode())


def press(world: World, ask: Ask) -> Any:
    """Press a button or a universal action by its label, with what was filled in before: the add-on's function runs, unless required fields are `missing`."""
    return world.appsscript.press(ask["id"], ask["label"], ask.get("formInputs", {}))


ROUTES = (
    Route("POST", "panels", open_panel, {"user": TEXT, "scriptId": TEXT, "draftId?": TEXT, "trigger?": TEXT}),
    Route("GET", "panels/{id}", panel, {"as?": TEXT}),
    Route("POST", "panels/{id}/press", press, {"label": TEXT, "formInputs?": OBJECT}),
    Route("POST", "panels/settings", settings, {"user": TEXT, "scriptId": TEXT}),
)
