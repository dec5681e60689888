"""``mailer doctor --loop``: the office writes to itself, and looks at what becomes of its mail on the way.

The test mails are the only ones that are in no outbox: they go to the office itself, may be sent before there is a
store, and are filed when they have arrived. A daemon drops them as mail of our own (B6).
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from email.utils import format_datetime

from mailer.adapters.imap_search import Hit, ImapSearch
from mailer.app.root import App
from mailer.app.servers import imap_settings_of
from mailer.compose.mime import CRLF, header_text, mailbox_text
from mailer.errors import Refused, Temporary
from mailer.handlers import doctor_loop
from mailer.handlers.doctor_loop import LoopMail, Way
from mailer.inbound.loop import read_echo
from mailer.inbound.parse import parse
from mailer.message import Address, Envelope, MailTemplate, Outgoing, Signature
from mailer.model.findings import Finding
from mailer.model.outbox import Delivery, Outcome
from mailer.ports import Taken, Verifier

_LOOK_EVERY = 2.0
"""Seconds between two looks into the mailbox."""
_TELL_EVERY = 10.0
"""Seconds between two words about the wait."""

_TEXT = (
    "This is a test: `mailer doctor --loop` writes it to the office itself, to see what\r\n"
    "becomes of mail on its way. It can be deleted.\r\n"
)


@dataclass
class _TestLedger:
    """ports.Ledger over a few mails that are in no store."""

    mails: list[Outgoing]
    outcomes: dict[int, Outcome] = field(default_factory=dict)

    def take(self, most: int) -> Taken:
        taken, self.mails = self.mails[:most], self.mails[most:]
        return Taken(taken)

    def record(self, settled: Sequence[Outcome], starting: Sequence[int]) -> None:
        self.outcomes |= {outcome.row: outcome for outcome in settled}

    def pause(self, seconds: float) -> None:
        time.sleep(seconds)


@dataclass(frozen=True, slots=True)
class LoopTest:
    """One test: two mails, one of them to a plus-address."""

    app: App
    within: float
    """Seconds to wait for the mails."""
    tell: Callable[[str], None]
    """Says how it goes."""

    def findings(self) -> Iterator[Finding]:
        """Run the test. Raises Temporary or Permanent if the relay or the mailbox fails."""
        settings = self.app.settings
        if settings.transport.way == "folder":
            raise Refused('[transport] way is "folder", which sends nothing; test it with the relay that will be used')
        if not settings.imap.host:
            raise Refused("[imap] names no mailbox in which to look for the test mail; write to the office yourself")
        known, verifier = settings.authentication.authserv_id, self.app.verifier()
        with closing(ImapSearch(imap_settings_of(settings))) as search:
            expected = Way(settings.office.plus_addressing, known, bool(settings.dkim.keys), search.folders)
            plain, plus, raw = self._round(search, known)
            echo = plain.echo or plus.echo
            forged_id = known
            if not known and echo and echo.server_ids:  # now we know the name to forge
                forged_id = echo.server_ids[0]
                self.tell(f"The server calls itself {forged_id}: a second mail tests whether others can, too.")
                plain, other, _ = self._round(search, forged_id)
                plus = plus if plus.echo else other
        yield from doctor_loop.loop(plain, plus, _signatures(verifier, raw), forged_id, expected)

    def _round(self, search: ImapSearch, forged_id: str) -> tuple[LoopMail, LoopMail, bytes]:
        """Send both mails, wait, and put them away: what became of each, and the bytes of one that arrived."""
        marker = f"test-{secrets.token_hex(8)}"
        office = self.app.rules.address
        addresses = {1: office, 2: office.plus(marker)}
        refusals = self._send(addresses, forged_id, marker)
        awaited = {row for row in addresses if row not in refusals}
        hits, seconds = self._wait(search, marker, awaited)
        for hit, _ in hits.values():
            search.file(hit)
        plain, plus = (
            LoopMail(address, refusals.get(row, ""), "", seconds, None) for row, address in addresses.items()
        )
        came = {
            row: (hit.folder, took, read_echo(parse(hit.raw, self.app.clock.now()), forged_id, marker))
            for row, (hit, took) in hits.items()
        }
        raw = next((hit.raw for hit, _ in hits.values()), b"")
        return plain.arrived(*came[1]) if 1 in came else plain, plus.arrived(*came[2]) if 2 in came else plus, raw

    def _send(self, addresses: dict[int, Address], forged_id: str, marker: str) -> dict[int, str]:
        """Hand the mails to the relay. Returns its words about those that it does not take."""
        mails = [self._mail(row, address, forged_id, marker) for row, address in addresses.items()]
        ledger = _TestLedger(mails)
        with closing(self.app.transport()) as transport:
            transport.deliver(ledger)
        return {row: outcome.reply for row, outcome in ledger.outcomes.items() if outcome.state is not Delivery.SENT}

    def _mail(self, row: int, address: Address, forged_id: str, marker: str) -> Outgoing:
        office = self.app.rules.address
        forged = (
            f"{forged_id}; dkim=pass header.d={office.domain} header.s={marker}; dmarc=pass header.from={office.domain}"
        )
        fields = [
            *([f"Authentication-Results: {forged}"] if forged_id else []),
            f"From: {mailbox_text(Address(office.local, office.domain, self.app.rules.name))}",
            f"To: {address}",
            header_text("Subject", f"Test of the way {row} {marker}"),
            f"Date: {format_datetime(self.app.clock.now())}",
            f"Message-ID: <{marker}.{row}@{office.domain}>",
            "Auto-Submitted: auto-generated",
            "MIME-Version: 1.0",
            'Content-Type: text/plain; charset="utf-8"',
        ]
        template = MailTemplate("".join(f"{line}\r\n" for line in (*fields, "")).encode() + _TEXT.encode())
        if signer := self.app.signer():
            template = MailTemplate(signer.of(template)(()), CRLF, *template.pieces)
        return Outgoing((row,), Envelope(str(office), (str(address),)), template)

    def _wait(self, search: ImapSearch, marker: str, awaited: set[int]) -> tuple[dict[int, tuple[Hit, float]], float]:
        """The mails by their number, each with the seconds that it took; and the seconds that this waited."""
        start = told = time.monotonic()
        hits: dict[int, tuple[Hit, float]] = {}
        while awaited - hits.keys():
            waited = time.monotonic() - start
            for hit in search.by_subject(marker):
                hits.setdefault(_row_of(hit, marker), (hit, waited))
            if waited >= self.within:
                for hit in search.anywhere(marker):
                    hits.setdefault(_row_of(hit, marker), (hit, waited))
                break
            if time.monotonic() - told >= _TELL_EVERY:
                told = time.monotonic()
                self.tell(
                    f"{len(hits)} of {len(awaited)} arrived after {waited:.0f} s; waiting up to {self.within:.0f} s."
                )
            if awaited - hits.keys():
                time.sleep(_LOOK_EVERY)
        return hits, time.monotonic() - start


def _signatures(verifier: Verifier, raw: bytes) -> tuple[Signature, ...] | None:
    """Those that verify; None if the DNS does not answer."""
    try:
        return verifier.signatures(raw)
    except Temporary:
        return None


def _row_of(hit: Hit, marker: str) -> int:
    """Which of the two mails it is. A relay may give it another Message-ID, but not another subject."""
    return 2 if f"Test of the way 2 {marker}".encode() in hit.raw else 1
