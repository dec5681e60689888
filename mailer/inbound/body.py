"""The body of a parsed mail: which parts belong to it, and how their octets become text."""

from __future__ import annotations

import binascii
from dataclasses import dataclass, field
from email.message import Message

from mailer.inbound import charsets
from mailer.inbound.flowed import unflowed
from mailer.inbound.limits import CUT, REPORT_BYTES, TEXT_BYTES
from mailer.inbound.structure import OPAQUE, children, is_text, parts, transfer_encoding, undecoded
from mailer.phrases import Phrase, phrase

_REPORTS = frozenset({"message/delivery-status", "message/disposition-notification", "message/feedback-report"})
_PLAIN_ENCODINGS = frozenset({"", "7bit", "8bit", "binary"})
_PGP_SIGNED, _PGP_SIGNATURE = "-----BEGIN PGP SIGNED MESSAGE-----", "-----BEGIN PGP SIGNATURE-----"
_PGP_ENCRYPTED = "-----BEGIN PGP MESSAGE-----"
_TOO_LONG = phrase("its text is too long")


@dataclass
class Body:
    """The parts of a mail that its reader sees, and the report if it is one."""

    texts: list[str] = field(default_factory=list)
    htmls: list[str] = field(default_factory=list)
    report: bytes | None = None
    problems: list[Phrase] = field(default_factory=list)
    left_out: list[Phrase] = field(default_factory=list)

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
    for part in parts(mail):
        kind = part.get_content_type()
        if kind in OPAQUE:
            body.problems.append(phrase("it is encrypted, or its text is wrapped in S/MIME"))
        elif kind in _REPORTS and body.report is None:
            body.report = _report(part)
        elif is_text(part):
            _read_text(part, body)
    return body


def _read_text(part: Message, body: Body) -> None:
    text, problem = text_of(part)
    found = body.htmls if part.get_content_type() == "text/html" else body.texts
    if part.get_content_maintype() == "multipart":
        problem = problem or phrase("it does not say where its parts begin")
    room = max(0, TEXT_BYTES - sum(map(len, found)))
    if len(text) > room or problem == _TOO_LONG:
        problem = _TOO_LONG
        body.left_out.append(phrase("the end of a text, which is very long"))
    found.append(text[:room])
    if problem:
        body.problems.append(problem)


def text_of(part: Message) -> tuple[str, Phrase]:
    """The part's text with LF line ends, and why it is uncertain, or empty."""
    is_cut = CUT.search(str(part.get_payload())) is not None
    data, problem = _octets(part)
    if len(data) > TEXT_BYTES or is_cut:
        data, problem = data[:TEXT_BYTES], _TOO_LONG
    charset = _charset(part, data)
    try:
        text = charsets.decode(data, charset)
    except charsets.Undecodable as fault:
        text, problem = charsets.guess(data, charset), problem or fault.reason
    text = CUT.sub("\n", text).replace("\r\n", "\n").replace("\r", "\n")
    return (unflowed(text, delsp=_parameter(part, "delsp") == "yes") if _is_flowed(part) else text), problem


def _is_flowed(part: Message) -> bool:
    return part.get_content_type() == "text/plain" and _parameter(part, "format") == "flowed"


def _parameter(part: Message, name: str) -> str:
    value = part.get_param(name, "")
    return value.strip().lower() if isinstance(value, str) else ""


def _charset(part: Message, data: bytes) -> str:
    """What the part names; if it names none, what its HTML names; else empty."""
    named = part.get_content_charset("") or ""
    if not named and part.get_content_type() == "text/html":
        return charsets.charset_of_html(data)
    return named


def _octets(part: Message) -> tuple[bytes, Phrase]:
    """The part's octets without their transfer encoding (RFC 2045 6), and what is wrong with it, or empty."""
    encoding = transfer_encoding(part)
    data = undecoded(part)
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
    for block in (part, *children(part)):
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
