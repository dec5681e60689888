"""Mail after mail over one SMTP connection, pipelined where the relay offers it (RFC 2920), without a socket.

A mail goes in two steps, so that the ledger can be written between them: it is *offered* (MAIL, RCPT, DATA), and once
the relay waits for it, its body is *released*. The next mail's offer travels with the body of the one before, so that
a mail costs one round trip. Replies are matched to commands in order; what does not fit ends the connection (E7).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from typing import TypeAlias

from mailer.adapters.smtp.data import Data, data_of
from mailer.adapters.smtp.replies import Lost, Replies, Reply
from mailer.adapters.smtp.rules import Extensions, Verdict, mail_options, refusal
from mailer.message import Outgoing, clean
from mailer.outbox.model import Delivery

END = "."
"""The final dot, as a command that has a reply."""
CANCEL = "cancel"
"""A final dot where the relay asks for a message that it has refused (RFC 2920 3.1)."""

Decided: TypeAlias = tuple[Outgoing, Verdict]


class Pipeline:
    """One connection's state. ``out`` is what is to be written; whoever writes it says how much with ``wrote``."""

    def __init__(self, extensions: Extensions) -> None:
        self.out: deque[bytes | memoryview] = deque()
        self.offered: Outgoing | None = None
        """Told to the relay, but not a word of it: it cannot act on it."""
        self.accepted = False
        """Whether the relay waits for the offered mail's body."""
        self.sending: Outgoing | None = None
        """Its body is on the way, or its reply is awaited."""
        self.ended = ""
        """The 421 with which the relay took its leave, or empty."""
        self.answers = 0
        """Replies so far."""
        self._extensions = extensions
        self._pipelines = extensions.get("PIPELINING") is not None
        self._data: Data | None = None
        self._expected: deque[tuple[str, int]] = deque()  # a command, and where in all that we write it ends
        self._later: deque[str] = deque()  # commands that wait for a reply each, where the relay does not pipeline
        self._queued = self._written = 0
        self._refused: Verdict | None = None
        self._ahead = self._begun = self._reset = False
        self._replies = Replies()

    @property
    def awaited(self) -> str | None:
        """The command whose reply comes next, or None."""
        return self._expected[0][0] if self._expected else None

    @property
    def is_idle(self) -> bool:
        """Whether nothing is under way."""
        return self.offered is None and not self._expected

    @property
    def is_free(self) -> bool:
        """Whether another mail may be offered."""
        return self.offered is None and (self._pipelines or not self._expected)

    def offer(self, copy: Outgoing) -> Verdict | None:
        """Say MAIL, RCPT and DATA; a verdict at once where this relay cannot take the mail at all."""
        try:
            data = data_of(copy.parts)
            options = mail_options(copy.envelope, data, self._extensions)
        except ValueError as fault:
            return Verdict(Delivery.FAILED, clean(f"not sent: {fault}"))
        self.offered, self._data, self._ahead, self._begun = copy, data, self.sending is not None, False
        commands = [f"MAIL FROM:<{copy.envelope.sender}>{options}", f"RCPT TO:<{copy.envelope.recipient}>", "DATA"]
        if self._reset:
            commands.insert(0, "RSET")
            self._reset = False
        if self._pipelines:
            self._say(commands)
        else:
            self._later.extend(commands)
            self._say_next()
        return None

    def release(self) -> None:
        """Send the accepted mail's body; call only when the ledger says that it is being sent."""
        assert self.accepted and self._data is not None
        self.sending, self.offered, self.accepted = self.offered, None, False
        self._write(self._data.pieces)
        self._expected.append((END, self._queued))

    def wrote(self, octets: int) -> None:
        """The kernel took that many octets of ``out``."""
        self._written += octets
        if self._written == self._queued:
            self.out.clear()
            return
        while octets >= len(self.out[0]):
            octets -= len(self.out.popleft())
        self.out[0] = memoryview(self.out[0])[octets:]

    def heard(self, data: bytes) -> Iterator[Decided]:
        """What the relay said, as verdicts on mails. Raises Lost for anything out of step, after those before it."""
        for reply in self._replies.feed(data):
            if not self._expected:
                raise Lost(f"the relay speaks out of turn: {reply}")
            command, end = self._expected.popleft()
            if self._written < end:
                self._expected.appendleft((command, end))
                raise Lost(f"the relay answers before it was asked: {reply}")
            self.answers += 1
            self.ended = str(reply) if reply.code == 421 else ""
            if (decided := self._answered(command, reply)) is not None:
                yield decided
            if self.ended:
                return
        if not self._expected and self._replies.has_more:
            raise Lost("the relay says more than it was asked")

    def lost(self, why: str) -> tuple[list[Decided], Outgoing | None]:
        """The connection is gone: what becomes of its mails, and one that goes elsewhere as if never offered (E3)."""
        decided: list[Decided] = []
        unheard = None
        if self.sending is not None:
            decided.append((self.sending, self._verdict_on_body(why)))
        if self.offered is not None and self._ahead and not self._begun:
            unheard = self.offered
        elif self.offered is not None:
            decided.append((self.offered, _incomplete(why)))  # even if refused: were they in step, more would have come
        self.sending = self.offered = None
        return decided, unheard

    def _verdict_on_body(self, why: str) -> Verdict:
        """From the last octet of the final dot on, the relay may act."""
        if any(command == END and self._written < end for command, end in self._expected):
            return _incomplete(why)
        return Verdict(Delivery.DOUBTFUL, clean(f"connection lost after the final dot: {why}"))

    def _answered(self, command: str, reply: Reply) -> Decided | None:
        match command:
            case ".":
                return self._body_answered(reply)
            case "RSET":
                if not reply.accepted:
                    raise Lost(f"the relay refuses RSET: {reply}")
            case "MAIL" | "RCPT" | "DATA":
                return self._offer_answered(command, reply)
        if not self._pipelines:
            self._say_next()
        return None

    def _body_answered(self, reply: Reply) -> Decided:
        copy = self.sending
        assert copy is not None
        verdict = Verdict(Delivery.SENT, str(reply)) if reply.accepted else self._refusal(END, reply)
        self.sending = None
        return copy, verdict

    def _offer_answered(self, command: str, reply: Reply) -> Decided | None:
        if self.ended and self._ahead and not self._begun and not self._refusal(command, reply).stop:
            return None  # the relay has had enough of this connection, not of this mail
        self._begun = True
        if self._refused is not None and reply.accepted:  # nothing is left to accept: whose refusal was it?
            self._refused = None
            raise Lost(f"out of step: {reply}")
        go_on = reply.code == 354 if command == "DATA" else reply.accepted
        if not go_on and self._refused is None:
            self._refused = self._refusal(command, reply)
        if self._refused is not None:
            return self._offer_refused(command, go_on)
        if command == "DATA":
            self.accepted = True
        elif not self._pipelines:
            self._say_next()
        return None

    def _offer_refused(self, command: str, go_on: bool) -> Decided | None:
        """The verdict, once no more replies to this offer are to come."""
        if self._pipelines and command != "DATA" and not self.ended:
            return None
        copy, verdict = self.offered, self._refused
        assert copy is not None and verdict is not None
        if command == "DATA" and go_on:
            self._write([b".\r\n"])
            self._expected.append((CANCEL, self._queued))
        self._later.clear()
        self.offered, self._refused, self._reset = None, None, True
        return copy, verdict

    @staticmethod
    def _refusal(command: str, reply: Reply) -> Verdict:
        verdict = refusal(command, reply)
        if verdict is None:
            raise Lost(f"out of step: {reply}")
        return verdict

    def _say(self, commands: Sequence[str]) -> None:
        for command in commands:
            self._write([f"{command}\r\n".encode()])
            self._expected.append((command.partition(" ")[0], self._queued))

    def _say_next(self) -> None:
        if self._replies.has_more:
            raise Lost("the relay says more than it was asked")
        if self._later:
            self._say([self._later.popleft()])

    def _write(self, pieces: Sequence[bytes]) -> None:
        self.out.extend(pieces)
        self._queued += sum(map(len, pieces))


def _incomplete(why: str) -> Verdict:
    return Verdict(Delivery.DEFERRED, clean(f"connection lost before the message was complete: {why}"))
