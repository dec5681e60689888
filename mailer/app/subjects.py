"""What a board can be asked about."""

from __future__ import annotations

from mailer.handlers.criteria import CriteriaSubject
from mailer.handlers.editions import EditionSubject
from mailer.handlers.issues import IssueSubject
from mailer.handlers.library import DocumentSubject
from mailer.handlers.list_documents import ListSubject
from mailer.model.editions import KIND as EDITION
from mailer.model.issues import Issue
from mailer.office import Subjects

SUBJECTS: Subjects = {
    Issue.KIND: IssueSubject.find,
    EDITION: EditionSubject.find,
    CriteriaSubject.KIND: CriteriaSubject.find,
    DocumentSubject.KIND: DocumentSubject.find,
    ListSubject.KIND: ListSubject.find,
}
