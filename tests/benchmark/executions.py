"""How many executions a second there are: one after the other, two at once, and beside what V8 alone takes.

Two at once are either two processes with a world each, or two engines of one world, whose calls take turns.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from confsync.emulator.appsscript.process import node
from tests.benchmark.bench import Bench
from tests.benchmark.meetings import meetings
from tests.benchmark.project import files
from tests.benchmark.rows import Row, at_least, at_most, in_turn, ratio

_UNIT = "executions/s"
_AIM = 300
_ROOT = Path(__file__).parents[2]


class _Player:
    """A process that executes the project whenever it is told to."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def begin(self, count: int, threads: int) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{count} {threads}\n")
        self._process.stdin.flush()

    def end(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer


@contextmanager
def _player(command: Sequence[str | Path]) -> Iterator[_Player]:
    with subprocess.Popen(
        command, cwd=_ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        try:
            yield _Player(process)
        finally:
            # At the end of its input it ends, and its engines with it.
            assert process.stdin is not None
            process.stdin.close()


def _rate(players: Sequence[_Player], count: int, threads: int = 1) -> float:
    """Let each execute so often, all at once, and return how many a second that is together."""
    for player in players:
        player.begin(count, threads)
    return len(players) * count / max(player.end()["seconds"] for player in players)


def executing(bench: Bench) -> list[Row]:
    """Compare rates of executions, and the memory after many with that after some."""
    sizes = bench.sizes
    with ExitStack() as stack:
        place = Path(stack.enter_context(TemporaryDirectory())) / "project.json"
        listed = json.dumps(
            {"items": [{"id": f"e{number}", **event} for number, event in enumerate(meetings(0, 5))]}
        )
        place.write_text(json.dumps({"files": files(), "events": listed}))
        floor = stack.enter_context(_player([node(), Path(__file__).with_name("floor_vm.js"), place]))
        two = [
            stack.enter_context(_player([sys.executable, "-m", "tests.benchmark.executing"])) for _ in "ab"
        ]
        bench.tell("executions: warming up")
        for threads in (1, 2):
            _rate(two, sizes.warm_up, threads)
        _rate([floor], sizes.warm_up)
        count = sizes.executions
        measures = {
            "node:vm": partial(_rate, [floor], count * 4),
            "one engine": partial(_rate, two[:1], count),
            "two processes": partial(_rate, two, count),
            "two engines of one world": partial(_rate, two[:1], count, 2),
        }
        samples = in_turn(sizes.runs, bench.tell, "executions", measures)
        rows = [
            _row("share of the rate of bare node:vm with free services", "one engine", "node:vm", samples),
            _row("two processes with a world each over one", "two processes", "one engine", samples),
            _row("two engines of one world over one", "two engines of one world", "one engine", samples),
        ]
        both = {"two processes": samples["two processes"], "aim": [_AIM]}
        what = f"two processes with a world each over {_AIM} a second"
        aim = Row("executions", what, ratio(both, "two processes", "aim"), at_least(1), both, _UNIT)
        return [*rows, aim, _memory(bench, two[0])]


def _row(what: str, above: str, below: str, samples: dict[str, list[float]]) -> Row:
    both = {name: samples[name] for name in (above, below)}
    return Row("executions", what, ratio(both, above, below), None, both, _UNIT)


def _memory(bench: Bench, player: _Player) -> Row:
    """Look at the memory of the process and its engines, warm, and again after many executions."""
    many = bench.sizes.many_executions
    bench.tell(f"executions: {many:,} for their memory")
    held = []
    for count in (many // 10, many):
        player.begin(count, 1)
        held.append(player.end()["bytes"] / 1e6)
    samples = {"warm": held[:1], "after": held[1:]}
    what = f"memory of process and engines after {many:,} over before them"
    return Row("executions", what, held[1] / held[0], at_most(1.25), samples, "MB")
