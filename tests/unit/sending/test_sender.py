"""Sending rows: who gets a mail, when it is tried again, and what happens when the store fails."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

import pytest

from mailer.adapters.dkim.keys import Algorithm, SigningKey
from mailer.adapters.dkim.records import Record
from mailer.adapters.dkim.signing import DkimSigner
from mailer.errors import Contested, Permanent, Temporary
from mailer.handlers.issues import find
from mailer.handlers.mailings import send_to_newcomers, settle
from mailer.model.lists import Standing
from mailer.model.outbox import EXPIRES_AFTER, Counts, Delivery, Draft, Outcome
from mailer.model.suppressions import Cause, Suppression
from mailer.ports import Ledger, Signer, Taken
from mailer.runtime import Runtime
from mailer.sending.ledger import Drain
from mailer.sending.limiter import Limiter
from mailer.sending.sender import Sender
from mailer.stop import StopFlag
from mailer.throttle.limits import DAY, MINUTE, SECOND, Limit
from mailer.throttle.policy import Policy
from mailer.tokens import Purpose, find_tokens
from tests.fakes import FakeTransport
from tests.signatures import verdicts
from tests.unit.harness import Harness
from tests.unit.sending.mails import body, read

PEOPLE = tuple(f"m{number}@nmb.example" for number in range(5))
FAST = Limit(SECOND, 1_000_000)


@dataclass
class RecordingLedger:
    """Calls ``started`` for each recipient whose mail has started."""

    real: Ledger
    started: Callable[[str], None]
    recipients: dict[int, str] = field(default_factory=dict)

    def take(self, most: int) -> Taken:
        taken = self.real.take(most)
        for mail in taken.mails:
            self.recipients |= dict(zip(mail.rows, mail.envelope.recipients, strict=True))
        return taken

    def record(self, settled: Sequence[Outcome], starting: Sequence[int]) -> None:
        self.real.record(settled, starting)
        for row in starting:
            self.started(self.recipients[row])

    def pause(self, seconds: float) -> None:
        self.real.pause(seconds)


@dataclass
class Relay(FakeTransport):
    """Notes when each mail arrives, and runs ``events`` when a recipient's mail starts."""

    harness: Harness | None = None
    times: list[float] = field(default_factory=list)
    events: dict[str, list[object]] = field(default_factory=dict)

    def deliver(self, ledger: Ledger) -> None:
        super().deliver(RecordingLedger(ledger, self._under_way))

    def _under_way(self, recipient: str) -> None:
        if self.harness:
            self.times.append(self.harness.environment.clock.monotonic())
        for event in self.events.pop(recipient, []):
            event()  # type: ignore[operator]

    @property
    def recipients(self) -> list[str]:
        return [to for copy in self.sent for to in copy.envelope.recipients]


@dataclass
class Setup:
    harness: Harness
    relay: Relay
    runtime: Runtime

    def sender(self, limit: Limit = FAST, signer: Signer | None = None) -> Sender:
        environment = self.harness.environment
        limiter = Limiter(environment.store, environment.clock, Policy("relay.example", (limit,)))
        return Sender(self.runtime, self.relay, limiter, signer)

    @property
    def counts(self) -> Counts:
        with self.harness.environment.store.snapshot() as work:
            return work.outbox.counts(1)

    def leave(self, address: str) -> None:
        with self.harness.environment.store.transaction() as work:
            contact = work.lists.contact_at(address)
            assert contact is not None
            for key in ("nmb", "subscriber"):
                if work.lists.standing(key, contact.id):
                    work.lists.set_standing(key, contact.id, Standing.LEFT, self.harness.now, "a test")


@pytest.fixture
def setup(harness: Harness) -> Setup:
    """An issue that is ready to be sent to PEOPLE."""
    harness.approved()
    harness.import_list("nmb", PEOPLE)
    harness.start()
    with harness.environment.store.transaction() as work:  # the mail to the board is not tested here
        waiting = [row.id for row in work.outbox.due(harness.now, most=100) if row.payload]
        work.outbox.suppress(dict.fromkeys(waiting, "test"), harness.now)
    return Setup(harness, Relay(harness=harness), harness.environment.runtime())


def test_notices_and_copies_are_signed(setup: Setup) -> None:
    keys = {"rsa": SigningKey.new(), "ed": SigningKey.new(Algorithm.ED25519)}
    records = {made.name: made.txt for made in (Record(name, "iso-sr.example", key) for name, key in keys.items())}
    payload = b"From: tg2@iso-sr.example\r\nSubject: x\r\nAuto-Submitted: auto-generated\r\n\r\nA notice. \r\n"
    with setup.harness.environment.store.transaction() as work:
        work.outbox.add(Draft("test", "anna@x.example", "<1@x>", payload), setup.harness.now)
    setup.sender(signer=DkimSigner("iso-sr.example", keys)).drain()
    mails = [b"".join(copy.parts) for copy in setup.relay.sent]
    assert [verdicts(mail, records) for mail in mails] == [[True, True]] * len(mails)
    assert {read(mail)["Auto-Submitted"] for mail in mails} == {None, "auto-generated"}
    for mail in mails:
        assert mail.startswith(b"DKIM-Signature: v=1; a=rsa-sha256;")
        covered = re.sub(r"\s", "", read(mail)["DKIM-Signature"]).partition("h=")[2].partition(";")[0].split(":")
        assert {"list-unsubscribe", "list-unsubscribe-post"} <= set(covered)


def test_each_copy_has_its_own_tokens(setup: Setup) -> None:
    setup.sender().drain()
    assert setup.relay.recipients == list(PEOPLE)
    mails = [read(b"".join(copy.parts)) for copy in setup.relay.sent]
    assert [mail["To"] for mail in mails] == list(PEOPLE)
    leaving = {token.subject for mail in mails for token in find_tokens(mail["List-Unsubscribe"])}
    verp = {token.subject for copy in setup.relay.sent for token in find_tokens(copy.envelope.sender)}
    assert (len(leaving), len(verp), len({mail["Message-ID"] for mail in mails})) == (5, 5, 5)
    key = setup.harness.environment.store.key
    assert [mail for mail in mails if not key.genuine(find_tokens(mail["List-Unsubscribe"])[0])] == []
    text = mails[0].get_body(("plain",))
    assert text is not None
    assert "Dear reader," in body(text)


def test_a_second_drain_sends_nothing_twice(setup: Setup) -> None:
    for _ in range(3):
        setup.sender().drain()
    assert (setup.relay.recipients, setup.counts.by_state) == (list(PEOPLE), {Delivery.SENT: 5})


def test_an_issue_is_composed_once_for_all_batches_and_again_when_it_is_sent_again(setup: Setup) -> None:
    sender, harness = setup.sender(), setup.harness
    with harness.environment.store.snapshot() as work:
        rows = [row.id for row in work.outbox.due(harness.now, 1, most=100)]
    for batch in (range(rows[0], rows[2]), range(rows[2], rows[-1] + 1)):
        sender.drain(Drain(1, batch))
    assert (len(setup.relay.sent), len({copy.template for copy in setup.relay.sent})) == (5, 1)
    harness.do(settle)
    harness.environment.clock.pass_by(timedelta(days=1))
    harness.import_list("nmb", [*PEOPLE, "new@nmb.example"])
    with harness.office() as office:
        send_to_newcomers(office, find(office, "update", 1))
    sender.drain(Drain(1))
    dates = {str(read(b"".join(copy.parts))["Date"]) for copy in setup.relay.sent if copy.mailing}
    assert (setup.relay.recipients[-1], len(dates)) == ("new@nmb.example", 2)


@pytest.mark.parametrize("signed", [False, True])
def test_E19_the_date_of_a_copy_is_the_day_on_which_it_leaves(setup: Setup, signed: bool) -> None:
    keys = {"ed": SigningKey.new(Algorithm.ED25519)}
    records = {made.name: made.txt for made in (Record(name, "iso-sr.example", key) for name, key in keys.items())}
    sender = setup.sender(Limit(DAY, 2), DkimSigner("iso-sr.example", keys) if signed else None)
    setup.relay.script[PEOPLE[0]] = [Delivery.DEFERRED]
    left: list[tuple[str, datetime]] = []
    while len(left) < len(PEOPLE):
        before = len(setup.relay.sent)
        sender.drain()
        for copy in setup.relay.sent[before:]:
            mail = read(b"".join(copy.parts))
            left.append((copy.envelope.recipients[0], parsedate_to_datetime(mail["Date"])))
            assert left[-1][1] == setup.harness.now.replace(microsecond=0)
            assert not signed or verdicts(b"".join(copy.parts), records) == [True]
        setup.harness.pass_by(timedelta(days=1, minutes=1))
    assert len({date.date() for _, date in left}) == 3
    assert left[0][0] == PEOPLE[1]  # the first reader's copy was deferred, and has the day on which it left
    ids = {read(b"".join(copy.parts))["Message-ID"] for copy in setup.relay.sent}
    with setup.harness.environment.store.snapshot() as work:
        assert ids == {row.message_id for row in work.outbox.page(1, 0, 99)}


@pytest.mark.parametrize(("limit", "behind"), [(FAST, [4, 1, 1, 1, 0]), (Limit(SECOND, 4), [2, 1, 1, 1, 0])])
def test_a_ledger_says_how_many_more_mails_are_due(setup: Setup, limit: Limit, behind: list[int]) -> None:
    found: list[int] = []

    class Asking(Relay):
        def deliver(self, ledger: Ledger) -> None:
            while (taken := ledger.take(1)).mails or taken.wait is not None:
                if taken.mails:
                    found.append(taken.behind)
                else:
                    ledger.pause(taken.wait or 0.0)

    setup.relay = Asking()
    setup.sender(limit).drain()
    assert found == behind


def test_E12_a_member_who_leaves_during_the_send_gets_no_mail(setup: Setup) -> None:
    setup.relay.events[PEOPLE[1]] = [lambda: [setup.leave(who) for who in (PEOPLE[1], PEOPLE[3])]]
    setup.sender().drain()
    assert setup.relay.recipients == [who for who in PEOPLE if who != PEOPLE[3]]
    assert setup.counts.by_state == {Delivery.SENT: 4, Delivery.SUPPRESSED: 1}


def test_E12_a_member_who_left_one_list_and_is_on_another_gets_the_mail(setup: Setup) -> None:
    setup.harness.import_list("subscriber", [PEOPLE[0]])
    with setup.harness.environment.store.transaction() as work:
        contact = work.lists.contact_at(PEOPLE[0])
        assert contact is not None
        work.lists.set_standing("nmb", contact.id, Standing.LEFT, setup.harness.now, "a test")
    setup.sender().drain()
    assert setup.relay.recipients == list(PEOPLE)


def test_an_address_that_bounced_meanwhile_gets_no_mail(setup: Setup) -> None:
    with setup.harness.environment.store.transaction() as work:
        work.lists.suppress(PEOPLE[2].upper(), "bounced: 550", setup.harness.now)
    setup.sender().drain()
    assert setup.relay.recipients == [who for who in PEOPLE if who != PEOPLE[2]]


def test_what_the_relay_refuses_or_defers_to_the_end_is_noted_to_be_counted(setup: Setup) -> None:
    setup.relay.script = {PEOPLE[1]: [Delivery.FAILED], PEOPLE[2]: [Delivery.DEFERRED]}
    setup.sender().drain()
    with setup.harness.environment.store.snapshot() as work:
        assert [(one.recipient, one.reply) for one in work.bounces.refusals(9)] == [(PEOPLE[1], "scripted: failed")]


@pytest.mark.parametrize("suppressed", ["@NMB.example", "@other.example"])
def test_E12_nobody_of_a_suppressed_domain_gets_a_copy(setup: Setup, suppressed: str) -> None:
    with setup.harness.environment.store.transaction() as work:
        work.suppressions.save([Suppression("a trap", setup.harness.now, Cause.PERSON, suppressed)])
    setup.sender().drain()
    assert setup.relay.recipients == ([] if "NMB" in suppressed else list(PEOPLE))


def test_E5_a_deferred_mail_is_tried_at_growing_intervals_until_it_expires(setup: Setup) -> None:
    setup.relay.script[PEOPLE[0]] = [Delivery.DEFERRED] * 100
    began, waits = setup.harness.now, []
    sender = setup.sender()
    while True:
        sender.drain()
        with setup.harness.environment.store.snapshot() as work:
            due = work.outbox.next_retry()
        if due is None:
            break
        waits.append(round((due - setup.harness.now) / timedelta(minutes=1)))
        setup.harness.pass_by(due - setup.harness.now)
    assert waits[:5] == [1, 5, 15, 60, 120]
    assert waits == sorted(waits)
    assert EXPIRES_AFTER - timedelta(hours=8) < setup.harness.now - began <= EXPIRES_AFTER
    assert setup.counts.by_state == {Delivery.SENT: 4, Delivery.FAILED: 1}
    with setup.harness.environment.store.snapshot() as work:
        assert [t.reply for t in work.outbox.troubles(1)] == ["given up: scripted: deferred"]


def test_E5_a_copy_that_had_to_wait_for_a_week_is_retried_like_any_other(setup: Setup) -> None:
    setup.harness.pass_by(timedelta(days=7))  # a pause, or a rate of few a day
    setup.relay.script[PEOPLE[0]] = [Delivery.DEFERRED]
    setup.sender().drain()
    assert setup.counts.by_state == {Delivery.SENT: 4, Delivery.DEFERRED: 1}
    setup.harness.pass_by(timedelta(minutes=1))
    setup.sender().drain()
    assert setup.counts.by_state == {Delivery.SENT: 5}


def test_E6_a_refusal_of_one_recipient_affects_no_other(setup: Setup) -> None:
    setup.relay.script[PEOPLE[1]] = [Delivery.FAILED]
    setup.sender().drain()
    assert setup.counts.by_state == {Delivery.SENT: 4, Delivery.FAILED: 1}


def test_E10_a_policy_refusal_ends_the_send_and_fails_nobody(setup: Setup) -> None:
    setup.relay.script[PEOPLE[1]] = [Permanent("5.7.26 unauthenticated mail is refused")]
    setup.sender().drain()
    assert setup.counts.by_state == {Delivery.SENT: 1, Delivery.DEFERRED: 1, Delivery.QUEUED: 3}
    setup.harness.pass_by(timedelta(hours=1))
    setup.sender().drain()
    assert sorted(setup.relay.recipients) == sorted(PEOPLE)


def test_E4_with_an_unreachable_relay_nothing_is_claimed(setup: Setup) -> None:
    setup.relay.unreachable = Temporary("smtp: connection refused")
    with pytest.raises(Temporary):
        setup.sender().drain()
    assert setup.counts.by_state == {Delivery.QUEUED: 5}


def test_E3_a_doubt_is_counted_and_not_sent_again(setup: Setup) -> None:
    setup.relay.script[PEOPLE[0]] = [Delivery.DOUBTFUL]
    for _ in range(2):
        setup.sender().drain()
        setup.harness.pass_by(timedelta(days=1))
    assert setup.counts.by_state == {Delivery.SENT: 4, Delivery.DOUBTFUL: 1}


def test_E1_mails_that_an_earlier_process_was_sending_are_in_doubt(setup: Setup) -> None:
    with setup.harness.environment.store.transaction() as work:
        work.outbox.record([row.id for row in work.outbox.due(setup.harness.now)], [], setup.harness.now)
    sender = setup.sender()
    assert [sender.recover(), sender.recover()] == [1, 0]
    sender.drain()
    assert setup.counts.by_state == {Delivery.SENT: 4, Delivery.DOUBTFUL: 1}


@pytest.mark.parametrize("taken", range(1, 6))
def test_E15_an_outcome_that_could_not_be_recorded_is_recorded_before_anything_is_sent(
    setup: Setup, taken: int
) -> None:
    setup.harness.environment.shorten_lock_wait()
    sender = setup.sender()
    with closing(sqlite3.connect(setup.harness.folder / "mailer.db", isolation_level=None)) as other:
        setup.relay.events[PEOPLE[taken - 1]] = [lambda: other.execute("BEGIN IMMEDIATE")]
        for _ in range(2):
            with pytest.raises(Temporary, match="database is locked"):
                sender.drain()
            assert setup.relay.recipients == list(PEOPLE[:taken])
        other.execute("ROLLBACK")
    assert (setup.counts[Delivery.SENT], setup.counts[Delivery.SENDING]) == (taken - 1, 1)
    sender.drain()
    assert (setup.relay.recipients, setup.counts.by_state) == (list(PEOPLE), {Delivery.SENT: 5})


def test_E14_the_rate_holds_over_restarts_and_a_clock_set_back(setup: Setup) -> None:
    rate = Limit(MINUTE, 6)
    setup.relay.events[PEOPLE[1]] = [setup.runtime.stop.ask]
    setup.sender(rate).drain()
    setup.runtime = replace(setup.runtime, stop=StopFlag())
    setup.harness.environment.clock.time -= timedelta(hours=3)
    with setup.harness.environment.store._engine.begin() as connection:
        connection.exec_driver_sql("UPDATE outbox SET due_at = 0")
    setup.sender(rate).drain()
    placeholders = [b - a for a, b in zip(setup.relay.times, setup.relay.times[1:], strict=False)]
    assert (setup.relay.recipients, len(placeholders)) == (list(PEOPLE), 4)
    assert [placeholder for placeholder in placeholders if not 10 <= placeholder <= 11] == []


def test_service_mail_overtakes_an_issue(setup: Setup) -> None:
    draft = Draft("test", "anna@x.example", "<1@x>", b"Subject: x\r\n\r\nx\r\n")

    def arrives() -> None:
        with setup.harness.environment.store.transaction() as work:
            work.outbox.add(draft, setup.harness.now)

    setup.relay.events[PEOPLE[0]] = [arrives]
    setup.sender().drain()
    assert setup.relay.recipients == [PEOPLE[0], "anna@x.example", *PEOPLE[1:]]
    copy = setup.relay.sent[1]
    assert (b"".join(copy.parts), [t.purpose for t in find_tokens(copy.envelope.sender)]) == (
        draft.payload,
        [Purpose.BOUNCE],
    )


def test_a_drain_ends_at_its_deadline(setup: Setup) -> None:
    now = setup.harness.environment.clock.monotonic()
    setup.sender(Limit(SECOND, 1)).drain(Drain(until=now + 2.5))
    assert len(setup.relay.sent) == 3


def test_outcomes_are_observed(setup: Setup) -> None:
    seen: list[Delivery] = []
    setup.sender().drain(Drain(1, observe=lambda outcome: seen.append(outcome.state)))
    assert seen == [Delivery.SENT] * 5


@dataclass
class Overtaken:
    """A transport whose rows another sender claims between taking and starting."""

    overtake: Callable[[int], None]
    contested: list[frozenset[int]] = field(default_factory=list)

    def deliver(self, ledger: Ledger) -> None:
        rows: list[int] = []
        while len(rows) < 2:
            taken = ledger.take(1)
            rows += [row for mail in taken.mails for row in mail.rows]
            ledger.pause(taken.wait or 0)
        self.overtake(rows[0])
        with pytest.raises(Contested, match="another mailer has claimed these mails") as contested:
            ledger.record([], rows)
        self.contested.append(contested.value.rows)
        ledger.record([Outcome(row, Delivery.SENT, "250 ok") for row in rows], [])

    def close(self) -> None: ...


def test_E13_rows_that_another_sender_has_claimed_get_no_outcome_here(setup: Setup) -> None:
    environment = setup.harness.environment

    def overtake(row: int) -> None:
        with environment.store.transaction() as work:
            work.outbox.record([row], [], environment.clock.now(), "two")

    way, limiter = Overtaken(overtake), Limiter(environment.store, environment.clock, Policy("relay.example", (FAST,)))
    sender = Sender(setup.runtime, way, limiter, holder="one")
    sender.drain()
    assert [len(rows) for rows in way.contested] == [1]
    assert (setup.counts[Delivery.SENT], setup.counts[Delivery.SENDING]) == (1, 1)
    with environment.store.snapshot() as work:
        assert work.outbox.holders() == {"two"}
    assert sender.recover() == 0  # it has no rows of its own
