"""Renders a source into an edition: the articles are parsed once, and rendered as HTML, text and PDF."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, tzinfo
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import css_inline

from mailer.adapters.catalogues import Catalogues, nearest
from mailer.adapters.issue_inputs import inputs
from mailer.adapters.render import (
    criteria,
    identity_view,
    letters,
    library,
    list_documents,
    notice,
    pdf,
    slides,
    specimen,
    view,
)
from mailer.adapters.render.arrangement import arrange
from mailer.adapters.render.charts import Charts
from mailer.adapters.render.colour import Palette, palette
from mailer.adapters.render.designs import Design, shipped_designs
from mailer.adapters.render.events_html import Events
from mailer.adapters.render.folding import right_to_left
from mailer.adapters.render.fonts import Fonts
from mailer.adapters.render.illustrations import Shown
from mailer.adapters.render.mail_html import adapted
from mailer.adapters.render.markdown import Form
from mailer.adapters.render.pictures import MAIL, PRINT, Frame, Resampled, remarks, resample
from mailer.adapters.render.specimen import IdentityFacts
from mailer.adapters.render.templates import environment
from mailer.adapters.render.typesetting import Job, typeset
from mailer.adapters.render.view import ArticleView
from mailer.adapters.translation import Block
from mailer.compose.catalogue import ENGLISH, Catalogue, direction
from mailer.errors import ConfigError
from mailer.message import one_line
from mailer.model.criteria import Document, Label, Printed
from mailer.model.issues import Article, Edition, Inline, Inputs, Marker, Picture, Source, Wording
from mailer.model.library import KIT, Manuscript
from mailer.model.list_documents import PUBLISHED, Forms, Issuer, ListDocument, Standing
from mailer.model.notices import Notice
from mailer.model.printing import Paper
from mailer.model.publications import Identity
from mailer.phrases import Phrase

MAX_MAIL_BYTES = 500_000
"""Size of a whole mail in transit; a larger edition gets a warning."""
MAX_HTML_BYTES = 100_000
"""Gmail shows the first 102 KB of the HTML and hides the rest."""

_MAIL_QUALITY, _PRINT_QUALITY = 72, 80

_IN_HEAD = ' data-css-inline="ignore"'
"""Marks style sheets that are not written into the elements."""

_inliner = css_inline.CSSInliner(keep_style_tags=True, load_remote_stylesheets=False)


class _Read(NamedTuple):
    """A source that was read and checked."""

    articles: Sequence[ArticleView]
    values: Mapping[str, Any]
    """What the templates use."""
    charts: Charts
    events: Events


class Renderer:
    """ports.Renderer with a folder of templates."""

    def __init__(
        self,
        templates: Path,
        identity: Identity | None = None,
        catalogues: Catalogues | None = None,
        zone: tzinfo = UTC,
        fonts: Sequence[Path] = (),
    ) -> None:
        """``identity``: its colours are used for service mail; without it they are neutral.

        Without ``catalogues`` English is the default language. ``zone``: the office's time zone. ``fonts``: files, or
        folders of files, for characters that the shipped fonts lack.
        """
        self._templates = environment(templates, zone)
        self._catalogues = catalogues or Catalogues(templates / "locale")
        self._folder, self._zone = templates, zone
        self._designs: dict[str, Design] = {}
        self._font_files = templates / "issue" / "fonts", fonts
        self._own_fonts = identity.fonts_for if identity else {}
        self._colours = _palette_of(identity) if identity else notice.NEUTRAL

    @cached_property
    def fonts(self) -> Fonts:
        """The fonts of the PDF."""
        own = {role: tuple(map(Path, files)) for role, files in self._own_fonts.items()}
        return Fonts(*self._font_files, own)

    def cure(self, language: str) -> str:
        """What to do so that a language (BCP 47) can be printed; empty if a font has its script."""
        return letters.cure_of(language, self.fonts)

    def unprintable(self, text: str) -> list[str]:
        """The characters of a text that no font has, once each (D8)."""
        return self.fonts.missing(text)

    def _design(self, name: str) -> Design:
        """A design, whose templates are read once. Raises ConfigError if there is none."""
        if name not in self._designs:
            self._designs[name] = Design(self._folder, name, self._zone)
        return self._designs[name]

    def check_identity(self, identity: Identity) -> None:
        """Raises ConfigError with each fault of what every issue has.

        These are characters that no font has (D8), pictures that cannot be used, and a design that is not there.
        """
        letters.check_identity(identity, self.fonts)
        self._design(identity.design)
        if faults := list(identity_view.faults(identity)):
            raise ConfigError(faults)

    def edition(self, source: Source, identity: Identity) -> Edition:
        """Raises ConfigError with every fault of the source, each with its file and line."""
        articles, values, charts, events = self._read(source, identity)
        catalogue, issue = values["catalogue"], values["issue"]
        with ThreadPoolExecutor(1) as beside:  # the PDF is set by another process while the mail is made
            printed = beside.submit(pdf.write, *self._print(source, articles, values, identity, charts, events))
            html, pictures = self._mail(source, articles, values, identity, charts, events)
            text = self._fill("mail.txt", values, articles, identity).strip("\n") + "\n"
            text = right_to_left(text) if issue.direction == "rtl" else text
            document, pages = printed.result()
        _check_markers(html, text)
        wording = _wording(catalogue, identity)
        edition = Edition(str(values["subject"]), html, text, document, pages, pictures=pictures, wording=wording)
        return replace(
            edition,
            warnings=(
                *source.warnings,
                *_untranslated(source, catalogue),
                *letters.of_entries(_events(articles), self.fonts),
                *_warnings(edition, identity),
                *_remarks(source),
            ),
        )

    def reprinted(self, source: Source, identity: Identity, paper: Paper) -> bytes:
        """As ports.Renderer says."""
        articles, values, charts, events = self._read(source, identity)
        return pdf.write(*self._print(source, articles, {**values, "paper": paper}, identity, charts, events))[0]

    def _read(self, source: Source, identity: Identity) -> _Read:
        """What each form is made of. Raises ConfigError with every fault of the source."""
        catalogue = self._catalogues(source.language)
        articles = view.article_views(source, self.fonts, catalogue)
        self.check_identity(identity)
        colours = _palette_of(identity)
        issue = view.issue_view(source, identity.web_address(source.number, source.language))
        title = {"publication": one_line(identity.masthead), "number": source.number, "title": one_line(issue.title)}
        subject = catalogue.gettext("%(publication)s %(number)s: %(title)s") % title
        values = {"identity": identity, "issue": issue, "subject": Block(subject), "marker": Marker}
        values |= {"light": colours.light, "dark": colours.dark, "catalogue": catalogue, "paper": Paper.A4}
        values["forwarding"] = identity_view.forwarding(identity, catalogue, source.language)
        values["sections"] = identity_view.sections(identity, colours)

        charts = Charts(catalogue, colours, self.fonts, source.language)
        events = Events(catalogue, issue.direction, lambda text: not self.fonts.missing(text))
        return _Read(articles, values, charts, events)

    def identity_facts(self, identity: Identity) -> IdentityFacts:
        """The colours with their contrast, and what the fonts have."""
        return specimen.facts(identity, _palette_of(identity), self.fonts)

    def specimen(self, publication: str, identity: Identity) -> dict[str, bytes]:
        """A sheet, and a sample issue in each shipped design and in the identity's own, as files by name."""
        colours = _palette_of(identity)
        files = specimen.sheet(self._templates, identity, colours, self.fonts)
        source = specimen.sample(publication, identity, colours)
        own = Path(identity.design).name if "/" in identity.design else identity.design
        designs = {own: identity.design, **{name: name for name in shipped_designs(self._folder) if name != own}}
        for name, design in designs.items():
            files |= self.edition(source, replace(identity, design=design)).as_files(f"design-{name}")
        return files

    def criteria(self, document: Document, label: Label, old: Document | None = None) -> Printed:
        return criteria.printed(
            self._templates, self.fonts, self._colours, self._catalogues(label.language), document, label, old
        )

    def document(self, manuscript: Manuscript, replaces: str, identity: Identity) -> Printed:
        self.check_identity(identity)
        catalogue, colours = self._catalogues(manuscript.source.language), _palette_of(identity)
        printed = slides.printed if manuscript.kind == KIT else library.printed
        return printed(self._templates, self.fonts, colours, catalogue, manuscript, replaces, identity)

    def reprinted_document(self, manuscript: Manuscript, replaces: str, identity: Identity, paper: Paper) -> bytes:
        """As ports.Renderer says."""
        if manuscript.kind == KIT:
            raise ConfigError([f"{manuscript.key}: a kit is slides, which are printed as they are in its PDF"])
        catalogue, colours = self._catalogues(manuscript.source.language), _palette_of(identity)
        return library.reprinted(self._templates, self.fonts, colours, catalogue, manuscript, replaces, identity, paper)

    def list_document(
        self, document: ListDocument, issuer: Issuer, language: str = "", standing: Standing = PUBLISHED
    ) -> Forms:
        catalogue = self._catalogues(language or document.language)
        return list_documents.printed(self._templates, self.fonts, self._colours, catalogue, document, issuer, standing)

    def list_text(
        self, document: ListDocument, issuer: Issuer, language: str = "", standing: Standing = PUBLISHED
    ) -> str:
        catalogue = self._catalogues(language or document.language)
        return list_documents.text_of(catalogue, document, issuer, standing)

    def inputs(self, identity: Identity, languages: Iterable[str]) -> Inputs:
        return inputs(self._folder, self._font_files[1], identity, languages)

    def notice(self, name: str, values: Mapping[str, object], language: str = "") -> Notice:
        return notice.render(self._templates, name, values, self._catalogues(language), self._colours)

    def wordings(self, words: Phrase) -> Sequence[str]:
        """How the phrase reads in each language that has a catalogue, English first."""
        return self._catalogues.wordings(words)

    def _fill(
        self, template: str, values: Mapping[str, object], articles: Sequence[ArticleView], identity: Identity
    ) -> str:
        shown = {**values, "articles": articles, "parts": view.parts(articles)}
        return self._design(identity.design).fill(template, shown)

    def _mail(
        self,
        source: Source,
        articles: Sequence[ArticleView],
        values: Mapping[str, object],
        identity: Identity,
        charts: Charts,
        events: Events,
    ) -> tuple[str, tuple[Inline, ...]]:
        pictures = _resampled(source, MAIL, _MAIL_QUALITY)
        domain = identity.address.rpartition("@")[2]
        shown = [
            _for_mail(
                article.in_form(
                    Form.MAIL,
                    {name: _shown(one, f"cid:{one.digest}@{domain}") for name, one in own.items()},
                    [charts.in_mail(chart, domain) for chart in article.prose.charts],
                    [events.in_mail(chosen) for chosen in article.prose.events],
                ),
                source.language,
            )
            for article, own in zip(articles, pictures, strict=True)
        ]
        resampled = {f"{one.digest}@{domain}": one for own in pictures for one in own.values()}
        inlines = [Inline(cid, one.media_type, one.data) for cid, one in resampled.items()]
        placed, own_pictures = identity_view.in_mail(identity, domain)
        page_values = {**values, **placed, "areas": tuple(charts.areas.values())}
        page = self._fill("mail.html", page_values, shown, identity)
        return _inliner.inline(page).replace(_IN_HEAD, ""), (*own_pictures, *inlines, *charts.pictures.values())

    def _print(
        self,
        source: Source,
        articles: Sequence[ArticleView],
        values: Mapping[str, object],
        identity: Identity,
        charts: Charts,
        events: Events,
    ) -> Job:
        pictures = _resampled(source, PRINT, _PRINT_QUALITY)
        shown = [
            article.in_form(
                Form.PRINT,
                {name: _shown(one, f"{pdf.SCHEME}:{_asset(one)}") for name, one in own.items()},
                [charts.in_print(chart) for chart in article.prose.charts],
                [events.in_print(chosen) for chosen in article.prose.events],
            )
            for article, own in zip(articles, pictures, strict=True)
        ]
        placed, assets = identity_view.in_print(identity)
        assets |= {_asset(one): one.data for own in pictures for one in own.values()}

        page = {**values, **placed, "arrangement": arrange(shown)}

        def fill(typefaces: Mapping[str, Any]) -> str:
            assets.update(charts.assets(typefaces["stacks"]))
            return self._fill("print.html", {**page, **typefaces}, shown, identity)

        return typeset(
            fill,
            self.fonts,
            source.language,
            assets,
            source.digest,
            lambda text: letters.check_surroundings(text, source.language, self.fonts),
            also=charts.text,
        )


def _for_mail(article: ArticleView, language: str) -> ArticleView:
    return replace(article, html=adapted(article.html, direction(language)))


def _palette_of(identity: Identity) -> Palette:
    return palette(identity.accent, identity.ink, identity.paper)


def _asset(picture: Resampled) -> str:
    return f"picture/{picture.digest}"


def _shown(picture: Resampled, src: str) -> Shown:
    return Shown(src, *picture.shown, picture.wide)


def _wording(catalogue: Catalogue, identity: Identity) -> Wording:
    readers = catalogue.gettext("the readers of %(publication)s") % {"publication": identity.masthead}
    return Wording(
        greeting=catalogue.gettext("Dear %(name)s,"),
        greeting_to_all=catalogue.gettext("Dear reader,"),
        readers=readers,
        own_link=catalogue.gettext("(each reader's own link)"),
        sent_on=catalogue.gettext("Sent on by %(name)s."),
        a_reader=catalogue.gettext("a reader"),
        subscribe=catalogue.gettext("To receive it yourself, write “subscribe” to %(address)s."),
    )


def _resampled(source: Source, frame: Frame, quality: int) -> list[dict[str, Resampled]]:
    """The pictures of each article by file name."""
    return [
        {one.name: resample(article, one, frame, quality) for one in _pictures(article)} for article in source.articles
    ]


def _remarks(source: Source) -> Iterator[str]:
    for article in source.articles:
        for picture in _pictures(article):
            yield from remarks(article, picture)


def _events(articles: Iterable[ArticleView]) -> Iterator[tuple[str, str]]:
    """What each event that is shown is called, and its words."""
    shown = {one.id: one for article in articles for block in article.prose.events for one in block.all}
    yield from ((f"event {number}", one.words) for number, one in sorted(shown.items()))


def _pictures(article: Article) -> Iterator[Picture]:
    shown = dict(article.pictures)
    if article.picture:
        shown[article.picture.name] = article.picture
    yield from shown.values()


def _check_markers(html: str, text: str) -> None:
    """Each marker must occur exactly once in both parts, as it is replaced by a reader's own data."""
    for name, template, part in (("HTML", "mail.html", html), ("text", "mail.txt", text)):
        missing = [f"{{{{ marker.{marker.name} }}}}" for marker in Marker if marker not in part]
        if missing:
            raise ConfigError([f"the design's {template} lacks {', '.join(missing)}; write each into it, once"])
        if part.count("⟦") != len(Marker) or part.count("⟧") != len(Marker):
            raise ConfigError([f"the {name} contains ⟦ or ⟧, which are reserved; use other brackets in the articles"])


def _untranslated(source: Source, catalogue: Catalogue) -> Iterator[str]:
    if not nearest(source.language, [catalogue.tag]):
        language = ENGLISH.language(catalogue.tag)
        yield f"There is no catalogue of “{source.language}”: the text around the articles is in {language}."


def _warnings(edition: Edition, identity: Identity) -> Iterator[str]:
    if edition.pages > identity.max_pages:
        yield f"{edition.pages} pages; this publication has at most {identity.max_pages}: shorten it."
    if len(edition.html.encode()) > MAX_HTML_BYTES:
        yield f"The HTML has {len(edition.html.encode()) // 1000} KB; Gmail hides what is beyond 100 KB: shorten it."
    attachments = (edition.pdf, *(picture.data for picture in edition.pictures))
    size = len(edition.html.encode()) + len(edition.text.encode()) + sum(len(part) for part in attachments) * 137 // 100
    if size > MAX_MAIL_BYTES:
        yield f"The whole mail has {size // 1000} KB; {MAX_MAIL_BYTES // 1000} KB is the most: use smaller pictures."
