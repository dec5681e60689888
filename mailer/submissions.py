"""What anybody proposes by mail: it is kept, its address confirms it (B11), and then a person decides.

Until it is confirmed nobody sees it. Addresses in its values are data: nothing is written to them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from mailer.compose.notices import Attachment
from mailer.errors import Refused
from mailer.inbound.commands import worth_reading
from mailer.inbound.intents import Verdict
from mailer.inbound.own_words import own_words_in
from mailer.inbound.wording import words_of
from mailer.message import Address, Inbound
from mailer.model.inbound import Done, Result
from mailer.model.lists import Contact
from mailer.model.personal_data import Held
from mailer.model.questionnaires import Filled, Questionnaire, shown
from mailer.model.questions import Choice, Question, Reply
from mailer.model.staff import StaffNotice
from mailer.model.submissions import CORRECTED, LARGEST, OPEN_ONES, UNCONFIRMED, State, Submission
from mailer.office import Decision, Office
from mailer.phrases import Phrase, phrase
from mailer.questions import ask

_COMMAND = 4
"""The most words of a first paragraph that is nothing but the command."""

KIND = "submission"
"""What begins the kinds of questions about submissions; the kind of the submission follows."""


@dataclass(frozen=True, slots=True)
class SubmissionKind:
    """What a subject offers to submissions."""

    questionnaire: Questionnaire
    confirmed: Callable[[Office, Submission], None]
    """Asks a person to decide. It is called when the address has confirmed, and again after each correction."""
    withdrawn: Callable[[Office, Submission], None] | None = None
    """Is called when a confirmed one was taken back."""


def begin(
    office: Office,
    mail: Inbound,
    kind: str,
    questionnaire: Questionnaire,
    filled: Filled,
    verdict: Verdict,
    *,
    also: Sequence[Phrase] = (),
    attachments: Sequence[Attachment] = (),
) -> Result:
    """Keep what the mail proposes, and ask its address whether it is theirs.

    An authentic writer sees the lines as they were understood; any other is told only that something came (B1). A mail
    without lines gets the lines to fill in. A person gets what is too much for a day. ``also`` is what else the
    subject says, and ``attachments`` what it gives them.
    """
    to = Address.parse(mail.author.key, mail.author.name)
    title = {"title": questionnaire.title, "also": list(also)}
    notice = "submission-lines" if filled.is_empty else "submission-confirm"
    if not _is_admitted(office, to, notice):
        return Result(Done.SUBMISSION_NOT_TAKEN, {"kind": kind})
    draft = Submission(
        id=0,
        kind=kind,
        address=str(to),
        name=to.name,
        language=office.language_of(to),
        values=filled.values,
        asked_at=office.now,
        beside=_beside(office, mail, filled),
        raw=_kept(mail) if verdict.authentic else b"",
    )
    submission = office.work.submissions.add(draft)
    if filled.is_empty:
        _ask(office, submission, questionnaire, notice, title, in_reply_to="", attachments=attachments)
        return Result(Done.SUBMISSION_LINES_SENT, {"kind": kind})
    office.record("submission came", f"{kind} {submission.id}", address=str(to))
    values = {**title, "known": verdict.authentic, "problems": [(one.reason, one.written) for one in filled.problems]}
    answered = mail.message_id if verdict.authentic else ""
    _ask(office, submission, questionnaire, notice, values, in_reply_to=answered, attachments=attachments)
    return Result(Done.SUBMISSION_ASKED, {"kind": kind, "number": submission.id})


def begin_on_page(
    office: Office,
    to: Address,
    kind: str,
    questionnaire: Questionnaire,
    values: Mapping[str, str],
    *,
    also: Sequence[Phrase] = (),
    attachments: Sequence[Attachment] = (),
) -> Result:
    """Keep what somebody filled in on a page, and ask the address that they gave whether it is theirs.

    It goes on as with a mail that nothing proves: the question repeats none of it (B1).
    """
    if not _is_admitted(office, to, "submission-confirm"):
        return Result(Done.SUBMISSION_NOT_TAKEN, {"kind": kind})
    draft = Submission(0, kind, to.key, to.name, office.language_of(to), dict(values), office.now)
    submission = office.work.submissions.add(draft)
    office.record("submission came", f"{kind} {submission.id}", address=to.key)
    told = {"title": questionnaire.title, "also": list(also), "known": False, "problems": []}
    _ask(office, submission, questionnaire, "submission-confirm", told, in_reply_to="", attachments=attachments)
    return Result(Done.SUBMISSION_ASKED, {"kind": kind, "number": submission.id})


def _is_admitted(office: Office, to: Address, notice: str) -> bool:
    """Whether the mailbox may be asked about one more today."""
    open_ones = office.work.submissions.of_mailbox(to.base_key, [State.ASKED])
    return office.admits(notice, to) and len(open_ones) < OPEN_ONES


def _ask(
    office: Office,
    submission: Submission,
    questionnaire: Questionnaire,
    notice: str,
    values: Mapping[str, object],
    *,
    in_reply_to: str,
    attachments: Sequence[Attachment] = (),
) -> None:
    ask(
        office,
        Address.parse(submission.address) if submission.state is State.ASKED else submission.to,  # no word yet (B1)
        notice,
        {**values, "days": UNCONFIRMED.days},
        kind=f"{KIND} {submission.kind}",
        subject=submission.id,
        state=submission.stands,
        about=str(questionnaire.title),
        questionnaire=questionnaire,
        offered=submission.values,
        valid=UNCONFIRMED if submission.state is State.ASKED else CORRECTED,
        language=submission.language,
        in_reply_to=in_reply_to,
        attachments=attachments,
    )


def _beside(office: Office, mail: Inbound, filled: Filled) -> str:
    """What the mail says beside its lines, without the command and courtesy."""
    written = own_words_in(filled.beside, mail.author.name, keeps_fields=True).paragraphs
    is_command = bool(written) and len(words_of(" ".join(written[0]))) <= _COMMAND
    return worth_reading(mail, written[is_command:], office.rules.name)


def _kept(mail: Inbound) -> bytes:
    """The mail for its attachments, if it has any."""
    has_files = any(not one.inline for one in mail.attachments)
    return mail.raw if has_files and len(mail.raw) <= LARGEST else b""


# --- what its address answers ---


def state(office: Office, asked: Question | StaffNotice) -> str:
    """The state that a question to its address, or a notice to staff who decide, has to be of."""
    submission = office.work.submissions.by_id(asked.subject)
    return submission.stands if submission else ""


def answered(office: Office, mail: Inbound, reply: Reply, question: Question, kind: SubmissionKind) -> Result:
    """Confirm, correct or take back a submission. The question's token shows whose it is (B11)."""
    submission = office.work.submissions.by_id(question.subject)
    if submission is None:
        return Result(Done.NO_SUCH_QUESTION)
    if reply.choice is Choice.NO:
        return _take_back(office, submission, kind)
    return _confirm(office, mail, reply, submission, kind)


def propose(office: Office, mail: Inbound, reply: Reply, to: Address, name: str, kind: SubmissionKind) -> Result:
    """Keep what somebody proposes in answer to a question of ours; its token shows that it is theirs (B11).

    ``name`` is the kind's name.
    """
    values = reply.filled.values if reply.filled else {}
    draft = Submission(0, name, str(to), to.name, office.language_of(to), values, office.now)
    return _confirm(office, mail, reply, office.work.submissions.add(draft), kind)


def _confirm(office: Office, mail: Inbound, reply: Reply, before: Submission, kind: SubmissionKind) -> Result:
    filled = reply.filled or Filled(before.values)
    after = replace(
        before,
        values=filled.values,
        beside="\n\n".join(part for part in (before.beside, reply.words) if part),
        state=State.CONFIRMED,
        revision=before.revision + 1,
        confirmed_at=before.confirmed_at or office.now,
        raw=_kept(mail) or before.raw,
    )
    office.work.submissions.save(after)
    what = "submission confirmed" if before.state is State.ASKED else "submission corrected"
    office.record(what, f"{after.kind} {after.id}", address=after.address)
    kind.confirmed(office, after)
    old = {one.key: one.value for one in shown(kind.questionnaire, before.values)}
    new = shown(kind.questionnaire, after.values)
    is_correction = before.state is State.CONFIRMED
    values = {
        "title": kind.questionnaire.title,
        "changed": [(one.label, old[one.key], one.value) for one in new if is_correction and one.key in filled.changed],
    }
    _ask(office, after, kind.questionnaire, "submission-received", values, in_reply_to=mail.message_id)
    return Result(Done.SUBMISSION_CONFIRMED, {"kind": after.kind, "number": after.id})


def _take_back(office: Office, submission: Submission, kind: SubmissionKind) -> Result:
    taken = decide(office, submission, State.WITHDRAWN)
    if submission.state is State.ASKED:  # perhaps it never was theirs
        office.work.submissions.erase(taken.id)
    else:
        if kind.withdrawn:
            kind.withdrawn(office, taken)
        values = {"title": kind.questionnaire.title}
        office.write(taken.to, "submission-withdrawn", values, language=taken.language, in_reply_to="")
    return Result(Done.SUBMISSION_WITHDRAWN, {"kind": taken.kind, "number": taken.id})


# --- what a person decides, and what time does ---


def decide(office: Office, submission: Submission, to: State) -> Submission:
    """Accept it, decline it or take it back; returns it as it is then. Raises Refused if that cannot follow."""
    if not submission.may_be(to):
        raise Refused(f"submission {submission.id} is {submission.state.value}; it cannot be {to.value}")
    decided = replace(submission, state=to, decided_at=office.now)
    office.work.submissions.save(decided)
    office.record(f"submission {to.value}", f"{decided.kind} {decided.id}", address=decided.address)
    return decided


def due(office: Office, now: datetime) -> list[Decision]:
    """Let those expire that nobody has confirmed."""
    expired = office.work.submissions.unconfirmed(now - UNCONFIRMED)
    return [Decision("expiring submissions", partial(_expire, numbers=expired))] if expired else []


def _expire(office: Office, numbers: Sequence[int]) -> None:
    for number in numbers:
        submission = office.work.submissions.by_id(number)
        if submission is not None and submission.may_be(State.EXPIRED):
            office.work.submissions.save(replace(submission, state=State.EXPIRED, decided_at=office.now))
            office.work.submissions.erase(number)


def held(office: Office, contact: Contact, kinds: Mapping[str, SubmissionKind]) -> list[Held]:
    """What somebody proposed, for “status”."""
    key, found = Address.parse(contact.address).base_key, []
    for submission in office.work.submissions.of_mailbox(key):
        if kind := kinds.get(submission.kind):
            day = submission.asked_at.astimezone(office.rules.timezone).date()
            title = phrase("%(title)s, of %(day)s", title=kind.questionnaire.title, day=day)
            found.append(Held(title, list(_rows(submission, kind)), "submissions"))
    return found


def _rows(submission: Submission, kind: SubmissionKind) -> Iterator[tuple[Phrase | str, object]]:
    """Its lines. Of one that waits for a yes nothing is repeated: somebody else may have written it (B1)."""
    if submission.state is State.ASKED:
        yield phrase("State"), phrase("it waits for your yes")
        return
    yield from ((line.label, line.value) for line in shown(kind.questionnaire, submission.values) if line.value)
