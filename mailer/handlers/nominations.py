"""Nominations: members propose organisations, the secretary decides, and the nominator is told.

Nothing is written to an address in a nomination before the secretary's yes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from mailer import inviting, submissions
from mailer.errors import Refused
from mailer.inbound.answers import Answer, read_decision
from mailer.inbound.filled import read_filled
from mailer.inbound.intents import Intent, StaffReply, Verdict
from mailer.message import Address, Inbound
from mailer.model.inbound import Done, Result
from mailer.model.invitations import MOST_TIMES, Invitation, Invited, Nominator, Planned
from mailer.model.invitations import State as Stands
from mailer.model.lists import Membership
from mailer.model.nominations import NOMINATION, NOT_CHOSEN, TELLS, row_of
from mailer.model.questionnaires import shown
from mailer.model.questions import Choice, Question, Reply
from mailer.model.staff import StaffNotice
from mailer.model.submissions import State, Submission
from mailer.office import Decision, Office
from mailer.phrases import Phrase, phrase
from mailer.ports.invitations import Call
from mailer.questions import ask
from mailer.staff import answer_unclear, write_to_staff

KIND = "nomination"
CALL = "nomination call"
"""The kind of question that a call asks each member."""

AGAIN = timedelta(days=30)
"""A call to the same list within this time has to be wanted."""

BATCH = 50
"""How many members one transaction asks, and how many nominators it tells."""


# --- by mail ---


def list_for(office: Office) -> str:
    """The list that those who are proposed are invited to."""
    return office.rules.nominations.list or office.rules.signup.list


def may_propose(office: Office, sender: Address) -> bool:
    """Whether the sender is on one of the lists whose members may propose."""
    return office.is_on_any(office.rules.nominations.by, sender)


def begin(office: Office, mail: Inbound, intent: Intent, verdict: Verdict) -> Result:
    """Keep a nomination, and ask its writer whether it is theirs; one without lines gets them to fill in."""
    filled = read_filled(mail, NOMINATION, {}, office.renderer.wordings)
    return submissions.begin(office, mail, KIND, NOMINATION, filled, verdict)


def _confirmed(office: Office, submission: Submission) -> None:
    """Ask the secretary, who learns what speaks against an invitation."""
    planned = _planned(office, submission)
    values: dict[str, object] = {
        "nominator": office.called(submission.address),
        "organisation": submission.values.get("organisation", ""),
        "fields": shown(NOMINATION, submission.values),
        "list": office.rules.list_rules(list_for(office)).title,
        "beside": submission.beside,
        "obstacle": _obstacle(planned),
    }
    write_to_staff(
        office,
        office.rules.secretary,
        "nomination",
        values,
        kind=KIND,
        subject=submission.id,
        state=submission.stands,
        about=phrase("nomination %(number)s", number=submission.id),
        prepared={"yes_reply": "YES", "no_reply": "NO"},
        once=f"nomination {submission.id} {submission.revision}",
    )


SUBMISSION = submissions.SubmissionKind(NOMINATION, _confirmed)


def _planned(office: Office, submission: Submission) -> Planned | None:
    """What would be done with who is proposed; None if the address is none."""
    try:
        row = row_of(submission.values)
    except ValueError:
        return None
    return inviting.plan(office, list_for(office), [row])[0]


_OBSTACLES = {
    Invited.MEMBER: phrase("they are on the list already"),
    Invited.LEFT: phrase("they have left the list"),
    Invited.NEVER: phrase("they want no invitation"),
    Invited.FORGOTTEN: phrase("they asked to be forgotten"),
    Invited.SUPPRESSED: phrase("mail to them is held"),
    Invited.MOVED: phrase("they have another address by now"),
    Invited.BEFORE: phrase("they were invited before"),
}
"""What speaks against an invitation, for the secretary alone."""


def _obstacle(planned: Planned | None) -> Phrase:
    if planned is None:
        return phrase("the address is none")
    return _OBSTACLES.get(planned.what, Phrase())


# --- what the secretary decides ---


def decide(office: Office, mail: Inbound, reply: StaffReply, notice: StaffNotice) -> Result:
    """Invite who is proposed with a yes; tell the nominator with a no."""
    submission = office.work.submissions.by_id(notice.subject)
    assert submission is not None  # its state was compared
    said = read_decision(mail, reply.text)
    if said is Answer.OTHER:
        return answer_unclear(office, notice, mail, phrase("it says neither YES nor NO"))
    if said is Answer.NO:
        submissions.decide(office, submission, State.DECLINED)
        organisation = submission.values.get("organisation", "")
        _tell(office, submission.to, organisation, NOT_CHOSEN, f"{submission.id} declined", submission.language)
        return Result(Done.NOMINATION_DECIDED, {"number": submission.id, "word": "declined"})
    planned = _planned(office, submission)
    if planned is None or planned.what is not Invited.INVITE:
        return answer_unclear(office, notice, mail, _obstacle(planned))
    named = submission.values.get("named") == "yes"
    nominator = Nominator(submission.address, (submission.name or submission.address) if named else "", submission.id)
    nominators = {planned.row.address.key: nominator}
    inviting.invite(office, list_for(office), [planned.row], nominators=nominators)
    submissions.decide(office, submission, State.ACCEPTED)
    return Result(Done.NOMINATION_DECIDED, {"number": submission.id, "word": "invited"})


# --- what nominators hear ---


def due(office: Office, now: datetime) -> list[Decision]:
    """Tell nominators what came of it, and go on with calls."""
    decisions = []
    if untold := office.work.invitations.untold(BATCH):
        decisions.append(Decision("telling nominators", partial(_tell_all, numbers=[one.id for one in untold])))
    decisions += [
        Decision(f"calling for nominations at {call.list}", partial(_go_on, call=call))
        for call in office.work.invitations.calls(open_only=True)
    ]
    return decisions


def _tell_all(office: Office, numbers: Sequence[int]) -> None:
    for number in numbers:
        invitation = office.work.invitations.invitation(number)
        if invitation is None or invitation.told == invitation.state.value:
            continue
        office.work.invitations.save(replace(invitation, told=invitation.state.value))
        what = TELLS.get(invitation.state)
        if what and (invitation.times < MOST_TIMES or invitation.state is not Stands.ASKED):
            to = Address.parse(invitation.nominator.address)
            _tell(office, to, invitation.details.organisation, what, f"invitation {number} {invitation.state.value}")


def _tell(office: Office, to: Address, organisation: str, what: Phrase, once: str, language: str = "") -> None:
    """Write what came of a nomination to who made it."""
    office.write(
        to,
        "nomination-told",
        {"organisation": organisation, "what": what},
        language=language,
        once=f"nomination-told {once}",
    )


# --- calls ---


@dataclass(frozen=True, slots=True)
class Called:
    """A call that is made, or would be."""

    list: str
    title: str
    members: int


def call(office: Office, keys: Sequence[str] = (), *, again: bool = False, dry_run: bool = False) -> list[Called]:
    """Ask the members of these lists, or of all whose members may propose, for nominations; the agenda writes to them.

    Raises Refused if nobody may propose, or a list's members may not, or are being asked already, or were asked lately
    and are not to be asked ``again``.
    """
    by = office.rules.nominations.by
    if not by:
        raise Refused("Nobody may propose: name the lists whose members may in [nominations] by.")
    for key in keys:
        office.rules.list_rules(key)
        if key not in by:
            raise Refused(f"The members of “{key}” may not propose; [nominations] by has: {', '.join(by)}.")
    latest = {one.list: one for one in office.work.invitations.calls()}
    called = []
    for key in keys or by:
        before = latest.get(key)
        if before and before.ended_at is None:
            raise Refused(f"A call to “{key}” is under way: `mailer nominations ls` shows what comes of it.")
        if before and before.at > office.now - AGAIN and not again:
            day = before.at.astimezone(office.rules.timezone).date()
            raise Refused(f"The members of “{key}” were asked on {day} already: add --again to ask them once more.")
        called.append(Called(key, office.rules.list_rules(key).title, office.work.lists.count(key)))
        if not dry_run:
            made = office.work.invitations.begin_call(key, office.actor, office.now)
            office.record("nominations called", key, call=made.id)
    return called


def _go_on(office: Office, call: Call) -> None:
    """Ask the next members; the call ends when all were asked who are on the list then."""
    asked = {one.contact for one in office.work.questions.about(CALL, call.id)}
    members = office.work.lists.members(call.list) if call.list in office.rules.lists else []
    left = [one for one in members if one.contact.id not in asked]
    for member in left[:BATCH]:
        _ask(office, call, member)
    ended = office.now if len(left) <= BATCH else None
    office.work.invitations.save_call(call._replace(asked=len(asked) + len(left[:BATCH]), ended_at=ended))


def _ask(office: Office, call: Call, member: Membership) -> None:
    contact = member.contact
    ask(
        office,
        Address.parse(contact.address, contact.details.name),
        "nomination-call",
        {"greeting": contact.greeting, "titles": office.rules.received([list_for(office)])},
        kind=CALL,
        subject=call.id,
        about=phrase("nominations"),
        contact=contact.id,
        questionnaire=NOMINATION,
        offered={"named": "yes"},
        prepared={"no_reply": "no"},
        once=f"nomination call {call.id}",
    )


def answer_call(office: Office, mail: Inbound, reply: Reply, question: Question) -> Result:
    """Take the nomination of a member who was asked."""
    if reply.choice is Choice.NO or reply.filled is None:
        return Result(Done.NO_NOMINATION, {"address": question.addressee})
    return submissions.propose(office, mail, reply, question.to, KIND, SUBMISSION)


# --- who brought whom ---


@dataclass(frozen=True, slots=True)
class Nominated:
    """A nomination and what came of it."""

    number: int
    nominator: str
    organisation: str
    address: str
    state: str
    at: datetime


def all_of(office: Office) -> list[Nominated]:
    """The nominations that a person may see, the oldest first: those that were confirmed."""
    proposed = [one for one in office.work.invitations.each() if one.nominator.address]
    by_submission = {one.nominator.submission: one for one in proposed if one.nominator.submission}
    seen = [State.CONFIRMED, State.ACCEPTED, State.DECLINED, State.WITHDRAWN]
    kept = [one for one in office.work.submissions.each(seen, KIND) if one.confirmed_at is not None]
    named = {one.id for one in kept}
    others = [_of_invitation(one) for one in proposed if one.nominator.submission not in named]
    return sorted([*others, *(_nominated(one, by_submission.get(one.id)) for one in kept)], key=lambda one: one.at)


def _nominated(submission: Submission, invitation: Invitation | None) -> Nominated:
    state_now = invitation.state.value if invitation else submission.state.value
    values = submission.values
    return Nominated(
        submission.id,
        submission.address,
        values.get("organisation", ""),
        values.get("address", ""),
        "waits for you" if submission.state is State.CONFIRMED else state_now,
        submission.confirmed_at or submission.asked_at,
    )


def _of_invitation(one: Invitation) -> Nominated:
    return Nominated(
        one.nominator.submission or 0,
        one.nominator.address,
        one.details.organisation,
        one.address,
        one.state.value,
        one.created_at,
    )
