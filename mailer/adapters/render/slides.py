"""A presentation kit in its three forms: the slides as a PDF, a page and a text that have what is said, too."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import css_inline
from jinja2 import Environment

from mailer.adapters.render import letters, library, pdf, view
from mailer.adapters.render.charts import Charts
from mailer.adapters.render.colour import Palette
from mailer.adapters.render.criteria_text import title_block
from mailer.adapters.render.folding import fold, right_to_left, underline
from mailer.adapters.render.fonts import Fonts
from mailer.adapters.render.illustrations import Shown
from mailer.adapters.render.markdown import Form
from mailer.adapters.render.pictures import MAIL, Frame, Resampled, resample
from mailer.adapters.render.typesetting import typeset
from mailer.adapters.render.view import ArticleView
from mailer.adapters.slides import deck
from mailer.adapters.slides.deck import Slide
from mailer.compose.catalogue import Catalogue
from mailer.compose.criteria import said
from mailer.errors import ConfigError
from mailer.message import one_line
from mailer.model.criteria import Printed
from mailer.model.issues import Article, Source
from mailer.model.library import Manuscript
from mailer.model.publications import Identity
from mailer.phrases import phrase

_PRINT = Frame(1100, 470, 1.6)
"""The most room for a picture on a slide, in CSS pixels."""
_CID = re.compile(r"cid:([\w.@-]+)")
_SHORTEN = "make two slides of the fullest one"

_inliner = css_inline.CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)


class SlideView(NamedTuple):
    """A slide as the templates have it."""

    number: int
    """From 1; the title is 1."""
    kind: str
    chapter: int
    shown: ArticleView
    notes: ArticleView


def printed(
    templates: Environment,
    fonts: Fonts,
    colours: Palette,
    catalogue: Catalogue,
    manuscript: Manuscript,
    replaces: str,
    identity: Identity,
) -> Printed:
    """As ``library.printed``. Raises ConfigError with every fault of the source, each with its file and line."""
    source = manuscript.source
    slides = deck.slides(source, catalogue)
    views = _views(source, slides, fonts, catalogue)
    facts = [
        (said(name, catalogue), said(value, catalogue))
        for name, value in library.facts_of(manuscript, replaces, identity, catalogue)
    ]
    is_rtl = catalogue.direction == "rtl"
    values = {
        "document": _document(manuscript, identity, catalogue),
        "facts": facts,
        "catalogue": catalogue,
        "light": colours.light,
        "dark": colours.dark,
        "start": "right" if is_rtl else "left",
        "end": "left" if is_rtl else "right",
    }
    charts = Charts(catalogue, colours, fonts, source.language)
    html = _page(templates, values, slides, views, charts)
    made, pages = _pdf(templates, fonts, values, source, slides, views, charts)
    text = "\n".join(_text(one_line(identity.masthead), source, facts, views, catalogue)) + "\n"
    return Printed(html, right_to_left(text) if is_rtl else text, made, pages)


def _document(manuscript: Manuscript, identity: Identity, catalogue: Catalogue) -> Mapping[str, object]:
    source = manuscript.source
    return {
        "title": source.title,
        "group": identity.masthead,
        "publisher": identity.publisher,
        "number": str(manuscript.number),
        "day": source.day,
        "language": source.language,
        "direction": catalogue.direction,
        "imprint": identity.imprint,
        "address": identity.address,
        "footer": footer_of(manuscript),
    }


def footer_of(manuscript: Manuscript) -> str:
    """What stands on each slide, so that an old version is known."""
    return f"{manuscript.source.title} · {manuscript.number}"


def _views(source: Source, slides: Sequence[Slide], fonts: Fonts, catalogue: Catalogue) -> list[SlideView]:
    """Raises ConfigError for what no font can show."""
    shown = view.article_views(_of(source, [one.shown for one in slides]), fonts, catalogue)
    notes = view.article_views(_of(source, [one.notes for one in slides]), fonts, catalogue)
    return [
        SlideView(at, one.kind.value, one.chapter, *pair)
        for at, (one, pair) in enumerate(zip(slides, zip(shown, notes, strict=True), strict=True), start=2)
    ]


def _of(source: Source, articles: Sequence[Article]) -> Source:
    return replace(source, articles=tuple(articles))


def _pdf(
    templates: Environment,
    fonts: Fonts,
    values: Mapping[str, Any],
    source: Source,
    slides: Sequence[Slide],
    views: Sequence[SlideView],
    charts: Charts,
) -> tuple[bytes, int]:
    """Raises ConfigError if a slide needs more than one page."""
    pictures = [_resampled(one.shown, _PRINT, 80) for one in slides]
    shown = [
        one._replace(
            shown=one.shown.in_form(
                Form.PRINT,
                {name: Shown(f"{pdf.SCHEME}:{_asset(made)}", *made.shown, made.wide) for name, made in own.items()},
                [charts.in_print(chart) for chart in one.shown.prose.charts],
            )
        )
        for one, own in zip(views, pictures, strict=True)
    ]
    assets = {_asset(one): one.data for own in pictures for one in own.values()}

    def fill(typefaces: Mapping[str, Any]) -> str:
        assets.update(charts.assets(typefaces["stacks"]))
        return templates.get_template("library/slides.html").render(values, slides=shown, **typefaces)

    def check(text: str) -> None:
        letters.check_surroundings(text, source.language, fonts)

    job = typeset(fill, fonts, source.language, assets, source.digest, check, also=charts.text)
    made, pages = pdf.write(*job, cure=pdf.SHORTEN_DOCUMENT)
    if pages != len(slides) + 1:
        raise ConfigError([f"{len(slides) + 1} slides need {pages} pages, so one is too full: {_SHORTEN}"])
    return made, pages


def _asset(picture: Resampled) -> str:
    return f"picture/{picture.digest}"


def _resampled(article: Article, frame: Frame, quality: int) -> dict[str, Resampled]:
    return {name: resample(article, one, frame, quality) for name, one in article.pictures.items()}


def _page(
    templates: Environment,
    values: Mapping[str, Any],
    slides: Sequence[Slide],
    views: Sequence[SlideView],
    charts: Charts,
) -> str:
    """A page that is whole by itself: its pictures are in it."""
    filled = [
        view_._replace(shown=_on_page(one.shown, view_.shown, charts), notes=_on_page(one.notes, view_.notes, charts))
        for one, view_ in zip(slides, views, strict=True)
    ]
    inside = {one.cid: _as_url(one.media_type, one.data) for one in charts.pictures.values()}
    page = templates.get_template("library/slides-page.html").render(values, slides=filled)
    return _CID.sub(lambda found: inside.get(found[1], found[0]), _inliner.inline(page))


def _on_page(article: Article, shown: ArticleView, charts: Charts) -> ArticleView:
    pictures = {
        name: Shown(_as_url(made.media_type, made.data), *made.shown, made.wide)
        for name, made in _resampled(article, MAIL, 72).items()
    }
    return shown.in_form(Form.MAIL, pictures, [charts.in_mail(chart, "page") for chart in shown.prose.charts])


def _as_url(media_type: str, content: bytes) -> str:
    return f"data:{media_type};base64,{base64.b64encode(content).decode()}"


def _text(
    group: str, source: Source, facts: Sequence[tuple[str, str]], views: Sequence[SlideView], catalogue: Catalogue
) -> Iterator[str]:
    yield from (line.rstrip() for line in title_block(group, source.title, facts, ""))
    for one in views:
        yield from ("", *underline(f"{one.number}  {one.shown.title}", "=" if one.kind == "section" else "-"), "")
        if text := str(one.shown.plain_text):
            yield from (text, "")
        if one.shown.notes:
            yield from (str(one.shown.notes), "")
        if notes := str(one.notes.plain_text):
            yield from (*fold(catalogue.translate(phrase("What the presenter says:"))), "")
            yield from (f"    {line}".rstrip() for line in notes.split("\n"))
