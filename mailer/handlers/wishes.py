"""Requests by mail: what task groups and others want, as numbered items that staff answer like any other.

A request is a submission, which its address confirms, and then an item of feedback with the same lines.
"""

from __future__ import annotations

from datetime import datetime
from functools import partial

from mailer import feedback_mail, submissions
from mailer.errors import Refused
from mailer.inbound.filled import read_filled
from mailer.inbound.intents import Intent, Verdict
from mailer.message import Inbound, clean
from mailer.model.feedback import WAITING, Entry, EntryKind, Event, Item, ReplyTo
from mailer.model.inbound import Result
from mailer.model.questionnaires import shown
from mailer.model.submissions import State, Submission
from mailer.model.wishes import DUE_TAG, KIND, NEAR, REQUEST, Wish, submission_of, tag_of, until_of
from mailer.office import Decision, Office
from mailer.ports.feedback import Wanted
from mailer.staff import write_to_staff

_SUBJECT = 200


def begin(office: Office, mail: Inbound, intent: Intent, verdict: Verdict) -> Result:
    """Keep a request, and ask its writer whether it is theirs; one without lines gets them to fill in."""
    filled = read_filled(mail, REQUEST, {}, office.renderer.wordings)
    return submissions.begin(office, mail, KIND, REQUEST, filled, verdict)


def _confirmed(office: Office, submission: Submission) -> None:
    """Open an item with its lines, or add a correction to it, and tell the secretary."""
    item = _item_of(office, submission.id)
    text = _text(submission)
    if item is None:
        item = feedback_mail.begin(
            office, submission.to, submission.values.get("what", ""), text, (KIND, tag_of(submission.id))
        )
    else:
        entry = Entry(0, item.number, EntryKind.MAIL, submission.address, office.now, text, "", (), "", whole=False)
        office.work.feedback.add_entry(entry)
        office.work.feedback.change(
            item.number,
            office.now,
            state=item.after(Event.WRITTEN).value,
            written_at=office.now,
            subject=clean(submission.values.get("what", ""), _SUBJECT),
            tags=[tag for tag in item.tags if tag != DUE_TAG],
        )
    values: dict[str, object] = {
        "number": item.number,
        "sender": item.who,
        "fields": shown(REQUEST, submission.values),
        "beside": submission.beside,
        "changed": submission.revision > 1,
    }
    write_to_staff(
        office,
        office.rules.secretary,
        "wish",
        values,
        kind=ReplyTo.ASKER,
        subject=item.number,
        about=f"#{item.number}",
        once=f"wish {submission.id} {submission.revision}",
    )


def _text(submission: Submission) -> str:
    """Its lines, for the history of the item; the command line speaks English."""
    lines = [f"{one.label}: {one.value}" for one in shown(REQUEST, submission.values) if one.value]
    return "\n".join(lines) + (f"\n\n{submission.beside}" if submission.beside else "")


def _withdrawn(office: Office, submission: Submission) -> None:
    """Close the item: who asked does not want it any more."""
    item = _item_of(office, submission.id)
    if item is not None and item.waits:
        office.work.feedback.change(item.number, office.now, state=item.after(Event.CLOSED).value)
        office.record("feedback closed", f"feedback {item.number}", by="its asker took the request back")
        values = {"number": item.number, "sender": item.who, "what": clean(item.subject, _SUBJECT)}
        language = office.rules.language
        office.write(
            office.rules.secretary, "wish-withdrawn", values, language=language, once=f"wish off {item.number}"
        )


SUBMISSION = submissions.SubmissionKind(REQUEST, _confirmed, _withdrawn)


# --- what the secretary sees and does ---


def find(office: Office, *, everything: bool = False, limit: int = 500) -> list[Wish]:
    """The requests that wait, or all; those that are wanted soonest first."""
    wanted = Wanted(tag=KIND, states=() if everything else WAITING)
    found = [_wish(office, item) for item in office.work.feedback.find(wanted, limit)]
    return sorted(found, key=lambda wish: (wish.until is None, wish.until, wish.item.number))


def view(office: Office, number: int) -> Wish:
    """Raises Refused if that number is no request."""
    item = office.work.feedback.item(number)
    if item is None or KIND not in item.tags:
        raise Refused(f"Number {number} is no request: see `mailer requests ls --all`.")
    return _wish(office, item)


def done(office: Office, number: int, note: str = "") -> Wish:
    """Close a request because what was wanted is there, and tell who asked. Raises Refused if it is closed.

    ``note`` is a line for them, such as where to find it.
    """
    wish = view(office, number)
    state = wish.item.after(Event.CLOSED)
    office.work.feedback.change(number, office.now, state=state.value)
    office.record("request done", f"feedback {number}", note=note)
    submission = _submission_of(office, wish.item)
    if submission is not None and submission.may_be(State.ACCEPTED):
        submissions.decide(office, submission, State.ACCEPTED)
    if feedback_mail.cannot_be_sent(office, wish.item) is None:
        values = {"what": clean(wish.item.subject, _SUBJECT), "number": number, "note": clean(note, 500)}
        office.write(wish.item.asker, "wish-done", values, language=wish.item.language, once=f"wish done {number}")
    return view(office, number)


def _wish(office: Office, item: Item) -> Wish:
    submission = _submission_of(office, item)
    return Wish(item, submission.values if submission else {})


def _submission_of(office: Office, item: Item) -> Submission | None:
    number = submission_of(item.tags)
    return office.work.submissions.by_id(number) if number is not None else None


def _item_of(office: Office, submission: int) -> Item | None:
    return next(iter(office.work.feedback.find(Wanted(tag=tag_of(submission)), 1)), None)


# --- what time does ---


def due(office: Office, now: datetime) -> list[Decision]:
    """Tell the secretary, once, of each request that waits and whose day is near."""
    today = now.astimezone(office.rules.timezone).date()
    near = [
        one.id
        for one in office.work.submissions.each([State.CONFIRMED], KIND)
        if (until := until_of(one.values)) is not None and until - today <= NEAR
    ]
    items = [item for number in near if (item := _item_of(office, number)) is not None]
    return [
        Decision("reminding of a request", partial(_remind, number=item.number))
        for item in items
        if item.waits and DUE_TAG not in item.tags
    ]


def _remind(office: Office, number: int) -> None:
    wish = view(office, number)
    if not wish.item.waits or DUE_TAG in wish.item.tags:
        return
    office.work.feedback.change(number, office.now, tags=[*wish.item.tags, DUE_TAG])
    office.record("request due", f"feedback {number}")
    values: dict[str, object] = {
        "number": number,
        "sender": wish.item.who,
        "what": clean(wish.item.subject, _SUBJECT),
        "until": wish.until,
    }
    write_to_staff(
        office,
        office.rules.secretary,
        "wish-due",
        values,
        kind=ReplyTo.ASKER,
        subject=number,
        about=f"#{number}",
        once=f"wish due {number} {wish.until}",
    )
