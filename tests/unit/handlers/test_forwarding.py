"""“forward 3”: an issue as a mail that readers can pass on; and a copy that was passed on although it has a token."""

from __future__ import annotations

from dataclasses import replace
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser

import pytest

from mailer.compose.forwarding import FORWARDER
from mailer.model.issues import Marker
from mailer.model.lists import Standing
from mailer.model.publications import Forwarding, ForwardingCopy
from mailer.pages.office import OfficePages
from mailer.tokens import find_tokens
from tests.flows.environment import EDITION
from tests.unit.harness import BOARD, DAY, NILS, NMB, NORA, OFFICE, Harness, text_of

LETTER = replace(
    EDITION,
    html=(
        "<html><body><table><tr><td class='x'><p>⟦greeting⟧</p><p>News.</p></td></tr><tr><td><p>The publisher</p>"
        '<p class="small">Sent to ⟦recipient⟧. <a href="⟦leave⟧">Leave this list</a> at any time.</p></td></tr></table>'
        "</body></html>"
    ),
    text="⟦greeting⟧\n\nNews.\n\n-- \nThe publisher\n\nSent to ⟦recipient⟧\nTo leave this list:\n⟦leave⟧\n",
)


def prepare(harness: Harness) -> Harness:
    """Issue 1 is sent."""
    harness.import_list("cag", BOARD)
    harness.import_list("nmb", NMB, name="Nils Holm")
    harness.build(LETTER)
    harness.submit()
    for member in BOARD[:2]:
        harness.answer(member, "APPROVE")
    harness.start()
    harness.tick()
    return harness


@pytest.fixture
def office(harness: Harness) -> Harness:
    return prepare(harness)


def ask(office: Harness, line: str = "forward 1", sender: str = NILS) -> EmailMessage:
    """What the reader gets for this line."""
    office.write(sender, OFFICE, "x", f"{line}\n", **{"X-Number": str(office.now.timestamp())})
    office.tick()
    office.pass_by(DAY / 1000)
    return office.mails_to(sender)[-1]


def attached(mail: EmailMessage) -> EmailMessage:
    """The mail that is meant for forwarding."""
    (part,) = [part for part in mail.walk() if part.get_content_type() == "message/rfc822"]
    inside = part.get_payload(0)
    assert isinstance(inside, EmailMessage)
    return inside


def everything(mail: EmailMessage) -> str:
    """The header and all texts."""
    parts = [part.get_content() for part in mail.walk() if part.get_content_maintype() == "text"]
    return "\n".join([*(f"{name}: {value}" for name, value in mail.items()), *parts])


@pytest.mark.parametrize("line", ["forward 1", "get latest to forward", "第1号転送用"])
def test_B13_a_copy_meant_for_forwarding_has_no_token_and_no_name(office: Harness, line: str) -> None:
    mail = ask(office, line)
    inside = attached(mail)
    said = everything(inside)
    assert (find_tokens(said), NILS in said, "Nils" in said) == ([], False, False)
    assert [inside[name] for name in ("To", "List-Unsubscribe", "Message-ID")] == [None] * 3
    assert (inside["From"], inside["X-Unsent"]) == ("ISO/SR Update <tg2@iso-sr.example>", "1")
    text = inside.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert text.splitlines() == [
        *("Dear reader,", "", "News.", "", "-- ", "The publisher", "", "Sent on by a reader."),
        "To receive it yourself, write “subscribe” to",
        "tg2+subscribe@iso-sr.example.",
    ]
    html = inside.get_body(("html",)).get_content()  # type: ignore[union-attr]
    assert '<p class="small">Sent on by a reader. To receive it yourself' in html
    assert 'href="mailto:tg2+subscribe@iso-sr.example?subject=subscribe&amp;body=subscribe"' in html
    assert not [marker for marker in (*Marker, FORWARDER) if marker in html]
    assert [part.get_filename() for part in mail.iter_attachments()] == ["update-1-to-forward.eml", "update-1.pdf"]
    assert find_tokens(everything(mail)) == []


@pytest.mark.parametrize("line", ["forward 1 with my name", "get 1 to forward, with my name"])
def test_a_reader_may_say_who_sends_it_on(office: Harness, line: str) -> None:
    assert " Sent on by Nils Holm. " in text_of(attached(ask(office, line)))


def test_a_name_is_only_text(office: Harness) -> None:
    office.import_list("nmb", NMB, name="<b>{{7*7}}</b> ⟦leave⟧")
    html = attached(ask(office, "forward 1 with my name")).get_body(("html",)).get_content()  # type: ignore[union-attr]
    assert "Sent on by &lt;b&gt;{{7*7}}&lt;/b&gt; ⟦leave⟧." in html


@pytest.mark.parametrize(
    "line", ["forward to my colleague", "Forward it to whom you like", "forward 1 to bob@x.example"]
)
def test_what_only_begins_like_it_is_read_by_a_person(office: Harness, line: str) -> None:
    before = len(office.trail("copy to pass on"))
    ask(office, line)
    assert len(office.trail("copy to pass on")) == before


def test_B1_copies_to_pass_on_are_capped(office: Harness) -> None:
    for _ in range(6):
        ask(office)
    assert len(office.trail("copy to pass on")) == 5


def test_law_4_what_is_not_granted_is_not_passed_on(harness: Harness) -> None:
    harness.asked()
    assert "There is no issue 1 that was sent to you." in text_of(ask(harness))
    assert harness.trail("copy to pass on") == []


def test_law_4_the_form_is_part_of_the_grant(office: Harness) -> None:
    with office.environment.store.snapshot() as work:
        grant = work.approvals.grant("issue", office.issue.id)
    assert grant is not None
    assert [name for name in grant.subject.forms if "forward" in name] == ["form en to forward"]
    office.restart(plus=False)  # another address to subscribe
    ask(office)
    assert office.trail("copy to pass on") == []


def test_a_stranger_gets_none(office: Harness) -> None:
    ask(office, sender="stranger@example.net")
    assert office.trail("copy to pass on") == []


def test_the_publisher_may_not_want_it(harness: Harness) -> None:
    harness.restart(identity=replace(harness.process.rules.identity, forwarding=Forwarding.NONE))
    prepare(harness)
    assert "not meant to be passed on" in text_of(ask(harness))
    assert harness.trail("copy to pass on") == []


def test_it_is_attached_to_each_copy_where_the_publication_says_so(harness: Harness) -> None:
    update = replace(harness.process.rules.publication("update"), forwarding_copy=ForwardingCopy.ATTACHED)
    harness.restart(publications={"update": update})
    prepare(harness)
    (mail,) = [mail for mail in harness.mails_to(NILS) if mail["List-Id"]]
    assert [part.get_filename() for part in mail.iter_attachments()] == ["update-1.pdf", "update-1-to-forward.eml"]
    said = everything(attached(mail))
    assert (find_tokens(said), NILS in said, "Sent on by a reader." in said) == ([], False, True)
    assert len(find_tokens(str(mail["List-Unsubscribe"]))) == 1


def test_B13_the_pdf_of_a_copy_has_no_token_and_no_name(office: Harness) -> None:
    (mail,) = [mail for mail in office.mails_to(NORA) if mail["List-Id"]]
    (pdf,) = mail.iter_attachments()
    assert pdf.get_content() == LETTER.pdf


# --- a reader's own copy that was passed on ---


def own_copy(office: Harness) -> EmailMessage:
    (mail,) = [mail for mail in office.mails_to(NILS) if mail["List-Id"]]
    return BytesParser(policy=policy.default).parsebytes(mail.as_bytes())


def leave_link(mail: EmailMessage, scheme: str) -> str:
    links = [part.strip(" <>") for part in str(mail["List-Unsubscribe"]).split(",")]
    return next(link for link in links if link.startswith(scheme))


@pytest.mark.parametrize("way", ["mail", "page"])
def test_B13_the_new_reader_of_a_copy_leaves_and_its_owner_undoes_it(harness: Harness, way: str) -> None:
    harness.restart(url="https://news.iso-sr.example/")
    mail = own_copy(prepare(harness))
    (token,) = {str(token) for token in find_tokens(leave_link(mail, "mailto:"))}
    assert token in leave_link(mail, "https:")
    site = OfficePages(harness.environment.store.key, harness.office, lambda: {1: "ISO/SR Update"}, harness.office)
    if way == "mail":
        harness.write("new.reader@example.net", f"tg2+{token}@iso-sr.example", "unsubscribe", "")
    else:
        site.leave(token)
    harness.tick()
    assert harness.standing("nmb", NILS) is Standing.LEFT
    goodbye = harness.mails_to(NILS)[-1]
    assert "Whoever gets a mail that you pass on can press its button." in text_of(goodbye)
    assert harness.mails_to("new.reader@example.net") == []
    if way == "page":
        (back,) = {str(one) for one in find_tokens(text_of(goodbye)) if str(one).startswith("back-")}
        site.come_back(back)
    else:
        harness.environment.reply(NILS, goodbye, "yes\n")
        harness.tick()
    assert harness.standing("nmb", NILS) is Standing.ACTIVE
