"""Mails that strangers could write to make an office work hard. Each is built in code, up to the size limit.

Run as a program, it reads each in a process of its own, and prints what that costs as JSON.
"""

from __future__ import annotations

import base64
import json
import os
import sys
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from mailer.adapters.dkim.bodies import body_hash
from mailer.adapters.dkim.verifying import DkimVerifier
from mailer.errors import Malformed
from mailer.inbound.attachments import contents
from mailer.inbound.authenticate import TrustedServers, authenticate
from mailer.inbound.classify import classify
from mailer.inbound.keywords import read_ballot
from mailer.inbound.parse import parse
from mailer.inbound.reply import lines_left_out, text_for_people
from mailer.model.policies import ENGLISH
from mailer.requests import request_for
from mailer.tokens import TokenKey
from tests.flows.environment import configured

SIZE = 24_000_000
"""Octets of the largest mails: a little less than what is fetched."""

_FROM = b"From: Eve <eve@stranger.example>\r\nTo: tg2@iso-sr.example\r\nSubject: Good day\r\n"
_DAEMON = b"From: MAILER-DAEMON@stranger.example\r\nTo: tg2@iso-sr.example\r\nSubject: Undeliverable: x\r\n"


def _plain(body: bytes, fields: bytes = b"") -> bytes:
    return _FROM + fields + b"\r\n" + body


def _html(body: bytes) -> bytes:
    return _FROM + b"Content-Type: text/html; charset=utf-8\r\n\r\n" + body


def _lined(text: bytes, width: int = 76) -> bytes:
    return b"\r\n".join(text[start : start + width] for start in range(0, len(text), width))


def _parts(*parts: bytes, kind: bytes = b"mixed") -> bytes:
    inside = b"".join(b"--b\r\n" + part + b"\r\n" for part in parts)
    return _FROM + b'Content-Type: multipart/%b; boundary="b"\r\n\r\n' % kind + inside + b"--b--\r\n"


def _attachment(octets: int) -> bytes:
    head = b"Content-Type: image/jpeg\r\nContent-Disposition: attachment\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    return head + _lined(base64.b64encode(b"\xff" * (octets * 3 // 4)))


def _attributes(count: int, form: bytes = b" a%d=1") -> bytes:
    return b"".join(form % number for number in range(count))


def _to_size(piece: bytes, octets: int) -> bytes:
    return piece * (octets // len(piece))


def _report(fields: bytes, kind: bytes = b"delivery-status") -> bytes:
    head = b'Content-Type: multipart/report; report-type=%b; boundary="b"\r\n\r\n' % kind
    return _DAEMON + head + b"--b\r\nContent-Type: message/%b\r\n\r\n%b\r\n--b--\r\n" % (kind, fields)


HOSTILE: Mapping[str, Callable[[], bytes]] = {
    # Size alone
    "a large attachment": lambda: _parts(b"\r\nsubscribe", _attachment(SIZE)),
    "text after a large attachment": lambda: _parts(_attachment(SIZE), b"\r\nsubscribe"),
    "a large text": lambda: _plain(_to_size(b"lorem ipsum dolor " * 4 + b"\r\n", SIZE)),
    "a large text in base64": lambda: _plain(
        _lined(base64.b64encode(b"lorem ipsum\n" * (SIZE // 17))), b"Content-Transfer-Encoding: base64\r\n"
    ),
    "a large text, quoted-printable": lambda: _plain(
        _to_size(b"=C3=A9" * 12 + b"=\r\n", SIZE), b"Content-Transfer-Encoding: quoted-printable\r\n"
    ),
    "a large HTML": lambda: _html(_to_size(b"<p>lorem ipsum\r\n", SIZE)),
    "one line": lambda: _plain(b"x" * SIZE),
    "one line of quotation marks": lambda: _plain(b">" * 500_000),
    "a style sheet of blocks that do not end": lambda: _html(b"<style>" + b"@media{a{b}" * 13_000 + b"</style>a"),
    "long lines": lambda: _plain(_to_size(b"x" * 1_000_000 + b"\r\n", SIZE)),
    "empty lines": lambda: _plain(b"\n" * 990_000),
    "carriage returns": lambda: _plain(b"\r" * SIZE),
    "a large attached message": lambda: _parts(
        b"\r\nx", b"Content-Type: message/rfc822\r\n\r\n" + _plain(_to_size(b"lorem ipsum dolor\r\n", SIZE))
    ),
    "many large text parts": lambda: _parts(*[b"\r\n" + _to_size(b"lorem ipsum dolor\r\n", 900_000)] * 25),
    "many large HTML parts": lambda: _parts(
        *[b"Content-Type: text/html\r\n\r\n" + _to_size(b"<p>lorem\r\n", 900_000)] * 25
    ),
    # Structure
    "nested parts": lambda: (
        _FROM + b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(5_000))
    ),
    "nested parts within the limit": lambda: (
        _FROM
        + b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(90))
        + b"\r\n" * 80_000
    ),
    "nested parts, disguised": lambda: (
        _FROM
        + b"".join(b"Content-Type:\r\n\tmultipart/mixed;\r\n boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(90))
        + b"\r\n" * 80_000
    ),
    "nested messages": lambda: _FROM + b"Content-Type: message/rfc822\r\n\r\n" * 5_000,
    "many parts": lambda: _parts(*[b"\r\nx"] * 20_000),
    "many text parts": lambda: _parts(*[b"\r\n" + b"x\r\n" * 800] * 450),
    "a digest": lambda: _parts(*[b"\r\nSubject: x\r\n\r\nx"] * 20_000, kind=b"digest"),
    "long boundaries": lambda: (
        _FROM
        + b'Content-Type: multipart/mixed; boundary="%b"\r\n\r\n' % (b"b" * 1_900)
        + _to_size(b"--" + b"b" * 1_899 + b"c\r\n", SIZE)
    ),
    "boundaries": lambda: _FROM + b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n' + b"--b\r\n" * 400_000,
    # Header fields
    "many fields": lambda: b"X-A: b\r\n" * 50_000 + _plain(b"x"),
    "a large header": lambda: _plain(b"x", b"X-A: " + _to_size(b"lorem ipsum\r\n ", 10_000_000) + b"\r\n"),
    "a header of 250 kB in one field": lambda: _plain(b"x", b"X-A: " + b"a " * 120_000 + b"\r\n"),
    "signature fields": lambda: (
        b"DKIM-Signature: v=1; a=rsa-sha256; d=stranger.example; s=s; h=from; bh=x; b=y\r\n" * 900 + _plain(b"x")
    ),
    "a large signature field": lambda: (
        b"DKIM-Signature: v=1; " + _attributes(20_000, b"t%d=1;") + b"\r\n" + _plain(b"x")
    ),
    "authentication results": lambda: (
        b"Authentication-Results: mx.iso-sr.example; "
        + b"dkim=pass (a(b)c) header.d=x; " * 300
        + b"\r\n"
        + _plain(b"x")
    ),
    "brackets in From": lambda: b"From: " + b"(" * 200_000 + b"\r\n\r\nx",
    "quotes in From": lambda: b"From: " + b'"\\"' * 60_000 + b"\r\n\r\nx",
    "quotes that do not end in From": lambda: b'From: "' + b"\\a" * 100_000 + b"\r\n\r\nx",
    "mailboxes in From": lambda: b"From: " + b"a@b.example, " * 18_000 + b"\r\n\r\nx",
    "encoded words in From": lambda: b"From: " + b"=?utf-8?q?a?= " * 16_000 + b"<a@b.example>\r\n\r\nx",
    "encoded words in Subject": lambda: b"Subject: " + b"=?utf-8?b?YQ==?= " * 14_000 + b"\r\n" + _FROM + b"\r\nx",
    "encoded words that do not end": lambda: b"Subject: " + b"=?utf-8?q?" * 24_000 + b"\r\n" + _FROM + b"\r\nx",
    "question marks in Subject": lambda: b"Subject: " + b"=?" * 120_000 + b"\r\n" + _FROM + b"\r\nx",
    "references": lambda: _plain(b"x", b"References: " + b"<a@b> " * 40_000 + b"\r\n"),
    "angle brackets in References": lambda: _plain(b"x", b"References: " + b"<" * 240_000 + b"\r\n"),
    "recipients": lambda: _plain(b"x", b"Cc: " + b"a@b.example, " * 18_000 + b"\r\n"),
    "tokens in To": lambda: _plain(b"x", b"Cc: " + (b"vote-1-" + b"a" * 26 + b"@b.example, ") * 5_500 + b"\r\n"),
    "hyphens in To": lambda: _plain(b"x", b"Cc: a@" + b"leave-1-" * 30_000 + b"\r\n"),
    "a Content-Type of many parameters": lambda: _plain(
        b"x", b"Content-Type: text/plain" + _attributes(20_000, b"; a%d=1") + b"\r\n"
    ),
    "parameters that continue": lambda: _plain(
        b"x", b"Content-Type: text/plain" + _attributes(180, b"; n*%d=1") + b"\r\n"
    ),
    "a Content-Disposition of many parameters": lambda: _plain(
        b"x", b"Content-Disposition: inline" + _attributes(20_000, b"; a%d=1") + b"\r\n"
    ),
    "spaces in Content-Disposition": lambda: _plain(b"x", b"Content-Disposition: a" + b"name  " * 40_000 + b"\r\n"),
    "spaces in Precedence": lambda: _plain(b"x", b"X-Auto-Response-Suppress: " + b"a " * 120_000 + b"\r\n"),
    "an international domain": lambda: b"From: a@" + "ü".encode() * 100_000 + b".example\r\n\r\nx",
    "dots in a domain": lambda: b"From: a@" + b"a." * 100_000 + b"example\r\n\r\nx",
    # HTML
    "attributes": lambda: _html(b"<p" + _attributes(100_000) + b">subscribe</p>"),
    "attributes without values": lambda: _html(b"<p" + _attributes(140_000, b" a%d") + b">subscribe</p>"),
    "attributes between slashes": lambda: _html(b"<p" + _attributes(140_000, b"/a%d") + b">subscribe</p>"),
    "attributes after a quoted bracket": lambda: _html(b'<p a=">"' + _attributes(100_000) + b">subscribe</p>"),
    "attributes after a script": lambda: _html(
        b'<script>x<b c="</script><p' + _attributes(100_000) + b">subscribe</p>"
    ),
    "attributes after a comment": lambda: _html(b'<!--<b c="--><p' + _attributes(100_000) + b">subscribe</p>"),
    "attributes of a tag that does not end": lambda: _html(b"<p" + _attributes(100_000)),
    "attributes of an end tag": lambda: _html(b"<p></p" + _attributes(100_000) + b">"),
    "attributes in many tags": lambda: _html((b"<p" + _attributes(90) + b">") * 1_900),
    "classes": lambda: _html(b'<p class="' + _attributes(130_000, b" c%d") + b'">x</p>'),
    "a long style": lambda: _html(b'<p style="' + b"display: " * 110_000 + b'">x</p>'),
    "styles": lambda: _html(b'<p style="color:white;left:-1">x' * 30_000),
    "style sheets": lambda: _html(b"<style>" + b".a,.b{display:none}" * 50_000 + b"</style>x"),
    "selectors": lambda: _html(b"<style>" + b".a," * 300_000 + b"b{display:none}</style>x"),
    "spaces in a selector": lambda: _html(b"<style>" + b" " * 900_000 + b"{display:none}</style>x"),
    "deep HTML": lambda: _html(b"<div>" * 190_000 + b"x"),
    "deep HTML within the parser's limit": lambda: _html((b"<div>" * 250 + b"x" + b"</div>" * 250) * 300),
    "wide HTML": lambda: _html(b"<b></b>" * 140_000),
    "formatting elements": lambda: _html(b"<p>" + b"<b><i><u>" * 5_000 + b"<p>" * 60_000),
    "tables": lambda: _html(b"<table><tr><td>" * 60_000),
    "forms": lambda: _html(b"<form><select><option>" * 45_000),
    "entities": lambda: _html(b"&amp;" * 200_000),
    "entities of one name": lambda: _html(b"&" + b"a" * 900_000),
    "comments": lambda: _html(b"<!---->" * 140_000),
    "comments that do not end": lambda: _html(b"<!--" * 250_000),
    "processing instructions": lambda: _html(b"<?a?>" * 190_000),
    "declarations": lambda: _html(b"<!DOCTYPE a [" + b"<!ENTITY a 'b'>" * 60_000),
    "left angle brackets": lambda: _html(b"<" * 1_000_000),
    "spaces between edges": lambda: _html(b"<p> </p>" * 120_000),
    "vertical tabs": lambda: _html(b"<pre>" + b"\v " * 500_000 + b"</pre>"),
    "a long name": lambda: _html(b"<" + b"a" * 900_000 + b">x"),
    "NULs": lambda: _html(b"\0" * 1_000_000),
    # Text
    "quoted lines": lambda: _plain(b"> x\r\n" * 190_000),
    "lines that end in a colon": lambda: _plain(b"On 1.1.2026 a@b wrote:\r\n" * 40_000),
    "header labels": lambda: _plain(b"From: x\r\nx\r\n" * 80_000),
    "dashes": lambda: _plain(b"-" * 1_000_000),
    "spaces": lambda: _plain(b" " * 1_000_000),
    "spaces at line ends": lambda: _plain((b" " * 990 + b"\r\n") * 1_000),
    "a sign-up of many lines": lambda: _plain(b"subscribe\r\n" + b"Name: x\r\n" * 100_000),
    "a sign-up of unknown keys": lambda: _plain(b"subscribe\r\n" + b"Nnamenamenamename: x\r\n" * 45_000),
    "a sign-up of one long line": lambda: _plain(b"subscribe\r\nName" + b" " * 900_000 + b": x\r\n"),
    "format=flowed": lambda: _plain(
        b"> > > x \r\n" * 90_000, b"Content-Type: text/plain; format=flowed; delsp=yes\r\n"
    ),
    "a PGP frame": lambda: _plain(b"-----BEGIN PGP SIGNED MESSAGE-----\r\n" + b"- x\r\n" * 180_000),
    "uuencode": lambda: _plain(b"begin 644 a\r\n" + b"M" * 900_000, b"Content-Transfer-Encoding: x-uuencode\r\n"),
    "base64 without letters": lambda: _plain(b"=" * 1_000_000, b"Content-Transfer-Encoding: base64\r\n"),
    "iso-2022-jp": lambda: _plain(b"\x1b$B\x1b(B" * 160_000, b"Content-Type: text/plain; charset=iso-2022-jp\r\n"),
    "utf-16": lambda: _plain(b"\xff\xfe" + b"a\n" * 400_000, b"Content-Type: text/plain; charset=utf-16\r\n"),
    "gb18030": lambda: _plain(b"\x81\x30\x81\x30" * 240_000, b"Content-Type: text/plain; charset=gb18030\r\n"),
    # Reports
    "a report of many recipients": lambda: _report(
        b"Final-Recipient: rfc822; a@b.example\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n" * 250_000
    ),
    "a report of many lines": lambda: _report(b"a: b\r\n" * 900_000),
    "a report of spaces": lambda: _report(b"Action: failed\r\n" + b"\r\n " * 900_000),
    "a report with a long diagnostic": lambda: _report(
        b"Action: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: " + b"5.1.1 " * 150_000
    ),
    "a complaint": lambda: _report(
        b"Feedback-Type: abuse\r\n" + b"bounce-1-aaaaaaaaaaaaaaaaaaaaaaaaaa " * 20_000, b"feedback-report"
    ),
    "envelope ids": lambda: _report(b"Original-Envelope-Id: x\r\n" * 200_000),
    "a bounce in words": lambda: _DAEMON + b"\r\n" + b"<a@b.example>: user unknown\r\n" * 30_000,
    "a bounce of digits": lambda: _DAEMON + b"\r\n" + b"5.1." * 250_000,
    "a bounce of addresses": lambda: _DAEMON + b"\r\n" + b"<" * 120_000,
    "a bounce of many addresses": lambda: (
        _DAEMON + b"\r\n" + b"".join(b"<a%d@b.example>: mailbox user host\r\n" % n for n in range(20_000))
    ),
    "a report of words": lambda: _report(
        b"".join(
            b"Final-Recipient: rfc822; a%d@b.example\r\nAction: failed\r\nDiagnostic-Code: smtp; 550 %b\r\n\r\n"
            % (n, b"mailbox user sender " * 20)
            for n in range(450)
        )
    ),
    "a bounce of nested messages": lambda: (
        _DAEMON
        + b"".join(
            b'Content-Type: message/rfc822\r\n\r\nContent-Type: multipart/report; boundary="b%d"\r\n\r\n--b%d\r\n'
            % (n, n)
            for n in range(45)
        )
    ),
    "a notification of many": lambda: (
        _DAEMON
        + b'\r\n{"notificationType":"Bounce","bounce":{"bouncedRecipients":['
        + b'{"emailAddress":"a@b.example","diagnosticCode":"smtp; mailbox user sender mailbox user sender"},' * 900
        + b"{}]}}"
    ),
    "a notification of brackets": lambda: _DAEMON + b"\r\n" + b'{"a":[' * 100_000,
    "a bounce of spaces": lambda: _DAEMON + b"\r\n" + (b" " * 480 + b"\r\n") * 1_900,
    "a bounce of nested parts": lambda: (
        _DAEMON + b"".join(b"Content-Type: multipart/report; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(90))
    ),
    "a subject of an absence": lambda: _plain(b"x", b"Subject: " + b"- (" * 80_000 + b"\r\n"),
    "an absence": lambda: _plain(b"i am out of " * 80_000),
    # Signatures
    "a large signed body": lambda: _signed(_to_size(b"lorem  ipsum\t dolor " * 4 + b"\r\n", SIZE)),
    "a signed body of white space": lambda: _signed(_to_size(b" \t" * 450_000 + b"x\r\n", SIZE)),
    "a signed body of blank lines": lambda: _signed(b"\r\n" * 990_000 + b"x"),
}

TXT = b"v=DKIM1; p=" + base64.b64encode(
    b"\x30\x82\x02\x0a\x02\x82\x02\x01\x00" + b"\xff" * 512 + b"\x02\x03\x01\x00\x01"
)
"""The key that each of their domains publishes: RSA with 4,096 bits, the longest that is computed with."""


def _signed(body: bytes) -> bytes:
    """A mail with several signatures of its author's domain that look right up to the last step."""
    mail = _plain(b"unsubscribe\r\n" + body)
    digests = [body_hash(mail, mail.index(b"\r\n\r\n") + 4, relaxed=relaxed) for relaxed in (True, False)]
    fields = []
    for number in range(20):
        form, digest = (b"simple", digests[1]) if number % 2 else (b"relaxed", digests[0])
        tags = b"v=1; a=rsa-sha256; c=relaxed/%b; d=stranger.example; s=s%d; h=from:to:subject" % (form, number)
        proof = base64.b64encode(digest), base64.b64encode(b"\x7f" * 512)
        fields.append(b"DKIM-Signature: %b; bh=%b; b=%b\r\n" % (tags, *proof))
    return b"".join(fields) + mail


class Cost(NamedTuple):
    seconds: float
    """Of CPU."""
    octets: int
    """By which the process grew at most, beyond the mail itself."""


def read_whole(raw: bytes) -> None:
    """Everything that is done with a mail before a handler sees it, the line for operators, and a person's copy."""
    try:
        mail = parse(raw, datetime(2026, 11, 28, tzinfo=UTC))
    except Malformed:
        return
    intent = classify(mail, configured().reading_rules, TokenKey(b"k" * 32))
    request_for(intent).explanation(intent)
    read_ballot(mail, ENGLISH)
    text_for_people(mail), lines_left_out(mail)
    for attachment, octets in contents(mail):
        assert attachment.size >= 0 and isinstance(octets, bytes)
    signatures = DkimVerifier(lambda name: TXT).signatures(raw, "stranger.example")
    authenticate(mail, signatures, TrustedServers("mx.iso-sr.example"))


def largest_size() -> int:
    """Octets that the process had at most since this was counted from anew."""
    status = Path("/proc/self/status").read_text().splitlines()
    return 1024 * int(next(line for line in status if line.startswith("VmHWM")).split()[1])


def counted_anew() -> int:
    """Let the largest size count from now on, and return it."""
    Path("/proc/self/clear_refs").write_text("5")
    return largest_size()


def _cost(build: Callable[[], bytes]) -> Cost:
    raw = build()
    size, began = counted_anew(), time.process_time()
    read_whole(raw)
    return Cost(time.process_time() - began, largest_size() - size)


def main(names: list[str]) -> None:
    for build in (lambda: _plain(b"x"), lambda: _html(b"<p>x"), lambda: _signed(b"x")):
        read_whole(build())  # imports, and what is computed once, are no mail's cost
    for name in names or HOSTILE:
        sys.stdout.flush()
        if not os.fork():
            print(json.dumps({name: _cost(HOSTILE[name])}), flush=True)
            os._exit(0)
        os.wait()


if __name__ == "__main__":
    main(sys.argv[1:])
