"""Builds the site, in steps, from what has a grant. What has not changed is taken over from the folder as it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, NamedTuple

from mailer.adapters.icalendar import Icalendar
from mailer.adapters.render.colour import Palette, palette
from mailer.adapters.render.fonts import Fonts
from mailer.adapters.catalogues import Catalogues
from mailer.adapters.site import feeds, paths
from mailer.adapters.site.card import card
from mailer.adapters.site.contents import Told, ToldDocument, ToldEdition, ToldEvent, ToldList
from mailer.adapters.site.folder import Manifest, SiteFolder, Unit
from mailer.adapters.site.plan import Link, Page, Plan, Titled, calendar_path, list_file, pdf_name
from mailer.adapters.site.rendering import Rendering, Site
from mailer.compose.site import summary
from mailer.errors import NotGranted
from mailer.model.rules import Rules
from mailer.model.site import Built, EditionFacts, Hidden, digest
from mailer.phrases import phrase
from mailer.ports.icalendar import Method
from mailer.ports.published import Published

Files = Mapping[str, bytes]


class Job(NamedTuple):
    """What is made in one go."""

    name: str
    print: str
    """A digest of all that decides its bytes."""
    make: Callable[[], Files]


@dataclass
class SiteBuilder:
    """ports.SiteBuilder for one folder. It keeps what it has made between two steps."""

    folder: SiteFolder
    rules: Rules
    templates: Any
    """The folder of templates."""
    catalogues: Catalogues
    fonts: Callable[[], Fonts]
    index: Callable[[SiteFolder], tuple[str, ...]] | None = None
    """Makes the index of the search."""
    _made: dict[str, Unit] = field(default_factory=dict)
    _facts: dict[str, Any] = field(default_factory=dict)
    _begun: bool = False

    def step(self, published: Published, go_on: Callable[[], bool] = lambda: True) -> Built | None:
        """Build until it is done, or until ``go_on`` says no; then None, and the next step goes on.

        What was granted when a step was made may not be any more when the next one is: every step looks at all again.
        """
        before = self.folder.read()
        told, hidden = self._told(published, before, go_on)
        if told is None:
            return None
        jobs = list(self._jobs(published, told))
        if not self._differs(jobs, before):
            self._forget()
            return Built(files=len(before.files), hidden=tuple(hidden))
        if not self._begun:
            self.folder.begin()
            self._begun = True
        for job in jobs:
            if not self._take(job, before) and not self._make(job, go_on):
                return None
        return self._finish(jobs, before, hidden)

    def preview(self, published: Published) -> Built:
        """What a build would change; it writes nothing."""
        before = self.folder.read()
        told, hidden = self._told(published, before, lambda: True)
        assert told is not None
        jobs = {job.name: job.print for job in self._jobs(published, told)}
        known = {name: unit.print for name, unit in before.units.items() if name != INDEX_UNIT}
        changed = [name for name, made in jobs.items() if known.get(name) != made]
        gone = [name for name in known if name not in jobs]
        return Built(tuple(changed), tuple(gone), len(before.files), tuple(hidden))

    # --- steps ---

    def _differs(self, jobs: list[Job], before: Manifest) -> bool:
        known = {name: unit.print for name, unit in before.units.items() if name != INDEX_UNIT}
        return known != {job.name: job.print for job in jobs}

    def _take(self, job: Job, before: Manifest) -> bool:
        """Whether the job is done already, or its files can be taken over."""
        if (made := self._made.get(job.name)) and made.print == job.print:
            return True
        kept = before.units.get(job.name)
        if kept and kept.print == job.print and self.folder.keep(kept.files):
            self._made[job.name] = kept
            return True
        return False

    def _make(self, job: Job, go_on: Callable[[], bool]) -> bool:
        if not go_on():
            return False
        files = job.make()
        for name, data in files.items():
            self.folder.write(name, data)
        self._made[job.name] = Unit(job.print, tuple(files))
        return True

    def _finish(self, jobs: list[Job], before: Manifest, hidden: list[Hidden]) -> Built:
        wanted = {job.name for job in jobs}
        for name in [name for name in self._made if name not in wanted]:
            del self._made[name]
        units = {name: self._made[name] for name in sorted(wanted)}
        files = {name for unit in units.values() for name in unit.files}
        self.folder.drop(self.folder.staged() - files)
        if self.index is not None:
            units[INDEX_UNIT] = Unit("", self.index(self.folder))
        manifest = Manifest(units, dict(self._facts))
        self.folder.finish(manifest)
        self._forget()
        changed = [
            name for name, unit in units.items() if name not in before.units or before.units[name].print != unit.print
        ]
        gone = [name for name in before.units if name not in units]
        return Built(tuple(changed), tuple(gone), len(manifest.files), tuple(hidden))

    def _forget(self) -> None:
        self._made, self._facts, self._begun = {}, {}, False

    # --- what there is ---

    def _told(
        self, published: Published, before: Manifest, go_on: Callable[[], bool]
    ) -> tuple[Told | None, list[Hidden]]:
        """What may be shown, with what is said of it; None if there was no time to look at all of it."""
        contents, hidden = published.contents(), []
        editions, documents, lists = [], [], []
        for shown in contents.editions:
            if shown.state + shown.language not in {**before.facts, **self._facts} and not go_on():
                return None, []
            try:
                editions.append(
                    ToldEdition(
                        shown, self._known(shown.state + shown.language, before, lambda s=shown: published.facts(s))
                    )
                )
            except NotGranted as fault:
                hidden.append(Hidden(shown.name, str(fault)))
        for document in contents.documents:
            try:
                printed, files = published.document(document)
                documents.append(ToldDocument(document, summary(_body(printed.text)), tuple(files)))
            except NotGranted as fault:
                hidden.append(Hidden(document.name, str(fault)))
        for one in contents.lists:
            try:
                document_of, forms = published.listing(one)
                lists.append(ToldList(one, document_of, tuple(sorted(forms.files))))
            except NotGranted as fault:
                hidden.append(Hidden(one.name, str(fault)))
        return Told(editions, documents, lists, contents.today), hidden

    def _known(self, key: str, before: Manifest, find: Callable[[], EditionFacts]) -> EditionFacts:
        """Facts that were found when the grant was checked, by this or an earlier build."""
        kept = self._facts.get(key) or before.facts.get(key) or asdict(find())
        self._facts[key] = kept
        return EditionFacts(
            kept["summary"], tuple(kept["articles"]), tuple(kept["topics"]), kept["pages"], kept["words"]
        )

    # --- what is made of it ---

    def _jobs(self, published: Published, told: Told) -> Iterator[Job]:
        site = self._site(told)
        plans = {tag: Plan(told, tag, site.publications, site.searchable) for tag in site.languages}
        pages = [page for plan in plans.values() for page in plan.pages()]
        pages.append(plans[site.language].home(paths.INDEX))
        issues = {one.shown.name: self._issue_page(one, told, plans, site) for one in told.editions}
        documents = {one.shown.name: self._document_page(one, told) for one in told.documents}
        known = frozenset(page.path for page in (*pages, *issues.values(), *documents.values()))
        rendering = Rendering(self.templates, self.rules.timezone, self.catalogues, self._colours, site, plans, known)
        common = rendering.print
        around = {tag: digest([plan.navigation, plan.ways]) for tag, plan in plans.items()}

        def job(name: str, make: Callable[[], Files], *parts: object) -> Job:
            return Job(name, digest([common, *parts]), make)

        yield job("style", lambda: {"site.css": rendering.style()})
        if site.searchable:
            yield job("script", lambda: {"search.js": rendering.script()})
        if site.logo:
            yield job("logo", lambda: {site.logo: self._logo()}, digest([self._logo()]))
        for page in pages:
            told_as = (page.path, page.title, sorted(page.values.items(), key=lambda one: one[0]))
            translations = rendering.translations(page)
            yield job(
                page.path,
                lambda page=page: {page.path: rendering.page(page)},
                told_as,
                translations,
                around[page.language],
            )  # type: ignore[misc]
        for one in told.editions:
            yield from self._edition_jobs(job, published, rendering, one, told, issues[one.shown.name], around)
        for document in told.documents:
            yield from self._document_jobs(job, published, rendering, document, documents[document.shown.name], around)
        for listed in told.lists:
            yield job(
                f"files {listed.shown.name}", lambda listed=listed: self._list_files(published, listed), listed.shown
            )  # type: ignore[misc]
        for event in told.events:
            yield job(f"event {event.number}", lambda event=event: self._calendar(event), event.event)  # type: ignore[misc]
        yield from self._feed_jobs(job, told, site)
        if site.url:
            listed_pages = [(page, rendering.public_translations(page)) for page in pages if page.path != paths.INDEX]
            listed_pages += [(page, page.values["alternates"]) for page in (*issues.values(), *documents.values())]  # type: ignore[misc]
            where = [(page.path, links) for page, links in listed_pages]
            yield job(
                "sitemap",
                lambda: {"sitemap.xml": feeds.sitemap(site, listed_pages), "robots.txt": feeds.robots(site)},
                where,
            )

    def _site(self, told: Told) -> Site:
        rules, identity = self.rules, self.rules.identity
        chosen = rules.site.languages or tuple(dict.fromkeys([rules.language, *told.languages]))
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
            searchable=self.index is not None,
        )

    @property
    def _colours(self) -> Palette:
        identity = self.rules.identity
        return palette(identity.accent, identity.ink, identity.paper)

    def _logo(self) -> bytes:
        return b""

    # --- issues ---

    def _issue_page(self, told: ToldEdition, all_of_it: Told, plans: Mapping[str, Plan], site: Site) -> Page:
        shown = told.shown
        alternates = [(one.shown.language, paths.issue(one.shown)) for one in all_of_it.editions_of(shown)]
        values = {"alternates": sorted(alternates), "feeds": ()}
        values["files"] = (Link(phrase("PDF"), paths.beside(paths.issue(shown), pdf_name(told))),)
        return Page(
            paths.issue(shown),
            shown.language,
            "issue",
            shown.title,
            values,
            told.facts.summary,
            paths.beside(paths.issue(shown), "card.png"),
        )

    def _edition_jobs(
        self,
        job: Any,
        published: Published,
        rendering: Rendering,
        told: ToldEdition,
        all_of_it: Told,
        page: Page,
        around: Mapping[str, str],
    ) -> Iterator[Job]:
        shown = told.shown
        steps = self._steps(told, all_of_it)
        extra = (told, page.values, steps, around.get(shown.language, ""))
        yield job(page.path, lambda: rendering.issue(page, published.edition(shown), steps), *extra)
        yield job(f"files {shown.name}", lambda: self._edition_files(published, rendering, told, page), told, page.path)

    def _steps(self, told: ToldEdition, all_of_it: Told) -> tuple[tuple[str, object, str, str], ...]:
        """The issue before and after, in the language of this one."""
        own = sorted(
            all_of_it.in_language(told.shown.language, told.shown.publication), key=lambda one: one.shown.number
        )
        at = next((at for at, one in enumerate(own) if one.shown.number == told.shown.number), 0)
        found: list[tuple[str, object, str, str]] = []
        if at > 0:
            before = own[at - 1].shown
            found.append(("prev", phrase("Earlier"), paths.issue(before), before.title))
        if at + 1 < len(own):
            after = own[at + 1].shown
            found.append(("next", phrase("Later"), paths.issue(after), after.title))
        return tuple(found)

    def _edition_files(self, published: Published, rendering: Rendering, told: ToldEdition, page: Page) -> Files:
        shown, edition = told.shown, published.edition(told.shown)
        catalogue = self.catalogues(shown.language)
        number = catalogue.gettext("No. %(number)s") % {"number": shown.number}
        title = self.rules.publications[shown.publication].title
        facts = f"{number} · {catalogue.day(shown.day)}"
        made = card(
            title, facts, shown.title, self.rules.identity.publisher, self._colours.light, self.fonts(), shown.language
        )
        return {paths.beside(page.path, pdf_name(told)): edition.pdf, page.picture: made}

    # --- documents, lists, events, feeds ---

    def _document_page(self, told: ToldDocument, all_of_it: Told) -> Page:
        shown = told.shown
        alternates = [
            (one.shown.language, paths.document(one.shown)) for one in all_of_it.documents if one.shown.key == shown.key
        ]
        values = {"alternates": sorted(alternates), "feeds": ()}
        files = [f"{shown.stem}.pdf", *(f"files/{name}" for name in told.files)]
        values["files"] = tuple(Link(_called(name), paths.beside(paths.document(shown), name)) for name in files)
        return Page(paths.document(shown), shown.language, "document", shown.title, values, told.summary)

    def _document_jobs(
        self,
        job: Any,
        published: Published,
        rendering: Rendering,
        told: ToldDocument,
        page: Page,
        around: Mapping[str, str],
    ) -> Iterator[Job]:
        shown = told.shown

        def make() -> Files:
            printed, files = published.document(shown)
            named = {f"{shown.stem}.pdf": printed.pdf, f"{shown.stem}.txt": printed.text.encode()}
            named |= {f"files/{name}": data for name, data in files.items()}
            return {
                **rendering.document(page, printed.html),
                **{paths.beside(page.path, name): data for name, data in named.items()},
            }

        yield job(page.path, make, told, page.values, around.get(shown.language, ""))

    def _list_files(self, published: Published, told: ToldList) -> Files:
        forms = published.listing(told.shown)[1]
        return {list_file(told, ending): data for ending, data in forms.files.items()}

    def _calendar(self, told: ToldEvent) -> Files:
        event = told.event
        made = Icalendar().entry(event, Method.PUBLISH, now=event.changed_at, organiser=self.rules.address)
        return {calendar_path(told): made}

    def _feed_jobs(self, job: Any, told: Told, site: Site) -> Iterator[Job]:
        domain = self.rules.address.domain
        for one in site.publications:
            for tag in site.languages:
                own = [
                    e
                    for e in told.editions
                    if (e.shown.publication, e.shown.language.lower()) == (one.key, tag.lower())
                ]
                if own:
                    make = lambda own=own, tag=tag, one=one: {  # noqa: E731
                        paths.feed(tag, one.key): feeds.atom(site, domain, tag, one.key, one.title, own)
                    }
                    yield job(paths.feed(tag, one.key), make, own[: feeds.ENTRIES])


INDEX_UNIT = "index"
"""The unit of the search's index."""


def _called(name: str) -> object:
    """What a file beside a document is called in a link to it."""
    return name.removeprefix("files/") if name.startswith("files/") else phrase("PDF")


def _body(text: str) -> str:
    """The text of a document below its title block."""
    return text.partition("\n\n\n")[2] or text
