"""Articles by mail: asked for, promised, received with pictures, proofed, corrected, agreed to; and offered unasked."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from email.message import EmailMessage
from functools import cache
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from PIL import Image

from mailer import article_mail, author_consent
from mailer.errors import NotGranted, Refused
from mailer.handlers import article_proofs, articles
from mailer.message import Address
from mailer.model.articles import Article, ArticleRules, Delivery, Proof, State
from mailer.model.issues import Article as Printed
from mailer.model.issues import Source
from tests.flows.environment import SOURCE
from tests.flows.office import letter, parsed
from tests.unit.harness import DAY, NILS, OFFICE, SECRETARY, Harness, text_of

DATA = Path(__file__).parents[2] / "data" / "contributions"
ANONG = "anong@tisi.example"
WISH = articles.Wish("update", 2, "Invitation to Bangkok", 40, date(2027, 1, 15), "How to get there.")
WORDS = (
    "Bangkok welcomes the working group in March.",
    "From the airport a train runs to the centre in half an hour, and from there it is a short walk to the river.",
    "Whoever has a free evening should take a boat, eat at one of the stalls, and come back when the temples are lit.",
)
TEXT = "\n\n".join(WORDS)


@cache
def photo(width: int = 1600, height: int = 900) -> bytes:
    made = BytesIO()
    Image.new("1", (width, height)).save(made, "PNG")
    return made.getvalue()


def ask(harness: Harness, wish: articles.Wish = WISH) -> None:
    harness.do(lambda office: articles.ask(office, Address.parse(ANONG, "Anong Kim"), wish))
    harness.tick()


def last(harness: Harness, address: str = ANONG) -> EmailMessage:
    return harness.mails_to(address)[-1]


def reply(
    harness: Harness,
    words: str,
    *files: tuple[str, bytes],
    to: EmailMessage | None = None,
    by: str = ANONG,
    quoted: str | None = None,
    **headers: str,
) -> None:
    """Answer a mail, with files; ``quoted`` stands below the words instead of our own text."""
    answered = to or last(harness)
    own = answered.get_body(("plain",))
    assert own is not None
    text = str(own.get_content()) if quoted is None else quoted
    below = "".join(f"> {line}\n" for line in text.splitlines())
    back = str(answered["Reply-To"] or answered["From"]).rpartition("<")[2].rstrip(">")
    headers["In-Reply-To"] = str(answered["Message-ID"])
    mail = parsed(letter(by, back, f"Re: {answered['Subject']}", f"{words}\n\n{below}", **headers))
    for name, data in files:
        mail.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    harness.raw(mail.as_bytes())


def article(harness: Harness, number: int = 1) -> Article:
    with harness.environment.store.snapshot() as work:
        found = work.articles.by_id(number)
    assert found is not None
    return found


def deliveries(harness: Harness) -> list[Delivery]:
    with harness.environment.store.snapshot() as work:
        return work.articles.deliveries(1)


# --- the request, and what comes back ---


def test_an_author_is_asked_in_their_language_for_what_is_wanted(harness: Harness) -> None:
    ask(harness)
    told = text_of(last(harness))
    assert str(last(harness)["Subject"]) == "Would you write “Invitation to Bangkok” for ISO/SR Update 2?"
    for words in (
        "Length: about 40 words",
        "15 January 2027",
        "Printed under the name of: Anong Kim",
        "How to get there.",
    ):
        assert words in told
    with pytest.raises(Refused, match="was asked for this before: it is article 1"):
        ask(harness)


def test_the_text_may_stand_in_the_reply(harness: Harness) -> None:
    ask(harness)
    reply(harness, f"Dear editors,\n\n{TEXT}\n\nKind regards,\nAnong")
    (came,) = deliveries(harness)
    assert article(harness).state is State.IN
    assert all(words in came.markdown for words in WORDS)
    assert ("Kind regards" in came.markdown, "Dear editors" in came.markdown) == (False, False)
    told = last(harness, SECRETARY)
    assert str(told["Subject"]) == "Article 1 came: Invitation to Bangkok"
    assert "It has 54 words. 40 were asked for." in text_of(told)
    assert [part.get_filename() for part in told.iter_attachments()] == ["article-1-1.eml"]
    assert "It has 54 words." in text_of(last(harness))


def test_pictures_are_kept_and_their_captions_asked_for_once(harness: Harness) -> None:
    ask(harness)
    said = f"{TEXT}\n\nriver.png: The Chao Phraya (photo: Anong Kim)"
    reply(harness, said, ("river.png", photo()), ("hotel.png", photo(640, 480)))
    told = text_of(last(harness))
    assert "Picture 1:" not in told and "Picture 2: (hotel.png)" in told
    assert "too small to be printed well" in told and "hotel.png (640 × 480)" in told
    with harness.environment.store.snapshot() as work:
        kept = [(one.name, one.called, one.caption, one.credit) for one in work.articles.pictures(1)]
    assert kept[0] == ("article-1-1.png", "river.png", "The Chao Phraya", "photo: Anong Kim")
    reply(harness, "Picture 2: The hotel by the river")
    with harness.environment.store.snapshot() as work:
        assert [one.caption for one in work.articles.pictures(1)] == ["The Chao Phraya", "The hotel by the river"]
    assert "Picture 2" not in text_of(last(harness))


def test_a_yes_is_a_promise_and_another_day_moves_it(harness: Harness) -> None:
    ask(harness)
    reply(harness, "Yes, with pleasure.")
    assert (article(harness).state, article(harness).due) == (State.PROMISED, date(2027, 1, 15))
    assert "is promised" in str(last(harness, SECRETARY)["Subject"])
    reply(harness, "I am sorry, could I have until 29 January 2027?")
    assert (article(harness).state, article(harness).due) == (State.PROMISED, date(2027, 1, 29))
    assert "needs until 29 January 2027 instead of 15 January 2027" in text_of(last(harness, SECRETARY))
    reply(harness, "Rather 1 December 2027, if that is all right.")
    assert article(harness).due == date(2027, 1, 29)
    assert "Rather 1 December 2027" in text_of(last(harness, SECRETARY))


def test_a_no_ends_it_and_words_reach_the_editors_who_answer(harness: Harness) -> None:
    ask(harness)
    reply(harness, "May I write about the food instead of the way there?")
    told = last(harness, SECRETARY)
    assert "May I write about the food" in text_of(told)
    harness.environment.reply(SECRETARY, told, "Please do: the food is what people remember.")
    harness.tick()
    assert "Please do: the food is what people remember." in text_of(last(harness))
    reply(harness, "no")
    assert article(harness).state is State.DECLINED
    assert "does not write article 1" in text_of(last(harness, SECRETARY))


def test_what_comes_later_replaces_what_came_before(harness: Harness) -> None:
    ask(harness)
    reply(harness, TEXT)
    reply(harness, "Here is a better one.", ("text.md", f"# Come to Bangkok\n\n{WORDS[2]}\n".encode()))
    with harness.environment.store.snapshot() as work:
        found = work.articles.deliveries(1)
        office = harness.process.office(work, "x", "x")
        text = article_mail.text_of(office, article(harness))
    assert len(found) == 2 and text is not None and WORDS[2] in text.markdown and WORDS[0] not in text.markdown
    assert found[1].beside == "Here is a better one."


def test_a_file_that_cannot_be_read_is_named_to_both(harness: Harness) -> None:
    ask(harness)
    reply(harness, "Please find it attached.", ("talk.pdf", b"%PDF-1.7"), ("text.docx", b"PK no zip"))
    assert article(harness).state is State.ASKED
    for address in (ANONG, SECRETARY):
        assert "talk.pdf" in text_of(last(harness, address)) and "text.docx" in text_of(last(harness, address))
    assert deliveries(harness)[0].beside == "Please find it attached."


def test_authors_are_reminded_and_the_editors_told_what_is_late(harness: Harness) -> None:
    ask(harness)
    before = len(harness.mails_to(ANONG))
    for _ in range(60):
        harness.pass_by(DAY)
        harness.tick()
    reminders = [subject for subject in harness.subjects(ANONG)[before:] if subject.startswith("A reminder")]
    assert len(reminders) == 3
    assert [subject for subject in harness.subjects(SECRETARY) if "is late" in subject] == [
        "Article 1 is late: Invitation to Bangkok"
    ]
    assert article(harness).is_late(harness.now.date())


# --- the proof ---


PRINTED = Printed("03-article-1.md", "Come to Bangkok", "Anong Kim", "", TEXT, number=1)


def shown(harness: Harness, printed: Printed = PRINTED) -> None:
    """The text is in the folder of the issue, and its author has the proof."""
    source = replace(SOURCE, articles=(printed,))
    with harness.office() as office:
        found = article_mail.find(office, 1)
        if found.state is State.IN:
            found = articles.taken(office, found, printed.name)
        units = author_consent.units_of(office, source, printed)
        article_proofs.prove(office, found, printed.author, units, b"%PDF")
    harness.tick()


def proofs(harness: Harness) -> list[Proof]:
    with harness.environment.store.snapshot() as work:
        return work.articles.proofs(1)


def begun(harness: Harness) -> None:
    ask(harness)
    reply(harness, TEXT)
    shown(harness)


def test_the_author_gets_exactly_these_words_and_the_page(harness: Harness) -> None:
    begun(harness)
    proof = last(harness)
    assert str(proof["Subject"]).startswith("DRAFT, please check: your article")
    assert f"[2] {WORDS[0]}" in text_of(proof)
    assert [part.get_filename() for part in proof.iter_attachments()] == ["draft-article-1.pdf"]
    assert [entry.detail["to"] for entry in harness.trail("draft shown")] == [ANONG]


def test_a_yes_counts_for_exactly_these_words(harness: Harness) -> None:
    begun(harness)
    reply(harness, "YES")
    assert article(harness).state is State.AGREED
    assert proofs(harness)[0].agreed_at is not None
    assert "says yes to proof 1" in text_of(last(harness, SECRETARY))
    with pytest.raises(Refused, match="has said yes to exactly these words"):
        shown(harness)


@pytest.mark.parametrize("words", ["", "Yes, but Bangkok is spelt Bankok in the title.", "Looks fine I guess", "no"])
def test_G12_nothing_else_is_a_yes(harness: Harness, words: str) -> None:
    begun(harness)
    reply(harness, words)
    assert (article(harness).state, proofs(harness)[0].agreed_at) == (State.CORRECTED, None)


def test_a_yes_with_words_beside_it_is_asked_for_once_more(harness: Harness) -> None:
    begun(harness)
    reply(harness, "YES\n\nThank you so much! Only the title could be a little shorter, if you have the time.")
    assert article(harness).state is State.PROOF
    assert "reply to this mail with YES and nothing else" in text_of(last(harness))
    assert "Only the title could be a little shorter" in text_of(last(harness, SECRETARY))
    reply(harness, "YES")
    assert article(harness).state is State.AGREED


@pytest.mark.parametrize("where", ["in the quotation", "above it"])
def test_corrections_are_shown_word_by_word(harness: Harness, where: str) -> None:
    begun(harness)
    own = last(harness).get_body(("plain",))
    assert own is not None
    text = str(own.get_content())
    if where == "above it":
        reply(harness, f"[2] {WORDS[0].replace('March', 'April')}")
    else:
        reply(harness, "", quoted=text.replace("in March", "in April"))
    assert article(harness).state is State.CORRECTED
    told = text_of(last(harness, SECRETARY))
    assert "[2] Bangkok welcomes the working group in [-March.-]{+April.+}" in told
    assert "You have changed 1 paragraph." in text_of(last(harness))


def test_a_yes_to_an_older_proof_and_a_change_after_the_yes(harness: Harness) -> None:
    begun(harness)
    first = last(harness)
    shown(harness, replace(PRINTED, body=TEXT.replace("March", "April")))
    reply(harness, "YES", to=first)
    assert (article(harness).state, [one.agreed_at for one in proofs(harness)]) == (State.PROOF, [None, None])
    reply(harness, "YES", to=harness.mails_to(ANONG)[-2])
    assert article(harness).state is State.AGREED
    reply(harness, "[2] Bangkok welcomes the working group in May.")
    assert (article(harness).state, proofs(harness)[1].agreed_at) == (State.CORRECTED, None)
    assert "does not hold any more" in text_of(last(harness, SECRETARY))


def test_G12_nothing_is_printed_under_a_name_that_did_not_say_yes(harness: Harness) -> None:
    begun(harness)
    source = replace(SOURCE, articles=(PRINTED, replace(PRINTED, name="04-x.md", author="Bo", number=0)))
    required = ArticleRules("required", own_names=("TG 2",))
    harness.restart(articles=required)

    def missing(found: Source) -> list[str]:
        with harness.office() as office:
            return author_consent.missing(office, found)

    assert [one.partition(":")[0] for one in missing(source)] == [
        "03-article-1.md",
        "04-x.md is printed under the name of Bo, who was asked for no yes",
    ]
    reply(harness, "YES")
    agreed = replace(SOURCE, articles=(PRINTED, replace(PRINTED, author="TG 2", number=0)))
    assert missing(agreed) == []
    for changed in (
        replace(PRINTED, body=f"{TEXT}\n\nMore."),
        replace(PRINTED, title="Go to Bangkok"),
        replace(PRINTED, author="A. Kim"),
    ):
        (sentence,) = missing(replace(SOURCE, articles=(changed,)))
        assert "has other words than its author said yes to" in sentence


def test_an_issue_without_the_yes_is_not_submitted(harness: Harness) -> None:
    harness.restart(articles=ArticleRules("required"))
    harness.import_list("cag", ["ana@cag.example"])
    harness.build(source=replace(SOURCE, articles=(PRINTED,)))
    with pytest.raises(NotGranted, match="Not every author has said yes"):
        harness.submit()


# --- attacks ---


def test_A1_a_forged_text_is_asked_about_and_a_yes_takes_it(harness: Harness) -> None:
    ask(harness)
    forged = {"X-Forged": "yes"}
    reply(harness, TEXT, **forged)
    assert article(harness).state is State.ASKED
    challenge = last(harness)
    assert "Is this answer yours?" in str(challenge["Subject"])
    assert "It has 54 words of its own." in text_of(challenge)
    assert "Bangkok welcomes" not in text_of(challenge)
    harness.environment.reply(ANONG, challenge, "yes")
    harness.tick()
    assert article(harness).state is State.IN


def test_A5_somebody_else_with_the_token_changes_nothing(harness: Harness) -> None:
    begun(harness)
    reply(harness, "YES", by="eve@elsewhere.example")
    assert article(harness).state is State.PROOF


def test_A38_a_yes_that_is_sent_again_counts_for_no_other_proof(harness: Harness) -> None:
    begun(harness)
    reply(harness, "YES")
    again = replace(PRINTED, body=TEXT.replace("March", "April"))
    first = next(mail for mail in harness.mails_to(ANONG) if str(mail["Subject"]).startswith("DRAFT"))
    shown(harness, again)
    reply(harness, "YES", to=first)
    assert (article(harness).state, proofs(harness)[1].agreed_at) == (State.PROOF, None)


def test_C5_a_file_with_a_macro_gives_its_text_alone(harness: Harness) -> None:
    ask(harness)
    made = BytesIO((DATA / "invitation.docx").read_bytes())
    with ZipFile(made, "a") as archive:
        archive.writestr("word/vbaProject.bin", b"Sub AutoOpen()")
    reply(harness, "Here it is.", ("text.docx", made.getvalue()))
    (came,) = deliveries(harness)
    assert "la quatrième réunion plénière" in came.markdown
    assert "AutoOpen" not in came.markdown


# --- unasked ---


def test_a_member_offers_an_article_and_an_editor_takes_it(harness: Harness) -> None:
    harness.import_list("nmb", [NILS])
    harness.write(NILS, OFFICE, "Our standard", f"article\n\n{TEXT}\n\nBest,\nNils")
    assert (article(harness).state, article(harness).title) == (State.OFFERED, "Our standard")
    told = last(harness, SECRETARY)
    assert "is offered" in str(told["Subject"]) and "has sent an article that nobody asked for" in text_of(told)
    harness.environment.reply(SECRETARY, told, "YES")
    harness.tick()
    assert article(harness).state is State.IN
    assert "is accepted" in str(last(harness, NILS)["Subject"])


def test_an_editor_declines_an_offer_with_a_word(harness: Harness) -> None:
    harness.import_list("nmb", [NILS])
    harness.write(NILS, OFFICE, "Our standard", f"article\n\n{TEXT}")
    harness.environment.reply(SECRETARY, last(harness, SECRETARY), "NO\n\nWe had one like it in issue 1.")
    harness.tick()
    assert article(harness).state is State.DECLINED
    assert "We had one like it in issue 1." in text_of(last(harness, NILS))


def test_B1_an_unproven_offer_is_opened_when_its_address_says_yes(harness: Harness) -> None:
    harness.import_list("nmb", [NILS])
    forged = {"X-Forged": "yes"}
    harness.write(NILS, OFFICE, "Our standard", f"article\n\n{TEXT}", **forged)
    assert (article(harness).state, article(harness).title) == (State.UNCONFIRMED, "")
    asked = last(harness, NILS)
    assert "Bangkok" not in text_of(asked)
    assert [subject for subject in harness.subjects(SECRETARY) if "offered" in subject] == []
    harness.environment.reply(NILS, asked, "yes")
    harness.tick()
    assert (article(harness).state, article(harness).title) == (State.OFFERED, "Our standard")


def test_a_word_alone_is_explained_and_a_stranger_reaches_a_person(harness: Harness) -> None:
    harness.import_list("nmb", [NILS])
    harness.write(NILS, OFFICE, "x", "article\n")
    assert "your text below it or attached as a file" in text_of(last(harness, NILS))
    harness.write("stranger@x.example", OFFICE, "x", f"article\n\n{TEXT}")
    assert "a reader writes" in str(last(harness, SECRETARY)["Subject"])


def test_an_offer_that_nobody_confirms_is_erased(harness: Harness) -> None:
    harness.import_list("nmb", [NILS])
    forged = {"X-Forged": "yes"}
    harness.write(NILS, OFFICE, "Our standard", f"article\n\n{TEXT}", **forged)
    harness.pass_by(timedelta(days=15))
    harness.tick()
    with harness.environment.store.snapshot() as work:
        assert work.articles.each() == []
