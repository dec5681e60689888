"""``mailer feedback``, as the secretary types it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from mailer.handlers import feedback
from mailer.inbound.intents import Feedback
from mailer.inbound.parse import parse
from mailer.inbound.reply import own_text
from mailer.office import Office
from tests.flows.environment import EDITION
from tests.flows.office import letter
from tests.secretary import Secretary
from tests.unit.handlers.test_feedback import with_files

READER, OFFICE, SECRETARY = "reader@x.example", "tg2@iso-sr.example", "secretary@iso-sr.example"


@contextmanager
def office(secretary: Secretary) -> Iterator[Office]:
    with secretary.app() as app, app.open_store().transaction() as work:
        yield app.office(work, "test", f"mail {app.clock.now().isoformat()}")


def comes(secretary: Secretary, raw: bytes) -> None:
    """A mail comes in."""
    with office(secretary) as at_work:
        mail = parse(raw, at_work.now)
        feedback.receive(at_work, mail, Feedback(own_text(mail)))


@pytest.fixture
def asked(secretary: Secretary) -> Secretary:
    """An office that two people wrote to."""
    comes(secretary, with_files())
    comes(secretary, letter("Bo <bo@y.example>", OFFICE, "A very long question " * 5, "Where is the Örebro table?\n"))
    return secretary


def queued(secretary: Secretary, to: str) -> int:
    with secretary.app() as app, app.open_store().snapshot() as work:
        return sum(row.recipient == to for row in work.outbox.due(app.clock.now(), most=99))


def test_what_waits_is_listed(asked: Secretary) -> None:
    listed = asked.types("feedback", "ls")
    head, bo, rea = listed.out.splitlines()
    assert head.split() == ["number", "state", "age", "who", "subject"]
    assert (bo.split()[:3], rea.split()[0], rea.endswith("The table")) == (["2", "open", "under"], "1", True)
    assert max(map(len, listed.out.splitlines())) <= 80
    shown = asked.types("feedback", "ls", "--json").json
    assert [(one["number"], one["state"], one["late"]) for one in shown] == [(2, "open", False), (1, "open", False)]
    assert asked.types("feedback", "ls", "--asker", READER, "--json").json == shown[1:]
    assert asked.types("feedback", "ls", "--tag", "none").out == "Nothing waits for an answer.\n"


def test_words_are_found(asked: Secretary) -> None:
    for words, numbers in (
        (("table",), [2, 1]),
        (("ÖREBRO", "where"), [2]),
        (("bo@Y.example",), [2]),
    ):
        found = asked.types("feedback", "search", *words, "--json").json
        assert [one["number"] for one in found] == numbers, words
    assert asked.types("feedback", "search", "nowhere").out == "Nothing has all of these words.\n"


def test_an_item_is_shown_and_saved_under_names_of_ours(asked: Secretary) -> None:
    result = asked.types("feedback", "show", "1", "--save", "saved")
    lines = result.out.splitlines()
    assert lines[:4] == [
        "number       1",
        "state        open",
        "from         Rea Der <reader@x.example>",
        "subject      The table",
    ]
    assert "See the table." in lines
    assert "[feedback-1-1.pdf] The table.PDF (application/pdf, 10 bytes)" in lines
    folder = asked.folder / "saved"
    assert sorted(path.name for path in folder.iterdir()) == [
        "feedback-1-1.eml",
        "feedback-1-1.pdf",
        "feedback-1-2.txt",
    ]
    assert (folder / "feedback-1-1.eml").read_bytes() == with_files()
    assert (folder / "feedback-1-1.pdf").read_bytes() == b"%PDF-1.7 x"
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
    shown = asked.types("feedback", "show", "1", "--json").json
    (entry,) = shown["entries"]
    assert (entry["kind"], entry["files"][0]["name"]) == ("mail", "The table.PDF")


def test_an_item_is_assigned_tagged_closed_and_reopened(asked: Secretary) -> None:
    before = queued(asked, SECRETARY)
    for command in (
        ("assign", "1", SECRETARY),
        ("tag", "1", "tables", "page-2"),
        ("tag", "1", "--remove", "tables"),
        ("close", "1"),
        ("reopen", "1"),
    ):
        dry = asked.types("feedback", *command, "--dry-run")
        unchanged = asked.types("feedback", "show", "1", "--json").json
        real = asked.types("feedback", *command)
        assert (dry.code, real.code) == (0, 0), (dry, real)
        assert dry.out == real.out.rstrip() + " That would be so: nothing was changed.\n"
        assert unchanged != asked.types("feedback", "show", "1", "--json").json
    shown = asked.types("feedback", "show", "1", "--json").json
    assert (shown["state"], shown["tags"], shown["assignee"]) == ("reopened", ["page-2"], SECRETARY)
    assert queued(asked, SECRETARY) == before + 1
    said = asked.types("audit", "--of", "feedback 1").out
    for action in ("feedback assigned", "feedback tagged", "feedback closed", "feedback reopened", "feedback  reader@"):
        assert action in said
    assert "number 2" not in said


def test_an_answer_is_shown_and_then_sent(asked: Secretary) -> None:
    (asked.folder / "answer.txt").write_text("Dear Rea,\n\nit is mended.\n", "utf-8")
    waiting = queued(asked, READER)
    shown = "To: Rea Der <reader@x.example>\nSubject: Re: The table (#1)\n\nDear Rea,\n\nit is mended.\n\n"
    dry = asked.types("feedback", "answer", "1", "answer.txt", "--dry-run")
    assert (dry.out, queued(asked, READER)) == (f"{shown}Nothing was sent.\n", waiting)
    refused = asked.types("feedback", "answer", "1", "answer.txt", keys="n\n")
    assert (refused.code, refused.err, queued(asked, READER)) == (77, "mailer: Nothing was sent.\n", waiting)
    sent = asked.types("feedback", "answer", "1", "answer.txt", "--yes")
    assert sent.out == f"{shown}Number 1 is answered; the mail goes out with the next that is due.\n"
    assert queued(asked, READER) == waiting + 1
    assert asked.types("feedback", "show", "1", "--json").json["state"] == "answered"


def test_B13_an_answered_item_is_answered_again_only_on_purpose(asked: Secretary) -> None:
    (asked.folder / "answer.txt").write_text("It is mended.\n", "utf-8")
    asked.types("feedback", "answer", "1", "answer.txt", "--yes")
    waiting = queued(asked, READER)
    again = asked.types("feedback", "answer", "1", "answer.txt", "--yes")
    assert (again.code, queued(asked, READER)) == (77, waiting)
    assert "Number 1 is answered already: add --again to send another answer." in again.err
    refused = asked.types("feedback", "answer", "1", "answer.txt", keys="n\n")
    assert "Number 1 is answered already. Send this, too?" in refused.out + refused.err
    assert asked.types("feedback", "answer", "1", "answer.txt", "--yes", "--again").code == 0
    assert queued(asked, READER) == waiting + 1


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("show", "9"), 77, "There is no number 9: see `mailer feedback ls --all`."),
        (("assign", "1", "eve@x.example"), 77, "eve@x.example is not staff: name the address as an editor"),
        (("assign", "1", "eve"), 64, "'eve' is not an address"),
        (("reopen", "1"), 77, "Number 1 is open, so it cannot be reopened. Nothing was changed."),
        (("tag", "1", "Two Words"), 77, "“Two Words” is no tag: a tag is a short word of lower-case letters"),
        (("tag", "1"), 64, "Name a tag to add, or one to --remove."),
        (("answer", "1", "none.txt"), 64, "No such file"),
        (("answer", "1", "empty.txt", "--yes"), 77, "The answer has no words."),
        (("answer", "1", "latin.txt", "--yes"), 64, "latin.txt: byte 2 is not text in UTF-8; save the file as such."),
        (("answer", "1", "draft.txt", "--yes"), 77, "That is the text of an issue that the board has not granted"),
        (("search",), 64, "Missing argument"),
    ],
)
def test_a_mistake_is_named_with_its_cure(asked: Secretary, arguments: tuple[str, ...], code: int, words: str) -> None:
    asked.writes()
    assert asked.types("issue", "build", "1").code == 0
    assert asked.types("issue", "show", "1", "--out", "look").code == 0
    (draft,) = (asked.folder / "look").glob("*.txt")
    draft.rename(asked.folder / "draft.txt")
    (asked.folder / "empty.txt").write_text("\n", "utf-8")
    (asked.folder / "latin.txt").write_bytes(b"K\xf6ln")
    result = asked.types("feedback", *arguments)
    assert (result.code, words in result.err) == (code, True), result
    assert EDITION.text not in result.out


def test_what_waits_is_shown_and_sent_by_tag(asked: Secretary) -> None:
    asked.types("feedback", "tag", "1", "tables")
    asked.types("feedback", "assign", "1", SECRETARY)
    lines = asked.types("feedback", "digest").out.splitlines()
    assert lines[0] == "2 items waiting."
    assert [line for line in lines if line in ("tables", "without a tag")] == ["without a tag", "tables"]
    assert max(map(len, lines)) <= 80
    assert asked.types("feedback", "digest", "--json").json == {
        "waiting": 2,
        "late": [],
        "numbers": [1, 2],
        "by_tag": {"tables": [1]},
    }
    before = queued(asked, SECRETARY)
    assert asked.types("feedback", "digest", "--send").out.endswith("Sent to 1 person.\n")
    assert queued(asked, SECRETARY) == before + 1
    for number in "12":
        asked.types("feedback", "close", number)
    assert asked.types("feedback", "digest", "--send").out == "Nothing waits for an answer.\n"


def test_the_status_says_what_waits_and_what_is_late(asked: Secretary) -> None:
    assert "Feedback: 2 items wait for an answer; see `mailer feedback ls`." in asked.types("status").out
    assert asked.types("status", "--json").json["feedback"] == {"waiting": 2, "late": 0}
    with office(asked) as at_work:
        for number in (1, 2):
            at_work.work.feedback.change(
                number, at_work.now, written_at=at_work.now - 2 * at_work.rules.feedback.expect
            )
    said = asked.types("status").out
    assert "→ Feedback is late: 2 items should have been answered; see `mailer feedback ls`." in said


def test_the_doctor_says_if_feedback_reaches_nobody(asked: Secretary) -> None:
    def found() -> list[tuple[str, str]]:
        checks = asked.types("doctor", "--json").json
        return [(one["state"], one["detail"]) for one in checks if one["what"] == "feedback"]

    assert found() == [("ok", "goes to secretary@iso-sr.example")]
    with office(asked) as at_work:
        at_work.work.lists.suppress(SECRETARY, "550 5.1.1 no such user", at_work.now)
    assert found() == [
        ("wrong", f"{SECRETARY} takes no mail: 550 5.1.1 no such user; what people write reaches nobody there")
    ]


def test_a_backup_has_the_mails_and_what_was_attached_to_them(asked: Secretary) -> None:
    assert asked.types("backup", "office.backup").code == 0
    asked.types("feedback", "close", "1")
    restored = asked.types("restore", "office.backup", "--replace", "--yes")
    assert restored.code == 0, restored
    assert asked.types("feedback", "show", "1", "--save", "saved", "--json").json["state"] == "open"
    assert (asked.folder / "saved" / "feedback-1-1.pdf").read_bytes() == b"%PDF-1.7 x"
