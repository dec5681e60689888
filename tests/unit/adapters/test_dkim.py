"""Verification of DKIM signatures: which ones count, and what hostile mail costs."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable
from pathlib import Path

import dkim as dkimpy
import dns.exception
import dns.resolver
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from dkim.canonicalization import CanonicalizationPolicy
from hypothesis import given
from hypothesis import strategies as st

from mailer.adapters.dkim.bodies import body_hash
from mailer.adapters.dkim.keys import SigningKey
from mailer.adapters.dkim.lookup import dns_lookup, file_lookup
from mailer.adapters.dkim.records import Record
from mailer.adapters.dkim.signing import DkimSigner
from mailer.adapters.dkim.verifying import DkimVerifier
from mailer.errors import ConfigError, Temporary
from mailer.message import Signature
from tests.cost import bounded

KEY = SigningKey.new()
OTHER = SigningKey.new()
TXT = {made.name: made.txt for made in (Record("s1", "a.example", KEY), Record("s1", "b.example", OTHER))}
RECORDS = {name: txt.encode() for name, txt in TXT.items()}
RAW = (
    b"From: Anna <anna@a.example>\r\nTo: office@b.example\r\nSubject: Re: Issue 1\r\n"
    b"Date: Mon, 23 Nov 2026 12:00:00 +0000\r\nMessage-ID: <1@a.example>\r\n\r\n"
    b"APPROVE \t well\r\n\r\n> quoted\r\n\r\n\r\n"
)
ALWAYS = ("from", "to", "subject", "date", "message-id")


def signed(raw: bytes = RAW, domain: str = "a.example", key: SigningKey = KEY) -> bytes:
    return DkimSigner(domain, {"s1": key}).signed(raw)


def signatures(raw: bytes) -> tuple[Signature, ...]:
    return DkimVerifier(RECORDS.get).signatures(raw)


def domains(raw: bytes) -> list[str]:
    return [signature.domain for signature in signatures(raw)]


def test_A6_our_own_signature_covers_the_five_fields_twice() -> None:
    unsubscribe = ("list-unsubscribe", "list-unsubscribe-post")
    (found,) = signatures(signed())
    assert (found.domain, found.signed) == ("a.example", ALWAYS[::-1] + ALWAYS + unsubscribe)


def test_every_signature_is_checked_by_itself() -> None:
    whole = signed(signed(), "b.example", OTHER)
    assert domains(whole) == ["b.example", "a.example"]
    assert domains(whole.replace(b"d=a.example", b"d=b.example")) == ["b.example"]


def test_only_the_first_five_are_checked() -> None:
    false = b"DKIM-Signature: v=1; a=rsa-sha256; d=a.example; s=s1; h=from; bh=AAAA; b=AAAA\r\n"
    assert domains(false * 4 + signed()) == ["a.example"]
    assert domains(false * 5 + signed()) == []


@pytest.mark.parametrize(
    "change",
    [
        lambda raw: raw.replace(b"APPROVE", b"OBJECT"),
        lambda raw: raw.replace(b"> quoted", b"quoted"),
        lambda raw: raw.replace(b"Issue 1", b"Issue 2"),
        lambda raw: raw + b"more\r\n",
        lambda raw: b"From: Bela <bela@a.example>\r\n" + raw,
        lambda raw: b"Subject: another\r\n" + raw,
        lambda raw: b"To: another@a.example\r\n" + raw,
        lambda raw: b"Message-ID: <2@a.example>\r\n" + raw,
        lambda raw: raw.replace(b"d=a.example", b"d=c.example"),
        lambda raw: raw.replace(b"rsa-sha256", b"rsa-sha1"),
        lambda raw: raw.replace(b"v=1", b"v=2"),
        lambda raw: raw.replace(b"v=1", b"v=1; v=1"),
        lambda raw: raw.replace(b"v=1", b"v=1; x=1000000000"),
        lambda raw: raw.replace(b" h=", b" h=\xff"),
        lambda raw: raw.replace(b"DKIM-Signature", b"X-Signature"),
        lambda raw: raw.replace(b"v=1", b"v=1; z=" + b"z" * 4000),
    ],
)
def test_a_signature_of_changed_mail_does_not_count(change: Callable[[bytes], bytes]) -> None:
    whole = signed()
    assert change(whole) != whole
    assert signatures(change(whole)) == ()


@pytest.mark.parametrize(
    "change",
    [
        lambda raw: b"Received: from x by y\r\n" + raw,
        lambda raw: raw.replace(b"Subject: Re:", b"SUBJECT:   Re:"),
        lambda raw: raw.replace(b"APPROVE \t well\r\n", b"APPROVE  well   \r\n"),
        lambda raw: raw + b"\r\n\r\n",
        lambda raw: raw.replace(b"\r\n", b"\n"),
    ],
)
def test_usual_changes_by_relays_are_tolerated(change: Callable[[bytes], bytes]) -> None:
    assert domains(change(signed())) == ["a.example"]


@pytest.mark.parametrize("canonicalize", [(b"simple", b"simple"), (b"relaxed", b"simple"), (b"simple", b"relaxed")])
def test_other_canonicalizations(canonicalize: tuple[bytes, bytes]) -> None:
    message = dkimpy.DKIM(RAW)
    header = message.sign(b"s1", b"a.example", KEY.pem(), canonicalize=canonicalize)
    assert domains(header + RAW) == ["a.example"]
    assert domains(header + RAW.replace(b"well", b"ill")) == []


def test_A5_a_signature_of_a_part_of_the_body_does_not_count() -> None:
    message = dkimpy.DKIM(RAW)
    header = message.sign(b"s1", b"a.example", KEY.pem(), length=True)
    assert signatures(header + RAW) == ()


def published(modulus: int, exponent: int) -> bytes:
    key = RSAPublicNumbers(exponent, modulus).public_key()
    spki = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return b"v=DKIM1; p=" + base64.b64encode(spki)


@pytest.mark.parametrize(
    "record",
    [
        RECORDS["s1._domainkey.a.example"] + b"; t=y",
        RECORDS["s1._domainkey.a.example"] + b"; t=s:y",
        published((1 << 4_097) - 1, 65_537),
        published((1 << 4_095) + 1, 65_539),
        b"v=DKIM1; p=" + base64.b64encode(b"\x30\x82\x5d\xc4" + b"\xff" * 24_000),
    ],
    ids=["test", "test of some", "4,097 bits", "exponent", "24,000 octets"],
)
def test_A5_a_key_for_tests_or_of_unusual_size_is_not_computed_with(
    record: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dkimpy.DKIM, "verify_sig", lambda *_: pytest.fail("it was computed"))
    assert DkimVerifier(lambda name: record).signatures(signed()) == ()


def test_A5_a_signature_that_is_not_aligned_with_the_author_is_not_looked_up() -> None:
    asked: list[str] = []

    def look_up(name: str) -> bytes | None:
        asked.append(name)
        return RECORDS.get(name)

    whole = signed(signed(), "b.example", OTHER)
    (found,) = DkimVerifier(look_up).signatures(whole, "mail.a.example")
    assert (found.domain, asked) == ("a.example", ["s1._domainkey.a.example"])
    assert DkimVerifier(look_up).signatures(whole, "c.example") == ()
    assert len(asked) == 1


def test_A5_signatures_of_others_do_not_push_out_that_of_the_author() -> None:
    false = b"DKIM-Signature: v=1; a=rsa-sha256; d=x.example; s=s1; h=from; bh=AAAA; b=AAAA\r\n"
    assert [s.domain for s in DkimVerifier(RECORDS.get).signatures(false * 9 + signed(), "a.example")] == ["a.example"]


@pytest.mark.parametrize("relaxed", [True, False])
@given(st.lists(st.sampled_from([b"a", b" ", b"\t", b"\r\n", b"\n", b"\r", b"bc"]), max_size=60))
def test_the_hash_of_a_body_is_that_of_its_canonical_form(relaxed: bool, words: list[bytes]) -> None:
    body = b"".join(words)
    lines = b"\r\n".join(re.split(rb"\r?\n", body))  # as dkimpy reads it
    policy = CanonicalizationPolicy.from_c_value(b"relaxed/relaxed" if relaxed else b"simple/simple")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("mailer.adapters.dkim.bodies._PIECE", 12)
        try:
            found = body_hash(b"x" + body, 1, relaxed=relaxed)
        except ValueError:  # a line above 12 octets
            return
    assert found == hashlib.sha256(policy.canonicalize_body(lines)).digest()


def test_A5_rsa_sha1_does_not_count() -> None:
    message = dkimpy.DKIM(RAW, signature_algorithm=b"rsa-sha1")
    assert signatures(message.sign(b"s1", b"a.example", KEY.pem()) + RAW) == ()


@pytest.mark.parametrize("record", [None, b"", b"v=DKIM1; p=", b"v=DKIM1; p=AAAA", b"v=spf1 -all", b"\xff", b"p=%%%"])
def test_a_signature_with_an_invalid_key_does_not_count(record: bytes | None) -> None:
    assert DkimVerifier(lambda name: record).signatures(signed()) == ()


def test_a_silent_dns_is_temporary_unless_another_signature_is_valid() -> None:
    def look_up(name: str) -> bytes | None:
        if name == "s1._domainkey.b.example":
            raise Temporary("no answer")
        return RECORDS.get(name)

    verifier = DkimVerifier(look_up)
    with pytest.raises(Temporary):
        verifier.signatures(signed(RAW, "b.example", OTHER))
    assert [s.domain for s in verifier.signatures(signed(signed(), "b.example", OTHER))] == ["a.example"]


@given(st.binary(max_size=300))
def test_no_input_makes_it_raise(noise: bytes) -> None:
    whole = signed()
    assert signatures(noise) == ()
    assert len(signatures(b"DKIM-Signature: " + noise + b"\r\n" + whole)) <= 2


@pytest.mark.parametrize(
    "raw",
    [
        signed().replace(b"well", b" " * 2_000_000 + b"x"),
        b"From: a@a.example\r\n" + b" \r\n" * 1_000_000 + signed(),
        b"From: a@a.example\r\n" + b" x\r\n" * 24_000 + signed(),
        signed().replace(b"s=s1;", b"s=s1; z= b=" + b"\r\n " * 20_000 + b"!;", 1),
        signed().replace(b"s=s1;", b"s=s1; z= b=" + b"\r\n " * 1_000 + b"!;", 1),
        signed().replace(b"v=1", b"v=1; " + b" " * 3000 + b"!", 1),
        b"DKIM-Signature: " + b"a=;" * 1_000 + b"\r\n" + signed(),
    ],
    ids=["spaces", "long header", "folds", "folds in a tag", "fewer folds in a tag", "spaces in a tag", "tags"],
)
def test_C4_hostile_mail_costs_little(raw: bytes) -> None:
    with bounded():
        signatures(raw)


def test_records_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "dns.json"
    path.write_text(json.dumps(TXT))
    look_up = file_lookup(path)
    assert look_up("s1._domainkey.a.example") == RECORDS["s1._domainkey.a.example"]
    assert look_up("elsewhere") is None
    assert [s.domain for s in DkimVerifier(look_up).signatures(signed())] == ["a.example"]


@pytest.mark.parametrize("content", [None, "{", "[]"])
def test_an_invalid_file_of_records_is_named(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "dns.json"
    if content is not None:
        path.write_text(content)
    with pytest.raises(ConfigError, match=r"dns\.json"):
        file_lookup(path)


@pytest.mark.parametrize(
    ("fault", "temporary"),
    [
        (dns.resolver.NXDOMAIN(), False),
        (dns.resolver.NoAnswer.__new__(dns.resolver.NoAnswer), False),
        (dns.resolver.NoNameservers(), False),
        (dns.exception.SyntaxError(), False),
        (dns.exception.Timeout(), True),
        (dns.resolver.NoResolverConfiguration(), True),
        (OSError("no network"), True),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_the_faults_of_the_dns_mean(monkeypatch: pytest.MonkeyPatch, fault: Exception, temporary: bool) -> None:
    def resolve(*_: object, **__: object) -> None:
        raise fault

    monkeypatch.setattr(dns.resolver, "resolve", resolve)
    if temporary:
        with pytest.raises(Temporary, match="DNS"):
            dns_lookup()("x.example")
    else:
        assert dns_lookup()("x.example") is None


def test_a_dns_that_is_silent_on_purpose_holds_up_little(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = 0

    def resolve(*_: object, **__: object) -> None:
        nonlocal asked
        asked += 1
        raise dns.exception.Timeout

    monkeypatch.setattr(dns.resolver, "resolve", resolve)
    look_up = dns_lookup()
    for _ in range(100):
        with pytest.raises(Temporary):
            look_up("s1._domainkey.slow.example")
    assert asked == 2


def test_a_record_of_many_octets_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    class Record:
        strings = (b"x" * 255,) * 17

    monkeypatch.setattr(dns.resolver, "resolve", lambda *_, **__: [Record()])
    assert dns_lookup()("s1._domainkey.large.example") is None
