"""What a send would do, what it did, and what of it can be stopped."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from mailer.errors import Refused
from mailer.handlers import issues, mailings, plans
from mailer.handlers.plans import Left, ListSize, ResendCount, SendPlan, SendRequest
from mailer.model.issues import State
from mailer.model.mailings import Resend
from mailer.model.outbox import Delivery, Doubts, Outcome, Trouble, Troubled
from mailer.model.throttle import Breaker
from mailer.throttle.limits import MINUTE, Limit
from mailer.throttle.policy import Policy
from tests.unit.harness import NILS, NMB, NORA, Harness

POLICY = Policy("relay.example", (Limit(MINUTE, 60),))
DRY_RUN = SendRequest(dry_run=True)
ULLA = "ulla@union.example"
HOUR = timedelta(hours=1)


def plan(harness: Harness, request: SendRequest = DRY_RUN) -> SendPlan:
    with harness.office() as office:
        return plans.plan_send(office, POLICY, harness.issue, request)


def settle(harness: Harness, **states: Delivery) -> None:
    """What became of the copies, by the name in the address."""
    with harness.environment.store.transaction() as work:
        rows = {row.recipient.partition("@")[0]: row.id for row in work.outbox.page(harness.mailing.id, 0, 100)}
        outcomes = [Outcome(rows[name], state, f"reply to {name}") for name, state in states.items()]
        work.outbox.record([outcome.row for outcome in outcomes], [], harness.now)
        work.outbox.settle([(outcome, None) for outcome in outcomes], harness.now)


# --- the plan of a send ---


def test_a_plan_counts_each_mailbox_once(harness: Harness) -> None:
    harness.approved()
    harness.import_list("subscriber", [NILS, ULLA])
    found = plan(harness)
    assert found.lists == [
        ListSize("nmb", "National member bodies", 2),
        ListSize("d-liaison", "D-liaison organisations", 0),
        ListSize("subscriber", "ISO/SR subscribers", 2),
    ]
    assert (found.copies, found.waiting, found.mails, found.mailing) == (3, 0, 3, None)
    assert (found.forecast.limits, found.forecast.warm_up) == ([Limit(MINUTE, 60)], None)
    assert found.more == {Resend.FAILED: ResendCount(0), Resend.NEWCOMERS: ResendCount(0)}


def test_a_plan_is_of_the_lists_that_are_left(harness: Harness) -> None:
    harness.approved()
    harness.import_list("subscriber", [NILS, ULLA])
    first = plan(harness, SendRequest(("nmb",)))
    assert (first.keys, first.copies) == (["nmb"], 2)
    harness.do(lambda office: mailings.begin(office, first.issue, first.keys, None))
    second = plan(harness)
    assert (second.keys, second.copies, second.waiting) == (["d-liaison", "subscriber"], 1, 2)
    with pytest.raises(Refused, match="ISO/SR Update does not go to cag: only nmb, d-liaison, subscriber"):
        plan(harness, SendRequest(("cag",)))


def test_begin_writes_the_copies_of_the_plan_once(harness: Harness) -> None:
    harness.approved()
    found = plan(harness, SendRequest())
    for _ in range(2):
        with harness.office() as office:
            assert mailings.begin(office, found.issue, found.keys, found.request.doubts) is None
    assert (harness.issue.state, harness.mailing.lists) == (State.SENDING, ("d-liaison", "nmb", "subscriber"))
    with harness.office() as office:
        assert plans.report(office, harness.issue).counts.by_state == {Delivery.QUEUED: 2}


def test_doubts_are_part_of_a_plan_if_they_are_to_be_sent_once_more(harness: Harness) -> None:
    harness.approved()
    harness.start()
    settle(harness, nils=Delivery.DOUBTFUL, nora=Delivery.SENT)
    waiting = {doubts: plan(harness, SendRequest(doubts=doubts)).waiting for doubts in (None, *Doubts)}
    assert waiting == {None: 0, Doubts.RESEND: 1, Doubts.GIVE_UP: 0}
    found = plan(harness, SendRequest(doubts=Doubts.RESEND))
    with harness.office() as office:
        assert mailings.begin(office, found.issue, found.keys, found.request.doubts) == 1
        assert plans.report(office, harness.issue).counts.by_state == {Delivery.SENT: 1, Delivery.QUEUED: 1}


@pytest.mark.parametrize(
    ("copies", "waiting", "doubts", "at_work", "asks"),
    [
        (2, 0, None, False, True),
        (2, 0, None, True, True),
        (0, 2, None, False, True),
        (0, 2, None, True, False),  # the process at work sends it anyway
        (0, 2, Doubts.RESEND, True, True),
        (0, 0, Doubts.GIVE_UP, False, False),
    ],
)
def test_consent_is_needed_for_what_would_not_be_sent_anyway(
    harness: Harness, copies: int, waiting: int, doubts: Doubts | None, at_work: bool, asks: bool
) -> None:
    harness.approved()
    found = replace(plan(harness), copies=copies, waiting=waiting, request=SendRequest(doubts=doubts))
    assert found.needs_consent(at_work) is asks


def test_a_plan_without_a_grant_is_refused_with_the_next_step(harness: Harness) -> None:
    harness.build()
    with pytest.raises(Refused) as refused:
        plan(harness)
    assert str(refused.value) == (
        "Issue 1 is rendered and has no grant from the board: submit it to the board with `mailer issue submit 1`."
    )


def test_A19_a_plan_of_an_edited_issue_is_refused_and_one_of_a_cancelled_issue(harness: Harness) -> None:
    harness.approved()
    harness.process.sources.touched.add(harness.issue.id)
    with pytest.raises(Refused, match="The source was edited after it was built, so a grant of issue 1 does not"):
        plan(harness)
    harness.do(lambda office: issues.cancel(office, harness.issue))
    with pytest.raises(
        Refused, match="Issue 1 is cancelled and has no grant from the board: nothing of it has gone out"
    ):
        plan(harness)


def test_a_paused_issue_can_be_looked_at_and_not_sent(harness: Harness) -> None:
    harness.approved()
    harness.start()
    harness.do(lambda office: mailings.pause(office, harness.issue))
    assert plan(harness).waiting == 2
    with pytest.raises(Refused, match="Issue 1 is paused: resume it with `mailer resume 1`"):
        plan(harness, SendRequest())


def test_nobody_and_no_time_are_refused(harness: Harness) -> None:
    harness.approved()
    rules = harness.process.rules
    with pytest.raises(Refused, match="There is nobody to send it to: every member of d-liaison has a copy"):
        plans.require_sendable(rules, plan(harness, SendRequest(("d-liaison",))))
    later = SendRequest(due_at=harness.now + HOUR)
    plans.require_sendable(rules, plan(harness, later))
    harness.start()
    with pytest.raises(Refused, match="Issue 1 is sending and cannot be scheduled now"):
        plans.require_sendable(rules, plan(harness, later))


# --- more people ---


def test_more_people_are_counted_by_why_they_have_no_copy(harness: Harness) -> None:
    harness.approved()
    harness.import_list("nmb", [*NMB, ULLA])
    harness.start()
    settle(harness, nils=Delivery.FAILED, nora=Delivery.FAILED, ulla=Delivery.FAILED)
    harness.do(lambda office: office.work.lists.suppress(NORA, "bounced", office.now))
    harness.import_list("nmb", [NILS, NORA, "new@nmb.example"])
    with harness.office() as office:
        failed = plans.plan_resend(office, harness.issue, Resend.FAILED)
        newcomers = plans.plan_resend(office, harness.issue, Resend.NEWCOMERS)
    assert (failed.count, newcomers.count) == (ResendCount(1, suppressed=1, left=1), ResendCount(1))
    assert plan(harness).more == {Resend.FAILED: failed.count, Resend.NEWCOMERS: newcomers.count}
    with harness.office() as office:
        assert mailings.resend(office, harness.issue, Resend.FAILED) == 1
        assert mailings.resend(office, harness.issue, Resend.NEWCOMERS) == 1


def test_an_issue_goes_to_nobody_else_before_it_is_sent_while_it_is_paused_or_if_there_is_nobody(
    harness: Harness,
) -> None:
    harness.approved()
    with harness.office() as office, pytest.raises(Refused, match="Issue 1 is approved, so it has not been sent: send"):
        plans.plan_resend(office, harness.issue, Resend.FAILED)
    harness.start()
    with harness.office() as office:
        nobody = plans.plan_resend(office, harness.issue, Resend.FAILED)
    with pytest.raises(Refused, match="There is nobody to send it to"):
        plans.require_resendable(harness.process.rules, nobody)
    harness.do(lambda office: mailings.pause(office, harness.issue))
    with pytest.raises(Refused, match="is paused"):
        plans.require_resendable(harness.process.rules, replace(nobody, mailing=harness.mailing))


# --- how it went ---


@pytest.mark.parametrize(
    ("states", "left"),
    [
        ({}, Left.QUEUED),
        ({"nils": Delivery.SENT}, Left.QUEUED),
        ({"nils": Delivery.SENT, "nora": Delivery.DEFERRED}, Left.DEFERRED),
        ({"nils": Delivery.SENT, "nora": Delivery.FAILED}, Left.NOTHING),
    ],
)
def test_a_report_says_what_is_left_to_do(harness: Harness, states: dict[str, Delivery], left: Left) -> None:
    harness.approved()
    harness.start()
    settle(harness, **states)
    with harness.office() as office:
        assert plans.report(office, harness.issue).left is left
        mailings.pause(office, harness.issue)
        assert plans.report(office, harness.issue).left is Left.PAUSED
        issues.cancel(office, harness.issue)
        assert plans.report(office, harness.issue).left is Left.STOPPED


def test_a_report_names_troubles_and_the_end(harness: Harness) -> None:
    harness.approved()
    harness.start()
    settle(harness, nils=Delivery.SENT, nora=Delivery.FAILED)
    harness.tick()
    with harness.office() as office:
        found = plans.report(office, harness.issue)
        service_mail = plans.report(office, None)
    assert (found.left, found.issue) == (Left.FINISHED, harness.issue)
    assert found.troubles == [Trouble(NORA, Delivery.FAILED, "reply to nora")]
    assert (service_mail.issue, service_mail.mailing, service_mail.counts.unresolved) == (None, None, 0)


def test_progress_names_domains_with_trouble_and_an_obstacle(harness: Harness) -> None:
    harness.approved()
    harness.start()
    settle(harness, nora=Delivery.DEFERRED)
    refusal = Breaker(0.0, 1, harness.now + HOUR, "550 5.7.1 no")
    harness.do(lambda office: office.work.throttle.set_breaker(POLICY.relay_key, refusal))
    with harness.office() as office:
        found = plans.progress(office, POLICY, harness.issue)
        service_mail = plans.progress(office, POLICY, None)
    assert (found.paused, found.troubled) == (False, [Troubled("nmb.example", 1, 0)])
    assert found.obstacle is not None
    assert (service_mail.troubled, service_mail.obstacle) == ((), None)
