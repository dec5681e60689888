"""Members of a board who are away, and the substitutes who are asked in their place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from mailer.approval.conclusions import count_votes, subject_of
from mailer.approval.requests import Question, ask
from mailer.contacts import contact_of
from mailer.errors import Refused
from mailer.inbound.answers import Answer, read_decision
from mailer.inbound.intents import AutoReply, StaffReply
from mailer.inbound.reply import text_for_people
from mailer.message import Address, Inbound, clean
from mailer.model.absences import KIND, Absence
from mailer.model.approvals import Ballot, Excused, Outcome, Paper
from mailer.model.authorship import is_author
from mailer.model.inbound import Done, Folder, Result
from mailer.model.lists import Contact, Details, Standing
from mailer.model.staff import StaffNotice
from mailer.office import Decision, Office
from mailer.phrases import phrase
from mailer.staff import answer_unclear, write_to_staff
from mailer.tokens import Purpose, find_tokens, redact_tokens

_SHOWN = 500
"""Characters of an automatic reply that are kept and shown."""


# --- who is away ---


def check_away(office: Office, spec: str, until: datetime) -> Contact:
    """The member of a board who is to be away. Raises Refused for anybody else, and for a time that has passed."""
    contact = _member(office, spec)
    if until <= office.now:
        raise Refused("That time has passed already: name a later day.")
    return contact


def away(office: Office, spec: str, until: datetime) -> Contact:
    """Note that a member of a board is away; a daemon asks their substitutes. Raises Refused as ``check_away``."""
    contact = check_away(office, spec, until)
    office.work.absences.save(Absence(contact.id, office.now, until, office.actor))
    office.record("away", f"contact {contact.id}", member=contact.address, until=until.isoformat())
    return contact


def check_back(office: Office, spec: str) -> Contact:
    """The contact whose absence is known. Raises Refused if none is."""
    contact = contact_of(office, spec)
    if office.work.absences.of(contact.id) is None:
        raise Refused(f"{contact.address} is not away, as far as we know: `mailer member away` lists who is.")
    return contact


def back(office: Office, spec: str) -> Contact:
    """Note that a member is not away any more. Raises Refused as ``check_back``."""
    contact = check_back(office, spec)
    office.work.absences.end(contact.id)
    office.record("back", f"contact {contact.id}", member=contact.address)
    return contact


def _member(office: Office, spec: str) -> Contact:
    contact = contact_of(office, spec)
    if not any(office.work.lists.standing(board, contact.id) is Standing.ACTIVE for board in office.rules.boards):
        boards = ", ".join(office.rules.boards)
        raise Refused(f"{contact.address} is on no board ({boards}), so nobody waits for a vote of theirs.")
    return contact


@dataclass(frozen=True, slots=True)
class Away:
    """A member who is away."""

    contact: Contact
    absence: Absence
    substitutes: tuple[str, ...]
    """Those whom the policies name."""


def absences(office: Office) -> list[Away]:
    """Who is away now, or may be, as an automatic reply to an open ballot says."""
    opened = [ballot.opened_at for ballot in office.work.approvals.open_ballots()]
    since = min(opened, default=office.now)
    known = [absence for absence in office.work.absences.all() if absence.holds(office.now, since)]
    return [Away(contact, absence, named(office, contact)) for contact, absence in _with_contacts(office, known)]


def _with_contacts(office: Office, known: list[Absence]) -> Iterator[tuple[Contact, Absence]]:
    for absence in known:
        contact = office.work.lists.contact(absence.contact)
        if contact is not None:
            yield contact, absence


def named(office: Office, contact: Contact) -> tuple[str, ...]:
    """The substitutes of a member, in any policy."""
    key = Address.parse(contact.address).base_key
    found = [
        substitute
        for policy in office.rules.policies.values()
        for member, substitute in policy.substitutes.items()
        if Address.parse(member).base_key == key
    ]
    return tuple(dict.fromkeys(found))


# --- asking a substitute ---


@dataclass(frozen=True, slots=True)
class Vacancy:
    """A member's paper on an open ballot, without a vote, and who could stand for them."""

    ballot: Ballot
    paper: Paper
    substitute: Address | None
    """None if the policy names nobody."""
    problem: str = ""
    """Why the substitute cannot be asked; empty if they can."""


def vacancies(office: Office, ballot: Ballot) -> list[Vacancy]:
    """The seats of an open ballot for which nobody has voted and no substitute was asked."""
    if ballot.outcome is not Outcome.OPEN:
        return []
    papers, voted = office.work.approvals.papers(ballot.id), count_votes(office, ballot).votes
    taken = {paper.seat for paper in papers if paper.id in voted or paper.stands_for is not None}
    return [_vacancy(office, ballot, paper, papers) for paper in papers if paper.asked and paper.seat not in taken]


def _vacancy(office: Office, ballot: Ballot, paper: Paper, papers: list[Paper]) -> Vacancy:
    policy = office.rules.policies.get(ballot.policy)
    key = Address.parse(paper.address).base_key
    named = policy.substitutes.items() if policy and policy.board == ballot.board else ()
    spec = next((substitute for member, substitute in named if Address.parse(member).base_key == key), None)
    if spec is None:
        return Vacancy(ballot, paper, None, f"no substitute of {paper.address} is named in [policies.{ballot.policy}]")
    substitute = Address.parse(spec)
    if substitute.base_key in {Address.parse(other.address).base_key for other in papers}:
        return Vacancy(ballot, paper, substitute, f"{substitute} is asked already, and nobody has two votes")
    if not ballot.terms.own_text_counts and _wrote(office, ballot, substitute):
        return Vacancy(ballot, paper, substitute, f"{substitute} wrote it, and has no vote on their own text")
    return Vacancy(ballot, paper, substitute)


def _wrote(office: Office, ballot: Ballot, substitute: Address) -> bool:
    contact = office.work.lists.contact_at(str(substitute))
    name = contact.details.name if contact else ""
    return is_author(subject_of(office, ballot).authors, str(substitute), name)


def require(seat: Vacancy) -> Address:
    """The substitute of a vacant seat. Raises Refused if there is none whom one can ask."""
    if seat.problem or seat.substitute is None:
        raise Refused(f"{seat.paper.name} has no substitute on ballot {seat.ballot.id}: {seat.problem}.")
    return seat.substitute


def fill(office: Office, seat: Vacancy) -> None:
    """Ask the substitute, and tell the member. Raises Refused as ``require``."""
    ballot, paper, substitute = seat.ballot, seat.paper, require(seat)
    lists, approvals, about = office.work.lists, office.work.approvals, subject_of(office, ballot)
    contact = lists.contact_at(str(substitute)) or lists.save_contact(substitute, Details(), office.now)
    approvals.add_papers(ballot.id, [contact.id], now=office.now, stands_for=paper.contact)
    approvals.excuse(paper.id, Excused.AWAY)
    asked = next(one for one in approvals.papers(ballot.id) if one.stands_for == paper.contact)
    ask(office, Question(ballot, asked, about), f"asked {asked.id}", moved=False)
    values = {"member": paper.name, "substitute": asked.name, "deadline": ballot.deadline, **about.values}
    office.write(Address.parse(paper.address, paper.name), "stand-in", values, once=f"stand-in {asked.id}")
    office.record("substitute asked", about.name, member=paper.address, substitute=str(substitute))


def for_member(office: Office, spec: str, ballot_id: int | None) -> list[Vacancy]:
    """The seats of a member on the open ballots, or on one of them. Raises Refused if there is none."""
    contact = contact_of(office, spec)
    ballots = [one for one in office.work.approvals.open_ballots() if ballot_id in (None, one.id)]
    if not ballots:
        named = "No ballot is open" if ballot_id is None else f"Ballot {ballot_id} is not open"
        raise Refused(f"{named}: `mailer ballot ls` lists those that are.")
    found = [seat for ballot in ballots for seat in vacancies(office, ballot) if seat.paper.contact == contact.id]
    if not found:
        raise Refused(f"{contact.address} has voted, was substituted, or is not asked: see `mailer ballot show`.")
    return found


def due(office: Office, now: datetime) -> list[Decision]:
    """Substitutes to be asked of members who are away by then, as somebody has said until when."""
    if not any(policy.substitutes for policy in office.rules.policies.values()):
        return []
    return [
        Decision(f"substitute, ballot {ballot.id}", partial(_fill, ballot_id=ballot.id, paper_id=seat.paper.id))
        for ballot in office.work.approvals.open_ballots()
        if now <= ballot.deadline
        for seat in vacancies(office, ballot)
        if not seat.problem and _is_away(office, seat.paper, now)
    ]


def _is_away(office: Office, paper: Paper, now: datetime) -> bool:
    absence = office.work.absences.of(paper.contact)
    return absence is not None and absence.until is not None and now < absence.until


def _fill(office: Office, ballot_id: int, paper_id: int) -> None:
    """The ballot was read earlier; if the seat is not vacant any more, this does nothing."""
    ballot = office.work.approvals.ballot(ballot_id)
    seats = vacancies(office, ballot) if ballot else []
    for seat in seats:
        if seat.paper.id == paper_id and not seat.problem:
            fill(office, seat)


# --- an automatic reply ---


def automatic(office: Office, mail: Inbound, reply: AutoReply) -> Result:
    """An automatic reply: if it answers an open ballot, its member may be away, and the secretary is asked (A15)."""
    seats = list(_answered(office, mail))
    if not seats:
        return Result(Done.IGNORED, {"reason": reply.reason})
    said = redact_tokens(clean(f"{mail.subject}: {text_for_people(mail)}", limit=_SHOWN))
    for seat in seats:
        _note(office, seat, said)
    return Result(Done.MEMBER_MAY_BE_AWAY, {"member": seats[0].paper.address})


def _answered(office: Office, mail: Inbound) -> Iterator[Vacancy]:
    """The vacant seats that the mail is about: by a token of ours, else by who wrote it."""
    texts = (*mail.addressed_to, *mail.references, mail.subject)
    tokens = [token for text in texts for token in find_tokens(text) if token.purpose is Purpose.VOTE]
    papers = {token.subject for token in tokens if office.key.genuine(token)}
    key = mail.sender.base_key if mail.sender and not papers else None
    for ballot in office.work.approvals.open_ballots():
        for seat in vacancies(office, ballot):
            if seat.paper.id in papers or Address.parse(seat.paper.address).base_key == key:
                yield seat


def _note(office: Office, seat: Vacancy, said: str) -> None:
    """Note the absence, unless a person has said until when, and offer the substitute to the secretary."""
    ballot, paper, about = seat.ballot, seat.paper, subject_of(office, seat.ballot)
    known = office.work.absences.of(paper.contact)
    if known is None or not known.holds(office.now, ballot.opened_at):
        office.work.absences.save(Absence(paper.contact, office.now, None, said))
        office.record("may be away", about.name, member=paper.address)
    if seat.substitute is None and not ballot.terms.silence_consents:
        return
    offered = seat.substitute if not seat.problem else None
    values = {
        "member": paper.name,
        "shown": paper.name if paper.name == paper.address else f"{paper.name} <{paper.address}>",
        "said": said,
        "substitute": str(offered or ""),
        "silence": ballot.terms.silence_consents,
        "deadline": ballot.deadline,
        **about.values,
    }
    write_to_staff(
        office,
        office.rules.secretary,
        "member-away",
        values,
        kind=KIND,
        subject=paper.id,
        state=_state(office, paper.id),
        about=about.heading,
        once=f"member-away {paper.id}",
        regardless=True,
    )


def state(office: Office, notice: StaffNotice) -> str:
    """Whether the seat is still vacant, which an answer to the notice depends on."""
    return _state(office, notice.subject)


def _state(office: Office, paper_id: int) -> str:
    return "settled" if _seat(office, paper_id) is None else "vacant"


def _seat(office: Office, paper_id: int) -> Vacancy | None:
    paper = office.work.approvals.paper(paper_id)
    ballot = office.work.approvals.ballot(paper.ballot) if paper else None
    return next((one for one in vacancies(office, ballot) if one.paper.id == paper_id), None) if ballot else None


def answer(office: Office, mail: Inbound, reply: StaffReply, notice: StaffNotice) -> Result:
    """Ask the substitute if the secretary says yes."""
    said = read_decision(mail, reply.text)
    seat = _seat(office, notice.subject)
    if said is Answer.NO or seat is None:
        return Result(Done.NO_SUBSTITUTE, {"notice": notice.id}, Folder.PROCESSED)
    if said is not Answer.YES:
        return answer_unclear(office, notice, mail, phrase("it says neither YES nor NO"))
    try:
        fill(office, seat)
    except Refused as fault:
        return answer_unclear(office, notice, mail, phrase("%(fault)s", fault=str(fault).rstrip(".")), again=False)
    values = {"member": seat.paper.name, "substitute": str(seat.substitute), "deadline": seat.ballot.deadline}
    about = subject_of(office, seat.ballot)
    once = f"substituted {notice.id}"
    office.tell_secretary("substituted", {**values, **about.values}, in_reply_to=mail.message_id, once=once)
    return Result(Done.SUBSTITUTE_ASKED, {"substitute": seat.substitute, "member": seat.paper.address})
