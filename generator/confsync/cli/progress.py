"""How a campaign goes on: a bar on a terminal, now and then a line elsewhere; always on stderr."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from confsync.verify.campaign import Plan, Result

# Without a terminal, a line each time another tenth is done, but no more and no less often than this.
OFTEN_S, SELDOM_S = 5, 60


class Silence:
    """Nobody wants to know."""

    def __init__(self, plan: Plan) -> None:
        self._plan, self._began = plan, time.monotonic()
        self.histories = self.failed = self.executions = 0
        self.expected = plan.histories or 1  # more may turn out to be needed

    def take(self, result: Result) -> None:
        """Count a result."""
        self.histories += 1
        self.failed += not result.well
        self.executions += result.statistics.executions.total()

    def say(self, line: str) -> None:
        """Say something besides."""

    @property
    def seconds(self) -> float:
        """Seconds since the beginning."""
        return time.monotonic() - self._began

    @property
    def done(self) -> float:
        """The part that is done, up to 1."""
        if self._plan.seconds:
            return min(1.0, self.seconds / self._plan.seconds)
        return self.histories / max(self.histories, self.expected)

    @property
    def line(self) -> str:
        """What has been done, in words."""
        failed = f", {self.failed} failed" if self.failed else ""
        rate = self.executions / self.seconds
        return f"{self.histories} histories{failed}, {rate:.0f} executions per second"


class Lines(Silence):
    """Tells in lines."""

    def __init__(self, plan: Plan) -> None:
        super().__init__(plan)
        self._told, self._told_done = 0.0, 0.0

    def take(self, result: Result) -> None:
        """Count a result, and tell what is worth it."""
        super().take(result)
        if not result.well:
            self.say(f"seed {result.seed}: {result.wrong}")
        waited, more = self.seconds - self._told, self.done - self._told_done
        if waited >= SELDOM_S or (waited >= OFTEN_S and more >= 0.1):
            self._told, self._told_done = self.seconds, self.done
            self.say(f"{self.done:4.0%}  {self.line}")

    def say(self, line: str) -> None:
        """Say it."""
        click.echo(line, err=True)


class Bar(Silence):
    """Draws a bar on a terminal."""

    def __init__(self, plan: Plan, drawn: Any) -> None:
        super().__init__(plan)
        self._drawn, self._task = drawn, drawn.add_task("", total=1.0)

    def take(self, result: Result) -> None:
        """Count a result and move the bar."""
        super().take(result)
        if not result.well:
            self.say(f"seed {result.seed}: {result.wrong}")
        self._drawn.update(self._task, completed=self.done, description=self.line)

    def say(self, line: str) -> None:
        """Say it above the bar."""
        self._drawn.console.print(line, markup=False, highlight=False)


@contextlib.contextmanager
def progress(plan: Plan, as_text: bool) -> Iterator[Silence]:
    """Give what is told how the campaign goes on; where JSON is wanted, only a terminal is told."""
    if not sys.stderr.isatty():
        yield Lines(plan) if as_text else Silence(plan)
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    columns = (BarColumn(), TaskProgressColumn(), TextColumn("{task.description}"), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as drawn:
        yield Bar(plan, drawn)
