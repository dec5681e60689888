"""What kinds of mail come in, what was done with each, and where it is filed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, StrEnum, unique


class MailKind(StrEnum):
    """What a mail was, in one word for reports and metrics."""

    BOUNCE = "bounce"
    COMPLAINT = "complaint"
    AUTO_REPLY = "auto-reply"
    LOOP = "loop"
    REPLY = "reply"
    COMMAND = "command"
    FEEDBACK = "feedback"
    REFUSED = "refused"
    QUARANTINE = "quarantine"


class Folder(StrEnum):
    """Where a handled mail is filed on its server."""

    PROCESSED = "Processed"
    REFUSED = "Refused"
    ATTENTION = "Attention"


@dataclass(frozen=True, slots=True)
class Handled:
    """What is recorded of a mail."""

    folder: Folder | None
    """Where it is filed; None leaves it in the inbox for another try."""
    kind: MailKind
    intent: str
    reason: str
    """What was done with it, in one line for operators."""


@dataclass(frozen=True, slots=True)
class HandledMail:
    """What the records have of a mail that came in."""

    id: int
    received_at: datetime
    handled: Handled
    mailbox: str
    """The account and folder it came by, or ``lmtp``."""
    uid: int
    """Its number there."""


@dataclass(frozen=True, slots=True)
class StoredMail:
    """A mail that came in, with its bytes if they are in the store."""

    mail: HandledMail
    raw: bytes | None


@unique
class Done(Enum):
    """What a handler did with a mail.

    The value is the text for the log and the table of handled mails, which only operators read. The result's details
    replace the names in braces. ``model/ends.py`` has how a mail ends for each of them.
    """

    IGNORED = "{reason}"
    NOT_ACTED_ON = "not acted on: {reason}"

    # Delivery reports and complaints
    NO_DELIVERY_NAMED = "carries no bounce token of ours: ignored"
    SOFT_BOUNCE = "a soft bounce: nobody is removed"
    DOUBT_SETTLED = "a soft bounce: nobody is removed, and a delivery is no longer in doubt"
    BOUNCED_BEFORE = "that mail had not been sent, or had bounced before"
    BOUNCED = "{recipient} takes no mail: {diagnostic}"
    REFUSES_US = "because of us, not of {recipient}: {diagnostic}"
    DELIVERIES_REPORTED = "{deliveries}"
    NOTHING_NEW = "reports nothing new"
    COMPLAINED = "{recipient} called the mail spam"
    COMPLAINT_OF_NOBODY = "it is a complaint about our mail that does not say whose"

    # Lists
    CONFIRMATION_REQUESTED = "asked for a confirmation"
    REQUESTED_TODAY = "asked for a confirmation already, less than a day ago"
    SUPPRESSED_ASKS = "{address} asks to subscribe, and gets no mail so far ({reason})"
    REQUEST_CAP_REACHED = "the cap of {per_day} confirmation requests a day is reached"
    NO_SUCH_REQUEST = "there is no such request"
    CONFIRMED_BEFORE = "was confirmed before"
    REQUEST_EXPIRED = "the request has expired"
    SUBSCRIBED = "subscribed to {list}"
    LEFT = "left {what}"
    CAME_BACK = "{address} came back to {what}"
    NOTHING_TO_UNDO = "there is no departure that it could undo, or no longer"
    NOTHING_TO_LEAVE = "gets nothing that can be left by mail"
    HELP_SENT = "sent the help"
    HELP_SENT_TODAY = "the help went out earlier today"
    HELP_CAP_REACHED = "the cap of {per_day} such answers a day is reached"

    CONFIRMATION_REPEATED = "sent the request for a confirmation again"
    NOTHING_TO_CONFIRM = "has nothing to confirm"
    REQUEST_UPDATED = "the confirmation that was asked for today has the newest details"

    # People's own data
    STATUS_SENT = "sent what is held about it"
    STRANGER_TOLD = "told that nothing is held about it"
    ANSWERED_TODAY = "was answered earlier today"
    DETAILS_CHANGED = "{address} changed {what}"
    PUBLISHING_CHOSEN = "{address} lets this be published: {what}"
    DETAILS_EXPLAINED = "nothing changed; sent how to change details"
    ADDRESS_EXPLAINED = "names no other address; sent how to change it"
    OTHER_ADDRESS_ASKED = "confirmed; the other address has not answered yet"
    ADDRESS_TAKEN = "{address} is somebody with lists of their own: nothing changed"
    MOVED = "{old} has the address {new} now"
    FORGOTTEN = "forgotten: {contact} is all that is left"
    ANSWERED_BEFORE = "was answered before"
    QUESTION_REPLACED = "another question took the place of the one that it answers"
    REFUSED_BY_OWNER = "does not confirm: {what}"

    # Issues and questions
    COPY_QUEUED = "a copy of {issue} goes to {address}"
    FORWARDABLE_SENT = "{issue} goes to {address} as a mail to pass on"
    COPY_NOT_GRANTED = "no copy of {issue} goes out: {reason}"
    COPY_REFUSED = "there is no copy for it: sent why"
    NOTHING_IS_SENT = "the store was restored: nothing is sent yet"
    FAQ_SENT = "was sent {version}"
    FAQ_ANSWERED = "was sent of {version}: entries {entries}"
    FAQ_NONE = "no questions and answers are published yet: said so"

    # What is proposed by mail
    EVENT_DECIDED = "{event}: {word}"
    EVENT_ANSWERED = "{event}: answered: {word}"
    EVENT_REPORTED = "{event}: report {report} is filed"
    PRESENTER_CHOSEN = "{event}: presenter chosen: {word}"
    PRESENTER_ANSWERED = "{assignment}: the presenter {word}"
    SUBMISSION_LINES_SENT = "was sent the lines of a submission to fill in: {kind}"
    SUBMISSION_ASKED = "{kind} {number} waits for the yes of its address"
    SUBMISSION_CONFIRMED = "{kind} {number} was confirmed, and waits for a person"
    SUBMISSION_WITHDRAWN = "{kind} {number} was taken back"
    SUBMISSION_NOT_TAKEN = "is one too many of its kind today, and goes to a person: {kind}"

    # Translations
    TRANSLATION_FOR_A_PERSON = "an offer to translate, which a person looks at: {reason}"
    TRANSLATION_OFFERED = "{address} was sent {issue} to translate into {language}"
    TRANSLATION_WISHED = "offers to translate {issue} into {language}: the secretary was asked"
    TRANSLATION_EXPLAINED = "there is nothing for it to translate: sent why"
    ARTICLE_CAME = "article {article} came, with {words} words"
    ARTICLE_PROMISED = "article {article} is promised by {due}"
    ARTICLE_DECLINED = "article {article} is not written"
    ARTICLE_DECIDED = "article {article}: {word}"
    ARTICLE_OFFERED = "an article is offered, number {article}"
    ARTICLE_UNCONFIRMED = "an article is offered; its address is asked whether it is theirs"
    ARTICLE_EXPLAINED = "is told how articles are sent"
    ARTICLE_AGREED = "the author of article {article} agrees to proof {proof}"
    ARTICLE_CORRECTED = "the author of article {article} corrects {paragraphs} paragraphs"
    AUTHOR_WROTE = "the author of article {article} wrote; the editors have it"
    ANSWER_SENT_TO_AUTHOR = "the words of an editor went to the author of article {article}"
    TRANSLATION_DECIDED = "the edition of {issue} in {language}: {word}"
    PARAGRAPHS_KEPT = "the edition of {issue} in {language}: {paragraphs} paragraphs came back"
    TRANSLATION_CLOSED = "the edition of {issue} in {language} does not change any more: a person has the mail"
    TRANSLATOR_WROTE = "the translator of {issue} into {language} wrote to the secretary"
    PROOF_AGREED = "the translator of {issue} into {language} agrees to the proof"
    COPY_COMES_LATER = "a copy of {issue} in {language} goes to {address} when there is one"

    # Publications of others
    CHANNEL_ANSWERED = "{pack}: {word}; the secretary was told"

    # Presenters
    PRESENTER_LINES_SENT = "sent presenter {number} their lines"
    PRESENTER_REGISTERED = "registered as presenter {number}; the secretary was asked"
    PRESENTER_CHANGED = "presenter {number} changed {what}"
    PRESENTER_DECIDED = "presenter {number}: {word}"
    PRESENTER_AGREED = "presenter {number} agrees to version {version} of the scope"
    PRESENTER_RETIRED = "presenter {number} has left the bank"
    PRESENTER_CALL_DECLINED = "{addressee} does not want to be a presenter: {word}"

    # Votes
    NO_SUCH_BALLOT = "there is no such ballot"
    TOKEN_OF_ANOTHER = "the token belongs to another member, who was told"
    NOT_AUTHENTIC = "not authentic: {reason}"
    CHALLENGED = "not authentic, and {member} was asked whether it is theirs: {reason}"
    NOT_ON_BOARD = "{member} is no longer on the board"
    SUPERSEDED_AND_WITHDRAWN = "superseded: the board is no longer asked about the draft that it answers"
    SUPERSEDED = "superseded: it answers an earlier draft; the member was sent the current one"
    NO_VOTE = "no vote: {reason}"
    COUNTED_BEFORE = "this reply was counted before"
    VOTED_LATE = "{choice} came after the deadline: recorded, not counted"
    DECIDED_BEFORE = "{choice} came after the decision: recorded, not counted"
    VOTE_COUNTED = "{choice} counted: {approvals} of {needed} approvals"

    MEMBER_MAY_BE_AWAY = "an automatic reply of {member}, who has not voted: noted as an absence"

    # Answers to notices to staff
    NO_SUCH_NOTICE = "there is no such notice"
    NOTICE_OF_ANOTHER = "the notice was for {addressee}, who was told"
    REPLY_UNPROVEN = "the answer is not proven to be from {addressee}, who was told: {reason}"
    REPLY_WITHOUT_EFFECT = "the answer of {addressee} has no effect, and they were told: {reason}"
    HANDLED_BEFORE = "this answer was handled before"
    ANSWER_UNCLEAR = "the answer of {addressee} was not understood, and they were told: {reason}"
    OFFICE_STATUS_SENT = "sent how the office stands"
    STATUS_SENT_THIS_HOUR = "the status went out earlier this hour"
    BALLOT_ANSWERED = "ballot {ballot}: {word}, as {addressee} asked"
    SUBSTITUTE_ASKED = "{substitute} was asked to vote for {member}"
    NO_SUBSTITUTE = "notice {notice}: no substitute is asked"
    SET_ASIDE_DECIDED = "mail {number} in Attention: {word}"

    # Answers to questions
    NO_SUCH_QUESTION = "there is no such question"
    ANSWER_CHALLENGED = "not proven, and {addressee} was asked whether it is theirs: {reason}"
    ANSWER_KEPT = "not proven, and kept until {addressee} is asked whether it is theirs: {reason}"
    ANSWER_DISOWNED = "an answer in the name of {addressee} is not theirs, or not any more"
    ANSWER_ASKED_BACK = "the answer of {addressee} was not understood: asked for another"

    # Reviews
    REVIEW_CONFIRMED = "{review}: entry {number} is confirmed"
    REVIEW_CHANGED = "{review}: entry {number} is corrected"
    REVIEW_OTHER_ASKED = "{review}: entry {number} names somebody else, who was asked"
    REVIEW_PASSED_ON = "{review}: entry {number} is passed on"
    REVIEW_DECLINED = "{review}: who was named for entry {number} declined"
    REVIEW_UNCLEAR = "{review}: entry {number} needs a person"
    REVIEW_ENTRY_GONE = "what {addressee} answers about is not there any more"
    REVIEW_DECIDED = "{review}: {word}"
    # Invitations and nominations
    INVITATION_ACCEPTED = "{address} accepts the invitation to {list}"
    INVITATION_DECLINED = "{address} declines the invitation to {list}, and is invited no more"
    INVITATION_PUT_OFF = "{address} is to be invited to {list} later"
    NOMINATION_DECIDED = "nomination {number}: {word}"
    LINK_DECIDED = "link {number}: {word}"
    OFFICE_AGREED = "{address} knows of the membership in {list}"
    NO_NOMINATION = "{address} has nobody to propose"
    INVITATION_OVER = "{address} says later again, and is not asked again about {list}"

    # Words for a person
    FORWARDED = "number {number}: forwarded to {staff}"
    JOINED = "joins number {number}: forwarded to {staff}"
    FORWARDED_BEFORE = "number {number} has this mail already"
    WRITTEN_BY_STAFF = "written by {staff} to nobody: kept as number {number}"
    ANSWER_SENT = "the answer to number {number} was sent"
    ANSWER_WAITS = "the answer to number {number} waits for its writer's yes to the files"
    ANSWER_UNSENT = "the answer to number {number} was not sent, and its writer was told: {reason}"
    FILES_REFUSED = "the answer to number {number} does not go, as its writer said"
    COMMENTED = "a comment on number {number}, for {staff}"


@dataclass(frozen=True, slots=True)
class Result:
    """What a handler did with a mail, and the folder that the mail is filed in."""

    done: Done
    details: Mapping[str, object] = field(default_factory=dict)
    """A value for each name in the braces of ``done``."""
    folder: Folder = Folder.PROCESSED

    @property
    def words(self) -> str:
        """One line for operators, in English."""
        return self.done.value.format_map(self.details)
