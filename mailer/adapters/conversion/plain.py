"""Plain text and Markdown, as people write them in editors and in mails."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator

from mailer.adapters.conversion.document import Block, Document, Kind, LineBreak, Losses, Paragraph, Piece, Point, Words
from mailer.adapters.packed_xml import Refused
from mailer.adapters.render.markdown_parser import parse, without_marks

_UNMISTAKABLE = re.compile(
    r"^#{2,4} \S|\*\*[^\s*][^*\n]*\*\*|\]\((?:https?:|mailto:)|\]\(<|^\|(?:\s*:?-{3,}:?\s*\|)+$"
    r"|^::: (?:box|quote)|\[\^[\w-]+\]:|^```",
    re.MULTILINE,
)
"""Marks of Markdown that nobody writes by chance."""
_POINT = re.compile(r"(?P<indent> *)(?:(?P<bullet>[-*•·–‣◦])|(?P<number>\d{1,3})[.)])[ \t]+(?=\S)")
_UNDERLINE = re.compile(r"(=|-|~|\*){3,}\s*")
_RULE = re.compile(r"\s*([-*_=] ?){3,}\s*")
_WRAPPED = 45
"""A line of at least so many characters may go on in the next one."""
_MARKS = (b"\xff\xfe", b"\xfe\xff")
_TITLE = re.compile(r"\s*# (?P<title>[^\n]+?)\s*#*\s*(?:\n|$)")
_FRONT = re.compile(r"(?P<fence>\+\+\+|---)[ \t]*\n(?P<lines>.*?)\n(?P=fence)[ \t]*(?:\n|$)", re.DOTALL)
_YAML_TITLE = re.compile(r"^title:\s*[\"']?(.+?)[\"']?\s*$", re.MULTILINE)


def decoded(data: bytes) -> str:
    """Text in UTF-8, in UTF-16 with its mark, or as Windows writes it. Raises Refused for anything else."""
    for encoding in ("utf-16",) if data.startswith(_MARKS) else ("utf-8-sig", "cp1252"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text.replace("\r\n", "\n").replace("\r", "\n")
    raise Refused("damaged")


def read_markdown(data: bytes, losses: Losses) -> tuple[str, str]:
    """Title and text of Markdown, which stays as it was written; what our checker does not take is named."""
    text = decoded(data).expandtabs(4)
    title = ""
    if front := _FRONT.match(text):
        title = _front_title(front["fence"], front["lines"])
        losses.add("front matter", front["lines"])
        text = text[front.end() :]
    if first := _TITLE.match(text):
        title = title or first["title"]
        text = text[first.end() :]
    for fault in parse(text).faults[:_MOST_FAULTS]:
        losses.add("fault", f"{fault.line + 1}: {fault.what}")
    return without_marks(" ".join(title.split())), text.strip() + "\n"


_MOST_FAULTS = 40


def _front_title(fence: str, lines: str) -> str:
    if fence == "---":
        found = _YAML_TITLE.search(lines)
        return found[1] if found else ""
    try:
        title = tomllib.loads(lines).get("title", "")
    except tomllib.TOMLDecodeError:
        return ""
    return title if isinstance(title, str) else ""


def is_markdown(text: str) -> bool:
    """Whether plain text is Markdown that its writer meant, and that our checker takes as it stands."""
    return bool(_UNMISTAKABLE.search(text)) and not parse(text).faults


def read_text(data: bytes, losses: Losses) -> Document:
    """The paragraphs, points and underlined headings of plain text."""
    return Document(list(_blocks(decoded(data).expandtabs(4).split("\n"))))


def _blocks(lines: list[str]) -> Iterator[Block]:
    group: list[str] = []
    for line in [*lines, ""]:
        if line.strip():
            group.append(line.rstrip())
        elif group:
            yield from _group(group)
            group = []


def _group(lines: list[str]) -> Iterator[Block]:
    """Lines without an empty one between them."""
    if len(lines) == 1 and _RULE.fullmatch(lines[0]):
        yield Paragraph([], Kind.RULE)
        return
    if len(lines) > 1 and _UNDERLINE.fullmatch(lines[1]) and not _POINT.match(lines[0]):
        level = 1 if lines[1].startswith("=") else 2
        yield Paragraph([Words(lines[0].strip())], Kind.HEADING, level)
        lines = lines[2:]
    begins = [at for at, line in enumerate(lines) if _POINT.match(line)]
    before = lines[: begins[0]] if begins else lines
    if before:
        yield Paragraph(_pieces(before))
    for at, start in enumerate(begins):
        end = begins[at + 1] if at + 1 < len(begins) else len(lines)
        yield _point(lines[start:end])


def _point(lines: list[str]) -> Paragraph:
    mark = _POINT.match(lines[0])
    assert mark
    number = int(mark["number"]) if mark["number"] else None
    depth = min(len(mark["indent"]) // 2, 3)
    words = " ".join(line.strip() for line in (lines[0][mark.end() :], *lines[1:]))
    return Paragraph([Words(words)], point=Point(depth, number))


def _pieces(lines: list[str]) -> list[Piece]:
    """The lines as one, where they were only wrapped; short ones stay lines, as of an address or a poem."""
    pieces: list[Piece] = []
    longest = max(map(len, lines))
    for at, line in enumerate(lines):
        if at:
            full = len(lines[at - 1]) + 1 + len(line.split()[0]) > longest or len(lines[at - 1]) >= longest * 0.8
            pieces.append(Words(" ") if longest >= _WRAPPED and full else LineBreak())
        pieces.append(Words(line.strip()))
    return pieces
