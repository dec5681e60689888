"""The directory: who is linked to which organisation, and who maintains whose entries."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from mailer import directory
from mailer.handlers import imports
from mailer.message import Address
from mailer.model.imports import Change, ImportOptions
from mailer.model.list_file import ListFile
from mailer.model.lists import Details, Kind, Standing
from mailer.model.organisations import Organisation
from mailer.office import Office
from tests.unit.harness import OFFICE, Harness

HEAD = "address,name,organisation,kind,country,until,website,reach,languages,second address,second name\n"
UNION = "ana@u.example,Ana,The Union,labour union,KR,2027-12-31,u.example,12 countries,ko en,bo@u.example,Bo\n"


def read_in(office: Office, text: str) -> dict[Change, int]:
    file = ListFile.of(text.encode(), "f.csv")
    planned = imports.difference(office, "nmb", file.rows(), ImportOptions()).counts
    done = imports.import_rows(office, "nmb", file.rows(), ImportOptions())
    assert planned == done
    return {change: count for change, count in done.items() if count}


def test_an_import_adds_organisations_with_both_contacts_and_is_idempotent(harness: Harness) -> None:
    with harness.office() as office:
        assert read_in(office, HEAD + UNION) == {Change.ADD: 1}
        (union,) = office.work.organisations.each()
        assert replace(union, id=0) == Organisation(
            0, "The Union", Kind.LABOUR, "KR", ("ko", "en"), "https://u.example", "12 countries"
        )
        contacts = [(one.address, rank) for one, rank in office.work.organisations.contacts(union.id)]
        assert contacts == [("ana@u.example", 1), ("bo@u.example", 2)]
        (member,) = office.work.lists.members("nmb")
        assert (member.contact.address, member.until) == ("ana@u.example", date(2027, 12, 31))
        assert read_in(office, HEAD + UNION) == {Change.UNCHANGED: 1}
        changed = UNION.replace("12 countries", "13 countries").replace("2027", "2028")
        assert read_in(office, HEAD + changed) == {Change.CHANGE: 1}
        assert [one.reach for one in office.work.organisations.each()] == ["13 countries"]
        members = office.work.lists.members("nmb")
        more = directory.more_of(office, members)[members[0].contact.id]
        assert (more.until, more.reach, str(more.second)) == (date(2028, 12, 31), "13 countries", "bo@u.example")


def test_a_row_that_only_names_an_organisation_is_linked_if_one_is_called_so(harness: Harness) -> None:
    with harness.office() as office:
        for country in ("KR", "FR"):
            office.work.organisations.add(Organisation(0, "The Union", country=country), office.now)
        read_in(office, "address,organisation,country\na@x.example,the union,FR\nb@x.example,The Union,\n")
        speak = [office.work.organisations.of_contact(one.contact.id) for one in office.work.lists.members("nmb")]
        assert [one.country if one else None for one in speak] == ["FR", None]


def test_a_row_of_a_member_body_or_a_liaison_adds_its_organisation(harness: Harness) -> None:
    head = "address,organisation,kind,country\n"
    rows = "a@x.example,Bureau,NMB,KE\nb@y.example,Liaison,D-liaison,\nc@z.example,The Union,labour union,KR\n"
    with harness.office() as office:
        assert read_in(office, head + rows) == {Change.ADD: 3}
        kinds = {one.name: one.kind for one in office.work.organisations.each()}
        assert kinds == {"Bureau": Kind.NMB, "Liaison": Kind.D_LIAISON}
        read_in(office, head + "a@x.example,Another Bureau,NMB,KE\n")
        assert {one.name for one in office.work.organisations.each()} == {"Bureau", "Liaison"}


def test_a_row_with_more_of_an_organisation_needs_its_name(harness: Harness) -> None:
    with harness.office() as office, pytest.raises(Exception, match=r"f\.csv:2: says more about an organisation, but"):
        read_in(office, "address,website\na@x.example,x.example\n")


def test_what_a_stranger_writes_links_nobody(harness: Harness) -> None:
    with harness.office() as office:
        office.work.organisations.add(Organisation(0, "The Union"), office.now)
    harness.write("eve@evil.example", OFFICE, "subscribe", "subscribe\nOrganisation: The Union\n")
    with harness.office() as office:
        contact = office.work.lists.save_contact(
            Address.parse("eve@evil.example"), Details(organisation="The Union"), office.now
        )
        assert office.work.organisations.of_contact(contact.id) is None


def test_members_maintain_the_entries_of_their_own_country(harness: Harness) -> None:
    with harness.office() as office:
        lists = dict(office.rules.lists)
    harness.restart(lists={**lists, "d-liaison": replace(lists["d-liaison"], maintained_by="nmb")})
    with harness.office() as office:
        save = office.work.lists.save_contact
        ana, bo, eve = (
            save(Address.parse(f"{name}@x.example"), Details(country=country), office.now)
            for name, country in (("ana", "KE"), ("bo", "FR"), ("eve", "KE"))
        )
        for one in (ana, bo):
            office.work.lists.set_standing("nmb", one.id, Standing.ACTIVE, office.now, "a test")
        who = {one.address: directory.maintains(office, one, "d-liaison", "KE") for one in (ana, bo, eve)}
        assert who == {"ana@x.example": True, "bo@x.example": False, "eve@x.example": False}
        bureau = office.work.organisations.add(Organisation(0, "Bureau", country="KE"), office.now)
        office.work.organisations.link(bureau.id, bo.id, 1, office.now)
        assert [one.address for one in directory.maintainers(office, "d-liaison", "KE")] == [ana.address, bo.address]
        assert directory.maintains(office, ana, "nmb", "KE") is False
        assert directory.maintains(office, ana, "d-liaison", "") is False
