"""The table of what a mail can ask for: the words and tokens that ask, what they need, and the handler.

A new command is one row here, one handler, and the notice that the handler writes. Mail that asks for nothing in the
table is for a person to read, and reaches one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import Any, Generic, TypeVar

from mailer import holdings, passing_on, question_replies, staff_replies
from mailer.guesses import note_guesses
from mailer.handlers import (
    bounces,
    copies,
    events,
    links,
    lists,
    personal_data,
    presenters,
    substitutes,
    translations,
    votes,
    wishes,
)
from mailer.inbound import explanations, intents
from mailer.inbound.arguments import (
    read_address,
    read_faq,
    read_forward,
    read_get,
    read_pause_wish,
    read_set,
    read_translate,
)
from mailer.inbound.details import PAUSE
from mailer.inbound.intents import CommandReader, Intent, Reader, ReadingRules, Verdict
from mailer.inbound.requests import (
    read_agreement,
    read_ballot_reply,
    read_challenge_reply,
    read_come_back,
    read_confirmation,
    read_feedback,
    read_leave,
    read_leave_everything,
    read_question_reply,
    read_sign_up,
    read_staff_reply,
)
from mailer.message import Inbound
from mailer.model.ends import ENDS, End
from mailer.model.inbound import Done, Folder, MailKind, Result
from mailer.office import Office
from mailer.tokens import Purpose

AnIntent = TypeVar("AnIntent", bound=Intent)


class Needs(Enum):
    """What a request needs. The handler learns whether the mail has it, and decides what happens if it has not."""

    NOTHING = auto()
    TOKEN = auto()
    """A genuine token, from any sender."""
    TOKEN_OR_AUTHENTIC = auto()
    """A genuine token, or an authentic sender; any other sender is asked to confirm the request."""
    CONFIRMATION = auto()
    """An authentic sender; for any other, the owner of the data is asked to confirm the request."""
    AUTHENTIC = auto()
    """A genuine token from an authentic sender. The mail waits while the DNS does not answer."""


@dataclass(frozen=True, kw_only=True)
class Request(Generic[AnIntent]):
    """A row of the table."""

    intent: type[AnIntent]
    command: str = ""
    """Its name in ``inbound/words/commands.py``, which has the words. A mail has them as detail of the address
    (``office+help@``), as its first paragraph, or as its subject if it has no text."""
    read_command: CommandReader | None = None
    """Reads the intent from a mail with the command; None if the intent has no values."""
    purpose: Purpose | None = None
    """The purpose of the tokens that ask for it."""
    read: Reader | None = None
    """Reads the intent from a mail with such a token; None if the intent has no values."""
    needs: Needs = Needs.NOTHING
    handle: Callable[[Office, Inbound, AnIntent, Verdict], Result]
    kind: MailKind
    explained: str | Callable[[AnIntent], str]
    """What the mail asks for, in one line for operators."""

    @property
    def reader(self) -> Reader:
        """Reads the intent from a mail with one of the tokens."""
        return self.read or (lambda mail, rules, tokens: self.intent())

    @property
    def command_reader(self) -> CommandReader:
        """Reads the intent from a mail with the command."""
        return self.read_command or (lambda mail, rules, command: self.intent())

    def explanation(self, intent: AnIntent) -> str:
        """What the mail asks for, in one line for operators."""
        return self.explained if isinstance(self.explained, str) else self.explained(intent)


def _ignore(office: Office, mail: Inbound, intent: intents.Loop, verdict: Verdict) -> Result:
    return Result(Done.IGNORED, {"reason": intent.reason})


def _report(office: Office, mail: Inbound, report: intents.Report, verdict: Verdict) -> Result:
    if report.token is None:
        return Result(Done.NO_DELIVERY_NAMED)
    return bounces.reported(office, report.token, report.recipients)


def _refuse(office: Office, mail: Inbound, intent: intents.Refuse, verdict: Verdict) -> Result:
    return Result(Done.NOT_ACTED_ON, {"reason": intent.reason}, Folder.REFUSED)


REQUESTS = (
    # What machines write
    Request(
        intent=intents.Bounce,
        handle=lambda office, mail, bounce, verdict: bounces.bounced(office, bounce.token, bounce.worst),
        kind=MailKind.BOUNCE,
        explained=explanations.bounce,
    ),
    Request(
        intent=intents.Report,
        handle=_report,
        kind=MailKind.BOUNCE,
        explained=explanations.report,
    ),
    Request(
        intent=intents.Complaint,
        handle=lambda office, mail, complaint, verdict: bounces.complained(office, complaint.token),
        kind=MailKind.COMPLAINT,
        explained=explanations.complaint,
    ),
    Request(
        intent=intents.Loop,
        handle=_ignore,
        kind=MailKind.LOOP,
        explained=lambda loop: loop.reason,
    ),
    Request(
        intent=intents.AutoReply,
        handle=lambda office, mail, reply, verdict: substitutes.automatic(office, mail, reply),
        kind=MailKind.AUTO_REPLY,
        explained=lambda reply: reply.reason,
    ),
    # What people ask for with a token; if a mail has tokens of several rows, the first row counts
    Request(
        intent=intents.Vote,
        purpose=Purpose.VOTE,
        read=read_ballot_reply,
        needs=Needs.AUTHENTIC,
        handle=votes.vote,
        kind=MailKind.REPLY,
        explained=explanations.vote,
    ),
    Request(
        intent=intents.ChallengeReply,
        purpose=Purpose.PROVE,
        read=read_challenge_reply,
        needs=Needs.TOKEN,
        handle=votes.answer_challenge,
        kind=MailKind.REPLY,
        explained=explanations.challenge_reply,
    ),
    Request(
        intent=intents.StaffReply,
        purpose=Purpose.STAFF,
        read=read_staff_reply,
        needs=Needs.AUTHENTIC,
        handle=staff_replies.answer,
        kind=MailKind.REPLY,
        explained="answers a notice to staff, if it proves authentic",
    ),
    Request(
        intent=intents.QuestionReply,
        purpose=Purpose.ANSWER,
        read=read_question_reply,
        needs=Needs.AUTHENTIC,
        handle=question_replies.answer,
        kind=MailKind.REPLY,
        explained="answers a question of the office",
    ),
    Request(
        intent=intents.Confirm,
        command="confirm",
        read_command=lambda mail, rules, command: intents.Confirm(None),
        purpose=Purpose.CONFIRM,
        read=read_confirmation,
        needs=Needs.TOKEN_OR_AUTHENTIC,
        handle=lambda office, mail, reply, verdict: (
            lists.confirm(office, reply.token, mail.message_id)
            if reply.token
            else lists.confirm_newest(office, mail.author, verdict.authentic, mail.message_id)
        ),
        kind=MailKind.REPLY,
        explained=explanations.confirm,
    ),
    Request(
        intent=intents.Leave,
        purpose=Purpose.LEAVE,
        read=read_leave,
        needs=Needs.TOKEN,
        handle=lambda office, mail, leave, verdict: lists.leave(office, leave.token, mail.message_id),
        kind=MailKind.COMMAND,
        explained="asks to leave",
    ),
    Request(
        intent=intents.ComeBack,
        purpose=Purpose.COME_BACK,
        read=read_come_back,
        needs=Needs.TOKEN,
        handle=lambda office, mail, back, verdict: lists.come_back(office, back.token, mail.message_id),
        kind=MailKind.REPLY,
        explained="undoes a departure",
    ),
    Request(
        intent=intents.LeaveEverything,
        command="unsubscribe",
        read_command=lambda mail, rules, command: intents.LeaveEverything(None),
        purpose=Purpose.LEAVE_EVERYTHING,
        read=read_leave_everything,
        needs=Needs.TOKEN_OR_AUTHENTIC,
        handle=passing_on.leave_everything,
        kind=MailKind.COMMAND,
        explained=explanations.leave_everything,
    ),
    Request(
        intent=intents.Agree,
        purpose=Purpose.AGREE,
        read=read_agreement,
        needs=Needs.TOKEN,
        handle=lambda office, mail, answer, verdict: personal_data.answered(office, answer.token, answer.yes),
        kind=MailKind.REPLY,
        explained=explanations.agree,
    ),
    # What people ask for with a command word
    Request(
        intent=intents.Subscribe,
        command="subscribe",
        read_command=read_sign_up,
        handle=lambda office, mail, intent, verdict: lists.subscribe(
            office, mail.author, intent.details, intent.problems
        ),
        kind=MailKind.COMMAND,
        explained=explanations.subscribe,
    ),
    Request(
        intent=intents.Help,
        command="help",
        handle=lambda office, mail, intent, verdict: lists.answer_help(office, mail.author, mail.message_id),
        kind=MailKind.COMMAND,
        explained="asks how this works",
    ),
    Request(
        intent=intents.Status,
        command="status",
        needs=Needs.CONFIRMATION,
        handle=holdings.tell_status,
        kind=MailKind.COMMAND,
        explained="asks what we hold about it",
    ),
    Request(
        intent=intents.SetDetails,
        command="set",
        read_command=read_set,
        needs=Needs.CONFIRMATION,
        handle=lambda office, mail, wanted, verdict: personal_data.set_details(
            office, mail.author, wanted.details, wanted.problems, verdict.authentic
        ),
        kind=MailKind.COMMAND,
        explained=explanations.set_details,
    ),
    Request(
        intent=intents.Pause,
        command="pause",
        read_command=read_pause_wish,
        needs=Needs.CONFIRMATION,
        handle=lambda office, mail, wanted, verdict: personal_data.set_details(
            office, mail.author, {} if wanted.problems else {PAUSE: wanted.until}, wanted.problems, verdict.authentic
        ),
        kind=MailKind.COMMAND,
        explained=explanations.pause,
    ),
    Request(
        intent=intents.Resume,
        command="resume",
        needs=Needs.CONFIRMATION,
        handle=lambda office, mail, intent, verdict: personal_data.set_details(
            office, mail.author, {PAUSE: ""}, (), verdict.authentic
        ),
        kind=MailKind.COMMAND,
        explained="ends a pause",
    ),
    Request(
        intent=intents.ChangeAddress,
        command="change-address",
        read_command=read_address,
        handle=lambda office, mail, move, verdict: personal_data.change_address(
            office, mail.author, move.old, move.new
        ),
        kind=MailKind.COMMAND,
        explained=explanations.change_address,
    ),
    Request(
        intent=intents.ForgetMe,
        command="forget",
        handle=lambda office, mail, intent, verdict: personal_data.ask_to_forget(office, mail.author),
        kind=MailKind.COMMAND,
        explained="asks to be forgotten; a confirmation is needed",
    ),
    Request(
        intent=intents.Get,
        command="get",
        read_command=read_get,
        handle=lambda office, mail, wanted, verdict: copies.send_copy(
            office, mail.author, wanted.number, wanted.publication, wanted.language
        ),
        kind=MailKind.COMMAND,
        explained=explanations.get,
    ),
    Request(
        intent=intents.Forward,
        command="forward",
        read_command=read_forward,
        handle=lambda office, mail, wanted, verdict: copies.send_forwardable(
            office, mail.author, wanted.number, wanted.publication, wanted.language, named=wanted.named
        ),
        kind=MailKind.COMMAND,
        explained=explanations.forward,
    ),
    Request(
        intent=intents.Translate,
        command="translate",
        read_command=read_translate,
        needs=Needs.CONFIRMATION,
        handle=translations.asked,
        kind=MailKind.COMMAND,
        explained=explanations.translate,
    ),
    Request(
        intent=intents.OfferToPresent,
        command="presenter",
        needs=Needs.CONFIRMATION,
        handle=presenters.asked,
        kind=MailKind.COMMAND,
        explained="offers to be a presenter; the address confirms it",
    ),
    Request(
        intent=intents.OfferArticle,
        command="article",
        read_command=lambda mail, rules, command: intents.OfferArticle(bool(command.language)),
        needs=Needs.CONFIRMATION,
        handle=passing_on.offer_article,
        kind=MailKind.COMMAND,
        explained="offers an article",
    ),
    Request(
        intent=intents.AnnounceEvent,
        command="event",
        needs=Needs.CONFIRMATION,
        handle=events.announce,
        kind=MailKind.COMMAND,
        explained="announces an event",
    ),
    Request(
        intent=intents.Faq,
        command="faq",
        read_command=read_faq,
        handle=passing_on.answer_question,
        kind=MailKind.COMMAND,
        explained=lambda asked: "asks a frequent question" if asked.words else "asks for all frequent questions",
    ),
    Request(
        intent=intents.Wish,
        command="request",
        handle=wishes.begin,
        kind=MailKind.COMMAND,
        explained="asks the group for something",
    ),
    Request(
        intent=intents.Nominate,
        command="nominate",
        needs=Needs.CONFIRMATION,
        handle=passing_on.nominate,
        kind=MailKind.COMMAND,
        explained="proposes an organisation",
    ),
    Request(
        intent=intents.ProposeLink,
        command="link",
        needs=Needs.CONFIRMATION,
        handle=links.begin,
        kind=MailKind.COMMAND,
        explained="proposes a link for the list of the library",
    ),
    # Everything else
    Request(
        intent=intents.Unsure,
        handle=passing_on.ask_what_is_meant,
        kind=MailKind.COMMAND,
        explained=explanations.unsure,
    ),
    Request(
        intent=intents.Feedback,
        purpose=Purpose.FEEDBACK,
        read=read_feedback,
        handle=passing_on.receive_words,
        kind=MailKind.FEEDBACK,
        explained="words for a person to read",
    ),
    Request(
        intent=intents.Refuse,
        handle=_refuse,
        kind=MailKind.REFUSED,
        explained=lambda refuse: refuse.reason,
    ),
)


COMMANDS: Mapping[str, CommandReader] = {row.command: row.command_reader for row in REQUESTS if row.command}
ANSWERS: Mapping[Purpose, Reader] = {row.purpose: row.reader for row in REQUESTS if row.purpose}
"""The readers by command and by a token's purpose, which ``classify`` uses."""

_ROWS: Mapping[type[Intent], Request[Any]] = {row.intent: row for row in REQUESTS}


def request_for(intent: Intent) -> Request[Any]:
    """The intent's row."""
    return _ROWS[type(intent)]


REPORTS = frozenset({MailKind.BOUNCE, MailKind.COMPLAINT, MailKind.LOOP})
"""Kinds of mail that do not come from the person in From."""


def note_sender(office: Office, mail: Inbound) -> None:
    """An authentic mail shows that its sender's address is in use."""
    if mail.sender is not None:
        bounces.heard_from(office, mail.sender)


def handle(office: Office, mail: Inbound, intent: Intent, verdict: Verdict, rules: ReadingRules) -> Result:
    """Do what the mail wants. A person gets it if nothing comes of it and nobody is told (law 7)."""
    note_guesses(office, mail)
    result = request_for(intent).handle(office, mail, intent, verdict)
    if end := ENDS[result.done]:
        if end is not End.PERSON:
            passing_on.pass_on_words(office, mail, intent, rules)
        return result
    declines = isinstance(intent, intents.Refuse)  # a no to a question of ours needs no receipt
    words = replace(passing_on.whole(mail), answers_question=declines)
    return request_for(words).handle(office, mail, words, verdict)
