"""One mail's offer to a relay: MAIL, a RCPT for each recipient, DATA, and what the replies to them mean."""

from __future__ import annotations

from typing import TypeAlias

from mailer.adapters.smtp.data import Data
from mailer.adapters.smtp.replies import Lost, Reply
from mailer.adapters.smtp.rules import Verdict, refusal
from mailer.message import Outgoing

Decided: TypeAlias = tuple[int, Verdict]
"""A row, and what became of it."""


class Offer:
    """What the relay has said so far to one mail, of which it has not yet a word."""

    __slots__ = ("ahead", "barred", "begun", "data", "mail", "refused", "willing")

    def __init__(self, mail: Outgoing, data: Data, ahead: bool) -> None:
        """``ahead``: whether it travels with the body of the mail before."""
        self.mail = mail
        self.data = data
        self.ahead = ahead
        self.begun = False
        """Whether the relay has answered to any of it."""
        self.willing: list[int] = []
        """Rows whose recipients the relay takes."""
        self.refused: list[Decided] = []
        self.barred: Verdict | None = None
        """The refusal of MAIL, which is that of every row."""

    def answered(self, command: str, reply: Reply) -> None:
        """Raises Lost for a reply that has no place here."""
        self.begun = True
        if self.barred is not None and reply.accepted:  # nothing is left to accept: whose refusal was it?
            raise Lost(f"out of step: {reply}")
        wanted = reply.code == 354 if command == "DATA" else reply.accepted
        verdict = None if wanted else refused(command, reply)
        if command == "MAIL":
            self.barred = verdict
        elif command == "RCPT":
            row = self.mail.rows[len(self.willing) + len(self.refused)]
            if verdict is None:
                self.willing.append(row)
            else:
                self.refused.append((row, verdict))
        elif verdict is not None:
            self.refused += [(row, verdict) for row in self.willing]
            self.willing = []

    def verdicts(self) -> list[Decided]:
        """Once all of it is refused: why, for each row."""
        if self.barred is None:
            return self.refused
        return [(row, self.barred) for row in self.mail.rows]


def refused(command: str, reply: Reply) -> Verdict:
    """What a reply other than the wanted one means. Raises Lost where it has no place there."""
    verdict = refusal(command, reply)
    if verdict is None:
        raise Lost(f"out of step: {reply}")
    return verdict
