"""Invitations: written once, answered by a reply, and never again after a no."""

from __future__ import annotations

from datetime import timedelta
from email.message import EmailMessage

import pytest

from mailer import inviting
from mailer.contacts import forget
from mailer.errors import Refused
from mailer.handlers import invitations
from mailer.message import Address
from mailer.model.invitations import Invitation, InvitationRules, Invited, Nominator, State
from mailer.model.list_file import Row
from mailer.model.lists import Details, Kind, Standing
from tests.unit.harness import ANA, DAY, Harness, text_of

BEA = "bea@union.example"
UNION = Details("Bea Brown", "The Union", Kind.LABOUR, "KE", "en")


def rows(*addresses: str, details: Details = UNION) -> list[Row]:
    return [Row(Address.parse(address), details) for address in addresses]


def invite(harness: Harness, *addresses: str, again: str = "", nominator: str = "") -> list[Invited]:
    nominators = {Address.parse(address).key: Nominator(nominator, "Ana" if nominator else "") for address in addresses}
    with harness.office() as office:
        planned = inviting.invite(office, "nmb", rows(*addresses), again=again, nominators=nominators)
    harness.tick()
    return [one.what for one in planned]


def invitation(harness: Harness, address: str = BEA) -> EmailMessage:
    (*_, mail) = [one for one in harness.mails_to(address) if one["Subject"].startswith("An invitation")]
    return mail


def newest(harness: Harness, address: str = BEA) -> Invitation:
    with harness.office() as office:
        return office.work.invitations.newest_of([Address.parse(address).key])[Address.parse(address).key]


def reply(harness: Harness, words: str, address: str = BEA) -> None:
    """Answer without any proof of the sender."""
    harness.environment.reply(address, invitation(harness, address), words, **{"X-Forged": "yes"})
    harness.tick()


def test_a_yes_in_html_is_one_although_the_last_of_the_lines_is_empty(harness: Harness) -> None:
    with harness.office() as office:
        inviting.invite(office, "nmb", rows(BEA, details=Details("Bea Brown", "The Union")))
    harness.tick()
    harness.environment.reply_in_html(BEA, invitation(harness), "yes")
    harness.tick()
    assert harness.standing("nmb", BEA) is Standing.ACTIVE


def test_an_invitation_says_who_asks_why_and_what_and_a_yes_joins(harness: Harness) -> None:
    assert invite(harness, BEA, nominator=ANA) == [Invited.INVITE]
    text = text_of(invitation(harness))
    assert "ISO/SR TG 2 invites The Union to receive this, free of charge: ISO/SR Update." in text
    assert "Ana proposed you." in text
    assert "Organisation: The Union Name: Bea Brown Kind: labour union Country: Kenya Language: English" in text
    reply(harness, "Yes, please!")
    assert (harness.standing("nmb", BEA), newest(harness).state) == (Standing.ACTIVE, State.ACCEPTED)
    assert harness.subjects(BEA)[-1].startswith("Welcome")
    with harness.office() as office:
        contact = office.work.lists.contact_at(BEA)
        assert contact is not None
        organisation = office.work.organisations.of_contact(contact.id)
        assert organisation is not None
        assert (contact.details, organisation.name, organisation.kind) == (UNION, "The Union", Kind.LABOUR)


def test_lines_that_are_corrected_are_a_yes_with_the_new_details(harness: Harness) -> None:
    invite(harness, BEA)
    with harness.office() as office:
        token = str(invitation(harness)["Reply-To"])
        del office
    harness.write(BEA, token, "Re: x", "Organisation: The Old Union\nCountry: Uganda\n")
    with harness.office() as office:
        contact = office.work.lists.contact_at(BEA)
        assert contact is not None
        assert (contact.details.organisation, contact.details.country) == ("The Old Union", "UG")
    assert harness.standing("nmb", BEA) is Standing.ACTIVE


@pytest.mark.parametrize("words", ["no", "never", "Please take me off your list"])
def test_B16_who_says_no_is_never_invited_again_and_gets_no_more_mail(harness: Harness, words: str) -> None:
    invite(harness, BEA)
    reply(harness, words)
    assert (newest(harness).state, len(harness.mails_to(BEA)), harness.standing("nmb", BEA)) == (
        *(State.DECLINED, 1),
        None,
    )
    assert invite(harness, BEA, again="they are wanted") == [Invited.NEVER]
    harness.pass_by(timedelta(days=400))
    harness.tick()
    assert invite(harness, BEA) == [Invited.NEVER]


def test_who_said_never_can_still_subscribe(harness: Harness) -> None:
    invite(harness, BEA)
    reply(harness, "never")
    harness.write(BEA, "tg2@iso-sr.example", "x", "subscribe\n")
    harness.environment.reply(BEA, harness.mails_to(BEA)[-1], "yes")
    harness.tick()
    assert harness.subjects(BEA)[-1].startswith("Welcome")


def test_later_is_asked_once_more(harness: Harness) -> None:
    invite(harness, BEA)
    reply(harness, "later")
    assert newest(harness).state is State.LATER
    harness.pass_by(timedelta(days=89))
    harness.tick()
    assert len(harness.mails_to(BEA)) == 1
    harness.pass_by(DAY)
    harness.tick()
    assert (len(harness.mails_to(BEA)), "- later:" in text_of(invitation(harness))) == (2, False)
    reply(harness, "later")
    harness.pass_by(timedelta(days=400))
    harness.tick()
    assert (newest(harness).state, len(harness.mails_to(BEA))) == (State.UNANSWERED, 2)


def test_an_answer_to_the_first_mail_has_no_effect_after_the_second(harness: Harness) -> None:
    invite(harness, BEA)
    first = invitation(harness)
    reply(harness, "later")
    harness.pass_by(timedelta(days=90))
    harness.tick()
    harness.environment.reply(BEA, first, "yes")
    harness.tick()
    assert harness.standing("nmb", BEA) is None
    reply(harness, "yes")
    assert harness.standing("nmb", BEA) is Standing.ACTIVE


def test_B16_nobody_is_invited_twice_and_silence_is_an_answer(harness: Harness) -> None:
    invite(harness, BEA)
    assert invite(harness, BEA) == [Invited.BEFORE]
    assert invite(harness, BEA, again="asked on the phone") == [Invited.BEFORE]
    harness.pass_by(timedelta(days=61))
    harness.tick()
    assert newest(harness).state is State.UNANSWERED
    assert invite(harness, BEA) == [Invited.BEFORE]
    assert invite(harness, BEA, again="asked on the phone") == [Invited.INVITE]
    assert len(harness.mails_to(BEA)) == 2
    assert [entry.detail.get("reason") for entry in harness.trail("invited")] == [None, "asked on the phone"]


def test_who_is_there_left_or_was_forgotten_is_not_invited(harness: Harness) -> None:
    harness.import_list("nmb", [ANA, "left@nmb.example", "gone@nmb.example", "bad@nmb.example"])
    with harness.office() as office:
        left = office.work.lists.contact_at("left@nmb.example")
        gone = office.work.lists.contact_at("gone@nmb.example")
        assert left is not None
        assert gone is not None
        office.work.lists.set_standing("nmb", left.id, Standing.LEFT, office.now, "mail")
        forget(office, gone)
        office.work.lists.suppress("bad@nmb.example", "550 no such user", office.now)
    assert invite(harness, ANA, "left@nmb.example", "gone@nmb.example", "bad@nmb.example") == [
        *(Invited.MEMBER, Invited.LEFT, Invited.FORGOTTEN, Invited.SUPPRESSED),
    ]
    assert harness.trail("invited") == []


def test_so_many_are_written_in_a_day_and_the_rest_waits(harness: Harness) -> None:
    harness.restart(invitations=InvitationRules(per_day=3))
    many = [f"reader{number}@union.example" for number in range(5)]
    invite(harness, *many)
    assert sum(len(harness.mails_to(address)) for address in many) == 3
    harness.tick()
    assert sum(len(harness.mails_to(address)) for address in many) == 3
    harness.pass_by(DAY)
    harness.tick()
    assert [len(harness.mails_to(address)) for address in many] == [1] * 5


def test_what_changes_before_it_is_written_counts(harness: Harness) -> None:
    with harness.office() as office:
        inviting.invite(office, "nmb", rows(BEA))
    harness.import_list("nmb", [BEA])
    harness.tick()
    assert (harness.mails_to(BEA), newest(harness).state) == ([], State.DROPPED)


def test_who_is_forgotten_is_erased_from_invitations(harness: Harness) -> None:
    invite(harness, BEA, nominator=ANA)
    harness.import_list("nmb", [ANA, BEA])
    with harness.office() as office:
        for address in (BEA, ANA):
            contact = office.work.lists.contact_at(address)
            assert contact is not None
            assert (len(invitations.held(office, contact)), address) == (1 if address == BEA else 0, address)
            forget(office, contact)
    with harness.office() as office:
        (kept,) = office.work.invitations.each()
        assert kept.details == Details()
        assert "example" not in kept.address + kept.nominator.address + kept.nominator.name


def test_nobody_is_invited_to_a_board(harness: Harness) -> None:
    with harness.office() as office, pytest.raises(Refused, match="is a board"):
        inviting.invite(office, "cag", rows(BEA))
