"""Fixtures: users and calendars with their events, as a person or a program writes them, to begin a test with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from confsync.errors import EmulatorError

if TYPE_CHECKING:
    from confsync.emulator.world import World

User = str | Mapping[str, str]

_KEYS = {"users": list, "calendars": list}
_OF_USER = {"email": str, "timeZone": str}
_OF_CALENDAR = {
    "id": str, "owner": str, "summary": str, "description": str, "location": str, "timeZone": str, "events": Iterable,
}  # fmt: skip
_SPOKEN: dict[Any, str] = {str: "a string", list: "a list", Iterable: "a list"}


@dataclass(frozen=True)
class Fixtures:
    """Users (e-mail addresses, or `{"email", "timeZone"}`) and calendars; `where` they were written.

    A calendar is `{"id", "owner", "events"}`, with `summary`, `description`, `location` and `timeZone` if wanted. One that
    is there already, such as a user's primary calendar, gets the events besides its own. `events` may be any iterable
    of events as the API shows them.
    """

    users: Sequence[User] = ()
    calendars: Sequence[Mapping[str, Any]] = ()
    where: str = ""

    def load(self, world: World) -> None:
        """Make them in a world, all or none; EmulatorError names the one that cannot be made."""
        with world.store.turn():
            for number, user in enumerate(self.users):
                add_user(world, user, _place(self.where, f"users[{number}]"))
            for number, calendar in enumerate(self.calendars):
                world.calendar.load(calendar, _place(self.where, f"calendars[{number}]"))


def fixtures_of(data: Mapping[str, Any], where: str = "") -> Fixtures:
    """Return fixtures given as JSON, checked as far as that goes without a world; EmulatorError names the key."""
    _check(data, _KEYS, where)
    users, calendars = data.get("users", []), data.get("calendars", [])
    for number, user in enumerate(users):
        if not isinstance(user, str):
            _check(user, _OF_USER, _place(where, f"users[{number}]"), needed="email")
    for number, calendar in enumerate(calendars):
        _check(calendar, _OF_CALENDAR, _place(where, f"calendars[{number}]"), needed="id")
    return Fixtures(users, calendars, where)


def add_user(world: World, user: User, where: str = "") -> None:
    """Make a user in a world; one that exists stays as it is."""
    given = {"email": user} if isinstance(user, str) else user
    try:
        world.oauth.add_user(given["email"], given.get("timeZone", "Etc/UTC"))
    except EmulatorError as error:
        raise EmulatorError(error.what, where=where, next_step=error.next_step) from error


def _check(value: Any, kinds: Mapping[str, Any], where: str, needed: str = "") -> None:
    if not isinstance(value, Mapping):
        raise EmulatorError("there must be an object here", where=where)
    for name, member in value.items():
        if name not in kinds:
            raise EmulatorError(f'"{name}" is not a key here; there are {", ".join(kinds)}', where=where)
        if not isinstance(member, kinds[name]) or (
            kinds[name] is Iterable and isinstance(member, str | Mapping)
        ):
            raise EmulatorError(f'"{name}" must be {_SPOKEN[kinds[name]]}', where=where)
    if needed and needed not in value:
        raise EmulatorError(f'"{needed}" is missing', where=where)


def _place(where: str, part: str) -> str:
    return f"{where}: {part}" if where else part
