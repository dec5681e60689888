"""The mails that people write: new ones, and replies in the formats of mutt and Thunderbird."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import datetime
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import format_datetime, make_msgid, parseaddr

from mailer.adapters.sandbox import SandboxUser

Reply = Callable[[SandboxUser, EmailMessage, str, datetime], EmailMessage]
"""Composes a reply: from whom, to which mail, with which words above the quotation, and when."""


def parsed(raw: bytes) -> EmailMessage:
    """A mail as mail programs parse it."""
    mail = BytesParser(policy=policy.default).parsebytes(raw)
    assert isinstance(mail, EmailMessage)
    return mail


def body(mail: EmailMessage, subtype: str = "plain") -> str:
    """The body of a mail as text (or ``html``); empty if it has none."""
    part = mail.get_body((subtype,))
    return str(part.get_content()) if part is not None else ""


def answer_address(mail: EmailMessage) -> str:
    """The address for a reply: Reply-To, else From (RFC 5322 3.6.2)."""
    return parseaddr(str(mail["Reply-To"] or mail["From"]))[1]


def new_mail(author: SandboxUser, to: str, subject: str, text: str, now: datetime) -> EmailMessage:
    """A mail that is not a reply."""
    mail = EmailMessage(policy=policy.SMTP)
    mail["From"] = Address(author.name, addr_spec=author.address)
    mail["To"] = to
    if subject:
        mail["Subject"] = subject
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = make_msgid(domain=author.address.rpartition("@")[2])
    mail.set_content(text)
    return mail


def mutt_reply(author: SandboxUser, mail: EmailMessage, words: str, now: datetime) -> EmailMessage:
    """Plain text above the quoted mail."""
    sent = mail["Date"].datetime
    text = f"{words}\n\nOn {sent:%a, %b %d, %Y at %I:%M:%S%p %z}, {_sender(mail)} wrote:\n{_quoted(mail)}\n"
    return _threaded(new_mail(author, answer_address(mail), _subject(mail), text, now), mail)


def thunderbird_reply(author: SandboxUser, mail: EmailMessage, words: str, now: datetime) -> EmailMessage:
    """Text and HTML parts, both with the quoted mail."""
    opening = f"On {now:%d/%m/%Y %H:%M}, {_sender(mail)} wrote:"
    paragraphs = "".join(f"<p>{html.escape(line)}</p>\n" for line in words.split("\n") if line)
    page = (
        '<!DOCTYPE html>\n<html><head><meta http-equiv="content-type" content="text/html; charset=UTF-8"></head>\n'
        f'<body>\n{paragraphs}<div class="moz-cite-prefix">{html.escape(opening)}<br></div>\n'
        f'<blockquote type="cite" cite="mid:{html.escape(str(mail["Message-ID"]).strip("<>"))}">\n'
        f"{_inner_html(mail)}\n</blockquote>\n</body></html>\n"
    )
    reply = new_mail(author, answer_address(mail), _subject(mail), f"{words}\n\n{opening}\n{_quoted(mail)}\n", now)
    reply.add_alternative(page, subtype="html")
    return _threaded(reply, mail)


def _threaded(reply: EmailMessage, mail: EmailMessage) -> EmailMessage:
    reply["In-Reply-To"] = reply["References"] = str(mail["Message-ID"])
    return reply


def _subject(mail: EmailMessage) -> str:
    subject = str(mail["Subject"])
    return subject if subject.lower().startswith("re:") else f"Re: {subject}"


def _sender(mail: EmailMessage) -> str:
    name, address = parseaddr(str(mail["From"]))
    return name or address


def _quoted(mail: EmailMessage) -> str:
    return "\n".join(f"> {line}".rstrip() for line in body(mail).splitlines())


def _inner_html(mail: EmailMessage) -> str:
    """The content of the HTML body, or the text as one block."""
    found = re.search(r"<body[^>]*>(.*)</body>", body(mail, "html"), re.DOTALL | re.IGNORECASE)
    return found[1].strip() if found else f"<pre>{html.escape(body(mail))}</pre>"
