"""The Apps Script platform: everything of it that other rooms and the control routes use."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from confsync.emulator.appsscript.api import ScriptApi
from confsync.emulator.appsscript.authorization import Authorization
from confsync.emulator.appsscript.consents import Consent, Consents
from confsync.emulator.appsscript.content import checked_content
from confsync.emulator.appsscript.context import listed_scopes
from confsync.emulator.appsscript.delivery import MOST_AT_ONCE, Delivery
from confsync.emulator.appsscript.dispatch import Dispatch
from confsync.emulator.appsscript.drafts import Draft, Drafts
from confsync.emulator.appsscript.executions import ExecutionRecord, Executions, Job
from confsync.emulator.appsscript.installs import Install, Installs
from confsync.emulator.appsscript.locks import Locks
from confsync.emulator.appsscript.panels import Panels
from confsync.emulator.appsscript.projects import Projects, encoded
from confsync.emulator.appsscript.properties import Properties
from confsync.emulator.appsscript.refusal import Refusal
from confsync.emulator.appsscript.resources import project_resource
from confsync.emulator.appsscript.side_by_side import Turns
from confsync.emulator.appsscript.triggers import Trigger, Triggers
from confsync.emulator.appsscript.v8 import V8Runtime
from confsync.emulator.appsscript.web_apps import WebApps
from confsync.emulator.appsscript.web_calls import WebCalls
from confsync.emulator.errors import ApiError
from confsync.emulator.execution import Runtime
from confsync.emulator.wire import Request, Response
from confsync.errors import EmulatorError

if TYPE_CHECKING:
    from confsync.emulator.world import World


class AppsScript:
    """Projects, versions and deployments behind the Apps Script API; installs, triggers, drafts and executions.

    A runtime that is given runs the executions and stays open; without one, V8 does and ends with this. With
    `fire_on_script_writes` an execution's own calendar writes queue triggers too.
    """

    def __init__(self, world: World, runtime: Runtime | None) -> None:
        self._world = world
        self._own = V8Runtime()
        self._stopping = threading.Event()
        self._projects, self._installs = Projects(world), Installs(world.store)
        self._properties, self._triggers = Properties(world.store), Triggers(world)
        self._locks = Locks(world.clock, self._waits)
        web_calls = WebCalls(world, self._projects)
        self._consents = Consents(world.store)
        authorization = Authorization(world, self._consents)
        self._dispatch = Dispatch(
            world, self._properties, self._locks, self._triggers, self._stopping, web_calls, authorization
        )
        self._executions = Executions(
            world, runtime or self._own, self._projects, self._dispatch, self._locks, authorization
        )
        self._delivery = Delivery(world, self._triggers, self._executions, self._stopping)
        self._drafts = Drafts(world, self._projects, self._installs, self._executions, self._delivery)
        self._web_apps = WebApps(world, self._projects, self._executions, web_calls)
        self._panels = Panels(world, self._projects, self._installs, self._executions, self._drafts)
        parser = runtime if isinstance(runtime, V8Runtime) else self._own
        self._parser = parser
        self._api = ScriptApi(world, self._projects, self._executions, parser.syntax_errors)
        self.fire_on_script_writes = True
        world.calendar.listeners.append(self.calendar_changed)

    def serve(self, request: Request) -> Response:
        """Answer a request of the Apps Script API."""
        return self._api.serve(request)

    def serve_web(self, request: Request) -> Response:
        """Answer a request to a web app, or to the callback of a state token."""
        return self._web_apps.serve(request)

    def projects(self, email: str) -> list[dict[str, Any]]:
        """Return a user's own projects as the API's `Project` resources, the oldest first."""
        return [project_resource(row) for row in self._projects.owned(email)]

    def put_library(self, library_id: str, files: Sequence[Mapping[str, Any]]) -> None:
        """Answer for the library of that id with these files, whichever version is asked for.

        Files are as the API's `Content` has them. EmulatorError for what a push would refuse.
        """
        try:
            content = encoded(checked_content(files, self._parser.syntax_errors))
        except ApiError as error:
            raise EmulatorError(error.message, where=f"library {library_id}") from error
        self._projects.put_library(library_id, content)

    def libraries(self) -> list[dict[str, Any]]:
        """Return the libraries that were put here: id, and names of the files."""
        return [
            {"libraryId": row["id"], "files": [file["name"] for file in json.loads(row["content"])]}
            for row in self._projects.libraries()
        ]

    def install(self, user: str, script_id: str, deployment_id: str | None = None) -> Install:
        """Install a script for a user: a deployment of it, or HEAD. EmulatorError when one of them is not there."""
        user = self._known(user)
        with self._world.store.turn():
            self._projects.code(script_id, deployment_id)
            if deployment_id and self._projects.deployment(script_id, deployment_id)["version"] is None:
                deployment_id = None
            install = Install(user, script_id, deployment_id)
            self._installs.add(install)
        return install

    def installs(self) -> list[Install]:
        """Return all installations."""
        return self._installs.all()

    def give_consent(self, user: str, script_id: str, scopes: Sequence[str] | None = None) -> Consent:
        """Consent to what the installed version's manifest asks for now, or only to some of it; later scopes need another."""
        user = self._known(user)
        install = self._installs.of(user, script_id)
        with self._world.store.turn():
            manifest = self._projects.code(script_id, install.deploymentId if install else None).manifest
        asked = listed_scopes(manifest)
        granted = asked if scopes is None else frozenset(scopes)
        if asked is not None and granted is not None and not granted <= asked:
            raise EmulatorError(f"the manifest does not ask for {', '.join(sorted(granted - asked))}")
        consent = Consent(user, script_id, asked, granted)
        self._consents.keep(consent)
        return consent

    def withdraw_consent(self, user: str, script_id: str) -> Consent:
        """Leave a script with nothing that the user consents to, as before they were ever asked."""
        with self._world.store.turn():
            self._projects.code(script_id, None)
        consent = Consent(self._known(user), script_id, frozenset(), frozenset())
        self._consents.keep(consent)
        return consent

    def consents(self) -> list[Consent]:
        """Return what users have decided; everybody else consents to everything."""
        return self._consents.all()

    def run(
        self, user: str, script_id: str, function: str, arguments: Sequence[Any] = (), kind: str = "EDITOR"
    ) -> ExecutionRecord:
        """Run a function to its end: the version that the user has installed, otherwise HEAD."""
        user = self._known(user)
        install = self._installs.of(user, script_id)
        deployment_id = install.deploymentId if install else None
        return self._executions.run(Job(user, script_id, deployment_id, function, list(arguments), kind))

    def executions(self, since: int = 0) -> list[ExecutionRecord]:
        """Return the executions after that number."""
        return self._executions.since(since)

    def mails(self) -> list[dict[str, Any]]:
        """Return the mails about triggers that failed, the oldest first."""
        return self._executions.failures.mails(self._world.clock.now_us())

    def triggers(self) -> list[Trigger]:
        """Return the triggers of all users and scripts."""
        return self._triggers.all()

    def leave_trigger(self, user: str, script_id: str, handler: str, calendar_id: str) -> Trigger:
        """Leave a calendar trigger behind, as another version of the script would have."""
        install = self._installs.of(self._known(user), script_id)
        deployment_id = install.deploymentId if install else None
        return self._triggers.leave(user, script_id, deployment_id, handler, calendar_id)

    def calendar_changed(self, calendar_id: str) -> None:
        """Queue the triggers of a calendar; called by Calendar after each change, inside its turn."""
        own_write = getattr(self._dispatch.answering, "execution", None) is not None
        wanted = self.fire_on_script_writes or not own_write
        if wanted and self._triggers.calendar_changed(calendar_id):
            self._delivery.background.wake()

    def fire_triggers(self, source: str = "CALENDAR") -> None:
        """Queue every trigger of that source, as the platform may: without any change, or before its time."""
        self._triggers.fire_all(source)

    def drop_firings(self) -> None:
        """Lose what is queued, as the platform may."""
        self._triggers.drop_all()

    def deliver(
        self, *, together: bool = False, most: int = MOST_AT_ONCE, turns: Turns | None = None
    ) -> list[ExecutionRecord]:
        """Run what is queued, and what that queues, until nothing is; one after the other, or side by side in `turns`.

        EmulatorError when `most` executions do not come to an end of it.
        """
        return self._delivery.deliver_together(most, turns) if together else self._delivery.deliver(most)

    def advance(self, seconds: float) -> list[ExecutionRecord]:
        """Walk the clock so far; what falls due on the way is delivered at its own time."""
        return self._delivery.advance(seconds)

    @property
    def delivery(self) -> str:
        """`on_demand` (only `deliver` and `advance` run triggers) or `background` (a thread does, as they fire)."""
        return "background" if self._delivery.background.runs else "on_demand"

    @delivery.setter
    def delivery(self, mode: str) -> None:
        if mode == "background":
            self._delivery.background.start()
        else:
            self._delivery.background.stop()

    def open_draft(self, user: str, calendar_id: str | None = None, event_id: str | None = None) -> Draft:
        """Open Calendar's event editor, for a new event or for one that exists."""
        return self._drafts.open(self._known(user), calendar_id, event_id)

    def choose_conference(
        self, draft_id: str, solution: str, *, together: bool = False, turns: Turns | None = None
    ) -> dict[str, Any]:
        """Choose a conference solution by id or name: {"conferenceData"} or {"error"}, and the "execution".

        "panels" are those of add-ons that are open beside the event and heard of it. With
        `together` the queued triggers run side by side with it, in `turns`.
        """
        outcome = self._drafts.choose_conference(draft_id, solution, together=together, turns=turns)
        return outcome | (self._told(draft_id) if "conferenceData" in outcome else {})

    def change_guests(
        self, draft_id: str, add: Sequence[str] = (), remove: Sequence[str] = ()
    ) -> dict[str, Any]:
        """Add and remove guests in the editor: the "event" as it is now, and the "panels" of add-ons that heard of it."""
        told = self._told(draft_id) if self._drafts.change_guests(draft_id, add, remove) else {}
        return {"event": self._drafts.shown(draft_id)} | told

    def _told(self, draft_id: str) -> dict[str, Any]:
        panels = self._panels.event_changed(draft_id)
        return {"panels": panels} if panels else {}

    def save_draft(self, draft_id: str, event: Mapping[str, Any]) -> dict[str, Any]:
        """Save the event with what the add-on made and close the editor; return the event."""
        return self._drafts.save(draft_id, event)

    def discard_draft(self, draft_id: str) -> None:
        """Close the editor without saving."""
        self._drafts.discard(draft_id)

    def open_panel(
        self, user: str, script_id: str, draft_id: str | None = None, trigger: str | None = None
    ) -> dict[str, Any]:
        """Open an add-on beside the calendar, or beside the event of a draft: the panel, and the "execution".

        With the `trigger` "eventAttachmentTrigger" it is the add-on's page for attaching something to the event.
        """
        return self._panels.open(self._known(user), script_id, draft_id, trigger)

    def open_settings(self, user: str, script_id: str) -> dict[str, Any]:
        """Open the settings page of a conferencing add-on: {"openLink"} or what is shown instead, and the "execution"."""
        return self._panels.settings(self._known(user), script_id)

    def panel(self, panel_id: str) -> dict[str, Any]:
        """Return an open panel: its "cards", the last of which is shown, and that one as "text"."""
        return self._panels.get(panel_id).as_json()

    def press(self, panel_id: str, label: str, form_inputs: Mapping[str, Any]) -> dict[str, Any]:
        """Press a button by its label: the panel afterwards, with what the add-on answered and the "execution"."""
        return self._panels.press(panel_id, label, form_inputs)

    def properties(self, script_id: str, store: str) -> dict[str, str]:
        """Return a property store: `script`, or a user's by e-mail address."""
        self._check_store(script_id, store)
        return self._properties.all(script_id, store)

    def set_properties(self, script_id: str, store: str, values: Mapping[str, str]) -> None:
        """Set some properties and leave the others."""
        self._check_store(script_id, store)
        try:
            self._properties.put(script_id, store, values)
        except Refusal as refusal:
            raise EmulatorError(str(refusal)) from refusal

    def _waits(self) -> bool:
        return self.delivery == "background" and not self._stopping.is_set()

    def _check_store(self, script_id: str, store: str) -> None:
        with self._world.store.turn():
            self._projects.code(script_id, None)
        if store != "script":
            self._known(store)

    def _known(self, user: str) -> str:
        if not self._world.oauth.knows(user):
            raise EmulatorError(f'there is no user "{user}"')
        return user.lower()

    def close(self) -> None:
        """End what runs and give back processes."""
        self._stopping.set()
        self._locks.wake()
        self._own.close()
        self._delivery.background.stop()
