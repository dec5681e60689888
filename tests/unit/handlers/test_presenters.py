"""Presenters: they register by mail, confirm, are approved by a reply, get the documents, change, and leave."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from email.message import EmailMessage

import pytest

from mailer import office_status
from mailer.handlers import holders, presenter_calls
from mailer.model.caps import ANSWERS, FLOODS
from mailer.model.criteria import Printed
from mailer.model.library import Number
from mailer.model.lists import Standing
from mailer.model.needs import NeedKind
from mailer.model.presenters import Period, Presenter, PresenterRules, State
from mailer.office_status import figures
from tests.unit.handlers.test_library import PAGES, published
from tests.unit.handlers.test_personal_data import unsigned
from tests.unit.harness import OFFICE, SECRETARY, Harness, text_of
from tests.unit.model.test_library import MANUSCRIPT

AMINA = "amina@x.example"
LINES = """presenter

Name: Amina Odhiambo
Organisation: Labour Forum
Country: Kenya
Languages: English, Swahili
Regions: Eastern Africa, France
Topics: labour practises, gender pay
Experience: Twenty seminars.
When not: 2027-05-01 to 2027-05-09
May be published: yes
"""


def presenter(harness: Harness, address: str = AMINA) -> Presenter | None:
    with harness.environment.store.snapshot() as work:
        contact = work.lists.contact_at(address)
        return work.presenters.of_contact(contact.id) if contact else None


def last(harness: Harness, address: str) -> EmailMessage:
    return harness.mails_to(address)[-1]


def reply(harness: Harness, address: str, words: str, *, by: str = "", to: EmailMessage | None = None) -> None:
    harness.environment.reply(by or address, to or last(harness, address), words)
    harness.tick()


def registered(harness: Harness, address: str = AMINA, lines: str = LINES) -> Presenter:
    harness.write(address, OFFICE, "x", lines)
    reply(harness, address, "yes\n")
    found = presenter(harness, address)
    assert found is not None
    return found


def approved(harness: Harness, address: str = AMINA, lines: str = LINES) -> Presenter:
    registered(harness, address, lines)
    asked = next(mail for mail in reversed(harness.mails_to(SECRETARY)) if mail["Subject"].startswith("A presenter"))
    reply(harness, SECRETARY, "YES\n", to=asked)
    found = presenter(harness, address)
    assert found is not None and found.state is State.APPROVED
    return found


def test_a_registration_is_confirmed_decided_and_in_the_bank(harness: Harness) -> None:
    published(harness)
    harness.write(AMINA, OFFICE, "x", "presenter\n")
    asked = last(harness, AMINA)
    assert "To register is to agree to “The task of a presenter”, version 1.0. It is attached." in text_of(asked)
    assert [part.get_filename() for part in asked.iter_attachments()] == ["scope-1.0.pdf"]
    reply(harness, AMINA, LINES.replace("presenter\n\n", ""))
    found = presenter(harness)
    assert found is not None
    assert (found.state, found.scope, found.country, found.languages) == (State.REGISTERED, "1.0", "KE", ("en", "sw"))
    assert (found.regions, found.topics) == (("014", "FR"), ("labour practices", "gender pay"))
    assert (found.busy, found.may_publish) == ((Period(date(2027, 5, 1), date(2027, 5, 9)),), True)
    told = last(harness, SECRETARY)
    assert told["Subject"] == "A presenter: Amina Odhiambo"
    assert "Regions: Eastern Africa, France" in text_of(told)
    reply(harness, SECRETARY, "YES\n")
    found = presenter(harness)
    assert found is not None
    assert (found.state, found.given) == (State.APPROVED, "scope 1.0")
    assert harness.standing("presenters", AMINA) is Standing.ACTIVE
    assert last(harness, AMINA)["Subject"] == "Welcome to the bank of presenters"


def test_B11_before_its_address_has_confirmed_it_nobody_sees_a_registration(harness: Harness) -> None:
    before = len(harness.mails_to(SECRETARY))
    harness.write(AMINA, OFFICE, "x", LINES)
    assert (presenter(harness), len(harness.mails_to(SECRETARY))) == (None, before)
    reply(harness, AMINA, "no\n")
    assert (presenter(harness), len(harness.mails_to(SECRETARY))) == (None, before)


def test_B1_a_forged_registration_repeats_no_word_of_its_writer(harness: Harness) -> None:
    forged = LINES.replace("Amina Odhiambo", "Buy cheap pills").replace("Twenty seminars", "http://evil.example")
    unsigned(harness, AMINA, "x", forged)
    (asked,) = harness.mails_to(AMINA)
    assert ("pills" in asked.as_string(), "evil" in asked.as_string()) == (False, False)


def test_the_secretary_declines_with_a_word_or_asks(harness: Harness) -> None:
    registered(harness)
    reply(harness, SECRETARY, "In which year did you speak last?\n")
    assert "> In which year did you speak last?" in str(last(harness, AMINA).get_body(("plain",)).get_content())  # type: ignore[union-attr]
    reply(harness, AMINA, "Experience: Twenty seminars, the last in 2026.\n")
    found = presenter(harness)
    assert found is not None
    assert (found.state, found.experience) == (State.REGISTERED, "Twenty seminars, the last in 2026.")
    reply(harness, SECRETARY, "NO\n\nWe have enough for this year.\n")
    assert "> We have enough for this year." in str(last(harness, AMINA).get_body(("plain",)).get_content())  # type: ignore[union-attr]
    found = presenter(harness)
    assert found is not None and found.state is State.DECLINED
    assert harness.standing("presenters", AMINA) is None


def test_an_answer_that_is_neither_yes_nor_no_nor_a_question_decides_nothing(harness: Harness) -> None:
    registered(harness)
    reply(harness, SECRETARY, "Let me think about it.\n")
    assert "it says neither YES nor NO, and asks nothing" in text_of(last(harness, SECRETARY))
    found = presenter(harness)
    assert found is not None and found.state is State.REGISTERED


def test_somebody_in_the_bank_changes_their_lines_and_says_when_they_cannot_come(harness: Harness) -> None:
    approved(harness)
    reply(harness, AMINA, "When not: 2027-06-01 to 2027-06-30\n")
    found = presenter(harness)
    assert found is not None
    assert found.busy == (Period(date(2027, 6, 1), date(2027, 6, 30)),)
    receipt = text_of(last(harness, AMINA))
    assert "When not: 1 – 30 Jun 2027 (it was: 1 – 9 May 2027)" in receipt
    reply(harness, AMINA, "leave\n")
    found = presenter(harness)
    assert found is not None and found.state is State.RETIRED
    assert harness.standing("presenters", AMINA) is Standing.LEFT


def test_presenter_again_sends_the_lines_with_their_data(harness: Harness) -> None:
    approved(harness)
    harness.write(AMINA, OFFICE, "x", "presenter\n")
    assert "Languages: English, Swahili" in text_of(last(harness, AMINA))
    harness.write(AMINA, OFFICE, "x", "presenter\n\nTopics: human rights\n")
    found = presenter(harness)
    assert found is not None and found.topics == ("human rights",)


def test_A8_a_reply_from_another_address_changes_nothing_before_its_owner_says_yes(harness: Harness) -> None:
    approved(harness)
    reply(harness, AMINA, "Topics: human rights\n", by="amina@home.example")
    found = presenter(harness)
    assert found is not None and found.topics == ("labour practices", "gender pay")
    reply(harness, AMINA, "yes\n")
    found = presenter(harness)
    assert found is not None and found.topics == ("human rights",)


def test_A1_lines_in_the_name_of_somebody_in_the_bank_change_nothing_and_repeat_nothing(harness: Harness) -> None:
    approved(harness)
    count = len(harness.mails_to(AMINA))
    for number in range(5):
        unsigned(harness, AMINA, "x", f"presenter\n\nTopics: cheap pills {number}\n")
    found = presenter(harness)
    assert found is not None and "cheap pills" not in " ".join(found.topics)
    sent = harness.mails_to(AMINA)[count:]
    assert len(sent) == ANSWERS["presenter-lines"]
    assert "cheap pills" not in "".join(mail.as_string() for mail in sent)


def test_who_leaves_the_list_is_in_the_bank_no_longer_and_comes_back_with_it(harness: Harness) -> None:
    made = approved(harness)
    harness.do(
        lambda office: office.work.lists.set_standing("presenters", made.contact, Standing.LEFT, office.now, "a test")
    )
    harness.tick()
    found = presenter(harness)
    assert found is not None and found.state is State.RETIRED
    harness.do(
        lambda office: office.work.lists.set_standing("presenters", made.contact, Standing.ACTIVE, office.now, "a test")
    )
    harness.tick()
    found = presenter(harness)
    assert found is not None and found.state is State.APPROVED


def kit(harness: Harness, number: Number, pdf: bytes = b"%PDF-1.7") -> None:
    manuscript = replace(MANUSCRIPT, key="kit", number=number, source=replace(MANUSCRIPT.source, title="The kit"))
    published_again(harness, manuscript, PAGES._replace(text=f"Kit {number}\n", pdf=pdf))


def published_again(harness: Harness, manuscript: object, printed: Printed) -> None:
    published(harness, manuscript, printed)  # type: ignore[arg-type]
    harness.tick()


def test_the_kit_comes_once_for_each_version_and_what_is_too_large_is_named(harness: Harness) -> None:
    approved(harness)
    kit(harness, Number(1, 0))
    assert last(harness, AMINA)["Subject"] == "New for presenters"
    assert [part.get_filename() for part in last(harness, AMINA).iter_attachments()] == ["kit-1.0.pdf"]
    count = len(harness.mails_to(AMINA))
    harness.tick()
    harness.restart(presenters=PresenterRules(bank="presenters", attach_bytes=20))
    harness.tick()
    assert len(harness.mails_to(AMINA)) == count
    kit(harness, Number(1, 1), b"%PDF-1.7 and more than there is room for")
    assert list(last(harness, AMINA).iter_attachments()) == []
    assert "Too large to attach; write to us, and we send it by another way: - The kit 1.1" in text_of(
        last(harness, AMINA)
    )


def test_E21_the_kit_comes_with_its_files_in_parts_and_who_has_it_is_known(harness: Harness) -> None:
    approved(harness)
    harness.restart(presenters=PresenterRules(bank="presenters", attach_bytes=100))
    files = {"files/kit-1.0.pptx": b"p" * 95, "files/notes.pdf": b"n" * 95, "files/film.mp4": b"f" * 300}
    source = replace(MANUSCRIPT.source, title="The kit", files=files)
    published_again(harness, replace(MANUSCRIPT, key="kit", number=Number(1, 0), source=source), PAGES)
    first, second, third = harness.mails_to(AMINA)[-3:]
    names = [[part.get_filename() for part in mail.iter_attachments()] for mail in (first, second, third)]
    assert names == [["kit-1.0.pdf"], ["kit-1.0.pptx"], ["notes.pdf"]]
    assert "More files follow in 2 mails." in text_of(first) and "film.mp4" in text_of(first)
    assert third["Subject"] == "For presenters: more files (mail 3 of 3)"
    with harness.office() as office:
        (having,) = holders.of_document(office, "kit")
    assert (having.holder.address, str(having.version.number), having.delivery) == (AMINA, "1.0", "sent")
    assert (having.holder.mails, having.holder.left, having.is_current) == (3, ("film.mp4",), True)
    kit(harness, Number(1, 1))
    with harness.office() as office:
        assert [str(one.version.number) for one in holders.of_document(office, "kit")] == ["1.1"]


def test_a_new_scope_is_agreed_to_or_ends_the_membership(harness: Harness) -> None:
    published(harness)
    approved(harness)
    approved(harness, "bo@x.example", LINES.replace("Amina Odhiambo", "Bo Li"))
    published_again(harness, replace(MANUSCRIPT, number=Number(1, 1)), PAGES._replace(text="New.\n"))
    assert last(harness, AMINA)["Subject"] == "Do you agree to version 1.1 of “The task of a presenter”?"
    reply(harness, AMINA, "yes\n")
    reply(harness, "bo@x.example", "no\n")
    one, other = presenter(harness), presenter(harness, "bo@x.example")
    assert one is not None and other is not None
    assert (one.scope, one.state, other.scope, other.state) == ("1.1", State.APPROVED, "1.0", State.RETIRED)
    assert last(harness, SECRETARY)["Subject"] == "Bo Li is no longer a presenter"


def called(harness: Harness) -> int:
    with harness.office() as office:
        sent = presenter_calls.call(office, presenter_calls.plan(office))
    harness.tick()
    return sent


def test_experts_are_called_once_and_answer_by_reply(harness: Harness) -> None:
    experts = [f"{name}@wg.example" for name in ("ada", "ben", "cy", "dee")]
    harness.import_list("wg-member", experts, name="An Expert", country="KE")
    approved(harness, experts[0])
    assert called(harness) == 3
    asked = last(harness, experts[1])
    assert asked["Subject"] == "Would you speak about our work at events?"
    reply(harness, experts[1], "Languages: French\n")
    found = presenter(harness, experts[1])
    assert found is not None
    assert (found.state, found.name, found.languages) == (State.REGISTERED, "An Expert", ("fr",))
    reply(harness, experts[2], "never\n")
    assert called(harness) == 0
    harness.pass_by(timedelta(days=400))
    assert called(harness) == 1
    assert len(harness.mails_to(experts[3])) == 2


def test_status_shows_a_registration_and_forget_me_erases_it(harness: Harness) -> None:
    approved(harness)
    harness.write(AMINA, OFFICE, "x", "status\n")
    assert "Twenty seminars." in text_of(last(harness, AMINA))
    harness.write(AMINA, OFFICE, "x", "forget me\n")
    reply(harness, AMINA, "yes\n")
    with harness.environment.store.snapshot() as work:
        (left,) = work.presenters.each()
    assert (left.state, left.name, left.experience, left.topics) == (State.RETIRED, "", "", ())


@pytest.mark.parametrize("topic", ["<script>alert(1)</script>", "{{ 7 * 7 }}", "a\u202eb", "x" * 500])
def test_D1_D3_markup_in_topics_is_text_or_asked_back(harness: Harness, topic: str) -> None:
    harness.write(AMINA, OFFICE, "x", LINES.replace("gender pay", topic))
    reply(harness, AMINA, "yes\n")
    found = presenter(harness)
    assert found is not None
    assert found.topics in (("labour practices", topic), ())
    told = last(harness, SECRETARY)
    page = told.get_body(("html",))
    assert page is not None
    html = str(page.get_content())
    assert ("49" in text_of(told), ">49" in html, "<script" in html) == (False, False, False)


def test_B1_a_display_name_of_a_stranger_does_not_reach_a_victim(harness: Harness) -> None:
    unsigned(harness, f"Buy pills <{AMINA}>", "x", "presenter\n")
    (asked,) = harness.mails_to(AMINA)
    assert "pills" not in asked.as_string()


def test_B14_many_registrations_become_one_list_for_the_secretary(harness: Harness) -> None:
    for number in range(25):
        address = f"p{number}@d{number}.example"
        harness.environment.write(address, OFFICE, "x", LINES)
    harness.tick()
    for number in range(25):
        address = f"p{number}@d{number}.example"
        harness.environment.reply(address, last(harness, address), "yes\n")
    harness.tick()
    with harness.environment.store.snapshot() as work:
        assert len(work.presenters.each([State.REGISTERED])) == 25
    assert (
        sum(subject.startswith("A presenter") for subject in harness.subjects(SECRETARY))
        == FLOODS["presenter-registered"]
    )


def test_the_secretary_is_reminded_of_those_who_wait(harness: Harness) -> None:
    registered(harness)
    harness.pass_by(timedelta(days=3))
    with harness.office() as office:
        needs = office_status.all_needs(office, figures(office.work, office.now), [], at_work=True)
    assert [(need.kind, need.count) for need in needs if need.kind is NeedKind.PRESENTERS] == [(NeedKind.PRESENTERS, 1)]


def test_what_nobody_decided_on_is_erased_after_its_time(harness: Harness) -> None:
    registered(harness)
    approved(harness, "bo@x.example", LINES.replace("Amina Odhiambo", "Bo Li"))
    harness.pass_by(timedelta(days=400))
    harness.tick()
    one, other = presenter(harness), presenter(harness, "bo@x.example")
    assert one is None or (one.name, one.experience, one.state) == ("", "", State.RETIRED)
    assert other is not None and (other.name, other.state) == ("Bo Li", State.APPROVED)


def test_two_answers_to_one_question_act_once(harness: Harness) -> None:
    approved(harness)
    welcome = last(harness, AMINA)
    reply(harness, AMINA, "Topics: human rights\n", to=welcome)
    reply(harness, AMINA, "Topics: consumer issues\n", to=welcome)
    found = presenter(harness)
    assert found is not None and found.topics == ("human rights",)
    assert "it was answered before" in text_of(last(harness, AMINA))
