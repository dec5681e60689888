"""The record: a hash chain that verifies after erasures, and in which every change is found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.errors import Refused
from mailer.model.audit import (
    NO_ENTRY,
    START,
    Chain,
    Content,
    Head,
    Proven,
    Restore,
    Sealed,
    canonical,
    check_head,
    fields_about,
    link_of,
    parse_head,
    seal,
)
from tests.fakes import NOON

ANNA, BO = "Anna@x.example", "bo@x.example"
texts = st.one_of(st.sampled_from([ANNA, BO, "approve", "", "é\ud800\x00"]), st.text(max_size=5))
scalars = st.one_of(texts, st.integers(), st.booleans(), st.none())
details = st.dictionaries(
    st.sampled_from(["member", "choice", "added", "counts", "comment"]),
    st.one_of(scalars, st.lists(scalars, max_size=3), st.dictionaries(st.integers(0, 20), st.integers(), max_size=3)),
)
rows = st.dictionaries(
    st.sampled_from(["votes 1", "votes 2"]), st.fixed_dictionaries({"choice": scalars, "comment": texts}), max_size=1
)
contents = st.builds(Content, texts, texts, texts, details, rows)
chains = st.lists(contents, min_size=1, max_size=4)


def chained(contents: Sequence[Content]) -> list[Sealed]:
    made: list[Sealed] = []
    link = START
    for number, content in enumerate(contents, 1):
        seals, at = seal(content), NOON + timedelta(microseconds=number)
        link = link_of(link, number, at, "voted", seals)
        made.append(Sealed(number, at, "voted", content, seals, link))
    return made


def proven(entries: Sequence[Sealed], rows: Any = None) -> Proven:
    chain = Chain()
    recorded: dict[str, dict[str, object]] = {}
    for entry in entries:
        chain.take(entry)
        for row, columns in entry.content.rows.items():
            recorded.setdefault(row, {}).update(columns)
    return chain.end(recorded if rows is None else rows)


def erased(entry: Sealed, names: Sequence[str]) -> Sealed:
    seals = {name: [None if name in names else salt, digest] for name, (salt, digest) in entry.seals.items()}
    return replace(entry, content=entry.content.without(names), seals=seals)


@given(chains, st.data())
def test_any_entries_verify_after_any_erasures(contents: list[Content], data: st.DataObject) -> None:
    contents = [replace(content, rows={}) for content in contents]
    entries = [
        erased(entry, data.draw(st.lists(st.sampled_from(list(entry.seals)), unique=True)))
        for entry in chained(contents)
    ]
    found = proven(entries)
    assert (found.faults, found.head) == ([], Head(len(entries), entries[-1].link))
    assert found.erased == sum(len(entry.erased) for entry in entries)


@given(chains, st.data())
def test_any_change_is_found(contents: list[Content], data: st.DataObject) -> None:
    entries = chained([replace(content, rows={}) for content in contents])
    place = data.draw(st.integers(0, len(entries) - 1))
    entry = entries[place]
    name = data.draw(st.sampled_from(list(entry.seals)))
    salt, digest = entry.seals[name]
    assert salt is not None and digest is not None
    changes = [
        replace(entry, number=entry.number + 1),
        replace(entry, at=entry.at + timedelta(microseconds=1)),
        replace(entry, action="objected"),
        replace(entry, content=replace(entry.content, actor=f"{entry.content.actor}x")),
        replace(entry, content=replace(entry.content, detail={**entry.content.detail, "more": 1})),
        replace(entry, content=replace(entry.content, rows={"votes 9": {"choice": "approve"}})),
        replace(entry, seals={**entry.seals, name: [flipped(salt), digest]}),
        replace(entry, seals={**entry.seals, name: [salt, flipped(digest)]}),
        replace(entry, seals={**entry.seals, name: [None, digest]} if entry.content.fields[name] != "null" else {}),
        replace(entry, seals={one: entry.seals[one] for one in entry.seals if one != name}),
        replace(entry, link=flipped(entry.link)),
    ]
    entries[place] = data.draw(st.sampled_from(changes))
    assert proven(entries).faults[0].number <= entry.number + 1
    del entries[place]
    if place < len(entries):
        assert proven(entries).faults[0].words == f"entry {place + 1} is missing before it"


def flipped(digits: str) -> str:
    return ("1" if digits[0] == "0" else "0") + digits[1:]


VOTE = {"votes 1": {"choice": "approve", "comment": "Fine"}}


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        ({"votes 1": {"choice": "object", "comment": "Fine"}}, 'choice of votes 1 is "object"; it recorded "approve"'),
        ({**VOTE, "votes 2": {"choice": "approve"}}, "votes 2 is in the store, and no entry recorded it"),
        ({}, "votes 1, which it recorded, is not in the store any more"),
    ],
)
def test_a_row_that_was_changed_added_or_deleted_is_found(rows: Any, fault: str) -> None:
    entries = chained([Content(ANNA, "mail 1", "update 1", {}, VOTE)])
    assert proven(entries, VOTE).faults == []
    assert [one.words for one in proven(entries, rows).faults] == [fault]


def test_what_a_member_chose_cannot_be_erased() -> None:
    (entry,) = chained([Content(ANNA, "mail 1", "update 1", {}, VOTE)])
    gone = erased(entry, ["rows/votes 1/choice", "rows/votes 1/comment"])
    rows = {"votes 1": {"choice": "object", "comment": ""}}
    assert [one.words for one in proven([gone], rows).faults] == [
        "“rows/votes 1/choice” was erased, and nothing may erase it"
    ]
    assert fields_about(Content(ANNA, "", "", {}, {"votes 1": {"choice": ANNA}}), [ANNA], ["votes 1"]) == ["actor"]


def test_a_vote_cannot_be_recorded_anew_and_a_ballot_can_end() -> None:
    other = {"votes 1": {"choice": "object", "comment": "Fine"}}
    again = chained([Content(ANNA, "", "", {}, VOTE), Content(ANNA, "", "", {}, other)])
    assert [fault.words for fault in proven(again, other).faults] == [
        "it changes choice of votes 1, which entry 1 had fixed"
    ]
    ballot = [Content("", "", "", {}, {"ballots 1": {"outcome": outcome}}) for outcome in ("open", "granted")]
    assert proven(chained(ballot)).is_whole


def test_what_an_entry_says_of_a_person_and_no_more_is_erased() -> None:
    def about(theirs: Sequence[str] = (), **parts: Any) -> list[str]:
        content = Content(**{"actor": BO, "cause": "mail 1", "subject": "update 1", "detail": {}, **parts})
        return fields_about(content, [ANNA, ANNA.lower()], theirs)

    assert about(actor=ANNA, detail={"choice": "approve", "comment": "Fine", "late": False}) == [
        "actor",
        "detail/comment",
    ]
    assert about(detail={"member": ANNA.upper(), "comment": "Fine"}) == ["detail/member", "detail/comment"]
    assert about(detail={"added": [BO, ANNA], "reason": "asked"}) == ["detail/added/1"]
    assert about(detail={"reason": f"{ANNA} is gone"}, cause=f"command {ANNA}") == ["cause", "detail/reason"]
    assert about(detail={"was": [ANNA], "comment": "mine"}) == ["detail/was/0"]
    carried = {"votes 1": {"choice": "approve", "comment": "Fine"}, "votes 2": {"choice": "object", "comment": "No"}}
    assert about(["votes 2"], rows=carried) == ["rows/votes 2/comment"]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1204:3f2a9c81d4e5f607", 1204),
        ("1204:3f2a 9c81 d4e5 f607 1b2c", 1204),
        ("Record: entry 1,204, 3f2a 9c81 d4e5 f607", 1204),
        ("entrée 1\u202f204, 3F2A 9C81 D4E5 F607.", 1204),
        ("12, 1234 9c81 d4e5 f607", 12),
        ("1.204.311: 1234 9c81 d4e5 f607", 1204311),
    ],
)
def test_a_head_is_read_as_mails_show_it(text: str, number: int) -> None:
    head = parse_head(text)
    assert head.number == number
    assert head.link.startswith(("3f2a9c81d4e5f607", "12349c81d4e5f607"))


@pytest.mark.parametrize(("text", "words"), [("x", "is no head"), ("", "is no head"), ("12:3f2a", "from 16 to 64")])
def test_a_head_that_proves_nothing_is_refused(text: str, words: str) -> None:
    with pytest.raises(Refused, match=words):
        parse_head(text)


def test_a_head_is_shown_as_it_is_read() -> None:
    head = Head(1204, "3f2a9c81d4e5f6071b2c" + "0" * 44)
    assert head.short == "1204:3f2a9c81d4e5f6071b2c"
    assert parse_head(f"entry {head.number:,}, {head.groups}") == parse_head(head.short)
    assert NO_ENTRY.values == {"record_number": 0, "record_link": ""}


@pytest.mark.parametrize(
    ("link", "restores", "words"),
    [
        ("3f2a" * 16, [], "Entry 12 has this link."),
        ("3f2b" * 16, [], "Entry 12 has another link: the record was rewritten at or before it."),
        (None, [], "Entries after 10 are missing: the mail names entry 12."),
        (
            "3f2b" * 16,
            [Restore(9, "2026-11-27", "")],
            "Entries after 8 are missing: the store was restored from a backup on 2026-11-27, and what was recorded "
            "between backup and restore is gone.",
        ),
        (
            None,
            [Restore(9, "2026-11-27", "12:" + "3f2a" * 5)],
            "Entries after 8 are missing: the store was restored from a backup on 2026-11-27, and what was recorded "
            "between backup and restore is gone. The store that it replaced ended with this entry 12.",
        ),
    ],
)
def test_what_is_said_of_a_head_from_a_mail(link: str | None, restores: list[Restore], words: str) -> None:
    checked = check_head(Head(12, "3f2a" * 5), link, Head(10, "0" * 64), restores)
    assert (checked.words, checked.found) == (words, link == "3f2a" * 16)


def test_the_canonical_text_of_a_value() -> None:
    assert canonical({10: "é", 9: [1, None, True]}) == '{"10":"\\u00e9","9":[1,null,true]}'
    assert canonical("a\x00\ud83d\ude00\x7f/") == '"a\\u0000\\ud83d\\ude00\\u007f/"'
