"""Building, releasing and finishing an issue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from mailer.errors import Refused
from mailer.handlers import issues, mailings
from mailer.model import outbox as delivery
from mailer.model.approvals import Outcome
from mailer.model.issues import Edition, State
from mailer.model.outbox import Batch, Delivery, Doubts
from mailer.store.connections import Connections
from tests.flows.environment import EDITION, SOURCE
from tests.unit.harness import ANA, BO, NILS, NMB, NORA, SECRETARY, Harness, text_of

NEWER = replace(EDITION, text="⟦greeting⟧\n\nOther news.\n")
HOUR = timedelta(hours=1)


def test_an_issue_that_is_not_built_cannot_be_found(harness: Harness) -> None:
    with (
        pytest.raises(Refused, match="Issue 7 of update is not built yet"),
        harness.office() as office,
    ):
        issues.find(office, "update", 7)
    with (
        pytest.raises(Refused, match=r"There is no publication “news”.*update, member-update"),
        harness.office() as office,
    ):
        issues.find(office, "news", 1)


def test_a_draft_can_be_built_again(harness: Harness) -> None:
    for edition in (EDITION, NEWER, EDITION):
        harness.build(edition)
        assert (harness.issue.state, harness.issue.digest) == (State.RENDERED, edition.digest)


@pytest.mark.parametrize("scheduled", [False, True])
def test_A19_other_bytes_void_the_grant_and_the_editors_are_notified(harness: Harness, scheduled: bool) -> None:
    harness.approved()
    if scheduled:
        harness.schedule(harness.now + HOUR)
    harness.build(NEWER)
    assert (harness.issue.state, harness.outcome) == (State.RENDERED, Outcome.WITHDRAWN)
    harness.pass_by(2 * HOUR)
    harness.tick()
    assert harness.subjects(SECRETARY)[-1] == "Changed after the board was asked: ISO/SR Update 1"
    assert (harness.mails_to(NILS), harness.issue.state) == ([], State.RENDERED)


def test_a_build_says_which_state_it_voids(harness: Harness) -> None:
    def built(edition: Edition) -> State | None:
        with harness.office() as office:
            return issues.build(office, SOURCE, edition, "update-1").voided

    harness.import_list("cag", [ANA, BO])
    assert [built(EDITION), built(EDITION), built(NEWER)] == [None, None, None]
    harness.submit()
    assert [built(NEWER), built(EDITION)] == [None, State.SUBMITTED]


def test_A19_only_an_edited_source_voids_what_the_board_said(harness: Harness) -> None:
    harness.approved()
    harness.schedule(harness.now)
    harness.process.sources.touched.add(harness.issue.id)
    with harness.office() as office:
        assert issues.facts(office, harness.issue).edited
    harness.tick()
    assert (harness.issue.state, harness.outcome) == (State.DRAFT, Outcome.WITHDRAWN)
    with pytest.raises(Refused, match="Issue 1 is draft and cannot be submitted now"):
        harness.submit()


def test_an_edited_source_is_not_submitted(harness: Harness) -> None:
    harness.import_list("cag", [ANA, BO])
    harness.build()
    harness.process.sources.touched.add(harness.issue.id)
    with pytest.raises(Refused, match="The source was edited after it was built: run `mailer issue build 1` first"):
        harness.submit()


def test_copies_to_give_up_are_those_of_an_issue_that_is_being_sent(harness: Harness) -> None:
    harness.approved()
    with harness.office() as office:
        assert issues.copies_to_give_up(office, harness.issue) is None
    harness.start()
    with harness.office() as office:
        copies = issues.copies_to_give_up(office, harness.issue)
    assert copies is not None and copies.unresolved == len(NMB)
    harness.tick()
    with harness.office() as office, pytest.raises(Refused, match="Issue 1 is sent and cannot be cancelled now"):
        issues.copies_to_give_up(office, harness.issue)


def test_a_sent_issue_cannot_be_changed(harness: Harness) -> None:
    harness.approved()
    harness.start()
    with pytest.raises(Refused, match="Issue 1 is sending and cannot be built now: it is being sent"):
        harness.build(NEWER)
    harness.tick()
    with pytest.raises(Refused, match="Issue 1 is sent and cannot be built now: it has been sent"):
        harness.build(NEWER)
    with pytest.raises(Refused, match="Issue 1 is sent and cannot be cancelled now: it has been sent"):
        harness.do(lambda office: issues.cancel(office, harness.issue))


def test_a_rejected_issue_can_be_built_and_submitted_again(harness: Harness) -> None:
    harness.asked()
    harness.answer(ANA, "OBJECT\nPage 2.")
    harness.build(replace(EDITION, text="⟦greeting⟧\n\nPage 2 is right now.\n"))
    harness.submit()
    for member in (ANA, BO):
        harness.answer(member, "APPROVE")
    assert harness.issue.state is State.APPROVED


def test_law_4_nothing_is_sent_without_a_grant(harness: Harness) -> None:
    harness.asked()
    for way in (harness.start, lambda: harness.schedule(harness.now)):
        with pytest.raises(Refused, match="The board has not decided yet"):
            way()
    with pytest.raises(Refused, match="ISO/SR Update does not go to wg-member: only nmb, d-liaison, subscriber"):
        harness.do(lambda office: mailings.outstanding(office, harness.issue, ["wg-member"]))


def test_a_cancelled_issue_is_not_sent_and_the_board_is_told(harness: Harness) -> None:
    harness.approved()
    harness.schedule(harness.now)
    harness.do(lambda office: issues.cancel(office, harness.issue))
    harness.tick()
    assert (harness.issue.state, harness.outcome, harness.mails_to(NILS)) == (State.CANCELLED, Outcome.CANCELLED, [])
    assert [harness.subjects(member)[-1] for member in (ANA, BO)] == ["Cancelled: ISO/SR Update 1"] * 2


def test_a_cancelled_issue_can_be_taken_up_again_under_its_number(harness: Harness) -> None:
    harness.approved()
    harness.do(lambda office: issues.cancel(office, harness.issue))
    harness.build(EDITION)
    assert harness.issue.state is State.RENDERED
    with pytest.raises(Refused, match="has no grant from the board"):
        harness.start()
    harness.submit()
    for member in (ANA, BO):
        harness.answer(member, "APPROVE")
    harness.start()
    harness.tick()
    assert (harness.issue.state, len(harness.mails_to(NILS))) == (State.SENT, 1)


def test_an_issue_that_was_never_asked_about_is_cancelled_in_silence(harness: Harness) -> None:
    harness.import_list("cag", [ANA, BO])
    harness.build()
    harness.do(lambda office: issues.cancel(office, harness.issue))
    harness.tick()
    assert (harness.issue.state, harness.mails_to(ANA)) == (State.CANCELLED, [])


def test_an_unscheduled_issue_waits_for_a_person(harness: Harness) -> None:
    harness.approved()
    with pytest.raises(Refused, match="Issue 1 is approved and cannot be unscheduled now: send it with"):
        harness.do(lambda office: mailings.unschedule(office, harness.issue))
    harness.schedule(harness.now + HOUR)
    harness.do(lambda office: mailings.unschedule(office, harness.issue))
    harness.pass_by(2 * HOUR)
    harness.tick()
    assert (harness.issue.state, harness.issue.due_at, harness.issue.missed) == (State.APPROVED, None, False)
    assert [entry.subject for entry in harness.trail("unscheduled")] == ["update 1"]
    harness.start()
    harness.tick()
    assert len(harness.mails_to(NILS)) == 1


def test_E17_a_mailbox_on_two_lists_gets_one_mail_even_list_by_list(harness: Harness) -> None:
    harness.asked()
    harness.import_list("subscriber", [NILS, "ulla@union.example"])
    for member in (ANA, BO):
        harness.answer(member, "APPROVE")
    written = []
    for only in (["nmb"], ["subscriber"], ["nmb", "subscriber", "d-liaison"]):
        with harness.office() as office:
            issue = issues.find(office, "update", 1)
            written.append(mailings.start(office, issue, mailings.outstanding(office, issue, only)))
        harness.tick()
    assert written == [2, 1, 0]
    assert [len(harness.mails_to(address)) for address in (NILS, NORA, "ulla@union.example")] == [1, 1, 1]
    assert (harness.issue.state, harness.mailing.lists) == (State.SENT, ("d-liaison", "nmb", "subscriber"))


def test_the_secretary_gets_a_summary(harness: Harness) -> None:
    harness.approved()
    with harness.environment.store.transaction() as work:
        work.lists.suppress(NORA, "bounced", harness.now)
    harness.start()
    harness.tick()
    harness.tick()
    summary = text_of(harness.mails_to(SECRETARY)[-1])
    assert "Sent: 1 Failed: 0 Not mailed: 1" in summary
    with harness.environment.store.snapshot() as work:
        assert dict(work.outbox.counts(harness.mailing.id).by_state) == {Delivery.SENT: 1, Delivery.SUPPRESSED: 1}


def test_an_issue_without_recipients_is_finished_at_once(harness: Harness) -> None:
    harness.approved()
    harness.import_list("nmb", [])
    harness.start()
    harness.tick()
    assert (harness.issue.state, [harness.mails_to(address) for address in NMB]) == (State.SENT, [[], []])


def test_the_source_says_what_is_built(harness: Harness) -> None:
    harness.build(EDITION, replace(SOURCE, title="A new title", digest="9" * 64))
    assert (harness.issue.title, harness.issue.source_digest) == ("A new title", "9" * 64)


def test_a_paused_issue_waits_and_is_not_finished(harness: Harness) -> None:
    harness.approved()
    harness.start()
    harness.do(lambda office: mailings.pause(office, harness.issue))
    harness.tick()
    assert (harness.issue.state, [harness.mails_to(address) for address in NMB]) == (State.SENDING, [[], []])
    before = len(harness.mails_to(ANA))
    harness.answer(ANA, "APPROVE\nonce more")
    assert len(harness.mails_to(ANA)) == before + 1  # service mail is still sent
    with harness.office() as office:
        assert (mailings.pause(office, harness.issue), mailings.resume(office, harness.issue)) == (False, True)
        assert mailings.resume(office, issues.find(office, "update", 1)) is False
    harness.tick()
    assert (harness.issue.state, [len(harness.mails_to(address)) for address in NMB]) == (State.SENT, [1, 1])
    assert [entry.subject for entry in (*harness.trail("paused"), *harness.trail("resumed"))] == ["update 1"] * 2
    with pytest.raises(Refused, match="Issue 1 is sent: there is nothing to pause"):
        harness.do(lambda office: mailings.pause(office, harness.issue))


def test_waiting_copies_of_a_cancelled_issue_are_cancelled_and_reported_once(harness: Harness) -> None:
    harness.approved()
    harness.start()
    harness.do(lambda office: mailings.pause(office, harness.issue))
    harness.do(lambda office: issues.cancel(office, harness.issue))
    for _ in range(2):
        harness.tick()
    assert (harness.issue.state, harness.mailing.paused_at) == (State.STOPPED, None)
    assert [harness.mails_to(address) for address in NMB] == [[], []]
    with harness.environment.store.snapshot() as work:
        assert work.outbox.counts(harness.mailing.id).by_state == {Delivery.SUPPRESSED: 2}
    assert harness.subjects(SECRETARY).count("ISO/SR Update 1 has been stopped") == 1
    assert [harness.subjects(member).count("Stopped: ISO/SR Update 1") for member in (ANA, BO)] == [1, 1]
    with pytest.raises(Refused, match="Issue 1 is stopped and cannot be built now: it was cancelled while"):
        harness.build(NEWER)
    assert "2 × cancelled before it was sent" in text_of(harness.mails_to(SECRETARY)[-1])


@dataclass
class RecordingJobs:
    """Records the mailings for which jobs are queued."""

    mailings: list[int] = field(default_factory=list)
    batch: int = 1000

    def deliver(self, batches: Sequence[Batch]) -> None:
        self.mailings += [batch.mailing for batch in batches]

    def send_service_mail(self) -> None: ...

    def receive(self) -> None: ...


def test_jobs_are_queued_at_once_when_a_mailing_is_resumed_or_resent(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs = RecordingJobs()
    harness.approved()
    harness.start()
    store = harness.environment.store
    monkeypatch.setattr(store, "_connections", Connections(store._engine, lambda connection: jobs, store._faults))
    harness.do(lambda office: mailings.pause(office, harness.issue))
    harness.do(lambda office: office.hand_out())
    assert jobs.mailings == []
    harness.do(lambda office: mailings.resume(office, office.work.issues.all()[0]))
    assert jobs.mailings == [1]
    with harness.environment.store.transaction() as work:
        failed, doubtful = [row.id for row in work.outbox.due(harness.now, 1, most=9) if row.mailing]
        work.outbox.record([failed, doubtful], [], harness.now)
        for row, state in ((failed, Delivery.FAILED), (doubtful, Delivery.DOUBTFUL)):
            work.outbox.settle([(delivery.Outcome(row, state, ""), None)], harness.now)
    harness.do(lambda office: mailings.resolve_doubts(office, office.work.issues.all()[0], Doubts.RESEND))
    assert jobs.mailings == [1, 1]
    harness.do(lambda office: office.work.deliveries.give_up(1, "out of the way", harness.now))
    harness.do(lambda office: mailings.resend_failed(office, office.work.issues.all()[0]))
    assert jobs.mailings == [1, 1, 1]
