"""What a test mail to ourselves shows: each way that it can go, and what to do."""

from __future__ import annotations

import pytest

from mailer.handlers import doctor_loop
from mailer.handlers.doctor_loop import LoopMail, Way
from mailer.inbound.loop import Echo, read_echo
from mailer.message import Address, Signature
from mailer.model.findings import Finding, Verdict, Words
from mailer.requests import request_for
from tests.unit.inbound.mails import intent, mail

OFFICE = Address("tg2", "iso-sr.example")
PLUS = OFFICE.plus("test-1")
FOLDERS = ("INBOX", "Processed")
ECHO = Echo((str(PLUS),), ("iso-sr.example",), (), forged_left=False, forged_believed=False)
LOST, LOST_PLUS = (LoopMail(address, "", "", 120.0, None) for address in (OFFICE, PLUS))
CAME, CAME_PLUS = (sent.arrived("INBOX", 3.2, ECHO) for sent in (LOST, LOST_PLUS))


def expected(plus: bool = True, authserv_id: str = "", signs: bool = False) -> Way:
    return Way(plus, authserv_id, signs, FOLDERS)


def said(finding: Finding) -> tuple[Verdict, str]:
    assert isinstance(finding.fact, Words)
    return finding.verdict, finding.fact.text


# --- Does it arrive? ---


@pytest.mark.parametrize(
    ("plain", "plus", "verdict", "words"),
    [
        (CAME, CAME_PLUS, Verdict.OK, "arrived in INBOX after 3 s"),
        (LOST, CAME_PLUS, Verdict.OK, "arrived in INBOX after 3 s"),
        (CAME.arrived("Processed", 1.0, ECHO), LOST_PLUS, Verdict.OK, "arrived in Processed after 1 s"),
        (
            CAME.arrived("Junk", 1.0, ECHO),
            LOST_PLUS,
            Verdict.WRONG,
            "it arrived in Junk, where mail is not read: mark it",
        ),
        (
            LOST,
            LOST_PLUS,
            Verdict.WRONG,
            "sent to tg2@iso-sr.example, and in no folder of the mailbox after 120 s: see",
        ),
        (
            LoopMail(OFFICE, "550 no", "", 0, None),
            LOST_PLUS,
            Verdict.WRONG,
            "the relay did not take it: 550 no. See that",
        ),
    ],
)
def test_whether_mail_arrives(plain: LoopMail, plus: LoopMail, verdict: Verdict, words: str) -> None:
    found, text = said(doctor_loop.arrival(plain, plus, expected()))
    assert (found, text[: len(words)]) == (verdict, words)


REWRITTEN = LOST_PLUS.arrived("INBOX", 3.0, Echo((str(OFFICE),), (), (), False, False))


@pytest.mark.parametrize(
    ("sent", "plus", "verdict", "words"),
    [
        (CAME_PLUS, True, Verdict.OK, "tg2+test-1@iso-sr.example arrives"),
        (
            CAME_PLUS,
            False,
            Verdict.LOOK,
            "tg2+test-1@iso-sr.example arrives: [office] plus_addressing can be true, and",
        ),
        (LOST_PLUS, False, Verdict.OK, "do not arrive (not there after 120 s), and are not used"),
        (
            LOST_PLUS,
            True,
            Verdict.WRONG,
            "mail to tg2+test-1@iso-sr.example is lost (not there after 120 s): set [office] plus_addressing = false",
        ),
        (
            LoopMail(PLUS, "550 5.1.1 unknown", "", 0, None),
            True,
            Verdict.WRONG,
            "mail to tg2+test-1@iso-sr.example is lost (the relay refused it: 550 5.1.1 unknown): set [office] plus_",
        ),
        (
            REWRITTEN,
            True,
            Verdict.WRONG,
            "mail to tg2+test-1@iso-sr.example is lost (it arrived without this address in its header): set [office]",
        ),
    ],
)
def test_whether_plus_addresses_arrive(sent: LoopMail, plus: bool, verdict: Verdict, words: str) -> None:
    found, text = said(doctor_loop.plus_addresses(sent, expected(plus)))
    assert (found, text[: len(words)]) == (verdict, words)


# --- Is it signed? ---


def signed_by(*domains: str) -> tuple[Signature, ...]:
    return tuple(Signature(domain, ("from",)) for domain in domains)


def claiming(*domains: str) -> Echo:
    return Echo((), domains, (), False, False)


@pytest.mark.parametrize(
    ("claimed", "valid", "signs", "verdict", "words"),
    [
        (["iso-sr.example"], ["iso-sr.example"], False, Verdict.OK, "valid, of iso-sr.example, and aligned"),
        (["esp.example", "iso-sr.example"], ["esp.example", "iso-sr.example"], False, Verdict.OK, "valid, of iso-sr"),
        (
            [],
            [],
            False,
            Verdict.LOOK,
            "this mail to ourselves is not signed for iso-sr.example. If what goes to others",
        ),
        ([], [], True, Verdict.WRONG, "our own signature did not arrive: something on the way removes it"),
        (
            ["iso-sr.example"],
            [],
            False,
            Verdict.WRONG,
            "that of iso-sr.example does not verify: ask who runs the relay",
        ),
        (["iso-sr.example"], [], True, Verdict.WRONG, "that of iso-sr.example does not verify: `mailer dkim check`"),
        (
            ["esp.example"],
            ["esp.example"],
            False,
            Verdict.WRONG,
            "it is of esp.example, which is not aligned with iso-sr",
        ),
        (["iso-sr.example"], None, False, Verdict.LOOK, "of iso-sr.example; the DNS does not answer, so it was not"),
        ([], None, False, Verdict.LOOK, "this mail to ourselves is not signed"),
    ],
)
def test_whether_the_mail_is_signed(
    claimed: list[str], valid: list[str] | None, signs: bool, verdict: Verdict, words: str
) -> None:
    signatures = None if valid is None else signed_by(*valid)
    found, text = said(doctor_loop.signature(claiming(*claimed), signatures, OFFICE.domain, expected(signs=signs)))
    assert (found, text[: len(words)]) == (verdict, words)


# --- Can the server's results be believed? ---

OWN = "mx.iso-sr.example; spf=none"
FORGED = "mx.iso-sr.example; dkim=pass header.d=iso-sr.example header.s=test-1"
OTHER = "relay.example; spf=pass"


@pytest.mark.parametrize(
    ("fields", "known", "verdict", "words"),
    [
        ([OWN], True, Verdict.OK, "mx.iso-sr.example; a forged field of this name is not believed"),
        ([OWN, FORGED], True, Verdict.OK, "mx.iso-sr.example; a forged field of this name is not believed; it leaves"),
        (
            [FORGED],
            True,
            Verdict.WRONG,
            "a forged field of mx.iso-sr.example reached the mailbox and would be believed: at",
        ),
        ([OTHER, FORGED, OWN], True, Verdict.WRONG, "a forged field of mx.iso-sr.example reached the mailbox"),
        (
            [FORGED.upper().replace("TEST-1", "test-1")],
            True,
            Verdict.WRONG,
            "a forged field of mx.iso-sr.example reached",
        ),
        (
            [OTHER],
            True,
            Verdict.WRONG,
            "[authentication] authserv_id is mx.iso-sr.example, but the server calls itself relay.example",
        ),
        (
            [],
            True,
            Verdict.LOOK,
            "a forged field of mx.iso-sr.example was removed, and the server wrote none of its own",
        ),
        (
            [OWN],
            False,
            Verdict.LOOK,
            'mx.iso-sr.example checks mail on arrival: set [authentication] authserv_id = "mx.',
        ),
        ([FORGED, OWN], False, Verdict.WRONG, "a forged field of mx.iso-sr.example reached the mailbox and would be"),
        ([], False, Verdict.OK, "the server wrote none on this mail: signatures are checked here"),
    ],
)
def test_A7_whether_the_results_of_the_server_can_be_believed(
    fields: list[str], known: bool, verdict: Verdict, words: str
) -> None:
    received = mail("Test", extra=[("Authentication-Results", field) for field in fields])
    echo = read_echo(received, "mx.iso-sr.example" if fields or known else "", "test-1")
    configured = expected(authserv_id="mx.iso-sr.example" if known else "")
    found, text = said(doctor_loop.results(echo, "mx.iso-sr.example" if fields or known else "", configured))
    assert (found, text[: len(words)]) == (verdict, words)


def test_an_echo_names_signers_and_addresses() -> None:
    signature = "v=1; a=rsa-sha256; c=relaxed/simple;\r\n d=ISO-SR.example; s=x; h=from; bh=d=; b=d=x"
    echo = read_echo(mail("Test", extra=[("DKIM-Signature", signature)], To=str(PLUS)), "", "test-1")
    assert echo == Echo((str(PLUS),), ("iso-sr.example",), (), forged_left=False, forged_believed=False)


def test_B6_a_daemon_drops_the_test_mail() -> None:
    fields = {"From": '"The office" <tg2@iso-sr.example>', "To": str(PLUS), "Auto-Submitted": "auto-generated"}
    wanted = intent("This is a test.", **{name.replace("-", "_"): value for name, value in fields.items()})
    assert request_for(wanted).explanation(wanted) == "it comes from the office's own address"


def test_a_mail_that_did_not_arrive_has_one_finding() -> None:
    assert [one.what for one in doctor_loop.loop(LOST, LOST_PLUS, (), "", expected())] == ["test mail"]
    assert [one.what for one in doctor_loop.loop(CAME, CAME_PLUS, signed_by("iso-sr.example"), "", expected())] == [
        "test mail",
        "plus-addresses",
        "signature",
        "server's results",
    ]
