"""How a mail that came in ends. There are four ways, so that no person's word is lost (law 7)."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from mailer.model.inbound import Done


class End(StrEnum):
    """How a mail ends."""

    ACTED = "acted on"
    """What it asks for was done, now or before, or is not done for a reason that its writer was told."""
    PERSON = "with a person"
    """A person has it, whole."""
    MACHINE = "a machine's"
    """It is certainly a machine's: by its fields, its structure, or words that leave no doubt."""
    QUARANTINE = "in quarantine"
    """It cannot be read, or not handled. It waits in Attention, and the secretary was told."""


_ENDS: Mapping[End | None, tuple[Done, ...]] = {
    End.MACHINE: (
        Done.IGNORED,
        Done.NO_DELIVERY_NAMED,
        Done.SOFT_BOUNCE,
        Done.DOUBT_SETTLED,
        Done.BOUNCED_BEFORE,
        Done.BOUNCED,
        Done.DELIVERIES_REPORTED,
        Done.NOTHING_NEW,
        Done.COMPLAINED,
        Done.REFUSES_US,
        Done.MEMBER_MAY_BE_AWAY,
    ),
    End.PERSON: (
        Done.FORWARDED,
        Done.JOINED,
        Done.FORWARDED_BEFORE,
        Done.WRITTEN_BY_STAFF,
        Done.COMMENTED,
        Done.COMPLAINT_OF_NOBODY,
        Done.SUPPRESSED_ASKS,
        Done.NOTICE_OF_ANOTHER,
        Done.REPLY_UNPROVEN,
        Done.TRANSLATION_CLOSED,
        Done.TRANSLATOR_WROTE,
    ),
    End.ACTED: (
        Done.CONFIRMATION_REQUESTED,
        Done.REQUESTED_TODAY,
        Done.REQUEST_UPDATED,
        Done.REQUEST_CAP_REACHED,
        Done.CONFIRMATION_REPEATED,
        Done.NOTHING_TO_CONFIRM,
        Done.CONFIRMED_BEFORE,
        Done.SUBSCRIBED,
        Done.LEFT,
        Done.NOTHING_TO_LEAVE,
        Done.CAME_BACK,
        Done.HELP_SENT,
        Done.HELP_SENT_TODAY,
        Done.HELP_CAP_REACHED,
        Done.STATUS_SENT,
        Done.STRANGER_TOLD,
        Done.ANSWERED_TODAY,
        Done.ANSWERED_BEFORE,
        Done.DETAILS_CHANGED,
        Done.PUBLISHING_CHOSEN,
        Done.DETAILS_EXPLAINED,
        Done.ADDRESS_EXPLAINED,
        Done.OTHER_ADDRESS_ASKED,
        Done.ADDRESS_TAKEN,
        Done.MOVED,
        Done.FORGOTTEN,
        Done.REFUSED_BY_OWNER,
        Done.COPY_QUEUED,
        Done.FORWARDABLE_SENT,
        Done.COPY_REFUSED,
        Done.FAQ_SENT,
        Done.CHANNEL_ANSWERED,
        Done.PRESENTER_LINES_SENT,
        Done.PRESENTER_REGISTERED,
        Done.PRESENTER_CHANGED,
        Done.PRESENTER_DECIDED,
        Done.PRESENTER_AGREED,
        Done.PRESENTER_RETIRED,
        Done.PRESENTER_CALL_DECLINED,
        Done.TOKEN_OF_ANOTHER,
        Done.NOT_AUTHENTIC,
        Done.CHALLENGED,
        Done.SUPERSEDED,
        Done.NO_VOTE,
        Done.COUNTED_BEFORE,
        Done.VOTED_LATE,
        Done.DECIDED_BEFORE,
        Done.VOTE_COUNTED,
        Done.REPLY_WITHOUT_EFFECT,
        Done.HANDLED_BEFORE,
        Done.ANSWER_SENT,
        Done.ANSWER_WAITS,
        Done.ANSWER_UNSENT,
        Done.FILES_REFUSED,
        Done.ANSWER_UNCLEAR,
        Done.OFFICE_STATUS_SENT,
        Done.STATUS_SENT_THIS_HOUR,
        Done.BALLOT_ANSWERED,
        Done.SET_ASIDE_DECIDED,
        Done.SUBSTITUTE_ASKED,
        Done.EVENT_DECIDED,
        Done.EVENT_ANSWERED,
        Done.EVENT_REPORTED,
        Done.PRESENTER_CHOSEN,
        Done.PRESENTER_ANSWERED,
        Done.SUBMISSION_LINES_SENT,
        Done.SUBMISSION_ASKED,
        Done.SUBMISSION_CONFIRMED,
        Done.SUBMISSION_WITHDRAWN,
        Done.TRANSLATION_OFFERED,
        Done.TRANSLATION_WISHED,
        Done.TRANSLATION_EXPLAINED,
        Done.TRANSLATION_DECIDED,
        Done.PARAGRAPHS_KEPT,
        Done.PROOF_AGREED,
        Done.COPY_COMES_LATER,
        Done.REVIEW_CONFIRMED,
        Done.REVIEW_CHANGED,
        Done.REVIEW_OTHER_ASKED,
        Done.REVIEW_PASSED_ON,
        Done.REVIEW_DECLINED,
        Done.REVIEW_DECIDED,
        Done.NO_SUBSTITUTE,
        Done.INVITATION_ACCEPTED,
        Done.INVITATION_DECLINED,
        Done.INVITATION_PUT_OFF,
        Done.INVITATION_OVER,
        Done.NOMINATION_DECIDED,
        Done.NO_NOMINATION,
        Done.OFFICE_AGREED,
        Done.ANSWER_CHALLENGED,
        Done.ANSWER_KEPT,
        Done.ANSWER_DISOWNED,
        Done.ANSWER_ASKED_BACK,
    ),
    None: (
        Done.NOT_ACTED_ON,
        Done.NO_SUCH_REQUEST,
        Done.REQUEST_EXPIRED,
        Done.QUESTION_REPLACED,
        Done.NOTHING_TO_UNDO,
        Done.NOTHING_IS_SENT,
        Done.COPY_NOT_GRANTED,
        Done.SUBMISSION_NOT_TAKEN,
        Done.TRANSLATION_FOR_A_PERSON,
        Done.NO_SUCH_BALLOT,
        Done.NOT_ON_BOARD,
        Done.SUPERSEDED_AND_WITHDRAWN,
        Done.REVIEW_UNCLEAR,
        Done.REVIEW_ENTRY_GONE,
        Done.NO_SUCH_NOTICE,
        Done.NO_SUCH_QUESTION,
    ),
}

ENDS: Mapping[Done, End | None] = {done: end for end, dones in _ENDS.items() for done in dones}
"""How a mail ends for each thing that is done with one. None: nothing comes of it and nobody is told, so that a person
gets it instead."""
