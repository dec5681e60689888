"""The criteria as documents: they say everything that the rules say, are stored, and are compared clause by clause."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from mailer.errors import Refused
from mailer.model.approvals import Outcome
from mailer.model.criteria import (
    Clause,
    CriteriaRules,
    Document,
    Items,
    Kind,
    Paragraph,
    Table,
    Version,
    alternatives,
    block_numbers,
    clause_numbers,
    restored,
    series,
    stored,
)
from mailer.model.criteria_changes import Change, Run, compared, unmarked, words_marked
from mailer.model.criteria_versions import DOCUMENTS, Standing
from mailer.model.disclosure_criteria import DOCUMENTS as KINDS
from mailer.model.disclosure_criteria import disclosure_criteria
from mailer.model.feedback import DigestPeriod
from mailer.model.feedback import Route as Rule
from mailer.model.feedback_criteria import feedback_criteria
from mailer.model.policies import Keywords, Policy, Voters, Voting, WithoutQuorum
from mailer.model.rules import Rules
from mailer.model.working_days import Calendar, Span
from tests.flows.environment import configured

RULES = configured().rules
POLICY = Policy(key="disclosure", title="Information that goes out", documents=("issue",), board="cag", rule="majority")


def with_policy(**changes: Any) -> Rules:
    return replace(RULES, policies={"disclosure": replace(POLICY, **changes)})


def words(document: Document) -> str:
    """All that the document says, in English."""
    return json.dumps(stored_words(stored(document)), ensure_ascii=False)


def stored_words(value: object) -> object:
    match value:
        case {"is": "phrase", "message": message, "plural": plural, "values": values}:
            return str(restored({"is": "phrase", "message": message, "plural": plural, "values": values}))
        case dict():
            return [stored_words(one) for one in value.values()]
        case list():
            return [stored_words(one) for one in value]
    return value


def clause(document: Document, key: str) -> str:
    (found,) = [one for one in document.clauses if one.key == key]
    return words(replace(document, title="", group="", reference="", status="", secretariat="", clauses=(found,)))


# --- The document says everything ---

SPANS = [Span(1), Span(2), Span(1, working=True), Span(12, working=True)]
VALUES: Mapping[str, list[Any]] = {
    "title": ["Press", "What goes out"],
    "documents": [("issue",), ("press",), ("issue", "press"), tuple(KINDS)],
    "publications": [(), ("update",), ("member-update",), ("update", "member-update")],
    "board": ["cag", "nmb"],
    "in_force": ["", "interim until the next plenary", "since 2026"],
    "rule": ["unanimous", "majority", "no-objection", "2/3", "3/4", "1", "2", "5"],
    "voters": list(Voters),
    "minimum_votes": [0, 1, 2, 9],
    "objection_blocks": [False, True],
    "deadline": SPANS,
    "reminders": [(), *((span,) for span in SPANS), (Span(2), Span(1))],
    "authors_vote": [False, True],
    "without_quorum": list(WithoutQuorum),
    "extension": SPANS,
    "escalate_to": ["cag", "nmb"],
    "by_hand": [False, True],
    "substitutes": [{}, {"ana@cag.example": "x@cag.example"}, {"bo@cag.example": "x@cag.example"}],
}
MATTERS = {
    "extension": {"without_quorum": WithoutQuorum.EXTEND},
    "escalate_to": {"without_quorum": WithoutQuorum.ESCALATE},
}
"""What must be so for a value to make a difference to anybody."""


def test_every_value_of_a_policy_is_tried() -> None:
    assert {*VALUES, "key"} == {field.name for field in fields(Policy)}


@pytest.mark.parametrize("name", VALUES)
def test_each_value_of_a_policy_appears_in_words(name: str) -> None:
    made = [with_policy(**{"escalate_to": "nmb", **MATTERS.get(name, {}), name: value}) for value in VALUES[name]]
    assert len({words(disclosure_criteria(rules)) for rules in made}) == len(made)
    assert len({clause(disclosure_criteria(rules), "policy-disclosure") for rules in made}) == len(made)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"rule": "unanimous"}, "It is granted when every member approves."),
        ({"rule": "majority"}, "It is granted when more than half of the members approve."),
        ({"rule": "2/3"}, "It is granted when 2/3 of the members approve."),
        ({"rule": "3"}, "It is granted when 3 members approve."),
        ({"rule": "no-objection"}, "It is granted at the deadline if no member objects."),
        ({"rule": "no-objection"}, "Silence is consent, at the deadline and not before, and only of members whom"),
        ({}, "Silence is no consent: a member who does not answer has not approved."),
        ({}, "One objection stops it, however many approve."),
        ({"objection_blocks": False}, "An objection is a vote against: it can be outvoted"),
        ({"minimum_votes": 4}, "At least 4 members must vote; to abstain is to vote."),
        ({"deadline": Span(5, working=True)}, "Members have 5 working days to vote"),
        ({"reminders": (Span(2), Span(1))}, "are reminded 2 days and 1 day before the deadline."),
        ({"without_quorum": WithoutQuorum.EXTEND}, "it is extended once, by 3 working days."),
        ({"without_quorum": WithoutQuorum.ESCALATE, "escalate_to": "nmb"}, "is asked."),
        ({"authors_vote": True}, "Members vote on text of their own, too."),
        ({"by_hand": True}, "The secretary may enter a vote that came by another way"),
        ({"in_force": "interim until the next plenary"}, "Its status is: interim until the next plenary."),
        ({"substitutes": {"ana@cag.example": "x@cag.example"}}, '["ana@cag.example", "x@cag.example"]'),
        ({"documents": tuple(KINDS)}, "This policy applies to documents of every kind."),
        ({"publications": ("update",)}, "This policy applies to issues of a publication, of ISO/SR Update."),
    ],
)
def test_a_policy_is_said_in_sentences(changes: dict[str, Any], sentence: str) -> None:
    assert sentence in clause(disclosure_criteria(with_policy(**changes)), "policy-disclosure")


def test_the_table_names_the_policy_of_each_kind_of_document() -> None:
    press = replace(POLICY, key="press", title="Press", documents=("press",), board="nmb", rule="no-objection")
    update = replace(POLICY, key="update", title="Updates", publications=("update",), rule="2")
    policies = {"press": press, "update": update, "disclosure": POLICY}
    (consent,) = [one for one in disclosure_criteria(replace(RULES, policies=policies)).clauses if one.key == "consent"]
    (table,) = [block for block in consent.blocks if isinstance(block, Table)]
    cag, nmb = RULES.lists["cag"].title, RULES.lists["nmb"].title
    assert table.rows[:3] == (
        ("issues of a publication: ISO/SR Update", cag, "2 members approve", "7 days", "5.3"),
        (
            f"issues of a publication: {RULES.publications['member-update'].title}",
            cag,
            "more than half approve",
            "7 days",
            "5.4",
        ),
        ("editions of an issue in other languages", "nobody", "not disclosed", "—", "—"),
    )
    assert ("press items", nmb, "nobody objects", "7 days", "5.2") in table.rows


def test_the_words_of_votes_the_banners_and_the_challenge_are_said() -> None:
    voting = Voting(
        {"fr": Keywords(("OUI", "D'ACCORD"), ("NON",), ("BLANC",))}, challenge=False, banners=("[FROM AFAR]",)
    )
    said = clause(disclosure_criteria(replace(RULES, voting=voting)), "votes")
    for words_said in (
        "OUI or D'ACCORD to approve, NON to object, BLANC to abstain",
        "“[FROM AFAR]”",
        "is told why and what helps",
    ):
        assert words_said in said
    assert "asks at the member's enrolled address" in clause(disclosure_criteria(RULES), "votes")


def test_the_calendar_is_said() -> None:
    calendar = Calendar(timezone(timedelta(hours=2), "Bangkok"), frozenset({0, 5}))
    criteria = CriteriaRules(country="DE-BY", holidays=("2026-12-24",))
    said = clause(disclosure_criteria(replace(RULES, calendar=calendar, criteria=criteria)), "absences")
    assert "Times are those of Bangkok." in said
    assert "Working days are Monday and Saturday, without the public holidays of DE (BY) and 2026-12-24." in said


def test_each_value_of_the_feedback_rules_appears_in_words() -> None:
    route = Rule(
        lists=("nmb",),
        countries=("SE", "NO"),
        words=("subscription",),
        to=("secretary", "x@cag.example"),
        through="nmb",
        tags=("members",),
    )
    rules = replace(RULES.feedback, routes=(route, replace(route, with_name=True)))
    said = words(feedback_criteria(replace(RULES, feedback=rules)))
    nmb = RULES.lists["nmb"].title
    for part in (
        f"from members of {nmb}, from SE or NO and that says “subscription”",
        "the secretary and x@cag.example",
        f"the member of “{nmb}” from the asker's country",
        "By route 1 the member body gets the asker's words without name",
        "By route 2 the member body is told who wrote.",
        "You may pass on my name",
        "members",
        "An answer is to be expected within 7 days.",
        "Every Monday at 8:00",
        "up to 7 MB attached",
        "The asker gets one receipt",
    ):
        assert part in said
    changed = [
        replace(rules, receipt=False),
        replace(rules, expect=timedelta(days=3)),
        replace(rules, digest=DigestPeriod.DAILY),
        replace(rules, digest=DigestPeriod.NEVER),
        replace(rules, digest_hour=9),
        replace(rules, attach_bytes=1_000_000),
    ]
    assert len({words(feedback_criteria(replace(RULES, feedback=one))) for one in (rules, *changed)}) == 1 + len(
        changed
    )


# --- Stored, and numbered ---


@pytest.mark.parametrize("kind", Kind)
def test_a_document_is_stored_as_json_and_restored(kind: Kind) -> None:
    rules = replace(RULES, criteria=CriteriaRules(country="FR", holidays=("2026-12-24",)))
    document = DOCUMENTS[kind](rules)
    again = restored(json.loads(json.dumps(stored(document))))
    assert (again, again.digest, stored(again)) == (document, document.digest, stored(document))


def test_clauses_and_blocks_are_numbered() -> None:
    table = Table("t", ("a",), (("b",),))
    clauses = (
        Clause("a", "A", (Paragraph("x"), Items(("y",)), table, Paragraph("z"))),
        Clause("b", "B", ()),
        Clause("c", "C", (Paragraph("x"),), level=2),
        Clause("d", "D", (table,), level=2),
        Clause("e", "E", (), annex=True),
    )
    assert list(clause_numbers(clauses)) == ["1", "2", "2.1", "2.2", "A"]
    assert block_numbers(clauses) == [["1.1", "", "1", "1.2"], [], ["2.1.1"], ["2"], []]


def test_the_clauses_that_the_text_names_are_those() -> None:
    document = disclosure_criteria(RULES)
    numbers = dict(zip((one.key for one in document.clauses), clause_numbers(document.clauses), strict=True))
    assert (numbers["policies"], numbers["policy-disclosure"], numbers["annex-route"]) == ("5", "5.3", "A")
    assert "the first one of clause 5 holds" in clause(document, "consent")
    assert "grants it by clause 5.3" in clause(document, "changes")


def test_series_are_phrases() -> None:
    assert [series(items) for items in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == ["", "a", "a and b", "a, b and c"]
    assert alternatives(["a", "b", "c"]) == "a, b or c"


# --- Compared ---


def document(*clauses: Clause) -> Document:
    return Document("Title", "Group", "C 1", "Interim", "s@x.example", clauses)


def changes(old: Document, new: Document) -> dict[str, Change]:
    return {one.key: one.change for one in compared(old, new)}


def test_clauses_are_compared_by_their_keys_in_their_order() -> None:
    a, b, c, d = (Clause(key, key.upper(), (Paragraph(f"All about {key}."),)) for key in "abcd")
    old, new = document(a, b, c), document(a, replace(c, blocks=(Paragraph("All about it."),)), d)
    assert list(changes(old, new).items()) == [
        ("a", Change.SAME),
        ("b", Change.REMOVED),
        ("c", Change.CHANGED),
        ("d", Change.ADDED),
    ]
    assert [one.number for one in compared(old, new)] == ["1", "2", "2", "3"]
    assert changes(new, new) == dict.fromkeys("acd", Change.SAME) == {one.key: one.change for one in unmarked(new)}


def test_the_words_that_differ_are_marked() -> None:
    assert words_marked("within 7 days, or more", "within 5 working days, or more") == (
        Run(Change.SAME, "within "),
        Run(Change.REMOVED, "7"),
        Run(Change.ADDED, "5 working"),
        Run(Change.SAME, " days, or more"),
    )
    assert words_marked("", "new") == (Run(Change.ADDED, "new"),)


def test_paragraphs_items_and_rows_are_compared_with_those_that_they_come_from() -> None:
    first = Clause(
        "a",
        "A",
        (
            Paragraph("Members have 7 days to vote."),
            Paragraph("No member has a substitute."),
            Items(("one thing;", "another thing.")),
            Table("Words", ("Language", "Word"), (("English", "YES"), ("French", "OUI"))),
        ),
    )
    second = replace(
        first,
        blocks=(
            Paragraph("Something quite different comes first now, and it is long."),
            Paragraph("Members have 9 days to vote."),
            Items(("another thing.",)),
            Table("Words", ("Language", "Word"), (("English", "AYE"), ("Spanish", "SÍ"))),
        ),
    )
    (clause,) = compared(document(first), document(second))
    assert [(block.kind, block.number, block.change) for block in clause.blocks] == [
        ("paragraph", "1.1", Change.ADDED),
        ("paragraph", "1.2", Change.CHANGED),
        ("paragraph", "", Change.REMOVED),
        ("items", "", Change.CHANGED),
        ("table", "1", Change.CHANGED),
    ]
    texts = [["".join(run.text for run in cell) for cell in row] for row in clause.blocks[-1].rows]
    assert texts == [["English", "YESAYE"], ["French", "OUI"], ["Spanish", "SÍ"]]


def test_a_change_of_the_rules_changes_the_clauses_that_say_it() -> None:
    old, new = (disclosure_criteria(with_policy(deadline=span)) for span in (Span(7), Span(5, working=True)))
    assert {key for key, change in changes(old, new).items() if change is not Change.SAME} == {
        "consent",
        "policy-disclosure",
        "annex-route",
    }


# --- Versions ---

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)
PROPOSED = disclosure_criteria(RULES)
OTHER = disclosure_criteria(with_policy(rule="2/3"))


def version(number: int, proposed: Document, outcome: Outcome, adopted: datetime | None = None) -> Version:
    return Version(number, Kind.DISCLOSURE, number, "en", proposed, "0" * 64, NOON, 0, adopted, outcome)


@pytest.mark.parametrize(
    ("versions", "in_force", "asked", "differs", "needs", "refusal"),
    [
        ([], None, None, False, False, ""),
        ([version(1, OTHER, Outcome.OPEN)], None, 1, False, False, ""),
        ([version(1, PROPOSED, Outcome.OPEN)], None, 1, False, False, "The board is being asked about just this"),
        ([version(1, PROPOSED, Outcome.GRANTED, NOON)], 1, None, False, False, "Version 1 is in force and says just"),
        ([version(1, OTHER, Outcome.GRANTED, NOON)], 1, None, True, True, ""),
        (
            [version(1, OTHER, Outcome.GRANTED, NOON), version(2, PROPOSED, Outcome.OPEN)],
            *(1, 2, True, False, "The board is being asked about just this"),
        ),
        ([version(1, OTHER, Outcome.GRANTED, NOON), version(2, PROPOSED, Outcome.OBJECTED)], 1, None, True, True, ""),
        (
            [version(1, OTHER, Outcome.GRANTED, NOON), version(2, PROPOSED, Outcome.GRANTED, NOON + timedelta(1))],
            *(2, None, False, False, "Version 2 is in force and says just"),
        ),
    ],
)
def test_how_the_criteria_stand(
    versions: list[Version], in_force: int | None, asked: int | None, differs: bool, needs: bool, refusal: str
) -> None:
    now = Standing.of(RULES, Kind.DISCLOSURE, versions)
    numbers = tuple(one.number if one else None for one in (now.in_force, now.asked))
    assert (*numbers, now.differs, now.needs_a_ballot) == (in_force, asked, differs, needs)
    if refusal:
        with pytest.raises(Refused, match=refusal):
            now.require_news()
    else:
        now.require_news()
