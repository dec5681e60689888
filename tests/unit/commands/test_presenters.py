"""``mailer presenters``: the bank is listed, shown and changed at the command line, and experts are called."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from mailer.message import Address
from mailer.model.lists import Details, Standing
from mailer.model.presenters import State
from tests.fakes import NOON
from tests.secretary import Secretary
from tests.unit.model.test_presenters import AMINA


def registered(secretary: Secretary, *names: str, state: State = State.REGISTERED) -> None:
    with secretary.app() as app, app.open_store().transaction() as work:
        for name in names:
            address = f"{name.lower()}@x.example"
            contact = work.lists.save_contact(Address.parse(address), Details(name), NOON)
            work.presenters.add(replace(AMINA, contact=contact.id, name=name, state=state, address=address))


def names(secretary: Secretary, *options: str) -> Sequence[str]:
    return [one["name"] for one in secretary.types("presenters", "ls", *options, "--json").json]


def test_the_bank_is_listed_by_what_somebody_looks_for(secretary: Secretary) -> None:
    assert secretary.types("presenters", "ls").out.startswith("There are none.")
    registered(secretary, "Bo", state=State.APPROVED)
    registered(secretary, "Amina")
    registered(secretary, "Zoe", state=State.DECLINED)
    assert names(secretary) == ["Amina", "Bo"]
    assert names(secretary, "--state", "declined") == ["Zoe"]
    assert names(secretary, "--language", "Swahili", "--country", "Uganda") == ["Amina", "Bo"]
    assert names(secretary, "--language", "fr") == []
    assert names(secretary, "--topic", "poetry") == []
    assert names(secretary, "--topic", "labour practise", "--free", "2027-06-01") == ["Amina", "Bo"]
    assert names(secretary, "--free", "2027-05-03") == []
    assert secretary.types("presenters", "ls", "--language", "Klingonish").code == 64
    table = secretary.types("presenters", "ls").out
    assert "registered" in table and "approved" in table


def test_one_is_shown_approved_declined_and_retired(secretary: Secretary) -> None:
    registered(secretary, "Amina", "Bo")
    shown = secretary.types("presenters", "show", "1").out
    assert shown.startswith("Amina, amina@x.example: registered\n")
    assert "Regions           Eastern Africa, France\n" in shown
    assert secretary.types("presenters", "approve", "1").out.startswith("Amina is in the bank, and was sent: no doc")
    assert secretary.types("presenters", "approve", "1").code == 77
    assert secretary.types("presenters", "decline", "2", "-m", "Not now.").code == 0
    assert secretary.types("presenters", "retire", "1").code == 64
    assert secretary.types("presenters", "retire", "1", "--because", "moved", "--yes").code == 0
    with secretary.app() as app, app.open_store().snapshot() as work:
        assert [one.state for one in work.presenters.each()] == [State.RETIRED, State.DECLINED]
        assert work.lists.standing("presenters", 1) is Standing.REMOVED
    assert secretary.types("presenters", "show", "9").code == 77


def test_experts_of_a_list_are_called(secretary: Secretary) -> None:
    assert secretary.types("presenters", "call", "--dry-run").out.startswith("0 members of the list “wg-member”")
    secretary.imports("nmb", "ada@x.example", "ben@x.example")
    planned = secretary.types("presenters", "call", "--list", "nmb", "--dry-run").out
    assert planned.startswith("2 members of the list “nmb” would be asked.\n  ada@x.example")
    assert secretary.types("presenters", "call", "--list", "nmb").code == 64
    assert secretary.types("presenters", "call", "--list", "nmb", "--yes").out.startswith("Asked 2 members")
    again = secretary.types("presenters", "call", "--list", "nmb", "--yes")
    assert again.out.startswith("Nobody of the list “nmb” is left to ask.\nLeft out: 2 asked before.")
