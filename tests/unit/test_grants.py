"""A grant covers what decides the bytes, and is asked for wherever something goes out (law 4)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, text

from mailer import contacts, grants
from mailer.compose.forms import VALUES, form_digest, template_of
from mailer.errors import NotGranted
from mailer.handlers import issues, mailings
from mailer.message import Address
from mailer.model.approvals import Grant, Subject
from mailer.model.forms import digest_of
from mailer.model.issues import Inline, State
from mailer.model.lists import Format
from mailer.office import Office
from tests.flows.environment import EDITION, SOURCE
from tests.unit.harness import ANA, BO, BOARD, NILS, NMB, NORA, SECRETARY, Harness, text_of

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
FORMS = {"title": "The road", "lists": "nmb, subscriber", "text en": "0", "form en pdf": "1"}
SUBJECT = Subject("issue", 1, digest_of(FORMS), FORMS)
GRANT = Grant(1, SUBJECT, ("nmb", "subscriber"), NOON, 1, {"nmb": 1, "subscriber": 1}, NOON)
ILLUSTRATED = replace(
    EDITION, html=f"{EDITION.html} <img src='cid:one@x'>", pictures=(Inline("one@x", "image/png", b"\x89PNG"),)
)


def other(**parts: str) -> Subject:
    """The subject, with parts that differ; ``_`` stands for a space."""
    forms = {**FORMS, **{name.replace("_", " "): value for name, value in parts.items()}}
    return Subject("issue", 1, digest_of(forms), forms)


@pytest.mark.parametrize(
    ("subject", "lists", "reason"),
    [
        (other(title="The street"), ["nmb"], "the title: “The road” was granted, “The street” it is now. Submit"),
        (other(text_en="9", form_en_pdf="8"), ["nmb"], "not this one: the text of the edition “en”. Submit"),
        (other(form_en_pdf="8"), ["nmb"], "not this one: how a mail is put together (en pdf). Submit"),
        (other(picture_en_one="8"), ["nmb"], "not this one: a picture of the edition “en”. Submit"),
        (Subject("issue", 1, "f" * 64), [], "not this one"),
        (SUBJECT, ["nmb", "wg-member"], "The grant does not cover wg-member: only nmb, subscriber"),
    ],
)
def test_A19_a_grant_covers_nothing_but_what_it_names(subject: Subject, lists: list[str], reason: str) -> None:
    with pytest.raises(NotGranted, match=re.escape(reason)):
        GRANT.require(subject, lists, NOON)


@pytest.mark.parametrize("lists", [[], ["nmb"], ["subscriber", "nmb"]])
def test_a_grant_covers_its_lists_and_any_of_them(lists: list[str]) -> None:
    GRANT.require(SUBJECT, lists, NOON)


def test_a_grant_whose_parts_were_changed_covers_nothing() -> None:
    damaged = replace(GRANT, subject=replace(SUBJECT, forms={**FORMS, "title": "Another"}))
    with pytest.raises(NotGranted, match="not this one"):
        damaged.require(SUBJECT, [], NOON)


def test_an_embargo_is_part_of_the_grant() -> None:
    subject = other(embargo="2026-12-01T09:00+00:00")
    grant = replace(GRANT, subject=subject)
    until = datetime(2026, 12, 1, 9, tzinfo=UTC)
    grant.require(subject, ["nmb"], until)
    with pytest.raises(NotGranted, match="under an embargo until 2026-12-01 09:00 UTC"):
        grant.require(subject, ["nmb"], until - timedelta(seconds=1))


# --- the form ---


def test_a_form_is_the_shared_bytes_and_the_closed_list_of_placeholders(harness: Harness) -> None:
    rules = harness.process.rules
    update = rules.publication("update")
    templates = [template_of(rules, update, 1, EDITION, wanted) for wanted in Format]
    digests = {form_digest(template, EDITION.wording) for template in templates}
    assert len(digests) == 3 == len({*digests, *(form_digest(one, EDITION.wording) for one in templates)})
    assert {place.name for one in templates for place in one.placeholders} <= VALUES.keys()
    words = replace(EDITION.wording, greeting="Buy now, %(name)s,")
    assert form_digest(templates[0], words) not in digests


# --- what changes after the grant, and is not sent ---


def approved(harness: Harness) -> None:
    harness.import_list("cag", BOARD)
    harness.import_list("nmb", NMB)
    harness.build(ILLUSTRATED)
    harness.submit()
    for member in (ANA, BO):
        harness.answer(member, "APPROVE")
    assert harness.issue.state is State.APPROVED


def tamper(harness: Harness, *statements: str) -> None:
    with harness.environment.store._engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


IN_THE_STORE = {
    "UPDATE editions SET text = replace(text, 'News', 'Olds')": "the text of the edition “en”",
    "UPDATE editions SET html = html || 'x'": "the HTML of the edition “en”",
    "UPDATE editions SET subject = 'ISO/SR Update 2'": "the subject of the edition “en”: “ISO/SR Update 1” was granted",
    "UPDATE editions SET pdf = x'25504446'": "the PDF of the edition “en”",
    "UPDATE pictures SET data = x'00'": "a picture of the edition “en”",
    "UPDATE editions SET wording = json_set(wording, '$.greeting', 'Buy!')": "the words of the greeting",
    "UPDATE issues SET title = 'The street'": "the title: “The road” was granted, “The street” it is now",
    "UPDATE issues SET embargo = 1": "the embargo: “” was granted",
    "UPDATE grants SET lists = json_set(lists, '$.wg-member', 0)": "the lists: ",
    "UPDATE grants SET forms = json_set(forms, '$.title', 'x')": "The board approved an earlier version",
    "UPDATE ballots SET outcome = 'objected'": "The grant does not agree with its ballot",
    "UPDATE ballots SET digest = 'x'": "The grant does not agree with its ballot",
}


def refusal(harness: Harness, *statements: str, **rules: Any) -> str:
    """Why the issue may not go out after these changes of the store or the configuration, which are then undone."""
    if rules:
        harness.restart(**rules)
    try:
        with harness.office() as office:
            for statement in statements:
                connection_of(office).execute(text(statement))
            with pytest.raises(NotGranted) as refused:
                mailings.start(office, issues.find(office, "update", 1), ["nmb"])
            raise _Undone
    except _Undone:
        return str(refused.value)
    finally:
        if rules:
            harness.restart()


class _Undone(Exception):
    """Rolls a transaction back."""


def connection_of(office: Office) -> Connection:
    return office.work.approvals._connection  # type: ignore[attr-defined,no-any-return]


def test_A19_what_changed_in_the_store_after_the_grant_does_not_leave(harness: Harness) -> None:
    approved(harness)
    assert {
        statement: reason in refusal(harness, statement) for statement, reason in IN_THE_STORE.items()
    } == dict.fromkeys(IN_THE_STORE, True)
    harness.start()


@pytest.mark.parametrize(("statement", "reason"), list(IN_THE_STORE.items())[:1])
def test_A19_what_changed_after_the_start_suspends_the_mailing_and_the_secretary_hears_which_part(
    harness: Harness, statement: str, reason: str
) -> None:
    approved(harness)
    harness.start()
    tamper(harness, statement)
    harness.tick()
    harness.tick()
    assert (harness.mails_to(NILS), harness.mails_to(NORA)) == ([], [])
    told = [mail for mail in harness.mails_to(SECRETARY) if mail["Subject"].startswith("Not what the board approved")]
    assert len(told) == 1 and reason in text_of(told[0])
    assert harness.mailing.paused_at is not None
    with pytest.raises(NotGranted), harness.office() as office:
        mailings.resend_failed(office, harness.issue)


def test_a_copy_whose_row_was_given_other_content_does_not_leave(harness: Harness) -> None:
    approved(harness)
    harness.start()
    tamper(
        harness,
        f"UPDATE outbox SET payload = CAST('Subject: x\r\n\r\nBuy!' AS BLOB) WHERE recipient = '{NILS}'",
        f"UPDATE outbox SET message_id = '<x>\r\nSubject: Buy!' WHERE recipient = '{NORA}'",
    )
    harness.tick()
    assert all(b"Buy!" not in raw for _, raw in harness.environment.relay.accepted)
    assert harness.mails_to(NORA) == []


def test_a_name_that_is_a_letter_is_cut_to_one_line(harness: Harness) -> None:
    approved(harness)
    tamper(harness, f"UPDATE contacts SET name = 'N\r\n\r\n{'long ' * 200}' WHERE address = '{NILS}'")
    harness.start()
    harness.tick()
    (mail,) = harness.mails_to(NILS)
    assert len(str(mail["To"])) <= 230
    assert text_of(mail).startswith("Dear N long long")


CONFIGURED: dict[str, tuple[Callable[[Any], dict[str, Any]], str]] = {
    "title of the publication": (
        lambda rules: {
            "publications": {**rules.publications, "update": replace(rules.publication("update"), title="The Sun")}
        },
        "the sender: ",
    ),
    "address": (lambda rules: {"address": replace(rules.address, local="tg3")}, "the sender: "),
    "base of the links": (lambda rules: {"url": "https://elsewhere.example"}, "the links: "),
    "plus-addresses": (lambda rules: {"plus": not rules.plus}, "the links: "),
    "personal copies": (
        lambda rules: {
            "publications": {**rules.publications, "update": replace(rules.publication("update"), personal=False)}
        },
        "the links: ",
    ),
    "List-Id": (
        lambda rules: {
            "publications": {**rules.publications, "update": replace(rules.publication("update"), list_id="x.example")}
        },
        "how a mail is put together (en html)",
    ),
}


def test_A19_what_changed_in_the_configuration_after_the_grant_does_not_leave(harness: Harness) -> None:
    approved(harness)
    rules = harness.process.rules
    told = {what: reason in refusal(harness, **change(rules)) for what, (change, reason) in CONFIGURED.items()}
    assert told == dict.fromkeys(CONFIGURED, True)


POLICIES: list[tuple[dict[str, Any], str]] = [
    ({"rule": "unanimous"}, "rule was majority and is unanimous"),
    ({"minimum_votes": 3}, "minimum_votes was 0 and is 3"),
    ({"objection_blocks": False}, "objection_blocks was true and is false"),
    ({"board": "nmb"}, "the board was cag and is nmb"),
]


def test_A19_another_policy_ends_a_grant_before_anything_has_gone_out(harness: Harness) -> None:
    approved(harness)
    policies = harness.process.rules.policies
    changed = [{**policies, "disclosure": replace(policies["disclosure"], **change)} for change, _ in POLICIES]
    told = [reason in refusal(harness, policies=one) for one, (_, reason) in zip(changed, POLICIES, strict=True)]
    assert told == [True] * 4
    harness.start()
    harness.tick()
    harness.restart(policies=changed[0])
    with harness.office() as office:
        grants.require_issue(office, harness.issue, ["nmb"])


# --- lists ---


STRANGERS = ("eve@x.example", "mal@x.example", "trudy@x.example")


def changes(harness: Harness) -> grants.Changes:
    with harness.office() as office:
        return grants.changes(office, harness.issue, grants.require_issue(office, harness.issue, ()))


def told(found: Iterable[grants.Change]) -> list[tuple[str, str, str, str]]:
    return [(one.list, one.about.change, one.about.address, one.by) for one in found]


def test_A19_a_list_that_a_command_has_replaced_needs_a_yes(harness: Harness) -> None:
    approved(harness)
    harness.import_list("nmb", STRANGERS, cause="command list import")
    found = changes(harness)
    assert told(found.members) == sorted(
        [("nmb", "added", one, "secretary") for one in STRANGERS]
        + [("nmb", "removed", one, "secretary") for one in NMB],
        key=lambda row: row[2],
    )
    with pytest.raises(NotGranted, match=r"3 added, 2 removed \(--as-listed\)"):
        harness.start()
    harness.do(lambda office: mailings.agree(office, harness.issue, found))
    harness.start()
    harness.tick()
    assert len(harness.mails_to("eve@x.example")) == 1


def test_joining_and_leaving_by_their_own_mail_is_no_change_of_a_list(harness: Harness) -> None:
    approved(harness)
    harness.import_list("nmb", [NILS, "sven@x.example"], cause="mail 3fa9")
    assert not changes(harness)


def test_what_a_command_has_done_and_undone_is_no_change(harness: Harness) -> None:
    approved(harness)
    harness.import_list("nmb", STRANGERS, cause="command list import")
    harness.import_list("nmb", NMB, cause="command list import")
    assert not changes(harness)


def test_a_member_who_was_moved_by_a_command_needs_a_yes(harness: Harness) -> None:
    approved(harness)
    harness.pass_by(timedelta(minutes=1))
    harness.do(lambda office: contacts.change(office, NILS, Address.parse("eve@x.example"), {}))
    found = changes(harness)
    assert [(one.about.change, one.about.was, one.about.address) for one in found.members] == [
        ("moved", NILS, "eve@x.example")
    ]


def test_a_reader_whom_a_command_added_gets_no_copy_by_asking_before_somebody_agreed(harness: Harness) -> None:
    approved(harness)
    harness.start()
    harness.tick()
    harness.import_list("nmb", [*NMB, "eve@x.example"], cause="command list import")
    harness.write("eve@x.example", "tg2@iso-sr.example", "x", "get 1\n")
    assert [mail["Subject"] for mail in harness.mails_to("eve@x.example") if mail["Subject"] == EDITION.subject] == []
    found = changes(harness)
    harness.do(lambda office: mailings.agree(office, harness.issue, found))
    harness.write("eve@x.example", "tg2@iso-sr.example", "x", "get 1\n")
    assert harness.subjects("eve@x.example")[-1] == EDITION.subject


def test_a_person_agrees_only_to_the_changes_that_they_have_seen(harness: Harness) -> None:
    approved(harness)
    harness.import_list("nmb", [*NMB, "eve@x.example"], cause="command list import")
    seen = changes(harness)
    harness.import_list("nmb", [*NMB, *STRANGERS], cause="command list import")
    with pytest.raises(Exception, match="More has changed"), harness.office() as office:
        mailings.agree(office, harness.issue, seen)


def test_the_board_is_shown_as_it_differs_from_the_one_that_was_asked(harness: Harness) -> None:
    approved(harness)
    harness.import_list("cag", [ANA, BO, "dan@cag.example"])
    with harness.office() as office:
        grant = grants.require_issue(office, harness.issue, ())
        assert grants.board_since(office, grant) == (("dan@cag.example",), ("cleo@cag.example",))


# --- what decides the bytes beside the source ---


def change_templates(harness: Harness, **names: str) -> None:
    """As if these inputs had other content when the issue was built."""
    with harness.office() as office:
        before = office.work.issues.inputs(harness.issue.id)
        assert names.keys() <= before.keys()
        office.work.issues.set_inputs(harness.issue.id, {**before, **names})


MAIL = {"templates/issue/mail.html": "0" * 64}


def test_A19_a_changed_template_is_named_and_needs_a_yes(harness: Harness) -> None:
    approved(harness)
    assert changes(harness) == grants.Changes()
    change_templates(harness, **MAIL)
    found = changes(harness)
    assert found.inputs == ("templates/issue/mail.html",)
    with pytest.raises(NotGranted, match=r"templates/issue/mail.html has changed .* \(--as-granted\)"):
        harness.start()
    harness.do(lambda office: mailings.agree(office, harness.issue, found))
    harness.start()


def test_A19_a_changed_identity_is_named(harness: Harness) -> None:
    approved(harness)
    harness.restart(identity=replace(harness.process.rules.identity, accent="#ff0000"))
    assert changes(harness).inputs == ("[identity] accent",)


def test_building_the_same_bytes_again_settles_what_has_changed(harness: Harness) -> None:
    approved(harness)
    change_templates(harness, **MAIL)
    harness.build(ILLUSTRATED)
    assert (harness.issue.state, changes(harness)) == (State.APPROVED, grants.Changes())


@pytest.mark.parametrize("what", ["templates", "lists", "store"])
def test_A19_a_scheduled_issue_is_held_and_the_secretary_asked_if_something_changed(
    harness: Harness, what: str
) -> None:
    approved(harness)
    harness.schedule(harness.now + timedelta(hours=1))
    if what == "templates":
        change_templates(harness, **MAIL)
    elif what == "lists":
        harness.import_list("nmb", STRANGERS, cause="command list import")
    else:
        tamper(harness, "UPDATE editions SET text = 'Olds'")
    harness.pass_by(timedelta(hours=1, minutes=1))
    harness.tick()
    assert (harness.issue.state, harness.issue.missed) == (State.APPROVED, True)
    (mail,) = [one for one in harness.mails_to(SECRETARY) if one["Subject"].startswith("Not sent, something has")]
    words = {
        "templates": "templates/issue/mail.html",
        "lists": "3 added, 2 removed",
        "store": "the text of the",
    }
    assert words[what] in text_of(mail)
    assert all(harness.mails_to(one) == [] for one in (*NMB, *STRANGERS))


# --- embargo ---


def test_an_embargo_holds_whatever_the_board_has_granted(harness: Harness) -> None:
    until = harness.now + timedelta(days=3)
    harness.import_list("cag", BOARD)
    harness.import_list("nmb", NMB)
    harness.build(source=replace(SOURCE, embargo=until))
    harness.submit()
    assert "Under an embargo: nothing of it goes out before Thursday 26 November 2026" in text_of(harness.request(ANA))
    for member in (ANA, BO):
        harness.answer(member, "APPROVE")
    with pytest.raises(NotGranted, match="under an embargo"):
        harness.start()
    with pytest.raises(NotGranted, match="under an embargo"):
        harness.schedule(until - timedelta(minutes=1))
    harness.schedule(until)
    harness.pass_by(timedelta(days=3, seconds=1))
    harness.tick()
    harness.tick()
    assert len(harness.mails_to(NILS)) == 1


def test_another_embargo_voids_a_grant(harness: Harness) -> None:
    harness.approved()
    harness.build(source=replace(SOURCE, embargo=harness.now + timedelta(days=3)))
    assert harness.issue.state is State.RENDERED


def test_D9_other_versions_of_the_programs_are_said_and_hold_up_nothing(harness: Harness) -> None:
    """Another machine may send what was built here: the bytes are frozen."""
    approved(harness)
    change_templates(harness, **{"version of Pango": "1.44.0"})
    with harness.office() as office:
        (found,) = grants.other_versions_of(office, harness.issue)
        assert re.fullmatch(r"Pango 1\.44\.0 \(here \d+\.\d+\.\d+\)", found)
    assert changes(harness) == grants.Changes()
    change_templates(harness, **MAIL)
    agreed = changes(harness)
    harness.do(lambda office: mailings.agree(office, harness.issue, agreed))
    with harness.office() as office:
        assert grants.other_versions_of(office, harness.issue) == [found]
    harness.start()
