"""Every way out: what no board has granted leaves by none, but as a draft to those who work on it (law 4)."""

from __future__ import annotations

import ast
import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import cache
from pathlib import Path

import pytest

from mailer.compose.issues import marked
from mailer.contacts import contact_of
from mailer.errors import NotGranted, Refused
from mailer.handlers import issues, mailings
from mailer.message import Address
from mailer.model.issues import Inline, State
from mailer.model.mailings import Resend
from tests.flows.environment import EDITION
from tests.flows.office import parsed
from tests.unit.harness import ANA, BOARD, NILS, NMB, SECRETARY, Harness

ROOT = Path(__file__).parents[2] / "mailer"

PLANTED = {
    part: f"planted in the {part}: a sentence that nobody else writes"
    for part in ("text", "html", "alt", "pdf", "picture")
}
DRAFT = replace(
    EDITION,
    text=f"{EDITION.text}\n{PLANTED['text']}\n",
    html=f"<body>{EDITION.html}<p>{PLANTED['html']}</p><img src='cid:one@x' alt='{PLANTED['alt']}'></body>",
    pdf=b"%PDF-1.7 " + PLANTED["pdf"].encode(),
    pictures=(Inline("one@x", "image/png", b"\x89PNG " + PLANTED["picture"].encode()),),
)
INSIDERS = {SECRETARY, *BOARD}


# --- the list of ways is closed ---

READ = {
    "app/audit_export.py _editions": "the record for an auditor, into a folder of the office",
    "app/library_files.py printed": "prints the source on the office's own machine, for its commands",
    "commands/list_versions.py show_version": "a published version, as text on the secretary's terminal",
    "commands/list_versions.py submit": "a published version, to see whether it has its files",
    "handlers/list_documents.py ListSubject.digest": "hashes",
    "handlers/list_documents.py ListSubject.preview": "the ballot mail: the board, marked DRAFT",
    "handlers/list_documents.py freeze": "looks whether there are any",
    "handlers/list_documents.py granted": "`list export --version`: asks for the grant",
    "handlers/list_documents.py subject_of": "hashes",
    "app/root.py App.edition": "renders the source on the office's own machine, for its commands",
    "commands/issues.py amend": "renders the source on the office's own machine",
    "commands/issues.py build": "renders the source on the office's own machine",
    "commands/issues.py check": "renders the source on the office's own machine, and stores nothing",
    "commands/faq.py _titles": "questions of a granted version, on the secretary's terminal",
    "commands/faq.py list_entries": "questions of granted versions, on the secretary's terminal",
    "feedback_mail.py _editions": "compares what an answer encloses with what has no grant",
    "grants.py edition_subject": "hashes",
    "grants.py forms_of": "hashes",
    "grants.py require_shown_edition": "hashes",
    "grants.py require_shown_issue": "hashes",
    "grants.py document_subject": "hashes; its callers compare with the grant, or ask a board",
    "list_documents.py require_shown": "the site: asks for the grant",
    "published.py OfficePublished._granted": "the site: asks for the grant",
    "published.py OfficePublished.document": "the site: asks for the grant",
    "handlers/channels.py require": "a pack: asks for the grant",
    "handlers/copies.py send_forwardable": "`forward 1`: asks for the grant, which covers this form",
    "handlers/editions.py EditionSubject.preview": "the ballot mail: the board, marked DRAFT",
    "handlers/editions.py edition_facts": "`issue show --edition --out`: marked DRAFT, with an audit entry",
    "handlers/faq.py _keep_index": "the words of granted versions, into the index; what is sent are the printed forms",
    "handlers/issues.py IssueSubject.preview": "the ballot mail: the board, marked DRAFT",
    "handlers/issues.py facts": "`issue show --out`: marked DRAFT, with an audit entry",
    "handlers/issues.py send_test": "test copies: insiders, marked, with an audit entry",
    "handlers/library.py DocumentSubject.preview": "the ballot mail: the board, marked DRAFT",
    "handlers/links.py published": "after the grant was asked for: the links, to compare a proposal and to ask them",
    "handlers/library.py show": "`library show`: into a folder of the office; a draft has an audit entry",
    "handlers/manuscripts.py _draft_pdf": "asks the editors and the secretary: named a draft, with an audit entry",
    "presenters.py papers": "the kit for presenters: asks for the grant",
    "proofs.py Proofs._make": "a proof: its translator alone, marked DRAFT, with an audit entry",
    "sending/press.py _attachments": "a press release: its caller asks for the grant, for each copy",
    "sending/issues.py EditionContents.content": "copies: held against the grant by the composer",
    "sending/issues.py IssueContents.content": "copies: held against the grant by the composer",
    "app/article_files.py in_folder": "the names of articles, for the plan on the secretary's terminal",
    "app/article_files.py page": "a proof: its author alone, marked DRAFT, with an audit entry",
    "app/article_files.py printed": "one article, for its author's proof and corrections",
    "app/report_articles.py draft": "the language of the issue into which an article is written",
    "handlers/printing.py issue_to_print": "`issue print`: asks for the grant; a draft is marked on each page",
    "handlers/printing.py _edition_to_print": "`issue print --edition`: as above, with an audit entry of each draft",
    "handlers/printing.py document_to_print": "`library print`: as above; so is what may not be published yet",
}
"""Whatever reads the bytes of an issue."""

WRITTEN = {
    "adapters/clock.py AheadClock.pass_by": "the time of a trial",
    "adapters/eml.py EmlTransport._write": "a transport: what the outbox gives",
    "adapters/dkim/keys.py write_key": "a key",
    "adapters/issue_folder/__init__.py create": "an example to overwrite",
    "adapters/issue_folder/__init__.py keep_events": "what blocks of events show, into the issue's own folder",
    "adapters/issue_folder/drafts.py place": "what a presenter or an author wrote, into the folder of an issue",
    "adapters/library_folder/beginning.py _write": "an example to overwrite, or the original to translate",
    "app/library_links.py _write": "the list of links, into the office's own folder",
    "adapters/library_folder/faq_entries.py add": "an entry of the next version, into the document's folder",
    "adapters/whole_files.py write_folder": "what its caller gives",
    "app/article_files.py apply": "an author's corrections, into the article in the folder of its issue",
    "commands/article_views.py _write_out": "`article show --out`: what an author sent, for those who work on it",
    "app/audit_export.py export": "the record for an auditor, into a folder of the office",
    "app/backups.py restore": "the office's own files",
    "app/channels.py write": "a pack: its caller asks for the grant, in the same transaction",
    "app/loop.py LoopTest._send": "a mail from the office to itself",
    "app/office_files.py OfficeFiles.write": "what its caller gives",
    "app/root.py App.init": "the configuration",
    "adapters/site/builder.py SiteBuilder._make": "the site: what ports.Published gives out",
    "adapters/site/record.py SiteRecordFile.write": "how the site stands, into the data folder",
    "app/telling.py DirectMail.__call__": "an outage, to the secretary",
    "commands/criteria.py _write": "the criteria: files for those who work on them",
    "commands/events.py export": "accepted events that are not internal, into a file of the office",
    "commands/identity.py show": "a specimen of the design, into a folder of the office",
    "commands/printing.py _write": "`print --out`: granted pages, or marked DRAFT on each of them, with an audit entry",
    "commands/library.py write_files": "`library show --out`: files for those who work on them",
    "commands/list_versions.py _write": "`list export --out`: granted files, or marked DRAFT, with an audit entry",
    "commands/issues.py write_files": "`issue show --out`: marked DRAFT, with an audit entry",
    "handlers/copies.py send_copy": "`get 1`: asks for the grant",
    "handlers/issues.py send_test": "test copies: insiders, marked, with an audit entry",
    "handlers/mailings.py _write_originals": "a send: the callers of its callers ask for the grant",
    "handlers/mailings.py send_again": "a copy once more: asks for the grant",
    "handlers/press.py _send": "a press release: asks for the grant, as each copy does once more",
    "office.py Office.write": "notices: templates and values",
    "readership.py _write_to_those_who_asked": "an edition: its caller asks for the grant",
    "readership.py write_edition": "an edition: asks for the grant",
    "reviewing/starting.py write_copies": "a review: a notice with each reader's own values",
    "sending/sender.py Sender._deliver": "what the outbox gives",
    "sending/single.py send_one": "what its caller gives",
}
"""Whatever puts something into the outbox, on a wire, or into a file."""

READS = (
    *("issues.edition", "issues.editions_at", "app.read_issue", "app.edition", "renderer.edition"),
    *("renderer.document", "library.printed", "library.files", "library.source_files"),
    "list_documents.forms",
    "issues.edition",
    "issues.editions_at",
    "app.read_issue",
    "app.edition",
    "renderer.edition",
)
WRITES = (
    *("outbox.add", "outbox.add_copies", "outbox.add_copy", "transport.deliver", "_transport.deliver", "send_one"),
    *("folder.write", "reviews.write_copies", "write_file", "write_folder", "OfficeFiles.write"),
)


def calls(names: tuple[str, ...]) -> Iterator[str]:
    """Each function that calls one of these, with its file."""
    return (place for place, called in every_call() if called in names)


@cache
def every_call() -> tuple[tuple[str, str], ...]:
    """Each call in the program: its file and function, and the last two names of what it calls."""
    return tuple(
        call
        for path in sorted(ROOT.glob("**/*.py"))
        if path.parts[-2] != "demo"
        for call in _calls(ast.parse(path.read_text("utf-8")), str(path.relative_to(ROOT)), ())
    )


def _calls(node: ast.AST, path: str, within: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for child in ast.iter_child_nodes(node):
        named = isinstance(child, ast.FunctionDef | ast.ClassDef)
        if isinstance(child, ast.Call):
            yield f"{path} {'.'.join(within)}", _name(child.func)
        yield from _calls(child, path, (*within, child.name) if named else within)  # type: ignore[attr-defined]


def _name(called: ast.expr) -> str:
    """``library.printed`` of ``office.work.library.printed``."""
    if isinstance(called, ast.Name):
        return called.id
    if not isinstance(called, ast.Attribute):
        return ""
    before = called.value
    owner = before.attr if isinstance(before, ast.Attribute) else before.id if isinstance(before, ast.Name) else ""
    return f"{owner}.{called.attr}"


@pytest.mark.parametrize(("names", "known"), [(READS, READ), (WRITES, WRITTEN)])
def test_law_4_every_way_out_has_a_row(names: tuple[str, ...], known: dict[str, str]) -> None:
    assert sorted(set(calls(names))) == sorted(known)


def test_law_4_whoever_starts_copies_asks_for_the_grant() -> None:
    """``outbox.add_copies`` and ``add_copy`` stand only in functions that ask, or whose callers do."""
    asking = set(calls(("grants.require_issue",)))
    starters = set(calls(("_write_copies",))) | set(calls(("_continue",)))
    assert {f"handlers/mailings.py {name}" for name in ("start", "_continue", "schedule", "release")} <= asking
    assert starters == {
        f"handlers/mailings.py {name}"
        for name in ("start", "send_to_newcomers", "resend_failed", "send_again", "_send_original")
    }
    assert set(calls(("_write_originals",))) == {
        f"handlers/mailings.py {one}" for one in ("_write_copies", "_send_original")
    }
    assert "readership.py write_edition" in set(calls(("grants.require_edition",)))
    assert set(calls(("_write_to_those_who_asked",))) == {"readership.py write_edition"}
    assert {"handlers/channels.py keep", "handlers/channels.py mail"} == set(calls(("_add",))) & {
        f"handlers/channels.py {one}" for one in ("keep", "mail", "note", "answered")
    }
    assert "handlers/channels.py _add" in set(calls(("require",)))
    assert "handlers/copies.py _require_granted" in asking
    assert set(calls(("_require_granted",))) == {
        "handlers/copies.py send_copy",
        "handlers/copies.py send_forwardable",
    }


# --- the walk ---


def found(raw: bytes) -> set[str]:
    """The parts whose planted sentence is in a mail, however it is encoded."""
    bodies = [raw, *(part.get_payload(decode=True) or b"" for part in parsed(raw).walk() if not part.is_multipart())]
    whole = b"\n".join(body for body in bodies if isinstance(body, bytes)).replace(b"=\n", b"").replace(b"\r\n", b" ")
    whole = b" ".join(whole.split())
    return {part for part, words in PLANTED.items() if words.encode() in whole}


def leaked(harness: Harness) -> set[tuple[str, str]]:
    """Who got which part of the draft, other than those who work on it."""
    return {(to, part) for to, raw in harness.environment.relay.accepted if to not in INSIDERS for part in found(raw)}


def prepared(harness: Harness) -> None:
    harness.import_list("cag", BOARD)
    harness.import_list("nmb", NMB)
    harness.build(DRAFT)
    harness.submit()


def test_law_4_what_nobody_has_granted_leaves_only_as_a_draft(
    harness: Harness, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    prepared(harness)
    assert harness.issue.state is State.SUBMITTED
    harness.write(NILS, "tg2@iso-sr.example", "x", "get 1\n")
    harness.write(NILS, "tg2@iso-sr.example", "x", "get latest\n")
    harness.write(NILS, "tg2@iso-sr.example", "x", "What is in the next issue?\n")
    harness.write(NILS, "tg2@iso-sr.example", "x", "status\n")
    harness.write(NILS, "tg2@iso-sr.example", "x", "help\n")
    quoted = f"I do not know.\n\n> {PLANTED['text']}\n"
    harness.answer(ANA, quoted)
    harness.do(lambda office: issues.send_test(office, harness.issue, Address.parse(SECRETARY)))
    with harness.office() as office:
        for to in (NILS, "nobody@x.example"):
            with pytest.raises(Refused, match="gets no test copy"):
                issues.send_test(office, harness.issue, Address.parse(to))
        for act in (
            lambda: mailings.start(office, harness.issue, ["nmb"]),
            lambda: mailings.schedule(office, harness.issue, harness.now + timedelta(days=1)),
        ):
            with pytest.raises(NotGranted):
                act()
    harness.tick()
    assert leaked(harness) == set()
    accepted = harness.environment.relay.accepted
    assert {part for to, raw in accepted if to == ANA for part in found(raw)} == PLANTED.keys()
    drafts = [
        mail["Subject"]
        for to in INSIDERS
        for mail, raw in ((parsed(raw), raw) for one, raw in harness.environment.relay.accepted if one == to)
        if found(raw) == PLANTED.keys() and not str(mail["Subject"]).startswith(("DRAFT", "Test", "TEST", "[Test"))
    ]
    assert drafts == []
    with harness.environment.store.snapshot() as work:
        trail = "\n".join(str(entry) for entry in work.audit.newest(10_000) if entry.action != "no vote")
    shown = caplog.text + trail
    assert [part for part, words in PLANTED.items() if words in shown] == []


def test_law_4_what_was_granted_and_then_changed_leaves_by_no_way(harness: Harness) -> None:
    harness.approved()
    harness.start()
    harness.tick()
    assert len(harness.mails_to(NILS)) == 1
    harness.do(
        lambda office: office.work.issues._connection.exec_driver_sql(  # type: ignore[attr-defined]
            "UPDATE editions SET text = ?, html = ?, pdf = ?", (DRAFT.text, DRAFT.html, DRAFT.pdf)
        )
    )
    harness.write(NILS, "tg2@iso-sr.example", "x", "get 1\n")
    with harness.office() as office:
        reader = contact_of(office, NILS)
        for act in (
            lambda: mailings.resend(office, harness.issue, Resend.NEWCOMERS),
            lambda: mailings.resend(office, harness.issue, Resend.FAILED),
            lambda: mailings.send_again(office, harness.issue, reader),
        ):
            with pytest.raises(NotGranted, match="the text of the edition"):
                act()
    harness.tick()
    assert leaked(harness) == set()


def test_a_draft_is_marked_wherever_it_is_shown() -> None:
    shown = marked(DRAFT, "DRAFT, not approved.")
    assert shown.text.startswith("DRAFT, not approved.\n\n")
    assert shown.html.startswith("<body><p style=") and "DRAFT, not approved." in shown.html
    bare = marked(EDITION, "DRAFT, not approved.")
    assert "DRAFT, not approved." in bare.html
