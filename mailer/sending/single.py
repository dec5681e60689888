"""One mail that goes out without the outbox: to the secretary, when the store cannot be written."""

from __future__ import annotations

from collections.abc import Sequence

from mailer.compose.mime import NamedTemplate
from mailer.errors import Temporary
from mailer.message import Envelope, Outgoing
from mailer.model.outbox import Delivery, Outcome
from mailer.ports import Signer, Taken, Transport
from mailer.sending.composer import SignedTemplate


def send_one(transport: Transport, raw: bytes, envelope: Envelope, signer: Signer | None) -> None:
    """Deliver one mail. Raises as ``transport`` does, and Temporary if the relay does not take it."""
    template = NamedTemplate([raw])
    made = SignedTemplate(template, signer) if signer else template
    ledger = _OneMail(Outgoing((0,), envelope, made.template, made.values({})))
    transport.deliver(ledger)
    if ledger.outcome is None or ledger.outcome.state is not Delivery.SENT:
        raise Temporary(ledger.outcome.reply if ledger.outcome else "the relay took no mail")


class _OneMail:
    """ports.Ledger of a single mail, in memory."""

    def __init__(self, mail: Outgoing) -> None:
        self._left = [mail]
        self.outcome: Outcome | None = None

    def take(self, most: int) -> Taken:
        """As ports.Ledger."""
        taken, self._left = self._left[:most], self._left[most:]
        return Taken(taken)

    def record(self, settled: Sequence[Outcome], starting: Sequence[int]) -> None:
        """As ports.Ledger."""
        for outcome in settled:
            self.outcome = outcome

    def pause(self, seconds: float) -> None:
        """As ports.Ledger; there is nothing to wait for."""
