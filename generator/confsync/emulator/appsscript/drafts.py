"""Calendar's event editor: a person opens an event, chooses a conference solution, saves or closes."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from confsync.emulator.appsscript.conference_data import api_conference_data, returned_markup
from confsync.emulator.appsscript.delivery import Delivery
from confsync.emulator.appsscript.executions import ExecutionRecord, Executions, Job
from confsync.emulator.appsscript.installs import Install, Installs
from confsync.emulator.appsscript.projects import Projects
from confsync.emulator.appsscript.side_by_side import Turns
from confsync.emulator.errors import ApiError
from confsync.emulator.wire import Request, Response
from confsync.errors import EmulatorError

if TYPE_CHECKING:
    from confsync.emulator.world import World

_TABLE = """
CREATE TABLE IF NOT EXISTS script_drafts (
  id TEXT PRIMARY KEY, user TEXT NOT NULL, calendar TEXT NOT NULL, event TEXT NOT NULL, conference TEXT
);
CREATE TABLE IF NOT EXISTS script_draft_additions (
  draft TEXT NOT NULL, field TEXT NOT NULL, value TEXT NOT NULL
);
"""
_EVENT_ID = "0123456789abcdefghijklmnopqrstuv"
_FAILED = {"type": "UNKNOWN", "message": "Failed to create conference"}


@dataclass(frozen=True)
class Draft:
    """An event that is open in a user's editor; the event may not exist yet, its id is already decided."""

    id: str
    user: str
    calendarId: str
    eventId: str

    def as_json(self) -> dict[str, Any]:
        """Return it as the control route shows it."""
        return asdict(self)


class Drafts:
    """All open editors."""

    def __init__(
        self,
        world: World,
        projects: Projects,
        installs: Installs,
        executions: Executions,
        delivery: Delivery,
    ) -> None:
        world.store.create(_TABLE)
        self._world, self._projects = world, projects
        self._installs, self._executions, self._delivery = installs, executions, delivery

    def open(self, user: str, calendar_id: str | None, event_id: str | None) -> Draft:
        """Open the editor."""
        chance = self._world.random
        with self._world.store.turn() as connection:
            draft = Draft(
                id=f"draft{chance.getrandbits(64):016x}",
                user=user,
                calendarId=user if calendar_id in (None, "primary") else str(calendar_id),
                eventId=event_id or "".join(chance.choices(_EVENT_ID, k=26)),
            )
            connection.execute(
                "INSERT INTO script_drafts VALUES (?, ?, ?, ?, NULL)",
                (draft.id, draft.user, draft.calendarId, draft.eventId),
            )
        return draft

    def _row(self, draft_id: str) -> sqlite3.Row:
        with self._world.store.turn() as connection:
            row = connection.execute("SELECT * FROM script_drafts WHERE id = ?", (draft_id,)).fetchone()
        if row is None:
            raise EmulatorError(f'there is no draft "{draft_id}"')
        assert isinstance(row, sqlite3.Row)
        return row

    def choose_conference(
        self, draft_id: str, solution: str, *, together: bool = False, turns: Turns | None = None
    ) -> dict[str, Any]:
        """Run the onCreateFunction of a solution that the user has installed, and keep what it made.

        With `together` what is queued runs side by side with it, in `turns`.
        """
        row = self._row(draft_id)
        install, chosen, logo = self._solution(row["user"], solution)
        event_data = {"calendarId": row["calendar"], "eventId": row["event"]}
        job = Job(
            user=row["user"],
            script_id=install.scriptId,
            deployment_id=install.deploymentId,
            function=chosen["onCreateFunction"],
            arguments=[{"eventData": event_data}],
            kind="ADD_ON",
        )
        record = self._delivery.run_together(job, turns) if together else self._executions.run(job)
        outcome = self._outcome(record, chosen["name"], chosen.get("logoUrl") or logo)
        if "conferenceData" in outcome:
            self._keep(draft_id, outcome["conferenceData"])
        return outcome | {"execution": record.as_json()}

    def _keep(self, draft_id: str, conference: Mapping[str, Any]) -> None:
        with self._world.store.turn() as connection:
            query = "UPDATE script_drafts SET conference = ? WHERE id = ?"
            connection.execute(query, (json.dumps(conference), draft_id))

    def keep_conference(self, draft_id: str, conference: dict[str, Any]) -> None:
        """Keep a conference that a card's action made, as the API would show it."""
        with self._world.store.turn():
            self._keep(draft_id, self._world.calendar.sign(conference))

    def add(
        self, draft_id: str, attendees: Sequence[str], attachments: Sequence[Mapping[str, Any]] = ()
    ) -> None:
        """Add guests by address, and attachments as CardService describes them."""
        rows = [("attendees", {"email": email}) for email in attendees]
        rows += [("attachments", _attachment(given)) for given in attachments]
        with self._world.store.turn() as connection:
            connection.executemany(
                "INSERT INTO script_draft_additions VALUES (?, ?, ?)",
                [(draft_id, field, json.dumps(value)) for field, value in rows],
            )

    def change_guests(self, draft_id: str, add: Sequence[str], remove: Sequence[str]) -> bool:
        """Add and remove guests as a person does, and tell whether that changed anything."""
        there = {guest["email"].lower() for guest in self.shown(draft_id).get("attendees", [])}
        new = [email for email in dict.fromkeys(add) if email.lower() not in there]
        gone = [email for email in dict.fromkeys(remove) if email.lower() in there]
        rows = [(draft_id, "removed", json.dumps({"email": email})) for email in gone]
        with self._world.store.turn() as connection:
            connection.executemany("INSERT INTO script_draft_additions VALUES (?, ?, ?)", rows)
        self.add(draft_id, new)
        return bool(new or gone)

    def shown(self, draft_id: str) -> dict[str, Any]:
        """Return the event as the editor shows it now: what is stored, and what was made and added since."""
        row = self._row(draft_id)
        found = self._request(row["user"], "GET", _path(row, one=True))
        stored = found.json() if found.status == 200 else {"organizer": {"email": row["user"]}}
        return {
            **stored,
            **self._changed(row, {}, stored),
            "calendarId": row["calendar"],
            "id": row["event"],
        }

    def _changed(
        self, row: sqlite3.Row, event: Mapping[str, Any], stored: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Return an event's fields with the draft's conference and additions in them, and without removed guests."""
        body = {**event}
        if row["conference"]:
            body["conferenceData"] = json.loads(row["conference"])
        with self._world.store.turn() as connection:
            query = "SELECT field, value FROM script_draft_additions WHERE draft = ? ORDER BY rowid"
            additions = connection.execute(query, (row["id"],)).fetchall()
        for addition in additions:
            name, value = addition["field"], json.loads(addition["value"])
            field = "attendees" if name == "removed" else name
            before = body.get(field, stored.get(field, []))
            if name == "removed":
                body[field] = [one for one in before if one["email"].lower() != value["email"].lower()]
            else:
                body[field] = [*before, value]
        return body

    def _solution(self, user: str, solution: str) -> tuple[Install, Mapping[str, Any], str | None]:
        names: list[str] = []
        for install in self._installs.all():
            if install.user != user:
                continue
            with self._world.store.turn():
                add_ons = self._projects.code(install.scriptId, install.deploymentId).manifest.get(
                    "addOns", {}
                )
            for offered in add_ons.get("calendar", {}).get("conferenceSolution", []):
                if solution in (str(offered.get("id")), offered.get("name")):
                    return install, offered, add_ons.get("common", {}).get("logoUrl")
                names.append(str(offered.get("name")))
        known = ", ".join(names) or "none"
        raise EmulatorError(f'{user} has installed no conference solution "{solution}" (there is: {known})')

    def _outcome(self, record: ExecutionRecord, name: str, icon: str | None) -> dict[str, Any]:
        """Return what Calendar does with an add-on's answer: a conference, or what it shows instead."""
        consent = (record.error or {}).get("properties", {}).get("consent")
        if consent:
            return {"error": {"type": "AUTHENTICATION", "authenticationUrl": consent["authorizationUrl"]}}
        markup = returned_markup(record.result) if record.status == "COMPLETED" else None
        if markup is None:
            return {"error": dict(_FAILED)}
        if markup.get("error"):
            return {"error": dict(markup["error"])}
        data = api_conference_data(markup, name, icon)
        with self._world.store.turn():
            return {"conferenceData": self._world.calendar.sign(data)}

    def save(self, draft_id: str, event: Mapping[str, Any]) -> dict[str, Any]:
        """Insert the event, or change it when it was there, as the user and with the conference of the draft."""
        row = self._row(draft_id)
        options = "conferenceDataVersion=1&supportsAttachments=true"
        found = self._request(row["user"], "GET", _path(row, one=True))
        if found.status == 200:
            body = self._changed(row, event, found.json())
            response = self._request(row["user"], "PATCH", f"{_path(row, one=True)}?{options}", body)
        else:
            body = self._changed(row, event, {}) | {"id": row["event"]}
            response = self._request(row["user"], "POST", f"{_path(row)}?{options}", body)
        if response.status != 200:
            error = response.json()["error"]
            raise ApiError(response.status, error["errors"][0]["reason"], error["message"])
        self.discard(draft_id)
        saved: dict[str, Any] = response.json()
        return saved

    def _request(self, user: str, method: str, target: str, body: Any = None) -> Response:
        headers = {"authorization": f"Bearer {user}", "content-type": "application/json"}
        data = b"" if body is None else json.dumps(body).encode()
        return self._world.calendar.serve(Request(method, target, headers, data))

    def discard(self, draft_id: str) -> None:
        """Close the editor without saving."""
        self._row(draft_id)
        with self._world.store.turn() as connection:
            connection.execute("DELETE FROM script_draft_additions WHERE draft = ?", (draft_id,))
            connection.execute("DELETE FROM script_drafts WHERE id = ?", (draft_id,))


def _path(row: sqlite3.Row, *, one: bool = False) -> str:
    events = f"/calendar/v3/calendars/{quote(row['calendar'], safe='')}/events"
    return f"{events}/{row['event']}" if one else events


def _attachment(given: Mapping[str, Any]) -> dict[str, Any]:
    names = {"title": "title", "resourceUrl": "fileUrl", "mimeType": "mimeType", "iconUrl": "iconLink"}
    return {there: given[here] for here, there in names.items() if here in given}
