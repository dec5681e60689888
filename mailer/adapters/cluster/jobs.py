"""Jobs, queued in the store's own transaction, so that a job exists if and only if its cause does (law 2)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from procrastinate import SyncPsycopgConnector, exceptions, sql
from procrastinate.jobs import Job, Status
from procrastinate.manager import JobManager
from psycopg.errors import ForeignKeyViolation, RaiseException, UndefinedTable

from mailer.errors import MailerError, Refused, Temporary, store_unusable
from mailer.model.outbox import Batch

COPIES, SERVICE_MAIL, OFFICE = "copies", "service_mail", "office"
"""The queues. A worker takes one batch of copies at a time, and jobs of the other queues beside it."""

DELIVER, SEND_SERVICE_MAIL, RECEIVE, TICK = "deliver", "service_mail", "receive", "tick"
"""The tasks."""

_CONNECTOR = SyncPsycopgConnector()
"""Never opened: each call passes it a connection."""


class QueuedJobs:
    """ports.Jobs in one transaction of the store; ``connection`` is the driver's."""

    def __init__(self, connection: Any, batch: int) -> None:
        self._connection = connection
        self.batch = batch

    def deliver(self, batches: Sequence[Batch]) -> None:
        """Queue batches so that mailings take turns, from the highest priority that is queued downwards."""
        queued = self._queued(COPIES)
        front = max((job.priority for job in queued.values() if job.status == Status.TODO.value), default=0)
        turns: Counter[int] = Counter()
        jobs = []
        for batch in batches:
            name = f"{DELIVER} {batch.mailing} {batch.rows[0]}"
            arguments = {"mailing": batch.mailing, "first": batch.rows[0], "last": batch.rows[-1]}
            jobs.append(_job(COPIES, DELIVER, name, arguments, front - turns[batch.mailing]))
            turns[batch.mailing] += 1
        self._add(job for job in jobs if job.lock not in queued)

    def send_service_mail(self) -> None:
        """Queue a job unless one is waiting. A running one does not count: it may have read the outbox already."""
        queued = self._queued(SERVICE_MAIL)
        if all(job.status != Status.TODO.value for job in queued.values()):
            self._add([_job(SERVICE_MAIL, SEND_SERVICE_MAIL, SEND_SERVICE_MAIL, {})])

    def receive(self) -> None:
        """As ports.Jobs."""
        if RECEIVE not in self._queued(OFFICE):
            self._add([_job(OFFICE, RECEIVE, RECEIVE, {})])

    def waiting(self) -> int:
        """As ports.Jobs."""
        return len(self._listed(None, Status.TODO.value))

    def _queued(self, queue: str) -> dict[str | None, Job]:
        """Jobs that wait or run, by lock. If one of each has the same lock, the waiting one."""
        listed = sorted(self._listed(queue, None), key=lambda job: job.status == Status.TODO.value)
        return {job.lock: job for job in listed}

    def _listed(self, queue: str | None, status: str | None) -> list[Job]:
        chosen: Mapping[str, Any] = {"queue_name": queue, "status": status}
        unfiltered = dict.fromkeys(("id", "task_name", "lock", "queueing_lock", "worker_id"))
        try:
            rows = _CONNECTOR.execute_query_all_with_connection(
                self._connection, sql.queries["list_jobs"], **unfiltered, **chosen
            )
        except exceptions.ConnectorException as fault:
            raise to_mailer_error(fault) from fault
        return [Job.from_row(row) for row in rows]

    def _add(self, jobs: Iterable[Job]) -> None:
        wanted = list(jobs)
        if not wanted:
            return
        try:
            with self._connection.transaction():  # a savepoint: a failure keeps the rest of the transaction
                JobManager(_CONNECTOR).batch_defer_jobs(wanted, connection=self._connection)
        except exceptions.AlreadyEnqueued:
            return  # a worker that was presumed dead has queued one too; the next tick queues what is left
        except exceptions.ConnectorException as fault:
            raise to_mailer_error(fault) from fault


def to_mailer_error(fault: exceptions.ConnectorException) -> MailerError:
    """A fault of procrastinate as one of ours."""
    if isinstance(fault.__cause__, UndefinedTable):
        return Refused("The database has no tables for jobs yet: run `mailer upgrade`, which creates them.")
    if isinstance(fault.__cause__, ForeignKeyViolation | RaiseException):  # others removed this worker, or its job
        return Temporary("The other workers presumed this one dead and took over its jobs: it ends. Start it again.")
    return store_unusable(fault.__cause__ or fault)


def _job(queue: str, task: str, name: str, arguments: dict[str, Any], priority: int = 0) -> Job:
    return Job(queue=queue, task_name=task, lock=name, queueing_lock=name, task_kwargs=arguments, priority=priority)
