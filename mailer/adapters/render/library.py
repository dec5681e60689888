"""A document of the library in its three forms: a page, a text, and a PDF."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import css_inline
from jinja2 import Environment

from mailer.adapters.render import letters, library_data, outline, pdf, view
from mailer.adapters.render.charts import Charts
from mailer.adapters.render.colour import Palette
from mailer.adapters.render.criteria_text import title_block
from mailer.adapters.render.folding import fold, right_to_left, underline
from mailer.adapters.render.fonts import Fonts
from mailer.adapters.render.illustrations import Shown
from mailer.adapters.render.markdown import Form, whole
from mailer.adapters.render.pictures import MAIL, PRINT, Frame, Resampled, resample
from mailer.adapters.render.typesetting import typeset
from mailer.adapters.render.view import ArticleView
from mailer.compose.catalogue import Catalogue
from mailer.compose.criteria import said
from mailer.message import one_line
from mailer.model.criteria import Printed
from mailer.model.issues import Source
from mailer.model.library import BROCHURE, Manuscript
from mailer.model.press import KIND as PRESS
from mailer.model.printing import Paper
from mailer.model.publications import Identity
from mailer.phrases import Language, Phrase, phrase

_QUALITY = {MAIL: 72, PRINT: 80}
_CID = re.compile(r"cid:([\w.@-]+)")

_inliner = css_inline.CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)


def printed(
    templates: Environment,
    fonts: Fonts,
    colours: Palette,
    catalogue: Catalogue,
    manuscript: Manuscript,
    replaces: str,
    identity: Identity,
) -> Printed:
    """The document as HTML, text and PDF. ``replaces``: the number of the version that it takes the place of.

    Raises ConfigError with every fault of the source, each with its file and line.
    """
    read = _read(fonts, colours, catalogue, manuscript, replaces, identity)
    html = _page(templates, read)
    document_pdf, pages = _pdf(templates, fonts, read, Paper.A4)
    values = read.values
    changed = list(_changed_text(values["changes"], replaces, catalogue))
    title_lines = title_block(one_line(identity.masthead), read.source.title, values["facts"], "")
    lines = _text(title_lines, changed, read.chapters, is_numbered=values["is_numbered"])
    text = "\n".join(lines) + "\n"
    return Printed(html, right_to_left(text) if catalogue.direction == "rtl" else text, document_pdf, pages)


def reprinted(
    templates: Environment,
    fonts: Fonts,
    colours: Palette,
    catalogue: Catalogue,
    manuscript: Manuscript,
    replaces: str,
    identity: Identity,
    paper: Paper,
) -> bytes:
    """The PDF alone, with pages of another size."""
    read = _read(fonts, colours, catalogue, manuscript, replaces, identity)
    return _pdf(templates, fonts, read, paper)[0]


class _Read(NamedTuple):
    """A document that was read and checked."""

    manuscript: Manuscript
    source: Source
    chapters: Sequence[ArticleView]
    charts: Charts
    values: Mapping[str, Any]
    """What the templates use."""


def _read(
    fonts: Fonts,
    colours: Palette,
    catalogue: Catalogue,
    manuscript: Manuscript,
    replaces: str,
    identity: Identity,
) -> _Read:
    data = library_data.chapters(manuscript, catalogue)
    source = replace(manuscript.source, articles=(*manuscript.source.articles, *data))
    chapters = view.article_views(source, fonts, catalogue)
    charts = Charts(catalogue, colours, fonts, source.language)
    facts = [
        (said(name, catalogue), said(value, catalogue))
        for name, value in facts_of(manuscript, replaces, identity, catalogue)
    ]
    values: dict[str, Any] = {
        "document": _document(manuscript, identity, catalogue),
        "facts": facts,
        "is_numbered": len(chapters) > 1 and manuscript.kind != PRESS,
        "changes": [said(one, catalogue) for one in manuscript.changes] if replaces else [],
        "replaces": replaces,
        "catalogue": catalogue,
        "light": colours.light,
        "dark": colours.dark,
    }
    return _Read(manuscript, source, chapters, charts, values)


def _document(manuscript: Manuscript, identity: Identity, catalogue: Catalogue) -> Mapping[str, object]:
    source = manuscript.source
    return {
        "title": source.title,
        "heading": whole(source.title),
        "group": identity.masthead,
        "number": str(manuscript.number),
        "day": source.day,
        "language": source.language,
        "direction": catalogue.direction,
        "imprint": identity.imprint,
        "kind": manuscript.kind,
        "publisher": manuscript.publisher or identity.publisher or identity.masthead,
        "tagline": "" if manuscript.translates else identity.tagline,
        "address": identity.address,
        "waits_for": manuscript.waits_for,
        "not_before": manuscript.not_before,
    }


def facts_of(
    manuscript: Manuscript, replaces: str, identity: Identity, catalogue: Catalogue
) -> Iterator[tuple[str, object]]:
    """The title block, below the title."""
    if manuscript.kind == PRESS:
        yield phrase("Press release"), catalogue.day(manuscript.source.day)
        yield phrase("Contact"), identity.address
        yield from _waiting(manuscript, catalogue)
        return
    yield phrase("Version"), str(manuscript.number)
    yield phrase("Date"), catalogue.day(manuscript.source.day)
    if replaces:
        yield phrase("Replaces"), phrase("version %(number)s", number=replaces)
    if manuscript.publisher:
        yield phrase("Publisher"), manuscript.publisher
    yield phrase("Secretariat"), identity.address
    yield phrase("Language"), Language(manuscript.source.language)
    if manuscript.translates:
        yield phrase("Translation"), _translation(manuscript)
    yield from _waiting(manuscript, catalogue)


def _translation(manuscript: Manuscript) -> Phrase:
    of = {"number": manuscript.translates, "language": Language(manuscript.source.original)}
    if manuscript.source.translator:
        of["name"] = manuscript.source.translator
        return phrase("of version %(number)s in %(language)s, by %(name)s", **of)
    return phrase("of version %(number)s in %(language)s", **of)


def _waiting(manuscript: Manuscript, catalogue: Catalogue) -> Iterator[tuple[str, object]]:
    """Before what it is not to be published."""
    if manuscript.waits_for:
        yield phrase("Not before"), manuscript.waits_for
    if manuscript.not_before:
        yield phrase("Not before"), catalogue.day(manuscript.not_before)


# --- HTML ---


def _page(templates: Environment, read: _Read) -> str:
    """A page that is whole by itself: its pictures are in it."""
    values, source, charts = read.values, read.source, read.charts
    shown = [
        chapter.in_form(
            Form.MAIL,
            {name: Shown(_inside(one), *one.shown, one.wide) for name, one in own.items()},
            [charts.in_mail(chart, "page") for chart in chapter.prose.charts],
        )
        for chapter, own in zip(read.chapters, _resampled(source, MAIL), strict=True)
    ]
    inside = {one.cid: _as_url(one.media_type, one.data) for one in charts.pictures.values()}
    page = templates.get_template("library/page.html").render(values, **_outlined(read, shown), **_sides(values))
    return _CID.sub(lambda found: inside.get(found[1], found[0]), _inliner.inline(page))


def _outlined(read: _Read, shown: Sequence[ArticleView]) -> dict[str, object]:
    """The chapters for a template; those of a brochure have numbered headings, which its contents name."""
    if read.manuscript.kind != BROCHURE:
        return {"chapters": shown, "sections": {}}
    made = [outline.numbered(chapter) for chapter in shown]
    return {
        "chapters": [chapter for chapter, _ in made],
        "sections": {chapter.number: sections for chapter, sections in made},
    }


def _sides(values: Mapping[str, Any]) -> dict[str, str]:
    """Where a line begins and ends."""
    is_rtl = values["catalogue"].direction == "rtl"
    return {"start": "right", "end": "left"} if is_rtl else {"start": "left", "end": "right"}


def _inside(picture: Resampled) -> str:
    return _as_url(picture.media_type, picture.data)


def _as_url(media_type: str, content: bytes) -> str:
    return f"data:{media_type};base64,{base64.b64encode(content).decode()}"


def _resampled(source: Source, frame: Frame) -> list[dict[str, Resampled]]:
    """The pictures of each chapter by file name."""
    own = [[*one.pictures.values(), *([one.picture] if one.picture else [])] for one in source.articles]
    return [
        {one.name: resample(chapter, one, frame, _QUALITY[frame]) for one in pictures}
        for chapter, pictures in zip(source.articles, own, strict=True)
    ]


# --- PDF ---


def _pdf(templates: Environment, fonts: Fonts, read: _Read, paper: Paper) -> tuple[bytes, int]:
    values, source, charts = read.values, read.source, read.charts
    pictures = _resampled(source, PRINT)
    shown = [
        chapter.in_form(
            Form.PRINT,
            {name: Shown(f"{pdf.SCHEME}:{_asset(one)}", *one.shown, one.wide) for name, one in own.items()},
            [charts.in_print(chart) for chart in chapter.prose.charts],
        )
        for chapter, own in zip(read.chapters, pictures, strict=True)
    ]
    outlined = _outlined(read, shown)
    assets = {_asset(one): one.data for own in pictures for one in own.values()}

    def fill(typefaces: Mapping[str, Any]) -> str:
        assets.update(charts.assets(typefaces["stacks"]))
        template = templates.get_template(_template(read.manuscript))
        return template.render(values, paper=paper, **outlined, **_sides(values), **typefaces)

    def check(text: str) -> None:
        letters.check_surroundings(text, source.language, fonts)

    job = typeset(fill, fonts, source.language, assets, source.digest, check, also=charts.text)
    return pdf.write(*job, cure=pdf.SHORTEN_DOCUMENT)


def _template(manuscript: Manuscript) -> str:
    if manuscript.kind != BROCHURE:
        return "library/print.html"
    return f"brochure/{manuscript.layout}.html"


def _asset(picture: Resampled) -> str:
    return f"picture/{picture.digest}"


# --- Text ---


def _changed_text(changes: Sequence[str], replaces: str, catalogue: Catalogue) -> Iterator[str]:
    """What has changed, as a list below the title block."""
    if changes:
        heading = said(phrase("What has changed since version %(number)s", number=replaces), catalogue)
        yield from ("", *fold(heading), "")
        for one in changes:
            yield from fold(one, first="- ", rest="  ")


def _text(
    title_lines: Iterable[str], changed: Sequence[str], chapters: Sequence[ArticleView], *, is_numbered: bool
) -> Iterator[str]:
    yield from (line.rstrip() for line in title_lines)
    yield from changed
    for chapter in chapters:
        number = f"{chapter.number}  " if is_numbered else ""
        yield from ("", *underline(f"{number}{chapter.title}", "-"), "")
        if chapter.summary:
            yield from (*fold(chapter.summary), "")
        if chapter.author:
            yield from (*fold(chapter.author), "")
        if chapter.picture_lines:
            yield from (str(chapter.picture_lines), "")
        yield str(chapter.plain_text)
        if chapter.notes:
            yield from ("", str(chapter.notes))
