"""What of a mail's structure matters to a vote: lines that flow, frames of OpenPGP, and other versions of the text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.message import Message
from typing import NamedTuple

from mailer.inbound.body import text_of
from mailer.inbound.markup import Unreadable, visible_text
from mailer.inbound.structure import children, disposition, is_container, is_text, structure
from mailer.message import Inbound
from mailer.phrases import Phrase, phrase

HTML = frozenset({"text/html", "application/xhtml+xml", "text/watch-html"})
_AMP = frozenset({"text/x-amp-html"})
"""Shows nothing without a program of its own."""
_PLAIN = frozenset({"text/plain", "text/markdown", "text/x-markdown", "text/x-web-markdown"})
_ENRICHED = frozenset({"text/enriched", "text/richtext"})
_READ = HTML | _PLAIN | _ENRICHED | _AMP

_HASH = re.compile(r"Hash: ?[A-Za-z0-9, -]{1,80}")
_FRAME_LINES = 200
_SIGNED = "-----BEGIN PGP SIGNED MESSAGE-----"
_COMMAND = re.compile(r"<<|<(/?)([a-z0-9-]{1,60})>", re.IGNORECASE)


class Version(NamedTuple):
    """Another version of a mail's text."""

    text: str
    is_html: bool


@dataclass(frozen=True)
class Structure:
    """What a mail's parts say about its text."""

    flowed: bool = False
    """Whether its plain text is of the kind format=flowed (RFC 3676)."""
    delsp: bool = False
    others: tuple[Version, ...] = ()
    """The versions that are neither its plain text nor its HTML."""
    problem: Phrase | None = None
    """Why it is not certain what a reader sees."""


def read_structure(mail: Inbound) -> Structure:
    """Read it from the mail's octets, which were parsed within limits before."""
    root, _ = structure(mail.raw, mail.digest)
    flowed = delsp = False
    others: list[Version] = []
    problem: Phrase | None = None
    for part, in_alternative in _leaves(root):
        kind = part.get_content_type()
        if kind == "text/plain" and is_text(part):
            flowed |= str(part.get_param("format", "")).lower() == "flowed"
            delsp |= str(part.get_param("delsp", "")).lower() == "yes"
            if _may_have_frame(part):
                problem = problem or _frame_problem(text_of(part)[0])
        elif is_text(part):
            continue
        elif kind in _READ and (in_alternative or disposition(part) != "attachment"):
            text, uncertain = text_of(part)
            problem = problem or uncertain or None
            try:
                others.append(Version(_plain(text, kind), kind in HTML))
            except Unreadable as fault:
                problem = problem or fault.reason
        elif in_alternative:
            problem = problem or phrase("it has a version of a kind that we do not read")
    return Structure(flowed, delsp, tuple(others), problem)


def _leaves(root: Message) -> list[tuple[Message, bool]]:
    """Every part without parts, and whether it is one of several alternatives."""
    found: list[tuple[Message, bool]] = []
    waiting = [(root, False)]
    while waiting:
        part, in_alternative = waiting.pop()
        if is_container(part):
            choice = part.get_content_type() == "multipart/alternative"
            waiting += [(child, choice) for child in reversed(children(part))]
        else:
            found.append((part, in_alternative))
    return found


def _may_have_frame(part: Message) -> bool:
    """Whether the text may begin with a frame of OpenPGP; whether it does is known when it is decoded."""
    octets = part.get_payload(decode=True)
    charset = str(part.get_content_charset() or "us-ascii")
    is_plain = charset.startswith(("us-ascii", "utf-8", "iso-8859", "windows-125"))
    return not isinstance(octets, bytes) or not is_plain or _SIGNED.encode() in octets


def _frame_problem(text: str) -> Phrase | None:
    """Between the first line of a signed text and the blank line may stand which hash it has, nothing else (A41)."""
    lines = text.split("\n", _FRAME_LINES)[:_FRAME_LINES]
    first = next((place for place, line in enumerate(lines) if line.strip()), 0)
    if len(lines[first]) > _FRAME_LINES or lines[first].rstrip() != _SIGNED:
        return None
    for line in lines[first + 1 :]:
        if not line.strip():
            return None
        if not _HASH.fullmatch(line.rstrip()):
            break
    return phrase("its OpenPGP frame has words that belong to no text")


def _plain(text: str, kind: str) -> str:
    """The lines as a reader sees them: enriched text (RFC 1896) without its commands."""
    if kind in _AMP:
        return visible_text(text)
    if kind not in _ENRICHED:
        return text
    folded = re.sub(r"\n+", lambda found: " " if len(found[0]) == 1 else found[0][1:], text)
    return _COMMAND.sub(lambda found: "<" if found[0] == "<<" else "", folded)


def unfold(text: str, *, delsp: bool) -> str:
    """Lines that flow, joined to those that a reader sees (RFC 3676 4)."""
    done: list[str] = []
    depth, paragraph = 0, ""
    is_open = False
    for line in text.split("\n"):
        bare = line.lstrip(">")
        here = len(line) - len(bare)
        bare = bare.removeprefix(" ")
        if is_open and here != depth:
            done.append(_quoted(depth, paragraph))
            paragraph, is_open = "", False
        depth, paragraph = here, paragraph + bare
        is_open = bare.endswith(" ") and bare != "-- "
        if is_open:
            paragraph = paragraph[:-1] if delsp else paragraph
            continue
        done.append(_quoted(depth, paragraph))
        paragraph = ""
    if is_open:
        done.append(_quoted(depth, paragraph))
    return "\n".join(done)


def _quoted(depth: int, text: str) -> str:
    return f"{'>' * depth} {text}" if depth else text
