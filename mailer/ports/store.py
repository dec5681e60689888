"""The store: transactions, and the queries of every subject in one."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Protocol

from mailer.ports.approvals import ApprovalQueries
from mailer.ports.audit import AuditQueries
from mailer.ports.deliveries import DeliveryQueries
from mailer.ports.inbound import InboundQueries
from mailer.ports.issues import IssueQueries
from mailer.ports.jobs import Jobs
from mailer.ports.lists import ListQueries
from mailer.ports.mailings import MailingQueries
from mailer.ports.outbox import OutboxQueries
from mailer.ports.throttle import ThrottleQueries
from mailer.ports.workers import WorkerQueries


class Work(Protocol):
    """One transaction: all of it is kept, or nothing."""

    @property
    def lists(self) -> ListQueries: ...
    @property
    def issues(self) -> IssueQueries: ...
    @property
    def approvals(self) -> ApprovalQueries: ...
    @property
    def mailings(self) -> MailingQueries: ...
    @property
    def outbox(self) -> OutboxQueries: ...
    @property
    def deliveries(self) -> DeliveryQueries: ...
    @property
    def throttle(self) -> ThrottleQueries: ...
    @property
    def inbound(self) -> InboundQueries: ...
    @property
    def audit(self) -> AuditQueries: ...
    @property
    def workers(self) -> WorkerQueries: ...
    @property
    def jobs(self) -> Jobs | None:
        """None where no workers send."""


class Store(Protocol):
    """Where everything is kept."""

    def transaction(self, alone: bool = True) -> AbstractContextManager[Work]:
        """Commits at the end, rolls back on any exception. Raises Temporary where it is locked, full or down.

        ``alone``: nobody else decides meanwhile, so what was read holds. Who only moves rows of the outbox needs no
        such thing: each names the state that it moves from.
        """

    def move(self) -> AbstractContextManager[Work]:
        """For ``outbox.record`` alone: as ``transaction``, and cheaper where a server would be asked thrice."""

    def snapshot(self) -> AbstractContextManager[Work]:
        """A consistent view for reading, which holds nobody up."""
