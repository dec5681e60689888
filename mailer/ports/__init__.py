"""What the rules need of the world and of the store: Protocols, each with one contract suite."""

from mailer.model.inbound import Folder
from mailer.ports.approvals import ApprovalQueries
from mailer.ports.audit import AuditEntry, AuditQueries
from mailer.ports.bounces import BounceQueries
from mailer.ports.caps import CapQueries
from mailer.ports.clock import Clock
from mailer.ports.confirmations import ConfirmationQueries
from mailer.ports.deliveries import DeliveryQueries
from mailer.ports.dkim import Signer, Verifier
from mailer.ports.feedback import FeedbackQueries
from mailer.ports.imports import ImportQueries
from mailer.ports.inbound import InboundQueries
from mailer.ports.issues import IssueQueries
from mailer.ports.jobs import Duties, Jobs
from mailer.ports.lists import ListQueries
from mailer.ports.mailbox import Fetched, Mailbox, Ref
from mailer.ports.mailings import MailingQueries
from mailer.ports.members import MemberQueries
from mailer.ports.outbox import OutboxQueries
from mailer.ports.pages import Pages
from mailer.ports.personal_data import PersonalDataQueries
from mailer.ports.renderer import Renderer
from mailer.ports.sources import Sources
from mailer.ports.store import Store, Work
from mailer.ports.suppressions import SuppressionQueries
from mailer.ports.throttle import ThrottleQueries
from mailer.ports.transport import Ledger, Taken, Transport
from mailer.ports.workers import Seen, WorkerQueries

__all__ = [
    "ApprovalQueries",
    "AuditEntry",
    "AuditQueries",
    "BounceQueries",
    "CapQueries",
    "Clock",
    "ConfirmationQueries",
    "DeliveryQueries",
    "Duties",
    "FeedbackQueries",
    "Fetched",
    "Folder",
    "ImportQueries",
    "InboundQueries",
    "IssueQueries",
    "Jobs",
    "Ledger",
    "ListQueries",
    "Mailbox",
    "MailingQueries",
    "MemberQueries",
    "OutboxQueries",
    "Pages",
    "PersonalDataQueries",
    "Ref",
    "Renderer",
    "Seen",
    "Signer",
    "Sources",
    "Store",
    "SuppressionQueries",
    "Taken",
    "ThrottleQueries",
    "Transport",
    "Verifier",
    "Work",
    "WorkerQueries",
]
