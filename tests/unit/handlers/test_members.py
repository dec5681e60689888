"""One person: added, removed, given another address, and what becomes of the tokens that they were sent."""

from __future__ import annotations

from email.message import EmailMessage

import pytest

from mailer import contacts
from mailer.errors import Refused
from mailer.handlers import audit, imports, members
from mailer.message import Address
from mailer.model.failures import COMPLAINED
from mailer.model.imports import Change, Entry, ImportOptions
from mailer.model.list_file import Row
from mailer.model.lists import Departure, Details, ScopeKind, Standing
from mailer.ports import AuditEntry
from mailer.tokens import Purpose
from tests.unit.harness import ANA, BO, DAY, NILS, NMB, NORA, OFFICE, Harness

ULLA = "ulla@union.example"
NEW = "nils.berg@institute.example"


def joining(address: str, bring_back: bool = False, **details: str) -> members.Joining:
    return members.Joining(Address.parse(address), Details(**details), "asked by phone", bring_back)  # type: ignore[arg-type]


def added(harness: Harness, key: str, who: members.Joining) -> Change:
    with harness.office() as office:
        planned = members.joins(office, key, who)
        assert members.add(office, key, who) is planned
    return planned


def removed(harness: Harness, address: str, *keys: str, own_wish: bool = False) -> Departure:
    with harness.office() as office:
        planned = members.removal(office, address, keys, own_wish)
        assert members.remove(office, address, keys, own_wish, "a reason") == planned
    return planned


def moved(harness: Harness, old: str = NILS, new: str = NEW) -> contacts.Edit:
    with harness.office() as office:
        planned = contacts.edit(office, old, Address.parse(new), {})
        assert contacts.change(office, old, Address.parse(new), {}) == planned
    return planned


def suppress(harness: Harness, address: str, reason: str) -> None:
    harness.do(lambda office: office.work.lists.suppress(address, reason, office.now))


def suppressed(harness: Harness, *addresses: str) -> list[str | None]:
    with harness.office() as office:
        return [office.work.lists.suppressed(address) for address in addresses]


def last(harness: Harness, action: str) -> AuditEntry:
    return harness.trail(action)[-1]


def subjects(mails: list[EmailMessage]) -> list[str]:
    return [str(mail["Subject"]) for mail in mails]


# --- add ---


def test_a_person_is_added_once_with_the_reason_in_the_audit_trail(harness: Harness) -> None:
    assert added(harness, "nmb", joining(ULLA, country="SE")) is Change.ADD
    assert added(harness, "nmb", joining(ULLA, country="NO")) is Change.UNCHANGED
    assert harness.standing("nmb", ULLA) is Standing.ACTIVE
    with harness.office() as office:
        assert contacts.contact_of(office, ULLA).details == Details(country="SE")
    assert (last(harness, "added").subject, dict(last(harness, "added").detail)) == (
        ULLA,
        {"list": "nmb", "reason": "asked by phone"},
    )
    assert harness.mails_to(ULLA) == []


def test_a_list_that_does_not_exist_is_refused(harness: Harness) -> None:
    with harness.office() as office:
        for act in (members.joins, members.add):
            with pytest.raises(Refused, match="There is no list “nbm”"):
                act(office, "nbm", joining(ULLA))
        with pytest.raises(Refused, match="There is no list “nbm”"):
            members.leavers(office, key="nbm")


@pytest.mark.parametrize(
    ("before", "why"),
    [
        ("left", "has left the list or its publications"),
        ("bounced", r"gets no mail \(bounced: 550\)"),
        ("moved", f"is an old address of {NEW}"),
    ],
)
def test_B12_who_stays_away_is_added_only_when_brought_back(harness: Harness, before: str, why: str) -> None:
    harness.import_list("nmb", [NILS])
    if before == "left":
        removed(harness, NILS, "nmb", own_wish=True)
    elif before == "bounced":
        suppress(harness, NILS, "bounced: 550")
    else:
        moved(harness)
    with harness.office() as office, pytest.raises(Refused, match=f"{NILS} {why}: nothing was changed"):
        members.add(office, "d-liaison", joining(NILS))
    assert harness.standing("d-liaison", NILS) is None
    assert added(harness, "d-liaison", joining(NILS, bring_back=True)) is Change.BRING_BACK
    assert (harness.standing("d-liaison", NILS), suppressed(harness, NILS)) == (Standing.ACTIVE, [None])
    with harness.office() as office:
        assert members.view(office, NILS).receives == ["ISO/SR Update"]
    detail = last(harness, "brought back").detail
    assert (detail["list"], detail["reason"], bool(detail["was"])) == ("d-liaison", "asked by phone", True)


# --- remove ---


def test_a_removed_person_can_be_imported_again(harness: Harness) -> None:
    for key in ("nmb", "d-liaison", "wg-member"):
        harness.import_list(key, [NILS])
    assert removed(harness, NILS, "nmb") == Departure((), ("nmb",))
    assert removed(harness, NILS) == Departure((), ("d-liaison", "wg-member"))
    assert dict(last(harness, "removed").detail) == {"lists": ["d-liaison", "wg-member"], "reason": "a reason"}
    harness.import_list("nmb", [NILS])
    assert harness.standing("nmb", NILS) is Standing.ACTIVE


def test_B12_who_is_removed_by_their_own_wish_stays_away(harness: Harness) -> None:
    for key in ("nmb", "d-liaison", "wg-member"):
        harness.import_list(key, [NILS])
    assert removed(harness, NILS, "nmb", own_wish=True) == Departure(("update",), ("nmb", "d-liaison"))
    assert [harness.standing(key, NILS) for key in ("nmb", "d-liaison", "wg-member")] == [
        Standing.LEFT,
        Standing.LEFT,
        Standing.ACTIVE,
    ]
    told: list[Entry] = []
    with harness.office() as office:
        rows = [Row(Address.parse(NILS), Details())]
        imports.difference(office, "subscriber", rows, ImportOptions(), told.append)
    assert told == [Entry(Change.LEFT, NILS, "", "left")]


def test_a_board_member_is_removed_by_their_own_wish_too(harness: Harness) -> None:
    harness.import_list("cag", [ANA, BO])
    assert removed(harness, ANA, "cag", own_wish=True) == Departure((), ("cag",))
    assert harness.standing("cag", ANA) is Standing.LEFT


def test_who_is_not_there_is_not_removed(harness: Harness) -> None:
    harness.import_list("nmb", [NILS])
    with harness.office() as office:
        with pytest.raises(Refused, match=f"{NILS} is not on cag; they are on nmb"):
            members.removal(office, NILS, ["cag"], own_wish=False)
        with pytest.raises(Refused, match=r"Nobody has the address nobody@x\.example: look for part of it"):
            members.removal(office, "nobody@x.example", [], own_wish=False)
        with pytest.raises(Refused, match=r"'nobody' is not an address"):
            contacts.contact_of(office, "nobody")
    removed(harness, NILS)
    with harness.office() as office, pytest.raises(Refused, match=f"{NILS} is not on any list"):
        members.removal(office, NILS, [], own_wish=False)


def test_leavers_are_shown_with_the_way_that_they_left(harness: Harness) -> None:
    harness.import_list("nmb", [NILS, NORA])
    harness.write(NORA, OFFICE, "unsubscribe", "")
    removed(harness, NILS, "nmb", own_wish=True)
    with harness.office() as office:
        found = members.leavers(office)
        assert members.leavers(office, office.now.replace(year=2100)) == []
    assert sorted((one.contact.address, one.change.list, one.change.way) for one in found) == [
        (NILS, "nmb", "secretary"),
        (NORA, "nmb", "mail"),
    ]


# --- another address ---


def test_a_new_address_keeps_lists_wishes_and_history(harness: Harness) -> None:
    harness.import_list("nmb", [NILS])
    harness.import_list("wg-member", [NILS])
    harness.pass_by(DAY)
    removed(harness, NILS, "nmb", own_wish=True)
    edit = moved(harness)
    assert edit.changes == {"address": (NILS, NEW)}
    with harness.office() as office:
        found, history = members.view(office, NEW), members.history(office, NEW)
        with pytest.raises(Refused, match=f"Nobody has the address {NILS}: it was the address of {NEW} before"):
            members.view(office, NILS)
    assert [(change.list, change.standing) for change in found.lists] == [
        ("nmb", Standing.LEFT),
        ("wg-member", Standing.ACTIVE),
    ]
    assert (found.receives, found.left) == (["ISO/SR Member Update"], ["ISO/SR Update"])
    assert [change.list for change in history.changes] == ["nmb", "wg-member", "nmb"]
    assert [one.address for one in history.former] == [NILS]
    assert dict(last(harness, "changed").detail) == {"address": [NILS, NEW]}


def test_details_change_and_an_empty_value_deletes(harness: Harness) -> None:
    harness.import_list("nmb", [NILS], name="Nils", country="SE")
    with harness.office() as office:
        edit = contacts.change(office, NILS, None, {"name": "", "language": "sv"})
        assert contacts.contact_of(office, NILS).details == Details(country="SE", language="sv")
        assert contacts.change(office, NILS, None, {"language": "sv"}).changes == {}
    assert edit.changes == {"name": ("Nils", ""), "language": ("", "sv")}
    assert len(harness.trail("changed")) == 1


def test_an_address_of_somebody_else_is_refused(harness: Harness) -> None:
    harness.import_list("nmb", [NILS, NORA])
    with harness.office() as office, pytest.raises(Refused, match=f"{NORA} is somebody already"):
        contacts.change(office, NILS, Address.parse(NORA), {})


@pytest.mark.parametrize(("reason", "comes_along"), [("bounced: 550 5.1.1", None), (str(COMPLAINED), str(COMPLAINED))])
def test_a_bounce_stays_with_the_address_and_a_complaint_with_the_person(
    harness: Harness, reason: str, comes_along: str | None
) -> None:
    harness.import_list("nmb", [NILS])
    suppress(harness, NILS, reason)
    assert moved(harness).suppressed == (comes_along or "")
    assert suppressed(harness, NILS, NEW) == [reason, comes_along]


def test_a_suppression_of_the_new_address_holds(harness: Harness) -> None:
    harness.import_list("nmb", [NILS])
    suppress(harness, NEW, "bounced: 550")
    assert moved(harness).suppressed == "bounced: 550"
    assert suppressed(harness, NEW) == ["bounced: 550"]


def test_an_import_of_the_old_address_adds_nobody(harness: Harness) -> None:
    harness.import_list("nmb", [NILS])
    moved(harness)
    told: list[Entry] = []
    with harness.office() as office:
        rows = [Row(Address.parse(NILS), Details())]
        imports.difference(office, "d-liaison", rows, ImportOptions(), told.append)
    assert told == [Entry(Change.MOVED, NILS, "", f"now {NEW}")]


def test_a_link_to_leave_that_went_to_the_old_address_leaves_for_the_person(harness: Harness) -> None:
    harness.import_list("nmb", [NILS])
    with harness.office() as office:
        contact = contacts.contact_of(office, NILS)
    moved(harness)
    token = harness.leave_token(contact.id, ScopeKind.PUBLICATION, "update")
    harness.write(NILS, f"tg2+{token}@iso-sr.example", "unsubscribe", "")
    assert harness.standing("nmb", NEW) is Standing.LEFT
    assert (subjects(harness.mails_to(NEW)), harness.mails_to(NILS)) == (["You have left ISO/SR Update"], [])


def undo(harness: Harness) -> None:
    """Answer the goodbye that went to Nils."""
    goodbye = next(mail for mail in harness.mails_to(NILS) if str(mail["Subject"]).startswith("You have left"))
    harness.environment.reply(NILS, goodbye, "yes")
    harness.tick()


def leaves(harness: Harness) -> None:
    with harness.office() as office:
        contact = contacts.contact_of(office, NILS)
    token = harness.leave_token(contact.id, ScopeKind.PUBLICATION, "update")
    harness.write(NILS, f"tg2+{token}@iso-sr.example", "unsubscribe", "")


def test_B13_a_goodbye_to_the_old_address_undoes_nothing(harness: Harness) -> None:
    harness.import_list("nmb", [NILS])
    leaves(harness)
    moved(harness)
    undo(harness)
    assert harness.standing("nmb", NEW) is Standing.LEFT


def test_B13_an_undo_respects_a_later_wish_that_the_secretary_was_told(harness: Harness) -> None:
    harness.import_list("nmb", [NILS])
    leaves(harness)
    harness.pass_by(DAY)
    assert added(harness, "nmb", joining(NILS, bring_back=True)) is Change.BRING_BACK
    harness.pass_by(DAY)
    removed(harness, NILS, "nmb", own_wish=True)
    undo(harness)
    assert harness.standing("nmb", NILS) is Standing.LEFT


def test_an_answer_from_the_old_address_ends_nothing_and_asks_at_the_new_one(harness: Harness) -> None:
    harness.import_list("nmb", [NILS])
    harness.write(NILS, OFFICE, "unsubscribe", "", **{"X-Forged": "yes"})
    (asked,) = harness.mails_to(NILS)
    moved(harness)
    harness.environment.reply(NILS, asked, "yes")
    harness.tick()
    assert harness.standing("nmb", NEW) is Standing.ACTIVE
    (again,) = harness.mails_to(NEW)
    harness.environment.reply(NEW, again, "yes")
    harness.tick()
    assert harness.standing("nmb", NEW) is Standing.LEFT


def test_a_confirmation_from_the_old_address_signs_up_the_old_address(harness: Harness) -> None:
    harness.import_list("nmb", [NILS])
    harness.write(NILS, OFFICE, "subscribe", "")
    moved(harness)
    harness.environment.reply(NILS, harness.mails_to(NILS)[-1], "yes")
    harness.tick()
    assert [harness.standing("subscriber", address) for address in (NILS, NEW)] == [Standing.ACTIVE, None]


def test_A29_a_vote_from_the_old_address_does_not_count(harness: Harness) -> None:
    harness.asked()
    request = harness.request(ANA)
    moved(harness, ANA, "ana@new.example")
    harness.answer(ANA, "APPROVE", to=request)
    assert harness.votes == []
    harness.tick()
    harness.answer("ana@new.example", "APPROVE")
    assert len(harness.votes) == 1


def test_a_bounce_of_a_mail_to_the_old_address_is_of_that_address(harness: Harness) -> None:
    harness.approved()
    harness.start()
    harness.tick()
    with harness.office() as office:
        (row,) = [row for row in office.work.outbox.page(harness.mailing.id, 0, 9) if row.recipient == NILS]
    moved(harness)
    lines = (
        "From: MAILER-DAEMON@x.example",
        f"To: tg2+{harness.token(Purpose.BOUNCE, row.id)}@iso-sr.example",
        "Return-Path: <>",
        "Subject: failed",
        "MIME-Version: 1.0",
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b",
        *("", "--b", "Content-Type: text/plain", "", "no"),
        *("--b", "Content-Type: message/delivery-status", "", "Reporting-MTA: dns; x", ""),
        *(f"Final-Recipient: rfc822; {NILS}", "Action: failed", "Status: 5.1.1"),
        *("Diagnostic-Code: smtp; 550 no", "", "--b--", ""),
    )
    harness.raw("\r\n".join(lines).encode())
    old, new = suppressed(harness, NILS, NEW)
    assert (bool(old), new) == (True, None)


# --- the audit trail about somebody or something ---


def test_the_audit_trail_follows_a_person_through_their_addresses(harness: Harness) -> None:
    harness.import_list("nmb", NMB)
    moved(harness)
    moved(harness, NEW, "nils@third.example")
    with harness.office() as office:
        by_address = [audit.entries(office, 99, about) for about in ("nils@third.example", NEW, NILS.upper())]
        assert audit.entries(office, 99, "nobody@x.example") == []
    assert by_address[0] == by_address[1] == by_address[2]
    assert [entry.action for entry in by_address[0]] == ["imported", "changed", "changed"]


def test_the_audit_trail_of_an_issue(harness: Harness) -> None:
    harness.approved()
    with harness.office() as office:
        found = [audit.entries(office, 99, about) for about in ("1", "update 1", "update-1", "member-update 1")]
        with pytest.raises(Refused, match="“x” is neither an address nor an issue"):
            audit.entries(office, 99, "x")
        with pytest.raises(Refused, match="There is no publication “x”"):
            audit.entries(office, 99, "x 1")
        with pytest.raises(Refused, match="is not an address"):
            audit.entries(office, 99, "@x")
    actions = [entry.action for entry in found[0] if entry.action != "draft shown"]
    assert actions == ["built", "submitted", "voted", "voted", "granted"]
    assert (found[0] == found[1] == found[2], found[3]) == (True, [])
