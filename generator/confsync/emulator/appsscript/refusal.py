"""How a service refuses: the error that the script, or the other wing, then sees."""

from collections.abc import Mapping
from typing import Any

from confsync.emulator.execution import ScriptError


class Refusal(Exception):
    """A service's answer that is an error."""

    def __init__(
        self, message: str, name: str = "Exception", properties: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(message)
        self.error = ScriptError(name, message, properties or {})


class Ending(Exception):
    """The execution ends here, without a handler; `status` and `error` are what is remembered of it."""

    def __init__(self, status: str, error: ScriptError) -> None:
        super().__init__(error.message)
        self.status, self.error = status, error


def not_emulated(service: str, method: str) -> Refusal:
    """Return the error for what the local Google does not have."""
    return Refusal(f"{service}.{method} is not emulated", "Error")
