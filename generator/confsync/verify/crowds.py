"""Crowds: what becomes of thousands of conferences, told in scenes, each judged by the servers' states."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from confsync.addon import Addon, config_of
from confsync.emulator.appsscript.limits import STORE_BYTES
from confsync.verify.comparison import compare
from confsync.verify.crowd import OWNER, Crowd, begins, times
from confsync.verify.ground import Wing, apps_script_wing, ground, hastened, python_wing
from confsync.verify.mutants import Replacement, mutated_files, mutated_wing
from confsync.verify.play import PEACE_HOURS
from confsync.verify.promises import Broken, check
from confsync.verify.tally import Measure

JsonObject = dict[str, Any]
Scene = Callable[[Crowd, "Sizes"], Iterator[Broken]]

SEED = 1
WEEK = timedelta(days=7)
# What the first sync of a large calendar may take of the 30 seconds in the editor.
ANSWERS_IN = 10
# How many of the meetings that have no room are touched, to see that nothing is deleted for it.
STRAYS = 20


@dataclass(frozen=True)
class Sizes:
    """How many conferences: of somebody busy, of a crowd that the store does not hold, and how many of those end soon.

    Of the crowd at least `nearest` must be in step. `plain` events without a conference are there before the first
    sync, for whose pages Calendar takes `page_seconds` each; `differences` are left by a third party that is down. A `store` of so many bytes stands for the platform's.
    """

    busy: int = 3_000
    crowd: int = 10_000
    nearest: int = 3_000
    ending: int = 7_000
    plain: int = 50_000
    page_seconds: float = 1.5
    differences: int = 600
    store: int = STORE_BYTES


FULL = Sizes()
SMALL = Sizes(
    busy=70, crowd=250, nearest=80, ending=175, plain=3_000, page_seconds=8.2, differences=36, store=STORE_BYTES // 37,
)  # fmt: skip


@dataclass(frozen=True)
class Told:
    """What came of a scene in a wing."""

    scene: str
    wing: str
    broken: list[Broken]
    measures: Sequence[Measure]
    executions: int
    seconds: float

    def as_json(self) -> JsonObject:
        """Return it as JSON."""
        return {
            "scene": self.scene,
            "wing": self.wing,
            "broken": [vars(broken) for broken in self.broken],
            "measures": [vars(measure) for measure in self.measures],
            "executions": self.executions,
            "seconds": round(self.seconds, 1),
        }


def busy(crowd: Crowd, sizes: Sizes) -> Iterator[Broken]:
    """Many upcoming conferences are changed, moved, copied and deleted; then all of them are deleted."""
    crowd.begin()
    start = crowd.stage.now() + timedelta(days=2)
    numbers = crowd.gather(start + timedelta(minutes=10 * count) for count in range(sizes.busy))
    crowd.pass_time(hours=1)
    yield from check(crowd.observed())
    _stir(crowd, numbers, start)
    crowd.deliver()
    yield from crowd.late()
    crowd.pass_time(hours=PEACE_HOURS)
    yield from check(crowd.observed())
    # Not so many that the deletions would wait.
    if len(crowd.stage.conferences()) != 1 + len(numbers) - len(numbers[2::10]):
        yield Broken("P2", "", f"{len(crowd.stage.conferences())} are there after some were deleted")
    crowd.delete_all()
    crowd.deliver()
    crowd.pass_time(days=7 + 1, hours=PEACE_HOURS)
    yield from check(crowd.observed())
    if crowd.stage.conferences():
        yield Broken("P2", "", f"{len(crowd.stage.conferences())} are there, a week after all meetings went")


def _stir(crowd: Crowd, numbers: Sequence[int], start: datetime) -> None:
    """Do something with half of the meetings, in the calendar and in another one."""
    team = crowd.stage.google(OWNER, "calendars", "insert", body={"summary": "Team"})["id"]
    for number in numbers[0::10]:
        crowd.change(number, summary=f"Renamed {number}")
    for number in numbers[1::10]:
        crowd.postpone(number, start + timedelta(days=30, minutes=number))
    for number in numbers[2::10]:
        crowd.delete(number)
    crowd.see()
    for number in numbers[3::20]:
        crowd.copy(number, start + timedelta(days=40, minutes=number))
        crowd.delete(number)
    for number in numbers[4::20]:
        crowd.move(number, team)
    for number in numbers[5::20]:
        crowd.change(number, colorId="3")
    crowd.see()


def crowded(crowd: Crowd, sizes: Sizes) -> Iterator[Broken]:
    """There are more conferences than the store holds: the nearest are in step, nothing is deleted wrongly, and all
    that remain come back once the others have ended."""
    crowd.begin()
    now = crowd.stage.now()
    soon = [now + timedelta(days=1, seconds=60 * count) for count in range(sizes.ending)]
    later = [
        now + timedelta(days=21, minutes=10 * count) for count in range(sizes.crowd - sizes.ending)
    ]  # fmt: skip
    near, far = crowd.gather(soon), crowd.gather(later)
    crowd.pass_time(hours=PEACE_HOURS)
    yield from _nearest(crowd, sizes)
    for number in far[-STRAYS:]:
        crowd.copy(number, later[0] + timedelta(days=60, minutes=number))
        crowd.delete(number)
    for number in near[:STRAYS]:
        crowd.copy(number, later[0] + timedelta(days=70, minutes=number))
        crowd.delete(number)
    for number in near[STRAYS : 2 * STRAYS]:
        crowd.change(number, summary=f"Renamed {number}")
    crowd.see()
    crowd.pass_time(hours=PEACE_HOURS)
    yield from _nearest(crowd, sizes)
    # The last of those that end soon is over by then.
    crowd.pass_time(days=sizes.ending // 1440 + 2)
    crowd.pass_time(days=7)
    yield from check(crowd.observed())
    if mark := _partial_from(crowd):
        yield Broken("P6", "", f"the calendar is still partial from {mark} on")


def _nearest(crowd: Crowd, sizes: Sizes) -> Iterator[Broken]:
    """P1 holds for what begins before the mark of the calendar, and the other promises for all."""
    mark, observed = _partial_from(crowd), crowd.observed()
    nearest = {conference_id for conference_id, begin in begins(observed).items() if mark and begin < mark}
    if len(nearest) < sizes.nearest:
        yield Broken("P1", "", f"{len(nearest)} are in step by the calendar's mark, of {sizes.nearest}")
    for broken in check(observed):
        if broken.promise != "P1" or broken.conference in nearest:
            yield broken


def _partial_from(crowd: Crowd) -> datetime | None:
    """Return from when on the calendar's entry says that conferences have no room, as the card tells."""
    for calendar in json.loads(crowd.properties()["calendars"]):
        if len(calendar) > 3 and calendar[3]:
            return datetime.fromisoformat("1970-01-01T00:00:00+00:00") + timedelta(minutes=calendar[3])
    return None


def first_sync(crowd: Crowd, sizes: Sizes) -> Iterator[Broken]:
    """The first conference is made in a calendar full of events: the editor does not wait for the first sync."""
    now = crowd.stage.now()
    crowd.fill(
        [
            {"summary": f"Event {count}", **times(now + timedelta(minutes=count))}
            for count in range(sizes.plain)
        ]
    )
    crowd.fault(method="calendar.events.list", delaySeconds=sizes.page_seconds, scripts=True)
    crowd.begin()
    seconds = crowd.tally.longest_in_editor
    if seconds > ANSWERS_IN:
        yield Broken("limits", "", f"the editor waited {seconds:g} s, more than {ANSWERS_IN}")
    if crowd.token():
        yield Broken("limits", "", "the whole calendar was read while the editor waited")
    crowd.deliver()
    crowd.pass_time(hours=2)
    if not crowd.token():
        yield Broken("P5", "", "there is no token two hours later")
    yield from check(crowd.observed())


def outage(crowd: Crowd, sizes: Sizes) -> Iterator[Broken]:
    """The third party is down for a day, in which hundreds of differences are left."""
    crowd.begin()
    start = crowd.stage.now() + timedelta(days=3)
    numbers = crowd.gather(start + timedelta(minutes=10 * count) for count in range(2 * sizes.differences))
    crowd.pass_time(hours=1)
    crowd.fault(method="conferences.*", status=503)
    for number in numbers[: sizes.differences // 2]:
        crowd.change(number, summary=f"Renamed {number}")
    for number in numbers[sizes.differences : sizes.differences + sizes.differences // 12]:
        crowd.delete(number)
    crowd.see()
    crowd.pass_time(hours=12)
    crowd.clear_faults()
    crowd.fault(method="conferences.*", action="drop")
    for number in numbers[sizes.differences // 2 : sizes.differences]:
        crowd.postpone(number, start + timedelta(days=20, minutes=number))
    crowd.see()
    crowd.pass_time(hours=12)
    crowd.clear_faults()
    crowd.pass_time(hours=PEACE_HOURS)
    yield from check(crowd.observed())


SCENES: Mapping[str, Scene] = {
    "many upcoming conferences": busy,
    "more than the store holds": crowded,
    "a first sync of a large calendar": first_sync,
    "a third party down for a day": outage,
}


def perform(addon: Addon, wings: Sequence[str], sizes: Sizes) -> Iterator[Told]:
    """Play every scene in each of the wings, which must make the same calls; the graces are a few hours."""
    addon = hastened(addon)
    with contextlib.ExitStack() as stack:
        ready = [stack.enter_context(contextlib.closing(crowd_wing(addon, wing, sizes))) for wing in wings]
        for scene in SCENES:
            calls: list[Sequence[Mapping[str, Any]]] = []
            for wing in ready:
                told, made = play(addon, wing, scene, sizes)
                calls.append(made)
                if len(calls) == 2 and (difference := compare(*calls)):
                    told.broken.append(Broken("wings differ", "", str(difference)[:400]))
                yield told


def play(addon: Addon, wing: Wing, scene: str, sizes: Sizes) -> tuple[Told, Sequence[Mapping[str, Any]]]:
    """Play a scene on a ground of its own; return also the calls of all executions."""
    began = time.monotonic()
    with ground(addon, wing, SEED) as place:
        crowd = Crowd(place, addon.solutions[0].name)
        broken = list(SCENES[scene](crowd, sizes))
        crowd.tally.take()
        broken += [*crowd.tally.failed(), *crowd.tally.exceeded(sizes.store)]
        measures = crowd.tally.measures(sizes.store)
        seconds = time.monotonic() - began
        return Told(scene, wing.name, broken, measures, crowd.tally.executions, seconds), crowd.tally.calls


def crowd_wing(addon: Addon, name: str, sizes: Sizes) -> Wing:
    """Return a wing; one that is meant for a smaller store takes less room there."""
    wing = python_wing(addon) if name == "python" else apps_script_wing(addon)
    shrunk = shrinking(name, sizes)
    if not shrunk:
        return wing
    if name == "python":
        return Wing(wing.name, mutated_wing(config_of(addon), shrunk), wing.files)
    return Wing(wing.name, wing.runtime, mutated_files(wing.files, shrunk))


def shrinking(name: str, sizes: Sizes) -> list[Replacement]:
    """Return what makes a wing take no more room than a smaller store has."""
    if sizes.store == STORE_BYTES:
        return []
    file, end = ("confsync.sync.saving", "") if name == "python" else ("Saving.js", ";")
    return [
        Replacement(
            file,
            f"{constant} = {size} * 1024{end}",
            f"{constant} = {size * 1024 * sizes.store // STORE_BYTES}{end}",
        )
        for constant, size in (("STORE_BYTES", 490), ("ROOMY_BYTES", 400))
    ]
