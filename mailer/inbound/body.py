"""The body of a parsed mail: which parts belong to it, and how their octets become text."""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message

from mailer.inbound import charsets
from mailer.inbound.limits import CUT, REPORT_BYTES, TEXT_BYTES
from mailer.phrases import Phrase, phrase

_FILE_NAME = re.compile(r"(?:^|[;\s])(?:file)?name(?:\*\d*\*?)?\s*=", re.IGNORECASE)
_REPORTS = frozenset({"message/delivery-status", "message/disposition-notification", "message/feedback-report"})
_OPAQUE = frozenset({"multipart/encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime"})
_PLAIN_ENCODINGS = frozenset({"", "7bit", "8bit", "binary"})
_PGP_SIGNED, _PGP_SIGNATURE = "-----BEGIN PGP SIGNED MESSAGE-----", "-----BEGIN PGP SIGNATURE-----"
_PGP_ENCRYPTED = "-----BEGIN PGP MESSAGE-----"


@dataclass
class Body:
    """The parts of a mail that its reader sees, and the report if it is one."""

    texts: list[str] = field(default_factory=list)
    htmls: list[str] = field(default_factory=list)
    report: bytes | None = None
    problems: list[Phrase] = field(default_factory=list)

    @property
    def text(self) -> str | None:
        return _without_pgp_frame("\n".join(self.texts)) if self.texts else None

    @property
    def html(self) -> str | None:
        return "\n".join(self.htmls) if self.htmls else None

    @property
    def problem(self) -> Phrase:
        if self.texts and any(line.rstrip() == _PGP_ENCRYPTED for line in self.texts[0].split("\n")):
            return phrase("it is encrypted")
        return next(iter(self.problems), Phrase())


def read_body(mail: Message) -> Body:
    """Join the plain parts, and the HTML parts, that are not attached (A31, A32)."""
    body = Body()
    for part in _parts(mail):
        kind = part.get_content_type()
        if kind in _OPAQUE:
            body.problems.append(phrase("it is encrypted, or its text is wrapped in S/MIME"))
        elif kind in _REPORTS and body.report is None:
            body.report = _report(part)
        elif kind in ("text/plain", "text/html") and not part.is_multipart() and not _is_attached(part):
            text, problem = _text(part)
            found = body.texts if kind == "text/plain" else body.htmls
            if sum(map(len, found)) + len(text) <= TEXT_BYTES:
                found.append(text)
            else:
                problem = phrase("its text is too long")
            if problem:
                body.problems.append(problem)
    return body


def _parts(mail: Message) -> Iterator[Message]:
    """Every part in order, without the contents of attached messages and of encrypted parts."""
    waiting = [mail]
    while waiting:
        part = waiting.pop()
        yield part
        if (
            part.is_multipart()
            and part.get_content_maintype() == "multipart"
            and part.get_content_type() not in _OPAQUE
        ):
            waiting.extend(reversed(_children(part)))


def _children(part: Message) -> list[Message]:
    inside = part.get_payload()
    return [child for child in inside if isinstance(child, Message)] if isinstance(inside, list) else []


def _is_attached(part: Message) -> bool:
    disposition, kind = str(part.get("Content-Disposition", "")), str(part.get("Content-Type", ""))
    return disposition.strip().lower().startswith("attachment") or bool(
        _FILE_NAME.search(disposition) or _FILE_NAME.search(kind)
    )


def _text(part: Message) -> tuple[str, Phrase]:
    """The part's text with LF line ends, and why it is uncertain, or empty."""
    cut = CUT.strip().decode() in str(part.get_payload())
    data, problem = _octets(part)
    if len(data) > TEXT_BYTES or cut:
        data, problem = data[:TEXT_BYTES], phrase("its text is too long")
    try:
        text = charsets.decode(data, part.get_content_charset("") or "")
    except charsets.Undecodable as fault:
        text, problem = charsets.guess(data), problem or fault.reason
    return text.replace("\r\n", "\n").replace("\r", "\n"), problem


def _octets(part: Message) -> tuple[bytes, Phrase]:
    """The part's octets without their transfer encoding (RFC 2045 6), and what is wrong with it, or empty."""
    encoding = str(part.get("Content-Transfer-Encoding", "")).partition(";")[0].strip().lower()
    del part["Content-Transfer-Encoding"]  # without it, the library returns the octets undecoded
    data = part.get_payload(decode=True)
    assert isinstance(data, bytes)
    if encoding == "quoted-printable":
        return binascii.a2b_qp(data), Phrase()
    if encoding == "base64":
        try:
            return binascii.a2b_base64(data), Phrase()
        except binascii.Error:
            return b"", phrase("its text is damaged: it is not the base64 that it should be")
    if encoding in _PLAIN_ENCODINGS:
        return data, Phrase()
    return data, phrase("its transfer encoding is not one that we read")


def _report(part: Message) -> bytes:
    """The part as octets with LF line ends: its own header fields, then each block of fields in it."""
    written = []
    for block in (part, *_children(part)):
        fields = "".join(f"{name}: {value}\n" for name, value in block.raw_items())
        rest = block.get_payload()
        written.append(f"{fields}\n{rest[:REPORT_BYTES]}" if isinstance(rest, str) else fields)
    return "\n".join(written).encode("utf-8", "surrogateescape")[:REPORT_BYTES]


def _without_pgp_frame(text: str) -> str:
    """The text inside a clear-text signature (RFC 9580 7), its dash escapes undone."""
    lines = text.split("\n")
    first = next((number for number, line in enumerate(lines) if line.strip()), 0)
    if lines[first].rstrip() != _PGP_SIGNED:
        return text
    start = next((number for number in range(first, len(lines)) if not lines[number].strip()), first) + 1
    end = next((n for n in range(start, len(lines)) if lines[n].rstrip() == _PGP_SIGNATURE), len(lines))
    return "\n".join(line.removeprefix("- ") for line in lines[start:end])
