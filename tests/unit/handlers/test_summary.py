"""The secretary's summary at the end of a send."""

from __future__ import annotations

from datetime import timedelta
from email.utils import parsedate_to_datetime

from mailer.handlers import mailings
from mailer.model.outbox import Delivery, Outcome
from tests.unit.harness import NMB, SECRETARY, Harness, text_of

READERS = tuple(f"m{n}@nmb.example" for n in range(9))


def settle(harness: Harness, outcomes: dict[str, tuple[Delivery, str]]) -> None:
    """Settle each row with the relay's reply; rows that are not named keep waiting."""
    with harness.environment.store.transaction() as work:
        rows = {
            row.recipient: row.id for row in work.outbox.due(harness.now, harness.mailing.id, most=100) if row.mailing
        }
        chosen = [Outcome(rows[address], state, reply) for address, (state, reply) in outcomes.items()]
        work.outbox.record([outcome.row for outcome in chosen], [], harness.now)
        work.outbox.settle([(outcome, None) for outcome in chosen], harness.now)


def test_failures_are_grouped_by_cause_and_doubts_are_named(harness: Harness) -> None:
    harness.approved()
    harness.import_list("nmb", READERS)
    harness.start()
    harness.pass_by(timedelta(minutes=3))
    unknown = {address: (Delivery.FAILED, f"550 5.1.1 <{address}> user unknown") for address in READERS[:7]}
    settle(harness, {**unknown, READERS[7]: (Delivery.DOUBTFUL, "cut off"), READERS[8]: (Delivery.SENT, "250 ok")})
    harness.tick()
    mail = harness.mails_to(SECRETARY)[-1]
    assert mail["Subject"] == "ISO/SR Update 1: 7 of 9 copies failed"
    text = text_of(mail)
    assert "but 7 of 9 copies failed. Look first at what the relay said" in text
    assert "Sent: 1 Failed: 7 Not mailed: 0 In doubt: 1" in text
    assert "Took: 3 minutes" in text
    named = " ".join(f"- {address}" for address in READERS[:5])
    assert f"7 × 550 5.1.1 user unknown {named} - and 2 more To list all of them" in text
    assert "mailer deliveries 1 --state failed --csv" in text
    assert f"- {READERS[7]} What to do" in text


def test_the_summary_of_a_send_without_failures_is_short(harness: Harness) -> None:
    harness.approved()
    harness.start()
    harness.tick()
    text = text_of(harness.mails_to(SECRETARY)[-1])
    assert "Sent: 2 Failed: 0 Not mailed: 0 In doubt: 0" in text
    assert [words for words in ("WHAT FAILED", "NOT MAILED", "IN DOUBT") if words in text] == []


def test_a_later_send_has_its_own_date_and_summary(harness: Harness) -> None:
    harness.approved()
    harness.start()
    harness.tick()
    harness.pass_by(timedelta(days=9))
    harness.import_list("nmb", [*NMB, READERS[0]])
    harness.do(lambda office: mailings.send_to_newcomers(office, harness.issue))
    harness.pass_by(timedelta(hours=2))
    harness.tick()
    dates = [parsedate_to_datetime(harness.mails_to(address)[0]["Date"]) for address in (NMB[0], READERS[0])]
    assert dates[1] - dates[0] == timedelta(days=9, hours=2)  # when it left, not when the send began (E19)
    mail = harness.mails_to(SECRETARY)[-1]
    assert mail["Subject"] == "ISO/SR Update 1 has been sent to those who joined since"
    assert "1 of 1 have it now" in text_of(mail)
    assert "Sent: 3 Failed: 0 Not mailed: 0 In doubt: 0" in text_of(mail)
    assert "Took: 2 h 00 min" in text_of(mail)
