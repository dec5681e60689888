"""The office as handlers see it: its configuration as values, its tokens, and writing mail."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mailer.errors import Refused
from mailer.message import Address
from mailer.model.rules import Rules, mailto
from mailer.office import Office
from mailer.tokens import Purpose, TokenKey, redact_tokens
from tests.flows.environment import configured
from tests.unit.harness import Harness, text_of

ANNA = Address.parse("Anna@x.example", "Anna Kim")
TOKEN = TokenKey(b"k" * 32).token(Purpose.LEAVE, 9, 3)


def rules(**changed: object) -> Rules:
    return replace(configured().rules, **changed)  # type: ignore[arg-type]


def test_D6_the_journal_has_no_token(harness: Harness) -> None:
    noted: list[object] = []

    class Journal:
        def note(self, *entry: object) -> None:
            noted.append(entry[1:])

    with harness.office() as office:
        office = replace(office, resources=replace(office.resources, journal=Journal()))
        office.record("bounced", str(ANNA), diagnostic=f"550 <tg2+{TOKEN}@x.example> unknown")
    assert noted == [("bounced", str(ANNA), {"diagnostic": f"550 <tg2+{redact_tokens(str(TOKEN))}@x.example> unknown"})]
    assert str(TOKEN) not in repr(noted)


def test_a_publication_by_its_key() -> None:
    assert rules().publication("update").title == "ISO/SR Update"
    with pytest.raises(
        Refused, match="There is no publication “news” in the configuration; there are: update, member-"
    ):
        rules().publication("news")


def test_the_first_policy_that_covers_a_document_of_a_publication_decides() -> None:
    every = rules().policies["disclosure"]
    members = replace(every, key="members", documents=("issue",), publications=("member-update",))
    office = rules(policies={"members": members, "disclosure": replace(every, documents=("issue", "edition", "faq"))})
    asked = [("issue", "member-update"), ("edition", "member-update"), ("issue", "update"), ("faq", "")]
    found = [office.policy_for(*about).key for about in asked]
    assert found == ["members", "disclosure", "disclosure", "disclosure"]
    with pytest.raises(Refused, match="No policy covers a document of the kind “press”, so nobody can approve it"):
        office.policy_for("press")
    with pytest.raises(Refused, match="a document of the kind “kit” of update, so nobody"):
        office.policy_for("kit", "update")


@pytest.mark.parametrize(
    ("plus", "to", "link"),
    [
        (True, f"tg2+{TOKEN}@iso-sr.example", f"mailto:tg2+{TOKEN}@iso-sr.example?subject=unsubscribe"),
        (False, "tg2@iso-sr.example", f"mailto:tg2@iso-sr.example?subject=unsubscribe%20{TOKEN}"),
    ],
)
def test_a_token_travels_in_the_address_or_in_the_subject(plus: bool, to: str, link: str) -> None:
    office = rules(plus=plus, url="")
    assert (str(office.to(TOKEN)), office.leave_links(TOKEN)) == (to, (link,))


@pytest.mark.parametrize("url", ["https://news.iso-sr.example", "https://news.iso-sr.example/"])
def test_D7_the_page_comes_first_and_from_the_configuration(url: str) -> None:
    page, mail = rules(url=url).leave_links(TOKEN)
    assert (page, mail.partition(":")[0]) == (f"https://news.iso-sr.example/leave/{TOKEN}", "mailto")


@pytest.mark.parametrize(
    ("address", "subject", "body", "link"),
    [
        ("a@x.example", "", "", "mailto:a@x.example"),
        ("a+b@x.example", "Re: x & y", "", "mailto:a+b@x.example?subject=Re%3A%20x%20%26%20y"),
        ("a@x.example", "é", "OK\r\n", "mailto:a@x.example?subject=%C3%A9&body=OK%0D%0A"),
        ("a?b&c%d@x.example", "", "", "mailto:a%3Fb%26c%25d@x.example"),
    ],
)
def test_a_mailto_link_is_percent_encoded(address: str, subject: str, body: str, link: str) -> None:
    assert mailto(Address.parse(address), subject, body) == link


# --- writing mail ---


def write(office: Office, to: Address = ANNA, **options: object) -> bool:
    return office.write(to, "returned", {"titles": ["ISO/SR Update"]}, **options)  # type: ignore[arg-type]


def test_a_cause_queues_one_notice_to_a_recipient(harness: Harness) -> None:
    with harness.office() as office:
        assert [write(office), write(office), write(office, Address.parse("bo@x.example"))] == [True, False, True]
        assert [write(office, once="x 1"), write(office, once="x 1"), write(office, once="x 2")] == [True, False, True]
    harness.tick()
    assert len({mail["Message-ID"] for mail in harness.mails_to(str(ANNA))}) == 3


def test_a_notice_is_queued_only_if_its_cause_took_effect(harness: Harness) -> None:
    with pytest.raises(ZeroDivisionError), harness.office() as office:
        write(office)
        raise ZeroDivisionError
    harness.tick()
    assert harness.mails_to(str(ANNA)) == []


@pytest.mark.parametrize("plus", [True, False])
def test_a_reply_finds_its_way_with_and_without_plus_addresses(harness: Harness, plus: bool) -> None:
    harness.restart(plus=plus)
    with harness.office() as office:
        write(office, token=TOKEN)
    harness.tick()
    (mail,) = harness.mails_to(str(ANNA))
    assert str(TOKEN) in mail["Message-ID"]
    back = mail["Reply-To"].addresses[0].addr_spec if mail["Reply-To"] else mail["From"].addresses[0].addr_spec
    assert back == (f"tg2+{TOKEN}@iso-sr.example" if plus else "tg2@iso-sr.example")


def test_every_notice_names_its_office(harness: Harness) -> None:
    with harness.office() as office:
        office.tell_secretary("returned", {"titles": ["ISO/SR Update"]})
    harness.tick()
    (mail,) = harness.mails_to("secretary@iso-sr.example")
    assert text_of(mail).endswith("-- ISO/SR TG 2 tg2@iso-sr.example")
    assert (mail["Auto-Submitted"], mail["List-Help"]) == ("auto-generated", "<mailto:tg2+help@iso-sr.example>")


def test_the_audit_trail_names_actor_and_cause(harness: Harness) -> None:
    with harness.office() as office:
        replace(office, actor="anna@x.example", cause="mail 3fa9").record("voted", "update 1", choice="approve")
    (entry,) = harness.trail("voted")
    assert (entry.at, entry.actor, entry.cause, entry.subject, dict(entry.detail)) == (
        harness.now,
        "anna@x.example",
        "mail 3fa9",
        "update 1",
        {"choice": "approve"},
    )
