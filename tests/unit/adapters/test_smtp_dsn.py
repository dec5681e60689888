"""Delivery reports are requested if the relay offers DSN (RFC 3461, 6533)."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.adapters.smtp import SmtpTransport
from mailer.adapters.smtp.dsn import original_recipient, xtext
from mailer.message import Envelope, MailTemplate, Outgoing
from mailer.model.outbox import Delivery
from tests.fakes import FakeLedger
from tests.relay import Relay
from tests.settings import smtp_settings

PRINTABLE = st.characters(min_codepoint=0x21, max_codepoint=0x7E)


@given(st.text(PRINTABLE | st.characters(max_codepoint=0x20)))
def test_xtext_can_be_undone_and_holds_nothing_else(text: str) -> None:
    encoded = xtext(text)
    assert re.fullmatch(r"([!-*,-<>-~]|\+[0-9A-F]{2})*", encoded)
    assert re.sub(r"\+(..)", lambda found: chr(int(found[1], 16)), encoded) == text


@given(st.text(PRINTABLE, min_size=1), st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_original_recipients_can_be_read_back(local: str, other: str) -> None:
    kind, _, encoded = original_recipient(f"{local}{other}").partition(";")
    assert (kind, encoded.isascii()) == ("rfc822" if other.isascii() else "utf-8", True)
    assert not re.search(r"[\x00-\x20=\x7f]", encoded)
    pattern = r"\+(..)" if kind == "rfc822" else r"\\x\{([0-9A-F]+)\}"
    assert re.sub(pattern, lambda found: chr(int(found[1], 16)), encoded) == f"{local}{other}"


@pytest.mark.parametrize(
    ("address", "encoded"),
    [
        ("anna@example.org", "rfc822;anna@example.org"),
        ("anna+x=y@example.org", "rfc822;anna+2Bx+3Dy@example.org"),
        ("жанна+x@example.org", "utf-8;\\x{436}\\x{430}\\x{43D}\\x{43D}\\x{430}\\x{2B}x@example.org"),
    ],
)
def test_original_recipient(address: str, encoded: str) -> None:
    assert original_recipient(address) == encoded


def commands(keywords: list[str], envelope: Envelope, **settings: bool) -> list[str]:
    """MAIL and RCPT as the relay received them."""
    rows = tuple(range(1, len(envelope.recipients) + 1))
    ledger = FakeLedger([Outgoing(rows, envelope, MailTemplate(b"Subject: x\r\n\r\nx\r\n"), [])])
    with Relay(keywords=keywords) as relay:
        where = smtp_settings("127.0.0.1", relay.port, "none", timeouts=relay.timeouts, **settings)  # type: ignore[arg-type]
        SmtpTransport(where).deliver(ledger)
    assert {outcome.state for outcome in ledger.outcomes} == {Delivery.SENT}
    return relay.sessions[0][1 : 2 + len(rows)]


ANNA = Envelope("office+bounce-1-x@example.org", ("anna+x@example.org",), "bounce-1-x")


def test_a_relay_with_dsn_gets_the_reports_we_want_and_our_id_for_the_mail() -> None:
    assert commands(["DSN", "SIZE"], ANNA) == [
        "MAIL FROM:<office+bounce-1-x@example.org> SIZE=17 RET=HDRS ENVID=bounce-1-x",
        "RCPT TO:<anna+x@example.org> NOTIFY=FAILURE,DELAY ORCPT=rfc822;anna+2Bx@example.org",
    ]
    several = commands(["DSN"], Envelope("a@example.org", ("b@example.org", "c@example.org")), report_success=True)
    assert several == [
        "MAIL FROM:<a@example.org> RET=HDRS",
        "RCPT TO:<b@example.org> NOTIFY=SUCCESS,FAILURE,DELAY ORCPT=rfc822;b@example.org",
        "RCPT TO:<c@example.org> NOTIFY=SUCCESS,FAILURE,DELAY ORCPT=rfc822;c@example.org",
    ]


@pytest.mark.parametrize(("keywords", "sender"), [(["SIZE"], "office@example.org"), (["DSN", "SIZE"], "")])
def test_no_dsn_parameters_without_the_extension_or_for_the_null_sender(keywords: list[str], sender: str) -> None:
    assert commands(keywords, ANNA._replace(sender=sender)) == [
        f"MAIL FROM:<{sender}> SIZE=17",
        "RCPT TO:<anna+x@example.org>",
    ]
