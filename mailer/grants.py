"""The one way to a grant: whatever discloses something asks here first (law 4).

A grant is bound to a digest of everything that decides what readers get (``model/forms.py``), to the ballot that gave
it, and to the lists that it names. What is asked about is read anew each time, so a change in the store or in the
configuration ends the grant, and the refusal says what has changed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from mailer.compose.forms import issue_forms, shown_forms
from mailer.errors import NotGranted, Refused
from mailer.model.approvals import Ballot, Grant, Outcome, Subject
from mailer.model.criteria import Printed
from mailer.model.editions import DISCLOSED, Translation
from mailer.model.editions import KIND as EDITION
from mailer.model.forms import Forms, differences, digest_of, on_the_web
from mailer.model.issues import Inputs, Issue, State, as_built, changed_inputs, other_versions
from mailer.model.library import SUBJECT as DOCUMENT
from mailer.model.library import Version, to_read
from mailer.model.library import forms_of as document_forms
from mailer.model.lists import BY_COMMAND, ListChange
from mailer.model.policies import outdated
from mailer.model.restorations import Recorded
from mailer.office import Office

AUDITED = 10_000
"""Entries of the audit trail that are looked through for who changed a list."""


def find(office: Office, kind: str, subject_id: int) -> Grant | None:
    """The grant that stands, whether or not it covers the subject as it is now."""
    return office.work.approvals.grant(kind, subject_id)


def require(office: Office, subject: Subject, lists: Iterable[str], at: datetime | None = None) -> Grant:
    """The grant of the subject, as it is now, for these lists. ``at``: when it is to be disclosed; by default now.

    Raises NotGranted, and says what is missing or what differs.
    """
    grant = find(office, subject.kind, subject.id)
    if grant is None:
        raise NotGranted("The board has granted nothing of this: submit it first.")
    grant.require(subject, lists, at or office.now)
    _require_policy(office, _ballot(office, grant))
    return grant


def _ballot(office: Office, grant: Grant) -> Ballot:
    """Raises NotGranted unless the ballot of the grant says the same."""
    ballot = office.work.approvals.ballot(grant.ballot)
    same = ballot is not None and ballot.subject == grant.subject and set(grant.lists) == set(ballot.lists)
    if ballot is None or not same or ballot.outcome is not Outcome.GRANTED:
        raise NotGranted("The grant does not agree with its ballot; see `mailer audit`, and submit it again.")
    return ballot


def _require_policy(office: Office, ballot: Ballot) -> None:
    """Raises NotGranted if the policy has changed, and nothing has gone out by the grant yet."""
    about = office.resources.subjects[ballot.subject.kind](office, ballot.subject.id)
    if not about.takes(Outcome.OBJECTED):
        return
    policy = office.rules.policy_for(about.document, about.publication)
    if changed := outdated(ballot.terms, ballot.board, policy):
        raise NotGranted(
            f"The policy “{policy.key}” has changed since the board was asked: {'; '.join(changed)}. Submit it again; "
            "votes on the same bytes are kept."
        )


# --- issues ---


def forms_of(office: Office, issue: Issue, lists: Iterable[str]) -> Forms:
    """What a grant of the issue for these lists covers, from the bytes that are stored now."""
    editions = {current.language: office.work.issues.edition(current.id) for current in issue.editions}
    return issue_forms(office.rules, issue, editions, lists)


def subject_of(office: Office, issue: Issue, lists: Iterable[str]) -> Subject:
    """The issue as a board is asked about it."""
    forms = forms_of(office, issue, lists)
    return Subject(Issue.KIND, issue.id, digest_of(forms), forms)


def require_issue(office: Office, issue: Issue, lists: Iterable[str], at: datetime | None = None) -> Grant:
    """As ``require``, for an issue."""
    if issue.state is State.SUBMITTED:
        raise NotGranted(
            "The board has not decided yet: this issue is not granted. See who has voted with `mailer status`."
        )
    grant = find(office, Issue.KIND, issue.id)
    if grant is None or not issue.editions:
        raise NotGranted(f"This issue is {issue.state} and has no grant from the board: submit it first.")
    return require(office, subject_of(office, issue, grant.lists), lists, at)


# --- documents of the library ---


def document_subject(office: Office, version: Version) -> tuple[Subject, Printed]:
    """A version as a board is asked about it, from the bytes that are stored now, and its three forms."""
    printed = office.work.library.printed(version.id)
    forms = document_forms(version, printed, office.work.library.source_files(version.id))
    return Subject(DOCUMENT, version.id, digest_of(forms), forms), printed


def require_document(office: Office, version: Version) -> Printed:
    """The bytes of a version that a board has granted. Raises NotGranted as ``require``, and under an embargo."""
    subject, printed = document_subject(office, version)
    require(office, subject, ())
    return printed


def published_document(office: Office, key: str, language: str = "") -> tuple[Version, Printed] | None:
    """The published version of a document with its bytes: that of the closest language, or else of the original.

    None if there is none whose grant stands. ``language``: BCP 47; empty asks for the original.
    """
    for version in to_read(office.work.library.versions(key), language):
        try:
            return version, require_document(office, version)
        except NotGranted:
            continue
    return None


# --- editions in other languages ---


def edition_subject(office: Office, issue: Issue, translation: Translation, lists: Iterable[str]) -> Subject:
    """The edition as a board is asked about it, as it is stored now. There has to be a proof."""
    assert translation.edition is not None
    titled = replace(issue, title=translation.title or issue.title)
    edition = {translation.language: office.work.issues.edition(translation.edition.id)}
    forms = issue_forms(office.rules, titled, edition, lists, translated=True)
    return Subject(EDITION, translation.id, digest_of(forms), forms)


def require_edition(
    office: Office, issue: Issue, translation: Translation, lists: Iterable[str], at: datetime | None = None
) -> Grant:
    """As ``require``, for an edition in another language. What it was made from has to be granted, too."""
    lists = list(lists)
    require_issue(office, issue, lists, at)
    grant = find(office, EDITION, translation.id)
    name = f"The edition of {issue.name} in “{translation.language}”"
    if grant is None or translation.edition is None or translation.state not in DISCLOSED:
        raise NotGranted(f"{name} is {translation.state} and has no grant: submit it first.")
    if not office.work.editions.is_current(translation):
        raise NotGranted(f"{name} was made from an earlier version of the original, which has changed since.")
    return require(office, edition_subject(office, issue, translation, grant.lists), lists, at)


# --- the web ---


def require_shown_issue(office: Office, issue: Issue) -> None:
    """Raises NotGranted unless the board has granted the web versions of the issue's own editions as they are now.

    A change of the sender or of the links in copies ends no grant of these, as they have neither.
    """
    editions = {current.language: office.work.issues.edition(current.id) for current in issue.editions}
    _require_shown(office, Issue.KIND, issue.id, shown_forms(issue, editions))


def require_shown_edition(office: Office, issue: Issue, translation: Translation) -> None:
    """The same for an edition in another language. What it was made from has to be granted, too."""
    require_shown_issue(office, issue)
    name = f"The edition of {issue.name} in “{translation.language}”"
    if translation.edition is None or translation.state not in DISCLOSED:
        raise NotGranted(f"{name} is {translation.state}.")
    if not office.work.editions.is_current(translation):
        raise NotGranted(f"{name} was made from an earlier version of the original, which has changed since.")
    titled = replace(issue, title=translation.title or issue.title)
    edition = {translation.language: office.work.issues.edition(translation.edition.id)}
    _require_shown(office, EDITION, translation.id, shown_forms(titled, edition))


def _require_shown(office: Office, kind: str, subject_id: int, shown: Forms) -> None:
    grant = find(office, kind, subject_id)
    if grant is None:
        raise NotGranted("The board has granted nothing of this.")
    granted = on_the_web(grant.subject.forms)
    if granted != shown:
        what = "; ".join(map(str, differences(granted, shown)))
        raise NotGranted(f"The board approved an earlier version, not this one: {what}.")
    grant.require(grant.subject, (), office.now)  # its parts are those of its digest, and its embargo is over
    _require_policy(office, _ballot(office, grant))


def require_members_agreed(office: Office, grant: Grant) -> None:
    """Raises NotGranted while there are changes of members by a command that nobody has agreed to."""
    if found := Changes(members=tuple(_members(office, grant))):
        raise NotGranted(" ".join(said(found)))


def agree_to_members(office: Office, grant: Grant, name: str) -> None:
    """A person has seen who was added, removed or moved, and sends all the same."""
    if _members(office, grant):
        office.work.approvals.see_lists(grant.id, office.work.lists.versions(grant.lists), office.now)
        office.record("lists agreed to", name, lists=list(grant.lists))


def holds(office: Office, issue: Issue) -> bool:
    """Whether the current editions of the issue are granted, to any list."""
    try:
        require_issue(office, issue, ())
    except Refused:
        return False
    return True


def edition_holds(office: Office, issue: Issue, translation: Translation) -> bool:
    """Whether the edition is granted as it is now, to any list."""
    try:
        require_edition(office, issue, translation, ())
    except Refused:
        return False
    return True


# --- what a person has to agree to before it goes out ---


class Change(NamedTuple):
    """One change of who is on a list."""

    list: str
    """The list's key; empty for somebody who has another address."""
    about: ListChange
    by: str
    """The account at the command line."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What has changed since a board was asked, beyond what its grant covers."""

    inputs: tuple[str, ...] = ()
    """What decides an issue's bytes beside its source. The bytes that were granted go out, not what it makes now."""
    members: tuple[Change, ...] = ()
    """Who was added, removed or moved by a command, and not by their own mail."""

    def __bool__(self) -> bool:
        return bool(self.inputs or self.members)


def changes(office: Office, issue: Issue, grant: Grant) -> Changes:
    """What a person has to agree to before the issue goes to the lists of the grant."""
    return Changes(tuple(inputs_changed(office, issue)), tuple(_members(office, grant)))


def inputs_changed(office: Office, issue: Issue) -> list[str]:
    """What decides the issue's bytes beside its source, and is not what it was when it was built, by name."""
    then = office.work.issues.inputs(issue.id)
    return changed_inputs(then, _inputs(office, issue)) if then else []


def other_versions_of(office: Office, issue: Issue) -> list[str]:
    """The programs that made the issue's bytes, and that this machine has in another version."""
    return other_versions(office.work.issues.inputs(issue.id), _inputs(office, issue))


def _inputs(office: Office, issue: Issue) -> Inputs:
    identity = office.rules.identity_of(issue.publication)
    return office.renderer.inputs(identity, [edition.language for edition in issue.editions])


def _members(office: Office, grant: Grant) -> list[Change]:
    queries = office.work.lists
    found = [(key, one) for key in grant.lists for one in queries.changed_by_command(key, grant.versions.get(key, 0))]
    moved = queries.moved(grant.lists, grant.seen_at)
    if not found and not moved:
        return []
    entries = office.work.audit.newest(AUDITED, since=grant.seen_at)
    actors = {entry.cause: entry.actor for entry in entries}
    by_command = {
        entry.subject: entry.cause
        for entry in entries
        if entry.action == Recorded.CHANGED and entry.cause.startswith(BY_COMMAND)
    }
    found += [("", one._replace(cause=by_command[one.address])) for one in moved if one.address in by_command]
    return [Change(key, one, actors.get(one.cause, "")) for key, one in found]


def knew(office: Office, grant: Grant, contact: int, lists: Iterable[str]) -> bool:
    """Whether a member of these lists is on one of them as the board was asked, or by their own mail since then."""
    theirs = [change for change in _members(office, grant) if change.about.contact == contact]
    moved = any(not change.list for change in theirs)
    return not moved and bool(set(lists) - {change.list for change in theirs})


class Board(NamedTuple):
    """How the board differs from the one that was asked."""

    joined: tuple[str, ...]
    left: tuple[str, ...]

    @property
    def is_same(self) -> bool:
        return not (self.joined or self.left)


def board_since(office: Office, grant: Grant) -> Board:
    """Who has joined or left the board since it was asked."""
    ballot = office.work.approvals.ballot(grant.ballot)
    if ballot is None:
        return Board((), ())
    papers = office.work.approvals.papers(ballot.id)
    about = office.resources.subjects[ballot.subject.kind](office, ballot.subject.id)
    contacts = [member.contact for member in office.work.lists.members(ballot.board)]
    members = {one.id: one.address for one in contacts if about.asks(one, ballot.terms.voters)}
    joined = [address for contact, address in members.items() if contact not in {paper.seat for paper in papers}]
    left = dict.fromkeys(paper.address for paper in papers if paper.stands_for is None and paper.contact not in members)
    return Board(tuple(joined), tuple(left))


def agree(office: Office, issue: Issue, grant: Grant, agreed: Changes) -> None:
    """A person has seen these changes and sends all the same. They are not asked about again.

    Raises Refused if there are others by now.
    """
    if not agreed:
        return
    if changes(office, issue, grant) != agreed:
        raise Refused("More has changed in this moment: look again.")
    if agreed.inputs:
        then = office.work.issues.inputs(issue.id)
        office.work.issues.set_inputs(issue.id, as_built(then, _inputs(office, issue)))
        office.record("sent as granted", issue.name, changed=list(agreed.inputs))
    if agreed.members:
        office.work.approvals.see_lists(grant.id, office.work.lists.versions(grant.lists), office.now)
        kinds = Counter(one.about.change for one in agreed.members)
        office.record("lists agreed to", issue.name, lists=list(grant.lists), **kinds)


def require_agreed(office: Office, issue: Issue, grant: Grant) -> None:
    """Raises NotGranted while there are changes that nobody has agreed to."""
    if found := changes(office, issue, grant):
        raise NotGranted(" ".join(said(found)))


def said(found: Changes) -> list[str]:
    """The changes in sentences, with the option of ``mailer send`` that agrees to them."""
    sentences = []
    if found.inputs:
        verb = "has" if len(found.inputs) == 1 else "have"
        sentences.append(f"{', '.join(found.inputs)} {verb} changed since this issue was built (--as-granted).")
    if found.members:
        sentences.append(f"The lists have changed since the board was asked: {counted_changes(found)} (--as-listed).")
    return sentences


def counted_changes(found: Changes) -> str:
    """How many were added, removed or moved: ``3 added, 1 removed``."""
    kinds = Counter(one.about.change for one in found.members)
    return ", ".join(f"{number} {kind}" for kind, number in sorted(kinds.items()))
