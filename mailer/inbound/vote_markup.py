"""The lines of an HTML mail as a vote is read from them: each with whether a reader sees it for certain (A20).

``markup.py`` reads the same HTML for people, who rather see too much. Here whatever is not known to show plain text
may hide it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import NamedTuple

from lxml import etree, html

from mailer.inbound.colours import read_colour
from mailer.inbound.markup import (
    BLOCKS,
    OUTLOOK_RULE,
    QUOTED_FROM_HERE,
    QUOTES,
    SIGNATURES,
    Unreadable,
    parse_markup,
)
from mailer.inbound.styles import Look, Seen, Sheet, declarations, read_sheet, styled
from mailer.inbound.tags import plain_tags
from mailer.inbound.words.phrases import phrases
from mailer.phrases import phrase


class Line(NamedTuple):
    """A line of a mail; a quoted one begins with ``>``."""

    text: str
    seen: Seen = Seen.YES


_SHOWN = frozenset(
    (
        *BLOCKS,
        *phrases(
            """
            a | abbr | acronym | b | big | br | caption | cite | code | col | colgroup | dfn | em | font | html | i
            img | ins | kbd | label | mark | nobr | o:p | samp | small | span | strong | sup | time | tt | u | var | wbr
            """
        ),
    )
)
"""Elements that show their text as it is."""

_HIDDEN = frozenset(
    phrases(
        """
        base | datalist | embed | head | input | link | map | meta | param | script | source | style | template
        textarea | title | track
        """
    )
)
"""Elements that never show text. What others do is not certain: some strike or fold it, some show another's."""

_KNOWN = frozenset(
    phrases(
        """
        align | alink | alt | axis | bgcolor | border | cellpadding | cellspacing | char | cite | class | clear | color
        cols | colspan | compact | content | dir | face | headers | height | hidden | href | hreflang | hspace
        http-equiv | id | lang | language | link | media | name | noshade | nowrap | rel | role | rowspan | rules
        scope | size | spellcheck | src | start | style | summary | tabindex | target | text | title | type
        valign | value | vlink
        vspace | width | xml:lang
        """
    )
)
_OTHERS = "others"
"""The attribute that stands for all that are not known."""

_BLOCK_DISPLAYS = frozenset(("block", "list-item", "flow-root", "table", "table-row", "table-cell", "table-row-group"))
_SPACE = re.compile(r"[ \t\r\n\v\f]+")
_CONDITIONAL = re.compile(r"<!--\[if[^\]<>]{0,200}\]>((?:(?!<!\[endif\]).)*)", re.IGNORECASE | re.DOTALL)
_MARKED_UP = re.compile(r"<(xml|style)\b.*?</\1\s*>|<[^>]*>", re.IGNORECASE | re.DOTALL)
_MOST_CONDITIONALS = 200
_MOST_LOOKED_AT = 3_000
"""Elements outside quotations: a reply has some hundred at most (C7)."""
_MOST_ELEMENTS, _MOST_ATTRIBUTES = 12_000, 40_000
"""Elements and attributes of the whole HTML, our own request included as programs quote it."""
_LARGEST, _LONGEST = 1_000_000, 4_000
"""Characters of HTML, and of one attribute's value, that are looked at."""
_MOST_RULES = 30
"""Rules of style sheets that may apply to one element."""


class VoteMarkup:
    """The HTML of a mail, as a vote is read from it. Raises markup.Unreadable when it is made, and when it is read."""

    def __init__(self, markup: str) -> None:
        if len(markup) > _LARGEST or markup.count("=") > _MOST_ATTRIBUTES:
            raise Unreadable(phrase("its HTML is too large"))
        if markup.count("<") > 2 * _MOST_ELEMENTS:
            raise Unreadable(phrase("its HTML has too many elements"))
        self._root = parse_markup(plain_tags(markup, _KNOWN, _OTHERS))
        self._sheet = Sheet()
        if self._root is not None:
            self._sheet = read_sheet("\n".join(found.text or "" for found in self._root.iter("style")))
            linked = any("stylesheet" in (found.get("rel") or "").lower() for found in self._root.iter("link"))
            self._sheet.is_strange |= linked or _has_conditional_text(markup)

    def lines(self, *, pale: bool) -> list[Line]:
        """The lines of the mail that are not certainly hidden.

        ``pale`` is whether text counts as seen in a colour that cannot be read on white: dark clients write such,
        without their background.
        """
        return [] if self._root is None else list(_Reader(self._sheet, pale).read(self._root))


def _has_conditional_text(markup: str) -> bool:
    """Whether some programs show text that others do not."""
    found = islice(_CONDITIONAL.finditer(markup), _MOST_CONDITIONALS)
    return any(_MARKED_UP.sub("", one[1]).strip() for one in found)


@dataclass
class _Reader:
    """Walks through the elements and collects lines."""

    sheet: Sheet
    pale: bool
    text: list[str] = field(default_factory=list)
    seen: Seen = Seen.YES
    quoting: int = 0
    """How many elements that are quotations are open."""
    looked_at: int = 0
    """How many elements outside quotations were begun."""
    kept: int = 0
    """How many elements that keep their white space are open."""
    known: dict[tuple[str, ...], tuple[Look, Look]] = field(default_factory=dict)

    def read(self, root: html.HtmlElement) -> Iterator[Line]:
        looks = [Look(Seen.UNSURE if self.sheet.is_strange else Seen.YES)]
        walk = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
        for event, element in walk:
            if event == "start":
                names = _names(element)
                if not self.quoting and (names & QUOTED_FROM_HERE or OUTLOOK_RULE.search(_compact(element))):
                    yield from self.end_line()
                    self.quoting += 1_000_000
                self.quoting += _quotes(element, names)
                self.looked_at += not self.quoting
                if self.looked_at > _MOST_LOOKED_AT:
                    raise Unreadable(phrase("its HTML has too many elements"))
                look = looks[-1] if self.quoting else self.look_of(element, looks[-1])
                if not self.quoting and (look.seen is Seen.NO or names & SIGNATURES):
                    yield from self.edge(element, look)
                    walk.skip_subtree()
                    looks.append(look)
                    continue
                yield from self.edge(element, look)
                looks.append(look)
                self.kept += _keeps_space(element)
                if element.tag not in _HIDDEN:
                    yield from self.add(element.text, look)
            elif event == "end":
                look = looks.pop()
                if look.seen is not Seen.NO and not _names(element) & SIGNATURES:
                    self.kept = max(self.kept - _keeps_space(element), 0)
                if element.tag != "br":
                    yield from self.edge(element, look)
                self.quoting -= _quotes(element, _names(element))
                yield from self.add(element.tail, looks[-1])
            else:
                yield from self.add(element.tail, looks[-1])
        yield from self.end_line()

    def look_of(self, element: html.HtmlElement, outer: Look) -> Look:
        """The look of the element's text; with ``seen`` NO if it is certainly hidden."""
        if any(len(value) > _LONGEST for value in element.attrib.values()):
            return outer.at_least(Seen.UNSURE)
        names = frozenset(f".{name}" for name in (element.get("class") or "").lower().split())
        if element.get("id"):
            names |= {f"#{element.get('id').strip().lower()}"}
        style = declarations(element.get("style") or "")
        look = _attributes(element, outer)
        sheets = list(islice(self.sheet.matching(element.tag, names), _MOST_RULES + 1))
        if len(sheets) > _MOST_RULES:
            look, sheets = look.at_least(Seen.UNSURE), []
        for rule in sheets:
            look = styled(look, rule)
        look = styled(look, style) if style is not None else look.at_least(Seen.UNSURE)
        if element.tag in _HIDDEN:
            return replace(look, seen=Seen.NO)
        if element.tag not in _SHOWN:
            look = look.at_least(Seen.UNSURE)
        own = dict(style or ())
        certain = _is_hidden(element, own) or (not style and any(_is_hidden(None, dict(rule)) for rule in sheets))
        if certain and not (self.sheet.is_strange or ("display" in own and own["display"] != "none")):
            return replace(look, seen=Seen.NO)
        return replace(look, seen=min(look.seen, Seen.UNSURE))

    def edge(self, element: html.HtmlElement, look: Look) -> Iterator[Line]:
        """What an element does to the line that it begins or ends in."""
        style = "" if self.quoting else (element.get("style") or "")[:_LONGEST]
        display = dict(declarations(style) or ()).get("display", "")
        if element.tag == "br" or element.tag in BLOCKS:
            if look.seen is Seen.NO:  # it takes no room, so the line goes on
                return
            if display not in ("", *_BLOCK_DISPLAYS, "initial"):
                self.seen = max(self.seen, Seen.UNSURE)
            elif element.tag == "br":
                yield from self.end_line(is_blank_kept=True)
            else:
                yield from self.end_line()
        elif display in _BLOCK_DISPLAYS:
            yield from self.end_line()

    def add(self, text: str | None, look: Look) -> Iterator[Line]:
        if not text:
            return
        if not self.kept:
            self._append(_SPACE.sub(" ", text), look)
            return
        first, *others = text.replace("\v", " ").replace("\r\n", "\n").replace("\r", "\n").split("\n")
        self._append(first, look)
        for line in others:
            yield from self.end_line(is_blank_kept=True)
            self._append(line, look)

    def _append(self, text: str, look: Look) -> None:
        seen = look.of_text
        if text.strip():
            if seen is Seen.PALE:
                if not self.pale and not self.quoting:
                    return
                seen = Seen.YES
            self.seen = max(self.seen, seen)
        self.text.append(text)

    def end_line(self, *, is_blank_kept: bool = False) -> Iterator[Line]:
        text = "".join(self.text).strip(" ")
        if text or is_blank_kept:
            yield Line(f"> {text}" if self.quoting else text, self.seen)
        self.text.clear()
        self.seen = Seen.YES


def _quotes(element: html.HtmlElement, names: set[str]) -> int:
    return int(element.tag == "blockquote" or bool(names & QUOTES))


def _names(element: html.HtmlElement) -> set[str]:
    """The element's classes, id and name; Outlook puts ``x_`` before those of a mail that it quotes."""
    written = " ".join((element.get(name) or "")[:_LONGEST] for name in ("class", "id", "name"))
    return {name.removeprefix("x_") for name in written.lower().split()}


def _compact(element: html.HtmlElement) -> str:
    return "".join((element.get("style") or "")[:_LONGEST].lower().split())


def _keeps_space(element: html.HtmlElement) -> bool:
    return element.tag == "pre" or "white-space:pre" in _compact(element)


def _attributes(element: html.HtmlElement, look: Look) -> Look:
    """The look with the presentational attributes of the element."""
    if element.get(_OTHERS) is not None:
        look = look.at_least(Seen.UNSURE)
    if face := element.get("face"):
        look = styled(look, [("font-family", face.lower())])
    for name in ("width", "height"):
        value = (element.get(name) or "").strip()
        if element.tag != "img" and value.isascii() and value.isdigit() and int(value[:6]) < 10:
            look = look.at_least(Seen.UNSURE)
    text = element.get("color") or (element.get("text") if element.tag == "body" else None)
    for name, value in (("color", text), ("background-color", element.get("bgcolor"))):
        if value:
            known = read_colour(value.strip().lower()) is not None
            look = styled(look, [(name, value.strip().lower())]) if known else look.at_least(Seen.UNSURE)
    return look


def _is_hidden(element: html.HtmlElement | None, style: dict[str, str]) -> bool:
    """Whether an element is certainly not shown."""
    if element is not None and element.get("hidden") is not None:
        return "display" not in style
    away = style.get("position") in ("absolute", "fixed") and any(
        re.fullmatch(r"-\d{3,5}(?:px|pt|em)", style.get(side, "")) for side in ("left", "top")
    )
    flat = style.get("max-height") in ("0", "0px") and style.get("overflow") == "hidden"
    return away or flat or any(_is_nothing(name, value) for name, value in style.items())


def _is_nothing(name: str, value: str) -> bool:
    return styled(Look(), [(name, value)]).seen is Seen.NO
