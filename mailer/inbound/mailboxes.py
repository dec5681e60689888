"""Address fields (RFC 5322 3.4). From is read strictly, because it says who wrote; in others a token is looked for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from mailer.errors import Malformed
from mailer.inbound.encoded_words import ENCODED_WORD, decode_words
from mailer.inbound.limits import COMMENT_DEPTH, FROM_CHARACTERS
from mailer.message import Address
from mailer.phrases import phrase

_PLAIN = re.compile(r'[^\s",:;<>()]+')
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*+)"', re.DOTALL)
_ANGLE = re.compile(r"<([^<>]*)>")
_COMMENT_END = re.compile(r"[()\\]")
_SEPARATORS = re.compile(r'[\s,;:<>()"]+')


@dataclass(frozen=True, slots=True)
class _Lexeme:
    kind: str
    """One of ``word``, ``quoted``, ``comment``, ``angle`` or the character itself."""
    text: str


def read_sender(fields: list[str]) -> tuple[Address | None, str]:
    """The one mailbox of the one From field, or None and why there is none (A3, A4).

    Raises Malformed if the display name hides a line break (C1) or comments are nested beyond the limit (C3).
    """
    if any(len(field) > FROM_CHARACTERS for field in fields):
        return None, "its From is too long"
    if any("\r" in decode_words(field) or "\n" in decode_words(field) for field in fields):
        raise Malformed(phrase("its From hides a line break"))
    if len(fields) != 1:
        return None, "it has no From" if not fields else f"it has {len(fields)} From fields"
    try:
        mailboxes = list(_mailboxes(fields[0]))
        if len(mailboxes) != 1:
            return None, f"its From names {len(mailboxes)} mailboxes"
        name, spec = mailboxes[0]
        address = Address.parse(spec, decode_words(name))
    except ValueError as fault:
        return None, f"its From cannot be read: {fault}"
    return address, ""


def addr_specs(field: str) -> list[str]:
    """Everything in an address field that has the shape of an addr-spec, in order."""
    return [word for word in _SEPARATORS.split(field) if "@" in word[1:-1]]


def _mailboxes(field: str) -> Iterator[tuple[str, str]]:
    """Display name and addr-spec of each mailbox. Raises ValueError for anything else, groups included."""
    group: list[_Lexeme] = []
    for lexeme in _lexemes(field):
        if lexeme.kind == ",":
            yield _mailbox(group)
            group = []
        elif lexeme.kind in ":;<>":
            raise ValueError(f"“{lexeme.kind}” is where it does not belong")
        else:
            group.append(lexeme)
    yield _mailbox(group)


def _mailbox(group: list[_Lexeme]) -> tuple[str, str]:
    comments = [lexeme.text for lexeme in group if lexeme.kind == "comment"]
    words = [lexeme for lexeme in group if lexeme.kind != "comment"]
    if len(words) == 1 and words[0].kind == "word":
        return " ".join(comments), words[0].text
    *phrase, last = words or [_Lexeme("word", "")]
    if last.kind != "angle" or any(lexeme.kind == "angle" for lexeme in phrase):
        raise ValueError("it is not one name and one address in angle brackets")
    spec = last.text.strip()
    if any(lexeme.kind == "word" and "@" in lexeme.text and lexeme.text != spec for lexeme in phrase):
        raise ValueError("it shows two addresses")
    return " ".join(lexeme.text for lexeme in phrase), spec


def _lexemes(field: str) -> Iterator[_Lexeme]:
    place = 0
    while place < len(field):
        character = field[place]
        if character.isspace():
            place += 1
        elif character == "(":
            end = _comment_end(field, place)
            yield _Lexeme("comment", field[place + 1 : end - 1])
            place = end
        elif found := ENCODED_WORD.match(field, place):
            yield _Lexeme("quoted", found[0])
            place = found.end()
        elif found := _QUOTED.match(field, place):
            yield _Lexeme("quoted", re.sub(r"\\(.)", r"\1", found[1], flags=re.DOTALL))
            place = found.end()
        elif found := _ANGLE.match(field, place):
            yield _Lexeme("angle", found[1])
            place = found.end()
        elif found := _PLAIN.match(field, place):
            yield _Lexeme("word", found[0])
            place = found.end()
        elif character in ",:;<>":
            yield _Lexeme(character, character)
            place += 1
        else:
            raise ValueError(f"“{character}” is not closed, or not opened")


def _comment_end(field: str, start: int) -> int:
    """The place after the comment that begins at ``start``. Raises ValueError if it does not end."""
    depth, place = 1, start + 1
    while found := _COMMENT_END.search(field, place):
        place = found.end()
        if found[0] == "\\":
            place += 1
        else:
            depth += 1 if found[0] == "(" else -1
        if depth > COMMENT_DEPTH:
            raise Malformed(phrase("its From has comments nested too deeply"))
        if depth == 0:
            return place
    raise ValueError("a “(” is not closed")
