"""What is held about one person, and how it is erased, on every store."""

from __future__ import annotations

from mailer.message import Address
from mailer.model.confirmations import Answer, Asked
from mailer.model.lists import Details, Standing
from mailer.model.organisations import Organisation
from mailer.model.outbox import Delivery, Outcome
from mailer.model.personal_data import NOBODY, Over, RecentMail, replacement
from mailer.ports import Work
from tests.contracts.stores import MINUTE, WHOLE, contact, draft, running
from tests.fakes import NOON

ANNA = Address.parse("Anna@x.example")


def test_when_somebody_was_first_known(work: Work) -> None:
    assert work.personal_data.known_since(contact(work, str(ANNA)).id) == NOON


def test_the_newest_copies_are_found(work: Work) -> None:
    anna, bo = contact(work, str(ANNA), "nmb"), contact(work, "bo@x.example", "nmb")
    made = running(work)
    work.outbox.add_copies(made.id, ["nmb"], "<", "@o>", NOON)
    work.outbox.add_copy(made.id, anna, "<again@o>", NOON + MINUTE)
    (row,) = [row for row in work.outbox.due(NOON, most=9) if row.contact == anna.id]
    work.outbox.record([row.id], [], NOON)
    work.outbox.settle([(Outcome(row.id, Delivery.SENT, "250"), None)], NOON + 2 * MINUTE)
    found = work.personal_data.recent_copies(anna.id, [made.id], NOON - MINUTE)
    again = RecentMail(made.id, Delivery.QUEUED, NOON + MINUTE)
    assert found == [again, RecentMail(made.id, Delivery.SENT, NOON + 2 * MINUTE)]
    assert work.personal_data.recent_copies(anna.id, [made.id], NOON) == [again]
    assert len(work.personal_data.recent_copies(bo.id, [made.id, made.id + 1], NOON - MINUTE)) == 1


def test_the_newest_sign_up_that_waits(work: Work) -> None:
    contact(work, "x@x.example", "nmb")
    first = work.lists.add_request(ANNA, "nmb", Details(), (), NOON)
    second = work.lists.add_request(ANNA, "nmb", WHOLE, (), NOON + MINUTE)
    assert work.personal_data.newest_request(ANNA, NOON) == second
    work.lists.confirm_request(second.id, NOON)
    assert work.personal_data.newest_request(ANNA, NOON - MINUTE) == first
    assert work.personal_data.newest_request(ANNA, NOON) is None


def test_erasing_leaves_ids_and_counts_alone(work: Work) -> None:
    anna, bo = contact(work, str(ANNA), "nmb", details=WHOLE), contact(work, "bo@x.example", "nmb")
    made = running(work)
    work.outbox.add_copies(made.id, ["nmb"], "<", "@o>", NOON)
    work.outbox.add(draft(recipient=str(ANNA)), NOON)
    request = work.lists.add_request(ANNA, "nmb", WHOLE, (), NOON)
    asked = work.confirmations.ask(Asked.DETAILS, anna.id, ANNA, {"name": "Anna"}, NOON)
    work.lists.suppress(str(ANNA), "complained", NOON)
    other = replacement(anna.id)
    work.personal_data.erase(anna, [str(ANNA), ANNA.key], other, NOON)
    left = work.lists.contact(anna.id)
    assert left is not None and (left.address, left.details) == (str(other), Details())
    assert work.lists.contact_at(str(ANNA)) is None
    assert work.lists.standing("nmb", anna.id) is Standing.ACTIVE  # memberships are the caller's
    assert work.lists.suppressed(str(ANNA)) is None
    stored, question = work.lists.request(request.id), work.confirmations.get(asked)
    assert stored is not None and (stored.address, stored.details) == (str(other), Details())
    assert stored.confirmed_at == NOON
    assert question is not None and (question.address, question.wanted) == (str(other), {})
    assert [row.recipient for row in work.outbox.due(NOON, most=9)] == ["bo@x.example"]
    assert work.outbox.counts(made.id)[Delivery.SUPPRESSED] == 1
    assert list(work.personal_data.addresses()) == [(bo.id, "bo@x.example")]


def test_fingerprints_are_remembered_and_dropped(work: Work) -> None:
    assert not work.personal_data.any_forgotten()
    work.personal_data.remember_forgotten(["a", "b"], NOON)
    work.personal_data.remember_forgotten(["b"], NOON)
    assert work.personal_data.forgotten(["b", "c"]) == {"b"}
    work.personal_data.welcome_back(["a", "b"])
    assert not work.personal_data.any_forgotten()


def test_goodbyes_are_found_when_they_have_left(work: Work) -> None:
    work.outbox.add(draft("forgotten 1", str(ANNA)), NOON)
    work.outbox.add(draft("forgotten-else 2", str(ANNA)), NOON)
    assert work.personal_data.sent_goodbyes("forgotten") == []
    rows = [row.id for row in work.outbox.due(NOON, most=9)]
    work.outbox.record(rows, [], NOON)
    work.outbox.settle([(Outcome(row, Delivery.SENT, "250"), None) for row in rows], NOON)
    assert work.personal_data.sent_goodbyes("forgotten") == [rows[0]]
    work.personal_data.erase_mail(rows[0], replacement(0))
    assert work.personal_data.sent_goodbyes("forgotten") == []
    assert work.outbox.recipient(rows[0]) == f"contact-0+{rows[0]}@forgotten.invalid"


def test_data_whose_time_is_over_are_erased_a_part_at_a_time(work: Work) -> None:
    anna = contact(work, str(ANNA), "nmb")
    for at in (NOON, NOON, NOON + MINUTE):
        work.lists.add_request(ANNA, "nmb", WHOLE, (), at)
    asked = work.confirmations.ask(Asked.DETAILS, anna.id, ANNA, {"name": "Anna"}, NOON)
    over = Over(NOON + MINUTE, 1, NOON + MINUTE)
    assert [work.personal_data.erase_over("sign_ups", over) for _ in range(3)] == [1, 1, 0]
    left = [work.lists.request(number) for number in (1, 2, 3)]
    assert [one and (one.address, one.details) for one in left] == [
        (str(NOBODY), Details()),
        (str(NOBODY), Details()),
        (str(ANNA), WHOLE),
    ]
    assert [work.personal_data.erase_over("confirmations", over) for _ in range(2)] == [1, 0]
    question = work.confirmations.get(asked)
    assert question is not None and (question.address, question.wanted, question.answer) == (
        str(NOBODY),
        {},
        Answer.SUPERSEDED,
    )
    assert work.personal_data.erase_over("votes", over) == 0


def test_who_is_on_no_list_and_needed_for_nothing_is_idle(work: Work) -> None:
    anna, bo, cy = (contact(work, f"{name}@x.example", "nmb") for name in ("anna", "bo", "cy"))
    for one in (anna, bo):
        work.lists.set_standing("nmb", one.id, Standing.LEFT, NOON, "a test")
    dan = contact(work, "dan@x.example")
    work.organisations.link(work.organisations.add(Organisation(0, "One"), NOON).id, bo.id, 1, NOON)
    assert work.personal_data.idle(NOON + MINUTE, 9) == [anna, dan]
    assert work.personal_data.idle(NOON + MINUTE, 1) == [anna]
    assert work.personal_data.idle(NOON, 9) == []
    assert cy.id not in [one.id for one in work.personal_data.idle(NOON + MINUTE, 9)]
