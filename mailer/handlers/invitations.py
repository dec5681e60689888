"""Invitations: each address is written to once, and what it answers is done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from mailer import contacts
from mailer.errors import Refused
from mailer.inviting import agreed
from mailer.message import Address, Inbound
from mailer.model.imports import UNKNOWN, away
from mailer.model.inbound import Done, Result
from mailer.model.invitations import DETAILS, MOST_TIMES, Invitation, Invited, State
from mailer.model.lists import Contact, Details, Kind, Standing, greeting
from mailer.model.organisations import Organisation, name_key
from mailer.model.personal_data import Held
from mailer.model.questions import Choice, Question, Reply
from mailer.office import Decision, Office
from mailer.phrases import Phrase, phrase
from mailer.questions import ask

KIND = "invitation"
"""The kind of question that an invitation is."""

COUNTER = "invitations"
"""What counts the invitations of a day."""

BATCH = 25
"""How many invitations one transaction writes."""


# --- which there are ---


def find(office: Office, spec: str) -> list[Invitation]:
    """The invitations of an address, or the one with this number. Raises Refused if there is none."""
    if spec.isdecimal():
        one = office.work.invitations.invitation(int(spec))
        found = [one] if one else []
    else:
        found = [one for one in office.work.invitations.each() if one.to.key == _address(spec).key]
    if not found:
        raise Refused(f"There is no invitation of {spec}: `mailer invitations ls` lists them.")
    return found


def _address(spec: str) -> Address:
    try:
        return Address.parse(spec)
    except ValueError as fault:
        raise Refused(f"{fault}.") from None


# --- what is written ---


def due(office: Office, now: datetime) -> list[Decision]:
    """Write the invitations whose time has come, as far as the day's number goes; close those without an answer."""
    decisions = []
    room = _room(office)
    waiting = office.work.invitations.due((State.WAITING, State.LATER), now, max(room, 0))
    for start in range(0, len(waiting), BATCH):
        numbers = [one.id for one in waiting[start : start + BATCH]]
        decisions.append(Decision(f"writing {len(numbers)} invitations", partial(_write_all, numbers=numbers)))
    if over := office.work.invitations.due((State.ASKED,), now, BATCH):
        decisions.append(Decision("closing invitations", partial(_close_all, numbers=[one.id for one in over])))
    return decisions


def _room(office: Office) -> int:
    """How many invitations may still be written today."""
    written = office.work.caps.counts([COUNTER], office.today).get(COUNTER, 0)
    return office.rules.invitations.per_day - written


def _write_all(office: Office, numbers: Sequence[int]) -> None:
    for number in numbers:
        invitation = office.work.invitations.invitation(number)
        if invitation is not None and invitation.may_be(State.ASKED) and _room(office) > 0:
            _write(office, invitation)


def _write(office: Office, invitation: Invitation) -> None:
    """Write an invitation, unless it would not be made any more."""
    if reason := _obstacle(office, invitation):
        _end(office, invitation, State.DROPPED, reason=reason)
        return
    rules = office.rules.invitations
    asked = replace(
        invitation,
        state=State.ASKED,
        times=invitation.times + 1,
        asked_at=office.now,
        next_at=office.now + rules.answer,
    )
    office.work.invitations.save(asked)
    office.work.caps.count([COUNTER], office.today)
    office.record("invitation written", f"invitation {asked.id}", address=asked.address, list=asked.list)
    titles = office.rules.received([asked.list])
    values = {
        "greeting": greeting(asked.details.name, asked.details.organisation),
        "titles": titles,
        "list": office.rules.list_rules(asked.list).title,
        "nominator": asked.nominator.name,
        "proposed": bool(asked.nominator.address),
        "organisation": asked.details.organisation,
        "may_wait": asked.times < MOST_TIMES,
        "later": rules.later.days,
        "days": rules.answer.days,
    }
    ask(
        office,
        Address.parse(asked.to.key, asked.details.name),
        "invitation",
        values,
        kind=KIND,
        subject=asked.id,
        state=asked.stands,
        about=", ".join(titles),
        questionnaire=DETAILS,
        offered=_offered(asked.details),
        valid=rules.answer,
        prepared={"yes_reply": "yes", "no_reply": "no", "later_reply": "later"},
        once=f"invitation {asked.id} {asked.times}",
        language=asked.details.language,
    )


def _offered(details: Details) -> dict[str, str]:
    values = {
        "organisation": details.organisation,
        "name": details.name,
        "kind": details.kind.value if details.kind else "",
        "country": details.country,
        "language": details.language,
    }
    return {key: value for key, value in values.items() if value}


def _obstacle(office: Office, invitation: Invitation) -> str:
    """Why an invitation is not written any more; empty if it is."""
    if invitation.list not in office.rules.lists:
        return "the list is gone"
    address = invitation.to
    known = contacts.known(office, invitation.list, [address]).get(address.key, UNKNOWN)
    if stays := away(known, office.rules.brought(invitation.list)):
        return stays.value
    if known.standing is Standing.ACTIVE:
        return Invited.MEMBER.value
    is_never = office.work.invitations.never([contacts.never_again(office, address)])
    return Invited.NEVER.value if is_never else ""


def _close_all(office: Office, numbers: Sequence[int]) -> None:
    for number in numbers:
        invitation = office.work.invitations.invitation(number)
        if invitation is not None and invitation.may_be(State.UNANSWERED):
            joined = _obstacle(office, invitation) == Invited.MEMBER.value
            _end(office, invitation, State.ACCEPTED if joined else State.UNANSWERED)


def _end(office: Office, invitation: Invitation, state: State, **detail: object) -> None:
    office.work.invitations.save(replace(invitation, state=state, next_at=None, decided_at=office.now))
    office.record(
        f"invitation {state.value}",
        f"invitation {invitation.id}",
        address=invitation.address,
        list=invitation.list,
        **detail,
    )


# --- what is answered ---


def state(office: Office, question: Question) -> str:
    """How the invitation stands, which an answer to it depends on."""
    invitation = office.work.invitations.invitation(question.subject)
    return invitation.stands if invitation else ""


def answer(office: Office, mail: Inbound, reply: Reply, question: Question) -> Result:
    """Do what somebody who is invited answers. Lines that came back corrected are a yes."""
    invitation = office.work.invitations.invitation(question.subject)
    assert invitation is not None  # its state was compared
    if reply.choice is Choice.LATER:
        return _put_off(office, invitation)
    if reply.choice in (Choice.NO, Choice.NEVER, Choice.LEAVE):
        office.work.invitations.add_never(contacts.never_again(office, invitation.to), office.now)
        _end(office, invitation, State.DECLINED)
        return Result(Done.INVITATION_DECLINED, {"address": invitation.address, "list": invitation.list})
    details = _details(reply.filled.values if reply.filled else _offered(invitation.details))
    address = Address.parse(invitation.to.key, details.name)
    contact = contacts.join(office, invitation.list, address, details, mail.message_id if office.may_answer else None)
    agreed(office, contact, invitation.list)
    _link(office, contact, details, invitation)
    _end(office, invitation, State.ACCEPTED)
    return Result(Done.INVITATION_ACCEPTED, {"address": invitation.address, "list": invitation.list})


def _put_off(office: Office, invitation: Invitation) -> Result:
    """Ask again after some time, once."""
    if invitation.times >= MOST_TIMES:
        _end(office, invitation, State.UNANSWERED)
        return Result(Done.INVITATION_OVER, {"address": invitation.address, "list": invitation.list})
    later = office.now + office.rules.invitations.later
    office.work.invitations.save(replace(invitation, state=State.LATER, next_at=later))
    office.record("invitation put off", f"invitation {invitation.id}", address=invitation.address)
    return Result(Done.INVITATION_PUT_OFF, {"address": invitation.address, "list": invitation.list})


def _details(values: Mapping[str, str]) -> Details:
    return Details(
        name=values.get("name", ""),
        organisation=values.get("organisation", ""),
        kind=Kind(values["kind"]) if values.get("kind") else None,
        country=values.get("country", ""),
        language=values.get("language", ""),
    )


def _link(office: Office, contact: Contact, details: Details, invitation: Invitation) -> None:
    """Make somebody who joined a contact of their organisation, which is added if it is new.

    One that has contacts is theirs only if the invitation named it: who is invited can write any name.
    """
    organisations = office.work.organisations
    if not details.organisation or organisations.of_contact(contact.id) is not None:
        return
    found = next(iter(organisations.named(details.organisation, details.country)), None)
    was_named = name_key(details.organisation) == name_key(invitation.details.organisation)
    if found is not None and not was_named and organisations.contacts(found.id):
        office.record("not linked", contact.address, organisation=found.id, name=found.name)
        return
    if found is None:
        nominator = office.work.lists.contact_at(invitation.nominator.address) if invitation.nominator.address else None
        draft = Organisation(
            id=0,
            name=details.organisation,
            kind=details.kind,
            country=details.country,
            languages=(details.language,) if details.language else (),
            confirmed_at=office.now,
            nominated_by=nominator.id if nominator else None,
        )
        found = organisations.add(draft, office.now)
    organisations.link(found.id, contact.id, len(organisations.contacts(found.id)) + 1, office.now)


# --- what is held ---


def held(office: Office, contact: Contact) -> list[Held]:
    """The invitations that somebody got, for “status”."""
    key = Address.parse(contact.address).key
    newest = office.work.invitations.newest_of([key]).get(key)
    if newest is None or newest.asked_at is None:
        return []
    title = ", ".join(office.rules.received([newest.list])) or newest.list
    rows: list[tuple[Phrase | str, object]] = [(title, contacts.day_of(office, newest.asked_at))]
    return [Held(phrase("An invitation to you, and when"), rows, "invitations")]
