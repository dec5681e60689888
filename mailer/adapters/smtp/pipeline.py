"""The protocol of one SMTP connection, mail after mail, pipelined if the relay allows it (RFC 2920). No I/O.

A mail goes in two steps, so that the ledger can be written between them. ``begin`` opens a transaction (MAIL, RCPT,
DATA). Once the relay waits for the message, ``send_message`` sends it. The commands of the next mail are sent right
behind this message, so a mail costs one round trip. Replies are matched to commands in order; one that does not fit
ends the connection (E7).

A refusal is trusted only after a reply that is known by its form: 354 to DATA, or 250 to RSET. In its place, it shows
that no reply before it was missing or surplus. Each recipient of a shared mail has its own verdict.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterator, Sequence

from mailer.adapters.redaction import Redaction
from mailer.adapters.smtp.data import data_of
from mailer.adapters.smtp.dsn import mail_parameters, recipient_parameters
from mailer.adapters.smtp.replies import Lost, Replies, Reply
from mailer.adapters.smtp.rules import Extensions, Verdict, mail_options, too_large
from mailer.adapters.smtp.transaction import RowVerdict, Transaction, require_refusal
from mailer.message import Envelope, Outgoing, clean
from mailer.model.outbox import Delivery

END = "."
"""The final dot of a message, which is a command with a reply."""
_USUAL = re.compile(rb"(2\d\d [^\r\n]*)\r\n(?:2\d\d [^\r\n]*\r\n){2}354 [^\r\n]*\r\n")
"""The replies to a message and to MAIL, one RCPT and DATA behind it: each is one line, and nothing is refused."""
CANCEL = "cancel"
"""A final dot without a message, for a relay that replies 354 after it has refused all recipients (RFC 2920 3.1)."""


class Pipeline:
    """The state of one connection. The caller writes what is in ``out``, and reports how much with ``wrote``."""

    def __init__(
        self,
        extensions: Extensions,
        report_success: bool = False,
        reply_per_recipient: bool = False,
        redact: Callable[[str], str] | None = None,
    ) -> None:
        """``report_success``: whether a relay that offers DSN is also asked to report successful deliveries.

        ``reply_per_recipient``: whether a message has a reply for each of its recipients (LMTP, RFC 2033 4.2).
        ``redact`` takes secrets out of what the relay says.
        """
        self.out: deque[bytes | memoryview] = deque()
        self.transaction: Transaction | None = None
        """The mail whose commands are sent, but not its message: the relay cannot deliver it yet."""
        self.accepted: Sequence[int] = ()
        """Rows of this mail, once the relay waits for the message."""
        self.sending: Sequence[int] = ()
        """Rows whose message is being sent, or has no reply yet."""
        self.closing_reply = ""
        """The 421 with which the relay closes the connection, or empty."""
        self.reply_count = 0
        self._extensions = extensions
        self._pipelines = extensions.get("PIPELINING") is not None
        self._dsn = extensions.get("DSN") is not None
        self._report_success = report_success
        self._reply_per_recipient = reply_per_recipient
        self._expected: deque[tuple[str, int]] = deque()  # each command without a reply, and the octet that ends it
        self._unsent: deque[str] = deque()  # without pipelining: commands that wait for the reply to the one before
        self._queued = self._written = 0  # octets put into ``out``, and octets written
        self._replies = Replies(redact or Redaction())

    @property
    def awaited(self) -> str | None:
        """The command whose reply is next, or None."""
        return self._expected[0][0] if self._expected else None

    @property
    def is_idle(self) -> bool:
        """Whether nothing is under way."""
        return self.transaction is None and not self._expected

    @property
    def can_begin(self) -> bool:
        """Whether another mail may begin. It never follows a message with several replies: one could be missing."""
        return self.transaction is None and (not self._expected or (self._pipelines and not self._reply_per_recipient))

    def begin(self, mail: Outgoing) -> Verdict | None:
        """Send MAIL, RCPT and DATA; returns a verdict instead if this relay cannot take the mail at all."""
        try:
            data = data_of(mail)
            options = mail_options(mail.envelope, data, self._extensions)
        except ValueError as fault:
            return Verdict(Delivery.FAILED, clean(f"not sent: {fault}"))
        if (verdict := too_large(data, self._extensions)) is not None:
            return verdict
        self.transaction = Transaction(mail, data, pipelined=bool(self.sending))
        commands = self._commands(mail.envelope, options)
        if self._pipelines:
            self._send(commands)
        else:
            self._unsent.extend(commands)
            self._send_next()
        return None

    def send_message(self) -> None:
        """Send the message of the accepted mail. Call it only when the ledger has recorded that it is being sent."""
        assert self.accepted and self.transaction is not None
        self._write(self.transaction.data.pieces)
        self.sending, self.accepted, self.transaction = self.accepted, (), None
        self._expected.extend([(END, self._queued)] * (len(self.sending) if self._reply_per_recipient else 1))

    def wrote(self, octets: int) -> None:
        """Take ``octets`` off ``out``, which have been written."""
        self._written += octets
        if self._written == self._queued:
            self.out.clear()
            return
        while octets >= len(self.out[0]):
            octets -= len(self.out.popleft())
        self.out[0] = memoryview(self.out[0])[octets:]

    def feed(self, data: bytes) -> Iterator[RowVerdict]:
        """The verdicts that the relay's replies give. Raises Lost for a reply out of step, after those before it.

        If one read brings the reply to a message and then one out of step, the first may not belong to that message
        either: its verdict is in doubt.
        """
        if self.closing_reply:  # nothing that follows 421 belongs to a mail
            return iter(())
        usual = self._usual_verdicts(data)
        return self._verdicts(data) if usual is None else iter(usual)

    def _usual_verdicts(self, data: bytes) -> list[RowVerdict] | None:
        """A shortcut for the usual read: the relay has taken one mail and accepts the next. None for any other.

        If four replies are awaited with a pipelined transaction, they are to a message, MAIL, one RCPT and DATA.
        """
        transaction, found = self.transaction, _USUAL.fullmatch(data)
        if found is None or transaction is None or not transaction.pipelined or transaction.answered:
            return None
        if len(self._expected) != 4 or self._replies.has_more or self._written < self._queued:
            return None
        self._expected.clear()
        self.reply_count += 4
        transaction.answered = True
        taken, self.sending = self.sending, ()
        self.accepted = transaction.accepted = list(transaction.mail.rows)
        verdict = Verdict(Delivery.SENT, str(self._replies.read_line(found[1])))
        return [(row, verdict) for row in taken]

    def _verdicts(self, data: bytes) -> Iterator[RowVerdict]:
        of_messages: list[RowVerdict] = []
        try:
            for reply in self._replies.feed(data):
                if reply.code == 421:  # the relay may close at any time: this is not out of step
                    yield from of_messages
                    of_messages.clear()
                command = self._command_of(reply)
                verdicts = self._on_reply(command, reply)
                if command == END:
                    of_messages += verdicts
                else:
                    yield from verdicts
                if self.closing_reply:
                    break
            if not self._expected and self._replies.has_more and not self.closing_reply:
                raise Lost("the relay sent more replies than were asked for")
        except Lost as why:
            yield from [(row, _doubt(str(why))) for row, _ in of_messages]
            raise
        yield from of_messages

    def _command_of(self, reply: Reply) -> str:
        """The command that ``reply`` answers."""
        if not self._expected:
            raise Lost(f"the relay sent a reply that was not asked for: {reply}")
        command, end = self._expected.popleft()
        if self._written < end:
            self._expected.appendleft((command, end))
            raise Lost(f"the relay replied before it had the command: {reply}")
        self.reply_count += 1
        self.closing_reply = str(reply) if reply.code == 421 else ""
        return command

    def lost(self, why: str) -> tuple[list[RowVerdict], Outgoing | None]:
        """The connection is lost: the verdicts on its rows, and a mail that can go over another connection (E3)."""
        verdicts: list[RowVerdict] = []
        unanswered = None
        if self.sending:
            verdict = self._verdict_on_message(why)
            verdicts += [(row, verdict) for row in self.sending]
        if self.transaction is not None and self.transaction.pipelined and not self.transaction.answered:
            unanswered = self.transaction.mail
        elif self.transaction is not None:  # refusals do not count either: no later reply has shown that they fit
            verdicts += [(row, _incomplete(why)) for row in self.accepted or self.transaction.mail.rows]
        self.sending, self.accepted, self.transaction = (), (), None
        return verdicts, unanswered

    def _verdict_on_message(self, why: str) -> Verdict:
        """The relay may deliver a message as soon as its final dot is written."""
        if any(command == END and self._written < end for command, end in self._expected):
            return _incomplete(why)
        return _doubt(why)

    def _on_reply(self, command: str, reply: Reply) -> Sequence[RowVerdict]:
        match command:
            case ".":
                return self._on_message_reply(reply)
            case "MAIL" | "RCPT" | "DATA":
                return self._on_transaction_reply(command, reply)
            case "RSET":
                if not (reply.accepted or self.closing_reply):
                    raise Lost(f"the relay refuses RSET: {reply}")
                return self._refuse()
        if not self._pipelines:
            self._send_next()
        return ()

    def _on_message_reply(self, reply: Reply) -> Sequence[RowVerdict]:
        verdict = Verdict(Delivery.SENT, str(reply)) if reply.accepted else require_refusal(END, reply)
        count = 1 if self._reply_per_recipient else len(self.sending)
        rows, self.sending = self.sending[:count], self.sending[count:]
        return [(row, verdict) for row in rows]

    def _on_transaction_reply(self, command: str, reply: Reply) -> Sequence[RowVerdict]:
        transaction = self.transaction
        assert transaction is not None
        untried = transaction.pipelined and not transaction.answered
        if self.closing_reply and untried and not _stops_mail(require_refusal(command, reply)):
            return ()  # the relay ends this connection, and does not refuse this mail
        transaction.on_reply(command, reply)
        if self.closing_reply:
            self.transaction = None
            last = require_refusal(command, reply)  # no later reply will show that the refusals before it fit
            return [(row, last) for row in transaction.mail.rows]
        if command == "DATA":
            return self._on_data_reply(transaction, reply)
        if not self._pipelines:
            all_refused = self._unsent[0] == "DATA" and not transaction.accepted and transaction.refused
            if transaction.sender_refused is not None or all_refused:
                return self._reset()
            self._send_next()
        return ()

    def _on_data_reply(self, transaction: Transaction, reply: Reply) -> Sequence[RowVerdict]:
        if reply.code != 354:
            return self._reset()
        if transaction.accepted:
            self.accepted = transaction.accepted
            return transaction.refused
        self._write([b".\r\n"])
        self._expected.append((CANCEL, self._queued))
        return self._refuse()

    def _commands(self, envelope: Envelope, options: str) -> list[str]:
        if not (self._dsn and envelope.sender):  # the null sender gets no reports (RFC 3461 4.1)
            recipients = [f"RCPT TO:<{to}>" for to in envelope.recipients]
            return [f"MAIL FROM:<{envelope.sender}>{options}", *recipients, "DATA"]
        recipients = [f"RCPT TO:<{to}>{recipient_parameters(to, self._report_success)}" for to in envelope.recipients]
        return [f"MAIL FROM:<{envelope.sender}>{options}{mail_parameters(envelope)}", *recipients, "DATA"]

    def _reset(self) -> Sequence[RowVerdict]:
        """Send RSET, whose reply shows that the refusals before it fit."""
        self._unsent.clear()
        self._send(["RSET"])
        return ()

    def _refuse(self) -> Sequence[RowVerdict]:
        """End a transaction that is refused for every recipient."""
        transaction, self.transaction = self.transaction, None
        assert transaction is not None
        return transaction.verdicts()

    def _send(self, commands: Sequence[str]) -> None:
        """Queue commands. All verbs that we use have four letters."""
        lines = []
        for command in commands:
            line = f"{command}\r\n".encode()
            lines.append(line)
            self._queued += len(line)
            self._expected.append((command[:4], self._queued))
        self.out.append(b"".join(lines))

    def _send_next(self) -> None:
        if self._replies.has_more:
            raise Lost("the relay sent more replies than were asked for")
        if self._unsent:
            self._send([self._unsent.popleft()])

    def _write(self, pieces: Sequence[bytes]) -> None:
        self.out.extend(pieces)
        self._queued += sum(map(len, pieces))


def _stops_mail(verdict: Verdict) -> bool:
    return verdict.refusal is not None and verdict.refusal.stops_mail


def _doubt(why: str) -> Verdict:
    return Verdict(Delivery.DOUBTFUL, clean(f"connection lost after the final dot: {why}"))


def _incomplete(why: str) -> Verdict:
    return Verdict(Delivery.DEFERRED, clean(f"connection lost before the message was complete: {why}"))
