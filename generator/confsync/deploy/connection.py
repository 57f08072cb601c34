"""How to reach Google's APIs: over which `http` object, at which address, and what to tell who cannot."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Connection:
    """A way to Google's APIs.

    `http` asks as httplib2 does and authenticates itself. `url` is the address of another Google than the real one,
    without a slash at its end. `login` says what to do when the credentials are not accepted.
    """

    http: Any
    url: str = ""
    login: str = ""

    @property
    def name(self) -> str:
        """Who is at the other end, for messages."""
        return self.url or "Google"
