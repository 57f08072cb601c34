"""One request to a method, understood: who asks for what, of which calendar."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from confsync.emulator.calendar.calendars import Record
from confsync.emulator.calendar.fields import Mask, mask_of
from confsync.emulator.errors import standard_error
from confsync.platform.discovery import Method


@dataclass(frozen=True)
class Ask:
    """One request: `path` and `parameters` are decoded and typed, `body` is the parsed JSON object.

    `found` is the calendar that the path names, for methods of one calendar.
    """

    method: Method
    user: str
    path: Mapping[str, str]
    parameters: Mapping[str, Any]
    headers: Mapping[str, str]
    body: dict[str, Any]
    found: Record | None = None

    @property
    def calendar(self) -> Record:
        """The calendar that the path names."""
        assert self.found is not None
        return self.found

    def mask(self) -> Mask | None:
        """Return what the client wants of the answer; None for all."""
        fields = self.parameters.get("fields")
        return (
            mask_of(fields, self.method.response_schema) if fields and self.method.response_schema else None
        )

    def require_match(self, etag: str) -> None:
        """Raise ApiError 412 unless `If-Match` is absent, `*`, or names this etag."""
        wanted = self.headers.get("if-match", "*")
        if wanted != "*" and etag not in [part.strip() for part in wanted.split(",")]:
            raise standard_error(412)

    def has(self, etag: str) -> bool:
        """Tell whether `If-None-Match` says that the client has this etag."""
        known = self.headers.get("if-none-match", "")
        return bool(known) and (known == "*" or etag in [part.strip() for part in known.split(",")])
