"""``mailer bounces``, ``mailer member revive`` and ``mailer suppressed``, as the secretary sees them."""

from __future__ import annotations

import csv
import io

import pytest

from mailer.handlers import bounces
from mailer.message import Address
from mailer.model.outbox import Fate
from mailer.model.reports import Reported, Why
from tests.secretary import Secretary

ANA, BO = "ana@nmb.example", "bo@nmb.example"
GONE = "550 5.1.1 <ana@nmb.example>: Recipient address rejected: User unknown in virtual mailbox table of this server"


def report(secretary: Secretary, address: str, reply: str, why: Why, fate: Fate = Fate.REFUSED) -> None:
    with secretary.app() as app, app.store.transaction() as work:
        office = app.office(work, "mailer", "a report")
        bounces._count(office, Address.parse(address), Reported(address, fate, reply, "5.1.1", why), app.clock.now())


@pytest.fixture
def troubled(secretary: Secretary) -> Secretary:
    """Ana's address does not exist, and Bo's mailbox is full."""
    secretary.imports("nmb", ANA, BO)
    report(secretary, ANA, GONE, Why.USER_UNKNOWN)
    report(secretary, BO, "452 4.2.2 mailbox full", Why.MAILBOX_FULL, Fate.RETURNED)
    return secretary


def test_all_is_well(secretary: Secretary) -> None:
    assert secretary.types("bounces").out == "Mail reaches everybody, as far as servers say.\n"
    assert secretary.types("bounces", "--json").json == []
    assert secretary.types("bounces", ANA).out == f"{ANA}\nAll is well, as far as servers say.\n"
    assert secretary.types("bounces", "nobody").code == 77
    assert secretary.types("suppressed", "ls").out == "Nobody is suppressed.\n"


def test_who_is_in_trouble_why_and_what_happens_next(troubled: Secretary) -> None:
    result = troubled.types("bounces")
    assert max(map(len, result.out.splitlines())) <= 80
    head, first, second, _, total = result.out.splitlines()
    assert head.split() == ["address", "state", "since", "next", "why"]
    assert {line.split()[0] for line in (first, second)} == {ANA, BO}
    assert "1 suspended, 1 in trouble" in total
    found = {one["address"]: one for one in troubled.types("bounces", "--json").json}
    assert (found[ANA]["state"], found[ANA]["next"], found[ANA]["reply"]) == ("suspended", "tried again", GONE)
    assert (found[BO]["state"], found[BO]["score"], found[BO]["why"]) == ("in trouble", 1.0, "mailbox-full")
    assert [one["address"] for one in troubled.types("bounces", "--state", "suspended", "--json").json] == [ANA]


def test_all_about_one_address(troubled: Secretary) -> None:
    result = troubled.types("bounces", ANA)
    assert max(map(len, result.out.splitlines())) <= 80
    words = " ".join(result.out.split())
    assert "user-unknown (5.1.1)" in words
    assert "tried again on" in words
    assert f"mailer member revive {ANA} --because REASON" in words
    shown = troubled.types("bounces", ANA, "--json").json
    assert shown["suppressed"]["cause"] == "suspended"
    assert [one["reply"] for one in shown["heard"]] == [GONE]
    assert "Mail to them: suspended" in troubled.types("member", "show", ANA).out
    assert troubled.types("member", "show", ANA, "--json").json["bounces"] == "suspended"
    assert GONE in troubled.types("member", "history", ANA).out
    assert GONE in " ".join(troubled.types("audit", "--of", ANA).out.split())


def test_a_list_says_how_many_of_its_members_get_no_mailings(troubled: Secretary) -> None:
    assert troubled.types("list", "show", "nmb").out.endswith(
        "1 of them get no mailings: `mailer bounces`, `mailer suppressed ls`.\n"
    )


def test_status_and_doctor_say_it(troubled: Secretary) -> None:
    assert "Addresses that mail does not always reach: 1 suspended, 1 in trouble." in troubled.types("status").out
    assert troubled.types("status", "--json").json["bounces"]["suspended"] == 1
    found = {one["what"]: one for one in troubled.types("doctor", "--json").json}
    assert (found["addresses"]["state"], found["addresses"]["detail"]) == (
        "look",
        "mail does not reach 1: `mailer bounces`",
    )


def test_a_person_revives_an_address(troubled: Secretary) -> None:
    tried = troubled.types("member", "revive", ANA, "--because", "phoned", "--dry-run")
    assert tried.out == f"{ANA} is suspended, and would get mailings again. Nothing was changed.\n"
    assert troubled.types("member", "revive", ANA, "--because", " ").code == 64
    assert troubled.types("member", "revive", ANA, "--because", "phoned").code == 0
    assert troubled.types("member", "revive", ANA, "--because", "phoned").code == 77
    assert [one["address"] for one in troubled.types("bounces", "--json").json] == [BO]
    assert "phoned" in troubled.types("audit", "--of", ANA).out


# --- suppressed ---


def test_an_address_and_a_domain_are_suppressed_with_a_reason(secretary: Secretary) -> None:
    secretary.imports("nmb", ANA)
    add = ("suppressed", "add", "ANA@nmb.example", "@Bücher.example", "--because", "asked by phone")
    assert "Nothing was changed." in secretary.types(*add, "--dry-run").out
    assert secretary.types("suppressed", "ls", "--json").json == []
    assert secretary.types(*add).code == 0
    listed = secretary.types("suppressed", "ls", "--json").json
    assert [(one["address"], one["cause"], one["reason"]) for one in listed] == [
        ("@xn--bcher-kva.example", "person", "asked by phone"),
        ("ANA@nmb.example", "person", "asked by phone"),
    ]
    assert "is suppressed already" in secretary.types(*add).out
    assert "asked by phone" in secretary.types("suppressed", "ls", "--cause", "person").out
    assert secretary.types("suppressed", "ls", "--cause", "complained").out == "Nobody is suppressed.\n"
    assert "Gets: nothing" in secretary.types("member", "show", ANA).out
    assert secretary.types("suppressed", "add", "nobody", "--because", "x").code == 64
    remove = ("suppressed", "remove", ANA, "--because", "wrote again")
    assert "Nothing was changed." in secretary.types(*remove, "--dry-run").out
    assert secretary.types(*remove).code == 0
    assert secretary.types(*remove).code == 77
    hint = secretary.types("suppressed", "remove", "x@bücher.example", "--because", "x")
    assert "all of @xn--bcher-kva.example is" in hint.err


def test_a_file_of_suppressions_comes_in_as_a_whole_or_not_at_all(secretary: Secretary) -> None:
    file = secretary.folder / "in.csv"
    file.write_text(
        "address;cause;reason;since\n"
        "ana@x.example;complained;pressed the button;2026-01-02\n"
        "@trap.example;;a trap;\n"
        "bo@x.example;bounced;550;2026-01-02T10:00:00+02:00\n",
        encoding="utf-8",
    )
    assert "Nothing was changed." in secretary.types("suppressed", "import", "in.csv", "--dry-run").out
    assert secretary.types("suppressed", "ls", "--json").json == []
    assert secretary.types("suppressed", "import", "in.csv").code == 0
    assert [(one["address"], one["cause"]) for one in secretary.types("suppressed", "ls", "--json").json] == [
        ("@trap.example", "person"),
        ("ana@x.example", "complained"),
        ("bo@x.example", "bounced"),
    ]
    exported = secretary.types("suppressed", "export").out
    (secretary.folder / "out.csv").write_text(exported, encoding="utf-8", newline="")
    again = secretary.types("suppressed", "import", "out.csv")
    assert "suppressed already: 3" in again.out
    rows = list(csv.reader(io.StringIO(exported)))
    assert [row[0] for row in rows] == ["address", "'@trap.example", "ana@x.example", "bo@x.example"]


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("nobody,,x,", "'nobody' is not an address"),
        ("@,,x,", "'@' is no domain name after the @"),
        ("bo@x.example,,,", "there is no reason"),
        ("bo@x.example,held,x,", "“held” is no cause; there are complained, bounced, person"),
        ("@x.example,bounced,x,", "is a domain, so its cause can only be person"),
        ("bo@x.example,,x,yesterday", "“yesterday” is no time"),
        ("bo@x.example,,x,2999-01-01", "is in the future"),
        ("ANA@x.example,,x,", "is on an earlier line already"),
    ],
)
def test_every_fault_of_a_file_is_named_with_its_line(secretary: Secretary, line: str, fault: str) -> None:
    text = f"address,cause,reason,since\nana@x.example,,x,\n{line}\n"
    (secretary.folder / "in.csv").write_text(text, encoding="utf-8")
    result = secretary.types("suppressed", "import", "in.csv")
    assert result.code == 78
    assert "in.csv:3: " in result.err
    assert fault in result.err
    assert "nothing was imported" in result.err
    assert secretary.types("suppressed", "ls", "--json").json == []


def test_a_complaint_is_not_weakened_by_a_file(secretary: Secretary) -> None:
    (secretary.folder / "a.csv").write_text("address,cause,reason\nana@x.example,complained,spam\n", encoding="utf-8")
    (secretary.folder / "b.csv").write_text("address,cause,reason\nana@x.example,bounced,550\n", encoding="utf-8")
    for name in ("a.csv", "b.csv"):
        assert secretary.types("suppressed", "import", name).code == 0
    assert [one["cause"] for one in secretary.types("suppressed", "ls", "--json").json] == ["complained"]
