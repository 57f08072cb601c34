"""Setups: a file, TOML or JSON, that says how a local Google begins."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from confsync.emulator.clock import MICROSECONDS
from confsync.emulator.faults import Faults
from confsync.emulator.fixtures import Fixtures, fixtures_of
from confsync.emulator.switches import Switches
from confsync.errors import EmulatorError

KEYS = ("seed", "virtualClock", "users", "switches", "faults", "calendars", "libraries")


@dataclass(frozen=True)
class Setup:
    """How a local Google begins; what is None was not said.

    `virtual_clock` is a moment in microseconds, or True for the usual one. `fixtures` has the users too. `libraries` are
    the folders of Apps Script libraries by their ids.
    """

    seed: int | None = None
    virtual_clock: int | bool | None = None
    switches: Mapping[str, Any] = field(default_factory=dict)
    faults: Sequence[Mapping[str, Any]] = ()
    fixtures: Fixtures = field(default_factory=Fixtures)
    libraries: Mapping[str, Path] = field(default_factory=dict)


def read_setup(file: Path) -> Setup:
    """Return the setup that a file holds; EmulatorError names file and key where something is wrong.

    Events are checked when they are loaded.
    """
    data = _read(file)
    for name in data:
        if name not in KEYS:
            raise EmulatorError(
                f'"{name}" is not a key of a setup; there are {", ".join(KEYS)}', where=str(file)
            )
    fixtures = fixtures_of({name: data[name] for name in ("users", "calendars") if name in data}, str(file))
    switches, faults = data.get("switches", {}), data.get("faults", [])
    _check_switches(switches, f"{file}: switches")
    _check_faults(faults, f"{file}: faults")
    return Setup(
        _seed(data, file), _virtual_clock(data, file), switches, faults, fixtures, _libraries(data, file)
    )


def _read(file: Path) -> dict[str, Any]:
    try:
        text = file.read_text(encoding="utf-8")
        data = json.loads(text) if file.suffix == ".json" else tomllib.loads(text)
    except OSError as error:
        next_step = "Name a TOML or JSON file; docs/emulator.md shows one."
        raise EmulatorError(
            f"cannot be read ({error.strerror})", where=str(file), next_step=next_step
        ) from error
    except ValueError as error:
        kind = "JSON" if file.suffix == ".json" else "TOML"
        raise EmulatorError(f"this is not {kind} ({error})", where=str(file)) from error
    if not isinstance(data, dict):
        raise EmulatorError("a setup must be an object", where=str(file))
    plain: dict[str, Any] = _plain(data)
    return plain


def _plain(value: Any) -> Any:
    """Return TOML's values as JSON has them: moments and days as texts."""
    if isinstance(value, dict):
        return {name: _plain(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_plain(member) for member in value]
    return value.isoformat() if isinstance(value, date | time) else value


def _seed(data: Mapping[str, Any], file: Path) -> int | None:
    seed = data.get("seed")
    if seed is not None and type(seed) is not int:
        raise EmulatorError("a whole number is wanted", where=f"{file}: seed")
    return seed


def _libraries(data: Mapping[str, Any], file: Path) -> dict[str, Path]:
    """Return the folders of libraries; one that is not absolute lies beside the file."""
    given = data.get("libraries", {})
    if not isinstance(given, dict) or not all(isinstance(folder, str) for folder in given.values()):
        raise EmulatorError("folders by the ids of libraries are wanted", where=f"{file}: libraries")
    return {library_id: file.parent / folder for library_id, folder in given.items()}


def _virtual_clock(data: Mapping[str, Any], file: Path) -> int | bool | None:
    given = data.get("virtualClock")
    if given is None or isinstance(given, bool):
        return given
    try:
        moment = datetime.fromisoformat(given)
        if moment.tzinfo is None:
            raise ValueError("no offset")
    except (TypeError, ValueError) as error:
        what = "true is wanted, or a moment with an offset, such as 2026-03-02T08:00:00Z"
        raise EmulatorError(what, where=f"{file}: virtualClock") from error
    return round(moment.timestamp() * MICROSECONDS)


def _check_switches(switches: Any, where: str) -> None:
    if not isinstance(switches, dict):
        raise EmulatorError("there must be an object here", where=where)
    try:
        Switches().change(switches)
    except EmulatorError as error:
        raise EmulatorError(error.what, where=where) from error


def _check_faults(faults: Any, where: str) -> None:
    if not isinstance(faults, list):
        raise EmulatorError("there must be a list here", where=where)
    for number, rule in enumerate(faults):
        try:
            if not isinstance(rule, dict):
                raise EmulatorError("there must be an object here")
            Faults().add(rule)
        except EmulatorError as error:
            raise EmulatorError(error.what, where=f"{where}[{number}]") from error
