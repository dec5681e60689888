"""What happens to a mailing: it is scheduled, started, paused, resumed, finished and resent."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from itertools import islice

from mailer import author_consent, grants, readership
from mailer.errors import NotGranted, Refused
from mailer.grants import Changes
from mailer.model.editions import Translation
from mailer.model.failures import CANCELLED, group_replies
from mailer.model.issues import Event, Issue, State, advance, edition_for, too_late
from mailer.model.lists import Contact
from mailer.model.mailings import (
    NO_MAILING,
    OF_EDITIONS,
    OF_REVIEWS,
    Alike,
    Mailing,
    MailingKind,
    Readers,
    Resend,
    lists_left,
)
from mailer.model.needs import Need, stalled
from mailer.model.next_steps import require
from mailer.model.outbox import Counts, Delivery, Doubts, Due, transition
from mailer.model.refusals import CAUSES, CURES, Refusal, Suspension
from mailer.model.restorations import require_resumed
from mailer.office import Decision, Office
from mailer.phrases import Language, Phrase, phrase
from mailer.ports import Work

WHOM: Mapping[Resend, Phrase] = {
    Resend.LISTS: phrase("to lists that had not received it"),
    Resend.FAILED: phrase("to those whose copy had failed"),
    Resend.NEWCOMERS: phrase("to those who joined since"),
    Resend.DOUBTFUL: phrase("to those who may or may not have received it"),
    Resend.READER: phrase("to one reader once more"),
    Resend.WAITED: phrase("to those who waited for it in their language"),
}
"""Who gets a resend, in words."""

DOUBTS_NAMED = 20
"""How many recipients in doubt the summary names."""


def of_issue(work: Work, issue: Issue) -> Mailing | None:
    """The mailing of ``issue``, or None if it has not been started."""
    return work.mailings.of(MailingKind.ISSUE, issue.id)


def copies_of(work: Work, issue: Issue | None) -> int | None:
    """The ``mailing_id`` that queries of the outbox take: that of ``issue``, or None for service mail.

    It is NO_MAILING if the issue has not been started.
    """
    if issue is None:
        return None
    mailing = of_issue(work, issue)
    return mailing.id if mailing else NO_MAILING


@dataclass(frozen=True, slots=True)
class Switched:
    """An issue that was to be paused or resumed."""

    issue: Issue
    changed: bool
    """False if it was so before."""
    counts: Counts
    needs: Sequence[Need] = ()


def outstanding(office: Office, issue: Issue, only: Sequence[str] = ()) -> list[str]:
    """The lists that the issue has not gone to yet; ``only`` narrows them. Raises Refused for a list not its own."""
    return lists_left(office.rules.publication(issue.publication), of_issue(office.work, issue), only)


def agree(office: Office, issue: Issue, seen: Changes) -> None:
    """A person has seen what changed since the board was asked, and sends what it granted all the same."""
    if seen:
        grants.agree(office, issue, grants.require_issue(office, issue, ()), seen)


def begin(office: Office, issue: Issue, lists: Sequence[str], doubts: Doubts | None) -> int | None:
    """Decide doubts, and write copies for those of ``lists`` that have none. How many doubts, if it was asked.

    A suspended mailing goes on: that a person sends it is the answer to the question.
    """
    mailing = of_issue(office.work, issue)
    if mailing is not None and mailing.suspension is not None:
        resume(office, issue)
    resolved = resolve_doubts(office, issue, doubts) if doubts else None
    if lists:
        now = office.work.issues.issue_by_id(issue.id)
        assert now is not None
        start(office, now, outstanding(office, now, lists))
    return resolved


def resolve_doubts(office: Office, issue: Issue | None, doubts: Doubts) -> int:
    """Send what is in doubt once more, under the same Message-ID, or give it up; how many mails.

    ``issue`` None means service mail.
    """
    resend = doubts is Doubts.RESEND
    if resend:
        require_resumed(office.work.restorations.open())
    state = transition(Delivery.DOUBTFUL, Delivery.QUEUED if resend else Delivery.FAILED)
    mailing = of_issue(office.work, issue) if issue else None
    if issue and mailing is None:
        return 0
    resolved = office.work.outbox.resolve_doubts(mailing.id if mailing else None, state, office.now)
    if resolved and issue and mailing and resend and issue.state is State.SENT:
        office.work.issues.set_state(issue.id, advance(issue.state, Event.START))
        office.work.mailings.save(mailing.continued(Resend.DOUBTFUL, office.now))
    if resolved:
        office.hand_out()
        office.record("doubts resolved", issue.name if issue else "service mail", mails=resolved, resend=resend)
    return resolved


def schedule(office: Office, issue: Issue, due_at: datetime) -> None:
    """Let the daemon start the issue at ``due_at``.

    Raises Refused without a grant for all lists that are left at that time, or while there are changes to agree to.
    """
    require_resumed(office.work.restorations.open())
    lists = outstanding(office, issue)
    grants.require_agreed(office, issue, grants.require_issue(office, issue, lists, due_at))
    author_consent.require(office, issue)
    require(office.rules, issue, Event.SCHEDULE)
    office.work.issues.set_state(issue.id, advance(issue.state, Event.SCHEDULE))
    office.work.issues.set_due(issue.id, due_at)
    office.record("scheduled", issue.name, due=due_at.isoformat())


def unschedule(office: Office, issue: Issue) -> None:
    """Take back ``schedule``; the grant stays. Raises Refused for an issue that is not scheduled."""
    require(office.rules, issue, Event.UNSCHEDULE)
    office.work.issues.set_state(issue.id, advance(issue.state, Event.UNSCHEDULE))
    office.work.issues.set_due(issue.id, None)
    office.record("unscheduled", issue.name, due=issue.due_at.isoformat() if issue.due_at else None)


def start(office: Office, issue: Issue, lists: Sequence[str]) -> int:
    """Queue a copy for every active member of ``lists``, in one set operation; returns how many.

    Raises Refused without a grant, and while there are changes to agree to: copies are queued only where the grant is
    checked (law 4).
    """
    require_resumed(office.work.restorations.open())
    grants.require_agreed(office, issue, grants.require_issue(office, issue, lists))
    if issue.state in (State.APPROVED, State.SCHEDULED):
        author_consent.require(office, issue)
    office.work.issues.set_state(issue.id, advance(issue.state, Event.START))
    mailing = of_issue(office.work, issue)
    if mailing is None:
        mailing = office.work.mailings.add(MailingKind.ISSUE, issue.id, issue.publication, lists, office.now)
    else:
        mailing = mailing.to(lists).continued(Resend.LISTS, office.now)
        office.work.mailings.save(mailing)
    rows = _write_copies(office, issue, mailing, lists)
    office.record("sending started", issue.name, lists=list(lists), deliveries=rows)
    return rows


def resend(office: Office, issue: Issue, to: Resend) -> int:
    """Send to those whose copy failed, or to newcomers; how many mails."""
    return RESENDS[to](office, issue)


def send_to_newcomers(office: Office, issue: Issue) -> int:
    """Queue a copy for everyone who has joined the mailing's lists since it was started; returns how many."""
    mailing = _continue(office, issue, Resend.NEWCOMERS)
    rows = _write_copies(office, issue, mailing, mailing.lists)
    office.record("sent to newcomers", issue.name, deliveries=rows)
    return rows


def resend_failed(office: Office, issue: Issue) -> int:
    """Queue failed copies once more, under the same Message-ID, for recipients who may get it; returns how many."""
    mailing = _continue(office, issue, Resend.FAILED)
    rows = office.work.deliveries.requeue_failed(mailing.id, mailing.lists, office.now)
    office.hand_out()
    office.record("failed sent again", issue.name, deliveries=rows)
    return rows


def send_again(office: Office, issue: Issue, reader: Contact) -> None:
    """Queue one reader's copy once more. A copy that failed is tried again; else it is a new one.

    A new copy has a Message-ID of its own, because a mailbox may drop the second of two mails with the same one.
    """
    mailing = _continue(office, issue, Resend.READER)
    if not office.work.deliveries.requeue_failed(mailing.id, mailing.lists, office.now, reader.id):
        left, right = _message_id(office, issue)
        own = f"{reader.id}.{office.now:%Y%m%d%H%M%S}"
        if not office.work.outbox.add_copy(mailing.id, reader, left + own + right, office.now):
            raise Refused(f"One more copy for {reader.address} was queued in this very second.")
    office.hand_out()
    office.record("copy sent again", issue.name, to=reader.address)


RESENDS: Mapping[Resend, Callable[[Office, Issue], int]] = {
    Resend.FAILED: resend_failed,
    Resend.NEWCOMERS: send_to_newcomers,
}
"""How each of those is done that the secretary can ask for."""


def _continue(office: Office, issue: Issue, resend: Resend) -> Mailing:
    """The mailing of an issue that was started before, ready for more copies. Raises Refused without a grant."""
    require_resumed(office.work.restorations.open())
    mailing = of_issue(office.work, issue)
    if mailing is None or issue.state not in (State.SENDING, State.SENT):
        raise Refused(f"Issue {issue.number} is {issue.state}: it has not gone out yet, so there is nothing to add to.")
    grants.require_agreed(office, issue, grants.require_issue(office, issue, mailing.lists))
    office.work.issues.set_state(issue.id, advance(issue.state, Event.START))
    if mailing.suspension is not None:
        mailing = replace(mailing, paused_at=None, suspension=None)
    mailing = mailing.continued(resend, office.now)
    office.work.mailings.save(mailing)
    return mailing


def _write_copies(office: Office, issue: Issue, mailing: Mailing, lists: Sequence[str]) -> int:
    """A copy for each member of these lists: of the original, or of the edition that they read.

    Those wait who read an edition that is under way, as far as the configuration says so. If an edition may not go out,
    its readers get the original, and the secretary is told why.
    """
    shares = readership.split(office, issue, lists, mailing.started_at)
    if shares is None:
        return _write_originals(office, issue, mailing, lists)
    others = tuple(one.id for one in readership.mailings_of(office, issue))
    rows = _write_originals(office, issue, mailing, lists, Readers(shares.original, others))
    translations = {one.id: one for one in office.work.editions.of(issue.id)}
    for key in shares.editions:
        rows += readership.write_edition(office, issue, translations[key], lists, [mailing.id])
    for key, reason in shares.refused.items():
        _tell_refused(office, issue, translations[key], reason)
    waits = {
        key: readership.waits_until(office, issue, translations[key], mailing.started_at) for key in shares.waiting
    }
    if waits:
        office.work.mailings.save(replace(mailing, waits=tuple(sorted({**dict(mailing.waits), **waits}.items()))))
    return rows


def _write_originals(
    office: Office, issue: Issue, mailing: Mailing, lists: Sequence[str], readers: Readers | None = None
) -> int:
    left, right = _message_id(office, issue)
    alike = None if office.rules.publication(issue.publication).personal else _alike(office, issue, lists)
    rows = office.work.outbox.add_copies(mailing.id, lists, left, right, office.now, alike, readers)
    office.hand_out()
    return rows


def _tell_refused(office: Office, issue: Issue, translation: Translation, reason: str) -> None:
    """Tell the secretary that the readers of an edition get the original, because the edition may not go out."""
    values = {**_named(office, issue), "language": Language(translation.language), "reason": reason}
    office.tell_secretary("edition-refused", values, once=f"edition-refused {translation.id} {translation.proof}")
    office.record("edition refused", f"{issue.name} {translation.language}", reason=reason)


def _waited(office: Office, now: datetime) -> list[Decision]:
    """Readers who have waited long enough for an edition, or whose edition has been given up, get the original."""
    found = []
    for mailing in office.work.mailings.all():
        for translation_id, until in mailing.waits:
            translation = office.work.editions.by_id(translation_id)
            if now >= until or translation is None or not translation.is_open:
                decide = partial(_send_original, mailing_id=mailing.id, translation_id=translation_id)
                found.append(Decision(f"the original instead of edition {translation_id}", decide))
    return found


def _send_original(office: Office, mailing_id: int, translation_id: int) -> None:
    """The mailing was read earlier; if nobody waits for the translation any more, this does nothing."""
    mailing = office.work.mailings.by_id(mailing_id)
    translation = office.work.editions.by_id(translation_id)
    issue = office.work.issues.issue_by_id(mailing.subject)
    if translation is None or issue is None or translation_id not in dict(mailing.waits):
        return
    languages = readership.waiting_for(office, issue, translation, mailing.lists)
    waits = tuple(wait for wait in mailing.waits if wait[0] != translation_id)
    office.work.mailings.save(replace(mailing, waits=waits))
    try:
        continued = _continue(office, issue, Resend.WAITED)
    except Refused as fault:
        _tell_refused(office, issue, translation, str(fault))
        return
    others = tuple(one.id for one in readership.mailings_of(office, issue))
    rows = _write_originals(office, issue, continued, continued.lists, Readers(languages, others))
    name = f"{issue.name} {translation.language}"
    office.record("sent to those who waited", name, edition=translation_id, deliveries=rows)
    values = {**_named(office, issue), "language": Language(translation.language), "readers": rows}
    office.tell_secretary("edition-late", values, once=f"edition-late {mailing.id} {translation_id}")


def _message_id(office: Office, issue: Issue) -> tuple[str, str]:
    """What stands before and after a reader's own part of a Message-ID."""
    digest = (issue.digest or "")[:12]
    return f"<{issue.publication}-{issue.number}.", f".{digest}@{office.rules.address.domain}>"


def _alike(office: Office, issue: Issue, lists: Sequence[str]) -> Alike:
    readers = office.work.lists.languages(lists)
    editions = {language: edition_for(issue.editions, language).language for language in readers}
    return Alike(office.rules.format, issue.editions[0].language, editions)


def due(office: Office, now: datetime) -> list[Decision]:
    """Start the scheduled issues that are due; an edited one is no longer scheduled (see ``handlers.issues``)."""
    if office.work.restorations.open():
        return []
    starts = [Decision(f"starting {one.name}", partial(release, issue=one)) for one in office.work.issues.due(now)]
    return starts + _waited(office, now)


def release(office: Office, issue: Issue) -> None:
    """Start a scheduled issue, for the lists that were approved; if it is too late for that, ask the secretary.

    ``issue`` was read earlier. If it or its source has changed since, this does nothing.
    """
    if office.work.issues.issue_by_id(issue.id) != issue or office.sources.edited(issue):
        return
    if issue.due_at and too_late(issue.due_at, office.now, office.rules.grace):
        _miss(office, issue, issue.due_at)
        return
    grant = grants.find(office, Issue.KIND, issue.id)
    lists = [key for key in outstanding(office, issue) if grant is None or key in grant.lists]
    try:
        found = grants.changes(office, issue, grants.require_issue(office, issue, lists))
    except NotGranted as fault:
        _hold(office, issue, [str(fault)])
        return
    if found:
        _hold(office, issue, grants.said(found))
        return
    start(office, issue, lists)


def _miss(office: Office, issue: Issue, due_at: datetime) -> None:
    """Keep the issue approved but no longer scheduled, and ask the secretary what to do."""
    office.work.issues.set_state(issue.id, advance(issue.state, Event.MISS))
    office.record("missed", issue.name, due=due_at.isoformat())
    values = {**_named(office, issue), "due": due_at, "now": office.now}
    office.tell_secretary("missed", values, once=f"missed {issue.id} {due_at.isoformat()}")


def _hold(office: Office, issue: Issue, why: Sequence[str]) -> None:
    """As ``_miss``, because something has changed since the board was asked."""
    due = issue.due_at.isoformat() if issue.due_at else ""
    office.work.issues.set_state(issue.id, advance(issue.state, Event.MISS))
    office.record("held", issue.name, due=due, why=list(why))
    office.tell_secretary(
        "held-back", {**_named(office, issue), "due": issue.due_at, "why": why}, once=f"held {issue.id} {due}"
    )


def _named(office: Office, issue: Issue) -> dict[str, object]:
    """What every notice to the secretary calls the issue."""
    return {
        "publication": office.rules.publication(issue.publication).title,
        "number": issue.number,
        "title": issue.title,
        "typed": office.rules.typed(issue.publication, issue.number),
    }


def pause_each(office: Office, issue: Issue | None) -> list[Switched]:
    """Pause one issue, or all that are being sent."""
    return [_switched(office, one, pause(office, one)) for one in ([issue] if issue else unfinished(office))]


def resume_each(office: Office, issue: Issue | None, at_work: bool) -> list[Switched]:
    """Resume one issue, or all that are paused; ``at_work``: whether a process sends now."""
    found = [_switched(office, one, resume(office, one)) for one in ([issue] if issue else unfinished(office))]
    return [replace(one, needs=stalled(one.issue, one.counts, paused=False, at_work=at_work)) for one in found]


def _switched(office: Office, issue: Issue, changed: bool) -> Switched:
    return Switched(issue, changed, office.work.outbox.counts(copies_of(office.work, issue)))


def unfinished(office: Office) -> list[Issue]:
    """The issues that are being sent, paused ones included."""
    open_ones = [one for one in office.work.mailings.unfinished() if one.kind is MailingKind.ISSUE]
    under_way = [mailing.subject for mailing in open_ones if not mailing.cancelled_at]
    return [issue for issue_id in under_way if (issue := office.work.issues.issue_by_id(issue_id))]


def pause(office: Office, issue: Issue) -> bool:
    """Send no more copies until ``resume``; False if the issue is paused already."""
    mailing = of_issue(office.work, issue)
    if mailing is None or mailing.cancelled_at or mailing.finished_at:
        raise Refused(f"Issue {issue.number} is {issue.state}: there is nothing to pause.")
    if mailing.paused_at:
        return False
    for one in (mailing, *readership.mailings_of(office, issue)):
        if one.is_running:
            office.work.mailings.save(replace(one, paused_at=office.now))
    office.record("paused", issue.name)
    return True


def resume(office: Office, issue: Issue) -> bool:
    """Continue sending; False if the issue is not paused."""
    mailing = of_issue(office.work, issue)
    if mailing is None or not mailing.paused_at:
        return False
    for one in (mailing, *readership.mailings_of(office, issue)):
        if one.paused_at:
            office.work.mailings.save(replace(one, paused_at=None, suspension=None))
    office.hand_out()
    office.record("resumed", issue.name, paused=mailing.paused_at.isoformat())
    return True


def suspend(office: Office, row: Due, why: Suspension) -> None:
    """Send no more copies of the row's mailing, as a refusal is or may be about us, and ask the secretary (E18).

    Other mail is not held up. A service mail that is too large for the relay is only reported.
    """
    values: dict[str, object] = {"cause": CAUSES[why.refusal], "reply": why.reply, "cure": CURES[why.refusal]}
    if row.mailing is None:
        office.tell_secretary(
            "suspended", values | {"recipient": row.recipient, "title": ""}, once=f"suspended {row.id}"
        )
        return
    mailing = office.work.mailings.by_id(row.mailing)
    if mailing.paused_at is None:
        office.work.mailings.save(replace(mailing, paused_at=office.now, suspension=why))
    counts = office.work.outbox.counts(mailing.id)
    values |= {"sent": counts[Delivery.SENT], "failed": counts[Delivery.FAILED], "waiting": counts.unresolved}
    if mailing.kind is MailingKind.PRESS:
        version = office.work.library.version(mailing.subject)
        assert version is not None
        name, notice = version.name, "press-held"
        values |= {"title": version.title, "key": version.key, "reason": why.reply or CAUSES[why.refusal]}
    elif mailing.kind in OF_REVIEWS:
        (key,) = mailing.lists
        name, notice = f"review of {key}", "suspended-review"
        values |= {"title": office.rules.lists[key].title, "key": key}
    else:
        issue = issue_of(office, mailing)
        name, notice = issue.name, "not-granted" if why.refusal is Refusal.GRANT else "suspended"
        values |= _named(office, issue)
    office.record("suspended", name, refusal=why.refusal.value, reply=why.reply)
    office.tell_secretary(notice, values, once=f"{notice} {name} {office.now.isoformat()}")


def settle(office: Office) -> None:
    """Finish the mailings that have nothing left to send.

    Only the process that sends may call this. It gives up the waiting copies of cancelled mailings, and no ledger may
    have taken any of these. After a restore from a backup, they stay open until a person resumes.
    """
    if office.work.restorations.open():
        return
    open_ones = office.work.mailings.unfinished()
    for mailing in open_ones:
        if mailing.cancelled_at:
            office.work.deliveries.give_up(mailing.id, CANCELLED, office.now)
    unresolved = office.work.outbox.unresolved_mailings()
    for mailing in open_ones:
        if mailing.id not in unresolved:
            going = replace(mailing, paused_at=None, suspension=None) if mailing.suspension else mailing
            office.work.mailings.save(replace(going, finished_at=office.now))
            FINISH[mailing.kind](office, mailing)


def issue_of(office: Office, mailing: Mailing) -> Issue:
    """The issue of which the mailing has copies."""
    subject = mailing.subject
    if mailing.kind in OF_EDITIONS:
        translation = office.work.editions.by_id(subject)
        assert translation is not None
        subject = translation.issue
    issue = office.work.issues.issue_by_id(subject)
    assert issue is not None
    return issue


def _finish_issue(office: Office, mailing: Mailing) -> None:
    """Mark the issue as sent, unless it was cancelled, and send the secretary a summary."""
    issue = office.work.issues.issue_by_id(mailing.subject)
    assert issue is not None
    if issue.state is State.SENDING:
        office.work.issues.set_state(issue.id, advance(issue.state, Event.SETTLE))
    counts = office.work.outbox.counts(mailing.id)
    office.record("sent", issue.name, **{state.value: counts[state] for state in Delivery if counts[state]})
    _summarise(office, issue, mailing)


def _finish_edition(office: Office, mailing: Mailing) -> None:
    """Send the secretary a summary."""
    issue, translation = issue_of(office, mailing), office.work.editions.by_id(mailing.subject)
    assert translation is not None
    counts = office.work.outbox.counts(mailing.id)
    name = f"{issue.name} {translation.language}"
    office.record("sent", name, **{state.value: counts[state] for state in Delivery if counts[state]})
    values = {
        **_named(office, issue),
        "language": Language(translation.language),
        "translator": translation.credit,
        "sent": counts[Delivery.SENT],
        "failed": counts[Delivery.FAILED],
        "suppressed": counts[Delivery.SUPPRESSED],
        "doubtful": counts[Delivery.DOUBTFUL],
        **office.work.audit.head().values,
    }
    once = f"edition-sent {mailing.id} {'+'.join(mailing.lists)} {mailing.resend_at or ''}".strip()
    office.tell_secretary("edition-sent", values, once=once)


def _finish_copies(office: Office, mailing: Mailing) -> None:
    """Nothing: nobody needs to know when the copies are sent that readers have asked for, or that ask readers."""


def _finish_press(office: Office, mailing: Mailing) -> None:
    """Tell the secretary that the journalists have it."""
    version, counts = office.work.library.version(mailing.subject), office.work.outbox.counts(mailing.id)
    assert version is not None
    office.record("sent", version.name, **{state.value: counts[state] for state in Delivery if counts[state]})
    values = {"title": version.title, "sent": counts[Delivery.SENT], "failed": counts[Delivery.FAILED]}
    office.tell_secretary("press-sent", values, once=f"press-sent {mailing.id} {office.now.isoformat()}")


FINISH: Mapping[MailingKind, Callable[[Office, Mailing], None]] = {
    MailingKind.ISSUE: _finish_issue,
    MailingKind.COPIES: _finish_copies,
    MailingKind.EDITION: _finish_edition,
    MailingKind.EDITION_COPIES: _finish_copies,
    MailingKind.PRESS: _finish_press,
    MailingKind.REVIEW: _finish_copies,
    MailingKind.REVIEW_REMINDER: _finish_copies,
}
"""What to do when a mailing of a kind is finished."""


def _summarise(office: Office, issue: Issue, mailing: Mailing) -> None:
    """Tell the secretary how the send went, once for each send."""
    counts = office.work.outbox.counts(mailing.id)
    resent_at = mailing.resend_at
    this_time = office.work.deliveries.counts_since(mailing.id, resent_at) if resent_at else counts
    took = office.now - mailing.began_at
    replies = partial(office.work.deliveries.replies, mailing.id)
    office.tell_secretary(
        "summary",
        {
            "publication": office.rules.publication(issue.publication).title,
            "number": issue.number,
            "title": issue.title,
            "cancelled": mailing.cancelled_at is not None,
            "typed": office.rules.typed(issue.publication, issue.number),
            "whom": WHOM[mailing.resend] if mailing.resend else "",
            "sent_now": this_time[Delivery.SENT],
            "total_now": this_time.total,
            "total": counts.total,
            "mostly_failed": counts.mostly_failed,
            "sent": counts[Delivery.SENT],
            "failed": counts[Delivery.FAILED],
            "suppressed": counts[Delivery.SUPPRESSED],
            "doubtful": counts[Delivery.DOUBTFUL],
            "failures": group_replies(replies(Delivery.FAILED)),
            "held": group_replies(replies(Delivery.SUPPRESSED)),
            "doubts": [recipient for recipient, _ in islice(replies(Delivery.DOUBTFUL), DOUBTS_NAMED)],
            "started": mailing.began_at,
            "ended": office.now,
            "took": took,
            "per_minute": _per_minute(this_time[Delivery.SENT], took),
            **office.work.audit.head().values,
        },
        once=f"summary {mailing.id} {'+'.join(mailing.lists)} {resent_at or ''}".strip(),
    )


def _per_minute(sent: int, took: timedelta) -> int:
    """The rate, or 0 if it took less than a second."""
    return round(sent / took.total_seconds() * 60) if took > timedelta(seconds=1) else 0
