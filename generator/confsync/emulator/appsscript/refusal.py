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


def not_emulated(service: str, method: str) -> Refusal:
    """Return the error for what the local Google does not have."""
    return Refusal(f"{service}.{method} is not emulated", "Error")
