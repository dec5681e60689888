"""``mailer organisation`` and ``mailer member merge``, as the secretary types them."""

from __future__ import annotations

import pytest

from tests.secretary import Secretary

ANA, BO = "ana@harbours.example", "bo@harbours.example"
ADD = ("organisation", "add", "Union of Harbours")


def test_an_organisation_is_added_shown_changed_and_exported(secretary: Secretary, tmp_path) -> None:
    details = (
        "--kind",
        "labour union",
        "--country",
        "South Korea",
        "--languages",
        "ko, English",
        "--website",
        "h.example",
    )
    assert secretary.types(*ADD, ANA, BO, *details).out == "Union of Harbours has the number 1.\n"
    again = secretary.types(*ADD, "--country", "KR")
    assert (again.code, "There is an organisation Union of Harbours already (number 1)" in again.err) == (77, True)
    assert secretary.types("organisation", "ls").out.splitlines()[1].split() == [
        *("1", "Union", "of", "Harbours", "KR", "labour", "union", "—")
    ]
    edited = secretary.types("organisation", "edit", "union of HARBOURS", "--reach", "12 countries", "--confirmed")
    assert edited.out.splitlines()[-1] == "Changed Union of Harbours."
    shown = secretary.types("organisation", "show", "1").out
    assert "labour union, South Korea, Korean, English, https://h.example" in shown
    assert "Its network: 12 countries" in shown
    assert max(map(len, shown.splitlines())) <= 80
    found = secretary.types("organisation", "show", "harbour", "--json").json
    assert [(one["address"], one["rank"]) for one in found["contacts"]] == [(ANA, 1), (BO, 2)]
    assert "Never confirmed" not in shown
    secretary.types("organisation", "contacts", "1", BO, "--rank", "1")
    removed = secretary.types("organisation", "contacts", "1", ANA, "--remove").out.splitlines()
    assert (len(removed), BO in removed[-1]) == (3, True)
    rows = secretary.types("organisation", "export").out.splitlines()
    assert rows[0].startswith("number,organisation,kind,country,languages,website,reach,confirmed,address")
    assert rows[1].startswith("1,Union of Harbours,labour union,KR,ko en,https://h.example,12 countries,")
    secretary.types("organisation", "export", "--format", "vcard", "-o", str(tmp_path / "all.vcf"))
    assert (tmp_path / "all.vcf").read_text().count("BEGIN:VCARD") == 2


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("show", "7"), 77, "No organisation has the number 7"),
        (("show", "nobody"), 77, "There is no organisation “nobody”"),
        (("add", " "), 64, "The organisation needs a name."),
        (("add", "X", "piet"), 64, "'piet' is not an address"),
        (("add", "X", "--website", "no site"), 64, "“no site” is no web site"),
        (("add", "X", "--country", "Keyna"), 64, "did you mean “Kenya”?"),
        (("edit", "1"), 64, "Say what to change"),
        (("merge", "1"), 64, "Name both organisations"),
        (("contacts", "1", "--remove"), 64, "Name the address"),
    ],
)
def test_a_mistake_is_named_with_its_cure(
    secretary: Secretary, arguments: tuple[str, ...], code: int, words: str
) -> None:
    done = secretary.types("organisation", *arguments)
    assert (done.code, words in " ".join(done.err.split())) == (code, True)


def test_two_that_are_one_are_named_merged_and_parted(secretary: Secretary) -> None:
    secretary.types(*ADD, ANA)
    secretary.types("organisation", "add", "Harbours Union", BO, "--country", "KR")
    likely = secretary.types("organisation", "doubles").out
    assert "Union of Harbours (1)" in likely and "same words in the name" in likely
    dry = secretary.types("organisation", "merge", "1", "2", "--dry-run").out
    assert f"Contacts that follow: {BO}." in " ".join(dry.split()) and dry.endswith("Nothing was changed.\n")
    assert secretary.types("organisation", "merge", "1", "2", "--yes").code == 0
    assert secretary.types("organisation", "show", "harbours union", "--json").json["country"] == "KR"
    assert secretary.types("organisation", "merge", "1", "--undo").code == 0
    assert len(secretary.types("organisation", "ls", "--json").json) == 2


def test_two_contacts_who_are_one_are_named_merged_and_parted(secretary: Secretary) -> None:
    why = ("--reason", "a test", "--name", "Ana Berg")
    secretary.types("member", "add", ANA, "nmb", *why)
    secretary.types("member", "add", "a.berg@harbours.example", "d-liaison", *why, "--country", "Kenya")
    likely = secretary.types("member", "doubles", "--json").json
    assert likely == [{"one": ANA, "other": "a.berg@harbours.example", "why": "similar name at the same domain"}]
    merging = ("member", "merge", ANA, "a.berg@harbours.example")
    dry = secretary.types(*merging, "--dry-run").out
    assert "Lists that come along: d-liaison." in dry and "KE" in dry
    assert secretary.types(*merging, "--yes").code == 0
    shown = secretary.types("member", "show", ANA, "--json").json
    assert [one["list"] for one in shown["lists"]] == ["d-liaison", "nmb"]
    assert shown["former_addresses"][0]["address"] == "a.berg@harbours.example"
    gone = secretary.types("member", "show", "a.berg@harbours.example")
    assert (gone.code, f"it was the address of {ANA} before" in gone.err) == (77, True)
    history = secretary.types("member", "history", ANA).out
    assert history.count("d-liaison") == 3
    assert secretary.types("member", "merge", ANA, "--undo").code == 0
    back = secretary.types("member", "show", "a.berg@harbours.example", "--json").json
    assert [one["standing"] for one in back["lists"]] == ["removed", "active"] or back["receives"]
    assert secretary.types("member", "merge", ANA, "--undo").code == 77


def test_kinds_countries_and_languages_are_read_alike_in_commands_and_files(secretary: Secretary) -> None:
    secretary.types("organisation", "add", "Kenya Bureau", "--kind", "NMB", "--country", "Kenya")
    assert "national member body, Kenya" in secretary.types("organisation", "show", "kenya").out
    secretary.types(
        *("events", "add", "--title", "A seminar", "--starts", "2027-05-03"),
        *("--country", "Japan", "--languages", "French, en"),
    )
    (event,) = secretary.types("events", "ls", "--country", "jp", "--json").json
    assert (event["country"], event["languages"]) == ("JP", "fr,en")
    assert "not one that we know" in secretary.types("events", "edit", "1", "--languages", "Nolanguage").err
