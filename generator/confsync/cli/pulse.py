"""How a sync goes on: how many requests were sent so far, on a terminal all the time, elsewhere now and then a line."""

from __future__ import annotations

import contextlib
import sys
import threading
from collections.abc import Callable, Iterator

import click

OFTEN_S, SELDOM_S = 0.2, 10.0


@contextlib.contextmanager
def pulse(count: Callable[[], tuple[int, int]]) -> Iterator[None]:
    """Tell on stderr how many requests went to Calendar and to the conferencing service, while the `with` lasts."""
    over = threading.Event()

    def line() -> str:
        calendar, service = count()
        return f"{calendar} requests to Calendar, {service} to the conferencing service so far …"

    def repeat(every_s: float, show: Callable[[str], None]) -> None:
        while not over.wait(every_s):
            show(line())

    with contextlib.ExitStack() as stack:
        every_s, show = SELDOM_S, lambda text: click.echo(text, err=True)
        if sys.stderr.isatty():
            from rich.console import Console

            status = stack.enter_context(Console(stderr=True).status("Syncing …"))
            every_s, show = OFTEN_S, status.update
        thread = threading.Thread(target=repeat, args=(every_s, show), daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()
