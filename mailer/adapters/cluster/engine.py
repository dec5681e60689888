"""The engine of a worker: it fetches jobs, does each in a thread, and sees to it that the dead are noticed."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import psycopg
from procrastinate import App, PsycopgConnector, exceptions, sql
from procrastinate.jobs import DeleteJobCondition, Job, Status
from procrastinate.schema import SchemaManager
from procrastinate.worker import Worker

from mailer.adapters.cluster.jobs import CONVERSATION, CONVERSE, COPIES, DELIVER, OFFICE, RECEIVE, TICK, foreseen
from mailer.errors import store_unusable
from mailer.model.outbox import Batch
from mailer.ports import Duties

log = logging.getLogger("mailer.cluster")
logging.getLogger("procrastinate").setLevel(logging.CRITICAL)  # it tells of every job, and of each fault that it raises
logging.getLogger("psycopg.pool").setLevel(logging.ERROR)  # and it of every try to come back

_POOL = 8
"""Connections of the engine's own, at the most; the store has others."""
_PATIENCE = 5.0
"""Seconds for which a database that is gone may come back, before the worker ends."""
_THREADS = 8
_STOP = (signal.SIGTERM, signal.SIGINT)


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Seconds: between two ticks; without a sign of life before a worker is dead; to finish what is in flight."""

    tick: int
    stalled: int
    grace: int

    @property
    def beat(self) -> float:
        """Between two signs of life: three may be missed."""
        return self.stalled / 4


def upgrade(url: str) -> bool:
    """Make the engine's own tables; False where they are there. Raises Temporary."""
    try:
        with psycopg.connect(_conninfo(url)) as connection:
            if connection.execute(sql.queries["check_connection"]).fetchone() != (None,):
                return False
            connection.execute(SchemaManager.get_schema())
            return True
    except psycopg.OperationalError as fault:
        raise store_unusable(fault) from fault


def run(url: str, duties: Duties, rhythm: Rhythm) -> None:
    """Do what jobs say until SIGTERM or SIGINT. Raises Temporary where the database goes away."""
    try:
        asyncio.run(_Engine(url, duties, rhythm).run())
    except exceptions.ConnectorException as fault:
        raise foreseen(fault) from fault
    finally:
        duties.stop()


class _Engine:
    def __init__(self, url: str, duties: Duties, rhythm: Rhythm) -> None:
        self._duties = duties
        self._rhythm = rhythm
        self._doing: list[str] = []
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="mailer")
        self._app = App(
            connector=PsycopgConnector(
                conninfo=_conninfo(url),
                min_size=1,
                max_size=_POOL,
                timeout=_PATIENCE,
                kwargs={"application_name": "mailer worker, jobs"},
            ),
            periodic_defaults={"max_delay": rhythm.tick},
        )
        self._tasks()
        # Composer beside everything else, so that a batch never holds up a confirmation or the mailbox.
        self._workers = [self._worker([COPIES], 1), self._worker([CONVERSATION], 1), self._worker([OFFICE], 2)]

    def _worker(self, queues: Sequence[str], at_once: int) -> Worker:
        return Worker(
            self._app,
            queues=queues,
            concurrency=at_once,
            fetch_job_polling_interval=self._rhythm.tick,  # a job that waited for a lock is not announced again
            delete_jobs=DeleteJobCondition.ALWAYS,
            install_signal_handlers=False,
            update_heartbeat_interval=self._rhythm.beat,
            stalled_worker_timeout=self._rhythm.stalled,
        )

    def _tasks(self) -> None:
        """What each kind of job is; a job is done again by whoever finds that its worker died."""
        duties, task = self._duties, self._app.task

        @task(name=DELIVER, queue=COPIES)
        async def deliver(issue: int, first: int, last: int) -> None:
            batch = Batch(issue, range(first, last + 1))
            await self._do(f"copies {first} to {last} of issue {issue}", lambda: duties.deliver(batch))

        @task(name=CONVERSE, queue=CONVERSATION)
        async def converse() -> None:
            await self._do("service mail", duties.converse)

        @task(name=RECEIVE, queue=OFFICE)
        async def receive() -> None:
            await self._do("the mailbox", duties.receive)

        @self._app.periodic(cron=_cron(self._rhythm.tick))
        @task(name=TICK, queue=OFFICE, lock=TICK, queueing_lock=TICK)
        async def tick(timestamp: int) -> None:
            log.debug("tick %d", timestamp)
            await self._do("a tick", duties.tick)

    async def _do(self, what: str, duty: Callable[[], None]) -> None:
        """In a thread: a duty is synchronous. A bug is told and stays where it is; what is due is handed out again."""
        if what in self._doing:
            return  # taken for dead, and given again what it has never stopped doing
        with self._noted(what):
            try:
                await asyncio.get_running_loop().run_in_executor(self._threads, duty)
            except Exception:
                log.exception("%s: failed", what)

    @contextmanager
    def _noted(self, what: str) -> Iterator[None]:
        self._doing.append(what)
        try:
            yield
        finally:
            self._doing.remove(what)

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        for number in _STOP:
            loop.add_signal_handler(number, self._stop_in_time)
        loop.set_exception_handler(_tell)
        async with self._app.open_async():
            await loop.run_in_executor(self._threads, self._duties.beat, [])  # known to be alive before it sends
            beats = asyncio.create_task(self._beat())
            try:
                ends = await asyncio.gather(*map(self._until_ended, self._workers), return_exceptions=True)
            finally:
                beats.cancel()
                with suppress(asyncio.CancelledError):
                    await beats
                await loop.run_in_executor(self._threads, self._duties.leave)
                self._threads.shutdown()
        for fault in filter(None, ends):
            raise fault

    async def _until_ended(self, worker: Worker) -> None:
        """If one ends, by itself or by a fault, all do, when they have written down what they have done."""
        try:
            await worker.run()  # type: ignore[no-untyped-call]
        finally:
            self._stop_in_time()

    def _stop_in_time(self) -> None:
        """SIGALRM ends us where a relay says nothing: what it may have is then in doubt, as others will see."""
        signal.alarm(self._rhythm.grace)
        self._stop()

    def _stop(self) -> None:
        self._duties.stop()
        for worker in self._workers:
            worker.stop()  # type: ignore[no-untyped-call]

    async def _beat(self) -> None:
        """Not a job, which might wait for a lock that a dead worker holds."""
        loop = asyncio.get_running_loop()
        while True:
            await loop.run_in_executor(self._threads, self._duties.beat, sorted(self._doing))
            with suppress(exceptions.ConnectorException):  # its own heartbeat will tell, if this goes on
                await self._rescue()
            await asyncio.sleep(self._rhythm.beat)

    async def _rescue(self) -> None:
        """Jobs of workers that gave no sign of life for too long are queued again."""
        manager = self._app.job_manager
        await manager.prune_stalled_workers(self._rhythm.stalled)
        for job in await manager.get_stalled_jobs(seconds_since_heartbeat=self._rhythm.stalled):
            with suppress(exceptions.ConnectorException):  # another one was faster
                await self._do_again(job)
                log.warning("%s: its worker is dead, another one does it", job.lock)

    async def _do_again(self, job: Job) -> None:
        """Where one like it waits already, that one: it waits for the lock that the dead worker's has."""
        manager = self._app.job_manager
        try:
            await manager.retry_job(job)
        except exceptions.UniqueViolation:
            await manager.finish_job(job, Status.FAILED, delete_job=True)


def _tell(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """A job whose end could not be written down is told in a line; it is done again, or was by another."""
    fault = context.get("exception")
    if isinstance(fault, exceptions.ConnectorException):
        log.warning("%s", foreseen(fault))
    else:
        loop.default_exception_handler(context)


def _cron(seconds: int) -> str:
    """Every so many seconds, a divisor of 60."""
    return "* * * * *" if seconds == 60 else f"* * * * * */{seconds}"


def _conninfo(url: str) -> str:
    """What libpq understands."""
    return url.replace("postgresql+psycopg://", "postgresql://", 1)
