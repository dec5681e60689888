"""ARC chains with real signatures: what forwarders broke still proves its sender, if they are configured (A33)."""

from __future__ import annotations

import base64
from functools import cache

import dkim as dkimpy
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from mailer.adapters.dkim.verifying import DkimVerifier
from mailer.errors import Temporary
from mailer.inbound.authenticate import TrustedServers, authenticate, may_be_sealed
from mailer.inbound.intents import Verdict
from mailer.inbound.parse import parse
from tests.unit.inbound.mails import RECEIVED

REPLY = (
    b"From: Anna <anna@board.example>\r\nTo: tg2@iso-sr.example\r\nSubject: Re: x\r\n"
    b"Date: Mon, 23 Nov 2026 12:00:00 +0000\r\nMessage-ID: <1@board.example>\r\n\r\nAPPROVE\r\n"
)
HEADERS = [b"from", b"to", b"subject", b"date", b"message-id"]
RECEIVED_HERE = b"Received: from x.example (unknown [192.0.2.1]) by mx.iso-sr.example with ESMTPS id 1\r\n"
LIST, GATE = "list.example", "gate.example"


@cache
def key() -> RSAPrivateKey:
    return generate_private_key(65537, 1024)


def pem() -> bytes:
    return key().private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())


def records(name: str) -> bytes:
    public = key().public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return b"v=DKIM1; k=rsa; p=" + base64.b64encode(public)


def forwarded(*sealers: str, found: str = "dkim=pass header.d=board.example", reply: bytes = REPLY) -> bytes:
    """Anna's signed reply as it comes through forwarders: each puts a line below it, and seals what it found."""
    raw = dkimpy.sign(reply, b"s1", b"board.example", pem(), include_headers=HEADERS) + reply
    for number, sealer in enumerate(sealers):
        results = found if number == 0 else "arc=pass"
        server = f"mx.{sealer}".encode()
        raw = b"Authentication-Results: %b; %b\r\n" % (server, results.encode()) + raw + b"-- \r\nsent on\r\n"
        raw = b"".join(dkimpy.arc_sign(raw, b"a1", sealer.encode(), pem(), server, HEADERS)) + raw
    return bytes(raw)


def verdict(raw: bytes, *sealers: str, authserv_id: str | None = None) -> Verdict:
    mail, trusted, verifier = parse(raw, RECEIVED), TrustedServers(authserv_id, sealers), DkimVerifier(records)
    chain = verifier.chain(raw) if may_be_sealed(mail, sealers) else None
    return authenticate(mail, verifier.signatures(raw, "board.example"), trusted, chain)


@pytest.mark.parametrize("path", [(LIST,), (LIST, GATE)])
def test_A33_a_chain_that_we_verify_ourselves_is_believed(path: tuple[str, ...]) -> None:
    seen = verdict(forwarded(*path), LIST, GATE)
    reason = f"signed by board.example, as {LIST} found before it passed the mail on"
    assert (seen.authentic, seen.reason, seen.authserv_id) == (True, reason, "")
    assert seen.covered == {name.decode() for name in HEADERS}
    assert dict(seen.keys) == {f"a1._domainkey.{sealer}": records("").decode() for sealer in path}
    assert len(seen.signatures) == 1  # the member's own, by which a copy is recognised (A38)


def test_A33_our_own_server_s_word_on_a_chain_comes_first() -> None:
    for word, authentic in (("pass", True), ("fail", False)):
        own = f"Authentication-Results: mx.iso-sr.example; arc={word}\r\n".encode() + RECEIVED_HERE
        seen = verdict(own + forwarded(LIST), LIST, authserv_id="mx.iso-sr.example")
        assert (seen.authentic, seen.authserv_id) == (authentic, "mx.iso-sr.example" if authentic else "")
    none = b"Authentication-Results: mx.iso-sr.example; spf=none smtp.mailfrom=board.example\r\n" + RECEIVED_HERE
    assert verdict(none + forwarded(LIST), LIST, authserv_id="mx.iso-sr.example").authentic


@pytest.mark.parametrize(
    ("raw", "sealers"),
    [
        (forwarded(LIST), ()),
        (forwarded(LIST), (GATE,)),
        (forwarded(LIST, GATE), (LIST,)),
        (forwarded(LIST, found="dkim=fail header.d=board.example"), (LIST,)),
        (forwarded(LIST, found="dkim=pass header.d=evil.example"), (LIST,)),
        (forwarded(LIST).replace(b"APPROVE", b"OBJECT!"), (LIST,)),
        (forwarded(LIST) + b"more\r\n", (LIST,)),
        (forwarded(LIST).replace(b"Subject: Re: x", b"Subject: Re: y"), (LIST,)),
        (forwarded(LIST).replace(b"dkim=fail", b"dkim=pass").replace(b"cv=none", b"cv=pass"), (LIST,)),
        (forwarded(LIST, GATE).replace(b"cv=pass", b"cv=fail"), (LIST, GATE)),
        (forwarded(LIST).replace(b"rsa-sha256", b"rsa-sha1"), (LIST,)),
        (forwarded(*[LIST] * 6), (LIST,)),
    ],
)
def test_A33_a_chain_that_is_not_valid_or_not_trusted_is_not_believed(raw: bytes, sealers: tuple[str, ...]) -> None:
    assert not verdict(raw, *sealers).authentic


def test_A5_a_sealer_s_key_for_tests_counts_as_none() -> None:
    assert (
        DkimVerifier(lambda name: records(name).replace(b"v=DKIM1;", b"v=DKIM1; t=y;")).chain(forwarded(LIST)) is None
    )


def test_a_chain_waits_while_the_dns_is_silent() -> None:
    def silent(name: str) -> bytes | None:
        raise Temporary("DNS: no answer")

    with pytest.raises(Temporary):
        DkimVerifier(silent).chain(forwarded(LIST))


def test_C4_a_chain_on_a_large_mail_is_not_computed() -> None:
    assert DkimVerifier(records).chain(forwarded(LIST) + b"x" * 2_000_000) is None
    assert DkimVerifier(records).chain(b"ARC-Seal: i=1; " * 9_000) is None
