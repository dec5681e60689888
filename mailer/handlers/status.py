"""How the office stands, and what needs a person, by mail: when staff ask, and in the daily note to the secretary."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from mailer.approval.facts import BallotFacts
from mailer.inbound.intents import StaffReply
from mailer.message import Address, Inbound
from mailer.model.approvals import Outcome
from mailer.model.inbound import Done, Folder, Result
from mailer.model.issues import STATE_NAMES, State
from mailer.model.need_sentences import sentences
from mailer.model.needs import Need
from mailer.model.outbox import Delivery
from mailer.model.replies import BallotReply
from mailer.model.staff import StaffNotice
from mailer.office import Decision, Office
from mailer.office_status import (
    IssueStatus,
    all_issues,
    all_needs,
    figures,
    members_of_lists,
    running_reviews,
    waiting_ballots,
)
from mailer.phrases import Phrase, phrase
from mailer.staff import answer_unclear, write_to_staff

NOTE_FROM, NOTE_UNTIL = 7, 12
"""The hours of the office's day between which the daily note is written."""

REPEATED = timedelta(days=7)
"""After how long the note is written again although it says the same."""

NOTE = "needs"
"""The kind of the daily note."""


def tell_staff(office: Office, staff: Address, in_reply_to: str, authentic: bool) -> Result:
    """Send the office's status to a member of the staff who asks, at the enrolled address.

    Anybody can ask in their name: what is not proven to be theirs is answered once an hour.
    """
    found = figures(office.work, office.now)
    issues = all_issues(office, found)
    needs = all_needs(office, found, issues, at_work=True, undecided=timedelta())
    values = {
        "lists": [(rules.title, members) for rules, members in members_of_lists(office)],
        "reviews": [(one.title, one.tally.answered, one.tally.entries, one.ends_at) for one in running_reviews(office)],
        "issues": [_told(one) for one in issues if one.issue.state not in (State.SENT, State.CANCELLED)],
        "refused": [_refusal(one, reply) for one in waiting_ballots(office) for reply in one.refused],
        "queued": found.service_mail[Delivery.QUEUED] + found.service_mail[Delivery.DEFERRED],
        "needs": _sentences(office, needs),
        **office.work.audit.head().values,
    }
    once = "" if authentic else f"office-status {office.now:%Y-%m-%d %H}"
    sent = office.write(
        staff, "office-status", values, language=office.rules.language, in_reply_to=in_reply_to, once=once
    )
    return Result(Done.OFFICE_STATUS_SENT if sent else Done.STATUS_SENT_THIS_HOUR)


def _refusal(one: BallotFacts, reply: BallotReply) -> Phrase:
    """A reply that was not counted, and why."""
    return phrase(
        "%(member)s's reply of %(time)s on %(heading)s was not counted: %(reason)s",
        member=one.member(reply.paper),
        time=reply.received_at,
        heading=one.heading,
        reason=reply.reason or reply.outcome.value,
    )


def _told(one: IssueStatus) -> dict[str, object]:
    ballot = one.ballot
    return {
        "name": one.issue.name,
        "title": one.issue.title,
        "state": STATE_NAMES[one.issue.state],
        "due": one.due_at,
        "counted": ballot.tally.approvals if ballot else 0,
        "needed": ballot.tally.needed if ballot else 0,
        "missing": list(ballot.missing) if ballot else [],
        "deadline": ballot.deadline if ballot and ballot.outcome is Outcome.OPEN else None,
    }


def _sentences(office: Office, needs: Sequence[Need]) -> list[Phrase]:
    issues = [need.issue for need in needs if need.issue is not None]
    when = {issue.id: issue.due_at for issue in issues if issue.due_at}
    return list(sentences(office.rules, needs, Folder.ATTENTION.value, when))


def due(office: Office, now: datetime) -> list[Decision]:
    """The daily note to the secretary, if something needs a person.

    What the last note said is not said again for a week.
    """
    if not NOTE_FROM <= now.astimezone(office.rules.timezone).hour < NOTE_UNTIL:
        return []
    last = next(reversed(office.work.staff.about(NOTE, 0)), None)
    if last is not None and last.created_at.date() == now.date():
        return []
    found = figures(office.work, now)
    needs = all_needs(office, found, all_issues(office, found), at_work=True)
    said = _sentences(office, needs)
    state = hashlib.sha256("\n".join(said).encode()).hexdigest()
    if not needs or (last is not None and last.state == state and now - last.created_at < REPEATED):
        return []
    return [Decision("the daily note", partial(_write_note, said=said, state=state))]


def state_of_note(office: Office, notice: StaffNotice) -> str:
    """What the newest daily note says."""
    last = next(reversed(office.work.staff.about(NOTE, 0)), None)
    return last.state if last else ""


def answer_note(office: Office, mail: Inbound, reply: StaffReply, notice: StaffNotice) -> Result:
    """Nothing is decided by answering the note, and whoever tries is told so."""
    reason = phrase("the daily note takes no answer; write “status” for more")
    return answer_unclear(office, notice, mail, reason, again=False)


def _write_note(office: Office, said: Sequence[Phrase], state: str) -> None:
    once = f"needs {office.today}"
    write_to_staff(
        office,
        office.rules.secretary,
        "needs",
        {"needs": said, **office.work.audit.head().values},
        kind=NOTE,
        subject=0,
        state=state,
        once=once,
    )
