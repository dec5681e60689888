"""Bounces, complaints, and the secretary's decision about a doubt."""

from __future__ import annotations

import pytest

from mailer.handlers import deliveries as outbox
from mailer.handlers import mailings
from mailer.model.issues import State
from mailer.model.needs import Need, NeedKind
from mailer.model.outbox import Delivery, Doubts, Fate, Outcome, Troubled
from mailer.tokens import Purpose, Token
from tests.unit.harness import NILS, NMB, Harness

GONE = "550 5.1.1 no such user"


def sent(harness: Harness) -> int:
    """Send the issue; returns the row of Nils's copy."""
    harness.approved()
    harness.start()
    harness.tick()
    assert harness.issue.state is State.SENT
    with harness.environment.store._engine.connect() as connection:
        query = "SELECT id FROM outbox WHERE recipient = ? AND mailing IS NOT NULL"
        return int(connection.exec_driver_sql(query, (NILS,)).scalar_one())


def report(token: Token | str, status: str = "5.1.1", action: str = "failed") -> bytes:
    """A delivery report to the reply address with ``token``."""
    lines = (
        "Return-Path: <>",
        "From: MAILER-DAEMON@mx.nmb.example",
        f"To: tg2+{token}@iso-sr.example",
        "Subject: Undelivered Mail Returned to Sender",
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
        "",
        "--b",
        "Content-Type: message/delivery-status",
        "",
        "Reporting-MTA: dns; mx.nmb.example",
        "",
        f"Final-Recipient: rfc822; {NILS}",
        f"Action: {action}",
        f"Status: {status}",
        f"Diagnostic-Code: smtp; {GONE.replace('5.1.1', status)}",
        "",
        "--b--",
        "",
    )
    return "\r\n".join(lines).encode()


def suppressed(harness: Harness, address: str = NILS) -> str | None:
    with harness.environment.store.snapshot() as work:
        return work.lists.suppressed(address)


def states(harness: Harness) -> dict[Delivery, int]:
    with harness.environment.store.snapshot() as work:
        return dict(work.outbox.counts(harness.mailing.id).by_state)


def test_a_hard_bounce_ends_mail_to_that_address(harness: Harness) -> None:
    token = harness.token(Purpose.BOUNCE, sent(harness))
    harness.raw(report(token))
    assert (suppressed(harness), states(harness)) == (f"bounced: {GONE}", {Delivery.SENT: 1, Delivery.FAILED: 1})
    harness.raw(report(token) + b"\r\nonce more")
    assert len(harness.trail("bounced")) == 1


@pytest.mark.parametrize("status", ["4.2.2", "5.2.2"])
def test_B10_a_soft_bounce_removes_nobody(harness: Harness, status: str) -> None:
    harness.raw(report(harness.token(Purpose.BOUNCE, sent(harness)), status))
    assert (suppressed(harness), states(harness)) == (None, {Delivery.SENT: 2})


def test_B10_a_forged_report_changes_nothing(harness: Harness) -> None:
    genuine = harness.token(Purpose.BOUNCE, sent(harness))
    for wrong in (f"bounce-{genuine.subject}-{'a' * 26}", f"bounce-{genuine.subject + 1}-{genuine.mac}", "x"):
        harness.raw(report(wrong))
    assert (suppressed(harness), states(harness), harness.trail("bounced")) == (None, {Delivery.SENT: 2}, [])


def test_B5_another_kind_of_token_is_no_bounce_token(harness: Harness) -> None:
    sent(harness)
    for purpose in (Purpose.LEAVE, Purpose.VOTE, Purpose.CONFIRM):
        harness.raw(report(harness.token(purpose, 1)))
    assert ([suppressed(harness, address) for address in NMB], harness.trail("bounced")) == ([None, None], [])


def test_a_bounce_of_an_unsent_mail_changes_nothing(harness: Harness) -> None:
    harness.do(lambda office: outbox.bounced(office, harness.token(Purpose.BOUNCE, 999), Fate.REFUSED, GONE))
    assert harness.trail("bounced") == []


def test_a_reader_who_complains_gets_no_more_mail(harness: Harness) -> None:
    token = harness.token(Purpose.BOUNCE, sent(harness))
    harness.do(lambda office: outbox.complained(office, None))
    assert suppressed(harness) is None
    harness.do(lambda office: outbox.complained(office, token))
    assert suppressed(harness) == "complained"


@pytest.mark.parametrize(
    ("doubts", "state", "after"),
    [
        (Doubts.RESEND, State.SENDING, {Delivery.SENT: 1, Delivery.QUEUED: 1}),
        (Doubts.GIVE_UP, State.SENT, {Delivery.SENT: 1, Delivery.FAILED: 1}),
    ],
)
def test_E3_the_secretary_resolves_a_doubt(
    harness: Harness, doubts: Doubts, state: State, after: dict[Delivery, int]
) -> None:
    row = sent(harness)
    with harness.environment.store._engine.begin() as connection:
        connection.exec_driver_sql("UPDATE outbox SET state = 'in doubt' WHERE id = ?", (row,))
    with harness.office() as office:
        assert mailings.resolve_doubts(office, harness.issue, doubts) == 1
    assert (harness.issue.state, states(harness)) == (state, after)
    with harness.office() as office:
        assert mailings.resolve_doubts(office, harness.issue, doubts) == 0
    harness.tick()
    ids = [mail["Message-ID"] for mail in harness.mails_to(NILS)]
    assert (harness.issue.state, len(ids), len(set(ids))) == (State.SENT, 1 + (doubts is Doubts.RESEND), 1)


def doubt(harness: Harness, row: int) -> None:
    with harness.environment.store._engine.begin() as connection:
        connection.exec_driver_sql("UPDATE outbox SET state = 'in doubt' WHERE id = ?", (row,))


@pytest.mark.parametrize(
    ("action", "status", "before", "after"),
    [
        ("delivered", "2.0.0", Delivery.DOUBTFUL, Delivery.SENT),
        ("relayed", "2.0.0", Delivery.DOUBTFUL, Delivery.SENT),
        ("expanded", "2.0.0", Delivery.DOUBTFUL, Delivery.SENT),
        ("delayed", "4.4.1", Delivery.DOUBTFUL, Delivery.DOUBTFUL),
        ("failed", "4.4.7", Delivery.DOUBTFUL, Delivery.FAILED),
        ("failed", "5.1.1", Delivery.DOUBTFUL, Delivery.FAILED),
        ("delivered", "2.0.0", Delivery.SENT, Delivery.SENT),
        ("delayed", "4.4.1", Delivery.SENT, Delivery.SENT),
        ("failed", "4.4.7", Delivery.SENT, Delivery.SENT),
        ("failed", "5.1.1", Delivery.SENT, Delivery.FAILED),
    ],
)
def test_E3_a_delivery_report_settles_a_doubt(
    harness: Harness, action: str, status: str, before: Delivery, after: Delivery
) -> None:
    row = sent(harness)
    if before is Delivery.DOUBTFUL:
        doubt(harness, row)
    harness.raw(report(harness.token(Purpose.BOUNCE, row), status, action))
    assert states(harness) == ({Delivery.SENT: 2} if after is Delivery.SENT else {Delivery.SENT: 1, after: 1})
    assert (suppressed(harness) is None) == (status != "5.1.1")
    moved = before is not after and action != "failed"
    assert len(harness.trail("delivery reported")) == moved


def test_a_report_that_names_the_mail_by_our_envelope_id_needs_no_plus_address(harness: Harness) -> None:
    row = sent(harness)
    doubt(harness, row)
    raw = report("nothing", "2.0.0", "delivered")
    token = str(harness.token(Purpose.BOUNCE, row)).encode()
    forged = token[:-1] + (b"b" if token.endswith(b"a") else b"a")
    harness.raw(raw.replace(b"Reporting-MTA", b"Original-Envelope-Id: " + forged + b"\r\nReporting-MTA"))
    assert states(harness) == {Delivery.SENT: 1, Delivery.DOUBTFUL: 1}
    harness.raw(raw.replace(b"Reporting-MTA", b"Original-Envelope-Id: " + token + b"\r\nReporting-MTA"))
    assert states(harness) == {Delivery.SENT: 2}


def test_B10_a_report_on_a_shared_mail_moves_the_rows_it_names_and_removes_nobody(harness: Harness) -> None:
    row = sent(harness)
    token = harness.token(Purpose.SHARED, harness.mailing.id)
    other = "\r\n\r\nOriginal-Recipient: rfc822;NORA@nmb.example\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--b--"
    harness.raw(report(token, "5.1.1").replace(b"\r\n\r\n--b--", other.encode()))
    assert states(harness) == {Delivery.FAILED: 2}
    assert [suppressed(harness, address) for address in NMB] == [None, None]
    assert {entry.detail["fate"] for entry in harness.trail("delivery reported")} == {"refused"}
    doubt(harness, row)
    harness.raw(report(token, "2.0.0", "delivered"))
    assert states(harness) == {Delivery.SENT: 1, Delivery.FAILED: 1}


def test_B10_a_complaint_or_a_bounce_in_words_to_a_shared_mails_address_removes_nobody(harness: Harness) -> None:
    sent(harness)
    token = harness.token(Purpose.SHARED, harness.mailing.id)
    harness.raw(f"Return-Path: <>\r\nFrom: MAILER-DAEMON@x.example\r\nTo: tg2+{token}@iso-sr.example\r\n"
              "Subject: failure notice\r\n\r\n550 5.1.1 nobody\r\n".encode())  # fmt: skip
    complaint = report(token).replace(b"report-type=delivery-status", b"report-type=feedback-report")
    complaint = complaint.replace(b"message/delivery-status", b"message/feedback-report")
    harness.raw(complaint.replace(b"Reporting-MTA", b"Feedback-Type: abuse\r\nReporting-MTA"))
    assert (states(harness), [suppressed(harness, address) for address in NMB]) == ({Delivery.SENT: 2}, [None, None])


# --- who got an issue ---


def test_a_summary_groups_copies_by_cause_and_names_domains_with_trouble(harness: Harness) -> None:
    harness.approved()
    harness.start()
    with harness.environment.store.transaction() as work:
        first, second = work.outbox.page(harness.mailing.id, 0, 2)
        for row, state in ((first, Delivery.FAILED), (second, Delivery.DEFERRED)):
            work.outbox.record([row.id], [], harness.now)
            work.outbox.settle([(Outcome(row.id, state, GONE), harness.now)], harness.now)
    with harness.office() as office:
        found = outbox.summary(office, harness.issue, at_work=False)
    assert found.counts.by_state == {Delivery.FAILED: 1, Delivery.DEFERRED: 1}
    assert [(state, group.words, group.addresses) for state, group in found.causes] == [
        (Delivery.FAILED, GONE, [first.recipient]),
        (Delivery.DEFERRED, GONE, [second.recipient]),
    ]
    assert found.domains == [Troubled("nmb.example", deferred=1, failed=1)]
    assert found.needs == []


def test_copies_are_read_by_pages_and_those_that_wait_need_a_sender(harness: Harness) -> None:
    harness.approved()
    with harness.office() as office:
        assert outbox.page(office, harness.issue, 0, 10) == []
        assert outbox.needs(office, harness.issue, at_work=False) == []
    harness.start()
    with harness.office() as office:
        (first,) = outbox.page(office, harness.issue, 0, 1)
        (second,) = outbox.page(office, harness.issue, first.id, 10)
        assert {first.recipient, second.recipient} == set(NMB)
        assert outbox.page(office, harness.issue, 0, 10, [Delivery.SENT]) == []
        assert [row.recipient for row in outbox.page(office, harness.issue, 0, 10, part="NILS")] == [NILS]
        assert outbox.needs(office, harness.issue, at_work=False) == [Need(NeedKind.NOBODY_SENDS, harness.issue, 2)]
        assert outbox.needs(office, harness.issue, at_work=True) == []


def test_D6_the_audit_trail_has_no_token(harness: Harness) -> None:
    token = f"bounce-17-{'a' * 26}"
    harness.do(
        lambda office: office.record("bounced", "a@x.example", diagnostic=f"550 <tg2+{token}@x.example> unknown")
    )
    assert [entry.detail for entry in harness.trail("bounced")] == [
        {"diagnostic": "550 <tg2+bounce-17-…@x.example> unknown"}
    ]
