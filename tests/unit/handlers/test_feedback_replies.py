"""Staff answer askers from their own mail program, and member bodies comment: only if the mail is proven theirs."""

from __future__ import annotations

from datetime import timedelta
from email.message import EmailMessage

import pytest

from mailer.handlers import issues
from mailer.model.feedback import EntryKind, FeedbackRules, Route, State
from mailer.model.inbound import Folder
from tests.flows.environment import EDITION
from tests.unit.handlers.test_feedback import attached, item, kinds
from tests.unit.harness import OFFICE, SECRETARY, Harness, text_of

READER, EDITOR, BODY = "reader@x.example", "editor@iso-sr.example", "nmb@sis.example"
TO_BOTH = FeedbackRules(routes=(Route(to=("secretary", EDITOR)),))


def asked(harness: Harness, **rules: FeedbackRules) -> EmailMessage:
    """A reader asks; the copy that the secretary gets."""
    if rules:
        harness.restart(**rules)
    harness.write(READER, OFFICE, "Page 2", "There is a mistake.\n", References="<earlier@x.example>")
    return harness.mails_to(SECRETARY)[-1]


def reply_with(copy: EmailMessage, files: dict[str, bytes], words: str = "See the file.\n") -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = SECRETARY, str(copy["Reply-To"]), f"Re: {copy['Subject']}"
    mail["Message-ID"], mail["Date"] = "<own@iso-sr.example>", "Mon, 23 Nov 2026 12:00:00 +0000"
    mail["In-Reply-To"] = copy["Message-ID"]
    mail.set_content(words)
    for name, data in files.items():
        mail.add_attachment(data, maintype="application", subtype="pdf", filename=name)
    return mail.as_bytes().replace(b"\n", b"\r\n")


def answers(harness: Harness) -> list[EmailMessage]:
    """What went to the reader beside the receipt."""
    return [mail for mail in harness.mails_to(READER) if not str(mail["Subject"]).startswith("We have your message")]


def subjects(harness: Harness, address: str = SECRETARY) -> list[str]:
    return harness.subjects(address)[1:]


def letter_id(harness: Harness) -> str:
    with harness.environment.store.snapshot() as work:
        return work.feedback.entries(1)[0].message_id


# --- the answer ---


def test_a_reply_goes_to_the_asker_under_the_offices_address_in_their_thread(harness: Harness) -> None:
    copy = asked(harness)
    harness.answer(SECRETARY, "Thank you, it is mended.", to=copy, Cc="eve@evil.example", Bcc="mallory@evil.example")
    (sent,) = answers(harness)
    assert sent["From"] == "ISO/SR TG 2 <tg2@iso-sr.example>"
    assert (sent["To"], sent["Subject"]) == (READER, "Re: Page 2 (#1)")
    assert sent["In-Reply-To"] == letter_id(harness)
    assert str(sent["References"]).split() == ["<earlier@x.example>", letter_id(harness)]
    assert text_of(sent) == "Thank you, it is mended. -- ISO/SR TG 2 tg2@iso-sr.example"
    strange = {"Cc", "Bcc", "Auto-Submitted", "Sender"}
    assert strange.isdisjoint(sent.keys())
    assert [harness.mails_to(one) for one in ("eve@evil.example", "mallory@evil.example")] == [[], []]
    assert (item(harness).state, kinds(harness)) == (State.ANSWERED, [EntryKind.MAIL, EntryKind.ANSWER])
    assert subjects(harness) == ["#1 is answered: Page 2"]
    harness.answer(READER, "Not quite!", to=sent)
    assert (item(harness).state, kinds(harness)[2:]) == (State.REOPENED, [EntryKind.MAIL])


def test_an_answer_goes_to_the_stored_address_alone(harness: Harness) -> None:
    harness.write(READER, OFFICE, "Page 2", "A mistake.\n", **{"Reply-To": "victim@y.example"})
    harness.answer(SECRETARY, "Mended.", to=harness.mails_to(SECRETARY)[-1])
    assert (len(answers(harness)), harness.mails_to("victim@y.example")) == (1, [])


def test_A1_a_forged_reply_is_not_sent_and_its_addressee_is_told_once_a_day(harness: Harness) -> None:
    copy = asked(harness)
    for number in range(3):
        harness.answer(SECRETARY, f"Send money {number}.", to=copy, **{"X-Forged": "yes"})
    assert answers(harness) == []
    assert subjects(harness) == ["Your answer had no effect"]
    assert "there is no valid signature of iso-sr.example" in text_of(harness.mails_to(SECRETARY)[-1])
    assert kinds(harness)[1:] == [EntryKind.KEPT] * 3
    assert item(harness).state is State.OPEN


def test_A8_a_colleague_with_somebody_elses_token_answers_nobody(harness: Harness) -> None:
    copy = asked(harness)
    harness.answer(EDITOR, "I answer this.", to=copy)
    assert (answers(harness), harness.mails_to(EDITOR)) == ([], [])
    assert f"it came from another address, {EDITOR}" in text_of(harness.mails_to(SECRETARY)[-1])
    assert kinds(harness) == [EntryKind.MAIL, EntryKind.KEPT]


def test_A9_the_same_reply_twice_is_one_answer(harness: Harness) -> None:
    raw = reply_with(asked(harness), {})
    harness.raw(raw)
    harness.raw(b"Received: from elsewhere\r\n" + raw)
    assert (len(answers(harness)), subjects(harness)) == (1, ["#1 is answered: Page 2"])


def test_a_token_is_good_once(harness: Harness) -> None:
    copy = asked(harness)
    harness.answer(SECRETARY, "One.", to=copy)
    harness.answer(SECRETARY, "Two.", to=copy)
    assert len(answers(harness)) == 1
    assert subjects(harness)[1:] == ["Your answer had no effect"]
    assert "it was answered before" in text_of(harness.mails_to(SECRETARY)[-1])
    assert kinds(harness)[2:] == [EntryKind.KEPT]


def test_an_item_that_somebody_else_answered_is_not_answered_again_unasked(harness: Harness) -> None:
    copy = asked(harness, feedback=TO_BOTH)
    harness.pass_by(timedelta(hours=1))
    harness.answer(EDITOR, "It is mended.", to=harness.mails_to(EDITOR)[0])
    assert harness.mails_to(EDITOR)[1]["Subject"] == subjects(harness)[0] == "#1 is answered: Page 2"
    harness.answer(SECRETARY, "We know.", to=copy)
    assert len(answers(harness)) == 1
    told = harness.mails_to(SECRETARY)[-1]
    assert told["Subject"] == "#1: your answer was not sent"
    assert f"{EDITOR} answered it on 23 November 2026, after our mail to you" in " ".join(text_of(told).split())
    harness.answer(SECRETARY, "We know.", to=told)
    assert [text_of(mail).partition(" --")[0] for mail in answers(harness)] == ["It is mended.", "We know."]


def test_A37_words_that_are_not_sent_are_kept_with_the_item(harness: Harness) -> None:
    copy = asked(harness)
    harness.answer(SECRETARY, "Words.", to=copy, **{"X-Forged": "yes"})
    with harness.environment.store.snapshot() as work:
        kept = work.feedback.entries(1)[1]
    assert (kept.text, kept.author, "not proven" in kept.reason) == ("Words.", SECRETARY, True)


def test_an_empty_reply_is_not_sent(harness: Harness) -> None:
    harness.answer(SECRETARY, "", to=asked(harness))
    assert answers(harness) == []
    assert "it has no words of its own" in text_of(harness.mails_to(SECRETARY)[-1])


@pytest.mark.parametrize(
    ("words", "headers"),
    [
        ("I am out of the office until Monday.", {}),
        ("Back soon.", {"Auto-Submitted": "auto-replied"}),
        ("Ich bin bis zum 3. Mai im Urlaub.", {}),
    ],
)
def test_A16_an_absence_is_never_passed_on(harness: Harness, words: str, headers: dict[str, str]) -> None:
    harness.answer(SECRETARY, words, to=asked(harness), **headers)
    assert (answers(harness), item(harness).state) == ([], State.OPEN)


def test_an_asker_who_takes_no_mail_is_named(harness: Harness) -> None:
    copy = asked(harness)
    harness.do(lambda office: office.work.lists.suppress(READER, "550 5.1.1 no such user", office.now))
    harness.answer(SECRETARY, "Mended.", to=copy)
    assert f"{READER} takes no mail: 550 5.1.1 no such user" in text_of(harness.mails_to(SECRETARY)[-1])
    assert item(harness).waits


def test_who_is_not_staff_any_more_answers_nobody(harness: Harness) -> None:
    asked(harness, feedback=TO_BOTH)
    harness.restart(feedback=FeedbackRules())
    harness.answer(EDITOR, "Mended.", to=harness.mails_to(EDITOR)[0])
    assert answers(harness) == []


def test_C2_nothing_of_a_reply_but_its_words_goes_on(harness: Harness) -> None:
    raw = reply_with(asked(harness), {}, "Dear Rea,\n\nmended.\n\n> quoted\n")
    raw = raw.replace(b"Subject: Re: ", b"X-Evil: 1\r\nSubject: Buy now ")
    harness.raw(raw)
    (sent,) = answers(harness)
    assert (sent["Subject"], sent["X-Evil"]) == ("Re: Page 2 (#1)", None)
    assert text_of(sent).startswith("Dear Rea, mended. -- ")


# --- files ---

FILES = {"../The report.pdf": b"%PDF-1.7 fine", "b\u202efdp.exe": b"%PDF-1.7 other"}


def confirmed(harness: Harness, word: str) -> EmailMessage:
    harness.raw(reply_with(asked(harness), FILES))
    assert answers(harness) == []
    question = harness.mails_to(SECRETARY)[-1]
    assert question["Subject"] == "#1: may these files go to the writer?"
    assert "The report.pdf (application/pdf, 13 bytes, SHA-256 " in text_of(question)
    harness.answer(SECRETARY, word, to=question)
    return question


def test_files_go_after_a_yes_that_names_them(harness: Harness) -> None:
    confirmed(harness, "Yes.")
    (sent,) = answers(harness)
    assert list(attached(sent)) == ["The report.pdf", "b fdp.exe"]
    assert [part.get_content() for part in sent.iter_attachments()] == list(FILES.values())
    assert text_of(sent).startswith("See the file.")
    assert item(harness).state is State.ANSWERED


def test_an_answer_can_go_without_its_files_or_not_at_all(harness: Harness) -> None:
    question = confirmed(harness, "no")
    assert (answers(harness), item(harness).state) == ([], State.OPEN)
    harness.answer(SECRETARY, "without", to=question)  # the token is spent
    assert answers(harness) == []
    harness.pass_by(timedelta(days=2))
    harness.write(READER, OFFICE, "Re: Page 2", "Hello?\n")
    harness.raw(reply_with(harness.mails_to(SECRETARY)[-1], FILES).replace(b"<own@", b"<another@"))
    harness.answer(SECRETARY, "without", to=harness.mails_to(SECRETARY)[-1])
    (sent,) = answers(harness)
    assert (attached(sent), text_of(sent).startswith("See the file.")) == ({}, True)


def test_any_other_word_lets_no_file_go(harness: Harness) -> None:
    confirmed(harness, "I think so")
    assert (answers(harness), subjects(harness)[-1]) == ([], "#1: your answer was not sent")


def test_A1_a_forged_yes_lets_no_file_go(harness: Harness) -> None:
    harness.raw(reply_with(asked(harness), FILES))
    harness.answer(SECRETARY, "yes", to=harness.mails_to(SECRETARY)[-1], **{"X-Forged": "yes"})
    assert (answers(harness), kinds(harness)[-1]) == ([], EntryKind.KEPT)


@pytest.mark.parametrize("form", ["update-1.pdf", "update-1.html", "update-1.txt"])
def test_law_4_a_rendition_that_has_no_grant_never_goes(harness: Harness, form: str) -> None:
    harness.build()
    rendition = EDITION.as_files("update-1")[form]
    files = {"fine.pdf": b"fine", "innocent.pdf": rendition}
    harness.raw(reply_with(asked(harness), files))
    told = harness.mails_to(SECRETARY)[-1]
    assert (answers(harness), told["Subject"]) == ([], "#1: your answer was not sent")
    assert "innocent.pdf is of an issue that the board has not granted" in text_of(told)
    assert "Your words are kept with it." in text_of(told)
    assert "all the same" not in text_of(told)


def test_law_4_the_text_of_a_draft_never_goes(harness: Harness) -> None:
    harness.build()
    copy = asked(harness)
    harness.answer(SECRETARY, "Read this:\n\n" + EDITION.as_files("x")["x.txt"].decode(), to=copy)
    assert answers(harness) == []
    assert "it has the text of an issue that the board has not granted" in text_of(harness.mails_to(SECRETARY)[-1])


def test_law_4_a_granted_rendition_goes_until_its_grant_is_void(harness: Harness) -> None:
    harness.approved()
    harness.raw(reply_with(asked(harness), {"a.pdf": EDITION.pdf}))
    question = harness.mails_to(SECRETARY)[-1]
    assert question["Subject"] == "#1: may these files go to the writer?"
    harness.do(lambda office: issues.cancel(office, issues.find(office, "update", 1)))
    harness.answer(SECRETARY, "yes", to=question)
    assert answers(harness) == []
    assert "a grant of the board is void by now" in text_of(harness.mails_to(SECRETARY)[-1])


# --- member bodies ---


def commented(harness: Harness, words: str = "We say no.", **headers: str) -> EmailMessage:
    asked(harness, feedback=FeedbackRules(routes=(Route(through=BODY),)))
    (request,) = harness.mails_to(BODY)
    harness.answer(BODY, words, to=request, **headers)
    return request


def test_a_comment_goes_to_the_staff_and_never_to_the_asker(harness: Harness) -> None:
    commented(harness)
    assert answers(harness) == []
    told = harness.mails_to(SECRETARY)[-1]
    assert told["Subject"] == f"#1, a comment by {BODY}: Page 2"
    assert "> We say no." in text_of(told)
    assert (item(harness).state, kinds(harness)) == (State.OPEN, [EntryKind.MAIL, EntryKind.COMMENT])
    harness.answer(SECRETARY, "The member body says no.", to=told)
    assert text_of(answers(harness)[0]).startswith("The member body says no.")


def test_A1_a_forged_comment_is_kept_and_passed_to_nobody(harness: Harness) -> None:
    commented(harness, **{"X-Forged": "yes"})
    assert [mail["Subject"] for mail in harness.mails_to(SECRETARY)] == ["#1, a reader writes: Page 2"]
    assert harness.subjects(BODY)[1:] == ["Your answer had no effect"]
    assert kinds(harness)[-1] is EntryKind.KEPT


def test_replies_are_filed_by_what_they_did(harness: Harness) -> None:
    copy = asked(harness)
    harness.answer(SECRETARY, "Forged.", to=copy, **{"X-Forged": "yes"})
    harness.answer(SECRETARY, "Mended.", to=copy)
    assert harness.filed() == {Folder.PROCESSED: 2, Folder.REFUSED: 1}


def test_the_audit_trail_tells_what_became_of_an_item(harness: Harness) -> None:
    harness.answer(SECRETARY, "Mended.", to=asked(harness))
    (answered,) = harness.trail("feedback answered")
    assert (answered.actor, answered.subject, answered.detail) == (
        SECRETARY,
        "feedback 1",
        {"to": READER, "files": []},
    )
