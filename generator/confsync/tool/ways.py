"""The ways out of `confsync sync`: to Google, to the third party, and to the clock."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from confsync.tool.google import GoogleHttp
from confsync.tool.third_party import ThirdParty


class Clock(Protocol):
    """Where the time comes from."""

    def now_ms(self) -> int:
        """Return the present time in milliseconds since the epoch."""

    def refresh(self) -> None:
        """Look at it again; done when an execution begins."""


class SystemClock:
    """The clock of this machine."""

    def now_ms(self) -> int:
        """Return the present time in milliseconds since the epoch."""
        return time.time_ns() // 1_000_000

    def refresh(self) -> None:
        """There is nothing to do."""


@dataclass(frozen=True)
class Ways:
    """All ways out.

    `calendar` is Google's own client, `http` what its requests are sent with; `fetch` sends requests to the third party.
    """

    calendar: Any
    http: GoogleHttp
    fetch: ThirdParty
    clock: Clock


class Machine:
    """The engine's view of time, chance and the log."""

    def __init__(self, clock: Clock, log: Callable[[str, str], None]) -> None:
        self._clock = clock
        self.log = log

    def now_ms(self) -> int:
        """Return the present time in milliseconds since the epoch."""
        return self._clock.now_ms()

    def sleep(self, milliseconds: int) -> None:
        """Wait."""
        time.sleep(milliseconds / 1000)

    def get_uuid(self) -> str:
        """Return a random UUID."""
        return str(uuid.uuid4())


class EnvironmentSecrets:
    """The provider's keys, from `CONFSYNC_SECRET_<NAME>`."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment

    def get(self, name: str) -> str | None:
        """Return a secret's value, or None when nobody has set it."""
        return self._environment.get(variable_of(name)) or None


def variable_of(name: str) -> str:
    """Return the environment variable of a secret: `conferences_key` → `CONFSYNC_SECRET_CONFERENCES_KEY`."""
    return f"CONFSYNC_SECRET_{name.upper()}"
