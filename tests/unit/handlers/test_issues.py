"""Building, releasing and finishing an issue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from mailer.errors import Refused
from mailer.handlers import deliveries as outbox
from mailer.handlers import issues, mailings
from mailer.model import outbox as delivery
from mailer.model.approvals import Outcome
from mailer.model.issues import State
from mailer.model.outbox import Batch, Delivery
from mailer.store.connections import Connections
from tests.flows.world import EDITION, SOURCE
from tests.unit.scene import ANA, BO, NILS, NMB, NORA, SECRETARY, Scene, text_of

NEWER = replace(EDITION, text="⟦greeting⟧\n\nOther news.\n")
HOUR = timedelta(hours=1)


def test_an_issue_that_is_not_built_cannot_be_found(scene: Scene) -> None:
    with (
        pytest.raises(Refused, match="Issue 7 of update is not built yet"),
        scene.office() as office,
    ):
        issues.find(office, "update", 7)
    with (
        pytest.raises(Refused, match=r"There is no publication “news”.*update, member-update"),
        scene.office() as office,
    ):
        issues.find(office, "news", 1)


def test_a_draft_can_be_built_again_and_again(scene: Scene) -> None:
    for edition in (EDITION, NEWER, EDITION):
        scene.build(edition)
        assert (scene.issue.state, scene.issue.digest) == (State.RENDERED, edition.digest)


@pytest.mark.parametrize("scheduled", [False, True])
def test_A19_other_bytes_void_the_grant_and_the_editors_are_told(scene: Scene, scheduled: bool) -> None:
    scene.approved()
    if scheduled:
        scene.schedule(scene.now + HOUR)
    scene.build(NEWER)
    assert (scene.issue.state, scene.outcome) == (State.RENDERED, Outcome.WITHDRAWN)
    scene.pass_by(2 * HOUR)
    scene.tick()
    assert scene.subjects(SECRETARY)[-1] == "Changed after approval was asked: ISO/SR Update 1"
    assert (scene.mails_to(NILS), scene.issue.state) == ([], State.RENDERED)


def test_what_is_out_cannot_be_changed(scene: Scene) -> None:
    scene.approved()
    scene.start()
    with pytest.raises(Refused, match="An issue that is sending cannot take the step “edit”"):
        scene.build(NEWER)
    scene.tick()
    with pytest.raises(Refused, match="An issue that is sent cannot take the step “edit”"):
        scene.build(NEWER)
    with pytest.raises(Refused, match="An issue that is sent cannot take the step “cancel”"):
        scene.do(lambda office: issues.cancel(office, scene.issue))


def test_a_rejected_issue_can_be_built_and_submitted_again(scene: Scene) -> None:
    scene.asked()
    scene.answer(ANA, "OBJECT\nPage 2.")
    scene.build(EDITION)
    scene.submit()
    for member in (ANA, BO):
        scene.answer(member, "APPROVE")
    assert scene.issue.state is State.APPROVED


def test_law_4_no_way_out_without_a_grant(scene: Scene) -> None:
    scene.asked()
    for way in (scene.start, lambda: scene.schedule(scene.now)):
        with pytest.raises(Refused, match="The board has not decided yet"):
            way()
    with pytest.raises(Refused, match="ISO/SR Update does not go to wg-member: only nmb, d-liaison, subscriber"):
        scene.do(lambda office: mailings.outstanding(office, scene.issue, ["wg-member"]))


def test_a_cancelled_issue_is_over(scene: Scene) -> None:
    scene.approved()
    scene.schedule(scene.now)
    scene.do(lambda office: issues.cancel(office, scene.issue))
    scene.tick()
    assert (scene.issue.state, scene.outcome, scene.mails_to(NILS)) == (State.CANCELLED, Outcome.WITHDRAWN, [])


def test_E17_one_mail_to_a_mailbox_on_two_lists_even_list_by_list(scene: Scene) -> None:
    scene.asked()
    scene.import_list("subscriber", [NILS, "ulla@union.example"])
    for member in (ANA, BO):
        scene.answer(member, "APPROVE")
    written = []
    for only in (["nmb"], ["subscriber"], ["nmb", "subscriber", "d-liaison"]):
        with scene.office() as office:
            issue = issues.find(office, "update", 1)
            written.append(mailings.start(office, issue, mailings.outstanding(office, issue, only)))
        scene.tick()
    assert written == [2, 1, 0]
    assert [len(scene.mails_to(who)) for who in (NILS, NORA, "ulla@union.example")] == [1, 1, 1]
    assert (scene.issue.state, scene.mailing.lists) == (State.SENT, ("d-liaison", "nmb", "subscriber"))


def test_the_secretary_is_told_how_it_went(scene: Scene) -> None:
    scene.approved()
    with scene.world.store.transaction() as work:
        work.lists.suppress(NORA, "bounced", scene.now)
    scene.start()
    scene.tick()
    scene.tick()
    summary = text_of(scene.mails_to(SECRETARY)[-1])
    assert "Sent: 1 Failed: 0 Not mailed: 1" in summary
    with scene.world.store.snapshot() as work:
        assert dict(work.outbox.counts(scene.mailing.id).by_state) == {Delivery.SENT: 1, Delivery.SUPPRESSED: 1}


def test_an_issue_to_nobody_is_finished_at_once(scene: Scene) -> None:
    scene.approved()
    scene.import_list("nmb", [])
    scene.start()
    scene.tick()
    assert (scene.issue.state, [scene.mails_to(who) for who in NMB]) == (State.SENT, [[], []])


def test_the_source_says_what_is_built(scene: Scene) -> None:
    scene.build(EDITION, replace(SOURCE, title="A new title", digest="9" * 64))
    assert (scene.issue.title, scene.issue.source_digest) == ("A new title", "9" * 64)


def test_a_paused_issue_waits_and_is_not_finished(scene: Scene) -> None:
    scene.approved()
    scene.start()
    scene.do(lambda office: mailings.pause(office, scene.issue))
    scene.tick()
    assert (scene.issue.state, [scene.mails_to(who) for who in NMB]) == (State.SENDING, [[], []])
    before = len(scene.mails_to(ANA))
    scene.answer(ANA, "APPROVE\nonce more")
    assert len(scene.mails_to(ANA)) == before + 1  # service mail goes on
    with scene.office() as office:
        assert (mailings.pause(office, scene.issue), mailings.resume(office, scene.issue)) == (False, True)
        assert mailings.resume(office, issues.find(office, "update", 1)) is False
    scene.tick()
    assert (scene.issue.state, [len(scene.mails_to(who)) for who in NMB]) == (State.SENT, [1, 1])
    assert [entry.subject for entry in (*scene.trail("paused"), *scene.trail("resumed"))] == ["update 1"] * 2
    with pytest.raises(Refused, match="Issue 1 is sent: there is nothing to pause"):
        scene.do(lambda office: mailings.pause(office, scene.issue))


def test_what_waits_of_a_cancelled_issue_is_given_up_and_told_once(scene: Scene) -> None:
    scene.approved()
    scene.start()
    scene.do(lambda office: mailings.pause(office, scene.issue))
    scene.do(lambda office: issues.cancel(office, scene.issue))
    for _ in range(2):
        scene.tick()
    assert (scene.issue.state, scene.mailing.paused_at) == (State.CANCELLED, None)
    assert [scene.mails_to(who) for who in NMB] == [[], []]
    with scene.world.store.snapshot() as work:
        assert work.outbox.counts(scene.mailing.id).by_state == {Delivery.SUPPRESSED: 2}
    assert scene.subjects(SECRETARY).count("ISO/SR Update 1 has been stopped") == 1
    assert "2 × cancelled before it was sent" in text_of(scene.mails_to(SECRETARY)[-1])


@dataclass
class NotedJobs:
    """Of which issues workers are told."""

    told: list[int] = field(default_factory=list)
    batch: int = 1000

    def deliver(self, batches: Sequence[Batch]) -> None:
        self.told += [batch.mailing for batch in batches]

    def converse(self) -> None: ...

    def receive(self) -> None: ...


def test_workers_are_told_at_once_of_what_goes_on_or_goes_again(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    jobs = NotedJobs()
    scene.approved()
    scene.start()
    store = scene.world.store
    monkeypatch.setattr(store, "_connections", Connections(store._engine, lambda connection: jobs))
    scene.do(lambda office: mailings.pause(office, scene.issue))
    scene.do(lambda office: office.hand_out())
    assert jobs.told == []
    scene.do(lambda office: mailings.resume(office, office.work.issues.all()[0]))
    assert jobs.told == [1]
    with scene.world.store.transaction() as work:
        failed, doubtful = [row.id for row in work.outbox.due(scene.now, 1, most=9) if row.mailing]
        work.outbox.record([failed, doubtful], [], scene.now)
        for row, state in ((failed, Delivery.FAILED), (doubtful, Delivery.DOUBTFUL)):
            work.outbox.settle([(delivery.Outcome(row, state, ""), None)], scene.now)
    scene.do(lambda office: outbox.resolve_doubts(office, office.work.issues.all()[0], resend=True))
    assert jobs.told == [1, 1]
    scene.do(lambda office: office.work.deliveries.give_up(1, "out of the way", scene.now))
    scene.do(lambda office: mailings.resend_failed(office, office.work.issues.all()[0]))
    assert jobs.told == [1, 1, 1]
