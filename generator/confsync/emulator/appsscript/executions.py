"""Executions: started with the files of their moment, run call by call, recorded when they end."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from confsync.emulator.appsscript.admission import Admission
from confsync.emulator.appsscript.authorization import Authorization
from confsync.emulator.appsscript.context import Context
from confsync.emulator.appsscript.dispatch import Dispatch
from confsync.emulator.appsscript.failures import Failures
from confsync.emulator.appsscript.libraries import Included, Libraries
from confsync.emulator.appsscript.limits import ADD_ON_SECONDS, EXECUTION_SECONDS, TIMED_OUT_MESSAGE
from confsync.emulator.appsscript.locks import Locks
from confsync.emulator.appsscript.projects import Code, Projects
from confsync.emulator.appsscript.refusal import Ending
from confsync.emulator.clock import MICROSECONDS
from confsync.emulator.execution import Call, Ended, Execution, LogLine, Runtime, ScriptError, Start

if TYPE_CHECKING:
    from confsync.emulator.world import World

_TABLE = "CREATE TABLE IF NOT EXISTS script_executions (number INTEGER PRIMARY KEY, record TEXT NOT NULL);"

EXECUTIONS_KEPT = 100_000


@dataclass(frozen=True)
class Job:
    """What is to run: a function of a script, as a user, through a deployment (None: HEAD).

    What a page of the script asks for (`from_page`) returns null instead of what JSON cannot show.
    """

    user: str
    script_id: str
    deployment_id: str | None
    function: str
    arguments: Sequence[Any]
    kind: str
    trigger: str | None = None
    from_page: bool = False


@dataclass(frozen=True)
class ExecutionRecord:
    """One execution as it is remembered. `status` is RUNNING, COMPLETED, FAILED, TIMED_OUT or KILLED."""

    number: int
    user: str
    scriptId: str
    function: str
    kind: str
    trigger: str | None
    status: str
    startedAtUs: int
    durationMs: int = 0
    calls: int = 0
    log: list[dict[str, str]] = field(default_factory=list)
    result: Any = None
    error: dict[str, Any] | None = None
    deploymentId: str | None = None

    def as_json(self) -> dict[str, Any]:
        """Return it as the control route shows it."""
        return {key: value for key, value in vars(self).items() if value is not None}


class Executions:
    """Runs jobs and remembers them."""

    def __init__(
        self,
        world: World,
        runtime: Runtime,
        projects: Projects,
        dispatch: Dispatch,
        locks: Locks,
        authorization: Authorization,
    ) -> None:
        world.store.create(_TABLE)
        self._world, self._runtime, self._projects = world, runtime, projects
        self._libraries = Libraries(projects)
        self._authorization, self.failures = authorization, Failures(world.store)
        self._dispatch, self._locks, self._admission = dispatch, locks, Admission(dispatch.quotas)
        self.quotas = dispatch.quotas

    def run(self, job: Job) -> ExecutionRecord:
        """Run a job to its end."""
        running = self.begin(job)
        while running.step():
            pass
        return running.record

    def begin(self, job: Job) -> Running:
        """Start a job; it runs as far as `step` takes it."""
        clock = self._world.clock
        with self._world.store.turn() as connection:
            code = self._projects.code(job.script_id, job.deployment_id)
            included = self._libraries.included(code)
            row = connection.execute("SELECT coalesce(max(number), 0) + 1 AS number FROM script_executions")
            record = ExecutionRecord(
                number=row.fetchone()["number"],
                user=job.user,
                scriptId=job.script_id,
                function=job.function,
                kind=job.kind,
                trigger=job.trigger,
                status="RUNNING",
                startedAtUs=clock.now_us(),
                deploymentId=job.deployment_id,
            )
            self._save(record)
            seed = self._world.random.getrandbits(53)
        consent = self._authorization.consent_of(job.user, job.script_id)
        most_us = (ADD_ON_SECONDS if job.kind == "ADD_ON" else EXECUTION_SECONDS) * MICROSECONDS
        left_us = self._admission.time_left_us(job.user, job.kind)
        context = Context(
            number=record.number,
            user=job.user,
            script_id=job.script_id,
            deployment_id=job.deployment_id,
            manifest=code.manifest,
            time_zone=code.time_zone,
            started_us=record.startedAtUs,
            limit_us=most_us if left_us is None else min(most_us, left_us),
            ends_with_day=left_us is not None and left_us < most_us,
            kind=job.kind,
            granted=consent.granted,
            libraries=included.libraries,
        )
        refused = self._authorization.refused(consent, job.kind, code.manifest)
        refused = refused or self._admission.enter(record.number, job.user, job.script_id, job.kind)
        if included.missing and not refused:
            refused = ScriptError("Exception", included.missing)
        if refused:
            record = replace(record, status="FAILED", error=_shown(refused))
            self.finish(record, context)
        start = self._start(job, code, included, context, seed)
        return Running(self, self._runtime.start(start), self._dispatch, context, record)

    def _start(self, job: Job, code: Code, included: Included, context: Context, seed: int) -> Start:
        return Start(
            files=code.files,
            manifest=code.manifest,
            function=job.function,
            arguments=job.arguments,
            returns_basic=job.kind == "EXECUTION_API" or job.from_page,
            or_null=job.from_page,
            now_ms=context.started_us // 1000,
            seed=seed,
            user=job.user,
            time_zone=code.time_zone,
            locale=self._world.switches.script_locale,
            scopes=context.scopes,
            libraries=included.libraries,
            includes=included.names,
        )

    def finish(self, record: ExecutionRecord, context: Context) -> None:
        """Remember how an execution ended, and free what it held."""
        self._locks.release_all(record.number)
        self._admission.leave(record.number, record.kind, record.durationMs)
        with self._world.store.turn():
            self._save(record)
            self.failures.note(context, record.status)

    def _save(self, record: ExecutionRecord) -> None:
        text = json.dumps(vars(record), ensure_ascii=False)
        connection = self._world.store.connection
        connection.execute("INSERT OR REPLACE INTO script_executions VALUES (?, ?)", (record.number, text))
        connection.execute(
            "DELETE FROM script_executions WHERE number <= ?", (record.number - EXECUTIONS_KEPT,)
        )

    def since(self, number: int) -> list[ExecutionRecord]:
        """Return the executions after that number, running ones too."""
        query = "SELECT record FROM script_executions WHERE number > ? ORDER BY number"
        with self._world.store.turn() as connection:
            rows = connection.execute(query, (number,)).fetchall()
        return [ExecutionRecord(**json.loads(row["record"])) for row in rows]

    def before(self, number: int = 0) -> Iterator[ExecutionRecord]:
        """Yield the executions before that number (0: all), the newest first; to be used up in a turn."""
        query = "SELECT record FROM script_executions WHERE number < ? OR ? = 0 ORDER BY number DESC"
        for row in self._world.store.connection.execute(query, (number, number)):
            yield ExecutionRecord(**json.loads(row["record"]))

    def of_script(self, script_id: str) -> Iterator[ExecutionRecord]:
        """Yield the executions of a script, the newest first; to be used up in a turn."""
        return (record for record in self.before() if record.scriptId == script_id)

    def now_us(self) -> int:
        """Return the emulator's time."""
        return self._world.clock.now_us()

    def wait_us(self, context: Context, asked: Call) -> int:
        """Return how long a call sleeps, or may wait for a lock that another holds; not at all on a real clock."""
        if not self._world.clock.virtual:
            return 0
        if asked.name == "Utilities.sleep":
            return context.bounded_us(asked.arguments["milliseconds"], self.now_us())
        return (
            self._locks.wait_us(context.of(asked), asked.arguments)
            if asked.name == "LockService.tryLock"
            else 0
        )


class Running:
    """One execution under way; a scheduler may take several of them forward step by step."""

    def __init__(
        self,
        executions: Executions,
        execution: Execution,
        dispatch: Dispatch,
        context: Context,
        record: ExecutionRecord,
    ) -> None:
        self._executions, self._execution, self._dispatch = executions, execution, dispatch
        self._context, self.record = context, record
        self._waiting: Call | None = None
        self._asked_us = 0
        self.waits_until_us: int | None = None

    def step(self, *, patient: bool = False) -> bool:
        """Run on to the next call and answer it; return False once the execution has ended.

        A patient one lets others go on while it sleeps or waits for a lock: then `waits_until_us` says how long.
        """
        if self.record.status != "RUNNING":
            return False
        try:
            asked = self._waiting or self._execution.next_call()
            if isinstance(asked, Ended):
                self._end(_status(asked), asked)
                return False
            if patient and self._waits(asked):
                return True
            self._execution.answer(self._dispatch.answer(self._context, asked))
        except Ending as ending:
            self._execution.kill()
            log = getattr(self._execution, "log", ())
            self._end(ending.status, Ended(error=ending.error, log=tuple(log)))
            return False
        except BaseException as error:
            logging.getLogger(__name__).exception("execution %d broke", self.record.number)
            self._execution.kill()
            self._end("FAILED", Ended(error=ScriptError("Exception", f"the local Google failed: {error!r}")))
            raise
        return True

    @property
    def waits(self) -> bool:
        """Whether it sleeps, or waits for a lock that another execution holds, so that a step would lead nowhere."""
        if self._waiting is None or self.waits_until_us is None:
            return False
        over = self._executions.now_us() >= self.waits_until_us
        return not over and self._executions.wait_us(self._context, self._waiting) > 0

    def _waits(self, asked: Call) -> bool:
        """Tell whether a call sleeps, or asks for a lock that another execution holds, and its time is not over."""
        now_us, wait_us = self._executions.now_us(), self._executions.wait_us(self._context, asked)
        if wait_us and self._waiting is None:
            self._waiting, self._asked_us = asked, now_us
            self.waits_until_us = now_us + wait_us
        if wait_us and self.waits_until_us and now_us < self.waits_until_us:
            return True
        self._context.waited_us = now_us - self._asked_us if self._waiting else 0
        self._waiting = self.waits_until_us = None
        return False

    def _end(self, status: str, ended: Ended) -> None:
        self.record = replace(
            self.record,
            status=status,
            durationMs=(self._executions.now_us() - self._context.started_us) // 1000,
            calls=self._context.calls,
            log=[_line(line) for line in ended.log],
            result=ended.result,
            error=None if ended.error is None else _shown(ended.error),
        )
        self._executions.finish(self.record, self._context)


def _status(ended: Ended) -> str:
    if ended.error is None:
        return "COMPLETED"
    return "TIMED_OUT" if ended.error.message == TIMED_OUT_MESSAGE else "FAILED"


def _shown(error: ScriptError) -> dict[str, Any]:
    return {
        "name": error.name,
        "message": error.message,
        **({"properties": dict(error.properties)} if error.properties else {}),
        **({"stack": error.stack} if error.stack else {}),
    }


def _line(line: LogLine) -> dict[str, str]:
    return {"severity": line.severity, "message": line.message}
