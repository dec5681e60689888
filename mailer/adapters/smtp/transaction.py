"""One SMTP mail transaction (RFC 5321 3.3) up to the message: MAIL, a RCPT for each recipient, and DATA."""

from __future__ import annotations

from typing import TypeAlias

from mailer.adapters.smtp.data import Data
from mailer.adapters.smtp.replies import Lost, Reply
from mailer.adapters.smtp.rules import Verdict, refusal
from mailer.message import Outgoing

RowVerdict: TypeAlias = tuple[int, Verdict]
"""An outbox row and the verdict on it."""


class Transaction:
    """The relay's replies to the commands of one mail, none of whose message has been sent yet."""

    __slots__ = ("accepted", "answered", "data", "mail", "pipelined", "refused", "sender_refused")

    def __init__(self, mail: Outgoing, data: Data, pipelined: bool) -> None:
        """``pipelined``: whether its commands were sent behind the message of the mail before it."""
        self.mail = mail
        self.data = data
        self.pipelined = pipelined
        self.answered = False
        """Whether the relay has replied to any of its commands."""
        self.accepted: list[int] = []
        """Rows whose recipients the relay has accepted."""
        self.refused: list[RowVerdict] = []
        self.sender_refused: Verdict | None = None
        """The refusal of MAIL, which holds for every row."""

    def on_reply(self, command: str, reply: Reply) -> None:
        """Note the reply to ``command``. Raises Lost for a reply that the command cannot have."""
        self.answered = True
        if self.sender_refused is not None and reply.accepted:  # nothing can be accepted now: replies are out of step
            raise Lost(f"out of step: {reply}")
        expected = reply.code == 354 if command == "DATA" else reply.accepted
        verdict = None if expected else require_refusal(command, reply)
        if command == "MAIL":
            self.sender_refused = verdict
        elif command == "RCPT":
            row = self.mail.rows[len(self.accepted) + len(self.refused)]
            if verdict is None:
                self.accepted.append(row)
            else:
                self.refused.append((row, verdict))
        elif verdict is not None:
            self.refused += [(row, verdict) for row in self.accepted]
            self.accepted = []

    def verdicts(self) -> list[RowVerdict]:
        """The verdict on each row, once all of them are refused."""
        if self.sender_refused is None:
            return self.refused
        return [(row, self.sender_refused) for row in self.mail.rows]


def require_refusal(command: str, reply: Reply) -> Verdict:
    """What a reply means that is not the expected one. Raises Lost if the command can have no such reply."""
    verdict = refusal(command, reply)
    if verdict is None:
        raise Lost(f"out of step: {reply}")
    return verdict
