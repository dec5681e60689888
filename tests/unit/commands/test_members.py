"""``mailer member``, ``mailer list leavers`` and ``mailer audit``, as the secretary types them."""

from __future__ import annotations

import pytest

from tests.secretary import Secretary

ANA, NEW = "ana@nmb.example", "ana.berg@institute.example"
WHY = ("--reason", "asked by phone")


def test_a_person_is_added_shown_and_found(secretary: Secretary) -> None:
    what = ("member", "add", ANA, "nmb", *WHY, "--name", "Ana Berg", "--country", "Kenya", "--language", "French")
    dry = secretary.types(*what, "--dry-run")
    assert dry.out == f"{ANA} would be added to National member bodies. Nothing was changed.\n"
    assert secretary.types("member", "find", "berg").out.startswith("Nobody has “berg”")
    assert secretary.types(*what).out == f"{ANA} is on National member bodies.\n"
    assert secretary.types(*what).out == f"{ANA} is already on National member bodies. Nothing was changed.\n"
    lines = secretary.types("member", "show", ANA).out.splitlines()
    assert lines[:2] == [f"Ana Berg <{ANA}>", "Kenya, French"]
    assert lines[3].split() == ["list", "standing", "since", "(UTC)", "by"]
    assert (lines[4].split()[:2], "command member add" in lines[4]) == (["nmb", "active"], True)
    assert lines[-1] == "Gets: ISO/SR Update."
    assert max(map(len, lines)) <= 80
    shown = secretary.types("member", "show", ANA, "--json").json
    assert (shown["country"], shown["language"], shown["receives"]) == ("KE", "fr", ["ISO/SR Update"])
    assert [(one["list"], one["standing"]) for one in shown["lists"]] == [("nmb", "active")]
    for part in ("BERG", "nmb.example"):
        assert secretary.types("member", "find", part).out.splitlines()[1].split() == [ANA, "nmb", "Ana", "Berg"]
    assert secretary.types("member", "find", "berg", "--json").json == [
        {"address": ANA, "name": "Ana Berg", "country": "KE", "language": "fr", "lists": ["nmb"]}
    ]


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("add", ANA, "nmb"), 64, "Missing option '--reason'"),
        (("add", ANA, "nmb", "--reason", " "), 64, "--reason needs some words"),
        (("add", "piet@readers", "nmb", *WHY), 64, "the domain “readers” has no dot; write it in full."),
        (("add", "piet", "nmb", *WHY), 64, "'piet' is not an address"),
        (("add", "TG2@iso-sr.example", "nmb", *WHY), 64, "is the address of the office itself; give the reader's own."),
        (("change", ANA, "--address", "tg2+x@iso-sr.example"), 64, "is the address of the office itself"),
        (("add", ANA, "nbm", *WHY), 77, "There is no list “nbm”; there are: nmb, d-liaison"),
        (("add", ANA, "nmb", *WHY, "--country", "Keyna"), 64, "did you mean “Kenya”?"),
        (("add", ANA, "nmb", *WHY, "--language", "Frnech"), 64, "did you mean “French”?"),
        (("show", ANA), 77, f"Nobody has the address {ANA}: look for part of it with `mailer member find`."),
        (("history", "x"), 77, "'x' is not an address"),
        (("change", ANA, "--name", "x"), 77, f"Nobody has the address {ANA}"),
        (("change", ANA), 64, "Say what to change"),
        (("change", ANA, "--address", "ana@nmb"), 64, "the domain “nmb” has no dot"),
        (("remove", ANA, *WHY), 64, "Name the lists, or say --all-lists."),
        (("remove", ANA, "nmb", "--all-lists", *WHY), 64, "Name the lists, or say --all-lists."),
        (("remove", ANA, "nmb", *WHY, "--yes"), 77, f"Nobody has the address {ANA}"),
    ],
)
def test_a_mistake_is_named_with_its_cure(
    secretary: Secretary, arguments: tuple[str, ...], code: int, words: str
) -> None:
    result = secretary.types("member", *arguments)
    assert (result.code, result.out) == (code, "")
    assert words in result.err


def test_removing_asks_and_says_what_ends(secretary: Secretary) -> None:
    for key in ("nmb", "d-liaison"):
        secretary.imports(key, ANA)
    remove = ("member", "remove", ANA, "nmb", *WHY)
    assert secretary.types(*remove, "--dry-run").out == f"This would end: {ANA} on nmb. Nothing was changed.\n"
    ends = f"{ANA} on nmb, d-liaison, and the publications ISO/SR Update by any list"
    question = f"This ends: {ends}. Is that right?"
    assert (secretary.types(*remove, "--own-wish").code, secretary.types(*remove, "--own-wish", keys="n\n").code) == (
        64,
        77,
    )
    assert secretary.types("list", "leavers").out == "Nobody has left.\n"
    result = secretary.types(*remove, "--own-wish", keys="y\n")
    assert (result.code, question in result.out, f"Ended: {ends}." in result.out) == (0, True, True)
    lines = secretary.types("list", "leavers").out.splitlines()
    assert [line.split()[:2] for line in lines[1:]] == [[ANA, "d-liaison"], [ANA, "nmb"]]
    assert {line.split()[-1] for line in lines[1:]} == {"secretary"}
    assert [one["list"] for one in secretary.types("list", "leavers", "nmb", "--json", "--since", "1d").json] == ["nmb"]
    assert secretary.types("list", "leavers", "--since", "2100-01-01", "--json").json == []
    result = secretary.types("list", "leavers", "--since", "yesterday")
    assert (result.code, "“yesterday” is not a time like 2026-11-01, 30d or 12h" in result.err) == (64, True)


def test_who_left_is_added_only_with_bring_back(secretary: Secretary) -> None:
    secretary.imports("nmb", ANA)
    assert secretary.types("member", "remove", ANA, "nmb", "--own-wish", "--yes", *WHY).code == 0
    result = secretary.types("member", "add", ANA, "nmb", *WHY)
    assert (result.code, f"{ANA} has left the list or its publications" in result.err) == (77, True)
    dry = secretary.types("member", "add", ANA, "nmb", "--bring-back", "--dry-run", *WHY)
    assert dry.out == f"{ANA} would be brought back to National member bodies. Nothing was changed.\n"
    assert secretary.types("member", "add", ANA, "nmb", "--bring-back", *WHY).code == 0
    assert secretary.types("member", "show", ANA, "--json").json["receives"] == ["ISO/SR Update"]


def test_another_address_keeps_the_history(secretary: Secretary) -> None:
    secretary.imports("nmb", ANA)
    change = ("member", "change", ANA, "--address", NEW, "--organisation", "Institute")
    dry = secretary.types(*change, "--dry-run").out.splitlines()
    assert [line.split() for line in dry[1:3]] == [["address", ANA, NEW], ["organisation", "—", "Institute"]]
    assert dry[-1] == "Nothing was changed."
    assert secretary.types(*change).out.splitlines()[-1] == f"Changed {NEW}."
    assert secretary.types("member", "change", NEW, "--organisation", "Institute").out == "Nothing to change.\n"
    result = secretary.types("member", "show", ANA)
    assert (result.code, f"it was the address of {NEW} before" in result.err) == (77, True)
    assert secretary.types("member", "show", NEW).out.splitlines()[-1].startswith(f"Had the address {ANA} until 20")
    history = secretary.types("member", "history", NEW, "--json").json
    assert [one.get("list") or one["former_address"] for one in history] == ["nmb", ANA]
    assert f"Had the address {ANA} until" in secretary.types("member", "history", NEW).out
    assert secretary.types("member", "find", ANA).out.splitlines()[1].split()[0] == NEW


def test_the_audit_trail_of_a_person_splits_no_address(secretary: Secretary) -> None:
    long = f"{'a' * 60}@{'b' * 40}.example"
    secretary.imports("nmb", long, *(f"reader{number}@x.example" for number in range(9)))
    assert secretary.types("member", "add", long, "cag", *WHY).code == 0
    out = secretary.types("audit", "--of", long).out
    assert out.count(long) == 2
    lines = out.splitlines()
    assert lines[0] == "time (UTC)        what"
    assert lines[1].endswith("  imported  nmb")
    assert [line.strip() for line in lines[-3:]][1:] == ["list: cag", "reason: asked by phone"]
    assert [line for line in lines if len(line) > 80 and long not in line] == []
    assert [entry["action"] for entry in secretary.types("audit", "--of", long, "--json").json] == ["imported", "added"]
    assert secretary.types("audit", "--since", "2100-01-01").out == "Nothing is recorded.\n"
    assert secretary.types("audit", "--since", "1h", "--json", "-n", "1").json[0]["action"] == "added"
    result = secretary.types("audit", "--of", "x")
    assert (result.code, "is neither an address nor an issue such as 1" in result.err) == (77, True)


def test_a_person_is_forgotten_and_no_import_brings_them_back(secretary: Secretary) -> None:
    assert secretary.types("member", "add", ANA, "nmb", *WHY, "--name", "Ana Berg").code == 0
    assert secretary.types("member", "forget", ANA).code == 64
    forget = ("member", "forget", ANA, "--reason", "asked by letter")
    dry = secretary.types(*forget, "--dry-run")
    assert dry.out == "Ana Berg, on nmb, would be forgotten. Nothing was changed.\n"
    assert secretary.types("member", "show", ANA).code == 0
    assert secretary.types(*forget, "--yes").out.startswith("Forgotten. ")
    assert secretary.types("member", "find", "berg").out.startswith("Nobody has “berg”")
    again = secretary.types("member", "add", ANA, "nmb", *WHY)
    assert (again.code, "asked to be forgotten: nothing was changed" in again.err) == (77, True)
    trail = secretary.types("audit", "--json").json
    (entry,) = [entry for entry in trail if entry["action"] == "forgotten"]
    assert entry["detail"]["reason"] == "asked by letter"
    assert ANA not in repr(entry)
    assert secretary.types("member", "add", ANA, "nmb", *WHY, "--bring-back").code == 0


def test_all_that_is_held_about_a_person_is_exported(secretary: Secretary, tmp_path) -> None:
    secretary.types("member", "add", ANA, "nmb", *WHY, "--name", "Ana Berg", "--until", "2099-12-31")
    whole = secretary.types("member", "export", ANA).json
    assert (whole["address"], whole["data"]["contacts"][0]["name"]) == (ANA, "Ana Berg")
    assert whole["data"]["memberships"][0]["until"] == "2099-12-31"
    secretary.types("member", "export", ANA, "--readable", "-o", str(tmp_path / "ana.txt"))
    assert "This is all that we hold about ana@nmb.example" in (tmp_path / "ana.txt").read_text()
    late = secretary.types("member", "add", ANA, "nmb", *WHY, "--until", "2020-01-01")
    assert (late.code, "2020-01-01 is over" in late.err) == (77, True)
    wrong = secretary.types("member", "add", ANA, "nmb", *WHY, "--until", "31.12.2027")
    assert (wrong.code, "“31.12.2027” is no day; write it as 2027-12-31" in wrong.err) == (64, True)
