"""Published versions of lists: put to a board, written for the outside with its grant, withdrawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from mailer import grants
from mailer.approval.ballots import cancel_ballot, open_ballot
from mailer.compose.notices import Attachment
from mailer.errors import NotGranted, Refused
from mailer.list_documents import shows_more
from mailer.message import Address
from mailer.model.approvals import UNSETTLED, Ballot, Outcome, Subject
from mailer.model.list_documents import (
    SUBJECT,
    TYPES,
    Forms,
    Issuer,
    ListDocument,
    ListVersion,
    Published,
    find,
)
from mailer.model.lists import Contact
from mailer.model.notices import DraftEdition
from mailer.model.policies import Voters
from mailer.office import Office, Preview
from mailer.phrases import Phrase, phrase

SHOWN = 20_000
"""Characters of a list that stand in the request to vote; a longer one is in the attached files alone."""

NEWLINE = "\n"
NAMED = 5
"""How many people a refusal names."""


def issuer_of(office: Office) -> Issuer:
    """Who publishes the office's lists."""
    return Issuer(office.rules.name, str(office.rules.address))


def versions(office: Office, key: str) -> Sequence[Published]:
    """The published versions, the oldest first. Raises Refused if there is no such list."""
    return office.work.list_documents.versions(office.rules.list_rules(key).key)


def version_of(office: Office, key: str, wanted: ListVersion | None = None) -> Published:
    """The version with this name, or the newest. Raises Refused if there is none."""
    return find(versions(office, key), key, wanted)


def document_of(office: Office, version: Published) -> ListDocument:
    """Raises Refused if the version was erased."""
    if version.erased_at is not None:
        raise Refused(
            f"Version {version.version} of the list “{version.list}” was erased, because somebody in it asked to be "
            f"forgotten: `mailer list publish {version.list}` makes the next one."
        )
    return office.work.list_documents.document(version.id)


def freeze(office: Office, version: Published, forms: Forms) -> None:
    """Keep the files of a version that has none yet, as they were printed from its document."""
    if office.work.list_documents.forms(version.id) is None:
        office.work.list_documents.freeze(version.id, forms)
        office.record("printed", version.name, digest=forms.digest)


# --- the board ---


@dataclass(frozen=True, slots=True)
class Submitted:
    """A version that was just put to the board."""

    version: Published
    ballot: Ballot
    members: int

    @property
    def needed(self) -> int:
        return self.ballot.terms.needed(self.members)


def submittable(office: Office, key: str, wanted: ListVersion | None = None) -> Published:
    """The version that can be put to the board. Raises Refused, and says why it cannot."""
    version = version_of(office, key, wanted)
    office.rules.policy_for(SUBJECT, "")
    document = document_of(office, version)
    if version.withdrawn_at is not None:
        raise Refused(
            f"Version {version.version} of the list “{key}” is withdrawn: `mailer list publish {key}` makes the next "
            f"one, and `mailer list withdraw {key} --version {version.version} --undo` takes it back."
        )
    if version.outcome in UNSETTLED:
        granted = version.outcome is Outcome.GRANTED
        state = f"granted: `mailer list export {key} --version {version.version} --out FOLDER`" if granted else "asked"
        raise Refused(f"About version {version.version} of the list “{key}” the board was {state}.")
    _require_allowed(office, version, document)
    return version


def submit(office: Office, version: Published) -> Submitted:
    """Ask the board about a version, which has its files; a ballot about an earlier one of the list is withdrawn."""
    version = submittable(office, version.list, version.version)
    for other in versions(office, version.list):
        if other.id != version.id and other.outcome in (Outcome.OPEN, Outcome.UNDECIDED):
            cancel_ballot(office, SUBJECT, other.id, "cancelled", Outcome.WITHDRAWN)
    ballot = open_ballot(office, subject_of(office, version), {})
    return Submitted(version, ballot, sum(paper.asked for paper in office.work.approvals.papers(ballot.id)))


def subject_of(office: Office, version: Published) -> Subject:
    """The version as a board is asked about it, from the bytes that are stored now. Raises NotGranted without files."""
    forms = office.work.list_documents.forms(version.id)
    if forms is None:
        raise NotGranted(f"Version {version.version} of the list “{version.list}” has no files: submit it first.")
    return Subject(SUBJECT, version.id, forms.digest)


@dataclass(frozen=True, slots=True)
class ListSubject:
    """A version of a list as a board is asked about it (see ``office.ApprovalSubject``)."""

    KIND: ClassVar = SUBJECT

    office: Office
    version: Published

    @classmethod
    def find(cls, office: Office, version_id: int) -> ListSubject:
        version = office.work.list_documents.version(version_id)
        assert version is not None
        return cls(office, version)

    @property
    def name(self) -> str:
        return self.version.name

    @property
    def heading(self) -> str:
        return f"{self._title} {self.version.version}"

    @property
    def document(self) -> str:
        return self.KIND

    @property
    def publication(self) -> str:
        return ""

    @property
    def authors(self) -> Sequence[str]:
        """Nobody: it is the office's."""
        return ()

    @property
    def values(self) -> Mapping[str, object]:
        key, version = self.version.list, str(self.version.version)
        return {
            "publication": self._title,
            "number": version,
            "typed": f"{key} --version {version}",
            "title": self._title,
            "document": self.document,
            "submit": f"list submit {key}",
        }

    @property
    def editors(self) -> Sequence[Address]:
        return [self.office.rules.secretary]

    @property
    def digest(self) -> str:
        forms = self.office.work.list_documents.forms(self.version.id)
        return forms.digest if forms else ""

    @property
    def closed(self) -> Phrase:
        if self.version.withdrawn_at or self.version.erased_at:
            return phrase("it was withdrawn")
        if self.version.exported_at:
            return phrase("it was published")
        newest = self.office.work.list_documents.versions(self.version.list)[-1]
        if newest.id != self.version.id and newest.outcome is not None:
            return phrase("the board was asked about version %(number)s", number=str(newest.version))
        return Phrase()

    def asks(self, member: Contact, voters: Voters) -> bool:
        return True

    def takes(self, outcome: Outcome) -> bool:
        return not self.closed

    def preview(self, member: Address, at: datetime) -> Preview:
        """The page and its text, with the files as they would be published."""
        forms = self.office.work.list_documents.forms(self.version.id)
        assert forms is not None
        attached = [
            Attachment(f"{self.version.stem}.{ending}", kind, forms.files[ending])
            for ending, kind in TYPES.items()
            if ending in forms.files and ending not in ("html", "txt")
        ]
        text, html = forms.files["txt"].decode(), forms.files["html"].decode()
        if len(text) > SHOWN:
            text, html = f"{text[:SHOWN].rpartition(NEWLINE)[0]}\n[…]\n", ""
        shown = DraftEdition(self.version.language, text, html)
        return Preview([shown], attached, {"pages": forms.pages, "replaces": ""})

    def decided(self, outcome: Outcome) -> None:
        """A grant lets its files be written; nothing else follows from it."""

    @property
    def _title(self) -> str:
        rules = self.office.rules.lists.get(self.version.list)
        return rules.title if rules else self.version.list


# --- the outside ---


def granted(office: Office, key: str, wanted: ListVersion | None = None) -> tuple[Published, Forms]:
    """The version whose files may be written for the outside, with them (law 4).

    Raises NotGranted, and names the command that helps.
    """
    version = version_of(office, key, wanted)
    named = f"{key} --version {version.version}"
    document = document_of(office, version)
    if version.withdrawn_at is not None:
        raise NotGranted(f"Version {version.version} of the list “{key}” is withdrawn: {version.reason}.")
    later = [one for one in versions(office, key) if one.version > version.version and _is_granted(office, one)]
    if later:
        raise NotGranted(
            f"Version {later[-1].version} has replaced it: `mailer list export {key} --version {later[-1].version} "
            "--out FOLDER`."
        )
    if version.outcome is Outcome.OPEN:
        raise NotGranted(f"The board has not decided about it yet: see `mailer ballot ls`, or add --draft. ({named})")
    if not _is_granted(office, version):
        raise NotGranted(
            f"The board has not granted version {version.version} of the list “{key}”: ask it with `mailer list submit "
            f"{named}`, or add --draft for a look of your own."
        )
    grants.require(office, subject_of(office, version), ())
    _require_allowed(office, version, document)
    forms = office.work.list_documents.forms(version.id)
    assert forms is not None
    return version, forms


def note_exported(office: Office, version: Published) -> None:
    """The files of a granted version are written for the outside; an objection makes no difference any more."""
    office.work.list_documents.note_exported(version.id, office.now)
    office.record("exported", version.name, digest=version.forms)


def note_draft(office: Office, version: Published) -> None:
    """A draft was written, for the secretary's own look."""
    office.record("draft shown", version.name, digest=version.digest)


def _is_granted(office: Office, version: Published) -> bool:
    return version.withdrawn_at is None and grants.find(office, SUBJECT, version.id) is not None


def _require_allowed(office: Office, version: Published, document: ListDocument) -> None:
    """Raises NotGranted if somebody allows less by now than the version shows of them."""
    if names := list(shows_more(office, document).values()):
        more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
        raise NotGranted(
            f"Version {version.version} of the list “{version.list}” shows more than is allowed by now of "
            f"{', '.join(names[:NAMED])}{more}: `mailer list publish {version.list}` makes the next one."
        )


# --- withdrawing ---


def withdraw(office: Office, key: str, wanted: ListVersion, reason: str) -> Published:
    """A version counts no longer: its ballot ends, its grant is void. Its number is not used again."""
    version = version_of(office, key, wanted)
    if version.withdrawn_at is not None:
        raise Refused(f"Version {version.version} of the list “{key}” is withdrawn already.")
    cancel_ballot(office, SUBJECT, version.id, "cancelled")
    office.work.list_documents.withdraw(version.id, reason, office.now)
    office.record("withdrawn", version.name, reason=reason)
    return version


def bring_back(office: Office, key: str, wanted: ListVersion) -> Published:
    """A version that was withdrawn counts again; it needs a new grant."""
    version = version_of(office, key, wanted)
    if version.withdrawn_at is None:
        raise Refused(f"Version {version.version} of the list “{key}” is not withdrawn.")
    document_of(office, version)
    office.work.list_documents.withdraw(version.id, "", None)
    office.record("brought back", version.name)
    return version
