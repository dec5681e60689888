"""A document of a list in its forms: HTML, text, PDF and CSV, and a calendar if it is of events."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, time

from jinja2 import Environment

from mailer.adapters.icalendar import Icalendar
from mailer.adapters.render import letters, pdf
from mailer.adapters.render.colour import Palette
from mailer.adapters.render.criteria_text import title_block
from mailer.adapters.render.folding import fold, right_to_left, underline
from mailer.adapters.render.fonts import Fonts
from mailer.adapters.render.typesetting import typeset
from mailer.compose.catalogue import Catalogue
from mailer.compose.list_documents import Shown, csv_rows, shown
from mailer.errors import ConfigError
from mailer.model import cards
from mailer.model.cards import Card
from mailer.model.event_entries import event_of
from mailer.model.list_documents import Entry, Forms, Issuer, ListDocument, Standing
from mailer.model.list_file import guarded
from mailer.model.lists import ListKind
from mailer.model.member_entries import BETWEEN

CPU_SECONDS, WALL_SECONDS = 240, 900
"""For the PDF of a list of thousands of entries."""

_SHORTEN = "try again when the machine has less to do, or publish the list in parts"

PRINTED = 5000
"""Entries that are set as a PDF at most: 2000 take 35 seconds of a processor. A longer list has the other forms."""

_LONGEST_WORD, _LONGEST_TEXT = 14, 34
"""Characters beyond which a text makes a column no wider."""


def printed(
    templates: Environment,
    fonts: Fonts,
    colours: Palette,
    catalogue: Catalogue,
    document: ListDocument,
    issuer: Issuer,
    standing: Standing,
) -> Forms:
    """The document as HTML, text, PDF and CSV, in the catalogue's language.

    What of the entries no font has is a note in the PDF, and a warning (D8). Raises ConfigError if no font has a
    character of the words around them.
    """
    found = shown(document, catalogue, issuer, standing)
    around = {"catalogue": catalogue, "light": colours.light, "dark": colours.dark}
    values = {**around, **_values(found)}
    html = templates.get_template("list/page.html").render(values)
    files = {
        "html": html.encode(),
        "txt": text_of(catalogue, document, issuer, standing).encode(),
        "csv": _csv(csv_rows(document, found, catalogue)).encode("utf-8-sig"),
    }
    files |= _calendar(document) if document.kind is ListKind.EVENTS else _cards(document)
    if len(document.entries) > PRINTED:
        return Forms(files, 0)
    in_print = shown(document, catalogue, issuer, standing, lambda text: not fonts.missing(text))
    letters.check_around_entries(in_print.words, fonts)
    files["pdf"], pages = _pdf(templates, fonts, {**around, **_values(in_print)}, document, in_print)
    return Forms(files, pages, tuple(letters.of_entries(found.entries, fonts)))


def _values(found: Shown) -> dict[str, object]:
    return {"list": found, "facts": found.facts, "note": found.note, "widths": widths(found)}


def text_of(catalogue: Catalogue, document: ListDocument, issuer: Issuer, standing: Standing) -> str:
    """The text alone, which needs no fonts."""
    text = as_text(shown(document, catalogue, issuer, standing), catalogue)
    return right_to_left(text) if catalogue.direction == "rtl" else text


def widths(found: Shown) -> list[float]:
    """The share of each column of the table, in per cent, by what stands in it."""
    rows = [row for part in found.parts for group in part.groups for row in group.rows]
    weights = []
    columns = [[cell for cell in row if not cell.small] for row in rows]
    for at, label in enumerate(found.head):
        texts = [row[at].text for row in columns if row[at].text]
        words = [min(len(word), _LONGEST_WORD) for text in (label, *texts) for word in text.split()]
        usual = sum(min(len(text), _LONGEST_TEXT) for text in texts) / max(len(texts), 1)
        weights.append(max([*words, usual * 0.7, 6]))
    return [round(100 * weight / sum(weights), 2) for weight in weights]


# --- Text ---


def as_text(found: Shown, catalogue: Catalogue) -> str:
    """The document in lines of at most 72 characters."""
    lines = [f"*** {found.draft.upper()} ***", ""] if found.draft else []
    lines += title_block(found.group, found.title, found.facts, found.note)
    if found.changes_title:
        lines += ["", "", *underline(found.changes_title, "-"), *_changes(found)]
    for part in found.parts:
        if part.title:
            lines += ["", "", *underline(part.title, "=")]
        for group in part.groups:
            if group.title:
                lines += ["", "", *underline(group.title, "-")]
            for row in group.rows:
                lines += ["", *_entry([(cell.label, cell.link or cell.text) for cell in row if cell.text])]
    if not found.parts:
        lines += ["", *fold(found.empty)]
    if found.hidden:
        lines += ["", "", *fold(found.hidden)]
    return "\n".join(lines) + "\n"


def _changes(found: Shown) -> Iterator[str]:
    for one in found.changes:
        yield ""
        yield from fold(one.title)
        for country, names in one.lines:
            yield from fold(f"{country}: {names}" if country else names, first="  - ", rest="    ")


def _entry(cells: Sequence[tuple[str, str]]) -> Iterator[str]:
    (_, name), *others = cells
    yield from fold(name)
    for label, text in others:
        yield from fold(f"{label}: {text.removeprefix('mailto:')}", first="  ", rest="    ")


# --- CSV ---


def _csv(rows: Sequence[Sequence[str]]) -> str:
    """The rows as CSV (RFC 4180), safe to open in a spreadsheet (D4)."""
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerows([guarded(cell) for cell in row] for row in rows)
    return out.getvalue()


# --- calendars and address books ---


def _calendar(document: ListDocument) -> dict[str, bytes]:
    """The events as one calendar (RFC 5545)."""
    at = datetime.combine(document.day, time(), UTC)
    events = [event_of(entry, at) for entry in document.entries]
    return {"ics": Icalendar().feed(events, name=document.title, now=at)} if events else {}


def _cards(document: ListDocument) -> dict[str, bytes]:
    """The entries as vCards (RFC 6350), with no more than the document says."""
    made = [_card(entry) for entry in document.entries]
    return {"vcf": "".join(cards.write(made)).encode()} if made else {}


def _card(entry: Entry) -> Card:
    said = entry.values
    name, address = said.get("name") or said.get("contact", ""), said.get("address", "")
    return Card(
        name=name or said.get("organisation", ""),
        organisation=said.get("organisation", ""),
        emails=tuple(address.split(BETWEEN)) if address else (),
        languages=tuple(filter(None, said.get("languages", "").split(","))),
        country=entry.group,
        website=said.get("website", ""),
        is_organisation=not name,
    )


# --- PDF ---


def _pdf(
    templates: Environment, fonts: Fonts, values: Mapping[str, object], document: ListDocument, found: Shown
) -> tuple[bytes, int]:
    template = templates.get_template("list/print.html")
    identifier = f"{document.digest[:32]} {document.list} {document.version} {found.language} {found.draft}"

    def fill(typefaces: Mapping[str, object]) -> str:
        return template.render(values, **typefaces)

    job = typeset(fill, fonts, found.language, {}, identifier, _checked, also=found.draft + found.draft.upper())
    try:
        return pdf.write(*job, cpu_seconds=CPU_SECONDS, wall_seconds=WALL_SECONDS, cure=_SHORTEN)
    except ConfigError as fault:
        raise ConfigError([f"list {document.list}: {problem}" for problem in fault.problems]) from None


def _checked(text: str) -> None:
    """The characters were looked for before, by entry."""
