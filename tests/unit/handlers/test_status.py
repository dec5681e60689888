"""The status of the office: figures, and what needs a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from mailer.handlers import issues, mailings
from mailer.model.approvals import Outcome
from mailer.model.figures import Figures
from mailer.model.issues import State
from mailer.model.needs import Need, NeedKind
from mailer.model.outbox import Delivery
from mailer.office_status import OfficeStatus, figures, status
from mailer.throttle.limits import MINUTE, Limit
from mailer.throttle.policy import Policy
from tests.flows.environment import EDITION
from tests.unit.harness import ANA, BO, BOARD, CLEO, DAY, NMB, Harness


def stand(harness: Harness, since: timedelta | None = None) -> Figures:
    """The status now, without issues that ended more than ``since`` ago."""
    with harness.environment.store.snapshot() as work:
        return figures(work, harness.now, harness.now - since if since is not None else None)


def test_an_office_on_its_first_day(harness: Harness) -> None:
    found = stand(harness)
    assert (found.deliveries.total, dict(found.issues), dict(found.inbound)) == (0, {}, {})
    assert (found.oldest_service_mail, found.oldest_copy, found.attention) == (timedelta(), timedelta(), 0)


def test_mails_by_state_and_received_mails(harness: Harness) -> None:
    harness.approved()
    harness.raw(b"From: =?utf-8?q?a=0D=0Ab?= <eve@x.example>\r\nTo: tg2@iso-sr.example\r\n\r\nx\r\n")
    harness.start()
    found = stand(harness)
    assert found.issues["update", 1].by_state == {Delivery.QUEUED: len(NMB)}
    assert found.deliveries[Delivery.QUEUED] == len(NMB)
    assert found.deliveries[Delivery.SENT] == found.service_mail[Delivery.SENT] > 0
    assert (dict(found.inbound), found.attention) == ({"reply": 2, "quarantine": 1}, 1)


def test_the_longest_waiting_mails(harness: Harness) -> None:
    harness.approved()
    harness.start()
    harness.pass_by(timedelta(minutes=5))
    with harness.environment.store.transaction() as work:
        harness.process.office(work, "test", "test").tell_secretary("unfiled", {"reason": "full"})
    harness.pass_by(timedelta(minutes=2))
    found = stand(harness)
    assert (found.oldest_copy, found.oldest_service_mail) == (timedelta(minutes=7), timedelta(minutes=2))
    with harness.environment.store.transaction() as work:
        work.mailings.save(replace(harness.mailing, paused_at=harness.now))
    assert stand(harness).oldest_copy == timedelta()


def test_a_deferred_mail_is_not_overdue(harness: Harness) -> None:
    harness.approved()
    harness.start()
    harness.environment.clock.time -= timedelta(hours=1)
    assert stand(harness).oldest_copy == timedelta()


@pytest.mark.parametrize(("days", "shown"), [(29, True), (31, False)])
def test_an_old_issue_can_be_left_out(harness: Harness, days: int, shown: bool) -> None:
    harness.approved()
    harness.start()
    harness.tick()
    assert harness.issue.state is State.SENT
    harness.pass_by(days * DAY)
    assert (("update", 1) in stand(harness, since=30 * DAY).issues) is shown
    assert ("update", 1) in stand(harness).issues


# --- status ---

POLICY = Policy("relay.example", (Limit(MINUTE, 60),))


def office_status(harness: Harness, at_work: bool = True) -> OfficeStatus:
    with harness.office() as office:
        return status(office, POLICY, at_work, timedelta(minutes=1))


def kinds(needs: Sequence[Need]) -> list[NeedKind]:
    return [need.kind for need in needs]


def doubt(harness: Harness, recipient: str) -> None:
    with harness.environment.store._engine.begin() as connection:
        connection.exec_driver_sql("UPDATE outbox SET state = 'in doubt' WHERE recipient = ?", (recipient,))


def test_the_status_of_an_office_on_its_first_day(harness: Harness) -> None:
    found = office_status(harness)
    assert set(found.lists.values()) == {0}
    assert (found.issues, found.doubts, found.workers, found.jobs, found.needs) == ([], [], [], 0, [])
    assert (found.throttle.configured, found.at_work) == (POLICY.total, True)


def test_a_ballot_names_those_who_have_not_voted(harness: Harness) -> None:
    harness.asked()
    harness.answer(ANA, "APPROVE")
    (one,) = office_status(harness).issues
    assert one.ballot is not None
    assert (one.ballot.outcome, one.ballot.tally.approvals, one.ballot.tally.needed) == (Outcome.OPEN, 1, 2)
    assert one.ballot.missing == [BO, CLEO]
    harness.process.sources.touched.add(harness.issue.id)
    (one,) = office_status(harness).issues
    assert (one.edited, one.ballot is not None) == (True, True)
    harness.do(lambda office: issues.edit(office, harness.issue))
    (one,) = office_status(harness).issues
    assert (one.issue.state, one.ballot) == (State.DRAFT, None)


def test_what_needs_a_person_from_the_draft_to_the_end(harness: Harness) -> None:
    def found(at_work: bool = True) -> list[NeedKind]:
        return kinds(office_status(harness, at_work).needs)

    harness.import_list("cag", BOARD)
    harness.import_list("nmb", NMB)
    harness.build()
    assert found() == [NeedKind.NEXT_STEP]
    harness.submit()
    assert found() == []
    for member in (ANA, BO):
        harness.answer(member, "APPROVE")
    assert found() == [NeedKind.NEXT_STEP]
    harness.schedule(harness.now + DAY)
    assert (found(), office_status(harness).issues[0].due_at) == ([], harness.now + DAY)
    harness.pass_by(3 * DAY)
    harness.tick()
    assert found() == [NeedKind.MISSED]
    assert office_status(harness).issues[0].missed_at == harness.now - 2 * DAY
    harness.start()
    assert (found(), found(at_work=False)) == ([], [NeedKind.NOBODY_SENDS])
    harness.do(lambda office: mailings.pause(office, harness.issue))
    assert found(at_work=False) == [NeedKind.PAUSED]
    harness.do(lambda office: mailings.resume(office, harness.issue))
    harness.tick()
    assert (found(), harness.issue.state) == ([], State.SENT)


def test_doubts_and_mail_set_aside_need_a_person(harness: Harness) -> None:
    harness.approved()
    harness.start()
    harness.tick()
    harness.raw(b"From: =?utf-8?q?a=0D=0Ab?= <eve@x.example>\r\nTo: tg2@iso-sr.example\r\n\r\nx\r\n")
    doubt(harness, NMB[0])
    doubt(harness, ANA)
    found = office_status(harness)
    assert [(need.kind, need.count) for need in found.needs] == [
        (NeedKind.SET_ASIDE, 1),
        (NeedKind.DOUBTFUL_SERVICE_MAIL, found.figures.service_mail[Delivery.DOUBTFUL]),
        (NeedKind.DOUBTFUL_COPIES, 1),
    ]
    assert set(found.doubts) == {NMB[0], ANA}


def test_a_worker_that_is_silent_for_too_long_is_dead(harness: Harness) -> None:
    harness.do(lambda office: office.work.workers.beat("one", "receiving", office.now))
    harness.pass_by(timedelta(seconds=59))
    harness.do(lambda office: office.work.workers.beat("two", "", office.now))
    assert [(one.worker.name, one.alive) for one in office_status(harness).workers] == [("one", True), ("two", True)]
    harness.pass_by(timedelta(seconds=1))
    assert [(one.worker.name, one.alive) for one in office_status(harness).workers] == [("one", False), ("two", True)]


def test_an_issue_that_is_built_again_has_no_votes_yet(harness: Harness) -> None:
    harness.asked()
    harness.answer(ANA, "OBJECT\nPage 2.")
    (one,) = office_status(harness).issues
    assert one.ballot is not None and one.ballot.tally.objections == 1
    harness.build(EDITION)
    (one,) = office_status(harness).issues
    assert (one.issue.state, one.ballot) == (State.RENDERED, None)
