"""Scenarios: short stories as data, with what must come of them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from confsync.addon import Addon
from confsync.emulator.execution import Runtime
from confsync.rehearsal.setting import Setting, in_process
from confsync.verify.people import People


@dataclass(frozen=True)
class Scenario:
    """What it tells, the steps, and what is expected.

    `expect` may name `held` (a part of each conference that the third party holds, by title), `verbs` (how many
    requests of each verb the third party got), `listings` (`full`: how many listings began without a token;
    `most`: how many requests an execution listed events with at most) and `failed` (how many executions did not
    complete). The promises are always expected to hold. A step `expect-held` looks in between, at `count` or `titles`.
    """

    tells: str
    steps: Sequence[Mapping[str, Any]]
    expect: Mapping[str, Any]

    @staticmethod
    def load(path: Path) -> Scenario:
        """Read a scenario from a JSON file."""
        return Scenario(**json.loads(path.read_text(encoding="utf-8")))


def failures(
    addon: Addon, files: Mapping[str, str], scenario: Scenario, runtime: Runtime | None
) -> list[str]:
    """Play a scenario on a local Google of its own; return what did not come as expected."""
    found: list[str] = []
    with in_process(addon, files, 1, runtime) as setting:
        people = People(setting.stage)
        for step in scenario.steps:
            if step["do"] == "expect-held":
                found += _held_now(setting, step)
            else:
                people.act(step)
                setting.witness.look()
        found += _differences(setting, scenario.expect)
        found += [f"{broken.promise}: {broken.how}" for broken in setting.witness.broken()]
    return found


def _held_now(setting: Setting, step: Mapping[str, Any]) -> Iterator[str]:
    held = setting.stage.conferences()
    if "count" in step and len(held) != step["count"]:
        yield f"in between the third party holds {len(held)} conferences, not {step['count']}"
    titles = sorted(str(conference["title"]) for conference in held)
    if "titles" in step and titles != step["titles"]:
        yield f"in between the third party holds {titles}, not {step['titles']}"


def _differences(setting: Setting, expect: Mapping[str, Any]) -> Iterator[str]:
    if "held" in expect:
        yield from _held(setting, expect["held"])
    calls = setting.stage.calls()
    if "verbs" in expect and (verbs := _verbs(calls)) != expect["verbs"]:
        yield f"the third party got {verbs}, not {expect['verbs']}"
    yield from _listings(calls, expect.get("listings", {}))
    if "failed" in expect:
        executions = setting.stage.executions()
        failed = [execution for execution in executions if execution["status"] != "COMPLETED"]
        if len(failed) != expect["failed"]:
            yield f"{len(failed)} executions did not complete: {failed[:1]}"


def _held(setting: Setting, wanted: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    held = sorted(setting.stage.conferences(), key=lambda conference: str(conference["title"]))
    if len(held) != len(wanted):
        yield f"the third party holds {len(held)} conferences, not {len(wanted)}"
        return
    for conference, part in zip(held, wanted, strict=True):
        for key, value in part.items():
            if conference.get(key) != value:
                yield f"{key} is {conference.get(key)!r}, not {value!r}"


def _verbs(calls: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    fetches = [call for call in calls if call["service"] == "UrlFetch"]
    return dict(Counter(request["method"] for call in fetches for request in call["arguments"]["requests"]))


def _listings(calls: Sequence[Mapping[str, Any]], expect: Mapping[str, int]) -> Iterator[str]:
    listings = [call for call in calls if (call["service"], call["method"]) == ("calendar.events", "list")]
    full = sum("syncToken" not in call["arguments"] for call in listings)
    if "full" in expect and full != expect["full"]:
        yield f"{full} listings began without a token, not {expect['full']}"
    most = max(Counter(call["execution"] for call in listings).values(), default=0)
    if "most" in expect and most > expect["most"]:
        yield f"an execution listed events {most} times, more than {expect['most']}"
