"""Feedback becomes tracked items: who gets them, what the asker is told, and which mails belong together."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage

import pytest

from mailer.handlers import feedback_digests
from mailer.model.feedback import EntryKind, FeedbackRules, Item, Route, State
from mailer.model.inbound import Folder
from mailer.tokens import Purpose
from tests.unit.harness import NILS, OFFICE, SECRETARY, Harness, text_of

READER = "reader@x.example"
EDITOR = "editor@iso-sr.example"
BODY = "nmb@sis.example"


def item(harness: Harness, number: int = 1) -> Item:
    with harness.environment.store.snapshot() as work:
        found = work.feedback.item(number)
    assert found is not None
    return found


def kinds(harness: Harness, number: int = 1) -> list[EntryKind]:
    with harness.environment.store.snapshot() as work:
        return [entry.kind for entry in work.feedback.entries(number)]


def attached(mail: EmailMessage) -> dict[str, str]:
    """The media type of each attachment by file name."""
    return {str(part.get_filename()): part.get_content_type() for part in mail.iter_attachments()}


def with_files(text: str = "See the table.\n", **headers: str) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = f"Rea Der <{READER}>", OFFICE, "The table"
    mail["Message-ID"], mail["Date"] = "<files@x.example>", "Mon, 23 Nov 2026 12:00:00 +0000"
    for name, value in headers.items():
        mail[name] = value
    if text:
        mail.set_content(text)
    mail.add_attachment(b"%PDF-1.7 x", maintype="application", subtype="pdf", filename="../../etc/The table.PDF")
    mail.add_attachment(b"one\ntwo\n", maintype="text", subtype="plain", filename="notes.txt")
    mail.set_boundary("between")
    return mail.as_bytes().replace(b"\n", b"\r\n")


# --- a person's copy ---


def test_G1_a_person_gets_the_text_and_the_whole_mail(harness: Harness) -> None:
    harness.write(READER, OFFICE, "Page 2", "There is a mistake on page 2.\n\n> Quoted\n\n-- \nRea")
    (mail,) = harness.mails_to(SECRETARY)
    assert mail["Subject"] == "#1, a reader writes: Page 2"
    assert mail["Reply-To"].addresses[0].addr_spec.startswith("tg2+staff-")
    assert "> There is a mistake on page 2." in text_of(mail)
    assert ("Quoted" in text_of(mail), "> Rea " in text_of(mail)) == (False, True)
    (original,) = mail.iter_attachments()
    assert original.get_content_type() == "message/rfc822"
    whole = original.get_payload(0)
    assert isinstance(whole, EmailMessage)
    assert (whole["From"], "> Quoted" in whole.get_content()) == (READER, True)
    assert "The whole mail is attached as feedback-1-1.eml. Left out above: quoted lines (1)." in text_of(mail)


def test_C13_what_is_attached_is_named_and_given_under_names_of_ours(harness: Harness) -> None:
    harness.raw(with_files())
    (mail,) = harness.mails_to(SECRETARY)
    names = ["feedback-1-1.eml", "feedback-1-1.pdf", "feedback-1-2.txt"]
    assert list(attached(mail)) == names
    assert "The table.PDF (application/pdf, 10 bytes), attached as feedback-1-1.pdf" in text_of(mail)
    assert "notes.txt (text/plain, 8 bytes), attached as feedback-1-2.txt" in text_of(mail)


def test_C6_an_attachment_is_kept_under_an_id_of_ours(harness: Harness) -> None:
    harness.raw(with_files())
    with harness.environment.store.snapshot() as work:
        (letter,) = work.feedback.entries(1)
    names = [(file.name, file.filename(1)) for file in letter.files]
    assert names == [("The table.PDF", "feedback-1-1.pdf"), ("notes.txt", "feedback-1-2.txt")]


@pytest.mark.parametrize(
    ("name", "suffix"),
    [
        ("x.tar.gz", ".gz"),
        ("x", ".bin"),
        ("x.p/f", ".bin"),
        ("x." + "y" * 300, ".bin"),
        ("a\0.pdf", ".pdf"),
        ("", ".bin"),
    ],
)
def test_C6_nothing_of_a_name_but_a_short_ending_is_used(name: str, suffix: str) -> None:
    from mailer.model.feedback import File

    assert File(7, 1, name, "x/y", 1, "").filename(12) == f"feedback-12-7{suffix}"


def test_C13_attachments_alone_and_a_subject_alone_reach_a_person(harness: Harness) -> None:
    harness.raw(with_files(text=""))
    harness.write(NILS, OFFICE, "Please call me", "")
    first, second = harness.mails_to(SECRETARY)
    assert "feedback-1-1.pdf" in attached(first)
    assert second["Subject"] == "#2, a reader writes: Please call me"
    assert "The mail has no text of its own." in text_of(second)


def test_G1_what_a_copy_leaves_out_is_named(harness: Harness) -> None:
    rules = FeedbackRules(attach_bytes=5)
    harness.restart(feedback=rules)
    harness.raw(with_files())
    (mail,) = harness.mails_to(SECRETARY)
    assert attached(mail) == {}
    text = text_of(mail)
    assert "The table.PDF (application/pdf, 10 bytes), not attached here" in text
    assert "too large to be attached" in text
    assert "mailer feedback show 1 --save ." in text


def test_C9_an_original_with_raw_octets_and_long_lines_is_attached_as_a_file(harness: Harness) -> None:
    raw = b"From: %b\r\nTo: %b\r\nSubject: x\r\n\r\nK\xf6ln %b\r\n" % (READER.encode(), OFFICE.encode(), b"x" * 2000)
    harness.raw(raw)
    (mail,) = harness.mails_to(SECRETARY)
    assert attached(mail) == {"feedback-1-1.eml": "application/octet-stream"}
    (part,) = mail.iter_attachments()
    assert part.get_content() == raw


def test_D1_words_are_never_compiled(harness: Harness) -> None:
    harness.write(READER, OFFICE, "{{7*7}}", "{{7*7}} {% raise %}\n")
    (mail,) = harness.mails_to(SECRETARY)
    assert mail["Subject"] == "#1, a reader writes: {{7*7}}"
    assert "{{7*7}} {% raise %}" in text_of(mail)


# --- which item ---


def test_A9_the_same_words_in_two_mails_are_forwarded_twice_and_the_same_mail_once(harness: Harness) -> None:
    for number in range(2):
        harness.write(READER, OFFICE, "Thanks", "Thank you for the issue.\n", **{"X-Nr": str(number)})
    assert len(harness.mails_to(SECRETARY)) == 2
    harness.raw(b"Received: again\r\n" + with_files())
    harness.raw(with_files())
    assert len(harness.mails_to(SECRETARY)) == 3


def test_G5_a_second_letter_on_the_same_day_joins_and_is_answered(harness: Harness) -> None:
    harness.write(READER, OFFICE, "Page 2", "There is a mistake.\n")
    harness.write(READER, OFFICE, "And another thing", "Page 3, too.\n")
    harness.write(READER, OFFICE, "Once more", "Page 4, too.\n")
    assert kinds(harness) == [EntryKind.MAIL] * 3
    assert harness.subjects(READER) == ["We have your message: number 1"] * 2
    assert "belongs to number 1" in text_of(harness.mails_to(READER)[1])
    assert [mail["Subject"] for mail in harness.mails_to(SECRETARY)] == ["#1, a reader writes: Page 2"] * 3
    assert "writes once more" in text_of(harness.mails_to(SECRETARY)[2])


def test_another_matter_on_another_day_is_another_item(harness: Harness) -> None:
    harness.write(READER, OFFICE, "Page 2", "There is a mistake.\n")
    harness.pass_by(timedelta(days=2))
    harness.write(READER, OFFICE, "Another matter", "Hello.\n")
    harness.write(NILS, OFFICE, "Page 2", "Hello.\n")
    harness.pass_by(timedelta(days=2))
    harness.write(READER, OFFICE, "AW: Another matter", "Well?\n")
    assert [len(kinds(harness, number)) for number in (1, 2, 3)] == [1, 2, 1]


@pytest.mark.parametrize("way", ["token", "thread", "subject"])
def test_an_askers_reply_joins_whenever_it_comes(harness: Harness, way: str) -> None:
    harness.write(READER, OFFICE, "Page 2", "There is a mistake.\n")
    (receipt,) = harness.mails_to(READER)
    harness.do(lambda office: office.work.feedback.change(1, office.now, state="closed"))
    harness.pass_by(timedelta(days=40))
    if way == "token":
        harness.answer(READER, "Any news?", to=receipt)
    elif way == "thread":
        with harness.environment.store.snapshot() as work:
            (letter,) = work.feedback.entries(1)
        harness.write(READER, OFFICE, "x", "Any news?\n", References=letter.message_id)
    else:
        harness.write(READER, OFFICE, "RE: Page 2 (#1)", "Any news?\n")
    assert (item(harness).state, kinds(harness)) == (State.REOPENED, [EntryKind.MAIL] * 2)


def test_nobody_else_writes_to_an_item(harness: Harness) -> None:
    harness.write(READER, OFFICE, "Page 2", "There is a mistake.\n")
    (receipt,) = harness.mails_to(READER)
    harness.answer(NILS, "I got this from a friend.", to=receipt)
    assert (item(harness, 2).address, kinds(harness, 1)) == (NILS, [EntryKind.MAIL])


def test_a_command_in_a_reply_to_a_receipt_is_obeyed(harness: Harness) -> None:
    harness.write(READER, OFFICE, "Page 2", "There is a mistake.\n")
    (receipt,) = harness.mails_to(READER)
    harness.answer(READER, "help", to=receipt)
    assert harness.subjects(READER)[1].startswith("How to write to")


def test_an_item_knows_the_issue_that_it_answers(harness: Harness) -> None:
    harness.import_list("nmb", [NILS])
    harness.write(NILS, OFFICE, "Re: x", "Nice.\n", References="<update-7.1.0123456789ab@iso-sr.example>")
    harness.write(READER, OFFICE, "AW: ISO/SR Update 12: the road", "Nice.\n")
    harness.write("x@y.example", OFFICE, "Re: x", "Nice.\n", References="<update-7.1.0123456789ab@elsewhere.example>")
    found = [(one.publication, one.issue, one.lists) for one in map(item, [harness] * 3, (1, 2, 3))]
    assert found == [("update", 7, ("nmb",)), ("update", 12, ()), ("", None, ())]
    assert "It is about ISO/SR Update 7." in text_of(harness.mails_to(SECRETARY)[0])


# --- the receipt ---


def test_a_receipt_names_the_number_and_the_time_and_repeats_nothing(harness: Harness) -> None:
    harness.write(READER, OFFICE, "BUY NOW", "BUY THIS\n")
    (receipt,) = harness.mails_to(READER)
    assert receipt["Subject"] == "We have your message: number 1"
    assert "within 7 days" in text_of(receipt)
    assert "BUY" not in receipt.as_string()
    assert (receipt["In-Reply-To"], receipt["Auto-Submitted"]) == (None, "auto-replied")
    token = harness.token(Purpose.FEEDBACK, 1)
    assert receipt["Reply-To"].addresses[0].addr_spec == f"tg2+{token}@iso-sr.example"


def test_a_receipt_can_be_switched_off(harness: Harness) -> None:
    harness.restart(feedback=FeedbackRules(receipt=False))
    harness.write(READER, OFFICE, "Page 2", "There is a mistake.\n")
    assert (harness.mails_to(READER), len(harness.mails_to(SECRETARY))) == ([], 1)


@pytest.mark.parametrize(
    "field", ["List-Id: <x.example>", "List-Unsubscribe: <mailto:x@x.example>", "Auto-Submitted: auto-generated"]
)
def test_B7_a_machine_gets_no_receipt(harness: Harness, field: str) -> None:
    name, _, value = field.partition(": ")
    harness.write(READER, OFFICE, "Page 2", "There is a mistake.\n", **{name: value})
    assert harness.mails_to(READER) == []


def test_B8_two_offices_end_within_two_mails(harness: Harness) -> None:
    for number in range(5):
        harness.write(READER, OFFICE, f"Ticket {number}", f"Your mail is number {number} in our queue.\n")
    assert len(harness.mails_to(READER)) == 2


def test_B14_aliases_of_a_mailbox_share_a_cap(harness: Harness) -> None:
    for number in range(9):
        harness.write(f"victim+{number}@x.example", OFFICE, "x", f"Hello {number}.\n")
    sent = sum(len(harness.mails_to(f"victim+{number}@x.example")) for number in range(9))
    assert sent == 2


# --- routes ---


def routed(harness: Harness, *routes: Route, **rules: object) -> None:
    harness.restart(feedback=FeedbackRules(routes=routes, **rules))  # type: ignore[arg-type]


def test_editors_get_feedback_on_their_publication(harness: Harness) -> None:
    publications = harness.process.rules.publications
    harness.restart(publications={**publications, "update": replace(publications["update"], editors=(EDITOR,))})
    harness.write(READER, OFFICE, "Re: ISO/SR Update 1", "Nice.\n")
    harness.write(NILS, OFFICE, "A question", "Hello.\n")
    assert [len(harness.mails_to(one)) for one in (EDITOR, SECRETARY)] == [1, 1]


def test_the_first_route_that_fits_decides(harness: Harness) -> None:
    harness.import_list("nmb", [NILS], country="SE")
    routed(
        harness,
        Route(to=("words@x.example",), words=("my  address",)),
        Route(to=("list@x.example", "secretary"), lists=("nmb",), countries=("NO",)),
        Route(to=("country@x.example",), countries=("SE",), tags=("nordic",)),
    )
    harness.write(NILS, OFFICE, "x", "Please print My\nAddress!\n")
    harness.write(READER, OFFICE, "x", "dummy addresses\n")
    harness.pass_by(timedelta(days=2))
    harness.write(NILS, OFFICE, "y", "Hello.\n")
    assert [item(harness, number).staff for number in (1, 2, 3)] == [
        ("words@x.example",),
        (SECRETARY,),
        ("country@x.example",),
    ]
    assert item(harness, 3).tags == ("nordic",)


# --- through a member body ---

ASKED = "Anna Kim <anna@union.example>"


def through(harness: Harness, **route: object) -> None:
    harness.import_list("d-liaison", [BODY], country="SE", organisation="SIS")
    harness.import_list("nmb", ["anna@union.example"], country="SE")
    routed(harness, Route(through="d-liaison", countries=("SE",), **route))  # type: ignore[arg-type]


def test_a_member_body_is_asked_without_the_askers_name_and_address(harness: Harness) -> None:
    through(harness)
    words = "The table of Anna is wrong.\nAnswer to anna@union.example, please.\n\nKim\n\n-- \nA. K., 12 High Street\n"
    harness.write(ASKED, OFFICE, "Anna asks", words)
    (asked,) = harness.mails_to(BODY)
    assert asked["Subject"] == "Your comment, please, on #1: … asks"
    plain = asked.as_string().lower()
    assert [word for word in ("anna", "kim", "union.example", "high street") if word in plain] == []
    assert "The table of … is wrong." in text_of(asked)
    (copy,) = harness.mails_to(SECRETARY)
    assert "SIS has been asked for a comment" in text_of(copy)
    (receipt,) = harness.mails_to("anna@union.example")
    assert "Your words also go to SIS, without your name and address." in text_of(receipt)


def test_C13_a_question_in_the_subject_of_a_later_mail_is_in_the_copy(harness: Harness) -> None:
    harness.write(ASKED, OFFICE, "Page 2", "There is a mistake.\n")
    harness.write(ASKED, OFFICE, "When is the deadline for presenters?", "\n")
    first, second = harness.mails_to(SECRETARY)
    assert "> When is the deadline for presenters?" in second.get_body(("plain",)).get_content()
    assert "Page 2 > " not in text_of(first)


def test_a_member_body_whose_address_takes_no_mail_is_not_asked(harness: Harness) -> None:
    through(harness)
    with harness.office() as office:
        office.work.lists.suppress(BODY, "gone", harness.now)
    harness.write(ASKED, OFFICE, "Anna asks", "The table is wrong.\n")
    assert harness.mails_to(BODY) == []
    (copy,) = harness.mails_to(SECRETARY)
    assert "asked for a comment" not in text_of(copy)


def test_a_member_body_learns_the_name_after_the_askers_yes(harness: Harness) -> None:
    through(harness)
    harness.write(ASKED, OFFICE, "Page 2", "There is a mistake.\n")
    harness.write(ASKED, OFFICE, "Page 2", "You may pass on my name\n")  # anybody could have written that
    assert not item(harness).may_name
    (receipt, *_) = harness.mails_to("anna@union.example")
    harness.answer(ASKED, "You may pass on my name.", to=receipt)
    assert item(harness).may_name
    _, named = harness.mails_to(BODY)  # the line alone is no letter
    assert "Anna Kim <anna@union.example> wrote to ISO/SR TG 2." in text_of(named)
    assert "There is a mistake." in text_of(named)


def test_a_route_can_tell_the_name_at_once(harness: Harness) -> None:
    through(harness, with_name=True)
    harness.write(ASKED, OFFICE, "Page 2", "There is a mistake.\n")
    assert "Anna Kim <anna@union.example> wrote to" in text_of(harness.mails_to(BODY)[0])
    assert "pass on" not in text_of(harness.mails_to("anna@union.example")[0])


def test_files_go_to_a_member_body_only_with_the_name(harness: Harness) -> None:
    harness.import_list("d-liaison", [BODY], country="SE")
    routed(harness, Route(through=BODY))
    harness.raw(with_files())
    (asked,) = harness.mails_to(BODY)
    assert attached(asked) == {}
    assert "feedback-1-1.pdf (application/pdf, 10 bytes), not attached here" in text_of(asked)
    routed(harness, Route(through=BODY, with_name=True))
    harness.raw(with_files().replace(READER.encode(), NILS.encode()))
    given = {"feedback-2-3.pdf": "application/pdf", "feedback-2-4.txt": "text/plain"}
    assert attached(harness.mails_to(BODY)[1]) == given


def test_a_member_body_that_writes_itself_is_not_asked(harness: Harness) -> None:
    through(harness)
    harness.write(BODY, OFFICE, "Page 2", "There is a mistake.\n")
    assert [mail["Subject"] for mail in harness.mails_to(BODY)] == ["We have your message: number 1"]


# --- what staff write ---


@pytest.mark.parametrize("sender", [SECRETARY, "Secretary+desk@iso-sr.example"])
def test_B8_a_mail_of_staff_that_answers_nothing_is_kept_and_never_passed_on(harness: Harness, sender: str) -> None:
    harness.write(READER, OFFICE, "Page 2", "There is a mistake on page 2.\n")
    for number in range(3):
        harness.write(sender, OFFICE, "Received", f"Your mail is number {number} in our queue.\n")
    copy, *own = harness.mails_to(SECRETARY)
    assert copy["Subject"] == "#1, a reader writes: Page 2"
    assert [mail["Subject"] for mail in own] == ["Your mail is kept as number 2"]
    assert (item(harness, 2).assignee, kinds(harness, 2)) == (sender, [EntryKind.MAIL] * 3)
    assert harness.filed() == {Folder.PROCESSED: 4}


# --- what waits ---


def test_what_waits_is_listed_on_monday_if_anything_does(harness: Harness) -> None:
    routed(harness, Route(to=(EDITOR,), words=("table",), tags=("tables",)), digest_hour=13)
    harness.pass_by(timedelta(days=7))  # a Monday at noon
    harness.tick()
    harness.write(READER, OFFICE, "Page 2", "The table is wrong.\n")
    harness.pass_by(timedelta(days=6))
    harness.write(NILS, OFFICE, "Hello", "A question.\n")
    harness.pass_by(timedelta(days=1))
    harness.tick()
    assert [len(harness.mails_to(one)) for one in (EDITOR, SECRETARY)] == [1, 1]
    harness.pass_by(timedelta(hours=2))
    for _ in range(3):
        harness.tick()
    theirs, all_of_it = harness.mails_to(EDITOR)[1], harness.mails_to(SECRETARY)[1]
    assert theirs["Subject"] == "1 message waits for an answer"
    assert f"tables - #1 Page 2, by {READER}, 7 days (late)" in text_of(theirs)
    assert all_of_it["Subject"] == "2 messages wait for an answer"
    assert [len(harness.mails_to(one)) for one in (EDITOR, SECRETARY)] == [2, 2]
    harness.do(lambda office: office.work.feedback.change(1, office.now, state="closed"))
    harness.do(lambda office: office.work.feedback.change(2, office.now, state="closed"))
    harness.pass_by(timedelta(days=7))
    harness.tick()
    assert len(harness.mails_to(SECRETARY)) == 2


def test_no_list_is_written_if_the_configuration_says_so(harness: Harness) -> None:
    harness.write(READER, OFFICE, "Page 2", "There is a mistake.\n")
    harness.pass_by(timedelta(days=7))
    with harness.office() as office:
        never = replace(office.resources, rules=replace(office.rules, feedback=FeedbackRules(digest="never")))  # type: ignore[arg-type]
        assert feedback_digests.due(replace(office, resources=never), harness.now) == []
        assert len(feedback_digests.due(office, harness.now)) == 1
