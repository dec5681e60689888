"""An edition in another language from the translator's yes on: it is submitted, granted and sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape

from mailer import grants, readership
from mailer.approval.ballots import open_ballot
from mailer.compose.notices import Attachment
from mailer.errors import Refused
from mailer.inbound.answers import Answer, read_decision
from mailer.inbound.intents import StaffReply
from mailer.message import Address, Inbound
from mailer.model.approvals import Ballot, Outcome
from mailer.model.editions import (
    KIND,
    READY,
    TRANSITIONS,
    Event,
    State,
    Translation,
    advance,
    canonical,
    current,
)
from mailer.model.inbound import Done, Folder, Result
from mailer.model.issues import Edition, Issue
from mailer.model.lists import Contact
from mailer.model.notices import DraftEdition
from mailer.model.policies import Voters
from mailer.model.staff import StaffNotice
from mailer.office import Office, Preview
from mailer.phrases import Phrase, phrase
from mailer.staff import answer_unclear, write_to_staff
from mailer.translators import find, in_charge, issue_of, name_of, save, values_of

DECIDED: Mapping[Outcome, Event] = {
    Outcome.GRANTED: Event.GRANT,
    Outcome.OBJECTED: Event.OBJECT,
    Outcome.LAPSED: Event.LAPSE,
    Outcome.OPEN: Event.REOPEN,
    Outcome.WITHDRAWN: Event.WITHDRAW,
}
"""The event that a ballot's outcome is for an edition."""

CLOSED: Mapping[State, Phrase] = {
    State.RETURNED: phrase("its translator has changed it since"),
    State.PROOF: phrase("its translator has changed it since"),
    State.AGREED: phrase("it has been withdrawn since"),
    State.SENT: phrase("it has been sent"),
    State.ENDED: phrase("it has been given up"),
}
"""Why a vote changes nothing any more."""


# --- the grant ---


def submit(office: Office, translation: Translation, note: str = "") -> Ballot:
    """Ask those whose consent it needs whether the edition may go to its readers. Raises Refused, and says why."""
    issue = issue_of(office, translation)
    if not office.work.editions.is_current(translation):
        raise Refused("The original has changed since it was translated: offer the translation anew.")
    if translation.edition is None or not translation.may(Event.SUBMIT):
        raise Refused(
            f"The edition in “{translation.language}” is {translation.state}: its translator has to agree first."
        )
    grants.require_issue(office, issue, ())
    save(office, translation, Event.SUBMIT)
    lists = office.work.lists.versions(office.rules.publication(issue.publication).lists)
    subject = grants.edition_subject(office, issue, find(office, translation.id), lists)
    return open_ballot(office, subject, lists, note)


def state_of_agreed(office: Office, notice: StaffNotice) -> str:
    """Whether it still waits to be submitted, as the same proof."""
    translation = office.work.editions.by_id(notice.subject)
    return f"{translation.state} {translation.proof}" if translation else ""


def answer_agreed(office: Office, mail: Inbound, reply: StaffReply, notice: StaffNotice) -> Result:
    """Submit the edition if somebody in charge says yes."""
    translation = find(office, notice.subject)
    said = read_decision(mail, reply.text)
    if said is not Answer.YES:
        return answer_unclear(office, notice, mail, phrase("it does not say YES"))
    try:
        submit(office, translation)
    except Refused as fault:
        return answer_unclear(office, notice, mail, phrase("%(fault)s", fault=str(fault).rstrip(".")))
    issue = issue_of(office, translation)
    return Result(
        Done.TRANSLATION_DECIDED,
        {"issue": issue.name, "language": translation.language, "word": "submitted"},
        Folder.PROCESSED,
    )


@dataclass(frozen=True, slots=True)
class EditionSubject:
    """An edition in another language as a board is asked about it (see ``office.ApprovalSubject``)."""

    office: Office
    translation: Translation
    issue: Issue

    @classmethod
    def find(cls, office: Office, translation_id: int) -> EditionSubject:
        translation = office.work.editions.by_id(translation_id)
        assert translation is not None
        return cls(office, translation, issue_of(office, translation))

    @property
    def name(self) -> str:
        return name_of(self.issue, self.translation)

    @property
    def heading(self) -> str:
        publication = self.office.rules.publication(self.issue.publication)
        return f"{publication.title} {self._number}"

    @property
    def _number(self) -> str:
        return f"{self.issue.number} ({self.translation.language})"

    @property
    def document(self) -> str:
        return KIND

    @property
    def publication(self) -> str:
        return self.issue.publication

    @property
    def authors(self) -> Sequence[str]:
        """Who wrote the original, and who translated it."""
        return (*self.issue.authors, self.translation.address)

    @property
    def values(self) -> Mapping[str, object]:
        typed = self.office.rules.typed(self.issue.publication, self.issue.number)
        return {
            "publication": self.office.rules.publication(self.issue.publication).title,
            "number": self._number,
            "typed": f"{typed} --edition {self.translation.language}",
            "title": self.translation.title or self.issue.title,
            "document": self.document,
            "submit": f"issue translate {typed} {self.translation.language} --submit",
        }

    @property
    def editors(self) -> Sequence[Address]:
        return [Address.parse(one) for one in self.office.rules.publication(self.issue.publication).editors]

    @property
    def digest(self) -> str:
        if self.translation.edition is None:
            return ""
        ballot = self.office.work.approvals.latest_ballot(KIND, self.translation.id)
        lists = ballot.lists if ballot else self.office.rules.publication(self.issue.publication).lists
        return grants.edition_subject(self.office, self.issue, self.translation, lists).digest

    @property
    def closed(self) -> Phrase:
        return CLOSED.get(self.translation.state, Phrase())

    def asks(self, member: Contact, voters: Voters) -> bool:
        if voters is Voters.LANGUAGE:
            own, wanted = member.details.language.lower(), self.translation.language.lower()
            return own.partition("-")[0] == wanted.partition("-")[0]
        if voters is Voters.TRANSLATOR:
            return member.id == self.translation.contact or self._is_of_translators_body(member)
        return True

    def _is_of_translators_body(self, member: Contact) -> bool:
        translator = self.office.work.lists.contact(self.translation.contact)
        body = translator.details.organisation.casefold() if translator else ""
        return bool(body) and member.details.organisation.casefold() == body

    def takes(self, outcome: Outcome) -> bool:
        return outcome in DECIDED and (self.translation.state, DECIDED[outcome]) in TRANSITIONS

    def preview(self, member: Address, at: datetime) -> Preview:
        ref = self.office.work.editions.edition_at(self.translation.id, at)
        assert ref is not None
        edition = self.office.work.issues.edition(ref.id)
        html = edition.filled(edition.html, escape(str(member)), leave="#")
        draft = DraftEdition(ref.language, edition.filled(edition.text, str(member)), html, edition.pictures)
        own = self.office.rules.publication(self.issue.publication).pdf_name(self.issue.number, ref.language)
        attached = [Attachment(own, "application/pdf", edition.pdf)]
        return Preview([draft], attached, {"pages": edition.pages, "embargo": self.issue.embargo})

    def decided(self, outcome: Outcome) -> None:
        state = advance(self.translation.state, DECIDED[outcome])
        save(self.office, self.translation, DECIDED[outcome])
        if state is State.GRANTED:
            tell_ready(self.office, self.issue, find(self.office, self.translation.id))


def edition_facts(office: Office, issue: Issue, language: str) -> tuple[Edition, str, str]:
    """The newest proof in this language, why it may not go out (empty if it may), and its tag.

    One without a grant is a draft, and is shown to those who work on it (law 4). Raises Refused if there is none.
    """
    translation = current(office.work.editions.of(issue.id), canonical(language))
    if translation is None or translation.edition is None:
        raise Refused(f"There is no proof of issue {issue.number} in “{language}”: see `mailer issue translate`.")
    fault = ""
    try:
        grants.require_edition(office, issue, translation, ())
    except Refused as refused:
        fault = str(refused)
        office.record("draft shown", name_of(issue, translation), digest=translation.edition.digest)
    return office.work.issues.edition(translation.edition.id), fault, translation.language


# --- sending ---


def tell_ready(office: Office, issue: Issue, translation: Translation) -> None:
    """Tell those in charge that it is granted: it goes out with the issue, or at their word."""
    mailing = readership.mailing_of(office, issue)
    lists = mailing.lists if mailing else office.rules.publication(issue.publication).lists
    values = {
        **values_of(office, issue, translation),
        "begun": mailing is not None,
        "readers": readership.count(office, issue, translation, lists),
        "asked": len([1 for language, _ in office.work.editions.wishes(issue.id) if language == translation.language]),
    }
    for person in in_charge(office, issue):
        write_to_staff(
            office,
            person,
            "edition-ready",
            dict(values),
            kind=READY,
            subject=translation.id,
            state=state_of(office, translation),
            about=f"{values['publication']} {issue.number} ({translation.language})",
            once=f"edition-ready {translation.id} {translation.proof} {office.now.isoformat()}",
            prepared={"yes_reply": "YES"},
        )


def state_of(office: Office, translation: Translation) -> str:
    return f"{translation.state} {translation.proof}"


def state_of_ready(office: Office, notice: StaffNotice) -> str:
    """Whether it is still granted and not sent."""
    translation = office.work.editions.by_id(notice.subject)
    return state_of(office, translation) if translation else ""


def answer_ready(office: Office, mail: Inbound, reply: StaffReply, notice: StaffNotice) -> Result:
    """Send the edition to its readers if somebody in charge says yes."""
    translation = find(office, notice.subject)
    issue = issue_of(office, translation)
    said = read_decision(mail, reply.text)
    if said is not Answer.YES:
        return answer_unclear(office, notice, mail, phrase("it does not say YES"))
    try:
        readership.send_edition(office, issue, translation.language)
    except Refused as fault:
        return answer_unclear(office, notice, mail, phrase("%(fault)s", fault=str(fault).rstrip(".")))
    return Result(
        Done.TRANSLATION_DECIDED,
        {"issue": issue.name, "language": translation.language, "word": "sent"},
        Folder.PROCESSED,
    )
