"""The demo: one story, played by both wings on a local Google each, compared call by call and judged."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from confsync.addon import Addon, config_of
from confsync.rehearsal.setting import USERS, Setting, in_process, served
from confsync.rehearsal.story import Scene, story
from confsync.render import render
from confsync.verify.comparison import Difference, compare, compare_states
from confsync.verify.people import People
from confsync.verify.promises import Broken
from confsync.verify.wing import PythonWing

JsonObject = dict[str, Any]


@dataclass(frozen=True)
class Played:
    """A scene as it went: the executions that ran, the calls that they made, what the third party holds now.

    `changed` tells whether it held something else before.
    """

    title: str
    executions: Sequence[JsonObject]
    calls: Sequence[JsonObject]
    conferences: Sequence[JsonObject]
    changed: bool


@dataclass(frozen=True)
class Verdict:
    """How the story ended: the calls of each wing, their first difference, the broken promises of each wing."""

    calls: int
    difference: Difference | None
    broken: Sequence[tuple[str, Broken]]

    @property
    def holds(self) -> bool:
        """Tell whether both wings are equal and all promises hold."""
        return self.difference is None and not self.broken


class Demo:
    """A demo about to be played: both settings are up, nobody has done anything yet."""

    def __init__(self, apps_script: Setting, python: Setting, scenes: Sequence[Scene]) -> None:
        self.apps_script, self.python, self.scenes = apps_script, python, scenes

    def play(self) -> Iterator[Played]:
        """Play the story on both stages, scene by scene; what is told is what the Apps Script wing did."""
        stage = self.apps_script.stage
        actors, twins = People(stage), People(self.python.stage)
        before: Sequence[JsonObject] = []
        for scene in self.scenes:
            executions, calls = stage.last_execution(), stage.last_call()
            for step in scene.steps:
                actors.act(step)
                self.apps_script.witness.look()
                twins.act(step)
                self.python.witness.look()
            held = stage.conferences()
            ran = stage.executions(executions)
            yield Played(scene.title, ran, stage.calls(calls), held, held != before)
            before = held

    def verdict(self) -> Verdict:
        """Compare the wings and judge both."""
        one, other = self.apps_script.stage.calls(), self.python.stage.calls()
        difference = compare(one, other) or compare_states(_state(self.apps_script), _state(self.python))
        broken = [("Apps Script", promise) for promise in self.apps_script.witness.broken()]
        broken += [("Python", promise) for promise in self.python.witness.broken()]
        return Verdict(len(one), difference, broken)


def _state(setting: Setting) -> dict[str, Any]:
    """Return what a wing leaves behind: the third party's conferences and every user's properties."""
    properties = {user: setting.stage.properties(user) for user in USERS}
    return {"conferences": setting.stage.conferences(), "properties": properties}


@contextlib.contextmanager
def prepared(addon: Addon, seed: int) -> Iterator[Demo]:
    """Give a demo: a local Google for each wing, the add-on deployed to it and installed for two users."""
    files = render(addon)
    wing = PythonWing(config_of(addon))
    with served(addon, files, seed) as apps_script, in_process(addon, files, seed, wing) as python:
        yield Demo(apps_script, python, story(addon, seed))
