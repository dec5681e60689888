"""Plain votes as three dozen mail programs write them, in twelve languages (A12, A13, A20, A21, A22, A25, A36)."""

from __future__ import annotations

import pytest

from mailer.inbound.keywords import quotes_only, read_ballot, seen_text
from mailer.inbound.parse import parse
from mailer.model.approvals import Choice
from mailer.model.policies import Keywords
from tests.client_replies import PROGRAMS, Reply, replies
from tests.unit.inbound.mails import RECEIVED, mail

WORDS = {
    "en": {"approve": "APPROVE", "object": "OBJECT", "abstain": "ABSTAIN"},
    "fr": {"approve": "APPROUVER", "object": "OBJECTION", "abstain": "ABSTENTION"},
    "es": {"approve": "APRUEBO", "object": "OBJETO", "abstain": "ABSTENCIÓN"},
}
KEYWORDS = Keywords(*(tuple(words[choice] for words in WORDS.values()) for choice in ("approve", "object", "abstain")))
ASKED = """Dear Anna Kim,

ISO/SR Update 1 is ready to go out.

To vote, reply to this mail:

- Write APPROVE as the first
  line to let it go out.
- Write OBJECT as the first line to stop it.

In other languages, APPROUVER counts, too.
"""
MARKUP = (
    "<!doctype html><html><head><style>body { color: #222222; } .pad { padding: 4px; }\n"
    "@media (prefers-color-scheme: dark) { body, p { color: #e7e5e0 !important; } .pad { background-color: #15181c; } }"
    "</style></head><body>"
    + "".join(f"<p>{paragraph}</p>" for paragraph in " ".join(ASKED.split("\n")).split("  "))
    + "</body></html>"
)
SENT = [ASKED, seen_text(MARKUP)]
ALL = list(replies(WORDS, "tg2@iso-sr.example", "Approve by 8 December", ASKED, MARKUP))


def read(reply: Reply) -> Choice | None:
    ballot = read_ballot(parse(reply.raw, RECEIVED), KEYWORDS)
    return ballot.choice or (ballot.below if quotes_only(ballot.quoted, SENT) else None)


@pytest.mark.parametrize("program", PROGRAMS)
def test_A13_a_plain_vote_counts_as_the_program_writes_it(program: str) -> None:
    mine = [reply for reply in ALL if reply.program == program]
    assert len(mine) >= 36
    assert [reply.name for reply in mine if read(reply) != reply.choice] == []


@pytest.mark.parametrize(
    ("line", "choice"),
    [
        ("abstención", Choice.ABSTAIN),
        ("Abstención.", Choice.ABSTAIN),
        ("ABSTENCIO\u0301N", Choice.ABSTAIN),
        ("APPROUVER !", Choice.APPROVE),
        ("APPROUVER\u202f!", Choice.APPROVE),
        ("\xa0Objection", Choice.OBJECT),
        ("ABSTENCION", None),
        ("ABSTENCIÖN", None),
        ("ABSTENCI\u00d3N \u202eX", None),
        ("APPROUVÉR", None),
        ("APRUEBO si", None),
        ("A\u0420RUEBO", None),
        ("OB\u212aECT", None),
    ],
)
def test_A24_A25_a_keyword_of_any_language_is_exact(line: str, choice: Choice | None) -> None:
    seen = mail(f"{line}\n", Content_Type="text/plain; charset=utf-8")
    assert read_ballot(seen, KEYWORDS).choice is choice


@pytest.mark.parametrize("words", [("APPROVE", "ABSTENCIÓN"), ("OBJECT", "Approuver"), ("ABSTAIN", "Objeto.")])
def test_A14_two_keywords_are_no_vote_in_two_languages_either(words: tuple[str, str]) -> None:
    body = "\n\n".join(words)
    assert read_ballot(mail(body, Content_Type="text/plain; charset=utf-8"), KEYWORDS).choice is None


def test_A25_two_words_for_one_choice_are_one_vote() -> None:
    assert read_ballot(mail("APPROVE\nAPPROUVER\n"), KEYWORDS).choice is Choice.APPROVE


def test_the_samples_quote_the_request() -> None:
    quoting = [parse(reply.raw, RECEIVED) for reply in ALL[::41] if not reply.program.startswith("prepared")]
    assert all("ready to go out" in f"{seen.text} {seen.html}" for seen in quoting)
