"""Building, editing, releasing and finishing an issue."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from mailer.approvals.model import Outcome
from mailer.desk import Desk
from mailer.errors import Refused
from mailer.issues.model import (
    TRANSITIONS,
    Again,
    Edition,
    Event,
    Issue,
    Source,
    State,
    advance,
    require_grant,
    times_of_start,
    too_late,
)
from mailer.issues.summary import summarise
from mailer.message import Address
from mailer.outbox.model import Delivery


def find(desk: Desk, publication: str, number: int) -> Issue:
    """Raises Refused, and says what to run, where there is no such issue."""
    issue = desk.work.issues.issue(desk.rules.publication(publication).key, number)
    if issue is None:
        raise Refused(f"Issue {number} of {publication} is not built yet: build it first, with `mailer issue build`.")
    return issue


def build(desk: Desk, source: Source, edition: Edition, folder: str) -> Issue:
    """Freeze what was rendered. Other bytes than before void a ballot and a grant; the same bytes change nothing."""
    issues = desk.work.issues
    issue = issues.issue(source.publication, source.number) or issues.add(source, folder)
    if issue.digest == edition.digest and issue.state not in (State.DRAFT, State.REJECTED):
        issues.freeze(issue, source, edition, desk.now)
        return _again(desk, issue)
    if (issue.state, Event.RENDER) not in TRANSITIONS:
        issue = edit(desk, issue)
    issues.freeze(issue, source, edition, desk.now)
    issues.move(issue.id, advance(issue.state, Event.RENDER))
    desk.record("built", issue.name, digest=edition.digest, pages=edition.pages)
    return _again(desk, issue)


def edit(desk: Desk, issue: Issue) -> Issue:
    """The source has changed: back to draft, and what the board said of the old bytes no longer holds (A19)."""
    desk.work.issues.move(issue.id, advance(issue.state, Event.EDIT))
    if _withdraw(desk, issue):
        publication = desk.rules.publication(issue.publication)
        values = {"publication": publication.title, "title": issue.title, **_numbers(desk, issue)}
        for editor in publication.editors:
            desk.write(Address.parse(editor), "voided", values, once=f"voided {issue.id} {issue.digest}")
    desk.record("edited", issue.name, was=issue.state.value)
    return _again(desk, issue)


def _numbers(desk: Desk, issue: Issue) -> dict[str, object]:
    """As people say it, and as it is typed."""
    return {"number": issue.number, "typed": desk.rules.typed(issue.publication, issue.number)}


def cancel(desk: Desk, issue: Issue) -> None:
    """It will not go out; where it is being sent, not to those who still wait, which ``settle`` writes down."""
    desk.work.issues.move(issue.id, advance(issue.state, Event.CANCEL))
    desk.work.issues.stamp(issue.id, paused_at=None)
    _withdraw(desk, issue)
    desk.record("cancelled", issue.name, was=issue.state.value)


def _withdraw(desk: Desk, issue: Issue) -> bool:
    """Take the question, and the answer, back; whether there was either."""
    ballot = desk.work.approvals.latest_ballot(issue.id)
    if ballot is None or ballot.outcome not in (Outcome.OPEN, Outcome.GRANTED):
        return False
    desk.work.approvals.close_ballot(ballot.id, Outcome.WITHDRAWN)
    desk.work.approvals.void_grants(issue.id, desk.now)
    return True


def outstanding(desk: Desk, issue: Issue, only: Sequence[str] = ()) -> list[str]:
    """The lists that the issue has still to go to; ``only`` narrows them. Raises Refused for a list not its own."""
    publication = desk.rules.publication(issue.publication)
    if strange := sorted(set(only) - set(publication.lists)):
        raise Refused(f"{publication.title} does not go to {', '.join(strange)}: only {', '.join(publication.lists)}.")
    return [key for key in (only or publication.lists) if key not in issue.lists]


def schedule(desk: Desk, issue: Issue, due_at: datetime) -> None:
    """Let the daemon start it at ``due_at``."""
    require_grant(issue, desk.work.approvals.grant(issue.id), outstanding(desk, issue))
    desk.work.issues.move(issue.id, advance(issue.state, Event.SCHEDULE))
    desk.work.issues.stamp(issue.id, due_at=due_at)
    desk.record("scheduled", issue.name, due=due_at.isoformat())


def start(desk: Desk, issue: Issue, lists: Sequence[str]) -> int:
    """Write a delivery row for every member of ``lists``, in one set operation; how many there are.

    The grant is asked for here, where mail is made, and nowhere else (law 4).
    """
    require_grant(issue, desk.work.approvals.grant(issue.id), lists)
    desk.work.issues.move(issue.id, advance(issue.state, Event.START))
    desk.work.issues.add_lists(issue, lists)
    desk.work.issues.stamp(issue.id, **times_of_start(issue, Again.LISTS, desk.now))
    rows = _write_copies(desk, issue, lists)
    desk.record("sending started", issue.name, lists=list(lists), deliveries=rows)
    return rows


def send_to_newcomers(desk: Desk, issue: Issue) -> int:
    """Write a delivery row for who joined the issue's lists since its rows were written; how many there are."""
    _start_again(desk, issue, Again.NEWCOMERS)
    rows = _write_copies(desk, issue, issue.lists)
    desk.record("sent to newcomers", issue.name, deliveries=rows)
    return rows


def resend_failed(desk: Desk, issue: Issue) -> int:
    """Queue what failed once more, under the same Message-ID, for those whom mail may still go to; how many mails."""
    _start_again(desk, issue, Again.FAILED)
    rows = desk.work.deliveries.requeue_failed(issue.id, issue.lists, desk.now)
    desk.hand_out()
    desk.record("failed sent again", issue.name, deliveries=rows)
    return rows


def _start_again(desk: Desk, issue: Issue, again: Again) -> None:
    """An issue that has gone out, or still does, goes to more people of the lists that it was granted for."""
    if issue.state not in (State.SENDING, State.SENT):
        raise Refused(f"Issue {issue.number} is {issue.state}: it has not gone out yet, so there is nothing to add to.")
    require_grant(issue, desk.work.approvals.grant(issue.id), issue.lists)
    desk.work.issues.move(issue.id, advance(issue.state, Event.START))
    desk.work.issues.stamp(issue.id, **times_of_start(issue, again, desk.now))


def _write_copies(desk: Desk, issue: Issue, lists: Sequence[str]) -> int:
    left = f"<{issue.publication}-{issue.number}."
    right = f".{(issue.digest or '')[:12]}@{desk.rules.address.domain}>"
    alike = None if desk.rules.publication(issue.publication).personal else desk.rules.format
    rows = desk.work.outbox.add_issue(issue.id, lists, left, right, desk.now, alike)
    desk.hand_out()
    return rows


def release(desk: Desk, issue: Issue, edited: bool) -> None:
    """A scheduled issue's time has come: it goes to those lists that it was approved for, or back to draft if edited.

    Where its time passed too long ago, a person is asked first.

    ``issue`` is what was read before; where it has changed since, this is not for us to decide any more.
    """
    if desk.work.issues.issue_by_id(issue.id) != issue:
        return
    if edited:
        edit(desk, issue)
        return
    if issue.due_at and too_late(issue.due_at, desk.now, desk.rules.grace):
        _miss(desk, issue, issue.due_at)
        return
    grant = desk.work.approvals.grant(issue.id)
    start(desk, issue, [key for key in outstanding(desk, issue) if grant is None or key in grant.lists])


def _miss(desk: Desk, issue: Issue, due_at: datetime) -> None:
    """Its time has passed unseen: it stays approved, and the secretary is asked what now."""
    desk.work.issues.move(issue.id, advance(issue.state, Event.MISS))
    desk.record("missed", issue.name, due=due_at.isoformat())
    values = {
        "publication": desk.rules.publication(issue.publication).title,
        "title": issue.title,
        "due": desk.rules.when(due_at),
        "now": desk.rules.when(desk.now),
        **_numbers(desk, issue),
    }
    desk.tell_secretary("missed", values, once=f"missed {issue.id} {due_at.isoformat()}")


def pause(desk: Desk, issue: Issue) -> bool:
    """Take no more copies of it until ``resume``; False where it is paused already."""
    if issue.state is not State.SENDING:
        raise Refused(f"Issue {issue.number} is {issue.state}: there is nothing to pause.")
    if issue.paused_at:
        return False
    desk.work.issues.stamp(issue.id, paused_at=desk.now)
    desk.record("paused", issue.name)
    return True


def resume(desk: Desk, issue: Issue) -> bool:
    """Let it go on; False where it is not paused."""
    if not issue.paused_at:
        return False
    desk.work.issues.stamp(issue.id, paused_at=None)
    desk.hand_out()
    desk.record("resumed", issue.name, paused=issue.paused_at.isoformat())
    return True


def settle(desk: Desk) -> list[Issue]:
    """Finish the issues with nothing left to send, and tell the secretary how each went.

    For who sends alone: what waits of a cancelled issue is given up here, where no ledger has it in hand.
    """
    at_work = desk.work.issues.in_state(State.SENDING, State.CANCELLED)
    begun = [issue for issue in at_work if issue.started_at and not issue.finished_at]
    for issue in begun:
        if issue.state is State.CANCELLED:
            desk.work.deliveries.give_up(issue.id, "cancelled before it was sent", desk.now)
    unresolved = desk.work.outbox.unresolved_issues()
    finished = [issue for issue in begun if issue.id not in unresolved]
    for issue in finished:
        if issue.state is State.SENDING:
            desk.work.issues.move(issue.id, advance(issue.state, Event.SETTLE))
        desk.work.issues.stamp(issue.id, finished_at=desk.now)
        counts = desk.work.outbox.counts(issue.id)
        desk.record("sent", issue.name, **{state.value: counts[state] for state in Delivery if counts[state]})
        summarise(desk, issue)
    return finished


def _again(desk: Desk, issue: Issue) -> Issue:
    found = desk.work.issues.issue_by_id(issue.id)
    assert found is not None
    return found
