"""Attackers at the library, the articles by mail, the pages and the site: what each of them tried once, and got."""

from __future__ import annotations

import socket
import sqlite3
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from mailer import author_consent
from mailer.adapters import library_folder, link_checker
from mailer.adapters.link_checker import WebLinkChecker, is_public
from mailer.adapters.web import connections
from mailer.app import article_files
from mailer.errors import ConfigError, NotGranted
from mailer.handlers import articles, library, printing
from mailer.handlers import channels as ways_out
from mailer.message import Address
from mailer.model.articles import Article, ArticleRules, Delivery
from mailer.model.channels import Channel
from mailer.model.library_changes import marked
from mailer.model.lists import ScopeKind
from mailer.published import OfficePublished
from tests.unit.handlers.test_articles import TEXT, WISH, reply
from tests.unit.handlers.test_faq import ENGLISH, GERMAN, document, publish
from tests.unit.handlers.test_library import build
from tests.unit.handlers.test_press import JOURNALISTS, plan, release
from tests.unit.harness import BOARD, DAY, NILS, OFFICE, Harness
from tests.visitor import pages_of

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
MIA = "Mia.Mixed@far.example"
"""Somebody who is on no list, and writes their address with capital letters."""


# --- personal data ---


def left(harness: Harness, *words: bytes) -> set[str]:
    """The columns of the store that have one of the words, but for counters, which are gone after two days."""
    store = sqlite3.connect(harness.folder / "mailer.db")
    tables = [name for (name,) in store.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    found = set()
    for table in tables:
        rows = store.execute(f'SELECT * FROM "{table}"')
        names = [column[0] for column in rows.description]
        found |= {
            f"{table}.{name}"
            for row in rows
            for name, value in zip(names, row, strict=True)
            if any(word in (value if isinstance(value, bytes) else str(value).encode()).lower() for word in words)
        }
    return found - {"answer_counts.key"}


def forget(harness: Harness) -> None:
    """They ask to be forgotten, and say yes."""
    harness.write(MIA, OFFICE, "forget me", "forget me\n")
    question = harness.mails_to(MIA.lower())[-1]
    assert str(question["Subject"]) == "Do you want ISO/SR TG 2 to forget you?"
    harness.environment.reply(MIA, question, "yes")
    harness.tick()
    harness.tick()


def test_forget_me_finds_an_author_who_is_on_no_list(harness: Harness) -> None:
    harness.do(lambda office: articles.ask(office, Address.parse(MIA, "Mia Mixed"), WISH))
    harness.tick()
    reply(harness, TEXT, to=harness.mails_to("Mia.Mixed@far.example")[-1], by=MIA)
    forget(harness)
    assert left(harness, b"mia.mixed", b"mia mixed", b"bangkok welcomes") == set()


def test_forget_me_erases_what_came_from_an_address_in_other_letters(harness: Harness) -> None:
    harness.write(f'"Mia Mixed" <{MIA}>', OFFICE, "Zebras", "Could you tell me where the zebras are? Thank you.\n")
    forget(harness)
    assert left(harness, b"mia.mixed", b"mia mixed", b"zebras") == set()


# --- the pages ---


def test_B13_a_token_that_was_passed_on_makes_nobody_get_many_mails(harness: Harness) -> None:
    harness.import_list("nmb", [NILS])
    with pages_of(harness) as visitor:
        with harness.environment.store.snapshot() as work:
            contact = work.lists.contact_at(NILS)
        assert contact is not None
        token = harness.leave_token(contact.id, ScopeKind.PUBLICATION, "update")
        answers = []
        for days in range(1, 6):
            harness.pass_by(timedelta(seconds=1))
            answers.append(visitor.send(f"/leave/{days}.{token}", {"days": str(days)}).status)
        harness.tick()
        assert (answers, len(harness.mails_to(NILS))) == ([200, 200, 200, 429, 429], 3)
        harness.pass_by(DAY)
        assert visitor.send(f"/leave/{token}", {"days": "9"}).status == 200


def test_C7_odd_numbers_and_many_fields_are_no_fault_of_the_pages(harness: Harness) -> None:
    with pages_of(harness) as visitor:
        numbers = ("9" * 5_000, "-1", "%D9%A1", "1e9")
        assert [visitor.get(f"/view/update/{number}").status for number in numbers] == [404] * 4
        assert visitor.send("/leave/x", {f"field{number}": "1" for number in range(100)}).status == 400


def test_an_answer_that_nobody_takes_is_not_kept(harness: Harness, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "MOST_TAKING", 1)
    with pages_of(harness) as visitor:
        monkeypatch.setattr("mailer.pages.office.web_version", lambda *wanted: "x" * 20_000_000)
        first, second = (_asked(visitor.server) for _ in range(2))
        with first, second:
            second.recv(1)  # the second answer was begun, and is now the one that is kept
            time.sleep(0.2)
            assert _taken(first) < 20_000_000


def _asked(server: tuple[str, int]) -> socket.socket:
    connection = socket.create_connection(server, timeout=5)
    connection.sendall(b"GET /view/update/1 HTTP/1.1\r\nHost: x\r\n\r\n")
    time.sleep(0.2)
    return connection


def _taken(connection: socket.socket) -> int:
    """How many octets come until the connection ends."""
    octets = 0
    try:
        while piece := connection.recv(1 << 20):
            octets += len(piece)
    except ConnectionResetError:
        pass
    return octets


# --- links ---


@pytest.mark.parametrize(
    "address",
    ["::127.0.0.1", "::ffff:0:10.0.0.1", "64:ff9b:1::a00:1", "fec0::1", "5f00::1", "3fff::1", "192.88.99.1"],
)
def test_no_address_that_stands_for_a_private_one_is_asked(address: str) -> None:
    assert not is_public(address)


@pytest.fixture
def slow_greeting() -> Iterator[tuple[int, list[bool]]]:
    """The port of a server that begins TLS and sends an octet now and then; and whether its client has left."""
    left: list[bool] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.sendall(b"\x16\x03\x03\x40\x00")
                try:
                    for _ in range(40):
                        connection.sendall(b"\x02")
                        time.sleep(0.05)
                except OSError:
                    left.append(True)

        thread = threading.Thread(target=serve)
        thread.start()
        yield listener.getsockname()[1], left
        thread.join()


def test_a_server_that_is_slow_to_begin_TLS_is_left(
    slow_greeting: tuple[int, list[bool]], monkeypatch: pytest.MonkeyPatch
) -> None:
    port, left = slow_greeting
    monkeypatch.setattr(link_checker, "SECONDS", 0.3)
    checker = WebLinkChecker(lambda address: True, frozenset({port}))
    assert not checker.ask(f"https://127.0.0.1:{port}/").alive
    for _ in range(20):
        if left:
            break
        time.sleep(0.05)
    assert left == [True]


# --- articles ---


def test_C7_a_correction_of_one_word_many_times_is_compared_at_once() -> None:
    began = time.process_time()
    marked("a " * 999, "a b " * 499)
    assert time.process_time() - began < 0.5
    assert marked("We meet in May in Rome.", "We meet in June in Rome.") == "We meet in [-May-]{+June+} in Rome."


# --- what is shown to everybody ---


def test_law_4_a_translation_of_what_was_withdrawn_is_on_no_site(harness: Harness) -> None:
    harness.import_list("cag", BOARD)
    publish(harness, *document(ENGLISH))
    publish(harness, *document(GERMAN, "de"))
    with harness.office() as office:
        before = OfficePublished(office).contents().documents
        library.take_back(office, library.find(office, "faq"), "its answers are wrong")
        assert [one.language for one in before] == ["en", "de"]
        assert OfficePublished(office).contents().documents == ()
        with pytest.raises(NotGranted, match="not published any more"):
            OfficePublished(office).document(before[1])


@pytest.mark.parametrize("early", [{"waits_for": "the guidance document"}, {"not_before": date(2027, 3, 1)}])
def test_law_4_a_press_release_waits_for_what_it_says(harness: Harness, early: dict[str, Any]) -> None:
    harness.import_list("cag", BOARD)
    harness.import_list("journalists", JOURNALISTS)
    build(harness, replace(release(harness, embargo=None), **early))
    harness.do(lambda office: library.submit(office, library.find(office, "salvador")))
    harness.tick()
    for member in BOARD:
        harness.answer(member, "APPROVE")
    with pytest.raises(NotGranted, match="not to be published before"):
        plan(harness)
    harness.tick()
    assert [harness.mails_to(one) for one in JOURNALISTS] == [[], []]


def test_C6_a_language_is_no_path(tmp_path: Path) -> None:
    for name in ("scope", "secret"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "document.toml").write_text('title = "x"\nversion = "1.0"\ndate = 2026-01-01\n')
    with pytest.raises(ConfigError, match="is no language tag"):
        library_folder.read(tmp_path / "scope", "../secret")


def test_C7_a_text_of_beginnings_of_pictures_is_taken_at_once() -> None:
    article = Article(
        id=5, publication="update", title="Roads", address=MIA, language="en", asked_at=NOW, changed_at=NOW
    )
    began = time.process_time()
    for text in ("![" * 90_000, "![\\" * 60_000):
        article_files._text(article, Delivery(article=5, received_at=NOW, markdown=text), [])
    assert time.process_time() - began < 1


def test_G12_no_other_way_out_has_words_whose_author_took_the_yes_back(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    harness.approved()
    focus = Channel("focus", "ISO Focus", ("update",))
    harness.restart(articles=ArticleRules("required"), channels={"focus": focus})
    with harness.office() as office:
        ways_out.require(office, focus, harness.issue)
        assert printing.issue_to_print(office, harness.issue).fault == ""
        monkeypatch.setattr(author_consent, "missing_of_built", lambda *built: ["article 1 is corrected"])
        with pytest.raises(NotGranted, match="Not every author has said yes"):
            ways_out.require(office, focus, harness.issue)
        assert "article 1 is corrected" in printing.issue_to_print(office, harness.issue).fault
