"""Sign-up, confirmation, leaving and help, by the rows of the rules."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage

import pytest

from mailer.errors import Refused
from mailer.handlers import imports, lists, restorations
from mailer.message import Address
from mailer.model import list_file
from mailer.model import restorations as restored
from mailer.model.imports import Change, Entry, ImportOptions
from mailer.model.lists import Details, Format, Kind, Scope, ScopeKind, Standing
from mailer.office import Office
from mailer.pages.office import OfficePages
from mailer.ports import Folder, Pages
from mailer.tokens import Purpose
from tests.flows.office import letter
from tests.unit.harness import BOARD, DAY, NILS, NMB, OFFICE, Harness, signup, text_of

ULLA, VICTIM = "ulla@union.example", "victim@x.example"
ABSURD = "subscribe\nName: BUY NOW\nOrganisation: http://evil.example\nBuy: now\n"


def joined(harness: Harness, body: str = "subscribe\n") -> None:
    harness.raw(signup(ULLA, body))
    harness.environment.reply(ULLA, harness.mails_to(ULLA)[-1], "")
    harness.tick()


def first_words(mails: list[EmailMessage]) -> list[str]:
    return [str(mail["Subject"]).partition(":")[0].split(" ")[0] for mail in mails]


def test_answers_are_marked_as_such(harness: Harness) -> None:
    joined(harness)
    harness.write(ULLA, OFFICE, "unsubscribe", "")
    seen = [(mail["Auto-Submitted"], mail["In-Reply-To"] is None) for mail in harness.mails_to(ULLA)]
    assert seen == [("auto-replied", True), ("auto-replied", False), ("auto-replied", False)]


def test_a_sign_up_is_confirmed_and_welcomed(harness: Harness) -> None:
    joined(harness, "subscribe\nName: Ulla Umlaut\nKind: labour union\nFormat: text\n")
    assert harness.standing("subscriber", ULLA) is Standing.ACTIVE
    assert first_words(harness.mails_to(ULLA)) == ["Please", "Welcome"]
    with harness.environment.store.snapshot() as work:
        contact = work.lists.contact_at(ULLA)
    assert contact is not None
    assert contact.details == Details(name="Ulla Umlaut", kind=Kind.LABOUR, format=Format.TEXT)


# --- G6: in the reader's language ---

FRENCH = [
    "Merci de confirmer : ISO/SR Update",
    "Votre abonnement à ISO/SR Update",
    "Vous ne recevrez plus ISO/SR Update",
]


@pytest.mark.parametrize(
    ("language", "subjects"),
    [
        (
            "fr",
            [
                "Merci de confirmer : ISO/SR Update",
                "Votre abonnement à ISO/SR Update",
                "Vous ne recevrez plus ISO/SR Update",
            ],
        ),
        (
            "fr-CA",
            [
                "Merci de confirmer : ISO/SR Update",
                "Votre abonnement à ISO/SR Update",
                "Vous ne recevrez plus ISO/SR Update",
            ],
        ),
        ("sv", ["Please confirm: ISO/SR Update", "Welcome to ISO/SR Update", "You have left ISO/SR Update"]),
    ],
)
def test_G6_a_subscriber_is_written_to_in_their_language(harness: Harness, language: str, subjects: list[str]) -> None:
    joined(harness, f"subscribe\nLanguage: {language}\n")
    harness.write(ULLA, OFFICE, "x", "unsubscribe\n")
    assert [mail["Subject"] for mail in harness.mails_to(ULLA) if "?" not in mail["Subject"]] == subjects


def test_G6_the_details_of_a_subscriber_are_repeated_in_their_language(harness: Harness) -> None:
    joined(harness, "subscribe\nKind: labour union\nCountry: kr\nLanguage: français\nFormat: papyrus\n")
    text = text_of(harness.mails_to(ULLA)[-1])
    assert "Type d’organisation : syndicat - Pays : Corée du Sud - Langue : français" in text
    assert "Ligne 5 : Les valeurs possibles de Format sont : pdf, html, text." in text


def test_G6_help_is_in_the_language_that_the_reader_chose(harness: Harness) -> None:
    joined(harness, "subscribe\nLanguage: fr\n")
    harness.write(ULLA, OFFICE, "help", "help\n")
    harness.write(VICTIM, OFFICE, "help", "help\n")
    assert harness.mails_to(ULLA)[-1]["Subject"].startswith("Comment écrire à ")
    assert harness.mails_to(VICTIM)[-1]["Subject"].startswith("How to write to ")


def test_G6_an_office_speaks_its_own_language_to_its_staff_and_to_strangers(harness: Harness) -> None:
    harness.restart(language="fr")
    harness.write(VICTIM, OFFICE, "help", "help\n")
    harness.write(VICTIM, OFFICE, "A word", "Good morning.\n")
    assert harness.mails_to(VICTIM)[0]["Subject"].startswith("Comment écrire à ")
    assert harness.mails_to("secretary@iso-sr.example")[-1]["Subject"] == "#1, un lecteur écrit : A word"


# --- B1: sign-ups in somebody else's name ---


def test_B1_a_victim_gets_one_request_a_day_whatever_is_written(harness: Harness) -> None:
    for spelling in (VICTIM, VICTIM.upper(), "Victim@X.example"):
        harness.raw(signup(spelling))
        harness.raw(signup(spelling, ABSURD))
    asked = [mail for to, mail in harness.environment.relay.accepted]
    assert len(asked) == 1
    harness.pass_by(DAY)
    harness.raw(signup(VICTIM, "subscribe\n\nanother day"))
    assert len(harness.environment.relay.accepted) == 2


def test_B1_nothing_of_the_requesters_words_is_in_the_request(
    harness: Harness, tmp_path_factory: pytest.TempPathFactory
) -> None:
    harness.raw(signup(f"BUY NOW <{VICTIM}>", ABSURD, **{"Reply-To": "evil@evil.example", "X-Words": "evil"}))
    other = Harness(tmp_path_factory.mktemp("other"))
    other.raw(signup(VICTIM))
    mails = [
        re.sub(rb"[0-9a-f]{20,}", b"(hash)", raw) for s in (harness, other) for _, raw in s.environment.relay.accepted
    ]
    other.close()
    assert (len(mails), len(set(mails))) == (2, 1)


def test_B1_there_is_a_cap_over_all_addresses(harness: Harness) -> None:
    harness.restart(signup=replace(harness.process.rules.signup, per_day=3))
    for number in range(5):
        harness.raw(signup(f"victim{number}@x.example"))
    assert len(harness.environment.relay.accepted) == 3
    harness.pass_by(DAY)
    harness.raw(signup("victim9@x.example"))
    assert len(harness.environment.relay.accepted) == 4


def test_B1_help_is_capped_too(harness: Harness) -> None:
    harness.restart(signup=replace(harness.process.rules.signup, per_day=3))
    for number in range(5):
        harness.write(f"victim{number}@x.example", OFFICE, "help", "help\n")
    assert len(harness.environment.relay.accepted) == 3


def test_B1_a_spelling_is_not_another_mailbox(harness: Harness) -> None:
    for spelling in (VICTIM, "VICTIM@x.example", "viCtim@x.example"):
        harness.write(spelling, OFFICE, "help", "help\n")
    assert [to for to, _ in harness.environment.relay.accepted] == [VICTIM]


# --- confirming ---


def test_a_second_confirmation_changes_nothing(harness: Harness) -> None:
    joined(harness)
    harness.environment.reply(ULLA, harness.mails_to(ULLA)[0], "yes")
    harness.tick()
    assert first_words(harness.mails_to(ULLA)) == ["Please", "Welcome"]


def test_G1_an_expired_confirmation_has_no_effect_and_a_person_gets_it(harness: Harness) -> None:
    harness.raw(signup(ULLA))
    harness.pass_by(harness.process.rules.signup.expires + timedelta(seconds=1))
    harness.environment.reply(ULLA, harness.mails_to(ULLA)[0], "yes")
    harness.tick()
    assert harness.standing("subscriber", ULLA) is None
    assert harness.subjects(ULLA)[1:] == ["We have your message: number 1"]


def test_G1_a_confirmation_without_a_request_has_no_effect_and_a_person_gets_it(harness: Harness) -> None:
    harness.write(ULLA, f"tg2+{harness.token(Purpose.CONFIRM, 99)}@iso-sr.example", "Re: x", "yes\n")
    assert harness.standing("subscriber", ULLA) is None
    assert harness.subjects(ULLA) == ["We have your message: number 1"]


def test_problems_are_reported_only_after_the_confirmation(harness: Harness) -> None:
    joined(harness, "subscribe\nKind: circus\n")
    asked, welcome = harness.mails_to(ULLA)
    assert ("Kind is one of" in text_of(asked), "Kind is one of" in text_of(welcome)) == (False, True)


def test_a_reader_who_comes_back_gets_mail_again(harness: Harness) -> None:
    joined(harness)
    harness.write(ULLA, OFFICE, "x", "unsubscribe\n")
    harness.pass_by(DAY)
    harness.raw(signup(ULLA, "subscribe\n\nonce more"))
    request = harness.mails_to(ULLA)[-1]
    with harness.environment.store.transaction() as work:
        work.lists.suppress(ULLA, "bounced: 550", harness.now)
    harness.environment.reply(ULLA, request, "yes")
    harness.tick()
    with harness.environment.store.snapshot() as work:
        assert (work.lists.suppressed(ULLA), harness.standing("subscriber", ULLA)) == (None, Standing.ACTIVE)


@pytest.mark.parametrize("name", ["{{7*7}}", "{% include 'x' %}", "<script>alert(1)</script>", "⟦leave⟧", "%(x)s {x}"])
def test_D1_a_name_is_never_compiled(harness: Harness, name: str) -> None:
    joined(harness, f"subscribe\nName: {name}\n")
    welcome = harness.mails_to(ULLA)[-1]
    assert text_of(welcome).startswith(f"Dear {name},")
    page = welcome.get_body(("html",))
    assert page is not None
    assert "<script>" not in page.get_content()


def test_D7_links_come_from_the_configuration_alone(harness: Harness) -> None:
    headers = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "Reply-To": "tg2@evil.example"}
    harness.raw(signup(ULLA, **headers))
    (mail,) = harness.mails_to(ULLA)
    assert ("evil" in str(mail), mail["Reply-To"].addresses[0].domain) == (False, "iso-sr.example")


# --- leaving ---


def test_B4_a_forged_wish_to_leave_asks_its_address_once_a_day(harness: Harness) -> None:
    joined(harness)
    for number in range(3):
        harness.write(ULLA, OFFICE, "x", f"unsubscribe\n\n{number}", **{"X-Forged": "yes"})
    assert harness.standing("subscriber", ULLA) is Standing.ACTIVE
    assert first_words(harness.mails_to(ULLA))[2:] == ["Do"]
    harness.environment.reply(ULLA, harness.mails_to(ULLA)[-1], "yes", **{"X-Forged": "yes"})
    harness.tick()
    assert harness.standing("subscriber", ULLA) is Standing.LEFT


@pytest.mark.parametrize("headers", [{}, {"X-Forged": "yes"}], ids=["signed", "forged"])
def test_B4_the_token_in_the_address_is_enough(harness: Harness, headers: Mapping[str, str]) -> None:
    joined(harness)
    token = harness.leave_token(1, ScopeKind.LIST, "subscriber")
    for number in range(2):
        harness.write("anyone@x.example", f"tg2+{token}@iso-sr.example", "x", f"{number}", **headers)
    assert harness.standing("subscriber", ULLA) is Standing.LEFT
    assert (first_words(harness.mails_to(ULLA))[2:], harness.mails_to("anyone@x.example")) == (["You"], [])


def test_B4_an_automatic_mail_with_the_token_leaves_for_its_user(harness: Harness) -> None:
    joined(harness)
    address = re.search(r"tg2\+leave-\S+@iso-sr\.example", text_of(harness.mails_to(ULLA)[-1]))
    assert address is not None
    harness.write("noreply@icloud.example", address[0], "unsubscribe", "", **{"Auto-Submitted": "auto-generated"})
    assert harness.standing("subscriber", ULLA) is Standing.LEFT
    assert harness.filed() == {Folder.PROCESSED: 3}


def test_B11_an_absence_notice_does_not_confirm_leaving(harness: Harness) -> None:
    joined(harness)
    harness.write(ULLA, OFFICE, "x", "unsubscribe\n", **{"X-Forged": "yes"})
    asked = harness.mails_to(ULLA)[-1]
    harness.environment.reply(ULLA, asked, "I am out of the office until Monday.", **{"Auto-Submitted": "auto-replied"})
    harness.environment.reply(ULLA, asked, "no")
    harness.tick()
    assert harness.standing("subscriber", ULLA) is Standing.ACTIVE


@pytest.mark.parametrize(
    ("kind", "key"), [(ScopeKind.LIST, "gone"), (ScopeKind.PUBLICATION, "gone"), (ScopeKind.LIST, "cag")]
)
def test_a_token_of_a_scope_that_cannot_be_left_has_no_effect(harness: Harness, kind: ScopeKind, key: str) -> None:
    joined(harness)
    harness.import_list("cag", [ULLA])
    with harness.environment.store.transaction() as work:
        work.lists.declare([Scope(kind, key)])
    harness.write(ULLA, f"tg2+{harness.leave_token(1, kind, key)}@iso-sr.example", "unsubscribe", "")
    assert [harness.standing(each, ULLA) for each in ("subscriber", "cag")] == [Standing.ACTIVE, Standing.ACTIVE]
    assert first_words(harness.mails_to(ULLA))[2:] == []


# --- leaving a publication ---


def leaves_publication(harness: Harness, address: str, key: str = "update") -> None:
    with harness.office() as office:
        contact = office.work.lists.contact_at(address)
    assert contact is not None
    token = harness.leave_token(contact.id, ScopeKind.PUBLICATION, key)
    harness.write(address, f"tg2+{token}@iso-sr.example", "unsubscribe", "")


def audience(harness: Harness, key: str) -> int:
    with harness.environment.store.snapshot() as work:
        return work.lists.audience(key, harness.process.rules.publications[key].lists)


def test_leaving_a_publication_leaves_the_lists_that_serve_only_it(harness: Harness) -> None:
    for key in ("nmb", "d-liaison", "wg-member", "cag"):
        harness.import_list(key, [NILS])
    leaves_publication(harness, NILS)
    assert [harness.standing(key, NILS) for key in ("nmb", "d-liaison", "wg-member", "cag")] == [
        Standing.LEFT,
        Standing.LEFT,
        Standing.ACTIVE,
        Standing.ACTIVE,
    ]
    assert (audience(harness, "update"), audience(harness, "member-update")) == (0, 1)
    assert [str(mail["Subject"]) for mail in harness.mails_to(NILS)] == ["You have left ISO/SR Update"]
    (entry,) = harness.trail("left")
    assert dict(entry.detail) == {"publications": ["update"], "lists": ["nmb", "d-liaison"]}


def shared_list(harness: Harness) -> None:
    """An office with two publications that go to one list."""
    publications = dict(harness.process.rules.publications)
    publications["member-update"] = replace(publications["member-update"], lists=("nmb", "wg-member"))
    harness.restart(publications=publications)


def test_a_reader_who_leaves_one_publication_of_a_list_still_gets_the_other(harness: Harness) -> None:
    shared_list(harness)
    harness.import_list("nmb", [NILS])
    leaves_publication(harness, NILS)
    assert harness.standing("nmb", NILS) is Standing.ACTIVE
    assert (audience(harness, "update"), audience(harness, "member-update")) == (0, 1)
    leaves_publication(harness, NILS, "member-update")
    assert harness.standing("nmb", NILS) is Standing.LEFT
    assert [str(mail["Subject"]) for mail in harness.mails_to(NILS)] == [
        "You have left ISO/SR Update",
        "You have left ISO/SR Member Update",
    ]


@pytest.mark.parametrize("forever", ["by token", "by word", "from an earlier membership"])
def test_B12_no_other_list_brings_a_publication_back(harness: Harness, forever: str) -> None:
    harness.import_list("nmb", [NILS])
    if forever == "from an earlier membership":
        harness.import_list("nmb", [])
    if forever == "by word":
        harness.write(NILS, OFFICE, "unsubscribe", "")
    else:
        leaves_publication(harness, NILS)
    for key in ("nmb", "d-liaison", "subscriber"):
        with harness.office() as office:
            rows = [list_file.Row(Address.parse(address), Details()) for address in (NILS, ULLA)]
            told: list[Entry] = []
            imports.difference(office, key, rows, ImportOptions(), told.append)
            imports.import_rows(office, key, rows, ImportOptions())
        assert [(entry.change, entry.address) for entry in told] == [(Change.LEFT, NILS), (Change.ADD, ULLA)]
    assert audience(harness, "update") == 1


def test_B12_a_reader_who_left_a_publication_still_gets_others_of_the_same_list(harness: Harness) -> None:
    shared_list(harness)
    harness.import_list("d-liaison", [NILS])
    leaves_publication(harness, NILS)
    harness.import_list("nmb", [NILS])
    assert harness.standing("nmb", NILS) is Standing.ACTIVE
    assert (audience(harness, "update"), audience(harness, "member-update")) == (0, 1)


def test_B12_their_own_confirmation_brings_them_back(harness: Harness) -> None:
    harness.import_list("nmb", [ULLA])
    leaves_publication(harness, ULLA)
    joined(harness)
    assert (harness.standing("nmb", ULLA), harness.standing("subscriber", ULLA)) == (Standing.LEFT, Standing.ACTIVE)
    assert audience(harness, "update") == 1


def test_the_token_in_a_copy_leaves_its_publication(harness: Harness) -> None:
    harness.approved()
    harness.start()
    harness.tick()
    (copy,) = [mail for mail in harness.mails_to(NILS) if mail["List-Id"]]
    link = re.sub(r"\s", "", str(copy["List-Unsubscribe"]))
    harness.write(NILS, link.removeprefix("<mailto:").partition("?")[0], "unsubscribe", "")
    assert (harness.standing("nmb", NILS), audience(harness, "update")) == (Standing.LEFT, 1)


# --- B13: a copy was forwarded, and its new reader leaves ---


def goodbye(harness: Harness, address: str = NILS) -> EmailMessage:
    return [mail for mail in harness.mails_to(address) if str(mail["Subject"]).startswith("You have left")][-1]


def back_token(mail: EmailMessage) -> str:
    return str(mail["Reply-To"].addresses[0].username).partition("+")[2]


def pages(harness: Harness) -> Pages:
    scopes = {1: "ISO/SR Update"}
    return OfficePages(harness.environment.store.key, harness.office, lambda: scopes, harness.office)


@pytest.mark.parametrize("body", ["", "yes\n", "Yes!\n\n> quoted\n", "Oui\n", "subscribe\n"])
def test_B13_a_reply_to_the_goodbye_undoes_it(harness: Harness, body: str) -> None:
    harness.import_list("nmb", [NILS])
    leaves_publication(harness, NILS)
    mail = goodbye(harness)
    assert mail["In-Reply-To"] is None or mail["Auto-Submitted"] == "auto-replied"
    harness.environment.reply(NILS, mail, body)
    harness.tick()
    assert (harness.standing("nmb", NILS), audience(harness, "update")) == (Standing.ACTIVE, 1)
    assert str(harness.mails_to(NILS)[-1]["Subject"]) == "You still get ISO/SR Update"
    (entry,) = harness.trail("came back")
    assert (entry.subject, dict(entry.detail)) == (NILS, {"publications": ["update"], "lists": ["nmb"]})


@pytest.mark.parametrize("body", ["no\n", "Thank you, it was a good time.\n", "I am out of the office until Monday.\n"])
def test_B13_any_other_reply_to_the_goodbye_undoes_nothing(harness: Harness, body: str) -> None:
    harness.import_list("nmb", [NILS])
    leaves_publication(harness, NILS)
    harness.environment.reply(NILS, goodbye(harness), body)
    harness.tick()
    assert (harness.standing("nmb", NILS), harness.trail("came back")) == (Standing.LEFT, [])


def test_B13_the_link_of_the_goodbye_undoes_it_once_and_only_that(harness: Harness) -> None:
    harness.restart(url="https://news.iso-sr.example/")
    harness.import_list("nmb", [NILS])
    leaves_publication(harness, NILS)
    token = back_token(goodbye(harness))
    assert f"https://news.iso-sr.example/back/{token}" in text_of(goodbye(harness))
    for forged in (f"back-1-{'a' * 26}", token.replace("back-", "leave-"), token[:-1]):
        pages(harness).come_back(forged)
    assert harness.standing("nmb", NILS) is Standing.LEFT
    pages(harness).come_back(token)
    assert harness.standing("nmb", NILS) is Standing.ACTIVE
    leaves_publication(harness, NILS)
    pages(harness).come_back(token)
    assert harness.standing("nmb", NILS) is Standing.LEFT


def test_B13_what_was_left_again_since_then_stays_left(harness: Harness) -> None:
    shared_list(harness)
    harness.import_list("nmb", [NILS])
    leaves_publication(harness, NILS, "member-update")
    first = back_token(goodbye(harness))
    harness.write(NILS, OFFICE, "unsubscribe", "")
    assert harness.standing("nmb", NILS) is Standing.LEFT
    pages(harness).come_back(first)
    assert harness.standing("nmb", NILS) is Standing.LEFT


def test_B13_the_goodbye_can_be_undone_for_thirty_days(harness: Harness) -> None:
    harness.import_list("nmb", [NILS])
    leaves_publication(harness, NILS)
    token = back_token(goodbye(harness))
    harness.pass_by(30 * DAY + timedelta(seconds=1))
    pages(harness).come_back(token)
    assert harness.standing("nmb", NILS) is Standing.LEFT


def test_B13_the_goodbye_says_what_one_still_gets(harness: Harness) -> None:
    shared_list(harness)
    harness.import_list("nmb", [NILS])
    harness.import_list("cag", [NILS])
    leaves_publication(harness, NILS)
    with harness.office() as office:
        expected = office.rules.named(["member-update"], ["cag"])
    assert f"You still get {' and '.join(expected)}." in text_of(goodbye(harness))
    leaves_publication(harness, NILS, "member-update")
    assert "ISO/SR Member Update will no longer" in text_of(goodbye(harness))


def test_B13_a_journal_knows_who_came_back(harness: Harness) -> None:
    harness.import_list("nmb", [NILS])
    detail = {"publications": ["update"], "lists": ["nmb"]}
    entries = [restored.Entry(harness.now, action, NILS, detail) for action in ("left", "came back", "came back")]
    with harness.office() as office:
        assert restorations.do_again(office, entries) == 2
    assert (harness.standing("nmb", NILS), audience(harness, "update")) == (Standing.ACTIVE, 1)


def test_B13_a_mail_that_was_passed_on_does_not_tell_its_new_reader_who_left(harness: Harness) -> None:
    harness.import_list("nmb", [NILS])
    leaves_publication(harness, NILS)
    assert pages(harness).title(str(harness.leave_token(1, ScopeKind.PUBLICATION, "update"))) in ("", "ISO/SR Update")
    assert pages(harness).title("leave-1-1-" + "a" * 26) == "ISO/SR Update"
    assert [pages(harness).title(text) for text in ("x", "leave-1-9-" + "a" * 26, "back-1-" + "a" * 26)] == [""] * 3


def test_A35_a_forged_token_on_the_page_has_no_effect(harness: Harness) -> None:
    joined(harness)
    visits = []

    @contextmanager
    def begin() -> Iterator[Office]:
        visits.append(1)
        with harness.office() as office:
            yield office

    pages: Pages = OfficePages(harness.environment.store.key, begin, dict, begin)
    genuine = harness.leave_token(1, ScopeKind.LIST, "subscriber")
    for text in (f"leave-1-2-{genuine.mac}", f"{harness.token(Purpose.LEAVE_EVERYTHING, 1)}", "x"):
        pages.leave(text)
    assert (visits, harness.standing("subscriber", ULLA)) == ([], Standing.ACTIVE)
    for _ in range(2):
        pages.leave(str(genuine))
    harness.tick()
    assert (len(visits), harness.standing("subscriber", ULLA)) == (2, Standing.LEFT)
    assert first_words(harness.mails_to(ULLA))[2:] == ["You"]


def test_an_authentic_wish_to_leave_is_enough(harness: Harness) -> None:
    joined(harness)
    harness.write("Ulla@Union.example", OFFICE, "unsubscribe", "")
    assert harness.standing("subscriber", ULLA) is Standing.LEFT


def test_a_member_of_the_board_does_not_leave_by_mail(harness: Harness) -> None:
    harness.import_list("cag", BOARD)
    harness.write(BOARD[0], OFFICE, "unsubscribe", "unsubscribe\n")
    assert harness.standing("cag", BOARD[0]) is Standing.ACTIVE
    assert [subject.startswith("How to write") for subject in harness.subjects(BOARD[0])] == [True]


def test_leaving_everything_leaves_every_list_that_can_be_left(harness: Harness) -> None:
    for key in ("nmb", "d-liaison", "cag"):
        harness.import_list(key, [NILS])
    harness.write(NILS, OFFICE, "unsubscribe", "")
    assert [harness.standing(key, NILS) for key in ("nmb", "d-liaison", "cag")] == [
        Standing.LEFT,
        Standing.LEFT,
        Standing.ACTIVE,
    ]


def test_help_is_sent_once_a_day(harness: Harness) -> None:
    for number in range(3):
        harness.write(ULLA, OFFICE, "x", f"help\n\n{number}")
    assert len(harness.mails_to(ULLA)) == 1
    harness.pass_by(DAY)
    harness.write(ULLA, OFFICE, "x", "help\n\nagain")
    assert len(harness.mails_to(ULLA)) == 2


@pytest.mark.parametrize("marked", [True, False], ids=["both say that they are machines", "neither does"])
def test_B8_two_offices_end_within_two_mails(
    harness: Harness, tmp_path_factory: pytest.TempPathFactory, marked: bool
) -> None:
    """A forged sign-up makes our office write to another office of the same software."""
    elsewhere = "news@other.example"
    other = Harness(tmp_path_factory.mktemp("other"))
    other.restart(address=Address.parse(elsewhere))
    daemon = other.process.daemon
    rules = replace(daemon._ways[0][0].rules, address=elsewhere, list_ids=("news.other.example",))
    daemon._ways = [(replace(reception, rules=rules), back_off) for reception, back_off in daemon._ways]
    harness.raw(signup(elsewhere))
    passed_on = []
    for one, another, at in ((harness, other, elsewhere), (other, harness, OFFICE)) * 5:
        letters = [raw for to, raw in one.environment.relay.accepted if Address.parse(to).base_key == at]
        one.environment.relay.accepted.clear()
        for raw in letters:
            passed_on.append(raw)
            another.raw(raw if marked else re.sub(rb"Auto-Submitted: [a-z-]+\r\n", b"", raw))
    taken_for_a_machine = other.trail("feedback") == []
    other.close()
    assert (1 <= len(passed_on) <= 2, taken_for_a_machine) == (True, marked)


def test_A4_B9_malformed_mail_from_strangers_is_quarantined_and_not_answered(harness: Harness) -> None:
    for head in ("From: a@x.example\r\nFrom: b@x.example", "From: a@x.example, b@x.example", "From: nobody", "X: y"):
        harness.raw(f"{head}\r\nTo: tg2+subscribe@iso-sr.example\r\nSubject: x\r\n\r\nsubscribe\r\n".encode())
    told = {recipient for recipient, _ in harness.environment.relay.accepted}
    assert (told, harness.filed()) == ({"secretary@iso-sr.example"}, {Folder.ATTENTION: 4})


# --- the lists as the secretary sees them ---


def test_a_list_is_shown_at_any_of_its_versions(harness: Harness) -> None:
    harness.import_list("nmb", NMB)
    harness.import_list("nmb", NMB[:1])
    with harness.office() as office:
        now, before = lists.view(office, "nmb"), lists.view(office, "nmb", 2)
        everyone = lists.view(office, "nmb", standing=None)
        (one,) = [found for found in lists.overview(office) if found.rules.key == "nmb"]
        assert (now.count, now.version, now.newest) == (len(list(now.members)), 3, 3) == (1, 3, 3)
        assert (before.count, before.version, before.newest) == (len(list(before.members)), 2, 3) == (2, 2, 3)
        assert (everyone.count, len(list(everyone.members)), one.active, one.version) == (2, 2, 1, 3)


def test_a_list_or_a_version_that_does_not_exist_is_refused(harness: Harness) -> None:
    with harness.office() as office:
        with pytest.raises(Refused, match="There is no list “nbm”; there are: nmb, d-liaison"):
            lists.view(office, "nbm")
        with pytest.raises(Refused, match="The list “nmb” has no change 1; its last change has the number 0"):
            lists.view(office, "nmb", 1)


# --- details that change on the day of a sign-up ---


def details_of(harness: Harness, address: str) -> Details:
    with harness.environment.store.snapshot() as work:
        contact = work.lists.contact_at(address)
    assert contact is not None
    return contact.details


def test_a_confirmation_has_the_newest_details(harness: Harness) -> None:
    harness.raw(signup(ULLA, "subscribe\nFormat: pdf\n"))
    harness.raw(signup(ULLA, "subscribe\nFormat: text\nName: Ulla Umlaut\n"))
    (asked,) = harness.mails_to(ULLA)
    harness.environment.reply(ULLA, asked, "yes")
    harness.tick()
    assert details_of(harness, ULLA) == Details("Ulla Umlaut", format=Format.TEXT)


def test_a_member_changes_details_on_the_day_of_their_sign_up(harness: Harness) -> None:
    joined(harness, "subscribe\nFormat: pdf\n")
    harness.raw(signup(ULLA, "subscribe\nFormat: text\n"))
    asked = harness.mails_to(ULLA)[-1]
    assert asked["Subject"] == "Please confirm: your details at ISO/SR TG 2"
    assert details_of(harness, ULLA).format is Format.PDF
    harness.environment.reply(ULLA, asked, "yes")
    harness.tick()
    assert details_of(harness, ULLA).format is Format.TEXT


def test_B1_a_member_is_asked_about_details_three_times_a_day_at_most(harness: Harness) -> None:
    joined(harness)
    for number in range(6):
        harness.raw(signup(ULLA, f"subscribe\nName: BUY NOW {number}\n"))
    assert [mail["Subject"] for mail in harness.mails_to(ULLA)].count(
        "Please confirm: your details at ISO/SR TG 2"
    ) == 3


# --- “confirm” without a token ---


def test_an_authentic_sender_confirms_with_a_word(harness: Harness) -> None:
    harness.raw(signup(ULLA))
    harness.write(ULLA, OFFICE, "x", "confirm\n")
    assert harness.standing("subscriber", ULLA) is Standing.ACTIVE


def test_B11_nobody_else_confirms_with_a_word(harness: Harness) -> None:
    harness.raw(signup(ULLA))
    harness.write(ULLA, OFFICE, "x", "confirm\n", **{"X-Forged": "yes"})
    assert harness.standing("subscriber", ULLA) is None
    harness.pass_by(DAY)
    harness.write(ULLA, OFFICE, "x", "confirm\n\nanother day", **{"X-Forged": "yes"})
    first, again = harness.mails_to(ULLA)
    assert again["Subject"] == first["Subject"]
    harness.environment.reply(ULLA, again, "yes")
    harness.tick()
    assert harness.standing("subscriber", ULLA) is Standing.ACTIVE


def test_confirm_without_a_sign_up_gets_the_help(harness: Harness) -> None:
    harness.write(ULLA, OFFICE, "x", "confirm\n")
    assert harness.subjects(ULLA) == ["How to write to ISO/SR TG 2"]


def test_stop_asks_to_leave_everything(harness: Harness) -> None:
    joined(harness)
    harness.write(ULLA, OFFICE, "x", "STOP\n")
    assert harness.standing("subscriber", ULLA) is Standing.LEFT


def test_B1_help_to_a_stranger_repeats_nothing_of_the_mail(harness: Harness) -> None:
    harness.write(f"BUY NOW <{VICTIM}>", OFFICE, "help", "help\n")
    (told,) = harness.mails_to(VICTIM)
    assert (told["In-Reply-To"], told["References"], "BUY" in told.as_string()) == (None, None, False)


# --- words that may be a command, and words beside one ---


def test_G4_words_that_may_be_a_command_are_a_question_that_a_yes_settles_and_a_persons(harness: Harness) -> None:
    joined(harness)
    harness.write(ULLA, OFFICE, "x", "Please remove me from the list of readers in print.\n")
    assert first_words(harness.mails_to(ULLA)) == ["Please", "Welcome", "Do"]
    (told,) = harness.mails_to("secretary@iso-sr.example")
    assert "Please remove me from the list of readers in print." in text_of(told)
    assert harness.standing("subscriber", ULLA) is Standing.ACTIVE
    harness.environment.reply(ULLA, harness.mails_to(ULLA)[-1], "Yes, please.")
    harness.tick()
    assert harness.standing("subscriber", ULLA) is Standing.LEFT


def test_G4_a_no_settles_it_too(harness: Harness) -> None:
    harness.write(VICTIM, OFFICE, "x", "Please add me to the list in her place.\n")
    (question,) = harness.mails_to(VICTIM)
    harness.environment.reply(VICTIM, question, "No, thank you.")
    harness.tick()
    assert (len(harness.mails_to(VICTIM)), harness.standing("subscriber", VICTIM)) == (1, None)


@pytest.mark.parametrize(
    ("answer", "standing"),
    [("Who are you?", None), ("I am on holiday until Monday.", None), ("Yes\n\nPlease print more about ports.", True)],
)
def test_B11_words_beside_a_yes_and_words_that_are_none_reach_a_person(
    harness: Harness, answer: str, standing: bool | None
) -> None:
    harness.raw(signup(ULLA))
    harness.environment.reply(ULLA, harness.mails_to(ULLA)[-1], answer)
    harness.tick()
    assert harness.standing("subscriber", ULLA) is (Standing.ACTIVE if standing else None)
    told = [text_of(mail) for mail in harness.mails_to("secretary@iso-sr.example")]
    machine = "holiday" in answer
    assert [answer.rpartition("\n")[2] in text for text in told] == [] if machine else [True]


GMAIL = "This message was automatically generated by Gmail."
APPLE = "Apple Mail sent this email to unsubscribe from the message “Issue 1”."
WHY = "unsubscribe\n\nI leave because the table on page 2 is wrong."


@pytest.mark.parametrize(
    ("headers", "body", "told"),
    [
        ({}, "", []),
        ({}, "unsubscribe", []),
        ({}, "Please take me off your list. Thank you!", []),
        ({}, GMAIL, []),
        ({}, APPLE, []),
        ({"Auto-Submitted": "auto-generated"}, WHY, []),
        ({}, WHY, [True]),
        ({}, WHY.partition("\n\n")[2], [True]),
    ],
)
def test_words_beside_a_leave_token_reach_a_person(
    harness: Harness, headers: Mapping[str, str], body: str, told: list[bool]
) -> None:
    joined(harness)
    token = harness.leave_token(1, ScopeKind.LIST, "subscriber")
    harness.write(ULLA, f"tg2+{token}@iso-sr.example", "unsubscribe", body, **headers)
    assert harness.standing("subscriber", ULLA) is Standing.LEFT
    assert ["page 2 is wrong" in text_of(mail) for mail in harness.mails_to("secretary@iso-sr.example")] == told


def test_B7_a_command_in_a_mail_that_is_not_answered_reaches_a_person(harness: Harness) -> None:
    harness.raw(letter(VICTIM, OFFICE, "x", "Please help me.\n", Precedence="bulk"))
    assert harness.mails_to(VICTIM) == []
    (told,) = harness.mails_to("secretary@iso-sr.example")
    assert "Please help me." in text_of(told)


# --- law 7: a wish to get nothing, from somebody who gets nothing ---


@pytest.mark.parametrize("word", ["unsubscribe", "stop"])
def test_a_wish_to_leave_withdraws_a_sign_up_that_waits_for_its_yes(harness: Harness, word: str) -> None:
    harness.raw(signup(ULLA))
    asked = harness.mails_to(ULLA)[-1]
    harness.write(ULLA, OFFICE, "x", f"{word}\n")
    assert not any(str(mail["Subject"]).startswith("How to write") for mail in harness.mails_to(ULLA))
    harness.environment.reply(ULLA, asked, "yes")
    harness.tick()
    assert harness.standing("subscriber", ULLA) is None
    harness.write(ULLA, OFFICE, "x", "confirm\n")
    assert harness.standing("subscriber", ULLA) is None


@pytest.mark.parametrize("writer", [BOARD[0], VICTIM])
@pytest.mark.parametrize("capped", [False, True])
def test_a_wish_to_leave_what_cannot_be_left_by_mail_reaches_a_person(
    harness: Harness, writer: str, capped: bool
) -> None:
    if capped:
        harness.write(writer, OFFICE, "x", "help\n")
    harness.write(writer, OFFICE, "Enough", "stop\n")
    assert "Enough" in str(harness.mails_to("secretary@iso-sr.example")[-1]["Subject"])
    assert first_words(harness.mails_to(writer))[0] == "How"


@pytest.mark.parametrize(
    ("words", "subject"),
    [
        ("Bonjour, je souhaite m'inscrire à votre lettre d'information.", "Merci de confirmer"),
        ("Por favor, quiero suscribirme.", "Confirme, por favor"),
        ("Subscribe", "Please confirm"),
        ("ayuda", "Cómo escribir"),
    ],
)
def test_G6_a_stranger_is_answered_in_the_language_of_their_words(harness: Harness, words: str, subject: str) -> None:
    harness.write(VICTIM, OFFICE, "x", f"{words}\n")
    (told,) = harness.mails_to(VICTIM)
    assert told["Subject"].startswith(subject)
