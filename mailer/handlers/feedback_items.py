"""What the secretary does with feedback at the command line: looks, searches, assigns, tags, answers, closes."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from mailer import feedback_mail
from mailer.errors import Refused
from mailer.inbound.item_subjects import numbered
from mailer.message import Address
from mailer.model.feedback import NO_TAG, TAG, Entry, Event, Item, State
from mailer.office import Office
from mailer.ports.feedback import Wanted
from mailer.staff import is_staff


@dataclass(frozen=True, slots=True)
class ItemView:
    """An item with all that was said about it."""

    item: Item
    entries: Sequence[Entry]
    about: str
    """What it is about, for people; may be empty."""
    is_late: bool


def find(office: Office, wanted: Wanted, limit: int) -> list[ItemView]:
    """The newest items that fit, the newest first, without their histories."""
    return [_view(office, item, ()) for item in office.work.feedback.find(wanted, limit)]


def view(office: Office, number: int) -> ItemView:
    """One item with its history. Raises Refused if there is none with this number."""
    item = _item(office, number)
    return _view(office, item, office.work.feedback.entries(number))


def _view(office: Office, item: Item, entries: Sequence[Entry]) -> ItemView:
    late = item.is_late(office.now, office.rules.feedback.expect)
    return ItemView(item, entries, feedback_mail.about(office, item), late)


def _item(office: Office, number: int) -> Item:
    item = office.work.feedback.item(number)
    if item is None:
        raise Refused(f"There is no number {number}: see `mailer feedback ls --all`.")
    return item


def originals(office: Office, number: int) -> Iterator[tuple[str, bytes]]:
    """Each mail of an item that is kept, and then its attachments, with file names of ours (C6)."""
    for entry in _item_entries(office, number):
        if entry.whole:
            yield f"feedback-{number}-{entry.id}.eml", office.work.feedback.raw(entry.id)
            for file, data in feedback_mail.files_of(office, entry):
                yield file.filename(number), data


def _item_entries(office: Office, number: int) -> list[Entry]:
    return office.work.feedback.entries(_item(office, number).number)


def assign(office: Office, number: int, to: Address) -> Item:
    """Make one of the staff responsible for an item; they get a copy of it that they can answer by a reply.

    Raises Refused if its state forbids it, or for an address that is not the staff's.
    """
    item = _item(office, number)
    if not is_staff(office, to):
        raise Refused(
            f"{to} is not staff: name the address as an editor of a publication or in a route of [feedback], so that "
            "its replies can go to askers."
        )
    state = item.after(Event.ASSIGNED)
    office.work.feedback.change(number, office.now, state=state.value, assignee=str(to))
    office.record("feedback assigned", f"feedback {number}", to=str(to))
    changed, last = _item(office, number), feedback_mail.last_mail(office, item)
    if last is not None and to.base_key != item.asker.base_key:
        feedback_mail.pass_on(office, changed, last, to, feedback_mail.enclose(office, last, whole=True))
    return changed


def tag(office: Office, number: int, add: Sequence[str], remove: Collection[str]) -> Item:
    """Add tags to an item and remove others. Raises Refused for a word that is no tag."""
    item = _item(office, number)
    for word in add:
        if not TAG.fullmatch(word):
            raise Refused(f"“{word}” is no tag: {NO_TAG}.")
    tags = [word for word in dict.fromkeys((*item.tags, *add)) if word not in remove]
    if tuple(tags) != item.tags:
        office.work.feedback.change(number, office.now, tags=tags)
        office.record("feedback tagged", f"feedback {number}", tags=tags)
    return _item(office, number)


def close(office: Office, number: int) -> Item:
    """Close an item without an answer. Raises Refused if it is closed."""
    return _move(office, number, Event.CLOSED)


def reopen(office: Office, number: int) -> Item:
    """Let an item wait again. Raises Refused if it waits."""
    return _move(office, number, Event.REOPENED)


def _move(office: Office, number: int, event: Event) -> Item:
    item = _item(office, number)
    state = item.after(event)
    office.work.feedback.change(number, office.now, state=state.value)
    office.record(f"feedback {event}", f"feedback {number}")
    return _item(office, number)


@dataclass(frozen=True, slots=True)
class Preview:
    """An answer as it would go out."""

    to: str
    subject: str
    text: str
    is_answered: bool
    """Whether the item has an answer, and nobody has written since."""


def preview(office: Office, number: int, text: str) -> Preview:
    """The answer that ``answer`` would send. Raises Refused as it does."""
    item = _item(office, number)
    item.after(Event.ANSWERED)
    if not text.strip():
        raise Refused("The answer has no words.")
    if reason := feedback_mail.cannot_be_sent(office, item):
        raise Refused(f"{item.address} takes no mail: {reason}")
    if feedback_mail.has_ungranted_text(office, text):
        raise Refused("That is the text of an issue that the board has not granted; it cannot go to anybody.")
    return Preview(item.who, f"Re: {numbered(item.subject, number)}", text, item.state is State.ANSWERED)


def answer(office: Office, number: int, text: str) -> Item:
    """Send an answer to the asker. Raises Refused if it is empty, or if the asker takes no mail."""
    preview(office, number, text)
    return feedback_mail.send_answer(office, _item(office, number), text, office.actor)


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for an answer."""

    items: Sequence[Item]
    late: Collection[int]
    """The numbers of those that are late."""


def waiting(office: Office) -> Waiting:
    """Everything that waits for an answer, the oldest first."""
    items, expected = list(office.work.feedback.each_waiting()), office.rules.feedback.expect
    return Waiting(items, {item.number for item in items if item.is_late(office.now, expected)})


def counts(office: Office) -> tuple[int, int]:
    """How many items wait for an answer, and how many of them are late."""
    return office.work.feedback.counts(office.now - office.rules.feedback.expect)
