"""Finds bare URLs and mail addresses in Markdown, so that they are links without any mark around them."""

from __future__ import annotations

import re
from typing import NamedTuple

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline

MAX_LENGTH = 2_000
"""Characters of an address."""

CJK = "\u3000-\u30ff\u3400-\u9fff\uac00-\ud7af\uff00-\uffef"
"""Chinese, Japanese and Korean, whose words have no spaces between them; for a set in a regular expression."""
_LETTER = "A-Za-z0-9\u00c0-\u024f\u0370-\u06ff\u0900-\u0fff\u10a0-\u10ff"
_URL = re.compile(rf"[^\s<>\[\]\"`“”„«»‘’،؛؟|{CJK}]{{1,{MAX_LENGTH}}}")
_BEGINNING = re.compile(rf"(?:https?://|www\.)[{_LETTER}]", re.IGNORECASE)
_DOMAIN = re.compile(rf"@((?:[{_LETTER}][{_LETTER}-]{{0,62}}\.){{1,8}}[{_LETTER}]{{2,62}})(?![{_LETTER}-])")
_LOCAL = re.compile(r"(?:mailto:)?[A-Za-z0-9][A-Za-z0-9.+_-]{0,63}$")
_IN_LOCAL = re.compile(r"[A-Za-z0-9.+_-]{1,63}@[A-Za-z0-9]")
_BEFORE = re.compile(rf"[^\w@/.'’-]|[{CJK}]")
"""What may stand before an address."""
_ENDS = "?!.,:;*_~'"
"""What belongs to the sentence around an address, at its end."""


class _Found(NamedTuple):
    back: int
    """How many characters of it were read as text already."""
    text: str
    href: str


def link_addresses(parser: MarkdownIt) -> None:
    """Add the rule to a parser."""
    parser.inline.add_terminator_char("w")
    parser.inline.ruler.before("emphasis", "address", _address)


def _address(state: StateInline, silent: bool) -> bool:
    sign = state.src[state.pos]
    if sign == "_" and _is_in_local_part(state):
        if not silent:
            state.pending += sign
        state.pos += 1
        return True
    if sign not in ":@w" or silent or state.linkLevel > 0:
        return False
    found = _mail(state) if sign == "@" else _web(state, "www." if sign == "w" else "")
    if found is None or len(found.text) > MAX_LENGTH:
        return False
    if found.back:
        state.pending = state.pending[: -found.back]
    opening = state.push("link_open", "a", 1)
    opening.attrs = {"href": state.md.normalizeLink(found.href)}
    state.push("text", "", 0).content = found.text
    closing = state.push("link_close", "a", -1)
    opening.markup = closing.markup = "autolink"
    opening.info = closing.info = "auto"
    state.pos += len(found.text) - found.back
    return True


def _is_in_local_part(state: StateInline) -> bool:
    """Whether a _ is part of a mail address such as first_last@example.org, and stresses nothing."""
    before = state.pending[-1:]
    return before.isascii() and (before.isalnum() or before in ".+-_") and bool(_IN_LOCAL.match(state.src, state.pos))


def _web(state: StateInline, start: str) -> _Found | None:
    """A URL at its colon, or at its ``www.``."""
    back = 0
    if start:
        if not state.src.startswith(start, state.pos, state.posMax):
            return None
    else:
        back = next((len(scheme) for scheme in ("https", "http") if state.pending[-5:].lower().endswith(scheme)), 0)
        if not back or not state.src.startswith("://", state.pos, state.posMax):
            return None
    if not _may_begin(state, back):
        return None
    rest = _URL.match(state.src, state.pos, state.posMax)
    text = _trimmed(state.pending[len(state.pending) - back :] + (rest[0] if rest else ""))
    if not _BEGINNING.match(text):
        return None
    return _Found(back, text, f"http://{text}" if start else text)


def _mail(state: StateInline) -> _Found | None:
    local = _LOCAL.search(state.pending[-80:])
    domain = _DOMAIN.match(state.src, state.pos, state.posMax)
    if local is None or domain is None or not _may_begin(state, len(local[0])):
        return None
    text = f"{local[0]}@{domain[1]}"
    return _Found(len(local[0]), text, text if text.startswith("mailto:") else f"mailto:{text}")


def _may_begin(state: StateInline, back: int) -> bool:
    before = state.src[state.pos - back - 1 : state.pos - back]
    return not before or bool(_BEFORE.match(before))


def _trimmed(text: str) -> str:
    """Without the punctuation of the sentence, and without a bracket that was opened before the address."""
    while text:
        if text[-1] in _ENDS or (text[-1] == ")" and text.count(")") > text.count("(")):
            text = text[:-1]
        else:
            break
    return text
