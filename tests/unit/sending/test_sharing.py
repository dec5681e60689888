"""Readers of a publication that is not personal share mails; each row has its own outcome."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from mailer.adapters.smtp import SmtpTransport
from mailer.message import Address, Envelope, MailTemplate, Outgoing
from mailer.model.lists import Details, Format
from mailer.model.outbox import Delivery, Outcome
from mailer.ports import Ledger, Signer, Taken, Transport
from mailer.sending.ledger import Drain
from mailer.sending.limiter import Limiter
from mailer.sending.sender import Sender
from mailer.sending.sharing import SharingLedger
from mailer.stop import StopFlag
from mailer.throttle.policy import Policy
from mailer.tokens import Purpose, find_tokens
from tests.fakes import FakeClock, FakeLedger, FakeTransport
from tests.relay import Fault
from tests.relay import Relay as Server
from tests.settings import smtp_settings
from tests.unit.harness import Harness
from tests.unit.sending.mails import body, raw_field, read
from tests.unit.sending.test_sender import FAST

ISSUE, OTHER = MailTemplate(b"Subject: issue\r\n\r\n"), MailTemplate(b"Subject: other\r\n\r\n")


def alike(row: int, template: MailTemplate = ISSUE, *values: bytes) -> Outgoing:
    return Outgoing((row,), Envelope("shared@x.example", (f"r{row}@x.example",), "id"), template, values, 1, alike=True)


def own(row: int) -> Outgoing:
    return Outgoing((row,), Envelope(f"bounce-{row}@x.example", (f"r{row}@x.example",)), OTHER)


@pytest.mark.parametrize(
    ("mails", "most", "taken"),
    [
        ([alike(1), alike(2), alike(3), alike(4)], 1, [[(1, 2, 3)], [(4,)], []]),
        ([alike(1), alike(2), alike(3), alike(4)], 2, [[(1, 2, 3), (4,)], []]),
        ([alike(1), alike(2, OTHER), alike(3)], 2, [[(1, 3), (2,)], []]),
        ([alike(1), alike(2, ISSUE, b"x"), alike(3, ISSUE, b"x")], 1, [[(1,)], [(2, 3)], []]),
        ([own(1), own(2), own(3)], 2, [[(1,), (2,)], [(3,)], []]),
        ([own(1), alike(2), own(3), alike(4)], 1, [[(1,)], [(2, 4)], [(3,)], []]),
        ([], 1, [[]]),
    ],
)
def test_mails_that_differ_only_in_their_recipients_are_joined(
    mails: list[Outgoing], most: int, taken: list[list[tuple[int, ...]]]
) -> None:
    ledger = SharingLedger(FakeLedger(mails), recipients=3)
    assert [[mail.rows for mail in ledger.take(most).mails] for _ in taken] == taken


def test_the_recipients_of_a_shared_mail_have_the_order_of_its_rows() -> None:
    (mail,) = SharingLedger(FakeLedger([alike(2), alike(1)]), recipients=3).take(1).mails
    assert mail == alike(2)._replace(
        rows=(2, 1), envelope=Envelope("shared@x.example", ("r2@x.example", "r1@x.example"), "id")
    )


def test_E16_mails_taken_to_be_joined_do_not_go_after_a_stop() -> None:
    stop = StopFlag()
    ledger = SharingLedger(FakeLedger([alike(1), own(2), own(3)]), recipients=3, over=stop)
    assert [mail.rows for mail in ledger.take(1).mails] == [(1,)]
    stop.ask()
    assert ledger.take(2) == Taken([])


class Whole(FakeTransport):
    """Keeps the mails as they are taken."""

    def deliver(self, ledger: Ledger) -> None:
        while (taken := ledger.take(1)).mails or taken.wait is not None:
            for mail in taken.mails:
                self.sent.append(mail)
                ledger.record([], mail.rows)
                ledger.record([Outcome(row, Delivery.SENT, "250 ok") for row in mail.rows], [])


class TickingClock(FakeClock):
    """Time passes with every reading, so that the rate limit delays no mail."""

    def now(self) -> datetime:
        self.pass_by(timedelta(milliseconds=1))
        return super().now()

    def monotonic(self) -> float:
        self.pass_by(timedelta(milliseconds=1))
        return super().monotonic()


PEOPLE = tuple(f"m{number}@nmb.example" for number in range(5))
TEXT = Details(format=Format.TEXT)


class CountingSigner:
    """Signs with the number of signatures so far."""

    def __init__(self) -> None:
        self.signatures = 0
        self.is_slow = True

    def of(self, template: MailTemplate) -> Callable[[Sequence[bytes]], bytes]:
        return self._sign

    def _sign(self, values: Sequence[bytes]) -> bytes:
        self.signatures += 1
        return b"DKIM-Signature: %d" % self.signatures


@pytest.fixture
def mails(harness: Harness) -> list[Outgoing]:
    return sent(harness)


def prepare(harness: Harness) -> None:
    """Prepare issue 1 of a publication that is not personal, with a URL for one-click, to be sent to PEOPLE."""
    update = replace(harness.process.rules.publication("update"), personal=False)
    harness.restart(publications={"update": update}, url="https://news.iso-sr.example")
    harness.approved()
    harness.import_list("nmb", PEOPLE, name="Anna Kim")
    for address in PEOPLE[:2]:
        harness.do(lambda office, to=address: office.work.lists.save_contact(Address.parse(to), TEXT, harness.now))
    harness.start()


def sender(harness: Harness, transport: Transport, signer: Signer | None = None) -> Sender:
    store, clock = harness.environment.store, TickingClock(harness.now)
    limiter = Limiter(store, clock, Policy("relay.example", (FAST,)))
    runtime = replace(harness.environment.runtime(rules=harness.process.rules), clock=clock)
    return Sender(runtime, transport, limiter, signer, recipients=3)


def sent(harness: Harness, signer: Signer | None = None) -> list[Outgoing]:
    """The copies of the issue as they were sent."""
    prepare(harness)
    relay = Whole()
    sender(harness, relay, signer).drain()
    return [mail for mail in relay.sent if mail.mailing is not None]


def test_readers_of_one_format_get_the_same_mail(harness: Harness, mails: list[Outgoing]) -> None:
    assert sorted(len(mail.rows) for mail in mails) == [2, 3]
    assert sorted(to for mail in mails for to in mail.envelope.recipients) == sorted(PEOPLE)
    token = harness.token(Purpose.SHARED, harness.mailing.id)
    assert {(mail.envelope.sender, mail.envelope.id) for mail in mails} == {(f"tg2+{token}@iso-sr.example", str(token))}
    with harness.environment.store.snapshot() as work:
        ids = {record.id: record.message_id for record in work.outbox.page(harness.mailing.id, 0, 100)}
    for mail in mails:
        assert {ids[row] for row in mail.rows} == {raw_field(b"".join(mail.parts), "Message-ID")}
    assert len(set(ids.values())) == 2


def test_B13_a_copy_meant_for_forwarding_carries_no_token(mails: list[Outgoing]) -> None:
    assert [find_tokens(b"".join(mail.parts).decode()) for mail in mails] == [[]] * len(mails)


def test_B4_a_shared_mail_names_nobody_and_leaving_by_its_link_needs_a_confirmation(mails: list[Outgoing]) -> None:
    for mail in mails:
        raw = b"".join(mail.parts)
        seen = read(raw)
        assert seen["To"] == "ISO/SR Update <tg2@iso-sr.example>"
        assert seen["List-Unsubscribe"] == "<mailto:tg2+unsubscribe@iso-sr.example>"
        assert seen["List-Unsubscribe-Post"] is None
        text = body(seen.get_body(("plain",)))  # type: ignore[arg-type]
        assert text.startswith("Dear reader,")
        assert "the readers of ISO/SR Update" in text
        assert (b"Anna" in raw, find_tokens(raw.decode())) == (False, [])


def test_a_shared_mail_is_signed_once(harness: Harness) -> None:
    signer = CountingSigner()
    mails = sent(harness, signer)
    assert {to for mail in mails for to in mail.envelope.recipients} == set(PEOPLE)
    assert signer.signatures == 2  # one for each format


def test_E1_E3_rows_that_share_a_mail_are_in_doubt_together_and_keep_their_message_id(harness: Harness) -> None:
    prepare(harness)
    store = harness.environment.store
    with Server({".": [Fault.DROP]}, keywords=["PIPELINING", "DSN"]) as server:
        way = SmtpTransport(smtp_settings("127.0.0.1", server.port, "none"))
        out = sender(harness, way)
        out.drain(Drain(harness.mailing.id))
        lost = {mail.recipient for mail in server.read} - {mail.recipient for mail in server.taken}
        with store.snapshot() as work:
            doubts = {trouble.recipient for trouble in work.outbox.troubles(harness.mailing.id)}
            sent = work.outbox.counts(harness.mailing.id)[Delivery.SENT]
        assert (doubts, sent) == (lost, 5 - len(lost))
        assert 1 < len(lost) <= 3
        with store.transaction() as work:
            work.outbox.resolve_doubts(harness.mailing.id, Delivery.QUEUED, harness.now)
        out.drain(Drain(harness.mailing.id))
    assert sorted(mail.recipient for mail in server.taken if mail.recipient in PEOPLE) == sorted(PEOPLE)
    for again in server.taken:
        assert {mail.raw for mail in server.read if mail.recipient == again.recipient} == {again.raw}
