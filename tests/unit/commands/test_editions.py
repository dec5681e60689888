"""``mailer issue translate``, and editions in ``mailer issue show`` and ``mailer send``."""

from __future__ import annotations

from tests.secretary import Secretary

BOARD = ("ana@cag.example", "bo@cag.example", "cleo@cag.example")


def test_the_secretary_sees_who_translates_what_and_asks_somebody(secretary: Secretary) -> None:
    secretary.imports("cag", *BOARD)
    secretary.imports("nmb", "anne@nmb.example")
    secretary.writes()
    assert secretary.types("issue", "translate", "1").code == 77
    secretary.grants()
    none = secretary.types("issue", "translate", "1")
    assert none.out.startswith("Nobody translates it. Ask somebody: `mailer issue translate 1 LANGUAGE --ask ADDRESS`.")
    refused = secretary.types("issue", "translate", "1", "fr", "--ask", "ana@cag.example")
    assert (refused.code, "is on no list that gets ISO/SR Update" in refused.err) == (77, True)
    asked = secretary.types("issue", "translate", "1", "French", "--ask", "anne@nmb.example", "--form", "odt")
    assert asked.out.startswith("anne@nmb.example gets issue 1 to translate into “fr”; they are reminded on ")
    (row,) = secretary.types("issue", "translate", "1", "--json").json
    assert (row["language"], row["address"], row["state"], row["form"]) == ("fr", "anne@nmb.example", "asked", "odt")
    assert "fr: asked, translated by anne@nmb.example, 0 of " in secretary.types("issue", "show", "1").out
    (shown,) = secretary.types("issue", "show", "1", "--json").json["editions"]
    assert shown == row
    again = secretary.types("issue", "translate", "1", "fr", "--ask", "anne@nmb.example")
    assert (again.code, "has the translation into “fr”: it is asked" in again.err) == (77, True)
    for option, said in (
        ("--submit", "its translator has to agree first"),
        ("--proof", "The translation is not whole"),
    ):
        assert said in secretary.types("issue", "translate", "1", "fr", option).err
    assert "There is no proof" in secretary.types("issue", "show", "1", "--edition", "fr", "--out", "look").err
    assert "the edition goes out with it" in secretary.types("send", "1", "--edition", "fr", "--yes").err
    ended = secretary.types("issue", "translate", "1", "fr", "--withdraw")
    assert ended.out == "The translation into “fr” by anne@nmb.example is given up; they are told.\n"


def test_what_is_typed_wrongly_is_said(secretary: Secretary) -> None:
    secretary.writes()
    for arguments, said in (
        (("1", "--ask", "a@x.example"), "--ask is about one language: name it, such as fr."),
        (("1", "fr", "--submit", "--withdraw"), "--withdraw and --submit are two things"),
        (("1", "klingonish"), "is not one that we know"),
    ):
        result = secretary.types("issue", "translate", *arguments)
        assert (result.code, said in result.err) == (64, True), result.err
