"""The parts of a report: what a server wrote for people and for machines, and the mail that it returns."""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32

from mailer.errors import Malformed
from mailer.inbound.charsets import Undecodable, decode, guess
from mailer.inbound.limits import PartCounter
from mailer.inbound.markup import Unreadable, visible_text
from mailer.inbound.words.bounces import COPIES
from mailer.message import Inbound

OCTETS = 256 * 1024
LINES, WIDTH = 6_000, 2_000
"""How many octets, lines, and octets of a line of a report are read."""
_BLOCKS = 400
_RETURNED_FIELDS = 300

_FOR_MACHINES = (
    *("message/delivery-status", "message/global-delivery-status", "message/feedback-report"),
    *("message/disposition-notification", "message/global-disposition-notification"),
)
_COPIES = (
    *("message/rfc822", "message/global", "message/partial", "message/news"),
    *("text/rfc822-headers", "message/rfc822-headers", "message/global-headers", "text/rfc822"),
)
"""Types of parts that are the returned mail, or its header."""
_FIELD = re.compile(r"([!-9;-~]{1,80})[ \t]*:[ \t]*(.*)")
_HEADER_LINE = re.compile(
    r">? ?(?:Received|Return-Path|Message-ID|From|To|Date|Subject|Delivered-To|X-Original-To|DKIM-Signature"
    r"|MIME-Version|Content-Type|X-[\w-]{1,60}):",
    re.IGNORECASE,
)
_FIELDS_IN_TEXT = re.compile(r"^[ \t]*(?:final|original)-recipient:", re.IGNORECASE | re.MULTILINE)
_COPY = re.compile("|".join(COPIES), re.IGNORECASE)

Block = Mapping[str, str]
"""A group of fields, names in lower case."""


@dataclass
class Parts:
    """What a report consists of."""

    text: str = ""
    """What the server wrote for people, without the returned mail."""
    blocks: list[Block] = field(default_factory=list)
    """The groups of fields that it wrote for machines."""
    kind: str = ""
    """The type of the part that has them, such as ``message/delivery-status``; or empty."""
    returned: list[tuple[str, str]] = field(default_factory=list)
    """The header fields of the returned mail, names in lower case, as far as they are there."""

    def returned_field(self, name: str) -> str:
        return next((value for key, value in self.returned if key == name), "")


def parts_of(mail: Inbound) -> Parts:
    """Takes a mail apart as a report. Any mail has parts; that says nothing of what it is."""
    lines = mail.raw[:OCTETS].replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")[:LINES]
    try:
        whole = BytesParser(PartCounter(), policy=compat32).parsebytes(b"\n".join(line[:WIDTH] for line in lines))
    except Malformed:
        return Parts()
    parts = Parts()
    texts: list[str] = []
    htmls: list[str] = []
    _collect(whole, parts, texts, htmls)
    if not parts.blocks and mail.report:
        parts.blocks = _blocks(mail.report.decode("utf-8", "replace"))
        parts.kind = parts.blocks[0].get("content-type", "").partition(";")[0].strip().lower() if parts.blocks else ""
    text = "\n".join(texts) if any(map(str.strip, texts)) else "\n".join(_seen(html) for html in htmls)
    if not text.strip() and not parts.blocks:  # a boundary that is written wrongly
        text = guess(b"\n".join(lines)).partition("\n\n")[2]
    parts.text, copy = _divided(text)
    if not parts.returned:
        parts.returned = _fields(copy)
    if not parts.blocks and _FIELDS_IN_TEXT.search(parts.text):
        parts.blocks, parts.kind = _blocks(parts.text), "message/delivery-status"
    return parts


def _collect(part: Message, parts: Parts, texts: list[str], htmls: list[str], inside: bool = False) -> None:
    """Go through the parts in order; of an attached mail, only through one that is a report itself."""
    waiting = [(part, inside)]
    while waiting:
        part, inside = waiting.pop()
        kind, children = part.get_content_type(), _children(part)
        if kind in _FOR_MACHINES:
            if not parts.blocks:
                parts.blocks, parts.kind = _blocks(_written(part)), kind.replace("global-", "")
        elif kind in _COPIES:
            attached = next(iter(children), None)
            if attached is not None and attached.get_content_type() == "multipart/report" and not inside:
                waiting.append((attached, True))
            elif attached is not None and not parts.returned:
                parts.returned = _header(attached)
            elif not parts.returned:
                parts.returned = _fields(_text(part))
        elif part.get_content_maintype() == "multipart" and children:
            waiting.extend((child, inside) for child in reversed(children))
        elif kind in ("text/plain", "text/html") or part.get_content_maintype() == "text":
            (htmls if kind == "text/html" else texts).append(_text(part))


def _children(part: Message) -> list[Message]:
    inside = part.get_payload()
    return [child for child in inside if isinstance(child, Message)] if isinstance(inside, list) else []


def _seen(html: str) -> str:
    try:
        return visible_text(html)
    except Unreadable:
        return ""


def _written(part: Message) -> str:
    """A part for machines as text. The parser takes its groups of fields for messages."""
    children = _children(part)
    if not children:
        return _text(part)
    groups = []
    for block in children[:_BLOCKS]:
        fields = "".join(f"{name}: {value}\n" for name, value in block.raw_items()).encode("utf-8", "surrogateescape")
        rest = block.get_payload(decode=True)
        groups.append(fields + (b"\n" + rest if isinstance(rest, bytes) and rest.strip() else b""))
    octets = b"\n".join(groups)
    encoding = str(part.get("Content-Transfer-Encoding", "")).strip().lower()
    if encoding == "base64" and b":" not in octets:
        try:
            octets = binascii.a2b_base64(octets)
        except binascii.Error:
            return ""
    elif encoding == "quoted-printable":
        octets = binascii.a2b_qp(octets)
    return octets.decode("utf-8", "replace")


def _text(part: Message) -> str:
    data = part.get_payload(decode=True)
    if not isinstance(data, bytes):
        return ""
    try:
        text = decode(data, part.get_content_charset("") or "")
    except Undecodable:
        text = guess(data)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _blocks(text: str) -> list[Block]:
    """The groups of fields, values unfolded (RFC 3464 2.1). A field that comes again begins a new group."""
    unfolded = re.sub(r"\n[ \t]+(?=\S)", " ", text.replace("\r\n", "\n"))
    blocks: list[dict[str, str]] = [{}]
    for line in unfolded.split("\n"):
        found = _FIELD.match(line)
        if found is None:
            if not line.strip() and blocks[-1]:
                blocks.append({})
            continue
        name, value = found[1].lower(), found[2].strip()
        if name in blocks[-1] and name in ("final-recipient", "action", "original-recipient"):
            blocks.append({})
        blocks[-1].setdefault(name, value)
        if len(blocks) > _BLOCKS:
            break
    return [block for block in blocks if block]


def _divided(text: str) -> tuple[str, str]:
    """What the server wrote, and the returned mail below it."""
    lines = text.split("\n")
    for number, line in enumerate(lines):
        if _is_copy_from(lines, number):
            start = number if _HEADER_LINE.match(line) else number + 1
            return "\n".join(lines[:number]), "\n".join(lines[start:])
    return text, ""


def _is_copy_from(lines: list[str], number: int) -> bool:
    line = lines[number]
    if _COPY.search(line[:200]):
        return number > 0
    if not _HEADER_LINE.match(line):
        return False
    following = [one for one in lines[number + 1 : number + 9] if one[:1] not in (" ", "\t")][:3]
    return len(following) >= 2 and sum(1 for one in following if _HEADER_LINE.match(one)) >= 2


def _header(message: Message) -> list[tuple[str, str]]:
    fields = [(name.lower(), _unfolded(value)) for name, value in message.raw_items()][:_RETURNED_FIELDS]
    return fields or _fields(str(message.get_payload())[:OCTETS])


def _unfolded(value: object) -> str:
    return " ".join(str(value).encode("utf-8", "surrogateescape").decode("utf-8", "replace").split())


def _fields(text: str) -> list[tuple[str, str]]:
    """The header fields at the beginning of ``text``, which may be indented or quoted."""
    unquoted = re.sub(r"^[> ]{0,4}(?=[!-9;-~]{1,80}:)", "", text.lstrip("\n"), flags=re.MULTILINE)
    found: list[tuple[str, str]] = []
    for line in _logical_lines(unquoted):
        field_ = _FIELD.match(line)
        if field_ is None:
            if found and not line.strip():
                break
            continue
        found.append((field_[1].lower(), field_[2].strip()))
        if len(found) >= _RETURNED_FIELDS:
            break
    return found


def _logical_lines(text: str) -> Iterator[str]:
    yield from re.sub(r"\n[ \t]+(?=\S)", " ", text[:OCTETS]).split("\n")[:LINES]
