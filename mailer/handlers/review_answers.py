"""What entries answer to a review: all is right, corrected lines, leave, or ask somebody else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mailer.contacts import change, never_again, wants_nothing, welcome_back
from mailer.departures import depart, leaves
from mailer.directory import country_of, maintainers
from mailer.inviting import agreed
from mailer.message import Address, Inbound
from mailer.model import review_lines
from mailer.model.inbound import Done, Result
from mailer.model.lists import Contact, Details, ListKind, Scope, ScopeKind, Standing
from mailer.model.organisations import Organisation, name_key
from mailer.model.questionnaires import shown
from mailer.model.questions import Choice, Question, Reply
from mailer.model.reviews import ASKS, ASKS_OTHER, RECEIPT, VALID, Entry, EntryEvent, EntryState, Round
from mailer.office import Office
from mailer.questions import ask
from mailer.reviewing.entries import bring_back, happen, title, values_of

CHOICES = frozenset({Choice.OK, Choice.LEAVE, Choice.INSTEAD})
"""What an entry can answer besides corrected lines."""

OF_SECOND = frozenset({Choice.OK, Choice.NO, Choice.INSTEAD})
"""What its second contact can answer."""

OF_RECEIPT = frozenset({Choice.OK, Choice.NO, Choice.LEAVE})
"""What a receipt can be answered with; a no undoes what it says."""

OF_OTHER = frozenset({Choice.YES, Choice.NO, Choice.NEVER})
"""What somebody can answer whom an entry has named."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """An answer, with all that it is about."""

    office: Office
    a_round: Round
    entry: Entry
    contact: Contact
    """Who was asked."""
    question: Question
    mail: Inbound

    @property
    def name(self) -> str:
        return f"{self.a_round.name} entry {self.entry.number}"


def state(office: Office, question: Question) -> str:
    """Empty, as answers count however late; but nobody comes back to a board by one."""
    entry = office.work.reviews.entry(question.subject)
    a_round = office.work.reviews.by_id(entry.round) if entry else None
    is_removed = entry is not None and entry.state is EntryState.REMOVED
    return "removed" if is_removed and a_round and _is_of_board(office, a_round) else ""


def answered(office: Office, mail: Inbound, reply: Reply, question: Question) -> Result:
    """An entry has answered for itself."""
    asked = _asked(office, mail, question)
    if asked is None:
        return _gone(question)
    if reply.choice is Choice.LEAVE:
        return _leave(asked)
    if reply.choice is Choice.INSTEAD:
        return _name_other(asked, reply.address)
    bring_back(office, asked.a_round, asked.entry, asked.contact)
    changes = _changes(reply, question)
    return _correct(asked, changes) if changes else _confirm(asked)


def corrected(office: Office, mail: Inbound, reply: Reply, question: Question) -> Result:
    """A receipt is answered: with a no everything is as it was; with lines they are corrected once more."""
    if reply.choice is not Choice.NO:
        return answered(office, mail, reply, question)
    asked = _asked(office, mail, question)
    before = office.work.reviews.kept_values(question.subject)
    if asked is None or before is None:
        return _gone(question)
    now = values_of(office, asked.contact)
    return _correct(asked, {key: value for key, value in before.items() if value != now.get(key, "")})


def second_answered(office: Office, mail: Inbound, reply: Reply, question: Question) -> Result:
    """The second contact has answered for an entry."""
    asked = _asked(office, mail, question)
    if asked is None:
        return _gone(question)
    if reply.choice is Choice.INSTEAD and _speaks_for(asked):
        return _name_other(asked, reply.address)
    if reply.choice is Choice.NO or not _speaks_for(asked):
        happen(office, asked.entry, EntryEvent.UNCLEAR)
        return Result(Done.REVIEW_UNCLEAR, _details(asked))
    changes = _changes(reply, question)
    organisation = office.work.organisations.of_contact(asked.entry.contact)
    if changes and organisation is not None:
        happen(office, asked.entry, EntryEvent.CHANGE)
        _save_organisation(asked, organisation, changes)
        _receipt(asked, question.offered, {**question.offered, **changes})
        return Result(Done.REVIEW_CHANGED, _details(asked))
    happen(office, asked.entry, EntryEvent.CONFIRM)
    _note_confirmed(asked, organisation)
    _receipt(asked, question.offered, question.offered)
    return Result(Done.REVIEW_CONFIRMED, _details(asked))


def _speaks_for(asked: _Asked) -> bool:
    """Whether who was asked as the second contact still speaks for the organisation, or maintains its entry."""
    office, first = asked.office, asked.office.work.lists.contact(asked.entry.contact)
    speaks_for = office.work.organisations.of_contacts([asked.entry.contact, asked.contact.id])
    organisation = speaks_for.get(asked.contact.id)
    if organisation is not None and organisation == speaks_for.get(asked.entry.contact):
        return True
    maintaining = maintainers(office, asked.a_round.list, country_of(office, first)) if first else []
    return asked.contact.id in {one.id for one in maintaining}


def _asked(office: Office, mail: Inbound, question: Question) -> _Asked | None:
    entry = office.work.reviews.entry(question.subject)
    a_round = office.work.reviews.by_id(entry.round) if entry else None
    contact = office.work.lists.contact(question.contact) if question.contact else None
    if entry is None or a_round is None or contact is None:
        return None
    return _Asked(office, a_round, entry, contact, question, mail)


def _is_of_board(office: Office, a_round: Round) -> bool:
    """Whether the entries are seats on a board: who has one is for a person to decide (B18)."""
    rules = office.rules.lists.get(a_round.list)
    return rules is not None and rules.kind is ListKind.BOARD


def _details(asked: _Asked) -> dict[str, object]:
    return {"number": asked.entry.number, "review": asked.a_round.name}


def _gone(question: Question) -> Result:
    return Result(Done.REVIEW_ENTRY_GONE, {"addressee": question.addressee})


def _changes(reply: Reply, question: Question) -> dict[str, str]:
    """The new values of the lines that were corrected, by key."""
    if reply.filled is None:
        return {}
    return {key: reply.filled.values.get(key, "") for key in sorted(reply.filled.changed)}


# --- it is right, or corrected ---


def _confirm(asked: _Asked) -> Result:
    office = asked.office
    happen(office, asked.entry, EntryEvent.CONFIRM)
    _note_confirmed(asked, office.work.organisations.of_contact(asked.contact.id))
    now = values_of(office, asked.contact)
    _receipt(asked, now, now)
    return Result(Done.REVIEW_CONFIRMED, _details(asked))


def _note_confirmed(asked: _Asked, organisation: Organisation | None) -> None:
    if organisation is not None:
        asked.office.work.organisations.confirm(organisation.id, asked.office.now)
    asked.office.record("review confirmed", asked.name, by=asked.contact.address)


def _correct(asked: _Asked, changes: Mapping[str, str]) -> Result:
    """Take over what was corrected. What changed elsewhere since the entry was asked stays.

    What is about an organisation that they do not speak for is for a person: their words link nobody to one.
    """
    office, contact = asked.office, asked.contact
    before = values_of(office, contact)
    organisation = _organisation_of(asked, changes)
    strange = organisation is None and not _BEYOND.isdisjoint(changes)
    happen(office, asked.entry, EntryEvent.UNCLEAR if strange else EntryEvent.CHANGE)
    details = review_lines.corrected(contact.details, changes)
    own = {key: getattr(details, key) for key in changes if hasattr(details, key)}
    change(office, contact.address, None, own, review_lines.published(changes))
    if organisation is not None:
        _save_organisation(asked, organisation, changes)
    office.work.reviews.keep_values(asked.entry.id, before)
    changed = office.work.lists.contact(contact.id)
    assert changed is not None
    _receipt(asked, before, values_of(office, changed))
    return Result(Done.REVIEW_UNCLEAR if strange else Done.REVIEW_CHANGED, _details(asked))


_BEYOND = frozenset({"website", "reach"})
"""Lines that are about an organisation of the directory alone."""


def _organisation_of(asked: _Asked, changes: Mapping[str, str]) -> Organisation | None:
    """The organisation that they speak for, and that the corrected lines are about.

    Somebody who names another one, and has colleagues, does not rename that of their colleagues: they leave it.
    """
    organisations = asked.office.work.organisations
    known, named = organisations.of_contact(asked.contact.id), changes.get("organisation", "")
    if known is None or not named or name_key(named) == name_key(known.name):
        return known
    if len(organisations.contacts(known.id)) == 1:
        return known
    organisations.unlink(asked.contact.id)
    asked.office.record("unlinked", asked.contact.address, organisation=known.id, name=known.name)
    return None


def _save_organisation(asked: _Asked, organisation: Organisation, changes: Mapping[str, str]) -> None:
    saved = review_lines.corrected_organisation(organisation, changes)
    asked.office.work.organisations.save(saved)
    asked.office.work.organisations.confirm(saved.id, asked.office.now)
    asked.office.record("review changed", asked.name, by=asked.contact.address, organisation=saved.id)


def _receipt(asked: _Asked, before: Mapping[str, str], after: Mapping[str, str]) -> None:
    """Send what was understood, old and new side by side; one reply corrects it."""
    old, new = shown(review_lines.MEMBER, before), shown(review_lines.MEMBER, after)
    changed = [
        (was.label, was.value, now.value)
        for was, now in zip(old, new, strict=True)
        if now.key in after and before.get(now.key, "") != after[now.key]
    ]
    is_second = asked.question.contact != asked.entry.contact
    ask(
        asked.office,
        Address.parse(asked.contact.address, asked.contact.details.name),
        "review-receipt",
        {
            "greeting": asked.contact.greeting,
            "title": title(asked.office, asked.a_round),
            "changed": changed,
            "fields": [one for one in new if one.key in after],
            "late": not asked.a_round.is_running,
        },
        kind=asked.question.kind if is_second else RECEIPT,
        subject=asked.entry.id,
        about=title(asked.office, asked.a_round),
        contact=asked.contact.id,
        offered=after,
        valid=VALID,
        prepared={"no_reply": "NO"},
        in_reply_to=asked.mail.message_id,
        regardless=True,
    )


# --- they leave, or name another ---


def _leave(asked: _Asked) -> Result:
    """Their wish to leave is obeyed, unless the list cannot be left by mail: then a person sees to it."""
    office = asked.office
    left = leaves(office, asked.contact, Scope(ScopeKind.LIST, asked.a_round.list))
    if asked.a_round.list not in left.lists:
        happen(office, asked.entry, EntryEvent.UNCLEAR)
        return Result(Done.REVIEW_UNCLEAR, _details(asked))
    happen(office, asked.entry, EntryEvent.LEAVE)
    return depart(office, asked.contact, left, asked.mail.message_id)


def _name_other(asked: _Asked, address: Address | None) -> Result:
    """Ask whom they name. Nothing changes before that mailbox says yes, and the mail to it has no word of theirs."""
    office = asked.office
    if _is_of_board(office, asked.a_round):
        happen(office, asked.entry, EntryEvent.UNCLEAR)
        return Result(Done.REVIEW_UNCLEAR, _details(asked))
    if address is not None and address.key == Address.parse(asked.contact.address).key:
        return _take_over(asked)
    if address is None or not _can_ask(office, address) or asked.entry.state is EntryState.REMOVED:
        happen(office, asked.entry, EntryEvent.UNCLEAR)
        return Result(Done.REVIEW_UNCLEAR, _details(asked))
    other = office.work.lists.contact_at(str(address))
    question = ask(
        office,
        Address(address.local, address.domain),
        "review-instead",
        {"title": title(office, asked.a_round)},
        kind=ASKS_OTHER,
        subject=asked.entry.id,
        about=title(office, asked.a_round),
        contact=other.id if other else None,
        prepared={"yes_reply": "yes", "no_reply": "no"},
        once=f"review-instead {asked.entry.id} {office.today}",
        language="" if other else asked.contact.details.language,
    )
    if question is None:
        return Result(Done.REVIEW_UNCLEAR, _details(asked))
    happen(office, asked.entry, EntryEvent.NAME)
    office.record("review passed on", asked.name, by=asked.contact.address)
    _tell_first(office, asked.a_round, asked.contact, "asked", str(address), in_reply_to=asked.mail.message_id)
    return Result(Done.REVIEW_OTHER_ASKED, _details(asked))


def _can_ask(office: Office, address: Address) -> bool:
    """Whether a mail can be written there because somebody named it."""
    ours = address.base_key == office.rules.address.base_key
    is_held = office.work.suppressions.covering(address) is not None
    return address.is_public and not ours and not is_held and not wants_nothing(office, address)


def _take_over(asked: _Asked) -> Result:
    """They name themselves: the first contact confirms, and a colleague takes the entry over."""
    if asked.question.contact == asked.entry.contact:
        return _confirm(asked)
    first = asked.office.work.lists.contact(asked.entry.contact)
    speaks_for = asked.office.work.organisations.of_contacts([asked.entry.contact, asked.contact.id])
    if speaks_for.get(asked.entry.contact) != speaks_for.get(asked.contact.id):
        happen(asked.office, asked.entry, EntryEvent.UNCLEAR)
        return Result(Done.REVIEW_UNCLEAR, _details(asked))
    if first is None or happen(asked.office, asked.entry, EntryEvent.NAME) is None:
        return _gone(asked.question)
    entry = asked.office.work.reviews.entry(asked.entry.id)
    assert entry is not None
    return _pass_on(asked.office, asked.mail, asked.a_round, entry, first, asked.question)


def other_answered(office: Office, mail: Inbound, reply: Reply, question: Question) -> Result:
    """Whom they named says yes, and takes the entry over; or no, and a person sees to it."""
    entry = office.work.reviews.entry(question.subject)
    a_round = office.work.reviews.by_id(entry.round) if entry else None
    first = office.work.lists.contact(entry.contact) if entry else None
    if entry is None or a_round is None or first is None:
        return _gone(question)
    if reply.choice is Choice.YES:
        return _pass_on(office, mail, a_round, entry, first, question)
    if reply.choice is Choice.NEVER:
        office.work.invitations.add_never(never_again(office, question.to), office.now)
    if happen(office, entry, EntryEvent.DECLINED) is not None:
        _tell_first(office, a_round, first, "declined", question.addressee)
    office.record("review declined", f"{a_round.name} entry {entry.number}", by=question.addressee)
    return Result(Done.REVIEW_DECLINED, {"number": entry.number, "review": a_round.name})


def _pass_on(office: Office, mail: Inbound, a_round: Round, entry: Entry, first: Contact, question: Question) -> Result:
    """The addressee of the question takes the entry over, with what is known of the organisation."""
    if happen(office, entry, EntryEvent.AGREED) is None:
        return _gone(question)
    to, known = question.to, first.details
    details = Details(
        organisation=known.organisation, kind=known.kind, country=known.country, language=question.language
    )
    contact = office.work.lists.save_contact(to, details, office.now)
    welcome_back(office, [str(to)])
    lists = office.work.lists
    lists.set_standing(a_round.list, contact.id, Standing.ACTIVE, office.now, office.cause)
    lists.opt_in(contact.id, office.rules.brought(a_round.list))
    agreed(office, contact, a_round.list)
    lists.set_standing(a_round.list, first.id, Standing.LEFT, office.now, office.cause)
    organisations = office.work.organisations
    organisation = organisations.of_contact(first.id)
    if organisation is not None:
        ranks = {one.id: rank for one, rank in organisations.contacts(organisation.id)}
        organisations.link(organisation.id, contact.id, ranks[first.id], office.now)
        organisations.unlink(first.id)
        organisations.confirm(organisation.id, office.now)
    office.record("review passed on", f"{a_round.name} entry {entry.number}", was=first.address, now=str(to))
    _tell_first(office, a_round, first, "agreed", str(to))
    ask(
        office,
        to,
        "review-welcome",
        {"greeting": contact.greeting, "title": title(office, a_round)},
        kind=ASKS,
        subject=entry.id,
        about=title(office, a_round),
        contact=contact.id,
        questionnaire=review_lines.MEMBER,
        offered=values_of(office, contact),
        valid=VALID,
        in_reply_to=mail.message_id,
        once=f"review-welcome {entry.id} {contact.id}",
    )
    return Result(Done.REVIEW_PASSED_ON, {"number": entry.number, "review": a_round.name})


def _tell_first(
    office: Office, a_round: Round, first: Contact, outcome: str, other: str, in_reply_to: str | None = None
) -> None:
    """Tell who named somebody else what came of it."""
    office.write(
        Address.parse(first.address, first.details.name),
        "review-other",
        {"greeting": first.greeting, "title": title(office, a_round), "other": other, "outcome": outcome},
        in_reply_to=in_reply_to,
    )
