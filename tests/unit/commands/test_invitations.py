"""``mailer invite`` and ``mailer invitations``."""

from __future__ import annotations

from tests.secretary import Secretary

FILE = """address;organisation;name;kind;country;language;nominated by
ana@union.example;The Union;Ana;labour union;Kenya;en;bo@wg.example
bo@media.example;Media;;media organisation;FR;French;
"""


def write(secretary: Secretary, text: str) -> str:
    (secretary.folder / "in.csv").write_text(text)
    return "in.csv"


def test_a_file_is_invited_and_shown(secretary: Secretary) -> None:
    file = write(secretary, FILE)
    dry = secretary.types("invite", file, "--list", "nmb", "--dry-run")
    assert dry.out.splitlines()[-2:] == ["2 to invite.", "Nothing was changed."]
    assert secretary.types("invitations", "ls").out == "Nobody was invited.\n"
    asking = secretary.types("invite", file, "--list", "nmb")
    assert (asking.code, "This writes to 2 addresses. Is that right?" in asking.err, "--yes" in asking.err) == (
        *(64, True, True),
    )
    assert secretary.types("invitations", "ls", "--json").json == []
    secretary.types("invite", file, "--list", "nmb", "--yes")
    assert secretary.types("invite", file, "--list", "nmb").out.splitlines()[-1] == (
        "0 to invite; not invited: 2 was invited before."
    )
    ana, bo = secretary.types("invitations", "ls", "--json").json
    assert (ana["address"], ana["state"], ana["nominated_by"], ana["kind"], ana["country"]) == (
        *("ana@union.example", "waiting", "bo@wg.example", "labour union", "KE"),
    )
    assert (bo["language"], bo["nominated_by"]) == ("fr", "")
    shown = secretary.types("invitations", "show", "ana@union.example").out
    assert "Invitation 1: The Union, ana@union.example, to nmb" in shown
    assert "nominated by: bo@wg.example" in shown


def test_each_fault_is_named_with_its_line_and_nobody_is_invited(secretary: Secretary) -> None:
    file = write(secretary, "address,country,nominated by\nana@union.example,Nowhere,\nbo@x.example,FR,who\n")
    fault = secretary.types("invite", file, "--list", "nmb")
    assert (fault.code, "in.csv:2" in fault.err) == (78, True)
    assert secretary.types("invitations", "ls", "--json").json == []
    file = write(secretary, "address,nominated by\nana@union.example,who\n")
    assert "in.csv:2: nominated by" in secretary.types("invite", file, "--list", "nmb").err
    assert "no file" in secretary.types("invite", "nowhere.csv", "--list", "nmb").err


def test_addresses_are_invited_as_they_are(secretary: Secretary) -> None:
    addresses = ("ana@x.example", "bo@x.example", "Ana@x.example")
    assert "add --yes or --dry-run" in secretary.types("invite", *addresses, "--list", "nmb", "--json").err
    found = secretary.types("invite", *addresses, "--list", "nmb", "--yes", "--json").json
    assert [(one["address"], one["what"]) for one in found] == [("ana@x.example", "invite"), ("bo@x.example", "invite")]
    assert secretary.types("invitations", "show", "9").code == 77
