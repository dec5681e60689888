"""The engine of a worker: it fetches jobs, runs each in a thread, and rescues the jobs of dead workers."""

from __future__ import annotations

import asyncio
import logging
import signal
import threading
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

from mailer.adapters.cluster.jobs import (
    COPIES,
    DELIVER,
    OFFICE,
    RECEIVE,
    SEND_SERVICE_MAIL,
    SERVICE_MAIL,
    TICK,
    to_mailer_error,
)
from mailer.errors import store_unusable
from mailer.model.outbox import Batch
from mailer.ports import Duties

log = logging.getLogger("mailer.cluster")
logging.getLogger("procrastinate").setLevel(logging.CRITICAL)  # it logs every job, and each fault that it also raises
logging.getLogger("psycopg.pool").setLevel(logging.ERROR)  # it logs every attempt to reconnect

_POOL = 8
"""Maximal connections of the engine; the store has its own."""
_TIMEOUT = 5.0
"""Seconds that the database may be unreachable before the worker ends."""
_THREADS = 8
_STOP = (signal.SIGTERM, signal.SIGINT)


@dataclass(frozen=True, slots=True)
class Timing:
    """Intervals of a worker, in seconds."""

    tick: int
    """Between two ticks."""
    stalled: int
    """A worker without a heartbeat for so long is dead."""
    grace: int
    """To finish what is in flight after a signal."""

    @property
    def heartbeat(self) -> float:
        """Between two heartbeats; three may be missed."""
        return self.stalled / 4


def upgrade(url: str) -> bool:
    """Create the engine's tables; False if they exist. Raises Temporary."""
    try:
        with psycopg.connect(_conninfo(url)) as connection:
            if connection.execute(sql.queries["check_connection"]).fetchone() != (None,):
                return False
            connection.execute(SchemaManager.get_schema())
            return True
    except psycopg.OperationalError as fault:
        raise store_unusable(fault) from fault


def run(url: str, duties: Duties, timing: Timing) -> None:
    """Run jobs until SIGTERM or SIGINT. Raises Temporary if the database goes away."""
    try:
        asyncio.run(_Engine(url, duties, timing).run())
    except exceptions.ConnectorException as fault:
        raise to_mailer_error(fault) from fault
    finally:
        duties.stop()


class _Engine:
    def __init__(self, url: str, duties: Duties, timing: Timing) -> None:
        self._duties = duties
        self._timing = timing
        self._doing: list[str] = []
        self._stopping = False
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="mailer")
        self._app = App(
            connector=PsycopgConnector(
                conninfo=_conninfo(url),
                min_size=1,
                max_size=_POOL,
                timeout=_TIMEOUT,
                kwargs={"application_name": "mailer worker, jobs"},
            ),
            periodic_defaults={"max_delay": timing.tick},
        )
        self._tasks()
        # Copies have a worker of their own, so that a batch never delays a confirmation or the mailbox.
        self._workers = [self._worker([COPIES], 1), self._worker([SERVICE_MAIL], 1), self._worker([OFFICE], 2)]

    def _worker(self, queues: Sequence[str], at_once: int) -> Worker:
        return Worker(
            self._app,
            queues=queues,
            concurrency=at_once,
            fetch_job_polling_interval=self._timing.tick,  # the end of a wait for a lock is not announced
            delete_jobs=DeleteJobCondition.ALWAYS,
            install_signal_handlers=False,
            update_heartbeat_interval=self._timing.heartbeat,
            stalled_worker_timeout=self._timing.stalled,
        )

    def _tasks(self) -> None:
        """Register what each kind of job does. If its worker dies, another one runs the job again."""
        duties, task = self._duties, self._app.task

        @task(name=DELIVER, queue=COPIES)
        async def deliver(mailing: int, first: int, last: int) -> None:
            batch = Batch(mailing, range(first, last + 1))
            await self._do(f"copies {first} to {last} of mailing {mailing}", lambda: duties.deliver(batch))

        @task(name=SEND_SERVICE_MAIL, queue=SERVICE_MAIL)
        async def send_service_mail() -> None:
            await self._do("service mail", duties.send_service_mail)

        @task(name=RECEIVE, queue=OFFICE)
        async def receive() -> None:
            await self._do("the mailbox", duties.receive)

        @self._app.periodic(cron=_cron(self._timing.tick))
        @task(name=TICK, queue=OFFICE, lock=TICK, queueing_lock=TICK)
        async def tick(timestamp: int) -> None:
            log.debug("tick %d", timestamp)
            await self._do("a tick", duties.tick)

    async def _do(self, what: str, duty: Callable[[], None]) -> None:
        """Run a duty in a thread. A bug is only logged, as the next tick queues again what is still due."""
        if what in self._doing:
            return  # this worker was presumed dead, and got the job again that it is still doing
        with self._listed_as_doing(what):
            try:
                await asyncio.get_running_loop().run_in_executor(self._threads, duty)
            except Exception:
                log.exception("%s: failed", what)

    @contextmanager
    def _listed_as_doing(self, what: str) -> Iterator[None]:
        self._doing.append(what)
        try:
            yield
        finally:
            self._doing.remove(what)

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        for number in _STOP:
            loop.add_signal_handler(number, self._on_signal)
        loop.set_exception_handler(_log_fault)
        async with self._app.open_async():
            await loop.run_in_executor(self._threads, self._duties.beat, [])  # others must know it before it sends
            beats = asyncio.create_task(self._beat())
            try:
                results = await asyncio.gather(*map(self._until_ended, self._workers), return_exceptions=True)
            finally:
                beats.cancel()
                with suppress(asyncio.CancelledError):
                    await beats
                await loop.run_in_executor(self._threads, self._duties.leave)
                self._threads.shutdown()
        for fault in filter(None, results):
            raise fault

    async def _until_ended(self, worker: Worker) -> None:
        """Run one worker. When it ends, by itself or by a fault, all end, after recording what they have done."""
        try:
            await worker.run()  # type: ignore[no-untyped-call]
        finally:
            self._stop_gracefully()

    def _on_signal(self) -> None:
        """The first signal stops the worker after what is in flight; the second one breaks that off."""
        if self._stopping:
            self._duties.stop_at_once()
        else:
            self._stop_gracefully()

    def _stop_gracefully(self) -> None:
        """Stop; if anything stalls, SIGALRM kills us after the grace. Other workers then mark its mails as in doubt."""
        if not self._stopping:
            self._stopping = True
            signal.alarm(self._timing.grace)
        self._stop()

    def _stop(self) -> None:
        self._duties.stop()
        for worker in self._workers:
            worker.stop()  # type: ignore[no-untyped-call]

    async def _beat(self) -> None:
        """Send heartbeats and rescue jobs. This is not a job, as it might wait for a lock that a dead worker holds."""
        loop = asyncio.get_running_loop()
        looking = threading.Thread()
        while True:
            await loop.run_in_executor(self._threads, self._duties.beat, sorted(self._doing))
            if not looking.is_alive():  # it may wait for servers longer than a heartbeat may take
                looking = threading.Thread(target=self._duties.look_after, name="look after", daemon=True)
                looking.start()
            with suppress(exceptions.ConnectorException):  # if this goes on, procrastinate's own heartbeat fails
                await self._rescue()
            await asyncio.sleep(self._timing.heartbeat)

    async def _rescue(self) -> None:
        """Queue the jobs of dead workers again."""
        manager = self._app.job_manager
        await manager.prune_stalled_workers(self._timing.stalled)
        for job in await manager.get_stalled_jobs(seconds_since_heartbeat=self._timing.stalled):
            with suppress(exceptions.ConnectorException):  # another worker was faster
                await self._requeue(job)
                log.warning("%s: its worker is dead; the job is queued again", job.lock)

    async def _requeue(self, job: Job) -> None:
        """Retry a job, or drop it if an equal job is already queued and only waits for its lock."""
        manager = self._app.job_manager
        try:
            await manager.retry_job(job)
        except exceptions.UniqueViolation:
            await manager.finish_job(job, Status.FAILED, delete_job=True)


def _log_fault(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Log a job whose end could not be recorded; it runs again, or another worker has run it."""
    fault = context.get("exception")
    if isinstance(fault, exceptions.ConnectorException):
        log.warning("%s", to_mailer_error(fault))
    else:
        loop.default_exception_handler(context)


def _cron(seconds: int) -> str:
    """A cron line for every ``seconds``, a divisor of 60."""
    return "* * * * *" if seconds == 60 else f"* * * * * */{seconds}"


def _conninfo(url: str) -> str:
    """The URL in libpq's form."""
    return url.replace("postgresql+psycopg://", "postgresql://", 1)
