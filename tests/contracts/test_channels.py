"""What channels were given, on every store."""

from __future__ import annotations

from dataclasses import replace

from mailer.model.channels import GivenPack, State
from mailer.model.personal_data import NOBODY, Over, replacement
from mailer.ports import Work
from tests.contracts.stores import MINUTE, contact, running
from tests.fakes import NOON
from tests.unit.model.test_channels import GIVEN


def given_to(work: Work, **changed: object) -> GivenPack:
    issue = running(work, len(work.issues.all()) + 1).subject
    return work.channels.add(replace(GIVEN, issue=issue, **changed))  # type: ignore[arg-type]


def test_a_pack_is_kept_changed_and_found(work: Work) -> None:
    first, second = given_to(work), given_to(work, channel="isms", address="")
    taken = replace(
        first,
        state=State.TAKEN,
        answered_at=NOON,
        appears="May",
        place="12",
        changes="cut",
        reminded_at=NOON + MINUTE,
    )
    work.channels.save(taken)
    assert (work.channels.by_id(first.id), work.channels.by_id(999)) == (taken, None)
    assert (work.channels.each(), work.channels.each("isms")) == ([taken, second], [second])
    assert work.channels.of_issue(second.issue) == [second]
    assert work.channels.of_addresses([GIVEN.address, "x@x.example"]) == [taken]


def test_those_without_an_answer_are_found_once(work: Work) -> None:
    old, _ = given_to(work), given_to(work, made_at=NOON + MINUTE)
    given_to(work, state=State.TAKEN)
    assert work.channels.unanswered(NOON + MINUTE) == [old]
    work.channels.save(replace(old, reminded_at=NOON))
    assert work.channels.unanswered(NOON + MINUTE) == []


def test_who_was_mailed_is_erased_and_where_it_appeared_stays(work: Work) -> None:
    made = given_to(work)
    elena = contact(work, GIVEN.address)
    work.personal_data.erase(elena, [elena.address], replacement(elena.id), NOON)
    assert work.channels.by_id(made.id) == replace(made, address=str(replacement(elena.id)))


def test_who_was_mailed_long_ago_is_erased(work: Work) -> None:
    made = given_to(work)
    assert work.personal_data.erase_over("channels", Over(NOON + MINUTE, 10, NOON)) == 1
    assert work.channels.by_id(made.id) == replace(made, address=str(NOBODY))
    assert work.personal_data.erase_over("channels", Over(NOON + MINUTE, 10, NOON)) == 0
