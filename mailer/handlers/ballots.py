"""The life of a ballot: reminders, more time, an early end, a new start, a vote that is entered by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from mailer.approval.ballots import acting, ask_newcomers, newcomers, pass_on, withdraw_ballot
from mailer.approval.conclusions import (
    apply_vote,
    as_it_stands,
    close_as_it_stands,
    conclude,
    count_votes,
    subject_of,
    tell_editors,
    would_grant,
)
from mailer.approval.facts import BallotFacts, facts, reminders, silent
from mailer.approval.requests import Question, cause_of, tell_member, tell_members, tell_standing
from mailer.errors import Refused
from mailer.inbound.ballot_wishes import Verb, Wish, read_wish
from mailer.inbound.intents import StaffReply
from mailer.message import Inbound, clean
from mailer.model.approvals import CHOICES, Ballot, Choice, Outcome, Paper
from mailer.model.failures import LEFT
from mailer.model.inbound import Done, Result
from mailer.model.reminders import is_due
from mailer.model.replies import BallotReply, ReplyOutcome
from mailer.model.staff import StaffNotice
from mailer.model.working_days import Span
from mailer.office import Decision, Office
from mailer.phrases import Phrase, phrase
from mailer.staff import answer_unclear

NOTE = 2_000
"""Characters of what an editor adds for the board."""


# --- finding one, and showing it ---


def find(office: Office, number: int | None, *, ended: bool = False) -> Ballot:
    """The ballot with this number, or the only one that waits. Raises Refused, with those that there are.

    ``ended``: the newest one of all if none waits.
    """
    if number is not None:
        ballot = office.work.approvals.ballot(number)
        if ballot is None:
            raise Refused(f"There is no ballot {number}: `mailer ballot ls --all` lists them.")
        return ballot
    found = office.work.approvals.waiting_ballots()
    if len(found) == 1:
        return found[0]
    if not found and ended and (every := office.work.approvals.all_ballots()):
        return max(every, key=lambda ballot: ballot.id)
    if not found:
        raise Refused("No ballot is open: name one of those that `mailer ballot ls --all` lists.")
    raise Refused(f"{len(found)} ballots are open: name one of them ({_named(office, found)}).")


def _named(office: Office, ballots: Sequence[Ballot]) -> str:
    return ", ".join(f"{ballot.id} is {subject_of(office, ballot).heading}" for ballot in ballots)


def latest(office: Office, kind: str, subject_id: int, heading: str) -> Ballot:
    """The newest ballot about a subject. Raises Refused if no board was asked about it."""
    ballot = office.work.approvals.latest_ballot(kind, subject_id)
    if ballot is None:
        raise Refused(f"No board was asked about {heading} yet.")
    return ballot


def listed(office: Office, every: bool) -> list[BallotFacts]:
    """The ballots that wait for votes or for a decision, or all of them, the newest first."""
    approvals = office.work.approvals
    found = approvals.all_ballots() if every else approvals.waiting_ballots()
    return [facts(office, ballot) for ballot in sorted(found, key=lambda ballot: -ballot.id)]


# --- reminders and newcomers, when their time has come ---


def due(office: Office, now: datetime) -> list[Decision]:
    """Open ballots whose board has somebody new or has lost somebody, or whose next reminder is due."""
    decisions = []
    for ballot in office.work.approvals.open_ballots():
        if _to_former_members(office, ballot):
            decisions.append(Decision(f"former members, ballot {ballot.id}", partial(_recall, ballot_id=ballot.id)))
        if newcomers(office, ballot):
            decisions.append(Decision(f"new members, ballot {ballot.id}", partial(_ask_newcomers, ballot_id=ballot.id)))
        if now <= ballot.deadline and is_due(reminders(office, ballot), ballot.reminded_at, now):
            decisions.append(Decision(f"reminder, ballot {ballot.id}", partial(_remind, ballot_id=ballot.id)))
    return decisions


def _to_former_members(office: Office, ballot: Ballot) -> list[int]:
    """Mails about the ballot that wait for those who are no longer on the board, or no longer at that address."""
    outbox, papers = office.work.outbox, office.work.approvals.papers(ballot.id)
    return [row for paper in papers if not paper.on_board for row in outbox.waiting_about(cause_of(paper, "").rstrip())]


def _recall(office: Office, ballot_id: int) -> None:
    """A draft that has no grant goes to nobody but the board (law 4)."""
    ballot = office.work.approvals.ballot(ballot_id)
    if ballot is not None:
        rows = _to_former_members(office, ballot)
        office.work.outbox.suppress(dict.fromkeys(rows, str(LEFT)), office.now)


def _ask_newcomers(office: Office, ballot_id: int) -> None:
    ballot = office.work.approvals.ballot(ballot_id)
    if ballot is not None and ballot.outcome is Outcome.OPEN:
        ask_newcomers(office, ballot)


def _remind(office: Office, ballot_id: int) -> None:
    """The ballot was read earlier; if the same reminder was sent since, this does nothing."""
    ballot = office.work.approvals.ballot(ballot_id)
    if ballot is None or ballot.outcome is not Outcome.OPEN:
        return
    if is_due(reminders(office, ballot), ballot.reminded_at, office.now):
        remind(office, ballot)


def remind(office: Office, ballot: Ballot, note: str = "") -> list[str]:
    """Ask those who have not voted once more; their names. Raises Refused if nobody can vote on it."""
    require_open(ballot)
    about, missing = subject_of(office, ballot), silent(office, ballot)
    for paper in missing:
        question = Question(ballot, paper, about)
        attachments = about.preview(question.member, ballot.opened_at).attachments
        values = {"asked": paper.asked_at, **_said(office, note)}
        tell_member(office, question, "reminder", values, f"{office.now.isoformat()}", attachments)
    office.work.approvals.reminded(ballot.id, office.now)
    office.record("reminded", about.name, members=[paper.address for paper in missing], **_noted(note))
    return [paper.name for paper in missing]


def require_open(ballot: Ballot) -> None:
    """Raises Refused unless it can be voted on."""
    if ballot.outcome is not Outcome.OPEN:
        raise Refused(f"Ballot {ballot.id} is {ballot.outcome}, so nobody can vote on it: {AFTER[ballot.outcome]}.")


AFTER: Mapping[Outcome, str] = {
    Outcome.GRANTED: "the votes were enough; to stop it, use `mailer ballot withdraw`",
    Outcome.OBJECTED: "who objected can take that back by a reply; or change its subject, and submit it again",
    Outcome.LAPSED: "give it a new deadline with `mailer ballot reopen`",
    Outcome.UNDECIDED: "give it a new deadline with `mailer ballot extend`, or end it with `mailer ballot close`",
    Outcome.WITHDRAWN: "if its subject is still the same, `mailer ballot reopen` opens it again",
    Outcome.CANCELLED: "its subject was cancelled",
}
"""What can be done with a ballot that is not open."""


# --- more time, and an early end ---


def later(office: Office, ballot: Ballot, span: Span) -> datetime:
    """The deadline that an extension by ``span`` gives."""
    return office.rules.calendar.after(max(ballot.deadline, office.now), span)


def require_extendable(office: Office, ballot: Ballot, deadline: datetime) -> None:
    """Raises Refused if nobody can vote on it any more, or if the deadline would not be later."""
    if ballot.outcome is not Outcome.UNDECIDED:
        require_open(ballot)
    if deadline <= max(ballot.deadline, office.now):
        raise Refused(f"The deadline of ballot {ballot.id} is later already, or that time is over: name a later one.")


def extend(office: Office, ballot: Ballot, deadline: datetime, note: str = "") -> None:
    """Give the board more time, and tell it. Raises Refused as ``require_extendable``."""
    require_extendable(office, ballot, deadline)
    office.work.approvals.extend_ballot(ballot.id, deadline)
    given = _current(office, ballot)
    tell_standing(office, given, "extended", _said(office, note))
    office.record("extended", subject_of(office, ballot).name, until=deadline.isoformat(), **_noted(note))


def closing(office: Office, ballot: Ballot) -> Outcome:
    """How ``close`` would end it. Raises Refused if it has ended."""
    if ballot.outcome is not Outcome.UNDECIDED:
        require_open(ballot)
    return as_it_stands(office, ballot)


def close(office: Office, ballot: Ballot, note: str = "") -> Outcome:
    """End the ballot as it stands: without enough votes it is not granted, and silence is no consent.

    Raises Refused if it has ended.
    """
    closing(office, ballot)
    waiting = {paper.id for paper in silent(office, ballot)}
    outcome = close_as_it_stands(office, ballot)
    values = {"granted": outcome is Outcome.GRANTED, **_said(office, note)}
    tell_members(office, ballot, "closed", lambda question: values, only=waiting)
    office.record("closed", subject_of(office, ballot).name, outcome=outcome.value, **_noted(note))
    return outcome


def reopen(office: Office, ballot: Ballot, deadline: datetime, note: str = "") -> Outcome:
    """Open a ballot that has ended once more; how it stands then, because votes that came late count now.

    Raises Refused as ``require_reopenable``.
    """
    require_reopenable(office, ballot, deadline)
    office.work.approvals.extend_ballot(ballot.id, deadline)
    subject_of(office, ballot).decided(Outcome.OPEN)
    given = _current(office, ballot)
    ask_newcomers(office, given)
    tell_standing(office, given, "reopened", _said(office, note))
    office.record("reopened", subject_of(office, given).name, until=deadline.isoformat(), **_noted(note))
    return conclude(office, given, subject_of(office, given), count_votes(office, given), office.now)


def require_escalatable(office: Office, ballot: Ballot) -> str:
    """The title of the board that would be asked. Raises Refused if none is named, or if the ballot has ended."""
    if ballot.outcome is not Outcome.UNDECIDED:
        require_open(ballot)
    if not ballot.terms.escalate_to:
        raise Refused(f"The policy of ballot {ballot.id} ({ballot.policy}) names no other board (escalate_to).")
    return office.rules.list_rules(ballot.terms.escalate_to).title


def escalate(office: Office, ballot: Ballot) -> Ballot:
    """Ask the board that the policy names next, now; the ballot there.

    Raises Refused as ``require_escalatable``, or if that board is too small for the rule.
    """
    require_escalatable(office, ballot)
    return pass_on(office, ballot, subject_of(office, ballot))


def require_reopenable(office: Office, ballot: Ballot, deadline: datetime) -> None:
    """Raises Refused unless the ballot has ended without a grant and can be voted on until ``deadline``."""
    if ballot.outcome is Outcome.OPEN:
        raise Refused(f"Ballot {ballot.id} is open already: give more time with `mailer ballot extend`.")
    if not ballot.may_end(Outcome.OPEN) or ballot.outcome is Outcome.GRANTED:
        raise Refused(f"Ballot {ballot.id} is {ballot.outcome} and cannot be reopened: {AFTER[ballot.outcome]}.")
    if deadline <= office.now:
        raise Refused("The new deadline has passed already: name a later one.")
    _require_same(office, ballot, Outcome.OPEN, "reopened")
    count = count_votes(office, replace(ballot, deadline=deadline))
    if count.rejected:
        against = {vote.paper for vote in count.votes.values() if vote.choice is Choice.OBJECT}
        who = " and ".join(paper.name for paper in office.work.approvals.papers(ballot.id) if paper.id in against)
        raise Refused(
            f"{who} objected to exactly this version: they can take that back by a reply to the request; or it has to "
            "change, and to be submitted again."
        )


def _require_same(office: Office, ballot: Ballot, outcome: Outcome, done: str) -> None:
    """Raises Refused unless it is the latest ballot about its subject, which is as it was, and takes the outcome."""
    about, subject = subject_of(office, ballot), ballot.subject
    newest = office.work.approvals.latest_ballot(subject.kind, subject.id)
    if newest is not None and newest.id != ballot.id:
        raise Refused(f"{about.heading} has another ballot by now, {newest.id}.")
    if about.digest != subject.digest:
        raise Refused(f"{about.heading} has changed since the board was asked: submit it again.")
    if not about.takes(outcome):
        raise Refused(f"Ballot {ballot.id} cannot be {done}: {about.closed or 'its subject has changed'}.")


def withdraw(office: Office, ballot: Ballot, note: str = "") -> None:
    """Ask the board no longer, end the grant, and tell the board.

    Raises Refused as ``require_withdrawable``.
    """
    require_withdrawable(office, ballot)
    withdraw_ballot(office, ballot, _said(office, note))
    office.record("withdrawn", subject_of(office, ballot).name, was=ballot.outcome.value, **_noted(note))


def require_withdrawable(office: Office, ballot: Ballot) -> None:
    """Raises Refused if it was withdrawn, or if its subject has gone out or is another one by now."""
    if not ballot.may_end(Outcome.WITHDRAWN):
        raise Refused(f"Ballot {ballot.id} is {ballot.outcome} already.")
    _require_same(office, ballot, Outcome.WITHDRAWN, "withdrawn")


# --- a vote that is entered by hand ---


def voter(office: Office, ballot: Ballot, member: str) -> Paper:
    """The paper of a member, named by address or name. Raises Refused if there is none, or several."""
    wanted = member.strip().casefold()
    papers = [paper for paper in office.work.approvals.papers(ballot.id) if paper.asked]
    found = [paper for paper in papers if wanted in (paper.address.casefold(), paper.name.casefold())]
    if len(found) != 1:
        who = ", ".join(paper.address for paper in papers)
        what = "No member who is asked is called" if not found else "More than one member is called"
        raise Refused(f"{what} “{member}”; asked are: {who}.")
    return found[0]


def require_enterable(office: Office, ballot: Ballot, paper: Paper, choice: Choice) -> None:
    """Raises Refused unless the policy lets a person enter this vote."""
    require_open(ballot)
    if not ballot.terms.by_hand:
        raise Refused(
            f"The policy of ballot {ballot.id} ({ballot.policy}) does not allow votes that are entered by hand: only a "
            "reply of the member counts (by_hand in the configuration, for ballots that are opened then)."
        )
    if office.now > ballot.deadline:
        raise Refused(f"The deadline of ballot {ballot.id} has passed.")
    papers = office.work.approvals.papers(ballot.id)
    seat = {other.id: other.name for other in papers if other.asked and other.seat == paper.seat}
    own = [vote for vote in office.work.approvals.votes(ballot.id) if vote.paper in seat and not vote.by_hand]
    if own:
        who, choice_made = seat[own[-1].paper], own[-1].choice
        raise Refused(f"{who} has voted by mail ({choice_made}): only their own reply changes that.")
    if would_grant(office, ballot, paper, choice):
        raise Refused(
            f"This would be the last vote that the grant needs, and that one must come from a member: ask {paper.name} "
            "or another one for a reply."
        )


def enter(office: Office, ballot: Ballot, paper: Paper, choice: Choice, because: str) -> Outcome:
    """Record a vote that came by another way, and tell the member and the whole board; how the ballot stands then.

    Raises Refused if the policy does not allow it, or if it would make the grant.
    """
    require_enterable(office, ballot, paper, choice)
    about, because = subject_of(office, ballot), clean(because, NOTE)
    reply = BallotReply(
        0,
        paper.id,
        office.now,
        "",
        office.actor,
        choice,
        ReplyOutcome.COUNTED,
        comment=because,
        how=f"entered by hand: {because}",
    )
    reply_id = office.work.approvals.add_reply(reply)
    vote = office.work.approvals.add_vote(paper.id, choice, because, office.now, "", reply=reply_id, by_hand=True)
    office.record("entered a vote", about.name, member=paper.address, choice=choice.value, because=because)
    said = {"voter": paper.name, "choice": CHOICES[choice], "because": because, "by": acting(office)}

    def values(question: Question) -> dict[str, object]:
        return {"own": question.paper.seat == paper.seat, **said}

    tell_members(office, ballot, "entered", values, once=f"{reply_id}")
    return apply_vote(office, ballot, about, paper, vote).outcome


# --- what editors answer to a notice ---


def state(office: Office, notice: StaffNotice) -> str:
    """How the ballot stands, which an answer to its notice depends on; another deadline matters to ``extend`` alone."""
    ballot = office.work.approvals.ballot(notice.subject)
    if ballot is None:
        return ""
    return notice.state if notice.state.partition(" ")[0] == ballot.outcome.value else ballot.state


def answer(office: Office, mail: Inbound, reply: StaffReply, notice: StaffNotice) -> Result:
    """Do what an editor's answer to a notice of a ballot says in its first line."""
    ballot, wish = office.work.approvals.ballot(notice.subject), read_wish(reply.first)
    if wish is None or ballot is None:
        reason = phrase("its first line is none of “remind”, “extend 2 days” and “withdraw”")
        return answer_unclear(office, notice, mail, reason)
    if wish.verb is Verb.EXTEND and notice.state != ballot.state:  # its deadline was moved: they add to another one
        return answer_unclear(office, notice, mail, phrase("what it is about has changed since"), again=False)
    try:
        done = _ACTS[wish.verb](office, ballot, wish, _below(reply))
    except Refused as fault:
        return answer_unclear(office, notice, mail, phrase("%(fault)s", fault=str(fault).rstrip(".")))
    given, words = _current(office, ballot), {"done": done}
    about, once = subject_of(office, given), f"ballot-done {notice.id}"
    tell_editors(office, given, about, "ballot-done", words, to=[notice.to], once=once, in_reply_to=mail.message_id)
    return Result(Done.BALLOT_ANSWERED, {"ballot": ballot.id, "word": wish.verb, "addressee": notice.addressee})


def _below(reply: StaffReply) -> str:
    """What the editor wrote below the first line."""
    lines = reply.text.strip().split("\n")[1:]
    return "\n".join(lines).strip()[:NOTE]


def _answer_remind(office: Office, ballot: Ballot, wish: Wish, note: str) -> Phrase:
    asked = remind(office, ballot, note)
    if not asked:
        return phrase("Everybody has voted; nobody was reminded.")
    return phrase("Reminded: %(members)s.", members=", ".join(asked))


def _answer_extend(office: Office, ballot: Ballot, wish: Wish, note: str) -> Phrase:
    assert wish.span is not None
    deadline = later(office, ballot, wish.span)
    if ballot.outcome is Outcome.LAPSED:
        reopen(office, ballot, deadline, note)
    else:
        extend(office, ballot, deadline, note)
    return phrase("The board can vote until %(deadline)s, and was told.", deadline=deadline)


def _answer_withdraw(office: Office, ballot: Ballot, wish: Wish, note: str) -> Phrase:
    withdraw(office, ballot, note)
    return phrase("It is withdrawn, and the board was told. It stays as it was built.")


_ACTS = {Verb.REMIND: _answer_remind, Verb.EXTEND: _answer_extend, Verb.WITHDRAW: _answer_withdraw}


def _current(office: Office, ballot: Ballot) -> Ballot:
    found = office.work.approvals.ballot(ballot.id)
    assert found is not None
    return found


def _said(office: Office, note: str) -> dict[str, object]:
    return {"note": note.strip()[:NOTE], "by": acting(office)}


def _noted(note: str) -> dict[str, object]:
    return {"note": note.strip()[:NOTE]} if note.strip() else {}
