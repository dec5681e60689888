"""``mailer faq``: candidates, and entries made of answers."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from mailer.adapters.render import pdf
from mailer.handlers import feedback, library
from mailer.inbound.intents import Feedback
from mailer.inbound.parse import parse
from mailer.model.library import State
from tests.flows.office import letter
from tests.secretary import Secretary
from tests.unit.commands.test_feedback import OFFICE, office, queued

ANSWER = "Dear Eva,\n\nthe host pays:\n- the flight\n- the hotel\n\nKind regards\nMaria\n"


@pytest.fixture
def asked(secretary: Secretary, monkeypatch: pytest.MonkeyPatch) -> Secretary:
    """An office with version 1.0 of the questions, which no entry answers that two people have asked."""
    monkeypatch.setattr(pdf, "write", lambda *_, **__: (b"%PDF-1.7", 3))
    for command in ("new", "build"):
        assert secretary.types("library", command, "faq").code == 0
    with office(secretary) as at_work:
        version = library.find(at_work, "faq")
        at_work.work.library.set_state(version.id, State.PUBLISHED, at_work.now)
        for name, question in (("eva", "Who pays the presenters?"), ("bo", "who pays a presenter"), ("lina", "A zoo?")):
            mail = parse(letter(f"{name} <{name}@x.example>", OFFICE, "x", f"faq {question}\n"), at_work.now)
            feedback.receive(replace(at_work, cause=f"mail {name}"), mail, Feedback(mail.text or "", question=question))
    return secretary


def chapter(secretary: Secretary, name: str) -> Path:
    return secretary.folder / "library" / "faq" / name


def test_candidates_are_listed_answered_and_become_version_1_1(asked: Secretary) -> None:
    listed = asked.types("faq", "candidates").out.splitlines()
    assert listed[0].split() == ["asked", "items", "answered", "language", "question"]
    assert listed[1].split()[:5] == ["2", "#2,", "#1", "–", "en"]
    assert [one["items"] for one in asked.types("faq", "candidates", "--json").json] == [[2, 1], [3]]
    (asked.folder / "answer.txt").write_text(ANSWER, encoding="utf-8")
    assert "Number 1 has no answer yet" in asked.types("faq", "add", "--from-item", "1").err
    before = chapter(asked, "01-subscribe.md").read_bytes()
    done = asked.types("faq", "answer", "1", "answer.txt", "--question", "Who pays presenters?", "--also", "fee", "-y")
    assert (done.code, queued(asked, "eva@x.example") > 0) == (0, True)
    assert "08-who-pays-presenters.md, for version 1.1 (en)." in done.out
    written = chapter(asked, "08-who-pays-presenters.md").read_text(encoding="utf-8")
    assert written.startswith(
        '+++\ntitle = "Who pays presenters?"\nalso = [\n    "fee",\n]\n+++\n\nthe host pays:\n\n- the'
    )
    assert ("Dear" in written, "Maria" in written) == (False, False)
    assert [one["items"] for one in asked.types("faq", "candidates", "--json").json] == [[3]]
    assert "has become an entry already" in asked.types("faq", "add", "--from-item", "2").err
    assert chapter(asked, "01-subscribe.md").read_bytes() == before
    assert asked.types("library", "build", "faq").out.startswith("Built faq 1.1: ")
    versions = asked.types("library", "versions", "faq", "--json").json
    assert [(one["version"], one["state"]) for one in versions] == [("1.0", "published"), ("1.1", "draft")]


def test_an_answer_that_was_given_becomes_an_entry(asked: Secretary) -> None:
    (asked.folder / "answer.txt").write_text("Yes, lina: a large zoo.", encoding="utf-8")
    assert asked.types("feedback", "answer", "3", "answer.txt", "--yes").code == 0
    assert "is answered already: `mailer faq add --from-item 3`" in asked.types("faq", "answer", "3", "answer.txt").err
    done = asked.types("faq", "add", "--from-item", "3")
    assert ("The question is the asker's own words" in done.out, "stands as “…”" in done.out) == (True, True)
    assert chapter(asked, "08-a-zoo.md").read_text(encoding="utf-8").endswith("\nYes, …: a large zoo.\n")
    missing = asked.types("faq", "add", "--from-item", "1", "--language", "fr")
    assert missing.code in (77, 78)


def test_nothing_answers_before_a_grant(asked: Secretary) -> None:
    assert asked.types("faq", "search", "how can I subscribe").out.startswith("No entry answers it")
    assert asked.types("faq", "ls").out.startswith("No questions and answers are published")
    assert asked.types("faq", "search", "x", "--json").json == {"sure": False, "entries": []}
    assert asked.types("faq", "ls", "--json").json == []
