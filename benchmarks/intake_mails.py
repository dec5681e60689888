"""An office whose readers write: the mails that come in, of every kind that an office gets."""

from __future__ import annotations

import base64
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from mailer.adapters.dkim.signing import DkimSigner
from mailer.adapters.sandbox.keys import SELECTOR, Keyring
from mailer.app import App
from mailer.message import Address
from mailer.model.lists import Details
from mailer.model.mailings import MailingKind
from mailer.model.outbox import Delivery, Outcome
from mailer.tokens import Purpose
from tests.secretary import Secretary, office

DOMAINS = tuple(f"members-{number}.example" for number in range(20))
ROUND = 10
"""After so many mails, each kind has come as often as it does in an office."""
WORDS = "the report that came last week has a chapter on labour practices our members read with great care"


@dataclass(frozen=True)
class Correspondence:
    """The office, and what its mails need to know of it."""

    secretary: Secretary
    address: str
    rows: tuple[int, ...]
    """Delivered copies, in the outbox."""
    requests: tuple[int, ...]
    """Sign-ups that wait for their confirmation."""
    token: Callable[[Purpose, int], str]
    signers: Mapping[str, DkimSigner]


def prepare(folder: Path, mails: int, **environ: str) -> Correspondence:
    """Make an office whose issue went to as many readers as will write, with open sign-ups."""
    ring = Keyring(_made(folder), DOMAINS)
    secretary = office(folder, MAILER_SIGNUP__PER_DAY=str(10 * mails), **environ)
    readers = [_reader(number) for number in range(mails // 3 + 100)]
    secretary.imports("subscriber", *readers)
    secretary.imports("cag", "ana@cag.example")
    secretary.writes()
    secretary.grants()
    with secretary.app() as app:
        rows, requests = _sent(app), _asked(app, mails // 4 + 100)
        key, address = app.store.key, str(app.rules.address)
    signers = {domain: DkimSigner(domain, {SELECTOR: ring.key}) for domain in DOMAINS}
    return Correspondence(
        secretary, address, rows, requests, lambda purpose, row: str(key.token(purpose, row)), signers
    )


def mixed(office: Correspondence, mails: int) -> Iterator[bytes]:
    """In ten mails: three reports, two confirmations, two commands, three for a person (one with a file)."""
    luck = random.Random(12)
    for number in range(mails):
        yield KINDS[number % ROUND](office, number, luck)


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return folder


def _sent(app: App) -> tuple[int, ...]:
    now = app.clock.now()
    with app.open_store().transaction() as work:
        issue = work.issues.issue("update", 1)
        assert issue is not None
        mailing = work.mailings.add(MailingKind.ISSUE, issue.id, "update", ["subscriber"], now)
        work.outbox.add_copies(mailing.id, ["subscriber"], "<", "@iso-sr.example>", now)
        rows = [row.id for row in work.outbox.page(mailing.id, 0, 100_000)]
        work.outbox.record(rows, [], now)
        work.outbox.settle([(Outcome(row, Delivery.SENT, "250 ok"), None) for row in rows], now)
    return tuple(rows)


def _asked(app: App, number: int) -> tuple[int, ...]:
    """The next sign-ups by mail get the numbers after these."""
    with app.open_store().transaction() as work:
        now = app.clock.now()
        return tuple(
            work.lists.add_request(Address.parse(_writer(each)), "subscriber", Details(), [], now).id
            for each in range(number)
        )


def _reader(number: int) -> str:
    return f"reader{number}@{DOMAINS[number % len(DOMAINS)]}"


def _writer(number: int) -> str:
    return f"writer{number}@{DOMAINS[number % len(DOMAINS)]}"


# --- the kinds ---


def _head(office: Correspondence, number: int, sender: str, to: str, subject: str, *more: str) -> str:
    lines = [
        f"Return-Path: <{sender}>",
        f"Delivered-To: {office.address}",
        "Received: from mx.members.example (mx.members.example [192.0.2.7])",
        "\tby mail.iso-sr.example (Postfix) with ESMTPS id 4T0000",
        f"\tfor <{to}>; Mon, 23 Nov 2026 12:00:{number % 60:02} +0000 (UTC)",
    ]
    own = [
        f"From: Writer Number {number} <{sender}>",
        f"To: {to}",
        f"Subject: {subject}",
        "Date: Mon, 23 Nov 2026 12:00:00 +0000",
        f"Message-ID: <{number}.intake@client.example>",
        "MIME-Version: 1.0",
        "User-Agent: Mozilla Thunderbird",
        *more,
    ]
    return "\r\n".join([*lines, *own]) + "\r\n"


def _signed(office: Correspondence, sender: str, head: str, body: str) -> bytes:
    raw = (head + "\r\n" + body).encode()
    return office.signers[sender.rpartition("@")[2]].signed(raw)


def _to(office: Correspondence, detail: str) -> str:
    local, _, domain = office.address.partition("@")
    return f"{local}+{detail}@{domain}"


def _text(luck: random.Random, words: int) -> str:
    known = WORDS.split()
    return "\r\n".join(" ".join(luck.choice(known) for _ in range(11)) for _ in range(words // 11))


def _plain(office: Correspondence, number: int, sender: str, to: str, subject: str, body: str) -> bytes:
    return _signed(
        office,
        sender,
        _head(office, number, sender, to, subject, "Content-Type: text/plain; charset=utf-8"),
        body,
    )


def _report(office: Correspondence, number: int, luck: random.Random) -> bytes:
    row = office.rows[number % len(office.rows)]
    reader, to = _reader(number % len(office.rows)), _to(office, office.token(Purpose.BOUNCE, row))
    status, code, why = luck.choice(
        [
            ("5.1.1", 550, "User unknown"),
            ("5.2.2", 552, "Mailbox full"),
            ("4.4.1", 451, "Connection timed out"),
            ("5.7.1", 554, "Message rejected due to local policy"),
        ]
    )
    head = _head(
        office,
        number,
        "MAILER-DAEMON@mx.members.example",
        to,
        "Undelivered Mail Returned to Sender",
        "Auto-Submitted: auto-replied",
        'Content-Type: multipart/report; report-type=delivery-status; boundary="B"',
    )
    body = f"""--B
Content-Type: text/plain; charset=us-ascii

This is the mail system at host mx.members.example.

I'm sorry to have to inform you that your message could not
be delivered to one or more recipients. It's attached below.

<{reader}>: host mail.members.example[192.0.2.9] said: {code}
    {status} <{reader}>: {why} (in reply to RCPT TO command)

--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.members.example
Arrival-Date: Mon, 23 Nov 2026 12:00:00 +0000

Final-Recipient: rfc822; {reader}
Original-Recipient: rfc822;{reader}
Action: failed
Status: {status}
Remote-MTA: dns; mail.members.example
Diagnostic-Code: smtp; {code} {status} <{reader}>: {why}

--B
Content-Type: text/rfc822-headers

Return-Path: <{to}>
From: ISO/SR TG 2 <{office.address}>
To: {reader}
Subject: After Bangkok
Message-ID: <{row}@iso-sr.example>

--B--
"""
    return (
        (head + "\r\n" + body.replace("\n", "\r\n"))
        .replace("Return-Path: <MAILER-DAEMON@mx.members.example>", "Return-Path: <>", 1)
        .encode()
    )


def _confirmation(office: Correspondence, number: int, luck: random.Random) -> bytes:
    each = number // ROUND * 2 + number % 2
    request = office.requests[each % len(office.requests)]
    to = _to(office, office.token(Purpose.CONFIRM, request))
    quoted = "\r\n".join(f"> {line}" for line in _text(luck, 80).splitlines())
    body = f"yes\r\n\r\nOn Mon, 23 Nov 2026, ISO/SR TG 2 wrote:\r\n\r\n{quoted}\r\n"
    return _plain(office, number, _writer(each % len(office.requests)), to, "Re: Is this you?", body)


def _sign_up(office: Correspondence, number: int, luck: random.Random) -> bytes:
    body = "subscribe\r\n\r\nOrganisation: Trade Union Number 7\r\nCountry: France\r\n"
    return _plain(office, number, f"new{number}@{DOMAINS[number % 20]}", office.address, "Hello", body)


def _leaving(office: Correspondence, number: int, luck: random.Random) -> bytes:
    reader = _reader((number * 7) % len(office.rows))
    return _plain(office, number, reader, office.address, "unsubscribe", f"unsubscribe\r\n-- \r\nReader {number}\r\n")


def _words(office: Correspondence, number: int, luck: random.Random) -> bytes:
    reader = _reader((number * 3) % len(office.rows))
    quoted = "\r\n".join(f"> {line}" for line in _text(luck, 200).splitlines())
    own = _text(luck, 120)
    body = f"Dear all,\r\n\r\n{own}\r\n\r\nOn Mon, 23 Nov 2026, ISO/SR TG 2 wrote:\r\n{quoted}\r\n"
    if number % 4 == 0:
        return _plain(office, number, reader, office.address, "Re: After Bangkok", body)
    html = "".join(f"<p>{line}</p>\r\n" for line in own.splitlines())
    head = _head(
        office,
        number,
        reader,
        office.address,
        "Re: After Bangkok",
        'Content-Type: multipart/alternative; boundary="A"',
    )
    parts = (
        f"--A\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{body}\r\n"
        f"--A\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<html><body>{html}</body></html>\r\n--A--\r\n"
    )
    return _signed(office, reader, head, parts)


def _attached(office: Correspondence, number: int, luck: random.Random) -> bytes:
    reader = _reader((number * 3) % len(office.rows))
    content = base64.encodebytes(luck.randbytes(luck.choice((20_000, 60_000, 200_000)))).decode()
    head = _head(office, number, reader, office.address, "Our comments", 'Content-Type: multipart/mixed; boundary="M"')
    parts = (
        f"--M\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nOur comments are attached.\r\n{_text(luck, 60)}\r\n"
        f'--M\r\nContent-Type: application/pdf; name="comments.pdf"\r\nContent-Transfer-Encoding: base64\r\n'
        f'Content-Disposition: attachment; filename="comments.pdf"\r\n\r\n{content}\r\n--M--\r\n'
    )
    return _signed(office, reader, head, parts.replace("\r\n", "\n").replace("\n", "\r\n"))


KINDS: tuple[Callable[[Correspondence, int, random.Random], bytes], ...] = (
    *(_report, _confirmation, _sign_up, _words, _report),
    *(_confirmation, _leaving, _words, _report, _attached),
)
