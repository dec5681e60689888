"""The greeting and label of a contact, and what a token to leave covers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.model.lists import Contact, Departure, Details, ListKind, ListRules, Scope, ScopeKind, departure
from mailer.model.publications import Publication


@pytest.mark.parametrize(
    ("details", "greeting", "label"),
    [
        (Details(name="Anna Kim"), "Dear Anna Kim,", "Anna Kim"),
        (Details(organisation="The Union"), "Dear The Union,", "anna@union.example"),
        (Details(name="Anna Kim", organisation="The Union"), "Dear Anna Kim,", "Anna Kim"),
        (Details(), "Dear reader,", "anna@union.example"),
        (Details(name="{{7*7}}"), "Dear {{7*7}},", "{{7*7}}"),
    ],
)
def test_greeting_and_label(details: Details, greeting: str, label: str) -> None:
    contact = Contact(1, "anna@union.example", details)
    assert (contact.greeting, contact.label) == (greeting, label)


def publication(key: str, *lists: str) -> Publication:
    return Publication(key, key.title(), f"{key}.x.example", lists, 4, key, (), "")


LISTS = {
    key: ListRules(key, key.title(), kind, kind.can_be_left)
    for key, kind in {
        "unions": ListKind.READERS,
        "press": ListKind.READERS,
        "members": ListKind.MEMBERS,
        "forum": ListKind.DISCUSSION,
        "board": ListKind.BOARD,
    }.items()
}
PUBLICATIONS = {
    made.key: made
    for made in (
        publication("news", "unions", "press", "board"),
        publication("letter", "unions", "members"),
    )
}


@pytest.mark.parametrize(
    ("scope", "member_of", "opted_out", "publications", "lists"),
    [
        ("publication news", "press", "", "news", "press"),
        ("publication news", "unions", "", "news", ""),
        ("publication news", "unions press members", "", "news", "press"),
        ("publication news", "unions press", "letter", "news", "unions press"),
        ("publication news", "board", "", "news", ""),
        ("publication news", "board press", "", "news", "press"),
        ("publication news", "", "", "news", ""),
        ("publication news", "", "news", "", ""),
        ("publication news", "unions board", "news", "", ""),
        ("publication letter", "members forum", "", "letter", "members"),
        ("publication gone", "unions press", "", "", ""),
        ("list press", "press", "", "news", "press"),
        ("list press", "press unions board", "", "news", "press"),
        ("list unions", "press unions members board", "", "news letter", "unions press members"),
        ("list press", "unions", "", "news", ""),
        ("list press", "press", "news", "news", "press"),
        ("list press", "", "news", "", ""),
        ("list forum", "forum press", "", "", "forum"),
        ("list board", "board press", "", "", ""),
        ("list gone", "press", "", "", ""),
        ("", "press forum", "", "news", "press forum"),
        ("", "board unions", "", "news letter", "unions"),
        ("", "board", "", "news", ""),
        ("", "board", "news", "", ""),
        ("", "", "", "", ""),
    ],
)
def test_the_lists_and_publications_that_somebody_leaves(
    scope: str, member_of: str, opted_out: str, publications: str, lists: str
) -> None:
    kind, _, key = scope.partition(" ")
    chosen = Scope(ScopeKind(kind), key) if scope else None
    found = departure(chosen, member_of.split(), opted_out.split(), LISTS, PUBLICATIONS)
    assert found == Departure(tuple(publications.split()), tuple(lists.split()))


names = st.sets(st.sampled_from(sorted(LISTS)))


@given(names, names, names, st.sets(st.sampled_from(["news", "letter"])), st.sampled_from(["news", "letter"]))
def test_B12_a_reader_who_leaves_a_publication_still_gets_all_others(
    of_news: set[str], of_letter: set[str], member_of: set[str], opted_out: set[str], left: str
) -> None:
    sent = {"news": publication("news", *of_news), "letter": publication("letter", *of_letter)}
    found = departure(Scope(ScopeKind.PUBLICATION, left), member_of, opted_out, LISTS, sent)

    def received(on: set[str], out: set[str]) -> set[str]:
        return {made.key for made in sent.values() if set(made.lists) & on} - out

    before, out = received(member_of, opted_out), opted_out | set(found.publications)
    assert received(member_of - set(found.lists), out) == before - {left}
    assert received(set(LISTS), out) == received(set(LISTS), opted_out) - {left}
    again = departure(Scope(ScopeKind.PUBLICATION, left), member_of - set(found.lists), out, LISTS, sent)
    assert again == Departure()
