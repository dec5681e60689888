"""What a server repeats of our secrets is hidden, however it repeats them (D6)."""

from __future__ import annotations

import base64
import logging
from dataclasses import dataclass

import pytest

from mailer.adapters.imap import ImapMailbox
from mailer.adapters.redaction import Redaction, forms_of
from mailer.adapters.security import Login
from mailer.adapters.smtp import SmtpTransport
from mailer.errors import MailerError
from mailer.inbound.bounces import read_bounce
from mailer.inbound.intents import Bounce
from mailer.inbound.parse import parse
from mailer.message import Envelope, MailTemplate, Outgoing
from mailer.tokens import Purpose, TokenKey
from tests.fakes import NOON, FakeLedger
from tests.imap_script import OK, ImapScript, Play
from tests.relay import Action, Fault, Relay
from tests.settings import imap_settings, smtp_settings

PASSWORD = "Tr0ub4dor+three"
LOGIN = Login("office", PASSWORD)
TOKEN = str(TokenKey(b"x" * 32).token(Purpose.BOUNCE, 4711))
MAC = TOKEN.rpartition("-")[2]
IN_BASE64 = base64.b64encode(PASSWORD.encode()).decode()
PLAIN = base64.b64encode(f"\0office\0{PASSWORD}".encode()).decode()


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (f"535 5.7.8 no: {PASSWORD}", "535 5.7.8 no: …"),
        (f"535 5.7.8 no: {PASSWORD.upper()}!", "535 5.7.8 no: …!"),
        (f"no: {IN_BASE64}", "no: …"),
        (f"no: {PLAIN} you said", "no: … you said"),
        (f"535-5.7.8 no: {PASSWORD[:7]}\r\n535 5.7.8 {PASSWORD[7:]} again", "535-5.7.8 no: … again"),
        (f"no: {PLAIN[:9]} 535 5.7.8 {PLAIN[9:]}", "no: …"),
        (" ".join(PASSWORD), "…"),
        (f"550 <office+{TOKEN}@x.example>: no", "550 <office+bounce-3mv-…@x.example>: no"),
        (f"550 <OFFICE+{TOKEN.upper()}@X.EXAMPLE>", "550 <OFFICE+BOUNCE-3MV-…@X.EXAMPLE>"),
        (
            f"550-5.1.1 <office+{TOKEN[:20]}\n550 5.1.1 {TOKEN[20:]}@x.example>",
            "550-5.1.1 <office+bounce-3mv-…@x.example>",
        ),
        (f"cut: {TOKEN[:-5]}", "cut: bounce-3mv-…"),
        (f"leave-h-3-{MAC}", "leave-h-3-…"),
        ("550 5.1.1 user unknown", "550 5.1.1 user unknown"),
        ("please leave-1-of these", "please leave-1-of these"),
    ],
)
def test_D6_secrets_are_hidden_in_every_form(said: str, shown: str) -> None:
    assert Redaction(forms_of(LOGIN))(said) == shown


def test_D6_a_secret_becomes_known_while_it_is_used() -> None:
    redact = Redaction()
    assert redact("you said ya29.secret") == "you said ya29.secret"
    redact.add("ya29.secret")
    assert redact("you said ya29.secret") == "you said …"


def test_a_login_without_a_password_hides_nothing() -> None:
    assert forms_of(Login("office")) == []


@dataclass
class OneToken:
    def current(self) -> str:
        return "ya29.A0ARrdaM-secret_token"

    def after(self, refused: str) -> str:
        return refused


def secrets_in(text: str) -> list[str]:
    squeezed = "".join(text.lower().split())
    known = (PASSWORD, IN_BASE64.rstrip("="), PLAIN.rstrip("="), MAC, "ya29.A0ARrdaM-secret_token", MAC[:12])
    return [secret for secret in known if secret.lower() in squeezed]


AUTH = [
    [f"535 5.7.8 {PASSWORD} is wrong"],
    [f"535-5.7.8 {PLAIN[:10]}\r\n535 5.7.8 {PLAIN[10:]}"],
    [f"454 4.7.0 {PLAIN}"],
    [f"334 {PLAIN}"],
    ["535 " + "x" * 190 + PASSWORD],
    [f"{PASSWORD}"],
    [f"999 {PASSWORD}\r\nwhat {PASSWORD}"],
    [f"250 {PASSWORD}\r\n250 {PASSWORD}"],
]


@pytest.mark.parametrize("replies", AUTH, ids=range(len(AUTH)))
def test_D6_a_relay_that_repeats_the_password_is_quoted_without_it(
    replies: list[Action], caplog: pytest.LogCaptureFixture
) -> None:
    with Relay({"AUTH": replies}) as relay, pytest.raises(MailerError) as caught:
        settings = smtp_settings("127.0.0.1", relay.port, "none", "office", PASSWORD, timeouts=relay.timeouts)
        SmtpTransport(settings).deliver(FakeLedger([]))
    assert secrets_in(f"{caught.value}{caught.value.__cause__}{caplog.text}") == []


def test_D6_a_relay_that_repeats_the_login_of_old_relays_is_quoted_without_it() -> None:
    user, password = (base64.b64encode(text.encode()).decode() for text in ("office", PASSWORD))
    script: dict[str, list[Action]] = {
        "AUTH": ["334 VXNlcg=="],
        user.upper(): ["334 UGFzcw=="],
        password.upper(): [f"535 5.7.8 you said {password}"],
    }
    with Relay(script, keywords=["AUTH LOGIN"]) as relay, pytest.raises(MailerError) as caught:
        settings = smtp_settings("127.0.0.1", relay.port, "none", "office", PASSWORD, timeouts=relay.timeouts)
        SmtpTransport(settings).deliver(FakeLedger([]))
    assert secrets_in(str(caught.value)) == []
    assert "535 5.7.8 you said …" in str(caught.value)


@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA", ".", "later"])
@pytest.mark.parametrize("keywords", [[], ["PIPELINING"]], ids=["one by one", "pipelined"])
def test_D6_what_is_recorded_of_a_mail_has_no_secret(
    step: str, keywords: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    """Whether the relay refuses or accepts, and whichever secret it repeats."""
    caplog.set_level(logging.DEBUG)
    echo = f"<office+{TOKEN}@x.example> {PASSWORD} ya29.A0ARrdaM-secret_token"
    accepted = "250 2.0.0 " + echo
    words: dict[str, list[Action]] = {
        "MAIL": [f"451 4.1.8 {echo}"],
        "RCPT": [f"550-5.1.1 {TOKEN[:20]}\r\n550 5.1.1 {TOKEN[20:]}", f"550 5.1.1 {echo}"],
        "DATA": [f"554 5.5.1 {echo}"],
        ".": [accepted, accepted, f"554 5.6.0 {echo}"],
        "later": [],
    }
    script = {"RSET": [f"250 {echo}"] * 3} | {step: words[step]}
    if step == "later":
        script["."] = ["250 ok", f"nonsense {echo}"]
    with Relay(script, keywords=["AUTH OAUTHBEARER", *keywords]) as relay:
        settings = smtp_settings("127.0.0.1", relay.port, "none", "office", "", OneToken(), timeouts=relay.timeouts)
        settings.redact.add(PASSWORD)
        sender, message = f"office+{TOKEN}@x.example", MailTemplate(b"x: y\r\n\r\n")
        ledger = FakeLedger([Outgoing((row,), Envelope(sender, (f"r{row}@x.example",)), message) for row in range(4)])
        try:
            SmtpTransport(settings).deliver(ledger)
        except MailerError as fault:
            assert secrets_in(str(fault)) == []
    assert len(ledger.outcomes) >= 1
    assert secrets_in(" ".join(outcome.reply for outcome in ledger.outcomes)) == []
    assert secrets_in(caplog.text) == []


ECHO = f"{PASSWORD} {PLAIN} {IN_BASE64} <office+{TOKEN}@x.example>"


@pytest.mark.parametrize(
    "script",
    [
        {"AUTHENTICATE": [("+ \r\n", f"TAG NO [AUTHENTICATIONFAILED] {ECHO}\r\n")]},
        {"AUTHENTICATE": [("+ \r\n", f"TAG NO [UNAVAILABLE] {ECHO}\r\n")]},
        {"AUTHENTICATE": [f"TAG BAD {'x' * 190}{ECHO}\r\n"]},
        {"AUTHENTICATE": [f"+ {PLAIN}\r\nTAG NO {ECHO}\r\n"]},
        {"CONNECT": [f"* BYE {ECHO}\r\n"]},
        {"SELECT": [f"TAG NO {ECHO}\r\n"]},
        {"SEARCH": [f"* {ECHO}\r\nTAG BAD {ECHO}\r\n"]},
        {"BODIES": [f"* 1 FETCH (UID 11 BODY[] {ECHO}\r\n{OK}", f"TAG NO {ECHO}\r\n"]},
        {"BODIES": [(f"* 1 FETCH (UID 11 BODY[] {ECHO}\r\n", Fault.DROP), f"TAG NO {ECHO}\r\n"]},
        {"BODIES": [f"TAG NO {ECHO}\r\n"] * 9},
    ],
)
def test_D6_an_imap_server_that_repeats_the_password_is_quoted_without_it(
    script: dict[str, list[Play]], caplog: pytest.LogCaptureFixture
) -> None:
    found: list[str] = []
    with ImapScript(script) as server:
        box = ImapMailbox(imap_settings("127.0.0.1", server.port, "none", "office", PASSWORD, timeout=server.timeout))
        for _ in range(3):
            try:
                found += [message.problem for message in box.fetch(box.pending())]
            except MailerError as fault:
                found.append(f"{fault} {fault.__cause__}")
        box.close()
    assert found != []
    assert secrets_in(" ".join(found)) == []
    assert secrets_in(caplog.text) == []


def test_D6_a_bounce_that_quotes_our_token_is_recorded_without_it() -> None:
    report = (
        f"From: mailer-daemon@x.example\r\nTo: office+{TOKEN}@x.example\r\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x.example\r\n\r\n"
        "Final-Recipient: rfc822; r@x.example\r\nAction: failed\r\nStatus: 5.1.1\r\n"
        f"Diagnostic-Code: smtp; 550 5.1.1 <office+{TOKEN}@x.example> to\r\n <r@x.example>: unknown\r\n\r\n--b--\r\n"
    )
    found = read_bounce(parse(report.encode(), NOON), None)
    assert isinstance(found, Bounce)
    assert found.worst.diagnostic == "550 5.1.1 <office+bounce-3mv-…@x.example> to <r@x.example>: unknown"
