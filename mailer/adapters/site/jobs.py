"""What the site is made of: each page, picture, feed and file as a job, with a digest of all that decides its bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import NamedTuple, TypeAlias

from mailer.adapters.catalogues import Catalogues
from mailer.adapters.icalendar import Icalendar
from mailer.adapters.render.colour import Palette, palette
from mailer.adapters.render.fonts import Fonts
from mailer.adapters.render.identity_view import Shape, logo
from mailer.adapters.site import feeds, paths
from mailer.adapters.site.card import card
from mailer.adapters.site.contents import Told, ToldDocument, ToldEdition, ToldEvent, ToldList
from mailer.adapters.site.page import Link, Page, Titled
from mailer.adapters.site.plan import Plan, calendar_path, list_file, pdf_name
from mailer.adapters.site.rendering import Rendering, Site, Steps
from mailer.model.rules import Rules
from mailer.model.site import digest
from mailer.phrases import phrase
from mailer.ports.icalendar import Method
from mailer.ports.published import Published

Files: TypeAlias = Mapping[str, bytes]


class Job(NamedTuple):
    """What is made in one go."""

    name: str
    print: str
    """A digest of all that decides its bytes."""
    make: Callable[[], Files]


@dataclass(frozen=True)
class Means:
    """What all builds of a site share."""

    rules: Rules
    templates: Path
    catalogues: Catalogues
    fonts: Callable[[], Fonts]
    searchable: bool


@dataclass(frozen=True)
class Jobs:
    """The jobs of one build."""

    means: Means
    published: Published
    told: Told

    def __iter__(self) -> Iterator[Job]:
        rendering = self._rendering
        yield self._job("style", partial(_one, "site.css", rendering.style))
        if self._site.searchable:
            yield self._job("script", partial(_one, "search.js", rendering.script))
        if self._logo is not None:
            yield self._job("logo", partial(dict, {self._site.logo: self._logo.data}), digest([self._logo.data]))
        for page in self._pages:
            says = (page.title, sorted(page.values.items(), key=lambda one: one[0]), rendering.translations(page))
            yield self._job(
                page.path, partial(_one, page.path, partial(rendering.page, page)), says, self._around(page)
            )
        for edition, page in self._issues:
            yield from self._of_edition(edition, page)
        for document, page in self._documents:
            make = partial(self._document, document, page)
            yield self._job(page.path, make, document, page.values, self._around(page))
        for told in self.told.lists:
            yield self._job(f"files of {told.shown.name}", partial(self._list_files, told), told.shown)
        for event in self.told.events:
            yield self._job(calendar_path(event), partial(self._calendar, event), event.event)
        yield from self._feeds()
        yield from self._for_search_engines()

    def _job(self, name: str, make: Callable[[], Files], *parts: object) -> Job:
        return Job(name, digest([self._rendering.print, *parts]), make)

    def _around(self, page: Page) -> str:
        """A digest of what leads from a page to the rest of the site."""
        return self._surroundings.get(page.language, "")

    @cached_property
    def _surroundings(self) -> Mapping[str, str]:
        return {tag: digest([plan.navigation, plan.ways]) for tag, plan in self._plans.items()}

    # --- the pages ---

    @cached_property
    def _site(self) -> Site:
        rules, identity = self.means.rules, self.means.rules.identity
        chosen = rules.site.languages or tuple(dict.fromkeys([rules.language, *self.told.languages]))
        return Site(
            title=identity.masthead or rules.name,
            tagline=identity.tagline,
            publisher=identity.publisher,
            imprint=identity.imprint,
            address=str(rules.address),
            subscribe=str(rules.to("subscribe")),
            subscribe_link=rules.link("subscribe", "subscribe", "subscribe"),
            url=rules.site.url,
            language=chosen[0],
            languages=chosen,
            publications=tuple(Titled(key, one.title) for key, one in rules.publications.items()),
            searchable=self.means.searchable,
            logo=f"logo.{self._logo.media_type.partition('/')[2]}" if self._logo is not None else "",
        )

    @cached_property
    def _plans(self) -> Mapping[str, Plan]:
        site = self._site
        catalogues = self.means.catalogues
        return {
            tag: Plan(self.told, catalogues(tag), tag, site.publications, site.searchable) for tag in site.languages
        }

    @cached_property
    def _pages(self) -> list[Page]:
        pages = [page for plan in self._plans.values() for page in plan.pages()]
        return [*pages, self._plans[self._site.language].home(paths.INDEX)]

    @cached_property
    def _issues(self) -> list[tuple[ToldEdition, Page]]:
        return [(one, self._issue_page(one)) for one in self.told.editions]

    def _issue_page(self, told: ToldEdition) -> Page:
        shown, path = told.shown, paths.issue(told.shown)
        alternates = sorted((one.shown.language, paths.issue(one.shown)) for one in self.told.editions_of(shown))
        values = {
            "alternates": alternates,
            "feeds": (),
            "files": (Link(phrase("PDF"), paths.beside(path, pdf_name(told))),),
        }
        picture = paths.beside(path, "card.png")
        return Page(path, shown.language, "issue", shown.title, values, told.facts.summary, picture)

    @cached_property
    def _documents(self) -> list[tuple[ToldDocument, Page]]:
        return [(one, self._document_page(one)) for one in self.told.documents]

    def _document_page(self, told: ToldDocument) -> Page:
        shown, path = told.shown, paths.document(told.shown)
        alternates = sorted(
            (one.shown.language, paths.document(one.shown)) for one in self.told.documents if one.shown.key == shown.key
        )
        files = [Link(phrase("PDF"), paths.beside(path, f"{shown.stem}.pdf"))]
        files += [Link(name, paths.beside(path, f"files/{name}")) for name in told.files]
        values = {"alternates": alternates, "feeds": (), "files": tuple(files)}
        return Page(path, shown.language, "document", shown.title, values, told.summary)

    @cached_property
    def _rendering(self) -> Rendering:
        means = self.means
        pages = [*self._pages, *(page for _, page in (*self._issues, *self._documents))]
        known = frozenset(page.path for page in pages)
        zone = means.rules.timezone
        return Rendering(means.templates, zone, means.catalogues, self._colours, self._site, self._plans, known)

    @cached_property
    def _colours(self) -> Palette:
        identity = self.means.rules.identity
        return palette(identity.accent, identity.ink, identity.paper)

    @cached_property
    def _logo(self) -> Shape | None:
        return logo(self.means.rules.identity, in_print=False)

    # --- issues ---

    def _of_edition(self, told: ToldEdition, page: Page) -> Iterator[Job]:
        steps = self._steps(told)
        make = partial(self._issue, told, page, steps)
        yield self._job(page.path, make, told, page.values, steps, self._around(page))
        yield self._job(f"files of {told.shown.name}", partial(self._edition_files, told, page), told, page.path)

    def _issue(self, told: ToldEdition, page: Page, steps: Steps) -> Files:
        return self._rendering.issue(page, self.published.edition(told.shown), steps)

    def _steps(self, told: ToldEdition) -> Steps:
        """The issue before and after, in the language of this one."""
        own = self._in_order[told.shown.language, told.shown.publication]
        at = next((at for at, one in enumerate(own) if one.shown.number == told.shown.number), 0)
        found = []
        if at > 0:
            before = own[at - 1].shown
            found.append(("prev", phrase("Earlier"), paths.issue(before), before.title))
        if at + 1 < len(own):
            after = own[at + 1].shown
            found.append(("next", phrase("Later"), paths.issue(after), after.title))
        return tuple(found)

    @cached_property
    def _in_order(self) -> Mapping[tuple[str, str], list[ToldEdition]]:
        """The issues of each publication as readers of a language get them, by number."""
        keys = {(one.shown.language, one.shown.publication) for one in self.told.editions}
        return {key: sorted(self.told.in_language(*key), key=lambda one: one.shown.number) for key in keys}

    def _edition_files(self, told: ToldEdition, page: Page) -> Files:
        shown, identity = told.shown, self.means.rules.identity
        catalogue = self.means.catalogues(shown.language)
        number = catalogue.gettext("No. %(number)s") % {"number": shown.number}
        made = card(
            self.means.rules.publications[shown.publication].title,
            f"{number} · {catalogue.day(shown.day)}",
            shown.title,
            identity.publisher,
            self._colours.light,
            self.means.fonts(),
            shown.language,
        )
        return {paths.beside(page.path, pdf_name(told)): self.published.edition(shown).pdf, page.picture: made}

    # --- documents, lists, events ---

    def _document(self, told: ToldDocument, page: Page) -> Files:
        shown = told.shown
        printed, files = self.published.document(shown)
        named = {f"{shown.stem}.pdf": printed.pdf, f"{shown.stem}.txt": printed.text.encode()}
        named |= {f"files/{name}": data for name, data in files.items()}
        beside = {paths.beside(page.path, name): data for name, data in named.items()}
        return {**self._rendering.document(page, printed.html), **beside}

    def _list_files(self, told: ToldList) -> Files:
        forms = self.published.listing(told.shown)[1]
        return {list_file(told, ending): data for ending, data in forms.files.items() if ending != "html"}

    def _calendar(self, told: ToldEvent) -> Files:
        event, office = told.event, self.means.rules.sender
        return {calendar_path(told): Icalendar().entry(event, Method.PUBLISH, now=event.changed_at, organiser=office)}

    # --- feeds ---

    def _feeds(self) -> Iterator[Job]:
        for one in self._site.publications:
            for tag in self._site.languages:
                key = (one.key, tag.lower())
                own = [e for e in self.told.editions if (e.shown.publication, e.shown.language.lower()) == key]
                if own:
                    path = paths.feed(tag, one.key)
                    make = partial(self._feed, one, tag, own)
                    yield self._job(path, make, own[: feeds.ENTRIES], len(own), own[-1].shown.at)

    def _feed(self, publication: Titled, language: str, editions: list[ToldEdition]) -> Files:
        domain, (key, title) = self.means.rules.address.domain, publication
        return {paths.feed(language, key): feeds.atom(self._site, domain, language, key, title, editions)}

    def _for_search_engines(self) -> Iterator[Job]:
        if not self._site.url:
            return
        site, rendering = self._site, self._rendering
        listed = [(page.path, rendering.public_translations(page)) for page in self._pages if page.path != paths.INDEX]
        listed += [(page.path, rendering.alternates(page)) for _, page in (*self._issues, *self._documents)]
        make = {"sitemap.xml": partial(feeds.sitemap, site, listed), "robots.txt": partial(feeds.robots, site)}
        yield self._job("sitemap", lambda: {name: made() for name, made in make.items()}, listed)
        yield self._job("404.html", partial(_one, "404.html", rendering.missing), self._around(self._pages[-1]))


def _one(path: str, make: Callable[[], bytes]) -> Files:
    return {path: make()}
