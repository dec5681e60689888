"""Authenticating the sender of a mail (A1, A2, A4-A7, A33)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.inbound.authenticate import NOBODY, TrustedServers, authenticate
from mailer.inbound.intents import Verdict
from mailer.inbound.parse import parse
from mailer.message import Signature
from tests.cost import bounded
from tests.unit.inbound.mails import RECEIVED, mail, raw

COVERED = ("from", "to", "subject", "date", "message-id")
HERE = "mx.iso-sr.example"
GOOD = Signature("example.org", COVERED)
UNSIGNED = Verdict(False, "there is no valid signature of example.org")
UNCOVERED = Verdict(False, "the signature of example.org leaves parts of the mail uncovered")


def dkim(
    domain: str = "example.org", names: str = "From:To:Subject:Date:Message-ID", more: str = ""
) -> tuple[str, str]:
    return "DKIM-Signature", f"v=1; a=rsa-sha256; d={domain}; s=x;{more} h={names}; bh=AA==; b=AA=="


def results(*found: str, server: str = HERE) -> tuple[str, str]:
    return "Authentication-Results", "; ".join((server, *found))


def verdict(
    *fields: tuple[str, str], signatures: tuple[Signature, ...] = (), sealers: tuple[str, ...] = (), **headers: str
) -> Verdict:
    return authenticate(mail("x", extra=fields, **headers), signatures, TrustedServers(HERE, sealers))


# --- our own check of signatures ---


def test_a_covering_signature_of_the_from_domain_is_believed() -> None:
    assert authenticate(mail(), [GOOD], NOBODY) == Verdict(True, "signed by example.org", frozenset(COVERED))


def test_a_signature_of_a_parent_domain_is_believed() -> None:
    assert authenticate(mail(From="anna@mail.example.org"), [GOOD], NOBODY).authentic


def test_A1_a_mail_without_a_signature_is_not_believed() -> None:
    assert authenticate(mail(), [], NOBODY) == UNSIGNED


@pytest.mark.parametrize("domain", ["evil.example", "sub.example.org", "evilexample.org", "org", "", ".org"])
def test_A2_a_signature_of_another_domain_does_not_count(domain: str) -> None:
    assert authenticate(mail(), [Signature(domain, COVERED)], NOBODY) == UNSIGNED


def test_A5_a_signature_with_l_does_not_count() -> None:
    partial = mail(extra=[("DKIM-Signature", f"v=1; d=example.org; l=10; h={':'.join(COVERED)}")])
    assert authenticate(partial, [], NOBODY) == UNCOVERED


@pytest.mark.parametrize("missing", COVERED)
def test_A6_a_signature_that_leaves_a_field_uncovered_does_not_count(missing: str) -> None:
    signed = tuple(name for name in COVERED if name != missing)
    assert authenticate(mail(), [Signature("example.org", signed)], NOBODY) == UNCOVERED


def test_the_best_of_several_signatures_counts() -> None:
    several = [
        Signature("example.org", ("from",)),
        Signature("list.example", COVERED),
        GOOD,
    ]
    assert authenticate(mail(), several, NOBODY).authentic


@pytest.mark.parametrize("name", ["Subject", "Date", "To", "Message-ID", "References", "Content-Type"])
def test_A6_a_second_copy_of_a_signed_field_voids_the_signature(name: str) -> None:
    seen = mail(extra=[(name, "x"), (name, "y")] if name in ("References", "Content-Type") else [(name, "x")])
    assert authenticate(seen, [GOOD], NOBODY) == Verdict(False, f"it has more than one {name.title()} field")


def test_A4_a_mail_without_a_sender_is_not_believed() -> None:
    seen = mail(extra=[("From", "eve@evil.example")])
    assert authenticate(seen, [GOOD], NOBODY) == Verdict(False, "it has 2 From fields")


@pytest.mark.parametrize("smuggled", [b"X: a\nFrom: b", b"X: a\rFrom: b"])
def test_C9_line_ends_of_two_kinds_in_the_header_are_not_believed(smuggled: bytes) -> None:
    octets = raw().replace(b"Subject: Hello", b"Subject: Hello\r\n" + smuggled.replace(b"From", b"Y"))
    assert authenticate(parse(octets, RECEIVED), [GOOD], NOBODY) == Verdict(
        False, "its header has line ends of two kinds"
    )


def test_C9_line_feeds_throughout_are_believed() -> None:
    assert authenticate(parse(raw("a\nb").replace(b"\r\n", b"\n"), RECEIVED), [GOOD], NOBODY).authentic


# --- Authentication-Results of our own server ---


@pytest.mark.parametrize(
    "found",
    [
        "dkim=pass header.d=example.org",
        "dkim=pass (2048-bit key) header.d=Example.ORG header.i=@example.org header.b=AbC",
        "dkim=pass header.i=@example.org header.s=2023 header.b=AbC",
        "dkim=fail header.d=example.org; dkim=pass header.d=example.org",
        "spf=fail smtp.mailfrom=x@evil.example; dkim=pass header.d=example.org",
        "dmarc=pass (p=NONE sp=NONE dis=NONE) header.from=example.org",
    ],
)
def test_A7_the_result_of_our_server_is_believed(found: str) -> None:
    assert verdict(dkim(), results(found)).authentic


def test_A7_case_of_the_servers_name_does_not_matter() -> None:
    assert verdict(results("dkim=pass header.d=example.org", server="MX.ISO-SR.Example 1")).authentic


@pytest.mark.parametrize(
    "fields",
    [
        [results("dkim=pass header.d=example.org", server="mx.evil.example")],
        [results("dkim=pass header.d=example.org", server="mx.iso-sr.example.evil.example")],
        [results("dkim=fail header.d=example.org"), results("dkim=pass header.d=example.org")],
        [results("none"), results("dkim=pass header.d=example.org")],
        [results("dkim=pass header.d=evil.example")],
        [results("dkim=pass header.d=org")],
        [results("dkim=pass header.i=@sub.example.org")],
        [results("dkim=pass")],
        [results("dkim=pass reason=\"header.d=example.org\"")],
        [results("dkim=neutral header.d=example.org")],
        [results("dmarc=pass header.from=evil.example")],
        [results("dmarc=pass header.from=sub.example.org")],
        [results("dmarc=fail header.from=example.org")],
        [results("spf=pass smtp.mailfrom=anna@example.org")],
        [results("x-dkim=pass header.d=example.org")],
        [("Authentication-Results", HERE)],
        [("Authentication-Results", f"{HERE}; dkim=pass header.d")],
        [("Authentication-Results", f"{HERE}; ((((dkim=pass header.d=example.org")],
        [("X-Authentication-Results", f"{HERE}; dkim=pass header.d=example.org")],
    ],
)  # fmt: skip
def test_A7_anything_else_is_not_believed(fields: list[tuple[str, str]]) -> None:
    assert verdict(*fields) == UNSIGNED


def test_A7_without_a_configured_server_no_field_is_believed() -> None:
    seen = mail(extra=[results("dkim=pass header.d=example.org"), ("Authentication-Results", "; dkim=pass")])
    assert authenticate(seen, [], NOBODY) == UNSIGNED
    assert authenticate(seen, [], TrustedServers("")) == UNSIGNED


@pytest.mark.parametrize("spoilt", [dkim(more=" l=0;"), dkim(names="From:Subject:Date"), dkim(names="")])
def test_A5_A6_a_signature_that_does_not_count_does_not_count_from_our_server_either(spoilt: tuple[str, str]) -> None:
    assert verdict(spoilt, results("dkim=pass header.d=example.org")) == UNCOVERED
    assert verdict(spoilt, results("dkim=pass header.i=@example.org")) == UNCOVERED
    assert verdict(spoilt, results("dmarc=pass header.from=example.org")) == UNCOVERED
    assert verdict(dkim(), spoilt, results("dkim=pass header.d=example.org")) == UNCOVERED


def test_A5_an_unusable_signature_of_the_parent_does_not_count_for_the_child() -> None:
    fields = (dkim(more=" l=0;"), results("dkim=pass header.i=@mail.example.org"))
    assert not verdict(*fields, From="anna@mail.example.org").authentic


def test_A6_a_dmarc_pass_counts_beside_an_unusable_signature_only_with_spf() -> None:
    spf, dmarc = "spf=pass smtp.mailfrom=anna@example.org", "dmarc=pass header.from=example.org"
    assert verdict(dkim(names="From:Subject:Date"), results(spf, dmarc)).authentic
    assert not verdict(
        dkim(names="From:Subject:Date"), results(spf.replace("example.org", "e.example"), dmarc)
    ).authentic


def test_an_unusable_signature_of_another_domain_does_no_harm() -> None:
    assert verdict(dkim("list.example", more=" l=0;"), results("dkim=pass header.d=example.org")).authentic


# --- ARC ---


def chain(*domains: str, found: str = "dkim=pass header.d=example.org") -> list[tuple[str, str]]:
    fields = [results("dkim=fail header.d=example.org", "arc=pass")]
    for number, domain in reversed(list(enumerate(domains, 1))):
        seen = found if number == 1 else "dkim=fail header.d=example.org"
        fields.append(("ARC-Seal", f"i={number}; a=rsa-sha256; cv=none; d={domain}; s=x; b=AA=="))
        fields.append(("ARC-Authentication-Results", f"i={number}; mx.{domain}; {seen}"))
    return fields


def test_A33_a_chain_of_configured_sealers_is_believed() -> None:
    expected = Verdict(True, "signed by example.org, as list.example found before it passed the mail on")
    assert verdict(*chain("list.example"), sealers=("list.example",)) == expected
    assert verdict(*chain("list.example", "gate.example"), sealers=("gate.example", "List.Example")) == expected


@pytest.mark.parametrize(
    ("fields", "sealers"),
    [
        (chain("list.example"), ()),
        (chain("list.example"), ("other.example",)),
        (chain("evil.example", "list.example"), ("list.example",)),
        (chain("list.example", found="dkim=fail header.d=example.org"), ("list.example",)),
        (chain("list.example", found="dkim=pass header.d=evil.example"), ("list.example",)),
        (chain("list.example")[1:], ("list.example",)),
        ([results("arc=fail"), *chain("list.example")[1:]], ("list.example",)),
        ([results("arc=pass")], ("list.example",)),
        ([results("arc=pass", server="mx.evil.example"), *chain("list.example")[1:]], ("list.example",)),
    ],
)
def test_A33_any_other_chain_is_not(fields: list[tuple[str, str]], sealers: tuple[str, ...]) -> None:
    assert not verdict(*fields, sealers=sealers).authentic


# --- hostile fields ---


@given(st.text(st.characters(exclude_characters="\r\n", exclude_categories=["Cs"]), max_size=200))
def test_any_field_is_read_without_an_error(value: str) -> None:
    names = ("Authentication-Results", "ARC-Authentication-Results", "ARC-Seal", "DKIM-Signature")
    assert not verdict(*((name, value) for name in names), sealers=("x",)).authentic
    assert not verdict(("Authentication-Results", f"{HERE}; {value}")).authentic


@pytest.mark.parametrize("filler", ["(", "a ", "a=b ", ";", "dkim=pass ", '"', "\\", "((a)) "])
def test_C7_a_hostile_field_takes_bounded_time(filler: str) -> None:
    seen = mail(extra=[("Authentication-Results", f"{HERE}; " + filler * (9_000 // len(filler)))] * 20)
    with bounded():
        assert not authenticate(seen, [], TrustedServers(HERE)).authentic
