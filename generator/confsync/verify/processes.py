"""Work spread over processes: each task goes to the next one that is free, and its result comes as soon as it is there."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from typing import Generic, TypeVar

from confsync.errors import ConfsyncError

Task = TypeVar("Task")
Found = TypeVar("Found")


class CampaignError(ConfsyncError):
    """A history could not be played to its end."""


@dataclass(frozen=True)
class Work(Generic[Task, Found]):
    """What is done with each task, in another process; how a task is called, and what to do when it ends one."""

    do: Callable[[Task], Found]
    where: Callable[[Task], str]
    next_step: Callable[[Task], str]


def spread(
    work: Work[Task, Found], tasks: Iterator[Task], jobs: int
) -> Generator[tuple[Task, Found], None, None]:
    """Yield each task with what came of it; close the iterator to stop.

    `tasks` is asked again after each result, even when it had none left: what was found may have led to more. Raises
    CampaignError when a process ends by itself; any other exception bears a note of the task's name.
    """
    with _processes(jobs) as processes:
        free, busy = list(processes), dict[Future[Found], tuple[ProcessPoolExecutor, Task]]()
        while True:
            for process, task in _pairs(free, tasks):
                busy[_submit(process, work.do, task)] = process, task
            if not busy:
                return
            done, _ = wait(busy, return_when=FIRST_COMPLETED)
            for future in done:
                process, task = busy.pop(future)
                free.append(process)
                yield task, _found(future, work, task)


def _pairs(
    free: list[ProcessPoolExecutor], tasks: Iterator[Task]
) -> Iterator[tuple[ProcessPoolExecutor, Task]]:
    """Yield free processes with tasks for them, as long as there are both."""
    while free:
        for task in tasks:
            yield free.pop(), task
            break
        else:
            return


@contextlib.contextmanager
def _processes(count: int) -> Iterator[list[ProcessPoolExecutor]]:
    """Give pools of one process each: so it is known which task ends a process.

    They are ended at once when an exception, Ctrl-C for one, passes here.
    """
    context = multiprocessing.get_context("spawn")
    others = set(multiprocessing.active_children())
    pools = [
        ProcessPoolExecutor(1, mp_context=context, initializer=_begin, initargs=(place,))
        for place in range(count)
    ]
    try:
        yield pools
    except BaseException:
        for process in set(multiprocessing.active_children()) - others:
            process.terminate()
        raise
    finally:
        for pool in pools:
            pool.shutdown()


def _submit(process: ProcessPoolExecutor, do: Callable[[Task], Found], task: Task) -> Future[Found]:
    """Let a process work; it is started here the first time, and born deaf to Ctrl-C, which is ours to handle."""
    if not hasattr(signal, "pthread_sigmask"):
        return process.submit(do, task)
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        return process.submit(do, task)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _found(future: Future[Found], work: Work[Task, Found], task: Task) -> Found:
    try:
        return future.result()
    except BrokenProcessPool as error:
        raise CampaignError(
            "the process that played it ended all of a sudden.",
            where=work.where(task),
            next_step=work.next_step(task),
        ) from error
    except Exception as error:
        error.add_note(f"This came of {work.where(task)}.")
        raise


def _begin(place: int) -> None:
    """End this process when the one that started it is gone, whatever ended that; and stay on one core.

    Python and V8 take turns call by call: on the same core neither has to be woken on another one, which costs more
    than most calls do.
    """
    if hasattr(os, "sched_setaffinity"):
        cores = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, {cores[place % len(cores)]})
    parent = multiprocessing.parent_process()
    assert parent is not None

    def follow() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=follow, daemon=True).start()
