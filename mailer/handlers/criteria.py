"""The criteria as documents: proposed from the rules, put to a board, adopted, compared."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar

from mailer.approval.ballots import cancel_ballot, open_for
from mailer.compose.notices import Attachment
from mailer.errors import Refused
from mailer.message import Address
from mailer.model.approvals import Ballot, Outcome, Subject
from mailer.model.criteria import NAMES, SUBJECT, Document, Kind, Label, Printed, Version
from mailer.model.criteria_versions import Standing
from mailer.model.disclosure_criteria import criteria_policy
from mailer.model.lists import Contact
from mailer.model.notices import DraftEdition
from mailer.model.policies import Voters
from mailer.office import Office, Preview
from mailer.phrases import Phrase, phrase

_DRAWING = re.compile(r"<figure\b.*?</figure>", re.DOTALL)


def standing(office: Office, kind: Kind) -> Standing:
    """How the criteria stand."""
    return Standing.of(office.rules, kind, office.work.criteria.versions(kind))


def comparison(
    office: Office, kind: Kind, old: int | None, new: int | None, language: str
) -> tuple[Version, Document, Label]:
    """What to compare: version ``old`` or else that in force, and version ``new`` or else the configuration.

    Raises Refused if there is no such version.
    """
    now = standing(office, kind)
    before = now.version(old) if old is not None else now.in_force
    if before is None:
        raise Refused(
            f"No version of the {NAMES[kind]} is in force, so there is nothing to compare with: name one, --from N."
        )
    if new is None:
        document, label = now.proposed, label_of(office, now, language, draft=True)
    else:
        version = now.version(new)
        document, label = version.document, label_of_version(office, version, language)
    return before, document, replace(label, replaces=before.number)


def label_of(office: Office, now: Standing, language: str, *, draft: bool) -> Label:
    """The label of what the configuration says now, as a draft or as it is put to the board."""
    return Label(
        version=now.next_number,
        day=office.now.astimezone(office.rules.timezone).date(),
        draft=draft,
        language=language,
        original=office.rules.language,
        replaces=now.in_force.number if now.in_force else 0,
    )


def label_of_version(office: Office, version: Version, language: str) -> Label:
    """The label of a version that was put to the board, to print it in another language."""
    day = version.submitted_at.astimezone(office.rules.timezone).date()
    return Label(
        version.number, day, draft=False, language=language, original=version.language, replaces=version.replaces
    )


@dataclass(frozen=True, slots=True)
class Submitted:
    """A version that was just put to the board."""

    version: Version
    ballot: Ballot
    members: int

    @property
    def needed(self) -> int:
        return self.ballot.terms.needed(self.members)


def submit(
    office: Office, kind: Kind, document: Document, label: Label, printed: Printed, comparison: bytes | None = None
) -> Submitted:
    """Freeze the document as its next version, and ask the board about it.

    ``comparison`` is a PDF that marks what differs from the version in force; the board gets it, too. A ballot about an
    earlier version is withdrawn. Raises Refused if there is nothing to decide, or if the board is too
    small, or if the rules or the versions are not those any more that the document was printed from.
    """
    now = standing(office, kind)
    if (now.next_number, now.proposed.digest) != (label.version, document.digest):
        raise Refused("The criteria have changed while they were printed: submit them again.")
    now.require_news()
    if now.asked is not None:
        cancel_ballot(office, CriteriaSubject.KIND, now.asked.id, "cancelled", Outcome.WITHDRAWN)
    version = office.work.criteria.add(kind, document, label, printed, office.now, comparison)
    about = CriteriaSubject(office, version)
    subject = Subject(CriteriaSubject.KIND, version.id, version.digest)
    ballot = open_for(office, criteria_policy(office.rules), subject, about, {})
    return Submitted(version, ballot, sum(paper.asked for paper in office.work.approvals.papers(ballot.id)))


@dataclass(frozen=True, slots=True)
class CriteriaSubject:
    """A version of the criteria as a board is asked about it (see ``office.ApprovalSubject``)."""

    KIND: ClassVar = SUBJECT

    office: Office
    version: Version

    @classmethod
    def find(cls, office: Office, version_id: int) -> CriteriaSubject:
        version = office.work.criteria.version(version_id)
        assert version is not None
        return cls(office, version)

    @property
    def name(self) -> str:
        return self.version.name

    @property
    def heading(self) -> str:
        return f"{self._title} {self.version.number}"

    @property
    def document(self) -> str:
        return self.KIND

    @property
    def publication(self) -> str:
        return ""

    @property
    def authors(self) -> Sequence[str]:
        """Nobody: the rules are the group's."""
        return ()

    @property
    def values(self) -> Mapping[str, object]:
        return {
            "publication": self.version.document.title,
            "number": self.version.number,
            "typed": typed(self.version),
            "title": self.version.document.status,
            "document": self.document,
            "submit": f"criteria submit{_option(self.version)}",
        }

    @property
    def editors(self) -> Sequence[Address]:
        return [self.office.rules.secretary]

    @property
    def digest(self) -> str:
        return self.version.digest

    @property
    def closed(self) -> Phrase:
        if self.version.adopted_at:
            return phrase("it is in force")
        newest = self.office.work.criteria.versions(self.version.kind)[-1]
        if newest.id != self.version.id:
            return phrase("the board was asked about version %(number)s", number=newest.number)
        return Phrase()

    def asks(self, member: Contact, voters: Voters) -> bool:
        return True

    def takes(self, outcome: Outcome) -> bool:
        return not self.closed

    def preview(self, member: Address, at: datetime) -> Preview:
        """The page without its drawing, which mail programs do not show; it is in the PDF."""
        criteria, stem = self.office.work.criteria, self.version.stem
        printed, comparison = criteria.printed(self.version.id), criteria.comparison(self.version.id)
        attachments = [Attachment(f"{stem}.pdf", "application/pdf", printed.pdf)]
        if comparison:
            name = f"{stem}-compared-with-{self.version.replaces}.pdf"
            attachments.append(Attachment(name, "application/pdf", comparison))
        drafts = [DraftEdition(self.version.language, printed.text, _DRAWING.sub("", printed.html))]
        return Preview(drafts, attachments, {"pages": printed.pages, "replaces": self.version.replaces})

    def decided(self, outcome: Outcome) -> None:
        """A version that is granted is in force from now on."""
        if outcome is Outcome.GRANTED:
            self.office.work.criteria.adopt(self.version.id, self.office.now)
            self.office.record("adopted", self.name, digest=self.version.digest)

    @property
    def _title(self) -> str:
        return str(self.version.document.title)


def typed(version: Version) -> str:
    """The version as arguments of ``mailer criteria show``."""
    return f"--version {version.number}{_option(version)}"


def _option(version: Version) -> str:
    return " --feedback" if version.kind is Kind.FEEDBACK else ""
