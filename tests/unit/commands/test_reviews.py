"""``mailer review``."""

from __future__ import annotations

from tests.secretary import Secretary


def test_a_review_is_started_shown_and_cancelled(secretary: Secretary) -> None:
    secretary.imports("nmb", "ana@union.example", "bo@union.example")
    assert secretary.types("review", "status").out == "Nothing was reviewed yet: `mailer review start LIST`.\n"
    assert secretary.types("review", "start", "nmb", "--dry-run").out == "2 entries would be asked.\n"
    assert secretary.types("review", "start", "nmb").code == 64
    begun = secretary.types("review", "start", "nmb", "--yes", "--json").json
    assert (begun["entries"], begun["state"], begun["policy"]) == (2, "running", "flag")
    again = secretary.types("review", "start", "nmb", "--yes")
    assert (again.code, "is running since" in again.err) == (77, True)
    (stands,) = secretary.types("review", "status", "nmb", "--json").json
    assert (stands["entries"], stands["waiting"], stands["mails"]) == (2, 2, {"queued": 2})
    shown = secretary.types("review", "status", "nmb").out
    assert "nmb: running since" in shown and "The next step is due on" in shown
    entries = secretary.types("review", "show", "nmb", "--json").json
    assert [(one["number"], one["address"], one["state"]) for one in entries] == [
        (1, "ana@union.example", "asked"),
        (2, "bo@union.example", "asked"),
    ]
    assert "bo@union.example" in secretary.types("review", "show", "nmb").out
    assert secretary.types("review", "show", "nmb", "--open", "--json").json == []
    (one,) = secretary.types("review", "show", "nmb", "bo@union.example", "--json").json
    assert (one["number"], one["entry"]) == (2, "asked")
    assert secretary.types("review", "resume", "nmb").out == "Nothing of it was suspended.\n"
    assert "2 entries without an answer" in secretary.types("review", "end", "nmb", "--dry-run").out
    assert secretary.types("review", "cancel", "nmb", "--yes").out == "The review is cancelled.\n"
    assert secretary.types("review", "end", "nmb", "--yes").code == 77


def test_a_review_of_nobody_is_refused(secretary: Secretary) -> None:
    for key, words in (("nmb", "Nobody is on the list"), ("nowhere", "There is no list")):
        refused = secretary.types("review", "start", key, "--yes")
        assert (refused.code, words in refused.err) == (77, True)
    assert secretary.types("review", "show", "nmb").code == 77
