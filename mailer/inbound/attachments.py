"""The attachments of a mail: what they are, and their content, which is only read when somebody asks for it."""

from __future__ import annotations

import binascii
from collections.abc import Iterator
from email.message import Message

from mailer.inbound.encoded_words import decode_words
from mailer.inbound.limits import CONTENT_TYPE, CUT
from mailer.inbound.structure import (
    children,
    disposition,
    is_container,
    is_text,
    parts,
    structure,
    transfer_encoding,
    undecoded,
)
from mailer.message import Attachment, Inbound, clean


def read_attachments(mail: Message, raw: bytes, digest: str) -> tuple[Attachment, ...]:
    """All parts that are neither text nor containers of others."""
    return tuple(_attachment(number, part, raw, digest) for number, part in _attached(mail))


def contents(mail: Inbound) -> Iterator[tuple[Attachment, bytes]]:
    """Each attachment with its content, one after the other: a large one is in memory twice while it is read.

    Where there is no transfer encoding, line ends are LF.
    """
    if not mail.attachments:
        return
    known = {attachment.number: attachment for attachment in mail.attachments}
    for number, part in _attached(structure(mail.raw, mail.digest)[0]):
        yield known[number], _content(part, mail.raw, mail.digest)


def content(mail: Inbound, attachment: Attachment) -> bytes:
    """The content of one attachment of the mail."""
    return next(octets for found, octets in contents(mail) if found.number == attachment.number)


def _attached(mail: Message) -> Iterator[tuple[int, Message]]:
    for number, part in enumerate(parts(mail)):
        if not is_container(part) and not is_text(part):
            yield number, part


def _attachment(number: int, part: Message, raw: bytes, digest: str) -> Attachment:
    how = disposition(part)
    return Attachment(
        number=number,
        name=_name(part),
        media_type=clean(part.get_content_type(), 100),
        size=_size(part, raw, digest),
        inline=how == "inline" or (not how and part.get("Content-ID") is not None),
    )


def _name(part: Message) -> str:
    """The file name, however it is encoded (RFC 2183, 2231, 2047); of a mail without one, its subject."""
    name = _printable(_fields(part).get_filename("")).replace("\\", "/").rpartition("/")[2]
    if not name and part.get_content_type() == "message/rfc822":
        name = _printable("".join(str(inside.get("Subject", ""))[:CONTENT_TYPE] for inside in children(part)))
    return clean(name)


def _fields(part: Message) -> Message:
    """The fields that may have a file name, of ordinary length; octets beyond ASCII in them are taken for UTF-8."""
    short = Message()
    for name, value in part.raw_items():
        if name.lower() in ("content-disposition", "content-type") and len(value) <= CONTENT_TYPE:
            short[name] = value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return short


def _printable(written: str) -> str:
    return clean(decode_words(written), CONTENT_TYPE)


def _size(part: Message, raw: bytes, digest: str) -> int:
    """How many octets the content has. Nothing is decoded for it but what is short."""
    if part.is_multipart():
        return sum(len(_written(child)) for child in children(part))
    inside = undecoded(part).decode("latin-1")  # one character for each octet
    is_base64 = transfer_encoding(part) == "base64"
    ends = (b"\n", b"\r") if is_base64 else ()
    octets = at = padding = 0
    for mark in CUT.finditer(inside):
        octets += _letters(inside[at : mark.start()], is_base64)
        at = mark.end()
        if mark[1] and mark[3] == digest:
            start, end = int(mark[1]), int(mark[2])
            octets += end - start - sum(raw.count(sign, start, end) for sign in ends)
            padding = raw.count(b"=", max(start, end - 4), end)
    octets += _letters(inside[at:], is_base64)
    if not is_base64:
        return octets
    return max(0, octets * 3 // 4 - padding - inside[-4:].count("="))


def _letters(text: str, is_base64: bool) -> int:
    return len(text) - (text.count("\n") if is_base64 else 0)


def _content(part: Message, raw: bytes, digest: str) -> bytes:
    written = b"\n".join(map(_written, children(part))) if part.is_multipart() else undecoded(part)
    encoding = transfer_encoding(part)
    return _decoded(_restored(written, raw, digest, lines=encoding != "base64"), encoding)


def _written(mail: Message) -> bytes:
    """An attached mail as it came. The library would fold its fields anew, in a time that grows with their square."""
    return b"".join(_pieces(mail))


def _pieces(mail: Message) -> Iterator[bytes]:
    for name, value in mail.raw_items():
        yield f"{name}: {value}\n".encode("utf-8", "surrogateescape")
    yield b"\n"
    if not mail.is_multipart():
        yield undecoded(mail)
    elif mail.get_content_maintype() != "multipart":
        for child in children(mail):
            yield from _pieces(child)
    else:
        line = f"--{mail.get_boundary('')}"
        before = "" if mail.preamble is None else f"{mail.preamble}\n"
        for child in children(mail):
            yield f"{before}{line}\n".encode("utf-8", "surrogateescape")
            yield from _pieces(child)
            before = "\n"
        after = "" if mail.epilogue is None else f"\n{mail.epilogue}"
        yield f"{before}{line}--{after}".encode("utf-8", "surrogateescape")


def _restored(written: bytes, raw: bytes, digest: str, *, lines: bool) -> bytes:
    """``written`` with the octets that were cut in place of their marks, with LF line ends if it has ``lines``."""
    kept: list[bytes | memoryview] = []
    at = 0
    for mark in CUT.finditer(written.decode("latin-1")):  # one character for each octet
        if mark[3] != digest:
            continue
        kept.append(written[at : mark.start()])
        at = mark.end()
        if mark[1]:
            start, end = int(mark[1]), int(mark[2])
            kept.append(raw[start:end].replace(b"\r\n", b"\n") if lines else memoryview(raw)[start:end])
    return b"".join((*kept, written[at:])) if kept else written


def _decoded(written: bytes, encoding: str) -> bytes:
    """The octets without their transfer encoding; as they are written if it is damaged or unknown."""
    if encoding == "quoted-printable":
        return binascii.a2b_qp(written)
    if encoding == "base64":
        try:
            return binascii.a2b_base64(written)
        except binascii.Error:
            return written
    return written
