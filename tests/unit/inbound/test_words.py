"""What people and their machines write, in many languages, by the mails of tests/data/words."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from functools import partial

import pytest

from mailer.inbound.absences import announces_absence
from mailer.inbound.classify import classify
from mailer.inbound.commands import asked, words_beside
from mailer.inbound.intents import (
    AutoReply,
    Confirm,
    Feedback,
    Help,
    Intent,
    Leave,
    LeaveEverything,
    ReadingRules,
    Subscribe,
    Unsure,
)
from mailer.inbound.parse import parse
from mailer.requests import ANSWERS, COMMANDS
from mailer.tokens import Token
from tests.unit.inbound.mails import CONFIRM, DATA, KEY, LEAVE, RECEIVED, VOTE, mail

RULES = ReadingRules(
    "newsletter@green-harbour.example",
    ("update.green-harbour.example",),
    COMMANDS,
    ANSWERS,
    names=("Green Harbour Forum", "Green Harbour Update"),
)
WANTED = {"subscribe": Subscribe, "leave": LeaveEverything, "help": Help, "feedback": Feedback, "auto-reply": AutoReply}
written = partial(mail, Content_Type="text/plain; charset=utf-8")


def rows(name: str) -> Iterator[dict[str, str]]:
    with (DATA / "words" / f"{name}.jsonl").open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def seen(row: dict[str, str], token: Token | None = None) -> Intent:
    address = f"newsletter+{token}@green-harbour.example" if token else row.get("to", RULES.address)
    one = mail(
        row["body"],
        From="Alex Example <alex@example.org>",
        To=address,
        Subject=row.get("subject") or None,
        Content_Type=row.get("content_type", "text/plain; charset=utf-8"),
        Content_Transfer_Encoding="8bit",
    )
    return classify(one, RULES, KEY)


def sample(name: str, token: Token = LEAVE) -> Intent:
    octets = (DATA / "words" / f"{name}.eml").read_bytes().replace(b"leave-TOKEN", str(token).encode())
    return classify(parse(octets, RECEIVED), ReadingRules("tg2@iso-sr.example", (), COMMANDS, ANSWERS), KEY)


@pytest.mark.parametrize("name", ["commands", "more-commands", "third-commands"])
def test_G3_G4_commands_are_understood_as_people_write_them(name: str) -> None:
    wrong = [
        (row["want"], row["subject"], row["body"], type(intent).__name__)
        for row in rows(name)
        if row["want"] in WANTED and type(intent := seen(row)) is not WANTED[row["want"]]
    ]
    assert wrong == []


def test_commands_with_an_argument_are_understood_as_people_write_them() -> None:
    wrong = []
    for row in rows("more-commands"):
        if row["want"] not in WANTED:
            command = asked(written(row["body"], Subject=row["subject"]), RULES).command
            if command is None or command.name != row["want"]:
                wrong.append((row, command))
    assert wrong == []


@pytest.mark.parametrize("name", ["absences", "more-absences", "fourth-absences"])
def test_A16_absences_are_known_by_their_words_and_are_no_vote_and_no_yes(name: str) -> None:
    wrong = [
        (row["language"], row["body"], token and token.purpose)
        for row in rows(name)
        for token in (None, CONFIRM, VOTE)
        if not isinstance(seen(row, token), AutoReply)
    ]
    assert wrong == []


@pytest.mark.parametrize("name", ["resembling", "more-resembling", "fourth-resembling"])
def test_G2_mail_that_resembles_a_machines_reaches_a_person(name: str) -> None:
    """One that may be a command reaches a person, too."""
    assert [row["body"] for row in rows(name) if not isinstance(seen(row), Feedback | Unsure)] == []


@pytest.mark.parametrize("name", ["refusals", "more-refusals"])
def test_B11_no_refusal_confirms(name: str) -> None:
    assert [row["body"] for row in rows(name) if isinstance(seen(row, CONFIRM), Confirm)] == []


def test_B11_a_yes_in_a_language_of_ours_confirms() -> None:
    assert [row["body"] for row in rows("more-yes") if seen(row, CONFIRM) != Confirm(CONFIRM)] == []


UNSURE = [
    ("unsubscribe", "Please remove me from the list of speakers.", "x"),
    ("subscribe", "Please add me to the list in her place.", "x"),
    ("unsubscribe", "I have retired from all of this now.", "Unsubscribe"),
    ("unsubscribe", "stop sending me the PDF", "stop"),
]
CERTAIN = [
    ("Please unsubscribe me, as I have retired.", "as I have retired."),
    ("Please unsubscribe me. Who gave you my address?", "who gave you my address"),
    ("Unsubscribe\n\nThe table in article two is wrong, too.", "The table in article two is wrong, too."),
    ("Unsubscribe\n\nThank you and goodbye.\n\nAlex", ""),
]


@pytest.mark.parametrize(("command", "body", "subject"), UNSURE)
def test_words_that_may_be_a_command_are_a_question_and_a_persons(command: str, body: str, subject: str) -> None:
    assert seen({"body": body, "subject": subject}) == Unsure(command, body)


@pytest.mark.parametrize(
    "body", ["Please do not remove me from the list.", "Remove me? From which list?", "Remove it."]
)
def test_G3_a_refusal_or_a_question_is_no_doubt(body: str) -> None:
    assert seen({"body": body}) == Feedback(body)


@pytest.mark.parametrize(("body", "beside"), CERTAIN)
def test_what_stands_beside_a_command_is_kept_for_a_person(body: str, beside: str) -> None:
    one = written(body)
    assert (classify(one, RULES, KEY), words_beside(one, RULES, answered=False)) == (LeaveEverything(None), beside)


def test_G2_G4_mails_that_were_seen() -> None:
    assert isinstance(sample("sub-please"), Subscribe)
    assert isinstance(sample("sub-please2"), Subscribe)
    assert sample("unsub-stop") == sample("unsub-remove") == LeaveEverything(None)
    assert sample("unsub-autosub") == sample("leave-comma") == Leave(LEAVE)
    for person in ("fb-vacation-human", "fb-colleague-left", "fb-suppress-all"):
        assert isinstance(sample(person), Feedback), person


def test_C7_the_time_is_linear_in_what_is_written() -> None:
    for unit in (
        "please ",
        "not in the ",
        "unsubscribe me ",
        "i am out ",
        "не ",
        "退",
        "a, ",
        "Best, A\n",
        "a: b\n",
        "? ",
    ):
        one = written(unit * (200_000 // len(unit)), Subject=unit * 100)
        started = time.process_time()
        classify(one, RULES, KEY)
        announces_absence(one)
        assert time.process_time() - started < 1, unit
