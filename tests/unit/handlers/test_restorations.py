"""What a journal knows is done again after a restore; nothing in a journal does harm."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from mailer.errors import Refused
from mailer.handlers import lists, mailings, restorations
from mailer.message import Address
from mailer.model.bounces import AddressState
from mailer.model.lists import Departure, Standing
from mailer.model.outbox import Delivery
from mailer.model.restorations import Entry
from mailer.model.suppressions import Cause
from mailer.tokens import Purpose
from tests.unit.harness import NMB, Harness

READER = NMB[0]


def again(harness: Harness, action: str, subject: str, **detail: Any) -> int:
    with harness.office() as office:
        return restorations.do_again(office, [Entry(harness.now, action, subject, detail)])


@pytest.fixture
def listed(harness: Harness) -> Harness:
    harness.import_list("nmb", NMB)
    return harness


@pytest.mark.parametrize(("action", "standing"), [("left", Standing.LEFT), ("removed", Standing.REMOVED)])
def test_who_left_or_was_removed_is_away_again(listed: Harness, action: str, standing: Standing) -> None:
    detail = {"lists": ["nmb"], "publications": ["update"]}
    assert [again(listed, action, READER, **detail) for _ in range(2)] == [1, 0]
    assert listed.standing("nmb", READER) is standing
    assert listed.standing("nmb", NMB[1]) is Standing.ACTIVE


@pytest.mark.parametrize("member_of", [(), ("wg-member",)], ids=["nobody", "on another list"])
def test_B12_who_joined_and_left_after_the_backup_is_not_imported_again(
    harness: Harness, member_of: tuple[str, ...]
) -> None:
    for key in member_of:
        harness.import_list(key, NMB)
    detail = {"lists": ["nmb"], "publications": ["update"]}
    assert [again(harness, "left", READER, **detail) for _ in range(2)] == [1, 0]
    harness.import_list("nmb", NMB)
    assert [harness.standing("nmb", address) for address in NMB[:2]] == [Standing.LEFT, Standing.ACTIVE]


def test_B13_a_goodbye_from_before_the_backup_does_not_undo_a_later_departure(listed: Harness) -> None:
    left = Departure(("update",), ("nmb",))
    with listed.office() as office:
        contact = office.work.lists.contact_at(READER)
        assert contact is not None
        goodbye = office.work.lists.add_departure(contact.id, left, office.now)
    assert again(listed, "left", READER, lists=["nmb"], publications=["update"]) == 1
    with listed.office() as office:
        lists.come_back(office, office.token(Purpose.COME_BACK, goodbye), None)
    assert listed.standing("nmb", READER) is Standing.LEFT


def test_who_got_another_address_and_left_under_it_has_left(listed: Harness) -> None:
    new, detail = "moved@nmb.example", {"address": [READER, "moved@nmb.example"], "name": ["", "Nils"]}
    assert [again(listed, "changed", new, **detail) for _ in range(2)] == [1, 0]
    assert again(listed, "left", new, lists=["nmb"], publications=["update"]) == 1
    assert listed.standing("nmb", new) is Standing.LEFT
    with listed.office() as office:
        assert office.work.lists.contact_at(READER) is None
        contact = office.work.lists.contact_at(new)
        assert contact is not None and contact.details.name == "Nils"


@pytest.mark.parametrize(
    ("steps", "state", "cause"),
    [
        (["bounced"], AddressState.SUSPENDED, Cause.SUSPENDED),
        (["bounced", "given up"], AddressState.REMOVED, Cause.BOUNCED),
        (["bounced", "given up", "mailed again"], None, None),
        (["complained", "bounced"], None, Cause.COMPLAINED),
        (["suppressed", "mailed again"], None, Cause.PERSON),
        (["suppressed", "no longer suppressed"], None, None),
    ],
)
def test_what_became_of_an_address_since_the_backup_is_done_again(
    listed: Harness, steps: list[str], state: AddressState | None, cause: Cause | None
) -> None:
    for action in steps:
        again(listed, action, READER, diagnostic="550 5.1.1 no such user", reason="phoned", cause="person")
    with listed.office() as office:
        bouncing, stopped = office.work.bounces.find(Address.parse(READER)), office.work.suppressions.find(READER)
    assert (bouncing.state if bouncing else None, stopped.cause if stopped else None) == (state, cause)


def test_a_suppressed_domain_is_suppressed_again(listed: Harness) -> None:
    assert [again(listed, "suppressed", "@trap.example", reason="a trap") for _ in range(2)] == [1, 0]
    with listed.office() as office:
        assert office.work.lists.suppressed("x@trap.example") == "a trap"
    assert [again(listed, "no longer suppressed", "@trap.example") for _ in range(2)] == [1, 0]
    assert again(listed, "bounced", "@trap.example", diagnostic="550") == 0


@pytest.mark.parametrize("action", ["bounced", "complained"])
def test_who_bounced_or_complained_gets_no_mail(listed: Harness, action: str) -> None:
    assert [again(listed, action, READER, diagnostic="550 5.1.1 no such user") for _ in range(2)] == [1, 0]
    with listed.office() as office:
        assert office.work.lists.suppressed(READER)


def test_who_confirmed_is_a_subscriber_with_their_details(harness: Harness) -> None:
    details = {"name": "Žofie", "country": "CZ", "format": "text", "kind": None}
    assert again(harness, "subscribed", "z@x.example", list="subscriber", details=details) == 1
    with harness.office() as office:
        contact = office.work.lists.contact_at("z@x.example")
        assert contact is not None
        assert (contact.details.name, contact.details.country, contact.details.format) == ("Žofie", "CZ", "text")
    assert harness.standing("subscriber", "z@x.example") is Standing.ACTIVE


@pytest.mark.parametrize(
    ("action", "subject", "detail"),
    [
        ("left", "no address", {"lists": ["nmb"]}),
        ("left", "nobody@x.example", {"lists": ["no such list"]}),
        ("removed", "nobody@x.example", {"lists": ["nmb"]}),
        ("came back", "no address", {"lists": ["nmb"]}),
        ("bounced", "no address", {}),
        ("left", READER, {"lists": "nmb", "publications": 7}),
        ("left", READER, {"lists": ["no such list"], "publications": ["none"]}),
        ("subscribed", "z@x.example", {"list": "no such list"}),
        ("subscribed", "no address", {"list": "nmb"}),
        ("subscribed", "z@x.example", {"list": "nmb", "details": {"kind": "circus"}}),
        ("subscribed", "z@x.example", {"list": "nmb", "details": {"format": "scroll"}}),
        ("changed", READER, {"kind": ["", "circus"]}),
        ("changed", READER, {"address": [READER, NMB[1]]}),
        ("changed", NMB[1], {"address": [READER, NMB[1]]}),
        ("changed", "nobody@x.example", {"name": ["", "Nobody"]}),
        ("drop table", "x", {}),
    ],
)
def test_an_entry_that_makes_no_sense_changes_nothing(
    listed: Harness, action: str, subject: str, detail: dict[str, Any]
) -> None:
    assert again(listed, action, subject, **detail) == 0
    assert listed.standing("nmb", READER) is Standing.ACTIVE
    assert listed.standing("nmb", "z@x.example") is None


def test_nothing_is_sent_scheduled_or_finished_before_a_person_resumes(harness: Harness) -> None:
    harness.approved()
    harness.import_list("nmb", NMB)
    harness.start()
    sent = len(harness.environment.relay.accepted)
    with harness.office() as office:
        office.work.restorations.begin(harness.now, [], None, harness.now)  # type: ignore[attr-defined]
    for _ in range(2):
        harness.environment.clock.pass_by(timedelta(hours=1))
        harness.tick()
    assert len(harness.environment.relay.accepted) == sent
    assert harness.mailing.finished_at is None
    for act in (
        lambda office: mailings.start(office, harness.issue, ["nmb"]),
        lambda office: mailings.schedule(office, harness.issue, harness.now),
        lambda office: mailings.send_to_newcomers(office, harness.issue),
        restorations.resume,
    ):
        with pytest.raises(Refused):
            harness.do(act)
    harness.do(restorations.resume_unread)
    harness.tick()
    assert harness.mailing.finished_at is not None
    with harness.office() as office:
        assert office.work.outbox.counts(harness.mailing.id).by_state == {Delivery.DOUBTFUL: len(NMB)}
    assert harness.mails_to(READER) == []
