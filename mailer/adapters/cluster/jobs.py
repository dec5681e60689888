"""Jobs, queued through our own connection: they are there if and only if what makes them necessary is (law 2)."""

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

COPIES, CONVERSATION, OFFICE = "copies", "conversation", "office"
"""The queues: a worker takes copies one batch at a time, and the others beside them."""

DELIVER, CONVERSE, RECEIVE, TICK = "deliver", "converse", "receive", "tick"
"""The tasks."""

_CONNECTOR = SyncPsycopgConnector()
"""Never opened: it speaks through the connections that it is lent."""


class QueuedJobs:
    """ports.Jobs in one transaction, on the driver's own connection."""

    def __init__(self, connection: Any, batch: int) -> None:
        self._connection = connection
        self.batch = batch

    def deliver(self, batches: Sequence[Batch]) -> None:
        """Each issue's next batch goes before any issue's batch after that; behind the front of what is queued."""
        queued = self._queued(COPIES)
        front = max((job.priority for job in queued.values() if job.status == Status.TODO.value), default=0)
        turns: Counter[int] = Counter()
        jobs = []
        for batch in batches:
            name = f"{DELIVER} {batch.issue} {batch.rows[0]}"
            what = {"issue": batch.issue, "first": batch.rows[0], "last": batch.rows[-1]}
            jobs.append(_job(COPIES, DELIVER, name, what, front - turns[batch.issue]))
            turns[batch.issue] += 1
        self._add(job for job in jobs if job.lock not in queued)

    def converse(self) -> None:
        """What is running may have read already, so that only one that waits is enough."""
        queued = self._queued(CONVERSATION)
        if all(job.status != Status.TODO.value for job in queued.values()):
            self._add([_job(CONVERSATION, CONVERSE, CONVERSE, {})])

    def receive(self) -> None:
        """As ports.Jobs says."""
        if RECEIVE not in self._queued(OFFICE):
            self._add([_job(OFFICE, RECEIVE, RECEIVE, {})])

    def waiting(self) -> int:
        """As ports.Jobs says."""
        return len(self._listed(None, Status.TODO.value))

    def _queued(self, queue: str) -> dict[str | None, Job]:
        """What is waiting or being done, by lock; what waits stands for both."""
        listed = sorted(self._listed(queue, None), key=lambda job: job.status == Status.TODO.value)
        return {job.lock: job for job in listed}

    def _listed(self, queue: str | None, status: str | None) -> list[Job]:
        chosen: Mapping[str, Any] = {"queue_name": queue, "status": status}
        every = dict.fromkeys(("id", "task_name", "lock", "queueing_lock", "worker_id"))
        try:
            rows = _CONNECTOR.execute_query_all_with_connection(
                self._connection, sql.queries["list_jobs"], **every, **chosen
            )
        except exceptions.ConnectorException as fault:
            raise foreseen(fault) from fault
        return [Job.from_row(row) for row in rows]

    def _add(self, jobs: Iterable[Job]) -> None:
        wanted = list(jobs)
        if not wanted:
            return
        try:
            with self._connection.transaction():  # a savepoint: what else is done here stays
                JobManager(_CONNECTOR).batch_defer_jobs(wanted, connection=self._connection)
        except exceptions.AlreadyEnqueued:
            return  # somebody came back from the dead: the next tick hands out what is left
        except exceptions.ConnectorException as fault:
            raise foreseen(fault) from fault


def foreseen(fault: exceptions.ConnectorException) -> MailerError:
    """What the engine could not do, in our words."""
    if isinstance(fault.__cause__, UndefinedTable):
        return Refused("There is nothing yet to queue jobs in: run `mailer upgrade`, which makes it.")
    if isinstance(fault.__cause__, ForeignKeyViolation | RaiseException):  # its name, or its job, is gone
        return Temporary("The others took this worker for dead and do what it did: it ends, to be started anew.")
    return store_unusable(fault.__cause__ or fault)


def _job(queue: str, task: str, name: str, what: dict[str, Any], priority: int = 0) -> Job:
    return Job(queue=queue, task_name=task, lock=name, queueing_lock=name, task_kwargs=what, priority=priority)
