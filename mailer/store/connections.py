"""Idle connections, each with its queries. SQLAlchemy's pool would cost more than the commit of a group of rows."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import Any, TypeAlias

from sqlalchemy import Connection, Engine

from mailer.ports import Jobs
from mailer.store.absences import SqlAbsenceQueries
from mailer.store.approvals import SqlApprovalQueries
from mailer.store.articles import SqlArticleQueries
from mailer.store.assignments import SqlAssignmentQueries
from mailer.store.attention import SqlAttentionQueries
from mailer.store.audit import SqlAuditQueries
from mailer.store.bounces import SqlBounceQueries
from mailer.store.caps import SqlCapQueries
from mailer.store.channels import SqlChannelQueries
from mailer.store.confirmations import SqlConfirmationQueries
from mailer.store.criteria import SqlCriteriaQueries
from mailer.store.deliveries import SqlDeliveryQueries
from mailer.store.editions import SqlEditionQueries
from mailer.store.engine import OPTIONS, Access
from mailer.store.events import SqlEventQueries
from mailer.store.faq_index import SqlFaqIndexQueries
from mailer.store.feedback import SqlFeedbackQueries
from mailer.store.holders import SqlHolderQueries
from mailer.store.imports import SqlImportQueries
from mailer.store.inbound import SqlInboundQueries
from mailer.store.incoming import SqlIncomingQueries
from mailer.store.invitations import SqlInvitationQueries
from mailer.store.issues import SqlIssueQueries
from mailer.store.library import SqlLibraryQueries
from mailer.store.links import SqlLinkQueries
from mailer.store.list_documents import SqlListDocumentQueries
from mailer.store.lists import SqlListQueries
from mailer.store.mailings import SqlMailingQueries
from mailer.store.member_keys import SqlMemberKeyQueries
from mailer.store.members import SqlMemberQueries
from mailer.store.merging import SqlMergeQueries
from mailer.store.organisations import SqlOrganisationQueries
from mailer.store.outbox import SqlOutboxQueries
from mailer.store.personal_data import SqlPersonalDataQueries
from mailer.store.presenters import SqlPresenterQueries
from mailer.store.press import SqlPressQueries
from mailer.store.questions import SqlQuestionQueries
from mailer.store.recorded_rows import RowMarks
from mailer.store.restorations import SqlRestorationQueries
from mailer.store.reviews import SqlReviewQueries
from mailer.store.signatures import SqlSignatureQueries
from mailer.store.staff import SqlStaffQueries
from mailer.store.submissions import SqlSubmissionQueries
from mailer.store.suppressions import SqlSuppressionQueries
from mailer.store.throttle import SqlThrottleQueries
from mailer.store.visits import SqlVisitQueries
from mailer.store.workers import SqlWorkerQueries

Translation: TypeAlias = Callable[[], AbstractContextManager[None]]
"""Turns the exceptions of databases within it into ours."""


class SqlWork:
    """ports.Work: one transaction, with the queries of each subject."""

    def __init__(self, connection: Connection, jobs: Jobs | None, faults: Translation) -> None:
        self.connection = connection
        self._driver: Any = connection.connection.driver_connection
        self._faults = faults
        self.marks = RowMarks()
        self.lists = SqlListQueries(connection)
        self.list_documents = SqlListDocumentQueries(connection)
        self.channels = SqlChannelQueries(connection)
        self.holders = SqlHolderQueries(connection)
        self.press = SqlPressQueries(connection)
        self.library = SqlLibraryQueries(connection)
        self.links = SqlLinkQueries(connection)
        self.faq_index = SqlFaqIndexQueries(connection)
        self.imports = SqlImportQueries(connection)
        self.confirmations = SqlConfirmationQueries(connection)
        self.submissions = SqlSubmissionQueries(connection)
        self.visits = SqlVisitQueries(connection)
        self.personal_data = SqlPersonalDataQueries(connection)
        self.events = SqlEventQueries(connection)
        self.assignments = SqlAssignmentQueries(connection)
        self.articles = SqlArticleQueries(connection)
        self.feedback = SqlFeedbackQueries(connection)
        self.issues = SqlIssueQueries(connection)
        self.editions = SqlEditionQueries(connection)
        self.absences = SqlAbsenceQueries(connection)
        self.approvals = SqlApprovalQueries(connection, self.marks)
        self.criteria = SqlCriteriaQueries(connection)
        self.signatures = SqlSignatureQueries(connection)
        self.staff = SqlStaffQueries(connection)
        self.questions = SqlQuestionQueries(connection)
        self.invitations = SqlInvitationQueries(connection)
        self.mailings = SqlMailingQueries(connection, self.marks)
        self.member_keys = SqlMemberKeyQueries(connection)
        self.members = SqlMemberQueries(connection)
        self.merging = SqlMergeQueries(connection)
        self.organisations = SqlOrganisationQueries(connection)
        self.presenters = SqlPresenterQueries(connection)
        self.outbox = SqlOutboxQueries(connection)
        self.reviews = SqlReviewQueries(connection)
        self.bounces = SqlBounceQueries(connection)
        self.suppressions = SqlSuppressionQueries(connection)
        self.deliveries = SqlDeliveryQueries(connection)
        self.throttle = SqlThrottleQueries(connection)
        self.inbound = SqlInboundQueries(connection)
        self.attention = SqlAttentionQueries(connection)
        self.caps = SqlCapQueries(connection)
        self.incoming = SqlIncomingQueries(connection)
        self.audit = SqlAuditQueries(connection, self.marks)
        self.workers = SqlWorkerQueries(connection)
        self.restorations = SqlRestorationQueries(connection)
        self.jobs = jobs

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        execute = self._driver.execute  # SQLAlchemy takes longer to make a savepoint than SQLite
        with self._faults():
            execute("SAVEPOINT part")
            marked = self.marks.kept()
            try:
                yield
            except BaseException:
                self.marks.restore(marked)
                with suppress(Exception):  # a full disk, for one, has undone the whole transaction
                    execute("ROLLBACK TO SAVEPOINT part")
                    execute("RELEASE SAVEPOINT part")
                raise
            execute("RELEASE SAVEPOINT part")


class Connections:
    """Keeps idle connections. One that is taken has a single user until it is given back; a failed one is not."""

    def __init__(self, engine: Engine, jobs: Callable[[Any], Jobs] | None, faults: Translation) -> None:
        self._jobs = jobs
        self._faults = faults
        options = OPTIONS[engine.dialect.name]
        self._engines = {access: engine.execution_options(**options[access]) for access in Access}
        self._idle: dict[Access, deque[SqlWork]] = {access: deque() for access in Access}
        self._keeps = engine.url.database not in (None, "", ":memory:")  # SQLite's memory belongs to one thread

    def take(self, access: Access) -> SqlWork:
        """Raises DBAPIError if the database cannot be reached."""
        try:
            return self._idle[access].pop()
        except IndexError:
            connection = self._engines[access].connect()
        jobs = self._jobs(connection.connection.driver_connection) if self._jobs else None
        return SqlWork(connection, jobs, self._faults)

    def give_back(self, access: Access, work: SqlWork) -> None:
        work.marks.clear()
        if self._keeps:
            self._idle[access].append(work)
        else:
            work.connection.close()

    def close(self) -> None:
        """Close the idle connections."""
        for idle in self._idle.values():
            while idle:
                idle.pop().connection.close()
