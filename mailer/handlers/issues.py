"""An issue until it goes out: built, edited, cancelled."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from mailer.errors import Refused
from mailer.message import Address
from mailer.model.approvals import Outcome
from mailer.model.issues import (
    TRANSITIONS,
    Edition,
    Event,
    Issue,
    Source,
    State,
    advance,
)
from mailer.office import Decision, Office


def find(office: Office, publication: str, number: int) -> Issue:
    """Raises Refused, and says what to run, where there is no such issue."""
    issue = office.work.issues.issue(office.rules.publication(publication).key, number)
    if issue is None:
        raise Refused(f"Issue {number} of {publication} is not built yet: build it first, with `mailer issue build`.")
    return issue


def build(office: Office, source: Source, edition: Edition, folder: str) -> Issue:
    """Freeze what was rendered. Other bytes than before void a ballot and a grant; the same bytes change nothing."""
    issues = office.work.issues
    issue = issues.issue(source.publication, source.number) or issues.add(source, folder)
    if issue.digest == edition.digest and issue.state not in (State.DRAFT, State.REJECTED):
        issues.freeze(issue, source, edition, office.now)
        return _again(office, issue)
    if (issue.state, Event.RENDER) not in TRANSITIONS:
        issue = edit(office, issue)
    issues.freeze(issue, source, edition, office.now)
    issues.move(issue.id, advance(issue.state, Event.RENDER))
    office.record("built", issue.name, digest=edition.digest, pages=edition.pages)
    return _again(office, issue)


def edit(office: Office, issue: Issue) -> Issue:
    """The source has changed: back to draft, and what the board said of the old bytes no longer holds (A19)."""
    office.work.issues.move(issue.id, advance(issue.state, Event.EDIT))
    if _withdraw(office, issue):
        publication = office.rules.publication(issue.publication)
        values = {"publication": publication.title, "title": issue.title, **_numbers(office, issue)}
        for editor in publication.editors:
            office.write(
                Address.parse(editor),
                "voided",
                values,
                language=office.rules.language,
                once=f"voided {issue.id} {issue.digest}",
            )
    office.record("edited", issue.name, was=issue.state.value)
    return _again(office, issue)


def _numbers(office: Office, issue: Issue) -> dict[str, object]:
    """As people say it, and as it is typed."""
    return {"number": issue.number, "typed": office.rules.typed(issue.publication, issue.number)}


def due(office: Office, now: datetime) -> list[Decision]:
    """Issues that were scheduled for now or earlier and have been edited since: they are drafts again."""
    edited = [issue for issue in office.work.issues.due(now) if office.sources.edited(issue)]
    return [Decision(f"edited: {issue.name}", partial(_edit_unless_changed, issue=issue)) for issue in edited]


def _edit_unless_changed(office: Office, issue: Issue) -> None:
    """``issue`` is what was read before; if it has changed since, this is no longer ours to decide."""
    if office.work.issues.issue_by_id(issue.id) == issue:
        edit(office, issue)


def cancel(office: Office, issue: Issue) -> None:
    """It will not go out; where it is being sent, not to those who still wait, which ``settle`` writes down."""
    office.work.issues.move(issue.id, advance(issue.state, Event.CANCEL))
    office.work.issues.stamp(issue.id, paused_at=None)
    _withdraw(office, issue)
    office.record("cancelled", issue.name, was=issue.state.value)


def _withdraw(office: Office, issue: Issue) -> bool:
    """Take the question, and the answer, back; whether there was either."""
    ballot = office.work.approvals.latest_ballot(Issue.KIND, issue.id)
    if ballot is None or ballot.outcome not in (Outcome.OPEN, Outcome.GRANTED):
        return False
    office.work.approvals.close_ballot(ballot.id, Outcome.WITHDRAWN)
    office.work.approvals.void_grants(Issue.KIND, issue.id, office.now)
    return True


def _again(office: Office, issue: Issue) -> Issue:
    found = office.work.issues.issue_by_id(issue.id)
    assert found is not None
    return found
