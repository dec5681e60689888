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
NO_FROM = Verdict(False, "the signature of example.org does not cover From")
PART = Verdict(False, "the signature of example.org covers only the beginning of the text (l=)")
RECEIVED_HERE = (
    "Received",
    "from mail.example.org (unknown [192.0.2.1]) by mx.iso-sr.example with ESMTPS id 1",
)


def dkim(
    domain: str = "example.org", names: str = "From:To:Subject:Date:Message-ID", more: str = ""
) -> tuple[str, str]:
    return "DKIM-Signature", f"v=1; a=rsa-sha256; d={domain}; s=x;{more} h={names}; bh=AA==; b=AA=="


def results(*found: str, server: str = HERE) -> tuple[str, str]:
    return "Authentication-Results", "; ".join((server, *found))


def verdict(
    *fields: tuple[str, str], signatures: tuple[Signature, ...] = (), sealers: tuple[str, ...] = (), **headers: str
) -> Verdict:
    seen = mail("x", extra=(*fields, RECEIVED_HERE), **headers)
    return authenticate(seen, signatures, TrustedServers(HERE, sealers))


def believed(verdict: Verdict) -> tuple[str, frozenset[str]]:
    """Why a mail is believed, and what is proven of it."""
    assert verdict.authentic
    return verdict.reason, verdict.covered


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
    assert authenticate(mail(extra=[dkim(more=" l=10;")]), [], NOBODY) == PART


def test_A6_a_signature_that_does_not_cover_from_does_not_count() -> None:
    assert authenticate(mail(), [Signature("example.org", COVERED[1:])], NOBODY) == NO_FROM


@pytest.mark.parametrize(
    "names",
    [
        ("from", "to", "subject", "date", "in-reply-to", "references", "from"),  # OpenDKIM as Debian ships it
        ("from", "date", "subject", "message-id", "content-type", "mime-version"),  # Microsoft 365
        ("from",),
    ],
)
def test_A6_other_fields_may_be_missing_and_are_not_proven(names: tuple[str, ...]) -> None:
    seen = authenticate(mail(), [Signature("example.org", names)], NOBODY)
    assert believed(seen) == ("signed by example.org", frozenset(names))


def test_the_best_of_several_signatures_counts() -> None:
    several = [
        Signature("example.org", ("from",)),
        Signature("list.example", COVERED),
        GOOD,
    ]
    assert authenticate(mail(), several, NOBODY).authentic


@pytest.mark.parametrize(
    "name",
    [
        *("Subject", "Date", "To", "Message-ID", "Cc", "In-Reply-To", "References"),
        *("Content-Type", "MIME-Version", "Content-Transfer-Encoding"),
    ],
)
def test_A6_A40_a_second_copy_of_a_field_voids_the_signature(name: str) -> None:
    here = name in ("Subject", "Date", "To", "Message-ID")
    seen = mail(extra=[(name, "x")] if here else [(name, "x"), (name, "y")])
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


@pytest.mark.parametrize(
    ("spoilt", "refused"),
    [
        (dkim(more=" l=0;"), PART),
        (dkim(names="To:Subject:Date"), NO_FROM),
        (dkim(names=""), NO_FROM),
        (
            (dkim()[0], dkim()[1].replace("sha256", "sha1")),
            Verdict(False, "the signature of example.org is made in a way that is not safe (a=)"),
        ),
    ],
)
def test_A5_A6_a_signature_that_does_not_count_does_not_count_from_our_server_either(
    spoilt: tuple[str, str], refused: Verdict
) -> None:
    assert plain(verdict(spoilt, results("dkim=pass header.d=example.org"))) == refused
    assert plain(verdict(spoilt, results("dkim=pass header.i=@example.org"))) == refused
    assert plain(verdict(spoilt, results("dmarc=pass header.from=example.org"))) == refused
    assert plain(verdict(dkim(), spoilt, results("dkim=pass header.d=example.org"))) == refused


def plain(verdict: Verdict) -> Verdict:
    return Verdict(verdict.authentic, verdict.reason)


def test_A5_a_key_for_tests_does_not_count_from_our_server_either() -> None:
    assert not verdict(dkim(), results("dkim=pass (2048-bit key; test mode) header.d=example.org")).authentic


def test_A7_what_our_server_verified_by_dkim_is_proven_as_far_as_every_signature_covers_it() -> None:
    one, other = dkim(names="From:To:Subject"), dkim(names="From:Subject:References")
    for found in ("dkim=pass header.d=example.org", "dmarc=pass header.from=example.org"):
        assert believed(verdict(one, other, results(found)))[1] == {"from", "subject"}


def test_A7_what_passed_the_policy_by_spf_is_proven_as_a_whole() -> None:
    spf, dmarc = "spf=pass smtp.mailfrom=anna@example.org", "dmarc=pass header.from=example.org"
    whole = {"from", "to", "subject", "date", "message-id", "authentication-results", "received"}
    assert believed(verdict(results(spf, dmarc)))[1] == whole
    assert believed(verdict(results(dmarc)))[1] == whole  # there is no signature by which it could have passed


def test_A7_a_signature_of_a_sister_domain_is_no_sign_of_spf() -> None:
    sister = dkim("news.example.org", names="From:Date")
    assert believed(verdict(sister, results("dmarc=pass header.from=example.org")))[1] == {"from", "date"}


def test_A5_an_unusable_signature_of_the_parent_does_not_count_for_the_child() -> None:
    fields = (dkim(more=" l=0;"), results("dkim=pass header.i=@mail.example.org"))
    assert not verdict(*fields, From="anna@mail.example.org").authentic


def test_A6_a_dmarc_pass_counts_beside_an_unusable_signature_only_with_spf() -> None:
    spf, dmarc = "spf=pass smtp.mailfrom=anna@example.org", "dmarc=pass header.from=example.org"
    assert verdict(dkim(names="Subject:Date"), results(spf, dmarc)).authentic
    assert not verdict(dkim(names="Subject:Date"), results(spf.replace("example.org", "e.example"), dmarc)).authentic


def test_an_unusable_signature_of_another_domain_does_no_harm() -> None:
    assert verdict(dkim("list.example", more=" l=0;"), results("dkim=pass header.d=example.org")).authentic


# --- where our server's results stand ---

FORGED = results("dkim=pass header.d=example.org")


@pytest.mark.parametrize(
    "hops",
    [
        [],
        [("Received", "from mx.iso-sr.example by mx.iso-sr.example with LMTP id abc (envelope-from <x@y.org>)")],
        [("Received", "from mx1 ([10.0.0.5]) by imap.iso-sr.example with LMTPS id abc")],
        [("Received", "by imap.iso-sr.example (Cyrus) with LMTPA; Mon, 1 Dec 2025 10:12:13 +0000")],
        [("Received", "from localhost (localhost [127.0.0.1]) by mx.iso-sr.example (Postfix) with ESMTP id 1")],
        [("Received", "from localhost ([127.0.0.1] helo=localhost) by mx.iso-sr.example with esmtp (Exim 4.96)")],
        [("Received", "from mx (localhost [IPv6:::1]) by mx.iso-sr.example (Postfix) with ESMTP id 1")],
    ],
)
def test_A7_results_above_our_border_server_s_received_field_are_believed(hops: list[tuple[str, str]]) -> None:
    assert verdict(*hops, FORGED).authentic


@pytest.mark.parametrize(
    "received",
    [
        "from mail.evil.example (mail.evil.example [203.0.113.5]) by mx.iso-sr.example (Postfix) with ESMTPS id 1",
        "from [127.0.0.1] (unknown [203.0.113.5]) by mx.iso-sr.example (Postfix) with ESMTP id 1",
        "from localhost (localhost [127.0.0.1]) (203.0.113.5) by mx.iso-sr.example with SMTP",
        "from unknown (HELO [127.0.0.1]) (203.0.113.5) by mx.iso-sr.example with SMTP",
        "from [203.0.113.5] (helo=[127.0.0.1]) by mx.iso-sr.example with esmtp (Exim 4.96)",
        'from x ([203.0.113.5] helo=x) by mx.iso-sr.example with esmtp (envelope-from <"a by b with LMTP c"@x.org>)',
        "from x (x [203.0.113.5]) by mx.iso-sr.example with ESMTP (note by x with LMTP)",
        "from localhost (evil127.0.0.1 [203.0.113.5]) by mx.iso-sr.example with ESMTP",
        "(qmail 12 invoked by uid 89)",
        "by 2002:a05:6000:1 with SMTP id x",
        "x",
        "",
    ],
)
def test_A7_results_below_it_came_with_the_mail(received: str) -> None:
    seen = mail("x", extra=[("Received", received), FORGED, RECEIVED_HERE])
    assert authenticate(seen, [], TrustedServers(HERE)) == UNSIGNED


def test_A7_results_without_any_received_field_are_nobody_s() -> None:
    assert authenticate(mail("x", extra=[FORGED]), [], TrustedServers(HERE)) == UNSIGNED


# --- fields that cannot be read whole ---


@pytest.mark.parametrize(
    ("name", "value", "fault"),
    [
        ("DKIM-Signature", dkim()[1] + "; x=" + "1" * 4_000, "is too long to be read"),
        ("DKIM-Signature", dkim()[1] + ";" + "\r\n " * 101 + "x=1", "is too long to be read"),
        ("DKIM-Signature", dkim()[1] + ";" + " " * 4_000 + "x=1", "is too long to be read"),
        ("dkim-signature", dkim()[1] + "; l=0; l=9", "cannot be read"),
        ("DKIM-Signature", dkim()[1].replace("; b=", "; bb="), "cannot be read"),
        ("DKIM-Signature", dkim()[1].replace("b=AA==", "b=AA==BB"), "cannot be read"),
        ("DKIM-Signature", "v=1; nonsense", "cannot be read"),
        ("DKIM-Signature", "", "cannot be read"),
        ("Authentication-Results", f"{HERE}; dkim=fail " + "x" * 10_000, "is too long to be read"),
        ("Authentication-Results", "other.example; dkim=fail " + "(x)\r\n " * 200, "is too long to be read"),
        ("ARC-Seal", "i=1; " + "x" * 10_000, "is too long to be read"),
        ("ARC-Message-Signature", "i=1;" + "\r\n\t" * 200 + "x", "is too long to be read"),
        ("ARC-Authentication-Results", "i=1; " + "x" * 10_000, "is too long to be read"),
    ],
)
def test_A7_a_field_that_cannot_be_read_whole_makes_the_mail_unproven(name: str, value: str, fault: str) -> None:
    refused = Verdict(False, f"its {name} field {fault}")
    assert verdict((name, value), dkim(), FORGED, signatures=(GOOD,)) == refused
    assert verdict(dkim(), FORGED, (name, value), signatures=(GOOD,)) == refused


def test_A7_results_of_ours_that_cannot_be_read_hide_nothing_below_them() -> None:
    assert not verdict(("Authentication-Results", f"{HERE}; ((("), FORGED).authentic


# --- what is a mail's alone ---


def test_A9_A38_a_mail_is_known_by_the_octets_of_all_its_signatures() -> None:
    def marks(*octets: str, by: str = "anna@example.org") -> set[str]:
        fields = [("DKIM-Signature", dkim()[1].replace("b=AA==", f"b={text}")) for text in octets]
        seen = mail(extra=[*fields, dkim("esp.example")], From=by)
        return set(authenticate(seen, [Signature("example.org", COVERED, b"own")], NOBODY).signatures)

    own, both = marks(), marks("ABCD")
    assert (len(own), len(both)) == (1, 2)
    assert own < both
    assert marks("AB\r\n CD") == both
    assert marks("ABCE") & both == own
    assert marks("AAA=") == marks("AAB=")  # bits beyond the octets change nothing
    assert not marks(by="bo@example.org") & own  # nobody can use up the signature of somebody else


# --- ARC ---


def chain(*domains: str, found: str = "dkim=pass header.d=example.org") -> list[tuple[str, str]]:
    fields = [results("dkim=fail header.d=example.org", "arc=pass"), dkim(names="From:To:Subject:Date")]
    for number, domain in reversed(list(enumerate(domains, 1))):
        seen = found if number == 1 else "dkim=fail header.d=example.org"
        fields.append(("ARC-Seal", f"i={number}; a=rsa-sha256; cv=none; d={domain}; s=x; b=AA=="))
        tags = f"i={number}; a=rsa-sha256; d={domain}; s=x; h=From:Subject:Date:X; bh=AA==; b=AA=="
        fields.append(("ARC-Message-Signature", tags))
        fields.append(("ARC-Authentication-Results", f"i={number}; mx.{domain}; {seen}"))
    return fields


def test_A33_a_chain_of_configured_sealers_is_believed() -> None:
    covered = frozenset({"from", "subject", "date"})
    expected = ("signed by example.org, as list.example found before it passed the mail on", covered)
    assert believed(verdict(*chain("list.example"), sealers=("list.example",))) == expected
    two = verdict(*chain("list.example", "gate.example"), sealers=("gate.example", "List.Example"))
    assert believed(two) == expected


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
        ([*chain("list.example"), *chain("list.example")[2:]], ("list.example",)),
        ([field for field in chain("list.example") if field[0] != "ARC-Message-Signature"], ("list.example",)),
        ([(name, value.replace("; bh", "; l=0; bh")) for name, value in chain("list.example")], ("list.example",)),
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
