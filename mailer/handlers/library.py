"""The library: a document is built, put to a board, published, and superseded by its next version."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from mailer import grants
from mailer.approval.ballots import cancel_ballot, open_for, withdraw
from mailer.compose.notices import Attachment
from mailer.errors import Refused
from mailer.message import Address
from mailer.model import library
from mailer.model.approvals import Ballot, Outcome, Subject
from mailer.model.criteria import Printed
from mailer.model.library import CLOSED, OUTCOMES, SUBJECT, Event, Manuscript, Number, Publish, State, Version, advance
from mailer.model.lists import Contact
from mailer.model.notices import DraftEdition
from mailer.model.policies import Voters
from mailer.office import Office, Preview
from mailer.phrases import Phrase, phrase


def replaces(office: Office, key: str) -> str:
    """The number of the version that the next one takes the place of; empty if none is published."""
    found = library.published(office.work.library.versions(key))
    return str(found.number) if found else ""


@dataclass(frozen=True, slots=True)
class Built:
    """A version whose bytes were just frozen."""

    version: Version
    changed: bool
    """Whether its bytes are others than before."""
    voided: State | None = None
    """Where it stood, if the board has to be asked again."""


def would_void(office: Office, manuscript: Manuscript, printed: Printed) -> State | None:
    """Where the version stands, if to build these bytes ends what a board was asked or has granted.

    Raises Refused if this number cannot be built any more.
    """
    versions = office.work.library.versions(manuscript.key)
    before = next((one for one in versions if one.number == manuscript.number), None)
    if before and before.digest == printed.digest:
        return None
    library.require_newer(versions, manuscript.number)
    return before.state if before and before.state in (State.SUBMITTED, State.GRANTED) else None


def build(office: Office, manuscript: Manuscript, printed: Printed) -> Built:
    """Freeze a version's bytes; other bytes end its ballot and its grant. The same bytes change nothing."""
    voided = would_void(office, manuscript, printed)
    versions = office.work.library.versions(manuscript.key)
    before = next((one for one in versions if one.number == manuscript.number), None)
    if before and before.digest == printed.digest:
        return Built(before, changed=False)
    if before:
        advance(before.state, Event.BUILD)
        withdraw(office, SUBJECT, before.id)
    version = office.work.library.freeze(manuscript, printed, replaces(office, manuscript.key), office.now)
    office.record("built", version.name, digest=version.digest)
    return Built(version, changed=True, voided=voided)


def find(office: Office, key: str, number: Number | None = None) -> Version:
    """A version, or the newest. Raises Refused if there is none."""
    return library.find(office.work.library.versions(key), key, number)


def submit(office: Office, version: Version, note: str = "") -> Ballot:
    """Ask the board about a version. Raises Refused if it cannot be, or if no policy covers it."""
    state = advance(version.state, Event.SUBMIT)
    about = DocumentSubject(office, version)
    policy = office.rules.policy_for(about.document)
    office.work.library.set_state(version.id, state, office.now)
    return open_for(office, policy, Subject(SUBJECT, version.id, version.digest), about, {}, note)


def publish(office: Office, version: Version) -> Version:
    """Publish a version that a board has granted; the one before is superseded. Raises Refused."""
    advance(version.state, Event.PUBLISH)
    grants.require_document(office, version)
    for other in office.work.library.versions(version.key):
        if other.state is State.PUBLISHED:
            office.work.library.set_state(other.id, advance(other.state, Event.SUPERSEDE), office.now)
            office.record("superseded", other.name, by=str(version.number))
    office.work.library.set_state(version.id, State.PUBLISHED, office.now)
    office.record("published", version.name, digest=version.digest)
    return find(office, version.key, version.number)


def take_back(office: Office, version: Version, reason: str) -> None:
    """A published version goes out no more. Raises Refused."""
    state = advance(version.state, Event.WITHDRAW)
    office.work.library.set_state(version.id, state, office.now)
    cancel_ballot(office, SUBJECT, version.id, "cancelled")
    office.record("withdrawn", version.name, reason=reason)


def show(office: Office, version: Version) -> Printed:
    """The bytes of a version, for those who work on it; a draft leaves a trace in the audit trail."""
    if not version.published_at:
        office.record("shown", version.name, digest=version.digest)
    return office.work.library.printed(version.id)


def compared(office: Office, key: str, old: Number, new: Number) -> tuple[str, str]:
    """What the authors of two versions wrote. Raises Refused if there is no such version."""
    before, after = find(office, key, old), find(office, key, new)
    return office.work.library.markdown(before.id), office.work.library.markdown(after.id)


@dataclass(frozen=True, slots=True)
class DocumentSubject:
    """A version as a board is asked about it (see ``office.ApprovalSubject``)."""

    KIND: ClassVar = SUBJECT

    office: Office
    version: Version

    @classmethod
    def find(cls, office: Office, version_id: int) -> DocumentSubject:
        version = office.work.library.version(version_id)
        assert version is not None
        return cls(office, version)

    @property
    def name(self) -> str:
        return self.version.name

    @property
    def heading(self) -> str:
        return f"{self.version.title} {self.version.number}"

    @property
    def document(self) -> str:
        return self.version.kind

    @property
    def publication(self) -> str:
        return ""

    @property
    def authors(self) -> Sequence[str]:
        return self.version.authors

    @property
    def values(self) -> Mapping[str, object]:
        return {
            "publication": self.version.title,
            "number": str(self.version.number),
            "typed": self.version.typed,
            "title": self.version.title,
            "document": SUBJECT,
            "at_once": self.version.publish is Publish.AT_ONCE,
            "submit": f"library submit {self.version.key}",
        }

    @property
    def editors(self) -> Sequence[Address]:
        return [self.office.rules.secretary]

    @property
    def digest(self) -> str:
        """Of the bytes as they are stored now."""
        return self.office.work.library.printed(self.version.id).digest

    @property
    def closed(self) -> Phrase:
        now, versions = self._now, self.office.work.library.versions(self.version.key)
        if all(one.id != now.id for one in versions):
            return CLOSED[State.DRAFT]
        if any(one.published_at for one in versions if one.number > now.number):
            return phrase("a newer version has been published")
        return CLOSED.get(now.state, Phrase())

    def asks(self, member: Contact, voters: Voters) -> bool:
        return True

    def takes(self, outcome: Outcome) -> bool:
        current = any(one.id == self.version.id for one in self.office.work.library.versions(self.version.key))
        return current and (outcome not in OUTCOMES or self._now.may(OUTCOMES[outcome]))

    def preview(self, member: Address, at: object) -> Preview:
        printed = self.office.work.library.printed(self.version.id)
        attachments = [Attachment(f"{self.version.stem}.pdf", "application/pdf", printed.pdf)]
        drafts = [DraftEdition(self.version.language, printed.text, printed.html)]
        return Preview(drafts, attachments, {"pages": printed.pages, "replaces": self.version.replaces})

    def decided(self, outcome: Outcome) -> None:
        """A version that is granted is published, if its document says so."""
        now = self._now
        if outcome not in OUTCOMES or not now.may(OUTCOMES[outcome]):
            return
        state = advance(now.state, OUTCOMES[outcome])
        self.office.work.library.set_state(now.id, state, self.office.now)
        if state is State.GRANTED and now.publish is Publish.AT_ONCE:
            publish(self.office, find(self.office, now.key, now.number))

    @property
    def _now(self) -> Version:
        """The version as it stands now."""
        version = self.office.work.library.version(self.version.id)
        assert version is not None
        return version


def require_key(key: str) -> str:
    """Raises Refused for what cannot be the name of a folder."""
    if not key.replace("-", "").isalnum() or not key.isascii() or key != key.lower() or len(key) > 40:
        raise Refused(f"“{key}” is no name for a document: use small letters, digits and -, such as scope.")
    return key
