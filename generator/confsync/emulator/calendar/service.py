"""Google Calendar: one function that answers requests, and what the other rooms need of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from confsync.emulator.calendar import (
    acl,
    batch,
    bodies,
    calendar_list,
    calendar_methods,
    calendars,
    channel_methods,
    colors,
    conference_data,
    copies,
    event_methods,
    freebusy,
    importing,
    instances,
    late,
    listing,
    loading,
    mails,
    moving,
    parameters,
    quick_add,
    settings,
    survey,
    view,
)
from confsync.emulator.calendar.ask import Ask
from confsync.emulator.calendar.gestures.hand import Gesture, perform
from confsync.emulator.calendar.notifications import Notifications
from confsync.emulator.calendar.quotas import Quotas
from confsync.emulator.calendar.room import Room
from confsync.emulator.errors import ApiError, standard_error
from confsync.emulator.faults import Moment, is_full, page_token_of
from confsync.emulator.oauth.service import Identity
from confsync.emulator.wire import Request, Response
from confsync.platform.discovery import Method, discovery

if TYPE_CHECKING:
    from confsync.emulator.world import World

_METHODS: Mapping[str, Callable[[Room, Ask], Response]] = {
    "calendar.acl.delete": acl.delete,
    "calendar.acl.get": acl.get,
    "calendar.acl.insert": acl.insert,
    "calendar.acl.list": acl.list_rules,
    "calendar.acl.patch": acl.patch,
    "calendar.acl.update": acl.update,
    "calendar.acl.watch": channel_methods.watch_acl,
    "calendar.calendarList.delete": calendar_list.delete,
    "calendar.calendarList.get": calendar_list.get,
    "calendar.calendarList.insert": calendar_list.insert,
    "calendar.calendarList.list": calendar_list.list_entries,
    "calendar.calendarList.patch": calendar_list.patch,
    "calendar.calendarList.update": calendar_list.update,
    "calendar.calendarList.watch": channel_methods.watch_calendar_list,
    "calendar.calendars.clear": calendar_methods.clear,
    "calendar.calendars.delete": calendar_methods.delete,
    "calendar.calendars.get": calendar_methods.get,
    "calendar.calendars.insert": calendar_methods.insert,
    "calendar.calendars.patch": calendar_methods.patch,
    "calendar.calendars.transferOwnership": calendar_methods.transfer_ownership,
    "calendar.calendars.update": calendar_methods.update,
    "calendar.channels.stop": channel_methods.stop,
    "calendar.colors.get": colors.get,
    "calendar.events.delete": event_methods.delete,
    "calendar.events.get": event_methods.get,
    "calendar.events.import": importing.import_event,
    "calendar.events.insert": event_methods.insert,
    "calendar.events.instances": listing.list_instances,
    "calendar.events.list": listing.list_events,
    "calendar.events.move": moving.move,
    "calendar.events.patch": event_methods.patch,
    "calendar.events.quickAdd": quick_add.quick_add,
    "calendar.events.update": event_methods.update,
    "calendar.events.watch": channel_methods.watch_events,
    "calendar.freebusy.query": freebusy.query,
    "calendar.settings.get": settings.get,
    "calendar.settings.list": settings.list_settings,
    "calendar.settings.watch": channel_methods.watch_settings,
}


class Calendar:
    """Google Calendar. `listeners` are called with a calendar's id after each change in it, inside the turn."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._room = Room(world.store, world.clock, world.random, world.switches)
        self._quotas = Quotas(world.switches, world.clock)
        self.listeners = self._room.listeners
        self.notifications = Notifications(world, self._room)

    def serve(self, request: Request) -> Response:
        """Answer a request to `/calendar/v3/…`."""
        try:
            return self._serve(request)
        except ApiError as error:
            return error.response()

    def serve_batch(self, request: Request) -> Response:
        """Answer a request to `/batch/calendar/v3`; what happens to the answer of a part happens to the whole."""
        answers = []

        def serve(inner: Request) -> Response:
            known = inner.path.startswith(discovery("calendar").base_path)
            answers.append(self.serve(inner) if known else standard_error(404).response())
            return answers[-1]

        limit = self._world.switches.batch_limit
        return batch.answer(request, serve, self._room.new_id(16), limit).with_fate_of(answers)

    def add_user(self, email: str, time_zone: str) -> None:
        """Make a user's primary calendar."""
        with self._world.store.turn():
            calendar_methods.make_primary(self._room, email, time_zone)

    def load(self, given: Mapping[str, Any], where: str) -> None:
        """Make a calendar, or find it, and take in its events as they are; see `fixtures.Fixtures`."""
        with self._world.store.turn():
            self._room.forget_touched()
            loading.load(self._room, given, frozenset(self._world.oauth.users()), where)
            self._room.announce()

    def expire_tokens(self, calendar_id: str) -> None:
        """Make every sync token of a calendar's events invalid; ApiError 404 when there is no such calendar."""
        with self._world.store.turn():
            calendar = calendars.by_id(self._room, calendar_id)
            if calendar is None:
                raise calendars.not_found()
            calendars.expire_tokens(self._room, calendar.key)

    def catch_up(self) -> bool:
        """Do what was put off until now, and tell whether there was anything."""
        with self._world.store.turn():
            self._room.forget_touched()
            done = copies.catch_up(self._room)
            self._room.announce()
        return done

    def next_due_us(self) -> int | None:
        """Return when something that was put off is due, or None."""
        with self._world.store.turn():
            return late.next_due_us(self._room)

    def sign(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """Return conference data that an add-on made with the signature that lets clients write and copy it."""
        with self._world.store.turn():
            return conference_data.sign(self._room, data)

    def event(self, calendar_id: str, event_id: str) -> dict[str, Any] | None:
        """Return an event as the owner of that calendar sees it, a deleted one too; None when there is none."""
        with self._world.store.turn():
            calendar = calendars.by_id(self._room, calendar_id)
            event = instances.find(self._room, calendar.key, event_id) if calendar else None
            if calendar is None or event is None:
                return None
            return view.shown_to(event, view.View(calendar, calendar.time_zone))

    def gesture(self, gesture: Gesture, asked: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Do what a person does in Calendar's pages, and return the events that were touched, as they are then."""
        with self._world.store.turn():
            self._room.forget_touched()
            copies.catch_up(self._room)
            places = perform(self._room, gesture, asked)
            self._room.announce()
            return [event for place in places if (event := self.event(*place))]

    def survey(self) -> list[dict[str, Any]]:
        """Return `{id, roles, listedBy, events}` of each calendar, deleted events too: what is there, whoever asks."""
        with self._world.store.turn():
            return survey.survey(self._room, self._world.oauth.users())

    def mails(self) -> list[dict[str, Any]]:
        """Return the mails that would have been sent."""
        with self._world.store.turn():
            return mails.listed(self._room)

    def settings(self, email: str) -> dict[str, str]:
        """Return a user's settings; ApiError 404 for nobody."""
        with self._world.store.turn():
            return settings.values_of(self._room, email)

    def change_settings(self, email: str, values: Mapping[str, str]) -> None:
        """Set some of a user's settings, as in Calendar's pages; EmulatorError for what cannot be set."""
        for name, value in values.items():
            settings.check(name, value)
        with self._world.store.turn():
            self._room.forget_touched()
            for name, value in values.items():
                if name == settings.TIME_ZONE:
                    calendar_methods.set_time_zone(self._room, email, value)
                elif self.settings(email)[name] != value:
                    settings.keep(self._room, email, name, value)
            self._room.announce()

    def primary(self, email: str) -> str:
        """Return the id of a user's primary calendar."""
        return email

    def _serve(self, request: Request) -> Response:
        request = _as_meant(request)
        method, path = _route(request)
        who = self._world.oauth.identify(request)
        _require_scope(method, who)
        calendar_id = path.get("calendarId", "")
        calendar_id = who.email if calendar_id == "primary" else calendar_id
        self._quotas.admit(method, who.email, calendar_id)
        moment = Moment(method.id, who.email, calendar_id, page_token_of(request), is_full(request))
        return self._world.faults.around(
            moment,
            lambda: self._answer(method, path, who.email, request),
            expire_tokens=self.expire_tokens,
        )

    def _answer(self, method: Method, path: dict[str, str], user: str, request: Request) -> Response:
        answer = _METHODS.get(method.id)
        if answer is None:
            raise ApiError(501, "notImplemented", f"{method.id} is not emulated")
        with self._world.store.turn():
            if self._world.calendar is not self:
                # Another state came into place while this waited for its turn.
                return self._world.calendar._answer(method, path, user, request)
            self._room.forget_touched()
            copies.catch_up(self._room)
            found = calendars.find(self._room, path["calendarId"], user) if "calendarId" in path else None
            given = parameters.read(method, request.query)
            body = bodies.parse(method, request)
            ask = Ask(method, user, path, given, request.headers, body, found)
            ask.mask()
            response = answer(self._room, ask)
            self._room.announce()
            return response


def _as_meant(request: Request) -> Request:
    """Return the GET that a client sends as a POST because its address is too long; Google's clients do that."""
    if (request.method, request.headers.get("x-http-method-override", "").upper()) != ("POST", "GET"):
        return request
    query = request.body.decode("ascii", "replace")
    return Request("GET", f"{request.target.partition('?')[0]}?{query}", request.headers)


def _route(request: Request) -> tuple[Method, dict[str, str]]:
    match = discovery("calendar").match(request.method, request.path)
    if match is None:
        raise calendars.not_found()
    return match


def _require_scope(method: Method, who: Identity) -> None:
    """Raise the front-end's 403 unless the token carries one of the method's scopes."""
    if who.scopes is not None and not who.scopes & set(method.scopes):
        raise ApiError(
            403,
            "insufficientPermissions",
            "Request had insufficient authentication scopes.",
            item_message="Insufficient Permission",
            front_end=True,
            details=[
                {
                    "@type": "type.googleapis.com/google.rpc.ErrorInfo",
                    "reason": "ACCESS_TOKEN_SCOPE_INSUFFICIENT",
                    "domain": "googleapis.com",
                    "metadata": {
                        "service": "calendar-json.googleapis.com",
                        "method": f"calendar.v3.{method.resource.partition('.')[2].capitalize()}"
                        f".{method.name.capitalize()}",
                    },
                }
            ],
        )
