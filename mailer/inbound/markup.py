"""The text that a reader of an HTML mail sees, as lines, in which those of a quotation begin with ``>``.

So the same rules of quoting apply to HTML and to plain text. All that may be seen is text; ``vote_markup.py`` is
stricter (A20). Layout is ignored: a block is a line, and nothing that the mail asks for, such as a column span or
padding, costs memory.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby, islice

from lxml import etree, html

from mailer.inbound.tags import plain_tags
from mailer.inbound.words.quotations import FORWARDS
from mailer.phrases import Phrase, phrase

_ELEMENTS = 25_000
"""HTML with more elements than these is not read (C7), nor is HTML with so many tags that it might have them."""
_SPACE = re.compile(r"[ \t\r\n\v\f]+")
_EDGE = "\v"
"""Where a block begins or ends; several in a row are one end of line."""
_EDGES = re.compile(r"[\v ]*\v[\v ]*")
BLOCKS = (
    *("address", "article", "aside", "blockquote", "body", "center", "dd", "div", "dl", "dt", "fieldset"),
    *("figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li"),
    *("main", "nav", "ol", "p", "pre", "section", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul"),
)
_SIGNATURE = f"{_EDGE}--{_EDGE}"
_LINE_ENDS = {"br": "\n", **dict.fromkeys(BLOCKS, _EDGE)}
_UNSEEN = frozenset(
    (
        *("audio", "button", "canvas", "datalist", "embed", "head", "iframe", "input", "map", "math", "noembed"),
        *("noframes", "noscript", "object", "option", "script", "select", "style", "svg", "template", "textarea"),
        *("title", "video"),
    )
)
SIGNATURES = frozenset(
    (
        *("gmail_signature", "applemailsignature", "signature", "moz-signature", "ms-outlook-mobile-signature"),
        *("protonmail_signature_block", "yahoo-signature", "tutanota_signature", "mobile-signature"),
    )
)
QUOTES = frozenset(
    (
        *("gmail_quote", "gmail_quote_container", "gmail_attr", "moz-cite-prefix", "moz-forward-container"),
        *("yahoo_quoted", "protonmail_quote", "tutanota_quote", "messagereplysection"),
        *("ms-outlook-ios-reference-expand", "mail-quote", "zmail_extra"),
    )
)
_FORWARDED = frozenset(("moz-forward-container",))
QUOTED_FROM_HERE = frozenset(
    (
        *("appendonsend", "divrplyfwdmsg", "outlookmessageheader", "olk_src_body_section"),
        *("mail-editor-reference-message-container", "isreplycontent", "replysplit", "zwchr", "originalmessage"),
    )
)
"""Classes, ids and names, in lower case, by which clients mark their own additions."""

OUTLOOK_RULE = re.compile(r"border:none;border-top:solid#(?:e1e1e1|b5c4df)")
_FORWARD = re.compile("|".join(map(re.escape, FORWARDS)))
_FORWARD_WITHIN, _FORWARD_NODES = 200, 30
"""How many characters, and how many pieces of text, of a quotation are searched for words that introduce a forward."""
_HIDING = re.compile(
    r"display:none|visibility:hidden|mso-hide:all|opacity:0(?![.\d]*[1-9])|font-size:0(?![.\d]*[1-9])|max-height:0(?!\d)"
    r"|(?:left|top|text-indent):-\d{3}|color:transparent"
)
_CONDITIONAL = re.compile(r"@[^{};]*+\{(?:[^{}]*+\{[^{}]*+\})*+[^{}]*+\}")
"""A block of rules in a style sheet that hold only for some screens or for print."""
_TAG = re.compile(r"<[^<>]*+>?")
_BLOCKS = 200
"""Blocks of rules in a style sheet that is read for people; one with more hides nothing from them."""
_SHEETS = 150_000
"""Characters of style sheets that are read."""
_SELECTOR = re.compile(r"\s*[a-z]*([.#][\w-]+)\s*")


class Unreadable(ValueError):
    """The HTML cannot be parsed, or is beyond the limits."""

    def __init__(self, reason: Phrase) -> None:
        self.reason = reason
        super().__init__(reason)


def visible_text(markup: str) -> str:
    """The lines that a reader sees, with LF line ends (A20). Raises Unreadable."""
    root = parse_markup(plain_tags(markup))
    return "\n".join(_lines(root)) if root is not None else ""


def parse_markup(plain: str) -> html.HtmlElement | None:
    """The document of what ``plain_tags`` returns; None if it is empty. Raises Unreadable."""
    if plain.count("<") > 2 * _ELEMENTS:
        raise Unreadable(phrase("its HTML has too many elements"))
    parser = html.HTMLParser(encoding="utf-8", huge_tree=True)
    try:
        root = html.document_fromstring(plain.replace("\0", "\ufffd").encode(), parser=parser)
    except etree.ParserError:
        return None
    except (etree.LxmlError, ValueError) as fault:
        raise Unreadable(phrase("its HTML cannot be read")) from fault
    if any(entry.level_name == "FATAL" for entry in parser.error_log):
        raise Unreadable(phrase("its HTML is nested too deeply"))
    if sum(1 for _ in root.iter()) > _ELEMENTS:
        raise Unreadable(phrase("its HTML has too many elements"))
    return root


def crude_text(markup: str) -> str:
    """The text between the tags of HTML that ``visible_text`` does not read: for a person, never for a decision."""
    return "\n".join(line.strip() for line in _TAG.sub("\n", markup).split("\n") if line.strip())


def _lines(root: html.HtmlElement) -> Iterator[str]:
    hidden = _hidden_names(root)
    for depth, pieces in groupby(_pieces(root, hidden), key=lambda piece: piece[0]):
        text = _EDGES.sub("\n", "".join(piece for _, piece in pieces))
        if not depth:
            yield from (line.strip(" ") for line in text.split("\n"))
        elif text.strip():
            yield from (f"{'> ' * depth}{line.strip(' ')}" for line in text.strip("\n").split("\n"))


def _pieces(root: html.HtmlElement, hidden: frozenset[str]) -> Iterator[tuple[int, str]]:
    """The text in pieces, each with the depth of the quotation that it stands in."""
    walk = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
    kept = depth = 0
    """How many elements that keep their white space are open, and how many quotations."""
    quotations: list[html.HtmlElement] = []
    for event, element in walk:
        if event == "start":
            names = _names(element)
            if not depth and (names & QUOTED_FROM_HERE or OUTLOOK_RULE.search(_style(element))):
                depth = 1
            elif _is_quotation(element, names):
                quotations.append(element)
                depth += 1
            kept += _keeps_space(element)
            if _is_unseen(element, hidden):
                walk.skip_subtree()
            else:
                if names & SIGNATURES and not depth:
                    yield depth, _SIGNATURE
                yield depth, _LINE_ENDS.get(element.tag, "")
                yield depth, _spaced(element.text, kept)
            continue
        if event == "end":
            kept -= _keeps_space(element)
            yield depth, _LINE_ENDS.get(element.tag, "") if element.tag != "br" else ""
            if quotations and quotations[-1] is element:
                quotations.pop()
                depth -= 1
        yield depth, _spaced(element.tail, kept)


def _is_quotation(element: html.HtmlElement, names: set[str]) -> bool:
    """Whether the element is a quotation; a mail that is passed on is none."""
    if element.tag == "blockquote":
        return True
    if not names & QUOTES:
        return False
    return not (names & _FORWARDED or _introduces_forward(element))


def _introduces_forward(element: html.HtmlElement) -> bool:
    beginning = " ".join(islice(element.itertext(), _FORWARD_NODES))[:_FORWARD_WITHIN]
    return _FORWARD.search(" ".join(beginning.lower().split())) is not None


def _spaced(text: str | None, kept: int) -> str:
    """``text`` with its white space as a reader sees it: collapsed, unless an element keeps it."""
    if kept:
        return (text or "").replace("\v", " ")
    return _SPACE.sub(" ", text or "")


def _style(element: html.HtmlElement) -> str:
    return "".join((element.get("style") or "").lower().split())


def _keeps_space(element: html.HtmlElement) -> bool:
    return element.tag == "pre" or "white-space:pre" in _style(element)


def _names(element: html.HtmlElement) -> set[str]:
    """The element's classes, id and name; Outlook puts ``x_`` before those of a mail that it quotes."""
    written = f"{element.get('class') or ''} {element.get('id') or ''} {element.get('name') or ''}"
    return {name.removeprefix("x_") for name in written.lower().split()}


def _is_unseen(element: html.HtmlElement, hidden: frozenset[str]) -> bool:
    """Whether a reader does not see the element. White text may stand on a dark ground."""
    style = _style(element)
    return (
        element.tag in _UNSEEN
        or element.get("hidden") is not None
        or _HIDING.search(style) is not None
        or any(f".{name}" in hidden for name in (element.get("class") or "").lower().split())
        or f"#{(element.get('id') or '').lower()}" in hidden
    )


def _hidden_names(root: html.HtmlElement) -> frozenset[str]:
    """Simple selectors whose rules in a style sheet hide something on all screens: ``.class`` and ``#id``."""
    found: set[str] = set()
    room = _SHEETS
    for sheet in root.iter("style"):
        rules = (sheet.text or "")[:room].lower()
        room -= len(rules)
        if rules.count("@") > _BLOCKS:
            continue
        for rule in _CONDITIONAL.sub("", rules).split("}"):
            *_, selectors, declarations = ("", *rule.split("{")) if "{" in rule else ("", "", "")
            if _HIDING.search("".join(declarations.split())):
                found.update(match[1] for part in selectors.split(",") if (match := _SELECTOR.fullmatch(part)))
    return frozenset(found)
