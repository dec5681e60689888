"""How replies to a ballot are read: plain votes that count, replies that are none and never count, and the time.

    python -m benchmarks.votes [--talon]

Votes are those of ``tests/client_replies.py``. Replies that are none are the same mails with other words on the first
line, and keywords planted everywhere else: in the quotation, below it, in the signature, below the own first line.
``--talon`` plants keywords into the replies of mailgun's talon, too, which are fetched. The time is that of reading
each of ``tests/hostile_mails.py``, cut to a megabyte: the CPU time of ``read_ballot`` for a mail that is parsed.
"""

from __future__ import annotations

import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

from benchmarks import replies as talon
from mailer.config.voting import SHIPPED_WORDS
from mailer.errors import Malformed
from mailer.inbound.keywords import quotes_only, read_ballot, seen_text
from mailer.inbound.markup import visible_text
from mailer.inbound.parse import parse
from mailer.model.approvals import Choice
from mailer.model.policies import Keywords
from tests import hostile_mails
from tests.client_replies import LANGUAGES, PROGRAMS, Typed, mail_of, replies
from tests.unit.harness import ANA, Harness

NOW = datetime(2026, 11, 28, tzinfo=UTC)
WORDS = {
    language: {choice.value: getattr(words, choice.value)[0] for choice in Choice}
    for language, words in SHIPPED_WORDS.items()
}
KEYWORDS = Keywords(
    *(tuple(word for words in SHIPPED_WORDS.values() for word in getattr(words, choice.value)) for choice in Choice)
)
LARGEST = 1_000_000
REPEATS = 3


def asked() -> tuple[str, str, str]:
    """The subject, text and HTML of a request as an office sends it."""
    with tempfile.TemporaryDirectory() as folder:
        harness = Harness(Path(folder))
        harness.asked()
        request = harness.request(ANA)
        parts = [request.get_body((kind,)) for kind in ("plain", "html")]
        text, html = (str(part.get_content()) if part else "" for part in parts)
        harness.close()
    return str(request["Subject"]), text, html


def read(raw: bytes, sent: list[str]) -> Choice | None:
    ballot = read_ballot(parse(raw, NOW), KEYWORDS)
    return ballot.choice or (ballot.below if ballot.below and quotes_only(ballot.quoted, sent) else None)


def count_votes(subject: str, text: str, html: str) -> None:
    found, missed = Counter[str](), Counter[str]()
    sent = [text, seen_text(html)]
    for reply in replies(WORDS, "tg2@iso-sr.example", subject, text, html):
        found[reply.program] += 1
        if read(reply.raw, sent) != reply.choice:
            missed[reply.program] += 1
            print(f"- not counted: {reply.name}")
    total, lost = found.total(), missed.total()
    print(f"plain votes counted: {total - lost} of {total} ({(total - lost) / total:.2%}), {len(found)} programs")


def planted(case: talon.Case) -> Iterator[str]:
    """The mail with a keyword by itself at one place after another below the first line; at most 40 of them."""
    words = [word for choice in Choice for word in KEYWORDS.of(choice.value)]
    text = case.text.strip()
    if case.kind == "plain":
        ends = [found.end() for found in re.finditer(r"\n", text)]
    else:
        own = text.find(visible_text(case.reply).strip().split("\n")[0][:5])
        ends = [found.end() for found in re.finditer(r"</(?:p|div|span|td|blockquote)>|<br ?/?>", text)]
        ends = [end for end in ends if own >= 0 and end > own]
    for number, end in enumerate(ends[:40]):
        word = words[number % len(words)]
        yield f"{text[:end]}{word if case.kind == 'plain' else f'<div>{word}</div>'}\n{text[end:]}"


def count_others(subject: str, text: str, html: str) -> None:
    """Replies whose own first line is none of the words, with every keyword somewhere else."""
    total = wrong = 0
    words = [word for choice in Choice for word in KEYWORDS.of(choice.value)]
    salted = "\n".join(f"{line}\n{words[number % len(words)]}" for number, line in enumerate(text.split("\n")))
    marked = html + "".join(f"<p>{word}</p><div>{word}</div>" for word in words)
    for program, make in PROGRAMS.items():
        for number, language in enumerate(LANGUAGES):
            for first in ("I will look at it on Monday.", f"Not {words[number % len(words)]}", "FYI"):
                comment = f"see below\n{words[(number + 1) % len(words)]}"
                typed = Typed(first, comment, language, subject, salted, marked, number % 2 == 0)
                total += 1
                if (said := read(mail_of(make(typed), "tg2@iso-sr.example", subject, number), [text])) is not None:
                    wrong += 1
                    print(f"- read as a vote: {program} {language} {first!r}: {said}")
    print(f"replies that are no votes, keywords planted: {wrong} of {total} read as votes")


def count_talon() -> None:
    total = wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        cases = list(talon.cases(talon.fetch(Path(folder))))
    for case in cases:
        for body in planted(case):
            mail = EmailMessage()
            mail["From"] = "anna@reader.example"
            mail.set_content(body, subtype=case.kind)
            total += 1
            if (said := read(mail.as_bytes(), [])) is not None:
                wrong += 1
                print(f"- read as a vote: {case.name}: {said}")
    print(f"talon's replies, a keyword planted: {wrong} of {total} read as votes")


def measure() -> None:
    hostile_mails.SIZE = LARGEST - 50_000
    costs: list[tuple[float, str]] = []
    for name, build in hostile_mails.HOSTILE.items():
        raw, best = build()[:LARGEST], float("inf")
        try:
            mail = parse(raw, NOW)
        except Malformed:
            continue
        for _ in range(REPEATS):
            began = time.process_time()
            read_ballot(mail, KEYWORDS)
            best = min(best, time.process_time() - began)
        costs.append((best * 1000, name))
    costs.sort(reverse=True)
    for spent, name in costs[:5]:
        print(f"{spent:6.1f} ms  {name}")
    print(f"reading a vote, {len(costs)} hostile mails of up to a megabyte: at most {costs[0][0]:.1f} ms")


def main() -> None:
    request = asked()
    count_votes(*request)
    count_others(*request)
    if "--talon" in sys.argv:
        count_talon()
    measure()


if __name__ == "__main__":
    main()
