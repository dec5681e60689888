"""HTML in a form whose cost is known: libxml2's time grows with the square of an element's attributes (C11).

The tags are found as the standard's tokenizer finds them (HTML 13.2.5), in time that is linear in the text. Comments
go, and so do all attributes but the few that decide what a reader sees.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from html import escape

KEPT = frozenset(("class", "hidden", "id", "name", "style"))
_HARMLESS = ("data-", "aria-", "xmlns")
"""How attributes begin that show nothing and hide nothing, unless a style sheet asks for them."""
_NAME = re.compile(r"[a-z][a-z0-9:-]{0,40}")
_SEEN_RAW = {"xmp": "pre", "plaintext": "pre"}
"""What the old elements are whose text is seen as it is written."""

_OPENING = re.compile(r"<(?=[a-zA-Z!?]|/.)", re.DOTALL)
_TAG_BEGINS = re.compile(r"</?[a-zA-Z]")
_TAG = re.compile(
    r"""
    <(/?)([a-zA-Z][^\s/>]*+)
    (
      (?: [\s/]*+ [^\s/>][^\s/>=]*+
          (?: \s*+ = \s*+ (?: "[^"]*+(?:"|\Z) | '[^']*+(?:'|\Z) | [^\s>"'][^\s>]*+ | (?=>) ) )?+
      )*+
    )
    [\s/]*+ >
    """,
    re.VERBOSE,
)
_ATTRIBUTE = re.compile(
    r"""[\s/]*+ ([^\s/>][^\s/>=]*+) (?: \s*+ = \s*+ ( "[^"]*+" | '[^']*+' | [^\s>"'][^\s>]*+ )?+ )?+""", re.VERBOSE
)
_COMMENT = re.compile(r"<!--(?:-?>|.*?(?:--!?>|\Z))", re.DOTALL)
_BOGUS_COMMENT = re.compile(r"<[/!?][^>]*+(?:>|\Z)")
_RAW = {
    name: re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE)
    for name in ("iframe", "noembed", "noframes", "script", "style", "textarea", "title", "xmp")
}
"""Elements whose content is text, whatever it looks like, and where it ends."""


@lru_cache(maxsize=1)  # both readings of a mail ask for it
def plain_tags(markup: str, kept: frozenset[str] = KEPT, others: str = "") -> str:
    """``markup`` with the same text and structure, without comments and with few attributes.

    ``others`` is an attribute that stands for all that are not ``kept``, if one is wanted.
    """
    return "".join(_pieces(markup, kept, others))


def _pieces(markup: str, kept: frozenset[str], others: str) -> Iterator[str]:
    place = 0
    while found := _OPENING.search(markup, place):
        yield markup[place : found.start()].replace("<", "&lt;")
        place = found.start()
        tag = _TAG.match(markup, place)
        if tag is None and not _TAG_BEGINS.match(markup, place):
            comment = _COMMENT.match(markup, place) or _BOGUS_COMMENT.match(markup, place)
            place = comment.end() if comment else len(markup)
            continue
        if tag is None:  # it does not end
            return
        place = tag.end()
        name = tag[2].lower()
        yield _rewritten(tag[1], name, tag[3], kept, others)
        if not tag[1] and name in _RAW:
            end = _RAW[name].search(markup, place)
            text = markup[place : end.start() if end else len(markup)]
            yield _raw(name, text)
            place += len(text)
        elif not tag[1] and name == "plaintext":
            yield escape(markup[place:])
            return
    yield markup[place:].replace("<", "&lt;")


def _rewritten(slash: str, name: str, attributes: str, wanted: frozenset[str], others: str) -> str:
    known = _SEEN_RAW.get(name) or (name if _NAME.fullmatch(name) else "span")
    if slash or not attributes:
        return f"<{slash}{known}>"
    kept: dict[str, str] = {}
    for attribute in _ATTRIBUTE.finditer(attributes):
        key = attribute[1].lower()
        if key in wanted:
            kept.setdefault(key, _quoted(attribute[2] or ""))
        elif others and not key.startswith(_HARMLESS):
            kept.setdefault(others, '""')
    return f"<{' '.join((known, *(f'{key}={value}' for key, value in kept.items())))}>"


def _quoted(value: str) -> str:
    """The value in double quotes; its character references stay."""
    bare = value[1:-1] if value[:1] in ("'", '"') else value
    return '"' + bare.replace('"', "&quot;").replace("<", "&lt;").replace(">", "&gt;") + '"'


def _raw(name: str, text: str) -> str:
    """What counts of the content of an element that holds only text: a style sheet's, and what a reader sees."""
    if name == "style":
        return text.replace("<", " ")
    return escape(text) if name in _SEEN_RAW else ""
