"""Sign-up, confirmation, leaving and help, by the rows of the rules."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage

import pytest

from mailer.handlers import lists
from mailer.message import Address
from mailer.model import list_file as roster
from mailer.model.lists import Details, Format, Kind, Scope, ScopeKind, Standing
from mailer.office import Office
from mailer.ports import Folder, Site
from mailer.tokens import Purpose
from tests.unit.scene import BOARD, DAY, NILS, OFFICE, Scene, signup, text_of

ULLA, VICTIM = "ulla@union.example", "victim@x.example"
ABSURD = "subscribe\nName: BUY NOW\nOrganisation: http://evil.example\nBuy: now\n"


def joined(scene: Scene, body: str = "subscribe\n") -> None:
    scene.raw(signup(ULLA, body))
    scene.world.reply(ULLA, scene.mails_to(ULLA)[-1], "")
    scene.tick()


def told(mails: list[EmailMessage]) -> list[str]:
    return [str(mail["Subject"]).partition(":")[0].split(" ")[0] for mail in mails]


def test_a_sign_up_is_confirmed_and_welcomed(scene: Scene) -> None:
    joined(scene, "subscribe\nName: Ulla Umlaut\nKind: labour union\nFormat: text\n")
    assert scene.standing("subscriber", ULLA) is Standing.ACTIVE
    assert told(scene.mails_to(ULLA)) == ["Please", "Welcome"]
    with scene.world.store.snapshot() as work:
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
def test_G6_a_subscriber_is_written_to_in_their_language(scene: Scene, language: str, subjects: list[str]) -> None:
    joined(scene, f"subscribe\nLanguage: {language}\n")
    scene.write(ULLA, OFFICE, "x", "unsubscribe\n")
    scene.world.reply(ULLA, scene.mails_to(ULLA)[-1], "oui")
    scene.tick()
    assert [mail["Subject"] for mail in scene.mails_to(ULLA) if "?" not in mail["Subject"]] == subjects


def test_G6_what_a_subscriber_said_is_told_in_their_language(scene: Scene) -> None:
    joined(scene, "subscribe\nKind: labour union\nCountry: kr\nLanguage: français\nFormat: papyrus\n")
    text = text_of(scene.mails_to(ULLA)[-1])
    assert "Type d’organisation : syndicat - Pays : Corée du Sud - Langue : français" in text
    assert "Ligne 5 : Les valeurs possibles de Format sont : pdf, html, text." in text


def test_G6_who_asks_for_help_gets_it_in_the_language_that_they_told_us(scene: Scene) -> None:
    joined(scene, "subscribe\nLanguage: fr\n")
    scene.write(ULLA, OFFICE, "help", "help\n")
    scene.write(VICTIM, OFFICE, "help", "help\n")
    assert scene.mails_to(ULLA)[-1]["Subject"].startswith("Comment écrire à ")
    assert scene.mails_to(VICTIM)[-1]["Subject"].startswith("How to write to ")


def test_G6_an_office_speaks_its_own_language_to_its_staff_and_to_strangers(scene: Scene) -> None:
    scene.restart(language="fr")
    scene.write(VICTIM, OFFICE, "help", "help\n")
    scene.write(VICTIM, OFFICE, "A word", "Good morning.\n")
    assert scene.mails_to(VICTIM)[-1]["Subject"].startswith("Comment écrire à ")
    assert scene.mails_to("secretary@iso-sr.example")[-1]["Subject"] == "Courrier des lecteurs : A word"


# --- B1: somebody else's mailbox ---


def test_B1_a_victim_gets_one_request_a_day_whatever_is_written(scene: Scene) -> None:
    for spelling in (VICTIM, VICTIM.upper(), "Victim@X.example"):
        scene.raw(signup(spelling))
        scene.raw(signup(spelling, ABSURD))
    asked = [mail for to, mail in scene.world.relay.accepted]
    assert len(asked) == 1
    scene.pass_by(DAY)
    scene.raw(signup(VICTIM, "subscribe\n\nanother day"))
    assert len(scene.world.relay.accepted) == 2


def test_B1_nothing_of_the_requesters_words_is_in_the_request(
    scene: Scene, tmp_path_factory: pytest.TempPathFactory
) -> None:
    scene.raw(signup(f"BUY NOW <{VICTIM}>", ABSURD, **{"Reply-To": "evil@evil.example", "X-Words": "evil"}))
    other = Scene(tmp_path_factory.mktemp("other"))
    other.raw(signup(VICTIM))
    told = [re.sub(rb"[0-9a-f]{20,}", b"(hash)", raw) for s in (scene, other) for _, raw in s.world.relay.accepted]
    other.close()
    assert (len(told), len(set(told))) == (2, 1)


def test_B1_there_is_a_cap_over_all_addresses(scene: Scene) -> None:
    scene.restart(signup=replace(scene.process.rules.signup, per_day=3))
    for number in range(5):
        scene.raw(signup(f"victim{number}@x.example"))
    assert len(scene.world.relay.accepted) == 3
    scene.pass_by(DAY)
    scene.raw(signup("victim9@x.example"))
    assert len(scene.world.relay.accepted) == 4


def test_B1_help_is_capped_too(scene: Scene) -> None:
    scene.restart(signup=replace(scene.process.rules.signup, per_day=3))
    for number in range(5):
        scene.write(f"victim{number}@x.example", OFFICE, "help", "help\n")
    assert len(scene.world.relay.accepted) == 3


def test_B1_a_spelling_is_not_another_mailbox(scene: Scene) -> None:
    for spelling in (VICTIM, "VICTIM@x.example", "viCtim@x.example"):
        scene.write(spelling, OFFICE, "help", "help\n")
    assert [to for to, _ in scene.world.relay.accepted] == [VICTIM]


# --- confirming ---


def test_a_confirmation_twice_is_once(scene: Scene) -> None:
    joined(scene)
    scene.world.reply(ULLA, scene.mails_to(ULLA)[0], "yes, once more")
    scene.tick()
    assert told(scene.mails_to(ULLA)) == ["Please", "Welcome"]


def test_a_confirmation_after_its_time_is_nothing(scene: Scene) -> None:
    scene.raw(signup(ULLA))
    scene.pass_by(scene.process.rules.signup.expires + timedelta(seconds=1))
    scene.world.reply(ULLA, scene.mails_to(ULLA)[0], "yes")
    scene.tick()
    assert (scene.standing("subscriber", ULLA), len(scene.mails_to(ULLA))) == (None, 1)


def test_a_confirmation_of_nothing_is_nothing(scene: Scene) -> None:
    scene.write(ULLA, f"tg2+{scene.token(Purpose.CONFIRM, 99)}@iso-sr.example", "Re: x", "yes\n")
    assert (scene.standing("subscriber", ULLA), scene.mails_to(ULLA)) == (None, [])


def test_problems_are_told_to_who_has_confirmed_and_to_nobody_else(scene: Scene) -> None:
    joined(scene, "subscribe\nKind: circus\n")
    asked, welcome = scene.mails_to(ULLA)
    assert ("Kind is one of" in text_of(asked), "Kind is one of" in text_of(welcome)) == (False, True)


def test_who_comes_back_gets_mail_again(scene: Scene) -> None:
    joined(scene)
    scene.pass_by(DAY)
    scene.raw(signup(ULLA, "subscribe\n\nonce more"))
    request = scene.mails_to(ULLA)[-1]
    scene.write(ULLA, OFFICE, "x", "unsubscribe\n")
    with scene.world.store.transaction() as work:
        work.lists.suppress(ULLA, "bounced: 550", scene.now)
    scene.world.reply(ULLA, request, "yes")
    scene.tick()
    with scene.world.store.snapshot() as work:
        assert (work.lists.suppressed(ULLA), scene.standing("subscriber", ULLA)) == (None, Standing.ACTIVE)


@pytest.mark.parametrize("name", ["{{7*7}}", "{% include 'x' %}", "<script>alert(1)</script>", "⟦leave⟧", "%(x)s {x}"])
def test_D1_a_name_is_never_compiled(scene: Scene, name: str) -> None:
    joined(scene, f"subscribe\nName: {name}\n")
    welcome = scene.mails_to(ULLA)[-1]
    assert text_of(welcome).startswith(f"Dear {name},")
    page = welcome.get_body(("html",))
    assert page is not None
    assert "<script>" not in page.get_content()


def test_D7_links_come_from_the_configuration_alone(scene: Scene) -> None:
    headers = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "Reply-To": "tg2@evil.example"}
    scene.raw(signup(ULLA, **headers))
    (mail,) = scene.mails_to(ULLA)
    assert ("evil" in str(mail), mail["Reply-To"].addresses[0].domain) == (False, "iso-sr.example")


# --- leaving ---


def test_B4_a_forged_wish_to_leave_asks_its_address_once_a_day(scene: Scene) -> None:
    joined(scene)
    for number in range(3):
        scene.write(ULLA, OFFICE, "x", f"unsubscribe\n\n{number}", **{"X-Forged": "yes"})
    assert scene.standing("subscriber", ULLA) is Standing.ACTIVE
    assert told(scene.mails_to(ULLA))[2:] == ["Do"]
    scene.world.reply(ULLA, scene.mails_to(ULLA)[-1], "yes", **{"X-Forged": "yes"})
    scene.tick()
    assert scene.standing("subscriber", ULLA) is Standing.LEFT


@pytest.mark.parametrize("headers", [{}, {"X-Forged": "yes"}], ids=["signed", "forged"])
def test_B4_the_token_in_the_address_is_enough(scene: Scene, headers: Mapping[str, str]) -> None:
    joined(scene)
    token = scene.leave_token(1, ScopeKind.LIST, "subscriber")
    for number in range(2):
        scene.write("anyone@x.example", f"tg2+{token}@iso-sr.example", "x", f"{number}", **headers)
    assert scene.standing("subscriber", ULLA) is Standing.LEFT
    assert (told(scene.mails_to(ULLA))[2:], scene.mails_to("anyone@x.example")) == (["You"], [])


def test_B4_a_mail_program_leaves_for_its_user_whatever_it_says_of_itself(scene: Scene) -> None:
    joined(scene)
    address = re.search(r"tg2\+leave-\S+@iso-sr\.example", text_of(scene.mails_to(ULLA)[-1]))
    assert address is not None
    scene.write("noreply@icloud.example", address[0], "unsubscribe", "", **{"Auto-Submitted": "auto-generated"})
    assert scene.standing("subscriber", ULLA) is Standing.LEFT
    assert scene.filed() == {Folder.PROCESSED: 3}


def test_B11_an_absence_does_not_answer_whether_somebody_wants_to_leave(scene: Scene) -> None:
    joined(scene)
    scene.write(ULLA, OFFICE, "x", "unsubscribe\n", **{"X-Forged": "yes"})
    asked = scene.mails_to(ULLA)[-1]
    scene.world.reply(ULLA, asked, "I am out of the office until Monday.", **{"Auto-Submitted": "auto-replied"})
    scene.world.reply(ULLA, asked, "no")
    scene.tick()
    assert scene.standing("subscriber", ULLA) is Standing.ACTIVE


@pytest.mark.parametrize(
    ("kind", "key"), [(ScopeKind.LIST, "gone"), (ScopeKind.PUBLICATION, "gone"), (ScopeKind.LIST, "cag")]
)
def test_a_token_of_what_cannot_be_left_is_nothing(scene: Scene, kind: ScopeKind, key: str) -> None:
    joined(scene)
    scene.import_list("cag", [ULLA])
    with scene.world.store.transaction() as work:
        work.lists.declare([Scope(kind, key)])
    scene.write(ULLA, f"tg2+{scene.leave_token(1, kind, key)}@iso-sr.example", "unsubscribe", "")
    assert [scene.standing(each, ULLA) for each in ("subscriber", "cag")] == [Standing.ACTIVE, Standing.ACTIVE]
    assert told(scene.mails_to(ULLA))[2:] == []


# --- leaving a publication ---


def leaves_publication(scene: Scene, address: str, key: str = "update") -> None:
    with scene.office() as office:
        contact = office.work.lists.contact_at(address)
    assert contact is not None
    token = scene.leave_token(contact.id, ScopeKind.PUBLICATION, key)
    scene.write(address, f"tg2+{token}@iso-sr.example", "unsubscribe", "")


def audience(scene: Scene, key: str) -> int:
    with scene.world.store.snapshot() as work:
        return work.lists.audience(key, scene.process.rules.publications[key].lists)


def test_a_publication_is_left_with_all_lists_that_serve_it_alone(scene: Scene) -> None:
    for key in ("nmb", "d-liaison", "wg-member", "cag"):
        scene.import_list(key, [NILS])
    leaves_publication(scene, NILS)
    assert [scene.standing(key, NILS) for key in ("nmb", "d-liaison", "wg-member", "cag")] == [
        Standing.LEFT,
        Standing.LEFT,
        Standing.ACTIVE,
        Standing.ACTIVE,
    ]
    assert (audience(scene, "update"), audience(scene, "member-update")) == (0, 1)
    assert [str(mail["Subject"]) for mail in scene.mails_to(NILS)] == ["You have left ISO/SR Update"]
    (entry,) = scene.trail("left")
    assert dict(entry.detail) == {"publications": ["update"], "lists": ["nmb", "d-liaison"]}


def shared_list(scene: Scene) -> None:
    """Both publications go to one list."""
    publications = dict(scene.process.rules.publications)
    publications["member-update"] = replace(publications["member-update"], lists=("nmb", "wg-member"))
    scene.restart(publications=publications)


def test_who_leaves_one_publication_of_a_list_still_gets_the_other(scene: Scene) -> None:
    shared_list(scene)
    scene.import_list("nmb", [NILS])
    leaves_publication(scene, NILS)
    assert scene.standing("nmb", NILS) is Standing.ACTIVE
    assert (audience(scene, "update"), audience(scene, "member-update")) == (0, 1)
    leaves_publication(scene, NILS, "member-update")
    assert scene.standing("nmb", NILS) is Standing.LEFT
    assert [str(mail["Subject"]) for mail in scene.mails_to(NILS)] == [
        "You have left ISO/SR Update",
        "You have left ISO/SR Member Update",
    ]


@pytest.mark.parametrize("forever", ["by token", "by word", "from an earlier membership"])
def test_B12_no_other_list_brings_a_publication_back(scene: Scene, forever: str) -> None:
    scene.import_list("nmb", [NILS])
    if forever == "from an earlier membership":
        scene.import_list("nmb", [])
    if forever == "by word":
        scene.write(NILS, OFFICE, "unsubscribe", "")
    else:
        leaves_publication(scene, NILS)
    for key in ("nmb", "d-liaison", "subscriber"):
        with scene.office() as office:
            rows = [roster.Row(Address.parse(who), Details()) for who in (NILS, ULLA)]
            found = lists.difference(office.work, office.rules, key, rows, keep_missing=True)
            lists.apply_import(office, key, found)
        assert [[str(row.address) for row in some] for some in (found.left, found.added)] == [[NILS], [ULLA]]
    assert audience(scene, "update") == 1


def test_B12_a_list_that_serves_something_else_may_have_who_left_and_brings_that_alone(scene: Scene) -> None:
    shared_list(scene)
    scene.import_list("d-liaison", [NILS])
    leaves_publication(scene, NILS)
    scene.import_list("nmb", [NILS])
    assert scene.standing("nmb", NILS) is Standing.ACTIVE
    assert (audience(scene, "update"), audience(scene, "member-update")) == (0, 1)


def test_B12_their_own_yes_brings_them_back(scene: Scene) -> None:
    scene.import_list("nmb", [ULLA])
    leaves_publication(scene, ULLA)
    joined(scene)
    assert (scene.standing("nmb", ULLA), scene.standing("subscriber", ULLA)) == (Standing.LEFT, Standing.ACTIVE)
    assert audience(scene, "update") == 1


def test_the_token_in_a_copy_leaves_its_publication(scene: Scene) -> None:
    scene.approved()
    scene.start()
    scene.tick()
    (copy,) = [mail for mail in scene.mails_to(NILS) if mail["List-Id"]]
    link = re.sub(r"\s", "", str(copy["List-Unsubscribe"]))
    scene.write(NILS, link.removeprefix("<mailto:").partition("?")[0], "unsubscribe", "")
    assert (scene.standing("nmb", NILS), audience(scene, "update")) == (Standing.LEFT, 1)


def test_A35_a_forged_token_on_the_page_begins_nothing(scene: Scene) -> None:
    joined(scene)
    visits = []

    @contextmanager
    def begin() -> Iterator[Office]:
        visits.append(1)
        with scene.office() as office:
            yield office

    site: Site = lists.OfficeSite(scene.world.store.key, begin)
    genuine = scene.leave_token(1, ScopeKind.LIST, "subscriber")
    for text in (f"leave-1-2-{genuine.mac}", f"{scene.token(Purpose.LEAVE_EVERYTHING, 1)}", "x"):
        site.leave(text)
    assert (visits, scene.standing("subscriber", ULLA)) == ([], Standing.ACTIVE)
    for _ in range(2):
        site.leave(str(genuine))
    scene.tick()
    assert (len(visits), scene.standing("subscriber", ULLA)) == (2, Standing.LEFT)
    assert told(scene.mails_to(ULLA))[2:] == ["You"]


def test_an_authentic_wish_to_leave_is_enough(scene: Scene) -> None:
    joined(scene)
    scene.write("Ulla@Union.example", OFFICE, "unsubscribe", "")
    assert scene.standing("subscriber", ULLA) is Standing.LEFT


def test_a_member_of_the_board_does_not_leave_by_mail(scene: Scene) -> None:
    scene.import_list("cag", BOARD)
    scene.write(BOARD[0], OFFICE, "unsubscribe", "unsubscribe\n")
    assert scene.standing("cag", BOARD[0]) is Standing.ACTIVE
    assert [subject.startswith("How to write") for subject in scene.subjects(BOARD[0])] == [True]


def test_leaving_is_for_every_list_that_can_be_left(scene: Scene) -> None:
    for key in ("nmb", "d-liaison", "cag"):
        scene.import_list(key, [NILS])
    scene.write(NILS, OFFICE, "unsubscribe", "")
    assert [scene.standing(key, NILS) for key in ("nmb", "d-liaison", "cag")] == [
        Standing.LEFT,
        Standing.LEFT,
        Standing.ACTIVE,
    ]


def test_help_is_sent_once_a_day(scene: Scene) -> None:
    for number in range(3):
        scene.write(ULLA, OFFICE, "x", f"help\n\n{number}")
    assert len(scene.mails_to(ULLA)) == 1
    scene.pass_by(DAY)
    scene.write(ULLA, OFFICE, "x", "help\n\nagain")
    assert len(scene.mails_to(ULLA)) == 2


@pytest.mark.parametrize("marked", [True, False], ids=["both say that they are machines", "neither does"])
def test_B8_two_offices_end_within_two_mails(
    scene: Scene, tmp_path_factory: pytest.TempPathFactory, marked: bool
) -> None:
    """A forged sign-up sets our office upon another one, which is built as we are."""
    elsewhere = "news@other.example"
    other = Scene(tmp_path_factory.mktemp("other"))
    other.restart(address=Address.parse(elsewhere))
    daemon = other.process.daemon
    rules = replace(daemon._reception.rules, address=elsewhere, list_ids=("news.other.example",))
    daemon._reception = replace(daemon._reception, rules=rules)
    scene.raw(signup(elsewhere))
    passed_on = []
    for one, another, at in ((scene, other, elsewhere), (other, scene, OFFICE)) * 5:
        letters = [raw for to, raw in one.world.relay.accepted if Address.parse(to).base_key == at]
        one.world.relay.accepted.clear()
        for raw in letters:
            passed_on.append(raw)
            another.raw(raw if marked else raw.replace(b"Auto-Submitted: auto-generated\r\n", b""))
    taken_for_a_machine = other.trail("feedback") == []
    other.close()
    assert (1 <= len(passed_on) <= 2, taken_for_a_machine) == (True, marked)


# --- import ---


def test_an_import_changes_no_standing_of_who_left_meanwhile(scene: Scene) -> None:
    scene.import_list("subscriber", [ULLA])
    with scene.office() as office:
        known = office.work.lists.members("subscriber", None)
    rows = [roster.Row(Address.parse(ULLA), Details(country="SE"))]
    difference = roster.compare(known, rows, keep_missing=False)
    scene.write(ULLA, OFFICE, "unsubscribe", "")
    scene.do(lambda office: lists.apply_import(office, "subscriber", difference))
    assert scene.standing("subscriber", ULLA) is Standing.LEFT


def test_an_import_adds_changes_and_removes(scene: Scene) -> None:
    scene.import_list("nmb", [NILS, ULLA])
    scene.import_list("nmb", [ULLA, VICTIM], country="SE")
    assert [scene.standing("nmb", who) for who in (NILS, ULLA, VICTIM)] == [
        Standing.REMOVED,
        Standing.ACTIVE,
        Standing.ACTIVE,
    ]
    scene.import_list("nmb", [NILS, ULLA, VICTIM])
    assert scene.standing("nmb", NILS) is Standing.ACTIVE
    assert [dict(entry.detail) for entry in scene.trail("imported")] == [
        {"added": 2, "changed": 0, "removed": 0},
        {"added": 1, "changed": 1, "removed": 1},
        {"added": 1, "changed": 0, "removed": 0},
    ]


def test_malformed_mail_from_strangers_is_not_answered(scene: Scene) -> None:
    for head in ("From: a@x.example\r\nFrom: b@x.example", "From: a@x.example, b@x.example", "From: nobody", "X: y"):
        scene.raw(f"{head}\r\nTo: tg2+subscribe@iso-sr.example\r\nSubject: x\r\n\r\nsubscribe\r\n".encode())
    assert (scene.world.relay.accepted, scene.filed()) == ([], {Folder.REFUSED: 4})
