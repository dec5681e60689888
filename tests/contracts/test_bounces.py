"""How mail fares to addresses, and what is suppressed, on every database."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from mailer.message import Address
from mailer.model.bounces import AddressState, BouncePolicy, Event, Heard, RefusedMail, Sign, refused, step
from mailer.model.lists import Details
from mailer.model.outbox import Delivery, Fate, GivenOut, Outcome
from mailer.model.reports import Reported, Why
from mailer.model.suppressions import Cause, Suppression
from mailer.ports import Work
from tests.contracts.stores import NOON, contact, draft, running

ANNA, BO = Address.parse("Anna@x.example"), Address.parse("bo@bücher.example")
DAY = timedelta(days=1)
GONE = Sign(Event.GONE, 0.0, Why.USER_UNKNOWN, "5.1.1", "550 5.1.1 nobody")
SUSPENDED = step(None, GONE, NOON, BouncePolicy())
SOFT = step(None, Sign(Event.SOFT, 1.0), NOON, BouncePolicy())
TRIED = step(SUSPENDED, Sign(Event.DUE), NOON + 7 * DAY, BouncePolicy())


def test_how_mail_fares_is_known_by_mailbox(work: Work) -> None:
    assert work.bounces.find(ANNA) is None
    work.bounces.save(ANNA, SUSPENDED)
    work.bounces.save(BO, SOFT)
    assert work.bounces.find(Address.parse("anna@X.example")) == SUSPENDED
    assert work.bounces.find(Address.parse("bo@BÜCHER.example")) == SOFT
    others = {Address.parse("anna@X.example", "Anna"), Address.parse("cy@x.example")}
    assert work.bounces.in_trouble(others) == {Address.parse("anna@X.example", "Anna")}
    assert work.bounces.counts() == {AddressState.SUSPENDED: 1, AddressState.TROUBLED: 1}
    work.bounces.save(ANNA, TRIED)
    assert work.bounces.find(ANNA) == TRIED
    work.bounces.save(ANNA, None)
    assert (work.bounces.find(ANNA), work.bounces.counts()) == (None, {AddressState.TROUBLED: 1})


def test_what_is_due_comes_in_its_order_and_by_its_state(work: Work) -> None:
    work.bounces.save(ANNA, TRIED)
    work.bounces.save(BO, SUSPENDED)
    assert work.bounces.due(NOON, 9, list(AddressState)) == []
    late = NOON + 20 * DAY
    assert [address for address, _ in work.bounces.due(late, 9, list(AddressState))] == [str(BO), str(ANNA)]
    assert work.bounces.due(late, 1, list(AddressState)) == [(str(BO), SUSPENDED)]
    assert work.bounces.due(late, 9, [AddressState.RETRIED]) == [(str(ANNA), TRIED)]
    assert [address for address, _ in work.bounces.each([AddressState.RETRIED, AddressState.SUSPENDED])] == [
        str(ANNA),
        str(BO),
    ]
    assert (work.bounces.tried_since(NOON), work.bounces.tried_since(late)) == (1, 0)


def test_what_servers_said_is_kept_and_counted_by_domain(work: Work) -> None:
    blocked = Reported(str(ANNA), Fate.REFUSED, "550 5.7.1 blocked", "5.7.1", Why.BLOCKED)
    for day, address in enumerate((ANNA, ANNA, Address.parse("cy@y.example"), BO)):
        work.bounces.note(address, blocked, NOON + day * DAY)
    work.bounces.note(ANNA, refused(str(ANNA), "452 4.2.2 mailbox full"), NOON + DAY)
    assert work.bounces.heard(ANNA, 2) == [
        Heard(NOON + DAY, Fate.REFUSED, Why.BLOCKED, "5.7.1", "550 5.7.1 blocked"),
        Heard(NOON + DAY, Fate.RETURNED, Why.MAILBOX_FULL, "4.2.2", "452 4.2.2 mailbox full"),
    ]
    assert work.bounces.refusing_us(["x.example", "y.example"], NOON) == 2
    assert work.bounces.refusing_us(["x.example", "y.example"], NOON + 2 * DAY) == 1


def test_refusals_wait_to_be_counted(work: Work) -> None:
    work.outbox.add(draft(), NOON)
    (row,) = work.outbox.due(NOON)
    assert work.outbox.given_out(row.id) is None
    work.outbox.record([row.id], [], NOON)
    work.outbox.settle([(Outcome(row.id, Delivery.FAILED, "550 5.1.1 nobody"), None)], NOON)
    assert work.outbox.given_out(row.id) == GivenOut(row.recipient, NOON)
    work.bounces.refuse([], NOON)
    work.bounces.refuse([(row.id, "550 5.1.1 nobody")], NOON + DAY)
    (found,) = work.bounces.refusals(10)
    assert found == RefusedMail(found.id, row.recipient, NOON, "550 5.1.1 nobody", NOON + DAY)
    assert work.bounces.refusals_waiting() == 1
    work.bounces.forget_refusals([found.id])
    assert (work.bounces.refusals(10), work.bounces.refusals_waiting()) == ([], 0)


def test_an_organisation_s_other_contact_is_one_whose_mail_arrives(work: Work) -> None:
    union = Details(organisation="Union of Examples")
    first = contact(work, "anna@x.example", "nmb", details=union)
    for address in ("bo@x.example", "cy@x.example", "di@x.example", "eve@x.example"):
        contact(work, address, "nmb", details=Details(organisation="UNION of Examples"))
    contact(work, "reader@x.example", "subscriber", details=union)
    assert work.bounces.of_organisation(ANNA, ["nmb"]) == first
    assert work.bounces.of_organisation(ANNA, ["cag"]) is None
    assert work.bounces.of_organisation(Address.parse("reader@x.example"), ["nmb"]) is None
    work.bounces.save(Address.parse("bo@x.example"), SOFT)
    work.lists.suppress("cy@x.example", "complained", NOON)
    other = work.bounces.colleague(first, ["nmb"])
    assert other is not None
    assert other.address == "di@x.example"
    assert work.bounces.colleague(first, ["cag"]) is None
    work.bounces.save(ANNA, SUSPENDED)
    work.bounces.ask_secretary(ANNA)
    work.bounces.save(ANNA, TRIED)
    assert work.bounces.secretary_asks() == [first]
    work.bounces.forget_asking()
    assert work.bounces.secretary_asks() == []
    assert (work.bounces.is_member(ANNA), work.bounces.is_member(BO)) == (True, False)


# --- suppressions ---

PERSON = Suppression("asked by phone", NOON, Cause.PERSON, "Anna@x.example")
DOMAIN = Suppression("a trap", NOON, Cause.PERSON, "@xn--bcher-kva.example")


def test_addresses_and_domains_are_suppressed_whatever_their_spelling(work: Work) -> None:
    work.suppressions.save([PERSON, DOMAIN])
    assert work.suppressions.find("anna@X.example") == PERSON
    assert work.suppressions.find("@BÜCHER.example") == DOMAIN
    assert (work.suppressions.find(str(BO)), work.suppressions.covering(BO)) == (None, DOMAIN)
    assert (work.lists.suppressed(str(BO)), work.lists.suppressed(str(ANNA))) == ("a trap", "asked by phone")
    assert list(work.suppressions.each()) == [DOMAIN, PERSON]
    assert list(work.suppressions.each(Cause.COMPLAINED)) == []
    work.suppressions.save([Suppression("complained", NOON + DAY, Cause.COMPLAINED, "ANNA@x.example")])
    assert [one.cause for one in work.suppressions.each()] == [Cause.PERSON, Cause.COMPLAINED]
    assert [work.suppressions.remove(of) for of in ("anna@x.example", "@bücher.example", "@bücher.example")] == [
        True,
        True,
        False,
    ]
    assert list(work.suppressions.each()) == []


def test_suppressed_members_of_a_list_are_counted(work: Work) -> None:
    for address in (str(ANNA), str(BO), "cy@y.example"):
        contact(work, address, "nmb")
    assert work.suppressions.on_list("nmb") == 0
    work.suppressions.save([PERSON, DOMAIN])
    assert (work.suppressions.on_list("nmb"), work.suppressions.on_list("cag")) == (2, 0)


def test_to_end_a_suppression_forgets_what_did_not_arrive(work: Work) -> None:
    work.lists.suppress(str(ANNA), "bounced: 550", NOON, Cause.SUSPENDED)
    work.bounces.save(ANNA, SUSPENDED)
    work.lists.unsuppress("anna@x.example")
    assert (work.lists.suppressed(str(ANNA)), work.bounces.find(ANNA)) == (None, None)


def test_an_import_knows_suppressed_domains(work: Work) -> None:
    work.suppressions.save([PERSON, DOMAIN])
    found = work.imports.known("nmb", [ANNA, BO, Address.parse("cy@y.example")])
    assert {key: one.suppressed for key, one in found.items()} == {ANNA.key: "asked by phone", BO.key: "a trap"}
    work.bounces.save(ANNA, SUSPENDED)
    work.imports.unsuppress([ANNA])
    assert (work.suppressions.find(str(ANNA)), work.bounces.find(ANNA)) == (None, None)


@pytest.mark.parametrize("suppressed", ["anna@x.example", "@x.example"])
def test_E12_a_suppressed_copy_is_barred_and_cannot_be_sent_once_more(work: Work, suppressed: str) -> None:
    made = running(work, 1, "nmb")
    contact(work, "anna@x.example", "nmb")
    work.outbox.add_copies(made.id, ["nmb"], "<", "@o>", NOON)
    work.suppressions.save([Suppression("no", NOON, Cause.PERSON, suppressed)])
    (copy,) = work.outbox.due(NOON, most=5)
    (same,) = work.outbox.due(NOON, made.id, most=5, batch=range(copy.id, copy.id + 1))
    assert (copy.barred, same.barred) == ("no", "no")
    work.outbox.record([copy.id], [(Outcome(copy.id, Delivery.FAILED, "550"), None)], NOON)
    work.outbox.settle([(Outcome(copy.id, Delivery.FAILED, "550"), None)], NOON)
    assert work.deliveries.failed(made.id, ["nmb"]).suppressed == 1
    assert work.deliveries.requeue_failed(made.id, ["nmb"], NOON) == 0


@pytest.mark.parametrize("suppressed", ["Reader@x.example", "@X.example"])
def test_service_mail_to_a_suppressed_address_is_barred_unless_it_goes_regardless(work: Work, suppressed: str) -> None:
    work.suppressions.save([Suppression("no", NOON, Cause.PERSON, suppressed)])
    work.outbox.add(draft("mail 1: left", "reader@x.example"), NOON)
    work.outbox.add(replace(draft("mail 2: help", "reader@x.example"), regardless=True), NOON)
    work.outbox.add(draft("mail 3: help", "other@y.example"), NOON)
    assert [row.barred for row in work.outbox.due(NOON, most=5)] == ["no", "", ""]
