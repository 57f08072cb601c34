"""Calendar's side panel: a person opens an add-on, reads its cards, fills them in and presses buttons."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any

from confsync.emulator.appsscript.card_event import card_event, may_write
from confsync.emulator.appsscript.card_text import card_text, clickable, pressed
from confsync.emulator.appsscript.conference_data import api_conference_data
from confsync.emulator.appsscript.drafts import Drafts
from confsync.emulator.appsscript.executions import ExecutionRecord, Executions, Job
from confsync.emulator.appsscript.installs import Install, Installs
from confsync.emulator.appsscript.projects import Code, Projects
from confsync.emulator.appsscript.required import missing
from confsync.errors import EmulatorError

if TYPE_CHECKING:
    from confsync.emulator.world import World

_OPENING = ("homepageTrigger", "eventOpenTrigger", "eventAttachmentTrigger")
_TABLE = "CREATE TABLE IF NOT EXISTS script_panels (id TEXT PRIMARY KEY, panel TEXT NOT NULL);"
Card = dict[str, Any]


@dataclass(frozen=True)
class Panel:
    """An add-on that is open beside a calendar, or beside the event of a draft; the last of its cards is shown."""

    id: str
    user: str
    scriptId: str
    draftId: str | None = None
    cards: list[Card] = field(default_factory=list)
    universalActions: list[dict[str, Any]] | None = None

    def as_json(self) -> dict[str, Any]:
        """Return it as the control route shows it, with the card that is shown as text."""
        text = ""
        if self.cards:
            labels = (f"… {action.get('label', '')}" for action in self.universalActions or ())
            text = "\n".join([card_text(self.cards[-1]), *labels])
        return {key: value for key, value in asdict(self).items() if value is not None} | {"text": text}


class Panels:
    """All open panels."""

    def __init__(
        self, world: World, projects: Projects, installs: Installs, executions: Executions, drafts: Drafts
    ) -> None:
        world.store.create(_TABLE)
        self._world, self._projects, self._drafts = world, projects, drafts
        self._installs, self._executions = installs, executions

    def open(
        self, user: str, script_id: str, draft_id: str | None, trigger: str | None = None
    ) -> dict[str, Any]:
        """Run the add-on's function for a home page, or for the event of a draft; EmulatorError when it has none.

        `trigger` is `eventAttachmentTrigger` when the person chose the add-on to attach something to the event.
        """
        name = trigger or ("eventOpenTrigger" if draft_id else "homepageTrigger")
        _check_trigger(name, draft_id)
        with self._world.store.turn():
            panel = Panel(f"panel{self._world.random.getrandbits(64):016x}", user, script_id, draft_id)
        code, install = self._code(panel)
        function = _function(code, name)
        if not function:
            raise EmulatorError(f"the manifest has no {name} that is enabled")
        menu = code.manifest.get("addOns", {}).get("common", {}).get("universalActions")
        panel = replace(panel, universalActions=menu or None)
        return self._run(panel, install, function, card_event(**self._scene(panel, code)))

    def event_changed(self, draft_id: str) -> list[dict[str, Any]]:
        """Run the eventUpdateTrigger of each add-on that is open beside a draft: the panels afterwards."""
        with self._world.store.turn() as connection:
            rows = connection.execute("SELECT panel FROM script_panels ORDER BY rowid").fetchall()
        panels = (Panel(**json.loads(row["panel"])) for row in rows)
        beside = {panel.scriptId: panel for panel in panels if panel.draftId == draft_id}
        outcomes = []
        for panel in beside.values():
            code, install = self._code(panel)
            function = _function(code, "eventUpdateTrigger")
            if function:
                event = card_event(**self._scene(panel, code))
                outcomes.append(self._run(panel, install, function, event, anew=True))
        return outcomes

    def settings(self, user: str, script_id: str) -> dict[str, Any]:
        """Ask a conferencing add-on where its settings page is; EmulatorError when its manifest names no function for that."""
        panel = Panel("", user, script_id)
        code, install = self._code(panel)
        function = code.manifest.get("addOns", {}).get("calendar", {}).get("createSettingsUrlFunction")
        if not function:
            raise EmulatorError("the manifest has no createSettingsUrlFunction")
        record = self._executions.run(Job(user, script_id, install.deploymentId, function, [], "ADD_ON"))
        if record.status != "COMPLETED":
            _, outcome = self._follow(panel, record, anew=False)
        elif isinstance(record.result, str) and record.result:
            outcome = {"openLink": {"url": record.result}}
        else:
            outcome = {"error": {"message": "The function returned no URL."}}
        return outcome | {"execution": record.as_json()}

    def press(self, panel_id: str, label: str, given: Mapping[str, Any]) -> dict[str, Any]:
        """Press what has that label on the card that is shown, with what was filled in before."""
        panel = self.get(panel_id)
        code, install = self._code(panel)
        card = panel.cards[-1] if panel.cards else {}
        known = [(text, pressed(tree)) for text, tree in clickable(card)]
        menu = panel.universalActions if card else None
        known += [(str(action.get("label")), _universal(action)) for action in menu or ()]
        found = next((what for text, what in known if text == label), None)
        if found is None:
            there = ", ".join(f'"{text}"' for text, _ in known) or "nothing"
            raise EmulatorError(f'nothing to press is called "{label}" (there is: {there})')
        name, does = found
        if name in ("openLink", "authorizationAction"):
            return panel.as_json() | {name: does}
        lacking = missing(card, does, given)
        if lacking:
            return panel.as_json() | {"missing": lacking}
        event = card_event(**self._scene(panel, code), card=card, action=does, given=given)
        return self._run(panel, install, does.get("functionName", ""), event)

    def get(self, panel_id: str) -> Panel:
        """Return an open panel."""
        with self._world.store.turn() as connection:
            row = connection.execute("SELECT panel FROM script_panels WHERE id = ?", (panel_id,)).fetchone()
        if row is None:
            raise EmulatorError(f'there is no panel "{panel_id}"')
        return Panel(**json.loads(row["panel"]))

    def _code(self, panel: Panel) -> tuple[Code, Install]:
        install = self._installs.of(panel.user, panel.scriptId)
        if install is None:
            raise EmulatorError(f"{panel.user} has not installed the script {panel.scriptId}")
        with self._world.store.turn():
            return self._projects.code(install.scriptId, install.deploymentId), install

    def _scene(self, panel: Panel, code: Code) -> dict[str, Any]:
        return {
            "time_zone": code.time_zone,
            "add_on": code.manifest.get("addOns", {}).get("calendar", {}),
            "event": self._drafts.shown(panel.draftId) if panel.draftId else None,
        }

    def _run(
        self, panel: Panel, install: Install, function: str, event: Any, *, anew: bool = False
    ) -> dict[str, Any]:
        """Run a function and show what it answers; its cards come in the place of all others when it is `anew`."""
        record = self._executions.run(_job(panel, install, function, [event]))
        panel, outcome = self._follow(panel, record, anew)
        prompt = outcome.get("authorization", {}).get("customUiCallback")
        if prompt:
            # The add-on asks in its own words: a function that takes nothing makes the cards.
            asking = self._executions.run(_job(panel, install, prompt, []))
            panel, answer = self._follow(panel, asking, anew)
            outcome |= answer
        with self._world.store.turn() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO script_panels VALUES (?, ?)", (panel.id, json.dumps(asdict(panel)))
            )
        return panel.as_json() | outcome | {"execution": record.as_json()}

    def _follow(self, panel: Panel, record: ExecutionRecord, anew: bool) -> tuple[Panel, dict[str, Any]]:
        """Return the panel as an add-on's answer leaves it, and what else Calendar shows."""
        if record.status != "COMPLETED":
            error = record.error or {}
            properties = error.get("properties", {})
            sign_in = properties.get("consent") or properties.get("authorizationException")
            return panel, {"authorization": sign_in} if sign_in else {"error": error}
        answers = record.result if isinstance(record.result, list) else [record.result]
        # The first of several cards is the one that is shown.
        cards = [held for kind, held in map(_kind, reversed(answers)) if kind == "card"]
        if cards:
            return replace(panel, cards=[*([] if anew else panel.cards), *cards]), {}
        kind, response = _kind(answers[0] if answers else None)
        rest = {
            name: held for name, held in response.items() if name not in ("navigation", "displayAddOnCards")
        }
        if kind == "actionResponse":
            steps = response.get("navigation", {}).get("steps", [])
            return replace(panel, cards=navigated(panel.cards, steps)), rest
        if kind == "universalActionResponse":
            shown = response.get("displayAddOnCards", panel.cards[::-1])
            return replace(panel, cards=shown[::-1]), rest
        if kind == "calendarEventActionResponse":
            return panel, self._change_event(panel, response)
        return panel, {} if kind == "nothing" else {"error": {"message": "The function returned no card."}}

    def _change_event(self, panel: Panel, response: Mapping[str, Any]) -> dict[str, Any]:
        code, _ = self._code(panel)
        add_on = code.manifest.get("addOns", {}).get("calendar", {})
        if panel.draftId is None:
            return {"error": {"message": "No event is open."}}
        if not may_write(add_on):
            return {
                "error": {"message": "The manifest's currentEventAccess does not let it change the event."}
            }
        self._drafts.add(panel.draftId, response.get("attendees", []), response.get("attachments", []))
        markup = response.get("conferenceData")
        if markup:
            wanted = str(markup.get("conferenceSolutionId"))
            offered = add_on.get("conferenceSolution", [])
            solution = next((one for one in offered if str(one.get("id")) == wanted), None)
            if solution is None:
                return {"error": {"message": f"The manifest has no conference solution {wanted}."}}
            data = api_conference_data(markup, solution["name"], solution.get("logoUrl"))
            self._drafts.keep_conference(panel.draftId, data)
        return {"event": self._drafts.shown(panel.draftId)}


def _job(panel: Panel, install: Install, function: str, arguments: list[Any]) -> Job:
    return Job(panel.user, panel.scriptId, install.deploymentId, function, arguments, "ADD_ON")


def _check_trigger(name: str, draft_id: str | None) -> None:
    if name not in _OPENING:
        raise EmulatorError(f'"{name}" opens no panel; there are {", ".join(_OPENING)}')
    if (name == "homepageTrigger") != (draft_id is None):
        raise EmulatorError(f'{name} {"needs a" if draft_id is None else "has no"} "draftId"')


def _function(code: Code, name: str) -> str:
    """Return the function of a trigger of the manifest, or nothing; a home page may be that of all hosts."""
    add_ons = code.manifest.get("addOns", {})
    calendar, common = add_ons.get("calendar", {}), add_ons.get("common", {})
    trigger = calendar.get(name) or (common.get(name) if name == "homepageTrigger" else None) or {}
    return "" if trigger.get("enabled") is False else str(trigger.get("runFunction", ""))


def _universal(action: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    """Return what an action of the manifest does, as `pressed` tells of a button."""
    if action.get("openLink"):
        return "openLink", {"url": action["openLink"]}
    return "onClickAction", {"functionName": action.get("runFunction", "")}


def _kind(answer: Any) -> tuple[str, dict[str, Any]]:
    """Return what kind of thing of CardService a function returned, and what it holds."""
    if isinstance(answer, dict) and len(answer) == 1:
        ((kind, held),) = answer.items()
        return kind, held if isinstance(held, dict) else {}
    return ("nothing" if answer is None else "other"), {}


def navigated(cards: list[Card], steps: list[dict[str, Any]]) -> list[Card]:
    """Return the stack of cards after the steps of a Navigation, in their order."""
    stack = [*cards]
    for step in steps:
        ((name, value),) = step.items()
        if name == "pushCard":
            stack.append(value)
        elif name == "updateCard":
            stack[-1:] = [value]
        elif name == "popCard":
            stack = stack[:-1] if len(stack) > 1 else stack
        elif name == "popToRoot":
            stack = stack[:1]
        elif name == "popToNamedCard":
            places = [at for at, card in enumerate(stack) if card.get("name") == value]
            stack = stack[: places[-1] + 1] if places else stack[:1]
    return stack
