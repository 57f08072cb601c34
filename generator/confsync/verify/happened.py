"""What happened in a step of a history."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Happened:
    """One step as it went: the executions that ran in it, by number, and why it was not possible, if so.

    `turns` are those that executions side by side took.
    """

    step: Mapping[str, Any]
    at: str
    executions: tuple[int, int]
    refused: str = ""
    turns: tuple[int, ...] = ()
