"""The store: transactions, each with the queries of every subject."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Protocol

from mailer.ports.absences import AbsenceQueries
from mailer.ports.approvals import ApprovalQueries
from mailer.ports.articles import ArticleQueries
from mailer.ports.assignments import AssignmentQueries
from mailer.ports.attention import AttentionQueries
from mailer.ports.audit import AuditQueries
from mailer.ports.bounces import BounceQueries
from mailer.ports.caps import CapQueries
from mailer.ports.channels import ChannelQueries
from mailer.ports.confirmations import ConfirmationQueries
from mailer.ports.criteria import CriteriaQueries
from mailer.ports.deliveries import DeliveryQueries
from mailer.ports.editions import EditionQueries
from mailer.ports.events import EventQueries
from mailer.ports.faq_index import FaqIndexQueries
from mailer.ports.feedback import FeedbackQueries
from mailer.ports.holders import HolderQueries
from mailer.ports.imports import ImportQueries
from mailer.ports.inbound import InboundQueries
from mailer.ports.incoming import IncomingQueries
from mailer.ports.invitations import InvitationQueries
from mailer.ports.issues import IssueQueries
from mailer.ports.jobs import Jobs
from mailer.ports.library import LibraryQueries
from mailer.ports.links import LinkQueries
from mailer.ports.list_documents import ListDocumentQueries
from mailer.ports.lists import ListQueries
from mailer.ports.mailings import MailingQueries
from mailer.ports.member_keys import MemberKeyQueries
from mailer.ports.members import MemberQueries
from mailer.ports.merging import MergeQueries
from mailer.ports.organisations import OrganisationQueries
from mailer.ports.outbox import OutboxQueries
from mailer.ports.personal_data import PersonalDataQueries
from mailer.ports.presenters import PresenterQueries
from mailer.ports.press import PressQueries
from mailer.ports.questions import QuestionQueries
from mailer.ports.restorations import RestorationQueries
from mailer.ports.reviews import ReviewQueries
from mailer.ports.signatures import SignatureQueries
from mailer.ports.staff import StaffQueries
from mailer.ports.submissions import SubmissionQueries
from mailer.ports.suppressions import SuppressionQueries
from mailer.ports.throttle import ThrottleQueries
from mailer.ports.visits import VisitQueries
from mailer.ports.workers import WorkerQueries


class Work(Protocol):
    """One transaction: all of its changes are kept, or none."""

    @property
    def lists(self) -> ListQueries: ...
    @property
    def list_documents(self) -> ListDocumentQueries: ...
    @property
    def channels(self) -> ChannelQueries: ...
    @property
    def holders(self) -> HolderQueries: ...
    @property
    def press(self) -> PressQueries: ...
    @property
    def library(self) -> LibraryQueries: ...
    @property
    def links(self) -> LinkQueries: ...
    @property
    def faq_index(self) -> FaqIndexQueries: ...
    @property
    def imports(self) -> ImportQueries: ...
    @property
    def visits(self) -> VisitQueries: ...
    @property
    def confirmations(self) -> ConfirmationQueries: ...
    @property
    def submissions(self) -> SubmissionQueries: ...
    @property
    def personal_data(self) -> PersonalDataQueries: ...
    @property
    def events(self) -> EventQueries: ...
    @property
    def assignments(self) -> AssignmentQueries: ...
    @property
    def articles(self) -> ArticleQueries: ...
    @property
    def feedback(self) -> FeedbackQueries: ...
    @property
    def issues(self) -> IssueQueries: ...
    @property
    def editions(self) -> EditionQueries: ...
    @property
    def absences(self) -> AbsenceQueries: ...
    @property
    def approvals(self) -> ApprovalQueries: ...
    @property
    def criteria(self) -> CriteriaQueries: ...
    @property
    def signatures(self) -> SignatureQueries: ...
    @property
    def staff(self) -> StaffQueries: ...
    @property
    def questions(self) -> QuestionQueries: ...
    @property
    def invitations(self) -> InvitationQueries: ...
    @property
    def mailings(self) -> MailingQueries: ...
    @property
    def member_keys(self) -> MemberKeyQueries: ...
    @property
    def members(self) -> MemberQueries: ...
    @property
    def merging(self) -> MergeQueries: ...
    @property
    def organisations(self) -> OrganisationQueries: ...
    @property
    def presenters(self) -> PresenterQueries: ...
    @property
    def outbox(self) -> OutboxQueries: ...
    @property
    def reviews(self) -> ReviewQueries: ...
    @property
    def bounces(self) -> BounceQueries: ...
    @property
    def suppressions(self) -> SuppressionQueries: ...
    @property
    def deliveries(self) -> DeliveryQueries: ...
    @property
    def throttle(self) -> ThrottleQueries: ...
    @property
    def inbound(self) -> InboundQueries: ...
    @property
    def attention(self) -> AttentionQueries: ...
    @property
    def caps(self) -> CapQueries: ...
    @property
    def incoming(self) -> IncomingQueries: ...
    @property
    def audit(self) -> AuditQueries: ...
    @property
    def workers(self) -> WorkerQueries: ...
    @property
    def restorations(self) -> RestorationQueries: ...
    def savepoint(self) -> AbstractContextManager[None]:
        """A part of the transaction. An exception undoes this part alone. Raises Temporary if the store fails."""

    @property
    def jobs(self) -> Jobs | None:
        """None if there are no workers, because the daemon sends."""


class Store(Protocol):
    """Where everything is kept."""

    def transaction(self, alone: bool = True) -> AbstractContextManager[Work]:
        """Commits at the end, and rolls back on any exception. Raises Temporary if the store is locked, full or down.

        With ``alone`` no other such transaction runs meanwhile, so what was read stays true. Changes of state in the
        outbox do not need it, because each names the state that it begins from.
        """

    def statement(self) -> AbstractContextManager[Work]:
        """Only for ``outbox.record``: one statement that is a transaction by itself, which saves round trips."""

    def snapshot(self) -> AbstractContextManager[Work]:
        """A consistent view for reading, which blocks nobody."""
