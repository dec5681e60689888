"""A document of criteria in its three forms, by itself or beside an earlier version."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import css_inline
from jinja2 import Environment
from markupsafe import Markup, escape

from mailer.adapters.render import drawing, pdf
from mailer.adapters.render.colour import Palette
from mailer.adapters.render.criteria_text import clauses_as_text, numbered_key, title_block
from mailer.adapters.render.folding import right_to_left
from mailer.adapters.render.fonts import Fonts
from mailer.adapters.render.typesetting import typeset
from mailer.compose.catalogue import Catalogue
from mailer.compose.criteria import said, worded
from mailer.errors import ConfigError
from mailer.model.criteria import Document, Label, Printed
from mailer.model.criteria_changes import CHANGES, Change, Marked, MarkedBlock, MarkedClause, compared, unmarked
from mailer.phrases import Language, phrase

_TAGS = {Change.ADDED: "ins", Change.REMOVED: "del"}


_inliner = css_inline.CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)


class _Shown(NamedTuple):
    """A document in the words of one language, ready for every form."""

    document: Document
    clauses: Sequence[MarkedClause]
    facts: Sequence[tuple[str, str]]
    note: str
    changes: Sequence[tuple[str, str, str]]
    """Number, title and kind of change of each clause that differs."""
    compared: bool


def printed(
    templates: Environment,
    fonts: Fonts,
    colours: Palette,
    catalogue: Catalogue,
    document: Document,
    label: Label,
    old: Document | None = None,
) -> Printed:
    """The document as HTML, text and PDF; beside ``old``, if there is one, with its words marked.

    Raises ConfigError if a font lacks a character of it.
    """
    shown = _shown(document, label, old, catalogue)
    values = {
        **shown._asdict(),
        "label": label,
        "catalogue": catalogue,
        "light": colours.light,
        "dark": colours.dark,
        "marked": _marked,
        "numbered_key": numbered_key,
    }

    def drawn(block: MarkedBlock) -> Markup:
        assert block.route is not None
        return Markup(drawing.draw(block.route).svg(_alt(block)))  # its texts are escaped

    html = _inliner.inline(templates.get_template("criteria/page.html").render(values, drawn=drawn))
    document_pdf, pages = _pdf(templates, fonts, values, shown, label)
    text = _text(shown, catalogue)
    return Printed(html, right_to_left(text) if catalogue.direction == "rtl" else text, document_pdf, pages)


def _shown(document: Document, label: Label, old: Document | None, catalogue: Catalogue) -> _Shown:
    new = worded(document, catalogue)
    clauses = compared(worded(old, catalogue), new) if old else unmarked(new)
    facts = [(said(name, catalogue), said(value, catalogue)) for name, value in _facts(document, label, catalogue)]
    changes = [
        (clause.number, clause.plain_title, said(CHANGES[clause.change], catalogue))
        for clause in clauses
        if old and clause.change is not Change.SAME
    ]
    return _Shown(new, clauses, facts, said(_note(label, old, document), catalogue), changes, old is not None)


def _facts(document: Document, label: Label, catalogue: Catalogue) -> Iterator[tuple[str, object]]:
    """The title block, below the title."""
    yield phrase("Document"), document.reference
    version: object = str(label.version)
    yield phrase("Version"), phrase("draft of version %(number)s", number=version) if label.draft else version
    yield phrase("Date"), catalogue.day(label.day)
    yield phrase("Status"), document.status
    if label.replaces:
        yield phrase("Replaces"), phrase("version %(number)s", number=str(label.replaces))
    yield phrase("Secretariat"), document.secretariat
    yield phrase("Language"), Language(label.language)


def _note(label: Label, old: Document | None, document: Document) -> str:
    """What the reader should know before the first clause."""
    if old is not None:
        return phrase(
            "Words that version %(number)s does not have are marked as added, and words that only it has as removed.",
            number=str(label.replaces),
        )
    if label.language != label.original:
        return phrase(
            "This is a translation, for information. The board is asked about the document in %(language)s.",
            language=Language(label.original),
        )
    if label.draft:
        return phrase("This is a draft. It is printed from the rules as they are configured, and is not in force.")
    return phrase("This version was put to the board on the date above. It is in force once the board has granted it.")


# --- Text ---


def _text(shown: _Shown, catalogue: Catalogue) -> str:
    """The whole document; of a comparison only the clauses that differ."""
    document, clauses = shown.document, shown.clauses
    lines = title_block(document.group, document.title, shown.facts, shown.note)
    if shown.compared:
        lines += ["", *_summary(shown, catalogue)]
        clauses = [clause for clause in clauses if clause.change is not Change.SAME]
    return "\n".join([*lines, *clauses_as_text(clauses, catalogue)]) + "\n"


def _summary(shown: _Shown, catalogue: Catalogue) -> Iterator[str]:
    if not shown.changes:
        yield catalogue.gettext("No clause differs.")
    width = max((len(number) for number, _, _ in shown.changes), default=0)
    yield from (f"{number:{width}}  {title}: {change}" for number, title, change in shown.changes)


# --- HTML ---


def _marked(text: Marked) -> Markup:
    """The text, with elements around what was added and removed."""
    return Markup("").join(
        Markup("<{0}>{1}</{0}>").format(Markup(_TAGS[run.change]), run.text)
        if run.change in _TAGS
        else escape(run.text)
        for run in text
    )


def _alt(block: MarkedBlock) -> str:
    """The drawing for a reader who does not see it; the key below it says the rest."""
    assert block.route is not None
    caption = "".join(run.text for run in block.title if run.change is not Change.REMOVED)
    return f"{caption}: {' → '.join(party.name for party in block.route.parties)}"


# --- PDF ---


def _pdf(
    templates: Environment, fonts: Fonts, values: Mapping[str, object], shown: _Shown, label: Label
) -> tuple[bytes, int]:
    template, sheet = (templates.get_template(f"criteria/{name}") for name in ("print.html", "drawing.css"))
    drawings: dict[str, bytes] = {}

    def fill(typefaces: Mapping[str, object]) -> str:
        style = sheet.render(values, **typefaces)

        def drawn(block: MarkedBlock) -> Markup:
            assert block.route is not None
            name = f"drawing/{block.number}"
            drawings[name] = drawing.draw(block.route).svg(_alt(block), style).encode()
            return Markup('<img src="{}:{}" alt="{}">').format(pdf.SCHEME, name, _alt(block))

        return template.render(values, drawn=drawn, **typefaces)

    def check(text: str) -> None:
        if missing := fonts.missing(text):
            signs = " ".join(missing[:20])
            raise ConfigError([f"no font has {signs}, which the criteria contain; name one in [identity] fonts"])

    identifier = f"{shown.document.digest[:32]} {label.version} {label.day} {label.language}"
    return pdf.write(
        *typeset(fill, fonts, label.language, drawings, identifier, check, also=_drawn_text(shown.clauses)),
        cure=pdf.SHORTEN_DOCUMENT,
    )


def _drawn_text(clauses: Sequence[MarkedClause]) -> str:
    """What stands in the drawings."""
    routes = (block.route for clause in clauses for block in clause.blocks if block.route)
    return " ".join(" ".join((party.name, *party.details)) for route in routes for party in route.parties)
