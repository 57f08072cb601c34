"""The state as text: JSON lines that a person can read, and that make the same state again.

The first line says what this is: `{"confsync": "state", "format", "version", "seed", "now", "nowUs"}`. Then comes a line
for each row, `{"table", "row": {column: value}}`, table by table, and a last one, `{"rows": how many}`. A text that is JSON
itself stands there as JSON, bytes as `{"$bytes": text or JSON}` or, if they are no text, as `{"$base64": …}`. It is all
that `--data` keeps: keys, tokens and script properties too.
"""

from __future__ import annotations

import base64
import contextlib
import json
import re
import sqlite3
from collections.abc import Iterable, Iterator
from importlib.metadata import version
from itertools import groupby
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from confsync.emulator.store import FORMAT, Store
from confsync.errors import EmulatorError

if TYPE_CHECKING:
    from confsync.emulator.world import World

# A table with some of its columns, and a row's values for them.
_Row = tuple[tuple[str, ...], tuple[Any, ...]]

_SPACE = re.compile(r"[ \t\r\n]*")
_decode = json.JSONDecoder().raw_decode


def is_state(line: bytes) -> bool:
    """Tell whether a file with that first line holds a state."""
    try:
        head = json.loads(line)
    except ValueError:
        return False
    return isinstance(head, dict) and head.get("confsync") == "state"


def write(world: World, file: IO[bytes]) -> None:
    """Write the state as it is in this moment; not more than a row of it is held in memory."""
    with world.store.turn():
        file.writelines(line.encode() for line in _lines(world))


def _lines(world: World) -> Iterator[str]:
    now = {"now": world.clock.now().isoformat(), "nowUs": world.clock.now_us()}
    head = {"confsync": "state", "format": FORMAT, "version": version("confsync"), "seed": world.seed, **now}
    yield json.dumps(head) + "\n"
    count = 0
    for table in sorted(world.store.tables()):
        columns = [json.dumps(name) for name in world.store.columns(table)]
        for row in world.store.rows(table):
            count += 1
            members = ", ".join(map("{}: {}".format, columns, map(_shown, row)))
            yield f'{{"table": {json.dumps(table)}, "row": {{{members}}}}}\n'
    yield json.dumps({"rows": count}) + "\n"


def _shown(value: Any) -> str:
    if not isinstance(value, bytes):
        return _one_line(value) or json.dumps(value, ensure_ascii=False)
    try:
        return f'{{"$bytes": {_shown(value.decode())}}}'
    except UnicodeDecodeError:
        return f'{{"$base64": "{base64.b64encode(value).decode()}"}}'


def _one_line(value: Any) -> str:
    """Return a text that is JSON in one line, with tabs for its line ends: within JSON's strings there is neither."""
    if not isinstance(value, str) or value[:1] + value[-1:] not in ("{}", "[]") or "\t" in value:
        return ""
    try:
        parsed = json.loads(value)
    except ValueError:
        return ""
    looks_marked = isinstance(parsed, dict) and len(parsed) == 1 and next(iter(parsed)).startswith("$")
    return "" if looks_marked else value.replace("\n", "\t")


def read(store: Store, lines: Iterable[bytes], where: str) -> int:
    """Replace all that the store holds by a state that was written, and return its time in microseconds.

    To be called in a turn, which an EmulatorError undoes; it names the line that is wrong.
    """
    reader = _Reader(store, lines, where)
    now_us = reader.head()
    for table in store.tables():
        store.connection.execute(f'DELETE FROM "{table}"')
    for (table, *names), group in groupby(reader.rows(), key=lambda row: row[0]):
        columns, marks = ", ".join(f'"{name}"' for name in names), ", ".join("?" * len(names))
        insert = f'INSERT INTO "{table}" ({columns}) VALUES ({marks})'
        try:
            store.connection.executemany(insert, (values for _, values in group))
        except (sqlite3.IntegrityError, sqlite3.InterfaceError, OverflowError) as error:
            raise reader.refusal(f"the row does not fit into its table ({error})") from error
    return now_us


class _Reader:
    """The lines of a state, counted, so that an error can name the one that is wrong."""

    def __init__(self, store: Store, lines: Iterable[bytes], where: str) -> None:
        self._columns = {table: frozenset(store.columns(table)) for table in store.tables()}
        self._lines, self._where, self._number = iter(lines), where, 0

    def head(self) -> int:
        """Check the first line, and return the time in it."""
        head = json.loads(self._next())
        found = head.get("format")
        if found != FORMAT:
            age = "newer than the" if isinstance(found, int) and found > FORMAT else "and not the"
            raise EmulatorError(
                f"this state has format {found}, {age} {FORMAT} that this version knows",
                where=self._where,
                next_step="Use the version of confsync that wrote it: its first line says which.",
            )
        if type(head.get("nowUs")) is not int:
            raise self.refusal('"nowUs" must be a whole number')
        return int(head["nowUs"])

    def rows(self) -> Iterator[_Row]:
        """Yield the rows; what comes after the last line is not looked at."""
        count = 0
        while True:
            line = self._next()
            if not line:
                raise self.refusal("the file ends here, but it is not complete")
            try:
                members = _members(line.decode())
                if "rows" in members:
                    break
                row = self._row(members)
            except (ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
                raise self.refusal("this is no row of a state") from error
            count += 1
            yield row
        if members["rows"][0] != count:
            raise self.refusal(f"there should be {members['rows'][0]} rows, but there are {count}")

    def refusal(self, what: str) -> EmulatorError:
        """Return the error for the line that was read last."""
        place = f"{self._where}:{self._number}"
        return EmulatorError(what, where=place, next_step="Nothing was imported; export the state again.")

    def _next(self) -> bytes:
        self._number += 1
        return next(self._lines, b"")

    def _row(self, members: dict[str, tuple[Any, str]]) -> _Row:
        table = members["table"][0]
        if table not in self._columns:
            raise self.refusal(f'there is no table "{table}"')
        row = _members(members["row"][1])
        if others := row.keys() - self._columns[table]:
            raise self.refusal(f'the table "{table}" has no column "{min(others)}"')
        return (table, *row), tuple(_value(*member) for member in row.values())


def _members(text: str) -> dict[str, tuple[Any, str]]:
    """Return the members of a JSON object, each as a value and as it is written; ValueError or IndexError for others."""
    members, at = {}, _after_space(text, text.index("{") + 1)
    while text[at] != "}":
        name, at = _decode(text, at)
        colon = _after_space(text, at)
        start = _after_space(text, colon + 1)
        value, at = _decode(text, start)
        members[name] = value, text[start:at]
        at = _after_space(text, at)
        if text[colon] != ":" or text[at] not in ",}":
            raise ValueError(text)
        at = _after_space(text, at + 1) if text[at] == "," else at
    return members


def _after_space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def _value(value: Any, written: str) -> Any:
    if not isinstance(value, dict | list):
        return value
    if isinstance(value, dict) and "$base64" in value:
        return base64.b64decode(value["$base64"])
    if isinstance(value, dict) and "$bytes" in value:
        return _value(value["$bytes"], written[written.index(":") + 1 : -1].strip()).encode()
    return written.replace("\t", "\n")


def save(world: World, to: Path) -> None:
    """Write the state to a file, which is replaced only once all of it is written; EmulatorError when it cannot be."""
    part = to.with_name(f"{to.name}.part")
    try:
        with part.open("wb") as file:
            write(world, file)
        part.replace(to)
    except OSError as error:
        with contextlib.suppress(OSError):
            part.unlink()
        next_step = "Name another file, or make room; what was there before is still there."
        raise EmulatorError(
            f"the state cannot be written ({error.strerror})", where=str(to), next_step=next_step
        ) from error
