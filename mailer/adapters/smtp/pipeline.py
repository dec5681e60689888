"""Mail after mail over one SMTP connection, pipelined where the relay offers it (RFC 2920), without a socket.

A mail goes in two steps, so that the ledger can be written between them: it is *offered* (MAIL, RCPT, DATA), and once
the relay waits for it, its body is *released*. The next mail's offer travels with the body of the one before, so that
a mail costs one round trip. Replies are matched to commands in order; what does not fit ends the connection (E7).

Refusals are believed once 354, or else the answer to RSET, shows by standing in its place that there was not one reply
too many or too few before it; where recipients share a mail, each has its own.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Sequence

from mailer.adapters.smtp.data import data_of
from mailer.adapters.smtp.dsn import mail_parameters, recipient_parameters
from mailer.adapters.smtp.offer import Decided, Offer, refused
from mailer.adapters.smtp.replies import Lost, Replies, Reply, read_line
from mailer.adapters.smtp.rules import Extensions, Verdict, mail_options
from mailer.message import Envelope, Outgoing, clean
from mailer.model.outbox import Delivery

END = "."
"""The final dot, as a command that has a reply."""
_USUAL = re.compile(rb"(2\d\d [^\r\n]*)\r\n(?:2\d\d [^\r\n]*\r\n){2}354 [^\r\n]*\r\n")
"""The answers to a message and to the offer that travelled with it, each on one line, and nobody refused."""
CANCEL = "cancel"
"""A final dot where the relay asks for a message that it has refused (RFC 2920 3.1)."""


class Pipeline:
    """One connection's state. ``out`` is what is to be written; whoever writes it says how much with ``wrote``."""

    def __init__(self, extensions: Extensions, report_success: bool = False, each_answers: bool = False) -> None:
        """``report_success``: whether a relay that offers DSN is asked for reports of what arrived, too.

        ``each_answers``: whether a message has a reply for each of its recipients (LMTP, RFC 2033 4.2).
        """
        self.out: deque[bytes | memoryview] = deque()
        self.offered: Offer | None = None
        """Told to the relay, but not a word of it: it cannot act on it."""
        self.accepted: Sequence[int] = ()
        """Rows of the offered mail for which the relay waits for its body."""
        self.sending: Sequence[int] = ()
        """Rows whose body is on the way, or whose reply is awaited."""
        self.ended = ""
        """The 421 with which the relay took its leave, or empty."""
        self.answers = 0
        """Replies so far."""
        self._extensions = extensions
        self._pipelines = extensions.get("PIPELINING") is not None
        self._dsn = extensions.get("DSN") is not None
        self._report_success = report_success
        self._each_answers = each_answers
        self._expected: deque[tuple[str, int]] = deque()  # a command, and where in all that we write it ends
        self._later: deque[str] = deque()  # commands that wait for a reply each, where the relay does not pipeline
        self._queued = self._written = 0
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
        """Whether another mail may be offered; never ahead of several answers, of which one may be missing."""
        return self.offered is None and (not self._expected or (self._pipelines and not self._each_answers))

    def offer(self, copy: Outgoing) -> Verdict | None:
        """Say MAIL, RCPT and DATA; a verdict at once where this relay cannot take the mail at all."""
        try:
            data = data_of(copy)
            options = mail_options(copy.envelope, data, self._extensions)
        except ValueError as fault:
            return Verdict(Delivery.FAILED, clean(f"not sent: {fault}"))
        self.offered = Offer(copy, data, ahead=bool(self.sending))
        commands = self._commands(copy.envelope, options)
        if self._pipelines:
            self._say(commands)
        else:
            self._later.extend(commands)
            self._say_next()
        return None

    def release(self) -> None:
        """Send the accepted mail's body; call only when the ledger says that it is being sent."""
        assert self.accepted and self.offered is not None
        self._write(self.offered.data.pieces)
        self.sending, self.accepted, self.offered = self.accepted, (), None
        self._expected.extend([(END, self._queued)] * (len(self.sending) if self._each_answers else 1))

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
        """What the relay said, as verdicts on rows. Raises Lost for anything out of step, after those before it.

        Where that came together with the word on a message, the word may have been for another: that one is in doubt.
        """
        if self.ended:  # what follows a farewell is about nobody
            return iter(())
        usual = self._as_usual(data)
        return self._heard(data) if usual is None else iter(usual)

    def _as_usual(self, data: bytes) -> list[Decided] | None:
        """In one step, for what a relay says while all goes well: it took a mail and will have the next.

        Where four answers are awaited and the offer went ahead, they are to a message, and to MAIL, one RCPT and DATA.
        """
        offer, found = self.offered, _USUAL.fullmatch(data)
        if found is None or offer is None or not offer.ahead or offer.begun or len(self._expected) != 4:
            return None
        if self._replies.has_more or self._written < self._queued:
            return None
        self._expected.clear()
        self.answers += 4
        offer.begun = True
        taken, self.sending = self.sending, ()
        self.accepted = offer.willing = list(offer.mail.rows)
        verdict = Verdict(Delivery.SENT, str(read_line(found[1])))
        return [(row, verdict) for row in taken]

    def _heard(self, data: bytes) -> Iterator[Decided]:
        of_messages: list[Decided] = []
        try:
            for reply in self._replies.feed(data):
                if reply.code == 421:  # its last word stands at any place
                    yield from of_messages
                    of_messages.clear()
                command = self._asked(reply)
                decided = self._answered(command, reply)
                if command == END:
                    of_messages += decided
                else:
                    yield from decided
                if self.ended:
                    break
            if not self._expected and self._replies.has_more and not self.ended:
                raise Lost("the relay says more than it was asked")
        except Lost as why:
            yield from [(row, _doubt(str(why))) for row, _ in of_messages]
            raise
        yield from of_messages

    def _asked(self, reply: Reply) -> str:
        """The command that it answers."""
        if not self._expected:
            raise Lost(f"the relay speaks out of turn: {reply}")
        command, end = self._expected.popleft()
        if self._written < end:
            self._expected.appendleft((command, end))
            raise Lost(f"the relay answers before it was asked: {reply}")
        self.answers += 1
        self.ended = str(reply) if reply.code == 421 else ""
        return command

    def lost(self, why: str) -> tuple[list[Decided], Outgoing | None]:
        """The connection is gone: what becomes of its rows, and a mail that goes elsewhere as if never offered (E3)."""
        decided: list[Decided] = []
        unheard = None
        if self.sending:
            verdict = self._verdict_on_body(why)
            decided += [(row, verdict) for row in self.sending]
        if self.offered is not None and self.offered.ahead and not self.offered.begun:
            unheard = self.offered.mail
        elif self.offered is not None:  # even if refused: were they in step, more would have come
            decided += [(row, _incomplete(why)) for row in self.accepted or self.offered.mail.rows]
        self.sending, self.accepted, self.offered = (), (), None
        return decided, unheard

    def _verdict_on_body(self, why: str) -> Verdict:
        """From the last octet of the final dot on, the relay may act."""
        if any(command == END and self._written < end for command, end in self._expected):
            return _incomplete(why)
        return _doubt(why)

    def _answered(self, command: str, reply: Reply) -> Sequence[Decided]:
        match command:
            case ".":
                return self._body_answered(reply)
            case "MAIL" | "RCPT" | "DATA":
                return self._offer_answered(command, reply)
            case "RSET":
                if not (reply.accepted or self.ended):
                    raise Lost(f"the relay refuses RSET: {reply}")
                return self._refused()
        if not self._pipelines:
            self._say_next()
        return ()

    def _body_answered(self, reply: Reply) -> Sequence[Decided]:
        verdict = Verdict(Delivery.SENT, str(reply)) if reply.accepted else refused(END, reply)
        answered = 1 if self._each_answers else len(self.sending)
        rows, self.sending = self.sending[:answered], self.sending[answered:]
        return [(row, verdict) for row in rows]

    def _offer_answered(self, command: str, reply: Reply) -> Sequence[Decided]:
        offer = self.offered
        assert offer is not None
        if self.ended and offer.ahead and not offer.begun and not refused(command, reply).stop:
            return ()  # the relay has had enough of this connection, not of this mail
        offer.answered(command, reply)
        if self.ended:
            self.offered = None
            last = refused(command, reply)  # nothing will show whose the refusals before it were
            return [(row, last) for row in offer.mail.rows]
        if command == "DATA":
            return self._data_answered(offer, reply)
        if not self._pipelines:
            if offer.barred is not None or (self._later[0] == "DATA" and not offer.willing and offer.refused):
                return self._prove()
            self._say_next()
        return ()

    def _data_answered(self, offer: Offer, reply: Reply) -> Sequence[Decided]:
        if reply.code != 354:
            return self._prove()
        if offer.willing:
            self.accepted = offer.willing
            return offer.refused
        self._write([b".\r\n"])
        self._expected.append((CANCEL, self._queued))
        return self._refused()

    def _commands(self, envelope: Envelope, options: str) -> list[str]:
        if not (self._dsn and envelope.sender):  # of what comes from nobody there are no reports (RFC 3461 4.1)
            recipients = [f"RCPT TO:<{to}>" for to in envelope.recipients]
            return [f"MAIL FROM:<{envelope.sender}>{options}", *recipients, "DATA"]
        recipients = [f"RCPT TO:<{to}>{recipient_parameters(to, self._report_success)}" for to in envelope.recipients]
        return [f"MAIL FROM:<{envelope.sender}>{options}{mail_parameters(envelope)}", *recipients, "DATA"]

    def _prove(self) -> Sequence[Decided]:
        """Ask for the reply that shows whose the refusals were."""
        self._later.clear()
        self._say(["RSET"])
        return ()

    def _refused(self) -> Sequence[Decided]:
        """Nobody gets the offered mail; the verdicts."""
        offer, self.offered = self.offered, None
        assert offer is not None
        return offer.verdicts()

    def _say(self, commands: Sequence[str]) -> None:
        """Every verb that is said here has four letters."""
        lines = []
        for command in commands:
            line = f"{command}\r\n".encode()
            lines.append(line)
            self._queued += len(line)
            self._expected.append((command[:4], self._queued))
        self.out.append(b"".join(lines))

    def _say_next(self) -> None:
        if self._replies.has_more:
            raise Lost("the relay says more than it was asked")
        if self._later:
            self._say([self._later.popleft()])

    def _write(self, pieces: Sequence[bytes]) -> None:
        self.out.extend(pieces)
        self._queued += sum(map(len, pieces))


def _doubt(why: str) -> Verdict:
    return Verdict(Delivery.DOUBTFUL, clean(f"connection lost after the final dot: {why}"))


def _incomplete(why: str) -> Verdict:
    return Verdict(Delivery.DEFERRED, clean(f"connection lost before the message was complete: {why}"))
