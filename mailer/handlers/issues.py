"""An issue until it goes out: built, submitted to its board, edited, cancelled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from email.utils import make_msgid
from functools import partial
from html import escape

from mailer import author_consent, grants, readership
from mailer.approval.ballots import cancel_ballot, open_ballot, withdraw
from mailer.approval.conclusions import count_votes
from mailer.compose.issues import test_copy
from mailer.compose.notices import Attachment
from mailer.errors import Refused
from mailer.message import Address
from mailer.model.approvals import Ballot, Outcome
from mailer.model.issues import (
    CLOSED,
    HALTABLE,
    TRANSITIONS,
    Edition,
    Event,
    Inputs,
    Issue,
    Source,
    State,
    advance,
)
from mailer.model.lists import Contact
from mailer.model.mailings import MailingKind
from mailer.model.next_steps import next_step, require
from mailer.model.notices import DraftEdition
from mailer.model.outbox import Counts, Draft
from mailer.model.policies import Voters
from mailer.model.publications import Publication
from mailer.model.restorations import require_resumed
from mailer.office import Decision, Office, Preview
from mailer.phrases import Phrase

DECIDED: Mapping[Outcome, Event] = {
    Outcome.GRANTED: Event.GRANT,
    Outcome.OBJECTED: Event.OBJECT,
    Outcome.LAPSED: Event.LAPSE,
    Outcome.OPEN: Event.REOPEN,
    Outcome.WITHDRAWN: Event.WITHDRAW,
}
"""The event that a ballot's outcome is for an issue."""


def find(office: Office, publication: str, number: int) -> Issue:
    """Raises Refused, and says what to run, where there is no such issue."""
    issue = office.work.issues.issue(office.rules.publication(publication).key, number)
    if issue is None:
        name = office.rules.typed(publication, number)
        raise Refused(
            f"Issue {number} of {publication} is not built yet: build it with `mailer issue build {name}`, or start it "
            f"with `mailer issue new {name}`."
        )
    return issue


@dataclass(frozen=True, slots=True)
class Built:
    """An issue that was built."""

    issue: Issue
    voided: State | None
    """The state that no longer holds, because the issue had other bytes then."""
    digest: str
    """What a board is asked about."""

    @property
    def can_be_submitted(self) -> bool:
        return self.issue.state is State.RENDERED


@dataclass(frozen=True, slots=True)
class Submission:
    """A question to a board that was just asked."""

    ballot: Ballot
    members: int

    @property
    def needed(self) -> int:
        return self.ballot.terms.needed(self.members)


@dataclass(frozen=True, slots=True)
class Facts:
    """What there is to know of an issue."""

    issue: Issue
    edition: Edition | None
    edited: bool
    """Whether its source was edited since it was built."""
    digest: str
    """What a board is asked about, or was."""
    fault: str
    """Why it may not go out as it is; empty if a grant covers it."""
    changed: Sequence[str]
    """What decides its bytes beside its source, and has changed since it was built."""
    versions: Sequence[str]
    """The programs that made its bytes, and are others on this machine."""


def facts(office: Office, issue: Issue) -> Facts:
    edition = office.work.issues.edition(issue.editions[0].id) if issue.editions else None
    fault = ""
    try:
        grants.require_issue(office, issue, ())
    except Refused as refused:
        fault = str(refused)
    digest = IssueSubject(office, issue).digest
    edited, changed = office.sources.edited(issue), grants.inputs_changed(office, issue)
    return Facts(issue, edition, edited, digest, fault, changed, grants.other_versions_of(office, issue))


def other_versions(office: Office, publication: str, number: int) -> list[str]:
    """The programs that made an issue's bytes, and are others on this machine; none if it is not built."""
    issue = office.work.issues.issue(office.rules.publication(publication).key, number)
    return grants.other_versions_of(office, issue) if issue else []


def show_draft(office: Office, issue: Issue) -> None:
    """Somebody who works on the issue looks at its files, which no grant covers (law 4)."""
    office.record("draft shown", issue.name, digest=issue.digest)


def build(office: Office, source: Source, edition: Edition, folder: str) -> Built:
    """Freeze what was rendered. Other bytes than before void a ballot and a grant; the same bytes change nothing."""
    issues, inputs = office.work.issues, _inputs(office, source)
    issue = issues.issue(source.publication, source.number) or issues.add(source, folder)
    if _is_same(issue, source, edition) and issue.state not in (State.DRAFT, State.REJECTED, State.CANCELLED):
        issues.freeze(issue, source, {source.language: edition}, office.now, inputs)
        return _built(office, issue, None)
    if not _is_same(issue, source, edition):
        require(office.rules, issue, Event.RENDER, Event.EDIT)
    voided = _voided(issue, source, edition)
    if (issue.state, Event.RENDER) not in TRANSITIONS:
        issue = edit(office, issue)
    issues.freeze(issue, source, {source.language: edition}, office.now, inputs)
    issues.set_state(issue.id, advance(issue.state, Event.RENDER))
    shown = {"events": [one.id for one in source.events]} if source.events else {}
    office.record("built", issue.name, digest=edition.digest, pages=edition.pages, **shown)
    return _built(office, issue, voided)


def _built(office: Office, issue: Issue, voided: State | None) -> Built:
    now = _current(office, issue)
    return Built(now, voided, IssueSubject(office, now).digest)


def _inputs(office: Office, source: Source) -> Inputs:
    return office.renderer.inputs(office.rules.identity_of(source.publication), [source.language])


def would_void(office: Office, source: Source, edition: Edition) -> State | None:
    """The state that would no longer hold if this were built: the board has, or has granted, other bytes."""
    issue = office.work.issues.issue(source.publication, source.number)
    return _voided(issue, source, edition) if issue else None


def _voided(issue: Issue, source: Source, edition: Edition) -> State | None:
    other = issue.digest is not None and not _is_same(issue, source, edition)
    return issue.state if other and issue.state in HALTABLE else None


def _is_same(issue: Issue, source: Source, edition: Edition) -> bool:
    """Whether a grant of the issue covers what was rendered, too: the bytes, the title and the embargo."""
    was, now = (issue.digest, issue.title, issue.embargo), (edition.digest, source.title, source.embargo)
    return was == now


def edit(office: Office, issue: Issue) -> Issue:
    """Return an issue whose source has changed to draft, and void its ballot and grant (A19)."""
    office.work.issues.set_state(issue.id, advance(issue.state, Event.EDIT))
    if withdraw(office, Issue.KIND, issue.id):
        about, language, once = IssueSubject(office, issue), office.rules.language, f"voided {issue.id} {issue.digest}"
        for editor in about.editors:
            office.write(editor, "voided", about.values, language=language, once=once)
    office.record("edited", issue.name, was=issue.state.value)
    return _current(office, issue)


def require_amendable(office: Office, issue: Issue, source: Source, edition: Edition) -> None:
    """Raises Refused unless the board was asked about another version of the issue, and it has not gone out."""
    if issue.state not in AMENDABLE:
        step = next_step(office.rules, issue)
        raise Refused(f"Issue {issue.number} is {issue.state} and cannot be amended now: {step}.")
    if _is_same(issue, source, edition):
        raise Refused("Nothing has changed since the board was asked: edit the articles first.")


AMENDABLE = (*HALTABLE, State.REJECTED)
"""States in which the board has, or had, a version of the issue that a newer one can take the place of."""


def votes_to_lapse(office: Office, issue: Issue) -> int:
    """How many votes on its present version do not count for another one."""
    ballot = office.work.approvals.latest_ballot(Issue.KIND, issue.id)
    return len(count_votes(office, ballot).votes) if ballot else 0


def amend(office: Office, source: Source, edition: Edition, folder: str, note: str) -> Submission:
    """Build a new revision, withdraw the ballot on the one before, and ask the board anew with a note on the change.

    Raises Refused if the board was not asked about the issue, if nothing has changed, or as ``submit``.
    """
    issue = find(office, source.publication, source.number)
    require_amendable(office, issue, source, edition)
    withdraw(office, Issue.KIND, issue.id)
    office.work.issues.set_state(issue.id, advance(issue.state, Event.EDIT))
    built = build(office, source, edition, folder)
    office.record("amended", issue.name, was=issue.state.value, digest=edition.digest, note=note)
    return submit(office, built.issue, note)


def submit(office: Office, issue: Issue, note: str = "") -> Submission:
    """Ask those whose consent it needs whether the issue, as it was built, may go to the publication's lists.

    ``note`` tells them what has changed, and why.
    """
    require(office.rules, issue, Event.SUBMIT)
    if office.sources.edited(issue):
        name = office.rules.typed(issue.publication, issue.number)
        raise Refused(
            f"The source was edited after it was built: run `mailer issue build {name}` first, and look at it."
        )
    if changed := grants.inputs_changed(office, issue):
        name = office.rules.typed(issue.publication, issue.number)
        raise Refused(f"Changed after it was built: {', '.join(changed)}. Run `mailer issue build {name}` first.")
    author_consent.require(office, issue)
    office.work.issues.set_state(issue.id, advance(issue.state, Event.SUBMIT))
    office.work.issues.set_due(issue.id, None)
    if issue.digest is None:
        raise Refused("The issue has not been built.")
    publication = office.rules.publication(issue.publication)
    lists = office.work.lists.versions(publication.lists)
    subject = grants.subject_of(office, issue, lists)
    ballot = open_ballot(office, subject, lists, note)
    return Submission(ballot, sum(paper.asked for paper in office.work.approvals.papers(ballot.id)))


def send_test(office: Office, issue: Issue, to: Address) -> None:
    """Queue a marked copy for somebody who may see the issue before it is approved (law 4).

    It carries no token. Raises Refused for anybody but the secretary, the editors and the board, and while nothing is
    sent because the store was restored.
    """
    require_resumed(office.work.restorations.open())
    publication = office.rules.publication(issue.publication)
    board = office.work.lists.members(office.rules.policy_for(Issue.KIND, issue.publication).board)
    insiders = [str(office.rules.secretary), *publication.editors, *(member.contact.address for member in board)]
    if to.key not in {Address.parse(insider).key for insider in insiders}:
        raise Refused(
            f"{to} gets no test copy: only the secretary, the editors and the board may see an issue before it is sent."
        )
    if not issue.editions:
        raise Refused(f"Issue {issue.number} is not built: {next_step(office.rules, issue)}.")
    values = {
        "publication": publication.title,
        "number": issue.number,
        "office_address": str(office.rules.address),
    }
    for current in issue.editions:
        edition, message_id = office.work.issues.edition(current.id), make_msgid("test", office.rules.address.domain)
        mark = office.renderer.notice("test-copy", {**values, "subject": edition.subject}, office.rules.language)
        payload = test_copy(
            edition,
            mark,
            publication.pdf_name(issue.number),
            sender=replace(office.rules.sender, name=publication.title),
            to=to,
            date=office.now,
            message_id=message_id,
        )
        office.work.outbox.add(Draft(f"{office.cause}: {message_id}", str(to), message_id, payload), office.now)
    office.record("test copy sent", issue.name, to=str(to), digest=issue.digest)


def due(office: Office, now: datetime) -> list[Decision]:
    """Return the due issues that were edited after they were scheduled to draft."""
    edited = [issue for issue in office.work.issues.due(now) if office.sources.edited(issue)]
    return [Decision(f"edited: {issue.name}", partial(_edit_unless_changed, issue=issue)) for issue in edited]


def _edit_unless_changed(office: Office, issue: Issue) -> None:
    """``issue`` was read earlier; if it has changed since, this does nothing."""
    if office.work.issues.issue_by_id(issue.id) == issue:
        edit(office, issue)


def copies_to_give_up(office: Office, issue: Issue) -> Counts | None:
    """The copies of an issue that is being sent; None if there are none to give up. Raises Refused as ``cancel``."""
    require(office.rules, issue, Event.CANCEL)
    mailing = office.work.mailings.of(MailingKind.ISSUE, issue.id)
    return office.work.outbox.counts(mailing.id) if mailing and issue.state is State.SENDING else None


def cancel(office: Office, issue: Issue) -> None:
    """It will not be sent, and the board is told. ``mailings.settle`` gives up copies that still wait."""
    require(office.rules, issue, Event.CANCEL)
    office.work.issues.set_state(issue.id, advance(issue.state, Event.CANCEL))
    mailing = office.work.mailings.of(MailingKind.ISSUE, issue.id)
    if mailing:
        for one in (mailing, *readership.mailings_of(office, issue)):
            if one.id == mailing.id or one.finished_at is None:
                office.work.mailings.save(replace(one, paused_at=None, cancelled_at=office.now, waits=()))
    cancel_ballot(office, Issue.KIND, issue.id, "stopped" if issue.state is State.SENDING else "cancelled")
    office.record("cancelled", issue.name, was=issue.state.value)


def _as_draft(language: str, edition: Edition, member: Address) -> DraftEdition:
    """What a reader without a name gets at the member's address. It has no link to leave."""
    html = edition.filled(edition.html, escape(str(member)), leave="#")
    return DraftEdition(language, edition.filled(edition.text, str(member)), html, edition.pictures)


def _current(office: Office, issue: Issue) -> Issue:
    found = office.work.issues.issue_by_id(issue.id)
    assert found is not None
    return found


@dataclass(frozen=True, slots=True)
class IssueSubject:
    """An issue as a board is asked about it (see ``office.ApprovalSubject``)."""

    office: Office
    issue: Issue

    @classmethod
    def find(cls, office: Office, issue_id: int) -> IssueSubject:
        issue = office.work.issues.issue_by_id(issue_id)
        assert issue is not None
        return cls(office, issue)

    @property
    def name(self) -> str:
        return self.issue.name

    @property
    def heading(self) -> str:
        return f"{self._publication.title} {self.issue.number}"

    @property
    def document(self) -> str:
        return Issue.KIND

    @property
    def publication(self) -> str:
        return self.issue.publication

    @property
    def authors(self) -> Sequence[str]:
        return self.issue.authors

    @property
    def values(self) -> Mapping[str, object]:
        issue = self.issue
        typed = self.office.rules.typed(issue.publication, issue.number)
        return {
            "publication": self._publication.title,
            "number": issue.number,
            "typed": typed,
            "title": issue.title,
            "document": self.document,
            "submit": f"issue submit {typed}",
        }

    @property
    def editors(self) -> Sequence[Address]:
        return [Address.parse(editor) for editor in self._publication.editors]

    @property
    def digest(self) -> str:
        if not self.issue.editions:
            return ""
        ballot = self.office.work.approvals.latest_ballot(Issue.KIND, self.issue.id)
        return grants.subject_of(self.office, self.issue, ballot.lists if ballot else self._publication.lists).digest

    @property
    def closed(self) -> Phrase:
        if self.issue.state is State.REJECTED and self.office.sources.edited(self.issue):
            return CLOSED[State.DRAFT]
        return CLOSED.get(self.issue.state, Phrase())

    def asks(self, member: Contact, voters: Voters) -> bool:
        return True

    def takes(self, outcome: Outcome) -> bool:
        return outcome in DECIDED and (self.issue.state, DECIDED[outcome]) in TRANSITIONS

    def preview(self, member: Address, at: datetime) -> Preview:
        issues, own = self.office.work.issues, self._publication.pdf_name(self.issue.number)
        editions = [(ref.language, issues.edition(ref.id)) for ref in issues.editions_at(self.issue.id, at)]
        return Preview(
            editions=[_as_draft(language, edition, member) for language, edition in editions],
            attachments=[
                Attachment(own if len(editions) == 1 else f"{language}-{own}", "application/pdf", edition.pdf)
                for language, edition in editions
            ],
            values={"pages": sum(edition.pages for _, edition in editions), "embargo": self.issue.embargo},
        )

    def decided(self, outcome: Outcome) -> None:
        issues, state = self.office.work.issues, advance(self.issue.state, DECIDED[outcome])
        issues.set_state(self.issue.id, state)
        if self.issue.state is State.SCHEDULED:
            issues.set_due(self.issue.id, None)  # a grant that comes back does not bring back its time

    @property
    def _publication(self) -> Publication:
        return self.office.rules.publication(self.issue.publication)
