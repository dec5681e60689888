"""What an entry is asked in a review, and what becomes of it."""

from __future__ import annotations

from collections.abc import Mapping

from mailer.contacts import day_of
from mailer.message import Address
from mailer.model import review_lines
from mailer.model.lists import Contact, Standing
from mailer.model.mailings import OF_REVIEWS, Mailing
from mailer.model.questionnaires import shown
from mailer.model.questions import Question
from mailer.model.restorations import Recorded
from mailer.model.reviews import (
    ASKS,
    SETTLED,
    UNCONFIRMED,
    VALID,
    Entry,
    EntryEvent,
    EntryState,
    Round,
    advance_entry,
)
from mailer.model.suppressions import Cause, Suppression
from mailer.office import Office
from mailer.phrases import Phrase
from mailer.questions import ask


def title(office: Office, a_round: Round) -> str:
    """What people call the list."""
    rules = office.rules.lists.get(a_round.list)
    return rules.title if rules else a_round.list


def values_of(office: Office, contact: Contact) -> dict[str, str]:
    """What the office knows of an entry, as the values of its lines."""
    return review_lines.asked(contact, office.work.organisations.of_contact(contact.id))


def question_to(office: Office, a_round: Round) -> Question:
    """What is the same in the questions to all entries."""
    return Question(
        id=0,
        addressee="",
        contact=None,
        kind=ASKS,
        subject=0,
        state="",
        about=title(office, a_round),
        language="",
        offered={},
        asked_at=office.now,
        expires_at=office.now + VALID,
    )


def asking(office: Office, a_round: Round, question: Question, greeting: Phrase) -> dict[str, object]:
    """The values of the mail that asks an entry, or reminds it: its own, and none of anybody else."""
    rules = office.rules.lists.get(a_round.list)
    fields = [line for line in shown(review_lines.MEMBER, question.offered) if line.key in question.offered]
    return {
        "greeting": greeting,
        "title": title(office, a_round),
        "fields": fields,
        "asked": day_of(office, question.asked_at),
        "ends": day_of(office, a_round.ends_at),
        "can_leave": rules is not None and rules.leave,
    }


def mailings_of(office: Office, a_round: Round) -> list[Mailing]:
    """Those that have asked the entries of the round."""
    found = (office.work.mailings.of(kind, a_round.id) for kind in OF_REVIEWS)
    return [mailing for mailing in found if mailing is not None]


# --- entries ---


def happen(office: Office, entry: Entry, event: EntryEvent) -> EntryState | None:
    """Let something happen to an entry; None if it means nothing in its state. What still asks it is not sent."""
    state = advance_entry(entry.state, event)
    if state is None:
        return None
    office.work.reviews.set_state(entry.id, state, office.now)
    a_round = office.work.reviews.by_id(entry.round)
    assert a_round is not None
    waiting = office.work.reviews.waiting_copies(
        a_round.id, [mailing.id for mailing in mailings_of(office, a_round)], entry.contact
    )
    office.work.outbox.suppress(dict.fromkeys(waiting, SETTLED), office.now)
    return state


def decide(office: Office, a_round: Round, entry: Entry, event: EntryEvent) -> bool:
    """Flag, suspend, remove or keep an entry, and tell its contact; False if it has been answered meanwhile."""
    contact = office.work.lists.contact(entry.contact)
    if contact is None or happen(office, entry, event) is None:
        return False
    acts = {EntryEvent.REMOVE: _remove, EntryEvent.SUSPEND: _suspend}
    if event in acts:
        acts[event](office, a_round, contact)
        if not entry.bounced:
            _tell_decided(office, a_round, entry, contact, event)
    office.record("review decided", f"{a_round.name} entry {entry.number}", decision=event.value)
    return True


def _remove(office: Office, a_round: Round, contact: Contact) -> None:
    office.work.lists.set_standing(a_round.list, contact.id, Standing.REMOVED, office.now, office.cause)
    office.record(Recorded.REMOVED, contact.address, lists=[a_round.list], reason=f"no answer to {a_round.name}")


def _suspend(office: Office, a_round: Round, contact: Contact) -> None:
    if office.work.lists.suppressed(contact.address) is None:
        stopped = Suppression(UNCONFIRMED, office.now, Cause.UNCONFIRMED, contact.address)
        office.work.suppressions.save([stopped])
        office.record(Recorded.SUPPRESSED, contact.address, reason=UNCONFIRMED, cause=Cause.UNCONFIRMED.value)


def _tell_decided(office: Office, a_round: Round, entry: Entry, contact: Contact, event: EntryEvent) -> None:
    """Say what was decided about them; their answer undoes it."""
    ask(
        office,
        Address.parse(contact.address, contact.details.name),
        "review-decided",
        {
            "greeting": contact.greeting,
            "title": title(office, a_round),
            "asked": day_of(office, a_round.started_at),
            "removed": event is EntryEvent.REMOVE,
        },
        kind=ASKS,
        subject=entry.id,
        about=title(office, a_round),
        contact=contact.id,
        questionnaire=review_lines.MEMBER,
        offered=values_of(office, contact),
        valid=VALID,
        once=f"review-decided {entry.id} {event.value}",
        regardless=True,
    )


def bring_back(office: Office, a_round: Round, entry: Entry, contact: Contact) -> None:
    """Undo what a review did to somebody who answers now."""
    stopped = office.work.suppressions.find(contact.address)
    if stopped is not None and stopped.cause is Cause.UNCONFIRMED:
        office.work.suppressions.remove(contact.address)
        office.record(Recorded.UNSUPPRESSED, contact.address, reason="answered a review", was=stopped.reason)
    is_removed = office.work.lists.standing(a_round.list, contact.id) is Standing.REMOVED
    if entry.state is EntryState.REMOVED and is_removed:
        office.work.lists.set_standing(a_round.list, contact.id, Standing.ACTIVE, office.now, office.cause)
        office.record("returned", contact.address, list=a_round.list)


def apply_words(office: Office, a_round: Round, words: Mapping[int, EntryEvent]) -> list[int]:
    """Decide about the entries with these numbers; returns those that there are not, or that were answered."""
    entries = {entry.number: entry for entry in office.work.reviews.numbered(a_round.id, words)}
    undone = []
    for number, event in words.items():
        entry = entries.get(number)
        if entry is None or not decide(office, a_round, entry, event):
            undone.append(number)
    return undone
