"""An article's HTML in elements that mail apps know, with tables that fit a phone.

Outlook for Windows shows mails with Word: it knows no element that came with HTML 5, and pads nothing but table cells.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import zip_longest

import lxml.html
from lxml.html import HtmlElement
from markupsafe import Markup

from mailer.adapters.render.folding import columns, unbroken

PHONE = 284
"""CSS pixels of a line in a window of 320."""
CARDS = 12
"""Rows of a table that becomes a list of cards on a phone; a longer one scrolls sideways."""

_COLUMN, _PADDING = 7.6, 12
"""CSS pixels of a column of text in a table, and between two cells."""
_INSETS = {"aside": 38, "blockquote": 22, "ul": 24, "ol": 24}
"""CSS pixels by which an element makes lines shorter."""
_SHORT, _LONG = 14, 22
"""Columns of the cells of a column that stay in one line; and of a word that a cell may break, such as an address."""
_RENAMED = {"figure": "div", "figcaption": "p", "section": "div"}
_CAPTION = "caption"
_SIDES = ("right", "center")


def adapted(html: Markup, direction: str = "ltr") -> Markup:
    """The same content for a mail. ``direction``: that of its text, ``ltr`` or ``rtl``."""
    root = lxml.html.fragment_fromstring(f"<div>{html}</div>")
    if direction == "rtl":
        for element in root.xpath("//pre | //code[not(parent::pre)] | //a[contains(@class, 'address')]"):
            element.set("dir", "ltr")
    for table in root.xpath("//table[not(ancestor-or-self::table[@role])]"):
        _fit(table)
    for element in list(root.iter("aside", "blockquote", *_RENAMED)):
        if element.tag in _RENAMED:
            _rename(element)
        elif element.tag == "aside" or "pull" in _classes(element):
            _in_cell(element)
    inner = (lxml.html.tostring(child, encoding="unicode") for child in root)
    return Markup("".join([root.text or "", *inner]))


def _classes(element: HtmlElement) -> list[str]:
    return (element.get("class") or "").split()


def _add(element: HtmlElement, *names: str) -> None:
    element.set("class", " ".join(dict.fromkeys([*_classes(element), *names])))


def _rename(element: HtmlElement) -> None:
    if element.tag == "figcaption":
        _add(element, _CAPTION)
    element.tag = _RENAMED[element.tag]


def _in_cell(element: HtmlElement) -> None:
    """Make a table with one cell of it, which Outlook can pad and colour."""
    cell = lxml.html.Element("td")
    cell.text = element.text
    cell.extend(list(element))
    row = lxml.html.Element("tr")
    row.append(cell)
    element.text = None
    element.append(row)
    element.tag = "table"
    _lay_out(element)
    element.set("role", "presentation")


def _lay_out(table: HtmlElement) -> None:
    for name, value in (("width", "100%"), ("cellpadding", "0"), ("cellspacing", "0"), ("border", "0")):
        table.set(name, value)


# --- Tables ---


def _fit(table: HtmlElement) -> None:
    """Give a table what it needs to be read in a narrow window."""
    rows = [cells for row in table.iter("tr") if (cells := [cell for cell in row if cell.tag in ("th", "td")])]
    if not rows:
        return
    _lay_out(table)
    table.set("cellpadding", "4")
    for column in _columns(rows):
        _align(column)
    for row in rows:
        _add(row[-1], "last")
    box = _box_of(table)
    widths = [_least_width(column) for column in _columns(rows)]
    inset = sum(_INSETS.get(str(outer.tag), 0) for outer in table.iterancestors())
    if sum(widths) * _COLUMN + _PADDING * (len(widths) - 1) > PHONE - inset:
        _make_narrow(box, rows)


def _least_width(column: Sequence[HtmlElement]) -> int:
    """How narrow a column may get, in columns of text; says in its cells where their lines break."""
    texts = [" ".join(cell.text_content().split()) for cell in column]
    whole = max(map(columns, texts))
    if whole <= _SHORT:
        for cell in column:
            cell.set("nowrap", "")
        return whole
    longest = max((columns(part) for text in texts for part in unbroken(text)), default=0)
    if longest > _LONG:
        for cell in column:
            _add(cell, "break")
    return min(longest, _LONG)


def _columns(rows: Sequence[Sequence[HtmlElement]]) -> list[list[HtmlElement]]:
    return [[cell for cell in column if cell is not None] for column in zip_longest(*rows)]


def _align(column: Sequence[HtmlElement]) -> None:
    """Put a heading where its column is, and say so by attributes, too, which mails without styles keep."""
    head, *rest = column
    sides = {next((name for name in _SIDES if name in _classes(cell)), "") for cell in rest or [head]}
    if len(sides) == 1:
        _add(head, *filter(None, sides))
    for cell in column:
        if side := next((name for name in _SIDES if name in _classes(cell)), ""):
            cell.set("align", side)


def _make_narrow(box: HtmlElement, rows: Sequence[Sequence[HtmlElement]]) -> None:
    heads = [cell.text_content().strip() for cell in rows[0]]
    if len(rows) - 1 <= CARDS and all(heads[1:]):
        _add(box, "cards")
        for row in rows[1:]:
            for cell, head in zip(row, heads, strict=False):
                cell.set("data-label", head)
    _add(box, "scroll")
    box.set("tabindex", "0")
    box.set("role", "group")
    box.set("aria-label", _name(box, heads))


def _box_of(table: HtmlElement) -> HtmlElement:
    """The block around a table, which is made if there is none."""
    box = table.getparent()
    if box is not None and box.tag == "div" and "table" in _classes(box):
        return box
    made = lxml.html.Element("div", {"class": "table"})
    table.addprevious(made)
    made.tail, table.tail = table.tail, None
    made.append(table)
    return made


def _name(box: HtmlElement, heads: Iterable[str]) -> str:
    titles = box.find_class("table-title")
    return titles[0].text_content().strip() if titles else ", ".join(filter(None, heads))
