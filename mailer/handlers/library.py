"""The library: a document is built, put to a board, published, and superseded by its next version."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from hashlib import sha256
from mimetypes import guess_type
from typing import ClassVar

from mailer import grants
from mailer.approval.ballots import cancel_ballot, open_for, withdraw
from mailer.compose.notices import Attachment
from mailer.errors import NotGranted, Refused
from mailer.message import Address
from mailer.model import library
from mailer.model.approvals import Ballot, Outcome
from mailer.model.criteria import Printed
from mailer.model.forms import digest_of
from mailer.model.library import CLOSED, OUTCOMES, SUBJECT, Event, Manuscript, Number, Publish, State, Version, advance
from mailer.model.library_changes import in_words
from mailer.model.lists import Contact
from mailer.model.notices import DraftEdition
from mailer.model.policies import Voters
from mailer.office import Decision, Office, Preview
from mailer.phrases import Language, Phrase, phrase

PDF = "application/pdf"

SHOWN_BYTES = 5_000_000
"""Bytes of files that are attached to a request to vote; what is larger is named, and `library show` has it."""


def media_type(name: str) -> str:
    """The media type of a file that goes out as it is."""
    return guess_type(name)[0] or "application/octet-stream"


def replaces(office: Office, key: str, language: str = "") -> str:
    """The number of the version that the next one takes the place of; empty if none is published."""
    found = library.published(_of(office, key, language))
    return str(found.number) if found else ""


def _of(office: Office, key: str, language: str) -> list[Version]:
    """The versions of a language edition, or of the original if ``language`` is empty."""
    return library.in_edition(office.work.library.versions(key), language)


def with_changes(office: Office, manuscript: Manuscript) -> Manuscript:
    """The manuscript with what has changed since the published version, unless its authors say it themselves."""
    before = library.published(_of(office, manuscript.key, manuscript.edition))
    if before is None or before.number >= manuscript.number:
        return replace(manuscript, changes=())
    if manuscript.changes:
        return manuscript
    return replace(manuscript, changes=tuple(in_words(office.work.library.markdown(before.id), manuscript.markdown)))


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

    Raises Refused if this number cannot be built any more, or if it translates what was never built.
    """
    before, is_same = _before(office, manuscript, printed)
    if is_same:
        return None
    library.require_newer(_of(office, manuscript.key, manuscript.edition), manuscript.number)
    if manuscript.translates:
        find(office, manuscript.key, Number.parse(manuscript.translates))
    return before.state if before and before.state in (State.SUBMITTED, State.GRANTED) else None


def _before(office: Office, manuscript: Manuscript, printed: Printed) -> tuple[Version | None, bool]:
    """What the number had before, and whether its bytes are the same."""
    versions = _of(office, manuscript.key, manuscript.edition)
    before = next((one for one in versions if one.number == manuscript.number), None)
    if before is None:
        return None, False
    now = digest_of(library.forms_of(manuscript, printed, manuscript.source.files))
    return before, before.digest == now and before.translates == manuscript.translates


def build(office: Office, manuscript: Manuscript, printed: Printed) -> Built:
    """Freeze a version's bytes; other bytes end its ballot and its grant. The same bytes change nothing."""
    voided = would_void(office, manuscript, printed)
    before, is_same = _before(office, manuscript, printed)
    if before and is_same:
        return Built(before, changed=False)
    if before:
        advance(before.state, Event.BUILD)
        withdraw(office, SUBJECT, before.id)
    replaced = replaces(office, manuscript.key, manuscript.edition)
    version = office.work.library.freeze(manuscript, printed, replaced, office.now)
    office.record("built", version.name, digest=version.digest)
    return Built(version, changed=True, voided=voided)


def find(office: Office, key: str, number: Number | None = None, language: str = "") -> Version:
    """A version, or the newest, of the original or a language edition. Raises Refused if there is none."""
    return library.find(office.work.library.versions(key), key, number, language)


def submit(office: Office, version: Version, note: str = "") -> Ballot:
    """Ask the board about a version. Raises Refused if it cannot be, or if no policy covers it."""
    state = advance(version.state, Event.SUBMIT)
    about = DocumentSubject(office, version)
    policy = office.rules.policy_for(about.document)
    subject, _ = grants.document_subject(office, version)
    office.work.library.set_state(version.id, state, office.now)
    return open_for(office, policy, subject, about, {}, note)


def publish(office: Office, version: Version) -> Version:
    """Publish a version that a board has granted; the one before is superseded. Raises Refused."""
    advance(version.state, Event.PUBLISH)
    if why := _why_not_yet(office, version):
        raise Refused(why)
    grants.require_document(office, version)
    for other in _of(office, version.key, version.edition):
        if other.state is State.PUBLISHED:
            office.work.library.set_state(other.id, advance(other.state, Event.SUPERSEDE), office.now)
            office.record("superseded", other.name, by=str(version.number))
    office.work.library.set_state(version.id, State.PUBLISHED, office.now)
    office.record("published", version.name, digest=version.digest)
    return find(office, version.key, version.number, version.edition)


def _why_not_yet(office: Office, version: Version) -> str:
    """Why a granted version cannot be published now; empty if it can."""
    today = office.now.astimezone(office.rules.timezone).date()
    if why := library.too_early(version, today, office.now):
        return why
    if not version.translates:
        return ""
    original = find(office, version.key, Number.parse(version.translates))
    if original.state in (State.PUBLISHED, State.SUPERSEDED):
        return ""
    return f"{version.name} is a translation of {original.name}, which is {original.state}: publish that first."


def due(office: Office, now: datetime) -> list[Decision]:
    """Publish what the board has granted before its time had come."""
    waiting = [one for one in office.work.library.in_state(State.GRANTED) if one.publish is Publish.AT_ONCE]
    waiting.sort(key=lambda one: one.translates)  # originals first
    return [
        Decision(f"publishing {one.name}", partial(publish, version=one)) for one in waiting if _is_due(office, one)
    ]


def _is_due(office: Office, version: Version) -> bool:
    if _why_not_yet(office, version):
        return False
    try:
        grants.require_document(office, version)
    except NotGranted:
        return False  # a person has to look first
    return True


def take_back(office: Office, version: Version, reason: str) -> None:
    """A published version goes out no more. Raises Refused."""
    state = advance(version.state, Event.WITHDRAW)
    office.work.library.set_state(version.id, state, office.now)
    cancel_ballot(office, SUBJECT, version.id, "cancelled")
    office.record("withdrawn", version.name, reason=reason)


def show(office: Office, version: Version) -> tuple[Printed, Mapping[str, bytes]]:
    """The forms of a version and what goes out as it is, for those who work on it; a draft leaves a trace."""
    if not version.published_at:
        office.record("shown", version.name, digest=version.digest)
    return office.work.library.printed(version.id), office.work.library.files(version.id)


def compared(office: Office, key: str, old: Number, new: Number, language: str = "") -> tuple[str, str]:
    """What the authors of two versions wrote. Raises Refused if there is no such version."""
    before, after = find(office, key, old, language), find(office, key, new, language)
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
        return self.version.policy

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
            "at_once": self.version.publish is Publish.AT_ONCE and not _why_not_yet(self.office, self.version),
            "submit": f"library submit {self.version.key}"
            + (f" --language {self.version.edition}" if self.version.edition else ""),
        }

    @property
    def editors(self) -> Sequence[Address]:
        return [self.office.rules.secretary]

    @property
    def digest(self) -> str:
        """Of the bytes as they are stored now."""
        return grants.document_subject(self.office, self.version)[0].digest

    @property
    def closed(self) -> Phrase:
        now, versions = self._now, _of(self.office, self.version.key, self.version.edition)
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
        """The three forms, and what goes out as it is: attached if it fits, or else named with its digest."""
        printed = self.office.work.library.printed(self.version.id)
        attachments = [Attachment(f"{self.version.stem}.pdf", PDF, printed.pdf)]
        drafts = [DraftEdition(self.version.language, printed.text, printed.html)]
        room, too_large = SHOWN_BYTES, []
        for name, content in self.office.work.library.files(self.version.id).items():
            if len(content) <= room:
                room -= len(content)
                attachments.append(Attachment(f"DRAFT {name}", media_type(name), content))
            else:
                too_large.append((name, len(content) // 1000 + 1, sha256(content).hexdigest()[:16]))
        values = {
            "pages": printed.pages,
            "replaces": self.version.replaces,
            "embargo": self.version.embargo,
            "document_changes": list(self.version.changes),
            "document_language": Language(self.version.edition) if self.version.edition else "",
            "document_waits": self.version.waits_for or self.version.not_before or "",
            "too_large": too_large,
        }
        return Preview(drafts, attachments, values)

    def decided(self, outcome: Outcome) -> None:
        """A version that is granted is published, if its document says so."""
        now = self._now
        if outcome not in OUTCOMES or not now.may(OUTCOMES[outcome]):
            return
        state = advance(now.state, OUTCOMES[outcome])
        self.office.work.library.set_state(now.id, state, self.office.now)
        if state is State.GRANTED and now.publish is Publish.AT_ONCE and not _why_not_yet(self.office, now):
            publish(self.office, find(self.office, now.key, now.number, now.edition))

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
