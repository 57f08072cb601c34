"""The seed's own add-on, a user's store to note events in, and an execution that needs nobody."""

import contextlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from confsync.addon import Addon, config_of, load
from confsync.emulator.appsscript.v8 import V8Runtime
from confsync.rehearsal.setting import ALICE, Setting, in_process
from confsync.render import render
from confsync.sync.run import Run
from confsync.sync.store import PRIMARY, Calendar, Store
from confsync.verify.ground import hastened
from confsync.verify.mutants import Replacement, mutated_files, mutated_wing
from confsync.verify.people import People

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def addon() -> Addon:
    return load(ROOT / "addon.toml")


@pytest.fixture(scope="session")
def v8() -> Iterator[V8Runtime]:
    """Engine processes for all tests: a world does not close a runtime that it was given."""
    runtime = V8Runtime()
    yield runtime
    runtime.close()


@pytest.fixture
def config(addon: Addon) -> dict[str, Any]:
    return config_of(addon)


@pytest.fixture
def store() -> Store:
    """Alice's store: her own calendar is number 0, a team's number 1."""
    calendars = [Calendar("alice@example.com", PRIMARY), Calendar("team@group.calendar.google.com")]
    return Store({}, calendars, "alices-id", "alices-key")


@pytest.fixture
def run(config: dict[str, Any], store: Store) -> Run:
    """An execution that asks nothing: whoever uses one of its ports fails."""
    ports: Any = SimpleNamespace()
    return Run(ports, config, 0, store)


class Diary:
    """Alice's calendar, with meetings that have a conference and others that have none."""

    def __init__(self, setting: Setting) -> None:
        self.stage, self._people = setting.stage, People(setting.stage)

    def act(self, action: str, event: str = "", **more: Any) -> None:
        """Do something as Alice."""
        self._people.act({"do": action, "who": ALICE, "event": event, **more})

    def create(self, name: str, **more: Any) -> None:
        """Create a meeting of an hour on one of the next days."""
        day = 10 + len(name)
        times = {
            key: {"dateTime": f"2026-03-{day}T{hour}:00:00Z", "timeZone": "UTC"}
            for key, hour in (("start", "09"), ("end", "10"))
        }
        self.act("create", name, **{**more, "with": {"summary": name, **times, **more.get("with", {})}})

    def meet(self, *names: str, **more: Any) -> None:
        """Create meetings with a conference, and let everything be delivered."""
        for name in names:
            self.create(name, solution="My Web Conference", **more)
        self.stage.deliver()

    def fill(self, plain: int) -> None:
        """Create meetings a and aa with a conference, and plain events beside them; all of it is delivered."""
        for number in range(plain):
            self.create(f"plain {number}")
        self.meet("a", "aa")

    def titles(self) -> list[str]:
        """Return the titles of what the third party holds."""
        return sorted(held["title"] for held in self.stage.conferences())

    def asked(self, service: str, method: str, since: int = 0) -> list[dict[str, Any]]:
        """Return the arguments of the calls of that kind after a call."""
        calls = self.stage.calls(since)
        return [call["arguments"] for call in calls if (call["service"], call["method"]) == (service, method)]

    def listings(self, since: int = 0) -> list[dict[str, Any]]:
        """Return the arguments of the listings after a call."""
        return self.asked("calendar.events", "list", since)

    def kept(self, kind: str) -> list[str]:
        """Return the properties of a kind."""
        properties = self.stage.properties(ALICE)
        return [properties[key] for key in properties if key.partition(":")[0] == kind]

    def token(self) -> str:
        """Return the calendar's token."""
        return str(self.stage.properties(ALICE)[f"syncToken:{ALICE}"])


Begin = Callable[..., AbstractContextManager[Diary]]


@pytest.fixture(params=["python", "v8"])
def begin(request: pytest.FixtureRequest, addon: Addon, v8: V8Runtime) -> Begin:
    """Give a function that opens a diary in each wing, with some of its constants changed, graces of two hours.

    A constant is told as (JavaScript file, Python module, its name, what it is in each, what it shall be);
    `described` is another add-on than the sample.
    """

    @contextlib.contextmanager
    def opened(*constants: tuple[str, str, str, str, str, str], described: Addon = addon) -> Iterator[Diary]:
        hasty = hastened(described)
        files = render(hasty)
        if request.param == "python":
            runtime: Any = mutated_wing(
                config_of(hasty),
                [
                    Replacement(f"confsync.sync.{module}", f"{name} = {python}", f"{name} = {shall}")
                    for _, module, name, _, python, shall in constants
                ],
            )
        else:
            runtime = v8
            files = mutated_files(
                files,
                [
                    Replacement(file, f"{name} = {javascript};", f"{name} = {shall};")
                    for file, _, name, javascript, _, shall in constants
                ],
            )
        with in_process(hasty, files, 1, runtime) as setting:
            yield Diary(setting)

    return opened
