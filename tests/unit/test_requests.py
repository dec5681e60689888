"""The table of requests, and how ``mailer explain`` uses it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from mailer.adapters import data
from mailer.adapters.catalogues import Catalogues
from mailer.explain import explain
from mailer.inbound import intents
from mailer.inbound.answers import Answer, read_answer
from mailer.inbound.intents import Intent
from mailer.inbound.words.commands import COMMANDS, WITH_ARGUMENT
from mailer.inbound.words.courtesy import CLASSES
from mailer.model.commands import told
from mailer.model.inbound import MailKind
from mailer.model.outbox import Fate
from mailer.model.reports import Reported, Why
from mailer.requests import REQUESTS, Needs, Request, request_for
from mailer.tokens import Purpose
from tests.unit.inbound.mails import (
    BOUNCE,
    KEY,
    LEAVE,
    LEAVE_EVERYTHING,
    OFFICE,
    RECEIVED,
    VOTE,
    intent,
    mail,
    raw,
    sample,
    to,
)

INTENTS = [
    one for one in vars(intents).values() if isinstance(one, type) and issubclass(one, Intent) and one is not Intent
]
WORDS = [(row, tag) for row in REQUESTS for tag in COMMANDS.get(row.command, ()) if row.command not in WITH_ARGUMENT]
OF_DELIVERIES = {Purpose.BOUNCE, Purpose.SHARED}
"""Tokens that name a delivery in reports of it; nobody asks for anything by them."""

ROWS = pytest.mark.parametrize("row", REQUESTS, ids=lambda row: row.intent.__name__)


def test_every_intent_has_exactly_one_row() -> None:
    assert Counter(row.intent for row in REQUESTS) == Counter(INTENTS)


@ROWS
def test_every_row_has_a_handler_and_a_kind(row: Request[Intent]) -> None:
    assert callable(row.handle)
    assert row.kind in set(MailKind) - {MailKind.QUARANTINE}


def test_every_command_word_belongs_to_one_row() -> None:
    """A word that is the same in two languages may stand in both, for the same command."""
    rows = {(word, name) for name, languages in COMMANDS.items() for words in languages.values() for word in words}
    repeated = [word for word, count in Counter(word for word, _ in rows).items() if count > 1]
    assert repeated == []
    assert {row.command for row in REQUESTS if row.command} <= set(COMMANDS)


@pytest.mark.parametrize(("row", "language"), WORDS)
def test_every_command_phrase_is_read_as_its_row(row: Request[Intent], language: str) -> None:
    """A phrase that two commands have, such as “cancel my subscription”, is read as the less harmful one."""
    fills = {name: tables.get(language, tables["en"])[0] for name, tables in CLASSES.items()}
    plain = [word for word in COMMANDS[row.command][language] if "…" not in word]
    read = {word: intent(word.format(**fills), Content_Type="text/plain; charset=utf-8") for word in plain}
    assert {word: type(seen) for word, seen in read.items() if type(seen) is not row.intent} == {}


@pytest.mark.parametrize("word", ["subscribe", "unsubscribe", "help", "status"])
def test_a_command_word_is_read_in_every_place(word: str) -> None:
    row = next(row for row in REQUESTS if row.command == word)
    assert type(intent(f"{word.upper()}\n")) is row.intent
    assert type(intent(Subject=word.title())) is row.intent
    assert type(intent("Hello\n", To=f"tg2+{word}@iso-sr.example")) is row.intent


@ROWS
def test_every_command_has_words_and_is_a_detail_of_the_address(row: Request[Intent]) -> None:
    if row.command:
        assert COMMANDS[row.command]["en"]
        assert type(intent("Hello\n", To=f"tg2+{row.command}@iso-sr.example")) is row.intent


def test_every_token_belongs_to_one_row_or_names_a_delivery() -> None:
    purposes = [row.purpose for row in REQUESTS if row.purpose]
    assert Counter(purposes) == Counter(set(Purpose) - OF_DELIVERIES)


@ROWS
def test_every_token_is_read_as_its_row(row: Request[Intent]) -> None:
    if row.purpose:
        assert type(intent("yes\n", To=to(KEY.token(row.purpose, 1)))) is row.intent


@ROWS
def test_the_needs_of_a_row_can_be_met(row: Request[Intent]) -> None:
    by_token = {Needs.TOKEN, Needs.TOKEN_OR_AUTHENTIC, Needs.AUTHENTIC}
    optional = row.intent is intents.Feedback  # its token says what the words are about
    assert (row.needs in by_token) == (row.purpose is not None and not optional)
    assert (row.needs is Needs.TOKEN_OR_AUTHENTIC) == (row.purpose is not None and bool(row.command))


# --- explanations ---


@pytest.mark.parametrize(
    ("octets", "kind", "reason"),
    [
        (sample("replies/gmail-en.eml"), "reply", "votes approve, if it proves authentic"),
        (raw("well\n", To=to(VOTE)), "reply", "answers a ballot, and is no vote: The first line is not "
         "exactly APPROVE or OBJECT or ABSTAIN."),
        (raw("subscribe\n"), "command", "asks to subscribe"),
        (raw("subscribe\nColour: red\n"), "command", "asks to subscribe; 1 of its lines was not understood"),
        (raw("unsubscribe\n"), "command", "asks to leave, without a token: a confirmation is needed"),
        (raw("x\n", To=to(LEAVE)), "command", "asks to leave"),
        (raw("yes\n", To=to(LEAVE_EVERYTHING)), "command", "asks to leave"),
        (raw(Subject=""), "command", "asks how this works"),
        (raw(), "feedback", "words for a person to read"),
        (raw("I liked it.\n"), "feedback", "words for a person to read"),
        (raw("x", From="TG2@iso-sr.example"), "loop", "it comes from the office's own address"),
        (raw("x", Auto_Submitted="auto-replied"), "auto-reply", "its Auto-Submitted field says that a machine sent it"),
        (raw("x", From=None), "refused", "it has no From"),
        (raw("550 5.1.1 no such user", From="MAILER-DAEMON@x.org", To=to(BOUNCE), Subject="failure notice"), "bounce",
         "reports a failure for good of a mail of ours; user-unknown; 550 5.1.1 no such user"),
        (b"From: " + b"(" * 900 + b"\r\n\r\n", "quarantine", "its From has comments nested too deeply"),
    ],
)  # fmt: skip
def test_kind_and_reason(octets: bytes, kind: str, reason: str) -> None:
    seen = explain(octets, RECEIVED, OFFICE, KEY)
    assert (seen.kind, seen.reason) == (kind, reason)
    assert (seen.intent is None) == (kind == "quarantine")


EXAMPLES: dict[type[Intent], Intent] = {  # intents with values
    intents.Bounce: intents.Bounce(None, (Reported("a@x.org", Fate.RETURNED, ""),)),
    intents.Report: intents.Report(BOUNCE, (Reported("a@x.org", Fate.ARRIVED, ""),)),
    intents.Complaint: intents.Complaint(None),
    intents.AutoReply: intents.AutoReply("x"),
    intents.Loop: intents.Loop("x"),
    intents.Subscribe: intent("subscribe\n"),
    intents.Confirm: intents.Confirm(VOTE),
    intents.Leave: intents.Leave(LEAVE),
    intents.Forward: intents.Forward(3, ""),
    intents.ComeBack: intents.ComeBack(LEAVE),
    intents.LeaveEverything: intents.LeaveEverything(None),
    intents.SetDetails: intents.SetDetails({"language": "fr"}, ()),
    intents.Pause: intents.Pause("2027-03-01", ()),
    intents.ChangeAddress: intents.ChangeAddress("", "new@x.org"),
    intents.Get: intents.Get(3, ""),
    intents.Translate: intents.Translate(3, "", "fr", ""),
    intents.Faq: intents.Faq("fonts"),
    intents.Agree: intents.Agree(LEAVE, True),
    intents.Vote: intents.Vote(VOTE, None, "", "x"),
    intents.ChallengeReply: intents.ChallengeReply(VOTE, None, "", "x"),
    intents.StaffReply: intents.StaffReply(VOTE, "x"),
    intents.QuestionReply: intents.QuestionReply(VOTE),
    intents.Feedback: intents.Feedback("x"),
    intents.Unsure: intents.Unsure("subscribe", "x"),
    intents.Refuse: intents.Refuse("x"),
}


@pytest.mark.parametrize("variant", INTENTS)
def test_every_intent_has_a_kind_and_an_explanation_of_one_line(variant: type[Intent]) -> None:
    example = EXAMPLES.get(variant) or variant()
    assert request_for(example).kind in MailKind
    assert len(request_for(example).explanation(example).splitlines()) == 1


def test_D6_no_explanation_shows_a_token() -> None:
    assert str(VOTE) not in "".join(request_for(example).explanation(example) for example in EXAMPLES.values())


@pytest.mark.parametrize("language", data.languages())
def test_the_commands_that_the_help_tells_are_understood(language: str) -> None:
    catalogue = Catalogues(data.TEMPLATES / "locale")(language)
    wanted = [
        *(
            intents.Subscribe,
            intents.LeaveEverything,
            intents.Status,
            intents.SetDetails,
            intents.Pause,
            intents.ChangeAddress,
        ),
        *(intents.Get, intents.Forward, intents.OfferToPresent, intents.AnnounceEvent, intents.Wish),
        *(intents.OfferArticle, intents.ProposeLink, intents.Faq, intents.ForgetMe, intents.Help),
    ]
    words = [catalogue.translate(command) for command in told(language)]
    assert [type(intent(f"{line}\n")) for line in words] == wanted


QUOTED = re.compile("“([^“”]+)”|„([^„“]+)“|«([^«»]+)»|「([^「」]+)」")
"""Words in the quotation marks of each language."""

MEANT: dict[str, Callable[[str], bool]] = {
    **{
        word: partial(lambda wanted, line: isinstance(intent(f"{line}\n"), wanted), wanted)
        for word, wanted in {
            "subscribe": intents.Subscribe,
            "unsubscribe": intents.LeaveEverything,
            "status": intents.Status,
            "forget me": intents.ForgetMe,
            "get latest": intents.Get,
            "get 3": intents.Get,
        }.items()
    },
    **{
        word: partial(lambda wanted, line: read_answer(mail(f"{line}\n"), "agreement") is wanted, wanted)
        for word, wanted in {"yes": Answer.YES, "no": Answer.NO}.items()
    },
}
"""What a reply with each of the words that messages quote has to be read as."""


def quoted(text: str) -> list[str]:
    return ["".join(groups).strip("\xa0") for groups in QUOTED.findall(text)]


@pytest.mark.parametrize("language", data.languages())
def test_the_words_that_messages_quote_for_people_to_write_are_understood(language: str) -> None:
    catalogue = Catalogues(data.TEMPLATES / "locale")(language)
    with (data.TEMPLATES / "locale" / "mailer.pot").open("rb") as file:
        messages = [message.id for message in read_po(file) if isinstance(message.id, str)]
    for message in messages:
        words = quoted(message)
        if not MEANT.keys().isdisjoint(words):
            written = quoted(catalogue.gettext(message))
            assert [word for word in words if word in MEANT] == [
                word for word, mine in zip(words, written, strict=True) if word in MEANT and MEANT[word](mine)
            ], message


def test_a_report_is_explained_by_recipient() -> None:
    body = "<anna@example.org>:\nThis account is over quota.\n\n<ben@example.org>:\n550 5.1.1 no such user\n"
    seen = explain(raw(body, From="MAILER-DAEMON@x.org", Subject="Delivery failure"), RECEIVED, OFFICE, KEY)
    assert [(one.recipient, one.permanent, one.status, one.why) for one in seen.recipients] == [
        ("anna@example.org", False, "", Why.MAILBOX_FULL),
        ("ben@example.org", True, "5.1.1", Why.USER_UNKNOWN),
    ]
    assert seen.copy is None


def test_words_are_explained_as_a_person_would_get_them() -> None:
    seen = explain(raw(f"I liked it. {VOTE}\n\n> Update 3\n> x\n"), RECEIVED, OFFICE, KEY)
    assert seen.copy is not None
    assert (seen.own_text, seen.copy.left_out) == (seen.copy.text, ("quoted lines (2)",))
    assert seen.own_text.startswith("I liked it. vote-h-")
    assert VOTE.mac not in seen.own_text


@pytest.mark.parametrize(
    ("octets", "choice", "comment", "reason"),
    [
        (raw("APPROVE\n\nFine.\n"), "approve", "Fine.", ""),
        (raw("I do not approve\n"), None, "I do not approve",
         "The first line is not exactly APPROVE or OBJECT or ABSTAIN."),
        (raw("APPROVE\n", Auto_Submitted="auto-replied"), None, "",
         "its Auto-Submitted field says that a machine sent it"),
        (b"From: " + b"(" * 900 + b"\r\n\r\n", None, "", "its From has comments nested too deeply"),
    ],
)  # fmt: skip
def test_any_mail_is_explained_as_a_vote(octets: bytes, choice: str | None, comment: str, reason: str) -> None:
    seen = explain(octets, RECEIVED, OFFICE, KEY, as_vote=True).vote
    assert seen is not None
    assert (seen.choice, seen.comment, seen.reason) == (choice, comment, reason)


def test_the_language_is_that_of_the_command_or_else_of_the_contact() -> None:
    known = {"anna@example.org": "fr"}
    asked = [
        explain(raw(text), RECEIVED, OFFICE, KEY, language_of=lambda address: known[address])
        for text in ("unsubscribe", "x")
    ]
    assert [seen.language for seen in asked] == ["en", "fr"]


def told_by_the_readme() -> list[tuple[str, int]]:
    """The commands of “What people write”, each with the number of its line."""
    text = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8").partition("## What people write")[2]
    rows = [line.split("|")[2:-1] for line in text.partition("Germ")[0].splitlines() if line.startswith("| ")][1:]
    return [(word, number) for number, row in enumerate(rows) for word in re.findall("`(.+?)`", " ".join(row))]


@pytest.mark.parametrize(("command", "line"), told_by_the_readme())
def test_the_commands_of_the_readme_are_understood(command: str, line: int) -> None:
    wanted = [
        *(intents.Subscribe, intents.LeaveEverything, intents.Help, intents.Status, intents.SetDetails),
        *(
            intents.Pause,
            intents.Resume,
            intents.ChangeAddress,
            intents.Get,
            intents.Forward,
            intents.Translate,
            intents.Faq,
        ),
        *(intents.ForgetMe, intents.Confirm, intents.OfferToPresent, intents.AnnounceEvent, intents.Nominate),
        *(intents.OfferArticle, intents.Wish, intents.ProposeLink, intents.SetDetails),
    ]
    found = intent(command.replace("new@…", "new@example.org") + "\n")
    assert type(found) is wanted[line]
    if isinstance(found, intents.SetDetails):
        assert found.details.get("language") in ("fr", "es") or found.details["publish"] == "name,country"
