"""Votes with real signatures: those of real members count, and none that somebody tampered with (A5 to A40)."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from dataclasses import replace
from email.message import EmailMessage
from functools import cache

import dkim as dkimpy
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from mailer.adapters.dkim.verifying import DkimVerifier
from mailer.model.approvals import Choice
from mailer.model.inbound import HandledMail
from tests.flows.environment import EDITION
from tests.unit.harness import ANA, Harness, text_of

OPENDKIM = ["from", "to", "cc", "subject", "date", "in-reply-to", "references"]
"""What OpenDKIM covers as Debian ships it, of the fields that matter here."""
MICROSOFT = ["from", "date", "subject", "message-id", "content-type", "mime-version"]
WHOLE = [*OPENDKIM, "message-id", "content-type", "mime-version", "content-transfer-encoding"]
COLLEAGUE = "colleague@cag.example"
CHALLENGE = "Was this you? A vote on ISO/SR Update 1"


@cache
def key() -> RSAPrivateKey:
    return generate_private_key(65537, 2048)


def records(name: str) -> bytes | None:
    octets = key().public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return b"v=DKIM1; k=rsa; p=" + base64.b64encode(octets) if name == "s1._domainkey.cag.example" else None


def signed(raw: bytes, names: list[str], length: bool = False) -> bytes:
    """The mail with a signature of the member's provider."""
    pem = key().private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    present = [name for name in names if re.search(rb"(?im)^" + name.encode() + rb":", raw.partition(b"\r\n\r\n")[0])]
    signature: bytes = dkimpy.sign(
        raw, b"s1", b"cag.example", pem, include_headers=[name.encode() for name in present], length=length
    )
    return signature + raw


@pytest.fixture
def board(harness: Harness) -> Iterator[Harness]:
    """A board that was asked; signatures are verified with dkimpy."""
    for reception, _ in harness.process.daemon._ways:
        reception.verifier = DkimVerifier(records)
    harness.asked()
    yield harness


def token_of(request: EmailMessage) -> str:
    found = re.search(r"vote-[0-9a-z]+-[a-z2-7]{26}", str(request["Reply-To"]))
    assert found
    return found[0]


def quoted(request: EmailMessage) -> str:
    part = request.get_body(("plain",))
    assert part is not None
    return "".join(f"> {line}\r\n" for line in str(part.get_content()).splitlines())


def reply(request: EmailMessage, words: str = "APPROVE", **fields: str | None) -> bytes:
    """Ana's reply as her client writes it; ``fields`` replace or add some."""
    written = {
        "From": f"Ana <{ANA}>",
        "To": str(request["Reply-To"]),
        "Subject": f"Re: {request['Subject']}",
        "Date": "Mon, 23 Nov 2026 12:00:00 +0000",
        "Message-ID": "<1@cag.example>",
        "In-Reply-To": str(request["Message-ID"]),
        "References": str(request["Message-ID"]),
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=utf-8",
        **{name.replace("_", "-"): value for name, value in fields.items()},
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in written.items() if value is not None)
    return f"{head}\r\n{words}\r\n\r\n{quoted(request)}".encode()


def choices(board: Harness) -> list[Choice]:
    return [vote.choice for vote in board.votes]


def last(board: Harness) -> HandledMail:
    with board.environment.store.snapshot() as work:
        (found,) = work.inbound.newest(1)
    return found


# --- real members ---


def test_A6_a_vote_that_opendkim_signed_as_debian_ships_it_counts(board: Harness) -> None:
    board.raw(signed(reply(board.request(ANA)), OPENDKIM))
    assert (choices(board), "does not cover" in last(board).handled.reason) == ([Choice.APPROVE], False)


def test_the_key_that_proved_a_vote_is_kept_as_the_dns_had_it(board: Harness) -> None:
    board.raw(signed(reply(board.request(ANA)), OPENDKIM))
    with board.environment.store.snapshot() as work:
        (kept,) = work.approvals.replies(board.ballot.id)
        raw = work.approvals.raw_reply(kept.id)
    record = records("s1._domainkey.cag.example")
    assert record is not None and raw is not None
    assert kept.proof.keys == {"s1._domainkey.cag.example": record.decode()}
    assert (kept.how, set(kept.proof.covered) <= set(OPENDKIM)) == ("signed by cag.example", True)
    assert dkimpy.verify(raw, dnsfunc=lambda name, timeout=5: records(name.decode().rstrip(".")))


def test_A6_a_vote_that_microsoft_signed_without_to_counts(board: Harness) -> None:
    board.raw(signed(reply(board.request(ANA)), MICROSOFT))
    assert choices(board) == [Choice.APPROVE]


@pytest.mark.parametrize("prefix", ["Re", "AW", "RE", "Antw", "SV", "回复", "Re: Re"])
def test_A39_a_reply_s_subject_in_any_language_is_enough_without_to(board: Harness, prefix: str) -> None:
    request = board.request(ANA)
    subject = "=?utf-8?q?" + "".join(f"={octet:02X}" for octet in f"{prefix}: ISO/SR Update 1".encode()) + "?="
    board.raw(signed(reply(request, Subject=subject), MICROSOFT))
    assert choices(board) == [Choice.APPROVE]


def test_A12_a_vote_below_the_quotation_of_our_request_counts(board: Harness) -> None:
    request = board.request(ANA)
    body = f"On Monday, TG 2 <tg2@iso-sr.example> wrote:\r\n{quoted(request)}\r\nAPPROVE\r\n\r\nWell done.\r\n"
    head = reply(request).partition(b"\r\n\r\n")[0]
    board.raw(signed(head + b"\r\n\r\n" + body.encode(), WHOLE))
    assert [(vote.choice, vote.comment) for vote in board.votes] == [(Choice.APPROVE, "Well done.")]


def test_A12_a_vote_below_another_quotation_does_not_count(board: Harness) -> None:
    head = reply(board.request(ANA)).partition(b"\r\n\r\n")[0]
    board.raw(signed(head + b"\r\n\r\n> Shall we have lunch?\r\n\r\nAPPROVE\r\n", WHOLE))
    assert choices(board) == []
    assert board.subjects(ANA)[-1].startswith("Not counted yet")


# --- what is not covered ---


def test_A5_words_that_were_added_below_the_signed_length_do_not_count(board: Harness) -> None:
    request = board.request(ANA)
    head = reply(request).partition(b"\r\n\r\n")[0]
    board.raw(signed(head + b"\r\n\r\n", WHOLE, length=True) + b"APPROVE\r\n")
    assert choices(board) == []
    assert "only the beginning" in last(board).handled.reason


@pytest.mark.parametrize("spoilt", ["; x=" + "1" * 5_000, ";" + "\r\n\t" * 120 + "x=9999999999", "; l=0"])
def test_A7_a_signature_that_cannot_be_read_whole_hides_nothing(board: Harness, spoilt: str) -> None:
    good = signed(reply(board.request(ANA)), WHOLE)
    board.raw(f"DKIM-Signature: v=1; a=rsa-sha256; d=cag.example; h=from; b=AAAA{spoilt}\r\n".encode() + good)
    expected = [Choice.APPROVE] if spoilt == "; l=0" else []
    assert choices(board) == expected


@pytest.mark.parametrize("field", ["X-Original-To", "Delivered-To", "Envelope-To", "Cc", "In-Reply-To", "References"])
def test_A39_a_leaked_token_beside_a_signed_mail_to_a_colleague_does_not_count(board: Harness, field: str) -> None:
    request = board.request(ANA)
    bare = reply(request, "approve", To=COLLEAGUE, Subject="lunch", In_Reply_To=None, References=None)
    bare = bare.partition(b"\r\n\r\n")[0] + b"\r\n\r\napprove\r\n"
    value = str(request["Message-ID"] if "-Reply" in field or field == "References" else request["Reply-To"])
    board.raw(f"{field}: {value}\r\n".encode() + signed(bare, OPENDKIM))
    assert choices(board) == []
    assert board.subjects(ANA)[-1] == CHALLENGE


@pytest.mark.parametrize("subject", ["Fwd: {}", "FW: {}", "WG: {}", "Re: Fwd: {}", "{}", "TR: Re: {}", "lunch"])
@pytest.mark.parametrize("names", [WHOLE, MICROSOFT])
def test_A39_a_forward_to_a_colleague_that_is_sent_on_to_us_does_not_count(
    board: Harness, subject: str, names: list[str]
) -> None:
    request = board.request(ANA)
    forwarded = signed(reply(request, "approve", To=COLLEAGUE, Subject=subject.format(request["Subject"])), names)
    board.raw(f"X-Original-To: {request['Reply-To']}\r\n".encode() + forwarded)
    if names is MICROSOFT:  # To is not covered, so the colleague may also write the office there
        board.raw(forwarded.replace(f"To: {COLLEAGUE}".encode(), f"To: {request['Reply-To']}".encode()))
    assert choices(board) == []


def test_A40_another_boundary_makes_no_vote_of_a_refusal(board: Harness) -> None:
    words = "I do not approve.\r\n\r\n--evil\r\nContent-Type: text/plain\r\n\r\nAPPROVE\r\n--evil--"
    good = signed(reply(board.request(ANA), words), OPENDKIM)
    plain, evil = b"Content-Type: text/plain; charset=utf-8", b'Content-Type: multipart/mixed; boundary="evil"'
    board.raw(good.replace(plain, evil))
    assert (choices(board), board.subjects(ANA)[-1]) == ([], CHALLENGE)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("Content-Type", "text/html"),
        ("Content-Type", "text/plain; charset=utf-16"),
        ("Content-Type", "text/plain; format=flowed"),
        ("Content-Transfer-Encoding", "quoted-printable"),
        ("Content-Transfer-Encoding", "base64"),
    ],
)
def test_A40_fields_of_the_structure_that_are_not_covered_change_no_vote(
    board: Harness, field: str, value: str
) -> None:
    words = "I do not=20\r\n<p hidden>\r\n approve\r\n</p>"
    good = signed(reply(board.request(ANA), words, Content_Type=None, MIME_Version=None), OPENDKIM)
    board.raw(f"{field}: {value}\r\n".encode() + good)
    assert choices(board) == []


def test_A40_a_field_that_is_there_twice_is_refused(board: Harness) -> None:
    good = signed(reply(board.request(ANA)), WHOLE)
    board.raw(b"Content-Type: text/plain\r\n" + good)
    assert choices(board) == []
    assert "more than one Content-Type" in last(board).handled.reason


PLAIN, MARKUP = "Content-Type: text/plain\r\n\r\nAPPROVE", "Content-Type: text/html\r\n\r\n<p>APPROVE</p>"


@pytest.mark.parametrize(
    ("body", "kind", "covered", "counts"),
    [
        (f"--b\r\n{PLAIN}\r\n--b\r\n{MARKUP}\r\n--b--", "multipart/alternative; boundary=b", WHOLE, True),
        (f"--b\r\n{PLAIN}\r\n--b\r\n{MARKUP}\r\n--b--", "multipart/alternative; boundary=b", OPENDKIM, True),
        (f"I do not\r\n--b\r\n{PLAIN}\r\n--b--", "multipart/alternative; boundary=b", OPENDKIM, False),
        (f"--b\r\n{PLAIN}\r\n--b--\r\nnot so", "multipart/alternative; boundary=b", OPENDKIM, False),
        (
            f"--a\r\nContent-Type: text/plain\r\n\r\nNo.\r\n--b\r\n{PLAIN}\r\n--b--\r\n--a--",
            "multipart/alternative; boundary=b",
            OPENDKIM,
            False,
        ),
        (
            f"--a\r\nContent-Type: text/plain\r\n\r\nNo.\r\n--a\r\n{MARKUP}\r\n--a--",
            "multipart/mixed; boundary=a",
            OPENDKIM,
            False,
        ),
    ],
    ids=["covered", "its body shows it", "words above", "words below", "another boundary", "not in all"],
)
def test_A40_a_vote_of_several_parts_counts_if_their_structure_is_signed(
    board: Harness, body: str, kind: str, covered: list[str], counts: bool
) -> None:
    """OpenDKIM does not cover Content-Type, but a body that is parts from its first line to its last has no other."""
    written = reply(board.request(ANA), body, Content_Type=kind)
    board.raw(signed(written[: written.index(body.encode())] + f"{body}\r\n".encode(), covered))
    assert choices(board) == ([Choice.APPROVE] if counts else [])


# --- the same mail again ---


@pytest.mark.parametrize(
    "again",
    [
        lambda raw: b"Received: from x by y; Mon, 23 Nov 2026 12:00:00 +0000\r\n" + raw,
        lambda raw: re.sub(rb"Message-ID: [^\r]*\r\n", b"", raw),
        lambda raw: raw.replace(b"<1@cag.example>", b"<" + b"x" * 900 + b"@cag.example>"),
        lambda raw: re.sub(rb"(\sb=)", rb"\1\r\n ", raw),
        lambda raw: raw.replace(b"Content-Type: text/plain; charset=utf-8", b"Content-Type: text/plain"),
    ],
)
def test_A9_the_same_reply_is_one_vote_and_one_receipt(board: Harness, again: object) -> None:
    good = signed(reply(board.request(ANA)), OPENDKIM)
    board.raw(good)
    board.raw(again(good))  # type: ignore[operator]
    assert (choices(board), len(board.mails_to(ANA))) == ([Choice.APPROVE], 2)


def test_A10_an_old_approval_is_ignored_after_an_objection(board: Harness) -> None:
    old = signed(reply(board.request(ANA)), OPENDKIM)
    board.raw(old)
    board.raw(signed(reply(board.request(ANA), "OBJECT\r\n\r\nNot yet.", Message_ID="<2@cag.example>"), OPENDKIM))
    board.raw(old.replace(b"<1@cag.example>", b"<3@cag.example>"))
    assert choices(board) == [Choice.APPROVE, Choice.OBJECT]


def test_A38_an_approval_of_one_draft_is_none_of_the_next(board: Harness) -> None:
    written = reply(board.request(ANA), To="tg2@iso-sr.example", In_Reply_To=None, References=None)
    old = signed(written, OPENDKIM)
    board.raw(b"X-Original-To: " + str(board.request(ANA)["Reply-To"]).encode() + b"\r\n" + old)
    assert choices(board) == [Choice.APPROVE]  # by the token in the quoted request, to the office
    board.build(replace(EDITION, text="⟦greeting⟧\n\nOther news.\n"))
    board.submit()
    for field in ("X-Original-To", "Delivered-To", "Cc"):
        board.raw(f"{field}: {board.request(ANA)['Reply-To']}\r\n".encode() + old)
    assert choices(board) == []


def test_A38_a_signature_that_is_taken_away_does_not_make_the_mail_another(board: Harness) -> None:
    once = signed(reply(board.request(ANA)), OPENDKIM)
    twice = signed(once, WHOLE)
    board.raw(twice)
    board.raw(once)
    assert (choices(board), len(board.mails_to(ANA))) == ([Choice.APPROVE], 2)


def test_A38_the_same_signature_is_not_taken_as_other_octets() -> None:
    """RSA takes a signature and the sum of it and the modulus for the same number."""
    raw = signed(b"From: a@cag.example\r\n\r\nx\r\n", ["from"])
    (found,) = DkimVerifier(records).signatures(raw)
    number = int.from_bytes(found.octets, "big")
    modulus = key().public_key().public_numbers().n
    for other in ((number + modulus).to_bytes(257, "big"), b"\0" + found.octets):
        forged = re.sub(rb"\sb=[^;]*?\r\n(?=\S)", b" b=" + base64.b64encode(other) + b"\r\n", raw, count=1, flags=re.S)
        assert DkimVerifier(records).signatures(forged) == ()


def test_A1_the_challenge_names_what_is_not_covered(board: Harness) -> None:
    board.raw(signed(reply(board.request(ANA), Subject="lunch"), MICROSOFT))
    assert "does not cover that it is an answer to this request" in text_of(board.mails_to(ANA)[-1])
