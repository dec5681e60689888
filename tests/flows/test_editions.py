"""A French and a Japanese edition go the whole way by mail: request, reply, proof, yes, grant, readers."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest

from mailer.adapters.sandbox import SandboxUser
from mailer.handlers import imports, issues, mailings
from mailer.message import Address
from mailer.model import list_file
from mailer.model.editions import State
from mailer.model.imports import ImportOptions
from mailer.model.lists import Details
from tests.flows.office import BOARD, OFFICE, SECRETARY, Flow, office

DATA = Path(__file__).parents[1] / "data" / "editions"
ANNE = SandboxUser("anne@nmb.example", "Anne Roy", "secret-4")
YUKI = SandboxUser("yuki@union.example", "Yuki Mori", "secret-5")
NILS = SandboxUser("nils@nmb.example", "Nils", "secret-6")
KEN = SandboxUser("ken@union.example", "Ken", "secret-7")
DORA = SandboxUser("dora@liaison.example", "Dora", "secret-8")
LANGUAGES = {ANNE: "fr", NILS: "fr", YUKI: "ja", KEN: "ja", DORA: "en"}


@pytest.fixture
def flow(tmp_path: Path) -> Iterator[Flow]:
    fonts = json.dumps([str(DATA / "fonts" / f"NotoSansJP-{weight}.otf") for weight in ("Regular", "Bold")])
    people = (SECRETARY, *BOARD, *LANGUAGES)
    with office(tmp_path, people, MAILER_IDENTITY__FONTS=fonts) as made:
        shutil.rmtree(tmp_path / "issues" / "update-1")
        shutil.copytree(DATA / "issue", tmp_path / "issues" / "update-1")
        yield made


def last(flow: Flow, person: SandboxUser, tag: str = "") -> EmailMessage:
    """The newest mail in somebody's mailbox that can be answered."""
    return next(mail for mail in reversed(flow.inbox(person)) if mail["Reply-To"] and tag in str(mail["Subject"]))


def begun(flow: Flow) -> None:
    """The board has granted issue 1, and nobody has it yet."""
    flow.import_list("cag", BOARD)
    rows = [
        list_file.Row(Address.parse(person.address, person.name), Details(name=person.name, language=language))
        for person, language in LANGUAGES.items()
    ]
    with flow.app.open_store().transaction() as work:
        imports.import_rows(flow.app.office(work, "test", "import nmb"), "nmb", rows, ImportOptions(replace=True))
    flow.build()
    with flow.app.store.transaction() as work:
        acting = flow.app.office(work, "test", "submit")
        issues.submit(acting, issues.find(acting, "update", 1))
    flow.tick()
    vote(flow)


def vote(flow: Flow) -> None:
    for member in BOARD[:2]:
        flow.reply(member, last(flow, member), "APPROVE")
    flow.tick()


def states(flow: Flow) -> dict[str, State]:
    with flow.app.store.snapshot() as work:
        return {one.language: one.state for one in work.editions.in_states(list(State))}


def test_a_french_and_a_japanese_edition_go_the_whole_way_by_mail(flow: Flow, tmp_path: Path) -> None:
    begun(flow)
    flow.write(ANNE, OFFICE.address, "Traduction", "traduire 1 fr\n")
    flow.write(YUKI, OFFICE.address, "翻訳", "翻訳 1 日本語\n")
    flow.tick()
    assert states(flow) == {"fr": State.ASKED, "ja": State.ASKED}

    flow.reply(ANNE, last(flow, ANNE), (DATA / "fr.txt").read_text("utf-8"))
    copy = last(flow, YUKI)
    answer = EmailMessage()
    for name, value in (("From", YUKI.address), ("To", str(copy["Reply-To"])), ("Subject", f"Re: {copy['Subject']}")):
        answer[name] = value
    answer["In-Reply-To"], answer["Message-ID"] = copy["Message-ID"], "<translation@client.example>"
    answer["Date"] = "Mon, 23 Nov 2026 12:00:00 +0000"
    answer.set_content("")
    answer.add_attachment((DATA / "ja.txt").read_bytes(), "text", "plain", filename="update-1-ja.txt")
    to = str(copy["Reply-To"]).rpartition("<")[2].rstrip(">")
    flow.sandbox.submit(YUKI, answer.as_bytes(policy=SMTP), [to])
    flow.tick()
    flow.tick()
    assert states(flow) == {"fr": State.PROOF, "ja": State.PROOF}
    for person, words in ((ANNE, "Le long chemin sinueux"), (YUKI, "ISO/SRへの長く曲がりくねった道")):
        proof = last(flow, person)
        text = proof.get_body(("plain",))
        assert text is not None and words in text.get_content()
        (pdf,) = [part for part in proof.iter_attachments() if part.get_content_type() == "application/pdf"]
        (tmp_path / f"{person.name}.pdf").write_bytes(pdf.get_content())
        flow.reply(person, proof, "YES")
    flow.tick()
    assert states(flow) == {"fr": State.AGREED, "ja": State.AGREED}

    for mail in [one for one in flow.inbox(SECRETARY) if "can be submitted" in str(one["Subject"])]:
        flow.reply(SECRETARY, mail, "YES")
        flow.tick()
        vote(flow)
    assert states(flow) == {"fr": State.GRANTED, "ja": State.GRANTED}

    with flow.app.store.transaction() as work:
        acting = flow.app.office(work, "test", "send")
        issue = issues.find(acting, "update", 1)
        mailings.start(acting, issue, mailings.outstanding(acting, issue))
    flow.tick()
    got = {
        person.name: [str(mail["Subject"]) for mail in flow.inbox(person) if mail["List-Id"]] for person in LANGUAGES
    }
    french, japanese = (subject for subject in (got["Nils"][0], got["Ken"][0]))
    assert "Le long chemin sinueux vers ISO/SR" in french
    assert "ISO/SRへの長く曲がりくねった道" in japanese
    assert "The long and winding road to ISO/SR" in got["Dora"][0]
    assert {name: len(subjects) for name, subjects in got.items()} == dict.fromkeys(got, 1)
    assert states(flow) == {"fr": State.SENT, "ja": State.SENT}
    page = next(mail for mail in flow.inbox(NILS) if mail["List-Id"]).get_body(("plain",))
    assert page is not None and "Anne Roy" in page.get_content()
