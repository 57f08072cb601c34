"""Sources: what a world can be filled with from outside, a state that was exported, or fixtures."""

from __future__ import annotations

import contextlib
import itertools
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from confsync.emulator import state
from confsync.emulator.fixtures import Fixtures, fixtures_of
from confsync.errors import EmulatorError

if TYPE_CHECKING:
    from confsync.emulator.world import World

Source = Path | IO[bytes] | Fixtures | Mapping[str, Any]

# How far into a file its mark stands, at most.
_MARK = b'"confsync"'
_NEAR = 100


@dataclass(frozen=True)
class Exported:
    """A state that was exported, line by line."""

    lines: Iterable[bytes]
    where: str

    def load(self, world: World) -> None:
        """Put it in place of a world's own; to be called in a turn, which an EmulatorError undoes."""
        world.resume(state.read(world.store, self.lines, self.where))


@contextlib.contextmanager
def opened(source: Source) -> Iterator[Exported | Fixtures]:
    """Give what a source holds: a file or its bytes may be a state or fixtures as JSON, a mapping is fixtures."""
    if isinstance(source, Fixtures):
        yield source
    elif isinstance(source, Mapping):
        yield fixtures_of(source)
    elif isinstance(source, Path):
        try:
            file = source.open("rb")
        except OSError as error:
            next_step = "Name a state that was exported, or a JSON file with users and calendars."
            raise EmulatorError(
                f"cannot be read ({error.strerror})", where=str(source), next_step=next_step
            ) from error
        with file:
            yield _found(file, str(source))
    else:
        yield _found(source, "body")


def _found(file: IO[bytes], where: str) -> Exported | Fixtures:
    first = file.readline()
    if _MARK in first[:_NEAR] and state.is_state(first):
        return Exported(itertools.chain([first], file), where)
    try:
        data = json.loads(first + file.read())
    except ValueError as error:
        next_step = "It must be a state that was exported, or a JSON object with users and calendars."
        raise EmulatorError(f"this is not JSON ({error})", where=where, next_step=next_step) from error
    return fixtures_of(data, where)
