"""An issue with editions in two languages: what the board is shown, and which reader gets which."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mailer.message import Address, Outgoing
from mailer.model.approvals import Outcome
from mailer.model.forms import digest_of
from mailer.model.issues import Issue, Wording
from mailer.model.lists import Details, Format
from tests.fakes import FakeTransport
from tests.flows.environment import EDITION, SOURCE
from tests.unit.harness import ANA, BO, BOARD, Harness, text_of
from tests.unit.sending.mails import body, read

FRENCH = replace(
    EDITION, subject="Le point 1", text="⟦greeting⟧\n\nNouvelles.\n", pdf=b"%PDF fr", wording=Wording("Cher %(name)s,")
)
READERS = {
    "anna@nmb.example": Details("Anna", language="en"),
    "bo@nmb.example": Details("Bo", language="fr-ca"),
    "cy@nmb.example": Details("Cy", language="ru"),
    "dee@nmb.example": Details("Dee", language="fr", format=Format.PDF),
    "eve@nmb.example": Details("Eve"),
}
READ_FRENCH = {"bo@nmb.example", "dee@nmb.example"}


def prepare(harness: Harness, personal: bool) -> None:
    """Issue 1 is built in English, translated into French, and approved by the board."""
    harness.restart(publications={"update": replace(harness.process.rules.publication("update"), personal=personal)})
    harness.import_list("cag", BOARD)
    harness.import_list("nmb", list(READERS))
    for address, details in READERS.items():
        harness.do(
            lambda office, a=address, d=details: office.work.lists.save_contact(Address.parse(a), d, harness.now)
        )
    harness.build()
    both = {"en": EDITION, "fr": FRENCH}
    harness.do(lambda office: office.work.issues.freeze(harness.issue, SOURCE, both, harness.now))
    harness.submit()
    for member in (ANA, BO):
        harness.answer(member, "APPROVE")


def sent(harness: Harness) -> list[Outgoing]:
    relay = FakeTransport()
    harness.start()
    harness.environment.sender(harness.environment.runtime(rules=harness.process.rules), relay).drain()
    return [mail for mail in relay.sent if mail.mailing is not None]


def test_A19_the_board_is_shown_every_edition_and_grants_them_all(harness: Harness) -> None:
    prepare(harness, personal=True)
    request = harness.request(ANA)
    assert "News." in text_of(request) and "Nouvelles." in text_of(request)
    assert [part.get_payload(decode=True) for part in request.iter_attachments()] == [EDITION.pdf, FRENCH.pdf]
    with harness.environment.store.snapshot() as work:
        grant = work.approvals.grant(Issue.KIND, harness.issue.id)
    assert grant is not None and harness.outcome is Outcome.GRANTED
    forms = grant.subject.forms
    assert grant.subject.digest == digest_of(forms) == harness.ballot.subject.digest
    assert {name.split()[1] for name in forms if name.startswith("form ")} == {"en", "fr"}


@pytest.mark.parametrize("personal", [True, False])
def test_a_reader_gets_the_edition_in_their_language(harness: Harness, personal: bool) -> None:
    prepare(harness, personal)
    mails = sent(harness)
    got = {mail.envelope.recipients[0]: read(b"".join(mail.parts)) for mail in mails}
    assert got.keys() == READERS.keys()
    for recipient, mail in got.items():
        text = mail.get_body(("plain",))
        assert text is not None
        french = recipient in READ_FRENCH
        assert mail["Subject"] == (FRENCH.subject if french else EDITION.subject)
        greeting = f"{'Cher' if french else 'Dear'} {READERS[recipient].name}," if personal else "Dear reader,"
        assert body(text).split("\n")[:3] == [greeting, "", "Nouvelles." if french else "News."]


def test_a_template_is_made_once_for_each_edition_and_format_however_readers_ask_for_it(harness: Harness) -> None:
    prepare(harness, personal=True)
    assert len({mail.template for mail in sent(harness)}) == 2


def test_copies_that_are_alike_are_told_apart_by_language(harness: Harness) -> None:
    prepare(harness, personal=False)
    ids = {mail.envelope.recipients[0]: str(read(b"".join(mail.parts))["Message-ID"]) for mail in sent(harness)}
    mark = (harness.issue.digest or "")[:12]
    assert ids == {
        recipient: f"<update-1.pdf.{'fr' if recipient in READ_FRENCH else 'en'}.{mark}@iso-sr.example>"
        for recipient in READERS
    }
