"""An execution: something that asks the outside world and is answered, whichever wing it runs in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol


@dataclass(frozen=True)
class Call:
    """A question to the outside world: service, method and named JSON arguments.

    Both wings make the same calls with equal arguments, so one trace format and one fault address serve both. `library`
    is the number of the library that asks, None when the script itself does.
    """

    service: str
    method: str
    arguments: Mapping[str, Any]
    library: int | None = None

    @property
    def name(self) -> str:
        """`service.method`, as faults and traces name it."""
        return f"{self.service}.{self.method}"


@dataclass(frozen=True)
class ScriptError:
    """An error as a script sees it: JavaScript error name, message, and further properties such as `details`."""

    name: str
    message: str
    properties: Mapping[str, Any] = field(default_factory=dict)
    stack: str = ""


@dataclass(frozen=True)
class Answer:
    """The answer to a call; `now_ms` is the clock that the execution sees until its next call."""

    now_ms: int
    value: Any = None
    error: ScriptError | None = None


@dataclass(frozen=True)
class LogLine:
    """One line of an execution's log: severity DEBUG, INFO, WARNING or ERROR."""

    severity: str
    message: str


@dataclass(frozen=True)
class Ended:
    """How an execution ended: its JSON result, or the error that nobody caught; and what it logged."""

    result: Any = None
    error: ScriptError | None = None
    log: tuple[LogLine, ...] = ()


class Execution(Protocol):
    """A running execution. `next_call` and `answer` alternate until `next_call` returns `Ended`."""

    def next_call(self) -> Call | Ended:
        """Run on to the next call, or to the end."""

    def answer(self, answer: Answer) -> None:
        """Answer the last call."""

    def kill(self) -> None:
        """End it now: nothing after it has an effect, no handler runs. Harmless once it has ended."""


@dataclass(frozen=True)
class Library:
    """A library that a script includes, itself or by way of another: its code, HTML pages and manifest's words.

    `calendar` is its name for the advanced Calendar service, if it has one; `includes` are the (name, number)
    of the libraries that it includes in turn.
    """

    library_id: str
    files: tuple[tuple[str, str], ...]
    pages: tuple[tuple[str, str], ...] = ()
    calendar: str | None = None
    includes: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class Start:
    """What an execution is started with: project files, the function's name and its arguments.

    `files` are (name, source) in project order; `time_zone` and `now_ms` set the clock, `seed` whatever is random. With
    `returns_basic` it fails when it returns anything but strings, numbers, booleans, lists and plain objects, or with
    `or_null` returns null then. `scopes` are those that it has; None: all. It includes `libraries` under the names
    of `includes`, (name, number).
    """

    files: Sequence[tuple[str, str]]
    manifest: Mapping[str, Any]
    function: str
    arguments: Sequence[Any]
    now_ms: int
    seed: int
    user: str
    returns_basic: bool = False
    time_zone: str = "Etc/UTC"
    locale: str = "en"
    or_null: bool = False
    libraries: tuple[Library, ...] = ()
    includes: tuple[tuple[str, int], ...] = ()
    scopes: frozenset[str] | None = None


class Runtime(Protocol):
    """Starts executions: V8 for project files, or a wing written in Python."""

    def start(self, start: Start) -> Execution:
        """Start an execution; it does nothing until its first `next_call`."""

    def close(self) -> None:
        """Give back processes and threads."""
