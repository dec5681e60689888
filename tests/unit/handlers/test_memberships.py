"""Memberships for a limited time, from the notice before their end to the one after it."""

from __future__ import annotations

from datetime import timedelta

from mailer.contacts import day_of
from mailer.handlers import members
from mailer.handlers.members import Joining
from mailer.message import Address
from mailer.model.lists import Details, Standing
from tests.unit.harness import DAY, SECRETARY, Harness, text_of

ANA = Address.parse("ana@nmb.example", "Ana Berg")


def subjects(harness: Harness, address: str) -> list[str]:
    return [str(mail["Subject"]) for mail in harness.mails_to(address)]


def test_a_member_is_told_before_the_last_day_and_after_it(harness: Harness) -> None:
    with harness.office() as office:
        until = day_of(office, office.now) + timedelta(days=40)
        joining = Joining(ANA, Details(name="Ana Berg"), "convenor", until=until)
        members.add(office, "nmb", joining)
    harness.tick()
    assert subjects(harness, str(ANA)) == []
    harness.pass_by(11 * DAY)
    harness.tick()
    harness.tick()
    title = "National member bodies"
    (told,) = harness.mails_to(str(ANA))
    assert str(told["Subject"]).startswith(f"Your membership of {title} ends on ")
    assert "reply to this mail and say until when" in " ".join(text_of(told).split())
    (listed,) = [mail for mail in harness.mails_to(SECRETARY) if mail["Subject"] == "Memberships that end soon"]
    assert "Ana Berg, ana@nmb.example, nmb" in text_of(listed)
    harness.pass_by(29 * DAY)
    harness.tick()
    with harness.office() as office:
        assert [one.standing for one in office.work.lists.members("nmb", None)] == [Standing.ACTIVE]
    harness.pass_by(DAY)
    harness.tick()
    harness.tick()
    assert subjects(harness, str(ANA))[1:] == [f"Your membership of {title} has ended"]
    with harness.office() as office:
        (left,) = office.work.lists.members("nmb", None)
        assert (left.standing, left.until) == (Standing.REMOVED, None)


def test_a_membership_that_was_extended_goes_on_and_its_end_is_told_again(harness: Harness) -> None:
    with harness.office() as office:
        until = day_of(office, office.now) + timedelta(days=10)
        members.add(office, "nmb", Joining(ANA, Details(), "convenor", until=until))
    harness.tick()
    with harness.office() as office:
        later = Joining(ANA, Details(), "goes on", until=until + timedelta(days=5))
        assert members.add(office, "nmb", later).value == "change"
    harness.pass_by(11 * DAY)
    harness.tick()
    assert len([one for one in subjects(harness, str(ANA)) if "ends on" in one]) == 2
    with harness.office() as office:
        assert office.work.lists.count("nmb") == 1
