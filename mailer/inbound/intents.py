"""What a mail can want: a closed union, so that a type checker sees when one is not handled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from mailer.model.approvals import Choice
from mailer.model.inbound import MailKind
from mailer.model.lists import Details
from mailer.model.outbox import Fate
from mailer.tokens import Token


@dataclass(frozen=True, slots=True)
class Bounce:
    """A delivery report (RFC 3464) or something that reads like one."""

    token: Token | None
    """The genuine bounce token that it came to (VERP), without which it changes nothing (B10)."""
    permanent: bool
    """The remote said 5.x.x for good; a soft bounce removes nobody."""
    status: str
    """The enhanced status code (RFC 3463), or empty."""
    diagnostic: str
    final: bool = True
    """Whether it was given up, and is not tried again."""

    @property
    def fate(self) -> Fate:
        if self.permanent:
            return Fate.REFUSED
        return Fate.RETURNED if self.final else Fate.DELAYED


@dataclass(frozen=True, slots=True)
class Reported:
    """What a report says of one recipient."""

    recipient: str
    """As we wrote it, where the report says so, else as the last server did; may be empty."""
    fate: Fate
    diagnostic: str


@dataclass(frozen=True, slots=True)
class Report:
    """A delivery report (RFC 3464) of mail that arrived, or of one that many recipients shared."""

    token: Token
    recipients: tuple[Reported, ...]


@dataclass(frozen=True, slots=True)
class Complaint:
    """A feedback report (RFC 5965): the reader called the mail spam."""

    token: Token | None


@dataclass(frozen=True, slots=True)
class AutoReply:
    """Written by a machine on somebody's behalf; never answered, never a vote."""

    reason: str


@dataclass(frozen=True, slots=True)
class Loop:
    """Our own mail come back, or another daemon's."""

    reason: str


@dataclass(frozen=True, slots=True)
class Subscribe:
    details: Details
    problems: tuple[str, ...]
    """Lines that were not understood, in words for the writer."""


@dataclass(frozen=True, slots=True)
class Confirm:
    token: Token


@dataclass(frozen=True, slots=True)
class Leave:
    token: Token | None
    """The genuine token that it carries; None asks for a confirmation (B4)."""


@dataclass(frozen=True, slots=True)
class Help:
    """They ask how this works."""


@dataclass(frozen=True, slots=True)
class Vote:
    """A reply to a request for approval."""

    token: Token
    choice: Choice | None
    """None is no vote."""
    comment: str
    reason: str
    """Why there is no choice, in words for the member; empty where there is one."""


@dataclass(frozen=True, slots=True)
class Feedback:
    """Words for a person to read."""

    text: str


@dataclass(frozen=True, slots=True)
class Refuse:
    """A mail that we do not act on and do not answer."""

    reason: str


Intent: TypeAlias = (
    Bounce | Report | Complaint | AutoReply | Loop | Subscribe | Confirm | Leave | Help | Vote | Feedback | Refuse
)

_KINDS: Mapping[type[Intent], MailKind] = {
    Bounce: MailKind.BOUNCE,
    Report: MailKind.BOUNCE,
    Complaint: MailKind.COMPLAINT,
    AutoReply: MailKind.AUTO_REPLY,
    Loop: MailKind.LOOP,
    Vote: MailKind.REPLY,
    Confirm: MailKind.REPLY,
    Subscribe: MailKind.COMMAND,
    Leave: MailKind.COMMAND,
    Help: MailKind.COMMAND,
    Feedback: MailKind.FEEDBACK,
    Refuse: MailKind.REFUSED,
}


def kind_of(intent: Intent) -> MailKind:
    """The intent's kind in one word."""
    return _KINDS[type(intent)]


@dataclass(frozen=True, slots=True)
class ReadingRules:
    """What a reader of mail has to know of the office itself."""

    address: str
    """The base address, ``base@domain``."""
    list_ids: tuple[str, ...]
    """The List-Ids of our own publications: mail that carries one is our own (B6)."""
    approve: tuple[str, ...] = ("APPROVE",)
    object: tuple[str, ...] = ("OBJECT",)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a mail's From can be believed, and why or why not."""

    authentic: bool
    reason: str
