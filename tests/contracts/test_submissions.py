"""What was proposed by mail, on every store."""

from __future__ import annotations

from dataclasses import replace

from mailer.model.personal_data import Over, replacement
from mailer.model.submissions import State, Submission
from mailer.ports import Work
from tests.contracts.stores import MINUTE, contact
from tests.fakes import NOON

SEMINAR = Submission(
    0, "seminar", "Nils+iso@Nmb.example", "Nils", "fr", {"title": "Une route"}, NOON, "Merci !", raw=b"\0\xff"
)


def test_a_submission_is_kept_with_its_mail(work: Work) -> None:
    kept = work.submissions.add(SEMINAR)
    assert work.submissions.by_id(kept.id) == replace(SEMINAR, id=kept.id)
    assert work.submissions.by_id(kept.id + 1) is None
    confirmed = replace(
        kept, values={"title": "La route"}, state=State.CONFIRMED, revision=1, confirmed_at=NOON + MINUTE, raw=b""
    )
    work.submissions.save(confirmed)
    assert work.submissions.by_id(kept.id) == confirmed


def test_submissions_are_found_by_state_kind_and_mailbox_without_their_mails(work: Work) -> None:
    first = work.submissions.add(SEMINAR)
    second = work.submissions.add(replace(SEMINAR, kind="presenter", address="bo@x.example", state=State.CONFIRMED))
    assert work.submissions.each() == [replace(first, raw=b""), replace(second, raw=b"")]
    assert [one.id for one in work.submissions.each([State.CONFIRMED])] == [second.id]
    assert [one.id for one in work.submissions.each([State.CONFIRMED], "seminar")] == []
    assert [one.id for one in work.submissions.of_mailbox("nils@nmb.example")] == [first.id]
    assert [one.id for one in work.submissions.of_mailbox("nils@nmb.example", [State.CONFIRMED])] == []


def test_what_nobody_confirmed_is_found_and_erased(work: Work) -> None:
    waiting = work.submissions.add(SEMINAR)
    work.submissions.add(replace(SEMINAR, state=State.CONFIRMED))
    assert (work.submissions.unconfirmed(NOON), work.submissions.unconfirmed(NOON + MINUTE)) == ([], [waiting.id])
    work.submissions.erase(waiting.id)
    assert work.submissions.by_id(waiting.id) == Submission(waiting.id, "seminar", "", "", "", {}, NOON)


def test_somebody_who_is_forgotten_proposed_nothing(work: Work) -> None:
    nils = contact(work, "Nils+iso@Nmb.example")
    kept = work.submissions.add(SEMINAR)
    other = work.submissions.add(replace(SEMINAR, address="bo@x.example"))
    old = work.submissions.add(replace(SEMINAR, address="cleo@x.example", state=State.DECLINED, decided_at=NOON))
    work.personal_data.erase(nils, ["Nils+iso@Nmb.example"], replacement(nils.id), NOON + MINUTE)
    erased = Submission(kept.id, "seminar", "", "", "", {}, NOON, state=State.WITHDRAWN, decided_at=NOON + MINUTE)
    assert work.submissions.by_id(kept.id) == erased
    assert work.submissions.by_id(other.id) == other
    assert work.personal_data.erase_over("submissions", Over(NOON, 10, NOON)) == 0
    assert work.personal_data.erase_over("submissions", Over(NOON + MINUTE, 10, NOON)) == 1
    assert work.submissions.of_mailbox("cleo@x.example") == []
    gone = work.submissions.by_id(old.id)
    assert gone is not None and (gone.values, gone.raw, gone.state) == ({}, b"", State.DECLINED)
