"""What a member of a board gets: the request to vote, the drafts in it, and what changed since they were last asked."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from urllib.parse import parse_qs, urlsplit

import lxml.html
import pytest

from mailer.model.approvals import Choice, Outcome
from mailer.model.issues import Edition, Inline
from mailer.tokens import Purpose
from tests.flows.environment import EDITION
from tests.unit.harness import ANA, BO, BOARD, CLEO, NMB, Harness, text_of

HOUR = timedelta(hours=1)
PICTURE = Inline("1a2b@iso-sr.example", "image/png", b"\x89PNG of a lake")
DRAFT = replace(
    EDITION,
    html=(
        '<html lang="en"><head><style>@media (prefers-color-scheme: dark) { td { color: #fff } }</style></head><body>'
        '<table><tr><td id="article-2"><h2>The meeting</h2><p>⟦greeting⟧ We meet on 5 May 2026 in Geneva.</p>'
        '<img src="cid:1a2b@iso-sr.example" alt="A lake"></td></tr></table>'
        '<p>⟦recipient⟧ <a href="⟦leave⟧">Leave</a></p></body></html>'
    ),
    text="The meeting\n\n⟦greeting⟧ We meet on 5 May 2026 in Geneva.\n\n⟦recipient⟧ ⟦leave⟧\n",
    pictures=(PICTURE,),
)


def redrafted(old: str, new: str, draft: Edition = DRAFT) -> Edition:
    return replace(draft, html=draft.html.replace(old, new), text=draft.text.replace(old, new))


def page(mail: EmailMessage) -> str:
    return str(next(part for part in mail.walk() if part.get_content_type() == "text/html").get_content())


def said(mail: EmailMessage) -> list[str]:
    """The list of changes in the text."""
    lines = str(next(part for part in mail.walk() if part.get_content_type() == "text/plain").get_content())
    return re.findall(r"^- (?!Write)(.*)$", lines.replace("\r", ""), re.MULTILINE)


def links(mail: EmailMessage) -> list[tuple[str, str, str]]:
    """Address, subject and body of each prepared reply."""
    found = [link for link in lxml.html.fromstring(page(mail)).xpath("//a/@href") if "body=" in link]
    values = [(urlsplit(link).path, parse_qs(urlsplit(link).query)) for link in found]
    return [(address, fields["subject"][0], fields["body"][0]) for address, fields in values]


@pytest.fixture
def asked(harness: Harness) -> Harness:
    harness.import_list("cag", BOARD)
    harness.import_list("nmb", NMB)
    harness.build(DRAFT)
    harness.submit()
    return harness


def again(harness: Harness, edition: Edition) -> None:
    """Another draft, an hour later."""
    harness.pass_by(HOUR)
    harness.build(edition)
    harness.submit()


def test_a_request_shows_the_draft_as_its_readers_will_get_it_with_its_pictures(asked: Harness) -> None:
    mail = asked.request(ANA)
    related = next(part for part in mail.walk() if part.get_content_type() == "multipart/related")
    shown, picture = related.iter_parts()
    assert (picture["Content-ID"], picture.get_content()) == ("<1a2b@iso-sr.example>", PICTURE.data)
    html = shown.get_content()
    assert "Dear reader, We meet on 5 May 2026 in Geneva.</p>" in html
    assert ANA in html and "⟦" not in html and "⟧" not in html
    assert [part.get_filename() for part in mail.iter_attachments()] == ["update-1.pdf"]
    assert mail["Subject"].startswith("DRAFT of ISO/SR Update 1: your vote by Monday 30 November 2026")
    assert html.count("DRAFT") > 1 and "DRAFT, as its readers will get it" in text_of(mail)
    shown_to = [entry.detail["to"] for entry in asked.trail("draft shown")]
    assert shown_to == list(BOARD)


def test_a_request_says_the_rule_and_what_silence_means(asked: Harness) -> None:
    text = text_of(asked.request(ANA))
    assert "The rule: It is granted when more than half of the members approve: 2 of 3." in text
    assert "One objection stops it, however many approve." in text
    assert "Silence is no consent: a member who does not answer has not approved." in text


@pytest.mark.parametrize("plus", [True, False])
def test_the_prepared_replies_are_votes_when_they_are_sent_as_they_are(harness: Harness, plus: bool) -> None:
    harness.restart(plus=plus)
    harness.asked()
    mail = harness.request(ANA)
    token = harness.token(Purpose.VOTE, 1)
    to = f"tg2+{token}@iso-sr.example" if plus else "tg2@iso-sr.example"
    subject = f"Re: {mail['Subject']}" if plus else f"Re: {mail['Subject']} {token}"
    assert links(mail) == [(to, subject, f"{word}\r\n\r\n{token}\r\n") for word in ("APPROVE", "OBJECT", "ABSTAIN")]
    choices = []
    for address, subject, body in links(mail):
        harness.pass_by(HOUR)
        harness.write(ANA, address, subject, body)
        choices.append(harness.votes[-1].choice)
    assert choices == [Choice.APPROVE, Choice.OBJECT, Choice.ABSTAIN]


def test_G6_the_words_of_the_members_language_come_first_and_all_are_said(harness: Harness) -> None:
    harness.import_list("cag", BOARD, language="es")
    harness.import_list("nmb", NMB)
    harness.build()
    harness.submit()
    mail = harness.request(ANA)
    assert [body.partition("\r\n")[0] for _, _, body in links(mail)] == ["APROBAR", "OBJETAR", "ABSTENERSE"]
    text = text_of(mail)
    places = [text.index(word) for word in ("APROBAR", "APPROVE", "APPROUVER")]
    assert places == sorted(places)
    voting = harness.process.rules.voting
    assert [word for choice in Choice for word in voting.all.of(choice) if word not in text] == []


def test_the_second_draft_says_what_changed_in_words_and_marks(asked: Harness) -> None:
    again(asked, redrafted("5 May 2026 in Geneva", "6 May 2026 in Geneva"))
    mail = asked.request(ANA)
    assert mail["Subject"].startswith("DRAFT 2 of ISO/SR Update 1")
    assert said(mail) == ["Article 2: “on 5 May” is now “on 6 May”."]
    assert [one.text for one in lxml.html.fromstring(page(mail)).xpath("//div[@lang]//*[self::ins or self::del]")] == [
        "5",
        "6",
    ]


def test_a_member_is_shown_what_changed_since_they_were_asked_themselves(asked: Harness) -> None:
    asked.import_list("cag", (ANA, BO))
    again(asked, redrafted("5 May", "6 May"))
    asked.import_list("cag", BOARD)
    again(asked, redrafted("5 May", "6 May", redrafted("Geneva", "Bern")))
    assert said(asked.request(ANA)) == ["Article 2: “in Geneva.” is now “in Bern.”."]
    assert said(asked.request(CLEO)) == [
        "Article 2: “on 5 May” is now “on 6 May”.",
        "Article 2: “in Geneva.” is now “in Bern.”.",
    ]


def test_a_new_member_is_told_that_they_were_not_asked_before(asked: Harness) -> None:
    asked.import_list("cag", (*BOARD, "dina@cag.example"))
    again(asked, redrafted("5 May", "6 May"))
    mail = asked.request("dina@cag.example")
    assert (said(mail), "<ins" in page(mail)) == ([], False)
    assert "You were not asked about an earlier draft." in text_of(mail)


def test_a_draft_in_which_only_the_files_differ_says_so(asked: Harness) -> None:
    again(asked, replace(DRAFT, pdf=b"%PDF-1.7 of other bytes"))
    assert "No word, picture or link differs from draft 1" in text_of(asked.request(ANA))


def test_the_board_hears_that_the_time_is_over_and_how_the_votes_stand(asked: Harness) -> None:
    asked.answer(ANA, "APPROVE")
    asked.pass_by(timedelta(days=8))
    asked.tick()
    for member in BOARD:
        told = asked.mails_to(member)[-1]
        assert told["Subject"] == "Not approved in time: ISO/SR Update 1"
        assert "Votes: 1 for it, 0 against it, 0 abstained, 2 not given." in text_of(told)


# --- A12: votes that quote it ---

THUNDERBIRD = """<html><head></head><body><div class="moz-cite-prefix">On 23/11/2026 12:00, ISO/SR TG 2 wrote:<br></div>
<blockquote type="cite" cite="mid:x">{}</blockquote><p>APPROVE</p></body></html>"""


def reply(harness: Harness, html: str) -> None:
    """Ana's answer in HTML alone."""
    to = str(harness.request(ANA)["Reply-To"]).rpartition("<")[2].rstrip(">")
    head = (
        f"From: {ANA}\r\nTo: {to}\r\nSubject: Re: x\r\nDate: Mon, 23 Nov 2026 12:00:00 +0000\r\nMessage-ID: <1@x>\r\n"
        'MIME-Version: 1.0\r\nContent-Type: text/html; charset="utf-8"\r\nContent-Transfer-Encoding: 8bit\r\n\r\n'
    )
    harness.raw(head.encode() + html.replace("\n", "\r\n").encode())


def quoted(mail: EmailMessage) -> str:
    root = lxml.html.document_fromstring(page(mail))
    inner = "".join(lxml.html.tostring(element, encoding="unicode") for element in root.body)
    return "".join(f"<style>{style.text}</style>" for style in root.iter("style")) + inner


@pytest.mark.parametrize("draft", [1, 2])
def test_A12_a_vote_below_the_quoted_draft_counts_in_html(asked: Harness, draft: int) -> None:
    if draft == 2:
        again(asked, redrafted("5 May", "6 May"))
    reply(asked, THUNDERBIRD.format(quoted(asked.request(ANA))))
    assert [vote.choice for vote in asked.votes] == [Choice.APPROVE]


def test_A12_a_vote_below_a_draft_that_somebody_changed_does_not_count(asked: Harness) -> None:
    reply(asked, THUNDERBIRD.format(quoted(asked.request(ANA)).replace("5 May", "7 May")))
    assert (asked.votes, asked.outcome) == ([], Outcome.OPEN)


def test_A12_what_was_sent_is_compared_although_the_office_has_changed_since(asked: Harness) -> None:
    quotation = quoted(asked.request(ANA))
    asked.restart(name="Another name")
    asked.import_list("cag", (ANA, BO))
    reply(asked, THUNDERBIRD.format(quotation))
    assert [vote.choice for vote in asked.votes] == [Choice.APPROVE]


def test_a_prepared_reply_is_encoded_as_mail_programs_expect(harness: Harness) -> None:
    token = harness.token(Purpose.VOTE, 1)
    link = harness.process.rules.prepared(token, "ABSTENCIÓN").link("DRAFT of “X & Y”: 100 % sûr?\xa0")
    assert (link.isascii(), " " in link, link.count("?"), link.count("&")) == (True, False, 1, 1)
    assert "body=ABSTENCI%C3%93N%0D%0A%0D%0Avote-" in link
    fields = parse_qs(urlsplit(link).query)
    assert fields == {
        "subject": ["Re: DRAFT of “X & Y”: 100 % sûr?"],
        "body": [f"ABSTENCIÓN\r\n\r\n{token}\r\n"],
    }
