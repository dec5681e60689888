"""Single entries of the printed questions and answers, as they were granted: their own bytes, and nothing else's."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from lxml import html

from mailer.model.criteria import Printed
from mailer.model.notices import DraftEdition

_NUMBERED = re.compile(r"(\d+)\.? +\S")


def excerpt(printed: Printed, language: str, numbers: Sequence[int]) -> DraftEdition:
    """The entries with these numbers, in this order."""
    return DraftEdition(language, _text(printed.text, numbers), _html(printed.html, numbers))


def _text(text: str, numbers: Sequence[int]) -> str:
    """Of the text form; all of it if it has no such headings."""
    sections = dict(_sections(text.split("\n")))
    if not sections.keys() >= set(numbers):
        return text
    return "\n\n\n".join(sections[number] for number in numbers) + "\n"


def _sections(lines: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Each entry by its number: from its heading, which is underlined, to the next one."""
    heads: list[int] = []
    for at, line in enumerate(lines):
        if set(line) != {"-"}:
            continue
        begin = next((up + 1 for up in range(at - 1, -1, -1) if not lines[up].strip()), 0)
        found = _NUMBERED.match(lines[begin])
        if found and int(found[1]) == len(heads) + 1:
            heads.append(begin)
    if not heads:
        yield 1, "\n".join(lines).strip("\n")  # a single entry has no number
        return
    for number, (begin, end) in enumerate(zip(heads, [*heads[1:], len(lines)], strict=True), start=1):
        yield number, "\n".join(lines[begin:end]).strip("\n")


def _html(page: str, numbers: Sequence[int]) -> str:
    """The page with these entries alone; its head with the styles stays."""
    document = _document(page)
    found = {number: document.get_element_by_id(f"article-{number}", None) for number in numbers}
    kept = [one for one in found.values() if one is not None]
    if not kept or document.body is None:
        return page
    around = {outer for one in kept for outer in one.iterancestors()}
    _prune(document.body, set(kept), around)
    parent = kept[0].getparent()
    for one in kept:
        parent.append(one)
    whole: str = html.tostring(document, encoding="unicode", doctype="<!doctype html>")
    return whole


def _document(page: str) -> html.HtmlElement:
    return html.document_fromstring(page)


def _prune(element: html.HtmlElement, kept: set[html.HtmlElement], around: set[html.HtmlElement]) -> None:
    for child in list(element):
        if child in around:
            _prune(child, kept, around)
        elif child not in kept:
            child.drop_tree()
