"""Shows drafts below a notice, in one HTML page, as their readers will get them.

A draft is a whole HTML document with styles of its own. Its body becomes a part of the notice's; its classes, ids and
style sheets get a prefix, so that neither changes how the other looks. What differs from an earlier draft is marked.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

from lxml import etree, html

from mailer.compose.changes import ADDED, REMOVED, mark
from mailer.model.changes import Changes
from mailer.model.notices import DraftEdition, Notice

_PLACE = "<!--draft {}-->"
"""Where the notice's template wants the draft with this number, from 1 on."""
_LEGEND = re.compile(rf'<(?:ins|del) class="({ADDED}|{REMOVED})"(?: style="([^"]*)")?>')
"""The words of the notice that explain the marks. They look as the marks do."""
_RULE = re.compile(r"([^{}]*)(\{[^{}]*\})")
_CLASS = re.compile(r"\.(?!draft-)([\w-]+)")
_TAG = re.compile(r"^(?:[a-z][a-z0-9]*|\*)?")
_MARKS = frozenset((ADDED, REMOVED))


def compare(
    drafts: Sequence[DraftEdition], earlier: Sequence[DraftEdition]
) -> tuple[list[DraftEdition], list[Changes]]:
    """The drafts with marks where they differ from earlier ones in the same language, and what differs."""
    before = {draft.language: draft for draft in earlier}
    marked, found = list(drafts), []
    for place, draft in enumerate(drafts):
        old = before.pop(draft.language, None)
        if old is None:
            found.append(Changes(draft.language, is_new=True))
        elif old.html and draft.html and old.html != draft.html:
            document = _document(draft.html)
            if changes := mark(_document(old.html), document):
                found.append(Changes(draft.language, changes))
                marked[place] = replace(draft, html=html.tostring(document, encoding="unicode"))
    return marked, found + [Changes(language, is_gone=True) for language in before]


def enclose(notice: Notice, drafts: Sequence[DraftEdition]) -> Notice:
    """The notice with the drafts at the places that its template has for them."""
    if notice.html is None:
        return notice
    looks = {name: style for name, style in _LEGEND.findall(notice.html) if style}
    page, sheets = _document(notice.html), dict[Sheets, str]()
    own = _sheets(page)
    _set_apart(page.body, "n", own, "", looks)
    whole: str = html.tostring(page, encoding="unicode", doctype="<!DOCTYPE html>")
    parts = [_part(_document(draft.html), draft.language, sheets, looks) if draft.html else "" for draft in drafts]
    for number in range(len(parts), 0, -1):  # the last first: what is in a draft is no place for one
        whole = whole.replace(_PLACE.format(number), parts[number - 1], 1)
    scoped = [_scoped(sheet, scope) for found, scope in ((own, "n"), *sheets.items()) for sheet in found]
    styles = "".join(f"<style>{sheet.strip()}</style>\n" for sheet in scoped)
    pictures = {picture.cid: picture for draft in drafts for picture in draft.pictures}
    return replace(notice, html=whole.replace("</head>", f"{styles}</head>", 1), pictures=tuple(pictures.values()))


Sheets: TypeAlias = tuple[str, ...]
"""The style sheets of a document. They stay apart, as a mail app may ignore a whole one for a rule it does not know."""


def _sheets(document: html.HtmlElement) -> Sheets:
    """The document's style sheets, which are taken out of it."""
    styles = list(document.iter("style"))
    texts = tuple(style.text or "" for style in styles)
    for style in styles:
        style.drop_tree()
    return texts


def _document(markup: str) -> html.HtmlElement:
    return html.document_fromstring(markup)


def _part(document: html.HtmlElement, language: str, sheets: dict[Sheets, str], looks: Mapping[str, str]) -> str:
    """The body of a draft as an element of another document. Drafts with the same style sheet share its prefix."""
    own = _sheets(document)
    scope = sheets.setdefault(own, f"d{len(sheets) + 1}")
    body = document.body
    _set_apart(body, scope, own, f"{language}-", looks)
    body.set("lang", document.get("lang") or language)
    body.set("dir", document.get("dir") or "auto")
    body.tag, body.tail = "div", None
    part: str = html.tostring(body, encoding="unicode")
    return part


def _set_apart(body: html.HtmlElement, scope: str, sheets: Sheets, prefix: str, looks: Mapping[str, str]) -> None:
    """Give the elements names that only their own style sheet knows, and marks their look."""
    tags = frozenset(tag for sheet in sheets for tag in _bare_tags(sheet))
    for element in body.iter(etree.Element):
        names = (element.get("class") or "").split()
        if mark := _MARKS.intersection(names):
            _give_look(element, looks.get(*mark), scope)
            continue
        scoped = [f"{scope}-{name}" for name in names] + [scope] * (element.tag in tags)
        if element is body:
            scoped.append(f"{scope}-body")
        if scoped:
            element.set("class", " ".join(scoped))
        if name := element.get("id"):
            element.set("id", f"{prefix}{name}")
        if (target := element.get("href") or "").startswith("#") and len(target) > 1:
            element.set("href", f"#{prefix}{target[1:]}")


def _give_look(mark: html.HtmlElement, style: str | None, scope: str) -> None:
    """The look that the notice explains; on the coloured band of a draft only the line through or below the words.

    What was removed makes a cell longer, so its lines may break then.
    """
    for outer in mark.iterancestors("td", "th"):
        outer.attrib.pop("nowrap", None)
    if any(f"{scope}-band" in (outer.get("class") or "").split() for outer in mark.iterancestors()):
        del mark.attrib["class"]
    elif style:
        mark.set("style", style)


def _scoped(sheet: str, scope: str) -> str:
    """The style sheet for elements of one draft alone. Which of two of its rules wins stays as it was."""

    def rule(found: re.Match[str]) -> str:
        return ", ".join(_own(selector, scope) for selector in found[1].split(",")) + found[2]

    return _RULE.sub(rule, sheet)


def _own(selector: str, scope: str) -> str:
    """A selector such as ``.prose td``. What names a class names it twice, so that it outranks one without."""
    *outer, last = selector.split() or [""]
    if last == "body":
        last = f".{scope}-body"
    elif "." not in last:
        last = _TAG.sub(rf"\g<0>.{scope}", last, count=1)
    else:
        outer, last = [*outer, last], ""
    return " ".join([*(_CLASS.sub(rf".{scope}-\1.{scope}-\1", one) for one in outer), last]).strip()


def _bare_tags(sheet: str) -> frozenset[str]:
    """The elements that a selector names without a class of theirs."""
    selectors = (selector.split() for rule in _RULE.finditer(sheet) for selector in rule[1].split(","))
    lasts = {selector[-1].partition(":")[0] for selector in selectors if selector}
    return frozenset(last for last in lasts if "." not in last) - {"body"}
