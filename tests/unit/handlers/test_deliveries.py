"""How an issue's deliveries stand: its summary, and who got it."""

from __future__ import annotations

from mailer.handlers import deliveries as outbox
from mailer.model.needs import Need, NeedKind
from mailer.model.outbox import Delivery, Outcome, Troubled
from tests.unit.harness import NILS, NMB, Harness

GONE = "550 5.1.1 no such user"


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
